//! The members before the entries: everything that is verified before the first entry is believed.
//!
//! Two steps: what is signed ([`Signed`]: manifest, keys, checkpoint), then what the signed manifest lists
//! ([`Open`]: consistency proof, pruned tree, list of blobs). Refuses to know how bytes arrive. Start at
//! [`Signed::verify`].

use super::error::BundleError;
use super::manifest::{Manifest, Member, Part, README};
use super::record::parse_blob_line;
use super::{Digest, Limits};
use crate::note::{Checkpoint, KeyHistory, Note, VerifierKey};
use crate::tree::{Hash, PrunedTree, PrunedWalk, verify_consistency};
use std::collections::VecDeque;

/// What is signed by the log, verified.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) manifest: Manifest,
    pub(super) keys: KeyHistory,
    pub(super) checkpoint: Note,
    pub(super) head: Checkpoint,
}

impl Signed {
    /// Verifies the first four members.
    pub(super) fn verify(
        [readme, manifest, keys, checkpoint]: [Vec<u8>; 4],
        trusted: &VerifierKey,
        limits: &Limits,
    ) -> Result<Self, BundleError> {
        if readme != README.as_bytes() {
            return Err(BundleError::Readme);
        }
        let note = Note::parse(&manifest).map_err(BundleError::ManifestNote)?;
        let manifest = Manifest::parse(note.text()).map_err(BundleError::Manifest)?;
        for (part, content) in [(Part::Readme, &readme), (Part::Keys, &keys), (Part::Checkpoint, &checkpoint)]
        {
            check_listed(&manifest, part, content)?;
        }
        let keys =
            str::from_utf8(&keys).map_err(|_| BundleError::NotAsListed(Part::Keys.name().to_owned()))?;
        let keys = KeyHistory::parse(keys, trusted).map_err(BundleError::Keys)?;
        note.verify(keys.current()).map_err(BundleError::ManifestSignature)?;
        // Nothing but the one signature, so that equal content has equal bytes.
        if note.signatures().len() != 1 {
            return Err(BundleError::Manifest("it has more signatures than the log's".to_owned()));
        }
        let checkpoint = Note::parse(&checkpoint).map_err(BundleError::CheckpointNote)?;
        let head = keys.verify(&checkpoint).map_err(BundleError::Head)?;
        if (&manifest.origin, manifest.size, manifest.root) != (&head.origin, head.size, head.root) {
            return Err(BundleError::OtherHead);
        }
        limits.check_count("entries", manifest.entries, limits.entries)?;
        limits.check_count("blobs", manifest.blobs, limits.blobs)?;
        Ok(Self { manifest, keys, checkpoint, head })
    }
}

/// A bundle whose entries come next.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) signed: Signed,
    pub(super) walk: PrunedWalk,
    pub(super) tree: PrunedTree,
    pub(super) erased: u64,
    /// The blobs still to come.
    pub(super) blobs: VecDeque<(Digest, u64)>,
}

impl Open {
    /// Verifies the members between checkpoint and entries, in the order of [`between`].
    pub(super) fn verify(
        signed: Signed,
        contents: Vec<Vec<u8>>,
        limits: &Limits,
    ) -> Result<Self, BundleError> {
        let mut hashes = Vec::new();
        let mut blobs = VecDeque::new();
        for (part, content) in between(&signed.manifest).zip(&contents) {
            check_listed(&signed.manifest, part, content)?;
            match part {
                Part::Consistency => check_consistency(&signed, content)?,
                Part::Tree => hashes = Hash::list_from_bytes(content).ok_or(BundleError::Tree)?,
                _ => blobs = read_blob_list(content, limits)?,
            }
        }
        if blobs.len() as u64 != signed.manifest.blobs {
            return Err(BundleError::NotAsListed(Part::BlobList.name().to_owned()));
        }
        let size = signed.head.size;
        let walk = PrunedWalk::new(size, hashes.clone()).map_err(BundleError::Pruned)?;
        let tree = PrunedTree { size, leaves: Vec::new(), hashes };
        Ok(Self { signed, walk, tree, erased: 0, blobs })
    }
}

/// The members between checkpoint and entries.
pub(super) fn between(manifest: &Manifest) -> impl Iterator<Item = Part> + use<> {
    Part::listed(manifest.since.is_some()).filter(|part| (Part::Consistency..Part::Entries).contains(part))
}

pub(super) fn listed(manifest: &Manifest, part: Part) -> Result<&Member, BundleError> {
    manifest.member(part).ok_or_else(|| BundleError::NotAsListed(part.name().to_owned()))
}

fn check_listed(manifest: &Manifest, part: Part, content: &[u8]) -> Result<(), BundleError> {
    let is_same = listed(manifest, part)?.has_digest(&Digest::of(content));
    if is_same { Ok(()) } else { Err(BundleError::NotAsListed(part.name().to_owned())) }
}

fn check_consistency(signed: &Signed, content: &[u8]) -> Result<(), BundleError> {
    let Some(since) = signed.manifest.since else { return Ok(()) };
    let text = String::from_utf8_lossy(content);
    let mut proof = Vec::new();
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let hash = line.strip_suffix('\n').and_then(Hash::from_base64);
        proof.push(hash.ok_or(BundleError::ConsistencyLine { line: number })?);
    }
    let (old, new) = ((since.size, &since.root), (signed.head.size, &signed.head.root));
    verify_consistency(old, new, &proof).map_err(BundleError::Consistency)
}

fn read_blob_list(content: &[u8], limits: &Limits) -> Result<VecDeque<(Digest, u64)>, BundleError> {
    let text = str::from_utf8(content).map_err(|_| BundleError::BlobLine { line: 1 })?;
    let mut blobs: VecDeque<(Digest, u64)> = VecDeque::new();
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let blob = line.strip_suffix('\n').and_then(parse_blob_line);
        let (digest, bytes) = blob.ok_or(BundleError::BlobLine { line: number })?;
        if blobs.back().is_some_and(|(before, _)| *before >= digest) {
            return Err(BundleError::BlobLine { line: number });
        }
        limits.check_length(&super::manifest::blob_name(&digest), bytes, limits.blob_bytes)?;
        blobs.push_back((digest, bytes));
    }
    Ok(blobs)
}
