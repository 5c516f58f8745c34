//! Questions over time: every cell is what the same question without a table answers, for each reader.

use crate::client::{Answer, send};
use crate::questions::{count, data};
use crate::walk::world::{DAY_MS, How, PATHOGEN, World};
use serde_json::{Value, json};

async fn post(world: &World, token: Option<&str>, what: &str, question: &Value) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(bearer.iter().map(|bearer| ("Authorization", bearer.as_str())));
    let path = format!("/lapis/{PATHOGEN}/component/{what}OverTime");
    send(world.server.address, "POST", &path, &headers, &question.to_string()).await
}

async fn table(world: &World, token: Option<&str>, what: &str, question: &Value) -> Value {
    let answer = post(world, token, what, question).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    let mut told: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(answer.header("lapis-data-version"), told["info"]["dataVersion"]);
    told["data"].take()
}

fn range(from: &str, to: &str) -> Value {
    json!({ "dateFrom": from, "dateTo": to })
}

/// Genomes shared in all ways, each released two days after the one before.
async fn world() -> (World, Vec<String>) {
    let mut world = World::new().await;
    let mut days = Vec::new();
    for how in [How::Kept, How::Open, How::Narrowed, How::Partners, How::Open, How::Embargo] {
        world.server.turn_clock(2 * DAY_MS);
        world.add(how).await;
        days.push(world.server.app.now().date().to_string());
    }
    (world, days)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cell_is_what_its_own_question_answers() {
    let (world, days) = world().await;
    let (first, third, last) = (&days[0], &days[2], &days[5]);
    let ranges = [(first, third), (first, last), (last, first), (last, last)];
    let asked: Vec<Value> = ranges.iter().map(|(from, to)| range(from, to)).collect();
    let mutations = ["12010A", "main:12010C", "c12010g", "12010T", "12010.", "12010-"];
    let question = json!({
        "filters": { "country": "Kenya" },
        "includeMutations": mutations,
        "dateRanges": asked,
        "dateField": "datereleased",
    });
    let mut sizes = Vec::new();
    for login in ["owner", "member", "colleague", "stranger", ""] {
        let token = match login {
            "" => None,
            _ => Some(world.server.token_of(login, &["read"]).await),
        };
        let token = token.as_deref();
        let found = table(&world, token, "nucleotideMutations", &question).await;
        assert_eq!(found["dateRanges"], json!(asked));
        // A day belongs to the first range that has it.
        let own = |range: usize| match range {
            0 => format!("dateReleasedFrom={first}&dateReleasedTo={third}"),
            1 => format!("dateReleasedFrom={}&dateReleasedTo={last}", days[3]),
            _ => "date.isNull=true".to_owned(),
        };
        for range in 0..ranges.len() {
            let all = count(&world, token, &own(range)).await;
            assert_eq!(found["totalCountsByDateRange"][range], all, "{login} {range}");
            for (row, mutation) in mutations.iter().enumerate() {
                let filter = format!("{}&nucleotideMutations={mutation}", own(range));
                let cell = json!({ "count": count(&world, token, &filter).await, "coverage": all });
                assert_eq!(found["data"][row][range], cell, "{login} {mutation} {range}: {found}");
            }
        }
        sizes.push((login, found["totalCountsByDateRange"].clone()));
    }
    let sizes: Vec<String> = sizes.into_iter().map(|(login, all)| format!("{login}{all}")).collect();
    assert_eq!(
        sizes,
        ["owner[2,3,0,0]", "member[1,3,0,0]", "colleague[2,1,0,0]", "stranger[1,1,0,0]", "[1,1,0,0]"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_queries_and_what_is_empty() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let world = &world;
    let reference = data(world, None, "nucleotideMutations?minProportion=0").await[0].clone();
    let (label, position) = (&reference["mutation"], &reference["position"]);
    let own = &reference["mutationFrom"].as_str().expect("a letter");
    let day = [range("2020-03-26", "2020-03-26")];
    let asked = |members: Value| {
        let mut asked = json!({ "filters": {}, "dateRanges": day, "dateField": "date" });
        asked.as_object_mut().expect("members").extend(members.as_object().expect("members").clone());
        asked
    };
    let to = reference["mutationTo"].as_str().expect("a letter");
    let named = [format!("{position}{to}"), format!("main:{own}{position}"), format!("{position}.")];
    let found = table(world, None, "nucleotideMutations", &asked(json!({ "includeMutations": named }))).await;
    let labels = json!([label, format!("{own}{position}"), format!("{own}{position}.")]);
    assert_eq!(found["mutations"], labels);
    let one = json!({ "count": 1, "coverage": 1 });
    assert_eq!(found["data"], json!([[one], [one], [{ "count": 0, "coverage": 1 }]]));

    let found =
        table(world, None, "aminoAcidMutations", &asked(json!({ "includeMutations": ["s:501Y"] }))).await;
    assert_eq!(found["mutations"], json!(["S:N501Y"]));
    assert_eq!(found["data"], json!([[{ "count": 0, "coverage": 1 }]]));

    let with_intervals = asked(json!({ "includeMutations": [label], "intervals": true }));
    let found = table(world, None, "nucleotideMutations", &with_intervals).await;
    let cell = &found["data"][0][0];
    assert_eq!((&cell["proportion"], &cell["ciUpper"]), (&json!(1.0), &json!(1.0)));
    assert!(cell["ciLower"].as_f64().is_some_and(|low| (0.2..0.3).contains(&low)), "{cell}");

    let queries = json!([
        { "displayLabel": "Kenya", "countQuery": "country=Kenya", "coverageQuery": "!country=Ghana" },
        { "countQuery": "[2-of: country=Kenya, 1000, 2000]", "coverageQuery": "1000." },
    ]);
    let found = table(world, None, "queries", &asked(json!({ "queries": queries }))).await;
    assert_eq!(found["queries"], json!(["Kenya", "[2-of: country=Kenya, 1000, 2000]"]));
    assert_eq!(found["data"], json!([[one], [{ "count": 0, "coverage": 1 }]]));
    assert_eq!(found["totalCountsByDateRange"], json!([1]));

    for (what, members) in [
        ("nucleotideMutations", json!({ "includeMutations": [] })),
        ("queries", json!({ "queries": queries, "dateRanges": [] })),
    ] {
        let found = table(world, None, what, &asked(members)).await;
        assert_eq!((&found["data"], &found["totalCountsByDateRange"]), (&json!([]), &json!([])), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_or_too_much_is_refused() {
    let mut world = World::new().await;
    world.add(How::Open).await;
    let many: Vec<Value> = (0..400).map(|_| range("2020-01-01", "2020-02-01")).collect();
    let codes: Vec<String> = (0..300).map(|number| format!("{}T", number + 1)).collect();
    let heavy = json!({ "countQuery": "country.regex=K", "coverageQuery": "country.regex=K" });
    let refused = [
        (json!({ "includeMutations": ["maybe(100T)"] }), "without maybe()"),
        (json!({ "includeMutations": ["S:501Y"] }), "Unknown nucleotide sequence: S"),
        (json!({ "includeMutations": ["99999T"] }), "out of bounds 99999 > 29903"),
        (json!({ "dateField": "country" }), "no field of dates: these are [date, "),
        (json!({ "dateRanges": [{ "dateFrom": "2020-02-30" }] }), "'2020-02-30' is no date"),
        (json!({ "dateRanges": "2020" }), "the question cannot be understood: invalid type"),
        (json!({ "filters": { "nope": 1 } }), "'nope' is not a valid sequence filter key"),
        (json!({ "includeMutations": codes, "dateRanges": many }), "an answer has at most 100000"),
        (json!({ "queries": [{ "countQuery": "(", "coverageQuery": "1." }] }), "advanced query (line 1:1)"),
        (json!({ "queries": vec![heavy; 20] }), "ask too much at once"),
    ];
    for (members, sentence) in refused {
        let mut question = json!({
            "includeMutations": ["100T"],
            "dateRanges": [range("2020-01-01", "2020-02-01")],
            "dateField": "date",
        });
        let what = if members.get("queries").is_some() { "queries" } else { "nucleotideMutations" };
        question.as_object_mut().expect("members").extend(members.as_object().expect("members").clone());
        let answer = post(&world, None, what, &question).await;
        assert_eq!(answer.status, 400, "{sentence}: {}", answer.body);
        assert!(answer.body.contains(sentence), "{sentence}: {}", answer.body);
    }
    let path = format!("/lapis/{PATHOGEN}/component/queriesOverTime");
    let form = send(world.server.address, "POST", &path, &[crate::client::FORM], "queries=x").await;
    assert_eq!(form.status, 415, "{}", form.body);
}
