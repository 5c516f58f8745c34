//! Laws of keeping: every sequence comes back, the fast reading is the plain one, old bytes are read for ever.

use super::coder::{ALIGNED, DIFFERENCES, OPPOSITE, OPPOSITE_ALIGNED, WRITTEN_OUT};
use super::pack::{AddError, Entry, MAX_BYTES, PackError, Place, Reader, SequenceError, Writer};
use super::*;
use crate::align::{Path, Step};
use crate::alphabet::nucleotide;
use crate::coordinate::RefPos;
use crate::fasta::{Record, find_record_starts, parse_record};
use crate::field_data::shared;
use proptest::prelude::*;
use std::io::Read;

const LIMIT: u32 = 1_000_000;

/// Splits of an odd constant: letters that are the same on every machine.
fn letters(length: usize, mut seed: u64) -> Vec<u8> {
    let next = |seed: &mut u64| {
        *seed = seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        b"ACGT"[(*seed >> 62) as usize]
    };
    (0..length).map(|_| next(&mut seed)).collect()
}

fn encoded(coder: &Coder, sequence: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    coder.encode(sequence, &mut record).unwrap();
    record
}

fn decoded(coder: &Coder, record: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut out = b"before".to_vec();
    let result = coder.decode(record, LIMIT, &mut out);
    assert!(out.starts_with(b"before") && (result.is_ok() || out.len() == 6));
    result.map(|()| out.split_off(6))
}

/// Both readings of a record, and single letters, agree.
fn agree(reference: &[u8], coder: &Coder, record: &[u8]) -> Option<Vec<u8>> {
    let fast = decoded(coder, record).ok();
    assert_eq!(fast, twin::decode(reference, coder.mark(), record, LIMIT));
    let columns = twin::columns(reference, coder.mark(), record, LIMIT)?;
    assert_eq!(coder.letters(record).ok(), fast.as_ref().map(|letters| letters.len() as u32));
    let single = |position: usize| coder.letter_at(record, RefPos(position as u32));
    assert_eq!(single(reference.len()), Ok(None));
    for column in columns {
        let Some(position) = column.reference else { continue };
        let expected = column.letter.map_or(Opposite::Gap, Opposite::Letter);
        assert_eq!(single(position), Ok(Some(expected)), "position {position}");
    }
    fast
}

fn check_lossless(reference: &[u8], sequence: &[u8]) {
    let coder = Coder::new(reference.to_vec());
    let record = encoded(&coder, sequence);
    assert_eq!(agree(reference, &coder, &record).as_deref(), Some(sequence));
}

#[derive(Clone, Debug)]
enum Edit {
    Bytes(Vec<u8>),
    Run(u8, usize),
    Insertion(Vec<u8>),
    Deletion(usize),
    Copy(usize, usize),
    Start,
    End,
    Turn,
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let iupac = || prop::sample::select(b"ACGTACGTACGTACGTRYKMSWBDHVN".to_vec());
    let edit = prop_oneof![
        8 => prop::collection::vec(iupac(), 1..4).prop_map(Edit::Bytes),
        1 => prop::collection::vec(any::<u8>(), 1..40).prop_map(Edit::Bytes),
        4 => (iupac(), 1..200_usize).prop_map(|(letter, length)| Edit::Run(letter, length)),
        4 => prop::collection::vec(iupac(), 1..90).prop_map(Edit::Insertion),
        4 => (1..90_usize).prop_map(Edit::Deletion),
        1 => (1..500_usize).prop_map(Edit::Deletion),
        1 => (0..2_000_usize, 1..400_usize).prop_map(|(from, length)| Edit::Copy(from, length)),
        1 => Just(Edit::Start),
        1 => Just(Edit::End),
        1 => Just(Edit::Turn),
    ];
    prop::collection::vec((0..2_000_usize, edit), 0..20)
}

fn edited(reference: &[u8], edits: Vec<(usize, Edit)>) -> Vec<u8> {
    let mut sequence = reference.to_vec();
    for (at, edit) in edits {
        let at = at.min(sequence.len());
        let to = |length: usize| at..(at + length).min(sequence.len());
        match edit {
            Edit::Bytes(bytes) => drop(sequence.splice(to(bytes.len()), bytes)),
            Edit::Run(letter, length) => drop(sequence.splice(to(length), vec![letter; length])),
            Edit::Insertion(bytes) => drop(sequence.splice(at..at, bytes)),
            Edit::Deletion(length) => drop(sequence.drain(to(length))),
            Edit::Copy(from, length) => {
                let copy: Vec<u8> = reference.iter().skip(from).take(length).copied().collect();
                drop(sequence.splice(at..at, copy));
            }
            Edit::Start => drop(sequence.drain(..at)),
            Edit::End => sequence.truncate(at),
            Edit::Turn => nucleotide::reverse_complement(&mut sequence),
        }
    }
    sequence
}

