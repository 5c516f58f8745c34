//! Files of what a question selects: what is in each format, tags and ranges, and what is under terms or withdrawn.

use crate::client::{Answer, send};
use crate::walk::world::{HOWS, How, PATHOGEN, World, takes};
use hearth_server::app::index::follow;
use serde_json::Value;
use std::process::Command;

pub async fn take(world: &World, what: &str, headers: &[(&str, &str)]) -> Answer {
    world.server.get(&format!("/take/{PATHOGEN}{what}"), headers).await
}

async fn world_of(hows: &[How]) -> World {
    let mut world = World::new().await;
    for how in hows {
        world.add(*how).await;
    }
    follow::catch_up(&world.server.app).await.expect("followed");
    world
}

async fn withdraw(world: &World, accession: &str) {
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let path = format!("/api/v1/genomes/{accession}/withdraw");
    let withdrawn = send(world.server.address, "POST", &path, &headers, r#"{"reason":"tubes"}"#).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    follow::catch_up(&world.server.app).await.expect("followed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_format_holds_the_genomes() {
    let world = world_of(&[How::Open; 2]).await;
    let world = &world;
    let versioned = world.accessions.iter().map(|one| format!("{one}.1")).collect::<Vec<_>>();
    for (format, media, ending) in [
        ("fasta", "text/x-fasta; charset=utf-8", "fasta"),
        ("aligned", "text/x-fasta; charset=utf-8", "aligned.fasta"),
        ("translated", "text/x-fasta; charset=utf-8", "translated.fasta"),
        ("tsv", "text/tab-separated-values; charset=utf-8", "tsv"),
        ("ndjson", "application/x-ndjson", "ndjson"),
        ("vcf", "text/x-vcf", "vcf"),
        ("gff3", "text/x-gff3; charset=utf-8", "gff3"),
        ("genbank", "text/x-genbank; charset=utf-8", "gb"),
        ("ena", "application/x-tar", "ena.tar"),
        ("newick", "text/x-nh; charset=utf-8", "nwk"),
        ("auspice", "application/json", "auspice.json"),
    ] {
        let answer = take(world, &format!("?format={format}"), &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media), "{format}");
        let file = format!("attachment; filename=\"{PATHOGEN}.{ending}\"");
        assert_eq!(answer.header("content-disposition"), file);
        assert!(answer.header("etag").len() == 34 && answer.header("accept-ranges") == "bytes", "{format}");
        for name in &versioned {
            assert!(answer.body.contains(name.as_str()), "{format} lacks {name}");
        }
        // None of what is packed on the way is the file of the tag.
        let asked = take(world, &format!("?format={format}"), &[("Accept-Encoding", "gzip")]).await;
        assert_eq!((asked.header("content-encoding"), asked.body == answer.body), ("", true), "{format}");
    }
    contents(world, &versioned).await;
    for (what, status, sentence) in [
        ("?format=docx", 400, "choose one of fasta, aligned"),
        ("?compression=lz4", 400, "must be gzip or zstd"),
        ("?format=translated&genes=Q", 400, "Unknown gene: Q"),
        ("?nope=1", 400, "is not a valid sequence filter key"),
        ("/changes?limit=3", 400, "leave limit out"),
        ("/changes?since=12", 410, "take everything anew"),
    ] {
        let answer = take(world, what, &[]).await;
        let text = answer.body.replace("&#39;", "'").replace("&#x27;", "'");
        assert!(answer.status == status && text.contains(sentence), "{what}: {} {sentence}", answer.status);
    }
    assert_eq!(world.server.get("/take/none", &[]).await.status, 404);
}

/// What is inside of some formats.
async fn contents(world: &World, versioned: &[String]) {
    let body = async |format: &str| take(world, &format!("?format={format}"), &[]).await.body;
    let aligned = body("aligned").await;
    let letters: Vec<&str> = aligned.lines().filter(|line| !line.starts_with('>')).collect();
    assert!(letters.len() == 2 && letters.iter().all(|line| line.len() == 29_903));
    let table = body("tsv").await;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((rows[0][0], rows[1][0], rows[2][0]), ("accessionVersion", &*versioned[0], &*versioned[1]));
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    for line in body("ndjson").await.lines() {
        let told: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!((&told["country"], told["substitutions"].is_string()), (&Value::from("Kenya"), true));
    }
    let annotation = body("gff3").await;
    let genes: Vec<&str> = annotation.lines().filter(|line| line.contains("Name=S")).collect();
    assert!(genes.len() == 4 && genes[0].contains("\tgene\t"), "{genes:?}");
    let records = body("genbank").await;
    assert_eq!((records.matches("\nLOCUS").count() + 1, records.matches("\n//\n").count()), (2, 2));
    assert!(
        records.contains("/translation=\"MFVFLVLLPLVSSQ")
            && records.contains("/country") != records.contains("/geo_loc_name")
    );
    let package = body("ena").await;
    assert!(package.contains("samples.tsv") && package.contains("ASSEMBLY_TYPE\tCOVID-19 outbreak"));
    let vcf = body("vcf").await;
    let header = vcf.lines().find(|line| line.starts_with("#CHROM")).expect("a header");
    assert!(header.ends_with(&versioned.join("\t")), "{header}");
    bcftools(&vcf);
}

