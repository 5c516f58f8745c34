//! The indexes as a file in the data folder, so that a server that starts need not analyse every genome again.
//!
//! The file holds contents and which states they are of. Who may see them is asked of the database when it is read, and
//! so is whether those states are still what the ledger says: a file that does not fit is passed over, and the indexes
//! are made anew. It can be deleted at any time. Refuses to know how an index is written. Start at [`load`].

use super::digesting::Digesting;
use super::fields::FIELDS;
use super::held::{Held, Origin};
use super::schema;
use crate::app::App;
use crate::app::packs::Packs;
use hearth_base::digest::{Digest, Digester};
use hearth_base::id::{EntryId, VersionId};
use hearth_index::row::{DataVersion, Disclosure};
use hearth_index::saved::{Contents, LoadError};
use hearth_store::StoreError;
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::state::follow::{self, Standing};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// In the data folder.
const FILE: &str = "index.kept";
/// What the name of a file ends with that is not whole yet.
const UNFINISHED: &str = "new";
/// The longest header, in bytes.
const HEADER_MAX_BYTES: u64 = 1 << 20;
/// States that are asked for at once.
const PAGE: u32 = 20_000;
/// Rows more than were kept that are worth another file: analysing them again takes a second.
const WORTH_ROWS: usize = 2_000;
/// One in so many rows more than were kept is worth another file.
const WORTH_SHARE: usize = 20;
/// After so long, any change is.
const WORTH_AFTER: Duration = Duration::from_secs(600);

/// Why indexes were not kept, or what was kept is not used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file.
    #[error("the file of the index: {0}")]
    Io(#[from] io::Error),
    /// What is in it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is of another log, other packs, another program, or other states.
    #[error("the file of the index does not fit: {0}")]
    Unfit(&'static str),
}

/// What a file says of itself, before everything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    program: String,
    fields: Vec<String>,
    origin: String,
    size: u64,
    misses: u64,
    /// In the order of the server's packs.
    shelves: Vec<ShelfHeader>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShelfHeader {
    pack: String,
    rows: usize,
}

impl Header {
    fn of(app: &App) -> Self {
        let shelf = |(ready, shelf): (&crate::app::packs::ReadyPack, &Arc<super::Shelf>)| ShelfHeader {
            pack: format!("{} {}", ready.pack.name(), ready.digest),
            rows: shelf.held_if_made().map_or(0, |held| held.origins().len()),
        };
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            fields: FIELDS.iter().map(|field| field.name.to_owned()).collect(),
            origin: app.config.origin(),
            size: app.indexes.size(),
            misses: app.indexes.misses.load(Ordering::Relaxed),
            shelves: app.packs.all().iter().zip(&app.indexes.shelves).map(shelf).collect(),
        }
    }

    fn rows(&self) -> usize {
        self.shelves.iter().map(|shelf| shelf.rows).sum()
    }

    /// Whether a file that says this is for a server that would say `own`.
    fn is_for(&self, own: &Self) -> bool {
        let packs = |header: &Self| header.shelves.iter().map(|shelf| shelf.pack.clone()).collect::<Vec<_>>();
        let same = |one: &Self| (one.program.clone(), one.fields.clone(), one.origin.clone(), packs(one));
        same(self) == same(own)
    }
}

/// The state that a row is of, and its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RowName {
    since: u64,
    entry: EntryId,
    sequence: Option<Digest>,
}

impl RowName {
    fn of(origin: &Origin) -> Self {
        Self { since: origin.since, entry: origin.entry, sequence: origin.sequence }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.since.to_le_bytes())?;
        out.write_all(self.entry.as_bytes())?;
        out.write_all(&[u8::from(self.sequence.is_some())])?;
        out.write_all(self.sequence.map_or([0; 32], |digest| *digest.as_bytes()).as_slice())
    }

    fn read(input: &mut impl Read) -> io::Result<Self> {
        let (mut since, mut entry, mut known, mut digest) = ([0; 8], [0; 16], [0; 1], [0; 32]);
        input.read_exact(&mut since)?;
        input.read_exact(&mut entry)?;
        input.read_exact(&mut known)?;
        input.read_exact(&mut digest)?;
        let sequence = (known != [0]).then(|| Digest::from_bytes(digest));
        Ok(Self { since: u64::from_le_bytes(since), entry: EntryId::from_bytes(entry), sequence })
    }
}

/// What was read of a shelf.
struct Unproved {
    pack: usize,
    names: Vec<RowName>,
    contents: Contents,
}

