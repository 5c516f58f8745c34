//! Assays as published: oligonucleotides, what each is for, and where it was read.

use super::melting::Chemistry;
use crate::alphabet::nucleotide;

/// Longest and shortest oligo that is taken for one, in letters.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 10..=120;

/// What an oligo does in its assay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Primer that reads along the reference.
    Forward,
    /// Primer that reads against it.
    Reverse,
    /// Labelled oligo between the primers.
    Probe,
}

impl Role {
    /// Every role, in the order in which tables list them.
    pub const ALL: [Self; 3] = [Self::Forward, Self::Probe, Self::Reverse];

    /// The word in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Reverse => "reverse",
            Self::Probe => "probe",
        }
    }

    /// The words in sentences.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Forward => "forward primer",
            Self::Reverse => "reverse primer",
            Self::Probe => "probe",
        }
    }

    /// Reads the word of a table, or its first letter.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "forward" | "f" | "left" => Some(Self::Forward),
            "reverse" | "r" | "right" => Some(Self::Reverse),
            "probe" | "p" => Some(Self::Probe),
            _ => None,
        }
    }
}

/// One oligonucleotide.
#[derive(Clone, Debug, PartialEq)]
pub struct Oligo {
    /// Its name, of its own within its assay.
    pub name: String,
    /// What it does.
    pub role: Role,
    /// Upper-case IUPAC letters from 5' to 3'; U is read as T.
    pub letters: Vec<u8>,
    /// Publication or database it was read from.
    pub source: String,
    /// In what it is used, where that is known.
    pub chemistry: Option<Chemistry>,
}

/// Why letters make no oligo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OligoError {
    /// A letter that no oligo has.
    #[error("'{letter}' (letter {place}) is no IUPAC nucleotide letter")]
    Letter {
        /// The letter.
        letter: char,
        /// Its place, from 1.
        place: usize,
    },
    /// Too short or too long.
    #[error("an oligo has {} to {} letters, this one has {length}", LENGTHS.start(), LENGTHS.end())]
    Length {
        /// Its letters.
        length: usize,
    },
}

/// Reads the letters of an oligo; spaces and the dashes of publications are passed over.
///
/// # Errors
/// A letter that is no nucleotide; a length no oligo has.
pub fn letters_of(text: &str) -> Result<Vec<u8>, OligoError> {
    let mut letters = Vec::new();
    let written = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    for (index, letter) in written.enumerate() {
        let upper = match letter.to_ascii_uppercase() {
            'U' => 'T',
            'I' => 'N',
            upper => upper,
        };
        let byte = u8::try_from(upper).ok().filter(|&byte| nucleotide::bases(byte) != 0);
        letters.push(byte.ok_or(OligoError::Letter { letter, place: index + 1 })?);
    }
    if LENGTHS.contains(&letters.len()) {
        Ok(letters)
    } else {
        Err(OligoError::Length { length: letters.len() })
    }
}

/// One assay: oligos that work together. Several of one role are alternatives, of which one is enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Assay {
    /// Its name, of its own within its panel.
    pub name: String,
    /// Who published it.
    pub institute: String,
    /// Gene or region.
    pub target: String,
    /// The oligos, in the order of the source.
    pub oligos: Vec<Oligo>,
}

/// Assays for one pathogen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// In the order of the source.
    pub assays: Vec<Assay>,
}

impl Panel {
    /// Adds an oligo to its assay, which is made when it is new. `false` if the assay has an oligo of that name.
    pub fn add(&mut self, assay: &str, institute: &str, target: &str, oligo: Oligo) -> bool {
        let known = self.assays.iter().position(|known| known.name == assay);
        let at = known.unwrap_or_else(|| {
            self.assays.push(Assay {
                name: assay.to_owned(),
                institute: institute.to_owned(),
                target: target.to_owned(),
                oligos: Vec::new(),
            });
            self.assays.len() - 1
        });
        let oligos = &mut self.assays[at].oligos;
        let is_new = oligos.iter().all(|known| known.name != oligo.name);
        if is_new {
            oligos.push(oligo);
        }
        is_new
    }

    /// Adds the assays of another panel; those whose names are taken are left out and returned.
    pub fn join(&mut self, other: Panel) -> Vec<String> {
        let mut taken = Vec::new();
        for assay in other.assays {
            match self.assays.iter().any(|known| known.name == assay.name) {
                true => taken.push(assay.name),
                false => self.assays.push(assay),
            }
        }
        taken
    }

    /// Number of oligos.
    pub fn oligos(&self) -> usize {
        self.assays.iter().map(|assay| assay.oligos.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_published() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let found = letters_of(text).map(|letters| String::from_utf8(letters).unwrap());
            assert_eq!(
                found.as_deref().map_err(ToString::to_string),
                expected.map_err(str::to_owned),
                "{text}"
            );
        };
        check("gtg ara-tgg uca tgt", Ok("GTGARATGGTCATGT"));
        check("GTGIACTGGTC", Ok("GTGNACTGGTC"));
        check("GTGXAATGGTC", Err("'X' (letter 4) is no IUPAC nucleotide letter"));
        check("ACGT", Err("an oligo has 10 to 120 letters, this one has 4"));
    }
}
