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
    kept::save(&app).expect("kept");
    let again = started_again(&world);
    assert!(kept::load(&again).await.expect("loaded"));
    assert_eq!(again.indexes.size(), app.indexes.size());
    let scopes = world.scopes().await;
    let before = told(&app, &scopes);
    assert_eq!(before.iter().map(Vec::len).max(), Some(5), "the owner sees what was released");
    assert_eq!(told(&again, &scopes), before);

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
    assert!(kept::load(&again).await.expect("loaded"));
    assert!(again.indexes.size() < app.indexes.size());
    follow::catch_up(&again).await.expect("followed");
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
    kept::save(&app).expect("kept");
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
    assert!(kept::load(&started_again(&world)).await.expect("loaded"));

    world.erase_newest().await;
    let again = started_again(&world);
    assert!(kept::load(&again).await.is_err(), "the ledger has other states");
    follow::catch_up(&app).await.expect("followed");
    assert!(!path.exists(), "a file that holds what was erased is deleted");
}
