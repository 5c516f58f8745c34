//! `hearth receipt`: the proof that an entry is in the log; and, without any server, whether one holds.

use super::place::PlaceFlags;
use super::{TrustFlags, block_on, read_small};
use anyhow::{Context as _, Result, bail};
use hearth_base::id::EntryId;
use hearth_ledger::entry::Entry;
use hearth_ledger::note::{MAX_PROOF_FILE_BYTES, Receipt};
use hearth_store::log::{read, receipts};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write the receipt of an entry, or say whether one holds (offline, with nothing but the log's key)
#[derive(clap::Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["entry", "verify"]))]
pub struct ReceiptFlags {
    /// Identifier of the entry
    entry: Option<EntryId>,
    /// Receipt to verify; needs --key
    #[arg(long, value_name = "FILE", requires = "key")]
    verify: Option<PathBuf>,
    /// Write the JSON that aics-tlog reads with verify-bundle, in the place of a tlog-proof
    #[arg(long, conflicts_with = "verify")]
    bundle: bool,
    /// File to write the log's keys to: whoever verifies after a change of key needs it
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    keys_out: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustFlags,
    #[command(flatten)]
    place: PlaceFlags,
}

impl ReceiptFlags {
    /// Carries it out. The exit code is 1 when a receipt does not hold.
    ///
    /// # Errors
    /// When there is no such entry or file.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        match (&self.verify, self.entry) {
            (Some(file), _) => self.verify(file, out),
            (None, Some(entry)) => block_on(self.write(entry, out)),
            (None, None) => bail!("name an entry, or a receipt with --verify"),
        }
    }

    async fn write(&self, entry: EntryId, out: &mut impl Write) -> Result<ExitCode> {
        let place = self.place.open().await?;
        let mut session = place.store.read().await?;
        let kept = read::entry_with(&mut session, entry).await?;
        let kept = kept.with_context(|| format!("there is no entry {entry} in this log"))?;
        let (receipt, keys) = receipts::of_entry(&mut session, &kept).await?;
        let text = if self.bundle { receipt.to_aics_json() } else { receipt.to_string() };
        out.write_all(text.as_bytes())?;
        if let Some(path) = &self.keys_out {
            fs::write(path, keys.to_string()).with_context(|| path.display().to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn verify(&self, file: &Path, out: &mut impl Write) -> Result<ExitCode> {
        let keys = self.trust.history()?;
        let receipt = Receipt::parse(&read_small(file, MAX_PROOF_FILE_BYTES)?)
            .with_context(|| file.display().to_string())?;
        let head = match receipt.verify(&keys) {
            Ok(head) => head,
            Err(error) => {
                writeln!(out, "DOES NOT HOLD  {error}")?;
                return Ok(ExitCode::from(1));
            }
        };
        writeln!(
            out,
            "The receipt holds: the log {} had this entry among its {} entries.",
            head.origin, head.size
        )?;
        match Entry::from_bytes(receipt.entry()) {
            Ok(entry) => {
                let draft = &entry.draft;
                writeln!(out, "entry     {}", entry.id)?;
                writeln!(out, "what      {} {}, version {}", draft.act, draft.body.kind(), draft.version)?;
                writeln!(out, "record    {}", draft.record)?;
                writeln!(out, "party     {}", draft.party)?;
                writeln!(out, "recorded  {}", entry.recorded)?;
            }
            Err(error) => writeln!(out, "What it says cannot be shown by this program: {error}")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
