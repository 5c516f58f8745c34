//! What of an analysis somebody should look at, as plain values for a page.
//!
//! Refuses to choose words and to say what to do: that is `hearth_pages`. Start at [`of`].

use hearth_genome::analysis::Analysis;
use hearth_genome::annotation::Annotation;
use hearth_genome::pack::Pack;
use hearth_genome::quality::{Place, Quality, Status as Judged};
use hearth_genome::rows::Warning;
use hearth_genome::structure::{self, Structure};
use hearth_pages::number::shortened;
use hearth_pages::report::{Finding, MOST_CHARS, Parents, Rearrangement, Status};

/// A score from which a rule, or all together, count against a genome.
const COUNTS: f64 = 30.0;

/// Places kept of one finding.
const MOST_PLACES: usize = 8;

/// The worse of the pack's judgement and of that on the structure.
pub fn status(analysis: &Analysis, pack: &Pack) -> Status {
    let of = |status| match status {
        Judged::Good => Status::Good,
        Judged::Mediocre => Status::Mediocre,
        Judged::Bad => Status::Bad,
    };
    match pack.pathogen().quality {
        Some(_) => of(Judged::of(analysis.quality.overall_score.max(analysis.structure.score))),
        None if analysis.structure.findings.is_empty() => Status::Unjudged,
        None => of(analysis.structure.status()),
    }
}

/// The lineage, if it says more than the clade.
pub fn finer<'a>(clade: &str, lineage: &'a str) -> &'a str {
    if lineage == clade { "" } else { lineage }
}

/// Everything that was found in a genome, but assays.
pub fn of(analysis: &Analysis, warnings: &[Warning], pack: &Pack) -> Vec<Finding> {
    let mut found: Vec<Finding> = of_structure(&analysis.structure);
    found.extend(of_quality(&analysis.quality, analysis.coverage(pack), pack.annotation()));
    let is_said = |finding: &Finding| matches!(finding, Finding::Unread(_));
    if found.iter().filter(|finding| is_said(finding)).count() > 1
        && let Some(at) = found.iter().rposition(is_said)
    {
        found.remove(at);
    }
    let notes = warnings.iter().filter(|warning| warning.cds.is_none());
    found.extend(notes.map(|warning| Finding::Note(shortened(&warning.sentence, MOST_CHARS))));
    found
}

fn of_structure(structure: &Structure) -> Vec<Finding> {
    let rearranged = Finding::Rearranged;
    let each = structure.findings.iter().map(|finding| match finding {
        structure::Finding::Fragment { coverage } => Finding::Unread(1.0 - coverage),
        structure::Finding::Concatenated { letters } => Finding::Joined(u64::from(*letters)),
        structure::Finding::Mosaic { mosaic, left, right } => Finding::Mixture(Parents {
            left: shortened(left, MOST_CHARS),
            right: shortened(right, MOST_CHARS),
            breakpoint: (mosaic.breakpoint.begin.0 + 1, mosaic.breakpoint.end.0),
        }),
        structure::Finding::Inserted { letters } => rearranged(Rearrangement::Inserted(*letters)),
        structure::Finding::Deleted { span } => {
            rearranged(Rearrangement::Deleted(span.begin.0 + 1, span.end.0))
        }
        structure::Finding::Duplicated { after, letters } => {
            rearranged(Rearrangement::Copied(*after, *letters))
        }
        structure::Finding::Inverted { after, letters } => {
            rearranged(Rearrangement::Inverted(*after, *letters))
        }
    });
    each.collect()
}

