//! The path of a genome by forms, over real HTTP: uploaded, submitted, approved, released, seen, revised, withdrawn; and
//! what strangers do not see of it.

mod visit;

use hearth_base::role::Role;
use visit::{Visit, between};

/// Uploads two genomes and waits for them. Returns the batch's page.
async fn uploaded(visit: &Visit, session: &str, terms: &str, partners: &[&str]) -> String {
    let reader = hearth_store::state::parties::all(&mut visit.read().await).await.expect("read");
    let party = reader.iter().find(|(_, party)| party.name == "Reference laboratory").expect("there").0;
    let party = party.to_string();
    let mut fields = vec![("name", "Run 7"), ("pathogen", ""), ("party", &party), ("terms", terms)];
    fields.extend(partners.iter().map(|partner| ("partners", *partner)));
    let metadata = "sample\trecord\tcollected\tcountry\tdivision\n\
                    K-1\tK-1\t2020-03-26\tKenya\tNairobi\nK-2\tK-2\t2020-04\tKE\t=Mombasa\n";
    let files = [("run.fasta", visit::genomes()), ("run.tsv", metadata.as_bytes().to_vec())];
    let answer = visit.upload(session, "/batches", &fields, "files", &files).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let path = answer.header("location").to_owned();
    let page = visit.get(session, &path).await;
    assert!(page.body.contains("http-equiv=\"refresh\""), "{}", page.body);
    visit.work().await;
    path
}

async fn act(visit: &Visit, session: &str, path: &str, act: &str) -> visit::Answer {
    let page = visit.get(session, path).await;
    let revision = between(&page.body, "name=\"revision\" value=\"", "\"").unwrap_or_default().to_owned();
    let fields = [("revision", revision.as_str()), ("confirmed", "yes")];
    visit.post(session, &format!("{path}/{act}"), &fields).await
}

async fn released(visit: &Visit, session: &str, terms: &str, partners: &[&str]) -> String {
    let path = uploaded(visit, session, terms, partners).await;
    for one in ["submit", "approve", "release"] {
        let answer = act(visit, session, &path, one).await;
        assert_eq!(answer.status, 303, "{one}: {}", answer.body);
    }
    path
}

