//! A pathogen of several segments: brought, released, asked for by each address, taken away; each answer is held against
//! what was put in. What is refused, revised and kept is in [`crate::segments_kept`].

use crate::client::{Answer, send};
use crate::segmented::{Lab, OF_NODE, SEGMENTS, Sample, TINY, other, reference};
use serde_json::{Value, json};

/// Every format of files that has several segments.
const FILES: [&str; 10] =
    ["fasta", "aligned", "translated", "tsv", "ndjson", "gff3", "genbank", "ena", "newick", "auspice"];

/// A segment with some letters changed, by their positions from 1.
pub fn changed(segment: usize, positions: &[usize]) -> Vec<u8> {
    let mut letters = reference(segment);
    positions.iter().for_each(|at| letters[at - 1] = other(letters[at - 1]));
    letters
}

/// `C100T`, as it is changed.
fn code(segment: usize, position: usize) -> String {
    let own = reference(segment)[position - 1];
    format!("{}{position}{}", char::from(own), char::from(other(own)))
}

/// Letters that can stand nowhere but behind the 950th of the last segment.
fn inserted() -> String {
    let own = reference(2);
    letters(&[&[other(own[950])][..], b"ATTAC", &[other(own[949])]].concat())
}

/// All segments, with an insertion in the last.
fn whole() -> Sample {
    let mut last = changed(2, &[200]);
    last.splice(950..950, inserted().into_bytes());
    Sample { name: "K1", segments: [Some(changed(0, &[300])), Some(changed(1, &[100, OF_NODE])), Some(last)] }
}

/// One segment alone.
fn part() -> Sample {
    Sample { name: "K2", segments: [None, Some(changed(1, &[150])), None] }
}

/// A laboratory with both, open to everybody.
pub async fn lab() -> Lab {
    let lab = Lab::new().await;
    let id = lab.bring(&[whole().fasta(), part().fasta()].concat(), &["K1", "K2"]).await;
    lab.release(id, true).await;
    lab
}

async fn ask(lab: &Lab, token: Option<&str>, what: &str) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    lab.server.get(&format!("/lapis/{TINY}/{what}"), &headers).await
}

async fn data(lab: &Lab, what: &str) -> Value {
    let answer = ask(lab, None, what).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    serde_json::from_str::<Value>(&answer.body).expect("JSON")["data"].take()
}

pub async fn count(lab: &Lab, filter: &str) -> u64 {
    data(lab, &format!("sample/aggregated?{filter}")).await[0]["count"].as_u64().expect("a count")
}

fn texts(rows: &Value, member: &str) -> Vec<String> {
    let text = |row: &Value| row[member].as_str().map(str::to_owned).unwrap_or_default();
    let mut texts: Vec<String> = rows.as_array().expect("a list").iter().map(text).collect();
    texts.sort();
    texts
}

/// Headers and letters of FASTA, in its order.
fn records(fasta: &str) -> Vec<(String, String)> {
    let record = |record: &str| {
        let (header, letters) = record.split_once('\n').expect("a header");
        (header.to_owned(), letters.replace('\n', ""))
    };
    fasta.split('>').filter(|record| !record.is_empty()).map(record).collect()
}

