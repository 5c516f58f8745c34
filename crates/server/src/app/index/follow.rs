//! Brings released genomes into the index as the ledger grows, from its beginning.
//!
//! Genomes are analysed again from their letters: what the index holds, clades and lineages among it, follows from the
//! ledger, the sequences and the packs of today alone. Refuses to answer questions. Start at [`follow()`].

use super::fields::{FIELDS, Facts};
use super::held::Held;
use super::origins::Origin;
use super::{Indexes, Shelf, kept, rows, schema};
use crate::app::App;
use crate::app::genomes::{GenomeError, assigned};
use crate::app::packs::{Packs, ReadyPack};
use hearth_base::digest::Digest;
use hearth_base::id::EntryId;
use hearth_base::time::UtcTime;
use hearth_genome::analysis::{Analysis, Memory};
use hearth_index::row::{DataVersion, Row};
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::Genome;
use hearth_store::state::follow::{self, Begun, Ended};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// So often it looks although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Genomes that are analysed and appended at once.
const CHUNK: u32 = 1_000;
/// Genomes that are appended while questions wait: some 2 ms.
const APPENDED_AT_ONCE: usize = 50;

/// Follows the ledger for ever, from what was kept when the server ran before.
pub async fn follow(app: App) {
    let mut watch = app.store.watch(LOOK_EVERY);
    let mut keeping = kept::Keeping::begin(&app).await;
    loop {
        if keeping.is_refuted(&app).await {
            tracing::info!("questions wait until the ledger was followed anew");
        }
        match catch_up(&app).await {
            Ok(()) => keeping.keep(&app).await,
            Err(error) => {
                tracing::warn!(error = %error, "the index could not follow the ledger; it tries again")
            }
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
        let from = app.indexes.size();
        let mut read = app.store.read().await?;
        let size = hearth_store::log::read::head(&mut read).await?.size;
        if from >= size {
            app.indexes.caught_up();
            return Ok(());
        }
        let begun = follow::begun(&mut read, (from, size), CHUNK).await?;
        let last = begun.last().filter(|_| begun.len() == CHUNK as usize);
        let until = last.map_or(size, |last| last.seen.since + 1);
        let ended = follow::ended(&mut read, (from, until)).await?;
        let erased = follow::erased(&mut read, (from, until)).await?;
        drop(read);
        let analysed = analysed(app, begun).await?;
        app.indexes.take(app, analysed, &ended, until);
        if !erased.is_empty() {
            app.indexes.forget(&erased);
            kept::discard(app);
        }
    }
}

/// A genome that is ready to be a row.
struct Ready {
    begun: Begun,
    /// What says it.
    entry: EntryId,
    genome: Genome,
    released: UtcTime,
    /// The number of its pathogen.
    pathogen: usize,
    /// The sequence of each segment.
    sequences: Vec<Option<Digest>>,
    /// What the analysis says of each segment.
    analyses: Vec<Option<Analysis>>,
}

impl Ready {
    fn origin(&self) -> Origin {
        let seen = &self.begun.seen;
        Origin {
            version: seen.version,
            since: seen.since,
            content: seen.content,
            entry: self.entry,
            owner: seen.owner,
            terms: seen.disclosure.terms,
        }
    }
}

async fn analysed(app: &App, begun: Vec<Begun>) -> Result<Vec<Ready>, GenomeError> {
    let (genomes, indexes) = (&app.genomes(), &app.indexes);
    let pathogens = genomes.packs.pathogens();
    let mut waiting = Vec::with_capacity(begun.len());
    for begun in begun {
        let Some(entry) = &begun.seen.entry else { continue };
        let Body::Genome(genome) = &entry.draft.body else { continue };
        let (entry, genome, released) = (entry.id, (**genome).clone(), entry.recorded);
        let Some(pathogen) = pathogens.position(&genome.pathogen) else {
            indexes.miss();
            continue;
        };
        let placed = pathogens.all()[pathogen].placed(&genome.sequences);
        let sequences: Vec<Option<Digest>> =
            placed.into_iter().map(|sequence| sequence.map(|sequence| sequence.digest)).collect();
        let mut of_segments = Vec::with_capacity(sequences.len());
        for digest in &sequences {
            of_segments.push(match digest {
                Some(digest) => letters(app, *digest).await?,
                None => None,
            });
        }
        let analyses = Vec::new();
        waiting.push((Ready { begun, entry, genome, released, pathogen, sequences, analyses }, of_segments));
    }
    let packs = Arc::clone(&genomes.packs);
    let threads = genomes.limits.threads.max(1);
    let done = tokio::task::spawn_blocking(move || {
        let share = waiting.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            for part in waiting.chunks_mut(share) {
                let packs = &packs;
                scope.spawn(move || analyse(packs, part));
            }
        });
        waiting.into_iter().map(|(ready, _)| ready).collect()
    });
    done.await.map_err(|error| GenomeError::Fault(error.to_string()))
}

