//! Which groups of packs make a pathogen, and what is said of others.

use super::*;
use crate::app::packs::Packs;
use hearth_base::digest::Digest;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::pack::{Pack, PackFiles};

/// A pack of letters drawn by chance, with a coding sequence.
fn pack(name: &str, cds: &str, seed: u64) -> ReadyPack {
    let mut random = seed;
    let mut letter = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        b"ACGT"[(random >> 40) as usize % 4]
    };
    let letters: Vec<u8> = (0..300).map(|_| letter()).collect();
    let fasta = [b">x\n", letters.as_slice(), b"\n"].concat();
    let annotation = format!("##gff-version 3\nx\tx\tCDS\t1\t90\t.\t+\t0\tID={cds};Name={cds}\n");
    let files = PackFiles {
        name,
        reference: &fasta,
        pathogen: br#"{"schemaVersion": "3.0.0"}"#,
        annotation: Some(annotation.as_bytes()),
        tree: None,
    };
    let pack = Pack::from_files(&files).expect("a pack");
    ReadyPack::new(pack, String::new(), Digest::of(&fasta), PanelOnReference::default())
}

fn group(name: &str, segments: &[(&str, &str)]) -> Grouping {
    let own = segments.iter().map(|(segment, pack)| ((*segment).to_owned(), (*pack).to_owned()));
    Grouping { name: name.to_owned(), title: None, segments: own.collect() }
}

fn grouped(groups: &[Grouping]) -> Result<Packs, GroupingError> {
    let packs = [("a", "A1", 1), ("b", "B1", 2), ("c", "a1", 3), ("d", "D1", 4)];
    let packs = packs.into_iter().map(|(name, cds, seed)| pack(name, cds, seed));
    Packs::new(packs.collect()).expect("packs").grouped(groups)
}

#[test]
fn packs_in_no_group_are_pathogens_of_one_segment() {
    let packs = grouped(&[group("two", &[("S", "d"), ("L", "a")])]).expect("a group");
    let told = |pathogen: &Pathogen| {
        let segments = pathogen.segments().iter().map(|one| (one.name.clone(), one.pack, one.cdses.clone()));
        (pathogen.name().to_owned(), segments.collect::<Vec<_>>())
    };
    let main = |pack| vec![(MAIN.to_owned(), pack, 1..2)];
    let expected = [
        ("b".to_owned(), main(1)),
        ("c".to_owned(), main(2)),
        ("two".to_owned(), vec![("S".to_owned(), 3, 2..3), ("L".to_owned(), 0, 3..4)]),
    ];
    assert_eq!(packs.pathogens().all().iter().map(told).collect::<Vec<_>>(), expected);
    let two = packs.pathogens().named("two").expect("there");
    assert_eq!((two.segment_named("l"), two.pack_of("s"), two.pack_of("M")), (Some(1), Some(3), None));
    assert_eq!(packs.pathogen_of("a").map(|(own, segment)| (own.name(), segment)), Some(("two", 1)));
    let sequence = |segment: &str, letter: &[u8]| Sequence {
        segment: segment.to_owned(),
        digest: Digest::of(letter),
        length_nt: 1,
    };
    let sequences = [sequence("l", b"A")];
    assert_eq!(two.placed(&sequences), [None, Some(&sequences[0])]);
}

#[test]
fn groups_that_do_not_fit_are_told_in_a_sentence() {
    let check = |groups: &[Grouping], expected: &str| {
        let told = grouped(groups).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains(expected), "{told}");
    };
    let two = [("L", "a"), ("S", "b")];
    check(&[group("x y", &two)], "\"x y\" cannot name a pathogen: take a letter, then at most 39 letters");
    check(&[group("a", &two)], "a is the name of a pack too");
    check(&[group("x", &two[..1])], "x has 1 segments: a group has 2 to 12");
    check(&[group("x", &[("L", "a"), ("l", "b")])], "x has two segments l: names differ in more than case");
    check(&[group("x", &[("L", "a"), ("main", "b")])], "\"main\" cannot name a segment");
    check(&[group("x", &[("L", "a"), ("1", "b")])], "\"1\" cannot name a segment");
    check(
        &[group("x", &[("L", "a"), ("S", "e")])],
        "there is no pack e for its segment S; installed are a, b, c, d",
    );
    check(&[group("x", &[("L", "a"), ("S", "a")])], "the pack a is a segment twice");
    check(&[group("x", &two), group("y", &[("L", "b"), ("S", "d")])], "the pack b is a segment twice");
    check(&[group("x", &two), group("X", &[("L", "c"), ("S", "d")])], "X names two pathogens");
    check(&[group("x", &[("L", "a"), ("S", "c")])], "two of its packs have a coding sequence a1");
}
