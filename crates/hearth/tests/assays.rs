//! Assays as people ask about them: the real program on the built-in pack and on small ones.
//!
//! Each test says what is typed and what must be there afterwards. Start at [`desk::Desk`].

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;

use desk::{Desk, letters};

const REFERENCE: &str = include_str!("../../../packs/sars-cov-2/reference.fasta");

/// The reference of the built-in pack with some letters changed: 1-based position and letter.
fn genome(name: &str, changes: &[(usize, char)]) -> String {
    let mut letters: Vec<char> = REFERENCE.lines().skip(1).flat_map(str::chars).collect();
    for &(position, letter) in changes {
        letters[position - 1] = letter;
    }
    format!(">{name}\n{}\n", letters.iter().collect::<String>())
}

/// Verdict and explanation of an assay as a whole.
#[track_caller]
fn assay(table: &str, name: &str, assay: &str) -> String {
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let row = rows.into_iter().find(|row| row[..4] == [name, assay, "", "assay"]);
    let row = row.unwrap_or_else(|| panic!("no row of {name} and {assay}"));
    format!("{}: {}", row[6], row[7])
}

#[test]
fn well_known_mutations_have_the_verdicts_they_deserve() {
    let desk = Desk::new();
    let genomes = [
        genome("reference", &[]),
        genome("B.1.1", &[(28881, 'A'), (28882, 'A'), (28883, 'C')]),
        genome("omicron", &[(28311, 'T')]),
        genome("both", &[(28311, 'T'), (28325, 'A')]),
        genome("last", &[(29183, 'G')]),
        genome("unread", &[(28290, 'N')]),
    ];
    desk.put("g.fasta", genomes.concat());
    desk.run("analyse --output-assays a.tsv --output-assay-summary s.tsv g.fasta")
        .ends(0, "6 genomes analysed");
    let table = desk.get("a.tsv");
    let check =
        |name, name_of_assay, expected: &str| assert_eq!(assay(&table, name, name_of_assay), expected);
    check("reference", "ChinaCDC_N", "no predicted effect: ");
    check("reference", "Charité_RdRp", "no predicted effect: ");
    check("reference", "NIID_2019-nCOV_N", "no predicted effect: ");
    check(
        "B.1.1",
        "ChinaCDC_N",
        "possible loss: 28881–28883 GGG→AAC under the first three bases of the forward primer",
    );
    check(
        "omicron",
        "USCDC_N1",
        "no predicted effect: 28311 C→T under base 3 of 24 of the probe; measured: no effect (Bei et al., medRxiv \
         2021.12.16.21267734 (2021), doi:10.1101/2021.12.16.21267734)",
    );
    check(
        "both",
        "USCDC_N1",
        "possible loss: 28311 C→T under base 3 of 24 of the probe; 28325 G→A under base 17 of 24 of the probe",
    );
    check("last", "USCDC_N2", "possible loss: 29183 A→G under the last base (3′ end) of the forward primer");
    check(
        "unread",
        "USCDC_N1",
        "not assessable: 1 of 20 bases of the forward primer lies on a letter that was not read",
    );
    let summary = desk.get("s.tsv");
    let blamed: Vec<&str> = summary.lines().filter(|line| line.starts_with("mutation\tUSCDC_N1\t")).collect();
    assert_eq!(blamed, ["mutation\tUSCDC_N1\tUSCDC_N1_P\tG28325A\t1\t\t\t\t\t\t"]);
    // 13 assays with 41 oligos, each with a row, for six genomes, and the names of the columns.
    assert_eq!(table.lines().count(), 6 * (13 + 41) + 1);
}

