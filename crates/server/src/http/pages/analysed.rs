//! What follows from a sequence, as a page says it: the drawing, mutations, quality, lineage, assays.
//!
//! Refuses to analyse ([`crate::app::genomes::view`]). Start at [`Analysed::of`].

use crate::app::packs::ReadyPack;
use hearth_genome::alphabet::GAP;
use hearth_genome::analysis::Analysis;
use hearth_genome::annotation::Strand;
use hearth_genome::assay::Verdict;
use hearth_genome::quality::Status as Judged;
use hearth_genome::rows::Warning;
use hearth_genome::structure::Finding;
use hearth_genome::tree::AaChange;
use hearth_pages::number;
use hearth_pages::report::{Gene, Status};
use hearth_pages::site::genome::{AssayLine, AssayVerdict, Placement};
use hearth_pages::svg::record::{Segment, Substitution};

/// Sentences about quality.
const MOST_SENTENCES: usize = 30;
/// Mutations told of the genome alone.
const MOST_PRIVATE: usize = 60;
/// A score from which a rule of quality is told.
const COUNTS: f64 = 30.0;

/// What follows from one sequence.
#[derive(Default)]
pub(super) struct Analysed {
    /// Its drawing.
    pub segment: Segment,
    /// How good it is.
    pub status: Status,
    /// What is to be said about that.
    pub quality: Vec<String>,
    /// Its place in the tree.
    pub placement: Placement,
    /// What assays are predicted to do.
    pub assays: Vec<AssayLine>,
    /// Changes of letters.
    pub nucleotides: Vec<String>,
    /// Changes of proteins.
    pub amino_acids: Vec<String>,
    /// Stretches of the reference that were not read.
    pub missing_nt: u64,
}

impl Analysed {
    /// Puts an analysis into words.
    pub fn of(name: &str, analysis: &Analysis, ready: &ReadyPack) -> Self {
        let amino_acids = analysis.aa_substitutions.iter().chain(&analysis.aa_deletions);
        let segment = segment(name, analysis, ready);
        Self {
            status: status(analysis, ready),
            quality: quality(analysis, ready),
            placement: placement(analysis, ready),
            assays: assays(analysis, ready),
            nucleotides: nucleotides(analysis),
            amino_acids: amino_acids.map(|change| amino_acid(change, ready)).collect(),
            missing_nt: segment.missing.iter().map(|(begin, end)| u64::from(end - begin)).sum(),
            segment,
        }
    }
}

fn amino_acid(change: &AaChange, ready: &ReadyPack) -> String {
    let cds = ready.pack.annotation().cdses.get(change.cds).map_or("", |cds| cds.name.as_str());
    let (from, to) = (char::from(change.from), char::from(change.to));
    format!("{cds}:{from}{}{to}", change.position.0 + 1)
}

fn nucleotides(analysis: &Analysis) -> Vec<String> {
    let calls = &analysis.calls;
    let substitutions = calls.substitutions.iter().map(|one| {
        (one.position.0, format!("{}{}{}", char::from(one.from), one.position.0 + 1, char::from(one.to)))
    });
    let deletions = calls.deletions.iter().map(|span| {
        let (begin, end) = (span.begin.0, span.end.0);
        let text = if end == begin + 1 { format!("del{end}") } else { format!("del{}-{end}", begin + 1) };
        (begin, text)
    });
    let insertions = calls
        .insertions
        .iter()
        .map(|one| (one.after, format!("ins{}:{}", one.after, String::from_utf8_lossy(&one.letters))));
    let mut all: Vec<(u32, String)> = substitutions.chain(deletions).chain(insertions).collect();
    all.sort();
    all.into_iter().map(|(_, text)| text).collect()
}

