//! `qc`: how the quality of a sequence is judged. Numbers only; the judging is elsewhere.
//!
//! A rule gives a score from 0 (good); 100 is bad. Formulas stand with the code that applies them.

use crate::coordinate::{CodonPos, Span};

/// The six rules. A rule the file leaves out has its default, which is off for all but the last two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QualityConfig {
    /// Too many unknown nucleotides (N).
    pub missing_data: MissingDataRule,
    /// Too many ambiguous nucleotides (R, Y, ...).
    pub mixed_sites: MixedSitesRule,
    /// Too many mutations the nearest tree node does not have.
    pub private_mutations: PrivateMutationsRule,
    /// Private mutations crowded together.
    pub snp_clusters: SnpClustersRule,
    /// Reading frames broken.
    pub frame_shifts: FrameShiftRule,
    /// Proteins cut short.
    pub stop_codons: StopCodonRule,
}

/// Too many unknown nucleotides (N).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MissingDataRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Count of N above `score_bias` at which the score is 100; above 0 if the rule is applied.
    pub threshold: f64,
    /// Count of N that costs nothing.
    pub score_bias: f64,
}

/// Too many ambiguous nucleotides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MixedSitesRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Count of ambiguous nucleotides at which the score is 100; above 0 if the rule is applied.
    pub threshold: u32,
}

/// Too many mutations the nearest tree node does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateMutationsRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Weight of a substitution back to the reference.
    pub weight_reversion_substitutions: f64,
    /// Weight of a deletion that is a reversion.
    pub weight_reversion_deletions: f64,
    /// Weight of a substitution that has a label.
    pub weight_labeled_substitutions: f64,
    /// Weight of a deletion that has a label.
    pub weight_labeled_deletions: f64,
    /// Weight of any other substitution.
    pub weight_unlabeled_substitutions: f64,
    /// Weight of any other deletion.
    pub weight_unlabeled_deletions: f64,
    /// Weighted count that costs nothing.
    pub typical: f64,
    /// Weighted count above `typical` at which the score is 100; above 0 if the rule is applied.
    pub cutoff: f64,
}

/// Private mutations crowded together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SnpClustersRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Length of the sliding window in nucleotides; at least 1 if the rule is applied.
    pub window_size_nt: u32,
    /// A window with more private mutations than this is a cluster.
    pub cluster_cut_off: u32,
    /// Score per cluster.
    pub score_weight: f64,
}

/// Reading frames broken.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameShiftRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Known frame shifts that cost nothing.
    pub ignored: Vec<IgnoredFrameShift>,
    /// Score per frame shift.
    pub score_weight: f64,
}

/// A known frame shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredFrameShift {
    /// Name of the coding sequence.
    pub cds_name: String,
    /// Codons read in the wrong frame.
    pub codons: Span<CodonPos>,
}

/// Proteins cut short.
#[derive(Clone, Debug, PartialEq)]
pub struct StopCodonRule {
    /// Whether the rule is applied.
    pub enabled: bool,
    /// Known stop codons that cost nothing.
    pub ignored: Vec<IgnoredStopCodon>,
    /// Score per stop codon.
    pub score_weight: f64,
}

/// A known stop codon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredStopCodon {
    /// Name of the coding sequence.
    pub cds_name: String,
    /// Which codon, 0-based as in the file.
    pub codon: CodonPos,
}

impl Default for PrivateMutationsRule {
    fn default() -> Self {
        Self {
            enabled: false,
            weight_reversion_substitutions: 1.0,
            weight_reversion_deletions: 1.0,
            weight_labeled_substitutions: 1.0,
            weight_labeled_deletions: 1.0,
            weight_unlabeled_substitutions: 1.0,
            weight_unlabeled_deletions: 1.0,
            typical: 0.0,
            cutoff: 0.0,
        }
    }
}

impl Default for FrameShiftRule {
    fn default() -> Self {
        Self { enabled: true, ignored: Vec::new(), score_weight: 75.0 }
    }
}

impl Default for StopCodonRule {
    fn default() -> Self {
        Self { enabled: true, ignored: Vec::new(), score_weight: 75.0 }
    }
}
