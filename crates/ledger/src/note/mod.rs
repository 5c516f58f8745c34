//! Signed texts: notes, checkpoints, cosignatures, the log's keys, and receipts.
//!
//! C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof, over Ed25519 (RFC 8032). Keys, times and
//! seeds are handed in. The rule throughout: what was parsed is only text, what `verify` returns may be
//! believed. Start at [`KeyHistory`], which every verification goes through, and at [`Receipt`].

mod checkpoint;
mod cosignature;
mod history;
mod key;
mod proof_file;
mod receipt;
mod text;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::{CosignError, cosign, verify_cosignature};
pub use history::{HeadError, HistoryError, KeyHistory, MAX_HISTORY_BYTES, Rotation, RotationError};
pub use key::{KeyError, KeyId, KeyKind, MAX_NAME_BYTES, SignerKey, VerifierKey, is_key_name};
pub use proof_file::{MAX_EXTRA_BYTES, MAX_PROOF_FILE_BYTES, ProofFile, ProofFileError, VerifyError};
pub use receipt::{MAX_ENTRY_BYTES, Receipt, ReceiptError};
pub use text::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, NoteFormError, SignatureError, SignatureLine};
