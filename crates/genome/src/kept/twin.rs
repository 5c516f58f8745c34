//! The slow twin of reading: a record as columns, letter by letter, by the text of the format alone.
//!
//! Shares no code with the fast reading but the tables of nucleotides. Start at [`columns`].

use crate::alphabet::nucleotide;

/// One column of a sequence against its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Position on the reference, 0-based; `None` in an insertion.
    pub reference: Option<usize>,
    /// Letter of the sequence, turned to the reference's strand; `None` where one is missing.
    pub letter: Option<u8>,
}

/// The sequence of a record; `None` if the record is damaged or has more than `limit` letters.
pub fn decode(reference: &[u8], mark: u32, record: &[u8], limit: u32) -> Option<Vec<u8>> {
    let columns = columns(reference, mark, record, limit)?;
    let mut letters: Vec<u8> = columns.iter().filter_map(|column| column.letter).collect();
    if record[0] >= 4 {
        nucleotide::reverse_complement(&mut letters);
    }
    Some(letters)
}

/// The columns of a record, those after the end of the sequence included.
pub fn columns(reference: &[u8], mark: u32, record: &[u8], limit: u32) -> Option<Vec<Column>> {
    let mut bytes = record.iter().copied();
    let is_written_out = match bytes.next()? {
        1 | 3..=5 => false,
        2 => true,
        _ => return None,
    };
    if !is_written_out {
        for shift in [24, 16, 8, 0] {
            (bytes.next()? == (mark >> shift) as u8).then_some(())?;
        }
    }
    let wanted = number(&mut bytes)?;
    let mut columns = Columns { reference, wanted, at: 0, letters: 0, columns: Vec::new() };
    (wanted <= u64::from(limit)).then_some(())?;
    while bytes.len() > 0 {
        if is_written_out {
            columns.stretch(&mut bytes, false)?;
        } else {
            columns.token(&mut bytes)?;
        }
    }
    if !is_written_out {
        while columns.letters < wanted {
            columns.same()?;
        }
        while columns.at < reference.len() {
            columns.push(true, None)?;
        }
    }
    (columns.letters == wanted).then_some(columns.columns)
}

fn number(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut value = 0;
    for place in 0..5 {
        let byte = u64::from(bytes.next()?);
        value += (byte % 128) << (7 * place);
        if byte < 128 {
            return (value < 1 << 32).then_some(value);
        }
    }
    None
}

struct Columns<'a> {
    reference: &'a [u8],
    wanted: u64,
    at: usize,
    letters: u64,
    columns: Vec<Column>,
}

impl Columns<'_> {
    fn push(&mut self, has_reference: bool, letter: Option<u8>) -> Option<()> {
        let reference = has_reference.then_some(self.at);
        if has_reference {
            (self.at < self.reference.len()).then_some(())?;
            self.at += 1;
        }
        self.letters += u64::from(letter.is_some());
        self.columns.push(Column { reference, letter });
        (self.letters <= self.wanted).then_some(())
    }

    fn same(&mut self) -> Option<()> {
        self.push(true, Some(*self.reference.get(self.at)?))
    }

    fn token(&mut self, bytes: &mut impl Iterator<Item = u8>) -> Option<()> {
        let head = number(bytes)?;
        for _ in 0..head / 8 {
            self.same()?;
        }
        match head % 8 {
            kind @ 0..=2 => {
                let circle = b"ACGTACG";
                let base = circle[..4].iter().position(|base| self.reference.get(self.at) == Some(base))?;
                self.push(true, Some(circle[base + 1 + kind as usize]))
            }
            3 => (0..=number(bytes)?).try_for_each(|_| self.push(true, Some(b'N'))),
            4 => (0..=number(bytes)?).try_for_each(|_| self.push(true, None)),
            5 => self.stretch(bytes, false),
            6 => self.stretch(bytes, true),
            _ => self.push(true, Some(bytes.next()?)),
        }
    }

    fn stretch(&mut self, bytes: &mut impl Iterator<Item = u8>, has_reference: bool) -> Option<()> {
        let head = number(bytes)?;
        let mut byte = 0;
        for index in 0..=head / 4 {
            let (a_byte, bits) = [(4, 2), (2, 4), (1, 0), (u64::MAX, 0)][(head % 4) as usize];
            if index % a_byte == 0 {
                byte = bytes.next()?;
            }
            let code = byte >> (index % a_byte * bits);
            let letter = match head % 4 {
                0 => b"ACGT"[usize::from(code % 4)],
                1 => b"-ACMGRSVTWYHKDBN"[usize::from(code % 16)],
                _ => byte,
            };
            self.push(has_reference, Some(letter))?;
        }
        Some(())
    }
}
