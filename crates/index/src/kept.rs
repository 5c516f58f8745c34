//! Rows one after the other: what each changes in its ancestor and what of it was not read. For whatever is asked of all
//! letters of some rows, in place of some letters of all rows ([`crate::symbols`]).
//!
//! Refuses to know metadata and rights. Start at [`Kept::append`].

use crate::alphabet::Alphabet;
use crate::ancestors::Ancestors;
use crate::row::{Change, Reading, Reference};
use crate::saved::{LoadError, Sink, Source};
use crate::step::{Step, code_of, codes, letter_of};
use std::io::{self, Read, Write};
use std::ops::Range;

/// The rows of one sequence.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) ancestors: Ancestors,
    /// Of each row.
    ancestor: Vec<u32>,
    steps: Vec<Step>,
    /// Where the steps of each row end.
    step_ends: Vec<u64>,
    unread: Vec<Range<u32>>,
    /// Where the runs of each row end.
    unread_ends: Vec<u64>,
    /// Of all rows.
    totals: Sums,
}

/// What many rows add up to.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Rows of each ancestor; after [`Sums::told`], of it and of all below it.
    nodes: Vec<i32>,
    /// For each position and code, the rows that have it, but for those that have the reference's.
    counts: Vec<i32>,
    codes: usize,
    /// How many more rows, or fewer, have a position unread than the one before.
    hidden: Vec<i32>,
}

impl Sums {
    fn new(reference: &Reference, ancestors: &Ancestors) -> Self {
        let (length, codes) = (reference.letters.len(), codes(reference.alphabet));
        Self {
            nodes: vec![0; ancestors.len()],
            counts: vec![0; length * codes],
            codes,
            hidden: vec![0; length + 1],
        }
    }

    fn step(counts: &mut [i32], codes: usize, step: Step, rows: i32) {
        let base = step.position() * codes;
        if let Some(old) = counts.get_mut(base + step.old()) {
            *old -= rows;
        }
        if let Some(new) = counts.get_mut(base + step.new_code()) {
            *new += rows;
        }
    }

    fn add(&mut self, ancestor: u32, steps: &[Step], unread: &[Range<u32>]) {
        if let Some(node) = self.nodes.get_mut(ancestor as usize) {
            *node += 1;
        }
        for step in steps {
            Self::step(&mut self.counts, self.codes, *step, 1);
        }
        for run in unread {
            if let Some(begin) = self.hidden.get_mut(run.start as usize) {
                *begin += 1;
            }
            if let Some(end) = self.hidden.get_mut(run.end as usize) {
                *end -= 1;
            }
        }
    }

    fn subtract(&mut self, others: &Self) {
        let pairs = [
            (&mut self.nodes, &others.nodes),
            (&mut self.counts, &others.counts),
            (&mut self.hidden, &others.hidden),
        ];
        for (own, others) in pairs {
            own.iter_mut().zip(others).for_each(|(own, other)| *own -= other);
        }
    }

    /// The same with what the ancestors of the rows have.
    fn told(mut self, ancestors: &Ancestors) -> Self {
        for (node, parent, steps) in ancestors.upwards() {
            let rows = self.nodes.get(node).copied().unwrap_or(0);
            if rows == 0 {
                continue;
            }
            if let Some(above) = self.nodes.get_mut(parent) {
                *above += rows;
            }
            for step in steps {
                Self::step(&mut self.counts, self.codes, *step, rows);
            }
        }
        self
    }

    /// For each position, the rows that have each code other than the reference's, and those in which it is unread.
    pub(crate) fn positions(&self) -> impl Iterator<Item = (&[i32], i32)> {
        let mut unread = 0;
        self.counts.chunks_exact(self.codes).zip(&self.hidden).map(move |(counts, step)| {
            unread += step;
            (counts, unread)
        })
    }
}

