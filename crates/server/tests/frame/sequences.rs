//! Sequences of what a question selects: whose letters anybody may take, in which forms, and that what is closed while
//! they are on their way is not sent.

use crate::client::{Answer, send};
use crate::walk::world::{HOWS, How, PATHOGEN, READERS, World, sees, takes};
use hearth_server::app::index::follow;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn ask(world: &World, token: Option<&str>, what: &str) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    world.server.get(&format!("/lapis/{PATHOGEN}/sample/{what}"), &headers).await
}

async fn world_of(hows: &[How]) -> World {
    let mut world = World::new().await;
    for how in hows {
        world.add(*how).await;
    }
    follow::catch_up(&world.server.app).await.expect("followed");
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_under_terms_are_left_out_until_these_are_accepted() {
    let world = world_of(&HOWS).await;
    for reader in READERS.into_iter().filter(|reader| *reader != "ada") {
        let token = match reader {
            "" => None,
            reader => Some(world.server.token_of(reader, &["read"]).await),
        };
        let released = HOWS.into_iter().filter(|how| !matches!(how, How::Drafted | How::Kept));
        let (mut seen, mut taken) = (0, 0);
        for how in released {
            seen += usize::from(sees(reader, how, false));
            taken += usize::from(takes(reader, how, false));
        }
        for what in
            ["alignedNucleotideSequences", "unalignedNucleotideSequences", "alignedAminoAcidSequences/S"]
        {
            let answer = ask(&world, token.as_deref(), &format!("{what}?dataFormat=ndjson")).await;
            assert_eq!((answer.status, answer.body.lines().count()), (200, taken), "{reader} {what}");
            let left_out = if seen == taken { String::new() } else { (seen - taken).to_string() };
            assert_eq!(answer.header("hearth-left-out"), left_out, "{reader} {what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_headers() {
    let world = world_of(&[How::Open]).await;
    let world = &world;
    let versioned = format!("{}.1", world.accessions[0]);
    let alone = world.server.get(&format!("/genomes/{versioned}/sequence.fasta"), &[]).await;
    let handed_in: String = alone.body.lines().skip(1).collect();
    let unaligned = ask(world, None, "unalignedNucleotideSequences").await;
    assert_eq!(unaligned.header("content-type"), "text/x-fasta;charset=UTF-8");
    assert_eq!(unaligned.body, format!(">{versioned}\n{handed_in}\n"));
    let aligned = ask(world, None, "alignedNucleotideSequences?dataFormat=json").await;
    let told: Value = serde_json::from_str(&aligned.body).expect("JSON");
    assert_eq!(told[0]["accessionVersion"], versioned);
    let main = told[0]["main"].as_str().expect("letters");
    // The world puts letters of its own in place of 60 of the reference.
    assert!(main.len() == 29_903 && main[..12_000] == handed_in[..12_000], "{} letters", main.len());
    let template = "fastaHeaderTemplate=%7Baccession%7D%20from%20%7Bcountry%7D%7C%7B.gene%7D";
    let protein = ask(world, None, &format!("alignedAminoAcidSequences/s?{template}")).await;
    let (header, letters) = protein.body.split_once('\n').expect("two lines");
    assert_eq!(header, format!(">{} from Kenya|S", world.accessions[0]));
    assert!(letters.starts_with("MFVFLVLLPLVSSQ") && letters.trim_end().len() == 1_274, "{letters}");
    let genes = ask(world, None, "alignedAminoAcidSequences?genes=N,S").await;
    let headers: Vec<&str> = genes.body.lines().filter(|line| line.starts_with('>')).collect();
    assert_eq!(headers, [format!(">{versioned}|N"), format!(">{versioned}|S")]);
    let file = "alignedNucleotideSequences?downloadAsFile=true&compression=zstd&downloadFileBasename=mine";
    let file = ask(world, None, file).await;
    assert_eq!(file.header("content-type"), "application/zstd");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"mine.fasta.zst\"");
    assert_eq!(ask(world, None, "alignedNucleotideSequences?country=Ghana").await.body, "");
    assert_eq!(ask(world, None, "alignedNucleotideSequences?country=Ghana&dataFormat=json").await.body, "[]");
    for (what, status, sentence) in [
        ("alignedAminoAcidSequences/Q", 400, "Unknown gene: Q"),
        ("alignedNucleotideSequences?segments=HA", 400, "Unknown nucleotide sequence: HA"),
        (
            "alignedNucleotideSequences?fastaHeaderTemplate=%7Bx%7D",
            400,
            "Invalid FASTA header template: {x} is no field",
        ),
        (
            "alignedNucleotideSequences?dataFormat=json&fastaHeaderTemplate=x",
            400,
            "fastaHeaderTemplate is for FASTA",
        ),
        ("alignedNucleotideSequences?dataFormat=csv", 406, "ask for FASTA, JSON or NDJSON"),
        ("alignedNucleotideSequences?compression=lz4", 400, "must be gzip or zstd"),
    ] {
        let answer = ask(world, None, what).await;
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        let detail = told["error"]["detail"].as_str().or(told["detail"].as_str()).expect("a sentence");
        assert!(answer.status == status && detail.contains(sentence), "{what}: {} {detail}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_while_a_download_is_on_its_way_is_not_sent() {
    let world = world_of(&[How::Open; 3]).await;
    let (app, address) = (world.server.app.clone(), world.server.address);
    // No piece can be written yet: the answer has begun, and waits.
    let free = u32::try_from(app.indexes.pieces.available_permits()).expect("few");
    let places = app.indexes.pieces.acquire_many(free).await.expect("all places");
    let mut streams = Vec::new();
    for what in ["alignedNucleotideSequences", "unalignedNucleotideSequences"] {
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let request = format!(
            "GET /lapis/{PATHOGEN}/sample/{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("asked");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("the answer begins");
        assert_eq!(&first, b"HTTP/1.1 200");
        streams.push(stream);
    }
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let gone = &world.accessions[1];
    let withdraw = format!("/api/v1/genomes/{gone}/withdraw");
    let withdrawn = send(address, "POST", &withdraw, &headers, r#"{"reason":"tubes"}"#).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    follow::catch_up(&app).await.expect("followed");
    drop(places);
    for mut stream in streams {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("the rest");
        let text = String::from_utf8_lossy(&bytes);
        let is_sent = |one: &&String| text.contains(&format!(">{one}."));
        let sent: Vec<&String> = world.accessions.iter().filter(is_sent).collect();
        assert_eq!(sent, [&world.accessions[0], &world.accessions[2]]);
        assert!(text.ends_with("0\r\n\r\n"), "the answer came to its end");
    }
}
