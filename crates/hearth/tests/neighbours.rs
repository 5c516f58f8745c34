//! Neighbours as people ask about them: the real program on the built-in pack and on small ones.
//!
//! Each test says what is typed and what must be there afterwards. Start at [`desk::Desk`].

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;

use desk::{Desk, letters};

const SEED: u64 = 7;

/// The genome of a small pack with other letters at these places.
fn genome(name: &str, seed: u64, changed: &[usize]) -> String {
    let mut genome = letters(seed, 6000).into_bytes();
    for &at in changed {
        genome[at] = match genome[at] {
            b'A' => b'C',
            b'C' => b'G',
            b'G' => b'T',
            _ => b'A',
        };
    }
    format!(">{name}\n{}\n", String::from_utf8(genome).unwrap())
}

/// The same, unread from one place to another.
fn unread(name: &str, changed: &[usize], from: usize, to: usize) -> String {
    let mut record = genome(name, SEED, changed);
    let begin = record.find('\n').unwrap() + 1;
    record.replace_range(begin + from..begin + to, &"N".repeat(to - from));
    record
}

/// A desk with a small pack, and the batch in `g.fasta`.
fn desk(records: &[String]) -> Desk {
    let desk = Desk::new();
    desk.install("pox", SEED);
    desk.put("g.fasta", records.concat());
    desk
}

/// Rows without the header.
fn rows(table: &str) -> Vec<&str> {
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("seqName\trank\tfrom\tneighbour\tdistance\tcompared\tcluster\tclusterSize")
    );
    lines.collect()
}

#[test]
fn the_nearest_genomes_and_clusters_are_in_a_table() {
    let desk = desk(&[
        genome("a", SEED, &[100]),
        genome("far", SEED, &[200, 300, 400, 500, 600]),
        genome("b", SEED, &[100, 700, 800]),
        genome("c", SEED, &[100, 700, 800, 900, 1000]),
    ]);
    desk.run("analyse --pack pox --output-neighbours n.tsv g.fasta").ends(0, "written: n.tsv");
    assert_eq!(
        rows(&desk.get("n.tsv")),
        [
            "a\t1\tbatch\tb\t2\t6000\t1\t3",
            "a\t2\tbatch\tc\t4\t6000\t1\t3",
            "a\t3\tbatch\tfar\t6\t6000\t1\t3",
            "far\t1\tbatch\ta\t6\t6000\t\t1",
            "far\t2\tbatch\tb\t8\t6000\t\t1",
            "far\t3\tbatch\tc\t10\t6000\t\t1",
            "b\t1\tbatch\ta\t2\t6000\t1\t3",
            "b\t2\tbatch\tc\t2\t6000\t1\t3",
            "b\t3\tbatch\tfar\t8\t6000\t1\t3",
            "c\t1\tbatch\tb\t2\t6000\t1\t3",
            "c\t2\tbatch\ta\t4\t6000\t1\t3",
            "c\t3\tbatch\tfar\t10\t6000\t1\t3",
        ]
    );
    desk.run("analyse --pack pox --cluster-distance 1 --output-neighbours n.tsv g.fasta").ends(0, "");
    assert!(rows(&desk.get("n.tsv")).iter().all(|row| row.ends_with("\t\t1")));
    // In a folder it has a name of its own.
    desk.run("analyse --pack pox -O out g.fasta").ends(0, "written: out/neighbours.tsv");
    desk.run("analyse --pack pox -O out -n run7 -s neighbours g.fasta")
        .ends(0, "written: out/run7.neighbours.tsv");
}