/// Rules of the pack that count against a genome that is not good; if only all together do, the one that does most.
fn of_quality(quality: &Quality, coverage: f64, annotation: &Annotation) -> Vec<Finding> {
    let scored = [
        quality.missing_data.as_ref().map(|rule| (rule.score, Finding::Unread(1.0 - coverage))),
        quality.mixed_sites.as_ref().map(|rule| (rule.score, Finding::Mixed(u64::from(rule.total)))),
        quality.private_mutations.as_ref().map(|rule| {
            (rule.score, Finding::Private(u64::from(rule.reversions + rule.labeled + rule.unlabeled)))
        }),
        quality.snp_clusters.as_ref().map(|rule| {
            let clusters = rule.clusters.iter().take(MOST_PLACES);
            let places = clusters.map(|c| (c.first.0 + 1, c.last.0 + 1, c.substitutions)).collect();
            (rule.score, Finding::Crowded(places))
        }),
    ];
    let mut scored: Vec<(f64, Finding)> = scored.into_iter().flatten().collect();
    let places = |places: &[Place]| -> Vec<String> {
        let named = places.iter().take(MOST_PLACES);
        named.map(|place| format!("{}:{}", annotation.cdses[place.cds].name, place.codons)).collect()
    };
    // A broken gene is told whatever the pack's weights are.
    let broken = [
        quality.frame_shifts.as_ref().map(|rule| (rule.score, Finding::FrameShift(places(&rule.counted)))),
        quality.stop_codons.as_ref().map(|rule| (rule.score, Finding::Stop(places(&rule.counted)))),
    ];
    let is_broken = |finding: &Finding| match finding {
        Finding::FrameShift(places) | Finding::Stop(places) => !places.is_empty(),
        _ => false,
    };
    scored.extend(broken.into_iter().flatten().filter(|(_, finding)| is_broken(finding)));
    let is_good = quality.overall_score < COUNTS;
    let counts = |scored: &(f64, Finding)| is_broken(&scored.1) || !is_good && scored.0 >= COUNTS;
    if !is_good && !scored.iter().any(counts) {
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.truncate(1);
        return scored.into_iter().map(|(_, finding)| finding).collect();
    }
    scored.into_iter().filter(counts).map(|(_, finding)| finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_genome::coordinate::Span;
    use hearth_genome::quality::{Cluster, MissingData, MixedSites, Places, SnpClusters};

    #[test]
    fn rules_count_only_against_genomes_that_are_not_good_and_broken_genes_always() {
        let cds = hearth_genome::annotation::Cds {
            id: String::new(),
            name: "S".to_owned(),
            product: String::new(),
            gene: 0,
            segments: Vec::new(),
            length_nt: 300,
            proteins: Vec::new(),
            exceptions: Vec::new(),
            attributes: Vec::new(),
            made_from_gene: false,
        };
        let annotation = Annotation { cdses: vec![cds], ..Annotation::default() };
        let check = |overall_score, missing, mixed, stops: u32, expected: &[Finding]| {
            let place = |at| Place { cds: 0, codons: Span::new(at, at + 1) };
            let quality = Quality {
                overall_score,
                missing_data: Some(MissingData { score: missing, total: 9, threshold: 9.0 }),
                mixed_sites: Some(MixedSites { score: mixed, total: 7, threshold: 9 }),
                stop_codons: Some(Places {
                    score: 0.0,
                    counted: (0..stops).map(place).collect(),
                    ignored: vec![],
                }),
                ..Quality::default()
            };
            assert_eq!(of_quality(&quality, 0.75, &annotation), expected);
        };
        check(0.0, 0.0, 0.0, 0, &[]);
        check(16.0, 40.0, 0.0, 0, &[]);
        check(32.0, 40.0, 40.0, 0, &[Finding::Unread(0.25), Finding::Mixed(7)]);
        check(31.0, 25.0, 28.0, 0, &[Finding::Mixed(7)]);
        check(0.0, 0.0, 0.0, 1, &[Finding::Stop(vec!["S:1".to_owned()])]);
    }

    #[test]
    fn crowds_are_told_as_people_count() {
        let cluster = |first, last| Cluster {
            first: hearth_genome::coordinate::RefPos(first),
            last: hearth_genome::coordinate::RefPos(last),
            substitutions: 7,
        };
        let snp_clusters = Some(SnpClusters { score: 50.0, clusters: vec![cluster(9, 19)] });
        let quality = Quality { overall_score: 31.0, snp_clusters, ..Quality::default() };
        assert_eq!(of_quality(&quality, 1.0, &Annotation::default()), [Finding::Crowded(vec![(10, 20, 7)])]);
    }

    #[test]
    fn findings_of_structure_have_their_reasons() {
        let findings = vec![
            structure::Finding::Fragment { coverage: 0.75 },
            structure::Finding::Concatenated { letters: 9 },
            structure::Finding::Inserted { letters: 200 },
        ];
        let told = of_structure(&Structure { findings, ..Structure::default() });
        let kinds: Vec<_> = told.iter().map(Finding::reason).collect();
        use hearth_pages::report::Reason::{Joined, Rearranged, Unread};
        assert_eq!(kinds, [Unread, Joined, Rearranged]);
    }
}
