//! Heads, what is served, receipts, rotation, erasure: on every pair of a database and a blob store.

use crate::world::{ORIGIN, World, letters_of, only, party};
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_ledger::note::{KeyHistory, Note, Receipt};
use hearth_ledger::tree::{
    TILE_WIDTH, TileId, TileResource, entries_from_bytes, verify_consistency, verify_inclusion,
};
use hearth_store::Store;
use hearth_store::blob::BlobError;
use hearth_store::db::{DatabaseUrl, Value};
use hearth_store::log::erase::{self, EraseError};
use hearth_store::log::heads::{self, PublishError};
use hearth_store::log::keys::{KeyFileError, KeyFolder};
use hearth_store::log::receipts::{self, NoReceipt};
use hearth_store::log::{read, rotate, serve, visible};
use hearth_store::testing::{each_place, options};

async fn receipt(world: &World, seq: u64) -> Result<(Receipt, KeyHistory), NoReceipt> {
    let mut read = world.store.read().await.expect("reading");
    let kept = read::entry_at(&mut read, seq).await.expect("read").expect("there");
    receipts::of_entry(&mut read, &kept).await
}

#[tokio::test]
async fn a_log_is_published_proven_rotated_and_erased_on_every_pair_of_stores() {
    each_place(async |database, blobs| {
        let folder = tempfile::tempdir().expect("a folder");
        let world = World::at(&database.url, blobs.blobs.clone(), ORIGIN, folder).await;
        assert!(world.publish().await.is_some());
        world.fill(200).await;
        let first = world.publish().await.expect("it grew");
        assert_eq!(world.publish().await, None, "nothing is new");
        let proven = world.verify().await.expect("all is well");
        assert_eq!((proven.entries, proven.root, proven.heads), (first.head.size, first.head.root, 2));
        assert_eq!((proven.blobs, proven.packs, proven.erased), (1, 200, 0));

        let (before, keys) = receipt(&world, 7).await.expect("a receipt");
        let rotated =
            rotate::rotate(&world.store, &world.keys, world.keeper(), world.now()).await.expect("rotated");
        world.genome(201, None).await;
        let second = world.publish().await.expect("it grew");
        let mut read = world.store.read().await.expect("reading");
        let history = heads::history(&mut read).await.expect("read").expect("there");
        assert_eq!(history.current(), &rotated.key);
        assert!(history.verify(&first.note).is_ok() && history.verify(&second.note).is_ok());
        assert!(keys.verify(&second.note).is_err(), "the old key signs nothing new");
        assert_eq!(heads::at_size(&mut read, first.head.size).await.expect("read"), Some(first.clone()));
        let proof = serve::consistency_proof(&mut read, first.head.size, second.head.size).await;
        let proof = proof.expect("read").expect("published");
        let (old, new) = ((first.head.size, &first.head.root), (second.head.size, &second.head.root));
        assert_eq!(verify_consistency(old, new, &proof), Ok(()));
        drop(read);

        let genome = read::entry_at(&mut world.store.read().await.expect("reading"), 3).await;
        let genome = genome.expect("read").expect("there").entry().expect("read").expect("whole");
        let mut writing = world.store.write(world.now()).await.expect("a turn");
        let erased = erase::erase(&mut writing, world.keeper(), &[genome.id], "after ten years")
            .await
            .expect("erased");
        writing.commit().await.expect("committed");
        erase::clear(&world.store, &world.blobs, &erased).await.expect("cleared");
        world.publish().await.expect("it grew");
        let proven = world.verify().await.expect("the tree is whole");
        assert_eq!((proven.erased, proven.heads), (1, 4));
        assert!(matches!(receipt(&world, 3).await, Err(NoReceipt::Erased(3))));
        assert!(before.verify(&keys).is_ok(), "receipts of before hold");
        let (after, keys) = receipt(&world, 8).await.expect("a receipt");
        assert!(after.verify(&keys).is_ok());
        assert_eq!(Receipt::parse(after.to_string().as_bytes()).expect("our own"), after);
        assert!(after.to_aics_json().contains("checkpoint_note"));
    })
    .await;
}

#[tokio::test]
async fn nothing_beyond_the_published_head_is_served() {
    let world = World::filled(200).await;
    let mut read = world.store.read().await.expect("reading");
    let size = serve::published_size(&mut read).await.expect("read");
    let note = serve::checkpoint(&mut read).await.expect("read").expect("published");
    let head = world.key().await.1.verify(&Note::parse(note.as_bytes()).expect("a note")).expect("signed");
    assert_eq!(head.size, size);
    drop(read);
    world.genome(202, Some(Audience::Public)).await;

    let mut read = world.store.read().await.expect("reading");
    let last = size / u64::from(TILE_WIDTH);
    let width = (size % u64::from(TILE_WIDTH)) as u16;
    let tile = |index, width| TileResource::Tile(TileId { level: 0, index, width });
    let check = async |read: &mut hearth_store::db::Session, resource: TileResource, expected: bool| {
        let found = serve::resource(read, &resource).await.expect("read");
        assert_eq!(found.is_some(), expected, "{resource:?}");
        found
    };
    check(&mut read, tile(0, TILE_WIDTH), true).await;
    check(&mut read, tile(last, width), true).await;
    check(&mut read, tile(last, width - 1), true).await;
    check(&mut read, tile(last, width + 1), false).await;
    check(&mut read, tile(last + 1, 1), false).await;
    check(&mut read, TileResource::Entries { index: last, width: width + 1 }, false).await;
    let bundle = check(&mut read, TileResource::Entries { index: 0, width: TILE_WIDTH }, true).await;
    let leaves = entries_from_bytes(&bundle.expect("there")).expect("our own");
    for (index, leaf) in leaves.iter().enumerate().step_by(50) {
        let proof =
            serve::inclusion_proof(&mut read, index as u64, size).await.expect("read").expect("published");
        assert_eq!(verify_inclusion(&leaf.leaf_hash(), index as u64, size, &proof, &head.root), Ok(()));
    }
    assert_eq!(serve::inclusion_proof(&mut read, 0, size + 1).await.expect("read"), None);
    assert_eq!(serve::consistency_proof(&mut read, 1, size + 1).await.expect("read"), None);
    let kept = read::entry_at(&mut read, size).await.expect("read").expect("there");
    let refused = receipts::of_entry(&mut read, &kept).await;
    assert!(matches!(refused, Err(NoReceipt::NotPublished(at)) if at == size));
}