/// The drawing.
fn segment(name: &str, analysis: &Analysis, ready: &ReadyPack) -> Segment {
    let (calls, annotation) = (&analysis.calls, ready.pack.annotation());
    let length_nt = ready.pack.reference().length_nt();
    let pieces = annotation.cdses.iter().flat_map(|cds| cds.segments.iter().map(move |one| (cds, one)));
    let mut genes: Vec<Gene> = pieces
        .map(|(cds, one)| Gene {
            name: cds.name.clone(),
            begin_nt: one.span.begin.0,
            end_nt: one.span.end.0,
            is_forward: one.strand == Strand::Forward,
        })
        .collect();
    genes.sort_by_key(|gene| (gene.begin_nt, std::cmp::Reverse(gene.end_nt)));
    let substitutions = calls.substitutions.iter().map(|one| {
        let nucleotide = format!("{}{}{}", char::from(one.from), one.position.0 + 1, char::from(one.to));
        let change = changed(one.position.0, analysis, ready);
        Substitution {
            at_nt: one.position.0,
            changes_protein: change.is_some(),
            label: match change {
                Some(change) => format!("{change} ({nucleotide})"),
                None => nucleotide,
            },
        }
    });
    let (begin, end) = (calls.aligned.begin.0, calls.aligned.end.0);
    let inside = calls.missing.iter().map(|span| (span.begin.0, span.end.0));
    let mut missing: Vec<(u32, u32)> =
        inside.chain([(0, begin), (end, length_nt)]).filter(|(begin, end)| begin < end).collect();
    missing.sort_unstable();
    Segment {
        name: name.to_owned(),
        length_nt,
        genes,
        substitutions: substitutions.collect(),
        deletions: calls.deletions.iter().map(|span| (span.begin.0, span.end.0)).collect(),
        insertions: calls
            .insertions
            .iter()
            .map(|one| (one.after, String::from_utf8_lossy(&one.letters).into_owned()))
            .collect(),
        missing,
    }
}

/// The change of a protein at a position of the reference.
fn changed(at: u32, analysis: &Analysis, ready: &ReadyPack) -> Option<String> {
    for (number, cds) in ready.pack.annotation().cdses.iter().enumerate() {
        for piece in cds.segments.iter().filter(|piece| (piece.span.begin.0..piece.span.end.0).contains(&at))
        {
            let place = match piece.strand {
                Strand::Forward => at - piece.span.begin.0,
                Strand::Reverse => piece.span.end.0 - 1 - at,
            };
            let codon = (piece.span_in_cds.begin.0 + place) / 3;
            let is_here = |change: &&AaChange| change.cds == number && change.position.0 == codon;
            if let Some(change) = analysis.aa_substitutions.iter().find(is_here) {
                return Some(amino_acid(change, ready)).filter(|_| change.to != GAP);
            }
        }
    }
    None
}

fn status(analysis: &Analysis, ready: &ReadyPack) -> Status {
    if ready.pack.pathogen().quality.is_none() {
        return Status::Unjudged;
    }
    match Judged::of(analysis.quality.overall_score.max(analysis.structure.score)) {
        Judged::Good => Status::Good,
        Judged::Mediocre => Status::Mediocre,
        Judged::Bad => Status::Bad,
    }
}

fn quality(analysis: &Analysis, ready: &ReadyPack) -> Vec<String> {
    let quality = &analysis.quality;
    let read = analysis.coverage(&ready.pack);
    let mut told = vec![format!("{} of the reference was read.", number::percent(read))];
    told.extend(analysis.structure.findings.iter().map(structure));
    if let Some(rule) = quality.mixed_sites.as_ref().filter(|rule| rule.score >= COUNTS) {
        told.push(format!("{} letters stand for several bases: a mixture or a contamination.", rule.total));
    }
    if let Some(rule) = quality.private_mutations.as_ref().filter(|rule| rule.score >= COUNTS) {
        let count = rule.reversions + rule.labeled + rule.unlabeled;
        told.push(format!("{count} mutations are its alone: compare with the reads."));
    }
    if let Some(rule) = quality.snp_clusters.as_ref().filter(|rule| rule.score >= COUNTS) {
        told.push(format!(
            "Its own mutations crowd in {} places: look at the reads there.",
            rule.clusters.len()
        ));
    }
    let name = |cds: usize| ready.pack.annotation().cdses.get(cds).map_or("", |cds| cds.name.as_str());
    if let Some(rule) = &quality.frame_shifts {
        told.extend(rule.counted.iter().map(|place| {
            format!("The reading frame of {} is shifted: look at the reads there.", name(place.cds))
        }));
    }
    if let Some(rule) = &quality.stop_codons {
        told.extend(rule.counted.iter().map(|place| {
            format!(
                "A stop breaks {} off at codon {}: look at the reads there.",
                name(place.cds),
                place.codons.begin.0 + 1
            )
        }));
    }
    told.extend(Warning::of(analysis, &ready.pack).into_iter().map(|warning| warning.sentence));
    told.truncate(MOST_SENTENCES);
    told
}

