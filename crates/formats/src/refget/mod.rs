//! Names of sequences that follow from their letters alone, as GA4GH refget 1.2 and 2.0 have them; those of collections are
//! in [`collection`].
//!
//! Letters are taken in upper case. Refuses to know where sequences lie and who may see them. Start at
//! [`SequenceNames::of`].

pub mod collection;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use md5::Md5;
use sha2::{Digest as _, Sha512};

/// Bytes of a SHA-512 that names are made of.
pub const TRUNCATED_BYTES: usize = 24;
/// What GA4GH's names of sequences begin with.
const GA4GH_SEQUENCE: &str = "SQ.";

/// The names of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SequenceNames {
    /// The first bytes of the SHA-512 (FIPS 180-4) of its letters.
    pub sha512t24: [u8; TRUNCATED_BYTES],
    /// The MD5 (RFC 1321) of its letters, as SAM files name references.
    pub md5: [u8; 16],
}

/// A name that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SequenceName {
    /// As [`SequenceNames::sha512t24`].
    Sha512([u8; TRUNCATED_BYTES]),
    /// As [`SequenceNames::md5`].
    Md5([u8; 16]),
    /// An accession of the INSDC, with its version.
    Insdc(String),
}

impl SequenceNames {
    /// The names of letters, which are in upper case.
    pub fn of(letters: &[u8]) -> Self {
        Self { sha512t24: truncated(letters), md5: Md5::digest(letters).into() }
    }

    /// As refget 2 names it: `SQ.` and 32 letters.
    pub fn ga4gh(&self) -> String {
        format!("{GA4GH_SEQUENCE}{}", URL_SAFE_NO_PAD.encode(self.sha512t24))
    }

    /// As refget 1 names it: 48 hexadecimal digits.
    pub fn trunc512(&self) -> String {
        hex(&self.sha512t24)
    }

    /// 32 hexadecimal digits.
    pub fn md5_hex(&self) -> String {
        hex(&self.md5)
    }
}

impl SequenceName {
    /// Reads a name: `SQ.`, `ga4gh:SQ.`, hexadecimal digits of both kinds, also behind `md5:` and `trunc512:`, `insdc:`.
    pub fn read(text: &str) -> Option<Self> {
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) => (kind.to_ascii_lowercase(), name),
            None => (String::new(), text),
        };
        let is = |kinds: &[&str]| kinds.contains(&kind.as_str());
        match name.strip_prefix(GA4GH_SEQUENCE) {
            Some(digest) if is(&["", "ga4gh"]) => digest_from(digest).map(Self::Sha512),
            Some(_) => None,
            None if is(&["insdc"]) => Some(Self::Insdc(name.to_owned())),
            None if name.len() == 32 && is(&["", "md5"]) => bytes_of(name)?.try_into().ok().map(Self::Md5),
            None if name.len() == 48 && is(&["", "trunc512"]) => {
                bytes_of(name)?.try_into().ok().map(Self::Sha512)
            }
            None => None,
        }
    }
}

/// The digest that a text of 32 letters says.
pub fn digest_from(text: &str) -> Option<[u8; TRUNCATED_BYTES]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The first bytes of a SHA-512, as GA4GH writes them in 32 letters.
pub fn sha512t24u(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(truncated(bytes))
}

fn truncated(bytes: &[u8]) -> [u8; TRUNCATED_BYTES] {
    let whole: [u8; 64] = Sha512::digest(bytes).into();
    let mut first = [0; TRUNCATED_BYTES];
    first.copy_from_slice(&whole[..TRUNCATED_BYTES]);
    first
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digit = |letter: &u8| char::from(*letter).to_digit(16);
    let pairs = hex.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some((digit(&pair[0])? << 4 | digit(&pair[1])?) as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_standard() {
        let names = SequenceNames::of(b"ACGT");
        assert_eq!(names.ga4gh(), "SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2");
        assert_eq!(names.trunc512(), "68a178f7c740c5c240aa67ba41843b119d3bf9f8b0f0ac36");
        assert_eq!(names.md5_hex(), "f1f8f4bf413b16ad135722aa4591043e");
    }

    #[test]
    fn every_way_to_write_a_name_is_read_and_nothing_else() {
        let names = SequenceNames::of(b"ACGT");
        let (sha512, md5) = (SequenceName::Sha512(names.sha512t24), SequenceName::Md5(names.md5));
        let check = |text: &str, expected: Option<&SequenceName>| {
            assert_eq!(SequenceName::read(text).as_ref(), expected, "{text}");
        };
        check(&names.ga4gh(), Some(&sha512));
        check(&format!("ga4gh:{}", names.ga4gh()), Some(&sha512));
        check(&names.trunc512().to_uppercase(), Some(&sha512));
        check(&format!("trunc512:{}", names.trunc512()), Some(&sha512));
        check(&names.md5_hex(), Some(&md5));
        check(&format!("MD5:{}", names.md5_hex()), Some(&md5));
        check("insdc:MN908947.3", Some(&SequenceName::Insdc("MN908947.3".to_owned())));
        let swapped = format!("trunc512:{}", names.md5_hex());
        for wrong in [
            "",
            "SQ.",
            "SQ.x",
            "md5:SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2",
            "zz",
            &swapped,
            &"g".repeat(32),
            &"é".repeat(16),
        ] {
            check(wrong, None);
        }
    }
}
