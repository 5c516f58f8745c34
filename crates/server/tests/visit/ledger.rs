//! The ledger's list offers the kinds that are there, for whoever reads.

use crate::client::Visit;
use hearth_base::role::Role;

fn offered(page: &str) -> Vec<&str> {
    page.split("/ledger?kind=").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_kinds_of_which_there_is_any_are_offered() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("other", &Role::ALL).await;
    let other = visit.session_of("other").await;
    let before = visit.get(&other, "/ledger").await.body;
    assert!(
        offered(&before).contains(&"party") && !offered(&before).contains(&"work"),
        "{:?}",
        offered(&before)
    );
    assert!(!offered(&before).contains(&"genome"));
    visit.fill(&ada, "/documents", "/documents", &[("title", "Plan")]).await;
    let own = visit.get(&ada, "/ledger").await.body;
    assert!(offered(&own).contains(&"work"), "{:?}", offered(&own));
    let after = visit.get(&other, "/ledger").await.body;
    assert_eq!(offered(&before), offered(&after), "what others keep is not told");
    for kind in offered(&own) {
        let page = visit.get(&ada, &format!("/ledger?kind={kind}")).await.body;
        assert!(!page.contains("There is no entry here that you may see"), "{kind}: {page}");
    }
}
