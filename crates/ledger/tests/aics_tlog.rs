//! Receipts before an independent judge: the Python package `aics-tlog`, which shares no code with us.
//!
//! Runs when `HEARTH_TLOG_PYTHON` names an interpreter that has the package
//! (`pip install --ignore-requires-python aics-tlog==0.2.1`), and otherwise says that it was skipped.

#![allow(clippy::unwrap_used, clippy::panic)]

use hearth_ledger::note::{
    Checkpoint, KeyHistory, KeyKind, Note, Receipt, Rotation, SignerKey, cosign, verify_cosignature,
};
use hearth_ledger::tree::{
    Commitment, Edge, Hash, Salt, TileSet, commit, consistency, entries_path, entries_to_bytes, inclusion,
};
use std::path::Path;
use std::process::Command;

const ORIGIN: &str = "log.example/outbreak";

/// The interpreter, when it has the package.
fn python(test: &str) -> Option<String> {
    let Some(python) = std::env::var("HEARTH_TLOG_PYTHON").ok().filter(|name| !name.is_empty()) else {
        println!("{test}: skipped, HEARTH_TLOG_PYTHON names no interpreter with aics-tlog");
        return None;
    };
    let found = Command::new(&python).args(["-c", "import aics_tlog"]).output();
    let has_package = found.is_ok_and(|output| output.status.success());
    assert!(has_package, "HEARTH_TLOG_PYTHON is {python}, which cannot import aics_tlog");
    Some(python)
}

/// Runs a subcommand of the package: whether it accepts, and what it says.
fn judge(python: &str, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(python).args(["-m", "aics_tlog"]).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed(ORIGIN, KeyKind::Note, &[seed; 32]).unwrap()
}

fn salt(index: u64) -> Salt {
    Salt::new([index as u8; 32])
}

fn entry(index: u64) -> Vec<u8> {
    format!("{{\"kind\":\"share\",\"number\":{index}}}").into_bytes()
}

fn commitments(size: u64) -> Vec<Commitment> {
    (0..size).map(|index| commit(&salt(index), &entry(index))).collect()
}

/// The tiles and the root of a log.
fn log(size: u64) -> (TileSet, Hash) {
    let leaves: Vec<Hash> = commitments(size).iter().map(Commitment::leaf_hash).collect();
    let appended = Edge::new().append(&leaves).unwrap();
    (appended.tiles.into_iter().collect(), appended.root)
}

fn head(size: u64, signer: &SignerKey) -> Note {
    Checkpoint::new(ORIGIN, size, log(size).1).unwrap().sign(signer).unwrap()
}

fn receipt(index: u64, size: u64, signer: &SignerKey) -> Receipt {
    let hashes = inclusion(&log(size).0, index, size).unwrap();
    Receipt::new(&salt(index), &entry(index), index, hashes, head(size, signer)).unwrap()
}

