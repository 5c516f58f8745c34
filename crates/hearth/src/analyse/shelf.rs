//! The packs a run may use, and which of them a record belongs to.
//!
//! Packs are read when the first record of theirs comes, each once. With a single pack all records are its;
//! with several, a record goes where its minimizers say. The built-in demonstration pack steps back when an
//! installed pack knows the same pathogen. Start at [`Shelf::choose`].

use super::plan::{PackRows, Plan};
use crate::pack::assays::{FoundAssays, on_reference};
use crate::pack::{self, Installed, PackError, PackFiles};
use hearth_genome::fasta::{Record, parse_record};
use hearth_genome::minimizer::{MinimizerIndex, SURE_SCORE};
use hearth_genome::pack::Pack;
use hearth_genome::pack::pathogen::Pathogen;
use std::path::Path;
use std::sync::OnceLock;

/// The packs a run may use.
#[derive(Debug)]
pub struct Shelf {
    entries: Vec<Entry>,
    /// Only where there is a choice.
    index: Option<MinimizerIndex>,
    plan: Plan,
}

#[derive(Debug)]
struct Entry {
    name: String,
    files: Files,
    rows: OnceLock<Result<PackRows, String>>,
}

#[derive(Debug)]
enum Files {
    Here(Box<PackFiles>),
    Installed(Installed),
}

/// A pack that was left out, and why.
pub type LeftOut = (String, String);

impl Shelf {
    /// A shelf with one pack, read and checked.
    ///
    /// # Errors
    /// A sentence, if the pack or the columns asked for cannot be used.
    pub fn of_one(files: PackFiles, plan: Plan) -> Result<Self, String> {
        let entry = Entry::new(files.name.clone(), Files::Here(Box::new(files)));
        let shelf = Self { entries: vec![entry], index: None, plan };
        shelf.rows(0).map(|_| ()).map_err(str::to_owned)?;
        Ok(shelf)
    }

    /// All installed packs and the built-in one. Packs whose reference cannot be read are left out and told.
    ///
    /// # Errors
    /// If the packs folder cannot be listed or nothing at all can be used.
    pub fn of_all(packs_dir: &Path, plan: Plan) -> Result<(Self, Vec<LeftOut>), String> {
        let installed = pack::installed(packs_dir).map_err(|error| error.to_string())?;
        let built_in = pack::built_in().map_err(|error| error.to_string())?;
        if installed.is_empty() {
            return Ok((Self::of_one(built_in, plan)?, Vec::new()));
        }
        let (mut entries, mut letters, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for pack in installed {
            match reference_letters(&pack) {
                Ok(reference) => {
                    letters.push(reference);
                    entries.push(Entry::new(pack.name.clone(), Files::Installed(pack)));
                }
                Err(problem) => left_out.push((pack.name, problem)),
            }
        }
        let demonstration = letters_of(built_in.reference());
        let mut index = index_of(&entries, &letters)?;
        let is_known = index.choose(&demonstration).best.is_some_and(|best| best.score >= SURE_SCORE);
        if !is_known {
            letters.push(demonstration);
            entries.push(Entry::new(built_in.name.clone(), Files::Here(Box::new(built_in))));
            index = index_of(&entries, &letters)?;
        }
        let index = (entries.len() > 1).then_some(index);
        let shelf = Self { entries, index, plan };
        if shelf.index.is_none() {
            shelf.rows(0).map_err(str::to_owned)?;
        }
        Ok((shelf, left_out))
    }

    /// Number of packs.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Name of a pack.
    pub fn name(&self, pack: usize) -> &str {
        &self.entries[pack].name
    }

    /// Names of all packs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The pack a sequence belongs to.
    pub fn choose(&self, sequence: &[u8]) -> Option<usize> {
        match &self.index {
            None => Some(0),
            Some(index) => index.choose(sequence).best.map(|best| best.reference),
        }
    }

    /// A pack with what is needed to write its rows, read when first asked for.
    ///
    /// # Errors
    /// A sentence, if the pack cannot be used.
    pub fn rows(&self, pack: usize) -> Result<&PackRows, &str> {
        let entry = &self.entries[pack];
        let rows = entry.rows.get_or_init(|| entry.read(&self.plan));
        rows.as_ref().map_err(String::as_str)
    }
}

impl Entry {
    fn new(name: String, files: Files) -> Self {
        Self { name, files, rows: OnceLock::new() }
    }

