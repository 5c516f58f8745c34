//! Identifiers: 16 random bytes, unique across servers, with a type for each kind of thing.
//!
//! The text form is 26 letters of Crockford's base 32 (crockford.com/base32.html), lower case; reading takes upper case
//! and the letters people confuse (`o`, `i`, `l`). Random bytes are handed in. An identifier says nothing about order or
//! number: whoever sees one learns nothing of the others. Start at [`Id`].

use crate::text::serde_as_text;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LETTERS: usize = 26;

/// What an identifier names. Only a mark at compile time.
pub trait Named {
    /// The noun for sentences.
    const NOUN: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $mark:ident $id:ident $noun:literal;)*) => {$(
        #[doc = concat!("Marks identifiers of ", $noun, ".")]
        #[derive(Clone, Copy, Debug)]
        pub enum $mark {}
        impl Named for $mark {
            const NOUN: &'static str = $noun;
        }
        $(#[$doc])*
        pub type $id = Id<$mark>;
    )*};
}

kinds! {
    /// An entry of a ledger.
    Entry EntryId "an entry";
    /// Anything that has versions: a genome, an edition, a share, a party.
    Record RecordId "a record";
    /// A party: a country, an organisation or a group of parties. Also a record.
    Party PartyId "a party";
    /// A person. Also a record.
    Person PersonId "a person";
    /// Terms under which something is shared. Also a record.
    Terms TermsId "terms";
    /// A job for a worker.
    Job JobId "a job";
}

/// An identifier of a `K`.
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

/// Why a text is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not the identifier of {noun}: it has 26 letters and digits")]
pub struct IdError {
    given: String,
    noun: &'static str,
}

impl<K> Id<K> {
    /// The identifier made of these bytes, which are random where it is new.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, kind: PhantomData }
    }

    /// The bytes as they are kept.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
}

macro_rules! is_a_record {
    ($($mark:ident)*) => {$(
        impl From<Id<$mark>> for RecordId {
            fn from(id: Id<$mark>) -> Self {
                Self::from_bytes(id.bytes)
            }
        }
        impl From<RecordId> for Id<$mark> {
            /// Says that the record is of this kind; whoever reads the record finds out.
            fn from(id: RecordId) -> Self {
                Self::from_bytes(id.bytes)
            }
        }
    )*};
}

is_a_record! { Party Person Terms }

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.bytes);
        let mut text = [0; TEXT_LETTERS];
        for (place, letter) in text.iter_mut().rev().enumerate() {
            *letter = LETTERS[(number >> (5 * place)) as usize & 31];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Named> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let refused = || IdError { given: text.chars().take(40).collect(), noun: K::NOUN };
        if text.len() != TEXT_LETTERS {
            return Err(refused());
        }
        let mut number = 0u128;
        for (place, letter) in text.bytes().enumerate() {
            let value = value_of(letter).ok_or_else(refused)?;
            // 26 letters hold 130 bits: the first may only use three of its five.
            if place == 0 && value > 7 {
                return Err(refused());
            }
            number = number << 5 | u128::from(value);
        }
        Ok(Self::from_bytes(number.to_be_bytes()))
    }
}

serde_as_text!(Id<K: Named>);

/// The value of a letter of Crockford's base 32.
pub(crate) fn value_of(letter: u8) -> Option<u8> {
    let letter = match letter.to_ascii_lowercase() {
        b'o' => b'0',
        b'i' | b'l' => b'1',
        other => other,
    };
    LETTERS.iter().position(|other| *other == letter).map(|place| place as u8)
}

/// The letter of a value below 32.
pub(crate) fn letter_of(value: u8) -> char {
    char::from(LETTERS[usize::from(value & 31)])
}

/// A version of a record: `identifier.version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId {
    /// Which record.
    pub record: RecordId,
    /// Which version, from 1.
    pub version: u32,
}

/// Why a text names no version of a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version of a record: it is written identifier.version")]
pub struct VersionIdError(String);

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.record, self.version)
    }
}

impl FromStr for VersionId {
    type Err = VersionIdError;

    fn from_str(text: &str) -> Result<Self, VersionIdError> {
        let refused = || VersionIdError(text.chars().take(60).collect());
        let (record, version) = text.split_once('.').ok_or_else(refused)?;
        let record = record.parse().map_err(|_| refused())?;
        let version = version.parse().ok().filter(|version| *version > 0).ok_or_else(refused)?;
        Ok(Self { record, version })
    }
}

serde_as_text!(VersionId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_text_form_is_read_again_also_as_people_write_it() {
        let id = PartyId::from_bytes(*b"0123456789abcdef");
        let text = id.to_string();
        assert_eq!(text, "1g64s36d1n6rvkgeb1c9hp8sb6");
        for spelling in [text.clone(), text.to_uppercase(), text.replace('1', "l")] {
            assert_eq!(spelling.parse::<PartyId>().ok(), Some(id), "{spelling}");
        }
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        let check = |text: &str| {
            let error = text.parse::<PartyId>().expect_err(text).to_string();
            assert!(error.contains("is not the identifier of a party"), "{error}");
        };
        check("");
        check("1g64s36d1n6rvkgeb1c9hp8sb");
        check("zzzzzzzzzzzzzzzzzzzzzzzzzz");
        check("u0000000000000000000000000");
        check("ééééééééééééé");
    }

    #[test]
    fn a_version_begins_at_one() {
        let id = RecordId::from_bytes([7; 16]);
        let check = |text: String, expected: Option<u32>| {
            assert_eq!(text.parse::<VersionId>().ok().map(|id| id.version), expected, "{text}");
        };
        check(format!("{id}.1"), Some(1));
        check(format!("{id}.0"), None);
        check(format!("{id}"), None);
        check(format!("{id}.-1"), None);
    }

    proptest! {
        #[test]
        fn every_identifier_has_a_text(bytes: [u8; 16]) {
            let id = EntryId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<EntryId>(), Ok(id));
            prop_assert_eq!(serde_json::from_str::<EntryId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        }
    }
}