fn accession(page: &str) -> String {
    between(page, "/genomes/HTH_", "\"").map(|rest| format!("HTH_{rest}")).expect("an accession")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_genome_goes_its_way_by_forms() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    assert_eq!(visit.get(&ada, "/submit").await.status, 200);
    let path = uploaded(&visit, &ada, "OPEN", &[]).await;
    let page = visit.get(&ada, &path).await;
    assert!(page.body.contains("K-1") && page.body.contains("/submit\""), "{}", page.body);
    assert!(
        visit.get("", "/genomes").await.body.contains("No genome")
            || !visit.get("", "/genomes").await.body.contains("K-1")
    );

    let stale = visit.post(&ada, &format!("{path}/submit"), &[("revision", "0")]).await;
    assert_eq!(stale.status, 409);
    for one in ["submit", "approve"] {
        assert_eq!(act(&visit, &ada, &path, one).await.status, 303, "{one}");
        assert!(!visit.get("", "/genomes").await.body.contains("K-1"));
    }
    let page = visit.get(&ada, &path).await;
    let revision = between(&page.body, "name=\"revision\" value=\"", "\"").expect("a form").to_owned();
    let unconfirmed = visit.post(&ada, &format!("{path}/release"), &[("revision", &revision)]).await;
    assert_eq!(unconfirmed.status, 422);
    assert_eq!(act(&visit, &ada, &path, "release").await.status, 303);

    let list = visit.get("", "/genomes?country=ke").await;
    assert!(list.body.contains("K-1") && list.body.contains("K-2"), "{}", list.body);
    let front = visit.get("", "/").await;
    assert!(front.body.contains("Run 7"), "{}", front.body);
    let versioned = accession(&list.body);
    let name = versioned.split('.').next().expect("an accession").to_owned();
    let page = visit.get("", &format!("/genomes/{versioned}")).await;
    assert!(
        page.status == 200 && page.body.contains("<svg") && page.body.contains("Reference laboratory ("),
        "{}",
        page.body
    );
    let fasta = visit.get("", &format!("/genomes/{versioned}/sequence.fasta")).await;
    assert!(fasta.body.starts_with(&format!(">{versioned} K-")), "{:?}", fasta.headers);
    assert!(fasta.header("content-disposition").contains(&versioned));
    assert_eq!(fasta.header("x-content-type-options"), "nosniff");
    let metadata = visit.get("", &format!("/genomes/{versioned}/metadata.json")).await;
    assert!(metadata.body.contains("\"citation\": \"Reference laboratory ("), "{}", metadata.body);
    let tsv = visit.get("", "/genomes.tsv").await;
    assert_eq!(tsv.body.lines().count(), 3, "{}", tsv.body);
    assert!(tsv.body.contains("\t'=Mombasa\t"), "{}", tsv.body);
    assert_eq!(visit.get("", "/genomes.fasta?text=K-1").await.body.matches('>').count(), 1);
    let json: serde_json::Value =
        serde_json::from_str(&visit.get("", "/genomes.json").await.body).expect("JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    let manifest: serde_json::Value =
        serde_json::from_str(&visit.get("", "/genomes.manifest.json").await.body).expect("JSON");
    assert_eq!(manifest["records"].as_array().map(Vec::len), Some(2));

    // A new version is its owner's until it is released.
    let fields = [("version", "1"), ("field.sample", "K-9"), ("reason", "tubes exchanged")];
    let revised = visit.upload(&ada, &format!("/genomes/{name}/revise"), &fields, "sequence", &[]).await;
    assert_eq!(revised.status, 303, "{}", revised.body);
    assert_eq!(
        visit.upload(&ada, &format!("/genomes/{name}/revise"), &fields, "sequence", &[]).await.status,
        409
    );
    assert_eq!(visit.get("", &format!("/genomes/{name}.2")).await.status, 404);
    assert!(visit.get(&ada, &format!("/genomes/{name}")).await.body.contains("K-9"));
    assert!(!visit.get("", &format!("/genomes/{name}")).await.body.contains("K-9"));
    assert_eq!(act(&visit, &ada, &path, "release").await.status, 303, "released again");
    assert_eq!(visit.get("", &format!("/genomes/{name}/compare?left=1&right=2")).await.status, 200);

    let withdraw = format!("/genomes/{name}/withdraw");
    assert_eq!(visit.get(&ada, &withdraw).await.status, 200);
    assert_eq!(visit.post(&ada, &withdraw, &[("reason", "")]).await.status, 422);
    assert_eq!(visit.post(&ada, &withdraw, &[("reason", "wrong patient")]).await.status, 303);
    let page = visit.get("", &format!("/genomes/{name}.1")).await;
    assert!(page.body.contains("wrong patient") && !page.body.contains("<svg"), "{}", page.body);
    for version in 1..=2 {
        let gone = visit.get("", &format!("/genomes/{name}.{version}/sequence.fasta")).await;
        assert_eq!(gone.status, 410);
    }
    assert_eq!(visit.get("", "/genomes.tsv").await.body.lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_see_nothing_of_what_is_for_partners() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let partner = visit.guest("partner", &Role::ALL).await.to_string();
    visit.guest("stranger", &Role::ALL).await;
    let (friend, stranger) = (visit.session_of("partner").await, visit.session_of("stranger").await);
    let path = released(&visit, &ada, "PARTNERS", &[&partner]).await;
    let versioned = accession(&visit.get(&friend, "/genomes").await.body);
    let page = format!("/genomes/{versioned}");
    for session in ["", &stranger] {
        assert!(matches!(visit.get(session, &path).await.status, 303 | 404));
        for there in ["/", "/genomes", "/batches"] {
            let body = visit.get(session, there).await.body;
            assert!(
                !body.contains("K-1") && !body.contains("Run 7") && !body.contains("HTH_"),
                "{there}: {body}"
            );
        }
        for part in ["", "/sequence.fasta", "/metadata.json", "/compare", ".1"] {
            let path = format!("{page}{part}");
            let found = visit.get(session, &path).await;
            let nothing = visit.get(session, &path.replace(&versioned, "HTH_000000000.1")).await;
            assert_eq!((found.status, nothing.status), (404, 404), "{path}");
        }
        assert_eq!(visit.get(session, "/genomes.fasta").await.body, "");
        assert_eq!(visit.get(session, "/genomes.tsv").await.body.lines().count(), 1);
        assert_eq!(visit.get(session, "/genomes.json").await.body.trim(), "[\n]");
        assert!(!visit.get(session, "/genomes.manifest.json").await.body.contains("HTH_"));
    }
    for act in ["approve", "release", "discard", "submit"] {
        let answer = visit.post(&stranger, &format!("{path}/{act}"), &[("confirmed", "yes")]).await;
        assert_eq!(answer.status, 404, "{act}");
    }
    // The partner sees it, and takes it only after accepting the terms.
    assert_eq!(visit.get(&friend, &page).await.status, 200);
    let sent = visit.get(&friend, &format!("{page}/sequence.fasta")).await;
    assert_eq!(sent.status, 303);
    assert!(sent.header("location").starts_with("/terms/PARTNERS/accept?next="), "{:?}", sent.headers);
    assert_eq!(visit.get(&friend, "/genomes.tsv").await.body.lines().count(), 1);
    assert!(visit.get(&friend, "/genomes.manifest.json").await.body.contains("\"PARTNERS\": 2"));
    assert_eq!(visit.get(&ada, "/genomes.tsv").await.body.lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_an_upload_is_said_in_the_form() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let answer = visit.upload(&ada, "/batches", &[("terms", "OPEN")], "files", &[]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("your own party"), "{}", answer.body);
    let template = visit.get("", "/submit/template.tsv").await;
    assert!(template.body.starts_with("sample\trecord\t"));
    assert_eq!(visit.get("", "/submit").await.status, 303);
    assert_eq!(visit.get(&ada, "/genomes?country=Kenia").await.status, 422);
}
