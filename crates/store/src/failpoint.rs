//! Points at which a test ends the process, as a power cut would: between any two steps of what is written.
//!
//! With the feature `failpoints`, the environment variable `FAILPOINT` names one of [`POINTS`] and at which passing the
//! process ends: `release.before-commit:3` is the third. Without the feature a point is nothing. Refuses to make faults
//! that a program could answer: whoever passes a point goes on or is no more. Start at [`POINTS`].

/// Every point, in the order in which a genome comes by them, and what was done last.
pub const POINTS: &[(&str, &str)] = &[
    ("blob.before-write", "nothing: a file came in and is not written"),
    ("blob.before-part", "parts of a large file are written under a temporary name"),
    ("blob.before-rename", "a large file is whole under a temporary name"),
    ("blob.after-write", "a file is kept, and nothing names it"),
    ("bring.before-commit", "the draft and its job are written and not kept"),
    ("bring.after-commit", "the draft is kept, and nobody was told"),
    ("work.after-claim", "a job is claimed and not begun"),
    ("analyse.before-places", "a pack of sequences is kept, and no table says where they lie"),
    ("analyse.after-places", "sequences are kept, and nothing names them"),
    ("analyse.before-rows", "everything was found, and nothing of it is written"),
    ("analyse.before-commit", "the rows of a draft are written and not kept"),
    ("analyse.after-commit", "a draft is ready, and its worker knows nothing of it"),
    ("append.before-entries", "entries have their places and their state, in memory"),
    ("append.before-state", "entries are written, and the state is that of before"),
    ("append.before-tiles", "entries and state are written, the tree is that of before"),
    ("append.before-head", "the tree is written, the head is that of before"),
    ("append.before-commit", "all is written and nothing kept"),
    ("append.after-commit", "all is kept, and nobody was told"),
    ("hand-in.before-last", "the genomes of a batch are written, the batch is not"),
    ("hand-in.before-commit", "a batch is written, and its draft is closed"),
    ("release.before-batch", "a release was allowed, nothing of it is written"),
    ("release.before-commit", "a release is written and not kept"),
    ("opening.before-commit", "a batch is released, a further step of its genomes is written and not kept"),
    ("opening.between-steps", "a batch is released, some of its genomes are opened and others not"),
    ("revise.before-write", "the sequence of a revision is kept, the revision is not"),
    ("revise.before-commit", "a revision is written and not kept"),
    ("head.before-sign", "the log grew, and its head is not signed"),
    ("head.before-commit", "a head is signed and not kept"),
    ("head.after-commit", "a head is published, and the folder of keys does not remember it"),
    ("key.before-name", "the log's first key is written under a temporary name"),
    ("key.before-table", "the log's first key is kept, and the log does not name it"),
];

/// Ends the process here, if it was asked to.
#[cfg(feature = "failpoints")]
pub fn pass(point: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    debug_assert!(POINTS.iter().any(|(known, _)| *known == point), "{point} is not in the table");
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("FAILPOINT").ok()?;
        let (name, count) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), count.parse().unwrap_or(1)))
    });
    if let Some((name, count)) = wanted
        && name == point
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        tracing::error!(point, "ending here, as FAILPOINT asks");
        std::process::abort();
    }
}

/// Nothing: the program was built without the feature `failpoints`.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub fn pass(_: &str) {}
