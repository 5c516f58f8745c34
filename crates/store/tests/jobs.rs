//! Jobs: one worker has one, lets go of it, loses it, and only whoever has it finishes it.

use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_store::db::{Database, MIGRATIONS, migrate};
use hearth_store::jobs::{self, Claimed};
use hearth_store::testing::each_database;

fn at(second: i64) -> UtcTime {
    UtcTime::from_unix_ms(1_800_000_000_000 + second * 1000)
}

async fn ask(database: &Database, now: UtcTime) {
    let mut tx = database.begin_write().await.expect("a turn");
    jobs::ask(&mut tx, "analyse", RecordId::from_bytes([7; 16]), now).await.expect("asked");
    tx.commit().await.expect("kept");
}

async fn claim(database: &Database, worker: &str, now: UtcTime) -> Option<Claimed> {
    jobs::claim(database, worker, now, 20_000).await.expect("looked")
}

/// Whether a worker may keep what it found.
async fn finishes(database: &Database, job: &Claimed) -> bool {
    let mut tx = database.begin_write().await.expect("a turn");
    let is_its = jobs::done(&mut tx, job).await.expect("asked");
    if is_its {
        tx.commit().await.expect("kept");
    }
    is_its
}

#[tokio::test]
async fn a_job_is_finished_by_whoever_has_it_and_by_nobody_else() {
    each_database(async |test| {
        let database = &test.database;
        migrate(database, MIGRATIONS).await.expect("tables");
        ask(database, at(0)).await;
        let first = claim(database, "first", at(0)).await.expect("a job");
        assert!(claim(database, "second", at(19)).await.is_none(), "it is held");
        assert!(jobs::hold(database, &first, at(10), 20_000).await.expect("asked"));
        assert!(claim(database, "second", at(29)).await.is_none(), "it is held longer");
        let second = claim(database, "second", at(31)).await.expect("its worker fell silent");
        assert!(!jobs::hold(database, &first, at(32), 20_000).await.expect("asked"));
        assert!(!finishes(database, &first).await, "the first comes back too late");
        jobs::failed(database, &first, "late", at(33)).await.expect("told");
        assert!(
            claim(database, "third", at(34)).await.is_none(),
            "the late one took nothing from the second"
        );
        assert!(finishes(database, &second).await);
        assert!(claim(database, "third", at(500)).await.is_none(), "it is done");
    })
    .await;
}

#[tokio::test]
async fn what_is_let_go_of_or_asked_again_is_free_at_once() {
    each_database(async |test| {
        let database = &test.database;
        migrate(database, MIGRATIONS).await.expect("tables");
        ask(database, at(0)).await;
        let first = claim(database, "first", at(0)).await.expect("a job");
        jobs::let_go(database, &first).await.expect("let go");
        let second = claim(database, "second", at(1)).await.expect("free");
        jobs::let_go(database, &first).await.expect("nothing of its own");
        assert!(claim(database, "third", at(2)).await.is_none(), "the second has it");
        ask(database, at(3)).await;
        assert!(!finishes(database, &second).await, "it began with what is old now");
        let third = claim(database, "third", at(3)).await.expect("free");
        jobs::let_go_all(database).await.expect("let go");
        let fourth = claim(database, "fourth", at(4)).await.expect("free");
        assert!(!finishes(database, &third).await && finishes(database, &fourth).await);
    })
    .await;
}
