//! From mismatches to a verdict: what is known of primers and probes in general, written down as numbers.
//!
//! The numbers are in [`Rules`], with their sources; a pack may bring its own. A verdict is a prediction: what a
//! laboratory measured ([`super::evidence`]) goes before it. Start at [`Rules::of_oligo`].

use super::oligo::Role;
use super::pairing::{Mismatch, Pairing};
use crate::alphabet::nucleotide;
use serde::Deserialize;

/// What is to be expected of an assay or an oligo, the worse the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing suggests a loss.
    NoPredictedEffect,
    /// Too much was not read to say.
    NotAssessable,
    /// Less sensitive, perhaps.
    PossibleLoss,
    /// Less sensitive or blind, probably.
    ProbableLoss,
}

impl Verdict {
    /// All of them, the worse the later.
    pub const ALL: [Self; 4] =
        [Self::NoPredictedEffect, Self::NotAssessable, Self::PossibleLoss, Self::ProbableLoss];

    /// A letter for it, where many are kept.
    pub fn letter(self) -> char {
        match self {
            Self::NoPredictedEffect => 'n',
            Self::NotAssessable => 'a',
            Self::PossibleLoss => 'p',
            Self::ProbableLoss => 'l',
        }
    }

    /// The verdict of a [`Self::letter`].
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.letter() == letter)
    }

    /// The words of tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoPredictedEffect => "no predicted effect",
            Self::NotAssessable => "not assessable",
            Self::PossibleLoss => "possible loss",
            Self::ProbableLoss => "probable loss",
        }
    }

    /// Whether the verdict says that an assay is in danger.
    pub fn is_loss(self) -> bool {
        self >= Self::PossibleLoss
    }
}

/// Where verdicts begin, in letters that do not match. 0 switches a rule off.
///
/// - The last letters of a primer weigh most: Stadhouders et al., J Mol Diagn 12:109 (2010), where single mismatches in
///   the last five letters cost from less than 1.5 to more than 7 cycles.
/// - Of mismatches at the last two letters, purine to purine and C to C cost most (the same, table 1).
/// - Four mismatches in one primer, wherever they are, nearly stop an amplification; one or two away from the 3' end
///   cost little: Lefever et al., Clin Chem 59:1470 (2013).
/// - A single mismatch under a 5'-nuclease probe can lower sensitivity: Papin et al., J Clin Microbiol 42:1511 (2004);
///   Whiley and Sloots, J Clin Virol 34:104 (2005).
/// - Letters missing on one side shift all that follows; nothing general is published, so they count as the worst
///   mismatch does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Rules {
    /// Letters of a primer that count as its 3' end.
    pub primer_end_nt: u32,
    /// Mismatches in the 3' end of a primer that make a loss possible, and probable.
    pub primer_end_possible: u32,
    /// See above.
    pub primer_end_probable: u32,
    /// Letters at the very 3' end where one mismatch of the worst kinds makes a loss probable.
    pub primer_terminal_nt: u32,
    /// Mismatches in a whole primer that make a loss possible, and probable.
    pub primer_possible: u32,
    /// See above.
    pub primer_probable: u32,
    /// Mismatches in a probe that make a loss possible, and probable.
    pub probe_possible: u32,
    /// See above.
    pub probe_probable: u32,
    /// Letters missing on one side, in any oligo, that make a loss possible, and probable.
    pub gap_possible: u32,
    /// See above.
    pub gap_probable: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            primer_end_nt: 5,
            primer_end_possible: 1,
            primer_end_probable: 2,
            primer_terminal_nt: 2,
            primer_possible: 2,
            primer_probable: 4,
            probe_possible: 1,
            probe_probable: 3,
            gap_possible: 1,
            gap_probable: 2,
        }
    }
}