impl Kept {
    pub(crate) fn new(reference: &Reference, ancestors: Ancestors) -> Self {
        let totals = Sums::new(reference, &ancestors);
        Self {
            ancestors,
            ancestor: Vec::new(),
            steps: Vec::new(),
            step_ends: Vec::new(),
            unread: Vec::new(),
            unread_ends: Vec::new(),
            totals,
        }
    }

    /// Takes a reading that was checked against the reference.
    pub(crate) fn append(&mut self, reference: &Reference, ancestor: u32, reading: &Reading) {
        let (first_step, first_run) = (self.steps.len(), self.unread.len());
        let letters = self.ancestors.letters(ancestor);
        Descent { reference, above: letters, reading }.steps(&mut self.steps);
        self.unread.extend_from_slice(&reading.unread);
        self.ancestor.push(ancestor);
        self.step_ends.push(self.steps.len() as u64);
        self.unread_ends.push(self.unread.len() as u64);
        self.totals.add(ancestor, &self.steps[first_step..], &self.unread[first_run..]);
    }

    /// Some of the rows alone, in this order, without sums.
    pub(crate) fn apart(&self, reference: &Reference, rows: impl Iterator<Item = u32>) -> Self {
        let mut apart = Self::new(reference, self.ancestors.clone());
        for row in rows {
            let (ancestor, steps, unread) = self.row(row);
            apart.ancestor.push(ancestor);
            apart.steps.extend_from_slice(steps);
            apart.step_ends.push(apart.steps.len() as u64);
            apart.unread.extend_from_slice(unread);
            apart.unread_ends.push(apart.unread.len() as u64);
        }
        apart
    }

    /// Sums are added up again: they follow from the rows.
    pub(crate) fn save<W: Write>(&self, sink: &mut Sink<W>) -> io::Result<()> {
        sink.list(self.ancestor.iter().map(|node| node.to_le_bytes()))?;
        sink.list(self.steps.iter().map(|step| step.to_le_bytes()))?;
        sink.list(self.step_ends.iter().map(|end| end.to_le_bytes()))?;
        let run = |run: &Range<u32>| u64::from(run.start) << 32 | u64::from(run.end);
        sink.list(self.unread.iter().map(|one| run(one).to_le_bytes()))?;
        sink.list(self.unread_ends.iter().map(|end| end.to_le_bytes()))
    }

    /// Those of so many rows.
    pub(crate) fn load<R: Read>(
        reference: &Reference,
        ancestors: Ancestors,
        rows: usize,
        source: &mut Source<R>,
    ) -> Result<Self, LoadError> {
        let mut kept = Self::new(reference, ancestors);
        kept.ancestor = source.list(u32::from_le_bytes)?;
        kept.steps = source.list(Step::from_le_bytes)?;
        kept.step_ends = source.list(u64::from_le_bytes)?;
        kept.unread = source.list(|bytes| {
            let run = u64::from_le_bytes(bytes);
            (run >> 32) as u32..run as u32
        })?;
        kept.unread_ends = source.list(u64::from_le_bytes)?;
        let lengths = [kept.ancestor.len(), kept.step_ends.len(), kept.unread_ends.len()];
        let ascends =
            |ends: &[u64], all: usize| ends.is_sorted() && ends.last().is_none_or(|last| *last == all as u64);
        let holds = lengths == [rows; 3]
            && ascends(&kept.step_ends, kept.steps.len())
            && ascends(&kept.unread_ends, kept.unread.len())
            && kept.ancestor.iter().all(|node| (*node as usize) < kept.ancestors.len());
        if !holds {
            return Err(LoadError::Unfit("letters are not as many as rows"));
        }
        let mut totals = std::mem::replace(&mut kept.totals, Sums::new(reference, &kept.ancestors));
        for row in 0..rows as u32 {
            let (ancestor, steps, unread) = kept.row(row);
            totals.add(ancestor, steps, unread);
        }
        kept.totals = totals;
        Ok(kept)
    }

