//! Laws that hold for every genome and every pack.
//!
//! Random genomes on small packs ([`tiny_pack`]); `PROPTEST_CASES` sets how many. Each law is one property.

mod tiny_pack;

use hearth_genome::align::banded::Matrix;
use hearth_genome::align::quick::{Quick, QuickMemory};
use hearth_genome::align::{Path, Step};
use hearth_genome::alphabet::{amino_acid, nucleotide};
use hearth_genome::analysis::{Analysis, Memory};
use hearth_genome::annotation::{Cds, Strand, Wrapping};
use hearth_genome::pack::Pack;
use hearth_genome::reference::Reference;
use hearth_genome::translation::{AlignedQuery, Reading, TranslationMemory, Translator};
use hearth_genome::tree::{MosaicMemory, PlacementMemory};
use proptest::prelude::*;
use std::cell::RefCell;
use tiny_pack::query::{Query, queries};

thread_local! {
    /// Kept from case to case and from pack to pack, as threads of the product keep it.
    static MEMORY: RefCell<Memory> = RefCell::default();
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut config = ProptestConfig::with_cases(cases.unwrap_or(512));
    config.failure_persistence = None;
    // The same cases every time; PROPTEST_CASES makes more of them.
    config.rng_seed = proptest::test_runner::RngSeed::Fixed(20_261_122);
    config
}

/// The analysis of a query and its letters on the reference's strand; `None` for sequences not analysed.
fn analysed(query: &Query) -> Option<(Analysis, Vec<u8>)> {
    let mut letters = query.letters();
    let analysis = MEMORY.with_borrow_mut(|memory| query.pack().pack.analyse(&letters, memory)).ok()?;
    if analysis.is_reverse_complement {
        nucleotide::reverse_complement(&mut letters);
    }
    Some((analysis, letters))
}

/// What the calls say the query is: the reference within the aligned span with every change made.
fn rebuilt(analysis: &Analysis, reference: &Reference) -> Vec<u8> {
    let calls = &analysis.calls;
    let aligned = calls.aligned_sequence(reference);
    let mut letters = Vec::new();
    let mut insertions = calls.insertions.iter().peekable();
    for (at, &letter) in aligned.iter().enumerate() {
        while let Some(insertion) = insertions.next_if(|insertion| insertion.after as usize == at) {
            letters.extend_from_slice(&insertion.letters);
        }
        if letter != b'-' {
            letters.push(letter);
        }
    }
    insertions.for_each(|insertion| letters.extend_from_slice(&insertion.letters));
    letters
}

/// An alignment in short: score, then runs.
fn described(analysis: &Analysis) -> String {
    let runs = analysis.path.runs().iter().map(|run| format!(" {:?}:{}", run.step, run.length));
    std::iter::once(analysis.alignment_score.to_string()).chain(runs).collect()
}

/// Score of a path, letter by letter.
fn recomputed_score(path: &Path, letters: &[u8], reference: &Reference) -> i32 {
    let scoring = reference.scoring();
    let mut score = 0;
    for run in path.runs() {
        let (r, q) = (run.reference as usize, run.query as usize);
        let is_free = match run.step {
            Step::Pair => {
                for i in 0..run.length as usize {
                    score += scoring.pairs.pair(reference.letters()[r + i], letters[q + i]);
                }
                continue;
            }
            Step::Insertion => {
                r == 0 && scoring.leading_insertion_free
                    || r == reference.letters().len() && scoring.trailing_insertion_free
            }
            Step::Deletion => {
                q == 0 && scoring.leading_deletion_free
                    || q == letters.len() && scoring.trailing_deletion_free
            }
        };
        if !is_free {
            score -= scoring.gap_open[r] + (run.length as i32 - 1) * scoring.gap_extend;
        }
    }
    score
}

