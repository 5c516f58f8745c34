//! Accessions: short names of genomes for papers and labels, with a check character.
//!
//! `HTH_7K3M9QX2C`: the server's prefix, eight letters of Crockford's base 32 that say nothing about number or order,
//! and a check character by ISO/IEC 7064 MOD 37,36 over prefix and letters, which finds every single wrong letter and
//! nearly every exchange of neighbours. With a version: `HTH_7K3M9QX2C.2`. Start at [`Accession`].

use crate::id::{letter_of, value_of};
use crate::text::serde_as_text;
use std::fmt;
use std::str::FromStr;

const LETTERS: usize = 8;
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// An accession without a version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accession(String);

/// The part of all accessions of a server before `_`: 2 to 8 capital letters and digits, a letter first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

/// Why a text is no accession.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessionError {
    /// It is not written as one.
    #[error("{0:?} is not an accession: it is a prefix, _ and nine letters or digits")]
    Form(String),
    /// The check character is another one.
    #[error("the accession {given:?} has a wrong letter or two letters exchanged")]
    Check {
        /// As it was written.
        given: String,
    },
    /// The prefix is not one.
    #[error("{0:?} is no prefix of accessions: 2 to 8 capital letters and digits, a letter first")]
    Prefix(String),
}

/// `HTH`, for servers that set none.
impl Default for Prefix {
    fn default() -> Self {
        Self("HTH".to_owned())
    }
}

impl FromStr for Prefix {
    type Err = AccessionError;

    fn from_str(text: &str) -> Result<Self, AccessionError> {
        let fits = (2..=8).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccessionError::Prefix(text.chars().take(40).collect()))
        }
    }
}

impl Accession {
    /// A new accession from five random bytes.
    pub fn new(prefix: &Prefix, random: [u8; 5]) -> Self {
        let number = random.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let mut text = format!("{}_", prefix.0);
        for place in (0..LETTERS).rev() {
            text.push(letter_of((number >> (5 * place)) as u8).to_ascii_uppercase());
        }
        let check = check_character(&text);
        text.push(check);
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check character of ISO/IEC 7064 MOD 37,36 (section 8, hybrid systems): other signs than letters and digits are
/// passed over.
fn check_character(text: &str) -> char {
    let mut sum = 36;
    for letter in text.bytes() {
        let Some(value) = ALPHABET.iter().position(|other| *other == letter) else { continue };
        sum = (sum + value) % 36;
        sum = if sum == 0 { 36 } else { sum } * 2 % 37;
    }
    char::from(ALPHABET[(37 - sum) % 36])
}

impl fmt::Display for Accession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Accession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Accession {
    type Err = AccessionError;

    fn from_str(given: &str) -> Result<Self, AccessionError> {
        let refused = || AccessionError::Form(given.chars().take(40).collect());
        let text = given.to_ascii_uppercase();
        let (prefix, letters) = text.split_once('_').ok_or_else(refused)?;
        prefix.parse::<Prefix>().map_err(|_| refused())?;
        if letters.len() != LETTERS + 1 || !letters.is_ascii() {
            return Err(refused());
        }
        let (name, check) = letters.split_at(LETTERS);
        let values: Option<Vec<u8>> = name.bytes().map(value_of).collect();
        // The letters people confuse are put right before the check.
        let name: String = values
            .ok_or_else(refused)?
            .into_iter()
            .map(|value| letter_of(value).to_ascii_uppercase())
            .collect();
        let whole = format!("{prefix}_{name}");
        if !check.starts_with(check_character(&whole)) {
            return Err(AccessionError::Check { given: given.to_owned() });
        }
        Ok(Self(format!("{whole}{check}")))
    }
}

serde_as_text!(Accession);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accession(random: [u8; 5]) -> Accession {
        Accession::new(&"HTH".parse().expect("a prefix"), random)
    }

    #[test]
    fn an_accession_is_read_as_people_write_it() {
        let made = accession([0, 0, 0, 0, 33]);
        assert_eq!(made.to_string(), "HTH_00000011D");
        assert_eq!("hth_oooooolld".parse(), Ok(made));
    }

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // The example in the standard of Global Release Identifiers (IFPI GRid 2.1), which uses the same method.
        assert_eq!(check_character("A1-2425G-ABC1234002"), 'M');
    }

    #[test]
    fn what_is_no_accession_is_refused() {
        for text in ["", "HTH", "HTH_", "HTH_0000011", "_000000119", "HTH_UUUUUUUU0", "HTH_éééé1"] {
            assert!(matches!(text.parse::<Accession>(), Err(AccessionError::Form(_))), "{text}");
        }
        assert!("1A".parse::<Prefix>().is_err());
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_found(random: [u8; 5], place in 4usize..13, other in 0usize..36) {
            let text = accession(random).to_string();
            let mut letters = text.clone().into_bytes();
            letters[place] = ALPHABET[other];
            let changed = String::from_utf8(letters).expect("ASCII");
            let read = changed.parse::<Accession>();
            // A letter that people confuse with the right one is no other letter.
            prop_assert!(read.is_err() || read.map(|read| read.to_string()) == Ok(text));
        }
    }
}
