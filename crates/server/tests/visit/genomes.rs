//! The way of a genome by forms: brought, corrected, handed in, approved, released, seen, taken, revised, compared,
//! withdrawn; and what strangers do not see of it.

use crate::client::{Answer, Visit, between, genomes};
use hearth_base::role::Role;

const SHEET: &str = "sample\tcollected\tcountry\tdivision\tage\n\
    K-1\t2020-03-26\tKenia\tNairobi\t41\nK-2\t2020-04\tKE\t=Mombasa\t7\n";

/// Brings two genomes by the form, and waits for them. Returns the path of the batch.
async fn brought(visit: &Visit, session: &str, terms: &str, partners: &[&str]) -> String {
    let mut given = vec![("name", "Run 7"), ("terms", terms)];
    given.extend(partners.iter().map(|partner| ("partners", *partner)));
    let sequences = genomes();
    let files = [("files", "run.fasta", &sequences[..]), ("files", "run.tsv", SHEET.as_bytes())];
    let answer = visit.fill_with(session, "/submit", "/batches", &given, &files).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let path = answer.header("location").to_owned();
    let page = visit.get(session, &path).await;
    assert!(page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
    visit.work().await;
    let page = visit.get(session, &path).await;
    assert!(!page.body.contains("http-equiv=\"refresh\""), "it waits no longer: {}", page.body);
    path
}

async fn act(visit: &Visit, session: &str, path: &str, act: &str, given: &[(&str, &str)]) -> Answer {
    let answer = visit.fill(session, path, &format!("{path}/{act}"), given).await;
    if act == "accept" {
        visit.work().await;
    }
    visit.followed(session, &answer, "class=\"flash done\"").await
}

/// Brings two genomes and takes them to their approval. Returns the path of the batch.
pub async fn approved(visit: &Visit, session: &str, terms: &str, partners: &[&str]) -> String {
    let path = brought(visit, session, terms, partners).await;
    act(visit, session, &path, "accept", &[]).await;
    act(visit, session, &path, "submit", &[]).await;
    act(visit, session, &path, "approve", &[]).await;
    path
}

/// Brings two genomes and releases them. Returns the path of the batch.
pub async fn released(visit: &Visit, session: &str, terms: &str, partners: &[&str]) -> String {
    let path = approved(visit, session, terms, partners).await;
    act(visit, session, &path, "release", &[("confirmed", "yes")]).await;
    path
}

/// The first accession on a page, with its version.
fn accession(page: &str) -> String {
    format!("HTH_{}", between(page, "/genomes/HTH_", "\""))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_goes_its_way_by_forms() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let path = brought(&visit, &ada, "OPEN", &[]).await;
    let page = visit.get(&ada, &path).await;
    assert!(page.body.contains("Kenia") && page.body.contains("KE"), "a suggestion: {}", page.body);
    assert!(!visit.get("", "/genomes").await.body.contains("K-1"));
    let page = act(&visit, &ada, &path, "accept", &[]).await;
    assert!(!page.body.contains("<q dir=\"auto\">Kenia</q>"), "accepted: {}", page.body);
    act(&visit, &ada, &path, "submit", &[]).await;
    act(&visit, &ada, &path, "approve", &[]).await;
    assert!(!visit.get("", "/genomes").await.body.contains("K-1"), "nothing is released by itself");
    let unconfirmed = visit.fill(&ada, &path, &format!("{path}/release"), &[]).await;
    assert_eq!(unconfirmed.status, 422);
    act(&visit, &ada, &path, "release", &[("confirmed", "yes")]).await;
    let list = visit.get("", "/genomes?country=ke").await;
    assert!(list.body.contains("K-1") && list.body.contains("K-2"), "{}", list.body);
    assert!(visit.get("", "/").await.body.contains("Run 7"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_released_is_taken_with_its_manifest() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    released(&visit, &ada, "OPEN", &[]).await;
    let versioned = accession(&visit.get("", "/genomes").await.body);
    let page = visit.get("", &format!("/genomes/{versioned}")).await;
    assert!(page.status == 200 && page.body.contains("<svg"), "{}", page.body);
    assert!(page.body.contains("Reference laboratory ("), "a citation: {}", page.body);
    let fasta = visit.get("", &format!("/genomes/{versioned}/sequence.fasta")).await;
    assert!(fasta.body.starts_with(&format!(">{versioned} K-")), "{:?}", fasta.headers);
    assert!(fasta.header("content-disposition").contains(&versioned));
    let metadata = visit.get("", &format!("/genomes/{versioned}/metadata.json")).await;
    assert!(metadata.body.contains("\"citation\": \"Reference laboratory ("), "{}", metadata.body);
    let tsv = visit.get("", "/genomes.tsv").await;
    assert_eq!(tsv.body.lines().count(), 3, "{}", tsv.body);
    assert!(!tsv.body.contains("\t=Mombasa"), "a formula: {}", tsv.body);
    assert_eq!(visit.get("", "/genomes.fasta?text=K-1").await.body.matches('>').count(), 1);
    let manifest = visit.get("", "/genomes.manifest.json").await.body;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["records"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_alone_is_revised_compared_and_released_again() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let path = released(&visit, &ada, "OPEN", &[]).await;
    let versioned = accession(&visit.get("", "/genomes").await.body);
    let name = versioned.split('.').next().expect("an accession").to_owned();
    let revise = format!("/genomes/{name}/revise");
    let given = [("field.division", "Kisumu"), ("reason", "tubes exchanged")];
    let revised = visit.fill(&ada, &revise, &revise, &given).await;
    visit.followed(&ada, &revised, "Version 2 is kept").await;
    assert_eq!(visit.get("", &format!("/genomes/{name}.2")).await.status, 404);
    assert!(visit.get(&ada, &format!("/genomes/{name}")).await.body.contains("Kisumu"));
    assert!(!visit.get("", &format!("/genomes/{name}")).await.body.contains("Kisumu"));
    act(&visit, &ada, &path, "release", &[("confirmed", "yes")]).await;
    let compared = visit.get("", &format!("/genomes/{name}/compare?left=1&right=2")).await;
    assert!(compared.status == 200 && compared.body.contains("Kisumu"), "{}", compared.body);

    let withdraw = format!("/genomes/{name}/withdraw");
    assert_eq!(visit.fill(&ada, &withdraw, &withdraw, &[]).await.status, 422);
    let withdrawn = visit.fill(&ada, &withdraw, &withdraw, &[("reason", "wrong patient")]).await;
    assert_eq!(withdrawn.status, 303, "{}", withdrawn.body);
    let page = visit.get("", &format!("/genomes/{name}.1")).await;
    assert!(page.body.contains("wrong patient") && !page.body.contains("<svg"), "{}", page.body);
    for version in 1..=2 {
        assert_eq!(visit.get("", &format!("/genomes/{name}.{version}/sequence.fasta")).await.status, 410);
    }
    assert_eq!(visit.get("", "/genomes.tsv").await.body.lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_see_nothing_of_what_is_for_partners() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("partner", &Role::ALL).await;
    visit.guest("stranger", &Role::ALL).await;
    let (friend, stranger) = (visit.session_of("partner").await, visit.session_of("stranger").await);
    let path = released(&visit, &ada, "PARTNERS", &["Party of partner"]).await;
    let versioned = accession(&visit.get(&friend, "/genomes").await.body);
    let page = format!("/genomes/{versioned}");
    for session in ["", &stranger] {
        assert!(matches!(visit.get(session, &path).await.status, 303 | 404));
        for there in ["/", "/genomes", "/batches"] {
            let body = visit.get(session, there).await.body;
            let is_told = ["K-1", "Run 7", "HTH_"].iter().any(|word| body.contains(word));
            assert!(!is_told, "{there}: {body}");
        }
        for part in ["", "/sequence.fasta", "/metadata.json", "/compare"] {
            let path = format!("{page}{part}");
            let found = visit.get(session, &path).await;
            let nothing = visit.get(session, &path.replace(&versioned, "HTH_000000000.1")).await;
            assert_eq!((found.status, nothing.status), (404, 404), "{path}");
        }
        assert_eq!(visit.get(session, "/genomes.fasta").await.body, "");
        assert_eq!(visit.get(session, "/genomes.tsv").await.body.lines().count(), 1);
        assert!(!visit.get(session, "/genomes.manifest.json").await.body.contains("HTH_"));
    }
    // The partner sees it, and takes it only after accepting the terms.
    assert_eq!(visit.get(&friend, &page).await.status, 200);
    let sent = visit.get(&friend, &format!("{page}/sequence.fasta")).await;
    assert_eq!(sent.status, 303);
    let accept = sent.header("location").to_owned();
    let accepted = visit.fill(&friend, &accept, "/terms/PARTNERS/accept", &[("accepted", "yes")]).await;
    assert_eq!(accepted.header("location"), format!("{page}/sequence.fasta"));
    assert!(visit.get(&friend, accepted.header("location")).await.body.starts_with('>'));
    assert_eq!(visit.get(&ada, "/genomes.tsv").await.body.lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_genome_is_sent_back_by_a_form_and_the_others_go_on() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("stranger", &Role::ALL).await;
    let stranger = visit.session_of("stranger").await;
    let path = brought(&visit, &ada, "OPEN", &[]).await;
    act(&visit, &ada, &path, "accept", &[]).await;
    act(&visit, &ada, &path, "submit", &[]).await;
    let page = visit.get(&ada, &path).await;
    let (_, row) = page.body.split_once("<bdi>K-1</bdi>").expect("a row");
    let name = format!("HTH_{}", between(row, "<small>HTH_", "<"));
    let genome = format!("/genomes/{name}");
    assert!(visit.get(&ada, &genome).await.body.contains("/send-back\">Send back</a>"));
    let back = format!("{genome}/send-back");
    assert_eq!(visit.get(&stranger, &back).await.status, 404);
    let empty = visit.fill(&ada, &back, "/send-back", &[]).await;
    assert!(empty.status == 422 && empty.body.contains("say what is to be put right"), "{}", empty.body);
    let sent = visit.fill(&ada, &back, "/send-back", &[("reason", "the date is that of K-2")]).await;
    let page = visit.followed(&ada, &sent, "The genome is sent back").await;
    assert!(page.body.contains("Sent back, to be put right"), "{}", page.body);
    assert!(page.body.contains("the date is that of K-2") && !page.body.contains("/send-back\""));
    act(&visit, &ada, &path, "approve", &[]).await;
    act(&visit, &ada, &path, "release", &[("confirmed", "yes")]).await;
    let list = visit.get("", "/genomes").await;
    assert!(list.body.contains("K-2") && !list.body.contains("K-1"), "{}", list.body);
    assert_eq!(visit.get("", &genome).await.status, 404);
    // Its next version stands again.
    let revise = format!("{genome}/revise");
    let given = [("field.division", "Kisumu"), ("reason", "put right")];
    let revised = visit.fill(&ada, &revise, &revise, &given).await;
    let page = visit.followed(&ada, &revised, "Version 2 is kept").await;
    assert!(!page.body.contains("Sent back, to be"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_before_is_told_once_for_each_kind() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    for _ in 0..2 {
        released(&visit, &ada, "OPEN", &[]).await;
    }
    let path = brought(&visit, &ada, "OPEN", &[]).await;
    let page = visit.get(&ada, &path).await.body;
    let rows: Vec<&str> = page.split("<tr>").filter(|row| row.contains("<bdi>K-")).collect();
    assert_eq!(rows.len(), 2, "{page}");
    for row in rows {
        for what in ["same sequence", "same name"] {
            assert_eq!(row.matches(what).count(), 1, "{row}");
            let told = between(row, what, "</div>");
            assert_eq!(told.matches("/genomes/HTH_").count(), 2, "both: {row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_star_takes_what_descends_from_a_lineage_and_the_page_says_so() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    released(&visit, &ada, "OPEN", &[]).await;
    let rows = async |filter: &str| {
        let page = visit.get("", &format!("/genomes?lineage={filter}")).await;
        assert_eq!(page.status, 200, "{filter}: {}", page.body);
        let files = visit.get("", &format!("/genomes.tsv?lineage={filter}")).await.body.lines().count() - 1;
        let api = visit.get("", &format!("/api/v1/genomes?lineage={filter}")).await;
        assert_eq!(files, api.body.matches("\"accession\"").count(), "{filter}: {}", api.body);
        (files, page.body)
    };
    // The root of the built-in tree is 19A: everything descends from it.
    let (all, page) = rows("19A*").await;
    assert_eq!(all, 2, "{page}");
    assert!(page.contains("19A and what descends from it on the tree"), "{page}");
    assert!(page.contains("value=\"19A*\"") && page.contains("genomes.tsv?lineage=19A%2A"), "{page}");
    let (one, page) = rows("19A").await;
    assert!(one == 1 && !page.contains("what descends from it on the tree"), "{page}");
    assert_eq!((rows("20A*").await.0, rows("21G*").await.0), (1, 0));
    for wrong in ["*", "%20*", ".*"] {
        let status = visit.get("", &format!("/genomes?lineage={wrong}")).await.status;
        assert!((400..500).contains(&status), "{wrong}: {status}");
    }
}
