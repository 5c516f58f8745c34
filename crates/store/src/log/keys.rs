//! The log's private key as a file: `log.key` in a folder of its own, for nobody else to read.
//!
//! Every server of an installation has the same file. A rotation first writes the next key beside it (`log.key.next`),
//! then the entry; whichever of the two files holds the key in force is used, so that a crash between them loses
//! nothing. The folder also remembers the last published head (`head.txt`), which outlives a lost database: a restore
//! asks it whether the backup is too old. Refuses to know databases. Start at [`KeyFolder`].

use crate::failpoint;
use crate::random;
use hearth_ledger::note::{Checkpoint, KeyError, KeyKind, Note, SignerKey, VerifierKey};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

const KEY: &str = "log.key";
const NEXT: &str = "log.key.next";
const HEAD: &str = "head.txt";
/// The longest file that is read: a key has 200 bytes, a head with many witnesses a few thousand.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Why the log's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("the key file {path} cannot be used: {source}")]
    File {
        /// Which.
        path: String,
        /// The system's words.
        source: io::Error,
    },
    /// The file holds no key.
    #[error("the key file {path} does not hold a log's key ({source}): put back the right file")]
    Form {
        /// Which.
        path: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// The file holds another key than the log's.
    #[error(
        "the key in {path} is {has}, but this log is signed with {wanted}: put back the right key file; never let a \
         log begin to sign with a key that its history does not name"
    )]
    Other {
        /// Which.
        path: String,
        /// The key in it.
        has: String,
        /// The key in force.
        wanted: String,
    },
    /// There is no key, and the log has one.
    #[error(
        "there is no key file {path}, but this log is signed with {wanted}: copy the file from another server of this \
         installation, or from the backup of the keys"
    )]
    Missing {
        /// Where it should be.
        path: String,
        /// The key in force.
        wanted: String,
    },
}

