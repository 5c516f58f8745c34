//! Any bytes as a table of assays, a primer scheme, a primer list, or measurements: read or told, never a panic; what is
//! read is held against a reference and a genome.
#![no_main]

use hearth_genome::assay::{Evidence, PanelOnReference, Rules, bed, primer_csv, table};
use hearth_genome::calls::Calls;
use hearth_genome::coordinate::Span;
use libfuzzer_sys::fuzz_target;

const REFERENCE: &[u8] =
    b"TTGACGATCAGTACGGATTCAGCTAAGGCTTACGATCGGATATCCAGGACTTAGCCATGCAATCGGTCCATAGGNNRYACGTACGT";

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (evidence, _) = Evidence::of_table(&text);
    let rules = Rules::from_json(&text).unwrap_or_default();
    let calls = Calls { aligned: Span::new(3, 60), deletions: vec![Span::new(20, 25)], ..Calls::default() };
    for (panel, _) in [table::read(&text), bed::read(&text, REFERENCE, "s"), primer_csv::read(&text, "s")] {
        let oligos = panel.oligos();
        let placed = PanelOnReference::new(panel, REFERENCE, rules.clone(), &evidence);
        for (number, finding) in placed.assess(&calls, REFERENCE) {
            assert_eq!(finding.oligos.len(), placed.assays()[number].assay.oligos.len());
        }
        assert_eq!(oligos, placed.assays().iter().map(|one| one.assay.oligos.len()).sum::<usize>());
    }
});
