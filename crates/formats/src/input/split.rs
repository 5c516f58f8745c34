//! Cuts one source into runs of whole records.
//!
//! A buffer is filled, the record starts in it are found, and everything up to the last start is handed
//! out; what begins there is carried into the next buffer. So no record is ever cut and memory stays at a
//! few buffers, unless one record alone is larger. This file refuses to look inside records.

use std::io::{self, Read};
use std::sync::Arc;

use hearth_genome::fasta::find_record_starts;

use super::batch::InputLimits;
use super::compression::{Compression, MAGIC_BYTES, MAX_UNPACKING_MIB};
use super::error::InputError;
use super::format::{Preamble, excerpt, first_line, looks_like_sequence, read_preamble, recognise};
use super::watch::{Progress, Signs, Watched};

/// Bytes looked at to recognise other formats.
const FORMAT_HEAD_BYTES: usize = 1024;
/// The first record begins within so many bytes, behind blank lines and comments.
const PREAMBLE_BYTES: usize = 64 * 1024;
/// Text read for the first batch of a source: many files hold one genome, and need no large buffer cleared.
const FIRST_FILL_BYTES: usize = 64 * 1024;
/// Bytes kept while a record is passed over: a line end and a byte order mark before the next `>`.
const LOOK_BACK_BYTES: usize = 4;

/// A buffer of record text and the places where its records begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub bytes: Vec<u8>,
    pub record_starts: Vec<usize>,
}

/// One source, opened.
pub(super) struct Splitter {
    reader: Box<dyn Read + Send>,
    input: Arc<str>,
    limits: InputLimits,
    compression: Option<Compression>,
    signs: Signs,
    stage: Stage,
    /// Text read already that belongs to the next piece; begins with a record in [`Stage::InRecords`].
    carry: Vec<u8>,
    /// Nothing more can be read.
    ended: bool,
    /// Why, if not because the source ended; told when all whole records before are handed out.
    failure: Option<io::Error>,
    /// Records handed out so far.
    records: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Unopened,
    InRecords,
    /// In the middle of a record that is too long.
    Skipping,
}

impl Splitter {
    /// Looks at the first bytes of `stored` and sets up unpacking.
    pub(super) fn open(
        stored: impl Read + Send + 'static,
        input: Arc<str>,
        limits: InputLimits,
        progress: Progress,
    ) -> Result<Self, InputError> {
        let signs = Signs::default();
        let mut stored = Watched::new(stored, progress, signs.clone());
        let mut head = Vec::with_capacity(MAGIC_BYTES);
        if let Err(cause) = stored.by_ref().take(MAGIC_BYTES as u64).read_to_end(&mut head) {
            return Err(InputError::Read { input, records: 0, cause });
        }
        signs.forget_end();
        let compression = Compression::recognise(&head);
        let stored = io::Cursor::new(head).chain(stored);
        let reader = match compression {
            Some(compression) => compression.unpack(stored),
            None => Box::new(stored),
        };
        Ok(Self {
            reader,
            input,
            limits,
            compression,
            signs,
            stage: Stage::Unopened,
            carry: Vec::new(),
            ended: false,
            failure: None,
            records: 0,
        })
    }

    /// Fills `piece` with the next whole records; false when there are no more.
    ///
    /// After an error the next call goes on behind it, or says false when nothing can be read any more.
    /// `first_index` is the index over the whole run of the next record, for messages.
    pub(super) fn next(&mut self, piece: &mut Piece, first_index: u64) -> Result<bool, InputError> {
        match self.stage {
            Stage::Unopened => {
                self.stage = Stage::InRecords;
                self.open_text().inspect_err(|_| self.close())?;
            }
            Stage::Skipping => self.skip_to_next_record(),
            Stage::InRecords => {}
        }
        if self.carry.is_empty() && self.ended {
            return self.failure.take().map_or(Ok(false), |cause| Err(self.explain(cause)));
        }
        self.next_records(piece, first_index)
    }

    fn close(&mut self) {
        self.ended = true;
        self.failure = None;
        self.carry.clear();
    }

