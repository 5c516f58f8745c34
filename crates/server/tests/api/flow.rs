//! A batch from its files to its release, by a program.

use crate::World;
use serde_json::{Value, json};

const METADATA: &str = "sample\tcollected\tcountry\thost\n\
    K-1\t2024-05\tKenya\tHomo sapiens\n\
    K-2\t2024-05-02\tKenya\tHomo sapiens\n";

pub fn fasta() -> String {
    let reference = String::from_utf8(crate::desk::reference()).expect("letters");
    let mut other = reference.clone().into_bytes();
    other[1_000] = if other[1_000] == b'A' { b'C' } else { b'A' };
    format!(">K-1\n{reference}\n>K-2\n{}\n", String::from_utf8(other).expect("letters"))
}

async fn in_review(world: &World) -> String {
    let uploads = [world.upload("run.fasta", &fasta()).await, world.upload("run.tsv", METADATA).await];
    let new = json!({ "uploads": uploads, "title": "Run 7", "terms": "OPEN" });
    let (status, begun) = world.ask("POST", "/batches", Some(new.clone())).await;
    assert_eq!(status, 201, "{begun}");
    let id = begun["id"].as_str().expect("an identifier").to_owned();
    // Who did not hear the answer asks again and hears of the same batch.
    assert_eq!(world.ask("POST", "/batches", Some(new)).await, (200, json!({ "id": id })));
    let batch = world.analysed(&id).await;
    assert_eq!(
        (&batch["state"], &batch["genomes"], &batch["is_stopped"]),
        (&json!("draft"), &json!(2), &json!(false)),
        "{batch}"
    );
    let hand_in = json!({ "revision": "of another day" });
    assert_eq!(world.ask("POST", &format!("/batches/{id}/hand-in"), Some(hand_in)).await.0, 409);
    let hand_in = json!({ "revision": batch["revision"] });
    let handed_in = world.ask("POST", &format!("/batches/{id}/hand-in"), Some(hand_in)).await;
    assert_eq!(handed_in, (200, json!({ "genomes": 2 })));
    id
}

fn released(genomes: u64) -> Value {
    json!({ "genomes": genomes, "rest_follows": false })
}

async fn state(world: &World, id: &str) -> Value {
    world.ask("GET", &format!("/batches/{id}"), None).await.1["state"].clone()
}

#[tokio::test]
async fn a_batch_goes_from_its_files_to_everybody() {
    let world = World::new(|_| {}).await;
    let id = in_review(&world).await;
    let path = |act: &str| format!("/batches/{id}/{act}");
    let (_, first) = world.ask("GET", &path("genomes?limit=1"), None).await;
    let (_, second) = world.ask("GET", &path("genomes?limit=1&after=1"), None).await;
    assert_eq!((&first["items"][0]["name"], &first["next"]), (&json!("K-1"), &json!("1")));
    assert_eq!(second["items"][0]["name"], "K-2");
    assert_eq!(world.ask("POST", &path("release"), Some(json!({}))).await.0, 409, "not approved");
    assert_eq!(world.ask("POST", &path("approve"), Some(json!({}))).await.0, 200);
    let (_, kept) = world.ask("GET", &format!("/genomes?kept=true&batch={id}"), None).await;
    assert_eq!(kept["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(world.ask("GET", "/genomes", None).await.1["items"], json!([]), "nothing is released yet");
    assert_eq!(world.ask("POST", &path("release"), Some(json!({}))).await, (200, released(2)));
    assert_eq!(state(&world, &id).await, "released");
    let nobody = world.server.get("/api/v1/genomes?country=ke&limit=1", &[]).await;
    let list: Value = serde_json::from_str(&nobody.body).expect("JSON");
    assert_eq!((nobody.status, list["items"].as_array().map(Vec::len)), (200, Some(1)));
    let next = list["next"].as_str().expect("more");
    let rest = world.server.get(&format!("/api/v1/genomes?country=ke&limit=5&after={next}"), &[]).await;
    let rest: Value = serde_json::from_str(&rest.body).expect("JSON");
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));

    let accession = list["items"][0]["accession"].as_str().expect("an accession").to_owned();
    let (status, record) = world.ask("GET", &format!("/genomes/{accession}"), None).await;
    assert_eq!((status, &record["metadata"]["country"]), (200, &json!("KE")), "{record}");
    let sequence = world.raw("GET", &format!("/genomes/{accession}/sequence"), &[], "").await;
    assert!(sequence.body.starts_with(&format!(">{accession}.1 ")), "{}", &sequence.body[..40]);

    let revise =
        json!({ "version": 1, "metadata": { "host_sex": "female" }, "reason": "the form was found" });
    let path = format!("/genomes/{accession}/versions");
    assert_eq!(world.ask("POST", &path, Some(revise.clone())).await, (201, json!({ "version": 2 })));
    assert_eq!(world.ask("POST", &path, Some(revise)).await.0, 409, "decided on an old version");
    let unknown = json!({ "version": 2, "metadata": { "colour": "red" }, "reason": "so" });
    assert_eq!(world.ask("POST", &path, Some(unknown)).await.0, 422);
    let withdraw = format!("/genomes/{accession}/withdraw");
    assert_eq!(world.ask("POST", &withdraw, Some(json!({ "reason": "" }))).await.0, 422);
    assert_eq!(world.ask("POST", &withdraw, Some(json!({ "reason": "mixed up" }))).await.0, 200);
    assert_eq!(world.raw("GET", &format!("/genomes/{accession}/sequence"), &[], "").await.status, 410);
}

