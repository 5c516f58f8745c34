//! Files that have no name until they are complete.
//!
//! A [`Temporary`] lies beside its target under a hidden name and gets the target's name at the end, in one
//! step. Whatever ends the run before removes it: an error by dropping, Ctrl-C and SIGTERM through
//! [`remove_when_interrupted`]. (SIGKILL and power cuts leave `.hearth-…` files behind, never a half file under
//! a final name.)

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// Temporary files that exist now.
static EXISTING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file without a final name.
#[derive(Debug)]
pub struct Temporary {
    file: NamedTempFile,
    /// Only to be dropped.
    _listed: Listed,
}

/// An entry in the list of temporary files.
#[derive(Debug)]
struct Listed(PathBuf);

impl Temporary {
    /// A new file beside `target`; folders that are missing are made.
    ///
    /// # Errors
    /// What the system says.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let folder = folder_of(target);
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".hearth-").suffix(".part");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As for any new file: the user's mask takes away what it takes away.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder)?;
        let listed = Listed(file.path().to_owned());
        existing(|paths| paths.push(listed.0.clone()));
        Ok(Self { file, _listed: listed })
    }

    /// To write to.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// To read it again from its beginning.
    ///
    /// # Errors
    /// What the system says.
    pub fn reopen(&self) -> io::Result<File> {
        self.file.reopen()
    }

    /// Gives the file its final name; a file of that name is replaced.
    ///
    /// # Errors
    /// What the system says; the file is removed then.
    pub fn finish(self, target: &Path) -> io::Result<()> {
        self.file.persist(target).map(|_| ()).map_err(|error| error.error)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        existing(|paths| paths.retain(|other| *other != self.0));
    }
}

fn existing<T>(act: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    act(&mut EXISTING.lock().unwrap_or_else(PoisonError::into_inner))
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Where a target really lies: a link to a file is followed, so that the link stays.
pub fn resolved(target: &Path) -> PathBuf {
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_symlink() => fs::canonicalize(target).unwrap_or_else(|_| target.to_owned()),
        _ => target.to_owned(),
    }
}

/// Whether a target is written to as it is: a device, a pipe, a socket.
pub fn is_special(target: &Path) -> bool {
    fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// From now on Ctrl-C and SIGTERM remove temporary files and end the program with code 130.
///
/// # Errors
/// What the system says; the signals then end the program as usual.
#[cfg(unix)]
pub fn remove_when_interrupted() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            let paths = existing(std::mem::take);
            for path in &paths {
                // Nobody is left to be told.
                let _ = fs::remove_file(path);
            }
            std::process::exit(super::exit::INTERRUPTED.into());
        }
    })?;
    Ok(())
}

/// Does nothing where there are no such signals.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn remove_when_interrupted() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_has_its_name_only_when_finished() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("new/folder");
        let target = inner.join("a.tsv");
        let mut file = Temporary::beside(&target).unwrap();
        file.file().write_all(b"rows").unwrap();
        assert!(!target.exists());
        assert_eq!(names(&inner).len(), 1);
        file.finish(&target).unwrap();
        assert_eq!(names(&inner), ["a.tsv"]);
        assert_eq!(fs::read(&target).unwrap(), b"rows");
        drop(Temporary::beside(&target).unwrap());
        assert_eq!(names(&inner), ["a.tsv"]);
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_special_and_links_stay() {
        assert!(is_special(Path::new("/dev/null")));
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(resolved(&link), fs::canonicalize(&file).unwrap());
        assert_eq!(resolved(&file), file);
        assert!(!is_special(&file));
    }
}
