//! Assays over many genomes: in how many of those that can be assessed nothing suggests a loss, which mutations are to
//! blame, and which pairs of assays together miss nothing.
//!
//! Shares have 95 % intervals after Wilson, J Am Stat Assoc 22:209 (1927), which hold for few genomes, too. Genomes of
//! specimens that were chosen by a PCR flatter that PCR: what it misses is not among them. Start at [`Batch::add`].

use super::rules::Verdict;
use std::collections::BTreeMap;

/// More assays than this are not paired.
const MOST_PAIRED: usize = 64;

/// Normal deviate of 95 %.
const DEVIATE: f64 = 1.959_963_984_540_054;

/// By what genomes are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// All together.
    All,
    /// By clade.
    Clade,
    /// By lineage, where the tree knows finer groups than clades.
    Lineage,
    /// By month of collection.
    Month,
    /// By place.
    Place,
}

impl Grouping {
    /// The word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Clade => "clade",
            Self::Lineage => "lineage",
            Self::Month => "month",
            Self::Place => "place",
        }
    }
}

/// What one genome adds.
#[derive(Clone, Debug, Default)]
pub struct Outcome<'a> {
    /// Clade, empty if there is none.
    pub clade: &'a str,
    /// Lineage, empty if there is none.
    pub lineage: &'a str,
    /// `2024-03`, if known.
    pub month: Option<&'a str>,
    /// Where it was collected, if known.
    pub place: Option<&'a str>,
    /// Assays with a verdict that is not the usual one, in order.
    pub verdicts: Vec<(usize, Verdict)>,
    /// Mutations to blame: assay, oligo, mutation.
    pub blamed: Vec<(usize, usize, &'a str)>,
    /// Assays whose amplicon dropped out.
    pub dropped_out: Vec<usize>,
}

/// Numbers of genomes by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; 4]);

/// A share with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share itself.
    pub value: f64,
    /// Bounds of the 95 % interval.
    pub low: f64,
    /// See above.
    pub high: f64,
}

/// How often a mutation was to blame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blame {
    /// Genomes.
    pub genomes: u64,
    /// Earliest month of collection among them, if one is known.
    pub since: Option<String>,
}

/// Two assays together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Genomes that both can be assessed on.
    pub assessable: u64,
    /// Those among them on which both lose.
    pub missed: u64,
}

/// A batch of genomes.
#[derive(Clone, Debug)]
pub struct Batch {
    usual: Vec<Verdict>,
    groups: BTreeMap<(Grouping, String), Vec<Counts>>,
    blamed: BTreeMap<(usize, usize, String), Blame>,
    /// By the numbers of both assays, the lower first.
    pairs: Vec<Pair>,
    /// Genomes in which an amplicon dropped out, by assay and mutations to blame, which may be none.
    dropped_out: BTreeMap<(usize, String), u64>,
}

impl Counts {
    /// Genomes with a verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.0[verdict as usize]
    }

    /// Genomes that could be assessed.
    pub fn assessable(&self) -> u64 {
        self.0.iter().sum::<u64>() - self.of(Verdict::NotAssessable)
    }

    /// Share without a predicted effect among those assessable.
    pub fn share(&self) -> Option<Share> {
        Share::of(self.of(Verdict::NoPredictedEffect), self.assessable())
    }
}

impl Share {
    /// The share of `part` in `all`, if there are any.
    pub fn of(part: u64, all: u64) -> Option<Self> {
        let (x, n) = (part as f64, all as f64);
        let z2 = DEVIATE * DEVIATE;
        let middle = (x + z2 / 2.0) / (n + z2);
        let half = DEVIATE / (n + z2) * (x * (n - x) / n + z2 / 4.0).sqrt();
        let bound = |value: f64| value.clamp(0.0, 1.0);
        (all > 0).then(|| Self { value: x / n, low: bound(middle - half), high: bound(middle + half) })
    }
}

impl Batch {
    /// An empty batch for assays whose usual verdicts are these.
    pub fn new(usual: Vec<Verdict>) -> Self {
        let paired = if usual.len() <= MOST_PAIRED { usual.len() * usual.len() } else { 0 };
        let all = vec![Counts::default(); usual.len()];
        let groups = BTreeMap::from([((Grouping::All, String::new()), all)]);
        let pairs = vec![Pair::default(); paired];
        Self { groups, blamed: BTreeMap::new(), pairs, dropped_out: BTreeMap::new(), usual }
    }

    /// Adds a genome.
    pub fn add(&mut self, outcome: &Outcome) {
        let mut verdicts = self.usual.clone();
        for &(assay, verdict) in &outcome.verdicts {
            verdicts[assay] = verdict;
        }
        let groups = [
            (Grouping::All, Some("")),
            (Grouping::Clade, Some(outcome.clade).filter(|clade| !clade.is_empty())),
            (Grouping::Lineage, Some(outcome.lineage).filter(|lineage| !lineage.is_empty())),
            (Grouping::Month, outcome.month),
            (Grouping::Place, outcome.place),
        ];
        for (grouping, value) in groups {
            let Some(value) = value else { continue };
            let counts = self.groups.entry((grouping, value.to_owned()));
            let counts = counts.or_insert_with(|| vec![Counts::default(); verdicts.len()]);
            for (counts, &verdict) in counts.iter_mut().zip(&verdicts) {
                counts.0[verdict as usize] += 1;
            }
        }
        self.add_pairs(&verdicts);
        for &assay in &outcome.dropped_out {
            let own = outcome.blamed.iter().filter(|(other, ..)| *other == assay);
            let mutations: Vec<&str> = own.map(|&(.., mutation)| mutation).collect();
            *self.dropped_out.entry((assay, mutations.join(","))).or_default() += 1;
        }
        for &(assay, oligo, mutation) in &outcome.blamed {
            let blame = self.blamed.entry((assay, oligo, mutation.to_owned())).or_default();
            blame.genomes += 1;
            if let Some(month) = outcome.month
                && blame.since.as_deref().is_none_or(|since| month < since)
            {
                blame.since = Some(month.to_owned());
            }
        }
    }

