//! One output being written: to a temporary file, a device or standard output, compressed or not.
//!
//! Keeps in mind which stretches are rows of records that belong to no pack, so that they can be taken out
//! when it turns out that the run has several tables. Start at [`Sink::open`].

use super::temporary::{Temporary, is_special, resolved};
use hearth_formats::input::Compression;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    StandardOutput,
    /// A file of this name.
    File(PathBuf),
}

impl Target {
    /// Reads `-` as standard output.
    pub fn from_flag(path: PathBuf) -> Self {
        match path.to_str() {
            Some("-" | "/dev/stdout") => Self::StandardOutput,
            _ => Self::File(path),
        }
    }

    /// Whether there can be only one of it: no file beside it can hold another pack's rows.
    pub fn is_single(&self) -> bool {
        match self {
            Self::StandardOutput => true,
            Self::File(path) => is_special(path),
        }
    }

    /// The target's name when it holds only what belongs to `label`: `calls.tsv.gz` becomes
    /// `calls.LABEL.tsv.gz`.
    pub fn labeled(&self, label: &str) -> Self {
        let Self::File(path) = self else { return self.clone() };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let packed = packing_of(path).map_or("", |(_, ending)| ending);
        let plain = &name[..name.len() - packed.len()];
        let at = plain.rfind('.').filter(|&at| at > 0).unwrap_or(plain.len());
        let label: String = label.chars().map(|c| if matches!(c, '/' | '\\') { '_' } else { c }).collect();
        Self::File(path.with_file_name(format!("{}.{label}{}", &name[..at], &name[at..])))
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::StandardOutput => f.write_str("standard output"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Compression asked for by a file's name, and the part of the name that asks.
fn packing_of(path: &Path) -> Option<(Compression, &'static str)> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let endings = [
        (Compression::Gzip, ".gz"),
        (Compression::Bzip2, ".bz2"),
        (Compression::Xz, ".xz"),
        (Compression::Zstd, ".zst"),
    ];
    endings.into_iter().find(|(_, ending)| name.ends_with(ending))
}

/// Why an output is not complete.
#[derive(Debug, thiserror::Error)]
#[error(
    "{target}: cannot be written ({cause}). Check the folder, your rights and the space left on the disk; no half \
     file was left under that name."
)]
pub struct WriteError {
    target: String,
    cause: io::Error,
}

impl WriteError {
    /// A failure to write `target`.
    pub fn new(target: impl ToString, cause: io::Error) -> Self {
        Self { target: target.to_string(), cause }
    }

    /// Whether somebody stopped reading what we write, as `head` does.
    pub fn is_broken_pipe(&self) -> bool {
        self.cause.kind() == io::ErrorKind::BrokenPipe
    }
}

/// An output being written.
pub struct Sink {
    target: Target,
    packer: Packer<Place>,
    /// Bytes written, before compression.
    written: u64,
    /// Stretches that hold records of no pack.
    foreign: Vec<Range<u64>>,
}

impl Sink {
    /// Opens an output; makes folders that are missing.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn open(target: &Target) -> Result<Self, WriteError> {
        let opened = match target {
            Target::StandardOutput => Ok(Place::StandardOutput(io::stdout())),
            Target::File(path) if is_special(path) => {
                OpenOptions::new().write(true).open(path).map(Place::Special)
            }
            Target::File(path) => Temporary::beside(&resolved(path)).map(Place::Temporary),
        };
        let packing = match target {
            Target::StandardOutput => None,
            Target::File(path) => packing_of(path).map(|(packing, _)| packing),
        };
        let packer = opened.and_then(|place| Packer::new(place, packing));
        let packer = packer.map_err(|cause| WriteError::new(target, cause))?;
        Ok(Self { target: target.clone(), packer, written: 0, foreign: Vec::new() })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// What the system says, with the target's name.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.packer.write_all(bytes).map_err(|cause| WriteError::new(&self.target, cause))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// A failure of something that this output needs.
    pub fn failure(&self, cause: io::Error) -> WriteError {
        WriteError::new(&self.target, cause)
    }

    /// Appends rows of records that belong to no pack.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_foreign(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let begin = self.written;
        self.write(bytes)?;
        match self.foreign.last_mut() {
            Some(last) if last.end == begin => last.end = self.written,
            _ if !bytes.is_empty() => self.foreign.push(begin..self.written),
            _ => {}
        }
        Ok(())
    }

    /// Takes the rows of records that belong to no pack out again, where that can be done: not of what has
    /// left through a pipe.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn remove_foreign(self) -> Result<Self, WriteError> {
        if self.foreign.is_empty() || self.target.is_single() {
            return Ok(self);
        }
        let (target, foreign) = (self.target, self.foreign);
        let failed = |cause| WriteError::new(&target, cause);
        let packing = self.packer.packing();
        let Place::Temporary(old) = self.packer.finish().map_err(failed)? else { return Self::open(&target) };
        let stored = old.reopen().map_err(failed)?;
        let mut text: Box<dyn Read> = match packing {
            Some(packing) => packing.unpack(stored),
            None => Box::new(BufReader::new(stored)),
        };
        let mut fresh = Self::open(&target)?;
        let mut at = 0;
        let end = u64::MAX..u64::MAX;
        for stretch in foreign.into_iter().chain(std::iter::once(end)) {
            let kept =
                io::copy(&mut text.by_ref().take(stretch.start - at), &mut fresh.packer).map_err(failed)?;
            io::copy(&mut text.by_ref().take(stretch.end - stretch.start), &mut io::sink())
                .map_err(failed)?;
            fresh.written += kept;
            at = stretch.end;
        }
        Ok(fresh)
    }

    /// Completes the output under the name of `target`.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(self, target: &Target) -> Result<(), WriteError> {
        let failed = |cause| WriteError::new(target, cause);
        match (self.packer.finish().map_err(failed)?, target) {
            (Place::Temporary(file), Target::File(path)) => file.finish(&resolved(path)).map_err(failed),
            (mut place, _) => place.flush().map_err(failed),
        }
    }
}

