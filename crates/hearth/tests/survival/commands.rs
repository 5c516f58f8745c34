//! The commands on a ledger, as an operator gives them: verify, receipt, bundle, backup, restore, rotate-key, erase.

use crate::acts::{Laboratory, PASSWORD};
use crate::client::Client;
use crate::kills::verified;
use crate::program::{Place, Program, text};
use hearth_ledger::note::Receipt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A small ledger with a day's work in it.
struct Desk {
    folder: tempfile::TempDir,
    place: Place,
    lab: Laboratory,
    program: Option<Program>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::at(&folder.path().join("data"));
        let program = Program::serve(&place, "");
        let path = program.set_up().expect("an empty server");
        let mut lab = Laboratory::found(Client::new(program.address), &path, 3).expect("set up");
        lab.day().expect("a day without trouble");
        lab.note_entries().expect("a page");
        let mut desk = Self { folder, place, lab, program: Some(program) };
        desk.wait_head();
        desk
    }

    /// Waits until a head covers everything.
    fn wait_head(&mut self) {
        std::thread::sleep(Duration::from_millis(1_300));
        let anybody = Client::new(self.lab.client.address);
        self.lab.journal.monitor.look(&anybody, usize::MAX).expect("a head");
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn shown(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn start(&mut self) {
        let program = Program::serve(&self.place, "");
        self.lab.client = self.lab.client.at(program.address);
        self.program = Some(program);
    }

    fn stop(&mut self) {
        let code = self.program.take().and_then(Program::stop);
        assert_eq!(code, Some(0), "it ends well");
    }

    /// The log's first key.
    fn key(&self) -> String {
        let keys = self.lab.client.get("/log/keys").expect("keys").text();
        keys.lines().nth(1).expect("a key").to_owned()
    }

    /// The first entry whose text holds all of these.
    fn entry(&self, words: &[&str]) -> String {
        for id in &self.lab.journal.entries {
            let answer = self.lab.client.get(&format!("/ledger/{id}/receipt")).expect("an answer");
            let receipt = Receipt::parse(&answer.body);
            let said = receipt.map(|receipt| text(receipt.entry())).unwrap_or_default();
            if words.iter().all(|word| said.contains(word)) {
                return id.clone();
            }
        }
        panic!("no entry says {words:?}");
    }
}

#[track_caller]
fn refused(place: &Place, line: &str, code: i32, told: &str) {
    let output = place.output(line);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "hearth {line}: {said}");
    assert!(said.contains(told), "hearth {line}: {told:?} is not in {said}");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path()))
        } else {
            found.push(entry.path())
        }
    }
    found.sort();
    found
}

#[test]
fn verify_proves_the_ledger_and_names_what_is_wrong() {
    let mut desk = Desk::new();
    let key = desk.key();
    let told = desk.place.run(&format!("verify --key {key}"));
    assert!(told.contains("All is well") && !told.contains("The key was taken from the database"), "{told}");
    desk.stop();
    verified(&desk.place);
    let packs = files_below(&desk.at("data/blobs/sha256"));
    assert!(packs.len() >= 3, "{packs:?}");
    for path in &packs {
        let whole = std::fs::read(path).expect("a blob");
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        std::fs::write(path, changed).expect("written");
        let output = desk.place.output("verify");
        let said = text(&output.stdout);
        // Files that were brought are named by no entry: the draft has them.
        if output.status.code() == Some(1) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(said.contains("WRONG") && said.contains(&name[..8]), "{said}");
        } else {
            assert!(said.contains("All is well"), "{said}{}", text(&output.stderr));
        }
        std::fs::write(path, whole).expect("written");
    }
    let wrong = packs.iter().filter(|path| {
        let whole = std::fs::read(path).expect("a blob");
        std::fs::remove_file(path).expect("removed");
        let code = desk.place.output("verify").status.code();
        std::fs::write(path, whole).expect("written");
        code == Some(1)
    });
    assert!(wrong.count() >= 2, "packs of sequences and files of documents are missed");
    verified(&desk.place);
    refused(&Place::at(&desk.at("nothing")), "verify", 1, "there is no ledger");
}

