//! Commands on the ledger: prove it, take receipts and bundles out of it, back it up, bring it back, keep it.
//!
//! Where the ledger is, all of them find in one way ([`place`]): by the settings of the server, or by `--data DIR`. Those
//! that verify a file need no ledger at all, and no network. Refuses to know how anything is proven (`hearth_store`,
//! `hearth_ledger`). Start at [`VerifyFlags::run`].

mod backup;
mod bundle;
mod place;
mod receipt;
mod upkeep;
mod verify;

pub use backup::{BackupFlags, RestoreFlags};
pub use bundle::BundleCommand;
pub use place::PlaceFlags;
pub use receipt::ReceiptFlags;
pub use upkeep::{EraseFlags, RotateFlags};
pub use verify::VerifyFlags;

use anyhow::{Context as _, Result};
use hearth_ledger::note::{KeyHistory, MAX_NOTE_BYTES, Note, VerifierKey};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Runs a command to its end.
fn block_on<T>(command: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("no threads can be had")?.block_on(command)
}

/// An empty folder for what is needed while a command runs; it goes with it.
fn scratch(chosen: Option<&Path>) -> Result<tempfile::TempDir> {
    let made = match chosen {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    made.context("no folder can be made for working copies: choose another with --scratch DIR")
}

/// A small file, whole.
fn read_small(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = path.display();
    let file = File::open(path).with_context(|| format!("{name} cannot be read"))?;
    let read = file.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("{name} cannot be read"))?;
    anyhow::ensure!(bytes.len() <= limit, "{name} is longer than {limit} bytes: it is another file");
    Ok(bytes)
}

fn read_note(path: &Path) -> Result<Note> {
    let bytes = read_small(path, MAX_NOTE_BYTES)?;
    Note::parse(&bytes).with_context(|| format!("{} is no signed head", path.display()))
}

/// A key of a log, had from a source that is trusted.
#[derive(clap::Args, Clone, Debug)]
pub struct TrustFlags {
    /// Key of the log that you trust, NAME+ID+BASE64, or a file with it
    #[arg(long, value_name = "VKEY|FILE")]
    key: Option<String>,
    /// File with all keys of the log, where it changed its key
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

impl TrustFlags {
    /// The key, if one was given.
    fn key(&self) -> Result<Option<VerifierKey>> {
        let Some(given) = &self.key else { return Ok(None) };
        let text = if given.contains('+') {
            given.clone()
        } else {
            String::from_utf8(read_small(Path::new(given), 4096)?).context("the key file is no text")?
        };
        VerifierKey::parse(text.trim()).map(Some).context("--key")
    }

    /// The key; without it nothing can be verified.
    fn needed(&self) -> Result<VerifierKey> {
        self.key()?.context(
            "give the log's key with --key, from a source that you trust: whoever made the file could have made its key too",
        )
    }

    /// All keys of the log, of which the given one is trusted.
    fn history(&self) -> Result<KeyHistory> {
        let trusted = self.needed()?;
        match &self.keys {
            None => Ok(KeyHistory::new(trusted)?),
            Some(path) => {
                let text = read_small(path, hearth_ledger::note::MAX_HISTORY_BYTES)?;
                let text = String::from_utf8(text).context("the file of keys is no text")?;
                KeyHistory::parse(&text, &trusted).with_context(|| path.display().to_string())
            }
        }
    }
}
