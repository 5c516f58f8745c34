//! `hearth bundle`: one party's part of the log as one file, out, in, and verified without any server.

use super::place::{Place, PlaceFlags};
use super::{TrustFlags, block_on, read_note};
use crate::serve::packs;
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use hearth_base::digest::{Digest, Digester};
use hearth_base::id::PartyId;
use hearth_base::role::Roles;
use hearth_ledger::bundle::{BundleError, Event, Limits, Reader, Since};
use hearth_ledger::note::Checkpoint;
use hearth_server::app::{App, system_clock};
use hearth_store::bundles::{self, Wanted};
use hearth_store::log::heads;
use hearth_store::state::scope::Scope;
use std::fs::File;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Bytes read at once.
const PIECE_BYTES: usize = 256 << 10;

/// Hand one party's part of the log to another server as one signed file
#[derive(clap::Subcommand, Clone, Debug)]
pub enum BundleCommand {
    /// Write the part of a party that a reader may see
    Export(ExportFlags),
    /// Take in a bundle of another log: verified whole before anything of it is kept
    Import(ImportFlags),
    /// Say whether a bundle holds: offline, with nothing but the log's key
    Verify(BundleVerifyFlags),
}

/// Which bundle.
#[derive(clap::Args, Clone, Debug)]
pub struct ExportFlags {
    /// Party whose part it is
    #[arg(long, value_name = "ID")]
    party: PartyId,
    /// Party for whose eyes it is; without it, only what everybody may see
    #[arg(long, value_name = "ID")]
    reader: Option<PartyId>,
    /// File with the signed head that the receiver holds of this log: the bundle proves that the log went on from it
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// File to write, which must not be there
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    place: PlaceFlags,
}

/// What to take in.
#[derive(clap::Args, Clone, Debug)]
pub struct ImportFlags {
    /// The bundle
    file: PathBuf,
    #[command(flatten)]
    trust: TrustFlags,
    #[command(flatten)]
    place: PlaceFlags,
}

/// What to verify.
#[derive(clap::Args, Clone, Debug)]
pub struct BundleVerifyFlags {
    /// The bundle
    file: PathBuf,
    #[command(flatten)]
    trust: TrustFlags,
}

impl BundleCommand {
    /// Carries it out. The exit code is 1 when a bundle does not hold.
    ///
    /// # Errors
    /// When it could not be carried out.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        match self {
            Self::Export(flags) => block_on(flags.run(out)),
            Self::Import(flags) => block_on(flags.run(out)),
            Self::Verify(flags) => flags.run(out),
        }
    }
}

impl ExportFlags {
    async fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let place = self.place.open().await?;
        let name = self.out.display();
        if self.out.exists() {
            bail!("{name} is there already: give another name");
        }
        let since = match &self.since {
            None => None,
            Some(path) => {
                let head = Checkpoint::parse(read_note(path)?.text())?;
                Some(Since { size: head.size, root: head.root })
            }
        };
        let now = system_clock()();
        let reader = match self.reader {
            None => Scope::of_anybody(now),
            Some(party) => Scope::of(&mut *place.store.read().await?, None, party, Roles::new(), now).await?,
        };
        let Place { store, blobs, keys } = place;
        let (key, _) = heads::open_key(&store, &keys).await?;
        let config = self.place.config()?;
        let packs = packs::ready(
            &crate::pack::packs_dir(None)?,
            &config.data.folder.join("lineages"),
            &config.pathogens,
        )?;
        let app = App::new(store.clone(), blobs.clone(), Arc::new(packs), config, system_clock());
        let letters = move |digest: Digest| -> futures::future::BoxFuture<'static, Result<Vec<u8>, String>> {
            let genomes = app.genomes();
            Box::pin(async move { genomes.letters(digest).await.map_err(|error| error.to_string()) })
        };
        let wanted = Wanted { party: self.party, reader: &reader, since };
        // Under another name until it is whole.
        let part = self.out.with_extension("part");
        let mut file = tokio::fs::File::create(&part).await.with_context(|| part.display().to_string())?;
        let exported = bundles::export(&store, &blobs, &key, &wanted, &letters, &mut file).await?;
        file.sync_all().await?;
        tokio::fs::rename(&part, &self.out).await.with_context(|| name.to_string())?;
        writeln!(
            out,
            "{name}: {} entries, {} blobs, {} bytes",
            exported.entries, exported.blobs, exported.bytes
        )?;
        writeln!(out, "It is verified with the key {}", key.verifier())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl ImportFlags {
    async fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let trusted = self.trust.needed()?;
        let place = self.place.open().await?;
        let keeper = place.keeper().await?;
        let mut digester = Digester::default();
        each_piece(&self.file, |piece| {
            digester.update(piece);
            Ok(())
        })?;
        let digest = digester.finish();
        let was_there = place.blobs.exists(&digest).await?;
        let file =
            tokio::fs::File::open(&self.file).await.with_context(|| self.file.display().to_string())?;
        place.blobs.put_stream(pieces_of(file)).await?;
        let now = system_clock()();
        let imported = bundles::import(&place.store, &place.blobs, &digest, &trusted, keeper, now).await;
        if !was_there {
            place.blobs.delete(&digest).await?;
        }
        let imported = imported?;
        writeln!(
            out,
            "{} of {}: {} of {} entries are new",
            imported.party, imported.origin, imported.new, imported.entries
        )?;
        writeln!(
            out,
            "{} blobs are new, {} bodies were erased there and are now erased here",
            imported.blobs, imported.erased
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

impl BundleVerifyFlags {
    fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let mut reader = Some(Reader::new(self.trust.needed()?, Limits::default()));
        let mut refused: Option<BundleError> = None;
        each_piece(&self.file, |piece| {
            let Some(open) = &mut reader else { return Ok(()) };
            open.feed(piece);
            loop {
                match open.next() {
                    Ok(Some(Event::Opened { .. } | Event::Entry(_) | Event::Proven | Event::Blob { .. })) => {
                    }
                    Ok(None) => return Ok(()),
                    Err(error) => {
                        refused = Some(error);
                        reader = None;
                        return Ok(());
                    }
                }
            }
        })?;
        let verified = match (reader, refused) {
            (Some(reader), None) => reader.finish(),
            (_, Some(error)) => Err(error),
            (None, None) => Err(BundleError::Refused),
        };
        match verified {
            Ok(verified) => {
                let manifest = verified.manifest;
                writeln!(
                    out,
                    "The bundle holds: {} of {} at {} entries.",
                    manifest.party, manifest.origin, manifest.size
                )?;
                writeln!(
                    out,
                    "{} entries, {} of them erased; {} blobs",
                    manifest.entries, manifest.erased, manifest.blobs
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                writeln!(out, "DOES NOT HOLD  {error}")?;
                Ok(ExitCode::from(1))
            }
        }
    }
}

/// Reads a file piece by piece.
fn each_piece(path: &Path, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let name = || format!("{} cannot be read", path.display());
    let mut file = File::open(path).with_context(name)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let bytes = file.read(&mut piece).with_context(name)?;
        match piece.get(..bytes) {
            Some([]) | None => return Ok(()),
            Some(read) => take(read)?,
        }
    }
}

/// A file as a stream of pieces.
fn pieces_of(file: tokio::fs::File) -> impl futures::Stream<Item = std::io::Result<Bytes>> + Send {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let bytes = tokio::io::AsyncReadExt::read(&mut file, &mut piece).await?;
        piece.truncate(bytes);
        Ok((bytes > 0).then(|| (Bytes::from(piece), file)))
    })
}
