//! The search: accessions, names and titles, within what the reader may see.

use crate::client::Visit;
use hearth_base::role::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_what_the_reader_may_see_and_says_how_much_at_least() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("north", &Role::ALL).await;
    let north = visit.session_of("north").await;
    let front = visit.get("", "/").await.body;
    assert!(front.contains("action=\"/search\"") && front.contains("name=\"q\""), "{front}");
    let form = visit.get("", "/search").await.body;
    assert!(form.contains("name=\"q\"") && !form.contains("Nothing that you may see"), "{form}");
    for number in 1..=21 {
        let given = [("title", format!("Plan <{number}>"))];
        let given: Vec<(&str, &str)> = given.iter().map(|(name, text)| (*name, text.as_str())).collect();
        assert_eq!(visit.fill(&ada, "/documents", "/documents", &given).await.status, 303);
    }
    let many = visit.get(&ada, "/search?q=pLAN").await.body;
    assert!(many.contains("Documents <small>at least 20</small>"), "{many}");
    assert!(many.contains("Plan &#60;21&#62;") && many.contains("Show all of them"), "{many}");
    let one = visit.get(&ada, "/search?q=%3C21%3E").await.body;
    assert!(one.contains("Documents <small>1</small>") && !one.contains("Show all"), "{one}");
    for session in ["", &north] {
        let page = visit.get(session, "/search?q=plan").await;
        assert!(page.status == 200 && page.body.contains("Nothing that you may see"), "{}", page.body);
    }
    // Which parties there are is told to whoever signed in.
    let found = visit.get(&north, "/search?q=laborat").await.body;
    assert!(found.contains("Parties <small>1</small>") && found.contains("Reference laboratory"), "{found}");
    let unsigned = visit.get("", "/search?q=laborat").await.body;
    assert!(!unsigned.contains("Parties <small>"), "{unsigned}");
    let hostile = visit.get(&ada, "/search?q=%25%27%22%00%3Cb%3E").await;
    assert!(hostile.status == 200 && !hostile.body.contains("<b>\""), "{}", hostile.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn genomes_are_found_by_the_beginning_of_accession_or_name() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    crate::genomes::released(&visit, &ada, "OPEN", &[]).await;
    let page = visit.get("", "/search?q=K-").await.body;
    assert!(page.contains("Genomes <small>2</small>") && page.contains("K-1"), "{page}");
    let accession = crate::client::between(&page, "/genomes/HTH_", "\"").to_owned();
    let name = accession.split('.').next().expect("an accession");
    let found = visit.get("", &format!("/search?q=hth_{name}")).await.body;
    assert!(found.contains("Genomes <small>1</small>") && found.contains(&accession), "{found}");
}
