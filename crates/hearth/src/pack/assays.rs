//! The assays of a pack, and those a user brings, on the pack's reference.
//!
//! What cannot be read or fits nowhere is told as sentences; the rest goes on. Start at [`on_reference`].

use super::{PackError, PackFiles, Role};
use hearth_genome::annotation::Strand;
use hearth_genome::assay::{
    Evidence, Panel, PanelOnReference, PlacedAssay, Placement, Role as OligoRole, Rules, TableProblem, bed,
    primer_csv, table,
};
use std::path::Path;

/// Most bytes of a table of assays.
const MOST_BYTES: u64 = 16 << 20;

/// A table that a user brings.
#[derive(Clone, Debug)]
pub struct BroughtTable {
    /// Where it was read.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl BroughtTable {
    /// Reads a table.
    ///
    /// # Errors
    /// If the file cannot be read, is no text or too large.
    pub fn read(path: &Path) -> Result<Self, PackError> {
        let problem = |error| PackError::read(path, error);
        let length = std::fs::metadata(path).map_err(problem)?.len();
        if length > MOST_BYTES {
            return Err(PackError::TooLarge { what: path.display().to_string(), limit: MOST_BYTES });
        }
        let bytes = std::fs::read(path).map_err(problem)?;
        let place = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|_| PackError::NotText { place: place.clone() })?;
        Ok(Self { name: place, text })
    }

    /// The panel it holds, whichever of three formats it has, and what is wrong with it.
    fn panel(&self, reference: &[u8]) -> (Panel, Vec<TableProblem>) {
        let is_comment = |line: &&str| line.starts_with('#') || line.trim().is_empty();
        let text = self.text.trim_start_matches('\u{feff}');
        let first = text.lines().find(|line| !is_comment(line)).unwrap_or_default();
        if first.contains("Oligonucleotide") && first.contains(',') {
            primer_csv::read(text, &self.name)
        } else if first.split('\t').nth(1).is_some_and(|cell| cell.trim().parse::<u32>().is_ok()) {
            bed::read(text, reference, &self.name)
        } else {
            table::read(text)
        }
    }
}

/// Assays on a reference, and what is wrong with them.
#[derive(Debug, Default)]
pub struct FoundAssays {
    /// The assays.
    pub panel: PanelOnReference,
    /// Whether the pack has none of its own, and those of the built-in pack are used: its reference is the same.
    pub is_lent: bool,
    /// Sentences.
    pub problems: Vec<String>,
}

/// Files about assays.
const ROLES: [Role; 3] = [Role::Assays, Role::AssayEvidence, Role::AssayRules];

/// The built-in pack, if its assays are to be used for a pack that brings none.
fn lender(files: &PackFiles, reference: &[u8]) -> Option<PackFiles> {
    let has_own = ROLES.into_iter().any(|role| files.get(role).is_some());
    let lender = if has_own { None } else { super::built_in().ok() };
    lender.filter(|lender| {
        let letters = lender.reference().split(|&byte| byte == b'\n').skip(1).flatten();
        letters.filter(|letter| letter.is_ascii_alphabetic()).eq(reference)
    })
}

/// Finds the oligos of a pack's assays, or of the built-in ones where it has none and the reference is the same, and of
/// those a user brings, on the pack's reference.
pub fn on_reference(files: &PackFiles, reference: &[u8], brought: &[BroughtTable]) -> FoundAssays {
    let lender = lender(files, reference);
    let files = lender.as_ref().unwrap_or(files);
    let mut problems = Vec::new();
    let mut text_of = |role: Role| {
        let bytes = files.get(role)?;
        let text = std::str::from_utf8(bytes).ok();
        if text.is_none() {
            problems.push(format!("{}: the file is not UTF-8 text", path_of(files, role)));
        }
        text
    };
    let texts = ROLES.map(&mut text_of);
    let mut panel = Panel::default();
    if let Some(text) = texts[0] {
        let (own, found) = table::read(text);
        problems.extend(told(path_of(files, Role::Assays), &found));
        panel = own;
    }
    let mut evidence = Vec::new();
    if let Some(text) = texts[1] {
        let (own, found) = Evidence::of_table(text);
        problems.extend(told(path_of(files, Role::AssayEvidence), &found));
        evidence = own;
    }
    for table in brought {
        let (more, found) = table.panel(reference);
        problems.extend(told(&table.name, &found));
        let taken = panel.join(more);
        let sentence = |name: &String| {
            format!("{}: the pack has an assay '{name}' already; its own is used", table.name)
        };
        problems.extend(taken.iter().map(sentence));
    }
    let rules = texts[2].map_or(Ok(Rules::default()), Rules::from_json).unwrap_or_else(|problem| {
        problems.push(format!("{problem}; the usual rules are used"));
        Rules::default()
    });
    let panel = PanelOnReference::new(panel, reference, rules, &evidence);
    problems.extend(panel.assays().iter().flat_map(doubts));
    let unknown =
        evidence.iter().filter(|one| panel.assays().iter().all(|placed| placed.assay.name != one.assay));
    problems.extend(unknown.map(|one| format!("assay evidence: there is no assay '{}'", one.assay)));
    FoundAssays { panel, is_lent: lender.is_some(), problems }
}

/// Problems of a table with its name.
fn told(name: &str, found: &[TableProblem]) -> impl Iterator<Item = String> {
    found.iter().map(move |problem| format!("{name}: {problem}"))
}

fn path_of(files: &PackFiles, role: Role) -> &str {
    files.files.iter().find(|file| file.role == role).map_or("", |file| &file.path)
}

/// What is odd about an assay on its reference.
fn doubts(placed: &PlacedAssay) -> Vec<String> {
    let name = &placed.assay.name;
    let mut doubts = Vec::new();
    for (oligo, placement) in placed.assay.oligos.iter().zip(&placed.placements) {
        let what = format!("assay '{name}', oligo '{}'", oligo.name);
        match placement {
            Placement::Nowhere(limit) => doubts.push(format!(
                "{what}: fits nowhere on the reference, not even with {limit} letters that do not match; look for a typing \
                 error, or for another pathogen"
            )),
            Placement::At(_, places) if *places > 1 => doubts.push(format!(
                "{what}: fits in {places} places of the reference equally well; the one nearest to the other oligos is used"
            )),
            Placement::At(..) => {}
        }
    }
    let strand = |role: OligoRole| {
        let with_role =
            placed.assay.oligos.iter().zip(&placed.placements).filter(move |(oligo, _)| oligo.role == role);
        with_role.filter_map(|(_, placement)| placement.site()).map(|site| site.strand).next()
    };
    match (strand(OligoRole::Forward), strand(OligoRole::Reverse)) {
        (Some(Strand::Forward), Some(Strand::Forward)) => {
            doubts.push(format!("assay '{name}': its reverse primer reads along the reference as its forward one does; one of them is on the wrong strand"));
        }
        (Some(Strand::Reverse), Some(Strand::Reverse)) => {
            doubts.push(format!("assay '{name}': its forward primer reads against the reference as its reverse one does; one of them is on the wrong strand"));
        }
        (Some(_), Some(_)) if placed.amplicon.is_none() => {
            doubts.push(format!(
                "assay '{name}': its primers point away from each other: there is no amplicon"
            ));
        }
        _ => {}
    }
    doubts.extend(
        placed
            .evidence_without_oligo()
            .map(|one| format!("assay evidence: assay '{name}' has no oligo '{}'", one.oligo)),
    );
    doubts
}
