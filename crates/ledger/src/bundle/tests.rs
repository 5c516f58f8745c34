//! Bundles written, read, changed, cut and limited.

use super::*;
use crate::note::{Checkpoint, HeadError, KeyHistory, KeyKind, Note, Receipt, Rotation, SignerKey};
use crate::tree::{Edge, Hash, ProofError, PrunedError, Salt, TileSet, commit, consistency, pruned};
use proptest::prelude::*;

const ORIGIN: &str = "log.example/outbreak";

fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed(ORIGIN, KeyKind::Note, &[seed; 32]).unwrap()
}

fn kept(index: u64) -> Record {
    let bytes = format!("{{\"entry\":{index}}}").into_bytes();
    Record::Kept { index, salt: Salt::new([index as u8; 32]), bytes }
}

fn erased(index: u64) -> Record {
    Record::Erased { index, commitment: kept(index).commitment() }
}

fn log(size: u64) -> (TileSet, Hash) {
    let leaves: Vec<Hash> = (0..size).map(|index| kept(index).commitment().leaf_hash()).collect();
    let appended = Edge::new().append(&leaves).unwrap();
    (appended.tiles.into_iter().collect(), appended.root)
}

fn head(size: u64) -> Checkpoint {
    Checkpoint::new(ORIGIN, size, log(size).1).unwrap()
}

/// What a test's bundle is made of.
#[derive(Clone)]
struct Content {
    size: u64,
    records: Vec<Record>,
    blobs: Vec<Vec<u8>>,
    since: Option<u64>,
}

impl Content {
    fn plain() -> Self {
        Self {
            size: 11,
            records: vec![kept(0), kept(4), erased(5), kept(10)],
            blobs: vec![b"ACGT".repeat(200), Vec::new(), vec![b'N'; 512]],
            since: Some(3),
        }
    }

    /// A log that changed from key 1 to key 2 at size 2, when it is larger.
    fn keys(&self) -> (KeyHistory, SignerKey) {
        let mut keys = KeyHistory::new(key(1).verifier().clone()).unwrap();
        if self.size <= 2 {
            return (keys, key(1));
        }
        keys.add(Rotation::sign(&head(2), &key(1), &key(2)).unwrap()).unwrap();
        (keys, key(2))
    }

    fn write(&self) -> Result<Vec<u8>, WriteError> {
        let (keys, signer) = self.keys();
        let (tiles, _) = log(self.size);
        let mut draft = Draft::new("Kenya", head(self.size).sign(&signer).unwrap(), keys)?;
        self.records.iter().try_for_each(|record| draft.entry(record))?;
        self.blobs.iter().for_each(|blob| draft.blob(Digest::of(blob), blob.len() as u64));
        let hashes = pruned(&tiles, &draft.indices(), self.size).unwrap();
        let proof = consistency(&tiles, self.since.unwrap_or(0), self.size).unwrap();
        let since =
            self.since.map(|size| (Since { size, root: tiles.root(size).unwrap() }, proof.as_slice()));
        let mut out = Vec::new();
        let mut writer = draft.seal(&hashes, since, &signer, &mut out)?;
        self.records.iter().try_for_each(|record| writer.entry(record, &mut out))?;
        while let Some(digest) = writer.next_blob() {
            let blob = self.blobs.iter().find(|blob| Digest::of(blob) == digest).unwrap();
            writer.blob(blob, &mut out)?;
        }
        writer.finish(&mut out)?;
        Ok(out)
    }
}

/// What a reader hands out, pieces joined.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pulled {
    records: Vec<Record>,
    blobs: Vec<(Digest, Vec<u8>)>,
    order: String,
}

