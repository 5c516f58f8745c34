//! Packs as a whole: found by name and path, zipped, served, checked, listed, installed.

#[path = "../../../genome/tests/field_data/mod.rs"]
mod field_data;
mod server;

use super::command::{Finish, PackCommand, PacksDirFlag, run};
use super::*;
use server::TestServer;
use std::fs;
use std::io::{Cursor, Write};
use tempfile::TempDir;

const PATHOGEN: &str = r#"{
    "schemaVersion": "3.0.0",
    "attributes": {"name": "Tiny virus", "reference accession": "TINY.1"},
    "shortcuts": ["tiny"],
    "version": {"tag": "2026-01-02--03-04-05Z"},
    "files": {"reference": "reference.fasta", "pathogenJson": "pathogen.json",
              "genomeAnnotation": "genome_annotation.gff3", "treeJson": "tree.json", "readme": "README.md"}
}"#;
const REFERENCE: &str = ">TINY.1 made up\nATGAAATTTGGGTAGACGTACGTACGTTT\n";
const ANNOTATION: &str = "##gff-version 3\n\
    TINY.1\t.\tgene\t1\t15\t.\t+\t.\tID=g;Name=P\n\
    TINY.1\t.\tCDS\t1\t15\t.\t+\t0\tID=c;Parent=g;Name=P\n";
const TREE: &str = r#"{"version":"v2","meta":{},"tree":{"name":"root",
    "node_attrs":{"div":0,"clade_membership":{"value":"A"}},"branch_attrs":{"mutations":{}},
    "children":[{"name":"tip","node_attrs":{"div":1,"clade_membership":{"value":"B"}},
    "branch_attrs":{"mutations":{"nuc":["A20C"]}}}]}}"#;

const FILES: [(&str, &str); 5] = [
    ("pathogen.json", PATHOGEN),
    ("reference.fasta", REFERENCE),
    ("genome_annotation.gff3", ANNOTATION),
    ("tree.json", TREE),
    ("README.md", "A made-up pack."),
];

fn write_pack(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (name, content) in FILES {
        fs::write(folder.join(name), content).unwrap();
    }
}

