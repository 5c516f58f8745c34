//! The path of a genome: brought, analysed, handed in, approved, released, revised, withdrawn; and who sees what of it.

mod desk;

use desk::{Desk, actor, now, reference};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_formats::submission::SampleRow;
use hearth_ledger::body::Body;
use hearth_ledger::rules::{Refusal, Status};
use hearth_server::app::genomes::clear_job::CLEAR_DRAFT;
use hearth_server::app::genomes::opening::OPEN_REST;
use hearth_server::app::genomes::release::{Choice, Released};
use hearth_server::app::genomes::revise::Revision;
use hearth_server::app::genomes::{DraftReport, DraftSettings, GenomeError};
use hearth_store::drafts::{self, DraftState, FileSort, Order};
use hearth_store::jobs::{self, Claimed};
use hearth_store::state::alike;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::{self, Face};

const METADATA: &str = "sample\trecord\tcollected\tcountry\tdivision\tplace\tage\n\
                        K-1\tK-1\t2020-03-26\tKenya\tNairobi\tWestlands\t34\n\
                        K-2\tK-2\t2020-04\tKE\tMombasa\t\t\n";

/// The reference with one letter changed, and a stretch not read.
fn genomes() -> Vec<u8> {
    let mut fasta = Vec::new();
    for (name, place) in [("K-1", 240), ("K-2", 3_036)] {
        let mut letters = reference();
        letters[place] = if letters[place] == b'T' { b'C' } else { b'T' };
        letters[10_000..10_050].fill(b'N');
        fasta.extend(format!(">{name}\n").into_bytes());
        fasta.extend(letters);
        fasta.push(b'\n');
    }
    fasta
}

async fn brought(desk: &Desk, metadata: Option<&str>, settings: &DraftSettings) -> RecordId {
    let mut files = vec![desk.file("run.fasta", FileSort::Sequences, genomes()).await];
    if let Some(text) = metadata {
        files.push(desk.file("run.tsv", FileSort::Metadata, text.as_bytes().to_vec()).await);
    }
    let submitter = actor(desk.laboratory, &[Role::Submit]);
    let id = desk.genomes.bring(&submitter, "Run 7", settings, &files, now()).await.expect("brought");
    desk.work().await;
    id
}

fn open() -> Choice {
    Choice { terms: "OPEN".to_owned(), audience: Audience::Owner, open_from: None }
}

async fn approved(desk: &Desk) -> RecordId {
    let id = brought(desk, Some(METADATA), &DraftSettings::default()).await;
    let all = actor(desk.laboratory, &Role::ALL);
    assert_eq!(desk.genomes.hand_in(&all, id, now()).await.expect("handed in"), 2);
    desk.genomes.approve(&all, id, "", now()).await.expect("approved");
    id
}

async fn released(desk: &Desk, choice: Choice) -> RecordId {
    let id = approved(desk).await;
    let all = actor(desk.laboratory, &Role::ALL);
    let done = desk.genomes.release(&all, id, Some(choice), now()).await.expect("released");
    assert_eq!(done, Released { genomes: 2, rest_follows: false });
    id
}

