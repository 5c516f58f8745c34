//! Which letters may stand for which: nucleotides by IUPAC codes, amino acids with B, Z, J and X.
//!
//! A letter is a set of bits; a gap is a bit of its own, so that no ambiguous letter stands for it. Refuses to know
//! positions. Start at [`Alphabet::set`].

/// The letters of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// A, C, G, T and the ambiguous codes of IUPAC.
    Nucleotide,
    /// The twenty amino acids, `*`, and B, Z, J, X.
    AminoAcid,
}

const AMINO_ACIDS: &[u8] = b"ACDEFGHIKLMNPQRSTVWY*";
const GAP: u32 = 1 << 31;

impl Alphabet {
    /// What a letter may stand for, as a set of bits; `None` where it is no letter of this alphabet.
    pub fn set(self, letter: u8) -> Option<u32> {
        match (self, letter) {
            (_, b'-') => Some(GAP),
            (Alphabet::Nucleotide, _) => nucleotide(letter),
            (Alphabet::AminoAcid, _) => amino_acid(letter),
        }
    }

    /// The letter of what was not read.
    pub fn unread(self) -> u8 {
        match self {
            Alphabet::Nucleotide => b'N',
            Alphabet::AminoAcid => b'X',
        }
    }

    /// Whether `letter` may stand for all that `meant` stands for.
    pub fn may_stand_for(self, letter: u8, meant: u8) -> bool {
        match (self.set(letter), self.set(meant)) {
            (Some(letter), Some(meant)) => letter & meant == meant,
            _ => false,
        }
    }

    /// Whether a letter stands for one thing only: these are counted in a position's coverage.
    pub fn is_certain(self, letter: u8) -> bool {
        self.set(letter).is_some_and(|set| set.count_ones() == 1)
    }
}

fn nucleotide(letter: u8) -> Option<u32> {
    let set = match letter {
        b'A' => 1,
        b'C' => 2,
        b'G' => 4,
        b'T' => 8,
        b'M' => 3,
        b'R' => 5,
        b'W' => 9,
        b'S' => 6,
        b'Y' => 10,
        b'K' => 12,
        b'V' => 7,
        b'H' => 11,
        b'D' => 13,
        b'B' => 14,
        b'N' => 15,
        _ => return None,
    };
    Some(set)
}

fn amino_acid(letter: u8) -> Option<u32> {
    let pair = |left, right| Some(amino_acid(left)? | amino_acid(right)?);
    match letter {
        b'B' => pair(b'D', b'N'),
        b'Z' => pair(b'E', b'Q'),
        b'J' => pair(b'I', b'L'),
        b'X' => Some((1 << AMINO_ACIDS.len()) - 1),
        _ => AMINO_ACIDS.iter().position(|&known| known == letter).map(|at| 1 << at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_what_they_contain() {
        let meant = |letter| -> String {
            "ACGTRYSWKMBDHVN-"
                .chars()
                .filter(|&c| Alphabet::Nucleotide.may_stand_for(c as u8, letter))
                .collect()
        };
        assert_eq!(meant(b'G'), "GRSKBDVN");
        assert_eq!(meant(b'R'), "RDVN");
        assert_eq!(meant(b'-'), "-");
        assert!(Alphabet::AminoAcid.may_stand_for(b'B', b'D'));
        assert!(Alphabet::AminoAcid.may_stand_for(b'X', b'*'));
        assert!(!Alphabet::AminoAcid.may_stand_for(b'Z', b'D'));
        assert!(!Alphabet::AminoAcid.is_certain(b'X'));
    }
}