impl Rules {
    /// Reads rules that differ from the usual ones: a JSON object with the fields of [`Rules`] in camelCase.
    ///
    /// # Errors
    /// What is wrong with the text, as a sentence.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("assay-rules.json: {error}"))
    }

    /// The verdict on one oligo of so many letters.
    pub fn of_oligo(&self, role: Role, length: u32, pairing: &Pairing) -> Verdict {
        let known = match role {
            Role::Probe => step(pairing.mismatches.len(), self.probe_possible, self.probe_probable),
            Role::Forward | Role::Reverse => self.of_primer(length, pairing),
        };
        let gaps = pairing.mismatches.iter().filter(|mismatch| mismatch.is_gap()).count();
        let known = known.max(step(gaps, self.gap_possible, self.gap_probable));
        // What was not read can only make it worse.
        if pairing.unread > 0 { known.max(Verdict::NotAssessable) } else { known }
    }

    fn of_primer(&self, length: u32, pairing: &Pairing) -> Verdict {
        let from_end = |mismatch: &&Mismatch| length.saturating_sub(mismatch.place);
        let near = |letters: u32| pairing.mismatches.iter().filter(move |m| from_end(m) < letters);
        let is_worst = |mismatch: &Mismatch| mismatch.is_gap() || is_worst_kind(mismatch);
        let terminal = near(self.primer_terminal_nt).any(is_worst);
        let all = step(pairing.mismatches.len(), self.primer_possible, self.primer_probable);
        let end = step(near(self.primer_end_nt).count(), self.primer_end_possible, self.primer_end_probable);
        if terminal { Verdict::ProbableLoss } else { all.max(end) }
    }
}

fn step(count: usize, possible: u32, probable: u32) -> Verdict {
    let reaches = |limit: u32| limit > 0 && count >= limit as usize;
    if reaches(probable) {
        Verdict::ProbableLoss
    } else if reaches(possible) {
        Verdict::PossibleLoss
    } else {
        Verdict::NoPredictedEffect
    }
}

/// Purine opposite purine and C opposite C, whichever of its letters the oligo has.
fn is_worst_kind(mismatch: &Mismatch) -> bool {
    let bases = |letters: &[u8]| letters.iter().map(|&letter| nucleotide::bases(letter)).sum::<u8>();
    let template = nucleotide::bases(nucleotide::complement(mismatch.genome));
    let oligo = nucleotide::bases(mismatch.oligo);
    let (purines, c) = (bases(b"AG"), bases(b"C"));
    let within = |set: u8, all: u8| set != 0 && set & !all == 0;
    within(oligo, purines) && within(template, purines) || within(oligo, c) && within(template, c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_from_number_place_and_kind() {
        let oligo = b"GACCCCAAAATCAGCGAAAT";
        let check = |role, genome: &str, expected: &str| {
            let pairing = Pairing::of(oligo, genome.as_bytes());
            let verdict = Rules::default().of_oligo(role, 20, &pairing);
            assert_eq!(verdict.words(), expected, "{role:?} {genome}");
        };
        check(Role::Forward, "GACCCCAAAATCAGCGAAAT", "no predicted effect");
        check(Role::Forward, "GACCCTAAAATCAGCGAAAT", "no predicted effect");
        check(Role::Forward, "GACTCTAAAATCAGCGAAAT", "possible loss");
        check(Role::Forward, "GTCTCTATAATCAGCGAAAT", "probable loss");
        // T on a template's G at the very end costs few cycles, A on A many.
        check(Role::Forward, "GACCCCAAAATCAGCGAAAC", "possible loss");
        check(Role::Forward, "GACCCCAAAATCAGCGAATT", "probable loss");
        check(Role::Forward, "GACCCCAAAATCAGCGGAGT", "probable loss");
        check(Role::Forward, "GACCCCNNNATCAGCGAAAT", "not assessable");
        check(Role::Forward, "GACCCCNNNATCAGCGAATT", "probable loss");
        check(Role::Probe, "GATCCCAAAATCAGCGAAAT", "possible loss");
        check(Role::Probe, "GATTTCAAAATCAGCGAAAT", "probable loss");
    }

    #[test]
    fn rules_of_a_pack_replace_single_numbers() {
        let rules = Rules::from_json(r#"{"probePossible": 2}"#);
        assert_eq!(rules, Ok(Rules { probe_possible: 2, ..Rules::default() }));
        let unknown = Rules::from_json(r#"{"probe": 2}"#).unwrap_err();
        assert!(unknown.starts_with("assay-rules.json: unknown field `probe`"), "{unknown}");
    }
}