/// The letters of a sequence; none (told to the operator) if they cannot be read, which is no reason to stand still.
async fn letters(app: &App, digest: Digest) -> Result<Option<Vec<u8>>, GenomeError> {
    match app.genomes().letters(digest).await {
        Ok(letters) => Ok(Some(letters)),
        Err(error @ GenomeError::Sequence { .. }) => {
            tracing::error!(error = %error, "a genome is in the index without its sequence");
            app.indexes.unreadable.fetch_add(1, Ordering::Relaxed);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn analyse(packs: &Packs, part: &mut [(Ready, Vec<Option<Vec<u8>>>)]) {
    let mut memory = Memory::default();
    for (ready, letters) in part {
        let segments = packs.pathogens().all()[ready.pathogen].segments();
        let analysed = segments.iter().zip(std::mem::take(letters)).map(|(segment, letters)| {
            letters.and_then(|letters| packs.all()[segment.pack].pack.analyse(&letters, &mut memory).ok())
        });
        ready.analyses = analysed.collect();
    }
}

impl Indexes {
    /// Takes what began and ended until a place in the log. Questions go on meanwhile, and are answered as of before;
    /// then all of it becomes visible at once.
    fn take(&self, app: &App, begun: Vec<Ready>, ended: &[Ended], until: u64) {
        let mut by_pathogen: HashMap<usize, Vec<Ready>> = HashMap::new();
        for ready in begun {
            by_pathogen.entry(ready.pathogen).or_default().push(ready);
        }
        for (number, ready) in by_pathogen {
            let Some(shelf) = self.shelf(number) else { continue };
            let packs = app.packs.all();
            let rows: Vec<(Ready, Row)> =
                ready.into_iter().map(|ready| self.row(packs, shelf, ready)).collect();
            for some in rows.chunks(APPENDED_AT_ONCE) {
                let mut held = shelf.lock().write().unwrap_or_else(PoisonError::into_inner);
                let begin = |held: &mut Held, (ready, row): &(Ready, Row)| {
                    held.begin(&ready.origin(), &ready.sequences, row)
                };
                let missed = some.iter().filter(|one| !begin(&mut held, one)).count();
                (0..missed).for_each(|_| self.miss());
            }
        }
        for held in self.shelves.iter().filter_map(|shelf| shelf.held.get()) {
            let mut held = held.write().unwrap_or_else(PoisonError::into_inner);
            ended.iter().for_each(|ended| held.end(ended));
        }
        self.size.store(until, Ordering::Release);
    }

    /// Shows nobody any more what was said at some places in the log, and forgets where its letters lie.
    fn forget(&self, erased: &[u64]) {
        for held in self.shelves.iter().filter_map(|shelf| shelf.held.get()) {
            if held.write().unwrap_or_else(PoisonError::into_inner).forget(erased) {
                self.holds_erased.store(true, Ordering::Release);
            }
        }
    }

    fn row(&self, packs: &[ReadyPack], shelf: &Shelf, ready: Ready) -> (Ready, Row) {
        let pathogen = shelf.pathogen();
        let finding = assigned::of_genome(packs, pathogen, &ready.analyses);
        let (ancestor, readings) = rows::readings(packs, pathogen, &ready.analyses);
        let facts = Facts {
            genome: &ready.genome,
            version: ready.begun.seen.version.version,
            released: ready.released,
            is_simulated: ready.begun.is_simulated,
            node: schema::node_name(&shelf.lead().pack, ancestor),
            finding: finding.as_ref(),
        };
        let disclosure = self.disclosure(ready.begun.audience, ready.begun.opens, ready.begun.seen.owner);
        let row = Row {
            values: FIELDS.iter().map(|field| (field.value)(&facts)).collect(),
            readings,
            ancestor,
            from: DataVersion(ready.begun.seen.since + 1),
            from_ms: ready.released.unix_ms(),
            disclosure,
        };
        (ready, row)
    }
}
