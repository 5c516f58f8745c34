//! Any bytes as a kept record, as a pack and as a sequence to keep: the fast reading is the plain one, memory stays
//! within the limit, whatever is kept comes back.
#![no_main]

use hearth_genome::coordinate::RefPos;
use hearth_genome::kept::pack::{Entry, Reader};
use hearth_genome::kept::{Coder, Opposite, twin};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const REFERENCE: &[u8] =
    b"TTGACGATCAGTACGGATTCAGCTAAGGCTTACGATCGGATATCCAGGACTTAGCCATGCAATCGGTCCATAGGNNRYACGTACGTCACACACACACACACACAGTTGCA";
const LIMIT: u32 = 10_000;

static CODER: LazyLock<Coder> = LazyLock::new(|| Coder::new(REFERENCE.to_vec()));

fn read(record: &[u8]) {
    let mut letters = Vec::new();
    let fast = CODER.decode(record, LIMIT, &mut letters).map(|()| &letters);
    assert!(letters.len() <= LIMIT as usize && letters.capacity() <= 2 * LIMIT as usize);
    assert_eq!(fast.ok(), twin::decode(REFERENCE, CODER.mark(), record, LIMIT).as_ref());
    let columns = twin::columns(REFERENCE, CODER.mark(), record, LIMIT).unwrap_or_default();
    let single = |position: usize| CODER.letter_at(record, RefPos(position as u32));
    for (position, letter) in columns.iter().filter_map(|column| Some((column.reference?, column.letter))) {
        assert_eq!(single(position), Ok(Some(letter.map_or(Opposite::Gap, Opposite::Letter))));
    }
    // Damaged ones, too, have an answer.
    let _ = single(REFERENCE.len() / 2);
}

fuzz_target!(|data: &[u8]| {
    read(data);
    // Behind the right mark, so that the fuzzer need not guess it.
    for form in [1, 3, 4, 5] {
        let mark = CODER.mark().to_be_bytes();
        read(&[&[form], &mark[..], data].concat());
    }

    let mut letters = Vec::new();
    if let Ok(entry) = Entry::read(data) {
        let _ = entry.decode(&[&CODER], LIMIT, &mut letters);
    }
    if let Ok(pack) = Reader::open(data) {
        for (place, entry) in pack.entries().filter_map(Result::ok) {
            let range = &data[place.offset as usize..][..place.length as usize];
            assert_eq!(Entry::read(range), Ok(entry));
            let _ = entry.decode(&[&CODER], LIMIT, &mut letters);
        }
    }

    let mut record = Vec::new();
    CODER.encode(data, &mut record).expect("shorter than the longest sequence");
    letters.clear();
    CODER.decode(&record, u32::MAX, &mut letters).expect("what was written is read");
    assert_eq!(letters, data);
});
