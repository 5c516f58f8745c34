//! Terms under which something is shared, as data: whom they reach, and what they ask of who takes it.
//!
//! An administrator writes them; the four that a new server has are [`Terms::usual`]. Refuses to know how they are
//! enforced (`hearth-ledger`). Start at [`Terms`].

use serde::{Deserialize, Serialize};

/// How far things under the terms may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Everybody may see it.
    Public,
    /// Parties and groups that are named.
    Partners,
    /// The owner alone.
    Owner,
}

/// Terms of sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// A short name for tables and files: `OPEN`.
    pub code: String,
    /// A name for people.
    pub title: String,
    /// The full text that is accepted.
    pub text: String,
    /// How far it may go.
    pub reach: Reach,
    /// Whether a date must be given from which everybody may see it.
    pub embargo: bool,
    /// Whether they must be accepted before a download.
    pub acceptance: bool,
    /// Whether who receives it may hand it on. Where not, it leaves by no door (LEDGER.md 16).
    pub resharing: bool,
    /// An SPDX identifier or an address of the same terms elsewhere, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
}

/// What is wrong with terms somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// The code is no short name.
    #[error("the code {0:?} of the terms must be 2 to 24 capital letters, digits or hyphens")]
    Code(String),
    /// Nothing to accept.
    #[error("the terms {0} have no text: write what is asked of those who take the data")]
    NoText(String),
    /// Longer than [`TEXT_MAX_BYTES`].
    #[error("the text of the terms {0} is longer than {TEXT_MAX_BYTES} bytes")]
    TooLong(String),
    /// An embargo opens to everybody, and private terms never do.
    #[error(
        "the terms {0} are for the owner alone and have an embargo: an embargo ends with everybody seeing it"
    )]
    PrivateEmbargo(String),
}

/// The longest text of terms.
pub const TEXT_MAX_BYTES: usize = 64 * 1024;

impl Terms {
    /// The four that a new server has.
    pub fn usual() -> [Self; 4] {
        let of = |code: &str, title: &str, reach, embargo, acceptance, text: &str| Self {
            code: code.to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
            reach,
            embargo,
            acceptance,
            resharing: reach == Reach::Public && !embargo,
            licence: None,
        };
        [
            of("OPEN", "Open", Reach::Public, false, false, OPEN),
            of("EMBARGO", "Open from a date on", Reach::Partners, true, true, EMBARGO),
            of("PARTNERS", "Partners only", Reach::Partners, false, true, PARTNERS),
            of("PRIVATE", "Private", Reach::Owner, false, true, PRIVATE),
        ]
    }

    /// Whether they can be used.
    ///
    /// # Errors
    /// Says what to change.
    pub fn check(&self) -> Result<(), TermsError> {
        let code = self.code.clone();
        let is_letter = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == b'-';
        if !(2..=24).contains(&code.len()) || !code.bytes().all(is_letter) {
            return Err(TermsError::Code(code));
        }
        match self.text.trim() {
            "" => Err(TermsError::NoText(code)),
            text if text.len() + self.title.len() > TEXT_MAX_BYTES => Err(TermsError::TooLong(code)),
            _ if self.embargo && self.reach == Reach::Owner => Err(TermsError::PrivateEmbargo(code)),
            _ => Ok(()),
        }
    }
}

const OPEN: &str = "Everybody may see, download, analyse, publish and hand on these data. Whoever uses them names \
    the laboratories and authors that are credited with each record.";
const EMBARGO: &str = "Until the date of the embargo only the partners named see these data, may analyse them for \
    public health, and neither publish nor hand them on. From that date on everybody may use them as open data, \
    naming the laboratories and authors credited.";
const PARTNERS: &str = "The partners named may see, download and analyse these data for public health. They neither \
    publish nor hand them on without the written consent of the laboratories credited.";
const PRIVATE: &str = "These data stay with the laboratory that submitted them.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_terms_can_be_used() {
        for terms in Terms::usual() {
            assert_eq!(terms.check(), Ok(()), "{}", terms.code);
            let text = serde_json::to_string(&terms).expect("terms are plain");
            assert_eq!(serde_json::from_str::<Terms>(&text).expect("read again"), terms);
        }
    }

    #[test]
    fn terms_that_cannot_be_used_say_why() {
        let check = |change: fn(&mut Terms), expected: &str| {
            let [mut terms, ..] = Terms::usual();
            change(&mut terms);
            let error = terms.check().expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(|terms| terms.code = "open".to_owned(), "capital letters");
        check(|terms| terms.text = " \n".to_owned(), "no text");
        check(|terms| terms.text = "x".repeat(TEXT_MAX_BYTES), "longer than 65536 bytes");
        check(|terms| (terms.reach, terms.embargo) = (Reach::Owner, true), "for the owner alone");
    }
}
