//! Genomes with two parents as people meet them: the real program on the built-in pack.

// All of this is test code.
#![allow(clippy::unwrap_used, clippy::panic)]

mod desk;

use desk::Desk;

const EXAMPLES: &str = include_str!("../../../packs/sars-cov-2/examples.fasta");

/// A simulated genome of a clade.
fn genome(name: &str) -> String {
    let record = EXAMPLES.split('>').find(|record| record.starts_with(name)).unwrap();
    record.lines().skip(1).collect()
}

#[test]
fn a_genome_like_two_lineages_is_suspected_and_both_are_named() {
    let desk = Desk::new();
    let (alpha, omicron) = (genome("simulated/20I/plain"), genome("simulated/24A/plain"));
    let fasta = |name: &str, letters: &str| format!(">{name}\n{letters}\n");
    let both = fasta("both", &[&alpha[..20_000], &omicron[20_000..]].concat());
    desk.put("g.fasta", [both, fasta("alpha", &alpha), fasta("omicron", &omicron)].concat());
    let columns = "seqName,structure.status,structure.findings,structure.leftParent,structure.rightParent";
    let run = desk.run(&format!("analyse -C {columns},structure.breakpoint --output-tsv - g.fasta"));
    assert_eq!(
        run.ends(0, "").out.lines().skip(1).collect::<Vec<_>>(),
        [
            "both\tmediocre\tsuspected mixture, recombinant or assembly artefact: like 20I before and 24A after a breakpoint \
             in 19956-20055, by 30 and 79 positions\t20I\t24A\t19956-20055",
            "alpha\tgood\t\t\t\t",
            "omicron\tgood\t\t\t\t",
        ]
    );
    let run = desk.run("analyse --output-ndjson - g.fasta").ends(0, "");
    let mosaic = run.out.split("\"mosaic\":").nth(1).unwrap();
    assert!(
        mosaic
            .starts_with("{\"leftParent\":\"20I\",\"rightParent\":\"24A\",\"breakpoint\":{\"begin\":19955,"),
        "{mosaic}"
    );
}