#[test]
fn what_was_not_read_makes_no_difference_and_little_makes_no_neighbour() {
    let desk = desk(&[
        genome("whole", SEED, &[100, 200]),
        unread("partly", &[100, 5000], 150, 600),
        unread("poorly", &[100], 150, 2200),
        unread("hardly", &[100], 150, 3600),
    ]);
    desk.run("analyse --pack pox --output-neighbours n.tsv g.fasta").ends(0, "");
    assert_eq!(
        rows(&desk.get("n.tsv")),
        [
            "whole\t1\tbatch\tpartly\t1\t5550\t1\t2",
            "partly\t1\tbatch\twhole\t1\t5550\t1\t2",
            "poorly\t1\tbatch\twhole\t0\t3950\t\t1",
            "poorly\t2\tbatch\tpartly\t1\t3950\t\t1",
            "hardly\t\t\t\t\t\t\t",
        ]
    );
}

#[test]
fn a_background_is_searched_and_has_no_rows() {
    let desk = desk(&[genome("a", SEED, &[100]), genome("b", SEED, &[5000, 5100, 5200])]);
    let old = [
        genome("old", SEED, &[100, 200]),
        genome("a", SEED, &[100]),
        ">short\nACGT\n".to_owned(),
        genome("older", SEED, &[]),
    ];
    desk.put("old/o.fasta", old.concat());
    desk.put("more.fasta", genome("more", SEED, &[5000]));
    let line = "analyse --pack pox --background old --background more.fasta --output-neighbours n.tsv -t t.tsv g.fasta";
    let run = desk.run(line).ends(0, "the background lacks 1 of its 5 records, which could not be analysed");
    for sentence in ["2 genomes analysed", "1 background genome has the name of the batch", "1 too short"] {
        assert!(run.err.contains(sentence), "{}", run.err);
    }
    assert_eq!(
        rows(&desk.get("n.tsv")),
        [
            "a\t1\tbatch\tb\t4\t6000\t\t1",
            "a\t1\tbackground\told\t1\t6000\t\t1",
            "a\t2\tbackground\tolder\t1\t6000\t\t1",
            "a\t3\tbackground\tmore\t2\t6000\t\t1",
            "b\t1\tbatch\ta\t4\t6000\t\t1",
            "b\t1\tbackground\tmore\t2\t6000\t\t1",
            "b\t2\tbackground\tolder\t3\t6000\t\t1",
            "b\t3\tbackground\told\t5\t6000\t\t1",
        ]
    );
    assert_eq!(desk.get("t.tsv").lines().count(), 3);
}

#[test]
fn a_background_that_cannot_be_used_is_told_and_the_rest_goes_on() {
    let desk = desk(&[genome("a", SEED, &[100]), genome("b", SEED, &[100])]);
    desk.put("empty.fasta", "");
    desk.put("letter.txt", "Dear colleague,\nthe genomes will follow.\n");
    let check = |background: &str, code: i32, told: &str| {
        let line = format!("analyse --pack pox --background {background} --output-neighbours n.tsv g.fasta");
        desk.run(&line).ends(code, told);
        assert_eq!(rows(&desk.get("n.tsv")).len(), 2);
    };
    check("empty.fasta", 0, "the background: empty.fasta: is empty");
    check("letter.txt", 2, "the background: letter.txt: line 1");
    let refused = |line: &str, code: i32, told: &str| {
        desk.run(&format!("analyse --pack pox {line} g.fasta")).ends(code, told);
        assert!(!desk.names().contains(&"x.tsv".to_owned()));
    };
    refused("--background gone.fasta --output-neighbours x.tsv", 2, "gone.fasta");
    refused("--background - --output-neighbours x.tsv", 1, "standard input is for the batch");
    refused(
        "--background empty.fasta -t x.tsv",
        1,
        "--background is about neighbours, but they are written nowhere",
    );
    refused("--cluster-distance 3 -t x.tsv", 1, "--cluster-distance is about neighbours");
}

