//! Reads and verifies a bundle as its bytes arrive.
//!
//! Push bytes with [`Reader::feed`], pull what they hold with [`Reader::next`], and end with [`Reader::finish`].
//! What is pulled counts when `finish` has said so: until then the caller keeps it in a transaction that it can
//! drop. Memory holds the members before the entries, one line, and 40 bytes an entry. It needs the bytes and
//! one trusted key, nothing else. Start at [`Reader`].

use super::digest::RunningDigest;
use super::error::BundleError;
use super::inbox::{Inbox, Length};
use super::manifest::{MAX_MANIFEST_BYTES, Manifest, Part, blob_name};
use super::opening::{Open, Signed, between, listed};
use super::record::{MAX_LINE_BYTES, Record};
use super::tar::{END_BYTES, padding};
use super::{Digest, Limits};
use crate::note::{Checkpoint, KeyHistory, MAX_HISTORY_BYTES, MAX_NOTE_BYTES, Note, VerifierKey};
use crate::tree::PrunedTree;

/// The longest piece of a blob that is handed out at once, in bytes.
const PIECE_BYTES: usize = 1 << 18;
/// The first four members.
const PREFACE: [(Part, u64); 4] = [
    (Part::Readme, 1 << 16),
    (Part::Manifest, MAX_MANIFEST_BYTES),
    (Part::Keys, MAX_HISTORY_BYTES as u64),
    (Part::Checkpoint, MAX_NOTE_BYTES as u64),
];

/// What a bundle holds, in its order.
#[derive(Debug)]
pub enum Event {
    /// Manifest, keys and checkpoint are the log's. Entries follow.
    Opened {
        /// What the bundle says of itself.
        manifest: Box<Manifest>,
        /// The log's head that all is proven under.
        head: Box<Checkpoint>,
    },
    /// An entry. Not proven before [`Event::Proven`].
    Entry(Record),
    /// All entries seen are in the log, and none was left out or added. Blobs follow.
    Proven,
    /// A piece of a blob.
    Blob {
        /// The blob.
        digest: Digest,
        /// The next piece of its content.
        piece: Vec<u8>,
        /// Whether it is the last; then the whole blob has the digest.
        is_last: bool,
    },
}

/// A bundle that was verified to its end.
#[derive(Debug)]
pub struct Verified {
    /// What the bundle says of itself.
    pub manifest: Manifest,
    /// The log's keys.
    pub keys: KeyHistory,
    /// The log's signed head, for receipts.
    pub checkpoint: Note,
    /// What that note says.
    pub head: Checkpoint,
    /// The entries' places with the hashes that prove them, for receipts.
    pub tree: PrunedTree,
}

/// A bundle that is being read.
#[derive(Debug)]
pub struct Reader {
    trusted: VerifierKey,
    limits: Limits,
    inbox: Inbox,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Members before the entries, until the signatures can be verified.
    Preface(Vec<Vec<u8>>),
    /// Members before the entries that the manifest lists.
    Between(Box<Signed>, Vec<Vec<u8>>),
    /// Header of the entries.
    BeforeEntries(Box<Open>),
    /// Entries: bytes left, and the digest so far.
    Entries(Box<Open>, u64, RunningDigest),
    /// Header of a blob, or the end.
    BeforeBlob(Box<Open>),
    /// The front blob: bytes left, and the digest so far.
    Blob(Box<Open>, u64, RunningDigest),
    /// Everything was there.
    Done(Box<Open>),
    /// Something was wrong.
    Refused,
}

/// What a step came to.
enum Step {
    /// More bytes are needed.
    Wait,
    /// Go on at once.
    Again,
    /// Hand this out.
    Out(Event),
}

type Advanced = Result<(Phase, Step), BundleError>;

impl Reader {
    /// Begins to read. One key of the log must be trusted: any that it had since the beginning.
    #[must_use]
    pub fn new(trusted: VerifierKey, limits: Limits) -> Self {
        Self { trusted, limits, inbox: Inbox::default(), phase: Phase::Preface(Vec::new()) }
    }

