//! A bundle read by somebody who has only its README: with tar, and with a page of Python.
//!
//! The system's tar must unpack it, and a reader written after `README.txt` alone (`bundle_by_readme.py`) must come
//! to the same root. The format itself is kept: `kept/bundle-v1.tar` must read, and be written again byte for
//! byte, as long as there is a format 1.

#![allow(clippy::unwrap_used, clippy::panic)]

use hearth_ledger::bundle::{Digest, Draft, Limits, Reader, Record, Since};
use hearth_ledger::note::{Checkpoint, KeyHistory, KeyKind, Receipt, Rotation, SignerKey};
use hearth_ledger::tree::{Edge, Hash, Salt, TileSet, consistency, inclusion, pruned};
use std::path::Path;
use std::process::Command;

const ORIGIN: &str = "log.example/outbreak";
const SIZE: u64 = 300;
/// Set to write the kept files anew, after a new format was made beside the old one.
const WRITE: &str = "HEARTH_WRITE_KEPT_FORMATS";

fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed(ORIGIN, KeyKind::Note, &[seed; 32]).unwrap()
}

fn record(index: u64) -> Record {
    let bytes = format!("{{\"kind\":\"share\",\"number\":{index}}}").into_bytes();
    Record::Kept { index, salt: Salt::new([index as u8; 32]), bytes }
}

fn log(size: u64) -> (TileSet, Hash) {
    let leaves: Vec<Hash> = (0..size).map(|index| record(index).commitment().leaf_hash()).collect();
    let appended = Edge::new().append(&leaves).unwrap();
    (appended.tiles.into_iter().collect(), appended.root)
}

fn keys() -> KeyHistory {
    let mut keys = KeyHistory::new(key(1).verifier().clone()).unwrap();
    let head = Checkpoint::new(ORIGIN, 100, log(100).1).unwrap();
    keys.add(Rotation::sign(&head, &key(1), &key(2)).unwrap()).unwrap();
    keys
}

fn checkpoint() -> hearth_ledger::note::Note {
    Checkpoint::new(ORIGIN, SIZE, log(SIZE).1).unwrap().sign(&key(2)).unwrap()
}

fn bundle() -> Vec<u8> {
    let (tiles, _) = log(SIZE);
    let blobs = [b"ACGT".repeat(100), b"NNNN".repeat(128)];
    let erased = Record::Erased { index: 299, commitment: record(299).commitment() };
    let records = [record(0), record(17), record(256), erased];
    let mut draft = Draft::new("Kenya", checkpoint(), keys()).unwrap();
    records.iter().for_each(|record| draft.entry(record).unwrap());
    blobs.iter().for_each(|blob| draft.blob(Digest::of(blob), blob.len() as u64));
    let hashes = pruned(&tiles, &draft.indices(), SIZE).unwrap();
    let proof = consistency(&tiles, 64, SIZE).unwrap();
    let since = Since { size: 64, root: tiles.root(64).unwrap() };
    let mut out = Vec::new();
    let mut writer = draft.seal(&hashes, Some((since, &proof)), &key(2), &mut out).unwrap();
    records.iter().for_each(|record| writer.entry(record, &mut out).unwrap());
    while let Some(next) = writer.next_blob() {
        writer.blob(blobs.iter().find(|blob| Digest::of(blob) == next).unwrap(), &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    out
}

fn receipt() -> Receipt {
    let Record::Kept { index, salt, bytes } = record(17) else { panic!("a kept record") };
    Receipt::new(&salt, &bytes, index, inclusion(&log(SIZE).0, index, SIZE).unwrap(), checkpoint()).unwrap()
}

fn dir() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

/// A kept file, after comparing what is written today with it.
fn kept(name: &str, today: &[u8]) -> Vec<u8> {
    let path = dir().join("kept").join(name);
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, today).unwrap();
    }
    let kept = std::fs::read(&path).unwrap();
    assert!(kept == today, "{name} is written otherwise today: a frozen format changed");
    kept
}

#[test]
fn kept_files_read_and_are_written_again() {
    let trusted = key(1).verifier().clone();
    let mut reader = Reader::new(trusted.clone(), Limits::default());
    reader.feed(&kept("bundle-v1.tar", &bundle()));
    while reader.next().unwrap().is_some() {}
    assert_eq!(reader.finish().unwrap().manifest.party, "Kenya");
    let text = String::from_utf8(kept("keys-v1.txt", keys().to_string().as_bytes())).unwrap();
    let keys = KeyHistory::parse(&text, &trusted).unwrap();
    let text = kept("receipt-v1.tlog-proof", receipt().to_string().as_bytes());
    assert_eq!(Receipt::parse(&text).unwrap().verify(&keys).unwrap().size, SIZE);
}

#[test]
fn tar_unpacks_a_bundle() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bundle.tar"), bundle()).unwrap();
    let Ok(output) = Command::new("tar").args(["-xvf", "bundle.tar"]).current_dir(dir.path()).output() else {
        println!("tar_unpacks_a_bundle: skipped, there is no tar");
        return;
    };
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let names = String::from_utf8(output.stdout).unwrap();
    assert!(
        names.starts_with("README.txt\nmanifest.note\nkeys.txt\ncheckpoint.txt\nconsistency.txt\n"),
        "{names}"
    );
    let lines = std::fs::read_to_string(dir.path().join("entries.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 4);
}

/// Whether the page of Python accepts a bundle; `None` without an interpreter.
fn accepted_by_readme(bytes: &[u8], vkey: &str) -> Option<(bool, String)> {
    let python = std::env::var("HEARTH_TLOG_PYTHON").ok().filter(|name| !name.is_empty())?;
    let dir_of_bundle = tempfile::tempdir().unwrap();
    let path = dir_of_bundle.path().join("bundle.tar");
    std::fs::write(&path, bytes).unwrap();
    let script = dir().join("bundle_by_readme.py");
    let output = Command::new(python).arg(script).arg(path).arg(vkey).output().unwrap();
    Some((output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap()))
}

#[test]
fn the_readme_is_enough_to_verify_a_bundle() {
    let bytes = bundle();
    for trusted in [key(1), key(2)] {
        let Some((accepted, said)) = accepted_by_readme(&bytes, &trusted.verifier().to_string()) else {
            println!(
                "the_readme_is_enough…: skipped, HEARTH_TLOG_PYTHON names no interpreter with aics-tlog"
            );
            return;
        };
        assert!(accepted, "{said}");
    }
    let (accepted, said) = accepted_by_readme(&bytes, &key(3).verifier().to_string()).unwrap();
    assert!(!accepted, "another log's key: {said}");
    let at = bytes.windows(12).position(|window| window == b"{\"index\":17,").unwrap();
    let mut changed = bytes.clone();
    changed[at + 9] = b'2';
    let (accepted, said) = accepted_by_readme(&changed, &key(1).verifier().to_string()).unwrap();
    assert!(!accepted, "a changed entry: {said}");
}
