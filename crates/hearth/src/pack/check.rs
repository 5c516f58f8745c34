//! Reads a whole pack and says what is wrong with it and what in it has no effect.

use super::{Origin, PackFiles, Role, assays, store};
use hearth_genome::annotation::{Annotation, Strand};
use hearth_genome::assay::{Pairing, PlacedAssay};
use hearth_genome::pack::auspice::TreeFile;
use hearth_genome::pack::pathogen::Pathogen;
use hearth_genome::pack::{Pack, PackFiles as PackTexts};
use std::collections::BTreeSet;

/// What there is to say about a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What the pack is: label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Why it cannot be used; none when it can.
    pub errors: Vec<String>,
    /// What in it has no effect or is missing, as sentences.
    pub remarks: Vec<String>,
    /// Where the oligos of its assays bind on the reference: a line for each, headings first.
    pub oligos: Vec<[String; 7]>,
}

impl CheckReport {
    /// Whether the pack can be used.
    pub fn is_usable(&self) -> bool {
        self.errors.is_empty()
    }

    fn fact(&mut self, label: &'static str, value: impl Into<String>) {
        self.facts.push((label, value.into()));
    }
}

/// Parses every file of a pack and holds them against each other.
pub fn check(files: &PackFiles) -> CheckReport {
    let mut report = CheckReport::default();
    report.fact("origin", files.origin.to_string());
    pathogen(files, &mut report);
    annotation(files, &mut report);
    tree(files, &mut report);
    absent(files, &mut report);
    receipt(files, &mut report);
    report.fact("digest", files.digest.to_string());
    let whole = Pack::from_files(&PackTexts {
        name: &files.name,
        reference: files.reference(),
        pathogen: files.pathogen(),
        annotation: files.annotation(),
        tree: files.tree(),
    });
    match whole {
        Ok(pack) => {
            reference(&pack, &mut report);
            assays(files, &pack, &mut report);
        }
        // The first fault of a file is found again here: say it once.
        Err(error) => {
            let sentence = error.to_string();
            if !report.errors.contains(&sentence) {
                report.errors.push(sentence);
            }
        }
    }
    report
}

fn reference(pack: &Pack, report: &mut CheckReport) {
    let letters = pack.reference().letters();
    let plain = letters.iter().filter(|letter| b"ACGT".contains(letter)).count();
    let name = pack.pathogen().reference_accession.as_deref().unwrap_or("without accession");
    let ambiguous = match letters.len() - plain {
        0 => String::new(),
        more => format!(", {more} of them not A, C, G or T"),
    };
    report.facts.insert(1, ("reference", format!("{name}, {} letters{ambiguous}", letters.len())));
}

fn assays(files: &PackFiles, pack: &Pack, report: &mut CheckReport) {
    let found = assays::on_reference(files, pack.reference().letters(), &[]);
    report.remarks.extend(found.problems);
    let all = found.panel.assays();
    if all.is_empty() {
        return;
    }
    let oligos: usize = all.iter().map(|placed| placed.assay.oligos.len()).sum();
    let lent = if found.is_lent { "; those of the built-in pack, whose reference is the same" } else { "" };
    report.fact("assays", format!("{} with {oligos} oligos{lent}", all.len()));
    let headings = ["assay", "oligo", "role", "position", "strand", "mismatches", "amplicon"];
    report.oligos.push(headings.map(str::to_owned));
    for placed in all {
        report.oligos.extend((0..placed.assay.oligos.len()).map(|at| oligo_line(placed, at)));
    }
}

/// Where one oligo binds; the amplicon stands in the line of an assay's first.
fn oligo_line(placed: &PlacedAssay, at: usize) -> [String; 7] {
    let oligo = &placed.assay.oligos[at];
    let (position, strand, mismatches) = match placed.placements[at].site() {
        None => ("nowhere".to_owned(), "", String::new()),
        Some(site) => {
            let strand = if site.strand == Strand::Forward { "+" } else { "-" };
            (site.span.to_string(), strand, mismatches(&site.design, oligo.letters.len()))
        }
    };
    let amplicon = match placed.amplicon {
        Some(span) if at == 0 => format!("{span}, {} letters", span.len()),
        _ => String::new(),
    };
    let (assay, role) = (placed.assay.name.clone(), oligo.role.name().to_owned());
    [assay, oligo.name.clone(), role, position, strand.to_owned(), mismatches, amplicon]
}

