//! Questions as of a past moment: the content of then, with the rights of today; and clusters.

use crate::client::{Answer, send};
use crate::questions::{ask, count, data};
use crate::walk::world::{DAY_MS, How, PATHOGEN, World};
use hearth_base::time::UtcTime;
use hearth_server::app::index::follow;
use serde_json::Value;

/// The version of the data that an answer told.
async fn version(world: &World, token: Option<&str>, what: &str) -> i64 {
    let answer = ask(world, token, what).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    answer.header("lapis-data-version").parse().expect("a number")
}

fn seconds(time: UtcTime) -> i64 {
    time.unix_ms() / 1_000
}

/// The page, as nobody in particular is shown it.
async fn page(world: &World, moment: &str) -> Answer {
    world.server.get(&format!("/ask/{PATHOGEN}?asOf={moment}"), &[]).await
}

async fn withdraw(world: &World, accession: &str) {
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let path = format!("/api/v1/genomes/{accession}/withdraw");
    let answer = send(world.server.address, "POST", &path, &headers, r#"{"reason":"tubes exchanged"}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    follow::catch_up(&world.server.app).await.expect("followed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_is_of_then_and_rights_are_of_today() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let one = seconds(world.server.app.now());
    world.server.turn_clock(10_000);
    world.add(How::Embargo).await;
    let two = seconds(world.server.app.now());
    world.server.turn_clock(10_000);
    withdraw(&world, &world.accessions[0].clone()).await;
    let three = seconds(world.server.app.now());
    world.server.turn_clock(10_000);

    let owner = world.server.token_of("owner", &["read"]).await;
    let owner = Some(owner.as_str());
    for (token, at, expected, told) in [
        (None, one, 1, one),
        // The embargoed genome came, and nobody is told.
        (None, two, 1, one),
        (None, three, 0, three),
        (owner, one, 1, one),
        (owner, two, 2, two),
        (owner, two + 3, 2, two),
        (owner, three, 1, three),
    ] {
        let asked = format!("dataVersion={at}");
        assert_eq!(count(&world, token, &asked).await, expected, "{token:?} {asked}");
        assert_eq!(version(&world, token, &format!("aggregated?{asked}")).await, told, "{token:?} {asked}");
        let time = UtcTime::from_unix_ms(at * 1_000 + 999);
        assert_eq!(count(&world, token, &format!("asOf={time}")).await, expected, "{token:?} {time}");
    }
    // A version that was told leads back to what it was told with.
    assert_eq!(version(&world, owner, "aggregated").await, three);
    let letters = ask(&world, None, &format!("unalignedNucleotideSequences?dataVersion={one}")).await;
    assert_eq!((letters.status, letters.body.matches('>').count()), (200, 1));
    let over_time = format!(
        r#"{{"filters":{{}},"dateField":"date","dateRanges":[{{"dateFrom":"2020-01-01","dateTo":"2020-12-31"}}],"queries":[{{"displayLabel":"all","countQuery":"country=Kenya","coverageQuery":"country=Kenya"}}],"dataVersion":"{one}"}}"#
    );
    let path = format!("/lapis/{PATHOGEN}/component/queriesOverTime");
    let json = [("Content-Type", "application/json")];
    let answer = send(world.server.address, "POST", &path, &json, &over_time).await;
    assert_eq!(
        (answer.status, answer.header("lapis-data-version")),
        (200, one.to_string().as_str()),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("\"count\":1"), "{}", answer.body);

    // The page asks the same.
    let time = UtcTime::from_unix_ms(one * 1_000 + 999);
    let told = page(&world, &time.to_string()).await;
    assert!(told.status == 200 && told.body.contains("<h2 class=\"tally\"><b>1 genome"), "{}", told.body);
    let now = world.server.get(&format!("/ask/{PATHOGEN}"), &[]).await;
    assert!(now.body.contains("<h2 class=\"tally\"><b>No genome"), "{}", now.body);
    let wrong = page(&world, "2999-01-01").await;
    assert!(wrong.status == 422 && wrong.body.contains("is to come"), "{}", wrong.body);

    // Rights are of today: after the embargo everybody is told of what was there before its end.
    world.server.turn_clock(DAY_MS + 1);
    assert_eq!(count(&world, None, &format!("dataVersion={two}")).await, 2);
    // What was erased was never there.
    world.erase_newest().await;
    follow::catch_up(&world.server.app).await.expect("followed");
    assert_eq!(count(&world, None, &format!("dataVersion={two}")).await, 1);
    assert_eq!(version(&world, None, &format!("aggregated?dataVersion={two}")).await, one);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_of_which_nothing_can_be_said_is_a_sentence() {
    let mut world = World::new().await;
    let before = seconds(world.server.app.now());
    world.server.turn_clock(10_000);
    world.add(How::Open).await;
    for (asked, sentence) in [
        (format!("dataVersion={before}"), "no data that you may see as of then"),
        ("dataVersion=4000000000".to_owned(), "is to come"),
        ("asOf=2999-01-01".to_owned(), "is to come"),
        ("asOf=soon".to_owned(), "write a day as"),
        ("asOf=2026-01-01&dataVersion=1".to_owned(), "give one of them"),
    ] {
        let answer = ask(&world, None, &format!("aggregated?{asked}")).await;
        assert!(answer.status == 400 && answer.body.contains(sentence), "{asked}: {}", answer.body);
    }
    // Until its last moment, today is now.
    let today = world.server.app.now().date();
    assert_eq!(count(&world, None, &format!("asOf={today}")).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_past_version_tells_of_what_is_not_seen() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let mut moments = vec![seconds(world.server.app.now())];
    let mut told = Vec::new();
    for round in 0..3 {
        world.server.turn_clock(7_000);
        // A stranger is told the same, whatever came that is not theirs.
        world.add([How::Kept, How::Narrowed, How::Group][round]).await;
        moments.push(seconds(world.server.app.now()));
        let mut answers = Vec::new();
        for at in &moments {
            let answer =
                ask(&world, None, &format!("details?dataVersion={at}&fields=accessionVersion")).await;
            let told: Value = serde_json::from_str(&answer.body).expect("JSON");
            answers.push((told["data"].to_string(), answer.header("lapis-data-version").to_owned()));
        }
        answers.dedup();
        told.push(answers);
    }
    assert!(told.iter().all(|answers| answers.len() == 1 && *answers == told[0]), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clusters_are_those_of_what_is_seen() {
    let mut world = World::new().await;
    for how in [How::Open, How::Open, How::Open, How::Kept] {
        world.add(how).await;
    }
    // Sixty letters of each were drawn by chance: they are some 45 apart.
    let rows = data(&world, None, "clusters?distance=60").await;
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), 3, "{rows:?}");
    let told: Vec<(u64, u64)> = rows
        .iter()
        .map(|row| (row["cluster"].as_u64().unwrap_or(0), row["size"].as_u64().unwrap_or(0)))
        .collect();
    assert_eq!(told, [(1, 3); 3]);
    assert!(rows[0]["accessionVersion"].is_string() && rows[0]["country"] == "Kenya", "{rows:?}");
    assert_eq!(data(&world, None, "clusters?distance=1").await, serde_json::json!([]));
    assert_eq!(data(&world, None, "clusters?distance=60&country=Ghana").await, serde_json::json!([]));
    let answer = ask(&world, None, "clusters").await;
    assert!(answer.status == 400 && answer.body.contains("distance=2"), "{}", answer.body);
    let csv = ask(&world, None, "clusters?distance=60&fields=country&dataFormat=csv&limit=1").await;
    assert_eq!(csv.body, "cluster,size,country\n1,3,Kenya\n");
}
