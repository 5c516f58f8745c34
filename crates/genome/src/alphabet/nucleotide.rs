//! IUPAC nucleotide letters (NC-IUB 1984): what each may stand for, complements.

/// Letter of a nucleotide that was not read.
pub const UNKNOWN: u8 = b'N';

/// The bases a letter may stand for, as bits: A 1, C 2, G 4, T 8. Zero for anything that is no nucleotide.
pub const fn bases(letter: u8) -> u8 {
    match letter {
        b'A' => 1,
        b'C' => 2,
        b'G' => 4,
        b'T' => 8,
        b'R' => 5,
        b'Y' => 10,
        b'S' => 6,
        b'W' => 9,
        b'K' => 12,
        b'M' => 3,
        b'B' => 14,
        b'D' => 13,
        b'H' => 11,
        b'V' => 7,
        b'N' => 15,
        _ => 0,
    }
}

/// The sixteen letters by their bits of [`bases`], a gap for none.
const BY_BASES: [u8; 16] = *b"-ACMGRSVTWYHKDBN";

/// The letter that stands for these bases (the low four bits), a gap for none.
pub const fn letter_of(bases: u8) -> u8 {
    BY_BASES[(bases & 15) as usize]
}

/// Whether the letter is one determined base.
pub const fn is_acgt(letter: u8) -> bool {
    matches!(letter, b'A' | b'C' | b'G' | b'T')
}

/// Whether the letter is an IUPAC code for two or three bases.
pub const fn is_ambiguous(letter: u8) -> bool {
    bases(letter).count_ones() > 1 && letter != UNKNOWN
}

/// The letter of the opposite strand; anything that is no nucleotide stays as it is.
pub const fn complement(letter: u8) -> u8 {
    let bases = bases(letter);
    if bases == 0 {
        return letter;
    }
    letter_of(bases.reverse_bits() >> 4)
}

/// Turns a sequence to its opposite strand, in place.
pub fn reverse_complement(sequence: &mut [u8]) {
    sequence.reverse();
    for letter in sequence {
        *letter = complement(*letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complements_follow_iupac() {
        let check = |letters: &str, expected: &str| {
            let mut sequence = letters.as_bytes().to_vec();
            reverse_complement(&mut sequence);
            assert_eq!(String::from_utf8(sequence).as_deref(), Ok(expected));
        };
        check("ACGT", "ACGT");
        check("AACG-N", "N-CGTT");
        check("RYSWKMBDHVN", "NBDHVKMWSRY");
    }

    #[test]
    fn every_letter_comes_back_from_its_bases() {
        for letter in *b"ACGTRYSWKMBDHVN" {
            assert_eq!(letter_of(bases(letter)), letter);
            assert_eq!(complement(complement(letter)), letter);
        }
    }
}
