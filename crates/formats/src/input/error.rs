//! What can be wrong with an input, in sentences that say what to do.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::compression::Compression;

/// Why an input, or the rest of it, was not read.
///
/// In every variant `input` is the file's path, or "standard input".
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A path on the command line leads nowhere.
    #[error("{}: there is no such file or folder. Check the spelling and the folder you are in.", path.display())]
    NotFound {
        /// As it was given.
        path: PathBuf,
    },
    /// A folder cannot be listed, or a path cannot be looked at.
    #[error("{}: cannot be looked into ({cause}). Check that you may read it.", path.display())]
    Unlisted {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A folder without a single file that looks like FASTA by its name.
    #[error(
        "{}: no file in this folder has a name that ends like a FASTA file (.fasta, .fa, .fna, .fas …, also with \
         .gz, .bz2, .xz, .zst). Name the files themselves to have them read whatever they are called.",
        folder.display()
    )]
    NoSequenceFiles {
        /// As it was given.
        folder: PathBuf,
    },
    /// More files than one run takes.
    #[error("{}: more than {limit} files were found up to here. Run over fewer folders at a time.", path.display())]
    TooManyFiles {
        /// Where the limit was passed.
        path: PathBuf,
        /// Files in one run.
        limit: usize,
    },
    /// Standard input was named twice.
    #[error("standard input (`-`) is named more than once; it can be read only once. Name it once.")]
    StandardInputTwice,
    /// The file cannot be opened.
    #[error("{input}: cannot be opened ({cause}). Check that it is still there and that you may read it.")]
    Open {
        /// The file.
        input: Arc<str>,
        /// What the system said.
        cause: io::Error,
    },
    /// The system could not read on: a disk or network failed.
    #[error(
        "{input}: reading failed after {records} records ({cause}). The records before that are complete. Check the \
         disk or the connection, then run again."
    )]
    Read {
        /// The file.
        input: Arc<str>,
        /// Records of this file that were handed out before.
        records: u64,
        /// What the system said.
        cause: io::Error,
    },
    /// Nothing but white space or comments: no record, and nothing wrong either.
    #[error("{input}: is empty: it holds no sequence.")]
    Empty {
        /// The file.
        input: Arc<str>,
    },
    /// Some other kind of file.
    #[error("{input}: this is {what}, not FASTA. {advice}")]
    WrongFormat {
        /// The file.
        input: Arc<str>,
        /// The kind, with its article.
        what: &'static str,
        /// What to do, a whole sentence.
        advice: &'static str,
    },
    /// Sequence letters without a header line.
    #[error(
        "{input}: holds sequence letters, but no line that begins with `>` before them. Put a line such as `>name of \
         the sample` above the letters."
    )]
    LettersWithoutHeader {
        /// The file.
        input: Arc<str>,
    },
    /// Text before the first header line.
    #[error(
        "{input}: line {line} (`{excerpt}`) stands before the first line that begins with `>`, so this is not FASTA. If \
         it is a remark, remove it or begin it with `;`; otherwise check that this is the right file."
    )]
    TextBeforeHeader {
        /// The file.
        input: Arc<str>,
        /// 1-based.
        line: u64,
        /// The beginning of the line.
        excerpt: String,
    },
    /// A long run of blank or comment lines, and no record.
    #[error(
        "{input}: no line begins with `>` in the first {searched_bytes} bytes. Check that this is the right file."
    )]
    HeaderTooFar {
        /// The file.
        input: Arc<str>,
        /// How far was searched.
        searched_bytes: usize,
    },
    /// Compressed data ends in the middle.
    #[error(
        "{input}: the {compression} data ends too early: the file was cut short, as by an interrupted copy or download. \
         The {records} complete records before the cut were read. Copy the file again."
    )]
    Truncated {
        /// The file.
        input: Arc<str>,
        /// How the file is compressed.
        compression: Compression,
        /// Complete records that were handed out before.
        records: u64,
    },
    /// Compressed data contradicts itself.
    #[error(
        "{input}: the {compression} data is damaged ({cause}). The {records} complete records before the damage were \
         read. Copy the file again, or make it again from the original."
    )]
    Damaged {
        /// The file.
        input: Arc<str>,
        /// How the file is compressed.
        compression: Compression,
        /// Complete records that were handed out before.
        records: u64,
        /// What the decoder said.
        cause: io::Error,
    },
    /// Compressed data whose decoder would need more memory than allowed.
    #[error(
        "{input}: unpacking this {compression} data takes more than {limit_mib} MiB of memory, more than is allowed. \
         Unpack it first and give the unpacked file."
    )]
    UnpackingTooLarge {
        /// The file.
        input: Arc<str>,
        /// How the file is compressed.
        compression: Compression,
        /// What a decoder may use.
        limit_mib: u32,
    },
    /// One record longer than the limit. It is passed over, and the records after it are read.
    #[error(
        "{input}: record number {} (`{name}`) is longer than {limit_bytes} bytes and was passed over. If it is one \
         genome, raise the limit with --max-record-bytes; if a line beginning with `>` was lost, put it back.",
        index + 1
    )]
    RecordTooLong {
        /// The file.
        input: Arc<str>,
        /// The record's index over the whole run, counting from 0: no other record has it.
        index: u64,
        /// The beginning of its name.
        name: String,
        /// The longest record allowed.
        limit_bytes: usize,
    },
}

impl InputError {
    /// Whether the rest of the input is lost. False for an empty input and for one record passed over.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Self::Empty { .. } | Self::RecordTooLong { .. })
    }
}
