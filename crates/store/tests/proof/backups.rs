//! Backups, taken while others write, and brought back.

use crate::world::{ORIGIN, World};
use hearth_base::audience::Audience;
use hearth_store::Store;
use hearth_store::backup::{Destination, Known, RestoreError, Restored, backup, restore};
use hearth_store::blob::{BlobPlace, BlobStore};
use hearth_store::db::DatabaseUrl;
use hearth_store::log::heads;
use hearth_store::log::keys::KeyFolder;
use hearth_store::testing::{TestDatabase, options};
use std::path::Path;

fn destination(folder: &Path, database: Option<&TestDatabase>) -> Destination {
    Destination {
        database: database
            .map_or(DatabaseUrl::Sqlite(folder.join("hearth.db")), |database| database.url.clone()),
        blobs: BlobPlace::Folder(folder.join("blobs")),
        keys: KeyFolder::new(folder.join("keys")),
    }
}

async fn bring_back(from: &Path, to: &Destination, known: &Known) -> Result<Restored, RestoreError> {
    let scratch = tempfile::tempdir().expect("a folder");
    restore(from, to, known, scratch.path()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_others_write_is_one_state_and_comes_back() {
    let world = World::filled(40).await;
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("backup");
    let writer = async {
        for number in 60..90 {
            world.genome(number, Some(Audience::Public)).await;
            world.publish().await;
        }
    };
    let taken = async { backup(&world.store, &world.blobs, &to, Some(&world.keys)).await.expect("a backup") };
    let ((), first) = futures::join!(writer, taken);
    assert!(first.entries >= 40 && first.blobs >= 41, "{first:?}");

    let here = destination(&folder.path().join("first"), None);
    std::fs::create_dir_all(folder.path().join("first")).expect("a folder");
    let restored = bring_back(&to, &here, &Known::default()).await.expect("restored");
    assert_eq!(restored.proven.entries, first.entries);
    assert!(restored.has_key);
    let again = bring_back(&to, &here, &Known::default()).await.expect_err("refused");
    assert!(matches!(again, RestoreError::NotEmpty(_)), "{again}");

    // Brought up to date, only what is new is copied.
    let second = backup(&world.store, &world.blobs, &to, None).await.expect("a backup");
    assert_eq!(second.entries, world.store.head().await.expect("a head").size);
    assert_eq!(second.blobs + second.blobs_there, 40 + 30 + 1);
    assert!(second.blobs_there >= first.blobs);
}

#[tokio::test]
async fn a_backup_goes_from_either_database_into_either() {
    let Some(postgres) = TestDatabase::postgres().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = BlobStore::open(&BlobPlace::Folder(folder.path().join("blobs"))).await.expect("blobs");
    let world = World::at(&postgres.url, blobs, ORIGIN, folder).await;
    world.fill(20).await;
    world.publish().await.expect("new");
    let head = world.store.head().await.expect("a head");
    let place = tempfile::tempdir().expect("a folder");
    let to = place.path().join("backup");
    backup(&world.store, &world.blobs, &to, Some(&world.keys)).await.expect("a backup");
    let file = destination(place.path(), None);
    let restored = bring_back(&to, &file, &Known::default()).await.expect("into SQLite");
    assert_eq!(restored.proven.root, head.root);
    let other = TestDatabase::postgres().await.expect("the same server");
    let server = destination(&place.path().join("server"), Some(&other));
    std::fs::create_dir_all(place.path().join("server")).expect("a folder");
    let restored = bring_back(&to, &server, &Known::default()).await.expect("into PostgreSQL");
    assert_eq!(restored.proven.root, head.root);
    assert!(matches!(bring_back(&to, &server, &Known::default()).await, Err(RestoreError::NotEmpty(_))));
}

#[tokio::test]
async fn a_backup_older_than_a_published_head_needs_a_new_name() {
    let world = World::filled(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("backup");
    backup(&world.store, &world.blobs, &to, Some(&world.keys)).await.expect("a backup");
    let old = world.store.head().await.expect("a head");
    world.genome(70, Some(Audience::Public)).await;
    let later = world.publish().await.expect("it grew");
    let known = Known { heads: vec![later.note.clone()], new_origin: None };
    let here = destination(folder.path(), None);
    let refused = bring_back(&to, &here, &known).await.expect_err("refused");
    assert!(matches!(refused, RestoreError::Later { .. }), "{refused}");
    assert!(!folder.path().join("hearth.db").exists(), "nothing was begun");

    let same = Known { heads: vec![later.note], new_origin: Some(ORIGIN.to_owned()) };
    assert!(matches!(bring_back(&to, &here, &same).await, Err(RestoreError::Anew(_))));
    let anew = Known { new_origin: Some("hearth.test/log2".to_owned()), ..same };
    let restored = bring_back(&to, &here, &anew).await.expect("restored");
    assert_eq!(
        (restored.proven.origin.as_str(), restored.proven.entries),
        ("hearth.test/log2", old.size + 1)
    );

    // The new log is one like any other: it is written to, signed with its own key, rotated, verified.
    let store = Store::open(&here.database, &options(), "hearth.test/log2").await.expect("opened");
    let blobs = BlobStore::open(&here.blobs).await.expect("blobs");
    let world = World { store, blobs, keys: here.keys, ..world };
    world.genome(71, None).await;
    let published = world.publish().await.expect("it grew");
    let (_, keys) = heads::open_key(&world.store, &world.keys).await.expect("its key");
    assert_eq!(keys.verify(&published.note).expect("signed").size, old.size + 2);
    assert_eq!(world.verify().await.expect("proven").entries, old.size + 2);
}

#[tokio::test]
async fn a_damaged_backup_is_not_restored() {
    let world = World::filled(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("backup");
    backup(&world.store, &world.blobs, &to, None).await.expect("a backup");
    let digest = hearth_base::digest::Digest::of(b"a plan").hex();
    std::fs::remove_file(to.join("blobs/sha256").join(&digest[..2]).join(&digest[2..])).expect("removed");
    let here = destination(folder.path(), None);
    let refused = bring_back(&to, &here, &Known::default()).await.expect_err("refused");
    assert!(refused.to_string().starts_with("the backup does not hold: the blob sha256:"), "{refused}");
    let nothing = bring_back(folder.path(), &here, &Known::default()).await.expect_err("refused");
    assert!(matches!(nothing, RestoreError::NoBackup(_)), "{nothing}");

    let other = World::empty("other.test/log").await;
    let refused = backup(&other.store, &other.blobs, &to, None).await.expect_err("refused");
    assert!(refused.to_string().contains("holds a backup of the log hearth.test/log"), "{refused}");
}
