//! What was begun with some files, so that a run that was killed is gone on with.
//!
//! Small JSON, written whole under a temporary name and renamed. Another server, other files or changed ones have
//! another journal. Start at [`Journal::open`].

use anyhow::{Context as _, Result};
use hearth_base::digest::Digester;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A journal on the disk.
pub struct Journal {
    path: PathBuf,
    /// What it says.
    pub kept: Kept,
}

/// What a journal says.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Of which files, by server, path, length and time of change.
    key: String,
    /// Identifiers of uploads, by the place of their file.
    pub uploads: BTreeMap<String, String>,
    /// The batch that they became.
    pub batch: Option<String>,
}

impl Journal {
    /// The journal of some files at a server, if there is one; else an empty one.
    ///
    /// # Errors
    /// When a file is not there, or no folder can be had.
    pub fn open(path: Option<&Path>, server: &str, files: &[PathBuf]) -> Result<Self> {
        let key = key(server, files)?;
        let path = match path {
            Some(path) => path.to_owned(),
            None => folder()?.join(format!("{}.json", &key[..32])),
        };
        let kept = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        let kept = kept.filter(|kept| kept.key == key);
        Ok(Self { path, kept: kept.unwrap_or_else(|| Kept { key, ..Kept::default() }) })
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self) -> Result<()> {
        let wrong = || format!("what was begun cannot be written down: {}", self.path.display());
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).with_context(wrong)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).with_context(wrong)?;
        file.write_all(&serde_json::to_vec(&self.kept)?).with_context(wrong)?;
        file.as_file().sync_all().with_context(wrong)?;
        file.persist(&self.path).with_context(wrong)?;
        Ok(())
    }

    /// Throws it away.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub fn forget(self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be deleted", self.path.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Where journals lie: the state folder of the XDG base directory specification.
fn folder() -> Result<PathBuf> {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = of("XDG_STATE_HOME").or_else(|| Some(of("HOME")?.join(".local/state")));
    let state = state.context("no folder is known for what was begun: name a file with --journal")?;
    Ok(state.join("hearth/submit"))
}

fn key(server: &str, files: &[PathBuf]) -> Result<String> {
    let mut digester = Digester::default();
    digester.update(server.as_bytes());
    for file in files {
        let wrong = || format!("{} cannot be read", file.display());
        let whole = file.canonicalize().with_context(wrong)?;
        let meta = whole.metadata().with_context(wrong)?;
        let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let line = format!("\n{}\t{}\t{changed:?}", whole.display(), meta.len());
        digester.update(line.as_bytes());
    }
    Ok(digester.finish().hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_that_of_its_files_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let (file, path) = (folder.path().join("run.fasta"), folder.path().join("state/journal.json"));
        std::fs::write(&file, ">a\nA\n").unwrap();
        let files = [file.clone()];
        let mut journal = Journal::open(Some(&path), "https://one", &files).unwrap();
        journal.kept.uploads.insert("0".to_owned(), "x".to_owned());
        journal.keep().unwrap();
        let again = Journal::open(Some(&path), "https://one", &files).unwrap();
        assert_eq!(again.kept, journal.kept);
        let other = Journal::open(Some(&path), "https://other", &files).unwrap();
        assert!(other.kept.uploads.is_empty());
        std::fs::write(&file, ">a\nAC\n").unwrap();
        let changed = Journal::open(Some(&path), "https://one", &files).unwrap();
        assert!(changed.kept.uploads.is_empty());
        again.forget().unwrap();
        changed.forget().unwrap();
    }
}