/// A batch of two of which one is opened by the releaser, and the other waits for a worker.
async fn half_released() -> (Desk, RecordId, Claimed) {
    let mut desk = Desk::new().await;
    desk.genomes.limits.release_step = 1;
    let id = approved(&desk).await;
    let all = actor(desk.laboratory, &Role::ALL);
    let done = desk.genomes.release(&all, id, Some(open()), now()).await.expect("released");
    assert_eq!(done, Released { genomes: 1, rest_follows: true });
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 1);
    let job = jobs::claim(desk.genomes.store.database(), "test", now(), 60_000).await.expect("claimed");
    let job = job.expect("the rest");
    assert_eq!((job.sort.as_str(), job.subject), (OPEN_REST, id));
    (desk, id, job)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_batch_is_opened_in_steps_as_one_decision() {
    let (desk, id, job) = half_released().await;
    desk.genomes.open_rest(&job, &now).await.expect("opened");
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 2);
    let scope = desk.scope(desk.partner).await;
    let mut read = desk.genomes.store.read().await.expect("reading");
    let batch = records::find(&mut read, &scope, id, Face::Released).await.expect("read").expect("there");
    let decision = batch.entry.expect("kept").draft;
    for seen in genomes::list(&mut read, &scope, &Wanted::default()).await.expect("read") {
        let draft = seen.entry.expect("kept").draft;
        let said = (draft.person, draft.happened, draft.disclosure);
        assert_eq!(said, (decision.person, decision.happened, decision.disclosure.clone()));
    }
    drop(read);
    // Whoever does it again, as a worker does whose death came too late, changes nothing.
    let size = desk.genomes.store.head().await.expect("read").size;
    desk.genomes.open_rest(&job, &now).await.expect("nothing to do");
    assert_eq!(desk.genomes.store.head().await.expect("read").size, size);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_revised_after_the_release_was_decided_stays_closed() {
    let (desk, id, job) = half_released().await;
    let all = actor(desk.laboratory, &Role::ALL);
    let own = desk.scope(desk.laboratory).await;
    let wanted = Wanted { face: Face::Kept, submission: Some(id), ..Wanted::default() };
    let mut read = desk.genomes.store.read().await.expect("reading");
    let waiting =
        genomes::list(&mut read, &own, &wanted).await.expect("read").pop().expect("two").version.record;
    drop(read);
    let sample = SampleRow { sample: "K-1b".to_owned(), ..SampleRow::default() };
    let revision = Revision { sample: Some(sample), sequence: None, reason: "a typing error".to_owned() };
    desk.genomes.revise(&all, waiting, revision, now()).await.expect("revised");
    desk.genomes.open_rest(&job, &now).await.expect("done");
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 1);
    desk.genomes.release(&all, id, Some(open()), now()).await.expect("decided anew");
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 2);
}

