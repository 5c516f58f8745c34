//! Where genomes come from: files, folders, standard input.
//!
//! Folders are walked in the order of their names, so that the same folder gives the same order every
//! time. Whatever a folder holds and is not read is said. This file opens no file.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::InputError;

/// Files that one run takes at most.
const MAX_FILES: usize = 1_000_000;
/// How deep folders may lie in folders.
const MAX_DEPTH: usize = 64;

/// How the name of a FASTA file in a folder ends, lower case.
const SEQUENCE_ENDINGS: &[&str] = &["fa", "fasta", "fna", "ffn", "fas", "fsa", "seq", "txt"];
/// How a compressed file's name may end after that.
const COMPRESSION_ENDINGS: &[&str] = &["gz", "bgz", "bz2", "xz", "zst"];

/// One stream of FASTA text, not yet opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// What is piped into the program.
    StandardInput,
    /// A file, or anything else that can be opened by a path.
    File(PathBuf),
    /// Text that is part of the program.
    BuiltIn {
        /// What to call it in messages.
        name: &'static str,
        /// The text, possibly compressed.
        bytes: &'static [u8],
    },
}

impl Source {
    /// The name used in messages.
    pub fn name(&self) -> Arc<str> {
        match self {
            Self::StandardInput => "standard input".into(),
            Self::File(path) => path.to_string_lossy().into(),
            Self::BuiltIn { name, .. } => (*name).into(),
        }
    }

    /// Stored size in bytes, where it is known before reading.
    pub fn length_bytes(&self) -> Option<u64> {
        match self {
            Self::StandardInput => None,
            Self::File(path) => {
                fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|found| found.len())
            }
            Self::BuiltIn { bytes, .. } => Some(bytes.len() as u64),
        }
    }
}

/// What [`find_sources`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// To be read, in this order.
    pub sources: Vec<Source>,
    /// Lay in the folders but will not be read.
    pub skipped: Vec<Skipped>,
}

impl Found {
    /// Stored size of all sources in bytes, if each one's is known.
    pub fn length_bytes(&self) -> Option<u64> {
        self.sources.iter().map(Source::length_bytes).sum()
    }
}

/// Something in a folder that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// Why something in a folder is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// Its name begins with a dot.
    Hidden,
    /// Its name does not end like that of a FASTA file.
    OtherEnding,
    /// A link to a folder: following it could lead round in a circle.
    FolderLink,
    /// A link that leads nowhere, or a device, socket or pipe.
    NoFile,
    /// Folders lie in folders too many levels deep.
    TooDeep,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hidden => "hidden (its name begins with a dot)",
            Self::OtherEnding => "its name does not end like a FASTA file's",
            Self::FolderLink => "a link to a folder",
            Self::NoFile => "not a regular file",
            Self::TooDeep => "lies too many folders deep",
        })
    }
}

/// Turns command-line paths into sources: files as they are, folders walked, `-` or nothing at all as
/// standard input.
///
/// # Errors
/// A path that does not exist, a folder that cannot be listed or holds no FASTA file, standard input named
/// twice, too many files. All are found before any genome is read.
pub fn find_sources(paths: &[PathBuf]) -> Result<Found, InputError> {
    let mut found = Found::default();
    if paths.is_empty() {
        found.sources.push(Source::StandardInput);
    }
    for path in paths {
        if path.as_os_str() == "-" {
            if found.sources.contains(&Source::StandardInput) {
                return Err(InputError::StandardInputTwice);
            }
            found.sources.push(Source::StandardInput);
        } else if look_at(path)?.is_dir() {
            let before = found.sources.len();
            walk(path, 0, &mut found)?;
            if found.sources.len() == before {
                return Err(InputError::NoSequenceFiles { folder: path.clone() });
            }
        } else {
            push_file(path.clone(), &mut found)?;
        }
    }
    Ok(found)
}

fn look_at(path: &Path) -> Result<fs::Metadata, InputError> {
    fs::metadata(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => InputError::NotFound { path: path.to_owned() },
        _ => InputError::Unlisted { path: path.to_owned(), cause },
    })
}

fn push_file(path: PathBuf, found: &mut Found) -> Result<(), InputError> {
    if found.sources.len() >= MAX_FILES {
        return Err(InputError::TooManyFiles { path, limit: MAX_FILES });
    }
    found.sources.push(Source::File(path));
    Ok(())
}

