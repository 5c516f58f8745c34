//! Files on their way and loose blobs, on every database there is.

mod desk;

use desk::{Desk, new_record, on_each, time};
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::uploads::{self, Part, Upload, Usage};
use hearth_store::{drafts, loose};
use std::time::Duration;

fn upload(party: RecordId, bytes: u64) -> Upload {
    Upload {
        id: new_record(),
        party: party.into(),
        person: new_record().into(),
        name: "run.fasta".to_owned(),
        bytes,
        arrived: 0,
        created: time("2026-01-01T00:00:00Z"),
        expires: time("2026-01-03T00:00:00Z"),
        draft: None,
    }
}

async fn arrives(desk: &Desk, id: RecordId, start: u64, bytes: u64) -> bool {
    let part = Part { start, bytes, object: *new_record().as_bytes() };
    let mut tx = desk.store.database().begin_write().await.expect("a turn");
    let is_next = uploads::arrive(&mut tx, id, &part, time("2026-01-04T00:00:00Z")).await.expect("asked");
    tx.commit().await.expect("kept");
    is_next
}

#[tokio::test]
async fn an_upload_moves_only_from_where_it_is() {
    on_each(async |desk| {
        let party = new_record();
        let begun = upload(party, 10);
        let id = begun.id;
        let mut tx = desk.store.database().begin_write().await.expect("a turn");
        uploads::begin(&mut tx, &begun).await.expect("begun");
        tx.commit().await.expect("kept");
        assert!(arrives(&desk, id, 0, 4).await);
        assert!(!arrives(&desk, id, 0, 4).await, "the same part twice");
        assert!(!arrives(&desk, id, 5, 1).await, "a gap");
        assert!(!arrives(&desk, id, 4, 7).await, "more than was said");
        assert!(arrives(&desk, id, 4, 6).await);
        let mut read = desk.store.read().await.expect("reading");
        let found = uploads::find(&mut read, party.into(), id).await.expect("asked").expect("there");
        assert_eq!((found.arrived, found.expires), (10, time("2026-01-04T00:00:00Z")));
        assert_eq!(uploads::find(&mut read, new_record().into(), id).await.expect("asked"), None);
        let parts = uploads::parts(&mut read, id).await.expect("asked");
        assert_eq!(parts.iter().map(|part| (part.start, part.bytes)).collect::<Vec<_>>(), [(0, 4), (4, 6)]);
        let usage = uploads::usage(&mut read, party.into()).await.expect("asked");
        assert_eq!(usage, Usage { uploads: 1, bytes: 10 });
        drop(read);
        let mut tx = desk.store.database().begin_write().await.expect("a turn");
        let draft = new_record();
        assert!(uploads::use_for(&mut tx, id, draft).await.expect("asked"));
        assert!(!uploads::use_for(&mut tx, id, new_record()).await.expect("asked"), "used once");
        assert!(!uploads::needs_parts(&mut tx, id).await.expect("asked"));
        assert_eq!(uploads::usage(&mut tx, party.into()).await.expect("asked"), Usage::default());
        assert_eq!(uploads::expire(&mut tx, time("2026-01-03T23:00:00Z")).await.expect("asked"), 0);
        assert_eq!(uploads::expire(&mut tx, time("2026-01-04T00:00:00Z")).await.expect("asked"), 1);
        tx.commit().await.expect("kept");
    })
    .await;
}

#[tokio::test]
async fn only_loose_blobs_that_nothing_names_are_cleared() {
    on_each(async |desk| {
        let folder = tempfile::tempdir().expect("a folder");
        let blobs = BlobStore::open(&BlobPlace::Folder(folder.path().to_owned())).await.expect("blobs");
        let put = async |text: &'static str| blobs.put(text.as_bytes()).await.expect("put");
        let (lost, of_draft, unknown) = (put("lost").await, put("draft").await, put("unknown").await);
        let (old, now) = (time("2026-01-01T00:00:00Z"), time("2026-01-02T00:00:00Z"));
        let mut tx = desk.store.database().begin_write().await.expect("a turn");
        for digest in [lost, of_draft] {
            loose::note(&mut tx, digest, old).await.expect("noted");
        }
        let file = drafts::DraftFile {
            name: "run.fasta".to_owned(),
            sort: drafts::FileSort::Sequences,
            digest: of_draft,
            bytes: 5,
        };
        let draft = drafts::Draft {
            id: new_record(),
            party: new_record().into(),
            person: new_record().into(),
            created: old,
            state: drafts::DraftState::Analysing,
            title: String::new(),
            settings: String::new(),
            done: 0,
            total: None,
            message: String::new(),
            report: String::new(),
        };
        drafts::begin(&mut tx, &draft, &[file]).await.expect("begun");
        tx.commit().await.expect("kept");
        let clear =
            async |before, age| loose::clear(&desk.store, &blobs, before, age).await.expect("cleared");
        assert_eq!(clear(old, Duration::ZERO).await, 0, "not old enough by our clock");
        assert_eq!(clear(now, Duration::from_secs(3_600)).await, 0, "written a moment ago");
        assert_eq!(clear(now, Duration::ZERO).await, 1);
        let is_there = async |digest: Digest| blobs.exists(&digest).await.expect("asked");
        assert_eq!(
            (is_there(lost).await, is_there(of_draft).await, is_there(unknown).await),
            (false, true, true)
        );
    })
    .await;
}

#[tokio::test]
async fn parts_lie_in_a_folder_and_in_a_bucket() {
    use bytes::Bytes;
    use hearth_store::blob::SpooledPart;
    use hearth_store::testing::each_blob_store;
    each_blob_store(async |test| {
        let part = SpooledPart { upload: *new_record().as_bytes(), object: *new_record().as_bytes() };
        test.blobs.put_part(part, Bytes::from_static(b"ACGT")).await.expect("put");
        assert_eq!(test.blobs.get_part(part, 4).await.expect("there"), "ACGT");
        assert!(test.blobs.get_part(part, 3).await.is_err(), "another length");
        assert_eq!(test.blobs.old_parts(Duration::ZERO).await.expect("listed"), [part]);
        test.blobs.delete_part(part).await.expect("gone");
        test.blobs.delete_part(part).await.expect("gone already");
        assert_eq!(test.blobs.old_parts(Duration::ZERO).await.expect("listed"), []);
    })
    .await;
}
