//! Melting temperature of an oligo on a genome, by nearest neighbours.
//!
//! Enthalpies and entropies of DNA pairs: SantaLucia, PNAS 95:1460 (1998), unified parameters, with its salt
//! correction of the entropy; single mismatches: `mismatched.rs`. Magnesium counts as sodium after von Ahsen, Wittwer
//! and Schütz, Clin Chem 47:1956 (2001). Mismatches at an end or next to one another, and gaps, are not modelled: their
//! temperature is not said. Start at [`Chemistry::melting`].

use super::mismatched;
use super::pairing::Mismatch;
use crate::alphabet::nucleotide;

/// In what an oligo is used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chemistry {
    /// Sodium and other ions of one charge, in mmol/l.
    pub monovalent_mm: f64,
    /// Magnesium, in mmol/l.
    pub magnesium_mm: f64,
    /// Nucleotides (dNTP), all four together, in mmol/l.
    pub dntp_mm: f64,
    /// The oligo, in nmol/l.
    pub oligo_nm: f64,
}

/// The lowest and highest temperature of the sequences that an oligo's letters stand for, in °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeltingTemperature {
    /// Of the sequence that melts first.
    pub lowest_celsius: f64,
    /// Of the sequence that melts last.
    pub highest_celsius: f64,
}

/// More sequences than this one oligo is not computed for.
const MOST_SEQUENCES: usize = 256;

/// Gas constant, cal/(mol K).
const GAS_CONSTANT: f64 = 1.987;

const ZERO_CELSIUS: f64 = 273.15;

/// Enthalpy (kcal/mol) and entropy (cal/(mol K)) of two neighbouring pairs, by the letters of one strand.
fn stacking(first: u8, second: u8) -> (f64, f64) {
    match (first, second) {
        (b'A', b'A') | (b'T', b'T') => (-7.9, -22.2),
        (b'A', b'T') => (-7.2, -20.4),
        (b'T', b'A') => (-7.2, -21.3),
        (b'C', b'A') | (b'T', b'G') => (-8.5, -22.7),
        (b'G', b'T') | (b'A', b'C') => (-8.4, -22.4),
        (b'C', b'T') | (b'A', b'G') => (-7.8, -21.0),
        (b'G', b'A') | (b'T', b'C') => (-8.2, -22.2),
        (b'C', b'G') => (-10.6, -27.2),
        (b'G', b'C') => (-9.8, -24.4),
        _ => (-8.0, -19.9),
    }
}

/// Enthalpy and entropy of a last pair.
fn end(letter: u8) -> (f64, f64) {
    if matches!(letter, b'A' | b'T') { (2.3, 4.1) } else { (0.1, -2.8) }
}

impl Chemistry {
    /// Whether the concentrations are such as a tube can hold.
    pub fn is_possible(&self) -> bool {
        let Self { monovalent_mm, magnesium_mm, dntp_mm, oligo_nm } = *self;
        let all = [monovalent_mm, magnesium_mm, dntp_mm, oligo_nm];
        all.iter().all(|value| value.is_finite() && (0.0..=1e6).contains(value))
            && monovalent_mm + magnesium_mm > 0.0
            && oligo_nm > 0.0
    }

    /// Melting temperature of an oligo on letters that match it but for `mismatches`; `None` where its letters stand for
    /// too many sequences, or where the mismatches are such as nothing is published for.
    pub fn melting(&self, letters: &[u8], mismatches: &[Mismatch]) -> Option<MeltingTemperature> {
        let opposite = opposite(letters, mismatches)?;
        let sequences = sequences(letters)?;
        let (mut lowest_celsius, mut highest_celsius) = (f64::MAX, f64::MIN);
        for sequence in sequences {
            let at = self.celsius(&sequence, &opposite)?;
            (lowest_celsius, highest_celsius) = (lowest_celsius.min(at), highest_celsius.max(at));
        }
        Some(MeltingTemperature { lowest_celsius, highest_celsius })
    }

    /// `opposite` has the letter under each that does not match.
    fn celsius(&self, sequence: &[u8], opposite: &[Option<u8>]) -> Option<f64> {
        let (mut enthalpy, mut entropy) = (0.0, 0.0);
        let ends = [sequence.first(), sequence.last()].into_iter().flatten().map(|&letter| Some(end(letter)));
        let pairs = sequence.windows(2).zip(opposite.windows(2)).map(|(pair, under)| match under {
            [None, None] => Some(stacking(pair[0], pair[1])),
            _ => {
                let under = |at: usize| under[at].unwrap_or_else(|| nucleotide::complement(pair[at]));
                mismatched::stacking([pair[0], pair[1]], [under(0), under(1)])
            }
        });
        for pair in ends.chain(pairs) {
            let (more_enthalpy, more_entropy) = pair?;
            enthalpy += more_enthalpy;
            entropy += more_entropy;
        }
        let free_magnesium = (self.magnesium_mm - self.dntp_mm).max(0.0);
        let sodium_molar = (self.monovalent_mm + 120.0 * free_magnesium.sqrt()) / 1000.0;
        entropy += 0.368 * (sequence.len() as f64 - 1.0) * sodium_molar.ln();
        // The target is much rarer than the oligo, whose concentration alone counts.
        let oligo_molar = self.oligo_nm * 1e-9;
        Some(1000.0 * enthalpy / (entropy + GAS_CONSTANT * oligo_molar.ln()) - ZERO_CELSIUS)
    }
}

