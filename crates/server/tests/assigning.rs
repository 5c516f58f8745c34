//! A pack changes: genomes are assigned anew, what they were called first stays, lists and counts follow.

mod desk;

use desk::{Desk, actor, now, packs_with_renamed_clade, reference};
use hearth_base::audience::Audience;
use hearth_base::id::{RecordId, VersionId};
use hearth_base::role::Role;
use hearth_server::app::genomes::assign_job::ASSIGN;
use hearth_server::app::genomes::release::Choice;
use hearth_server::app::genomes::{DraftSettings, Genomes};
use hearth_store::drafts::FileSort;
use hearth_store::jobs;
use hearth_store::log::verify::verify;
use hearth_store::state::findings::{self, Finding};
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::records::Face;
use hearth_store::state::{assigning, scope::Scope};
use std::sync::Arc;

const GENOMES: usize = 3;

/// Some genomes, released, of which each differs from the reference at a place of its own.
async fn released(desk: &Desk) -> RecordId {
    let mut fasta = Vec::new();
    for number in 0..GENOMES {
        let mut letters = reference();
        letters[5_000 + number * 100] = if letters[5_000 + number * 100] == b'T' { b'C' } else { b'T' };
        fasta.extend(format!(">G-{number}\n").into_bytes());
        fasta.extend(letters);
        fasta.push(b'\n');
    }
    let files = [desk.file("run.fasta", FileSort::Sequences, fasta).await];
    let all = actor(desk.laboratory, &Role::ALL);
    let id =
        desk.genomes.bring(&all, "Run", &DraftSettings::default(), &files, now()).await.expect("brought");
    desk.work().await;
    desk.genomes.hand_in(&all, id, now()).await.expect("handed in");
    desk.genomes.approve(&all, id, "", now()).await.expect("approved");
    let choice = Choice { terms: "OPEN".to_owned(), audience: Audience::Public, open_from: None };
    desk.genomes.release(&all, id, Some(choice), now()).await.expect("released");
    id
}

async fn found(genomes: &Genomes, scope: &Scope) -> Vec<Finding> {
    let mut read = genomes.store.read().await.expect("reading");
    let wanted = Wanted { face: Face::Released, ..Wanted::default() };
    let seen = genomes::list(&mut read, scope, &wanted).await.expect("a list");
    let mut all = Vec::new();
    for seen in seen {
        let version = VersionId { record: seen.version.record, version: seen.version.version };
        all.extend(findings::of(&mut read, version).await.expect("a question"));
    }
    all
}

async fn by_clade(genomes: &Genomes, scope: &Scope) -> Vec<(String, u64)> {
    let mut read = genomes.store.read().await.expect("reading");
    genomes::counts(&mut read, scope, &Wanted::default(), CountedBy::Lineage).await.expect("counts")
}

/// Does what is asked for, as a worker with these packs that starts. Returns the sorts of jobs.
async fn started(genomes: &Genomes) -> Vec<String> {
    genomes.ask_to_assign(now()).await.expect("looked up");
    let mut done = Vec::new();
    while let Some(job) = jobs::claim(genomes.store.database(), "test", now(), 60_000).await.expect("claimed")
    {
        genomes.assign_again(&job, &now).await.expect("assigned");
        done.push(job.sort);
    }
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pack_names_genomes_anew() {
    let desk = Desk::new().await;
    let batch = released(&desk).await;
    let scope = desk.scope(desk.partner).await;
    let before = found(&desk.genomes, &scope).await;
    assert_eq!(before.len(), GENOMES);
    let clade = before[0].clade.clone().expect("a clade");
    assert_eq!(started(&desk.genomes).await, Vec::<String>::new(), "the same pack asks for nothing");

    let new = Genomes { packs: Arc::new(packs_with_renamed_clade(&clade, "99Z")), ..desk.genomes.clone() };
    assert_eq!(started(&new).await, [ASSIGN]);
    let after = found(&new, &scope).await;
    for (one, first) in after.iter().zip(&before) {
        assert_eq!(one.clade.as_deref(), Some("99Z"));
        let again = one.again.as_ref().expect("assigned again");
        assert_eq!(again.at, now());
        assert_eq!(again.first, Some((first.clade.clone(), first.lineage.clone())));
    }
    let counts = by_clade(&new, &scope).await;
    assert!(counts.contains(&("99Z".to_owned(), GENOMES as u64)), "{counts:?}");
    assert!(counts.iter().all(|(name, _)| *name != clade), "{counts:?}");
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let proven = verify(&new.store, &new.blobs, scratch.path(), None).await;
    assert!(proven.is_ok(), "{proven:?}");

    let mut read = new.store.read().await.expect("reading");
    let runs = assigning::runs(&mut read, 0, 10).await.expect("runs");
    let [run] = runs.as_slice() else { panic!("one run: {runs:?}") };
    assert_eq!((run.version, run.analysis.genomes), (2, GENOMES as u64));
    assert_eq!(
        (run.analysis.submission.record, run.analysis.pack_digest),
        (batch, new.packs.all()[0].digest)
    );
    drop(read);
    assert_eq!(started(&new).await, Vec::<String>::new(), "what is done is not asked for again");
    assert_eq!(started(&desk.genomes).await, [ASSIGN], "the older pack again");
    let back = found(&desk.genomes, &scope).await;
    assert_eq!(back[0].clade, Some(clade));
}
