//! A file of a header and parts, which can be read at the same time, with a digest of all of it at its end.
//!
//! The header is text behind its length; the parts follow each other; then come their lengths, how many they are, and the
//! digest. Refuses to know what stands in them. Start at [`Writer`] and [`Opened::open`].

use super::KeptError;
use crate::app::index::digesting::Digesting;
use hearth_base::digest::Digester;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};

/// The longest header, in bytes.
const HEADER_MAX_BYTES: u64 = 1 << 24;
/// The most parts.
const PARTS_MAX: u64 = 1 << 16;
/// Bytes of the digest, and of the number of parts before it.
const END_BYTES: u64 = 32 + 8;
/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 18;

/// See the module.
pub(super) struct Writer {
    out: Digesting<BufWriter<File>>,
    lengths: Vec<u64>,
}

impl Writer {
    /// Begins a file.
    pub(super) fn begin(file: File, header: &[u8]) -> io::Result<Self> {
        let mut out =
            Digesting { inner: BufWriter::with_capacity(READ_BYTES, file), digester: Digester::default() };
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(header)?;
        Ok(Self { out, lengths: Vec::new() })
    }

    /// Adds a part.
    pub(super) fn part(
        &mut self,
        write: impl FnOnce(&mut Digesting<BufWriter<File>>) -> io::Result<()>,
    ) -> io::Result<()> {
        let before = self.out.inner.stream_position()?;
        write(&mut self.out)?;
        self.lengths.push(self.out.inner.stream_position()? - before);
        Ok(())
    }

    /// Ends the file; all of it is on the disk then.
    pub(super) fn end(mut self) -> io::Result<()> {
        for length in self.lengths.iter().chain([&(self.lengths.len() as u64)]) {
            self.out.write_all(&length.to_le_bytes())?;
        }
        let Digesting { mut inner, digester } = self.out;
        inner.write_all(digester.finish().as_bytes())?;
        inner.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

/// A file that was opened: what is in it may be damaged until [`Opened::is_whole`] says otherwise.
pub(super) struct Opened {
    file: File,
    /// The header.
    pub(super) header: Vec<u8>,
    /// Where each part begins, and where the last one ends.
    begins: Vec<u64>,
}

impl Opened {
    /// Reads the header and where the parts are.
    ///
    /// # Errors
    /// When it is no such file, or another than its whole.
    pub(super) fn open(mut file: File) -> Result<Self, KeptError> {
        let damaged = || KeptError::Unfit("it is damaged");
        let length = file.metadata()?.len();
        let mut own = number(&mut file)?;
        if own > HEADER_MAX_BYTES {
            return Err(KeptError::Unfit("its header is too long"));
        }
        let mut header = vec![0; own as usize];
        file.read_exact(&mut header)?;
        own += 8;
        let end = length.checked_sub(END_BYTES).ok_or_else(damaged)?;
        file.seek(SeekFrom::Start(end))?;
        let parts = number(&mut file)?;
        let table = end.checked_sub(8 * parts.min(PARTS_MAX)).filter(|_| parts <= PARTS_MAX);
        let table = table.ok_or_else(damaged)?;
        file.seek(SeekFrom::Start(table))?;
        let mut begins = vec![own];
        for _ in 0..parts {
            own = own.checked_add(number(&mut file)?).ok_or_else(damaged)?;
            begins.push(own);
        }
        if own == table { Ok(Self { file, header, begins }) } else { Err(damaged()) }
    }

    /// How many parts there are.
    pub(super) fn parts(&self) -> usize {
        self.begins.len().saturating_sub(1)
    }

    /// Reads a part. Several threads may.
    ///
    /// # Errors
    /// When there is none with this number.
    pub(super) fn part(&self, number: usize) -> Result<impl Read + Send + use<>, KeptError> {
        let (Some(begin), Some(end)) = (self.begins.get(number), self.begins.get(number + 1)) else {
            return Err(KeptError::Unfit("a part is missing"));
        };
        let stretch = Stretch { file: self.file.try_clone()?, at: *begin, end: *end };
        Ok(BufReader::with_capacity(READ_BYTES, stretch))
    }

    /// Whether the digest at its end is that of what is before it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn is_whole(&self) -> io::Result<bool> {
        let end = self.file.metadata()?.len().saturating_sub(32);
        let mut stretch = Stretch { file: self.file.try_clone()?, at: 0, end };
        let (mut digester, mut bytes) = (Digester::default(), vec![0; READ_BYTES]);
        loop {
            match stretch.read(&mut bytes)? {
                0 => break,
                count => digester.update(bytes.get(..count).unwrap_or_default()),
            }
        }
        let mut said = [0; 32];
        Stretch { end: end + 32, ..stretch }.read_exact(&mut said)?;
        Ok(said == *digester.finish().as_bytes())
    }
}

fn number(file: &mut File) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Bytes of a file from one place to another, whatever other readers of the file do.
struct Stretch {
    file: File,
    at: u64,
    end: u64,
}

impl Read for Stretch {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(bytes.len());
        let count = read_at(&self.file, bytes.get_mut(..most).unwrap_or_default(), self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