    fn read(&self, plan: &Plan) -> Result<PackRows, String> {
        let loaded;
        let files = match &self.files {
            Files::Here(files) => files,
            Files::Installed(installed) => {
                loaded = installed.load().map_err(|error| self.unusable(&error))?;
                &loaded
            }
        };
        let pack = Pack::from_files(&hearth_genome::pack::PackFiles {
            name: &self.name,
            reference: files.reference(),
            pathogen: files.pathogen(),
            annotation: files.annotation(),
            tree: files.tree(),
        });
        let pack = pack.map_err(|error| self.unusable(&error))?;
        let wants_assays = plan.formats.iter().any(|format| format.is_about_assays());
        let reference = pack.reference().letters();
        let assays = match wants_assays {
            true => on_reference(files, reference, &plan.assays),
            false => FoundAssays::default(),
        };
        PackRows::new(pack, assays, plan).map_err(|error| error.to_string())
    }

    fn unusable(&self, error: &dyn std::error::Error) -> String {
        format!("the pack '{}' cannot be used: {error}; 'hearth pack check' says more", self.name)
    }
}

fn index_of(entries: &[Entry], letters: &[Vec<u8>]) -> Result<MinimizerIndex, String> {
    let references: Vec<(&str, &[u8])> = entries
        .iter()
        .zip(letters)
        .map(|(entry, letters)| (entry.name.as_str(), letters.as_slice()))
        .collect();
    MinimizerIndex::from_references(&references).map_err(|error| error.to_string())
}

/// The reference's letters, without reading the rest of the pack.
fn reference_letters(pack: &Installed) -> Result<Vec<u8>, String> {
    let read = |name: &str| {
        let path = pack.path.join(name);
        std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let settings =
        String::from_utf8(read("pathogen.json")?).map_err(|_| "pathogen.json is not text".to_owned())?;
    let pathogen = Pathogen::from_json(&settings).map_err(|error| error.to_string())?;
    let letters = letters_of(&read(pathogen.files.reference.as_deref().unwrap_or("reference.fasta"))?);
    if letters.is_empty() { Err("its reference is empty".to_owned()) } else { Ok(letters) }
}

fn letters_of(fasta: &[u8]) -> Vec<u8> {
    let mut record = Record::default();
    parse_record(fasta.trim_ascii_start(), &mut record);
    record.sequence
}

/// Finds the packs a run may use: the one named, or all there are.
///
/// # Errors
/// A sentence, if it cannot be found or used.
pub fn find(
    named: Option<&str>,
    packs_dir: Option<&Path>,
    plan: Plan,
) -> Result<(Shelf, Vec<LeftOut>), String> {
    let sentence = |error: PackError| error.to_string();
    match (named, pack::packs_dir(packs_dir)) {
        (Some(name), Ok(dir)) => {
            Ok((Shelf::of_one(pack::load(name, &dir).map_err(sentence)?, plan)?, Vec::new()))
        }
        (Some(name), Err(_)) => {
            Ok((Shelf::of_one(pack::load(name, Path::new("")).map_err(sentence)?, plan)?, Vec::new()))
        }
        (None, Ok(dir)) => Shelf::of_all(&dir, plan),
        // Without a home there are no installed packs: the built-in one is left.
        (None, Err(_)) => Ok((Shelf::of_one(pack::built_in().map_err(sentence)?, plan)?, Vec::new())),
    }
}
