//! Amino-acid letters and the standard genetic code (NCBI translation table 1).

use super::nucleotide;

/// Letter of an amino acid that could not be determined.
pub const UNKNOWN: u8 = b'X';

/// Letter of a stop codon.
pub const STOP: u8 = b'*';

/// Amino acids of the 64 codons, bases in the order T C A G (NCBI translation table 1).
const STANDARD_CODE: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

/// The amino acid of every triple of base sets, indexed by `bases` of its three letters, 4 bits each.
static BY_BASES: [u8; 4096] = translate_base_sets();

/// The amino acid of a codon: its letter if every reading of the codon's ambiguous letters gives the same
/// one, a gap for three gaps, else [`UNKNOWN`].
pub fn translate(codon: [u8; 3]) -> u8 {
    let [a, b, c] = codon.map(|letter| usize::from(nucleotide::bases(letter)));
    if a | b | c == 0 && codon == [super::GAP; 3] {
        return super::GAP;
    }
    BY_BASES[a << 8 | b << 4 | c]
}

/// Translates whole codons; one or two letters left over at the end are not translated.
pub fn translate_all(nucleotides: &[u8], peptide: &mut Vec<u8>) {
    let (codons, _) = nucleotides.as_chunks::<3>();
    peptide.extend(codons.iter().map(|&codon| translate(codon)));
}

/// The amino acids a letter may stand for, as bits `letter - 'A'`; stop is bit 26; X is all of them.
pub const fn residues(letter: u8) -> u32 {
    const fn bit(letter: u8) -> u32 {
        1 << (letter - b'A')
    }
    match letter {
        b'B' => bit(b'D') | bit(b'N'),
        b'Z' => bit(b'E') | bit(b'Q'),
        b'J' => bit(b'I') | bit(b'L'),
        b'X' => u32::MAX,
        b'A'..=b'Z' => bit(letter),
        STOP => 1 << 26,
        _ => 0,
    }
}

/// Whether the letter is one determined amino acid or a stop.
pub const fn is_determined(letter: u8) -> bool {
    residues(letter).count_ones() == 1
}

const fn translate_base_sets() -> [u8; 4096] {
    let mut table = [UNKNOWN; 4096];
    let mut sets = 0;
    while sets < 4096 {
        table[sets] = translate_base_set(sets);
        sets += 1;
    }
    table
}

const fn translate_base_set(sets: usize) -> u8 {
    // Position of each base bit (A, C, G, T) in the code's order T C A G.
    const ORDER: [usize; 4] = [2, 1, 3, 0];
    let mut found = 0;
    let mut reading = 0;
    while reading < 64 {
        let (x, y, z) = (reading >> 4, reading >> 2 & 3, reading & 3);
        let possible = sets >> 8 >> x & 1 == 1 && sets >> 4 >> y & 1 == 1 && sets >> z & 1 == 1;
        if possible {
            let residue = STANDARD_CODE[ORDER[x] * 16 + ORDER[y] * 4 + ORDER[z]];
            if found != 0 && found != residue {
                return UNKNOWN;
            }
            found = residue;
        }
        reading += 1;
    }
    if found == 0 { UNKNOWN } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codons_translate_by_the_standard_code() {
        let check = |codon: &[u8; 3], expected: u8| assert_eq!(translate(*codon) as char, expected as char);
        check(b"ATG", b'M');
        check(b"TAA", STOP);
        check(b"TRA", STOP);
        check(b"TAR", STOP);
        check(b"ACN", b'T');
        check(b"YTR", b'L');
        check(b"MGR", b'R');
        check(b"AAN", UNKNOWN);
        check(b"NNN", UNKNOWN);
        check(b"A-G", UNKNOWN);
        check(b"---", super::super::GAP);
    }

    #[test]
    fn left_over_letters_are_not_translated() {
        let mut peptide = Vec::new();
        translate_all(b"ATGGCTTG", &mut peptide);
        assert_eq!(peptide, b"MA");
    }
}