    /// Adds bytes, in pieces of any length; a few hundred kilobytes are best. Pull until nothing comes before
    /// the next.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.inbox.add(bytes);
    }

    /// The next thing in the bundle; `None` when more bytes are needed, or all was read.
    #[expect(clippy::should_implement_trait, reason = "not an iterator: None means wait")]
    pub fn next(&mut self) -> Result<Option<Event>, BundleError> {
        loop {
            // Whatever goes wrong, the reader stays refused.
            let phase = std::mem::replace(&mut self.phase, Phase::Refused);
            let (phase, step) = self.advance(phase)?;
            self.phase = phase;
            match step {
                Step::Wait => return Ok(None),
                Step::Again => {}
                Step::Out(event) => return Ok(Some(event)),
            }
        }
    }

    /// Ends: all bytes were fed and pulled. What was handed out counts now.
    pub fn finish(self) -> Result<Verified, BundleError> {
        let within = |part: Option<Part>| {
            let within = part.map_or("the part before its entries", Part::name).to_owned();
            Err(BundleError::Cut { within })
        };
        match self.phase {
            Phase::Done(open) => {
                let Open { signed: Signed { manifest, keys, checkpoint, head }, tree, .. } = *open;
                Ok(Verified { manifest, keys, checkpoint, head, tree })
            }
            Phase::Preface(read) => within(PREFACE.get(read.len()).map(|(part, _)| *part)),
            Phase::Between(signed, read) => within(between(&signed.manifest).nth(read.len())),
            Phase::BeforeEntries(_) | Phase::Entries(..) => within(Some(Part::Entries)),
            Phase::BeforeBlob(open) | Phase::Blob(open, ..) => {
                let name = open.blobs.front().map(|(digest, _)| blob_name(digest));
                Err(BundleError::Cut { within: name.unwrap_or_else(|| "its last bytes".to_owned()) })
            }
            Phase::Refused => Err(BundleError::Refused),
        }
    }

    fn advance(&mut self, phase: Phase) -> Advanced {
        match phase {
            Phase::Preface(read) => self.preface(read),
            Phase::Between(signed, read) => self.between(signed, read),
            Phase::BeforeEntries(open) => self.before_entries(open),
            Phase::Entries(open, left, digest) => self.entry(open, left, digest),
            Phase::BeforeBlob(open) => self.before_blob(open),
            Phase::Blob(open, left, digest) => self.blob(open, left, digest),
            Phase::Done(_) if !self.inbox.held().is_empty() => Err(BundleError::Trailing),
            Phase::Done(open) => Ok((Phase::Done(open), Step::Wait)),
            Phase::Refused => Err(BundleError::Refused),
        }
    }

    fn preface(&mut self, mut read: Vec<Vec<u8>>) -> Advanced {
        if let Some((part, limit)) = PREFACE.get(read.len()) {
            let Some(content) = self.inbox.member(part.name(), Length::UpTo(*limit))? else {
                return Ok((Phase::Preface(read), Step::Wait));
            };
            read.push(content);
            return Ok((Phase::Preface(read), Step::Again));
        }
        let contents = read.try_into().map_err(|_| BundleError::Refused)?;
        let signed = Signed::verify(contents, &self.trusted, &self.limits)?;
        Ok((Phase::Between(Box::new(signed), Vec::new()), Step::Again))
    }

    fn between(&mut self, signed: Box<Signed>, mut read: Vec<Vec<u8>>) -> Advanced {
        if let Some(part) = between(&signed.manifest).nth(read.len()) {
            let listed = listed(&signed.manifest, part)?.bytes;
            self.limits.check_length(part.name(), listed, self.limits.of_part(part))?;
            let Some(content) = self.inbox.member(part.name(), Length::Listed(listed))? else {
                return Ok((Phase::Between(signed, read), Step::Wait));
            };
            read.push(content);
            return Ok((Phase::Between(signed, read), Step::Again));
        }
        let open = Open::verify(*signed, read, &self.limits)?;
        let manifest = Box::new(open.signed.manifest.clone());
        let head = Box::new(open.signed.head.clone());
        Ok((Phase::BeforeEntries(Box::new(open)), Step::Out(Event::Opened { manifest, head })))
    }

    fn before_entries(&mut self, open: Box<Open>) -> Advanced {
        let name = Part::Entries.name();
        let Some(bytes) = self.inbox.header(name)? else {
            return Ok((Phase::BeforeEntries(open), Step::Wait));
        };
        self.limits.check_length(name, bytes, self.limits.entries_bytes)?;
        if bytes != listed(&open.signed.manifest, Part::Entries)?.bytes {
            return Err(BundleError::NotAsListed(name.to_owned()));
        }
        Ok((Phase::Entries(open, bytes, RunningDigest::default()), Step::Again))
    }

    fn entry(&mut self, mut open: Box<Open>, left: u64, mut digest: RunningDigest) -> Advanced {
        if left == 0 {
            return self.after_entries(open, digest);
        }
        let number = open.tree.leaves.len() as u64 + 1;
        let held = self.inbox.held();
        // No longer than the longest line, which fits memory.
        let reach = left.min(held.len() as u64).min(MAX_LINE_BYTES as u64) as usize;
        let end = held.iter().take(reach).position(|byte| *byte == b'\n');
        let Some(end) = end else {
            if reach as u64 == left || reach == MAX_LINE_BYTES {
                return Err(BundleError::EntryLine { number });
            }
            return Ok((Phase::Entries(open, left, digest), Step::Wait));
        };
        if number > open.signed.manifest.entries {
            return Err(BundleError::NotAsListed(Part::Entries.name().to_owned()));
        }
        let line = self.inbox.take(end + 1).unwrap_or_default();
        digest.update(line);
        let record = line.strip_suffix(b"\n").and_then(Record::from_line);
        let record = record.ok_or(BundleError::EntryLine { number })?;
        let leaf = record.commitment().leaf_hash();
        open.walk.push(record.index(), leaf).map_err(BundleError::Pruned)?;
        open.tree.leaves.push((record.index(), leaf));
        open.erased += u64::from(record.is_erased());
        Ok((Phase::Entries(open, left - end as u64 - 1, digest), Step::Out(Event::Entry(record))))
    }

    fn after_entries(&mut self, open: Box<Open>, digest: RunningDigest) -> Advanced {
        let name = Part::Entries.name();
        let manifest = &open.signed.manifest;
        let member = listed(manifest, Part::Entries)?;
        if self.inbox.zeroes(padding(member.bytes), name)?.is_none() {
            return Ok((Phase::Entries(open, 0, digest), Step::Wait));
        }
        let counted = (open.tree.leaves.len() as u64, open.erased);
        if !member.has_digest(&digest.finish()) || counted != (manifest.entries, manifest.erased) {
            return Err(BundleError::NotAsListed(name.to_owned()));
        }
        let root = open.walk.clone().finish().map_err(BundleError::Pruned)?;
        if root != open.signed.head.root {
            return Err(BundleError::Root);
        }
        Ok((Phase::BeforeBlob(open), Step::Out(Event::Proven)))
    }

    fn before_blob(&mut self, open: Box<Open>) -> Advanced {
        let Some((digest, bytes)) = open.blobs.front().copied() else {
            return Ok(match self.inbox.zeroes(END_BYTES, "its last member")? {
                Some(()) => (Phase::Done(open), Step::Again),
                None => (Phase::BeforeBlob(open), Step::Wait),
            });
        };
        let name = blob_name(&digest);
        let Some(has) = self.inbox.header(&name)? else {
            return Ok((Phase::BeforeBlob(open), Step::Wait));
        };
        if has != bytes {
            return Err(BundleError::NotAsListed(name));
        }
        Ok((Phase::Blob(open, bytes, RunningDigest::default()), Step::Again))
    }

    fn blob(&mut self, mut open: Box<Open>, left: u64, mut running: RunningDigest) -> Advanced {
        let Some((digest, bytes)) = open.blobs.front().copied() else {
            return Err(BundleError::Refused);
        };
        let held = self.inbox.held().len();
        let ready = left.min(held as u64).min(PIECE_BYTES as u64) as usize;
        let zeroes = padding(bytes);
        // The last piece waits for the zeroes after it, so that it is handed out with its digest verified.
        let is_last = ready as u64 == left;
        if (is_last && held < ready + zeroes) || (ready == 0 && !is_last) {
            return Ok((Phase::Blob(open, left, running), Step::Wait));
        }
        let piece = self.inbox.take(ready).unwrap_or_default().to_vec();
        running.update(&piece);
        let event = Event::Blob { digest, piece, is_last };
        if !is_last {
            return Ok((Phase::Blob(open, left - ready as u64, running), Step::Out(event)));
        }
        self.inbox.zeroes(zeroes, &blob_name(&digest))?;
        if running.finish() != digest {
            return Err(BundleError::Blob(digest));
        }
        open.blobs.pop_front();
        Ok((Phase::BeforeBlob(open), Step::Out(event)))
    }
}