    /// A row: its ancestor, what it changes in it, and what of it is unread. Nothing of the reference for none.
    pub(crate) fn row(&self, row: u32) -> (u32, &[Step], &[Range<u32>]) {
        let at = row as usize;
        let stretch = |ends: &[u64]| {
            let begin = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            begin as usize..ends.get(at).copied().unwrap_or(begin) as usize
        };
        let steps = self.steps.get(stretch(&self.step_ends)).unwrap_or_default();
        let unread = self.unread.get(stretch(&self.unread_ends)).unwrap_or_default();
        (self.ancestor.get(at).copied().unwrap_or(0), steps, unread)
    }

    /// What some rows add up to: `rows`, unless `others` (all the rest) are fewer.
    pub(crate) fn sums(&self, reference: &Reference, rows: &roaring::RoaringBitmap) -> Sums {
        let all = self.ancestor.len() as u64;
        let add = |rows: &roaring::RoaringBitmap| {
            let mut sums = Sums::new(reference, &self.ancestors);
            for row in rows {
                let (ancestor, steps, unread) = self.row(row);
                sums.add(ancestor, steps, unread);
            }
            sums
        };
        if rows.len() * 2 <= all {
            return add(rows).told(&self.ancestors);
        }
        let mut others = roaring::RoaringBitmap::new();
        others.insert_range(0..all as u32);
        others -= rows;
        let mut sums = self.totals.clone();
        sums.subtract(&add(&others));
        sums.told(&self.ancestors)
    }

    /// Writes a row's letters over what is in `out`.
    pub(crate) fn write(&self, reference: &Reference, row: u32, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&reference.letters);
        let (ancestor, steps, unread) = self.row(row);
        for change in self.ancestors.letters(ancestor) {
            put(out, change.position as usize, change.letter);
        }
        for step in steps {
            put(out, step.position(), letter_of(reference.alphabet, step.new_code()));
        }
        for run in unread {
            if let Some(letters) = out.get_mut(run.start as usize..run.end as usize) {
                letters.fill(reference.alphabet.unread());
            }
        }
    }
}

fn put(out: &mut [u8], position: usize, letter: u8) {
    if let Some(place) = out.get_mut(position) {
        *place = letter;
    }
}

/// A reading beside the letters of its ancestor.
struct Descent<'a> {
    reference: &'a Reference,
    above: &'a [Change],
    reading: &'a Reading,
}

impl Descent<'_> {
    /// What the reading changes in its ancestor, ascending.
    fn steps(&self, out: &mut Vec<Step>) {
        let alphabet = self.reference.alphabet;
        let (mut above, mut own) = (self.above.iter().peekable(), self.reading.changes.iter().peekable());
        let mut unread = Unread { runs: &self.reading.unread };
        loop {
            let position = match (above.peek(), own.peek()) {
                (Some(above), Some(own)) => above.position.min(own.position),
                (Some(one), None) | (None, Some(one)) => one.position,
                (None, None) => return,
            };
            let reference = self.reference.letters.get(position as usize).copied();
            let reference = reference.unwrap_or_else(|| alphabet.unread());
            let old = above.next_if(|one| one.position == position).map_or(reference, |one| one.letter);
            let new = match own.next_if(|one| one.position == position) {
                Some(one) => one.letter,
                None if unread.holds(position) => alphabet.unread(),
                None => reference,
            };
            if old != new
                && let (Some(from), Some(to)) = (code_of(alphabet, old), code_of(alphabet, new))
            {
                out.push(Step::new(position, from, to));
            }
        }
    }
}

/// Runs that are asked about at rising positions.
struct Unread<'a> {
    runs: &'a [Range<u32>],
}

impl Unread<'_> {
    fn holds(&mut self, position: u32) -> bool {
        while let Some((first, rest)) = self.runs.split_first()
            && first.end <= position
        {
            self.runs = rest;
        }
        self.runs.first().is_some_and(|run| run.contains(&position))
    }
}

/// Whether a code stands for what was not read: it is counted by runs.
pub(crate) fn is_unread(alphabet: Alphabet, code: usize) -> bool {
    code + 1 == codes(alphabet)
}