fn zip_of(top: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in files {
        writer.start_file(format!("{top}{name}"), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zipped_pack(top: &str) -> Vec<u8> {
    zip_of(top, &FILES.map(|(name, content)| (name, content.as_bytes())))
}

/// A packs folder and somewhere for everything else.
struct Room {
    dir: TempDir,
}

impl Room {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn packs(&self) -> PathBuf {
        self.path("packs")
    }

    /// Runs a command and gives what it wrote, or its error after `error: `.
    fn run(&self, command: impl FnOnce(PacksDirFlag) -> PackCommand) -> (Option<Finish>, String) {
        let mut out = Vec::new();
        match run(&command(PacksDirFlag { packs_dir: Some(self.packs()) }), &mut out) {
            Ok(finish) => (Some(finish), String::from_utf8(out).unwrap()),
            Err(error) => (None, format!("error: {error:#}")),
        }
    }

    fn add(&self, source: &str, name: Option<&str>, force: bool) -> String {
        let (source, name) = (source.to_owned(), name.map(str::to_owned));
        self.run(|packs| PackCommand::Add { source, name, tag: None, force, packs }).1
    }

    fn names(&self) -> Vec<String> {
        installed(&self.packs()).unwrap().into_iter().map(|pack| pack.name).collect()
    }
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no '{part}' in:\n{text}");
    }
}

#[test]
fn folder_zip_and_download_of_a_pack_have_one_digest() {
    let room = Room::new();
    write_pack(&room.path("tiny-virus"));
    fs::write(room.path("flat.zip"), zipped_pack("")).unwrap();
    fs::write(room.path("deep.zip"), zipped_pack("export/tiny-virus/")).unwrap();
    let folder = load_path(&room.path("tiny-virus")).unwrap();
    for zip in ["flat.zip", "deep.zip"] {
        let zipped = load_path(&room.path(zip)).unwrap();
        assert_eq!(zipped.digest, folder.digest);
        assert_eq!(zipped.files, folder.files);
    }
    assert_eq!((folder.name.as_str(), folder.tree()), ("tiny-virus", Some(TREE.as_bytes())));
    let server = TestServer::start(&room.path(""));
    room.add(&format!("{}/flat.zip", server.url()), None, false);
    assert_eq!(load("flat", &room.packs()).unwrap().digest, folder.digest);
}

#[test]
fn a_pack_is_found_by_name_shortcut_and_path() {
    let room = Room::new();
    write_pack(&room.path("source"));
    let check = |asked: &str, expected: &str| {
        let found = load(asked, &room.packs()).map(|pack| pack.origin.to_string());
        let found = found.unwrap_or_else(|error| error.to_string());
        assert!(found.starts_with(expected), "{asked}: {found}");
    };
    check("sars-cov-2", "built-in");
    check("tiny", "no pack and no folder or zip file is called 'tiny'. Known packs: sars-cov-2.");
    room.add(room.path("source").to_str().unwrap(), Some("mine"), false);
    check("mine", "installed in");
    check("tiny", "installed in");
    check(room.path("source").to_str().unwrap(), room.path("source").to_str().unwrap());
    room.add(room.path("source").to_str().unwrap(), Some("sars-cov-2"), false);
    check("sars-cov-2", "installed in");
}

#[test]
fn what_is_no_pack_is_refused_with_a_reason() {
    let room = Room::new();
    fs::create_dir(room.path("empty")).unwrap();
    fs::write(room.path("text.zip"), "no zip at all").unwrap();
    fs::write(room.path("tree.json"), "{}").unwrap();
    fs::write(room.path("other.zip"), zip_of("", &[("notes.txt", b"x")])).unwrap();
    let check = |name: &str, expected: &str| {
        let error = load_path(&room.path(name)).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    };
    check("empty", "holds no pathogen.json");
    check("text.zip", "is not a readable zip file");
    check("tree.json", "is a JSON file");
    check("other.zip", "holds no pathogen.json");
    check("missing", "cannot read");
}

#[test]
fn a_zip_that_swells_is_stopped() {
    let swollen = vec![b'A'; 200_000];
    let zip = zip_of("", &[("pathogen.json", PATHOGEN.as_bytes()), ("reference.fasta", &swollen)]);
    assert!(zip.len() < 10_000);
    let check = |limits: PackLimits, expected: &str| {
        let error =
            archive::load(Cursor::new(&zip), "bomb", Origin::BuiltIn, limits).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let limits = PackLimits::default();
    check(
        PackLimits { file_bytes: 100_000, ..limits },
        "'reference.fasta' in built-in is larger than 100000",
    );
    check(PackLimits { total_bytes: 150_000, ..limits }, "'reference.fasta' in built-in is larger than");
    check(PackLimits { archive_entries: 1, ..limits }, "holds 2 files; a zip with more than 1");
}

#[test]
fn the_built_in_pack_is_sound() {
    let room = Room::new();
    let (finish, text) = room.run(|packs| PackCommand::Check { pack: "sars-cov-2".to_owned(), packs });
    assert_eq!(finish, Some(Finish::Clean), "{text}");
    assert_has(
        &text,
        &[
            "NC_045512.2, 29903 letters\n",
            "12 coding sequences in 11 genes",
            "39 nodes, 38 clades",
            "clade_who",
            "The pack can be used: 0 error(s)",
        ],
    );
    assert!(built_in().unwrap().examples().is_some_and(|fasta| fasta.starts_with(b">simulated/")));
}

#[test]
fn check_names_every_fault() {
    let room = Room::new();
    let folder = room.path("bad");
    let fault = |name: &str, content: &str, expected: &[&str]| {
        write_pack(&folder);
        fs::write(folder.join(name), content).unwrap();
        let pack = folder.to_str().unwrap().to_owned();
        let (finish, text) = room.run(|packs| PackCommand::Check { pack, packs });
        assert_eq!(finish, Some(Finish::Faulty), "{text}");
        assert_has(&text, expected);
        assert_has(&room.add(folder.to_str().unwrap(), None, false), &["the pack was not installed"]);
    };
    fault("reference.fasta", ">r\nACGT!", &["ERROR: "]);
    fault("reference.fasta", ">r\nACGJ\n", &["ERROR: reference.fasta: "]);
    fault("tree.json", "[]", &["ERROR: tree.json: ", "The pack CANNOT be used: 1 error(s)"]);
    fault("tree.json", &TREE.replace("A20C", "G20C"), &["ERROR: tree.json: tree node 'tip': mutation G20C"]);
    fault("genome_annotation.gff3", &ANNOTATION.replace("15", "900"), &["ERROR: "]);
    write_pack(&folder);
    fs::remove_file(folder.join("tree.json")).unwrap();
    fs::remove_file(folder.join("README.md")).unwrap();
    let report = check(&load_path(&folder).unwrap());
    assert_eq!(report.errors, ["pathogen.json points to 'tree.json' (tree), which is not there"]);
    assert!(
        report
            .remarks
            .contains(&"pathogen.json points to 'README.md' (readme), which is not there".to_owned())
    );
    assert_eq!(room.names(), [""; 0]);
}

#[test]
fn what_has_no_effect_is_said() {
    let room = Room::new();
    let folder = room.path("odd");
    write_pack(&folder);
    let odd = PATHOGEN.replace(r#""shortcuts""#, r#""fluxCapacitor": 1, "shortcuts""#);
    fs::write(folder.join("pathogen.json"), odd).unwrap();
    let report = check(&load_path(&folder).unwrap());
    assert!(report.is_usable(), "{report:?}");
    let said = |part: &str| report.remarks.iter().any(|remark| remark.contains(part));
    assert!(said("fluxCapacitor"), "{report:?}");
    assert!(said("no example sequences"), "{report:?}");
}

#[test]
fn adding_twice_needs_force() {
    let room = Room::new();
    write_pack(&room.path("tiny-virus"));
    let source = room.path("tiny-virus");
    let source = source.to_str().unwrap();
    assert_has(&room.add(source, None, false), &["Tiny virus", "hearth analyse --pack tiny-virus"]);
    assert_has(&room.add(source, None, false), &["'tiny-virus' is installed already. Give --force"]);
    assert_has(&room.add(source, None, true), &["Installed in"]);
    assert_has(&room.add(source, Some("a b"), false), &["'a b' cannot be the name of a pack"]);
    assert_eq!(room.names(), ["tiny-virus"]);
    fs::write(room.packs().join("tiny-virus/reference.fasta"), REFERENCE.replace("TTT\n", "TTC\n")).unwrap();
    let report = check(&load("tiny-virus", &room.packs()).unwrap());
    assert!(report.remarks.iter().any(|remark| remark.contains("were changed since")), "{report:?}");
}

#[test]
fn packs_are_listed_for_people_and_programs() {
    let room = Room::new();
    write_pack(&room.path("tiny-virus"));
    room.add(room.path("tiny-virus").to_str().unwrap(), None, false);
    fs::create_dir(room.packs().join("wreck")).unwrap();
    let (_, text) = room.run(|packs| PackCommand::List { json: false, packs });
    assert_has(
        &text,
        &["sars-cov-2  demonstration-1", "tiny-virus", "UNUSABLE: ", "Installed packs are kept in"],
    );
    let (_, json) = room.run(|packs| PackCommand::List { json: true, packs });
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["sars-cov-2", "tiny-virus", "wreck"]);
    let tiny = &rows[1];
    assert_eq!(tiny["referenceAccession"], "TINY.1");
    assert_eq!(tiny["referenceLengthNt"], 29);
    assert_eq!(tiny["treeNodes"], 2);
    assert_eq!(tiny["cdsCount"], 1);
    assert_eq!(tiny["version"], "2026-01-02--03-04-05Z");
    assert!(tiny["digest"].as_str().unwrap().starts_with("sha256:"));
}

/// A server's folder: one data set as single files, in two versions, one as a zip, one that is no good.
fn served(room: &Room) -> TestServer {
    let root = room.path("server");
    let entry = |path: &str, shortcuts: &str, tags: &[&str]| {
        let versions: Vec<String> = tags.iter().map(|tag| format!(r#"{{"tag":"{tag}"}}"#)).collect();
        format!(
            r#"{{"path":"{path}","shortcuts":[{shortcuts}],"attributes":{{"name":"Tiny {path}"}},
            "versions":[{}],"version":{}}}"#,
            versions.join(","),
            versions[0]
        )
    };
    let datasets = [
        entry("lab/tiny/files", r#""tiny-files""#, &["v2", "v1"]),
        entry("lab/tiny/zipped", "", &["v1"]),
        entry("lab/faulty", "", &["v1"]),
        entry("lab/broken", "", &["v1"]),
        entry("lab/refused", "", &["v1"]),
        entry("../../etc", "", &["v1"]),
    ];
    let index = format!(
        r#"{{"schemaVersion":"3.0.0","collections":[{{"meta":{{}},"datasets":[{}]}}]}}"#,
        datasets.join(",")
    );
    for folder in ["lab/tiny/files/v2", "lab/tiny/files/v1", "lab/faulty/v1", "lab/broken/v1"] {
        write_pack(&root.join(folder));
    }
    fs::write(root.join("lab/tiny/files/v1/reference.fasta"), REFERENCE.replace("TTT\n", "TTA\n")).unwrap();
    fs::write(root.join("lab/faulty/v1/tree.json"), "[]").unwrap();
    fs::create_dir_all(root.join("lab/tiny/zipped/v1")).unwrap();
    fs::write(root.join("lab/tiny/zipped/v1/dataset.zip"), zipped_pack("")).unwrap();
    fs::write(root.join("index.json"), index).unwrap();
    TestServer::start(&root)
}

#[test]
fn a_server_is_listed_when_no_name_is_given() {
    let room = Room::new();
    let server = served(&room);
    for url in [server.url(), format!("{}/", server.url()), format!("{}/index.json", server.url())] {
        let text = room.add(&url, None, false);
        assert_has(&text, &["lab/tiny/files", "v2", "(tiny-files)", "--name DATASET"]);
    }
    assert_eq!(room.names(), [""; 0]);
}

#[test]
fn a_servers_pack_is_installed_from_files_or_zip() {
    let room = Room::new();
    let server = served(&room);
    assert_has(&room.add(&server.url(), Some("tiny-files"), false), &["Installed in"]);
    assert_has(&room.add(&server.url(), Some("lab/tiny/zipped"), false), &["--pack lab_tiny_zipped"]);
    assert_eq!(room.names(), ["lab_tiny_zipped", "tiny-files"]);
    let (files, zipped) = (load("tiny-files", &room.packs()), load("lab/tiny/zipped", &room.packs()));
    assert_eq!(files.unwrap().digest, zipped.unwrap().digest);
    let receipt = installed(&room.packs()).unwrap()[1].receipt().unwrap();
    assert!(receipt.0.ends_with("/lab/tiny/files/v2"), "{receipt:?}");
    let add = |tag: &str| {
        let (source, tag) = (server.url(), Some(tag.to_owned()));
        let name = Some("tiny-files".to_owned());
        room.run(|packs| PackCommand::Add { source, name, tag, force: true, packs }).1
    };
    assert_has(&add("v1"), &["Installed in"]);
    assert!(load("tiny-files", &room.packs()).unwrap().reference().ends_with(b"TTA\n"));
    assert_has(&add("v9"), &["dataset 'lab/tiny/files' has no version 'v9'. It has: v2, v1."]);
}

#[test]
fn a_servers_faults_are_told_and_leave_nothing_behind() {
    let room = Room::new();
    let server = served(&room);
    let check = |name: &str, expected: &str| {
        let text = room.add(&server.url(), Some(name), false);
        assert!(text.starts_with("error: ") && text.contains(expected), "{name}: {text}");
    };
    check("tiny", "has no dataset called 'tiny'. Near: lab/tiny/files, lab/tiny/zipped.");
    check("lab/faulty", "the pack was not installed, because it cannot be used:\n  tree.json");
    check("lab/broken", "cannot be fetched: ");
    check("lab/refused", "the server answered with status 500");
    check("../../etc", "cannot be part of an address");
    assert_eq!(room.names(), [""; 0]);
}

#[test]
fn an_address_without_a_server_is_told() {
    let room = Room::new();
    fs::create_dir_all(room.path("server/text")).unwrap();
    fs::create_dir_all(room.path("server/old")).unwrap();
    fs::write(room.path("server/text/index.json"), "<html>").unwrap();
    fs::write(room.path("server/old/index.json"), r#"{"schemaVersion":"2.1.0","collections":[]}"#).unwrap();
    let server = TestServer::start(&room.path("server"));
    let url = server.url();
    assert_has(&room.add(&url, None, false), &["does not exist, so this is not the address"]);
    assert_has(&room.add(&format!("{url}/text"), None, false), &["is not the index of a dataset server"]);
    assert_has(&room.add(&format!("{url}/old"), None, false), &["its schemaVersion is 2.1.0"]);
    assert_has(&room.add(&format!("{url}/none.zip"), None, false), &["the server has no such file"]);
    drop(server);
    assert_has(&room.add(&url, None, false), &["cannot be fetched: ", "HTTPS_PROXY"]);
}

/// Packs of the field, where the shared test data is.
#[test]
fn packs_of_the_field_are_usable() {
    let Some(packs) = field_data::shared("packs") else { return };
    for name in ["sars-cov-2", "mpox-clade-iib", "hmpv", "ebov"] {
        let pack = load_path(&packs.join(name)).unwrap();
        let report = check(&pack);
        assert!(report.is_usable(), "{name}: {:?}", report.errors);
    }
}
