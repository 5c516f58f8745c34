//! What a batch says of its assays, as plain values for a page.
//!
//! Start at [`fill`].

use hearth_genome::assay::Verdict;
use hearth_genome::assay::batch::{Batch, Counts, Grouping, Share as WithInterval};
use hearth_pages::report::{AssayFacts, Lineage, Share};
use std::collections::HashSet;

/// Clades with a column of their own.
const MOST_CLADES: usize = 6;

/// Mutations told of each assay.
const MOST_BLAMED: usize = 20;

/// Fills in shares, mutations to blame and pairs; `clades` are the batch's, the most frequent first.
pub fn fill(batch: &Batch, clades: &[Lineage], facts: &mut AssayFacts) {
    if facts.assays.is_empty() {
        return;
    }
    facts.clades = clades.iter().take(MOST_CLADES).map(|clade| clade.name.clone()).collect();
    for (grouping, value, counts) in batch.groups() {
        let column = facts.clades.iter().position(|clade| clade == value);
        for (assay, counts) in facts.assays.iter_mut().zip(counts) {
            match (grouping, column) {
                (Grouping::All, _) => assay.all = share_of(counts),
                (Grouping::Clade, Some(column)) => {
                    assay.by_clade.resize(assay.by_clade.len().max(column + 1), Share::default());
                    assay.by_clade[column] = share_of(counts);
                }
                _ => {}
            }
        }
    }
    let has_others = clades.len() > MOST_CLADES;
    for assay in &mut facts.assays {
        assay.by_clade.resize(facts.clades.len(), Share::default());
        let sum = |of: fn(&Share) -> u64| assay.by_clade.iter().map(of).sum::<u64>();
        let unaffected = assay.all.unaffected.saturating_sub(sum(|share| share.unaffected));
        let assessable = assay.all.assessable.saturating_sub(sum(|share| share.assessable));
        if has_others {
            assay.by_clade.push(share(unaffected, assessable));
        }
    }
    for (assay, _, mutation, blame) in batch.blamed() {
        let blamed = &mut facts.assays[assay].blamed;
        if blamed.len() < MOST_BLAMED && blamed.iter().all(|(known, ..)| known != mutation) {
            blamed.push((mutation.to_owned(), blame.genomes, blame.since.clone()));
        }
    }
    for (assay, _, genomes) in batch.dropped_out() {
        facts.assays[assay].dropped_out += genomes;
    }
    fill_pairs(batch, facts);
}

fn fill_pairs(batch: &Batch, facts: &mut AssayFacts) {
    let pairs: Vec<_> = batch.pairs().into_iter().filter(|(.., pair)| pair.assessable > 0).collect();
    let safe = pairs.iter().filter(|(.., pair)| pair.missed == 0);
    facts.safe_pairs = safe.map(|(one, other, pair)| (*one, *other, pair.assessable)).collect();
    facts.best_pair = pairs.first().map(|(one, other, pair)| (*one, *other, pair.missed, pair.assessable));
}

/// Assays, by number, that lose on so many genomes that it is no news of a single one.
pub fn lost_by_many(facts: &AssayFacts) -> HashSet<usize> {
    let numbers = facts.assays.iter().enumerate();
    numbers.filter(|(_, assay)| assay.all.is_lost_by_many()).map(|(number, _)| number).collect()
}

/// Mutations that assays in danger suffer from.
pub fn to_blame(facts: &AssayFacts) -> HashSet<String> {
    let blamed = facts.in_danger().into_iter().flat_map(|assay| assay.blamed.iter());
    blamed.map(|(mutation, ..)| mutation.clone()).collect()
}

fn share_of(counts: &Counts) -> Share {
    share(counts.of(Verdict::NoPredictedEffect), counts.assessable())
}

fn share(unaffected: u64, assessable: u64) -> Share {
    let bounds = WithInterval::of(unaffected, assessable).map_or((0.0, 1.0), |share| (share.low, share.high));
    Share { unaffected, assessable, low: bounds.0, high: bounds.1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{NoPredictedEffect, ProbableLoss};
    use hearth_genome::assay::batch::Outcome;
    use hearth_pages::report::AssayCounts;

    #[test]
    fn columns_of_clades_and_the_others_add_up_to_all() {
        let mut batch = Batch::new(vec![NoPredictedEffect, NoPredictedEffect]);
        let names: Vec<String> = (0..MOST_CLADES + 3).map(|at| format!("c{at}")).collect();
        for (at, clade) in names.iter().enumerate() {
            let lost = || vec![(0, ProbableLoss)];
            let verdicts = if at % 2 == 0 { lost() } else { Vec::new() };
            let blamed = if at % 2 == 0 { vec![(0, 0, "C5T"), (0, 1, "C5T")] } else { Vec::new() };
            batch.add(&Outcome { clade, verdicts, blamed, ..Outcome::default() });
        }
        let clades: Vec<Lineage> =
            names.iter().map(|name| Lineage { name: name.clone(), genomes: 1 }).collect();
        let assays =
            ["A", "B"].map(|name| AssayCounts { name: name.to_owned(), ..AssayCounts::default() }).to_vec();
        let mut facts = AssayFacts { assays, ..AssayFacts::default() };
        fill(&batch, &clades, &mut facts);
        for assay in &facts.assays {
            assert_eq!(assay.by_clade.len(), MOST_CLADES + 1);
            let sum = |of: fn(&Share) -> u64| assay.by_clade.iter().map(of).sum::<u64>();
            assert_eq!(sum(|share| share.assessable), assay.all.assessable);
            assert_eq!(sum(|share| share.unaffected), assay.all.unaffected);
        }
        assert_eq!(facts.assays[0].blamed, [("C5T".to_owned(), 5, None)]);
        assert_eq!(lost_by_many(&facts), HashSet::from([0]));
        assert_eq!(to_blame(&facts), HashSet::from(["C5T".to_owned()]));
        assert_eq!(facts.safe_pairs, [(0, 1, 9)]);
    }
}
