//! Brings released genomes into the index as the ledger grows, from its beginning.
//!
//! Genomes are analysed again from their letters: what the index holds follows from the ledger, the sequences and the
//! packs alone. Refuses to answer questions. Start at [`follow()`].

use super::fields::{FIELDS, Facts};
use super::{Held, Indexes, Origin, Stood, of_number, rows};
use crate::app::App;
use crate::app::genomes::{GenomeError, Genomes};
use crate::app::packs::ReadyPack;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_genome::analysis::{Analysis, Memory};
use hearth_index::row::{DataVersion, Disclosure, Opening, Row, RowId};
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::Genome;
use hearth_store::state::findings::{self, Finding};
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
        let from = app.indexes.size();
        let mut read = app.store.read().await?;
        let size = hearth_store::log::read::head(&mut read).await?.size;
        if from >= size {
            return Ok(());
        }
        let begun = follow::begun(&mut read, (from, size), CHUNK).await?;
        let last = begun.last().filter(|_| begun.len() == CHUNK as usize);
        let until = last.map_or(size, |last| last.seen.since + 1);
        let ended = follow::ended(&mut read, (from, until)).await?;
        let erased = follow::erased(&mut read, (from, until)).await?;
        let records: Vec<RecordId> = begun.iter().map(|begun| begun.seen.version.record).collect();
        let found = findings::of_records(&mut read, &records).await?;
        drop(read);
        let analysed = analysed(app, begun, &found).await?;
        app.indexes.take(app, analysed, &ended, until);
        app.indexes.forget(&erased);
    }
}

/// A genome that is ready to be a row.
struct Ready {
    begun: Begun,
    genome: Genome,
    released: UtcTime,
    pack: usize,
    /// What was found when it was handed in.
    finding: Option<Finding>,
    analysis: Option<Analysis>,
}

impl Ready {
    fn origin(&self) -> Origin {
        Origin {
            record: self.begun.seen.version.record,
            content: self.begun.seen.content,
            owner: self.begun.seen.owner,
            terms: self.begun.seen.disclosure.terms,
            sequence: self.genome.sequences.first().map(|sequence| sequence.digest),
        }
    }
}

async fn analysed(
    app: &App,
    begun: Vec<Begun>,
    found: &HashMap<VersionId, Finding>,
) -> Result<Vec<Ready>, GenomeError> {
    let (genomes, indexes) = (&app.genomes(), &app.indexes);
    let mut waiting = Vec::with_capacity(begun.len());
    for begun in begun {
        let Some(entry) = &begun.seen.entry else { continue };
        let Body::Genome(genome) = &entry.draft.body else { continue };
        let (genome, released) = ((**genome).clone(), entry.recorded);
        let all = genomes.packs.all();
        let Some(pack) = all.iter().position(|ready| ready.pack.name() == genome.pathogen) else {
            indexes.miss();
            continue;
        };
        let letters = match genome.sequences.first() {
            Some(sequence) => letters(genomes, sequence.digest).await?,
            None => None,
        };
        let finding = found.get(&begun.seen.version).cloned();
        waiting.push((Ready { begun, genome, released, pack, finding, analysis: None }, letters));
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
    /// Takes what began and ended until a place in the log. Questions go on meanwhile, and are answered as of before;
    /// then all of it becomes visible at once.
    fn take(&self, app: &App, begun: Vec<Ready>, ended: &[Ended], until: u64) {
        let mut by_pack: HashMap<usize, Vec<Ready>> = HashMap::new();
        for ready in begun {
            by_pack.entry(ready.pack).or_default().push(ready);
        }
        for (number, ready) in by_pack {
            let (Some(pack), Some(shelf)) = (app.packs.all().get(number), self.shelf(number)) else {
                continue;
            };
            let rows: Vec<(Ready, Row)> = ready.into_iter().map(|ready| self.row(pack, ready)).collect();
            for some in rows.chunks(APPENDED_AT_ONCE) {
                let mut held = shelf.lock().write().unwrap_or_else(PoisonError::into_inner);
                let missed = some.iter().filter(|(ready, row)| !held.begin(ready, row)).count();
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
        for held in self.shelves.iter().filter_map(|shelf| shelf.held.get()).filter(|_| !erased.is_empty()) {
            held.write().unwrap_or_else(PoisonError::into_inner).forget(erased);
        }
    }

    fn row(&self, pack: &ReadyPack, ready: Ready) -> (Ready, Row) {
        let facts = Facts {
            genome: &ready.genome,
            version: ready.begun.seen.version.version,
            released: ready.released,
            is_simulated: ready.begun.is_simulated,
            finding: ready.finding.as_ref(),
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
    /// Whether it could be.
    fn begin(&mut self, ready: &Ready, row: &Row) -> bool {
        let version = ready.begun.seen.version;
        let appended = match self.index.append(row) {
            Ok(appended) => appended,
            Err(error) => {
                tracing::error!(record = %version.record, error = %error, "a genome is not in the index");
                return false;
            }
        };
        let stood = self.rows.entry(version.record).or_default();
        for earlier in stood.iter().filter(|earlier| earlier.version == version.version) {
            if let Err(error) = self.index.disclose(earlier.row, &row.disclosure) {
                tracing::error!(record = %version.record, error = %error, "old rights stand in the index");
            }
        }
        for earlier in stood.iter().filter(|earlier| earlier.version == version.version) {
            if let Some(origin) = self.origins.get_mut(earlier.row.0 as usize) {
                origin.terms = ready.begun.seen.disclosure.terms;
            }
        }
        stood.push(Stood { version: version.version, from: ready.begun.seen.since, row: appended });
        self.terms.extend(ready.begun.seen.disclosure.terms);
        self.origins.push(ready.origin());
        true
    }

    fn forget(&mut self, erased: &[u64]) {
        for (row, origin) in (0u32..).map(RowId).zip(&mut self.origins) {
            if !erased.contains(&origin.content) {
                continue;
            }
            origin.sequence = None;
            if let Err(error) = self.index.disclose(row, &Disclosure::default()) {
                tracing::error!(record = %origin.record, error = %error, "what was erased stands in the index");
            }
            if let Some(stood) = self.rows.get_mut(&origin.record) {
                stood.retain(|stood| stood.row != row);
            }
        }
    }

    fn end(&mut self, ended: &Ended) {
        let stood = self.rows.get(&ended.record).into_iter().flatten().find(|stood| stood.from == ended.from);
        let Some(stood) = stood.copied() else { return };
        if let Err(error) = self.index.end(stood.row, DataVersion(ended.at + 1), ended.recorded.unix_ms()) {
            tracing::error!(record = %ended.record, error = %error, "a genome that is no more stands in the index");
        }
    }
}