fn read_in_pieces(bytes: &[u8], piece: usize, reader: Reader) -> Result<(Pulled, Verified), BundleError> {
    let mut reader = reader;
    let (mut pulled, mut blob) = (Pulled::default(), Vec::new());
    for piece in bytes.chunks(piece) {
        reader.feed(piece);
        while let Some(event) = reader.next()? {
            match event {
                Event::Opened { manifest, head } => {
                    pulled.order.push('o');
                    assert_eq!((manifest.size, manifest.root), (head.size, head.root));
                }
                Event::Entry(record) => {
                    pulled.order.push('e');
                    pulled.records.push(record);
                }
                Event::Proven => pulled.order.push('p'),
                Event::Blob { digest, piece, is_last } => {
                    blob.extend(piece);
                    if is_last {
                        pulled.order.push('b');
                        pulled.blobs.push((digest, std::mem::take(&mut blob)));
                    }
                }
            }
        }
    }
    Ok((pulled, reader.finish()?))
}

fn read(bytes: &[u8]) -> Result<(Pulled, Verified), BundleError> {
    read_in_pieces(bytes, 1 << 16, Reader::new(key(1).verifier().clone(), Limits::default()))
}

fn refused(bytes: &[u8]) -> BundleError {
    read(bytes).unwrap_err()
}

/// The places of a member's header and content.
fn place(bytes: &[u8], name: &str) -> (usize, usize) {
    let mut at = 0;
    loop {
        let block = bytes[at..].first_chunk().unwrap();
        let (found, length) = tar::read_header(block).unwrap();
        if found == name {
            return (at, at + 512);
        }
        at += 512 + length as usize + tar::padding(length);
    }
}

/// The bundle with a member's content replaced, in a correct envelope.
fn with_member(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    let (from, _) = place(bytes, name);
    let (_, old) = tar::read_header(bytes[from..].first_chunk().unwrap()).unwrap();
    let after = from + 512 + old as usize + tar::padding(old);
    let mut out = bytes[..from].to_vec();
    out.extend(tar::header(name, content.len() as u64).unwrap());
    out.extend(content);
    out.resize(out.len() + tar::padding(content.len() as u64), 0);
    out.extend(&bytes[after..]);
    out
}

fn member(bytes: &[u8], name: &str) -> Vec<u8> {
    let (from, content) = place(bytes, name);
    let (_, length) = tar::read_header(bytes[from..].first_chunk().unwrap()).unwrap();
    bytes[content..content + length as usize].to_vec()
}

#[test]
fn a_bundle_reads_back_however_its_bytes_arrive() {
    let content = Content::plain();
    let bytes = content.write().unwrap();
    for piece in [1, 7, 511, 512, 513, 4096, bytes.len()] {
        let reader = Reader::new(key(1).verifier().clone(), Limits::default());
        let (pulled, verified) = read_in_pieces(&bytes, piece, reader).unwrap();
        assert_eq!(pulled.order, "oeeeepbbb");
        assert_eq!(pulled.records, content.records);
        let mut blobs: Vec<_> = content.blobs.iter().map(|blob| (Digest::of(blob), blob.clone())).collect();
        blobs.sort();
        assert_eq!(pulled.blobs, blobs);
        let manifest = &verified.manifest;
        assert_eq!(
            (manifest.party.as_str(), manifest.entries, manifest.erased, manifest.blobs),
            ("Kenya", 4, 1, 3)
        );
        assert_eq!(verified.head, head(11));
    }
}

#[test]
fn equal_content_gives_equal_bytes() {
    let bytes = Content::plain().write().unwrap();
    let mut turned = Content::plain();
    turned.blobs.reverse();
    turned.blobs.push(turned.blobs[0].clone());
    assert_eq!(turned.write().unwrap(), bytes);
}

#[test]
fn whoever_trusts_any_key_of_the_log_reads_it() {
    let bytes = Content::plain().write().unwrap();
    let read = |seed| {
        read_in_pieces(&bytes, 9999, Reader::new(key(seed).verifier().clone(), Limits::default())).map(drop)
    };
    assert_eq!(read(1), Ok(()));
    assert_eq!(read(2), Ok(()));
    let told = read(3).unwrap_err().to_string();
    assert!(
        told.starts_with("the bundle's keys are not to be believed: the key log.example/outbreak+"),
        "{told}"
    );
}

