//! Documents and aid by forms: a work, an edition with its file, given to two partners and confirmed by one; a shipment
//! with its receipt; and the figures that follow.

use crate::client::{Visit, between};
use hearth_base::role::Role;

/// Makes a work with an edition and a file. Returns the path of its page.
async fn plan(visit: &Visit, session: &str) -> String {
    let given = [("title", "Treatment plan & <guide>")];
    let made = visit.fill(session, "/documents", "/documents", &given).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let path = made.header("location").to_owned();
    let given = [("name", "7"), ("changed", "Two drugs less."), ("language", "English")];
    let file = [("file", "plan-7.pdf", &b"%PDF-1.4 plan"[..])];
    let added = visit.fill_with(session, &path, "/editions", &given, &file).await;
    visit.followed(session, &added, "Nobody else sees it yet").await;
    path
}

fn counted(page: &str, code: &str) -> String {
    between(between(page, &format!("id=\"{code}\""), "</article>"), "<b>", "</b>").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edition_is_given_to_two_and_confirmed_by_one() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("north", &Role::ALL).await;
    visit.guest("south", &Role::ALL).await;
    let (north, south) = (visit.session_of("north").await, visit.session_of("south").await);
    let path = plan(&visit, &ada).await;
    for session in ["", &north] {
        assert_eq!(visit.get(session, &path).await.status, 404, "nobody else sees it yet");
    }
    let translated = [("language", "Français"), ("machine", "yes")];
    let file = [("file", "plan-7-fr.pdf", &b"%PDF-1.4 le plan"[..])];
    let added = visit.fill_with(&ada, &path, "/files", &translated, &file).await;
    visit.followed(&ada, &added, "The file is kept").await;
    let given = [("party", "Party of north"), ("party", "Party of south")];
    let shared = visit.fill(&ada, &path, "/shares", &given).await;
    let page = visit.followed(&ada, &shared, "It is shared").await;
    assert!(page.body.contains("Party of north"), "{}", page.body);

    let own = visit.get(&north, "/account").await;
    let page = visit.get(&north, &path).await;
    assert!(page.status == 200 && own.status == 200, "{}", page.body);
    assert!(page.body.contains("Treatment plan &#38; &#60;guide&#62;"), "{}", page.body);
    assert!(page.body.contains("Français") && !page.body.contains("Party of south"), "{}", page.body);
    let file = format!("{path}/files/{}", between(&page.body, &format!("{path}/files/"), "\""));
    let sent_on = visit.get(&north, &file).await;
    assert_eq!(
        (sent_on.status, sent_on.header("location").contains("/accept")),
        (303, true),
        "its terms first"
    );
    let accept = sent_on.header("location").to_owned();
    let accepted = visit.fill(&north, &accept, "/accept", &[("accepted", "yes")]).await;
    assert_eq!(accepted.status, 303, "{}", accepted.body);
    assert_eq!(visit.get(&north, &file).await.status, 200);
    assert_eq!(visit.get("", &file).await.status, 404);
    let confirmed = visit.fill(&north, &path, "/confirm", &[]).await;
    visit.followed(&north, &confirmed, "The receipt is confirmed").await;
    let page = visit.get(&ada, &path).await;
    assert_eq!(page.body.matches("✓").count(), 1, "one of two: {}", page.body);
    assert_eq!(visit.get(&south, &path).await.status, 200);

    let figures = visit.get("", "/figures").await;
    assert_eq!(counted(&figures.body, "K1"), "0", "neither is a country or in one: {}", figures.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipment_goes_out_and_is_confirmed() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("north", &Role::ALL).await;
    let north = visit.session_of("north").await;
    let given = [
        ("batch", "First batch"),
        ("to", "Party of north"),
        ("item", "Test kits"),
        ("quantity", "1000"),
        ("unit", "kits"),
    ];
    let planned = visit.fill(&ada, "/aid", "/aid", &given).await;
    let page = visit.followed(&ada, &planned, "The shipment is planned").await;
    assert!(page.body.contains("1,000") || page.body.contains("1 000"), "{}", page.body);
    assert!(!visit.get(&north, "/aid").await.body.contains("Test kits"), "not before it is sent");
    let today = between(&page.body, "<time>", "</time>").to_owned();
    let given = [("state", "sent"), ("on", today.as_str()), ("note", "Flight EX-7")];
    let moved = visit.fill(&ada, "/aid", "/move", &given).await;
    visit.followed(&ada, &moved, "Flight EX-7").await;
    let confirmed = visit.fill(&north, "/aid", "/confirm", &[]).await;
    visit.followed(&north, &confirmed, "The receipt is confirmed").await;
    assert!(visit.get(&ada, "/aid").await.body.contains("✓"));
    assert!(!visit.get("", "/aid").await.body.contains("Test kits"));
}