/// Where the file is; nowhere without a data folder.
fn path(app: &App) -> Option<PathBuf> {
    let folder = &app.config.data.folder;
    (!folder.as_os_str().is_empty()).then(|| folder.join(FILE))
}

/// Takes the file away, if it is there.
pub fn discard(app: &App) {
    let Some(path) = path(app) else { return };
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::error!(error = %error, "the kept index holds what was erased, and cannot be deleted");
        }
        _ => {}
    }
}

/// Takes away what a server left that was killed while it wrote.
fn clear(app: &App) {
    let Some(folder) = path(app).and_then(|path| path.parent().map(Path::to_owned)) else { return };
    let Ok(all) = fs::read_dir(folder) else { return };
    for path in all.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name.starts_with("index.") && name.ends_with(&format!(".{UNFINISHED}")) {
            // One that cannot be deleted only takes room.
            let _ = fs::remove_file(&path);
        }
    }
}

/// Writes what the indexes hold. Nothing may change them meanwhile.
///
/// # Errors
/// When the file cannot be written; an older one stays.
pub fn save(app: &App) -> Result<(), KeptError> {
    let Some(path) = path(app) else { return Ok(()) };
    // Servers of one database may share a folder.
    let temporary = path.with_extension(format!("{}.{UNFINISHED}", std::process::id()));
    let mut out =
        Digesting { inner: BufWriter::new(File::create(&temporary)?), digester: Digester::default() };
    let header = Header::of(app);
    let text = serde_json::to_vec(&header).map_err(io::Error::other)?;
    out.write_all(&(text.len() as u64).to_le_bytes())?;
    out.write_all(&text)?;
    for shelf in app.indexes.shelves.iter().filter_map(|shelf| shelf.held_if_made()) {
        if shelf.origins().is_empty() {
            continue;
        }
        shelf.origins().iter().try_for_each(|origin| RowName::of(origin).write(&mut out))?;
        shelf.index.save(&mut out)?;
    }
    let Digesting { mut inner, digester } = out;
    inner.write_all(digester.finish().as_bytes())?;
    inner.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&temporary, &path)?;
    Ok(())
}

/// Fills the indexes of a server that starts from the file, if there is one that fits. Whether there was.
///
/// # Errors
/// When there is one that does not fit or cannot be read: the indexes are as before.
pub async fn load(app: &App) -> Result<bool, KeptError> {
    let Some(path) = path(app).filter(|path| path.exists()) else { return Ok(false) };
    let (own, packs) = (Header::of(app), Arc::clone(&app.packs));
    let reading = tokio::task::spawn_blocking(move || read(&path, &own, &packs));
    let (header, shelves) = reading.await.map_err(io::Error::other)??;
    let mut session = app.store.read().await?;
    if header.size > head(&mut session).await?.size {
        return Err(KeptError::Unfit("it knows more than the log"));
    }
    let mut proved = Vec::with_capacity(shelves.len());
    for shelf in shelves {
        proved.push((shelf.pack, proved_by(app, &mut session, header.size, shelf).await?));
    }
    let ended = follow::ended(&mut session, (0, header.size)).await?;
    for (pack, mut held) in proved {
        ended.iter().for_each(|ended| held.end(ended));
        let Some(shelf) = app.indexes.shelf(pack) else { continue };
        *shelf.lock().write().unwrap_or_else(PoisonError::into_inner) = held;
    }
    app.indexes.misses.store(header.misses, Ordering::Relaxed);
    app.indexes.size.store(header.size, Ordering::Release);
    Ok(true)
}

fn read(path: &Path, own: &Header, packs: &Packs) -> Result<(Header, Vec<Unproved>), KeptError> {
    let mut input = Digesting { inner: BufReader::new(File::open(path)?), digester: Digester::default() };
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    if length > HEADER_MAX_BYTES {
        return Err(KeptError::Unfit("its header is too long"));
    }
    let mut text = vec![0; length as usize];
    input.read_exact(&mut text)?;
    let header: Header = serde_json::from_slice(&text).map_err(|_| KeptError::Unfit("it has no header"))?;
    if !header.is_for(own) {
        return Err(KeptError::Unfit("it is of another program, log or packs"));
    }
    let mut shelves = Vec::new();
    for (number, (shelf, ready)) in header.shelves.iter().zip(packs.all()).enumerate() {
        if shelf.rows == 0 {
            continue;
        }
        let mut names = Vec::new();
        for _ in 0..shelf.rows {
            names.push(RowName::read(&mut input)?);
        }
        let (schema, ancestors) = (schema::schema_of(&ready.pack), schema::ancestors_of(&ready.pack));
        let contents = Contents::load(schema, &ancestors, &mut input)?;
        if contents.rows() != names.len() {
            return Err(KeptError::Unfit("its rows are not as many as its states"));
        }
        shelves.push(Unproved { pack: number, names, contents });
    }
    let Digesting { mut inner, digester } = input;
    let mut said = Vec::new();
    inner.read_to_end(&mut said)?;
    if said != digester.finish().as_bytes() {
        return Err(KeptError::Unfit("it is damaged"));
    }
    Ok((header, shelves))
}

