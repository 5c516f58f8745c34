//! The indexes as a file in the data folder, so that a server that starts need not analyse every genome again.
//!
//! A file is used where the log still is the one that it was written of: at its size the log has the same root, audiences
//! have the same numbers, and nothing was erased since. What happened later is followed, and nothing is answered before.
//! Then, while questions are answered already, every row and all rights are held against the states of the database
//! ([`proof`]). A file that does not fit is passed over, and the indexes are made anew. It can be deleted at any time.
//! Refuses to know how an index is written. Start at [`load`].

mod file;
mod header;
mod keeping;
mod proof;
mod reading;
mod rows;

use crate::app::App;
use file::{Opened, Writer};
use header::Header;
use hearth_index::saved::{LoadError, Part};
use hearth_store::StoreError;
pub(super) use keeping::Keeping;
pub use proof::{Proof, prove};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// In the data folder.
const FILE: &str = "index.kept";
/// What the name of a file ends with that is not whole yet.
const UNFINISHED: &str = "new";

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
pub async fn save(app: &App) -> Result<(), KeptError> {
    let Some(path) = path(app) else { return Ok(()) };
    let (header, own) = (Header::of(app).await?, app.clone());
    let writing = tokio::task::spawn_blocking(move || write(&own, &path, &header));
    Ok(writing.await.map_err(io::Error::other)??)
}

fn write(app: &App, path: &Path, header: &Header) -> io::Result<()> {
    // Servers of one database may share a folder.
    let temporary = path.with_extension(format!("{}.{UNFINISHED}", std::process::id()));
    let mut writer =
        Writer::begin(File::create(&temporary)?, &serde_json::to_vec(header).map_err(io::Error::other)?)?;
    for held in app.indexes.shelves.iter().filter_map(|shelf| shelf.held_if_made()) {
        if held.origins().len() == 0 {
            continue;
        }
        writer.part(|out| rows::write(held.origins(), out))?;
        for part in Part::all(held.index.schema()) {
            writer.part(|out| held.index.save(part, out))?;
        }
    }
    writer.end()?;
    fs::rename(&temporary, path)
}

/// Fills the indexes of a server that starts from the file, if there is one that fits; what is to be proved of it then.
///
/// # Errors
/// When there is one that does not fit or cannot be read: the indexes are as before.
pub async fn load(app: &App) -> Result<Option<Proof>, KeptError> {
    let Some(path) = path(app).filter(|path| path.exists()) else { return Ok(None) };
    let (own, packs, threads) =
        (Header::of(app).await?, Arc::clone(&app.packs), app.genomes().limits.threads);
    let opened = Opened::open(File::open(path)?)?;
    let header: Header =
        serde_json::from_slice(&opened.header).map_err(|_| KeptError::Unfit("it has no header"))?;
    if !header.is_for(&own) {
        return Err(KeptError::Unfit("it is of another program, log or packs"));
    }
    let mut session = app.store.read().await?;
    header.still_holds(&mut session).await?;
    drop(session);
    let (opened, rows) = (Arc::new(opened), header.shelves.clone());
    let from = Arc::clone(&opened);
    let reading = tokio::task::spawn_blocking(move || reading::read(&from, &rows, &packs, threads.max(1)));
    let all = reading.await.map_err(io::Error::other)??;
    if !app.indexes.set_owners(&header.owners) {
        return Err(KeptError::Unfit("owners have other numbers"));
    }
    for (pathogen, held) in all {
        let Some(shelf) = app.indexes.shelf(pathogen) else { continue };
        *shelf.lock().write().unwrap_or_else(PoisonError::into_inner) = held;
    }
    app.indexes.misses.store(header.misses, Ordering::Relaxed);
    app.indexes.size.store(header.size, Ordering::Release);
    Ok(Some(Proof { opened, header }))
}
