//! Any bytes as a `pathogen.json`: read or refused, never a panic; what is read is fit for use.
#![no_main]

use hearth_genome::pack::pathogen::Pathogen;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(pathogen) = Pathogen::from_json(&String::from_utf8_lossy(bytes)) else { return };
    assert!(pathogen.alignment.kmer_length_nt > 0 && pathogen.alignment.window_size_nt > 0);
    assert!((0.0..=1.0).contains(&pathogen.alignment.min_seed_cover));
    assert!(pathogen.unhonoured.is_sorted());
});