/// The rows of a shelf, held against the states that the database has of the pathogen, with today's rights.
async fn proved_by(app: &App, session: &mut Session, until: u64, shelf: Unproved) -> Result<Held, KeptError> {
    let unfit = KeptError::Unfit("the ledger has other states");
    let Some(ready) = app.packs.all().get(shelf.pack) else { return Err(unfit) };
    let mut names = shelf.names.iter();
    let (mut origins, mut rows, mut newest) = (Vec::new(), Vec::new(), HashMap::new());
    let mut from = 0;
    loop {
        let found = follow::standing(session, ready.pack.name(), (from, until), PAGE).await?;
        for state in &found {
            let name = RowName { since: state.since, entry: state.entry, sequence: None };
            let Some(own) = names.next().filter(|own| RowName { sequence: None, ..**own } == name) else {
                return Err(unfit);
            };
            let disclosure = app.indexes.disclosure(state.audience, state.opens, state.owner);
            newest.insert(state.version, origins.len());
            rows.push((DataVersion(state.since + 1), state.recorded.unix_ms(), disclosure));
            origins.push(origin(state, own));
        }
        match found.last().filter(|_| found.len() == PAGE as usize) {
            Some(last) => from = last.since + 1,
            None => break,
        }
    }
    if names.next().is_some() {
        return Err(unfit);
    }
    make_new(&newest, &mut origins, &mut rows);
    Ok(Held::of(shelf.contents.with_rights(rows)?, origins))
}

fn origin(state: &Standing, name: &RowName) -> Origin {
    Origin {
        version: state.version,
        since: state.since,
        content: state.content,
        entry: state.entry,
        owner: state.owner,
        terms: state.terms,
        sequence: name.sequence,
    }
}

/// Gives all states of a version the rights of the newest.
fn make_new(
    newest: &HashMap<VersionId, usize>,
    origins: &mut [Origin],
    rows: &mut [(DataVersion, i64, Disclosure)],
) {
    for at in 0..origins.len() {
        let last = origins.get(at).and_then(|origin| newest.get(&origin.version)).copied().unwrap_or(at);
        let terms = origins.get(last).and_then(|origin| origin.terms);
        let disclosure = rows.get(last).map(|(.., disclosure)| disclosure.clone());
        if let (Some(origin), Some(row), Some(disclosure)) =
            (origins.get_mut(at), rows.get_mut(at), disclosure)
        {
            origin.terms = terms;
            row.2 = disclosure;
        }
    }
}

/// When the indexes are kept: when they grew by what is worth it, and otherwise now and then.
pub(super) struct Keeping {
    kept: Header,
    at: Instant,
}

impl Keeping {
    /// Loads what was kept.
    pub(super) async fn begin(app: &App) -> Self {
        let begun = Instant::now();
        clear(app);
        match load(app).await {
            Ok(true) => tracing::info!(
                rows = Header::of(app).rows(),
                took_ms = begun.elapsed().as_millis() as u64,
                "the index was kept, and goes on from there"
            ),
            Ok(false) => {}
            Err(error) => tracing::warn!(error = %error, "the index is made anew"),
        }
        Self { kept: Header::of(app), at: Instant::now() }
    }

    /// Keeps what the indexes hold, if it is worth it.
    pub(super) async fn keep(&mut self, app: &App) {
        // What could not be read may be there after the next start.
        if app.indexes.unreadable.load(Ordering::Relaxed) > 0 {
            return;
        }
        let now = Header::of(app);
        let more = now.rows().saturating_sub(self.kept.rows());
        let is_worth = more >= WORTH_ROWS.max(self.kept.rows() / WORTH_SHARE);
        let is_late = self.at.elapsed() >= WORTH_AFTER && now.size > self.kept.size && now.rows() > 0;
        if !is_worth && !is_late {
            return;
        }
        let own = app.clone();
        match tokio::task::spawn_blocking(move || save(&own)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error = %error, "the index could not be kept"),
            Err(error) => tracing::error!(error = %error, "keeping the index failed"),
        }
        (self.kept, self.at) = (now, Instant::now());
    }
}
