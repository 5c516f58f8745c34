//! The index as a file: a server that starts goes on from it with the rights of today, and passes over what does not fit.

use crate::client::send;
use crate::walk::world::{HOWS, How, World};
use hearth_index::filter::Filter;
use hearth_index::row::Value;
use hearth_index::visible::Visible;
use hearth_server::app::App;
use hearth_server::app::index::{follow, kept};
use hearth_store::state::scope::Scope;
use std::sync::Arc;

/// The same server after another start: its indexes are empty.
fn started_again(world: &World) -> App {
    let (app, now) = (&world.server.app, world.server.app.now());
    let clock = Arc::new(move || now);
    App::new(app.store.clone(), app.blobs.clone(), Arc::clone(&app.packs), app.config.clone(), clock)
}

type Told = Vec<(Vec<Option<Value>>, Vec<u8>)>;

/// All that the index tells each reader.
fn told(app: &App, scopes: &[Scope]) -> Vec<Told> {
    let held = app.indexes.shelf(0).expect("a shelf").held();
    let fields = 0..held.index.schema().fields.len();
    let told = scopes.iter().map(|scope| {
        let reader = app.indexes.reader(scope);
        let selection = Visible::new(&held.index, &reader).select(&Filter::True).expect("a filter");
        let row = |row| {
            let mut letters = Vec::new();
            assert!(selection.letters(row, 0, &mut letters));
            (fields.clone().map(|field| selection.value(row, field)).collect(), letters)
        };
        selection.rows().map(row).collect()
    });
    told.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_starts_goes_on_from_what_was_kept_with_the_rights_of_today() {
    let mut world = World::new().await;
    for how in HOWS {
        world.add(how).await;
    }
    let app = world.server.app.clone();
    follow::catch_up(&app).await.expect("followed");
    kept::save(&app).await.expect("kept");
    let again = started_again(&world);
    let proof = kept::load(&again).await.expect("loaded").expect("a file");
    assert_eq!(again.indexes.size(), app.indexes.size());
    let scopes = world.scopes().await;
    let before = told(&app, &scopes);
    assert_eq!(before.iter().map(Vec::len).max(), Some(5), "the owner sees what was released");
    assert_eq!(told(&again, &scopes), before);
    kept::prove(&again, proof).await.expect("all rows are those of the ledger");

    // What happens after it was kept: others are released, one is closed to some, one is withdrawn.
    world.add(How::Narrowed).await;
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    for accession in &world.accessions {
        let path = format!("/api/v1/genomes/{accession}/withdraw");
        let answer = send(world.server.address, "POST", &path, &headers, r#"{"reason":"tubes"}"#).await;
        if answer.status == 200 {
            break;
        }
    }
    follow::catch_up(&app).await.expect("followed");
    let again = started_again(&world);
    let proof = kept::load(&again).await.expect("loaded").expect("a file");
    assert!(again.indexes.size() < app.indexes.size());
    follow::catch_up(&again).await.expect("followed");
    kept::prove(&again, proof).await.expect("what came later is no matter of the file");
    let scopes = world.scopes().await;
    let after = told(&app, &scopes);
    assert_ne!(after, before);
    assert_eq!(told(&again, &scopes), after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_does_not_fit_is_passed_over_and_one_with_what_was_erased_is_gone() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    world.add(How::Open).await;
    let app = world.server.app.clone();
    follow::catch_up(&app).await.expect("followed");
    kept::save(&app).await.expect("kept");
    let path = app.config.data.folder.join("index.kept");
    let whole = std::fs::read(&path).expect("a file");
    let mut damaged = whole.clone();
    damaged[whole.len() - 100] ^= 1;
    for bytes in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], &damaged, b"", b"hearth"] {
        std::fs::write(&path, bytes).expect("written");
        let again = started_again(&world);
        assert!(kept::load(&again).await.is_err(), "{} bytes", bytes.len());
        assert_eq!(again.indexes.size(), 0);
    }
    std::fs::write(&path, &whole).expect("written");
    assert!(kept::load(&started_again(&world)).await.expect("loaded").is_some());

    world.erase_newest().await;
    let again = started_again(&world);
    assert_eq!(
        refused(kept::load(&again).await),
        "the file of the index does not fit: something was erased since"
    );
    follow::catch_up(&app).await.expect("followed");
    assert!(!path.exists(), "a file that holds what was erased is deleted");
}

/// Why a file was not used.
fn refused<T>(loaded: Result<T, kept::KeptError>) -> String {
    loaded.map(drop).expect_err("refused").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_into_the_database_by_hand_refutes_a_file() {
    let mut world = World::new().await;
    for how in HOWS {
        world.add(how).await;
    }
    let app = world.server.app.clone();
    follow::catch_up(&app).await.expect("followed");
    kept::save(&app).await.expect("kept");
    let check = async |sql: &'static str, back: &'static str, expected: &str| {
        let write = async |sql| {
            let mut writing = app.store.write(app.now()).await.expect("a writer");
            writing.tx().execute(sql, []).await.expect("written");
            writing.commit().await.expect("written");
        };
        write(sql).await;
        let again = started_again(&world);
        let found = match kept::load(&again).await {
            Ok(proof) => kept::prove(&again, proof.expect("a file")).await,
            Err(error) => Err(error),
        };
        assert_eq!(refused(found), format!("the file of the index does not fit: {expected}"), "{sql}");
        write(back).await;
    };
    check(
        "UPDATE state SET audience = 7001 WHERE face = 1 AND audience = 1",
        "UPDATE state SET audience = 1 WHERE audience = 7001",
        "rights are other ones",
    )
    .await;
    check(
        "UPDATE state SET terms_version = 7001 WHERE face = 1 AND terms_version = 1",
        "UPDATE state SET terms_version = 1 WHERE terms_version = 7001",
        "terms are other ones",
    )
    .await;
    check(
        "UPDATE state SET face = 7 WHERE face = 1 AND audience = 1",
        "UPDATE state SET face = 1 WHERE face = 7",
        "the ledger has other states",
    )
    .await;
    check(
        "UPDATE audience SET text = text || ' '",
        "UPDATE audience SET text = trim(text)",
        "audiences have other numbers",
    )
    .await;
    // A file of another log, of a server with the same name.
    let other = World::new().await;
    let folder = |world: &World| world.server.app.config.data.folder.join("index.kept");
    std::fs::copy(folder(&world), folder(&other)).expect("copied");
    let loaded = kept::load(&started_again(&other)).await;
    assert_eq!(refused(loaded), "the file of the index does not fit: the log is another one");
}
