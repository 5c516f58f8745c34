//! Judges a genome by the pack's rules: six scores from 0 (nothing to find fault with) upwards.
//!
//! Below 30 is good, from 100 bad; the overall score is the sum of the squares of the scores, divided by
//! 100. Formulas are those of Nextclade 3 (its documentation, "Quality control"), thresholds and weights the
//! pack's. Start at [`judge`].

use crate::alphabet::amino_acid;
use crate::annotation::Annotation;
use crate::calls::Calls;
use crate::coordinate::{CodonPos, RefPos, Span};
use crate::pack::pathogen::{MutationLabels, QualityConfig, SnpClustersRule};
use crate::translation::{Reading, ReferencePeptides};
use crate::tree::RelativeNuc;

/// What a score means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Below 30.
    #[default]
    Good,
    /// From 30.
    Mediocre,
    /// From 100.
    Bad,
}

impl Status {
    /// What a score means.
    pub fn of(score: f64) -> Self {
        if score >= 100.0 {
            Self::Bad
        } else if score >= 30.0 {
            Self::Mediocre
        } else {
            Self::Good
        }
    }

    /// The word the field's tables use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Mediocre => "mediocre",
            Self::Bad => "bad",
        }
    }
}

/// Unknown nucleotides.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingData {
    /// From 0; 100 at the threshold.
    pub score: f64,
    /// Number of N.
    pub total: u32,
    /// Number of N at which the score is 100.
    pub threshold: f64,
}

/// Ambiguous nucleotides.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedSites {
    /// From 0; 100 at the threshold.
    pub score: f64,
    /// Number of ambiguous letters.
    pub total: u32,
    /// Number at which the score is 100.
    pub threshold: u32,
}

/// Mutations the nearest node does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct PrivateMutations {
    /// From 0; 100 when the excess reaches the cutoff.
    pub score: f64,
    /// Substitutions back to the reference.
    pub reversions: u32,
    /// Substitutions that mark another clade.
    pub labeled: u32,
    /// Other substitutions.
    pub unlabeled: u32,
    /// Deletions, each counted once whatever its length.
    pub deletions: u32,
    /// Weighted sum of all.
    pub total: f64,
    /// What exceeds the typical sum; may be negative.
    pub excess: f64,
    /// Excess at which the score is 100.
    pub cutoff: f64,
}

/// A crowd of private substitutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Position of the first.
    pub first: RefPos,
    /// Position of the last.
    pub last: RefPos,
    /// How many.
    pub substitutions: u32,
}

/// Crowds of private substitutions.
#[derive(Clone, Debug, PartialEq)]
pub struct SnpClusters {
    /// The weight for each cluster.
    pub score: f64,
    /// The clusters, by position.
    pub clusters: Vec<Cluster>,
}

/// A place in a coding sequence that a rule names: a run of codons, or one codon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the coding sequence.
    pub cds: usize,
    /// Codons.
    pub codons: Span<CodonPos>,
}

/// Places that count against a genome and places the pack knows and forgives.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// The weight for each place that counts.
    pub score: f64,
    /// Those that count.
    pub counted: Vec<Place>,
    /// Those forgiven.
    pub ignored: Vec<Place>,
}

/// The judgement; a rule the pack switches off is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quality {
    /// Sum of the squares of the scores, divided by 100.
    pub overall_score: f64,
    /// Unknown nucleotides.
    pub missing_data: Option<MissingData>,
    /// Ambiguous nucleotides.
    pub mixed_sites: Option<MixedSites>,
    /// Private mutations.
    pub private_mutations: Option<PrivateMutations>,
    /// Crowds of private substitutions.
    pub snp_clusters: Option<SnpClusters>,
    /// Frame shifts.
    pub frame_shifts: Option<Places>,
    /// Premature stops.
    pub stop_codons: Option<Places>,
}

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The genome's calls.
    pub calls: &'a Calls,
    /// Its coding sequences that were read.
    pub readings: &'a [Option<Reading>],
    /// What it differs in from its nearest node; nothing where there is no tree.
    pub private: &'a RelativeNuc,
    /// The reference's coding sequences.
    pub annotation: &'a Annotation,
    /// Their peptides.
    pub peptides: &'a ReferencePeptides,
    /// Labels of mutations.
    pub labels: &'a MutationLabels,
}

