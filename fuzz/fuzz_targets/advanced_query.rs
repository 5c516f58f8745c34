//! Any text as a query of the advanced language: read or told, never a panic; what is read is answered or refused.
#![no_main]

use hearth_fuzz::{answered, schema};
use hearth_index::query::advanced;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match advanced::parse(schema(), &String::from_utf8_lossy(bytes)) {
        Ok(query) => answered(&query),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