fn structure(finding: &Finding) -> String {
    match finding {
        Finding::Fragment { coverage } => {
            format!("It is a fragment: {} of the reference.", number::percent(*coverage))
        }
        Finding::Concatenated { letters } => {
            format!(
                "{} letters follow that belong to another record: they were joined.",
                number::whole((*letters).into())
            )
        }
        Finding::Mosaic { left, right, .. } => format!("It looks like a mixture of {left} and {right}."),
        Finding::Inserted { letters } => format!("{letters} letters are inserted."),
        Finding::Deleted { span } => format!("Positions {} to {} are missing.", span.begin.0 + 1, span.end.0),
        Finding::Duplicated { after, letters } => {
            format!("{letters} letters are repeated after position {after}.")
        }
        Finding::Inverted { after, letters } => {
            format!("{letters} letters are turned round after position {after}.")
        }
    }
}

fn placement(analysis: &Analysis, ready: &ReadyPack) -> Placement {
    let (Some(tree), Some(place)) = (ready.pack.tree(), analysis.place.as_ref()) else {
        return Placement::default();
    };
    let node = place.placement.node;
    let clade = tree.clade(node).unwrap_or_default().to_owned();
    let scheme = |attribute: usize| {
        let meta = tree.file().meta.clade_node_attrs.get(attribute);
        meta.map(|meta| meta.display_name.clone()).unwrap_or_default()
    };
    let finer = tree.lineage(node).filter(|lineage| *lineage != clade);
    let finer = finer.zip(tree.lineage_attribute());
    let private = place.private.nuc.substitutions.iter().map(|one| {
        let change = one.change;
        format!("{}{}{}", char::from(change.from), change.position.0 + 1, char::from(change.to))
    });
    Placement {
        clade,
        finer: finer.map(|(lineage, at)| (scheme(at), lineage.to_owned())).into_iter().collect(),
        nearest: tree.node_name(node).to_owned(),
        distance_nt: place.placement.distance.into(),
        private: private.take(MOST_PRIVATE).collect(),
    }
}

fn assays(analysis: &Analysis, ready: &ReadyPack) -> Vec<AssayLine> {
    let changed = ready.panel.assess(&analysis.calls, ready.pack.reference().letters());
    let lines = ready.panel.assays().iter().enumerate().map(|(number, placed)| {
        let finding = changed.iter().find(|(own, _)| *own == number).map(|(_, finding)| finding);
        let verdict = finding.map_or(ready.panel.usual(number).verdict, |finding| finding.verdict);
        let blamed = finding.map(|finding| placed.blamed(finding, &analysis.calls)).unwrap_or_default();
        let mut why: Vec<String> = blamed
            .into_iter()
            .map(|(oligo, mutation)| {
                let name = placed.assay.oligos.get(oligo).map_or("", |oligo| oligo.name.as_str());
                format!("{mutation} under {name}")
            })
            .collect();
        why.dedup();
        let verdict = match verdict {
            Verdict::NoPredictedEffect => AssayVerdict::NoPredictedEffect,
            Verdict::NotAssessable => AssayVerdict::NotAssessable,
            Verdict::PossibleLoss => AssayVerdict::PossibleLoss,
            Verdict::ProbableLoss => AssayVerdict::ProbableLoss,
        };
        AssayLine { name: placed.assay.name.clone(), verdict, why: why.join(", ") }
    });
    lines.collect()
}
