//! Proof files: an inclusion proof and the checkpoint that it leads to, as one text.
//!
//! C2SP tlog-proof, sections "Format" and "Verifying a tlog proof" (`c2sp.org/tlog-proof@v1`). Refuses to know
//! what the leaf is and what the extra data means: see [`Receipt`](super::Receipt). Start at [`ProofFile`].

use super::checkpoint::{Checkpoint, CheckpointError, beginning, parse_decimal};
use super::history::{HeadError, KeyHistory};
use super::text::{Note, NoteFormError};
use crate::tree::{Commitment, Hash, ProofError, verify_inclusion};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// The longest extra data, in bytes.
pub const MAX_EXTRA_BYTES: usize = (1 << 20) + 32;
/// The longest proof file, in bytes: the extra data in base64, a proof, a note.
pub const MAX_PROOF_FILE_BYTES: usize = 3 << 20;
/// No tree is higher.
const MAX_HASHES: usize = 63;
const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// Why a text is not a proof file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// It is longer than allowed.
    #[error("the proof file has {bytes} bytes, more than the {MAX_PROOF_FILE_BYTES} allowed")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The first line is another one.
    #[error("this is not a proof file: its first line must be c2sp.org/tlog-proof@v1")]
    Head,
    /// A line cannot be read.
    #[error("line {line} of the proof file cannot be read: {shown:?}; it was changed or damaged on the way")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// Its first word.
        shown: String,
    },
    /// The proof is longer than any tree is high.
    #[error("the proof file has more than {MAX_HASHES} hashes: no log is that large")]
    TooManyHashes,
    /// The checkpoint at its end cannot be read.
    #[error("the checkpoint at the end of the proof file: {0}")]
    Note(#[source] NoteFormError),
    /// What stands at its end is no checkpoint.
    #[error("the checkpoint at the end of the proof file: {0}")]
    Checkpoint(#[source] CheckpointError),
}

/// Why a proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The checkpoint is not to be believed.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The leaf is not in the tree.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// A proof that a leaf is in a log. Displayed, it is the file's exact text.
#[derive(Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Data of the application, signed by nobody.
    pub extra: Option<Vec<u8>>,
    /// The leaf's place in the log, from 0.
    pub index: u64,
    /// From the leaf's sibling up to the root's child.
    pub hashes: Vec<Hash>,
    /// The log's signed head.
    pub checkpoint: Note,
}

impl ProofFile {
    /// Reads a proof file and verifies nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > MAX_PROOF_FILE_BYTES {
            return Err(ProofFileError::TooLong { bytes: bytes.len() });
        }
        let text = str::from_utf8(bytes).map_err(|_| ProofFileError::Note(NoteFormError::NotText))?;
        let mut lines = Lines { rest: text, number: 0 };
        if lines.next() != Some(HEAD) {
            return Err(ProofFileError::Head);
        }
        let mut line = lines.next().unwrap_or_default();
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            let data = STANDARD.decode(encoded).ok().filter(|data| data.len() <= MAX_EXTRA_BYTES);
            extra = Some(data.ok_or_else(|| lines.error(line))?);
            line = lines.next().unwrap_or_default();
        }
        let index = line.strip_prefix("index ").and_then(parse_decimal).ok_or_else(|| lines.error(line))?;
        let mut hashes = Vec::new();
        loop {
            line = lines.next().ok_or_else(|| lines.error(""))?;
            if line.is_empty() {
                break;
            }
            if hashes.len() == MAX_HASHES {
                return Err(ProofFileError::TooManyHashes);
            }
            hashes.push(Hash::from_base64(line).ok_or_else(|| lines.error(line))?);
        }
        let checkpoint = Note::parse(lines.rest.as_bytes()).map_err(ProofFileError::Note)?;
        Checkpoint::parse(checkpoint.text()).map_err(ProofFileError::Checkpoint)?;
        Ok(Self { extra, index, hashes, checkpoint })
    }

    /// Whether the leaf with this data is in the log, by the key that was in force. The proven head.
    pub fn verify(&self, leaf: &Commitment, keys: &KeyHistory) -> Result<Checkpoint, VerifyError> {
        let head = keys.verify(&self.checkpoint)?;
        verify_inclusion(&leaf.leaf_hash(), self.index, head.size, &self.hashes, &head.root)?;
        Ok(head)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Without the extra data, which may be a private entry and its salt.
impl fmt::Debug for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra_bytes = self.extra.as_ref().map(Vec::len);
        write!(
            f,
            "ProofFile(index {}, extra bytes {extra_bytes:?}, {:?})",
            self.index,
            self.checkpoint.text()
        )
    }
}

/// Lines that end in a newline, counted, and what follows them.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.number += 1;
        let (line, rest) = self.rest.split_once('\n')?;
        self.rest = rest;
        Some(line)
    }

    /// Shows the first word only: what follows may be a salt.
    fn error(&self, line: &str) -> ProofFileError {
        let word = line.split(' ').next().unwrap_or_default();
        ProofFileError::Line { line: self.number, shown: beginning(word) }
    }
}
