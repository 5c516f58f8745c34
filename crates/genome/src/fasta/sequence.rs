//! The sequence lines of a record, made into one run of upper-case letters.
//!
//! Three steps, each cheap. [`gather`] copies the lines one after the other, guessing that each line is as
//! long as the one before (FASTA is wrapped at one width), which saves searching for its end. [`normalise`]
//! then goes over the letters in blocks: a block of nothing but A, C, G, T and N in either case is folded to
//! upper case without a branch per letter; any other block is taken letter by letter through
//! [`CLASSES`]. A wrong guess in the first step leaves line ends inside the sequence; the second step drops
//! them like any other white space, so the answer never depends on the guess.
//!
//! This file refuses to judge: letters that are no nucleotide code stay, counted, for the caller to decide.

/// Something that was met, how often, and where first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many bytes.
    pub count: u32,
    /// The first of them; present exactly when `count` is not 0.
    pub first: Option<Sighting>,
}

/// One byte of the input and where it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The byte; letters are upper case.
    pub byte: u8,
    /// 1-based, counted in letters of the finished sequence: a byte that was kept is this letter; a byte
    /// that was left out stood just before this letter.
    pub position: u32,
}

impl Tally {
    fn add(&mut self, byte: u8, letters_before: usize) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert_with(|| Sighting {
            byte,
            position: u32::try_from(letters_before).unwrap_or(u32::MAX).saturating_add(1),
        });
    }
}

/// What [`normalise`] met besides nucleotide letters and line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SequenceTallies {
    pub gap_count: u32,
    pub uracil_count: u32,
    pub dropped: Tally,
    pub unknown: Tally,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nucleotide,
    Uracil,
    Unknown,
    Space,
    Gap,
    Other,
}

/// Letters that stand for one or several nucleotides (NC-IUB 1984), upper case; U is written as T.
const NUCLEOTIDE_LETTERS: &[u8] = b"ACGTRYSWKMBDHVN";

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Other; 256];
    let mut letter = b'A';
    while letter <= b'Z' {
        table[letter as usize] = Class::Unknown;
        table[letter.to_ascii_lowercase() as usize] = Class::Unknown;
        letter += 1;
    }
    let mut i = 0;
    while i < NUCLEOTIDE_LETTERS.len() {
        table[NUCLEOTIDE_LETTERS[i] as usize] = Class::Nucleotide;
        table[NUCLEOTIDE_LETTERS[i].to_ascii_lowercase() as usize] = Class::Nucleotide;
        i += 1;
    }
    table[b'U' as usize] = Class::Uracil;
    table[b'u' as usize] = Class::Uracil;
    table[b'*' as usize] = Class::Unknown;
    table[b'-' as usize] = Class::Gap;
    table[b'.' as usize] = Class::Gap;
    let spaces = b" \t\n\x0B\x0C\r";
    let mut i = 0;
    while i < spaces.len() {
        table[spaces[i] as usize] = Class::Space;
        i += 1;
    }
    table
}

/// Whether a normalised letter stands for one or several nucleotides: A C G T and the IUPAC letters.
pub fn is_nucleotide_letter(letter: u8) -> bool {
    letter.is_ascii_uppercase() && CLASSES[usize::from(letter)] == Class::Nucleotide
}