/// The folder with the log's key.
#[derive(Clone, Debug)]
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The folder at a path; it is made when a key is.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The key in the file, whichever it is.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no key.
    pub fn read(&self) -> Result<Option<SignerKey>, KeyFileError> {
        self.read_key(KEY)
    }

    /// The key in force, if one of the files holds it. One that a rotation left beside is put into its place.
    ///
    /// # Errors
    /// When no file holds it.
    pub fn key_of(&self, wanted: &VerifierKey) -> Result<SignerKey, KeyFileError> {
        let held = self.read_key(KEY)?;
        let has = match held {
            Some(key) if key.verifier() == wanted => return Ok(key),
            other => other.map(|key| key.verifier().to_string()),
        };
        if let Some(next) = self.read_key(NEXT)?.filter(|key| key.verifier() == wanted) {
            self.promote()?;
            return Ok(next);
        }
        let (path, wanted) = (self.shown(KEY), wanted.to_string());
        Err(match has {
            Some(has) => KeyFileError::Other { path, has, wanted },
            None => KeyFileError::Missing { path, wanted },
        })
    }

    /// Makes the first key of a log out of 32 random bytes, unless there is one. Of several processes that begin at the
    /// same moment one makes it, and all have that one.
    ///
    /// # Errors
    /// When the files cannot be written or read.
    pub fn read_or_create(&self, origin: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyFileError> {
        if let Some(key) = self.read()? {
            return Ok(key);
        }
        let key = self.key_from(origin, seed)?;
        let text = format!("{}\n", key.to_secret_text());
        self.write_with(KEY, &text, |temporary, path| match fs::hard_link(temporary, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => fs::remove_file(temporary),
            Ok(()) => fs::remove_file(temporary),
            // A file system without links: then it is made by one process first.
            Err(_) => fs::rename(temporary, path),
        })?;
        Ok(self.read()?.unwrap_or(key))
    }

    /// Writes the key that a rotation brings, beside the one in force.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write_next(&self, origin: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyFileError> {
        let key = self.key_from(origin, seed)?;
        self.write(NEXT, &format!("{}\n", key.to_secret_text()))?;
        Ok(key)
    }

    /// Puts the next key into the place of the one that it replaced.
    pub(crate) fn promote(&self) -> Result<(), KeyFileError> {
        fs::rename(self.0.join(NEXT), self.0.join(KEY)).map_err(|source| self.failed(NEXT, source))?;
        self.sync()
    }

    /// The last head that was published from here, as far as the file remembers.
    ///
    /// # Errors
    /// When the file cannot be read. One that holds no head counts as none.
    pub fn last_head(&self) -> Result<Option<Note>, KeyFileError> {
        Ok(self.read_text(HEAD)?.and_then(|text| Note::parse(text.as_bytes()).ok()))
    }

    /// Remembers a published head, if it is later than the one remembered.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remember_head(&self, head: &Checkpoint, note: &Note) -> Result<(), KeyFileError> {
        let known = self.last_head()?.and_then(|note| Checkpoint::parse(note.text()).ok());
        if known.is_some_and(|known| known.origin == head.origin && known.size >= head.size) {
            return Ok(());
        }
        self.write(HEAD, &note.to_string())
    }

    fn key_from(&self, origin: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyFileError> {
        SignerKey::from_seed(origin, KeyKind::Note, seed)
            .map_err(|source| KeyFileError::Form { path: self.shown(KEY), source })
    }

    fn read_key(&self, name: &str) -> Result<Option<SignerKey>, KeyFileError> {
        let Some(text) = self.read_text(name)? else { return Ok(None) };
        let key = SignerKey::parse(text.trim());
        key.map(Some).map_err(|source| KeyFileError::Form { path: self.shown(name), source })
    }

    fn read_text(&self, name: &str) -> Result<Option<String>, KeyFileError> {
        let read = || -> io::Result<String> {
            let mut text = String::new();
            File::open(self.0.join(name))?.take(MAX_FILE_BYTES).read_to_string(&mut text)?;
            Ok(text)
        };
        match read() {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.failed(name, source)),
        }
    }

    /// Writes a file whole, readable by its owner alone, onto the disk.
    fn write(&self, name: &str, text: &str) -> Result<(), KeyFileError> {
        self.write_with(name, text, |temporary, path| fs::rename(temporary, path))
    }

    /// The same, with what gives the whole file its name.
    fn write_with(
        &self,
        name: &str,
        text: &str,
        named: impl FnOnce(&Path, &Path) -> io::Result<()>,
    ) -> Result<(), KeyFileError> {
        // Several processes may write at once: each has a name of its own until the file is whole.
        let own = random::bytes::<8>().map_or(0, u64::from_le_bytes);
        let temporary = self.0.join(format!("{name}.{own:016x}"));
        let write = || {
            make_folder(&self.0)?;
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            if name == KEY {
                failpoint::pass("key.before-name");
            }
            named(&temporary, &self.0.join(name))
        };
        write().map_err(|source| self.failed(name, source))?;
        self.sync()
    }

    fn sync(&self) -> Result<(), KeyFileError> {
        File::open(&self.0).and_then(|folder| folder.sync_all()).map_err(|source| self.failed(KEY, source))
    }

    fn failed(&self, name: &str, source: io::Error) -> KeyFileError {
        KeyFileError::File { path: self.shown(name), source }
    }

    fn shown(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::new(folder.path().join("keys"));
        assert!(keys.read().expect("no file is no error").is_none());
        let key = keys.read_or_create("hearth.test/log", &[1; 32]).expect("made");
        let again = keys.read_or_create("hearth.test/log", &[2; 32]).expect("read");
        assert_eq!(key.verifier(), again.verifier());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode(keys.path().join(KEY)), 0o600);
            assert_eq!(mode(keys.path().to_owned()), 0o700);
        }
    }

    #[test]
    fn processes_that_begin_together_have_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::new(folder.path().join("keys"));
        let made: Vec<String> = std::thread::scope(|scope| {
            let begin = |seed: u8| {
                let keys = keys.clone();
                scope.spawn(move || keys.read_or_create("hearth.test/log", &[seed; 32]))
            };
            let all: Vec<_> = (1..=8).map(begin).collect();
            all.into_iter()
                .map(|one| one.join().expect("ended").expect("a key").verifier().to_string())
                .collect()
        });
        assert!(made.iter().all(|key| *key == made[0]), "{made:?}");
        assert_eq!(fs::read_dir(keys.path()).expect("a folder").count(), 1, "nothing else is left");
    }

    #[test]
    fn the_next_key_counts_when_it_is_in_force_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = KeyFolder::new(folder.path());
        let old = keys.read_or_create("hearth.test/log", &[1; 32]).expect("made");
        let next = keys.write_next("hearth.test/log", &[2; 32]).expect("written");
        assert_eq!(keys.key_of(old.verifier()).expect("in force").verifier(), old.verifier());
        assert_eq!(keys.key_of(next.verifier()).expect("in force").verifier(), next.verifier());
        assert_eq!(keys.read().expect("read").expect("there").verifier(), next.verifier());
        let gone = keys.key_of(old.verifier()).expect_err("replaced").to_string();
        assert!(gone.contains("put back the right key file") && !gone.contains("PRIVATE"), "{gone}");
    }

    #[test]
    fn a_file_that_holds_no_key_is_named_and_not_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(KEY), "PRIVATE+KEY+torn").expect("written");
        let error = KeyFolder::new(folder.path()).read().expect_err("no key").to_string();
        assert!(error.contains("log.key") && !error.contains("torn"), "{error}");
    }
}