fn walk(folder: &Path, depth: usize, found: &mut Found) -> Result<(), InputError> {
    let unlisted = |cause| InputError::Unlisted { path: folder.to_owned(), cause };
    let mut entries =
        fs::read_dir(folder).map_err(unlisted)?.collect::<Result<Vec<_>, _>>().map_err(unlisted)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match judge(&entry, depth) {
            Verdict::Read => push_file(path, found)?,
            Verdict::Enter => walk(&path, depth + 1, found)?,
            Verdict::Skip(reason) => found.skipped.push(Skipped { path, reason }),
        }
    }
    Ok(())
}

enum Verdict {
    Read,
    Enter,
    Skip(SkipReason),
}

fn judge(entry: &fs::DirEntry, depth: usize) -> Verdict {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    if name.starts_with('.') {
        return Verdict::Skip(SkipReason::Hidden);
    }
    let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
    match fs::metadata(entry.path()) {
        Ok(target) if target.is_dir() && is_link => Verdict::Skip(SkipReason::FolderLink),
        Ok(target) if target.is_dir() && depth >= MAX_DEPTH => Verdict::Skip(SkipReason::TooDeep),
        Ok(target) if target.is_dir() => Verdict::Enter,
        Ok(target) if !target.is_file() => Verdict::Skip(SkipReason::NoFile),
        Ok(_) if ends_like_fasta(&name) => Verdict::Read,
        Ok(_) => Verdict::Skip(SkipReason::OtherEnding),
        Err(_) => Verdict::Skip(SkipReason::NoFile),
    }
}

fn ends_like_fasta(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let plain = match name.rsplit_once('.') {
        Some((stem, ending)) if COMPRESSION_ENDINGS.contains(&ending) => stem,
        _ => &name,
    };
    plain.rsplit_once('.').is_some_and(|(_, ending)| SEQUENCE_ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fasta_files() {
        let check = |name, expected| assert_eq!(ends_like_fasta(name), expected, "{name}");
        check("a.fasta", true);
        check("A.FA.GZ", true);
        check("run 7.fna.zst", true);
        check("a.txt", true);
        check("a.fastq", false);
        check("a.gz", false);
        check("a.gz.fa", true);
        check("fasta", false);
        check("a.csv.gz", false);
    }

    #[test]
    fn nothing_or_a_dash_is_standard_input_once() {
        assert_eq!(find_sources(&[]).unwrap().sources, [Source::StandardInput]);
        assert_eq!(find_sources(&["-".into()]).unwrap().sources, [Source::StandardInput]);
        let twice = find_sources(&["-".into(), "-".into()]).unwrap_err();
        assert!(matches!(twice, InputError::StandardInputTwice));
    }

    #[test]
    fn folders_are_walked_by_name_and_what_is_left_out_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("b/deep")).unwrap();
        for name in ["c.fa", "a.fasta.gz", "b/deep/2.fas", "b/1.txt", "notes.docx", ".hidden.fa"] {
            fs::write(at(name), "").unwrap();
        }
        let found = find_sources(&[folder.path().to_owned()]).unwrap();
        let expected = ["a.fasta.gz", "b/1.txt", "b/deep/2.fas", "c.fa"].map(|name| Source::File(at(name)));
        assert_eq!(found.sources, expected);
        assert_eq!(
            found.skipped,
            [
                Skipped { path: at(".hidden.fa"), reason: SkipReason::Hidden },
                Skipped { path: at("notes.docx"), reason: SkipReason::OtherEnding },
            ]
        );
        assert_eq!(found.length_bytes(), Some(0));
    }

    #[cfg(unix)]
    #[test]
    fn links_to_folders_and_to_nowhere_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.fa"), "").unwrap();
        std::os::unix::fs::symlink(folder.path(), at("circle")).unwrap();
        std::os::unix::fs::symlink(at("gone"), at("lost.fa")).unwrap();
        std::os::unix::fs::symlink(at("a.fa"), at("link.fa")).unwrap();
        let found = find_sources(&[folder.path().to_owned()]).unwrap();
        assert_eq!(found.sources, ["a.fa", "link.fa"].map(|name| Source::File(at(name))));
        assert_eq!(
            found.skipped.iter().map(|skipped| skipped.reason).collect::<Vec<_>>(),
            [SkipReason::FolderLink, SkipReason::NoFile,]
        );
    }

    #[test]
    fn what_cannot_be_found_is_said_before_anything_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let missing = find_sources(&[folder.path().join("nowhere.fasta")]).unwrap_err();
        assert!(
            missing
                .to_string()
                .ends_with("there is no such file or folder. Check the spelling and the folder you are in.")
        );
        let empty = find_sources(&[folder.path().to_owned()]).unwrap_err();
        assert!(matches!(empty, InputError::NoSequenceFiles { .. }));
    }
}