    /// Reads the first bytes of the text, refuses what is not FASTA, and passes over the preamble.
    fn open_text(&mut self) -> Result<(), InputError> {
        self.grow_carry(FORMAT_HEAD_BYTES);
        if let Some(format) = recognise(&self.carry) {
            let input = Arc::clone(&self.input);
            return Err(InputError::WrongFormat { input, what: format.what, advice: format.advice });
        }
        if read_preamble(&self.carry) == Preamble::Nothing {
            self.grow_carry(PREAMBLE_BYTES);
        }
        let preamble = read_preamble(&self.carry);
        if let Preamble::Record(offset) = preamble {
            self.carry.drain(..offset);
            return Ok(());
        }
        if let Some(cause) = self.failure.take() {
            return Err(self.explain(cause));
        }
        let input = Arc::clone(&self.input);
        Err(match preamble {
            Preamble::Text { line, offset } => {
                let text = first_line(self.carry.get(offset..).unwrap_or_default());
                match looks_like_sequence(text) {
                    true => InputError::LettersWithoutHeader { input },
                    false => InputError::TextBeforeHeader { input, line, excerpt: excerpt(text) },
                }
            }
            _ if self.ended => InputError::Empty { input },
            _ => InputError::HeaderTooFar { input, searched_bytes: PREAMBLE_BYTES },
        })
    }

    /// Grows `carry` to `length` bytes, or to the end of the source.
    fn grow_carry(&mut self, length: usize) {
        let mut carry = std::mem::take(&mut self.carry);
        let mut filled = carry.len();
        carry.resize(length.max(filled), 0);
        self.fill(&mut carry, &mut filled);
        carry.truncate(filled);
        self.carry = carry;
    }

