//! `hearth verify`: proves everything that is kept.

use super::place::PlaceFlags;
use super::{TrustFlags, block_on, scratch};
use anyhow::Result;
use hearth_store::log::verify::{VerifyError, verify};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prove the whole ledger and every file in it, and name the first thing that is wrong; the server may run meanwhile
#[derive(clap::Args, Clone, Debug)]
pub struct VerifyFlags {
    #[command(flatten)]
    place: PlaceFlags,
    #[command(flatten)]
    trust: TrustFlags,
    /// Folder for a working copy, about as large as the database
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
}

impl VerifyFlags {
    /// Carries it out. The exit code is 1 when something is wrong.
    ///
    /// # Errors
    /// When it could not be carried out; nothing is known to be wrong then.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let trusted = self.trust.key()?;
        let scratch = scratch(self.scratch.as_deref())?;
        let proven = block_on(async {
            let place = self.place.open().await?;
            Ok(verify(&place.store, &place.blobs, scratch.path(), trusted.as_ref()).await)
        })?;
        let proven = match proven {
            Err(VerifyError::Wrong(wrong)) => {
                writeln!(out, "WRONG  {wrong}")?;
                return Ok(ExitCode::from(1));
            }
            other => other?,
        };
        writeln!(out, "All is well with the log {}.", proven.origin)?;
        writeln!(
            out,
            "{:>10}  entries, {} of them erased; root {}",
            proven.entries, proven.erased, proven.root
        )?;
        writeln!(out, "{:>10}  published heads, each signed and a beginning of this log", proven.heads)?;
        writeln!(out, "{:>10}  rows of state, all as the entries say", proven.rows)?;
        writeln!(
            out,
            "{:>10}  files and {} packs of sequences, each as its digest says",
            proven.blobs, proven.packs
        )?;
        writeln!(out, "{:>10}  entries of other logs, proven", proven.foreign)?;
        if trusted.is_none() {
            writeln!(
                out,
                "The key was taken from the database: give the one you trust with --key to be sure of it."
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
