//! `hearth rotate-key` and `hearth erase`.

use super::block_on;
use super::place::PlaceFlags;
use anyhow::Result;
use hearth_base::id::EntryId;
use hearth_server::app::system_clock;
use hearth_store::log::{erase, rotate};
use std::io::Write;
use std::process::ExitCode;

/// Let the log's key hand over to a new one, signed by both; heads published before stay the old key's
#[derive(clap::Args, Clone, Debug)]
pub struct RotateFlags {
    #[command(flatten)]
    place: PlaceFlags,
}

impl RotateFlags {
    /// Carries it out.
    ///
    /// # Errors
    /// When the key in force is not at hand; it stays in force then.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        block_on(async {
            let place = self.place.open().await?;
            let keeper = place.keeper().await?;
            let rotated = rotate::rotate(&place.store, &place.keys, keeper, system_clock()()).await?;
            writeln!(out, "The log signs with {} from now on (entry {}).", rotated.key, rotated.entry.id)?;
            writeln!(
                out,
                "Copy {} to the other servers of this installation: until then they sign nothing.",
                place.keys.path().join("log.key").display()
            )?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Destroy the bodies of entries by a rule of retention; the log stays provable, backups made before keep them
#[derive(clap::Args, Clone, Debug)]
pub struct EraseFlags {
    /// Identifiers of the entries
    #[arg(required = true, value_name = "ENTRY")]
    entries: Vec<EntryId>,
    /// The rule or law that asks for it; it stands in the log
    #[arg(long, value_name = "TEXT")]
    rule: String,
    #[command(flatten)]
    place: PlaceFlags,
}

impl EraseFlags {
    /// Carries it out.
    ///
    /// # Errors
    /// When one of the entries is not there or is needed; nothing is erased then.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        block_on(async {
            let place = self.place.open().await?;
            let keeper = place.keeper().await?;
            let mut writing = place.store.write(system_clock()()).await?;
            let erased = erase::erase(&mut writing, keeper, &self.entries, &self.rule).await?;
            writing.commit().await?;
            erase::clear(&place.store, &place.blobs, &erased).await?;
            writeln!(out, "{} entries are erased (entry {}).", self.entries.len(), erased.entry.id)?;
            let sequences: usize = erased.in_packs.values().map(Vec::len).sum();
            writeln!(
                out,
                "{} files and {sequences} sequences that nothing names any more are gone.",
                erased.blobs.len()
            )?;
            writeln!(out, "Backups made before still hold them: make a new one, and destroy those.")?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
