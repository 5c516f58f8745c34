//! As what an analysis assigns a genome: clade, lineage, quality, coverage.
//!
//! Start at [`by`]; of a genome of several segments, at [`of_genome`].

use crate::app::packs::ReadyPack;
use crate::app::pathogens::Pathogen;
use hearth_genome::analysis::Analysis;
use hearth_store::state::findings::Finding;

/// What a pack calls a genome. The run of the analysis is left open.
pub fn by(ready: &ReadyPack, analysis: &Analysis) -> Finding {
    let node = analysis.place.as_ref().map(|place| place.placement.node);
    let tree = ready.pack.tree().zip(node);
    let score = analysis.quality.overall_score.max(analysis.structure.score);
    Finding {
        clade: tree.and_then(|(tree, node)| tree.clade(node)).map(str::to_owned),
        lineage: tree.and_then(|(tree, node)| tree.lineage(node)).map(str::to_owned),
        quality: ready.pack.pathogen().quality.as_ref().map(|_| score.clamp(0.0, 1e9).round() as i64),
        coverage_millionths: Some((analysis.coverage(&ready.pack) * 1e6).round() as i64),
        ..Finding::default()
    }
}

/// What the packs of a pathogen call a genome, from what the analysis says of each segment; nothing where none could be
/// analysed.
pub fn of_genome(packs: &[ReadyPack], pathogen: &Pathogen, analyses: &[Option<Analysis>]) -> Option<Finding> {
    let of = |(segment, analysis): (usize, &Option<Analysis>)| {
        let ready = packs.get(pathogen.segments().get(segment)?.pack)?;
        analysis.as_ref().map(|analysis| by(ready, analysis))
    };
    combined(packs, pathogen, &analyses.iter().enumerate().map(of).collect::<Vec<_>>())
}

/// The same from what was found of each segment: names are those of the leading one, the quality is the worst, and the
/// coverage is of all letters of all segments.
pub fn combined(packs: &[ReadyPack], pathogen: &Pathogen, found: &[Option<Finding>]) -> Option<Finding> {
    let any = found.iter().flatten().next()?;
    if !pathogen.is_segmented() {
        return Some(any.clone());
    }
    let lead = found.get(pathogen.lead()).and_then(Option::as_ref);
    let (mut covered, mut all) = (0.0, 0.0);
    for (segment, found) in pathogen.segments().iter().zip(found) {
        let length = packs.get(segment.pack).map_or(0, |ready| ready.pack.reference().length_nt());
        let share = found.as_ref().and_then(|found| found.coverage_millionths).unwrap_or(0);
        covered += share as f64 * f64::from(length);
        all += f64::from(length);
    }
    Some(Finding {
        clade: lead.and_then(|finding| finding.clade.clone()),
        lineage: lead.and_then(|finding| finding.lineage.clone()),
        quality: found.iter().flatten().filter_map(|finding| finding.quality).max(),
        coverage_millionths: (all > 0.0).then(|| (covered / all).round() as i64),
        ..Finding::default()
    })
}
