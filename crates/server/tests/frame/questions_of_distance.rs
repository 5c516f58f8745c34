//! The nearest genomes by the API: as far as counting letters says, and of what the reader sees alone.

use crate::questions::{ask, data};
use crate::walk::world::{How, World};
use serde_json::Value;
use std::collections::BTreeMap;

/// Positions at which both have one of A, C, G and T and they differ, and at which both have one.
fn apart(one: &str, other: &str) -> (u64, u64) {
    let is_known = |letter: u8| b"ACGT".contains(&letter);
    let pairs = one.bytes().zip(other.bytes()).filter(|(one, other)| is_known(*one) && is_known(*other));
    pairs
        .fold((0, 0), |(distance, compared), (one, other)| (distance + u64::from(one != other), compared + 1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_are_as_far_as_their_letters_say() {
    let mut world = World::new().await;
    for how in [How::Open, How::Open, How::Open, How::Open, How::Kept, How::Narrowed] {
        world.add(how).await;
    }
    let world = &world;
    let aligned = ask(world, None, "alignedNucleotideSequences?dataFormat=json").await;
    let aligned: Value = serde_json::from_str(&aligned.body).expect("JSON");
    let letters: BTreeMap<&str, &str> = aligned
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (one["accessionVersion"].as_str().expect("a name"), one["main"].as_str().expect("letters"))
        })
        .collect();
    assert_eq!(letters.len(), 4);
    for (of, own) in &letters {
        let rows = data(world, None, &format!("nearest?of={of}")).await;
        let rows = rows.as_array().expect("a list");
        assert_eq!(rows.len(), 3, "all others that are public");
        let mut before = 0;
        for row in rows {
            let other = letters[row["accessionVersion"].as_str().expect("a name")];
            let told =
                (row["distance"].as_u64().expect("a number"), row["compared"].as_u64().expect("a number"));
            assert_eq!(told, apart(own, other));
            assert!(told.0 >= before, "the nearest come first");
            before = told.0;
        }
        let first = data(world, None, &format!("nearest?of={of}&most=1&fields=country")).await;
        assert_eq!(
            (first[0]["country"].as_str(), first[0]["distance"].as_u64()),
            (Some("Kenya"), rows[0]["distance"].as_u64())
        );
        let none = data(
            world,
            None,
            &format!("nearest?of={of}&distance={}", rows[0]["distance"].as_u64().expect("a number") - 1),
        )
        .await;
        assert_eq!(none, serde_json::json!([]));
        let elsewhere = data(world, None, &format!("nearest?of={of}&country=Ghana")).await;
        assert_eq!(elsewhere, serde_json::json!([]));
    }
    // What is kept, and what was narrowed to others, is answered like what there is not.
    for (of, sentence) in [
        (world.accessions[4].as_str(), "there is no genome"),
        (world.accessions[5].as_str(), "there is no genome"),
        ("HTH_0000000", "there is no genome"),
        ("", "name the genome"),
    ] {
        let answer = ask(world, None, &format!("nearest?of={of}")).await;
        assert!(answer.status == 400 && answer.body.contains(sentence), "{of}: {}", answer.body);
    }
    let answer = ask(world, None, &format!("nearest?of={}&most=10001", world.accessions[0])).await;
    assert!(answer.status == 400 && answer.body.contains("at most 10000 genomes"), "{}", answer.body);
}