#[test]
fn a_receipt_holds_without_the_server_and_a_changed_one_does_not() {
    let mut desk = Desk::new();
    let (key, id) = (desk.key(), desk.entry(&["\"act\":\"keep\""]));
    let receipt = desk.place.run(&format!("receipt {id} --keys-out {}", desk.shown("keys")));
    let bundle = desk.place.run(&format!("receipt {id} --bundle"));
    desk.stop();
    std::fs::write(desk.at("receipt"), &receipt).expect("written");
    let verify = format!("receipt --verify {} --key {key}", desk.shown("receipt"));
    let told = desk.place.run(&verify);
    assert!(told.contains("The receipt holds") && told.contains(&id), "{told}");
    assert!(desk.place.run(&format!("{verify} --keys {}", desk.shown("keys"))).contains("holds"));
    let at = receipt.find("\n\n").unwrap_or(receipt.len() / 2) - 10;
    let mut changed = receipt.into_bytes();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    std::fs::write(desk.at("receipt"), changed).expect("written");
    assert!(!desk.place.output(&verify).status.success());
    refused(&desk.place, "receipt 00000000000000000000000000", 1, "there is no entry");
    accepted_by_aics_tlog(&desk, &bundle, &key);
}

fn accepted_by_aics_tlog(desk: &Desk, bundle: &str, key: &str) {
    let Some(python) = std::env::var("HEARTH_TLOG_PYTHON").ok().filter(|name| !name.is_empty()) else {
        eprintln!("skipped: HEARTH_TLOG_PYTHON names no interpreter with aics-tlog");
        return;
    };
    std::fs::write(desk.at("bundle.json"), bundle).expect("written");
    std::fs::write(desk.at("log.vkey"), key).expect("written");
    let (bundle, key) = (desk.shown("bundle.json"), desk.shown("log.vkey"));
    let arguments =
        ["-m", "aics_tlog", "verify-bundle", "--offline", "--bundle", &bundle, "--vkey-file", &key];
    let output = Command::new(python).args(arguments).output().expect("the verifier runs");
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn a_bundle_goes_to_another_server_once() {
    let desk = Desk::new();
    let (key, party, file) = (desk.key(), desk.lab.party.clone(), desk.shown("part.bundle"));
    let export = format!("bundle export --party {party} --out {file}");
    let told = desk.place.run(&export);
    assert!(told.contains(&key), "{told}");
    refused(&desk.place, &export, 1, "is there already");
    let told = desk.place.run(&format!("bundle verify {file} --key {key}"));
    assert!(told.contains("The bundle holds"), "{told}");
    let other = Place::at(&desk.at("other")).with("HEARTH_LEDGER_ORIGIN", "other.example/log");
    let program = Program::serve(&other, "");
    let path = program.set_up().expect("an empty server");
    Laboratory::found(Client::new(program.address), &path, 4).expect("set up");
    let import = format!("bundle import {file} --key {key}");
    let first = other.run(&import);
    let again = other.run(&import);
    assert!(!first.contains(" 0 of ") && again.contains("0 of "), "{first}{again}");
    verified(&other);
    let mut bytes = std::fs::read(&file).expect("a bundle");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("written");
    refused(&desk.place, &format!("bundle verify {file} --key {key}"), 1, "DOES NOT HOLD");
    assert!(!other.output(&import).status.success());
    verified(&other);
}

#[test]
fn a_backup_made_while_it_serves_comes_back_whole() {
    let mut desk = Desk::new();
    let backup = desk.shown("backup");
    let place = desk.place.clone();
    let running = {
        let backup = backup.clone();
        std::thread::spawn(move || {
            (0..3).map(|_| place.run(&format!("backup {backup} --with-keys"))).collect::<Vec<_>>()
        })
    };
    while !running.is_finished() {
        desk.lab.act().expect("it serves meanwhile");
    }
    let told = running.join().expect("backups");
    assert!(told.iter().all(|told| told.contains("entries and")), "{told:?}");
    desk.stop();
    let told = desk.place.run(&format!("backup {backup} --with-keys"));
    assert!(told.contains("were there already"), "{told}");

    refused(&desk.place, &format!("restore {backup}"), 1, "is not empty");
    let anew = Place::at(&desk.at("anew"));
    let told = anew.run(&format!("restore {backup}"));
    assert!(told.contains("is back with") && told.contains("all of it is proven"), "{told}");
    verified(&anew);
    let program = Program::serve(&anew, "");
    // Sessions are in no backup: whoever holds one is nobody here.
    desk.lab.client = desk.lab.client.at(program.address);
    assert_eq!(desk.lab.client.get("/account").expect("an answer").status, 303);
    let signed_in = desk.lab.client.sign_in("ada", PASSWORD).expect("an answer");
    assert_eq!(signed_in.status, 303, "{}", signed_in.text());
    desk.lab.journal.hold_against(&desk.lab.client, true).expect("answers");
    desk.lab.day().expect("it goes on");
}

#[test]
fn a_restore_never_gives_a_log_a_second_past() {
    let mut desk = Desk::new();
    let backup = desk.shown("backup");
    let told = desk.place.run(&format!("backup {backup}"));
    assert!(told.contains("The log's key is not in it"), "{told}");
    desk.lab.through(1).expect("more entries");
    desk.wait_head();
    std::fs::write(desk.at("head"), &desk.lab.client.get("/log/checkpoint").expect("a head").body)
        .expect("written");
    desk.stop();
    // The database is lost, the folder of keys is not: it remembers the last head.
    for name in ["hearth.db", "hearth.db-wal", "hearth.db-shm"] {
        let _ = std::fs::remove_file(desk.at("data").join(name));
    }
    std::fs::rename(desk.at("data/blobs"), desk.at("blobs-lost")).expect("moved");
    refused(&desk.place, &format!("restore {backup}"), 1, "the log would get a second past");
    let elsewhere = Place::at(&desk.at("elsewhere"));
    let line = format!("restore {backup} --known-head {}", desk.shown("head"));
    refused(&elsewhere, &line, 1, "the log would get a second past");
    let anew = Place::at(&desk.at("anew")).with("HEARTH_LEDGER_ORIGIN", "anew.example/log");
    let told = anew.run(&format!("{line} --new-origin anew.example/log"));
    assert!(told.contains("Set ledger.origin"), "{told}");
    verified(&anew);
    drop(Program::serve(&anew, ""));
}

#[test]
fn a_key_hands_over_while_it_serves_and_both_are_believed() {
    let mut desk = Desk::new();
    let key = desk.key();
    let told = desk.place.run("rotate-key");
    assert!(told.contains("signs with"), "{told}");
    desk.lab.through(1).expect("it goes on");
    desk.wait_head();
    desk.wait_head();
    let heads = desk.lab.journal.monitor.heads.len();
    assert!(heads >= 2, "{heads} heads: the new key signs");
    let keys = desk.lab.client.get("/log/keys").expect("keys").text();
    assert!(keys.lines().count() > 3, "{keys}");
    assert!(
        desk.place.run(&format!("verify --key {key}")).contains("All is well"),
        "the old key is still trusted"
    );
    desk.stop();
    desk.start();
    desk.lab.journal.hold_against(&desk.lab.client, true).expect("answers");
}

#[test]
fn what_is_erased_is_gone_and_the_log_is_whole() {
    let mut desk = Desk::new();
    let id = desk.entry(&["\"act\":\"keep\"", "\"edition\""]);
    let receipt = desk.lab.client.get(&format!("/ledger/{id}/receipt")).expect("a receipt").body;
    refused(&desk.place, "erase 00000000000000000000000000 --rule law", 1, "");
    let told = desk.place.run(&format!("erase {id} --rule retention-2026"));
    assert!(told.contains("1 entries are erased"), "{told}");
    refused(&desk.place, &format!("erase {id} --rule again"), 1, "erased");
    desk.wait_head();
    assert_eq!(desk.lab.client.get(&format!("/ledger/{id}/receipt")).expect("an answer").status, 410);
    let anybody = Client::new(desk.lab.client.address);
    desk.lab.journal.monitor.check_receipt(&anybody, &receipt).expect("a receipt given before holds");
    verified(&desk.place);
    desk.stop();
    desk.start();
    verified(&desk.place);
}