async fn count(desk: &Desk, party: PartyId, face: Face) -> u64 {
    let scope = desk.scope(party).await;
    let mut read = desk.genomes.store.read().await.expect("reading");
    genomes::count(&mut read, &scope, &Wanted { face, ..Wanted::default() }).await.expect("counted")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_analysed_with_its_metadata() {
    let desk = Desk::new().await;
    let id = brought(&desk, Some(METADATA), &DraftSettings::default()).await;
    let mut read = desk.genomes.store.read().await.expect("reading");
    let draft = drafts::find(&mut read, desk.laboratory, id).await.expect("read").expect("there");
    assert_eq!((draft.state, draft.done, draft.message.as_str()), (DraftState::Ready, 2, ""));
    assert!(drafts::find(&mut read, desk.partner, id).await.expect("read").is_none());
    let report: DraftReport = serde_json::from_str(&draft.report).expect("ours");
    assert!(!report.is_stopped(), "{report:?}");
    let found = drafts::genomes(&mut read, id, Order::AsTheyCame, 0, 10).await.expect("read");
    let names: Vec<&str> = found.iter().map(|genome| genome.name.as_str()).collect();
    assert_eq!(names, ["K-1", "K-2"]);
    let document: serde_json::Value = serde_json::from_slice(&found[0].document).expect("ours");
    assert_eq!(document["sequences"][0]["clade"], "19A", "{document}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_released_is_seen_by_everybody_and_only_as_finely_as_the_rule_allows() {
    let desk = Desk::new().await;
    let before = count(&desk, desk.partner, Face::Released).await;
    released(&desk, open()).await;
    assert_eq!((before, count(&desk, desk.partner, Face::Released).await), (0, 2));
    assert_eq!(
        (count(&desk, desk.partner, Face::Kept).await, count(&desk, desk.laboratory, Face::Kept).await),
        (0, 2)
    );

    let scope = desk.scope(desk.partner).await;
    let mut read = desk.genomes.store.read().await.expect("reading");
    let seen = genomes::list(&mut read, &scope, &Wanted::default()).await.expect("read");
    let entry = seen.last().and_then(|seen| seen.entry.clone()).expect("an entry");
    let Body::Genome(genome) = entry.draft.body else { panic!("a genome") };
    assert_eq!(genome.sample.division, "Nairobi");
    // The place is finer than the rule allows, the age is made coarser.
    assert_eq!(genome.sample.other.get("place"), None);
    assert_eq!(genome.sample.other.get("age").map(String::as_str), Some("30-39"));
    let letters = desk.genomes.letters(genome.sequences[0].digest).await.expect("kept");
    assert_eq!(letters.len(), 29_903);
    assert!(genomes().windows(letters.len()).any(|window| window == letters));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_released_without_review_roles_and_fitting_terms() {
    let desk = Desk::new().await;
    let id = brought(&desk, Some(METADATA), &DraftSettings::default()).await;
    let refused = async |roles: &[Role], party: PartyId, choice: Choice| {
        desk.genomes
            .release(&actor(party, roles), id, Some(choice), now())
            .await
            .expect_err("refused")
            .to_string()
    };
    assert!(refused(&Role::ALL, desk.laboratory, open()).await.contains("no such batch"), "not handed in");
    let submitter = actor(desk.laboratory, &[Role::Submit]);
    desk.genomes.hand_in(&submitter, id, now()).await.expect("handed in");
    let again = desk.genomes.hand_in(&submitter, id, now()).await;
    assert!(matches!(again, Err(GenomeError::Refused(Refusal::Conflict(_)))), "{again:?}");
    assert!(refused(&Role::ALL, desk.laboratory, open()).await.contains("not approved"));
    assert!(refused(&[Role::Submit, Role::Review], desk.laboratory, open()).await.contains("release"));
    assert!(refused(&Role::ALL, desk.partner, open()).await.contains("no such batch"));
    desk.genomes.approve(&actor(desk.laboratory, &[Role::Review]), id, "", now()).await.expect("approved");
    let private = Choice { terms: "PRIVATE".to_owned(), ..open() };
    assert!(refused(&[Role::Release], desk.laboratory, private).await.contains("for the owner alone"));
    let partners = Choice { terms: "PARTNERS".to_owned(), ..open() };
    assert!(refused(&[Role::Release], desk.laboratory, partners).await.contains("name at least one"));
    let unknown = Choice { terms: "NOBODYS".to_owned(), ..open() };
    assert!(refused(&[Role::Release], desk.laboratory, unknown).await.contains("no such terms"));
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_see_what_strangers_do_not_even_count() {
    let desk = Desk::new().await;
    let audience = Audience::of([Member::Party(desk.partner)]).expect("one");
    released(&desk, Choice { terms: "PARTNERS".to_owned(), audience, open_from: None }).await;
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 2);
    assert_eq!(count(&desk, desk::record().into(), Face::Released).await, 0);
    let mut read = desk.genomes.store.read().await.expect("reading");
    let stranger = desk.scope(desk::record().into()).await;
    let names = ["K-1".to_owned()];
    let named = alike::with_names(&mut read, &stranger, &names).await.expect("read");
    assert!(named.is_empty());
    let partner = desk.scope(desk.partner).await;
    let named = alike::with_names(&mut read, &partner, &names).await.expect("read");
    assert_eq!(named["K-1"].len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_is_a_new_version_and_a_withdrawal_leaves_its_reason() {
    let desk = Desk::new().await;
    released(&desk, open()).await;
    let all = actor(desk.laboratory, &Role::ALL);
    let partner = desk.scope(desk.partner).await;
    let seen = async || {
        let mut read = desk.genomes.store.read().await.expect("reading");
        genomes::list(&mut read, &partner, &Wanted::default()).await.expect("read")
    };
    let record = seen().await[0].version.record;
    let sample = SampleRow { sample: "K-2b".to_owned(), ..SampleRow::default() };
    let revision = Revision { sample: Some(sample), sequence: None, reason: "tubes exchanged".to_owned() };
    assert_eq!(desk.genomes.revise(&all, record, revision.clone(), now()).await.expect("revised"), 2);
    let nothing = desk.genomes.revise(&all, record, revision, now()).await;
    assert!(nothing.expect_err("refused").to_string().contains("nothing would change"));
    assert!(seen().await.iter().all(|seen| seen.version.version == 1), "not released yet");
    desk.genomes.release_one(&all, record, None, now()).await.expect("released");
    assert!(seen().await.iter().any(|seen| seen.version.version == 2));

    desk.genomes.withdraw(&all, record, "wrong patient", now()).await.expect("withdrawn");
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 1);
    let mut read = desk.genomes.store.read().await.expect("reading");
    let found =
        records::find(&mut read, &partner, record, Face::Released).await.expect("read").expect("a tombstone");
    assert_eq!(found.status, Status::Withdrawn);
    let history = records::history(&mut read, &partner, record, Face::Released).await.expect("read");
    let versions: Vec<u32> = history.iter().map(|seen| seen.version.version).collect();
    assert_eq!(versions, [2, 2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bomb_is_given_up_with_a_sentence() {
    use std::io::Write as _;
    let mut desk = Desk::new().await;
    (desk.genomes.limits.record_bytes, desk.genomes.limits.text_bytes) = (1 << 20, 3 << 20);
    let submitter = actor(desk.laboratory, &[Role::Submit]);
    // One record without an end; many that are harmless one by one; a file in a file in a file.
    let endless = [b">bomb\n".to_vec(), vec![b'N'; 8 << 20]].concat();
    let many = format!(">a\n{}\n", "ACGT".repeat(10_000)).repeat(200).into_bytes();
    let packed = |bytes: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).expect("packed");
        writer.finish().expect("packed")
    };
    for (bytes, told) in [
        (packed(&endless), "1048576"),
        (packed(&many), "larger than 3145728 bytes unpacked"),
        (packed(&packed(&packed(&endless))), ""),
    ] {
        let files = [desk.file("bomb.fasta.gz", FileSort::Sequences, bytes).await];
        let settings = DraftSettings::default();
        let id = desk.genomes.bring(&submitter, "Bomb", &settings, &files, now()).await.expect("brought");
        desk.work().await;
        let mut read = desk.genomes.store.read().await.expect("reading");
        let draft = drafts::find(&mut read, desk.laboratory, id).await.expect("read").expect("there");
        let said = format!("{} {}", draft.message, draft.report);
        assert!(
            said.contains(told) && (draft.state == DraftState::Failed || !told.is_empty()),
            "{told}: {said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_in_the_metadata_stops_the_batch_until_it_is_put_right() {
    let desk = Desk::new().await;
    let metadata =
        "sample\trecord\tcollected\tcountry\tpatient_name\nK-1\tK-1\t2020-03-26\tKenia\tJane Doe\n";
    let id = brought(&desk, Some(metadata), &DraftSettings::default()).await;
    let submitter = actor(desk.laboratory, &[Role::Submit]);
    let stopped = desk.genomes.hand_in(&submitter, id, now()).await.expect_err("stopped").to_string();
    assert!(stopped.contains("put right"), "{stopped}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_after_the_release_the_draft_is_cleared_and_nothing_of_the_genomes() {
    let desk = Desk::new().await;
    let id = released(&desk, open()).await;
    let claimed = async |days: i64| {
        let at = now().plus_ms(days * 24 * 3_600_000);
        jobs::claim(desk.genomes.store.database(), "test", at, 1_000).await.expect("asked")
    };
    assert_eq!(claimed(6).await, None);
    let job = claimed(8).await.expect("due");
    assert_eq!((job.sort.as_str(), job.subject), (CLEAR_DRAFT, id));
    desk.genomes.clear_draft(&job).await.expect("cleared");
    let mut read = desk.genomes.store.read().await.expect("reading");
    assert!(!drafts::has_genomes(&mut read, id).await.expect("read"));
    let draft = drafts::find(&mut read, desk.laboratory, id).await.expect("read").expect("there");
    assert!(draft.state == DraftState::HandedIn && draft.report.contains("pathogens"), "{}", draft.report);
    drop(read);
    assert_eq!(count(&desk, desk.partner, Face::Released).await, 2);
}
