//! refget: references are everybody's, genomes are their reader's, letters are under their terms.

use crate::client::Answer;
use crate::desk::reference;
use crate::walk::told;
use crate::walk::world::{DAY_MS, How, READERS, World, sees, takes};
use hearth_formats::refget::SequenceNames;
use hearth_server::app::refget::naming;

async fn ask(world: &World, token: Option<&str>, path: &str, headers: &[(&str, &str)]) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let own = bearer.iter().map(|bearer| ("Authorization", bearer.as_str()));
    let headers: Vec<(&str, &str)> = own.chain(headers.iter().copied()).collect();
    world.server.get(&format!("/refget/{path}"), &headers).await
}

/// The letters of each genome, by how it was shared, as the owner takes them.
async fn letters(world: &World, hows: &[How]) -> Vec<(How, String)> {
    let session = world.server.session_of("owner").await;
    let mut all = Vec::new();
    for (how, accession) in hows.iter().zip(&world.accessions) {
        let fasta = world.server.get_as(&session, &format!("/genomes/{accession}/sequence.fasta")).await;
        assert_eq!(fasta.status, 200);
        all.push((*how, fasta.body.lines().skip(1).collect::<String>()));
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_genome_is_found_by_its_letters_by_those_alone_who_may_see_it() {
    let mut world = World::new().await;
    let hows = [How::Kept, How::Narrowed, How::Partners, How::Embargo, How::Open];
    for how in hows {
        world.add(how).await;
    }
    naming::name_new(&world.server.app).await.expect("named");
    let all = letters(&world, &hows).await;
    let none = SequenceNames::of(b"ACGT");
    for is_tomorrow in [false, true] {
        if is_tomorrow {
            world.server.turn_clock(DAY_MS + 1);
        }
        for reader in READERS.into_iter().filter(|reader| *reader != "ada") {
            let token = match reader {
                "" => None,
                login => Some(world.server.token_of(login, &["read"]).await),
            };
            for (how, letters) in &all {
                let names = SequenceNames::of(letters.as_bytes());
                let is_released = *how != How::Kept;
                for (name, absent) in [
                    (names.md5_hex(), none.md5_hex()),
                    (names.ga4gh(), none.ga4gh()),
                    (names.trunc512(), none.trunc512()),
                ] {
                    for part in ["", "/metadata"] {
                        let answer =
                            ask(&world, token.as_deref(), &format!("sequence/{name}{part}"), &[]).await;
                        let expected = match () {
                            () if !is_released || !sees(reader, *how, is_tomorrow) => 404,
                            () if part.is_empty() && !takes(reader, *how, is_tomorrow) => 403,
                            () => 200,
                        };
                        assert_eq!(
                            answer.status,
                            expected,
                            "{reader:?} {how:?} {part} {}",
                            &answer.body[..answer.body.len().min(200)]
                        );
                        if expected == 404 {
                            let nothing =
                                ask(&world, token.as_deref(), &format!("sequence/{absent}{part}"), &[]).await;
                            assert_eq!(told(&answer).replace(&name, ""), told(&nothing).replace(&absent, ""));
                        }
                        if expected == 403 {
                            assert!(answer.body.contains("/accept?next="), "{}", answer.body);
                        }
                        if expected == 200 && part.is_empty() {
                            assert!(answer.body == *letters, "other letters");
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_are_everybodys_and_cut_as_the_standard_says() {
    let world = World::new().await;
    let letters = reference();
    let names = SequenceNames::of(&letters);
    let path = format!("sequence/{}", names.ga4gh());
    let first = [("Accept", "text/vnd.ga4gh.refget.v1.0.0+plain")];
    let whole = ask(&world, None, &path, &first).await;
    assert_eq!((whole.status, whole.header("content-type")), (200, first[0].1));
    assert!(whole.body.as_bytes() == letters.as_slice(), "other letters");
    assert_eq!(whole.header("content-length"), letters.len().to_string());
    let whole = ask(&world, None, &path, &[]).await;
    assert_eq!(whole.header("content-type"), "text/vnd.ga4gh.refget.v2.0.0+plain");
    let part = ask(&world, None, &path, &[("Range", "bytes=10-19")]).await;
    let told = (part.status, part.body.as_bytes(), part.header("content-range"));
    assert_eq!(told, (206, &letters[10..20], "bytes 10-19/29903"));
    let part = ask(&world, None, &format!("{path}?start=10&end=20"), &[]).await;
    assert_eq!(
        (part.status, part.body.as_bytes(), part.header("accept-ranges")),
        (200, &letters[10..20], "none")
    );
    for (path, headers, status) in [
        (format!("{path}?start=5&end=1"), vec![], 416),
        (format!("{path}?start=x"), vec![], 400),
        (path.clone(), vec![("Accept", "embl/some_json")], 406),
        (format!("{path}/metadata"), vec![("Accept", "text/html")], 406),
        ("sequence/nothing".to_owned(), vec![], 404),
    ] {
        assert_eq!(ask(&world, None, &path, &headers).await.status, status, "{path}");
    }
    // The pack's reference is a collection of one, found by what it consists of.
    let listed = ask(&world, None, "list/collection", &[]).await;
    let listed: serde_json::Value = serde_json::from_str(&listed.body).expect("JSON");
    let digest = listed["results"][0].as_str().expect("a digest");
    let one = ask(&world, None, &format!("collection/{digest}"), &[]).await;
    assert!(one.body.contains(&names.ga4gh()), "{}", one.body);
    let same = ask(&world, None, &format!("comparison/{digest}/{digest}"), &[]).await;
    assert!(same.body.contains(r#""a_and_b_same_order":{"lengths":true"#), "{}", same.body);
    let about = ask(&world, None, "sequence/service-info", &[]).await;
    assert!(about.body.contains(r#""circular_supported":true"#), "{}", about.body);
    assert_eq!(world.server.get("/service-info", &[]).await.status, 200);
}
