//! The report as people ask for it: the real program on the built-in pack and on small ones.
//!
//! Each test says what is typed and what must be there afterwards. Start at [`desk::Desk`].

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;

use desk::{Desk, letters};

const REFERENCE: &str = include_str!("../../../packs/sars-cov-2/reference.fasta");

/// The reference of the built-in pack with some letters changed (1-based position and letter) and some not read.
fn genome(name: &str, changes: &[(usize, char)], unread: std::ops::Range<usize>) -> String {
    let mut letters: Vec<char> = REFERENCE.lines().skip(1).flat_map(str::chars).collect();
    for &(position, letter) in changes {
        letters[position - 1] = letter;
    }
    letters[unread].fill('N');
    format!(">{name}\n{}\n", letters.iter().collect::<String>())
}

/// The row of a genome, without marks: its cells with bars between them.
#[track_caller]
fn row(page: &str, name: &str) -> String {
    let row = page.lines().find(|line| line.contains(&format!("<th scope=row>{name}<td>")));
    let row = row.unwrap_or_else(|| panic!("no row of {name}"));
    let cells = row.split("<td>").skip(1);
    let plain = |cell: &str| {
        cell.replace("<i>", "(")
            .replace("</i>", ")")
            .replace("<b>", "")
            .replace("</b>", "")
            .replace('\u{a0}', " ")
            .trim()
            .to_owned()
    };
    cells.map(plain).collect::<Vec<_>>().join(" | ")
}

