//! As what an analysis assigns a genome: clade, lineage, quality, coverage.
//!
//! Start at [`by`].

use crate::app::packs::ReadyPack;
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
