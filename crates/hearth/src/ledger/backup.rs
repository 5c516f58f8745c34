//! `hearth backup` and `hearth restore`.

use super::place::{PlaceFlags, keys_of};
use super::{block_on, read_note, scratch};
use anyhow::Result;
use hearth_store::backup::{Destination, Known, backup, restore};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Copy everything into a folder while the server runs; once more into the same folder copies only new files
#[derive(clap::Args, Clone, Debug)]
pub struct BackupFlags {
    /// Folder of the backup; made if it is not there
    #[arg(value_name = "TO_DIR")]
    to: PathBuf,
    /// Copy the log's key too: whoever holds the backup can then sign as this log
    #[arg(long)]
    with_keys: bool,
    #[command(flatten)]
    place: PlaceFlags,
}

impl BackupFlags {
    /// Carries it out.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        block_on(async {
            let place = self.place.open().await?;
            let keys = self.with_keys.then_some(&place.keys);
            let done = backup(&place.store, &place.blobs, &self.to, keys).await?;
            writeln!(out, "{} entries and {} rows are in {}", done.entries, done.rows, self.to.display())?;
            writeln!(
                out,
                "{} files were copied ({} bytes), {} were there already",
                done.blobs, done.bytes, done.blobs_there
            )?;
            if !self.with_keys {
                writeln!(
                    out,
                    "The log's key is not in it: keep a copy of {} elsewhere.",
                    place.keys.path().display()
                )?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Bring a backup back: proven before and after, over nothing, and never so that the log gets a second past
#[derive(clap::Args, Clone, Debug)]
pub struct RestoreFlags {
    /// Folder of the backup
    #[arg(value_name = "FROM_DIR")]
    from: PathBuf,
    /// File with a signed head that this log published, as a partner or a witness kept it; may be given several times
    #[arg(long, value_name = "FILE")]
    known_head: Vec<PathBuf>,
    /// Begin a log of this name that goes on from the backup and names the old one's last known head
    #[arg(long, value_name = "NAME")]
    new_origin: Option<String>,
    /// Folder for working copies, twice as large as the database
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceFlags,
}

impl RestoreFlags {
    /// Carries it out.
    ///
    /// # Errors
    /// When the backup does not hold, something is there already, or a later head is known.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let config = self.place.config()?;
        let to = Destination {
            database: config.database_url()?,
            blobs: config.blob_place(),
            keys: keys_of(&config),
        };
        if !config.data.folder.as_os_str().is_empty() {
            std::fs::create_dir_all(&config.data.folder)?;
        }
        // The key's folder remembers the last head, also when the database is lost.
        let mut heads: Vec<_> = to.keys.last_head()?.into_iter().collect();
        for path in &self.known_head {
            heads.push(read_note(path)?);
        }
        let is_known = !heads.is_empty();
        let known = Known { heads, new_origin: self.new_origin.clone() };
        let scratch = scratch(self.scratch.as_deref())?;
        let restored = block_on(async { Ok(restore(&self.from, &to, &known, scratch.path()).await?) })?;
        let proven = restored.proven;
        writeln!(
            out,
            "The log {} is back with {} entries, and all of it is proven.",
            proven.origin, proven.entries
        )?;
        if !restored.has_key {
            writeln!(
                out,
                "Its key is not there: put log.key into {} before you start.",
                to.keys.path().display()
            )?;
        }
        if self.new_origin.is_some() {
            writeln!(
                out,
                "Set ledger.origin to {:?} in the settings, and give its new key to your partners.",
                proven.origin
            )?;
        } else if !is_known {
            writeln!(
                out,
                "No published head was at hand to hold it against: if the log published entries after this backup, \
                 ask a partner for the last head they hold before you start."
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
