//! Any bytes as FASTA: the fast reading and the plain one agree, and neither panics.

#![no_main]

use hearth_genome::fasta::{Record, find_record_starts, is_nucleotide_letter, parse_record, twin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut record = Record::default();
    parse_record(data, &mut record);
    assert_eq!(record, twin::read_record(data));

    let mut starts = Vec::new();
    find_record_starts(data, 0, &mut starts);
    let ends = starts.iter().skip(1).copied().chain([data.len()]);
    for (&start, end) in starts.iter().zip(ends) {
        assert!(start < end && data[start] == b'>');
        parse_record(&data[start..end], &mut record);
        assert_eq!(record, twin::read_record(&data[start..end]));
        assert!(record.sequence.iter().all(|letter| letter.is_ascii_uppercase() || *letter == b'*'));
        record.replace_unknown_by_n();
        assert!(record.sequence.iter().all(|letter| is_nucleotide_letter(*letter)));
    }
});
