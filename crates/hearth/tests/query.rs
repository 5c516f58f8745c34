//! `hearth query` as people run it: of a file with metadata, and of a server.
#![allow(clippy::panic, clippy::unwrap_used)]

mod desk;

use desk::Desk;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

/// Two genomes in a row of changes, one of another month and country, and letters that are none of the pathogen's.
fn desk() -> Desk {
    let desk = Desk::new();
    let reference = include_str!("../../../packs/sars-cov-2/reference.fasta");
    let letters: String = reference.lines().skip(1).collect();
    let changed = |places: &[usize]| {
        let mut letters = letters.clone().into_bytes();
        for place in places {
            let letter = &mut letters[place - 1];
            *letter = if *letter == b'T' { b'C' } else { b'T' };
        }
        String::from_utf8(letters).unwrap()
    };
    let genomes =
        [("K-1", changed(&[1_000])), ("K-2|x", changed(&[1_000, 2_000])), ("K-3 word", letters.clone())];
    let mut fasta: String = genomes.iter().map(|(name, letters)| format!(">{name}\n{letters}\n")).collect();
    fasta.push_str(&format!(">other\n{}\n", desk::letters(7, 3_000)));
    desk.put("run.fasta", fasta);
    desk.put(
        "run.tsv",
        "sample\tcollected\tcountry\thost\nK-1\t2024-05-02\tKenya\tHomo sapiens\n\
         K-2\t2024-05-03\tKenya\tHomo sapiens\nK-3\t2024-06-01\tGhana\tHomo sapiens\nK-9\t2024-06-01\tGhana\tHomo sapiens\n",
    );
    desk
}

#[test]
fn a_file_answers_as_the_api_does() {
    let desk = desk();
    let check = |line: &str, expected: &str| {
        let run = desk.run(&format!("query run.fasta --metadata run.tsv {line}")).ends(0, "");
        assert_eq!(run.out, expected, "{line}");
    };
    check("", "count\n    4\n");
    check("--fields country --order-by country --format csv", "country,count\n,1\nGhana,1\nKenya,2\n");
    check("1000 --format json", "[{\"count\":2}]\n");
    check(
        "--where country=Kenya --where dateFrom=2024-05-03 --details --fields accession,date --format tsv",
        "accession\tdate\nK-2|x\t2024-05-03\n",
    );
    check("--where country=Kenya --where country=Ghana --format csv", "count\n3\n");
    check(
        "--clusters 1 --fields accession --format csv",
        "cluster,size,accession\n1,3,K-1\n1,3,K-2|x\n1,3,K-3 word\n",
    );
    check(
        "--nearest K-1 --fields accession --limit 1 --format csv",
        "accession,distance,compared\nK-2|x,1,29903\n",
    );
    let run = desk
        .run("query run.fasta --mutations --fields mutation,count --format csv")
        .ends(0, "1 of 4 genomes could not be aligned");
    assert!(
        run.out.contains("1000") && run.out.contains(",2\n") && run.out.lines().count() == 3,
        "{}",
        run.out
    );
    let run = desk
        .run("query run.fasta --metadata run.tsv --fasta --where country=Ghana")
        .ends(0, "1 rows of the metadata have no genome, as K-9");
    let reference = include_str!("../../../packs/sars-cov-2/reference.fasta");
    let letters: String = reference.lines().skip(1).collect();
    assert!(run.out == format!(">K-3 word\n{letters}\n"), "{}", &run.out[..run.out.len().min(200)]);
}

#[test]
fn what_is_wrong_is_a_sentence() {
    let desk = desk();
    for (line, sentence) in [
        ("query run.fasta ) ", "Failed to parse advanced query"),
        ("query run.fasta --fields nothing", "Unknown field: 'nothing'"),
        ("query run.fasta --where country", "--where takes a field and a value"),
        ("query run.fasta --nearest nobody", "there is no genome nobody"),
        ("query run.fasta --as-of 2026-01-01", "are for servers"),
        ("query none.fasta", "none.fasta"),
        ("query run.tsv", "run.tsv"),
        ("query https://example.org --metadata run.tsv", "are for files"),
        ("query https://example.org", "say which pathogen"),
        ("query http://127.0.0.1:9 --pathogen x", "cannot be reached"),
        ("query http://example.org --pathogen x --token-file run.tsv", "no token"),
    ] {
        desk.run(line).ends(1, sentence);
    }
}

/// A demonstration that ends with the test.
struct Demo(Child, String);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn demo(desk: &Desk) -> Demo {
    let mut command = desk.command("demo --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 --genomes 8");
    // Settings of the tests are none of the server's.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEARTH_")) {
        command.env_remove(name);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().strip_prefix("Hearth is at ").map(str::to_owned));
    let address = address.expect("an address");
    // What it goes on to say is read, so that it does not wait.
    std::thread::spawn(move || lines.for_each(drop));
    Demo(child, address)
}

#[test]
fn a_server_answers_the_same_questions() {
    let desk = Desk::new();
    let demo = demo(&desk);
    let address = &demo.1;
    // It may say "later" at first, and is asked again.
    let all = desk.run(&format!("query {address} --pathogen sars-cov-2 --format csv")).ends(0, "");
    let count: u64 = all.out.lines().nth(1).unwrap().parse().unwrap();
    assert!(count > 0, "{}", all.out);
    let by_country =
        desk.run(&format!("query {address}/lapis/sars-cov-2 --fields country --format csv")).ends(0, "");
    let counts =
        by_country.out.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<u64>().unwrap());
    assert_eq!(counts.sum::<u64>(), count);
    let rows =
        desk.run(&format!("query {address} --pathogen sars-cov-2 --details --fields accession")).ends(0, "");
    assert_eq!(rows.out.lines().count() as u64, count + 1);
    let letters = desk.run(&format!("query {address} --pathogen sars-cov-2 --fasta --limit 1")).ends(0, "");
    assert!(letters.out.starts_with('>') && letters.out.lines().count() == 2);
    for (line, sentence) in [
        ("--pathogen none", "this server has no pathogen none"),
        ("--pathogen sars-cov-2 --fields none", "Unknown field: 'none'"),
        ("--pathogen sars-cov-2 --as-of 2999-01-01", "is to come"),
    ] {
        desk.run(&format!("query {address} {line}")).ends(1, sentence);
    }
}
