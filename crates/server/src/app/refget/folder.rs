//! FASTA files of a folder: each is a collection. A header with `[topology=circular]` says that a sequence is a circle, as
//! NCBI's forms write it.
//!
//! Start at [`files`].

use super::OpenSequence;
use hearth_genome::fasta::{Record, find_record_starts, parse_record};
use std::path::{Path, PathBuf};

/// Files that are read, by what their names end with.
const ENDINGS: [&str; 4] = ["fa", "fasta", "faa", "fna"];
/// The largest file.
const FILE_MAX_BYTES: u64 = 1 << 30;
/// Files of a folder.
const FILES_MAX: usize = 10_000;
const CIRCULAR: &str = "[topology=circular]";

/// The sequences of one file, or why it is not served.
pub type Read = Result<Vec<OpenSequence>, String>;

/// The files of a folder, in the order of their names.
pub fn files(folder: &Path) -> Vec<(PathBuf, Read)> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return vec![(folder.to_owned(), Err(format!("the folder cannot be read: {error}")))],
    };
    let is_fasta = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
    };
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_fasta).take(FILES_MAX).collect();
    paths.sort_unstable();
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

fn read(path: &Path) -> Read {
    let bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if bytes > FILE_MAX_BYTES {
        return Err(format!("it has {bytes} bytes, and at most {FILE_MAX_BYTES} are read"));
    }
    sequences(&std::fs::read(path).map_err(|error| error.to_string())?)
}

fn sequences(text: &[u8]) -> Read {
    let (mut starts, mut record, mut found) = (Vec::new(), Record::default(), Vec::new());
    find_record_starts(text, 0, &mut starts);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for (start, end) in starts.iter().copied().zip(ends) {
        parse_record(text.get(start..end).unwrap_or_default(), &mut record);
        if record.sequence.is_empty() {
            return Err(format!("the sequence {:?} has no letters", record.name));
        }
        let is_circular = record.name.contains(CIRCULAR);
        found.push(OpenSequence::new(&record.name, record.sequence.clone(), is_circular));
    }
    if found.is_empty() { Err("it has no sequence".to_owned()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_sequences() {
        let found = sequences(b">one first\nac\ngt\n>two [topology=circular]\nGG\n").expect("two");
        let told: Vec<(&str, &[u8], bool)> =
            found.iter().map(|one| (one.name.as_str(), one.letters.as_slice(), one.is_circular)).collect();
        assert_eq!(told, [("one", &b"ACGT"[..], false), ("two", b"GG", true)]);
        assert!(sequences(b"").is_err_and(|reason| reason.contains("no sequence")));
        assert!(sequences(b">empty\n").is_err_and(|reason| reason.contains("no letters")));
    }
}