/// Under each letter of an oligo the one that does not match it, on the other strand.
fn opposite(letters: &[u8], mismatches: &[Mismatch]) -> Option<Vec<Option<u8>>> {
    let mut opposite = vec![None; letters.len()];
    for mismatch in mismatches {
        let is_inside = (2..letters.len()).contains(&(mismatch.place as usize));
        let is_base = b"ACGT".contains(&mismatch.genome);
        if mismatch.is_gap() || !is_inside || !is_base {
            return None;
        }
        opposite[mismatch.place as usize - 1] = Some(nucleotide::complement(mismatch.genome));
    }
    Some(opposite)
}

/// Every sequence that the letters stand for.
fn sequences(letters: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut sequences = vec![Vec::with_capacity(letters.len())];
    for &letter in letters {
        let bases: Vec<u8> = b"ACGT"
            .iter()
            .copied()
            .filter(|&base| nucleotide::bases(base) & nucleotide::bases(letter) != 0)
            .collect();
        if sequences.len() * bases.len() > MOST_SEQUENCES {
            return None;
        }
        sequences = bases
            .iter()
            .flat_map(|&base| sequences.iter().map(move |sequence| [&sequence[..], &[base]].concat()))
            .collect();
    }
    Some(sequences)
}

#[cfg(test)]
mod tests {
    use super::super::pairing::Pairing;
    use super::*;

    fn shown(letters: &str, genome: &str, chemistry: Chemistry) -> String {
        let pairing = Pairing::of(letters.as_bytes(), genome.as_bytes());
        match chemistry.melting(letters.as_bytes(), &pairing.mismatches) {
            None => "not computable".to_owned(),
            Some(at) => format!("{:.1}-{:.1}", at.lowest_celsius, at.highest_celsius),
        }
    }

    #[test]
    fn temperatures_follow_from_neighbours_salt_and_concentration() {
        let salt = |monovalent_mm, magnesium_mm, oligo_nm| Chemistry {
            monovalent_mm,
            magnesium_mm,
            dntp_mm: 0.0,
            oligo_nm,
        };
        // By hand for CGTTGA in 1 mol/l of sodium: -41.2 kcal/mol and -115.4 cal/(mol K) with both ends.
        let check = |letters, chemistry, expected: &str| {
            assert_eq!(shown(letters, letters, chemistry), expected, "{letters}")
        };
        check("CGTTGA", salt(1000.0, 0.0, 100_000.0), "35.0-35.0");
        check("GACCCCAAAATCAGCGAAAT", salt(50.0, 0.0, 500.0), "56.0-56.0");
        check("GTGARATGGTCATGTGTGGCGG", salt(50.0, 3.0, 500.0), "69.7-70.9");
        check(&"N".repeat(20), salt(50.0, 0.0, 500.0), "not computable");
    }

    #[test]
    fn a_single_mismatch_lowers_the_temperature_by_its_neighbours() {
        // The expected temperatures were computed with the same parameters by Biopython's `Tm_NN`.
        let chemistry = Chemistry { monovalent_mm: 50.0, magnesium_mm: 3.0, dntp_mm: 0.8, oligo_nm: 500.0 };
        let check = |letters, genome, expected: &str| {
            assert_eq!(shown(letters, genome, chemistry), expected, "{genome}")
        };
        check("GACCCCAAAATCAGCGAAAT", "GACCCCAAAATCAGCGAAAT", "63.6-63.6");
        check("GACCCCAAAATCAGCGAAAT", "GACCCTAAAATCAGCGAAAT", "54.6-54.6");
        check("GACCCCAAAATCAGCGAAAT", "GACCCCAAAATCGGCGAAAT", "56.2-56.2");
        check("GACCCCAAAATCAGCGAAAT", "GACTCCAAAATCAGCTAAAT", "44.8-44.8");
        check("GTGARATGGTCATGTGTGGCGG", "GTGAGATGGTCATGTTTGGCGG", "64.5-65.8");
        // At an end, side by side, a letter missing, not one base.
        check("GACCCCAAAATCAGCGAAAT", "TACCCCAAAATCAGCGAAAT", "not computable");
        check("GACCCCAAAATCAGCGAAAT", "GACCCCAATTTCAGCGAAAT", "not computable");
        check("GACCCCAAAATCAGCGAAAT", "GACCCC-AAATCAGCGAAAT", "not computable");
        check("GACCCCAAAATCAGCGAAAT", "GACCCCAAKATCAGCGAAAT", "not computable");
    }
}
