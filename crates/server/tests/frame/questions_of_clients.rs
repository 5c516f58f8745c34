//! What clients of the field count on beyond counts and rows: weeks and letters, lineages, how a query is understood, the
//! shapes of problems, and that nobody is answered by a part.

use crate::client::{Answer, send};
use crate::questions::{ask, count, data};
use crate::walk::world::{How, PATHOGEN, World};
use hearth_server::app::index::follow;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_counted_by_weeks_and_letters() {
    let mut world = World::new().await;
    for how in [How::Open, How::Open, How::Open, How::Kept] {
        world.add(how).await;
    }
    let world = &world;
    let weeks = data(world, None, "aggregated?fields=DATE.isoweek,country").await;
    assert_eq!(weeks, json!([{ "date.isoWeek": "2020-W13", "country": "Kenya", "count": 3 }]));
    let by_letter = data(world, None, "aggregated?fields=[12010],s[501]&orderBy=[12010]").await;
    let rows = by_letter.as_array().expect("a list");
    assert_eq!(rows.iter().filter_map(|row| row["count"].as_u64()).sum::<u64>(), 3);
    for row in rows {
        assert_eq!(row["S[501]"], "N");
        let filter = format!("nucleotideMutations=12010{}", row["[12010]"].as_str().expect("a letter"));
        assert_eq!(count(world, None, &filter).await, row["count"], "{row}");
    }
    for what in ["details?fields=date.isoWeek", "details?fields=[5]", "aggregated?fields=S[1275]"] {
        let answer = ask(world, None, what).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lineages_are_defined_by_the_tree() {
    let world = World::new().await;
    let path = format!("/lapis/{PATHOGEN}/sample/lineageDefinition/CLADE");
    let answer = world.server.get(&path, &[]).await;
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    let clades = told.as_object().expect("a definition");
    let roots: Vec<&String> =
        clades.iter().filter(|(_, one)| one.get("parents").is_none()).map(|(name, _)| name).collect();
    assert!(clades.len() > 10 && roots.len() == 1, "{roots:?} of {}", clades.len());
    for one in clades.values() {
        let mut parents = one["parents"].as_array().into_iter().flatten();
        assert!(parents.all(|parent| clades.contains_key(parent.as_str().expect("a name"))), "{one}");
    }
    let answer = world.server.get(&path, &[("Accept", "application/yaml")]).await;
    assert_eq!(answer.header("content-type"), "application/yaml");
    assert!(answer.body.starts_with(&format!("---\n\"{}\": {{}}\n", roots[0])), "{}", answer.body);
    let other = world.server.get(&path.replace("CLADE", "country"), &[]).await;
    assert_eq!(other.status, 400);
    assert!(other.body.contains("these have one: [clade, lineage]"), "{}", other.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_are_read_without_being_asked() {
    let world = World::new().await;
    let path = format!("/lapis/{PATHOGEN}/query/parse");
    let post = async |body: &str| {
        send(world.server.address, "POST", &path, &[("Content-Type", "application/json")], body).await
    };
    let answer = post(r#"{"queries": ["country=Kenya & S:501Y", "country="]}"#).await;
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    let children = json!([
        { "type": "StringEquals", "column": "country", "value": "Kenya" },
        { "type": "AminoAcidEquals", "sequenceName": "S", "position": 501, "symbol": "Y" },
    ]);
    let understood = json!({ "type": "success", "filter": { "type": "And", "children": children } });
    assert_eq!(told["data"][0], understood);
    assert_eq!(told["data"][1]["type"], "failure");
    let error = told["data"][1]["error"].as_str().expect("a sentence");
    assert!(error.starts_with("Failed to parse advanced query (line 1:8): a value"), "{error}");
    assert!(told["info"]["lapisVersion"].is_string());
    for wrong in ["{", "[]", "{}", r#"{"queries": "country=Kenya"}"#, ""] {
        assert_eq!(post(wrong).await.status, 400, "{wrong}");
    }
    let heavy = vec!["country.regex=K"; 21].join(" | ");
    for (is_full, expected) in [(false, "success"), (true, "failure")] {
        let asked = json!({ "queries": [heavy], "doFullValidation": is_full });
        let told: Value = serde_json::from_str(&post(&asked.to_string()).await.body).expect("JSON");
        assert_eq!(told["data"][0]["type"], expected, "{told}");
    }
}

/// Clients of the field know problems by these shapes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn problems_have_the_shapes_that_clients_know() {
    let world = World::new().await;
    let base = format!("/lapis/{PATHOGEN}");
    let sample = format!("{base}/sample/aggregated");
    let bare = |status: u16, title: &str, detail: &str, path: &str| json!({ "title": title, "status": status, "detail": detail, "instance": path });
    let told = |answer: &Answer| -> Value { serde_json::from_str(&answer.body).expect("JSON") };
    let get = async |path: &str| world.server.get(path, &[]).await;

    let answer = get(&format!("{sample}?nucleotideMutations=someInvalidMutation")).await;
    let words = "Failed to convert 'nucleotideMutations' with value: 'someInvalidMutation'";
    assert_eq!(told(&answer), bare(400, "Bad Request", words, &sample));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let posted = r#"{"nucleotideMutations": ["someInvalidMutation"]}"#;
    let json_media = ("Content-Type", "application/json");
    let answer = send(world.server.address, "POST", &sample, &[json_media], posted).await;
    assert_eq!((answer.status, told(&answer)["error"]["instance"].as_str()), (400, Some(&*sample)));

    let nowhere = format!("{base}/sample/nowhere");
    let answer = get(&nowhere).await;
    assert_eq!(
        told(&answer),
        bare(404, "Not Found", "there is no such page, or it was not shared with you", &nowhere)
    );
    let page = world.server.get(&nowhere, &[("Accept", "text/html")]).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    let answer = get("/lapis/none/sample/aggregated").await;
    assert_eq!((answer.status, told(&answer)["title"].as_str()), (404, Some("Not Found")));

    let parse = format!("{base}/query/parse");
    let answer = get(&parse).await;
    assert_eq!((answer.status, told(&answer)["instance"].as_str()), (405, Some(&*parse)));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let answer = get(&format!("{sample}?dataFormat=xml")).await;
    assert_eq!((answer.status, told(&answer)["status"].as_u64()), (406, Some(406)));
    let answer = send(world.server.address, "POST", &sample, &[("Content-Type", "text/plain")], "x").await;
    assert_eq!((answer.status, told(&answer)["status"].as_u64()), (415, Some(415)));
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_wait_until_the_index_followed_the_ledger_once() {
    let server = crate::serving::Server::start_with(crate::desk::packs(), |_| {}).await.founded().await;
    let path = format!("/lapis/{PATHOGEN}/sample/aggregated");
    let early = server.get(&path, &[]).await;
    assert_eq!((early.status, early.header("retry-after")), (503, "5"), "{}", early.body);
    assert!(early.body.contains("still reading its genomes"), "{}", early.body);
    follow::catch_up(&server.app).await.expect("followed");
    assert_eq!(server.get(&path, &[]).await.status, 200);
}