/// The file is as bcftools wants it, where that is installed.
fn bcftools(vcf: &str) {
    if Command::new("bcftools").arg("--version").output().is_err() {
        assert!(std::env::var_os("HEARTH_REQUIRE").is_none(), "bcftools is not installed");
        eprintln!("skipped: bcftools is not installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (path, reference) = (folder.path().join("a.vcf"), folder.path().join("reference.fasta"));
    let contig = vcf.lines().find_map(|line| line.strip_prefix("##contig=<ID=")).expect("a contig");
    let name = contig.split(',').next().expect("a name");
    let letters = String::from_utf8(crate::desk::reference()).expect("letters");
    std::fs::write(&path, vcf).expect("written");
    std::fs::write(&reference, format!(">{name}\n{letters}\n")).expect("written");
    let path = path.to_str().expect("a path");
    for arguments in
        [vec!["view", path], vec!["norm", "-c", "e", "-f", reference.to_str().expect("a path"), path]]
    {
        let done = Command::new("bcftools").args(&arguments).output().expect("run");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && !said.contains("[W::"), "{arguments:?}: {said:.600}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_on_where_it_was_cut_until_it_is_another() {
    let world = world_of(&[How::Open; 3]).await;
    let world = &world;
    for format in ["fasta", "aligned", "tsv", "vcf", "aligned&compression=gzip", "fasta&compression=zstd"] {
        let what = format!("?format={format}");
        // Nobody took it yet: its length is counted for the range.
        let end = take(world, &what, &[("Range", "bytes=-10")]).await;
        let tag = end.header("etag").to_owned();
        let head = send(world.server.address, "HEAD", &format!("/take/{PATHOGEN}{what}"), &[], "").await;
        assert_eq!((head.status, head.header("etag"), &*head.body), (200, &*tag, ""), "{format}");
        let length: usize = head.header("content-length").parse().expect("a length");
        assert_eq!(end.header("content-range"), format!("bytes {}-{}/{length}", length - 10, length - 1));
        let whole = take(world, &what, &[]).await;
        assert_eq!((whole.header("content-length"), whole.header("etag")), (&*length.to_string(), &*tag));
        if !format.contains('=') {
            assert!(whole.body.len() == length && whole.body.ends_with(&end.body), "{format}");
            let mut joined = String::new();
            for from in [0, length / 3, length / 3 + 1, length - 1] {
                joined.truncate(from);
                let range = format!("bytes={}-", joined.len());
                let headers = [("Range", range.as_str()), ("If-Range", tag.as_str())];
                let rest = take(world, &what, &headers).await;
                assert_eq!((rest.status, rest.header("etag")), (206, &*tag), "{format} {range}");
                joined.push_str(&rest.body);
                assert!(joined == whole.body, "{format} from {from} is not the file");
            }
        }
        let had = take(world, &what, &[("If-None-Match", &tag)]).await;
        assert_eq!((had.status, &*had.body), (304, ""));
        let none = take(world, &what, &[("Range", "bytes=999999999-")]).await;
        assert_eq!((none.status, none.header("content-range")), (416, &*format!("bytes */{length}")));
    }
    let before = take(world, "?format=fasta", &[]).await;
    let tag = before.header("etag").to_owned();
    withdraw(world, &world.accessions[1]).await;
    let headers = [("Range", "bytes=100-"), ("If-Range", tag.as_str())];
    let after = take(world, "?format=fasta", &headers).await;
    assert!(after.status == 200 && after.header("etag") != tag);
    assert_eq!(after.body.matches('>').count(), 2);
    assert!(!after.body.contains(&world.accessions[1]), "what was withdrawn is not sent");
    assert_eq!(take(world, "?format=fasta", &[("If-Match", &tag)]).await.status, 412);
    assert_eq!(take(world, "?format=fasta", &[("If-None-Match", &tag)]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_takes_what_is_theirs() {
    let world = world_of(&HOWS).await;
    let mut tags = std::collections::BTreeMap::new();
    for reader in ["", "owner", "member", "taker", "colleague", "stranger"] {
        let session = match reader {
            "" => String::new(),
            reader => format!("hearth={}", world.server.session_of(reader).await),
        };
        let headers = [("Cookie", session.as_str())];
        let released = HOWS.into_iter().filter(|how| !matches!(how, How::Drafted | How::Kept));
        let taken = released.filter(|how| takes(reader, *how, false)).count();
        for format in ["fasta", "ndjson", "genbank", "changes"] {
            let what = if format == "changes" { "/changes".to_owned() } else { format!("?format={format}") };
            let answer = take(&world, &what, &headers).await;
            let count = match format {
                "fasta" => answer.body.matches('>').count(),
                "genbank" => answer.body.matches("\n//\n").count(),
                "changes" => answer.body.lines().count() - 1,
                _ => answer.body.lines().count(),
            };
            assert_eq!((answer.status, count), (200, taken), "{reader} {format}");
            if format == "fasta" {
                tags.entry(answer.header("etag").to_owned()).or_insert_with(Vec::new).push(taken);
            }
        }
    }
    // The same file has the same tag, whoever takes it, and another file another one.
    assert!(tags.len() >= 3 && tags.values().all(|counts| counts.windows(2).all(|two| two[0] == two[1])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_offers_the_files() {
    let world = world_of(&[How::Open]).await;
    let page = world.server.get(&format!("/ask/{PATHOGEN}?country=Kenya"), &[]).await;
    let link = format!("href=\"/take/{PATHOGEN}?format=genbank&#38;country=Kenya\"");
    assert!(page.body.contains(&link) && page.body.contains("Take this away"), "no {link}");
    let empty = world.server.get(&format!("/ask/{PATHOGEN}?country=Ghana"), &[]).await;
    assert!(!empty.body.contains("Take this away"));
}
