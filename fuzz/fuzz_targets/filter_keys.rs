//! Any lines as filters by key (`key=value`, or a key alone for null) and as codes of mutations and insertions: read or
//! told, never a panic; what is read is answered or refused.
#![no_main]

use hearth_fuzz::{answered, schema};
use hearth_index::alphabet::Alphabet;
use hearth_index::query::{Query, code, field};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let keys = text.lines().map(|line| match line.split_once('=') {
        Some((key, value)) => (key, vec![Some(value.to_owned())]),
        None => (line, vec![None]),
    });
    if let Ok(all) = field::filters(schema(), keys) {
        answered(&Query::And(all));
    }
    for line in text.lines() {
        for alphabet in [Alphabet::Nucleotide, Alphabet::AminoAcid] {
            for read in [code::mutation_of, code::insertion_of] {
                if let Ok(query) = read(schema(), alphabet, line) {
                    answered(&query);
                }
            }
        }
    }
});
