//! What takes time: a large release that goes on, and looking back to how things were.

use crate::client::{Visit, between};
use crate::genomes::{approved, released};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_in_steps_says_how_far_it_is() {
    let visit = Visit::set_up_as(|config| config.limits.release_step_genomes = 1).await;
    let ada = visit.session_of("ada").await;
    let path = approved(&visit, &ada, "OPEN", &[]).await;
    let answer = visit.fill(&ada, &path, &format!("{path}/release"), &[("confirmed", "yes")]).await;
    let page = visit.followed(&ada, &answer, "The others follow").await.body;
    assert!(page.contains("1 genome of 2 is released") && page.contains("http-equiv=\"refresh\""), "{page}");
    assert!(!page.contains(&format!("{path}/release\"")), "no second release is offered: {page}");
    assert!(visit.get("", "/genomes").await.body.contains("1 genome that you may see"));
    visit.work().await;
    let page = visit.get(&ada, &path).await.body;
    assert!(!page.contains("http-equiv=\"refresh\"") && !page.contains("the others follow"), "{page}");
    assert!(visit.get("", "/genomes").await.body.contains("2 genomes that you may see"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_and_its_files_look_back_to_a_day_or_an_entry() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    released(&visit, &ada, "OPEN", &[]).await;
    // The newest entries: the second genome, then the first.
    let ledger = visit.get("", "/ledger").await.body;
    let entries: Vec<&str> = ledger
        .match_indices("href=\"/ledger/")
        .map(|(at, _)| between(&ledger[at..], "href=\"/ledger/", "\""))
        .collect();
    let check = async |as_of: &str, expected: usize| {
        let page = visit.get("", &format!("/genomes?as_of={as_of}")).await;
        assert!(page.body.contains("What was known as of"), "{}", page.body);
        assert_eq!(page.body.matches("href=\"/genomes/HTH_").count(), expected, "{as_of}: {}", page.body);
        let file = visit.get("", &format!("/genomes.fasta?as_of={as_of}")).await;
        assert_eq!(file.body.matches('>').count(), expected, "{as_of}: {}", file.status);
        let api = visit.get("", &format!("/api/v1/genomes?as_of={as_of}")).await.body;
        assert_eq!(api.matches("\"accession\"").count(), expected, "{as_of}: {api}");
    };
    check(entries[0], 2).await;
    check(entries[1], 1).await;
    check("2026-11-22", 2).await;
    check("2026-11-21", 0).await;
    check("2026-11-22T11:59:59Z", 0).await;
    for (wrong, status) in [("yesterday", 422), ("01ARZ3NDEKTSV4RRFFQ69G5FAV", 404)] {
        let page = visit.get("", &format!("/genomes?as_of={wrong}")).await;
        assert_eq!(page.status, status, "{wrong}: {}", page.body);
    }
}