pub fn letters(letters: &[u8]) -> String {
    String::from_utf8(letters.to_vec()).expect("letters")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutations_are_asked_and_told_with_their_segment() {
    let lab = lab().await;
    let filters = [
        (String::new(), 2),
        (format!("nucleotideMutations=HA:{}", code(1, 100)), 1),
        (format!("nucleotideMutations=ha:{}", code(1, 150)), 1),
        ("nucleotideMutations=NA:200".to_owned(), 1),
        ("nucleotideMutations=NP:300,HA:100".to_owned(), 1),
        ("nucleotideMutations=NP:300,HA:150".to_owned(), 0),
        // A segment that is missing was not read.
        ("nucleotideMutations=NP:20N".to_owned(), 1),
        ("nucleotideMutations=HA:20N".to_owned(), 0),
        (format!("nucleotideInsertions=ins_NA:950:{}", inserted()), 1),
        ("nucleotideInsertions=ins_NA:950:?TT?".to_owned(), 1),
        ("advancedQuery=HA:100%20%26%20NP:300".to_owned(), 1),
        ("advancedQuery=MAYBE(NP:300)".to_owned(), 2),
        ("clade=B".to_owned(), 1),
    ];
    for (filter, expected) in filters {
        assert_eq!(count(&lab, &filter).await, expected, "{filter}");
    }
    let mutations = data(&lab, "sample/nucleotideMutations?minProportion=0").await;
    let mut expected: Vec<String> = [(0, 300), (1, 100), (1, 150), (1, OF_NODE), (2, 200)]
        .map(|(segment, position)| format!("{}:{}", SEGMENTS[segment].0, code(segment, position)))
        .to_vec();
    expected.sort();
    assert_eq!(texts(&mutations, "mutation"), expected);
    assert_eq!(texts(&mutations, "sequenceName"), ["HA", "HA", "HA", "NA", "NP"]);
    let of_np = mutations.as_array().expect("a list").iter().find(|row| row["sequenceName"] == "NP");
    assert_eq!(of_np.expect("one")["coverage"], 1, "the other genome has no such segment");
    let insertions = data(&lab, "sample/nucleotideInsertions").await;
    assert_eq!(texts(&insertions, "insertion"), [format!("ins_NA:950:{}", inserted())]);
    assert_eq!(texts(&insertions, "sequenceName"), ["NA"]);
    let genes = texts(&data(&lab, "sample/aminoAcidMutations?minProportion=0").await, "sequenceName");
    assert!(genes.iter().all(|gene| ["NP1", "HA1", "NA"].contains(&gene.as_str())), "{genes:?}");

    let column = data(&lab, "sample/aggregated?fields=ha%5B100%5D&orderBy=count").await;
    let own = char::from(reference(1)[99]).to_string();
    let mut seen = texts(&column, "HA[100]");
    seen.retain(|letter| *letter != own);
    assert_eq!(seen, [char::from(other(reference(1)[99])).to_string()]);
    let refused = [
        (
            "nucleotideMutations=100T",
            "This pathogen has several segments: write the segment before the position",
        ),
        ("nucleotideInsertions=ins_100:GAT", "This pathogen has several segments"),
        ("advancedQuery=100T", "This pathogen has several segments"),
        ("nucleotideMutations=HA1:100T", "Unknown nucleotide sequence: HA1"),
        ("nucleotideMutations=main:100T", "Unknown nucleotide sequence: main"),
        ("aminoAcidMutations=HA:10T", "Unknown gene: HA"),
        ("advancedQuery=XX:100T", "XX is not a known segment or gene"),
        ("nucleotideMutations=NP:901A", "out of bounds 901 > 900"),
        ("fields=%5B100%5D", "this pathogen has several segments"),
    ];
    for (filter, sentence) in refused {
        let answer = ask(&lab, None, &format!("sample/aggregated?{filter}")).await;
        assert!(answer.status == 400 && answer.body.contains(sentence), "{filter}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_are_those_that_were_brought() {
    let lab = lab().await;
    let (whole, part) = (whole(), part());
    let key = |sample: &str| format!("sample/details?fields=accessionVersion&sampleName={sample}");
    let (first, second) = (data(&lab, &key("K1")).await, data(&lab, &key("K2")).await);
    let (first, second) = (&texts(&first, "accessionVersion")[0], &texts(&second, "accessionVersion")[0]);
    let get = async |what: &str| {
        let answer = ask(&lab, None, &format!("sample/{what}")).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
        answer.body
    };
    let of = |sample: &Sample, segment: usize| letters(sample.segments[segment].as_deref().expect("there"));
    let sorted = |mut records: Vec<(String, String)>| {
        records.sort();
        records
    };
    let ha = sorted(vec![(first.clone(), of(&whole, 1)), (second.clone(), of(&part, 1))]);
    assert_eq!(sorted(records(&get("alignedNucleotideSequences/HA").await)), ha);
    assert_eq!(sorted(records(&get("unalignedNucleotideSequences/ha").await)), ha);
    // What stands in an insertion is in the sequence as it was brought alone.
    let na = records(&get("unalignedNucleotideSequences/NA").await);
    assert_eq!(na, [(first.clone(), of(&whole, 2))]);
    let aligned = records(&get("alignedNucleotideSequences/NA").await);
    assert_eq!(aligned, [(first.clone(), letters(&changed(2, &[200])))]);
    let all = sorted(records(&get("alignedNucleotideSequences").await));
    let headers: Vec<String> = all.iter().map(|(header, _)| header.clone()).collect();
    let mut expected = vec![format!("{second}|HA")];
    expected.extend(["NP", "HA", "NA"].map(|segment| format!("{first}|{segment}")));
    expected.sort();
    assert_eq!(headers, expected);
    let some = records(&get("alignedNucleotideSequences?segments=NP,na").await);
    assert_eq!(some.len(), 2);
    let lines = get("unalignedNucleotideSequences?dataFormat=NDJSON&orderBy=sampleName").await;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["unaligned_NP"], of(&whole, 0));
    assert_eq!(lines[1]["unaligned_NP"], Value::Null);
    assert_eq!(lines[1]["unaligned_HA"], of(&part, 1));
    let template = "alignedNucleotideSequences/NP?fastaHeaderTemplate=%7B.segment%7D%20%7Bcountry%7D";
    assert_eq!(records(&get(template).await)[0].0, "NP Kenya");
    for (what, status, sentence) in [
        ("alignedNucleotideSequences/PB2", 400, "Unknown nucleotide sequence: PB2"),
        ("unalignedNucleotideSequences?segments=PB2", 400, "Unknown nucleotide sequence: PB2"),
        ("nearest?of=x", 400, "compared by one of them: name it in the key segments, one of NP, HA, NA"),
        ("clusters?distance=2", 400, "name it in the key segments"),
    ] {
        let answer = ask(&lab, None, &format!("sample/{what}")).await;
        assert!(answer.status == status && answer.body.contains(sentence), "{what}: {}", answer.body);
    }
    let solo = lab.server.get("/lapis/solo/sample/alignedNucleotideSequences/main", &[]).await;
    assert!(solo.status == 404 && solo.body.contains("this pathogen has one segment"), "{}", solo.body);
    let grouped = lab.server.get("/lapis/tiny_ha/sample/aggregated", &[]).await;
    assert!(grouped.status == 404 && grouped.body.contains("solo, tiny"), "{}", grouped.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_instance_says_of_itself_has_all_segments() {
    let lab = lab().await;
    let told = ask(&lab, None, "sample/referenceGenome").await;
    let told: Value = serde_json::from_str(&told.body).expect("JSON");
    let names = |list: &str| -> Vec<Value> {
        told[list].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect()
    };
    assert_eq!(names("nucleotideSequences"), ["NP", "HA", "NA"]);
    assert_eq!(names("genes"), ["NP1", "HA1", "NA"]);
    assert_eq!(told["nucleotideSequences"][2]["sequence"], letters(&reference(2)));
    let rows =
        data(&lab, "sample/details?fields=sampleName,coverage,clade,nearestNode&orderBy=sampleName").await;
    // What is missing counts as not read.
    let shares = [&rows[0]["coverage"], &rows[1]["coverage"]].map(|share| share.as_f64().expect("a share"));
    assert!((shares[0] - 1.0).abs() < 1e-6 && (shares[1] - 1_300.0 / 3_300.0).abs() < 1e-6, "{rows}");
    assert_eq!((&rows[0]["clade"], &rows[1]["clade"]), (&json!("B"), &json!("A")));
    assert_eq!(rows[0]["nearestNode"], "nb");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn genomes_are_compared_by_the_segment_that_is_named() {
    let lab = lab().await;
    let first = data(&lab, "sample/details?fields=accession&sampleName=K1").await;
    let of = &texts(&first, "accession")[0];
    let near = data(&lab, &format!("sample/nearest?of={of}&segments=HA&fields=sampleName")).await;
    assert_eq!(near, json!([{ "sampleName": "K2", "distance": 3, "compared": 1_300 }]));
    let none = data(&lab, &format!("sample/nearest?of={of}&segments=NP&fields=sampleName")).await;
    assert_eq!(none, json!([]), "the other has no such segment");
    let clusters = data(&lab, "sample/clusters?distance=3&segments=HA&fields=sampleName").await;
    assert_eq!(texts(&clusters, "sampleName"), ["K1", "K2"]);
    let document = json!({
        "filters": {}, "includeMutations": [format!("HA:{}", code(1, 100))],
        "dateRanges": [{ "dateFrom": "2025-01-01", "dateTo": "2025-12-31" }], "dateField": "date"
    });
    let path = format!("/lapis/{TINY}/component/nucleotideMutationsOverTime");
    let headers = [("Content-Type", "application/json")];
    let answer = send(lab.server.address, "POST", &path, &headers, &document.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(told["data"]["mutations"], json!([format!("HA:{}", code(1, 100))]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_have_all_segments_and_pages_name_them() {
    let lab = lab().await;
    let (inserted, told) = (inserted(), format!("\"insertions\":\"NA:950:{}\"", inserted()));
    for (format, words) in [
        ("fasta", vec!["|NP\n", "|HA\n", inserted.as_str()]),
        ("fasta&segments=NA", vec!["|NA\n"]),
        ("aligned", vec!["|NP\n", "|NA\n"]),
        ("translated", vec!["|HA1\n", "|NA\n"]),
        ("tsv", vec!["accessionVersion\t", "\tK1\t"]),
        ("ndjson", vec!["HA:100", "NP:300", told.as_str(), "NP:1-900"]),
        ("gff3", vec!["_HA\t", "_NA\t", "HA1"]),
        ("genbank", vec!["segment HA", "/segment=\"NP\"", "HA1"]),
        ("ena", vec!["samples.tsv", "manifest.txt"]),
        ("newick", vec!["HTH_"]),
        ("auspice", vec!["tiny", "HA1"]),
    ] {
        let answer = lab.server.get(&format!("/take/{TINY}?format={format}"), &[]).await;
        assert_eq!(answer.status, 200, "{format}: {}", answer.body);
        for word in words {
            assert!(answer.body.contains(word), "{format} has no {word:?}: {:.600}", answer.body);
        }
    }
    let vcf = lab.server.get(&format!("/take/{TINY}?format=vcf"), &[]).await;
    assert!(vcf.status == 400 && vcf.body.contains("VCF is of one reference"), "{} {}", vcf.status, vcf.body);
    let own = code(1, 100);
    let page = lab.server.get(&format!("/ask/{TINY}?advancedQuery=HA:{own}"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for word in ["Tiny virus", &format!("NP:{}", code(0, 300)), &format!("HA:{own}")] {
        assert!(page.body.contains(word), "{word}");
    }
    let rows = data(&lab, "sample/details?fields=accession&sampleName=K1").await;
    let genome = lab.server.get(&format!("/genomes/{}", texts(&rows, "accession")[0]), &[]).await;
    for word in ["Tiny virus", "NP", "HA", "NA", own.as_str()] {
        assert!(genome.status == 200 && genome.body.contains(word), "{word}: {}", genome.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shared_with_a_partner_is_in_nobody_elses_answer() {
    let lab = lab().await;
    let marker = [b"CATTAGGACCATTAGGACCA".as_slice(), b"TTACCGGTTACCGGTTACCG", b"GGATATCCGGATATCCGGAT"];
    let mut segments = [0, 1, 2].map(reference);
    for (segment, marker) in segments.iter_mut().zip(marker) {
        segment[700..720].copy_from_slice(marker);
    }
    let secret = Sample { name: "Zqsecret", segments: segments.map(Some) };
    let before = ask(&lab, None, "sample/aggregated").await;
    let id = lab.bring(&secret.fasta(), &["Zqsecret"]).await;
    lab.release(id, false).await;
    let token = lab.server.token_of("partner", &["read"]).await;
    let row = ask(&lab, Some(&token), "sample/details?fields=accession&sampleName=Zqsecret").await;
    let row: Value = serde_json::from_str(&row.body).expect("JSON");
    let accession = row["data"][0]["accession"].as_str().expect("the partner sees it").to_owned();
    let stranger = lab.server.guest("stranger", &[]).await;
    assert_ne!(stranger.0, lab.partner);
    let strange = lab.server.token_of("stranger", &["read"]).await;
    let mut canaries: Vec<String> = marker.map(letters).to_vec();
    canaries.extend(["Zqsecret".to_owned(), accession]);
    let mut asked = Vec::new();
    for what in [
        "aggregated",
        "aggregated?fields=sampleName,NP%5B705%5D",
        "details",
        "nucleotideMutations?minProportion=0",
        "aminoAcidMutations?minProportion=0",
        "nucleotideInsertions",
        "aminoAcidInsertions",
        "alignedNucleotideSequences",
        "alignedNucleotideSequences/NP",
        "alignedNucleotideSequences/HA",
        "unalignedNucleotideSequences",
        "unalignedNucleotideSequences/HA",
        "unalignedNucleotideSequences/NA",
        "alignedAminoAcidSequences",
        "alignedAminoAcidSequences/NA",
        "clusters?distance=2000&segments=NA",
        "phyloSubtree?phyloTreeField=nearestNode",
        "referenceGenome",
        "databaseConfig",
    ] {
        asked.push(format!("/lapis/{TINY}/sample/{what}"));
    }
    asked.extend(FILES.map(|format| format!("/take/{TINY}?format={format}")));
    asked.push(format!("/ask/{TINY}"));
    for path in asked {
        for token in [None, Some(&strange)] {
            let bearer = token.map(|token| format!("Bearer {token}"));
            let headers: Vec<(&str, &str)> =
                bearer.iter().map(|own| ("Authorization", own.as_str())).collect();
            let answer = lab.server.get(&path, &headers).await;
            assert_eq!(answer.status, 200, "{path}: {:.300}", answer.body);
            let found = canaries.iter().find(|canary| answer.body.contains(canary.as_str()));
            assert_eq!(found, None, "{path}");
        }
    }
    let after = ask(&lab, None, "sample/aggregated").await;
    assert_eq!(before.header("lapis-data-version"), after.header("lapis-data-version"));
    let own = reference(0);
    let differs = (700..720).find(|at| own[*at] != marker[0][at - 700]).expect("a letter") + 1;
    let theirs = format!("sample/aggregated?nucleotideMutations=NP:{differs}");
    let theirs = ask(&lab, Some(&token), &theirs).await;
    assert!(theirs.body.contains(r#"[{"count":1}]"#), "{}", theirs.body);
}
