//! One byte is changed in each kind of thing that is kept, and verifying names it.

use crate::world::{World, letters_of};
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_store::db::{AssertSqlSafe, Value};
use hearth_store::log::verify::VerifyError;

/// Changes the database, and holds what verifying says against what it should say.
async fn check(sql: &str, expected: &str) {
    let world = World::filled(100).await;
    world.verify().await.expect("all is well before");
    let mut tx = world.store.database().begin_write().await.expect("a turn");
    let touched = tx.execute(AssertSqlSafe(sql.to_owned()), []).await.expect("changed");
    assert!(touched > 0, "{sql}");
    tx.commit().await.expect("committed");
    told(&world, expected, sql).await;
}

#[allow(clippy::panic, reason = "a fault that is not named fails the test")]
async fn told(world: &World, expected: &str, fault: &str) {
    match world.verify().await {
        Err(VerifyError::Wrong(wrong)) => {
            assert!(wrong.to_string().starts_with(expected), "{fault}: {wrong}")
        }
        other => panic!("{fault}: {other:?}"),
    }
}

#[tokio::test]
async fn a_changed_entry_is_named() {
    check(
        "UPDATE entry SET salt = zeroblob(32) WHERE seq = 17",
        "entry 17: its bytes or its salt were changed",
    )
    .await;
    check(
        "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE seq = 18), \
         coding = (SELECT coding FROM entry WHERE seq = 18) WHERE seq = 17",
        "entry 17: its bytes or its salt were changed",
    )
    .await;
    check("UPDATE entry SET bytes = x'ff' WHERE seq = 17 AND coding = 1", "entry 17: a deflated body").await;
    check("UPDATE entry SET coding = 77 WHERE seq = 17", "entry 17: a body has the unknown coding 77").await;
    check("UPDATE entry SET act = 3 WHERE seq = 0", "entry 0: its column act is not what its bytes say")
        .await;
    check("DELETE FROM entry WHERE seq = 100", "entry 100: it is missing").await;
    check("DELETE FROM entry WHERE seq = (SELECT MAX(seq) FROM entry)", "entry 171: it is missing").await;
}

#[tokio::test]
async fn a_changed_head_tile_or_checkpoint_is_named() {
    let tile = "the tile tile/0/000.p/172: it does not hold the hashes of its entries";
    check("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0", tile).await;
    check("UPDATE tile SET hashes = substr(hashes, 1, 32) WHERE level = 0", tile).await;
    check("DELETE FROM tile WHERE level = 0", tile).await;
    check(
        "INSERT INTO tile (level, number, hashes) VALUES (1, 0, zeroblob(32))",
        "tile 0 of level 1: a log of",
    )
    .await;
    check("UPDATE head SET root = zeroblob(32)", "the log's head (table head): it states another root").await;
    check("UPDATE head SET size = size - 1", "the log's head (table head): it states another root").await;
    check("UPDATE head SET origin = 'else.where'", "the head published at 172 entries: it is a head of")
        .await;
    check(
        "UPDATE checkpoint SET note = substr(note, 1, length(note) - 7) || 'AAAA' || substr(note, length(note) - 2)",
        "the head published at 172 entries: the signature of hearth.test/log",
    )
    .await;
    check("UPDATE checkpoint SET size = 9", "the head published at 9 entries: it is a head of").await;
    check("DELETE FROM log_key", "the head published at 172 entries: the log's key is not known").await;
}

#[tokio::test]
async fn a_changed_row_of_state_is_named() {
    let changed = "the row is not what the entries say";
    let check_row = async |sql: &str, place: &str, what: &str| {
        let world = World::filled(10).await;
        let mut tx = world.store.database().begin_write().await.expect("a turn");
        assert!(tx.execute(AssertSqlSafe(sql.to_owned()), []).await.expect("changed") > 0, "{sql}");
        tx.commit().await.expect("committed");
        let Err(VerifyError::Wrong(wrong)) = world.verify().await else { panic!("{sql}") };
        assert!(wrong.place.starts_with(place) && wrong.what == what, "{sql}: {wrong}");
    };
    check_row("UPDATE state SET audience = 1 WHERE face = 0", "table state, row ", changed).await;
    check_row("UPDATE state SET owner = zeroblob(16) WHERE from_seq = 0", "table state, row ", changed).await;
    check_row(
        "DELETE FROM state WHERE from_seq = 3",
        "table state, row ",
        "the entries say a row that is missing",
    )
    .await;
    let other = "INSERT INTO state SELECT record, face, 1000 + from_seq, to_seq, kind, version, status, content, owner, \
                 audience, opens_at, opens_audience, terms, terms_version, simulated FROM state WHERE from_seq = 3";
    check_row(other, "table state, row ", "no entry says this row").await;
    check_row("UPDATE genome SET name = 'x' WHERE content = 2", "table genome, row 2", changed).await;
    check_row(
        "UPDATE audience_member SET member = zeroblob(16)",
        "table audience_member, row ",
        "no entry says this row",
    )
    .await;
    check_row("DELETE FROM sequence", "the sequence sha256:", "it is not kept in any pack (table sequence)")
        .await;
    check_row(
        "UPDATE sequence SET start = start + 1",
        "the pack of sequences sha256:",
        "it has 44 bytes, and a sequence should lie beyond its end (table sequence)",
    )
    .await;
}

#[tokio::test]
async fn a_changed_or_missing_blob_is_named() {
    let file = |world: &World, digest: Digest| {
        let hex = digest.hex();
        world.folder.path().join("blobs/sha256").join(&hex[..2]).join(&hex[2..])
    };
    let plan = Digest::of(b"a plan");
    let pack = Digest::of(&[&b"pack"[..], &letters_of(3)].concat());
    for (digest, place) in
        [(plan, format!("the blob {plan} of entry ")), (pack, format!("the pack of sequences {pack}: "))]
    {
        let world = World::filled(10).await;
        let path = file(&world, digest);
        let mut bytes = std::fs::read(&path).expect("there");
        bytes[2] ^= 1;
        std::fs::write(&path, bytes).expect("changed");
        told(&world, &place, "a changed blob").await;
        std::fs::remove_file(&path).expect("removed");
        told(&world, &place, "a missing blob").await;
    }
}

#[tokio::test]
async fn a_log_cut_back_after_it_was_published_is_told() {
    let world = World::filled(10).await;
    let before = world.store.head().await.expect("a head");
    world.genome(50, Some(Audience::Public)).await;
    world.publish().await.expect("it grew");
    let mut tx = world.store.database().begin_write().await.expect("a turn");
    let values: [Value<'_>; 2] = [(before.size as i64).into(), before.root.as_bytes().into()];
    tx.execute("UPDATE head SET size = $1, root = $2", values).await.expect("changed");
    tx.commit().await.expect("committed");
    let size = before.size + 2;
    let expected = format!("the head published at {size} entries: the log has only {} entries", before.size);
    told(&world, &expected, "a log that was cut back").await;
}