/// Appends the lines of `body` to `sequence`, without their line ends where those are LF or CR LF.
///
/// Line ends may remain where lines are of uneven length: [`normalise`] drops them.
pub(super) fn gather(body: &[u8], sequence: &mut Vec<u8>) {
    sequence.reserve(body.len());
    let mut rest = body;
    let mut width = 0;
    while !rest.is_empty() {
        if rest.get(width) != Some(&b'\n') {
            width = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        let (line, after) = rest.split_at(width);
        sequence.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        rest = after.get(1..).unwrap_or_default();
    }
}

/// Length of a block in bytes: a multiple of every vector width, and short enough that one IUPAC letter
/// sends few of its neighbours the slow way.
const BLOCK: usize = 64;

/// Turns gathered lines into upper-case letters in place, dropping what is no letter and no `*`.
pub(super) fn normalise(sequence: &mut Vec<u8>) -> SequenceTallies {
    let mut tallies = SequenceTallies::default();
    let mut written = 0;
    let mut read = 0;
    while read < sequence.len() {
        let end = (read + BLOCK).min(sequence.len());
        if fold_if_plain(&mut sequence[read..end]) {
            if written != read {
                sequence.copy_within(read..end, written);
            }
            written += end - read;
        } else {
            written = take_letter_by_letter(sequence, read, end, written, &mut tallies);
        }
        read = end;
    }
    sequence.truncate(written);
    tallies
}

/// Upper-cases `block` and says true if it holds only A, C, G, T and N in either case; otherwise leaves it.
///
/// Written over arrays of [`BLOCK`] bytes so that the compiler makes vector instructions of it.
fn fold_if_plain(block: &mut [u8]) -> bool {
    let Ok(block) = <&mut [u8; BLOCK]>::try_from(block) else { return false };
    let mut odd = 0u8;
    for &byte in block.iter() {
        let upper = byte & !0x20;
        // `| 2` makes an A a C and leaves nothing else to become one.
        let plain = ((upper | 2) == b'C') | (upper == b'G') | (upper == b'T') | (upper == b'N');
        odd |= u8::from(!plain);
    }
    if odd == 0 {
        for byte in block.iter_mut() {
            *byte &= !0x20;
        }
    }
    odd == 0
}

/// Moves the letters of `sequence[read..end]` down to `written` and returns where they end.
fn take_letter_by_letter(
    sequence: &mut [u8],
    read: usize,
    end: usize,
    mut written: usize,
    tallies: &mut SequenceTallies,
) -> usize {
    for at in read..end {
        let byte = sequence[at];
        let class = CLASSES[usize::from(byte)];
        let letter = if class == Class::Nucleotide {
            byte.to_ascii_uppercase()
        } else if let Some(letter) = tallies.judge(byte, class, written) {
            letter
        } else {
            continue;
        };
        sequence[written] = letter;
        written += 1;
    }
    written
}

impl SequenceTallies {
    /// Counts a byte that is no nucleotide letter; returns the letter to keep in its place, if any.
    fn judge(&mut self, byte: u8, class: Class, letters_before: usize) -> Option<u8> {
        match class {
            Class::Nucleotide => Some(byte.to_ascii_uppercase()),
            Class::Uracil => {
                self.uracil_count = self.uracil_count.saturating_add(1);
                Some(b'T')
            }
            Class::Unknown => {
                let letter = byte.to_ascii_uppercase();
                self.unknown.add(letter, letters_before);
                Some(letter)
            }
            Class::Space => None,
            Class::Gap => {
                self.gap_count = self.gap_count.saturating_add(1);
                None
            }
            Class::Other => {
                self.dropped.add(byte, letters_before);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::twin;
    use super::*;
    use proptest::prelude::*;

    fn read(body: &[u8]) -> (Vec<u8>, SequenceTallies) {
        let mut sequence = Vec::new();
        gather(body, &mut sequence);
        let tallies = normalise(&mut sequence);
        (sequence, tallies)
    }

    #[test]
    fn lines_become_one_run_of_upper_case_letters() {
        let check = |body: &str, expected: &str| {
            assert_eq!(String::from_utf8_lossy(&read(body.as_bytes()).0), expected, "{body:?}");
        };
        check("", "");
        check("\n\n", "");
        check("ACGT\nACGT\nAC\n", "ACGTACGTAC");
        check("ACGT\r\nACGT\r\nAC", "ACGTACGTAC");
        check("ACGT\rACGT\rAC", "ACGTACGTAC");
        check("A\nCG\nTTT\nACGT", "ACGTTTACGT");
        check("ACGT\nA\nC\nACGT\n", "ACGTACACGT");
        check(" ac gt\t\nnryswkmbdhv \n", "ACGTNRYSWKMBDHV");
        check("acgu-U..\n", "ACGTT");
        check("ACX*z\n", "ACX*Z");
        check("1 ACGT 5\n6 AC?\0GT\n", "ACGTACGT");
    }

    #[test]
    fn what_was_odd_is_counted_and_its_first_place_kept() {
        let sighting = |byte, position| Some(Sighting { byte, position });
        let check = |body: &str, expected: SequenceTallies| assert_eq!(read(body.as_bytes()).1, expected);
        let none = SequenceTallies::default();
        check("acgtnRYSW\n", none);
        check("AC--GT..\n", SequenceTallies { gap_count: 4, ..none });
        check("ACUu", SequenceTallies { uracil_count: 2, ..none });
        check("AC\nx*", SequenceTallies { unknown: Tally { count: 2, first: sighting(b'X', 3) }, ..none });
        check(
            "AC-?1G",
            SequenceTallies { gap_count: 1, dropped: Tally { count: 2, first: sighting(b'?', 3) }, ..none },
        );
    }

    #[test]
    fn an_odd_letter_far_into_the_sequence_is_found_at_its_place() {
        for position in [63, 64, 65, 127, 128, 129, 1000] {
            let mut body = vec![b'a'; 1003];
            body[position] = b'e';
            let (sequence, tallies) = read(&body);
            assert_eq!(sequence[position], b'E');
            assert_eq!(tallies.unknown.first.map(|found| found.position as usize), Some(position + 1));
        }
    }

    #[test]
    fn nucleotide_letters_are_the_upper_case_iupac_letters() {
        let letters: Vec<u8> = (0..=255).filter(|&letter| is_nucleotide_letter(letter)).collect();
        assert_eq!(letters, b"ABCDGHKMNRSTVWY");
    }

    /// Mostly wrapped plain letters, as files are, so that the fast path is taken and left again.
    fn wrapped_bodies() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            8 => proptest::collection::vec(proptest::sample::select(b"ACGTNacgtn".to_vec()), 0..150),
            1 => proptest::collection::vec(proptest::sample::select(b"RYKMxuU*-.?> \t\n\r\xE9".to_vec()), 0..4),
            1 => proptest::collection::vec(any::<u8>(), 0..4),
        ];
        let end = proptest::sample::select(vec![&b"\n"[..], b"\r\n", b"\r"]);
        (proptest::collection::vec(piece, 0..12), 1usize..100, end).prop_map(|(pieces, width, end)| {
            let mut body = Vec::new();
            for line in pieces.concat().chunks(width) {
                body.extend_from_slice(line);
                body.extend_from_slice(end);
            }
            body
        })
    }

    proptest! {
        #[test]
        fn the_fast_way_and_the_plain_way_agree_on_wrapped_letters(body in wrapped_bodies()) {
            prop_assert_eq!(read(&body), twin::read_sequence(&body));
        }

        #[test]
        fn the_fast_way_and_the_plain_way_agree_on_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..500)) {
            prop_assert_eq!(read(&body), twin::read_sequence(&body));
        }
    }
}
