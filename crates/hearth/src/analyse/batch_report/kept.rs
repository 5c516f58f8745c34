//! The lines of single genomes that are kept for the page, and how many genomes need attention and why.
//!
//! Of every degree of urgency a limited number is kept, the first that came; counts are of all. Whether an assay's loss
//! is news of one genome is known only at the end: what much of the batch loses is told once, above. Start at
//! [`Kept::add`].

use hearth_pages::number::shortened;
use hearth_pages::report::{Attention, Finding, GenomeLine, MOST_CHARS, MOST_LINES, Reason, Status};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// Most different sets of assays that are counted as such.
const MOST_SETS: usize = 10_000;

/// Degrees of [`GenomeLine::urgency`].
const DEGREES: usize = 6;

/// Lines and counts.
#[derive(Default)]
pub struct Kept {
    /// By urgency; with each line the assays that lose.
    lines: [Vec<(GenomeLine, Vec<usize>)>; DEGREES],
    /// Genomes with each reason but assays.
    reasons: BTreeMap<Reason, u64>,
    /// Genomes that need attention for some reason but assays.
    needing: u64,
    /// Genomes by the assays that lose: those that need attention all the same, and the others.
    losses: BTreeMap<Vec<usize>, [u64; 2]>,
}

impl Kept {
    /// Adds a genome and the assays that lose on it.
    pub fn add(&mut self, mut line: GenomeLine, losses: Vec<usize>) {
        let reasons: HashSet<Reason> = line.findings.iter().map(Finding::reason).collect();
        for reason in reasons {
            *self.reasons.entry(reason).or_default() += 1;
        }
        let urgency = line.urgency();
        self.needing += u64::from(urgency > 0);
        if !losses.is_empty() {
            let is_full = self.losses.len() >= MOST_SETS && !self.losses.contains_key(&losses);
            let set = if is_full { losses[..1].to_vec() } else { losses.clone() };
            self.losses.entry(set).or_default()[usize::from(urgency == 0)] += 1;
        }
        let degree = usize::from(urgency.max(u8::from(!losses.is_empty()))).min(DEGREES - 1);
        if self.lines[degree].len() < MOST_LINES {
            line.name = shortened(&line.name, MOST_CHARS);
            self.lines[degree].push((line, losses));
        }
    }

    /// Adds the lines and counts of another.
    pub fn extend(&mut self, other: Self) {
        for (own, others) in self.lines.iter_mut().zip(other.lines) {
            own.extend(others);
        }
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.needing += other.needing;
        for (set, counts) in other.losses {
            let own = self.losses.entry(set).or_default();
            own.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        }
    }

    /// Lines, those that need attention first, and why they do. An assay in `everywhere` loses on much of the batch: that
    /// is not told of single genomes. `names` are those of the assays.
    pub fn finish(self, everywhere: &HashSet<usize>, names: &[String]) -> (Vec<GenomeLine>, Attention) {
        let told = |losses: &[usize]| -> Vec<String> {
            let told = losses.iter().filter(|number| !everywhere.contains(number));
            told.filter_map(|number| names.get(*number).cloned()).collect()
        };
        let mut lines: Vec<GenomeLine> = Vec::new();
        for (mut line, losses) in self.lines.into_iter().flatten() {
            let assays = told(&losses);
            if !assays.is_empty() {
                line.findings.push(Finding::Assays(assays));
            }
            lines.push(line);
        }
        lines.sort_by_key(|line| (Reverse(line.urgency()), line.index));
        lines.truncate(MOST_LINES);
        let mut reasons = self.reasons;
        let mut genomes = self.needing;
        for (set, [needing, others]) in &self.losses {
            if !told(set).is_empty() {
                *reasons.entry(Reason::Assay).or_default() += needing + others;
                genomes += others;
            }
        }
        (lines, Attention { genomes, reasons: reasons.into_iter().collect() })
    }
}

/// The line of a record that failed.
pub fn failed(index: u64, name: String, sentence: String) -> GenomeLine {
    let findings = vec![Finding::Failed(sentence)];
    GenomeLine { index, name, status: Status::Failed, findings, ..GenomeLine::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(index: u64, status: Status) -> GenomeLine {
        GenomeLine { index, status, ..GenomeLine::default() }
    }

    #[test]
    fn those_that_need_attention_come_first_and_what_all_lose_is_no_news() {
        let mut kept = Kept::default();
        kept.add(line(0, Status::Good), vec![0]);
        kept.add(line(1, Status::Good), vec![0, 1]);
        kept.add(line(2, Status::Bad), vec![]);
        kept.add(line(3, Status::Good), vec![]);
        let mut foreign = Kept::default();
        foreign.add(failed(4, "x".to_owned(), "empty".to_owned()), vec![]);
        kept.extend(foreign);
        let (lines, attention) = kept.finish(&HashSet::from([0]), &["A".to_owned(), "B".to_owned()]);
        let order: Vec<u64> = lines.iter().map(|line| line.index).collect();
        assert_eq!(order, [4, 2, 1, 0, 3]);
        assert_eq!(
            attention,
            Attention { genomes: 3, reasons: vec![(Reason::Failed, 1), (Reason::Assay, 1)] }
        );
        assert_eq!(lines[2].findings, [Finding::Assays(vec!["B".to_owned()])]);
        assert!(lines[3].findings.is_empty());
    }

    #[test]
    fn lines_are_limited_and_counts_are_not() {
        let mut kept = Kept::default();
        for index in 0..MOST_LINES as u64 + 5 {
            kept.add(line(index, Status::Good), vec![]);
        }
        kept.add(line(20_000, Status::Bad), vec![]);
        let (lines, attention) = kept.finish(&HashSet::new(), &[]);
        assert_eq!((lines.len(), lines[0].index, attention.genomes), (MOST_LINES, 20_000, 1));
    }
}
