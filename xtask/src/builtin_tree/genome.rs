//! Genomes as the chore handles them: reference-long letters with `-` where a clade lost a base.

use anyhow::{Result, bail, ensure};
use std::fmt;

/// A genome in reference coordinates: as long as the reference, `-` for a deleted base.
pub type Genome = Vec<u8>;

/// Reads the one record of a reference FASTA; only A, C, G and T are allowed.
pub fn read_reference(fasta: &str) -> Result<Genome> {
    let mut lines = fasta.lines();
    ensure!(lines.next().is_some_and(|header| header.starts_with('>')), "reference.fasta has no header line");
    let letters: Genome = lines.flat_map(|line| line.bytes()).collect();
    if let Some(bad) = letters.iter().find(|letter| !b"ACGT".contains(letter)) {
        bail!("reference.fasta holds the letter '{}', which is not A, C, G or T", char::from(*bad));
    }
    Ok(letters)
}

/// One published nucleotide change, 1-based as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// `C241T`: the base before, where, the base after.
    Substitution { from: u8, position: usize, to: u8 },
    /// `del21765-21770`: first and last lost base.
    Deletion { first: usize, last: usize },
}

impl Change {
    /// Reads `C241T` or `del21765-21770`.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(range) = text.strip_prefix("del") {
            let Some((first, last)) = range.split_once('-') else {
                bail!("'{text}' is not del<first>-<last>")
            };
            let (first, last) = (first.parse()?, last.parse()?);
            ensure!(1 <= first && first <= last, "'{text}' ends before it begins");
            return Ok(Self::Deletion { first, last });
        }
        let [from @ (b'A' | b'C' | b'G' | b'T'), digits @ .., to @ (b'A' | b'C' | b'G' | b'T')] =
            text.as_bytes()
        else {
            bail!("'{text}' is neither a substitution like C241T nor a deletion like del21765-21770")
        };
        let position = std::str::from_utf8(digits)?.parse()?;
        ensure!(position >= 1, "'{text}': positions are counted from 1");
        Ok(Self::Substitution { from: *from, position, to: *to })
    }

    /// Whether the change touches `position` (1-based).
    pub fn covers(self, position: usize) -> bool {
        match self {
            Self::Substitution { position: own, .. } => own == position,
            Self::Deletion { first, last } => (first..=last).contains(&position),
        }
    }

    /// Makes the change in `genome`; the base before must be the one published.
    pub fn apply(self, genome: &mut Genome) -> Result<()> {
        match self {
            Self::Substitution { from, position, to } => {
                let Some(letter) = genome.get_mut(position - 1) else { bail!("{self} lies past the end") };
                ensure!(*letter == from, "{self}: the parent clade has {} there", char::from(*letter));
                *letter = to;
            }
            Self::Deletion { first, last } => {
                let Some(letters) = genome.get_mut(first - 1..last) else {
                    bail!("{self} lies past the end")
                };
                ensure!(!letters.contains(&b'-'), "{self}: part of it is already lost in the parent clade");
                letters.fill(b'-');
            }
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Substitution { from, position, to } => {
                write!(f, "{}{position}{}", char::from(from), char::from(to))
            }
            Self::Deletion { first, last } => write!(f, "del{first}-{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_and_written_alike() {
        for text in ["C241T", "del21765-21770", "del28271-28271"] {
            assert_eq!(Change::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "C", "CT", "241T", "C241", "C0T", "CxT", "del5", "del9-5", "del0-5", "N241T"] {
            assert!(Change::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_change_that_does_not_fit_is_refused() {
        let check = |genome: &str, change: &str, expected: Option<&str>| {
            let mut letters = genome.as_bytes().to_vec();
            let outcome = Change::parse(change).unwrap().apply(&mut letters).ok().map(|()| letters);
            assert_eq!(outcome.as_deref(), expected.map(str::as_bytes), "{genome} {change}");
        };
        check("ACGT", "C2T", Some("ATGT"));
        check("ACGT", "A2T", None);
        check("ACGT", "C9T", None);
        check("ACGT", "del2-3", Some("A--T"));
        check("A-GT", "del2-3", None);
        check("ACGT", "del4-5", None);
    }
}
