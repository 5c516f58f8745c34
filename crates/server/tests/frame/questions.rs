//! Questions of the field's own API over a world of genomes shared in all ways: what is answered, to whom, and that it
//! follows releases, withdrawals and the end of an embargo at once.

use crate::client::{Answer, FORM, send};
use crate::walk::world::{DAY_MS, How, PATHOGEN, World};
use hearth_server::app::index::follow;
use serde_json::Value;

async fn ask(world: &World, token: Option<&str>, what: &str) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    world.server.get(&format!("/lapis/{PATHOGEN}/sample/{what}"), &headers).await
}

async fn data(world: &World, token: Option<&str>, what: &str) -> Value {
    let answer = ask(world, token, what).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    let mut told: Value = serde_json::from_str(&answer.body).expect("JSON");
    told["data"].take()
}

async fn count(world: &World, token: Option<&str>, filter: &str) -> u64 {
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
