//! Questions of the field's own API over a world of genomes shared in all ways: what is answered, to whom, and that it
//! follows releases, withdrawals and the end of an embargo at once.

use crate::client::{Answer, FORM, send};
use crate::walk::world::{DAY_MS, HOWS, How, PATHOGEN, World};
use hearth_base::country::Country;
use hearth_server::app::genomes::counts;
use hearth_server::app::index::follow;
use hearth_store::log::read::head;
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use serde_json::Value;

pub async fn ask(world: &World, token: Option<&str>, what: &str) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    world.server.get(&format!("/lapis/{PATHOGEN}/sample/{what}"), &headers).await
}

pub async fn data(world: &World, token: Option<&str>, what: &str) -> Value {
    let answer = ask(world, token, what).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    let mut told: Value = serde_json::from_str(&answer.body).expect("JSON");
    told["data"].take()
}

pub async fn count(world: &World, token: Option<&str>, filter: &str) -> u64 {
    data(world, token, &format!("aggregated?{filter}")).await[0]["count"].as_u64().expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_is_answered_about_what_they_see() {
    let mut world = World::new().await;
    for how in [How::Kept, How::Narrowed, How::Partners, How::Embargo, How::Open] {
        world.add(how).await;
    }
    let mut seen = Vec::new();
    for login in ["owner", "member", "colleague", "stranger"] {
        let token = world.server.token_of(login, &["read"]).await;
        seen.push((login, count(&world, Some(&token), "").await));
    }
    // What is kept only is nobody's; the embargoed one is the member's already, the narrowed one the colleague's.
    assert_eq!(seen, [("owner", 4), ("member", 3), ("colleague", 2), ("stranger", 1)]);
    assert_eq!(count(&world, None, "").await, 1);
    // No session speaks for whoever asks.
    let session = format!("hearth={}", world.server.session_of("owner").await);
    let path = format!("/lapis/{PATHOGEN}/sample/aggregated");
    let answer = world.server.get(&path, &[("Cookie", &session)]).await;
    assert!(answer.body.contains(r#"[{"count":1}]"#), "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), "*");

    world.server.turn_clock(DAY_MS + 1);
    assert_eq!(count(&world, None, "").await, 2, "the embargo ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_is_gone_from_the_next_answer() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let before = ask(&world, None, "aggregated").await;
    world.server.turn_clock(5_000);
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let path = format!("/api/v1/genomes/{}/withdraw", world.accessions[0]);
    let body = r#"{"reason":"tubes exchanged"}"#;
    let withdrawn = send(world.server.address, "POST", &path, &headers, body).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    follow::catch_up(&world.server.app).await.expect("followed");
    let after = ask(&world, None, "aggregated").await;
    assert!(
        before.body.contains(r#"[{"count":1}]"#) && after.body.contains(r#"[{"count":0}]"#),
        "{}",
        after.body
    );
    assert!(after.header("lapis-data-version") > before.header("lapis-data-version"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_and_formats() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let world = &world;
    for (filter, expected) in [
        ("country=Kenya", 1),
        ("country=Ghana", 0),
        ("country=Ghana&country=Kenya", 1),
        ("dateFrom=2020-03-26&dateTo=2020-03-26", 1),
        ("dateFrom=2020-03-27", 0),
        ("country.regex=^Ken", 1),
        ("country.isNull=true", 0),
        ("nucleotideMutations=1000.", 1),
        ("nucleotideMutations=1000", 0),
        ("advancedQuery=country=Kenya%20%26%20!1000", 1),
    ] {
        assert_eq!(count(world, None, filter).await, expected, "{filter}");
    }
    let rows = data(world, None, "details?fields=country,date,version").await;
    assert_eq!(rows, serde_json::json!([{ "country": "Kenya", "date": "2020-03-26", "version": 1 }]));
    let csv = ask(world, None, "aggregated?fields=country&dataFormat=csv").await;
    assert_eq!(
        (csv.header("content-type"), csv.body.as_str()),
        ("text/csv;charset=UTF-8", "country,count\nKenya,1\n")
    );
    let mutations = data(world, None, "nucleotideMutations").await;
    let changed =
        mutations.as_array().expect("a list").iter().filter(|one| {
            one["position"].as_u64().is_some_and(|position| (12_001..=12_060).contains(&position))
        });
    assert!(changed.count() > 20, "60 letters were drawn by chance: {mutations}");
    let form = format!("/lapis/{PATHOGEN}/sample/aggregated");
    let posted = send(world.server.address, "POST", &form, &[FORM], "fields=country&limit=1").await;
    assert!(posted.body.contains("Kenya"), "{}", posted.body);
    let refused = [
        ("aggregated?fields=x", "Unknown field: 'x', known values are [accessionVersion, "),
        ("aggregated?nope=1", "'nope' is not a valid sequence filter key. Valid keys are: "),
        ("aggregated?nucleotideMutations=999999T", "out of bounds 999999 > 29903"),
        ("aggregated?nucleotideMutations=S:501Y", "Unknown nucleotide sequence: S"),
        ("aggregated?limit=x", "limit is "),
        ("nucleotideMutations?minProportion=2", "must be between 0 and 1"),
        ("details?orderBy=x", "cannot order by"),
        ("aggregated?advancedQuery=(", "Failed to parse advanced query (line 1:1)"),
    ];
    for (what, sentence) in refused {
        let answer = ask(world, None, what).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.body);
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        let detail = told["error"]["detail"].as_str().expect("a sentence");
        assert!(detail.contains(sentence), "{what}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_count_the_same_by_index_as_by_looking_at_every_row() {
    let mut world = World::new().await;
    for how in HOWS {
        world.add(how).await;
    }
    let app = world.server.app.clone();
    follow::catch_up(&app).await.expect("followed");
    let day = |text: &str| Some(text.parse().expect("a day"));
    let accession: String = world.accessions[0].chars().take(8).collect();
    let asked = [
        Wanted { from: day("2020-01-01"), ..Wanted::default() },
        Wanted { to: day("2020-03-26"), country: Country::from_alpha2("KE"), ..Wanted::default() },
        Wanted { from: day("2020-03-27"), ..Wanted::default() },
        Wanted { text: Some(accession.to_lowercase()), ..Wanted::default() },
        Wanted { text: Some("%".to_owned()), ..Wanted::default() },
        Wanted { from: day("2020-01-01"), lineages: vec!["20A".to_owned()], ..Wanted::default() },
        Wanted { from: day("2020-01-01"), pathogen: Some(PATHOGEN.to_owned()), ..Wanted::default() },
        Wanted { from: day("2020-01-01"), pathogen: Some("another".to_owned()), ..Wanted::default() },
    ];
    let mut counted = Vec::new();
    for scope in world.scopes().await {
        let mut read = app.store.read().await.expect("reading");
        assert_eq!(app.indexes.size(), head(&mut read).await.expect("read").size, "the index is asked");
        for wanted in &asked {
            let slow = genomes::count_by_scan(&mut read, &scope, wanted).await.expect("counted");
            let fast = counts::count(&app, &mut read, &scope, wanted).await.expect("counted");
            assert_eq!(fast, slow, "{wanted:?}");
            counted.push(slow);
            for by in [CountedBy::Country, CountedBy::Lineage] {
                let slow = genomes::counts_by_scan(&mut read, &scope, wanted, by).await.expect("counted");
                let fast = counts::counts(&app, &mut read, &scope, wanted, by).await.expect("counted");
                assert_eq!(fast, slow, "{wanted:?} {by:?}");
            }
        }
    }
    assert!(counted.contains(&0) && counted.contains(&1) && counted.contains(&5), "{counted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_is_in_no_answer_of_a_running_server() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let app = &world.server.app;
    assert_eq!(count(&world, None, "").await, 1);
    world.erase_newest().await;
    follow::catch_up(app).await.expect("followed");
    assert_eq!(count(&world, None, "").await, 0);
    let rows = data(&world, None, "details").await;
    assert_eq!(rows, serde_json::json!([]));
}

/// The page, as somebody with a session (or nobody) is shown it.
async fn page(world: &World, login: &str, question: &str) -> Answer {
    let path = format!("/ask/{PATHOGEN}?{question}");
    if login.is_empty() {
        return world.server.get(&path, &[]).await;
    }
    world.server.get_as(&world.server.session_of(login).await, &path).await
}

/// The number that a page tells first.
fn counted(answer: &Answer) -> u64 {
    let told = answer.body.split("<h2 class=\"tally\"><b>").nth(1).expect("a count");
    let number = told.split(" genome").next().expect("a number");
    if number == "No" { 0 } else { number.parse().expect("a number") }
}

/// What a value is said to leave.
fn leaves(answer: &Answer, value: &str) -> Option<u64> {
    let behind = answer.body.split(&format!("<bdi>{value}</bdi> <small>")).nth(1)?;
    behind.split('<').next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_counts_for_each_reader_what_they_see() {
    let mut world = World::new().await;
    for how in [How::Kept, How::Narrowed, How::Partners, How::Embargo, How::Open] {
        world.add(how).await;
    }
    for (login, expected) in [("owner", 4), ("member", 3), ("colleague", 2), ("stranger", 1), ("", 1)] {
        let answer = page(&world, login, "").await;
        // A value is told with what the same reader finds by it.
        let found = page(&world, login, "country=Kenya").await;
        let told = (counted(&answer), leaves(&answer, "Kenya"), counted(&found));
        assert_eq!(told, (expected, Some(expected), expected), "{login}: {}", answer.body);
        let rows = answer.body.matches("<th class=\"keep\" scope=\"row\">").count() as u64;
        assert_eq!(rows, expected, "{login}");
        // A field's own part of the question is left out where its values are counted, every other part is not.
        let none = page(&world, login, "country=Ghana").await;
        assert_eq!((counted(&none), leaves(&none, "Kenya")), (0, Some(expected)), "{login}");
        let none = page(&world, login, "dateFrom=2020-03-27").await;
        assert_eq!((counted(&none), leaves(&none, "Kenya")), (0, None), "{login}");
    }
    // The session of a reader is no one else's: what the owner alone sees is in no one else's page.
    let hidden = &world
        .canaries
        .iter()
        .filter(|one| one.how == How::Kept)
        .map(|one| one.word.clone())
        .collect::<Vec<_>>();
    let shown = page(&world, "stranger", "").await;
    assert!(hidden.iter().all(|word| !shown.body.contains(word)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_asks_what_the_api_answers() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let world = &world;
    for question in [
        "",
        "advancedQuery=1000.",
        "advancedQuery=1000",
        "advancedQuery=country=Kenya%20%26%20!1000",
        "country=Ghana&country=Kenya",
        "country.isNull=true",
        "dateFrom=2020-03-26&dateTo=2020-03-26",
        "dateReleasedTo=2019-12-31",
        "simulated=true",
        "simulated=false",
    ] {
        let answer = page(world, "", question).await;
        assert_eq!(answer.status, 200, "{question}: {}", answer.body);
        assert_eq!(counted(&answer), count(world, None, question).await, "{question}");
        // The command that the page shows asks the same.
        let shown = answer.body.split("/sample/aggregated").nth(1).expect("a command");
        let shown = shown.split("&#39;").next().expect("an end").replace("&#38;", "&").replace("&amp;", "&");
        let (asked, told) = (shown.trim_start_matches('?'), counted(&answer));
        assert_eq!(count(world, None, asked).await, told, "{question}: {asked}");
    }
    // A month is taken whole.
    assert_eq!(counted(&page(world, "", "dateFrom=2020-03&dateTo=2020-03").await), 1);
    assert_eq!(counted(&page(world, "", "dateFrom=2020-04").await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_with_a_mistake_is_shown_again_with_all_that_was_typed() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    for (question, typed, sentence) in [
        ("advancedQuery=S%3A501Y+%26+(1000", "S:501Y &#38; (1000", "At the end: a ) is missing here."),
        ("advancedQuery=1000%20%26%20%5D&country=Kenya", "value=\"Kenya\"", "Letter 8, at"),
        ("advancedQuery=999999T", "999999T", "out of bounds 999999"),
        ("dateFrom=soon&host=Human", "value=\"Human\"", "no value of date"),
        ("country=Kenya&country.isNull=true", "value=\"Kenya\"", "cannot be used with another filter"),
        ("region=Africa&country=Kenya", "value=\"Kenya\"", "no filter “region”"),
        ("simulated=perhaps", "perhaps", "write true or false"),
        ("offset=x&country=Kenya", "value=\"Kenya\"", "no number"),
    ] {
        let answer = page(&world, "", question).await;
        assert_eq!(answer.status, 422, "{question}");
        assert!(answer.body.contains(typed), "{question}: {}", answer.body);
        assert!(answer.body.contains(sentence), "{question}: {}", answer.body);
        assert!(!answer.body.contains("class=\"tally\""), "{question}: nothing is answered");
    }
    assert_eq!(world.server.get("/ask/none", &[]).await.status, 404);
    assert_eq!(world.server.get(&format!("/ask/{PATHOGEN}?host=%FF"), &[]).await.status, 400);
    let led = world.server.get("/ask", &[]).await;
    assert_eq!((led.status, led.header("location")), (303, format!("/ask/{PATHOGEN}").as_str()));
    // Beyond the end of the list a way leads back.
    let beyond = page(&world, "", "offset=500").await;
    assert!(
        beyond.status == 200 && beyond.body.contains(&format!("href=\"/ask/{PATHOGEN}#genomes\"")),
        "{}",
        beyond.body
    );
}
