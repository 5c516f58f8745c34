//! What a page says before the first genome comes: the pack, its genes, where its assays bind.
//!
//! Start at [`report_of`].

use crate::analyse::document;
use crate::analyse::plan::PackRows;
use hearth_genome::annotation::{Annotation, Strand};
use hearth_genome::assay::{PlacedAssay, Placement};
use hearth_genome::pack::Pack;
use hearth_pages::report::{AssayCounts, AssayFacts, BatchReport, Gene, GenomeFacts, PackFacts};

/// An empty report; without a pack it is one of records that belong to none.
pub fn report_of(rows: Option<&PackRows>) -> BatchReport {
    let program = format!("Hearth {}", env!("CARGO_PKG_VERSION"));
    let report = BatchReport { made_at: made_at(&document::now()), program, ..BatchReport::default() };
    let Some(rows) = rows else { return report };
    let pack = &rows.pack;
    BatchReport {
        pack: Some(pack_facts(pack)),
        finer: finer_name(pack).map(|name| (name, Vec::new())),
        genome: GenomeFacts {
            length_nt: pack.reference().length_nt(),
            genes: genes(pack.annotation()),
            ..GenomeFacts::default()
        },
        assays: AssayFacts {
            assays: rows.panel().assays().iter().map(assay).collect(),
            ..AssayFacts::default()
        },
        ..report
    }
}

/// `2026-11-22T15:04:05Z` as `2026-11-22 15:04 UTC`.
fn made_at(time: &str) -> String {
    let (date, rest) = time.split_once('T').unwrap_or((time, ""));
    format!("{date} {} UTC", rest.get(..5).unwrap_or(rest))
}

fn pack_facts(pack: &Pack) -> PackFacts {
    let pathogen = pack.pathogen();
    let says_demonstration =
        |value: &serde_json::Value| value.as_str().is_some_and(|use_of| use_of.starts_with("demonstration"));
    PackFacts {
        name: pack.name().to_owned(),
        title: pathogen.name.clone(),
        version: pathogen.version.as_ref().map(|version| version.tag.clone()),
        has_tree: pack.tree().is_some(),
        is_demonstration: pathogen.attributes.get("use").is_some_and(says_demonstration),
    }
}

fn finer_name(pack: &Pack) -> Option<String> {
    let tree = pack.tree()?;
    Some(tree.file().meta.clade_node_attrs[tree.lineage_attribute()?].display_name.clone())
}

/// Segments of coding sequences, by where they begin, the longest first; a sequence that lies within another with the
/// same begin follows it.
fn genes(annotation: &Annotation) -> Vec<Gene> {
    let segments =
        annotation.cdses.iter().flat_map(|cds| cds.segments.iter().map(move |segment| (cds, segment)));
    let mut genes: Vec<Gene> = segments
        .map(|(cds, segment)| Gene {
            name: cds.name.clone(),
            begin_nt: segment.span.begin.0,
            end_nt: segment.span.end.0,
            is_forward: segment.strand == Strand::Forward,
        })
        .collect();
    genes.sort_by_key(|gene| (gene.begin_nt, std::cmp::Reverse(gene.end_nt)));
    genes
}

fn assay(placed: &PlacedAssay) -> AssayCounts {
    let sites = placed.placements.iter().filter_map(Placement::site);
    AssayCounts {
        name: placed.assay.name.clone(),
        amplicon_nt: placed.amplicon.map(|span| (span.begin.0, span.end.0)),
        oligos_nt: sites.map(|site| (site.span.begin.0, site.span.end.0)).collect(),
        ..AssayCounts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_cut_to_minutes() {
        let check = |time: &str, expected: &str| assert_eq!(made_at(time), expected);
        check("1970-01-01T00:00:00Z", "1970-01-01 00:00 UTC");
        check("soon", "soon  UTC");
    }
}