    fn add_pairs(&mut self, verdicts: &[Verdict]) {
        if self.pairs.is_empty() {
            return;
        }
        for (first, &one) in verdicts.iter().enumerate() {
            for (second, &other) in verdicts.iter().enumerate().skip(first + 1) {
                if one != Verdict::NotAssessable && other != Verdict::NotAssessable {
                    let pair = &mut self.pairs[first * verdicts.len() + second];
                    pair.assessable += 1;
                    pair.missed += u64::from(one.is_loss() && other.is_loss());
                }
            }
        }
    }

    /// Every group with the counts of each assay, all genomes first.
    pub fn groups(&self) -> impl Iterator<Item = (Grouping, &str, &[Counts])> {
        self.groups.iter().map(|((grouping, value), counts)| (*grouping, value.as_str(), counts.as_slice()))
    }

    /// Mutations to blame, by assay, those in most genomes first: assay, oligo, mutation.
    pub fn blamed(&self) -> Vec<(usize, usize, &str, &Blame)> {
        let all = self.blamed.iter();
        let mut all: Vec<_> =
            all.map(|((assay, oligo, mutation), blame)| (*assay, *oligo, mutation.as_str(), blame)).collect();
        all.sort_by_key(|&(assay, .., blame)| (assay, std::cmp::Reverse(blame.genomes)));
        all
    }

    /// Amplicons that dropped out: assay, mutations under its primers in the same genomes (none: empty), genomes.
    pub fn dropped_out(&self) -> impl Iterator<Item = (usize, &str, u64)> {
        self.dropped_out.iter().map(|((assay, mutations), genomes)| (*assay, mutations.as_str(), *genomes))
    }

    /// Pairs of assays, those that miss the fewest first.
    pub fn pairs(&self) -> Vec<(usize, usize, Pair)> {
        let count = self.usual.len();
        let all = self.pairs.iter().enumerate().map(|(at, pair)| (at / count, at % count, *pair));
        let mut all: Vec<_> = all.filter(|(first, second, _)| first < second).collect();
        all.sort_by_key(|&(first, second, pair)| {
            (pair.missed, std::cmp::Reverse(pair.assessable), first, second)
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{NoPredictedEffect, NotAssessable, PossibleLoss, ProbableLoss};

    #[test]
    fn intervals_are_wilsons() {
        let check = |part, all, expected: &str| {
            let share = Share::of(part, all);
            let shown =
                share.map_or("none".to_owned(), |s| format!("{:.4} {:.4}-{:.4}", s.value, s.low, s.high));
            assert_eq!(shown, expected);
        };
        check(0, 0, "none");
        check(10, 10, "1.0000 0.7225-1.0000");
        check(0, 20, "0.0000 0.0000-0.1611");
        check(81, 263, "0.3080 0.2553-0.3662");
    }

    #[test]
    fn genomes_are_counted_by_group_mutation_and_pair() {
        let mut batch = Batch::new(vec![NoPredictedEffect, NoPredictedEffect, NotAssessable]);
        let lost = |month, verdicts| Outcome {
            clade: "A",
            month: Some(month),
            verdicts,
            blamed: vec![(0, 1, "C5T")],
            ..Outcome::default()
        };
        batch.add(&lost("2021-05", vec![(0, PossibleLoss)]));
        batch.add(&lost("2021-03", vec![(0, ProbableLoss), (1, ProbableLoss)]));
        batch.add(&Outcome { place: Some("X"), verdicts: vec![(1, NotAssessable)], ..Outcome::default() });
        let groups = batch.groups().map(|(grouping, value, counts)| {
            let shares = counts.iter().map(|c| format!("{}/{}", c.of(NoPredictedEffect), c.assessable()));
            format!("{} {value}: {}", grouping.word(), shares.collect::<Vec<_>>().join(" "))
        });
        assert_eq!(
            groups.collect::<Vec<_>>(),
            [
                "all : 1/3 1/2 0/0",
                "clade A: 0/2 1/2 0/0",
                "month 2021-03: 0/1 0/1 0/0",
                "month 2021-05: 0/1 1/1 0/0",
                "place X: 1/1 0/0 0/0"
            ]
        );
        let blame = Blame { genomes: 2, since: Some("2021-03".to_owned()) };
        assert_eq!(batch.blamed(), [(0, 1, "C5T", &blame)]);
        assert_eq!(batch.pairs()[2], (0, 1, Pair { assessable: 2, missed: 1 }));
    }
}