#[tokio::test]
async fn what_is_sent_back_is_put_right_and_handed_in_again() {
    let world = World::new(|_| {}).await;
    let id = in_review(&world).await;
    let path = |act: &str| format!("/batches/{id}/{act}");
    assert_eq!(world.ask("POST", &path("send-back"), Some(json!({ "reason": " " }))).await.0, 422);
    let reason = json!({ "reason": "K-1 was taken in June" });
    assert_eq!(world.ask("POST", &path("send-back"), Some(reason.clone())).await.0, 200);
    assert_eq!(state(&world, &id).await, "sent-back");
    assert_eq!(world.ask("POST", &path("send-back"), Some(reason.clone())).await.0, 409);
    assert_eq!(world.ask("POST", &path("approve"), Some(json!({}))).await.0, 409);
    let (_, kept) = world.ask("GET", &format!("/genomes?kept=true&batch={id}&text=K-1"), None).await;
    let accession = kept["items"][0]["accession"].as_str().expect("an accession").to_owned();
    let revise = json!({ "version": 1, "metadata": { "collected": "2024-06" }, "reason": "a slip" });
    assert_eq!(world.ask("POST", &format!("/genomes/{accession}/versions"), Some(revise)).await.0, 201);
    assert_eq!(world.ask("POST", &path("hand-in"), Some(json!({}))).await, (200, json!({ "genomes": 2 })));
    assert_eq!(world.ask("POST", &path("hand-in"), Some(json!({}))).await.0, 409, "only once");
    assert_eq!(state(&world, &id).await, "in-review");

    // One genome alone: it is left out of the release until it was put right.
    let of_one = format!("/genomes/{accession}/send-back");
    assert_eq!(world.ask("POST", &of_one, Some(reason)).await.0, 200);
    assert_eq!(world.ask("POST", &path("approve"), Some(json!({}))).await.0, 200);
    assert_eq!(world.ask("POST", &path("release"), Some(json!({}))).await, (200, released(1)));
    let revise = json!({ "version": 2, "metadata": { "collected": "2024-06-01" }, "reason": "its day" });
    assert_eq!(world.ask("POST", &format!("/genomes/{accession}/versions"), Some(revise)).await.0, 201);
    assert_eq!(world.ask("POST", &path("release"), Some(json!({}))).await, (200, released(1)));
}

#[tokio::test]
async fn files_in_a_form_become_a_batch_too() {
    let world = World::new(|_| {}).await;
    let boundary = "XXXX";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"terms\"\r\n\r\nOPEN\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"run.fasta\"\r\n\r\n{}>long\n{}\r\n--{boundary}--\r\n",
        fasta(),
        // Larger than the framework would take.
        "N".repeat(2_200_000)
    );
    let media = format!("multipart/form-data; boundary={boundary}");
    let begun = world.raw("POST", "/batches", &[("Content-Type", &media)], &body).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).expect("JSON");
    let id = begun["id"].as_str().expect("an identifier");
    assert_eq!(world.analysed(id).await["genomes"], 2);
    assert_eq!(world.raw("DELETE", &format!("/batches/{id}"), &[], "").await.status, 204);
    assert_eq!(world.ask("GET", &format!("/batches/{id}"), None).await.0, 404);
}

#[tokio::test]
async fn a_slip_of_the_pen_is_told_and_nothing_is_done() {
    let world = World::new(|config| config.limits.batch_genomes = 1).await;
    let upload = world.upload("run.fasta", &fasta()).await;
    let check = async |body: Value, expected: u16| {
        let (status, problem) = world.ask("POST", "/batches", Some(body.clone())).await;
        assert_eq!((status, problem["detail"].is_string()), (expected, true), "{body} {problem}");
    };
    check(json!({ "uploads": [upload], "terms": "none" }), 422).await;
    check(json!({ "uploads": [upload], "terms": "OPEN", "embargo": "tomorrow" }), 422).await;
    check(json!({ "uploads": [upload], "terms": "OPEN", "partners": ["x"] }), 422).await;
    check(json!({ "uploads": [upload], "terms": "OPEN", "pathogen": "mumps" }), 422).await;
    check(json!({ "uploads": [upload, upload], "terms": "OPEN" }), 422).await;
    check(json!({ "uploads": [], "terms": "OPEN" }), 422).await;
    check(json!({ "uploads": ["x"], "terms": "OPEN" }), 404).await;
    check(json!({ "uploads": [upload], "term": "OPEN" }), 400).await;
    let (status, begun) =
        world.ask("POST", "/batches", Some(json!({ "uploads": [upload], "terms": "OPEN" }))).await;
    assert_eq!(status, 201, "{begun}");
    let batch = world.analysed(begun["id"].as_str().expect("an identifier")).await;
    assert_eq!(batch["state"], "failed", "more genomes than are allowed");
    assert!(batch["message"].as_str().is_some_and(|text| text.contains("at most 1")), "{batch}");
    for path in [
        "/genomes?colour=red",
        "/genomes?limit=0",
        "/genomes?limit=x",
        "/genomes?after=x",
        "/genomes?from=May",
    ] {
        let (status, problem) = world.ask("GET", path, None).await;
        assert!(matches!(status, 400 | 422), "{path} {problem}");
    }
    let form = world.raw("POST", "/batches", &[("Content-Type", "text/plain")], "x").await;
    assert_eq!((form.status, form.header("content-type")), (415, "application/problem+json"));
}
