//! What changed since a version: what somebody has, with what changed put in, is what they would be given anew, whatever
//! happened between; and no version tells of what its reader may not see.

use crate::client::send;
use crate::takes::take;
use crate::walk::world::{DAY_MS, How, World};
use hearth_server::app::index::follow;
use hearth_server::app::terms;
use serde_json::Value;
use std::collections::BTreeMap;

/// By what a reader says who they are.
type Bearer = Option<String>;

fn said(bearer: &Bearer) -> Vec<(&str, &str)> {
    bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect()
}

/// What a reader has: genomes by accession.
#[derive(Clone, Debug, Default, PartialEq)]
struct Had {
    genomes: BTreeMap<String, Value>,
    version: String,
}

impl Had {
    /// Takes what changed; how many lines told of it.
    async fn follow(&mut self, world: &World, bearer: &Bearer) -> usize {
        let path = format!("/changes?since={}", self.version);
        let answer = take(world, &path, &said(bearer)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let lines: Vec<Value> =
            answer.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let (last, lines) = lines.split_last().expect("a last line");
        for line in lines {
            let mut line = line.clone();
            let accession = line["accession"].as_str().expect("an accession").to_owned();
            let change = line.as_object_mut().expect("an object").remove("change").expect("a change");
            let before = match change.as_str().expect("a word") {
                "gone" => self.genomes.remove(&accession),
                _ => self.genomes.insert(accession, line),
            };
            assert_eq!(before.is_some(), change != "new", "{change}");
        }
        last["version"].as_str().expect("a version").clone_into(&mut self.version);
        lines.len()
    }
}

/// The letters of a genome, from what makes it differ.
fn rebuilt(genome: &Value) -> String {
    let mut letters = crate::desk::reference();
    let words = |name: &str| {
        genome[name]
            .as_str()
            .expect("words")
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for word in words("substitutions") {
        let (position, letter) = word.split_at(word.len() - 1);
        letters[position.parse::<usize>().expect("a position") - 1] = letter.as_bytes()[0];
    }
    for (name, letter) in [("deletions", b'-'), ("unread", b'N')] {
        for word in words(name) {
            let (first, last) = word.split_once('-').unwrap_or((&word, &word));
            let number = |text: &str| text.parse::<usize>().expect("a position");
            letters[number(first) - 1..number(last)].fill(letter);
        }
    }
    String::from_utf8(letters).expect("letters")
}

/// What somebody has is what they would be given anew.
async fn check(world: &World, bearer: &Bearer, had: &Had) {
    let mut anew = Had::default();
    anew.follow(world, bearer).await;
    assert_eq!(&anew, had);
    let aligned = take(world, "?format=aligned", &said(bearer)).await.body;
    let mut lines = aligned.lines();
    let mut letters = BTreeMap::new();
    while let (Some(name), Some(own)) = (lines.next(), lines.next()) {
        letters.insert(name[1..].to_owned(), own.to_owned());
    }
    let own = had
        .genomes
        .values()
        .map(|one| (one["accessionVersion"].as_str().expect("a name").to_owned(), rebuilt(one)));
    assert!(own.collect::<BTreeMap<_, _>>() == letters, "the letters are not those of the genomes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_had_with_what_changed_is_what_there_is() {
    let mut world = World::new().await;
    let mut readers = Vec::new();
    for login in ["", "owner", "member", "colleague", "stranger"] {
        let bearer = match login {
            "" => None,
            login => Some(format!("Bearer {}", world.server.token_of(login, &["read"]).await)),
        };
        readers.push((login, bearer, Had::default()));
    }
    let steps: [Option<How>; 7] = [
        Some(How::Open),
        Some(How::Open),
        Some(How::Partners),
        Some(How::Narrowed),
        Some(How::Embargo),
        Some(How::Open),
        None,
    ];
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Some(how) => world.add(how).await,
            // The embargo ends, the member accepts terms, a genome is withdrawn.
            None => {
                let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
                let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
                let path = format!("/api/v1/genomes/{}/withdraw", world.accessions[0]);
                let gone = send(world.server.address, "POST", &path, &headers, r#"{"reason":"tubes"}"#).await;
                assert_eq!(gone.status, 200, "{}", gone.body);
                terms::accept(&world.server.app, &world.actor("member"), "PARTNERS").await.expect("accepted");
                world.server.turn_clock(DAY_MS + 1);
            }
        }
        follow::catch_up(&world.server.app).await.expect("followed");
        for (login, bearer, had) in &mut readers {
            let before = had.version.clone();
            let lines = had.follow(&world, bearer).await;
            assert!(lines <= 3, "step {number} told {login} {lines} lines");
            assert_eq!(lines == 0 && number > 0, before == had.version, "{login} at step {number}");
            check(&world, bearer, had).await;
        }
    }
    let counts: Vec<usize> = readers.iter().map(|(.., had)| had.genomes.len()).collect();
    // Two of everybody's; the owner's three besides, of which the member may take one.
    assert_eq!(counts, [2, 5, 3, 2, 2]);
    // One reader's version is no other's.
    let path = format!("/changes?since={}", readers[1].2.version);
    let foreign = take(&world, &path, &said(&readers[4].1)).await;
    assert!(foreign.status == 410 && foreign.body.contains("told too long ago"), "{}", foreign.status);
}