/// Query letters of a coding sequence that begins and ends with paired letters in every segment.
fn coding_letters(cds: &Cds, path: &Path, letters: &[u8]) -> Option<Vec<u8>> {
    let opposite = |position: u32| {
        let mut pairs = path.runs().iter().filter(|run| run.step == Step::Pair);
        let run = pairs.find(|run| run.reference <= position && position < run.reference_end())?;
        Some((run.query + position - run.reference) as usize)
    };
    let mut coding = Vec::new();
    for segment in &cds.segments {
        if segment.wrapping != Wrapping::No {
            return None;
        }
        let (first, last) = (opposite(segment.span.begin.0)?, opposite(segment.span.end.0 - 1)?);
        let mut part = letters[first..=last].to_vec();
        if segment.strand == Strand::Reverse {
            nucleotide::reverse_complement(&mut part);
        }
        coding.extend(part);
    }
    Some(coding)
}

/// The peptide a reading describes, insertions included and gaps left out.
fn described_peptide(reading: &Reading, pack: &Pack) -> Vec<u8> {
    let peptide = reading.peptide(pack.peptides());
    let mut letters = Vec::new();
    for at in 0..=peptide.len() {
        let inserted = reading.insertions.iter().filter(|insertion| insertion.after as usize == at);
        inserted.for_each(|insertion| letters.extend_from_slice(&insertion.letters));
        letters.extend(peptide.get(at).filter(|&&letter| letter != b'-'));
    }
    letters
}

