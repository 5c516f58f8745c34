//! Where pathogen packs come from: the binary itself, a folder, a zip file, a dataset server.
//!
//! A pack is a Nextclade v3 dataset: `pathogen.json` names the reference, the annotation, the tree and the
//! files for people. This module brings their bytes ([`PackFiles`]) and keeps installed packs; it knows of
//! files and networks and nothing of alignment. What the bytes mean is read by `hearth_genome`.
//! Start reading at [`load`].

mod archive;
pub mod assays;
mod assemble;
mod builtin;
mod check;
pub mod command;
mod digest;
mod download;
pub(crate) use download::tls;
mod error;
mod folder;
mod list;
mod server;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

pub use builtin::built_in;
pub use check::{CheckReport, check};
pub use digest::Digest;
pub use error::PackError;
pub use list::{PackSummary, summaries};
pub use store::{Installed, installed, packs_dir};

/// How much of a pack is read or downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackLimits {
    /// Bytes of one file, unpacked.
    pub file_bytes: u64,
    /// Bytes of all files, unpacked.
    pub total_bytes: u64,
    /// Files in a zip.
    pub archive_entries: usize,
    /// Bytes of a zip file, and of one answer of a server.
    pub download_bytes: u64,
    /// Bytes of a server's `index.json`.
    pub index_bytes: u64,
}

impl Default for PackLimits {
    fn default() -> Self {
        Self {
            file_bytes: 1 << 30,
            total_bytes: 2 << 30,
            archive_entries: 10_000,
            download_bytes: 512 << 20,
            index_bytes: 64 << 20,
        }
    }
}

/// Which file of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// `pathogen.json`.
    Pathogen,
    /// The reference, FASTA.
    Reference,
    /// The genome annotation, GFF3.
    Annotation,
    /// The reference tree, Auspice JSON v2.
    Tree,
    /// Example sequences, FASTA.
    Examples,
    /// Assays, `assays.tsv`: Hearth's own.
    Assays,
    /// What laboratories measured of them, `assay-evidence.tsv`.
    AssayEvidence,
    /// Rules for them that differ from the usual, `assay-rules.json`.
    AssayRules,
    /// For people.
    Readme,
    /// For people.
    Changelog,
}

impl Role {
    /// Whether the file decides what an analysis answers.
    pub fn decides(self) -> bool {
        match self {
            Self::Pathogen | Self::Reference | Self::Annotation | Self::Tree => true,
            Self::Assays | Self::AssayEvidence | Self::AssayRules => true,
            Self::Examples | Self::Readme | Self::Changelog => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pathogen => "pathogen.json",
            Self::Reference => "reference",
            Self::Annotation => "genome annotation",
            Self::Tree => "tree",
            Self::Assays => "assays",
            Self::AssayEvidence => "assay evidence",
            Self::AssayRules => "assay rules",
            Self::Examples => "examples",
            Self::Readme => "readme",
            Self::Changelog => "changelog",
        })
    }
}

/// One file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// What it is.
    pub role: Role,
    /// Its path inside the pack.
    pub path: String,
    /// Its content, as found.
    pub bytes: Cow<'static, [u8]>,
}

/// Where a pack was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Inside this program.
    BuiltIn,
    /// The packs folder.
    Installed(PathBuf),
    /// Any other folder.
    Folder(PathBuf),
    /// A zip file.
    Zip(PathBuf),
    /// A dataset server or the address of a zip file.
    Url(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Installed(path) => write!(f, "installed in {}", path.display()),
            Self::Folder(path) | Self::Zip(path) => write!(f, "{}", path.display()),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// The files of a pack, unread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFiles {
    /// What the pack is called here.
    pub name: String,
    /// Where it was read from.
    pub origin: Origin,
    /// Its files by role; `pathogen.json` and the reference are always there.
    pub files: Vec<PackFile>,
    /// Files that `pathogen.json` names and that are not there: role and path.
    pub absent: Vec<(Role, String)>,
    /// Identity of the files that decide the answers.
    pub digest: Digest,
}

impl PackFiles {
    /// The file of a role, if the pack has it.
    pub fn get(&self, role: Role) -> Option<&[u8]> {
        self.files.iter().find(|file| file.role == role).map(|file| file.bytes.as_ref())
    }

    /// The text of `pathogen.json`.
    pub fn pathogen(&self) -> &[u8] {
        self.get(Role::Pathogen).unwrap_or_default()
    }

    /// The FASTA of the reference.
    pub fn reference(&self) -> &[u8] {
        self.get(Role::Reference).unwrap_or_default()
    }

    /// The GFF3 of the annotation, if any.
    pub fn annotation(&self) -> Option<&[u8]> {
        self.get(Role::Annotation)
    }

    /// The Auspice JSON of the tree, if any.
    pub fn tree(&self) -> Option<&[u8]> {
        self.get(Role::Tree)
    }

    /// The FASTA of the examples, if any.
    pub fn examples(&self) -> Option<&[u8]> {
        self.get(Role::Examples)
    }
}

/// Finds a pack by name or path.
///
/// A word without a path separator is first the name of an installed pack, then a shortcut of one, then the
/// built-in pack's name; what is none of these is a path to a folder or a zip file. So an installed pack
/// called `sars-cov-2` takes the place of the built-in one.
///
/// # Errors
/// [`PackError`] when nothing is found under that name or the files cannot be used.
pub fn load(name_or_path: &str, packs_dir: &Path) -> Result<PackFiles, PackError> {
    let path = Path::new(name_or_path);
    if let Some(installed) = store::find(packs_dir, name_or_path)? {
        return installed.load();
    }
    if builtin::is_called(name_or_path) {
        return built_in();
    }
    if path.exists() {
        return load_path(path);
    }
    let mut known: Vec<String> = installed(packs_dir)?.into_iter().map(|pack| pack.name).collect();
    known.push(builtin::NAME.to_owned());
    known.sort();
    known.dedup();
    Err(PackError::NotFound { name: name_or_path.to_owned(), known: known.join(", ") })
}

/// Reads a pack from a folder or a zip file.
///
/// # Errors
/// [`PackError`] when there is none there or its files cannot be used.
pub fn load_path(path: &Path) -> Result<PackFiles, PackError> {
    if path.is_dir() {
        return folder::load(path, &store::name_of(path), Origin::Folder(path.to_path_buf()));
    }
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if is_json {
        return Err(PackError::JsonFile { path: path.to_path_buf() });
    }
    let file = std::fs::File::open(path).map_err(|source| PackError::read(path, source))?;
    let origin = Origin::Zip(path.to_path_buf());
    archive::load(std::io::BufReader::new(file), &store::name_of(path), origin, PackLimits::default())
}

#[cfg(test)]
mod tests;
