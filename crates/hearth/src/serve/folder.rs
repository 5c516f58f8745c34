//! The data folder: made, tried, and held against a second process where it has the embedded database.
//!
//! The lock is the system's own: it ends with the process, however that ends. Start at [`Held::take`].

use anyhow::{Context as _, Result, bail};
use hearth_server::config::Config;
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};

/// The data folder, held.
pub(super) struct Held {
    _lock: Option<File>,
}

impl Held {
    /// Makes the folder if it is not there, and takes its lock.
    ///
    /// # Errors
    /// When it cannot be written, or another process serves it.
    pub(super) fn take(config: &Config) -> Result<Self> {
        let folder = &config.data.folder;
        if folder.as_os_str().is_empty() {
            return Ok(Self { _lock: None });
        }
        let name = folder.display();
        fs::create_dir_all(folder).with_context(|| format!("the data folder {name} cannot be made"))?;
        let path = folder.join("serve.lock");
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut lock = opened.with_context(|| {
            format!("the data folder {name} cannot be written: give it to the user that runs hearth")
        })?;
        if !config.is_alone() {
            return Ok(Self { _lock: None });
        }
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                let _ = (&lock).take(20).read_to_string(&mut process);
                bail!(
                    "the data folder {name} is served already, by process {}: stop that one, or give another folder",
                    process.trim()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("the data folder {name} cannot be locked"));
            }
        }
        // Only for people who look: the lock itself is the system's.
        lock.set_len(0)?;
        lock.rewind()?;
        writeln!(lock, "{}", std::process::id())?;
        Ok(Self { _lock: Some(lock) })
    }
}