fn write(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_receipt_is_accepted_and_a_changed_one_refused() {
    let Some(python) = python("a_receipt_is_accepted_and_a_changed_one_refused") else { return };
    let dir = tempfile::tempdir().unwrap();
    let vkey = write(dir.path(), "log.vkey", key(1).verifier().to_string());
    let check = |json: &str, vkey: &str, expected: bool| {
        let bundle = write(dir.path(), "bundle.json", json);
        let (accepted, said) = judge(
            &python,
            &["verify-bundle", "--offline", "--bundle", &bundle, "--vkey-file", vkey, "--origin", ORIGIN],
        );
        assert_eq!(accepted, expected, "{said}");
    };
    for (index, size) in [(0, 1), (2, 7), (299, 300), (255, 70_000)] {
        check(&receipt(index, size, &key(1)).to_aics_json(), &vkey, true);
    }
    let good = receipt(2, 7, &key(1)).to_aics_json();
    let other = receipt(3, 7, &key(1)).to_aics_json();
    let line = |json: &str, name: &str| json.lines().find(|line| line.contains(name)).unwrap().to_owned();
    for name in ["entry_bytes", "index"] {
        check(&good.replace(&line(&good, name), &line(&other, name)), &vkey, false);
    }
    let later = receipt(2, 8, &key(1)).to_aics_json();
    check(&good.replace(&line(&good, "checkpoint_note"), &line(&later, "checkpoint_note")), &vkey, false);
    check(&receipt(2, 7, &key(2)).to_aics_json(), &vkey, false);
    let stranger = write(dir.path(), "other.vkey", key(2).verifier().to_string());
    check(&good, &stranger, false);
}

#[test]
fn salt_and_bytes_of_a_receipt_digest_to_the_leaf_that_was_proven() {
    let Some(python) = python("salt_and_bytes_of_a_receipt_digest_to_the_leaf_that_was_proven") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let receipt = receipt(2, 7, &key(1));
    let file = write(dir.path(), "receipt.tlog-proof", receipt.to_string());
    let bundle = write(dir.path(), "bundle.json", receipt.to_aics_json());
    let program = "import base64, hashlib, json, sys\n\
        extra = [l for l in open(sys.argv[1], encoding='utf-8') if l.startswith('extra ')][0][6:].strip()\n\
        leaf = json.load(open(sys.argv[2]))['entry_bytes'] + '='\n\
        sys.exit(hashlib.sha256(base64.b64decode(extra)).digest() != base64.urlsafe_b64decode(leaf))\n";
    let status = Command::new(python).args(["-c", program, &file, &bundle]).status().unwrap();
    assert!(status.success());
}

#[test]
fn our_tiles_are_read_and_our_proofs_between_sizes_hold() {
    let Some(python) = python("our_tiles_are_read_and_our_proofs_between_sizes_hold") else { return };
    let dir = tempfile::tempdir().unwrap();
    let size = 66_000;
    let mut edge = Edge::new();
    let leaves: Vec<Hash> = commitments(size).iter().map(Commitment::leaf_hash).collect();
    for tile in edge.append(&leaves).unwrap().tiles {
        write(dir.path(), &format!("tiles/{}", tile.id().path()), tile.to_bytes());
    }
    for (index, chunk) in (0..).zip(commitments(size).chunks(256)) {
        let path = entries_path(index, chunk.len() as u16);
        write(dir.path(), &format!("tiles/{path}"), entries_to_bytes(chunk));
    }
    let (tiles, checkpoint) =
        (dir.path().join("tiles"), write(dir.path(), "head", head(size, &key(1)).to_string()));
    let tiles = tiles.to_str().unwrap();
    let vkey = write(dir.path(), "log.vkey", key(1).verifier().to_string());
    let from_tiles = ["--tiles", tiles, "--checkpoint", &checkpoint, "--vkey-file", &vkey];
    for index in [0, 255, 256, 65_535, 65_536, 65_999] {
        let leaf = write(dir.path(), "leaf", commitments(size)[index as usize].as_bytes());
        let place = index.to_string();
        let mut arguments = vec!["verify-inclusion", "--leaf", &leaf, "--index", &place];
        arguments.extend(from_tiles);
        let (accepted, said) = judge(&python, &arguments);
        assert!(accepted, "{said}");
    }
    let (held, root) = log(size);
    for old in [1, 255, 256, 700, 65_536, 65_999] {
        let hashes = consistency(&held, old, size).unwrap();
        let proof =
            write(dir.path(), "proof", hashes.iter().map(|hash| format!("{hash}\n")).collect::<String>());
        let sizes = (old.to_string(), size.to_string());
        let roots = (held.root(old).unwrap().to_string(), root.to_string());
        let (accepted, said) = judge(
            &python,
            &[
                "verify-consistency",
                "--old-size",
                &sizes.0,
                "--new-size",
                &sizes.1,
                "--old-root",
                &roots.0,
                "--new-root",
                &roots.1,
                "--proof",
                &proof,
            ],
        );
        assert!(accepted, "{old}: {said}");
    }
}

#[test]
fn our_cosignatures_count() {
    let Some(python) = python("our_cosignatures_count") else { return };
    let dir = tempfile::tempdir().unwrap();
    let witness = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[9; 32]).unwrap();
    let mut note = head(7, &key(1));
    note.add(cosign(&note, &witness, 1_767_000_000).unwrap()).unwrap();
    assert_eq!(verify_cosignature(&note, witness.verifier()), Ok(1_767_000_000));
    let file = write(dir.path(), "head", note.to_string());
    let vkey = write(dir.path(), "log.vkey", key(1).verifier().to_string());
    let witness_key = witness.verifier().to_string();
    let arguments = [
        "verify-checkpoint",
        "--note",
        &file,
        "--vkey-file",
        &vkey,
        "--witness-key",
        &witness_key,
        "--quorum",
        "1",
    ];
    let (accepted, said) = judge(&python, &arguments);
    assert!(accepted, "{said}");
    write(dir.path(), "head", head(7, &key(1)).to_string());
    assert!(!judge(&python, &arguments).0, "a head without the witness's line");
}

#[test]
fn after_a_rotation_the_new_key_is_the_one_to_hand_over() {
    let Some(python) = python("after_a_rotation_the_new_key_is_the_one_to_hand_over") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut keys = KeyHistory::new(key(1).verifier().clone()).unwrap();
    let old_head = Checkpoint::new(ORIGIN, 4, log(4).1).unwrap();
    keys.add(Rotation::sign(&old_head, &key(1), &key(2)).unwrap()).unwrap();
    let receipt = receipt(2, 7, &key(2));
    assert!(receipt.verify(&keys).is_ok());
    let bundle = write(dir.path(), "bundle.json", receipt.to_aics_json());
    let vkey = write(dir.path(), "log.vkey", keys.key_at(7).to_string());
    let (accepted, said) = judge(&python, &["verify-bundle", "--bundle", &bundle, "--vkey-file", &vkey]);
    assert!(accepted, "{said}");
}