#[test]
fn the_batch_is_told_on_one_page() {
    let desk = Desk::new();
    let lost: &[(usize, char)] =
        &[(241, 'T'), (3037, 'T'), (14408, 'T'), (23403, 'G'), (28881, 'A'), (28882, 'A'), (28883, 'C')];
    let mut genomes = vec![
        genome("whole", &[], 0..0),
        genome("half", &[], 5_000..18_455),
        genome("lost", lost, 0..0),
        genome("stop", &[(21_602, 'T')], 0..0),
        ">&lt;b>\nACGTACGT\n".to_owned(),
    ];
    genomes.extend((0..4).map(|number| genome(&format!("more{number}"), &[], 0..0)));
    desk.put("g.fasta", genomes.concat());
    desk.put("m.csv", "strain,date\nwhole,2020-02-11\nlost,2020-04-01\nhalf,soon\n");
    let run = desk.run("analyse --report out.html --metadata m.csv g.fasta").ends(0, "written: out.html");
    assert!(run.err.contains("nothing about 5 of 8 genomes"), "{}", run.err);
    let page = desk.get("out.html");
    for foreign in ["<script", "http:", "https:", "src=", "url(", "<link"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    for sentence in [
        "This pack is for demonstration and not for reporting.",
        "<span>9 genomes</span>",
        "1970-01-01 00:00 UTC",
        "1 assay is in danger.",
        "Genomes by month of collection and clade",
        "to blame: G28881A G28882A G28883C in 1 genome, since 2020-04",
        "6 genomes have no month of collection",
        "Pairs that together miss no genome:",
        "N:R203K",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
    let check = |name: &str, expected: &str| assert_eq!(row(&page, name), expected);
    check("whole", "19A | ✓ good | 100 % | (nearest: more0 (the same)) | Use it.");
    check(
        "half",
        "19A | ✕ bad | 55 % | 45 % not read (nearest: whole (the same)) | Sequence it again: 45 % was not read.",
    );
    check(
        "stop",
        "19A | ! mediocre | 100 % | premature stop in S:14 (nearest: whole (1 letter)) | Look at the premature stop in S before you submit it.",
    );
    check(
        "lost",
        "20B | ✓ good | 100 % | ChinaCDC_N may not detect it (nearest: whole (7 letters)) | Confirm with another target: ChinaCDC_N may not detect it.",
    );
    check(
        "&#38;lt;b&#62;",
        " | – not analysed |  | the sequence has 8 letters, at least 100 are needed to align it | Correct it or sequence \
         it again: it was not analysed.",
    );
    assert!(page.find(">half<").unwrap() < page.find(">whole<").unwrap());
}

#[test]
fn each_pack_has_a_page_and_so_have_records_of_none() {
    let desk = Desk::new();
    desk.install("pox", 7);
    let (pox, none) = (letters(7, 6000), letters(9, 6000));
    desk.put("g.fasta", format!(">n\n{none}\n{}>p\n{pox}\n", genome("s", &[], 0..0)));
    desk.run("analyse -O out -s report g.fasta").ends(0, "3 genomes: 2 analysed, 1 failed");
    let names: Vec<String> = std::fs::read_dir(desk.at("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let check = |name: &str, present: &str, absent: &str| {
        let page = desk.get(name);
        assert!(page.contains(present) && !page.contains(absent), "{name}");
    };
    check("out/report.sars-cov-2.html", "<th scope=row>s<td>", "not analysed<td>");
    check("out/report.pox.html", "The pack has no tree", "<th scope=row>n<td>");
    check("out/report.unmatched.html", "records of no known pathogen", "<th scope=row>s<td>");
    check("out/report.unmatched.html", "<th scope=row>n<td>", "compared with");
    desk.put("one.fasta", format!(">n\n{none}\n{}", genome("s", &[], 0..0)));
    desk.run("analyse --report one.html one.fasta").ends(0, "1 failed");
    check("one.html", "<th scope=row>n<td>", "records of no known pathogen");
}

#[test]
fn threads_never_change_the_page_and_a_page_of_nothing_is_one() {
    let desk = Desk::new();
    let genomes: Vec<String> = (0..40)
        .map(|number| {
            genome(&format!("g{number}"), &[(28_280 + number, 'N'), (29_160 + 2 * number, 'A')], 0..0)
        })
        .collect();
    desk.put("g.fasta", genomes.concat());
    desk.run("analyse -j 1 --report one.html g.fasta").ends(0, "");
    desk.run("analyse -j 4 --batch-bytes 40000 --report four.html g.fasta").ends(0, "");
    assert_eq!(desk.get("one.html"), desk.get("four.html"));
    desk.put("none.fasta", ">a\n\n>b\nACGT\n");
    desk.run("analyse --report none.html none.fasta").ends(0, "2 failed");
    assert!(desk.get("none.html").contains("0 of 2 genomes are good. 2 need attention."));
    desk.run("analyse --demo --report demo.html").ends(0, "written: demo.html");
}

#[test]
fn metadata_need_a_place_where_something_is_summed_up() {
    let desk = Desk::new();
    desk.put("g.fasta", genome("a", &[], 0..0));
    desk.put("m.csv", "strain,date\na,2020-02-11\n");
    desk.run("analyse --metadata m.csv --output-tsv t.tsv g.fasta").ends(1, "add --report FILE");
    desk.run("analyse --assays m.csv --output-tsv t.tsv g.fasta").ends(1, "--report FILE");
}

#[test]
fn relatives_are_drawn_and_the_nearest_named_wherever_it_is() {
    let desk = Desk::new();
    let near = |name: &str, count: usize| {
        let positions = (0..count).map(|number| 5_000 + 100 * number);
        positions.fold(genome(name, &[], 0..0), |record, position| changed_at(&record, position))
    };
    desk.put("g.fasta", [near("a", 0), near("b", 1), near("c", 9)].concat());
    desk.put("old.fasta", near("old", 8));
    desk.run("analyse --report r.html --background old.fasta --cluster-distance 1 g.fasta").ends(0, "");
    let page = desk.get("r.html");
    for sentence in [
        "1 cluster of genomes that hang together by at most 1 letters.",
        "How the genomes of the batch hang together",
        "<i>nearest: b (1 letter)</i>",
        "<i>nearest in the background: old (1 letter)</i>",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

/// A record with the letter at a position of its sequence (1-based) replaced by the next of A, C, G and T.
fn changed_at(record: &str, position: usize) -> String {
    let at = record.find('\n').unwrap() + position;
    let mut bytes = record.as_bytes().to_vec();
    let place = b"ACGT".iter().position(|&base| base == bytes[at]).unwrap();
    bytes[at] = b"ACGT"[(place + 1) % 4];
    String::from_utf8(bytes).unwrap()
}