/// Where bytes end up.
enum Place {
    StandardOutput(io::Stdout),
    Special(File),
    Temporary(Temporary),
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::StandardOutput(out) => out.write(bytes),
            Self::Special(file) => file.write(bytes),
            Self::Temporary(file) => file.file().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::StandardOutput(out) => out.flush(),
            Self::Special(file) => file.flush(),
            Self::Temporary(file) => file.file().flush(),
        }
    }
}

/// Compresses what passes through.
enum Packer<W: Write> {
    Plain(W),
    Gzip(Box<flate2::write::GzEncoder<W>>),
    Bzip2(Box<bzip2::write::BzEncoder<W>>),
    Xz(Box<lzma_rust2::XzWriter<W>>),
    Zstd(ZstdFrames<W>),
}

impl<W: Write> Packer<W> {
    fn new(inner: W, packing: Option<Compression>) -> io::Result<Self> {
        Ok(match packing {
            None => Self::Plain(inner),
            Some(Compression::Gzip) => {
                Self::Gzip(Box::new(flate2::write::GzEncoder::new(inner, flate2::Compression::new(4))))
            }
            Some(Compression::Bzip2) => {
                Self::Bzip2(Box::new(bzip2::write::BzEncoder::new(inner, bzip2::Compression::best())))
            }
            Some(Compression::Xz) => {
                let options = lzma_rust2::XzOptions::with_preset(3);
                Self::Xz(Box::new(lzma_rust2::XzWriter::new(inner, options)?))
            }
            Some(Compression::Zstd) => Self::Zstd(ZstdFrames { inner, gathered: Vec::new() }),
        })
    }

    fn packing(&self) -> Option<Compression> {
        match self {
            Self::Plain(_) => None,
            Self::Gzip(_) => Some(Compression::Gzip),
            Self::Bzip2(_) => Some(Compression::Bzip2),
            Self::Xz(_) => Some(Compression::Xz),
            Self::Zstd(_) => Some(Compression::Zstd),
        }
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(inner) => Ok(inner),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Bzip2(encoder) => encoder.finish(),
            Self::Xz(encoder) => encoder.finish(),
            Self::Zstd(frames) => frames.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Bzip2(encoder) => encoder.write(bytes),
            Self::Xz(encoder) => encoder.write(bytes),
            Self::Zstd(frames) => frames.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(inner) => inner.flush(),
            _ => Ok(()),
        }
    }
}

/// zstd as one frame after the other (RFC 8878 section 3): every decoder reads them as one stream.
struct ZstdFrames<W> {
    inner: W,
    gathered: Vec<u8>,
}

impl<W: Write> ZstdFrames<W> {
    const FRAME_BYTES: usize = 4 << 20;

    fn pack(&mut self) -> io::Result<()> {
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let frame = ruzstd::encoding::compress_to_vec(self.gathered.as_slice(), level);
        self.gathered.clear();
        self.inner.write_all(&frame)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= Self::FRAME_BYTES {
            self.pack()?;
        }
        Ok(bytes.len())
    }

    fn finish(mut self) -> io::Result<W> {
        self.pack()?;
        Ok(self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_go_before_the_ending() {
        let check = |name: &str, expected: &str| {
            let labeled = Target::File(name.into()).labeled("rsv/a");
            assert_eq!(labeled, Target::File(expected.into()));
        };
        check("out/calls.tsv", "out/calls.rsv_a.tsv");
        check("calls.tsv.gz", "calls.rsv_a.tsv.gz");
        check("calls.TSV.ZST", "calls.rsv_a.TSV.ZST");
        check("calls", "calls.rsv_a");
        check(".hidden", ".hidden.rsv_a");
        check("a.b.csv", "a.b.rsv_a.csv");
        check("calls.gz", "calls.rsv_a.gz");
    }

    fn read_back(path: &Path) -> String {
        let mut text = String::new();
        let file = File::open(path).unwrap();
        let mut reader: Box<dyn Read> = match packing_of(path) {
            Some((packing, _)) => packing.unpack(file),
            None => Box::new(file),
        };
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn whatever_the_compression_rows_of_no_pack_can_be_taken_out_again() {
        let folder = tempfile::tempdir().unwrap();
        for ending in ["tsv", "tsv.gz", "tsv.bz2", "tsv.xz", "tsv.zst"] {
            let path = folder.path().join(format!("a.{ending}"));
            let target = Target::File(path.clone());
            let mut sink = Sink::open(&target).unwrap();
            sink.write(b"header\n").unwrap();
            sink.write_foreign(b"x\n").unwrap();
            sink.write_foreign(b"y\n").unwrap();
            sink.write(b"1\n").unwrap();
            sink.write_foreign(b"z\n").unwrap();
            let mut sink = sink.remove_foreign().unwrap();
            sink.write(b"2\n").unwrap();
            sink.write_foreign(b"w\n").unwrap();
            sink.finish(&target).unwrap();
            assert_eq!(read_back(&path), "header\n1\n2\nw\n", "{ending}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5, "no temporary file is left");
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let error = Sink::open(&Target::File("/dev/null/a.tsv".into())).err().unwrap();
        assert!(error.to_string().starts_with("/dev/null/a.tsv: cannot be written ("), "{error}");
    }
}
