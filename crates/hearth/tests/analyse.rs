//! `hearth analyse` as people run it: the real program in a folder of its own.
//!
//! Each test says what is typed and what must be there afterwards. Start at [`desk::Desk`].

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;

use desk::{Desk, Run, letters};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const EXAMPLES: &str = include_str!("../../../packs/sars-cov-2/examples.fasta");

/// The example genome of this number, with another name.
fn example(number: usize, name: &str) -> String {
    let record = EXAMPLES.split('>').nth(number + 1).unwrap();
    let (_, sequence) = record.split_once('\n').unwrap();
    format!(">{name}\n{}\n", sequence.trim_end())
}

/// Rows of a table by column name.
fn rows(table: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), header.len(), "{line}");
        header.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect()
    };
    lines.map(row).collect()
}

/// One column of a table.
fn column(table: &str, name: &str) -> Vec<String> {
    rows(table).iter().map(|row| row[name].clone()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).unwrap();
    text
}

/// Contents of all files below a folder.
fn collect(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_demonstration_shows_every_genome_on_a_line() {
    let run = Desk::new().run("analyse --demo").ends(0, "12 genomes: 11 analysed, 1 failed");
    assert_eq!(run.out.lines().count(), 13);
    assert!(run.out.starts_with("name "), "{}", run.out);
    let line = |name: &str| run.out.lines().find(|line| line.contains(name)).unwrap();
    let turned = line("reverse-complement");
    assert!(turned.contains("20J") && turned.contains("it was turned"), "{turned}");
    assert!(line("frame-shift").ends_with("1 deleted, 1 frame shift"), "{}", line("frame-shift"));
}

#[test]
fn a_table_begins_with_the_fields_columns_and_has_a_row_for_each_record() {
    let desk = Desk::new();
    desk.put("a.fasta", EXAMPLES);
    let run = desk.run("analyse a.fasta").ends(0, "1 unlike the reference");
    assert!(run.out.starts_with("index\tseqName\tclade\t"), "{}", &run.out[..80]);
    assert_eq!(column(&run.out, "index"), (0..12).map(|n: u32| n.to_string()).collect::<Vec<_>>());
    let last = rows(&run.out).pop().unwrap();
    assert_eq!(last["clade"], "");
    assert!(
        last["errors"].starts_with("nothing in this sequence resembles the reference"),
        "{}",
        last["errors"]
    );
    let turned = column(&run.out, "isReverseComplement");
    assert_eq!(turned.iter().filter(|cell| *cell == "true").count(), 1);
}

#[test]
fn threads_and_batches_never_change_a_byte() {
    let desk = Desk::new();
    let mut input = String::new();
    for round in 0..2 {
        (0..12).for_each(|n| input.push_str(&example(n, &format!("{round}/{n}"))));
        input.push_str(">junk\nACGT\n>\nACGTTGCA!\n");
    }
    desk.put("a.fasta", input);
    let outputs = |options: &str| {
        let line =
            format!("analyse {options} -O out -s all --include-reference --failed out/failed.fa a.fasta");
        desk.run(&line).ends(0, "28 genomes: 22 analysed, 6 failed");
        let mut files = BTreeMap::new();
        collect(&desk.at("out"), &mut files);
        fs::remove_dir_all(desk.at("out")).unwrap();
        files
    };
    let expected = outputs("-j 1");
    assert_eq!(
        expected.len(),
        6 + 3 + 1 + 12 + 22,
        "tables, aligned, failed; assays, neighbours; report; peptides; variants"
    );
    for options in ["-j 4", "-j 3 --batch-bytes 1", "-j 1 --batch-bytes 100000", "-j 2 --batch-bytes 31000"] {
        let found = outputs(options);
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{options}");
        for (name, content) in &expected {
            assert!(found[name] == *content, "{name} differs with {options}");
        }
    }
}

#[test]
fn input_may_come_by_pipe_packed_with_any_line_ends_or_as_a_folder() {
    let desk = Desk::new();
    let plain = example(3, "a") + &example(4, "b");
    let expected = desk.run_with_input("analyse", plain.as_bytes()).ends(0, "2 genomes analysed").out;
    assert_eq!(column(&expected, "clade"), ["20H", "20I"]);
    let table_of = |line: &str| desk.run(line).ends(0, "2 genomes analysed").out;
    desk.put("a.fasta.gz", gzip(plain.as_bytes()));
    desk.put("packed", gzip(plain.as_bytes()));
    desk.put("crlf.fasta", plain.replace('\n', "\r\n"));
    desk.put("cr.fasta", plain.replace('\n', "\r"));
    desk.put("lower.fasta", plain.to_lowercase());
    desk.put("folder/1/a.fa", example(3, "a"));
    desk.put("folder/2/b.fa", example(4, "b"));
    for file in
        ["a.fasta.gz", "packed", "crlf.fasta", "cr.fasta", "lower.fasta", "folder", "folder/1 folder/2"]
    {
        assert_eq!(table_of(&format!("analyse {file}")), expected, "{file}");
    }
    let rna = desk.run_with_input("analyse -", plain.replace('T', "U").as_bytes());
    assert!(column(&rna.out, "warnings")[0].starts_with("RNA: "), "{}", rna.out);
    assert_eq!(column(&rna.out, "substitutions"), column(&expected, "substitutions"));
}

#[test]
fn a_name_used_twice_is_said_at_its_second_use() {
    let desk = Desk::new();
    let input = [example(0, "a"), example(0, "b"), example(0, "a"), example(0, "a")].concat();
    for jobs in ["-j 1", "-j 3 --batch-bytes 1"] {
        let run = desk.run_with_input(&format!("analyse {jobs}"), input.as_bytes());
        let warning = "the name was already used by the record with index 0";
        assert_eq!(column(&run.ends(0, "4 genomes analysed").out, "warnings"), ["", "", warning, warning]);
    }
}

#[test]
fn bad_records_have_rows_and_can_be_kept_for_another_try() {
    let desk = Desk::new();
    let bad = [">empty\n", ">short\r\nACGT\r\n", ">odd end\nACGX"];
    let odd = example(1, "odd").replacen("\nA", "\nX", 1);
    let input = [bad[0], &example(0, "good"), bad[1], &odd, bad[2]].concat();
    let run = desk.run_with_input("analyse --failed again.fa", input.as_bytes());
    let run = run.ends(0, "5 genomes: 1 analysed, 4 failed");
    let errors = column(&run.out, "errors");
    assert!(errors[0].starts_with("the sequence is empty"), "{errors:?}");
    assert_eq!(errors[1], "");
    assert!(errors[2].starts_with("the sequence has 4 letters"), "{errors:?}");
    assert!(errors[3].starts_with("'X' at position 1 is not a nucleotide letter"), "{errors:?}");
    assert_eq!(desk.get("again.fa"), [bad[0], bad[1], &odd, bad[2], "\n"].concat());
    let again = desk.run_with_input("analyse --replace-unknown", odd.as_bytes()).ends(0, "1 genome analysed");
    assert!(
        column(&again.out, "warnings")[0].contains("letters read as N because they are no nucleotides: 1")
    );
    desk.run_with_input("analyse --strict", input.as_bytes()).ends(3, "4 failed");
    desk.run_with_input("analyse --strict", example(0, "good").as_bytes()).ends(0, "1 genome analysed");
}

#[test]
fn a_record_beyond_the_limit_has_a_row_at_its_place() {
    let desk = Desk::new();
    let input = example(0, "a") + &example(0, "long").repeat(2).replace("\n>long\n", "\n") + &example(0, "b");
    for jobs in ["-j 1", "-j 2"] {
        let line = format!("analyse {jobs} --batch-bytes 1000 --max-record-bytes 40000");
        let run = desk.run_with_input(&line, input.as_bytes()).ends(0, "1 longer than the limit");
        assert_eq!(column(&run.out, "seqName"), ["a", "long", "b"]);
        assert!(
            column(&run.out, "errors")[1].contains("record number 2 (`long`) is longer than 40000 bytes")
        );
    }
}

#[test]
fn turning_can_be_forbidden() {
    let desk = Desk::new();
    let line = "analyse --retry-reverse-complement false";
    let run = desk.run_with_input(line, example(5, "turned").as_bytes()).ends(0, "1 on the opposite strand");
    assert!(column(&run.out, "errors")[0].contains("only on the opposite strand"));
}

#[test]
fn an_empty_input_is_said_to_be_empty() {
    let desk = Desk::new();
    desk.put("empty.fasta", "");
    let run = desk.run("analyse --output-tsv a.tsv empty.fasta");
    let run = run.ends(0, "empty.fasta: is empty: it holds no sequence.");
    assert!(run.err.contains("0 genomes analysed"));
    assert_eq!(desk.get("a.tsv").lines().count(), 1, "the header");
}

#[test]
fn a_truncated_file_keeps_what_came_before_and_the_next_file_is_read() {
    let desk = Desk::new();
    let whole: String = (0..20).map(|n| example(n % 11, &n.to_string())).collect();
    let packed = gzip(whole.as_bytes());
    desk.put("cut.fasta.gz", &packed[..packed.len() * 2 / 3]);
    desk.put("next.fasta", example(0, "next"));
    desk.put("notes.fasta", "PK\x03\x04 surely a workbook");
    let run = desk.run("analyse --output-tsv a.tsv cut.fasta.gz notes.fasta next.fasta");
    let run = run.ends(2, "cut.fasta.gz: the gzip data ends too early");
    assert!(run.err.contains("notes.fasta: this is a ZIP archive"), "{}", run.err);
    let names = column(&desk.get("a.tsv"), "seqName");
    assert!(names.len() > 5 && names.len() < 21, "{names:?}");
    assert_eq!(names.last().map(String::as_str), Some("next"));
}

/// Genomes of three packs and of none: indices 0, 2, 5 of none, 1, 3, 7 red, 4 blue, 6 SARS-CoV-2.
fn mixed() -> String {
    let lost = |name: &str| format!(">{name}\n{}\n", letters(3, 3000));
    let red = format!(">r\n{}\n", letters(1, 6000));
    let blue = format!(">b\n{}\n", letters(2, 6000));
    [lost("l1"), red.clone(), lost("l2"), red.clone(), blue, lost("l3"), example(3, "c"), red].concat()
}

#[test]
fn genomes_of_several_packs_go_to_tables_of_their_own() {
    let desk = Desk::new();
    desk.install("red", 1);
    desk.install("blue", 2);
    for jobs in ["-j 1", "-j 2 --batch-bytes 1"] {
        let line = format!("analyse {jobs} -O out -s all --output-tsv a.tsv.gz");
        let run = desk.run_with_input(&line, mixed().as_bytes()).ends(0, "3 unlike any known pathogen");
        assert!(run.err.contains("written: a.red.tsv.gz\n"), "{}", run.err);
        let index = |label: &str| column(&unpacked(&desk.at(&format!("a.{label}.tsv.gz"))), "index");
        assert_eq!(index("red"), ["1", "3", "7"]);
        assert_eq!(index("blue"), ["4"]);
        assert_eq!(index("sars-cov-2"), ["6"]);
        assert_eq!(index("unmatched"), ["0", "2", "5"]);
        assert_eq!(desk.get("out/hearth.unmatched.ndjson").lines().count(), 3);
        let json: serde_json::Value = serde_json::from_str(&desk.get("out/hearth.red.json")).unwrap();
        assert_eq!(json["results"].as_array().unwrap().len(), 3);
        assert_eq!(json["errors"].as_array().unwrap().len(), 0);
        assert_eq!(fs::read_dir(desk.at("out/hearth.variants")).unwrap().count(), 5);
        let tables = ["a.blue.tsv.gz", "a.red.tsv.gz", "a.sars-cov-2.tsv.gz", "a.unmatched.tsv.gz"];
        assert_eq!(desk.names(), [&tables[..], &["out", "packs"]].concat());
        fs::remove_dir_all(desk.at("out")).unwrap();
    }
    let run = desk.run_with_input("analyse", mixed().as_bytes());
    let run = run.ends(1, "those of blue, sars-cov-2 are missing. Name a file with --output-tsv");
    assert_eq!(column(&run.out, "index"), ["0", "1", "2", "3", "5", "7"]);
    let run = desk.run_with_input("analyse --pack red", mixed().as_bytes()).ends(0, "8 genomes");
    assert_eq!(column(&run.out, "index").len(), 8, "a pack that is named gets everything");
}

#[test]
fn with_one_pack_in_the_input_all_rows_are_in_one_table() {
    let desk = Desk::new();
    desk.install("red", 1);
    desk.install("blue", 2);
    let lost = |name: &str| format!(">{name}\n{}\n", letters(3, 3000));
    let input = lost("l1") + &format!(">r\n{}\n", letters(1, 6000)) + &lost("l2");
    let line = "analyse --output-tsv - --output-json a.json";
    let run = desk.run_with_input(line, input.as_bytes()).ends(0, "2 unlike any known pathogen");
    assert_eq!(column(&run.out, "index"), ["0", "1", "2"]);
    assert!(column(&run.out, "errors")[0].contains("none of the packs known here (blue, red, sars-cov-2)"));
    let json: serde_json::Value = serde_json::from_str(&desk.get("a.json")).unwrap();
    assert_eq!(json["errors"].as_array().unwrap().len(), 2);
    let none = desk.run_with_input("analyse", lost("l1").as_bytes()).ends(0, "1 genome: 0 analysed");
    assert_eq!(column(&none.out, "seqName"), ["l1"]);
}

#[test]
fn an_installed_pack_of_the_same_pathogen_comes_before_the_demonstration() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2");
    for file in ["reference.fasta", "pathogen.json"] {
        desk.put(&format!("packs/full/{file}"), fs::read(root.join(file)).unwrap());
    }
    desk.install("red", 1);
    desk.put("packs/broken/pathogen.json", "{");
    let input = example(3, "a") + &format!(">r\n{}\n", letters(1, 6000));
    let run = desk.run_with_input("analyse --output-tsv a.tsv", input.as_bytes());
    run.ends(0, "the installed pack 'broken' is left out: pathogen.json");
    assert_eq!(desk.names(), ["a.full.tsv", "a.red.tsv", "packs"]);
}