/// Judges a genome.
pub fn judge(config: &QualityConfig, judged: &Judged) -> Quality {
    let mut quality = Quality {
        overall_score: 0.0,
        missing_data: missing_data(config, judged.calls),
        mixed_sites: mixed_sites(config, judged.calls),
        private_mutations: private_mutations(config, judged),
        snp_clusters: snp_clusters(config, judged.private),
        frame_shifts: frame_shifts(config, judged),
        stop_codons: stop_codons(config, judged),
    };
    let scores = [
        quality.missing_data.as_ref().map(|rule| rule.score),
        quality.mixed_sites.as_ref().map(|rule| rule.score),
        quality.private_mutations.as_ref().map(|rule| rule.score),
        quality.snp_clusters.as_ref().map(|rule| rule.score),
        quality.frame_shifts.as_ref().map(|rule| rule.score),
        quality.stop_codons.as_ref().map(|rule| rule.score),
    ];
    quality.overall_score = scores.into_iter().flatten().fold(0.0, |sum, score| sum + score.powi(2) * 0.01);
    quality
}

fn missing_data(config: &QualityConfig, calls: &Calls) -> Option<MissingData> {
    let rule = &config.missing_data;
    let total = calls.missing_nt();
    rule.enabled.then(|| MissingData {
        score: ((f64::from(total) - rule.score_bias) * 100.0 / rule.threshold).max(0.0),
        total,
        threshold: rule.threshold + rule.score_bias,
    })
}

fn mixed_sites(config: &QualityConfig, calls: &Calls) -> Option<MixedSites> {
    let rule = &config.mixed_sites;
    let total = calls.ambiguous_nt();
    let score = (100.0 * (f64::from(total) / f64::from(rule.threshold))).max(0.0);
    rule.enabled.then_some(MixedSites { score, total, threshold: rule.threshold })
}

fn private_mutations(config: &QualityConfig, judged: &Judged) -> Option<PrivateMutations> {
    let rule = &config.private_mutations;
    if !rule.enabled {
        return None;
    }
    let (mut reversions, mut labeled, mut unlabeled) = (0u32, 0u32, 0u32);
    for substitution in &judged.private.substitutions {
        let change = substitution.change;
        if substitution.is_reversion {
            reversions += 1;
        } else if judged.labels.of_nucleotide(change.position, change.to).is_empty() {
            unlabeled += 1;
        } else {
            labeled += 1;
        }
    }
    let deletions = judged.private.deletions.len() as u32;
    let total = 0.0
        + rule.weight_reversion_substitutions * f64::from(reversions)
        + rule.weight_labeled_substitutions * f64::from(labeled)
        + rule.weight_unlabeled_substitutions * f64::from(unlabeled)
        + f64::from(deletions);
    let excess = total - rule.typical;
    let score = excess.max(0.0) * 100.0 / rule.cutoff;
    let cutoff = rule.cutoff;
    Some(PrivateMutations { score, reversions, labeled, unlabeled, deletions, total, excess, cutoff })
}

fn snp_clusters(config: &QualityConfig, private: &RelativeNuc) -> Option<SnpClusters> {
    let rule = &config.snp_clusters;
    rule.enabled.then(|| {
        let positions: Vec<u32> = private.substitutions.iter().map(|sub| sub.change.position.0).collect();
        let clusters = clusters_of(&positions, rule);
        SnpClusters { score: (clusters.len() as f64 * rule.score_weight).max(0.0), clusters }
    })
}

