//! Brings released genomes into the index as the ledger grows, from its beginning.
//!
//! Genomes are analysed again from their letters: what the index holds follows from the ledger, the sequences and the
//! packs alone. Refuses to answer questions. Start at [`follow()`].

use super::fields::{FIELDS, Facts};
use super::{Held, Indexes, Stood, of_number, rows};
use crate::app::App;
use crate::app::genomes::{GenomeError, Genomes};
use crate::app::packs::ReadyPack;
use hearth_base::time::UtcTime;
use hearth_genome::analysis::{Analysis, Memory};
use hearth_index::row::{DataVersion, Disclosure, Opening, Row};
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::Genome;
use hearth_store::state::follow::{self, Begun, Ended};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// So often it looks although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Genomes that are analysed and appended at once.
const CHUNK: u32 = 1_000;

/// Follows the ledger for ever.
pub async fn follow(app: App) {
    let mut watch = app.store.watch(LOOK_EVERY);
    loop {
        if let Err(error) = catch_up(&app).await {
            tracing::warn!(error = %error, "the index could not follow the ledger; it tries again");
        }
        watch.changed().await;
    }
}

/// Brings in what the ledger has and the index has not.
///
/// # Errors
/// When the store or the blobs fail.
pub async fn catch_up(app: &App) -> Result<(), GenomeError> {
    loop {
        let from = app.indexes.followed();
        let mut read = app.store.read().await?;
        let size = hearth_store::log::read::head(&mut read).await?.size;
        if from >= size {
            return Ok(());
        }
        let begun = follow::begun(&mut read, (from, size), CHUNK).await?;
        let last = begun.last().filter(|_| begun.len() == CHUNK as usize);
        let until = last.map_or(size, |last| last.seen.since + 1);
        let ended = follow::ended(&mut read, (from, until)).await?;
        drop(read);
        let analysed = analysed(&app.genomes(), begun).await?;
        app.indexes.take(app, analysed, &ended, until);
    }
}

/// A genome that is ready to be a row.
struct Ready {
    begun: Begun,
    genome: Genome,
    released: UtcTime,
    pack: usize,
    analysis: Option<Analysis>,
}

async fn analysed(genomes: &Genomes, begun: Vec<Begun>) -> Result<Vec<Ready>, GenomeError> {
    let mut waiting = Vec::with_capacity(begun.len());
    for begun in begun {
        let Some(entry) = &begun.seen.entry else { continue };
        let Body::Genome(genome) = &entry.draft.body else { continue };
        let (genome, released) = ((**genome).clone(), entry.recorded);
        let all = genomes.packs.all();
        let Some(pack) = all.iter().position(|ready| ready.pack.name() == genome.pathogen) else { continue };
        let letters = match genome.sequences.first() {
            Some(sequence) => letters(genomes, sequence.digest).await?,
            None => None,
        };
        waiting.push((Ready { begun, genome, released, pack, analysis: None }, letters));
    }
    let packs = Arc::clone(&genomes.packs);
    let threads = genomes.limits.threads.max(1);
    let done = tokio::task::spawn_blocking(move || {
        let share = waiting.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for part in waiting.chunks_mut(share) {
                let packs = packs.all();
                scope.spawn(move || analyse(packs, part));
            }
        });
        waiting.into_iter().map(|(ready, _)| ready).collect()
    });
    done.await.map_err(|error| GenomeError::Fault(error.to_string()))
}

/// The letters of a sequence; none (told to the operator) if they cannot be read, which is no reason to stand still.
async fn letters(
    genomes: &Genomes,
    digest: hearth_base::digest::Digest,
) -> Result<Option<Vec<u8>>, GenomeError> {
    match genomes.letters(digest).await {
        Ok(letters) => Ok(Some(letters)),
        Err(error @ GenomeError::Sequence { .. }) => {
            tracing::error!(error = %error, "a genome is in the index without its sequence");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn analyse(packs: &[ReadyPack], part: &mut [(Ready, Option<Vec<u8>>)]) {
    let mut memory = Memory::default();
    for (ready, letters) in part {
        let letters = letters.take();
        ready.analysis =
            letters.and_then(|letters| packs[ready.pack].pack.analyse(&letters, &mut memory).ok());
    }
}

impl Indexes {
    /// So many entries of the ledger are known to all indexes.
    pub fn followed(&self) -> u64 {
        self.shelves.iter().map(|shelf| shelf.held().size).min().unwrap_or(u64::MAX)
    }

    /// Takes what began and ended until a place in the log: all of it becomes visible at once, for each pathogen.
    fn take(&self, app: &App, begun: Vec<Ready>, ended: &[Ended], until: u64) {
        let mut by_pack: HashMap<usize, Vec<Ready>> = HashMap::new();
        for ready in begun {
            by_pack.entry(ready.pack).or_default().push(ready);
        }
        for (number, shelf) in self.shelves.iter().enumerate() {
            let Some(pack) = app.packs.all().get(number) else { continue };
            let rows = by_pack.remove(&number).unwrap_or_default();
            let rows: Vec<(Ready, Row)> = rows.into_iter().map(|ready| self.row(pack, ready)).collect();
            let mut held = shelf.held.write().unwrap_or_else(PoisonError::into_inner);
            for (ready, row) in rows {
                held.begin(&ready, &row);
            }
            ended.iter().for_each(|ended| held.end(ended));
            held.size = until;
        }
    }

    fn row(&self, pack: &ReadyPack, ready: Ready) -> (Ready, Row) {
        let facts = Facts {
            genome: &ready.genome,
            version: ready.begun.seen.version.version,
            released: ready.released,
            is_simulated: ready.begun.is_simulated,
            analysis: ready.analysis.as_ref(),
            pack: &pack.pack,
        };
        let (ancestor, readings) = rows::readings(&pack.pack, ready.analysis.as_ref());
        let opening = ready.begun.opens.map(|(at_ms, to)| Opening { at_ms, to: of_number(to) });
        let audiences = vec![of_number(ready.begun.audience), self.owner(ready.begun.seen.owner)];
        let row = Row {
            values: FIELDS.iter().map(|field| (field.value)(&facts)).collect(),
            readings,
            ancestor,
            from: DataVersion(ready.begun.seen.since + 1),
            from_ms: ready.released.unix_ms(),
            disclosure: Disclosure { audiences, opening },
        };
        (ready, row)
    }
}

impl Held {
    /// Appends a state. Rights are today's: earlier states of the same version have those of the newest.
    fn begin(&mut self, ready: &Ready, row: &Row) {
        let version = ready.begun.seen.version;
        let appended = match self.index.append(row) {
            Ok(appended) => appended,
            Err(error) => {
                tracing::error!(record = %version.record, error = %error, "a genome is not in the index");
                return;
            }
        };
        let stood = self.rows.entry(version.record).or_default();
        for earlier in stood.iter().filter(|earlier| earlier.version == version.version) {
            if let Err(error) = self.index.disclose(earlier.row, &row.disclosure) {
                tracing::error!(record = %version.record, error = %error, "old rights stand in the index");
            }
        }
        stood.push(Stood { version: version.version, from: ready.begun.seen.since, row: appended });
    }

    fn end(&mut self, ended: &Ended) {
        let stood = self.rows.get(&ended.record).into_iter().flatten().find(|stood| stood.from == ended.from);
        let Some(stood) = stood.copied() else { return };
        if let Err(error) = self.index.end(stood.row, DataVersion(ended.at + 1), ended.recorded.unix_ms()) {
            tracing::error!(record = %ended.record, error = %error, "a genome that is no more stands in the index");
        }
    }
}