#[test]
fn an_importer_hands_on_receipts() {
    let (pulled, verified) = read(&Content::plain().write().unwrap()).unwrap();
    let open = verified.tree.open().unwrap();
    for record in pulled.records {
        let Record::Kept { index, salt, bytes } = record else { continue };
        let proof = open.inclusion(index).unwrap();
        let receipt = Receipt::new(&salt, &bytes, index, proof, verified.checkpoint.clone()).unwrap();
        let receipt = Receipt::parse(receipt.to_string().as_bytes()).unwrap();
        assert_eq!(receipt.verify(&verified.keys), Ok(verified.head.clone()));
    }
}

#[test]
fn a_party_without_entries_gets_a_bundle() {
    for size in [0, 1, 5] {
        let content = Content { size, records: Vec::new(), blobs: Vec::new(), since: None };
        let (pulled, _) = read(&content.write().unwrap()).unwrap();
        assert_eq!(pulled.order, "op");
    }
}

#[test]
fn no_byte_of_a_bundle_can_be_changed() {
    let bytes = Content::plain().write().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(read(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn a_bundle_that_was_cut_or_continued_is_told() {
    let bytes = Content::plain().write().unwrap();
    for end in (0..bytes.len()).step_by(101).chain([bytes.len() - 1]) {
        let told = refused(&bytes[..end]);
        assert!(matches!(told, BundleError::Cut { .. }), "{end}: {told}");
    }
    assert_eq!(
        refused(&bytes[..place(&bytes, "tree.bin").1]).to_string(),
        "the bundle ends within tree.bin: it was cut; copy it again, or ask for it again"
    );
    assert_eq!(refused(&[bytes.as_slice(), &[0]].concat()), BundleError::Trailing);
    assert_eq!(refused(&bytes.repeat(2)), BundleError::Trailing);
    assert_eq!(refused(&[]), BundleError::Cut { within: "README.txt".to_owned() });
}

#[test]
fn a_reader_that_refused_stays_refused() {
    let mut reader = Reader::new(key(1).verifier().clone(), Limits::default());
    reader.feed(&[0; 512]);
    assert!(reader.next().is_err());
    reader.feed(&Content::plain().write().unwrap());
    assert_eq!(reader.next().unwrap_err(), BundleError::Refused);
    assert_eq!(reader.finish().unwrap_err(), BundleError::Refused);
}

#[test]
fn the_first_wrong_thing_is_named() {
    let bytes = Content::plain().write().unwrap();
    let check = |name: &str, content: &[u8], expected: &str| {
        let told = refused(&with_member(&bytes, name, content)).to_string();
        assert!(told.starts_with(expected), "{name}: {told}");
    };
    check("README.txt", b"Other\n", "the bundle's README.txt is not that of the format");
    check("manifest.note", b"x\n", "the bundle's manifest cannot be read: the note has no signatures");
    for name in ["keys.txt", "checkpoint.txt", "consistency.txt", "tree.bin", "blobs.txt", "entries.jsonl"] {
        let mut content = member(&bytes, name);
        content.push(b'\n');
        check(name, &content, &format!("{name} in the bundle is not what the signed manifest lists"));
        content.pop();
        content[3] ^= 1;
        let as_listed = format!("{name} in the bundle is not what the signed manifest lists");
        let broken_line = "entry 1 of the bundle cannot be read".to_owned();
        check(name, &content, if name == "entries.jsonl" { &broken_line } else { &as_listed });
    }
    let blob = blob_file(&bytes, 0);
    check(&blob, &member(&bytes, &blob)[1..], "blobs/");
    check(&blob, &vec![b'G'; member(&bytes, &blob).len()], "the blob ");
}

fn blob_file(bytes: &[u8], which: usize) -> String {
    let list = String::from_utf8(member(bytes, "blobs.txt")).unwrap();
    let line = list.lines().filter(|line| !line.ends_with(" 0")).nth(which).unwrap();
    format!("blobs/{}", line.split(' ').next().unwrap())
}

#[test]
fn names_and_order_of_members_are_fixed() {
    let bytes = Content::plain().write().unwrap();
    let rename = |from: &str, to: &str| {
        let (at, _) = place(&bytes, from);
        let mut changed = bytes.clone();
        let length = member(&bytes, from).len() as u64;
        changed[at..at + 512].copy_from_slice(&tar::header(to, length).unwrap());
        refused(&changed)
    };
    for to in ["../keys.txt", "/etc/passwd", "keys.txt/", "KEYS.TXT", "checkpoint.txt", ""] {
        let expected = BundleError::Name { wanted: "keys.txt".to_owned(), has: to.to_owned() };
        assert_eq!(rename("keys.txt", to), expected);
    }
    let blob = blob_file(&bytes, 0);
    assert!(matches!(rename(&blob, &blob_file(&bytes, 1)), BundleError::Name { .. }));
    assert!(matches!(rename(&blob, "blobs/../../x"), BundleError::Name { .. }));
    assert_eq!(refused(&[b'x'; 600]), BundleError::Header { wanted: "README.txt".to_owned() });
}

/// The bundle with a manifest that its own log signed, after a change that only the log could make.
fn resigned(content: &Content, change: impl Fn(&mut Vec<u8>, &mut String)) -> Vec<u8> {
    let mut bytes = content.write().unwrap();
    let note = Note::parse(&member(&bytes, "manifest.note")).unwrap();
    let mut text = note.text().to_owned();
    change(&mut bytes, &mut text);
    let signed = Note::sign(&text, &[&content.keys().1]).unwrap();
    with_member(&bytes, "manifest.note", signed.to_string().as_bytes())
}

/// Replaces a member and what the manifest says of it.
fn replace(bytes: &mut Vec<u8>, text: &mut String, name: &str, content: &[u8]) {
    let old = member(bytes, name);
    *text = text
        .replace(&Digest::of(&old).to_string(), &Digest::of(content).to_string())
        .replace(&format!("\"bytes\": {},", old.len()), &format!("\"bytes\": {},", content.len()));
    *bytes = with_member(bytes, name, content);
}

#[test]
fn a_log_that_signs_untruth_is_told() {
    let content = Content { since: Some(2), ..Content::plain() };
    let check = |change: &dyn Fn(&mut Vec<u8>, &mut String), expected: BundleError| {
        assert_eq!(refused(&resigned(&content, change)), expected);
    };
    let edit = |name: &'static str, edit: fn(&mut Vec<u8>)| {
        move |bytes: &mut Vec<u8>, text: &mut String| {
            let mut new = member(bytes, name);
            edit(&mut new);
            replace(bytes, text, name, &new);
        }
    };
    let not_listed = |name: &str| BundleError::NotAsListed(name.to_owned());
    check(&|_, text| *text = text.replace("\"size\": 11", "\"size\": 12"), BundleError::OtherHead);
    check(&|_, text| *text = text.replace("\"entries\": 4", "\"entries\": 5"), not_listed("entries.jsonl"));
    check(&|_, text| *text = text.replace("\"entries\": 4", "\"entries\": 3"), not_listed("entries.jsonl"));
    check(&|_, text| *text = text.replace("\"erased\": 1", "\"erased\": 0"), not_listed("entries.jsonl"));
    check(&|_, text| *text = text.replace("\"blobs\": 3", "\"blobs\": 2"), not_listed("blobs.txt"));
    check(&edit("tree.bin", |tree| drop(tree.split_off(31))), BundleError::Tree);
    check(&edit("tree.bin", |tree| tree[0] ^= 1), BundleError::Root);
    check(
        &edit("tree.bin", |tree| drop(tree.drain(..32))),
        BundleError::Pruned(PrunedError::Missing { before: 10 }),
    );
    check(&edit("tree.bin", |tree| tree.extend([0; 32])), BundleError::Pruned(PrunedError::Left { left: 1 }));
    check(&edit("blobs.txt", |list| list[0] = b'x'), BundleError::BlobLine { line: 1 });
    check(
        &edit("blobs.txt", |list| {
            let line = list.iter().position(|byte| *byte == b'\n').unwrap();
            list.rotate_left(line + 1);
        }),
        BundleError::BlobLine { line: 3 },
    );
    check(&edit("consistency.txt", |lines| lines[50] = b'\n'), BundleError::ConsistencyLine { line: 2 });
    check(
        &edit("consistency.txt", |lines| drop(lines.drain(..45))),
        BundleError::Consistency(ProofError::Length { has: 2, needs: 3 }),
    );
    let turn = |bytes: &mut Vec<u8>, text: &mut String| {
        let entries = member(bytes, "entries.jsonl");
        let mut lines: Vec<&[u8]> = entries.split_inclusive(|byte| *byte == b'\n').collect();
        lines.swap(0, 1);
        replace(bytes, text, "entries.jsonl", &lines.concat());
    };
    check(&turn, BundleError::Pruned(PrunedError::Unordered { index: 0, after: 4 }));
}

#[test]
fn limits_hold() {
    let bytes = Content::plain().write().unwrap();
    let check = |change: fn(&mut Limits), expected: &str| {
        let mut limits = Limits::default();
        change(&mut limits);
        let told = read_in_pieces(&bytes, 4096, Reader::new(key(1).verifier().clone(), limits)).unwrap_err();
        assert!(told.to_string().starts_with(expected), "{told}");
    };
    check(|limits| limits.entries = 3, "the bundle has 4 entries, more than the 3 allowed");
    check(|limits| limits.blobs = 2, "the bundle has 3 blobs, more than the 2 allowed");
    check(|limits| limits.tree_bytes = 31, "tree.bin in the bundle has ");
    check(|limits| limits.entries_bytes = 31, "entries.jsonl in the bundle has ");
    check(|limits| limits.blob_bytes = 31, "blobs/");
    let endless =
        [&bytes[..place(&bytes, "keys.txt").0], &tar::header("keys.txt", 1 << 32).unwrap()].concat();
    assert_eq!(
        refused(&endless),
        BundleError::TooLong { name: "keys.txt".to_owned(), bytes: 1 << 32, limit: 1 << 20 }
    );
}

#[test]
fn what_cannot_be_written_is_told() {
    let content = Content::plain();
    let (keys, signer) = content.keys();
    let signed = head(11).sign(&signer).unwrap();
    let draft = || Draft::new("Kenya", signed.clone(), keys.clone()).unwrap();
    let seal = |draft: Draft, hashes: &[Hash], since, key: &SignerKey| {
        draft.seal(hashes, since, key, &mut Vec::new()).map(drop).unwrap_err()
    };
    assert!(matches!(Draft::new("a\nb", signed.clone(), keys.clone()), Err(WriteError::Party(_))));
    let old = head(11).sign(&key(1)).unwrap();
    assert!(matches!(Draft::new("Kenya", old, keys.clone()), Err(WriteError::Head(HeadError::Signature(_)))));
    let root = head(11).root;
    assert!(matches!(seal(draft(), &[root], None, &key(1)), WriteError::Key { .. }));
    assert_eq!(seal(draft(), &[], None, &signer), PrunedError::Missing { before: 11 }.into());
    assert_eq!(seal(draft(), &[Hash::of_empty_tree()], None, &signer), WriteError::Root);
    let since = Some((Since { size: 3, root }, [].as_slice()));
    let length = ProofError::Length { has: 0, needs: consistency(&log(11).0, 3, 11).unwrap().len() };
    assert_eq!(seal(draft(), &[root], since, &signer), length.into());
    let long = Record::Kept { index: 0, salt: Salt::new([0; 32]), bytes: vec![0; (1 << 20) + 1] };
    assert!(matches!(draft().entry(&long), Err(WriteError::EntryTooLong { index: 0, .. })));

    let begin = || {
        let mut draft = draft();
        draft.entry(&kept(4)).unwrap();
        draft.blob(Digest::of(b"a"), 1);
        let hashes = pruned(&log(11).0, &[4], 11).unwrap();
        draft.seal(&hashes, None, &signer, &mut Vec::new()).unwrap()
    };
    let out = &mut Vec::new();
    assert_eq!(begin().finish(out), Err(WriteError::EntriesChanged));
    assert_eq!(begin().blob(b"a", out), Err(WriteError::EntriesChanged));
    let mut writer = begin();
    writer.entry(&kept(5), out).unwrap();
    assert_eq!(writer.entry(&kept(4), out), Err(WriteError::EntriesChanged));
    assert_eq!(writer.blob(b"a", out), Err(WriteError::EntriesChanged));
    let mut writer = begin();
    writer.entry(&kept(4), out).unwrap();
    assert_eq!(writer.next_blob(), Some(Digest::of(b"a")));
    assert_eq!(writer.blob(b"b", out), Err(WriteError::BlobDamaged(Digest::of(b"a"))));
    let mut writer = begin();
    writer.entry(&kept(4), out).unwrap();
    assert_eq!(writer.finish(out), Err(WriteError::Blob { wanted: Digest::of(b"a").to_string() }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_part_of_any_log_goes_there_and_back(
        bodies in prop::collection::vec((any::<[u8; 32]>(), prop::collection::vec(any::<u8>(), 0..90), 0..3_u8), 0..60),
        blobs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2000), 0..4),
        piece in 1..3000_usize,
    ) {
        let all: Vec<Record> = (0..).zip(&bodies).map(|(index, (salt, bytes, kind))| match kind {
            0 => Record::Erased { index, commitment: commit(&Salt::new(*salt), bytes) },
            _ => Record::Kept { index, salt: Salt::new(*salt), bytes: bytes.clone() },
        }).collect();
        let leaves: Vec<Hash> = all.iter().map(|record| record.commitment().leaf_hash()).collect();
        let appended = Edge::new().append(&leaves).unwrap();
        let head = Checkpoint::new(ORIGIN, appended.size, appended.root).unwrap();
        let mine: Vec<&Record> = all.iter().zip(&bodies).filter(|(_, (.., kind))| *kind < 2).map(|both| both.0).collect();
        let keys = KeyHistory::new(key(1).verifier().clone()).unwrap();
        let mut draft = Draft::new("a party", head.sign(&key(1)).unwrap(), keys).unwrap();
        mine.iter().for_each(|record| draft.entry(record).unwrap());
        blobs.iter().for_each(|blob| draft.blob(Digest::of(blob), blob.len() as u64));
        let hashes = pruned(&appended.tiles.into_iter().collect(), &draft.indices(), appended.size).unwrap();
        let mut out = Vec::new();
        let mut writer = draft.seal(&hashes, None, &key(1), &mut out).unwrap();
        mine.iter().for_each(|record| writer.entry(record, &mut out).unwrap());
        while let Some(next) = writer.next_blob() {
            writer.blob(blobs.iter().find(|blob| Digest::of(blob) == next).unwrap(), &mut out).unwrap();
        }
        writer.finish(&mut out).unwrap();
        let (pulled, verified) =
            read_in_pieces(&out, piece, Reader::new(key(1).verifier().clone(), Limits::default())).unwrap();
        prop_assert_eq!(pulled.records.iter().collect::<Vec<_>>(), mine);
        prop_assert_eq!(verified.tree.root(), Ok(head.root));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000), piece in 1..600_usize) {
        let reader = Reader::new(key(1).verifier().clone(), Limits::default());
        prop_assert!(read_in_pieces(&bytes, piece, reader).is_err());
    }
}