/// Runs of positions of which more than the cut-off fit into a window.
fn clusters_of(positions: &[u32], rule: &SnpClustersRule) -> Vec<Cluster> {
    let mut clusters: Vec<(usize, usize)> = Vec::new();
    let mut first = 0;
    for (last, &position) in positions.iter().enumerate() {
        while positions[first] < position.saturating_sub(rule.window_size_nt) {
            first += 1;
        }
        if last + 1 - first <= rule.cluster_cut_off as usize {
            continue;
        }
        match clusters.last_mut() {
            Some((_, end)) if *end + 1 == last && last > first => *end = last,
            _ => clusters.push((first, last)),
        }
    }
    let describe = |(first, last): (usize, usize)| Cluster {
        first: RefPos(positions[first]),
        last: RefPos(positions[last]),
        substitutions: (last + 1 - first) as u32,
    };
    clusters.into_iter().map(describe).collect()
}

fn frame_shifts(config: &QualityConfig, judged: &Judged) -> Option<Places> {
    let rule = &config.frame_shifts;
    let is_ignored = |place: &Place| {
        let name = &judged.annotation.cdses[place.cds].name;
        rule.ignored.iter().any(|known| known.cds_name == *name && known.codons == place.codons)
    };
    let shifts = judged.readings.iter().flatten().flat_map(|reading| {
        reading.frame_shifts.iter().map(|shift| Place { cds: reading.cds, codons: shift.codons })
    });
    rule.enabled.then(|| places(shifts, is_ignored, rule.score_weight))
}

fn stop_codons(config: &QualityConfig, judged: &Judged) -> Option<Places> {
    let rule = &config.stop_codons;
    let is_ignored = |place: &Place| {
        let name = &judged.annotation.cdses[place.cds].name;
        rule.ignored.iter().any(|known| known.cds_name == *name && known.codon == place.codons.begin)
    };
    let stops =
        judged.readings.iter().flatten().flat_map(|reading| premature_stops(reading, judged.peptides));
    rule.enabled.then(|| places(stops, is_ignored, rule.score_weight))
}

/// Stops before the last codon, those of the reference included where the query has them too.
fn premature_stops(reading: &Reading, peptides: &ReferencePeptides) -> Vec<Place> {
    let last = peptides.letters(reading.cds).len().saturating_sub(1) as u32;
    let own = reading.differences.iter().filter(|run| run.letter == amino_acid::STOP);
    let inherited = peptides.internal_stops(reading.cds).iter();
    let inherited = inherited.filter(|&&stop| reading.letter(stop, peptides) == amino_acid::STOP);
    let mut stops: Vec<u32> = own
        .flat_map(|run| run.codons.positions())
        .chain(inherited.copied())
        .map(|codon| codon.0)
        .filter(|&codon| codon < last)
        .collect();
    stops.sort_unstable();
    stops.dedup();
    stops.into_iter().map(|codon| Place { cds: reading.cds, codons: Span::new(codon, codon + 1) }).collect()
}

fn places(found: impl Iterator<Item = Place>, is_ignored: impl Fn(&Place) -> bool, weight: f64) -> Places {
    let (ignored, counted): (Vec<_>, Vec<_>) = found.partition(is_ignored);
    Places { score: counted.len() as f64 * weight, counted, ignored }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_change_at_30_and_100() {
        let check = |score, expected: &str| assert_eq!(Status::of(score).word(), expected);
        check(29.9, "good");
        check(30.0, "mediocre");
        check(99.9, "mediocre");
        check(100.0, "bad");
    }

    #[test]
    fn clusters_need_more_than_the_cut_off_in_a_window() {
        let rule =
            SnpClustersRule { enabled: true, window_size_nt: 10, cluster_cut_off: 2, score_weight: 50.0 };
        let check = |positions: &[u32], expected: &[(u32, u32, u32)]| {
            let found: Vec<_> = clusters_of(positions, &rule)
                .iter()
                .map(|c| (c.first.0, c.last.0, c.substitutions))
                .collect();
            assert_eq!(found, expected, "{positions:?}");
        };
        check(&[1, 5], &[]);
        check(&[1, 5, 9], &[(1, 9, 3)]);
        check(&[1, 5, 9, 12, 14], &[(1, 14, 5)]);
        check(&[1, 5, 9, 40, 44, 48, 100], &[(1, 9, 3), (40, 48, 3)]);
    }
}