/// Letters with some that are no bases and some that are repeats.
fn references() -> impl Strategy<Value = Vec<u8>> {
    let plain = || (0..2_000_usize, any::<u64>()).prop_map(|(length, seed)| letters(length, seed));
    let odd = (plain(), edits()).prop_map(|(plain, edits)| edited(&plain, edits));
    prop_oneof![3 => plain(), 1 => odd]
}

/// An alignment of two lengths, any.
fn paths(reference: usize, query: usize, steps: &[(u8, u32)]) -> Path {
    let mut path = Path::default();
    let left = |path: &Path| (reference as u32 - path.end().0, query as u32 - path.end().1);
    for &(step, length) in steps {
        let (reference, query) = left(&path);
        match step {
            0 => path.push(Step::Insertion, length.min(query)),
            1 => path.push(Step::Deletion, length.min(reference)),
            _ => path.push(Step::Pair, (length * 10).min(query).min(reference)),
        }
    }
    path.push(Step::Insertion, left(&path).1);
    path.push(Step::Deletion, left(&path).0);
    path
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut config = ProptestConfig::with_cases(cases.unwrap_or(256));
    config.failure_persistence = None;
    config.rng_seed = proptest::test_runner::RngSeed::Fixed(20_261_122);
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_sequence_comes_back(reference in references(), edits in edits()) {
        check_lossless(&reference, &edited(&reference, edits));
    }

    #[test]
    fn any_bytes_come_back(reference in references(), sequence in prop::collection::vec(any::<u8>(), 0..300)) {
        check_lossless(&reference, &sequence);
    }

    #[test]
    fn along_an_alignment_each_letter_stands_where_it_was_aligned(
        reference in references(),
        edits in edits(),
        steps in prop::collection::vec((0..4_u8, 1..60_u32), 0..12),
        is_turned in any::<bool>(),
    ) {
        let letters = edited(&reference, edits);
        let mut sequence = letters.clone();
        if is_turned {
            nucleotide::reverse_complement(&mut sequence);
        }
        let path = paths(reference.len(), sequence.len(), &steps);
        let coder = Coder::new(reference.clone());
        let mut record = Vec::new();
        coder.encode_along(&path, is_turned, &sequence, &mut record).unwrap();
        prop_assert_eq!(agree(&reference, &coder, &record), Some(sequence.clone()));
        // A path where hardly a letter is right is not followed.
        prop_assume!(matches!(record[0], ALIGNED | OPPOSITE_ALIGNED));
        let pairs = path.runs().iter().filter(|run| run.step == Step::Pair);
        for (at, read) in pairs.flat_map(|run| (0..run.length).map(|i| (run.reference + i, run.query + i))) {
            let expected = Opposite::Letter(letters[read as usize]);
            prop_assert_eq!(coder.letter_at(&record, RefPos(at)), Ok(Some(expected)));
        }
    }

    #[test]
    fn damaged_records_are_read_alike_and_never_past_the_limit(
        edits in edits(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let reference = letters(600, 7);
        let coder = Coder::new(reference.clone());
        let mut record = encoded(&coder, &edited(&reference, edits));
        for (at, byte) in changes {
            let at = at.index(record.len());
            record[at] = byte;
        }
        agree(&reference, &coder, &record);
        agree(&reference, &coder, &record[..cut.index(record.len())]);
    }

    #[test]
    fn a_pack_gives_back_every_sequence(all in prop::collection::vec((any::<bool>(), edits()), 0..12)) {
        let references = [letters(900, 1), letters(700, 2)];
        let [first, second] = references.clone().map(Coder::new);
        let mut writer = Writer::new(&[&first, &second]);
        let mut kept = Vec::new();
        for (is_first, edits) in all {
            let sequence = edited(&references[usize::from(!is_first)], edits);
            let record = encoded(if is_first { &first } else { &second }, &sequence);
            let place = writer.add(&digest(&sequence), &record).unwrap();
            kept.push((place, sequence));
        }
        let pack = writer.finish();
        let reader = Reader::open(&pack).unwrap();
        prop_assert_eq!(reader.count() as usize, kept.len());
        prop_assert_eq!(reader.check_references(&[&second, &first]), Ok(()));
        let walked: Vec<(Place, Entry)> = reader.entries().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(walked.len(), kept.len());
        for ((place, sequence), (walked_place, walked_entry)) in kept.iter().zip(walked) {
            let entry = Entry::read(&pack[place.offset as usize..][..place.length as usize]).unwrap();
            prop_assert_eq!((*place, entry), (walked_place, walked_entry));
            let mut out = Vec::new();
            entry.decode(&[&first, &second], LIMIT, &mut out).unwrap();
            prop_assert_eq!(&out, sequence);
        }
    }
}

/// The reference of the kept bytes below.
fn kept_reference() -> Vec<u8> {
    letters(120, 2_026)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// A sequence with one difference of each kind.
fn every_kind() -> Vec<u8> {
    let mut sequence = kept_reference();
    sequence.splice(100..100, *b"ACGTTGCAACGTTGCAAC");
    sequence.drain(70..76);
    sequence[60..63].fill(b'N');
    sequence[50] = b'R';
    sequence[40..43].copy_from_slice(b"---");
    for (at, ahead) in [(10, 1), (20, 2), (30, 3)] {
        let code = b"ACGT".iter().position(|base| *base == sequence[at]).unwrap();
        sequence[at] = b"ACGT"[(code + ahead) % 4];
    }
    sequence.truncate(125);
    sequence
}

#[test]
fn bytes_once_written_are_read_for_ever() {
    let coder = Coder::new(kept_reference());
    let check = |form: u8, record: &str, expected: &[u8]| {
        let record = unhex(record);
        assert_eq!(record[0], form);
        let read = agree(&kept_reference(), &coder, &record).unwrap();
        assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(expected));
    };
    let sequence = every_kind();
    let turned = {
        let mut turned = sequence.clone();
        nucleotide::reverse_complement(&mut turned);
        turned
    };
    let (mut along, mut turned_along) = (Vec::new(), Vec::new());
    let path = paths(120, 125, &[(2, 7), (1, 6), (2, 2), (2, 0), (0, 18), (2, 100)]);
    coder.encode_along(&path, false, &sequence, &mut along).unwrap();
    coder.encode_along(&path, true, &turned, &mut turned_along).unwrap();
    let written = [
        (DIFFERENCES, encoded(&coder, &sequence)),
        (WRITTEN_OUT, encoded(&coder, b"ACGTACGTRYNNNNNNNNNNNNNNNNNNNNNNNN??")),
        (ALIGNED, along),
        (OPPOSITE, encoded(&coder, &turned)),
        (OPPOSITE_ALIGNED, turned_along),
    ];
    // What is written today may change with the search for differences; what was written may not.
    for (form, record) in written {
        println!("form {form}: {}", hex(&record));
        assert_eq!(record[0], form);
    }
    check(DIFFERENCES, FORM_1, &sequence);
    check(WRITTEN_OUT, FORM_2, b"ACGTACGTRYNNNNNNNNNNNNNNNNNNNNNNNN??");
    check(ALIGNED, FORM_3, &sequence);
    check(OPPOSITE, FORM_4, &turned);
    check(OPPOSITE_ALIGNED, FORM_5, &turned);
}

const FORM_1: &str = "012df3c2887d50494a4e0a2d2d2d3f524b024405bd0178e41be41bf408c536";
const FORM_2: &str = "02241ce4e405a55f4e063f3f";
const FORM_3: &str = "032df3c2887d50494a4e0a2d2d2d3f524b023c05a50144b8e41be40b00010002";
const FORM_4: &str = "042df3c2887d50494a4e0a2d2d2d3f524b024405bd0178e41be41bf408c536";
const FORM_5: &str = "052df3c2887d50494a4e0a2d2d2d3f524b023c05a50144b8e41be40b00010002";

#[test]
fn a_pack_once_written_is_read_for_ever() {
    let coder = Coder::new(kept_reference());
    let mut writer = Writer::new(&[&coder]);
    for sequence in [every_kind(), b"ACGT".to_vec()] {
        writer.add(&digest(&sequence), &encoded(&coder, &sequence)).unwrap();
    }
    println!("pack: {}", hex(&writer.finish()));
    let pack = unhex(PACK);
    let reader = Reader::open(&pack).unwrap();
    assert_eq!((reader.references(), reader.count()), (&[coder.reference_digest()][..], 2));
    let sequences = reader.entries().map(|item| {
        let mut out = Vec::new();
        item.unwrap().1.decode(&[&coder], LIMIT, &mut out).map(|()| out)
    });
    assert_eq!(sequences.collect::<Result<Vec<_>, _>>(), Ok(vec![every_kind(), b"ACGT".to_vec()]));
}

const PACK: &str = "\
    485254485345510a0100000002000000010000002df3c288a6fc987cd732e6ea2b085dd0bd54584972e7b2421c7cca81 \
    76fdcbfc9b83df85b7f99e6b2d14eb5ecd9f5d09b35601e6a6e5764a8f91eecd1683b00e1f012df3c2887d50494a4e0a \
    2d2d2d3f524b024405bd0178e41be41bf408c5361dff3e84fe7877e0673b69bbddcf40124e396e3f9943dd890c91b6a0 \
    9adb9af00402040ce4";

#[test]
fn odd_sequences_come_back() {
    let reference = letters(1_000, 3);
    let mut turned = reference.clone();
    nucleotide::reverse_complement(&mut turned);
    let backwards: Vec<u8> = reference.iter().rev().copied().collect();
    let rotated = [&reference[500..], &reference[..500]].concat();
    let twice = [&reference[..], &reference[..]].concat();
    for sequence in [&[][..], b"N", b"-", &[b'N'; 3_000], &turned, &backwards, &rotated, &twice, &reference] {
        check_lossless(&reference, sequence);
        check_lossless(b"", sequence);
        check_lossless(&[b'A'; 400], sequence);
        check_lossless(&b"CA".repeat(300), sequence);
    }
}

#[test]
fn a_genome_near_its_reference_takes_few_bytes() {
    let reference = letters(30_000, 11);
    let mut sequence = reference.clone();
    for at in (200..29_800).step_by(296) {
        sequence[at] = nucleotide::complement(sequence[at]);
    }
    for (at, length) in [(0, 54), (8_000, 300), (20_000, 270), (29_900, 100)] {
        sequence[at..at + length].fill(b'N');
    }
    sequence.splice(22_000..22_000, *b"ACTGAAGCC");
    sequence.drain(11_000..11_009);
    sequence[15_000] = b'Y';
    let coder = Coder::new(reference);
    let bytes = encoded(&coder, &sequence).len();
    assert!(bytes < 240, "{bytes}");
    let mut turned = sequence;
    nucleotide::reverse_complement(&mut turned);
    assert!(encoded(&coder, &turned).len() < 240);
    assert_eq!(encoded(&coder, &letters(30_000, 12)).len(), 7_500 + 7);
}

#[test]
fn what_cannot_be_read_says_why() {
    let coder = Coder::new(letters(100, 1));
    let other = Coder::new(letters(100, 2));
    let record = encoded(&coder, &letters(100, 1));
    let check = |coder: &Coder, record: &[u8], expected: DecodeError| {
        assert_eq!(decoded(coder, record), Err(expected));
    };
    let (needed, given) = (coder.mark(), other.mark());
    check(&other, &record, DecodeError::OtherReference { needed, given });
    check(&coder, &[9, 1], DecodeError::UnknownForm { form: 9 });
    check(&coder, &[], DecodeError::CutShort);
    check(&coder, &record[..4], DecodeError::CutShort);
    check(&coder, &[&record[..5], &[101]].concat(), DecodeError::Damaged);
    let letters = u32::MAX;
    check(&coder, &[2, 0xff, 0xff, 0xff, 0xff, 0x0f], DecodeError::TooLong { letters, limit: LIMIT });
    let said = DecodeError::OtherReference { needed: 0xab, given: 0x1234_5678 }.to_string();
    assert!(said.contains("begins with 000000ab") && said.contains("begins with 12345678"), "{said}");
    let long = vec![b'A'; MAX_LETTERS as usize + 1];
    assert_eq!(coder.encode(&long, &mut Vec::new()), Err(EncodeError::TooLong { letters: long.len() }));
}

#[test]
fn packs_say_what_is_wrong() {
    let (coder, other) = (Coder::new(letters(100, 1)), Coder::new(letters(100, 2)));
    let sequence = letters(100, 1);
    let record = encoded(&coder, &sequence);
    let needed = coder.mark();
    let mut writer = Writer::new(&[&other]);
    assert_eq!(writer.add(&[0; 32], &record), Err(AddError::OtherReference { needed }));
    assert_eq!(writer.add(&[0; 32], &[]), Err(AddError::Record(DecodeError::CutShort)));

    let mut writer = Writer::new(&[&coder]);
    let place = writer.add(&digest(&sequence), &record).unwrap();
    let wrong = writer.add(&digest(b"A"), &record).unwrap();
    assert_eq!((writer.count(), writer.len_bytes()), (2, (wrong.offset + wrong.length) as usize));
    let pack = writer.finish();
    let missing = PackError::NeedsReference { digest: coder.reference_digest() };
    assert_eq!(Reader::open(&pack).unwrap().check_references(&[&other]), Err(missing));

    let range = |place: Place| &pack[place.offset as usize..][..place.length as usize];
    let mut out = Vec::new();
    let mut check = |range: &[u8], coders: &[&Coder], expected: SequenceError| {
        let result = Entry::read(range).and_then(|entry| entry.decode(coders, LIMIT, &mut out));
        assert_eq!((result, out.len()), (Err(expected), 0));
    };
    let named = digest(&sequence);
    check(range(place), &[&other], SequenceError::NeedsReference { digest: named, needed });
    check(range(wrong), &[&coder], SequenceError::OtherLetters { expected: digest(b"A"), found: named });
    check(&range(place)[1..], &[&coder], SequenceError::NoEntry);
    check(&pack[place.offset as usize..], &[&coder], SequenceError::NoEntry);
    let mut cut = range(place)[..33].to_vec();
    cut[32] = 0;
    check(&cut, &[&coder], SequenceError::Record { digest: named, error: DecodeError::CutShort });

    let open = |bytes: &[u8]| Reader::open(bytes).map(|reader| reader.count()).err();
    assert_eq!(open(b"PK"), Some(PackError::NoPack));
    assert_eq!(open(&pack[..15]), Some(PackError::Damaged { offset: 8 }));
    assert_eq!(open(&pack[..40]), Some(PackError::Damaged { offset: 20 }));
    let newer = [&pack[..8], &[2], &pack[9..]].concat();
    assert_eq!(open(&newer), Some(PackError::UnknownVersion { version: 2 }));
    let last = |bytes: &[u8]| Reader::open(bytes).unwrap().entries().last().unwrap().err();
    let offset = wrong.offset as usize;
    assert_eq!(last(&pack[..pack.len() - 1]), Some(PackError::Damaged { offset }));
    assert_eq!(last(&[&pack[..], b"x"].concat()), Some(PackError::Damaged { offset: pack.len() }));
}

#[test]
fn a_pack_stays_below_its_limit() {
    let coder = Coder::new(Vec::new());
    let half = vec![b'?'; MAX_LETTERS as usize - 200];
    let mut record = encoded(&coder, b"");
    assert_eq!(record.len(), 2);
    let mut writer = Writer::new(&[]);
    record.resize(half.len(), 0);
    assert!(writer.add(&[0; 32], &record).is_ok());
    assert!(writer.add(&[0; 32], &record).is_ok());
    assert_eq!(writer.add(&[0; 32], &record), Err(AddError::Full));
    assert!(writer.len_bytes() <= MAX_BYTES);
}

/// Upper-case letters of the records of a FASTA file.
fn sequences(text: &[u8]) -> Vec<Vec<u8>> {
    let mut starts = Vec::new();
    find_record_starts(text, 0, &mut starts);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut record = Record::default();
    let pairs = starts.iter().zip(ends);
    pairs
        .map(|(&start, end)| {
            parse_record(&text[start..end], &mut record);
            record.sequence.clone()
        })
        .collect()
}

fn check_field(reference: &str, path: &str, most_bytes: usize) {
    let (Some(reference), Some(path)) = (shared(reference), shared(path)) else { return };
    let reference = sequences(&std::fs::read(reference).unwrap()).remove(0);
    let mut text = std::fs::read(&path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        let packed = std::mem::take(&mut text);
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut text).unwrap();
    }
    let coder = Coder::new(reference);
    let all = sequences(&text);
    let mut bytes = 0;
    for sequence in &all {
        let record = encoded(&coder, sequence);
        assert_eq!(decoded(&coder, &record).as_ref(), Ok(sequence));
        bytes += record.len();
    }
    println!("{}: {} sequences, {} bytes each", path.display(), all.len(), bytes / all.len());
    assert!(bytes <= most_bytes * all.len(), "{} bytes", bytes / all.len());
}

#[test]
fn genomes_of_the_field_come_back() {
    let packs = "packs/sars-cov-2/reference.fasta";
    check_field(packs, "genomes/sars-cov-2-418/example_sequences.fasta.gz", 45);
    check_field("packs/mpox-clade-iib/reference.fasta", "packs/mpox-clade-iib/sequences.fasta", 1_303);
    check_field("packs/hmpv/reference.fasta", "packs/hmpv/sequences.fasta", 640);
    check_field("packs/ebov/reference.fasta", "packs/ebov/example_sequences.fasta", 580);
}