    /// Reads until `buffer` is full or the source has no more; keeps why.
    fn fill(&mut self, buffer: &mut [u8], filled: &mut usize) {
        while *filled < buffer.len() && !self.ended {
            match self.reader.read(&mut buffer[*filled..]) {
                Ok(0) => self.ended = true,
                Ok(count) => *filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    self.ended = true;
                }
            }
        }
    }

    /// Hands out the records that begin with `carry`.
    fn next_records(&mut self, piece: &mut Piece, first_index: u64) -> Result<bool, InputError> {
        let Piece { bytes, record_starts } = piece;
        record_starts.clear();
        let mut filled = self.carry.len();
        let mut searched = 0;
        // A buffer used before keeps its length, so that only what it lacks is set to zero.
        let first_fill = match self.records {
            0 => FIRST_FILL_BYTES.min(self.limits.batch_bytes),
            _ => self.limits.batch_bytes,
        };
        bytes.resize(filled + first_fill, 0);
        bytes[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        loop {
            self.fill(bytes, &mut filled);
            find_record_starts(&bytes[..filled], searched, record_starts);
            searched = filled;
            let second_start = record_starts.get(1).copied();
            if second_start.unwrap_or(filled) > self.limits.max_record_bytes {
                return Err(self.pass_over(&bytes[..filled], second_start, first_index));
            }
            // What was read of a record when reading failed is not a whole record.
            let end = match self.ended && self.failure.is_none() {
                true => filled,
                false => record_starts.last().copied().unwrap_or(0),
            };
            if end > 0 {
                if !self.ended {
                    self.carry.extend_from_slice(&bytes[end..filled]);
                }
                bytes.truncate(end);
                record_starts.truncate(record_starts.partition_point(|start| *start < end));
                self.records += record_starts.len() as u64;
                return Ok(true);
            }
            if let Some(cause) = self.failure.take() {
                return Err(self.explain(cause));
            }
            bytes.resize(filled + self.limits.batch_bytes, 0);
        }
    }

    /// Leaves out the record that `text` begins with, up to `next_start` or as far as it may reach.
    fn pass_over(&mut self, text: &[u8], next_start: Option<usize>, index: u64) -> InputError {
        match next_start {
            Some(start) => self.carry.extend_from_slice(&text[start..]),
            None => {
                self.carry.extend_from_slice(&text[text.len().saturating_sub(LOOK_BACK_BYTES)..]);
                self.stage = Stage::Skipping;
            }
        }
        let header = first_line(text);
        InputError::RecordTooLong {
            input: Arc::clone(&self.input),
            index,
            name: excerpt(header.strip_prefix(b">").unwrap_or(header).trim_ascii()),
            limit_bytes: self.limits.max_record_bytes,
        }
    }

    /// Reads on to where the next record begins, without keeping what is before.
    fn skip_to_next_record(&mut self) {
        let mut starts = Vec::new();
        self.stage = Stage::InRecords;
        loop {
            let kept = self.carry.len();
            self.grow_carry(kept + self.limits.batch_bytes);
            find_record_starts(&self.carry, kept, &mut starts);
            if let Some(start) = starts.first() {
                self.carry.drain(..*start);
                return;
            }
            if self.ended {
                self.carry.clear();
                return;
            }
            self.carry.drain(..self.carry.len().saturating_sub(LOOK_BACK_BYTES));
        }
    }

    fn explain(&self, cause: io::Error) -> InputError {
        let (input, records) = (Arc::clone(&self.input), self.records);
        match self.compression {
            Some(compression) if !self.signs.failed() => {
                if cause.kind() == io::ErrorKind::OutOfMemory {
                    InputError::UnpackingTooLarge { input, compression, limit_mib: MAX_UNPACKING_MIB }
                } else if self.signs.ended() {
                    InputError::Truncated { input, compression, records }
                } else {
                    InputError::Damaged { input, compression, records, cause }
                }
            }
            _ => InputError::Read { input, records, cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hands out at most the given numbers of bytes at a time, over and over, as pipes do.
    struct Dribble {
        text: io::Cursor<Vec<u8>>,
        sizes: std::iter::Cycle<std::vec::IntoIter<usize>>,
    }

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.sizes.next().unwrap_or(1).max(1).min(buffer.len());
            self.text.read(&mut buffer[..size])
        }
    }

    fn dribble(text: &[u8], sizes: Vec<usize>) -> Dribble {
        Dribble { text: io::Cursor::new(text.to_vec()), sizes: sizes.into_iter().cycle() }
    }

    /// Breaks after the text.
    struct Broken(io::Cursor<Vec<u8>>);

    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk is gone")),
                count => Ok(count),
            }
        }
    }

    const SMALL: InputLimits = InputLimits { batch_bytes: 16, max_record_bytes: 1 << 20 };

    /// Every record as text, and every error as its sentence, in order.
    fn events(stored: impl Read + Send + 'static, limits: InputLimits) -> Vec<String> {
        let mut splitter = match Splitter::open(stored, "a.fa".into(), limits, Progress::default()) {
            Ok(splitter) => splitter,
            Err(error) => return vec![error.to_string()],
        };
        let mut events = Vec::new();
        let mut piece = Piece::default();
        loop {
            match splitter.next(&mut piece, events.len() as u64) {
                Ok(false) => return events,
                Err(error) => events.push(error.to_string()),
                Ok(true) => {
                    assert_eq!(piece.record_starts.first(), Some(&0));
                    let ends = piece.record_starts.iter().skip(1).copied().chain([piece.bytes.len()]);
                    for (start, end) in piece.record_starts.iter().zip(ends) {
                        events.push(String::from_utf8_lossy(&piece.bytes[*start..end]).into_owned());
                    }
                }
            }
        }
    }

    fn text_events(text: &[u8]) -> Vec<String> {
        events(io::Cursor::new(text.to_vec()), SMALL)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        flate2::bufread::GzEncoder::new(text, flate2::Compression::fast()).read_to_end(&mut packed).unwrap();
        packed
    }

    #[test]
    fn records_come_out_whole_and_in_order() {
        let check =
            |text: &str, expected: &[&str]| assert_eq!(text_events(text.as_bytes()), expected, "{text:?}");
        check(">a\nACGT\n>b\nGG\n", &[">a\nACGT\n", ">b\nGG\n"]);
        check(">a\rACGT\r>b\rGG", &[">a\rACGT\r", ">b\rGG"]);
        check(">a\r\nACGT\r\n>b\r\nGG\r\n", &[">a\r\nACGT\r\n", ">b\r\nGG\r\n"]);
        check("\u{FEFF}\n;remark > here\n >a\nAC\n>\n", &[">a\nAC\n", ">\n"]);
        check(">a", &[">a"]);
        let long = format!(">long\n{}\n", "ACGT".repeat(1000));
        check(&format!(">a\nAC\n{long}>b\nGG\n"), &[">a\nAC\n", &long, ">b\nGG\n"]);
    }

    #[test]
    fn what_is_not_fasta_is_said_in_a_sentence() {
        let check = |text: &[u8], expected: &str| {
            let events = text_events(text);
            assert_eq!(events.len(), 1, "{events:?}");
            assert!(events[0].contains(expected), "{events:?}");
        };
        check(b"", "a.fa: is empty: it holds no sequence.");
        check(b"\xEF\xBB\xBF \r\n\r\n; nothing here", "is empty");
        check(&gzip(b""), "is empty");
        check(b"ACGTACGTNN\nACGT\n", "holds sequence letters, but no line that begins with `>`");
        check(
            b"\nname,date\n>a\nACGT\n",
            "line 2 (`name,date`) stands before the first line that begins with `>`",
        );
        check(b"@r1\nACGT\n+\nIIII\n", "this is FASTQ, not FASTA. FASTQ holds reads");
        check(&gzip(b"@r1\nACGT\n+\nIIII\n"), "this is FASTQ");
        check(b"PK\x03\x04\x14\0\0\0", "this is a ZIP archive, not FASTA. Unpack it first");
        check(&gzip(&gzip(b">a\nACGT\n")), "compressed twice");
        check(b"\xFF\xFE>\0a\0\n\0", "this is UTF-16 text, not FASTA. Save it again as UTF-8");
        check(&b" ".repeat(70_000), "no line begins with `>` in the first 65536 bytes");
    }

    #[test]
    fn a_truncated_file_gives_every_whole_record_and_one_error() {
        let mut noise = 1u32;
        let mut letters = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b"ACGT"[(noise >> 30) as usize]
        };
        let text: Vec<u8> = (0..9)
            .flat_map(|name| {
                [vec![b'>', b'0' + name, b'\n'], (0..50_000).map(|_| letters()).collect(), vec![b'\n']]
            })
            .flatten()
            .collect();
        let whole = events(io::Cursor::new(gzip(&text)), InputLimits::default());
        assert_eq!(whole.len(), 9);
        let packed = gzip(&text);
        let cut = packed[..packed.len() / 2].to_vec();
        let mut found = events(io::Cursor::new(cut), InputLimits::default());
        let error = found.pop().unwrap();
        assert!((2..7).contains(&found.len()));
        assert_eq!(found, whole[..found.len()]);
        assert!(error.starts_with("a.fa: the gzip data ends too early"), "{error}");
        assert!(error.contains(&format!("The {} complete records", found.len())), "{error}");

        let mut damaged = packed.clone();
        let at = packed.len() - 6;
        damaged[at] ^= 1;
        let error = events(io::Cursor::new(damaged), InputLimits::default()).pop().unwrap();
        assert!(error.starts_with("a.fa: the gzip data is damaged ("), "{error}");
    }

    #[test]
    fn a_disk_that_fails_is_told_from_a_damaged_file() {
        let sentence = "a.fa: reading failed after 1 records (the disk is gone).";
        let found = events(Broken(io::Cursor::new(b">a\nAC\n>b\nGG\n".to_vec())), SMALL);
        assert_eq!(found[0], ">a\nAC\n");
        assert!(found[1].starts_with(sentence), "{found:?}");
        let packed = gzip(b">a\nAC\n>b\nGG\n");
        let cut = packed[..packed.len() - 9].to_vec();
        let found = events(Broken(io::Cursor::new(cut)), SMALL);
        assert!(found.last().unwrap().contains("the disk is gone"), "{found:?}");
    }

    #[test]
    fn a_record_that_is_too_long_is_passed_over_and_the_rest_is_read() {
        let limits = InputLimits { batch_bytes: 2048, max_record_bytes: 4096 };
        let sentence = "a.fa: record number 2 (`long one`) is longer than 4096 bytes and was passed over.";
        for letters in [4096, 5000, 100_000] {
            for after in ["", ">b\nGG\n", "\u{FEFF}>b\nGG\n>c\nA\n"] {
                let text = format!(">a\nAC\n>long one\n{}\n{after}", "A".repeat(letters));
                let found = events(io::Cursor::new(text.into_bytes()), limits);
                assert_eq!(found[0], ">a\nAC\n");
                assert!(found[1].starts_with(sentence), "{found:?}");
                assert_eq!(found[2..].concat(), after.trim_start_matches('\u{FEFF}'));
            }
        }
    }

    fn fasta_like() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            3 => Just(b">".to_vec()),
            3 => proptest::sample::select(vec![&b"\n"[..], b"\r\n", b"\r"]).prop_map(<[u8]>::to_vec),
            3 => proptest::collection::vec(proptest::sample::select(b"ACGTacgtN-".to_vec()), 0..40),
            1 => Just(b"\xEF\xBB\xBF".to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..5),
        ];
        proptest::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn however_the_bytes_arrive_the_records_are_the_same(
            text in fasta_like(),
            sizes in proptest::collection::vec(1usize..40, 1..10),
            batch_bytes in 1usize..200,
            packed in any::<bool>(),
        ) {
            let text = [b">first\n".as_slice(), &text].concat();
            let mut starts = Vec::new();
            find_record_starts(&text, 0, &mut starts);
            let ends = starts.iter().skip(1).copied().chain([text.len()]);
            let expected: Vec<_> =
                starts.iter().zip(ends).map(|(start, end)| String::from_utf8_lossy(&text[*start..end]).into_owned()).collect();
            let stored = if packed { gzip(&text) } else { text };
            let limits = InputLimits { batch_bytes, ..SMALL };
            prop_assert_eq!(events(dribble(&stored, sizes), limits), expected);
        }

        #[test]
        fn any_bytes_at_all_end_without_panic(
            stored in proptest::collection::vec(any::<u8>(), 0..300),
            magic in proptest::sample::select(vec![&b""[..], b">", b"\x1F\x8B\x08", b"BZh91AY&SY", b"\xFD7zXZ\0", b"\x28\xB5\x2F\xFD"]),
        ) {
            events(io::Cursor::new([magic, &stored].concat()), SMALL);
        }
    }
}