#[tokio::test]
async fn an_entry_is_for_its_party_and_for_those_who_see_what_was_released() {
    let world = World::filled(0).await;
    let public = world.genome(10, Some(Audience::Public)).await;
    let shared = world.genome(11, Some(only(world.partner))).await;
    let check = async |entry: hearth_store::log::append::Appended, expected: [bool; 3]| {
        let mut seen = Vec::new();
        for reader in [world.lab, world.partner, party(9)] {
            let scope = world.scope(reader).await;
            let mut read = world.store.read().await.expect("reading");
            seen.push(visible::may_see_entry(&mut read, &scope, entry.id).await.expect("read").is_some());
        }
        assert_eq!(seen, expected, "entry {}", entry.seq);
    };
    check(public[0], [true, false, false]).await;
    check(public[1], [true, true, true]).await;
    check(shared[0], [true, false, false]).await;
    check(shared[1], [true, true, false]).await;
}

#[tokio::test]
async fn another_key_than_the_logs_signs_nothing() {
    let world = World::filled(1).await;
    world.genome(12, None).await;
    let other = KeyFolder::new(world.folder.path().join("other"));
    let error = heads::open_key(&world.store, &other).await.expect_err("no key");
    assert!(matches!(error, PublishError::Key(KeyFileError::Missing { .. })), "{error}");
    other.read_or_create(ORIGIN, &[9; 32]).expect("made");
    let error = heads::open_key(&world.store, &other).await.expect_err("another key");
    assert!(matches!(error, PublishError::Key(KeyFileError::Other { .. })), "{error}");
    let (old, _) = world.key().await;
    rotate::rotate(&world.store, &world.keys, world.keeper(), world.now()).await.expect("rotated");
    let error = heads::publish(&world.store, &old, world.now()).await.expect_err("replaced");
    assert!(matches!(error, PublishError::Replaced { .. }), "{error}");
}

#[tokio::test]
async fn a_log_that_does_not_go_on_is_not_signed() {
    let world = World::filled(3).await;
    let size = world.store.head().await.expect("a head").size;
    // As if an earlier state had been put back, and written on.
    let mut tx = world.store.database().begin_write().await.expect("a turn");
    for sql in ["UPDATE head SET root = $1, size = size + 1"] {
        tx.execute(sql, [Value::from(&[7_u8; 32])]).await.expect("changed");
    }
    tx.commit().await.expect("committed");
    let (key, _) = world.key().await;
    let error = heads::publish(&world.store, &key, world.now()).await.expect_err("forked");
    let is_told = matches!(&error, PublishError::Forked { published, .. } if *published == size)
        || matches!(error, PublishError::Store(_));
    assert!(is_told, "{error}");
    assert_eq!(
        serve::published_size(&mut world.store.read().await.expect("reading")).await.expect("read"),
        size
    );
}

#[tokio::test]
async fn what_was_erased_is_gone_from_database_and_packs() {
    let world = World::filled(0).await;
    let entries = world.genome(77, Some(Audience::Public)).await;
    let file = world.document(b"somebody's name").await;
    let digest = Digest::of(&letters_of(77));
    let ids: Vec<_> = entries.iter().chain(&file[1..]).map(|entry| entry.id).collect();
    let mut writing = world.store.write(world.now()).await.expect("a turn");
    let erased = erase::erase(&mut writing, world.keeper(), &ids, "a law").await.expect("erased");
    writing.commit().await.expect("committed");
    assert_eq!(erased.blobs, [Digest::of(b"somebody's name")]);
    let packs: Vec<Digest> = erased.in_packs.keys().copied().collect();
    assert_eq!(packs.len(), 1);
    for _ in 0..2 {
        // Clearing twice does no harm: it may be cut short.
        erase::clear(&world.store, &world.blobs, &erased).await.expect("cleared");
    }
    for gone in erased.blobs.iter().chain(&packs) {
        assert!(matches!(world.blobs.get(gone).await, Err(BlobError::Missing { .. })));
    }
    let mut read = world.store.read().await.expect("reading");
    assert!(hearth_store::sequences::place_of(&mut read, digest).await.expect("read").is_none());
    drop(read);
    // Nothing of the body is left in the database's files.
    world.store.database().close().await;
    let store =
        Store::open(&DatabaseUrl::Sqlite(world.folder.path().join("hearth.db")), &options(), ORIGIN).await;
    let world = World { store: store.expect("opened again"), ..world };
    world.publish().await.expect("it grew");
    assert_eq!(world.verify().await.expect("whole").erased, 4);

    let again = |ids: Vec<_>| {
        let world = &world;
        async move {
            let mut writing = world.store.write(world.now()).await.expect("a turn");
            erase::erase(&mut writing, world.keeper(), &ids, "a law").await.expect_err("refused")
        }
    };
    assert!(matches!(again(ids).await, EraseError::Already(_)));
    assert!(matches!(again(vec![erased.entry.id]).await, EraseError::Needed { .. }));
    assert!(matches!(again(Vec::new()).await, EraseError::Order));
}
