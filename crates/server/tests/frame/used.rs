//! How often a genome was seen and taken: counted beside the answers, told to those whose it is.

use crate::client::send;
use crate::walk::world::{How, World};
use hearth_server::app::usage::write_down;
use hearth_store::usage::{Way, of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_seen_and_taken_is_counted_and_told_to_its_owner() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let (app, address) = (world.server.app.clone(), world.server.address);
    let accession = world.accessions.last().expect("a genome").to_string();
    let ask = async |path: String| send(address, "GET", &path, &[], "").await;
    let (page, fasta) = (format!("/genomes/{accession}"), format!("/genomes/{accession}/sequence.fasta"));
    for path in [&page, &fasta, &fasta, &format!("/genomes/{accession}/metadata.json")] {
        assert_eq!(ask(path.clone()).await.status, 200, "{path}");
    }
    assert_eq!(ask("/genomes/HTH_000000000/sequence.fasta".to_owned()).await.status, 404);
    assert!(!ask(page.clone()).await.body.contains("sequence taken"), "a stranger is not told");

    assert_eq!(write_down(&app).await.expect("written"), 3, "ways of one genome on one day");
    let mut read = app.store.read().await.expect("reading");
    let row = app.indexes.shelf(0).expect("a shelf");
    hearth_server::app::index::follow::catch_up(&app).await.expect("followed");
    let record = row.held().origin(hearth_index::row::RowId(0)).expect("a row").version.record;
    assert_eq!(
        of(&mut read, record).await.expect("numbers"),
        [(Way::Seen, 2), (Way::Described, 1), (Way::Taken, 2)]
    );
    drop(read);
    assert_eq!(ask(fasta).await.status, 200);
    assert_eq!(write_down(&app).await.expect("written"), 1);
    assert_eq!(write_down(&app).await.expect("nothing"), 0);

    let session = world.server.session_of("owner").await;
    let told = world.server.get_as(&session, &page).await.body;
    assert!(told.contains("seen 2 times, metadata taken once, sequence taken 3 times"), "the owner is told");
}
