//! The index as a whole, on made-up genomes and, where they are present, on real ones.

use super::sketch::reverse_complement;
use super::*;
use crate::field_data::shared;
use std::path::PathBuf;

/// Random letters from a seed (xorshift64*).
fn letters(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    };
    (0..length).map(|_| b"ACGT"[(next() >> 62) as usize]).collect()
}

fn index(references: &[&[u8]]) -> MinimizerIndex {
    let named: Vec<(&str, &[u8])> = references.iter().map(|letters| ("r", *letters)).collect();
    MinimizerIndex::from_references(&named).unwrap()
}

/// Both ways give the expected reference and strand; returns whether the sample sufficed.
fn check(index: &MinimizerIndex, sequence: &[u8], expected: Option<usize>, reversed: bool) -> bool {
    let (fast, slow) = (index.choose(sequence), index.choose_exhaustively(sequence));
    for choice in [fast, slow] {
        assert_eq!(choice.best.map(|best| best.reference), expected);
        assert_eq!(choice.reverse_complement, reversed, "{} letters, {choice:?}", sequence.len());
    }
    fast.sampled
}

#[test]
fn either_strand_of_a_genome_finds_its_reference() {
    let (a, b) = (letters(1, 30_000), letters(2, 12_000));
    let index = index(&[&a, &b]);
    assert!(check(&index, &a, Some(0), false));
    assert!(check(&index, &b, Some(1), false));
    assert!(check(&index, &reverse_complement(&b), Some(1), true));
    assert!(check(&index, &a.to_ascii_lowercase(), Some(0), false));
    check(&index, &a[5_000..5_600], Some(0), false);
    check(&index, &letters(3, 30_000), None, false);
    check(&index, b"", None, false);
    check(&index, &a[..40], None, false);
}

#[test]
fn gaps_do_not_count() {
    let a = letters(1, 20_000);
    let gapped: Vec<u8> = a.chunks(100).flat_map(|part| [part, b"---"].concat()).collect();
    assert!(check(&index(&[&a]), &gapped, Some(0), false));
}

#[test]
fn inverted_repeats_do_not_hide_the_strand() {
    let middle = letters(1, 30_000);
    let end = letters(2, 3_000);
    let pox = [&end[..], &middle, &reverse_complement(&end)].concat();
    let index = index(&[&pox]);
    let turned = reverse_complement(&pox);
    check(&index, &pox, Some(0), false);
    check(&index, &turned, Some(0), true);
    assert!(index.choose_exhaustively(&turned[..10_000]).reverse_complement);
}

#[test]
fn references_that_resemble_each_other_are_counted_in_full() {
    let a = letters(1, 30_000);
    let mut sibling = a.clone();
    (0..sibling.len()).step_by(500).for_each(|at| sibling[at] = b"CGTA"[at / 500 % 4]);
    let index = index(&[&a, &sibling]);
    assert!(!check(&index, &a, Some(0), false));
    assert!(!check(&index, &sibling, Some(1), false));
}

#[test]
fn a_genome_of_two_pathogens_is_counted_in_full() {
    let (a, b) = (letters(1, 30_000), letters(2, 30_000));
    let mixed = [&a[..14_000], &b[..16_000]].concat();
    assert!(!check(&index(&[&a, &b]), &mixed, Some(1), false));
}

#[test]
fn scores_follow_the_format_definition() {
    let a = letters(1, 10_000);
    let index = index(&[&a]);
    let reference = &index.references()[0];
    assert!((550..700).contains(&reference.minimizers), "about one in sixteen, not {}", reference.minimizers);
    let whole = index.choose_exhaustively(&a).best.unwrap();
    assert_eq!((whole.hits, whole.score), (reference.minimizers, 1.0));
    let half = index.choose_exhaustively(&a[..5_000]).best.unwrap();
    let expected = f64::from(half.hits) / f64::from(reference.minimizers) * 2.0;
    assert!((half.score - expected).abs() < 1e-12);
}

