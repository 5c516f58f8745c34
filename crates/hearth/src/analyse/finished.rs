//! What a worker hands to the writer: bytes for every output, ready to be appended, and counts.
//!
//! The buffers go round: worker, writer, worker. Nothing here knows what the bytes mean.

use super::reasons::{Reason, Tally};

/// Bytes of several outputs, one buffer each.
#[derive(Debug, Default)]
pub struct Streams(Vec<Vec<u8>>);

/// How long each buffer was at some moment.
#[derive(Debug, Default)]
pub struct Marks(Vec<usize>);

impl Streams {
    /// Streams for `count` outputs, empty.
    pub fn with_count(count: usize) -> Self {
        Self((0..count).map(|_| Vec::new()).collect())
    }

    /// Makes sure there are at least `count` buffers.
    pub fn ensure(&mut self, count: usize) {
        while self.0.len() < count {
            self.0.push(Vec::new());
        }
    }

    /// The buffer of an output.
    pub fn buffer(&mut self, output: usize) -> &mut Vec<u8> {
        &mut self.0[output]
    }

    /// The bytes of an output.
    pub fn bytes(&self, output: usize) -> &[u8] {
        self.0.get(output).map_or(&[], Vec::as_slice)
    }

    /// Empties all buffers, keeping their room unless one is far larger than `kept_bytes`.
    pub fn clear(&mut self, kept_bytes: usize) {
        for buffer in &mut self.0 {
            buffer.clear();
            buffer.shrink_to(kept_bytes);
        }
    }

    /// Remembers the present lengths.
    pub fn mark(&self, marks: &mut Marks) {
        marks.0.clear();
        marks.0.extend(self.0.iter().map(Vec::len));
    }

    /// Goes back to the lengths remembered.
    pub fn back_to(&mut self, marks: &Marks) {
        for (at, buffer) in self.0.iter_mut().enumerate() {
            buffer.truncate(marks.0.get(at).copied().unwrap_or(0));
        }
    }

    /// Present lengths.
    pub fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(Vec::len)
    }
}

/// A record that belongs to no pack's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// Its number over the whole run, from 0.
    pub index: u64,
    /// Its name.
    pub name: String,
    /// What is wrong, a sentence.
    pub error: String,
}

/// Whom a run of records belongs to.
#[derive(Debug)]
pub enum Part {
    /// To the table of this pack; bytes of each output up to these ends (`ends[from..from + count]`).
    Pack {
        /// Number on the shelf.
        pack: usize,
        /// First entry in [`Finished::ends`].
        from: usize,
        /// Number of entries.
        count: usize,
    },
    /// To none.
    Unmatched(Vec<Unmatched>),
}

/// One batch, done.
#[derive(Debug, Default)]
pub struct Finished {
    /// Rows for each output of the pack concerned.
    pub streams: Streams,
    /// Runs of records of one pack, in input order.
    pub parts: Vec<Part>,
    /// Where parts end in the streams.
    pub ends: Vec<usize>,
    /// Original text of records that failed.
    pub failed: Vec<u8>,
    /// Counts.
    pub tally: Tally,
}

impl Finished {
    /// Room kept in each buffer from one batch to the next.
    const KEPT_BYTES: usize = 4 << 20;

    /// Empties it for the next batch.
    pub fn clear(&mut self) {
        self.streams.clear(Self::KEPT_BYTES);
        self.parts.clear();
        self.ends.clear();
        self.failed.clear();
        self.failed.shrink_to(Self::KEPT_BYTES);
        self.tally = Tally::default();
    }

    /// Says that what was written since the last part belongs to `pack`, whose outputs number `count`.
    pub fn close_part(&mut self, pack: usize, count: usize) {
        self.streams.ensure(count);
        let from = self.ends.len();
        self.ends.extend(self.streams.lengths());
        let count = self.ends.len() - from;
        self.parts.push(Part::Pack { pack, from, count });
    }

    /// Adds a record that belongs to no pack.
    pub fn push_unmatched(&mut self, record: Unmatched, reason: Reason) {
        self.tally.fail(reason);
        match self.parts.last_mut() {
            Some(Part::Unmatched(records)) => records.push(record),
            _ => self.parts.push(Part::Unmatched(vec![record])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_half_written_can_be_taken_back() {
        let mut streams = Streams::with_count(1);
        let mut marks = Marks::default();
        streams.buffer(0).extend_from_slice(b"whole\n");
        streams.mark(&mut marks);
        streams.ensure(2);
        streams.buffer(0).extend_from_slice(b"half");
        streams.buffer(1).extend_from_slice(b"half");
        streams.back_to(&marks);
        assert_eq!(
            (streams.bytes(0), streams.bytes(1), streams.bytes(2)),
            (&b"whole\n"[..], &b""[..], &b""[..])
        );
    }

    #[test]
    fn records_of_no_pack_gather_between_parts() {
        let unmatched = |index| Unmatched { index, name: String::new(), error: String::new() };
        let mut finished = Finished::default();
        finished.push_unmatched(unmatched(0), Reason::NoPack);
        finished.push_unmatched(unmatched(1), Reason::NoPack);
        finished.close_part(0, 1);
        finished.push_unmatched(unmatched(3), Reason::NoPack);
        let shape: Vec<usize> = finished
            .parts
            .iter()
            .map(|part| match part {
                Part::Pack { .. } => 0,
                Part::Unmatched(records) => records.len(),
            })
            .collect();
        assert_eq!(shape, [2, 0, 1]);
        assert_eq!(finished.tally.failed(), 3);
        finished.clear();
        assert!(finished.parts.is_empty());
    }
}
