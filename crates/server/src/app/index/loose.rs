//! An index of genomes that come from files: no ledger, no rights, one reader who sees all of it.
//!
//! Its rows are made as those of released genomes are. What only a ledger knows has no value. Refuses to read files. Start
//! at [`Shelf::of_files`].

use super::fields::{FIELDS, Facts, PRIMARY_KEY};
use super::{Shelf, rows, schema};
use crate::app::genomes::assigned;
use crate::app::genomes::sample::to_ledger;
use crate::app::packs::{Packs, ReadyPack};
use hearth_base::accession::{Accession, Prefix};
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_formats::submission::SampleRow;
use hearth_genome::analysis::Memory;
use hearth_index::engine::AppendError;
use hearth_index::row::{AudienceId, DataVersion, Disclosure, Row, Value};
use hearth_index::visible::Reader;
use hearth_ledger::body::genomes::{Credit, Genome, Sample};
use std::sync::{Arc, OnceLock, PoisonError};

/// The one audience.
const EVERYBODY: AudienceId = AudienceId(0);
/// The one version.
const VERSION: DataVersion = DataVersion(1);
/// Fields by which a genome is known: here its name.
const NAMES: [&str; 2] = [PRIMARY_KEY, "accession"];
/// Fields that only a ledger knows.
const OF_LEDGER: [&str; 3] = ["version", "dateReleased", "simulated"];

/// A genome of a file.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// As the file calls it.
    pub name: String,
    /// In upper case.
    pub letters: Vec<u8>,
    /// What is known of its sample.
    pub sample: Option<SampleRow>,
}

/// Who sees all genomes of files.
pub fn reader() -> Reader {
    Reader { audiences: vec![EVERYBODY], now_ms: i64::MAX, version: VERSION }
}

impl Shelf {
    /// An empty index of the pathogen with a number, which has one segment.
    pub fn of_files(packs: Arc<Packs>, pathogen: usize) -> Arc<Self> {
        Arc::new(Self { packs, pathogen, held: OnceLock::new() })
    }

    /// Analyses genomes with so many threads and appends them. How many of them could not be analysed: nothing is known of
    /// their letters.
    ///
    /// # Errors
    /// When the index takes no more.
    pub fn bring(&self, genomes: &[Brought], threads: usize) -> Result<usize, AppendError> {
        let share = genomes.len().div_ceil(threads.max(1)).max(1);
        let parts: Vec<Vec<(Row, bool)>> = std::thread::scope(|scope| {
            let begun: Vec<_> = genomes.chunks(share).map(|part| scope.spawn(|| made(self, part))).collect();
            begun.into_iter().filter_map(|part| part.join().ok()).collect()
        });
        let (rows, was_read): (Vec<Row>, Vec<bool>) = parts.into_iter().flatten().unzip();
        if !rows.is_empty() {
            self.lock().write().unwrap_or_else(PoisonError::into_inner).index.append_all(&rows)?;
        }
        Ok(was_read.iter().filter(|was_read| !**was_read).count())
    }
}

/// Rows of genomes, and whether each could be analysed.
fn made(shelf: &Shelf, genomes: &[Brought]) -> Vec<(Row, bool)> {
    let pack = shelf.lead();
    let mut memory = Memory::default();
    let row = |brought: &Brought| {
        let analyses = [pack.pack.analyse(&brought.letters, &mut memory).ok()];
        let finding = analyses[0].as_ref().map(|analysis| assigned::by(pack, analysis));
        let genome = genome(pack, brought);
        let (ancestor, readings) = rows::readings(shelf.packs.all(), shelf.pathogen(), &analyses);
        let facts = Facts {
            genome: &genome,
            version: 0,
            released: UtcTime::from_unix_ms(0),
            is_simulated: false,
            finding: finding.as_ref(),
            node: schema::node_name(&pack.pack, ancestor),
        };
        let values = FIELDS.iter().map(|field| match field.name {
            name if NAMES.contains(&name) => Value::Text(brought.name.clone()),
            name if OF_LEDGER.contains(&name) => Value::Null,
            _ => (field.value)(&facts),
        });
        let disclosure = Disclosure { audiences: vec![EVERYBODY], opening: None };
        let values = values.collect();
        (Row { values, readings, ancestor, from: VERSION, from_ms: 0, disclosure }, analyses[0].is_some())
    };
    genomes.iter().map(row).collect()
}

/// What a ledger would say of it.
fn genome(pack: &ReadyPack, brought: &Brought) -> Genome {
    let (sample, credit) = match &brought.sample {
        Some(row) => to_ledger(row),
        None => (Sample { name: brought.name.clone(), ..Sample::default() }, Credit::default()),
    };
    Genome {
        accession: Accession::new(&Prefix::default(), [0; 5]),
        submission: RecordId::from_bytes([0; 16]),
        pathogen: pack.pack.name().to_owned(),
        sequences: Vec::new(),
        sample,
        credit,
        reason: String::new(),
    }
}