#[test]
fn indices_that_contradict_themselves_are_refused() {
    let check = |json: &str, expected: &str| {
        assert_eq!(MinimizerIndex::from_json(json.as_bytes()).unwrap_err().to_string(), expected);
    };
    let with = |version: &str, k: u32, minimizers: &str| {
        format!(
            r#"{{"version":"{version}","params":{{"k":{k},"cutoff":1000}},"minimizers":{minimizers},
            "references":[{{"name":"r","length":100,"nMinimizers":6}}]}}"#
        )
    };
    check(&with("2", 17, "{}"), "the minimizer index is of version 2; version 1 is understood");
    check(
        &with("1", 16, "{}"),
        "the minimizer index uses k-mers of 16 letters; only k = 5, 8, ... 23 can be read",
    );
    check(&with("1", 17, r#"{"x":[0]}"#), "'x' in the minimizer index is not a hash below its cutoff");
    check(&with("1", 17, r#"{"1000":[0]}"#), "'1000' in the minimizer index is not a hash below its cutoff");
    check(&with("1", 17, r#"{"5":[1]}"#), "minimizer 5 belongs to reference number 1, but there are only 1");
    assert!(MinimizerIndex::from_json(&[]).is_err());
    assert_eq!(
        MinimizerIndex::from_json(with("1", 17, r#"{"5":[0]}"#).as_bytes()).unwrap().references().len(),
        1
    );
}

fn records(path: PathBuf) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(path).unwrap();
    let sequence = |record: &str| record.lines().skip(1).flat_map(|line| line.trim().bytes()).collect();
    text.split('>').skip(1).map(sequence).collect()
}

const PACKS: [(&str, &str, &str); 4] = [
    ("mpox-clade-iib", "sequences.fasta", "nextstrain/mpox/"),
    ("hmpv", "sequences.fasta", "nextstrain/hmpv/all-clades/NC_039199"),
    ("ebov", "example_sequences.fasta", "nextstrain/orthoebolavirus/ebov"),
    ("sars-cov-2", "reference.fasta", "nextstrain/sars-cov-2/"),
];

/// One hMPV record is 1,487 letters of the most variable gene and matches no reference in any index.
const UNMATCHED_NT: usize = 1_487;

#[test]
fn real_genomes_find_their_pack_by_sample_and_by_full_count() {
    let Some(packs) = shared("packs") else { return };
    let reference = |pack: &str| records(packs.join(pack).join("reference.fasta")).remove(0);
    let references: Vec<Vec<u8>> = PACKS.iter().map(|(pack, ..)| reference(pack)).collect();
    let index = index(&references.iter().map(Vec::as_slice).collect::<Vec<_>>());
    for (number, (pack, file, _)) in PACKS.iter().enumerate() {
        for genome in records(packs.join(pack).join(file)) {
            let expected = (genome.len() != UNMATCHED_NT).then_some(number);
            check(&index, &genome, expected, false);
            check(&index, &reverse_complement(&genome), expected, expected.is_some());
        }
    }
}

#[test]
fn the_index_of_the_field_is_read_and_rebuilt() {
    let Some(packs) = shared("packs") else { return };
    let theirs =
        MinimizerIndex::from_json(&std::fs::read(packs.join("minimizer_index.json")).unwrap()).unwrap();
    for (pack, file, expected) in PACKS {
        for genome in records(packs.join(pack).join(file)).into_iter().take(10) {
            let (fast, slow) = (theirs.choose(&genome), theirs.choose_exhaustively(&genome));
            let (fast, slow) = (fast.best.unwrap(), slow.best.unwrap());
            assert_eq!(fast.reference, slow.reference);
            assert!(theirs.references()[fast.reference].name.starts_with(expected), "{pack}");
        }
        let ours = index(&[&records(packs.join(pack).join("reference.fasta"))[0]]);
        let same = theirs.references().iter().any(|reference| {
            reference.name.starts_with(expected)
                && reference.length_nt == ours.references()[0].length_nt
                && reference.minimizers == ours.references()[0].minimizers
        });
        assert!(same, "{pack}: {:?}", ours.references());
    }
}
