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
    let given =
        [("name", "7"), ("changed", "Two drugs less."), ("language", "English"), ("origin", "original")];
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
    let translated = [("language", "Français"), ("origin", "translated by a machine")];
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edition_is_withdrawn_and_its_page_and_files_say_why() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let path = plan(&visit, &ada).await;
    let given = [("terms", "OPEN: Open to everybody")];
    let page = visit.get(&ada, &path).await.body;
    let label = page.split("<option value=\"OPEN\"").nth(1).map(|rest| between(rest, ">", "<"));
    let given = label.map_or(given, |label| [("terms", label)]);
    let released = visit.fill(&ada, &path, "/release", &given).await;
    visit.followed(&ada, &released, "The edition is released").await;
    let page = visit.get("", &path).await.body;
    let file = format!("{path}/files/{}", between(&page, &format!("{path}/files/"), "\""));
    assert_eq!(visit.get("", &file).await.status, 200);
    let empty = visit.fill(&ada, &path, "/withdraw", &[]).await;
    assert!(empty.status == 422 && empty.body.contains("a withdrawal needs a reason"), "{}", empty.body);
    let done = visit.fill(&ada, &path, "/withdraw", &[("reason", "the dose was <wrong>")]).await;
    let page = visit.followed(&ada, &done, "The edition is withdrawn").await;
    assert!(!page.body.contains("/withdraw\"") && !page.body.contains("/shares\""), "{}", page.body);
    for session in ["", &ada] {
        let page = visit.get(session, &path).await;
        assert!(page.body.contains("Withdrawn on 2026-11-22. Do not use it."), "{}", page.body);
        assert!(
            page.body.contains("the dose was &#60;wrong&#62;") && !page.body.contains(&file),
            "{}",
            page.body
        );
        let gone = visit.get(session, &file).await;
        assert_eq!(gone.status, 410);
        assert!(gone.body.contains("the dose was &#60;wrong&#62;"), "{}", gone.body);
        assert!(gone.body.contains("This is no longer here"), "{}", gone.body);
    }
    let list = visit.get("", "/documents").await;
    assert!(list.body.contains("withdrawn"), "{}", list.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_work_says_what_it_is_about_and_a_file_how_it_came_into_its_language() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let given = [("title", "Doses"), ("subject", "treatment"), ("subject", "infection-control")];
    let made = visit.fill(&ada, "/documents", "/documents", &given).await;
    let path = made.header("location").to_owned();
    let page = visit.get(&ada, &path).await.body;
    for subject in ["technical-documents", "treatment", "infection-control"] {
        assert!(page.contains(&format!("<bdi>{subject}</bdi>")), "{subject}: {page}");
    }
    // What somebody named once is offered from then on.
    let offered = visit.get(&ada, "/documents").await.body;
    assert!(offered.contains("name=\"subject\" value=\"infection-control\""), "{offered}");
    let wrong =
        visit.fill(&ada, "/documents", "/documents", &[("title", "x"), ("subject", "Big Words!")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("a short name"), "{}", wrong.body);
    let given = [("name", "1"), ("language", "Español"), ("origin", "translation")];
    let file = [("file", "dosis.pdf", &b"%PDF-1.4 uno"[..])];
    let added = visit.fill_with(&ada, &path, "/editions", &given, &file).await;
    let page = visit.followed(&ada, &added, "Nobody else sees it yet").await;
    assert!(page.body.contains("<span class=\"state\">translation</span>"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_has_terms_and_a_day_by_the_rules_of_releases() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("north", &Role::ALL).await;
    visit.guest("south", &Role::ALL).await;
    let north = visit.session_of("north").await;
    let path = plan(&visit, &ada).await;
    let page = visit.get(&ada, &path).await.body;
    let label = |code: &str| {
        let (_, rest) = page.split_once(&format!("<option value=\"{code}\"")).expect("terms");
        between(rest, ">", "<").to_owned()
    };
    let (embargo, open, partners) = (label("EMBARGO"), label("OPEN"), label("PARTNERS"));
    let share = async |party: &str, terms: &str, day: &str| {
        let mut given = vec![("party", party), ("channel", "mail"), ("embargo", day)];
        if !terms.is_empty() {
            given.push(("terms", terms));
        }
        visit.fill(&ada, &path, "/shares", &given).await
    };
    for (terms, day, told) in [
        ("", "2027-01-31", "choose the terms that the embargo belongs to"),
        (embargo.as_str(), "", "need the day on which they open"),
        (embargo.as_str(), "2020-01-31", "the end of the embargo is in the past"),
        (partners.as_str(), "2027-01-31", "know no embargo"),
        (open.as_str(), "", "for everybody"),
    ] {
        let refused = share("Party of north", terms, day).await;
        assert!(refused.status == 422 && refused.body.contains(told), "{told}: {}", refused.body);
    }
    assert_eq!(visit.get(&north, &path).await.status, 404, "nothing came of these");
    let done = share("Party of north", &embargo, "2027-01-31").await;
    visit.followed(&ada, &done, "It is shared").await;
    assert_eq!(visit.get(&north, &path).await.status, 200);
    assert_eq!(visit.get("", &path).await.status, 404, "not before its day");
    // A second share does not change the terms in silence.
    let other = share("Party of south", &partners, "").await;
    assert!(other.status == 422 && other.body.contains("under other terms before"), "{}", other.body);
    let same = share("Party of south", "", "").await;
    visit.followed(&ada, &same, "It is shared").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipment_keeps_its_number_and_each_step_its_note() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    visit.guest("north", &Role::ALL).await;
    let north = visit.session_of("north").await;
    let given =
        [("batch", "First batch"), ("to", "Party of north"), ("item", "Test kits"), ("quantity", "5")];
    visit.fill(&ada, "/aid", "/aid", &given).await;
    let given = [("state", "sent"), ("on", "2026-11-22"), ("tracking", "EX-7"), ("note", "by air")];
    let sent = visit.fill(&ada, "/aid", "/move", &given).await;
    let page = visit.followed(&ada, &sent, "It is written down").await;
    assert!(page.body.contains("Number at the carrier <bdi>EX-7</bdi>"), "{}", page.body);
    assert!(page.body.contains("<small dir=\"auto\">by air</small>"), "{}", page.body);
    assert!(page.body.contains("<h2><bdi>First batch</bdi></h2>"), "{}", page.body);
    let given = [("state", "delivered"), ("on", "2026-11-22")];
    let moved = visit.fill(&ada, "/aid", "/move", &given).await;
    let page = visit.followed(&ada, &moved, "It is written down").await;
    assert_eq!(page.body.matches("by air").count(), 1, "a note is of its step: {}", page.body);
    assert!(page.body.contains("<bdi>EX-7</bdi>"), "the number stays: {}", page.body);
    // Its recipient may not know the batch, and reads a heading all the same.
    let page = visit.get(&north, "/aid").await.body;
    assert!(!page.contains("First batch"), "{page}");
    assert!(page.contains("<h2><bdi>From Reference laboratory to Party of north</bdi></h2>"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_headed_in_plain_words() {
    let visit = Visit::set_up().await;
    let page = visit.get("", "/figures").await.body;
    let figure = between(&page, "id=\"K1\"", "</article>");
    let heading =
        "<h2><bdi>Countries that were given a technical document</bdi> <small><code>K1</code></small></h2>";
    assert!(figure.contains(heading) && !figure.contains("simulated"), "{figure}");
}
