//! Checkpoints: the log's head at a size, as the text of a note.
//!
//! C2SP tlog-checkpoint, section "Note text". Refuses to know whether a checkpoint is committed: whoever signs one
//! signs only what the database holds for good. Start at [`Checkpoint`].

use super::key::{SignerKey, is_key_name};
use super::text::{Note, NoteFormError};
use crate::tree::{Hash, MAX_TREE_SIZE};
use std::fmt;

/// The most extension lines; this program writes none.
const MAX_EXTENSIONS: usize = 16;

/// Why a text is not a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// There are too few lines, too many, or an empty one.
    #[error("this is not a checkpoint: it needs the log's name, its size and its root, a line each")]
    Lines,
    /// The first line cannot be a log's name.
    #[error("the checkpoint's first line {0:?} cannot be a log's name: no spaces, no plus sign")]
    Origin(String),
    /// The second line is not a size.
    #[error("the checkpoint's second line {0:?} is not the size of a log")]
    Size(String),
    /// The third line is not a hash.
    #[error("the checkpoint's third line {0:?} is not a root hash in base64")]
    Root(String),
}

/// The head of a log: so many entries, with this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is also the name of its keys.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Further lines of other programs: kept, and of no meaning here.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        let checkpoint = Self { origin: origin.to_owned(), size, root, extensions: Vec::new() };
        Self::parse(&checkpoint.to_string())
    }

    /// Reads the text of a note. It counts only when the note is verified, see
    /// [`KeyHistory::verify`](super::KeyHistory::verify).
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Lines)?
            .split('\n')
            .take(4 + MAX_EXTENSIONS)
            .collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(CheckpointError::Lines);
        };
        if extensions.len() > MAX_EXTENSIONS || lines.contains(&"") {
            return Err(CheckpointError::Lines);
        }
        if !is_key_name(origin) {
            return Err(CheckpointError::Origin(beginning(origin)));
        }
        Ok(Self {
            origin: (*origin).to_owned(),
            size: parse_decimal(size).ok_or_else(|| CheckpointError::Size(beginning(size)))?,
            root: Hash::from_base64(root).ok_or_else(|| CheckpointError::Root(beginning(root)))?,
            extensions: extensions.iter().map(|line| (*line).to_owned()).collect(),
        })
    }

    /// Signs it.
    pub fn sign(&self, key: &SignerKey) -> Result<Note, NoteFormError> {
        Note::sign(&self.to_string(), &[key])
    }
}

/// The text of the note.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A whole number up to [`MAX_TREE_SIZE`] in its one spelling: ASCII digits without leading zeroes.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok().filter(|number| *number <= MAX_TREE_SIZE)?;
    (number.to_string() == text).then_some(number)
}

/// As much of a line as a message shows.
pub(super) fn beginning(line: &str) -> String {
    line.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of C2SP tlog-checkpoint.
    const EXAMPLE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_checkpoint_of_the_specification() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.to_string(), EXAMPLE);
        let extended = format!("{EXAMPLE}more\nand more\n");
        let checkpoint = Checkpoint::parse(&extended).unwrap();
        assert_eq!(checkpoint.extensions, ["more", "and more"]);
        assert_eq!(checkpoint.to_string(), extended);
    }

    #[test]
    fn what_is_not_a_checkpoint_is_told() {
        let check =
            |text: &str, expected: CheckpointError| assert_eq!(Checkpoint::parse(text), Err(expected));
        check("", CheckpointError::Lines);
        check("a\n", CheckpointError::Lines);
        check(&EXAMPLE[..EXAMPLE.len() - 1], CheckpointError::Lines);
        check(&format!("{EXAMPLE}\n"), CheckpointError::Lines);
        check(&format!("{EXAMPLE}{}", "x\n".repeat(17)), CheckpointError::Lines);
        check(
            &EXAMPLE.replace("example", "exam ple"),
            CheckpointError::Origin("exam ple.com/behind-the-sofa".into()),
        );
        check(&EXAMPLE.replace("20852163", "020852163"), CheckpointError::Size("020852163".into()));
        check(&EXAMPLE.replace("20852163", "+20852163"), CheckpointError::Size("+20852163".into()));
        check(
            &EXAMPLE.replace("20852163", "9007199254740992"),
            CheckpointError::Size("9007199254740992".into()),
        );
        check(
            &EXAMPLE.replace("xq2I=", "xq2J="),
            CheckpointError::Root("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=".into()),
        );
        assert!(Checkpoint::new("a b", 0, Hash::of_empty_tree()).is_err());
        assert!(Checkpoint::new("a", MAX_TREE_SIZE + 1, Hash::of_empty_tree()).is_err());
    }

    #[test]
    fn an_empty_log_has_a_checkpoint() {
        let checkpoint = Checkpoint::new("a", 0, Hash::of_empty_tree()).unwrap();
        assert_eq!(checkpoint.to_string(), "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    }
}
