//! The packs a server analyses with: all that are installed, and the built-in one.
//!
//! Start at [`ready`].

use crate::pack::assays;
use crate::pack::{self, PackFiles};
use anyhow::{Context as _, Result};
use hearth_genome::pack::{Pack, PackFiles as Files};
use hearth_server::app::packs::{Aliases, Packs, ReadyPack, aliases};
use hearth_server::app::pathogens::Grouping;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

/// The largest table of aliases, in bytes.
const ALIASES_MAX_BYTES: u64 = 4 << 20;

/// All packs, ready for use, each with the table of aliases that lies under its name in a folder (`sars-cov-2.json`), if
/// one does, grouped into pathogens.
///
/// # Errors
/// When the folder cannot be listed, no pack can be used, or a group has none of its packs.
pub fn ready(packs_dir: &Path, aliases_dir: &Path, groups: &[Grouping]) -> Result<Packs> {
    let mut packs = Vec::new();
    for installed in pack::installed(packs_dir)? {
        let name = installed.name.clone();
        match installed.load().map_err(anyhow::Error::from).and_then(|files| one(&files)) {
            Ok(ready) => packs.push(ready),
            Err(error) => tracing::warn!(pack = %name, error = %format!("{error:#}"), "a pack is left out"),
        }
    }
    let built_in = pack::built_in()?;
    if !packs.iter().any(|ready| ready.pack.name() == built_in.name) {
        packs.push(one(&built_in)?);
    }
    for ready in &mut packs {
        let path = aliases_dir.join(format!("{}.json", ready.pack.name()));
        match aliases_at(&path) {
            Ok(aliases) => ready.aliases = aliases,
            Err(error) => tracing::warn!(file = %path.display(), error, "a table of aliases is left out"),
        }
    }
    let packs = Packs::new(packs).context("the packs cannot be told apart")?;
    packs.grouped(groups).context("the settings of [[pathogens]] do not fit the packs")
}

/// The table in a file; an empty one where there is no file.
fn aliases_at(path: &Path) -> Result<Aliases, String> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Aliases::default()),
        file => file.map_err(|error| error.to_string())?,
    };
    let mut text = Vec::new();
    file.take(ALIASES_MAX_BYTES + 1).read_to_end(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > ALIASES_MAX_BYTES {
        return Err(format!("it has more than {ALIASES_MAX_BYTES} bytes"));
    }
    aliases(&text)
}

/// A pack, ready for use.
///
/// # Errors
/// When it cannot be used.
pub(crate) fn one(files: &PackFiles) -> Result<ReadyPack> {
    let pack = Pack::from_files(&Files {
        name: &files.name,
        reference: files.reference(),
        pathogen: files.pathogen(),
        annotation: files.annotation(),
        tree: files.tree(),
    })?;
    let found = assays::on_reference(files, pack.reference().letters(), &[]);
    let digest = files.digest.to_string().parse()?;
    let version = pack.pathogen().version.as_ref().map(|version| version.tag.clone()).unwrap_or_default();
    Ok(ReadyPack::new(pack, version, digest, found.panel))
}
