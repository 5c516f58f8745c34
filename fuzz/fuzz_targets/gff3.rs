//! Any bytes as a genome annotation: read or refused, never a panic; what is read maps back and forth.
#![no_main]

use hearth_genome::annotation::Annotation;
use hearth_genome::coordinate::CdsPos;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(annotation) = Annotation::from_gff3(&String::from_utf8_lossy(bytes)) else { return };
    for cds in &annotation.cdses {
        assert_eq!(cds.length_nt, cds.codons() * 3);
        for at in [0, cds.length_nt / 2, cds.length_nt - 1].map(CdsPos) {
            let position = cds.reference_position(at).expect("a position inside the coding sequence");
            assert!(cds.cds_positions(position).any(|back| back == at));
        }
        assert!(cds.reference_position(CdsPos(cds.length_nt)).is_none());
    }
});
