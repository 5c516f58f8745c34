//! Why a pack cannot be had.

use super::Role;
use hearth_genome::pack::pathogen::PathogenError;
use std::path::{Path, PathBuf};

/// Why a pack cannot be found, read, fetched or installed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// No pack has this name.
    #[error(
        "no pack and no folder or zip file is called '{name}'. Known packs: {known}. Add one with \
         'hearth pack add'."
    )]
    NotFound {
        /// What was asked for.
        name: String,
        /// Names that would have worked.
        known: String,
    },
    /// Nothing in the place is a pack.
    #[error(
        "{place} holds no pathogen.json, so it is no pack. A pack is a Nextclade dataset: pathogen.json, \
         reference.fasta and, mostly, genome_annotation.gff3 and tree.json."
    )]
    NoPathogen {
        /// Folder, zip file or address.
        place: String,
    },
    /// A data set that is all inside one tree file.
    #[error(
        "{place} is a dataset packed into an Auspice tree (extensions.nextclade.pathogen), which is not \
         supported. Use the dataset's folder or zip file with its own pathogen.json."
    )]
    AuspiceOnly {
        /// Folder, zip file or address.
        place: String,
    },
    /// A lone JSON file where a folder or zip is needed.
    #[error(
        "{} is a JSON file; a pack is a folder or a zip file with pathogen.json in it. (A tree that holds a \
         whole dataset is not supported.)", path.display()
    )]
    JsonFile {
        /// The file.
        path: PathBuf,
    },
    /// `pathogen.json` is wrong.
    #[error("pathogen.json of {place}: {source}")]
    Pathogen {
        /// Folder, zip file or address.
        place: String,
        /// What is wrong with it.
        source: PathogenError,
    },
    /// `pathogen.json` is not text.
    #[error("pathogen.json of {place} is not UTF-8 text.")]
    NotText {
        /// Folder, zip file or address.
        place: String,
    },
    /// There is no reference.
    #[error("{place} has no reference: pathogen.json points to '{path}', which is not there.")]
    NoReference {
        /// Folder, zip file or address.
        place: String,
        /// Where it should be.
        path: String,
    },
    /// A path in `pathogen.json` leads out of the pack.
    #[error(
        "pathogen.json gives the {role} as '{path}'; it must be a path inside the pack, without '..' and not \
         from the root."
    )]
    OutsidePath {
        /// Which file.
        role: Role,
        /// The path as written.
        path: String,
    },
    /// Something is larger than allowed.
    #[error("{what} is larger than {limit} bytes; it is not read.")]
    TooLarge {
        /// What is.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// A zip with too many files.
    #[error("{place} holds {entries} files; a zip with more than {limit} is not read.")]
    TooManyEntries {
        /// The zip.
        place: String,
        /// Files in it.
        entries: usize,
        /// The limit.
        limit: usize,
    },
    /// Not a zip, or a broken one.
    #[error("{place} is not a readable zip file: {source}.")]
    Zip {
        /// The zip.
        place: String,
        /// What the reader said.
        source: zip::result::ZipError,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}.", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}.", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A name that cannot be a folder's.
    #[error(
        "'{name}' cannot be the name of a pack: use letters, digits, '.', '_' and '-', at most 100 of them, \
         beginning with a letter or digit."
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A pack of that name is installed.
    #[error("a pack called '{name}' is installed already. Give --force to replace it, or another --name.")]
    AlreadyInstalled {
        /// The name.
        name: String,
    },
    /// Nobody said where packs live.
    #[error("there is no home folder to keep packs in. Give --packs-dir DIR or set HEARTH_PACKS.")]
    NoPacksDir,
    /// The server cannot be reached or broke off.
    #[error(
        "{url} cannot be fetched: {problem}. Check the address and the network (HTTPS_PROXY and HTTP_PROXY \
         are honoured), or add the pack from a folder or zip file."
    )]
    Fetch {
        /// The address.
        url: String,
        /// What went wrong.
        problem: String,
    },
    /// `SSL_CERT_FILE` is of no use.
    #[error("SSL_CERT_FILE names {}, which holds no certificate in PEM form.", path.display())]
    NoAuthorities {
        /// The file.
        path: PathBuf,
    },
    /// The server has no `index.json`.
    #[error("{url} does not exist, so this is not the address of a dataset server.")]
    NoIndex {
        /// The address tried.
        url: String,
    },
    /// `index.json` is something else.
    #[error("{url} is not the index of a dataset server (schema 3): {problem}.")]
    Index {
        /// Its address.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The server has no such data set.
    #[error("{url} has no dataset called '{name}'.{hint} 'hearth pack add {url}' lists what it has.")]
    NoDataset {
        /// The server.
        url: String,
        /// What was asked for.
        name: String,
        /// Names that come near, as a sentence with a space before it; or nothing.
        hint: String,
    },
    /// The data set has no such version.
    #[error("dataset '{name}' has no version '{tag}'. It has: {known}.")]
    NoVersion {
        /// The data set.
        name: String,
        /// What was asked for.
        tag: String,
        /// Versions it has.
        known: String,
    },
    /// The pack was fetched or read and is no good.
    #[error("the pack was not installed, because it cannot be used:\n  {problems}")]
    Faulty {
        /// What `hearth pack check` would say.
        problems: String,
    },
}

impl PackError {
    pub(super) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read { path: path.to_path_buf(), source }
    }

    pub(super) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write { path: path.to_path_buf(), source }
    }
}
