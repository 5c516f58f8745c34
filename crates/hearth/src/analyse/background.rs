//! Genomes that the batch is compared with and that have no rows of their own: read before the batch.
//!
//! They go through the same reader, workers and packs; only what `gathered.rs` keeps of them stays. A record that fails
//! is left out and told, and so is a file that cannot be read to its end. Start at [`read`].

use super::finished::{Finished, Part};
use super::gathered::Genomes;
use super::order::Order;
use super::pipeline::{self, Receive};
use super::reasons::{Reason, Tally};
use super::report;
use super::shelf::Shelf;
use super::worker::Treatment;
use hearth_formats::input::{BatchReader, InputError};
use hearth_pages::number::whole;
use std::collections::HashMap;
use std::sync::Arc;

/// The genomes of a background.
pub struct Background<'a> {
    shelf: &'a Shelf,
    genomes: HashMap<usize, Arc<Genomes>>,
    tally: Tally,
    /// Whether some of it was not read.
    pub is_lost: bool,
}

/// Reads the background of an order; what is wrong with it is said.
pub fn read<'a>(order: &Order, shelf: &'a Shelf) -> Background<'a> {
    let mut background = Background::none(shelf);
    if order.background.is_empty() {
        return background;
    }
    let reader = BatchReader::new(order.background.clone(), order.limits);
    let treatment = Treatment { is_background: true, keep_failed: false, ..order.treatment };
    pipeline::run(reader, order.workers, shelf, treatment, &mut background);
    if background.tally.failed() > 0 {
        report::say(&background.left_out());
    }
    background
}

impl<'a> Background<'a> {
    /// No genomes, for the packs of a shelf.
    pub fn none(shelf: &'a Shelf) -> Self {
        Self { shelf, genomes: HashMap::new(), tally: Tally::default(), is_lost: false }
    }

    /// The genomes of one pack.
    pub fn of(&self, pack: usize) -> Option<Arc<Genomes>> {
        self.genomes.get(&pack).cloned()
    }

    fn left_out(&self) -> String {
        let reasons =
            self.tally.reasons().map(|(reason, count)| format!("{} {}", whole(count), reason.words()));
        format!(
            "the background lacks {} of its {} records, which could not be analysed: {}",
            whole(self.tally.failed()),
            whole(self.tally.records()),
            reasons.collect::<Vec<_>>().join(", ")
        )
    }

    fn take(&mut self, finished: &Finished) {
        self.tally.add(&finished.tally);
        let mut begins: Vec<usize> = Vec::new();
        for part in &finished.parts {
            let Part::Pack { pack, from, count } = *part else { continue };
            let Ok(rows) = self.shelf.rows(pack) else { continue };
            let ends = &finished.ends[from..from + count];
            begins.resize(begins.len().max(ends.len()), 0);
            let at = rows.outputs().iter().position(|output| output.format.is_about_neighbours());
            if let Some((at, (begin, end))) = at.and_then(|at| Some((at, begins.get(at).zip(ends.get(at))?)))
            {
                // Nobody else has them yet.
                if let Some(genomes) = Arc::get_mut(self.genomes.entry(pack).or_default()) {
                    genomes.take(&finished.streams.bytes(at)[*begin..*end]);
                }
            }
            begins[..ends.len()].copy_from_slice(ends);
        }
    }
}

impl Receive for Background<'_> {
    fn batch(&mut self, finished: &Finished) -> bool {
        self.take(finished);
        true
    }

    fn problem(&mut self, problem: InputError) -> bool {
        report::say(&format_args!("the background: {problem}"));
        self.is_lost |= problem.is_fatal();
        if let InputError::RecordTooLong { .. } = problem {
            self.tally.fail(Reason::RecordTooLong);
        }
        true
    }
}
