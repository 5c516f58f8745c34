//! A disk of a few mebibytes, to be filled, or set to read-only, in a test.
//!
//! It is a file system in memory, which only root may mount; elsewhere such a test says that it is skipped, even
//! where nothing else may be. Start at [`TinyDisk::mount`].

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A small file system, gone when dropped.
pub struct TinyDisk(TempDir);

impl TinyDisk {
    /// Mounts one of `mebibytes`, if that is allowed.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={mebibytes}m");
        let is_done = run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs"], folder.path());
        if !is_done {
            super::say("skipped: a small disk cannot be mounted here");
            return None;
        }
        Some(Self(folder))
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Sets it to read-only, or back.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn set_read_only(&self, is_read_only: bool) {
        let option = if is_read_only { "remount,ro" } else { "remount,rw" };
        assert!(run("mount", &["-o", option], self.path()), "the small disk cannot be set to {option}");
    }

    /// Leaves no room. Returns the file to delete for some.
    ///
    /// # Panics
    /// When the file cannot be made.
    pub fn fill(&self) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).expect("a file of no size");
        for size in [65_536, 4096, 1] {
            while std::io::Write::write_all(&mut file, &vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        // Lazily: a database may still be closing its file.
        run("umount", &["-l"], self.path());
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    Command::new(program).args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
}
