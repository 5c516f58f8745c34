//! Any bytes as a bundle, or in the place of one member of a true bundle: read or told, never a panic.
//!
//! The log's own key is here, so half of the inputs come with a manifest that lists and signs the replaced
//! member: the readers behind the signature are reached too. A bundle that is accepted leads to the signed root.
#![no_main]

use hearth_ledger::bundle::{BundleError, Digest, Draft, Limits, Reader, Record, Since, Verified};
use hearth_ledger::note::{Checkpoint, KeyHistory, KeyKind, Note, SignerKey};
use hearth_ledger::tree::{Edge, Hash, Salt, TileSet, consistency, pruned};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const SIZE: u64 = 9;
const BLOCK: usize = 512;
const NAMES: [&str; 8] = [
    "README.txt",
    "manifest.note",
    "keys.txt",
    "checkpoint.txt",
    "consistency.txt",
    "tree.bin",
    "blobs.txt",
    "entries.jsonl",
];
static KEY: LazyLock<SignerKey> =
    LazyLock::new(|| SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).expect("a fit name"));
/// A true bundle, as headers' and contents' members.
static TRUE: LazyLock<Vec<(Vec<u8>, Vec<u8>)>> = LazyLock::new(|| members(&write()));

fn record(index: u64) -> Record {
    Record::Kept { index, salt: Salt::new([index as u8; 32]), bytes: b"{}".to_vec() }
}

fn write() -> Vec<u8> {
    let leaves: Vec<Hash> = (0..SIZE).map(|index| record(index).commitment().leaf_hash()).collect();
    let appended = Edge::new().append(&leaves).expect("a small log");
    let tiles: TileSet = appended.tiles.into_iter().collect();
    let head = Checkpoint::new("log.example", SIZE, appended.root).expect("a fit name");
    let keys = KeyHistory::new(KEY.verifier().clone()).expect("a log's key");
    let mut draft = Draft::new("a", head.sign(&KEY).expect("a text"), keys).expect("a true head");
    let records = [record(2), record(7)];
    records.iter().for_each(|record| draft.entry(record).expect("short"));
    draft.blob(Digest::of(b"blob"), 4);
    let hashes = pruned(&tiles, &draft.indices(), SIZE).expect("all tiles");
    let since = Since { size: 4, root: tiles.root(4).expect("all tiles") };
    let proof = consistency(&tiles, 4, SIZE).expect("all tiles");
    let mut out = Vec::new();
    let mut writer = draft.seal(&hashes, Some((since, &proof)), &KEY, &mut out).expect("a true bundle");
    records.iter().for_each(|record| writer.entry(record, &mut out).expect("the same"));
    writer.blob(b"blob", &mut out).expect("the same");
    writer.finish(&mut out).expect("all is there");
    out
}

fn members(mut bytes: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    while bytes.len() > 2 * BLOCK {
        let length = length_in(&bytes[..BLOCK]);
        found.push((bytes[..BLOCK].to_vec(), bytes[BLOCK..BLOCK + length].to_vec()));
        bytes = &bytes[BLOCK + length.next_multiple_of(BLOCK)..];
    }
    found
}

fn length_in(header: &[u8]) -> usize {
    let digits = str::from_utf8(&header[124..135]).expect("octal digits");
    usize::from_str_radix(digits, 8).expect("octal digits")
}

/// The header for another length.
fn header(header: &[u8], length: usize) -> Vec<u8> {
    let mut block = header.to_vec();
    block[124..135].copy_from_slice(format!("{length:011o}").as_bytes());
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

/// A true bundle with one member replaced; the manifest follows when it is to be signed again.
fn replaced(which: usize, content: &[u8], sign_again: bool) -> Vec<u8> {
    let mut members = TRUE.clone();
    let old = std::mem::replace(&mut members[which].1, content.to_vec());
    if sign_again && which != 1 {
        let note = Note::parse(&members[1].1).expect("a note");
        let name = format!("\"name\": \"{}\",\n      \"bytes\": ", NAMES[which]);
        let text = note.text().replace(&Digest::of(&old).to_string(), &Digest::of(content).to_string());
        let text = text.replace(&format!("{name}{}", old.len()), &format!("{name}{}", content.len()));
        members[1].1 = Note::sign(&text, &[&KEY]).expect("a text").to_string().into_bytes();
    } else if sign_again {
        // The input is the manifest's text.
        let text = format!("{}\n", String::from_utf8_lossy(content));
        let Ok(note) = Note::sign(&text, &[&KEY]) else { return Vec::new() };
        members[1].1 = note.to_string().into_bytes();
    }
    let mut out = Vec::new();
    for (block, content) in &members {
        out.extend(header(block, content.len()));
        out.extend(content);
        out.resize(out.len().next_multiple_of(BLOCK), 0);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    out
}

fn read(bytes: &[u8], piece: usize) -> Result<Verified, BundleError> {
    let limits = Limits { entries: 1000, blobs: 1000, blob_bytes: 1 << 16, ..Limits::default() };
    let mut reader = Reader::new(KEY.verifier().clone(), limits);
    for piece in bytes.chunks(piece) {
        reader.feed(piece);
        while reader.next()?.is_some() {}
    }
    reader.finish()
}

fuzz_target!(|bytes: &[u8]| {
    let [choice, piece, content @ ..] = bytes else { return };
    let which = usize::from(choice >> 1);
    let piece = 64 + 16 * usize::from(*piece);
    let bundle =
        if which < NAMES.len() { replaced(which, content, choice & 1 == 1) } else { content.to_vec() };
    let result = read(&bundle, piece);
    if let Ok(verified) = &result {
        assert_eq!(verified.tree.root(), Ok(verified.head.root));
        assert_eq!(verified.tree.leaves.len() as u64, verified.manifest.entries);
    }
    // However the bytes are cut, the answer is the same.
    assert_eq!(result.err(), read(&bundle, 1 << 20).err());
});
