//! What happens to a sequence as a whole, after it has left the reference's coordinates.
//!
//! Joined, padded, turned to the other strand, put in lower case. It refuses to know positions of the
//! reference. Start at [`finish`].

use super::plan::Kind;
use super::random::Random;

/// The start of a common sequencing adapter.
const ADAPTER: &[u8] = b"AGATCGGAAGAGCACACGTCTGAACTCCAGTCA";

/// Does to `letters` what `kind` asks for and writes it down in `events`.
pub fn finish(letters: &mut Vec<u8>, kind: Kind, random: &mut Random, events: &mut Vec<String>) {
    match kind {
        Kind::Adapter => adapter(letters, random, events),
        Kind::Padded => pad(letters, random, events),
        Kind::LowerCase => lower(letters, random, events),
        Kind::Reversed => {
            reverse_complement(letters);
            events.push("reverse-complement".to_owned());
        }
        _ => {}
    }
}

/// Letters that belong to no genome: even, skewed, or of very few words.
pub fn junk(random: &mut Random, longest: usize, events: &mut Vec<String>) -> Vec<u8> {
    let length = random.between(20, longest);
    let letters: &[u8] = match random.below(3) {
        0 => b"ACGT",
        1 => b"AAATTTTCG",
        _ => return low_complexity(random, length, events),
    };
    events.push(format!("junk:{length}"));
    random.letters(length, letters)
}

/// Joins two sequences into one.
pub fn concatenate(letters: &mut Vec<u8>, other: &[u8], events: &mut Vec<String>) {
    events.push(format!("concatenated:{}+{}", letters.len(), other.len()));
    letters.extend_from_slice(other);
}

fn low_complexity(random: &mut Random, length: usize, events: &mut Vec<String>) -> Vec<u8> {
    let unit_length = random.between(1, 8);
    let unit = random.letters(unit_length, b"ACGT");
    events.push(format!("junk:{length}:{}", String::from_utf8_lossy(&unit)));
    unit.iter().copied().cycle().take(length).collect()
}

fn adapter(letters: &mut Vec<u8>, random: &mut Random, events: &mut Vec<String>) {
    let piece = &ADAPTER[..random.between(8, ADAPTER.len())];
    if random.chance(0.5) {
        letters.splice(0..0, piece.iter().copied());
        events.push(format!("adapter5:{}", piece.len()));
    } else {
        letters.extend_from_slice(piece);
        events.push(format!("adapter3:{}", piece.len()));
    }
}

fn pad(letters: &mut Vec<u8>, random: &mut Random, events: &mut Vec<String>) {
    let (left, right) = (random.between(0, 200), random.between(0, 200));
    letters.splice(0..0, std::iter::repeat_n(b'N', left));
    letters.extend(std::iter::repeat_n(b'N', right));
    events.push(format!("padded:{left}+{right}"));
}

fn lower(letters: &mut [u8], random: &mut Random, events: &mut Vec<String>) {
    if random.chance(0.5) {
        letters.make_ascii_lowercase();
        events.push("lower-case:all".to_owned());
        return;
    }
    for _ in 0..random.between(1, 20) {
        let begin = random.below(letters.len());
        let end = (begin + random.between(1, 500)).min(letters.len());
        letters[begin..end].make_ascii_lowercase();
    }
    events.push("lower-case:runs".to_owned());
}

fn reverse_complement(letters: &mut [u8]) {
    letters.reverse();
    for letter in letters {
        *letter = complement(*letter);
    }
}

fn complement(letter: u8) -> u8 {
    const PAIRS: &[u8; 12] = b"ATCGRYKMBVDH";
    match PAIRS.iter().position(|&other| other == letter) {
        Some(index) => PAIRS[index ^ 1],
        None => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_strand_of_the_other_strand_is_the_first() {
        let check = |letters: &[u8], expected: &[u8]| {
            let mut turned = letters.to_vec();
            reverse_complement(&mut turned);
            assert_eq!(turned, expected);
            reverse_complement(&mut turned);
            assert_eq!(turned, letters);
        };
        check(b"AACGTN", b"NACGTT");
        check(b"RYKMBVDHSW", b"WSDHBVKMRY");
    }

    #[test]
    fn nothing_breaks_on_an_empty_sequence() {
        for (index, kind) in [Kind::Adapter, Kind::Padded, Kind::LowerCase, Kind::Reversed]
            .into_iter()
            .cycle()
            .take(80)
            .enumerate()
        {
            let mut random = Random::for_record(12, index as u64);
            finish(&mut Vec::new(), kind, &mut random, &mut Vec::new());
        }
    }

    #[test]
    fn joining_keeps_both() {
        let (mut letters, mut events) = (b"AC".to_vec(), Vec::new());
        concatenate(&mut letters, b"GTT", &mut events);
        assert_eq!((letters.as_slice(), events[0].as_str()), (b"ACGTT".as_slice(), "concatenated:2+3"));
    }
}
