//! An alignment as the path it takes: runs of paired letters, insertions and deletions.

/// What a run of an alignment does with its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reference and query letters stand opposite each other.
    Pair,
    /// Query letters stand opposite a gap.
    Insertion,
    /// Reference letters stand opposite a gap.
    Deletion,
}

/// `length` equal steps, from a reference and a query position on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What the run does.
    pub step: Step,
    /// Reference letters before the run.
    pub reference: u32,
    /// Query letters before the run.
    pub query: u32,
    /// Number of alignment columns.
    pub length: u32,
}

impl Run {
    /// Reference letters before the end of the run.
    pub fn reference_end(&self) -> u32 {
        self.reference + if self.step == Step::Insertion { 0 } else { self.length }
    }

    /// Query letters before the end of the run.
    pub fn query_end(&self) -> u32 {
        self.query + if self.step == Step::Deletion { 0 } else { self.length }
    }
}

/// A whole alignment: contiguous runs from (0, 0) to (reference length, query length).
///
/// Neighbouring runs differ in their step. Unaligned ends are a leading or trailing deletion or insertion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    runs: Vec<Run>,
}

impl Path {
    /// The runs, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Number of alignment columns.
    pub fn columns(&self) -> u32 {
        self.runs.iter().map(|run| run.length).sum()
    }

    /// Whether nothing was aligned yet.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Forgets every run, keeping the memory.
    pub fn clear(&mut self) {
        self.runs.clear();
    }

    /// Reference and query letters before the end of the path.
    pub fn end(&self) -> (u32, u32) {
        self.runs.last().map_or((0, 0), |run| (run.reference_end(), run.query_end()))
    }

    /// Goes `length` steps further.
    pub fn push(&mut self, step: Step, length: u32) {
        if length == 0 {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.step == step => last.length += length,
            _ => {
                let (reference, query) = self.end();
                self.runs.push(Run { step, reference, query, length });
            }
        }
    }

    /// Cuts the path back to end after `reference` reference letters.
    ///
    /// The cut must fall inside or at the border of paired letters: the place a caller re-aligns from.
    pub fn truncate(&mut self, reference: u32) {
        while let Some(last) = self.runs.last_mut() {
            if last.step == Step::Pair && last.reference < reference {
                last.length = last.length.min(reference - last.reference);
                return;
            }
            self.runs.pop();
        }
    }

    /// The runs without the insertions and deletions before the first and after the last paired letter.
    pub fn aligned_runs(&self) -> &[Run] {
        let is_pair = |run: &Run| run.step == Step::Pair;
        match (self.runs.iter().position(is_pair), self.runs.iter().rposition(is_pair)) {
            (Some(first), Some(last)) => &self.runs[first..=last],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_steps_join_and_positions_follow() {
        let mut path = Path::default();
        path.push(Step::Deletion, 3);
        path.push(Step::Pair, 10);
        path.push(Step::Pair, 5);
        path.push(Step::Insertion, 2);
        path.push(Step::Pair, 1);
        let last = path.runs()[3];
        assert_eq!((path.runs().len(), last.reference, last.query), (4, 18, 17));
        assert_eq!((path.end(), path.columns(), path.aligned_runs().len()), ((19, 18), 21, 3));
        path.truncate(8);
        assert_eq!(path.end(), (8, 5));
    }
}
