//! One line of JSON for each genome, with Nextclade 3's keys, nesting and meanings.
//!
//! Positions are 0-based, spans half-open, an insertion has the position of the letter before it. Everything
//! of ours stands under the key `hearth`, at the end. A line is written straight into the caller's buffer;
//! what is the same for all genomes of a pack is written once, by [`Json::new`]. Start at
//! [`Json::write_line`]; [`document`] joins lines to one document.

mod annotation;
mod calls;
pub mod document;
mod groups;
mod motifs;
mod proteins;
mod quality;
mod relative;
mod searches;
#[cfg(test)]
mod tests;
mod value;

use super::text::Buffer;
use super::{RecordName, Warning};
use crate::analysis::Analysis;
use crate::pack::Pack;
use crate::pack::auspice::DivergenceUnits;
use crate::phenotype::MotifMatch;
use crate::translation::Reading;
use groups::Genome;
use value::Object;

/// Writes the lines of one pack.
pub struct Json<'a> {
    pack: &'a Pack,
    /// Names of coding sequences in quotes.
    cds_keys: Vec<Buffer>,
    /// Place of each coding sequence in alphabetical order.
    cds_ranks: Vec<usize>,
    /// Fields of coding sequences in which nothing differs from a node.
    unchanged_cdses: Vec<Buffer>,
    ref_nodes: Buffer,
    attributes_by_name: Vec<usize>,
    motifs_by_name: Vec<usize>,
    reference_motifs: Vec<Vec<MotifMatch>>,
    composition: calls::Composition<'a>,
    divergence_units: DivergenceUnits,
    /// Whether all equally near nodes are named.
    names_nearest: bool,
}

impl<'a> Json<'a> {
    /// Writes down what is the same for all genomes of a pack.
    pub fn new(pack: &'a Pack) -> Self {
        let cdses = &pack.annotation().cdses;
        let key = |name: &str| {
            let mut key = Buffer::new();
            value::string(&mut key, name);
            key
        };
        let mut cds_ranks = vec![0; cdses.len()];
        for (rank, &cds) in pack.cdses_by_name().iter().enumerate() {
            cds_ranks[cds] = rank;
        }
        let mut json = Self {
            pack,
            cds_keys: cdses.iter().map(|cds| key(&cds.name)).collect(),
            cds_ranks,
            unchanged_cdses: Vec::new(),
            ref_nodes: b"{}".to_vec(),
            attributes_by_name: Vec::new(),
            motifs_by_name: by_name(&pack.pathogen().motifs, |motif| &motif.name),
            reference_motifs: motifs::of_reference(pack),
            composition: calls::Composition::new(pack.reference()),
            divergence_units: DivergenceUnits::default(),
            names_nearest: false,
        };
        if let Some(tree) = pack.tree() {
            let file = tree.file();
            json.ref_nodes.clear();
            searches::write_ref_nodes(&mut json.ref_nodes, &file.meta.ref_nodes);
            json.attributes_by_name = by_name(&file.meta.clade_node_attrs, |attribute| &attribute.name);
            json.divergence_units = file.divergence_units();
        }
        json.unchanged_cdses = (0..cdses.len()).map(|cds| json.unchanged_cds(cds)).collect();
        json
    }

    /// Names all equally near nodes of the tree too, as `nearestNodes`.
    pub fn with_nearest_nodes(self) -> Self {
        Self { names_nearest: true, ..self }
    }

    /// Writes the line of an analysed genome, with its line end.
    pub fn write_line(
        &self,
        record: RecordName,
        analysis: &Analysis,
        warnings: &[Warning],
        out: &mut Buffer,
    ) {
        let letters = analysis.calls.aligned_sequence(self.pack.reference());
        let genome = Genome { letters: &letters, aligned: analysis.calls.aligned };
        value::object(out, |object| {
            self.write_names(object, record, analysis);
            calls::write(object, &analysis.calls, &self.composition);
            self.write_frame_shifts(object, analysis);
            self.write_aa_changes(object, analysis);
            self.write_groups(object, analysis, &genome);
            self.write_nuc_to_aa(object, analysis);
            object.span("alignmentRange", analysis.calls.aligned);
            write_score(object.field("alignmentScore"), analysis.alignment_score);
            self.write_sequenced(object, analysis);
            object.field("pcrPrimerChanges").extend_from_slice(b"[]");
            object.count("totalPcrPrimerChanges", 0u32);
            object.text_if_any("clade", self.clade(analysis));
            self.write_private(object, analysis, &genome);
            self.write_founders(object, analysis, &genome);
            object.field("refNodes").extend_from_slice(&self.ref_nodes);
            self.write_searched(object, analysis, &genome);
            self.write_warnings(object, warnings);
            object.list("missingCdses", analysis.failed_genes(self.pack), value::string);
            let placed = self.pack.tree().zip(analysis.place.as_ref());
            object.number("divergence", placed.map_or(0.0, |(tree, place)| self.divergence(tree, place)));
            object.number("coverage", analysis.coverage(self.pack));
            self.write_cds_coverage(object, analysis);
            self.write_quality(object, analysis);
            self.write_nearest(object, analysis);
            object.flag("isReverseComplement", analysis.is_reverse_complement);
            self.write_phenotypes(object, analysis);
            self.write_motifs(object, analysis);
            self.write_annotation(object, record, analysis);
            self.write_own(object, analysis);
        });
        out.push(b'\n');
    }