#[test]
fn a_pack_that_breaks_when_it_is_needed_costs_its_own_genomes_only() {
    let desk = Desk::new();
    desk.install("red", 1);
    desk.install("blue", 2);
    desk.put("packs/blue/tree.json", "{");
    let input = format!(">b\n{}\n>r\n{}\n", letters(2, 6000), letters(1, 6000));
    let run = desk.run_with_input("analyse", input.as_bytes()).ends(0, "1 of a pack that cannot be used");
    let errors = column(&run.out, "errors");
    assert!(errors[0].starts_with("the pack 'blue' cannot be used: tree.json: "), "{errors:?}");
    assert_eq!(errors[1], "");
}

#[test]
fn outputs_appear_whole_or_not_at_all() {
    let desk = Desk::new();
    desk.put("a.fasta", EXAMPLES);
    let quiet = desk.run("analyse --quiet --output-csv new/folder/a.csv.zst a.fasta").ends(0, "");
    assert_eq!(quiet.err, "");
    assert!(desk.at("new/folder/a.csv.zst").exists());
    desk.put("blocked", "a file, not a folder");
    let run = desk.run("analyse --output-tsv blocked/a.tsv a.fasta");
    run.ends(1, "blocked/a.tsv: cannot be written (");
    desk.run("analyse --output-tsv new a.fasta").ends(1, "new: cannot be written (");
    assert_eq!(desk.names(), ["a.fasta", "blocked", "new"], "no temporary file is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let desk = Desk::new();
    desk.put("a.fasta", EXAMPLES);
    let run = desk.run("analyse --output-tsv /dev/full a.fasta");
    run.ends(1, "/dev/full: cannot be written (No space left on device");
}

#[test]
fn columns_can_be_selected() {
    let desk = Desk::new();
    let line = "analyse --output-columns-selection seqName,clade,qc.overallStatus";
    let run = desk.run_with_input(line, example(3, "a").as_bytes()).ends(0, "");
    assert_eq!(run.out, "seqName\tclade\tqc.overallStatus\na\t20H\tgood\n");
    let run = desk.run_with_input("analyse -C nothing", b">a\nACGT\n");
    run.ends(1, "there is no column or group of columns called 'nothing'");
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn a_wrong_command_line_ends_with_1_and_says_why() {
    let desk = Desk::new();
    desk.run("analyse --outptu-tsv a.tsv").ends(1, "--output-tsv");
    desk.run("analyse --pack nowhere").ends(1, "nowhere");
    desk.run("analyse -j 0").ends(1, "0 is not in 1..=1024");
    desk.run("analyse gone.fasta").ends(2, "gone.fasta: there is no such file or folder");
    desk.run("analyse --output-tsv a --output-csv a").ends(1, "a is named for two outputs");
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn who_stops_reading_our_output_ends_the_run_in_peace() {
    let desk = Desk::new();
    desk.put("a.fasta", EXAMPLES.repeat(4));
    for jobs in ["1", "2"] {
        let mut command = desk.command(&format!("analyse --output-ndjson - -j {jobs} a.fasta"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        Run::of(child.wait_with_output().unwrap()).ends(0, "");
    }
    // Also while nothing comes in.
    let mut command = desk.command("analyse -j 2");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut begin = [0; 5];
    std::io::Read::read_exact(&mut child.stdout.take().unwrap(), &mut begin).unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // The run may end before it has read everything.
    let _ = pipe.write_all(EXAMPLES.repeat(4).as_bytes());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(pipe);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_behind() {
    let desk = Desk::new();
    let mut command = desk.command("analyse -j 2 --output-tsv a.tsv");
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(EXAMPLES.as_bytes()).unwrap();
    for _ in 0..1000 {
        if !desk.names().is_empty() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(desk.names()[0].starts_with(".hearth-"), "{:?}", desk.names());
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    Run::of(child.wait_with_output().unwrap()).ends(130, "");
    drop(pipe);
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[test]
fn completions_and_help_are_there() {
    let desk = Desk::new();
    assert!(desk.run("completions bash").ends(0, "").out.contains("--output-columns-selection"));
    assert!(desk.run("--version").ends(0, "").out.starts_with("hearth "));
    let help = desk.run("analyse --help").ends(0, "").out;
    assert!(help.contains("Exit codes:") && help.contains("Examples:"), "{help}");
}
