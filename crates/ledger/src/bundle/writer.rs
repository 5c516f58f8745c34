//! Writes a bundle, in two passes over its entries.
//!
//! The manifest stands first and names every digest, so a [`Draft`] first sees each entry and each blob's length;
//! sealed, it becomes a [`Writer`] that sees the entries again, then the blobs. Equal content gives equal bytes.
//! Bytes are appended to the caller's buffer, who writes them wherever it likes and empties it. Whatever is
//! written, the reader accepts: the draft proves its own entries first. Start at [`Draft::new`].

use super::Digest;
use super::digest::RunningDigest;
use super::manifest::{
    Counts, MAX_MANIFEST_BYTES, Manifest, Member, Part, README, Since, blob_name, is_party,
};
use super::record::{Record, blob_line};
use super::tar::{BLOCK_BYTES, END_BYTES, header, padding};
use crate::note::{Checkpoint, HeadError, KeyHistory, MAX_ENTRY_BYTES, Note, NoteFormError, SignerKey};
use crate::tree::{Hash, ProofError, PrunedError, PrunedWalk, verify_consistency};
use std::collections::BTreeMap;

/// Why a bundle was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The party's name does not fit.
    #[error("the party {0:?} has no fit name: up to 255 bytes, no control characters")]
    Party(String),
    /// The checkpoint is not by the log's keys.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The manifest cannot be signed.
    #[error(transparent)]
    Note(#[from] NoteFormError),
    /// The key is not the log's newest.
    #[error("a bundle is signed by the log's newest key, {wanted}, not by {has}")]
    Key {
        /// The key it must be.
        wanted: String,
        /// The key it is.
        has: String,
    },
    /// The entries do not hold together with the tree's hashes.
    #[error(transparent)]
    Pruned(#[from] PrunedError),
    /// The entries do not lead to the checkpoint's root.
    #[error("the entries do not lead to the log's root: the log is damaged, run `hearth verify`")]
    Root,
    /// The earlier head does not lead to this one.
    #[error(transparent)]
    Consistency(#[from] ProofError),
    /// An entry is longer than allowed.
    #[error("entry {index} has {bytes} bytes, more than the {MAX_ENTRY_BYTES} allowed")]
    EntryTooLong {
        /// Its place in the log.
        index: u64,
        /// Its length.
        bytes: usize,
    },
    /// A member is longer than a tar archive allows.
    #[error("{name} would have {bytes} bytes, more than an archive can hold: make bundles of fewer entries")]
    MemberTooLong {
        /// The member.
        name: String,
        /// Its length.
        bytes: u64,
    },
    /// The second pass brought other entries than the first.
    #[error("the entries changed while the bundle was written: write it again, from one snapshot")]
    EntriesChanged,
    /// The second pass brought another blob than expected.
    #[error("the blob {wanted} must come next, and another came: blobs come in the order of their digests")]
    Blob {
        /// Name of the one expected.
        wanted: String,
    },
    /// The content of a blob is not what its name says.
    #[error("the blob {0} is damaged: run `hearth verify`")]
    BlobDamaged(Digest),
}

/// A bundle that is being measured.
#[derive(Debug)]
pub struct Draft {
    party: String,
    keys: KeyHistory,
    checkpoint: Note,
    head: Checkpoint,
    leaves: Vec<(u64, Hash)>,
    erased: u64,
    entries_bytes: u64,
    entries_digest: RunningDigest,
    blobs: BTreeMap<Digest, u64>,
}

impl Draft {
    /// Begins a bundle of a party's part of the log, under a signed head of it.
    pub fn new(party: &str, checkpoint: Note, keys: KeyHistory) -> Result<Self, WriteError> {
        if !is_party(party) {
            return Err(WriteError::Party(party.chars().take(60).collect()));
        }
        let head = keys.verify(&checkpoint)?;
        Ok(Self {
            party: party.to_owned(),
            keys,
            checkpoint,
            head,
            leaves: Vec::new(),
            erased: 0,
            entries_bytes: 0,
            entries_digest: RunningDigest::default(),
            blobs: BTreeMap::new(),
        })
    }

    /// Sees an entry, by rising place in the log.
    pub fn entry(&mut self, record: &Record) -> Result<(), WriteError> {
        if let Record::Kept { index, bytes, .. } = record
            && bytes.len() > MAX_ENTRY_BYTES
        {
            return Err(WriteError::EntryTooLong { index: *index, bytes: bytes.len() });
        }
        let line = record.to_line();
        self.entries_bytes += line.len() as u64;
        self.entries_digest.update(line.as_bytes());
        self.erased += u64::from(record.is_erased());
        self.leaves.push((record.index(), record.commitment().leaf_hash()));
        Ok(())
    }

    /// Sees a blob's digest and length; a second time it counts once.
    pub fn blob(&mut self, digest: Digest, bytes: u64) {
        self.blobs.insert(digest, bytes);
    }

    /// Places of the entries seen, for [`tiles_for_pruned`](crate::tree::tiles_for_pruned).
    #[must_use]
    pub fn indices(&self) -> Vec<u64> {
        self.leaves.iter().map(|(index, _)| *index).collect()
    }

    /// Proves the entries by the hashes of the pruned tree ([`pruned`](crate::tree::pruned)), and the earlier
    /// head, if any, by its consistency proof; signs the manifest; writes everything before the entries.
    pub fn seal(
        self,
        hashes: &[Hash],
        since: Option<(Since, &[Hash])>,
        key: &SignerKey,
        out: &mut Vec<u8>,
    ) -> Result<Writer, WriteError> {
        self.prove(hashes, since)?;
        if key.verifier() != self.keys.current() {
            let (wanted, has) = (self.keys.current().to_string(), key.verifier().to_string());
            return Err(WriteError::Key { wanted, has });
        }
        let lines = |hashes: &[Hash]| hashes.iter().map(|hash| format!("{hash}\n")).collect::<String>();
        let list: String = self.blobs.iter().map(|(digest, bytes)| blob_line(digest, *bytes)).collect();
        let mut contents = vec![
            (Part::Readme, README.as_bytes().to_vec()),
            (Part::Keys, self.keys.to_string().into_bytes()),
            (Part::Checkpoint, self.checkpoint.to_string().into_bytes()),
        ];
        contents.extend(since.map(|(_, proof)| (Part::Consistency, lines(proof).into_bytes())));
        contents.push((Part::Tree, Hash::list_to_bytes(hashes)));
        contents.push((Part::BlobList, list.into_bytes()));

        let manifest = self.manifest(&contents, since.map(|(since, _)| since)).to_text();
        let note = Note::sign(&manifest, &[key])?.to_string();
        if note.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(WriteError::Note(NoteFormError::TooLong { bytes: note.len() }));
        }
        contents.insert(1, (Part::Manifest, note.into_bytes()));
        for (part, content) in &contents {
            put_member(part.name(), content, out)?;
        }
        put_header(Part::Entries.name(), self.entries_bytes, out)?;
        Ok(Writer {
            left: self.entries_bytes,
            entries_bytes: self.entries_bytes,
            wanted: self.entries_digest.finish(),
            digest: Some(RunningDigest::default()),
            blobs: self.blobs.into_iter().collect(),
        })
    }

    fn prove(&self, hashes: &[Hash], since: Option<(Since, &[Hash])>) -> Result<(), WriteError> {
        let mut walk = PrunedWalk::new(self.head.size, hashes.to_vec())?;
        self.leaves.iter().try_for_each(|(index, leaf)| walk.push(*index, *leaf))?;
        if walk.finish()? != self.head.root {
            return Err(WriteError::Root);
        }
        if let Some((Since { size, root }, proof)) = since {
            verify_consistency((size, &root), (self.head.size, &self.head.root), proof)?;
        }
        Ok(())
    }

    fn manifest(&self, contents: &[(Part, Vec<u8>)], since: Option<Since>) -> Manifest {
        let mut members: Vec<Member> =
            contents.iter().map(|(part, content)| Member::of(*part, content)).collect();
        let digest = self.entries_digest.clone().finish();
        members.push(Member::new(Part::Entries, self.entries_bytes, &digest));
        let counts =
            Counts { entries: self.leaves.len() as u64, erased: self.erased, blobs: self.blobs.len() as u64 };
        Manifest::new(&self.party, &self.head, since, counts, members)
    }
}

/// A bundle whose beginning is written.
#[derive(Debug)]
pub struct Writer {
    left: u64,
    entries_bytes: u64,
    wanted: Digest,
    /// Until the entries are complete.
    digest: Option<RunningDigest>,
    /// Digests and lengths of the blobs still to come.
    blobs: std::collections::VecDeque<(Digest, u64)>,
}

impl Writer {
    /// Writes an entry: the same ones in the same order as the draft saw.
    pub fn entry(&mut self, record: &Record, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let line = record.to_line();
        let left = self.left.checked_sub(line.len() as u64);
        let (Some(left), Some(digest)) = (left, &mut self.digest) else {
            return Err(WriteError::EntriesChanged);
        };
        self.left = left;
        digest.update(line.as_bytes());
        out.extend(line.as_bytes());
        Ok(())
    }

    /// The blob that must come next, when all entries are written.
    #[must_use]
    pub fn next_blob(&self) -> Option<Digest> {
        self.blobs.front().map(|(digest, _)| *digest)
    }

    /// Writes the next blob.
    pub fn blob(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.end_entries(out)?;
        let Some((digest, bytes)) = self.blobs.pop_front() else {
            return Err(WriteError::Blob { wanted: "(none)".to_owned() });
        };
        if content.len() as u64 != bytes || Digest::of(content) != digest {
            return Err(WriteError::BlobDamaged(digest));
        }
        put_member(&blob_name(&digest), content, out)
    }

    /// Writes the end.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        self.end_entries(out)?;
        if let Some(digest) = self.next_blob() {
            return Err(WriteError::Blob { wanted: digest.to_string() });
        }
        out.resize(out.len() + END_BYTES, 0);
        Ok(())
    }

    fn end_entries(&mut self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let Some(digest) = self.digest.take() else { return Ok(()) };
        if self.left > 0 || digest.finish() != self.wanted {
            return Err(WriteError::EntriesChanged);
        }
        out.resize(out.len() + padding(self.entries_bytes), 0);
        Ok(())
    }
}

fn put_header(name: &str, bytes: u64, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let too_long = || WriteError::MemberTooLong { name: name.to_owned(), bytes };
    let block: [u8; BLOCK_BYTES] = header(name, bytes).ok_or_else(too_long)?;
    out.extend(block);
    Ok(())
}

fn put_member(name: &str, content: &[u8], out: &mut Vec<u8>) -> Result<(), WriteError> {
    put_header(name, content.len() as u64, out)?;
    out.extend(content);
    out.resize(out.len() + padding(content.len() as u64), 0);
    Ok(())
}