#[test]
fn one_genome_or_none_has_no_neighbours() {
    let desk = desk(&[genome("only", SEED, &[100])]);
    desk.put("bad.fasta", ">bad\nACGT\n");
    desk.put("none.fasta", "");
    let check = |file: &str, code: i32, expected: &[&str]| {
        desk.run(&format!("analyse --pack pox --output-neighbours n.tsv {file}")).ends(code, "");
        assert_eq!(rows(&desk.get("n.tsv")), expected);
    };
    check("g.fasta", 0, &["only\t\t\t\t\t\t\t1"]);
    check("bad.fasta", 0, &[]);
    check("none.fasta", 0, &[]);
}

#[test]
fn names_are_written_as_in_other_tables_and_may_be_used_twice() {
    let desk = desk(&[genome("a\tb", SEED, &[]), genome("\"c\"", SEED, &[]), genome("\"c\"", SEED, &[100])]);
    desk.run("analyse --pack pox --output-neighbours n.tsv g.fasta").ends(0, "");
    assert_eq!(
        rows(&desk.get("n.tsv"))[..3],
        [
            "\"a\tb\"\t1\tbatch\t\"\"\"c\"\"\"\t0\t6000\t1\t3",
            "\"a\tb\"\t2\tbatch\t\"\"\"c\"\"\"\t1\t6000\t1\t3",
            "\"\"\"c\"\"\"\t1\tbatch\t\"a\tb\"\t0\t6000\t1\t3",
        ]
    );
}

#[test]
fn each_pack_has_neighbours_of_its_own() {
    let desk = desk(&[
        genome("p1", SEED, &[100]),
        genome("f1", 9, &[100]),
        genome("p2", SEED, &[]),
        ">other\n".to_owned() + &letters(99, 3000) + "\n",
        genome("f2", 9, &[]),
    ]);
    desk.install("flu", 9);
    desk.put("old.fasta", [genome("f0", 9, &[100]), genome("p0", SEED, &[]), genome("f00", 9, &[])].concat());
    desk.run("analyse --background old.fasta --output-neighbours n.tsv g.fasta").ends(0, "n.flu.tsv");
    let of_pox = [
        "p1\t1\tbatch\tp2\t1\t6000\t1\t2",
        "p1\t1\tbackground\tp0\t1\t6000\t1\t2",
        "p2\t1\tbatch\tp1\t1\t6000\t1\t2",
        "p2\t1\tbackground\tp0\t0\t6000\t1\t2",
    ];
    let of_flu = [
        "f1\t1\tbatch\tf2\t1\t6000\t1\t2",
        "f1\t1\tbackground\tf0\t0\t6000\t1\t2",
        "f1\t2\tbackground\tf00\t1\t6000\t1\t2",
        "f2\t1\tbatch\tf1\t1\t6000\t1\t2",
        "f2\t1\tbackground\tf00\t0\t6000\t1\t2",
        "f2\t2\tbackground\tf0\t1\t6000\t1\t2",
    ];
    assert_eq!(rows(&desk.get("n.pox.tsv")), of_pox);
    assert_eq!(rows(&desk.get("n.flu.tsv")), of_flu);
}

#[test]
fn threads_never_change_the_table() {
    let record = |number: usize| {
        let changed = [number * 3 % 41 * 100, number * 7 % 29 * 100 + 50, number % 5 * 1000 + 10];
        genome(&format!("g{number}"), SEED, &changed)
    };
    // Enough genomes for more than one thread to search.
    let desk = desk(&(0..1100).map(record).collect::<Vec<_>>());
    desk.put("old.fasta", (0..50).map(|number| record(number).replacen('g', "old", 1)).collect::<String>());
    let line = "--pack pox --background old.fasta g.fasta";
    desk.run(&format!("analyse -j 1 --output-neighbours one.tsv {line}")).ends(0, "");
    desk.run(&format!("analyse -j 4 --batch-bytes 40000 --output-neighbours four.tsv {line}")).ends(0, "");
    assert_eq!(desk.get("one.tsv"), desk.get("four.tsv"));
    assert_eq!(rows(&desk.get("one.tsv")).len(), 1100 * 10);
}