/// How many letters of an oligo the reference does not match, and how far from the last one, at the 3' end.
fn mismatches(design: &Pairing, length: usize) -> String {
    let places = design.mismatches.iter().map(|mismatch| {
        let (own, other) = (char::from(mismatch.oligo), char::from(mismatch.genome));
        format!("{own} on {other}, {} from the 3′ end", (length as u32).saturating_sub(mismatch.place))
    });
    let places: Vec<String> = places.collect();
    if places.is_empty() { "0".to_owned() } else { format!("{} ({})", places.len(), places.join("; ")) }
}

fn pathogen(files: &PackFiles, report: &mut CheckReport) {
    let Ok(text) = std::str::from_utf8(files.pathogen()) else {
        return report.errors.push("pathogen.json: the file is not UTF-8 text".to_owned());
    };
    match Pathogen::from_json(text) {
        Err(error) => report.errors.push(error.to_string()),
        Ok(pathogen) => {
            let title = pathogen.name.unwrap_or_else(|| "without a name".to_owned());
            let version =
                pathogen.version.map_or(String::new(), |version| format!(", version {}", version.tag));
            report.fact("pathogen", format!("{title}{version}"));
            for part in &pathogen.unhonoured {
                let weight = if part.may_change_answers { " (answers may differ for it)" } else { "" };
                report.remarks.push(format!("pathogen.json: {}: {}{weight}", part.path, part.reason));
            }
        }
    }
}

fn annotation(files: &PackFiles, report: &mut CheckReport) {
    let Some(bytes) = files.annotation() else {
        return report.fact("annotation", "none: nothing will be translated");
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return report.errors.push("genome_annotation.gff3: the file is not UTF-8 text".to_owned());
    };
    match Annotation::from_gff3(text.trim_start_matches('\u{feff}')) {
        Err(error) => report.errors.push(error.to_string()),
        Ok(annotation) => {
            let (cdses, genes) = (annotation.cdses.len(), annotation.genes.len());
            report.fact("annotation", format!("{cdses} coding sequences in {genes} genes"));
            let remarks = annotation.remarks.iter().map(|remark| format!("genome_annotation.gff3: {remark}"));
            report.remarks.extend(remarks);
        }
    }
}

fn tree(files: &PackFiles, report: &mut CheckReport) {
    let Some(bytes) = files.tree() else {
        return report.fact("tree", "none: no clades will be called");
    };
    match TreeFile::from_json(bytes) {
        Err(error) => report.errors.push(format!("tree.json: {error}")),
        Ok(tree) => {
            let clades: BTreeSet<_> = tree.nodes.iter().filter_map(|node| node.clade).collect();
            report.fact("tree", format!("{} nodes, {} clades", tree.nodes.len(), clades.len()));
            let others: Vec<&str> =
                tree.meta.clade_node_attrs.iter().map(|attribute| attribute.name.as_str()).collect();
            if !others.is_empty() {
                report.fact("attributes", others.join(", "));
            }
        }
    }
}

fn absent(files: &PackFiles, report: &mut CheckReport) {
    for (role, path) in &files.absent {
        let sentence = format!("pathogen.json points to '{path}' ({role}), which is not there");
        // Without it the answers would be poorer and nobody would know.
        if role.decides() {
            report.errors.push(sentence);
        } else {
            report.remarks.push(sentence);
        }
    }
    let mut missing = |role: Role, sentence: &str| {
        let named = files.absent.iter().any(|(absent, _)| *absent == role);
        if files.get(role).is_none() && !named {
            report.remarks.push(sentence.to_owned());
        }
    };
    missing(Role::Annotation, "there is no genome annotation: nothing will be translated");
    missing(Role::Tree, "there is no tree: no clades will be called");
    missing(Role::Examples, "there are no example sequences to try the pack on");
}

fn receipt(files: &PackFiles, report: &mut CheckReport) {
    let Origin::Installed(path) = &files.origin else { return };
    let installed = store::Installed { name: files.name.clone(), path: path.clone() };
    match installed.receipt() {
        Some((source, digest)) => {
            report.fact("source", source);
            if digest != files.digest.to_string() {
                report
                    .remarks
                    .push(format!("the files were changed since the pack was added (then {digest})"));
            }
        }
        None => {
            report.remarks.push("the pack was put here by hand: there is no record of its source".to_owned())
        }
    }
}