#[test]
fn a_pack_without_assays_has_the_built_in_ones_if_its_reference_is_the_same() {
    let desk = Desk::new();
    desk.put("same/reference.fasta", REFERENCE);
    desk.put("same/pathogen.json", r#"{"schemaVersion": "3.0.0"}"#);
    desk.put("g.fasta", genome("last", &[(29183, 'G')]));
    desk.run("analyse --pack same --output-assays a.tsv g.fasta").ends(0, "");
    let expected = "possible loss: 29183 A→G under the last base (3′ end) of the forward primer";
    assert_eq!(assay(&desk.get("a.tsv"), "last", "USCDC_N2"), expected);
    let check = desk.run("pack check same").ends(0, "");
    assert!(check.out.contains("13 with 41 oligos; those of the built-in pack"), "{}", check.out);
    desk.put("other/reference.fasta", REFERENCE.replacen("ATTAAAGG", "ATTAAAGC", 1));
    desk.put("other/pathogen.json", r#"{"schemaVersion": "3.0.0"}"#);
    assert!(!desk.run("pack check other").ends(0, "").out.contains("oligos"));
}

#[test]
fn the_batch_is_summed_up_by_month_and_place() {
    let desk = Desk::new();
    let lost: &[(usize, char)] =
        &[(241, 'T'), (3037, 'T'), (14408, 'T'), (23403, 'G'), (28881, 'A'), (28882, 'A'), (28883, 'C')];
    desk.put("g.fasta", [genome("a", &[]), genome("b", lost), genome("c", lost), genome("d", &[])].concat());
    desk.put("m.csv", "strain,date,country\na,2020-02-11,X\nb,2020-04-01,X\nc,2020-03-30,Y\ne,soon,Y\n");
    let told = "line 5, column date: 'soon' is no date like 2024-03-17";
    let run = desk.run("analyse -O out --metadata m.csv g.fasta").ends(0, told);
    assert!(run.err.contains("nothing about 1 of 4 genomes"), "{}", run.err);
    let table = desk.get("out/assays.summary.tsv");
    let rows: Vec<&str> = table.lines().filter(|line| line.contains("\tChinaCDC_N\t")).collect();
    assert_eq!(
        rows,
        [
            "share\tChinaCDC_N\tall\t\t4\t4\t2\t0.5000\t0.1500\t0.8500\t",
            "share\tChinaCDC_N\tclade\t19A\t2\t2\t2\t1.0000\t0.3424\t1.0000\t",
            "share\tChinaCDC_N\tclade\t20B\t2\t2\t0\t0.0000\t0.0000\t0.6576\t",
            "share\tChinaCDC_N\tmonth\t2020-02\t1\t1\t1\t1.0000\t0.2065\t1.0000\t",
            "share\tChinaCDC_N\tmonth\t2020-03\t1\t1\t0\t0.0000\t0.0000\t0.7935\t",
            "share\tChinaCDC_N\tmonth\t2020-04\t1\t1\t0\t0.0000\t0.0000\t0.7935\t",
            "share\tChinaCDC_N\tplace\tX\t2\t2\t1\t0.5000\t0.0945\t0.9055\t",
            "share\tChinaCDC_N\tplace\tY\t1\t1\t0\t0.0000\t0.0000\t0.7935\t",
            "mutation\tChinaCDC_N\tChinaCDC_N_F\tG28881A\t2\t\t\t\t\t\t2020-03",
            "mutation\tChinaCDC_N\tChinaCDC_N_F\tG28882A\t2\t\t\t\t\t\t2020-03",
            "mutation\tChinaCDC_N\tChinaCDC_N_F\tG28883C\t2\t\t\t\t\t\t2020-03",
        ]
    );
    assert!(
        table.contains("pair\tCharité_E + ChinaCDC_N\tall\t\t4\t4\t4\t1.0000\t0.5101\t1.0000\t\n"),
        "{table}"
    );
}

#[test]
fn a_user_brings_assays_in_three_formats_and_is_told_what_is_wrong_with_them() {
    let desk = Desk::new();
    desk.install("pox", 7);
    let reference = letters(7, 6000);
    let (left, right) = (&reference[100..120], &reference[300..322]);
    let complement = |text: &str| -> String {
        let turned = text.chars().rev().map(|letter| match letter {
            'A' => 'T',
            'C' => 'G',
            'G' => 'C',
            _ => 'A',
        });
        turned.collect()
    };
    let right = complement(right);
    desk.put("g.fasta", format!(">g\n{reference}\n"));
    desk.put(
        "t.tsv",
        format!("assay\toligo\trole\tsequence\nT\tF\tforward\t{left}\nT\tR\treverse\t{right}\n"),
    );
    desk.put("s.bed", "r\t100\t120\tS_1_LEFT\t1\t+\nr\t300\t322\tS_1_RIGHT\t1\t-\nr\t9\tx\tS_2_LEFT\n");
    desk.put(
        "p.csv",
        format!("Country (Institute),Target,Oligonucleotide,Sequence\nX,t,C_F,{left}\nX,t,C_R,{left}\nX,t,C_P,{}\n", "ACGT".repeat(6)),
    );
    let run = desk.run("analyse --pack pox --assays t.tsv --assays s.bed --input-pcr-primers p.csv --output-assays a.tsv g.fasta");
    let run = run.ends(0, "s.bed: line 3, column end: 'x' is no whole number");
    for sentence in [
        "assay 'C': its reverse primer reads along the reference as its forward one does; one of them is on the wrong strand",
        "assay 'C', oligo 'C_P': fits nowhere on the reference, not even with 4 letters that do not match; look for a \
         typing error, or for another pathogen",
    ] {
        assert!(run.err.contains(sentence), "{}", run.err);
    }
    let table = desk.get("a.tsv");
    for name in ["T", "S_1"] {
        assert_eq!(assay(&table, "g", name), "no predicted effect: ");
        assert!(
            table.contains(&format!(
                "g\t{name}\t\tassay\t0\t0\tno predicted effect\t\t\t\t222\t101-322\t\t0.000\n"
            )),
            "{table}"
        );
    }
    assert_eq!(assay(&table, "g", "C"), "not assessable: ");
    desk.run("analyse --assays t.tsv --output-tsv x.tsv g.fasta")
        .ends(1, "written nowhere: add --output-assays FILE");
    desk.run("analyse --metadata t.tsv --output-assays x.tsv g.fasta").ends(1, "nothing is summed up by it");
    desk.run("analyse --assays none.tsv --output-assays x.tsv g.fasta").ends(2, "none.tsv");
}

#[test]
fn amplicons_of_a_scheme_that_dropped_out_are_told_with_the_mutation_to_blame() {
    let desk = Desk::new();
    desk.install("pox", 7);
    let reference = letters(7, 6000);
    // Three amplicons that overlap, and a genome without the middle one, of whose left primer the end is changed.
    let line = |begin: usize, name: &str| format!("r\t{begin}\t{}\t{name}\t1\t+\n", begin + 22);
    let scheme = [(100, 500), (400, 800), (700, 1100)].iter().enumerate().map(|(number, (left, right))| {
        line(*left, &format!("s_{number}_LEFT")) + &line(*right, &format!("s_{number}_RIGHT"))
    });
    desk.put("s.bed", scheme.collect::<String>());
    let mut genome: Vec<u8> = reference.bytes().collect();
    genome[500..722].fill(b'N');
    let (from, to) = (char::from(genome[421]), if genome[421] == b'G' { b'A' } else { b'G' });
    genome[421] = to;
    let genome = String::from_utf8(genome).unwrap();
    desk.put("g.fasta", format!(">whole\n{reference}\n>gone\n{genome}\n"));
    desk.run("analyse --pack pox --assays s.bed -O out g.fasta").ends(0, "2 genomes analysed");
    let summary = desk.get("out/assays.summary.tsv");
    let rows: Vec<&str> = summary.lines().filter(|line| line.starts_with("dropout")).collect();
    assert_eq!(rows, [format!("dropout\ts_1\t\t{from}422{}\t1\t\t\t\t\t\t", char::from(to))]);
    let table = desk.get("out/assays.tsv");
    let row = table.lines().find(|line| line.starts_with("gone\ts_1\t\tassay")).unwrap();
    assert!(row.ends_with("\t401-822\t\t1.000"), "{row}");
}

#[test]
fn threads_never_change_the_tables() {
    let desk = Desk::new();
    let genomes: Vec<String> = (0..40)
        .map(|number| genome(&format!("g{number}"), &[(28_280 + number, 'N'), (29_160 + 2 * number, 'A')]))
        .collect();
    desk.put("g.fasta", genomes.concat());
    desk.run("analyse -j 1 -O one g.fasta").ends(0, "");
    desk.run("analyse -j 4 --batch-bytes 40000 -O four g.fasta").ends(0, "");
    for name in ["assays.tsv", "assays.summary.tsv"] {
        assert_eq!(desk.get(&format!("one/{name}")), desk.get(&format!("four/{name}")), "{name}");
    }
}

#[test]
fn the_built_in_panel_fits_its_reference() {
    let desk = Desk::new();
    let run = desk.run("pack check sars-cov-2").ends(0, "");
    for line in [
        "Charité_RdRp      Charité_RdRp_R           reverse  15505-15530  -       1 (S on A, 14 from the 3′ end)",
        "NIID_2019-nCOV_N  NIID_2019-nCOV_N_R2      reverse  29263-29282  -       1 (G on C, 14 from the 3′ end)",
    ] {
        assert!(run.out.contains(line), "{}", run.out);
    }
    assert!(run.out.contains("13 with 41 oligos"), "{}", run.out);
}
