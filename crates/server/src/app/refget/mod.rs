//! Sequences that anybody may ask for by what they are: the references of the packs, and FASTA files of the operator's.
//!
//! Read once, when they are first asked for. Genomes are looked for in the store, for each reader
//! (`hearth_store::sequence_names`). Refuses to know HTTP. Start at [`References::read`].

mod folder;
pub mod naming;

use crate::app::packs::Packs;
use hearth_formats::refget::collection::Collection;
use hearth_formats::refget::{SequenceName, SequenceNames};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A sequence that everybody may take.
#[derive(Clone, Debug)]
pub struct OpenSequence {
    /// Its names.
    pub names: SequenceNames,
    /// As its file calls it: the first word of its header.
    pub name: String,
    /// In upper case.
    pub letters: Vec<u8>,
    /// Whether its end is joined to its beginning.
    pub is_circular: bool,
}

impl OpenSequence {
    fn new(name: &str, letters: Vec<u8>, is_circular: bool) -> Self {
        let letters = letters.to_ascii_uppercase();
        let name = name.split_whitespace().next().unwrap_or_default().to_owned();
        Self { names: SequenceNames::of(&letters), name, letters, is_circular }
    }

    /// The archive that knows it by its name, if the name is an accession with a version.
    pub fn authority(&self) -> Option<&'static str> {
        let (accession, version) = self.name.split_once('.')?;
        let is_number = !version.is_empty() && version.bytes().all(|digit| digit.is_ascii_digit());
        let is_plain = accession.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
        let begins = accession.bytes().next().is_some_and(|letter| letter.is_ascii_uppercase());
        let ends = accession.bytes().last().is_some_and(|letter| letter.is_ascii_digit());
        (is_number && is_plain && begins && ends)
            .then(|| if accession.contains('_') { "refseq" } else { "insdc" })
    }
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct References {
    sequences: Vec<OpenSequence>,
    numbers: HashMap<SequenceName, usize>,
    /// By their digests.
    collections: BTreeMap<String, Collection>,
}

impl References {
    /// Those of packs and of a folder; an empty path is none. What cannot be read is told to the operator and left out.
    pub fn read(packs: &Packs, folder: &Path) -> Self {
        let mut all = Self::default();
        for ready in packs.all() {
            let reference = ready.pack.reference();
            all.add(vec![OpenSequence::new(&reference.name, reference.letters().to_vec(), false)]);
        }
        if !folder.as_os_str().is_empty() {
            for (file, read) in folder::files(folder) {
                match read {
                    Ok(sequences) => all.add(sequences),
                    Err(reason) => {
                        tracing::warn!(file = %file.display(), %reason, "a file of refget_folder is not served")
                    }
                }
            }
        }
        all
    }

    /// A collection and its sequences.
    fn add(&mut self, sequences: Vec<OpenSequence>) {
        let told =
            sequences.iter().map(|one| (one.name.as_str(), one.letters.len() as u64, one.names.ga4gh()));
        let collection = Collection::new(told);
        self.collections.insert(collection.digest.clone(), collection);
        for sequence in sequences {
            let number = self.sequences.len();
            let names = [
                SequenceName::Sha512(sequence.names.sha512t24),
                SequenceName::Md5(sequence.names.md5),
                SequenceName::Insdc(sequence.name.clone()),
            ];
            for name in names {
                self.numbers.entry(name).or_insert(number);
            }
            self.sequences.push(sequence);
        }
    }

    /// The sequence with a name.
    pub fn sequence(&self, name: &SequenceName) -> Option<&OpenSequence> {
        self.sequences.get(*self.numbers.get(name)?)
    }

    /// The collection with a digest.
    pub fn collection(&self, digest: &str) -> Option<&Collection> {
        self.collections.get(digest)
    }

    /// All collections, by their digests.
    pub fn collections(&self) -> impl Iterator<Item = &Collection> {
        self.collections.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accessions_are_told_from_other_names() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(OpenSequence::new(name, b"acgt".to_vec(), false).authority(), expected, "{name}");
        };
        check("MN908947.3 Wuhan-Hu-1", Some("insdc"));
        check("NC_045512.2", Some("refseq"));
        for none in ["chr1", "sample.1", "Wuhan-Hu-1", "MN908947", "x.", ""] {
            check(none, None);
        }
        assert_eq!(OpenSequence::new("x", b"acgt".to_vec(), false).letters, b"ACGT");
    }

    #[test]
    fn a_sequence_is_found_by_each_of_its_names() {
        let mut all = References::default();
        all.add(vec![
            OpenSequence::new("A1.1 one", b"ACGT".to_vec(), false),
            OpenSequence::new("two", b"GG".to_vec(), true),
        ]);
        let found = |text: &str| {
            let name = SequenceName::read(text)?;
            all.sequence(&name).map(|one| one.name.clone())
        };
        for text in ["SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2", "f1f8f4bf413b16ad135722aa4591043e", "insdc:A1.1"]
        {
            assert_eq!(found(text).as_deref(), Some("A1.1"), "{text}");
        }
        assert_eq!(found("insdc:A1.2"), None);
        assert_eq!(all.collections().count(), 1);
    }
}
