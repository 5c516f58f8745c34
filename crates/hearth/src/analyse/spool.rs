//! Records that belong to no pack, kept until it is known which table is theirs.
//!
//! In memory while few, in a temporary file when many.

use super::finished::Unmatched;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Kept in memory up to here.
const IN_MEMORY_BYTES: usize = 1 << 20;
/// Records handed out at a time.
const AT_A_TIME: usize = 256;

/// Records that belong to no pack, in input order.
#[derive(Debug)]
pub struct Spool {
    file: SpooledTempFile,
    count: u64,
}

impl Default for Spool {
    fn default() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY_BYTES), count: 0 }
    }
}

impl Spool {
    /// Adds a record.
    ///
    /// # Errors
    /// If the temporary file cannot be written.
    pub fn push(&mut self, record: &Unmatched) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        let mut entry = record.index.to_le_bytes().to_vec();
        for text in [&record.name, &record.error] {
            entry.extend_from_slice(&(text.len() as u64).to_le_bytes());
            entry.extend_from_slice(text.as_bytes());
        }
        self.count += 1;
        self.file.write_all(&entry)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All records from the first, some at a time.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn records(&mut self) -> io::Result<impl Iterator<Item = io::Result<Vec<Unmatched>>>> {
        self.file.rewind()?;
        let mut reader = BufReader::new(&mut self.file);
        let mut left = self.count;
        Ok(std::iter::from_fn(move || {
            let count = left.min(AT_A_TIME as u64);
            left -= count;
            (count > 0).then(|| (0..count).map(|_| read_record(&mut reader)).collect())
        }))
    }
}

fn read_record(reader: &mut impl Read) -> io::Result<Unmatched> {
    let index = read_number(reader)?;
    let (name, error) = (read_text(reader)?, read_text(reader)?);
    Ok(Unmatched { index, name, error })
}

fn read_number(reader: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn read_text(reader: &mut impl Read) -> io::Result<String> {
    let length = read_number(reader)?;
    let mut text = String::new();
    reader.take(length).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_often_as_asked_also_between_pushes() {
        let record = |index: u64| Unmatched { index, name: format!("n{index}"), error: "é".repeat(5000) };
        let mut spool = Spool::default();
        assert!(spool.is_empty());
        for count in [1u64, 300, 600] {
            (spool.count..count).for_each(|index| spool.push(&record(index)).unwrap());
            let back: Vec<Unmatched> = spool.records().unwrap().flat_map(Result::unwrap).collect();
            assert_eq!(back, (0..count).map(record).collect::<Vec<_>>());
        }
    }
}
