//! The packs a server analyses with: all that are installed, and the built-in one.
//!
//! Start at [`ready`].

use crate::pack::assays;
use crate::pack::{self, PackFiles};
use anyhow::{Context as _, Result};
use hearth_genome::pack::{Pack, PackFiles as Files};
use hearth_server::app::packs::{Packs, ReadyPack};
use std::path::Path;

/// All packs, ready for use.
///
/// # Errors
/// When the folder cannot be listed, or no pack can be used.
pub fn ready(packs_dir: &Path) -> Result<Packs> {
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
    Packs::new(packs).context("the packs cannot be told apart")
}

fn one(files: &PackFiles) -> Result<ReadyPack> {
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
