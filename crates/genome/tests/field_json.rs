//! Compares the lines of JSON with the field's own for the same genomes, value by value.
//!
//! Needs the shared test data; says so and passes where it is absent.

mod field_data;

use std::io::Read;

use field_data::shared;
use hearth_genome::analysis::Memory;
use hearth_genome::pack::{Pack, PackFiles};
use hearth_genome::rows::json::Json;
use hearth_genome::rows::{RecordName, Warning};
use serde_json::Value;

/// Keys that are ours, or worded by us.
const OURS: &[&str] = &["hearth", "warnings", "errors"];

/// The pack and the unpacked text of genomes and expected lines; `None` where they are absent.
fn read_all() -> Option<(Pack, String, String)> {
    let genomes = shared("genomes/sars-cov-2-418")?;
    let folder = shared("packs/sars-cov-2")?;
    let file = |name: &str| std::fs::read(folder.join(name)).expect(name);
    let (reference, pathogen) = (file("reference.fasta"), file("pathogen.json"));
    let (annotation, tree) = (file("genome_annotation.gff3"), file("tree.json"));
    let pack = Pack::from_files(&PackFiles {
        name: "dataset",
        reference: &reference,
        pathogen: &pathogen,
        annotation: Some(&annotation),
        tree: Some(&tree),
    });
    let open = |path: &str| std::fs::File::open(genomes.join(path)).expect(path);
    let (mut sequences, mut expected) = (String::new(), String::new());
    let packed = flate2::read::MultiGzDecoder::new(open("example_sequences.fasta.gz"));
    std::io::BufReader::new(packed).read_to_string(&mut sequences).expect("gzip");
    let packed = std::io::BufReader::new(open("nextclade-3.21.2/nextclade.ndjson.xz"));
    lzma_rust2::XzReader::new(packed, true).read_to_string(&mut expected).expect("xz");
    Some((pack.expect("the pack of the field is sound"), sequences, expected))
}

/// The first place at which two values differ.
fn first_difference(place: &str, ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.filter(|key| !OURS.contains(&key.as_str())).find_map(|key| {
                let (a, b) = (a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null));
                first_difference(&format!("{place}/{key}"), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (a, b))| first_difference(&format!("{place}/{at}"), a, b))
        }
        _ => (ours != theirs).then(|| format!("{place}: ours {ours}, theirs {theirs}")),
    }
}

#[test]
fn lines_hold_the_same_values() {
    let Some((pack, sequences, expected)) = read_all() else { return };
    let json = Json::new(&pack);
    let mut memory = Memory::default();
    let mut lines = expected.lines();
    let records = sequences.split('>').filter_map(|record| record.split_once('\n'));
    for (index, (name, letters)) in records.enumerate() {
        let letters: Vec<u8> = letters.bytes().filter(u8::is_ascii_alphabetic).collect();
        let letters = letters.to_ascii_uppercase();
        let record = RecordName { index: index as u64, name: name.trim_end() };
        let mut line = Vec::new();
        match pack.analyse(&letters, &mut memory) {
            Ok(analysis) => json.write_line(record, &analysis, &Warning::of(&analysis, &pack), &mut line),
            Err(error) => Json::write_error(record, &[&error.to_string()], &mut line),
        }
        let ours: Value = serde_json::from_slice(&line).expect("a line is JSON");
        let theirs: Value = serde_json::from_str(lines.next().expect("as many lines")).expect("JSON");
        assert_eq!(first_difference("", &ours, &theirs), None, "{name}");
    }
    assert_eq!(lines.next(), None);
}
