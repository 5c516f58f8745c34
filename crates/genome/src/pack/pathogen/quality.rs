//! `qc`: how the quality of a sequence is judged. Numbers only; the judging is elsewhere.
//!
//! A rule gives a score from 0 (good); 100 is bad. Formulas stand with the code that applies them.

use super::PathogenError;
use super::fields::{Fields, MOST};
use super::read::set;
use crate::coordinate::{CodonPos, Span};

/// Weights and thresholds: any number that is not negative.
const AMOUNT: std::ops::RangeInclusive<f64> = 0.0..=f64::INFINITY;

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

impl QualityConfig {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut config = Self::default();
        if let Some(rule) = fields.object("missingData")? {
            config.missing_data = MissingDataRule::read(rule)?;
        }
        if let Some(rule) = fields.object("mixedSites")? {
            config.mixed_sites = MixedSitesRule::read(rule)?;
        }
        if let Some(rule) = fields.object("privateMutations")? {
            config.private_mutations = PrivateMutationsRule::read(rule)?;
        }
        if let Some(rule) = fields.object("snpClusters")? {
            config.snp_clusters = SnpClustersRule::read(rule)?;
        }
        if let Some(rule) = fields.object("frameShifts")? {
            config.frame_shifts = FrameShiftRule::read(rule)?;
        }
        if let Some(rule) = fields.object("stopCodons")? {
            config.stop_codons = StopCodonRule::read(rule)?;
        }
        fields.finish();
        Ok(config)
    }
}

impl MissingDataRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.threshold, fields.number("missingDataThreshold", AMOUNT)?);
        set(&mut rule.score_bias, fields.number("scoreBias", AMOUNT)?);
        needed(&fields, "missingDataThreshold", rule.enabled, rule.threshold > 0.0)?;
        fields.finish();
        Ok(rule)
    }
}

impl MixedSitesRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.threshold, fields.whole("mixedSitesThreshold", 0..=MOST)?);
        needed(&fields, "mixedSitesThreshold", rule.enabled, rule.threshold > 0)?;
        fields.finish();
        Ok(rule)
    }
}

impl PrivateMutationsRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.weight_reversion_substitutions, fields.number("weightReversionSubstitutions", AMOUNT)?);
        set(&mut rule.weight_reversion_deletions, fields.number("weightReversionDeletions", AMOUNT)?);
        set(&mut rule.weight_labeled_substitutions, fields.number("weightLabeledSubstitutions", AMOUNT)?);
        set(&mut rule.weight_labeled_deletions, fields.number("weightLabeledDeletions", AMOUNT)?);
        set(&mut rule.weight_unlabeled_substitutions, fields.number("weightUnlabeledSubstitutions", AMOUNT)?);
        set(&mut rule.weight_unlabeled_deletions, fields.number("weightUnlabeledDeletions", AMOUNT)?);
        set(&mut rule.typical, fields.number("typical", AMOUNT)?);
        set(&mut rule.cutoff, fields.number("cutoff", AMOUNT)?);
        needed(&fields, "cutoff", rule.enabled, rule.cutoff > 0.0)?;
        fields.finish();
        Ok(rule)
    }
}

impl SnpClustersRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.window_size_nt, fields.whole("windowSize", 0..=MOST)?);
        set(&mut rule.cluster_cut_off, fields.whole("clusterCutOff", 0..=MOST)?);
        set(&mut rule.score_weight, fields.number("scoreWeight", AMOUNT)?);
        needed(&fields, "windowSize", rule.enabled, rule.window_size_nt > 0)?;
        fields.finish();
        Ok(rule)
    }
}

impl FrameShiftRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.score_weight, fields.number("scoreWeight", AMOUNT)?);
        for mut known in fields.objects("ignoredFrameShifts")? {
            match (known.text("cdsName")?, known.span("codonRange")?) {
                (Some(cds_name), Some(codons)) => rule.ignored.push(IgnoredFrameShift { cds_name, codons }),
                _ => known.note("cdsName", "without both cdsName and codonRange nothing is ignored"),
            }
            known.finish();
        }
        fields.finish();
        Ok(rule)
    }
}

impl StopCodonRule {
    fn read(mut fields: Fields<'_>) -> Result<Self, PathogenError> {
        let mut rule = Self::default();
        set(&mut rule.enabled, fields.flag("enabled")?);
        set(&mut rule.score_weight, fields.number("scoreWeight", AMOUNT)?);
        for mut known in fields.objects("ignoredStopCodons")? {
            let cds_name = known.needed_text("cdsName")?;
            let codon = known.whole("codon", 0..=MOST)?.ok_or_else(|| known.fail("codon", "is missing"))?;
            rule.ignored.push(IgnoredStopCodon { cds_name, codon: CodonPos(codon) });
            known.finish();
        }
        fields.finish();
        Ok(rule)
    }
}

/// A rule that is applied cannot do without this number: the score is divided by it.
fn needed(fields: &Fields<'_>, key: &str, enabled: bool, positive: bool) -> Result<(), PathogenError> {
    if enabled && !positive {
        return Err(fields.fail(key, "must be above 0 while the rule is enabled"));
    }
    Ok(())
}
