//! The table of neighbours: gathered while genomes come in, searched and written when all are there.
//!
//! Start at [`NeighbourTable::finish`]. How neighbours are found is in `gathered.rs`, what a row looks like in
//! `hearth_genome::rows::neighbours`.

use super::gathered::{Gathered, Genomes};
use super::sink::{Sink, Target, WriteError};
use hearth_genome::rows::neighbours::NeighbourRows;
use std::sync::Arc;

/// Text that is written at once.
const BUFFER_BYTES: usize = 1 << 20;

/// The table of neighbours of one pack.
pub struct NeighbourTable {
    sink: Sink,
    gathered: Gathered,
}

impl NeighbourTable {
    /// A table that will be written to `sink`, which has its header.
    pub fn new(sink: Sink, gathered: Gathered) -> Self {
        Self { sink, gathered }
    }

    /// Takes what workers wrote.
    pub fn write(&mut self, bytes: &[u8]) {
        self.gathered.batch.take(bytes);
    }

    /// Takes the background, when the whole batch is in.
    pub fn take_background(&mut self, background: Arc<Genomes>) {
        self.gathered.take_background(background);
    }

    /// Writes the table under the name of `target`; what people should know comes back.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn finish(mut self, target: &Target) -> Result<Vec<String>, WriteError> {
        if let Some(neighbourhood) = self.gathered.find() {
            let Gathered { batch, background, .. } = &self.gathered;
            let rows = NeighbourRows {
                neighbourhood: &neighbourhood,
                batch: |number| batch.name(number),
                background: |number| background.name(number),
            };
            let mut text = Vec::new();
            for number in 0..neighbourhood.genomes.len() as u32 {
                rows.write(number, &mut text);
                if text.len() >= BUFFER_BYTES {
                    self.sink.write(&text)?;
                    text.clear();
                }
            }
            self.sink.write(&text)?;
        }
        self.sink.finish(target)?;
        Ok(self.gathered.told().to_vec())
    }
}