    /// Writes the line of a sequence that was not analysed, with its line end.
    pub fn write_error(record: RecordName, errors: &[&str], out: &mut Buffer) {
        value::object(out, |object| {
            object.count("index", record.index);
            object.text("seqName", record.name);
            object.list("errors", errors, |out, error| value::string(out, error));
        });
        out.push(b'\n');
    }

    fn write_names(&self, object: &mut Object, record: RecordName, analysis: &Analysis) {
        let (id, description) = split_name(record.name);
        object.count("index", record.index);
        object.text("seqName", record.name);
        object.text("seqId", id);
        object.text("seqDesc", description);
        object.count("lenUnaligned", analysis.length_nt);
        object.count("lenAligned", analysis.path.columns());
        object.count("lenStripped", self.pack.reference().length_nt());
        object.text("refName", &self.pack.reference().name);
        object.text("datasetName", self.pack.name());
    }

    fn write_warnings(&self, object: &mut Object, warnings: &[Warning]) {
        object.list("warnings", warnings, |out, warning| {
            value::object(out, |object| {
                match warning.cds {
                    Some(cds) => object.field("cdsName").extend_from_slice(self.cds_key(cds)),
                    None => object.text("cdsName", "nuc"),
                }
                object.text("warning", &warning.sentence);
            });
        });
    }

    fn write_nearest(&self, object: &mut Object, analysis: &Analysis) {
        let placed = self.pack.tree().zip(analysis.place.as_ref());
        value::object(object.field("customNodeAttributes"), |object| {
            let Some((tree, place)) = placed else { return };
            for &at in &self.attributes_by_name {
                if let Some(text) = tree.attribute(place.placement.node, at) {
                    value::string(object.field_named(&tree.file().meta.clade_node_attrs[at].name), text);
                }
            }
        });
        object.count("nearestNodeId", placed.map_or(0, |(_, place)| place.placement.node));
        object
            .text("nearestNodeName", placed.map_or("", |(tree, place)| tree.node_name(place.placement.node)));
        if let Some((tree, place)) = placed.filter(|_| self.names_nearest) {
            let names = place.placement.equally_near.iter().map(|&node| tree.node_name(node));
            object.list("nearestNodes", names, value::string);
        }
    }

    fn write_phenotypes(&self, object: &mut Object, analysis: &Analysis) {
        let phenotypes = &self.pack.pathogen().phenotypes;
        let out = object.field("phenotypeValues");
        if phenotypes.is_empty() {
            out.extend_from_slice(b"null");
            return;
        }
        let scored = phenotypes.iter().zip(&analysis.phenotypes);
        let scored = scored.filter_map(|(phenotype, score)| Some((phenotype, (*score)?)));
        value::list(out, scored, |out, (phenotype, score)| {
            value::object(out, |object| {
                object.text("name", &phenotype.name);
                object.text("cds", &phenotype.cds_name);
                object.number("value", score);
            });
        });
    }

    /// What the field's lines do not have.
    fn write_own(&self, object: &mut Object, analysis: &Analysis) {
        value::object(object.field("hearth"), |object| {
            object.text("pack", self.pack.name());
            if let Some(place) = &analysis.place {
                object.count("placementDistance", place.placement.distance);
                object.count("equallyNearNodes", place.placement.equally_near.len() as u32);
                object.number("placementConfidence", (place.placement.confidence * 1000.0).round() / 1000.0);
            }
            value::object(object.field("structure"), |object| {
                object.number("score", analysis.structure.score);
                object.text("status", analysis.structure.status().word());
                object.list("findings", &analysis.structure.findings, |out, finding| {
                    value::string(out, &finding.to_string());
                });
                if let Some((mosaic, tree)) = analysis.structure.mosaic.zip(self.pack.tree()) {
                    value::object(object.field("mosaic"), |object| {
                        object.text("leftParent", tree.node_name(mosaic.left));
                        object.text("rightParent", tree.node_name(mosaic.right));
                        object.span("breakpoint", mosaic.breakpoint);
                        object.count("distance", mosaic.distance);
                        object.count("singleDistance", mosaic.single_distance);
                        object.count("leftSupport", mosaic.left_support);
                        object.count("rightSupport", mosaic.right_support);
                    });
                }
            });
        });
    }

    fn clade(&self, analysis: &Analysis) -> Option<&str> {
        self.pack.tree()?.clade(analysis.place.as_ref()?.placement.node)
    }

    fn readings_by_name<'b>(&'b self, analysis: &'b Analysis) -> impl Iterator<Item = &'b Reading> {
        self.pack.cdses_by_name().iter().filter_map(|&cds| analysis.readings[cds].as_ref())
    }

    /// Name of a coding sequence in quotes.
    fn cds_key(&self, cds: usize) -> &[u8] {
        &self.cds_keys[cds]
    }

    fn cds_rank(&self, cds: usize) -> usize {
        self.cds_ranks[cds]
    }

    /// Begins a field named after a coding sequence.
    fn cds_field<'b>(&self, object: &'b mut Object, cds: usize) -> &'b mut Buffer {
        object.field_as_written(self.cds_key(cds))
    }
}

/// Identifier and description of a record: its name up to the first blank, and the rest.
fn split_name(name: &str) -> (&str, &str) {
    name.split_once(' ').unwrap_or((name, ""))
}

fn by_name<T>(items: &[T], name: impl Fn(&T) -> &String) -> Vec<usize> {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by(|&a, &b| name(&items[a]).cmp(name(&items[b])));
    order
}

fn write_score(out: &mut Buffer, score: i32) {
    if score < 0 {
        out.push(b'-');
    }
    super::text::integer(out, u64::from(score.unsigned_abs()));
}