fn translated(coding: &[u8], pack: &Pack) -> Vec<u8> {
    let mut peptide = Vec::new();
    amino_acid::translate_all(coding, &mut peptide);
    if pack.reference().parameters().no_translate_past_stop
        && let Some(stop) = peptide.iter().position(|&letter| letter == amino_acid::STOP)
    {
        peptide.truncate(stop + 1);
    }
    peptide
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn calls_give_the_query_back(query in queries()) {
        if let Some((analysis, letters)) = analysed(&query) {
            let found = rebuilt(&analysis, query.pack().pack.reference());
            prop_assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&letters));
        }
    }

    #[test]
    fn fast_and_thorough_methods_agree(query in queries()) {
        let (pack, letters) = (&query.pack().pack, query.letters());
        let fast = MEMORY.with_borrow_mut(|memory| pack.analyse(&letters, memory));
        let thorough = pack.analyse_thoroughly(&letters, &mut Memory::default());
        if let (Ok(fast), Ok(thorough)) = (&fast, &thorough) {
            // Said first, because it is short and everything else follows from it.
            prop_assert_eq!(described(fast), described(thorough));
        }
        prop_assert_eq!(fast, thorough);
    }

    #[test]
    fn coding_sequences_read_the_same_either_way(query in queries()) {
        if let Some((analysis, letters)) = analysed(&query) {
            let pack = &query.pack().pack;
            let translator = Translator {
                reference: pack.reference(),
                annotation: pack.annotation(),
                peptides: pack.peptides(),
            };
            let aligned = AlignedQuery { letters: &letters, path: &analysis.path, calls: &analysis.calls };
            let mut memory = TranslationMemory::default();
            for cds in 0..pack.annotation().cdses.len() {
                let fast = translator.read(cds, &aligned, &mut memory);
                prop_assert_eq!(&fast, &analysis.readings[cds]);
                prop_assert_eq!(fast, translator.read_gapped(cds, &aligned, &mut memory));
            }
        }
    }

    #[test]
    fn places_are_the_same_by_comparing_with_every_node(query in queries()) {
        if let Some((analysis, _)) = analysed(&query) {
            let pack = &query.pack().pack;
            let tree = pack.tree().expect("every small pack has a tree");
            let fast = tree.place(pack.reference(), &analysis.calls, &mut PlacementMemory::default());
            prop_assert_eq!(fast, tree.place_by_comparing(pack.reference(), &analysis.calls));
        }
    }

    #[test]
    fn two_parents_leave_no_more_differences_than_any_others(query in queries()) {
        if let Some((analysis, _)) = analysed(&query) {
            let (tree, reference) = (query.pack().pack.tree().expect("a tree"), query.pack().pack.reference());
            let calls = &analysis.calls;
            let place = tree.place(reference, calls, &mut PlacementMemory::default());
            let found = tree.mosaic(reference, calls, &place, &mut MosaicMemory::default());
            let (both, single) = tree.mosaic_by_comparing(reference, calls);
            match found {
                None => prop_assert!(single < both + 3 || both > 20, "{} saved and none found", single - both),
                Some(mosaic) => {
                    prop_assert_eq!((mosaic.distance, mosaic.single_distance), (both, single));
                    let genome = calls.aligned_sequence(reference);
                    let left = tree.differs_by_comparing(mosaic.left, reference, &genome);
                    let right = tree.differs_by_comparing(mosaic.right, reference, &genome);
                    let count = |part: &[bool]| part.iter().filter(|&&differs| differs).count() as u32;
                    for at in mosaic.breakpoint.indices() {
                        prop_assert_eq!(count(&left[..at]) + count(&right[at..]), both, "at {}", at);
                    }
                    let begin = mosaic.breakpoint.indices().start;
                    let supports = count(&left[..begin]) + mosaic.left_support;
                    prop_assert_eq!(supports, count(&right[..begin]));
                    let supports = count(&right[begin..]) + mosaic.right_support;
                    prop_assert_eq!(supports, count(&left[begin..]));
                }
            }
        }
    }

    #[test]
    fn readings_are_translations(query in queries()) {
        if let Some((analysis, letters)) = analysed(&query) {
            let pack = &query.pack().pack;
            for reading in analysis.readings.iter().flatten().filter(|reading| reading.frame_shifts.is_empty()) {
                let cds = &pack.annotation().cdses[reading.cds];
                if let Some(coding) = coding_letters(cds, &analysis.path, &letters) {
                    let (found, expected) = (described_peptide(reading, pack), translated(&coding, pack));
                    prop_assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&expected));
                }
            }
        }
    }

    #[test]
    fn scores_are_those_of_the_paths(query in queries()) {
        if let Some((analysis, letters)) = analysed(&query) {
            let expected = recomputed_score(&analysis.path, &letters, query.pack().pack.reference());
            prop_assert_eq!(analysis.alignment_score, expected);
        }
    }

    #[test]
    fn paths_lead_from_corner_to_corner(query in queries()) {
        if let Some((analysis, letters)) = analysed(&query) {
            let (mut reference, mut at) = (0, 0);
            for run in analysis.path.runs() {
                prop_assert_eq!((run.reference, run.query), (reference, at));
                prop_assert!(run.length > 0);
                (reference, at) = (run.reference_end(), run.query_end());
            }
            let ends = (query.pack().pack.reference().length_nt(), letters.len() as u32);
            prop_assert_eq!((reference, at), ends);
        }
    }

    #[test]
    fn no_bytes_panic(
        pack in 0..tiny_pack::packs().len(),
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            prop::collection::vec(prop::sample::select(b"ACGTRYSWKMBDHVN".to_vec()), 0..3_000),
            prop::collection::vec(prop::sample::select(b"NNNNNNNNNNNNNNNNNNNNNNNNR".to_vec()), 0..3_000),
        ],
    ) {
        let pack = &tiny_pack::packs()[pack].pack;
        let fast = MEMORY.with_borrow_mut(|memory| pack.analyse(&bytes, memory));
        prop_assert_eq!(fast, pack.analyse_thoroughly(&bytes, &mut Memory::default()));
    }
}

/// The laws say nothing of the fast method if it always declines.
#[test]
fn the_fast_method_takes_most_small_genomes() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let quick: Vec<Quick> = tiny_pack::packs().iter().map(|tiny| Quick::new(tiny.pack.reference())).collect();
    let mut runner = TestRunner::deterministic();
    let (mut memory, mut matrix, mut path) = (QuickMemory::default(), Matrix::default(), Path::default());
    let taken = (0..400).filter(|_| {
        let query = queries().new_tree(&mut runner).expect("the strategy makes values").current();
        let (reference, letters) = (query.pack().pack.reference(), query.letters());
        quick[query.pack].align(reference, &letters, &mut memory, &mut matrix, &mut path).is_some()
    });
    let taken = taken.count();
    println!("the fast method took {taken} of 400");
    assert!(taken >= 120, "{taken} of 400");
}
