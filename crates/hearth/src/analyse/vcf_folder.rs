//! A folder with one VCF file for each genome.
//!
//! A worker packs each file into a frame ([`write_frame`]), the writer unpacks it and gives it a name made of
//! the record's: unsafe characters become `_`, and a name that is taken gets the record's index behind it.

use super::sink::WriteError;
use super::temporary::Temporary;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::PathBuf;

/// Characters of a record's name kept in a file's.
const NAME_CHARS: usize = 100;
/// Length of the numbers before a frame: index, bytes of the name, bytes of the file.
const HEAD_BYTES: usize = 24;

/// Appends a frame; `write` appends the file's content.
pub fn write_frame(index: u64, name: &str, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(&index.to_le_bytes());
    out.extend_from_slice(&(name.len() as u64).to_le_bytes());
    let at = out.len();
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(name.as_bytes());
    let begin = out.len();
    write(out);
    let length = (out.len() - begin) as u64;
    out[at..at + 8].copy_from_slice(&length.to_le_bytes());
}

/// The frames of a buffer: index, name, content.
fn frames(mut bytes: &[u8]) -> impl Iterator<Item = (u64, &str, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
        let number =
            |at: usize| head[at..at + 8].iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
        let (name, rest) = rest.split_at_checked(number(8) as usize)?;
        let (content, rest) = rest.split_at_checked(number(16) as usize)?;
        bytes = rest;
        Some((number(0), str::from_utf8(name).unwrap_or_default(), content))
    })
}

/// The folder.
#[derive(Debug)]
pub struct VcfFolder {
    path: PathBuf,
    hasher: RandomState,
    /// Hashes of the names given, in lower case: some disks hold `a` and `A` for the same.
    taken: HashSet<u64>,
}

impl VcfFolder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: PathBuf) -> Result<Self, WriteError> {
        std::fs::create_dir_all(&path).map_err(|cause| WriteError::new(path.display(), cause))?;
        Ok(Self { path, hasher: RandomState::new(), taken: HashSet::new() })
    }

    /// Writes the files of a buffer of frames.
    ///
    /// # Errors
    /// What the system says, with the file's name.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        for (index, name, content) in frames(bytes) {
            let name = self.file_name(index, name);
            let path = self.path.join(name);
            let written = Temporary::beside(&path).and_then(|mut file| {
                file.file().write_all(content)?;
                file.finish(&path)
            });
            written.map_err(|cause| WriteError::new(path.display(), cause))?;
        }
        Ok(())
    }

    fn file_name(&mut self, index: u64, name: &str) -> String {
        let stem = safe(name);
        let is_free = !stem.is_empty() && self.take(&stem);
        let stem = if is_free { stem } else { format!("{stem}.{index}") };
        if !is_free {
            self.take(&stem);
        }
        format!("{}.vcf", stem.trim_start_matches('.'))
    }

    fn take(&mut self, stem: &str) -> bool {
        self.taken.insert(self.hasher.hash_one(stem.to_lowercase()))
    }
}

/// A name as a file can have it: letters, digits, `.`, `-`, `_`.
pub fn safe(name: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().take(NAME_CHARS).map(|c| if is_plain(&c) { c } else { '_' }).collect();
    name.trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_has_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("vcf");
        let mut bytes = Vec::new();
        for (index, name) in ["a/b", "a_b", "A_B", "", "../up", "é"].iter().enumerate() {
            write_frame(index as u64, name, &mut bytes, |out| out.extend_from_slice(name.as_bytes()));
        }
        VcfFolder::open(inner.clone()).unwrap().write(&bytes).unwrap();
        let mut files: Vec<_> = std::fs::read_dir(&inner)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let content = std::fs::read_to_string(entry.path()).unwrap();
                format!("{}: {content}", entry.file_name().into_string().unwrap())
            })
            .collect();
        files.sort();
        assert_eq!(
            files,
            ["3.vcf: ", "A_B.2.vcf: A_B", "_up.vcf: ../up", "a_b.1.vcf: a_b", "a_b.vcf: a/b", "é.vcf: é"]
        );
    }
}
