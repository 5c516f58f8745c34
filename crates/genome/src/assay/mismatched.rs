//! Two neighbouring pairs of letters, one of which does not match: what they add to the stability of a duplex.
//!
//! Measured in 1 mol/l of sodium: G·T by Allawi and SantaLucia, Biochemistry 36:10581 (1997); A·G by the same, Biochemistry
//! 37:2170 (1998); C·T, Nucleic Acids Res 26:2694 (1998); A·C, Biochemistry 37:9435 (1998); A·A, C·C, G·G and T·T by Peyret
//! et al., Biochemistry 38:3468 (1999). Two mismatches side by side are not in it. Start at [`stacking`].

/// Letters of one strand from its 5' end, those opposite, enthalpy in kcal/mol, entropy in cal/(mol K).
type Step = ([u8; 2], [u8; 2], f64, f64);

const STEPS: [Step; 48] = [
    // G·T
    (*b"AG", *b"TT", 1.0, 0.9),
    (*b"AT", *b"TG", -2.5, -8.3),
    (*b"CG", *b"GT", -4.1, -11.7),
    (*b"CT", *b"GG", -2.8, -8.0),
    (*b"GG", *b"CT", 3.3, 10.4),
    (*b"GT", *b"CG", -4.4, -12.3),
    (*b"TG", *b"AT", -0.1, -1.7),
    (*b"TT", *b"AG", -1.3, -5.3),
    // A·G
    (*b"AA", *b"TG", -0.6, -2.3),
    (*b"AG", *b"TA", -0.7, -2.3),
    (*b"CA", *b"GG", -0.7, -2.3),
    (*b"CG", *b"GA", -4.0, -13.2),
    (*b"GA", *b"CG", -0.6, -1.0),
    (*b"GG", *b"CA", 0.5, 3.2),
    (*b"TA", *b"AG", 0.7, 0.7),
    (*b"TG", *b"AA", 3.0, 7.4),
    // C·T
    (*b"AC", *b"TT", 0.7, 0.2),
    (*b"AT", *b"TC", -1.2, -6.2),
    (*b"CC", *b"GT", -0.8, -4.5),
    (*b"CT", *b"GC", -1.5, -6.1),
    (*b"GC", *b"CT", 2.3, 5.4),
    (*b"GT", *b"CC", 5.2, 13.5),
    (*b"TC", *b"AT", 1.2, 0.7),
    (*b"TT", *b"AC", 1.0, 0.7),
    // A·C
    (*b"AA", *b"TC", 2.3, 4.6),
    (*b"AC", *b"TA", 5.3, 14.6),
    (*b"CA", *b"GC", 1.9, 3.7),
    (*b"CC", *b"GA", 0.6, -0.6),
    (*b"GA", *b"CC", 5.2, 14.2),
    (*b"GC", *b"CA", -0.7, -3.8),
    (*b"TA", *b"AC", 3.4, 8.0),
    (*b"TC", *b"AA", 7.6, 20.2),
    // A·A, C·C
    (*b"AA", *b"TA", 1.2, 1.7),
    (*b"CA", *b"GA", -0.9, -4.2),
    (*b"GA", *b"CA", -2.9, -9.8),
    (*b"TA", *b"AA", 4.7, 12.9),
    (*b"AC", *b"TC", 0.0, -4.4),
    (*b"CC", *b"GC", -1.5, -7.2),
    (*b"GC", *b"CC", 3.6, 8.9),
    (*b"TC", *b"AC", 6.1, 16.4),
    // G·G, T·T
    (*b"AG", *b"TG", -3.1, -9.5),
    (*b"CG", *b"GG", -4.9, -15.3),
    (*b"GG", *b"CG", -6.0, -15.8),
    (*b"TG", *b"AG", 1.6, 3.6),
    (*b"AT", *b"TT", -2.7, -10.8),
    (*b"CT", *b"GT", -5.0, -15.8),
    (*b"GT", *b"CT", -2.2, -8.4),
    (*b"TT", *b"AT", 0.2, -1.5),
];

/// Enthalpy (kcal/mol) and entropy (cal/(mol K)) of two letters with those opposite, if they were measured.
pub fn stacking(letters: [u8; 2], opposite: [u8; 2]) -> Option<(f64, f64)> {
    let turned = ([opposite[1], opposite[0]], [letters[1], letters[0]]);
    let found = STEPS
        .iter()
        .find(|(one, other, ..)| (*one, *other) == (letters, opposite) || (*one, *other) == turned);
    found.map(|&(.., enthalpy, entropy)| (enthalpy, entropy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::nucleotide;

    #[test]
    fn every_single_mismatch_beside_a_match_was_measured_and_nothing_else() {
        for letters in every(2) {
            for opposite in every(2) {
                let matches = |at: usize| nucleotide::complement(letters[at]) == opposite[at];
                let is_single = matches(0) != matches(1);
                let found = stacking([letters[0], letters[1]], [opposite[0], opposite[1]]);
                assert_eq!(found.is_some(), is_single, "{letters:?} {opposite:?}");
            }
        }
    }

    fn every(length: usize) -> Vec<Vec<u8>> {
        (0..4_usize.pow(length as u32))
            .map(|number| (0..length).map(|at| b"ACGT"[number >> (2 * at) & 3]).collect())
            .collect()
    }
}
