//! Genomes of several segments between the file and the index: what is left out, what a revision adds, what a start goes
//! on from.

use crate::questions_of_segments::{changed, count, lab, letters};
use crate::segmented::{Lab, TINY, packs, reference, ungrouped};
use hearth_server::app::App;
use hearth_server::app::genomes::revise::Revision;
use hearth_server::app::index::{follow, kept};
use hearth_server::app::packs::Packs;
use hearth_store::state::genomes as listed;
use hearth_store::state::genomes::Wanted;
use hearth_store::state::scope::Scope;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_genome_is_left_out_and_says_why() {
    let lab = Lab::new().await;
    let record = |name: &str, segment: usize| format!(">{name}\n{}\n", letters(&reference(segment)));
    let solo = lab.server.app.packs.named("solo").expect("a pack").pack.reference().letters().to_vec();
    let fasta = [
        // Named by what the letters are, whatever the number says.
        record("A1_HA", 1) + &record("A1_seg7", 2),
        record("A2_HA", 2),
        record("A3_HA", 1) + &record("A3_4", 1),
        record("A4_PB2", 1),
        record("A5_HA", 1) + &format!(">A5_NA\n{}\n", letters(&solo)),
    ];
    let id = lab.bring(&fasta.concat(), &["A1", "A2", "A3", "A4", "A5"]).await;
    let told: Vec<(String, Option<String>)> = lab
        .documents(id)
        .await
        .into_iter()
        .map(|document| {
            let segments = document.sequences.iter().map(|one| one.segment.as_str());
            (segments.collect::<Vec<_>>().join(","), document.left_out)
        })
        .collect();
    let sentences = [
        "",
        "A2_HA is named as segment HA, and its letters are those of NA: check the name",
        "it has several sequences of segment HA: leave one of them out",
        "A4_PB2 is named as segment PB2, which tiny does not have; it has NP, HA, NA",
        "its sequences are of tiny and of solo (A5_NA): a genome is of one pathogen",
    ];
    assert_eq!(told.len(), sentences.len(), "{told:?}");
    for ((segments, left_out), sentence) in told.iter().zip(sentences) {
        match sentence {
            "" => assert_eq!((segments.as_str(), left_out), ("HA,NA", &None)),
            _ => assert!(left_out.as_ref().is_some_and(|text| text.contains(sentence)), "{left_out:?}"),
        }
    }
    lab.release(id, true).await;
    assert_eq!(count(&lab, "").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_segment_comes_with_a_revision() {
    let lab = lab().await;
    let app = &lab.server.app;
    let mut read = app.store.read().await.expect("reading");
    let scope = Scope::of_anybody(app.now());
    let wanted = Wanted { text: Some("K2".to_owned()), ..Wanted::default() };
    let record = listed::list(&mut read, &scope, &wanted).await.expect("listed")[0].version.record;
    drop(read);
    let revise = async |segment: &str, letters: Vec<u8>| {
        let sequence = Some((segment.to_owned(), letters));
        let revision = Revision { sequence, reason: "sequenced later".to_owned(), ..Revision::default() };
        app.genomes().revise(&lab.owner, record, revision, app.now()).await.map_err(|error| error.to_string())
    };
    let wrong = revise("NP", reference(2)).await.expect_err("another segment");
    assert!(wrong.contains("the letters are not those of segment NP"), "{wrong}");
    let wrong = revise("PB2", reference(2)).await.expect_err("no segment");
    assert!(wrong.contains("tiny has no segment “PB2”; it has NP, HA, NA"), "{wrong}");
    assert_eq!(revise("np", changed(0, &[450])).await, Ok(2));
    app.genomes().release_one(&lab.owner, record, None, app.now()).await.expect("released");
    follow::catch_up(app).await.expect("followed");
    assert_eq!(count(&lab, "nucleotideMutations=NP:450,HA:150").await, 1);
    assert_eq!(count(&lab, "").await, 2);
}

fn started_again(lab: &Lab, packs: Packs) -> App {
    let (app, now) = (&lab.server.app, lab.server.app.now());
    App::new(app.store.clone(), app.blobs.clone(), Arc::new(packs), app.config.clone(), Arc::new(move || now))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_fits_the_same_groups_alone() {
    let lab = lab().await;
    kept::save(&lab.server.app).await.expect("kept");
    let again = started_again(&lab, packs());
    let proof = kept::load(&again).await.expect("loaded").expect("a file");
    kept::prove(&again, proof).await.expect("what the ledger says");
    assert_eq!(again.indexes.size(), lab.server.app.indexes.size());
    let shelf = |app: &App| app.indexes.shelf_named(TINY).expect("a shelf").held().index.len();
    assert_eq!(shelf(&again), shelf(&lab.server.app));
    assert!(kept::load(&started_again(&lab, ungrouped())).await.is_err(), "other groups");
}
