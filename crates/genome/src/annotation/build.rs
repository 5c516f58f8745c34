//! Turns the forest of features into genes and coding sequences, and checks the result.
//!
//! A gene without coding sequence becomes one; a file without genes gets one per coding sequence. Both as
//! Nextclade does, so that its packs read the same.

use std::collections::HashMap;

use super::feature::{CDS, Feature, Forest, GENE, MATURE_PROTEIN};
use super::model::{Annotation, Attribute, Cds, Gene, Landmark, Protein, ProteinSegment, Segment};
use super::record::Record;
use super::segment::{join_segments, segments_of};
use super::{AnnotationError, AnnotationLimits};

/// Builds and checks the annotation.
pub(super) fn annotation(forest: &Forest, limits: AnnotationLimits) -> Result<Annotation, AnnotationError> {
    let order = forest.preorder(&forest.roots, limits)?;
    let mut builder = Builder { forest, limits, annotation: Annotation::default() };
    if order.iter().any(|&at| forest.features[at].kind == GENE) {
        builder.genes(&order)?;
    } else {
        builder.lone_cdses(&order)?;
    }
    let mut annotation = builder.annotation;
    if annotation.genes.is_empty() {
        return Err(AnnotationError::file(
            "no line is of type 'gene' or 'CDS' (column 3); there is nothing to translate",
        ));
    }
    check(&annotation)?;
    annotation.landmarks.clone_from(&forest.landmarks);
    Ok(annotation)
}

struct Builder<'a> {
    forest: &'a Forest,
    limits: AnnotationLimits,
    annotation: Annotation,
}

impl<'a> Builder<'a> {
    fn genes(&mut self, order: &[usize]) -> Result<(), AnnotationError> {
        let mut used = vec![false; self.forest.features.len()];
        for &at in order.iter().filter(|&&at| self.forest.features[at].kind == GENE) {
            let feature = &self.forest.features[at];
            let [record] = feature.records.as_slice() else {
                return Err(AnnotationError::line(
                    feature.line(),
                    format!(
                        "gene '{}' has {} lines with one ID; a gene has one",
                        feature.name,
                        feature.records.len()
                    ),
                ));
            };
            let gene = self.annotation.genes.len();
            let first_cds = self.annotation.cdses.len();
            for below in self.forest.preorder(&feature.children, self.limits)? {
                if self.forest.features[below].kind == CDS {
                    used[below] = true;
                    let cds = self.cds(gene, &self.forest.features[below])?;
                    self.annotation.cdses.push(cds);
                }
            }
            if self.annotation.cdses.len() == first_cds {
                let cds = self.cds_of_gene(gene, record)?;
                self.annotation.cdses.push(cds);
            }
            let cdses = first_cds..self.annotation.cdses.len();
            self.annotation.genes.push(Gene {
                index: record.index,
                id: record.id.clone(),
                name: record.name.clone(),
                span: record.span,
                cdses,
                exceptions: record.exceptions.clone(),
                attributes: record.attributes.clone(),
                made_from_cds: false,
                origin: record.origin.clone(),
            });
        }
        for &at in order.iter().filter(|&&at| !used[at] && self.forest.features[at].kind == CDS) {
            let feature = &self.forest.features[at];
            self.annotation.remarks.push(format!(
                "Line {}: CDS '{}' belongs to no gene and is left out, because the file has genes.",
                feature.line(),
                feature.name
            ));
        }
        Ok(())
    }

    fn lone_cdses(&mut self, order: &[usize]) -> Result<(), AnnotationError> {
        for &at in order.iter().filter(|&&at| self.forest.features[at].kind == CDS) {
            let gene = self.annotation.genes.len();
            let cds = self.cds(gene, &self.forest.features[at])?;
            let origin = cds.segments.first().map(|segment| segment.origin.clone()).unwrap_or_default();
            let first_cds = self.annotation.cdses.len();
            self.annotation.genes.push(Gene {
                index: 0,
                id: cds.id.clone(),
                name: cds.name.clone(),
                span: cds.span(),
                cdses: first_cds..first_cds + 1,
                exceptions: cds.exceptions.clone(),
                attributes: Vec::new(),
                made_from_cds: true,
                origin,
            });
            self.annotation.cdses.push(cds);
        }
        Ok(())
    }

    fn cds(&self, gene: usize, feature: &'a Feature) -> Result<Cds, AnnotationError> {
        let mut pieces = Vec::new();
        for record in &feature.records {
            pieces.extend(segments_of(record, self.landmark(record), self.forest.landmark_of(record))?);
        }
        let (segments, length_nt) = join_segments(pieces, feature.line(), &feature.name, self.limits)?;
        let mut proteins = Vec::new();
        for below in self.forest.preorder(&feature.children, self.limits)? {
            if self.forest.features[below].kind == MATURE_PROTEIN {
                proteins.push(protein(&self.forest.features[below]));
            }
        }
        Ok(Cds {
            id: feature.id.clone(),
            name: feature.name.clone(),
            product: feature.product.clone(),
            gene,
            length_nt,
            proteins,
            exceptions: each_once(segments.iter().flat_map(|segment| &segment.exceptions)),
            attributes: merged(segments.iter().map(|segment| segment.attributes.as_slice())),
            made_from_gene: false,
            segments,
        })
    }

    fn cds_of_gene(&self, gene: usize, record: &Record) -> Result<Cds, AnnotationError> {
        let pieces = segments_of(record, self.landmark(record), self.forest.landmark_of(record))?;
        let (mut segments, length_nt) = join_segments(pieces, record.line(), &record.name, self.limits)?;
        for segment in &mut segments {
            segment.id = format!("cds-segment-from-gene-{}", record.id);
            segment.made_from_gene = true;
        }
        let mut whole = protein_segment(record);
        whole.id = format!("protein-segment-from-gene-{}", record.id);
        whole.made_from_gene = true;
        let protein = Protein {
            id: format!("protein-from-gene-{}", record.id),
            name: record.name.clone(),
            product: record.product.clone(),
            segments: vec![whole],
        };
        Ok(Cds {
            id: format!("cds-from-gene-{}", record.id),
            name: record.name.clone(),
            product: record.product.clone(),
            gene,
            segments,
            length_nt,
            proteins: vec![protein],
            exceptions: record.exceptions.clone(),
            attributes: record.attributes.clone(),
            made_from_gene: true,
        })
    }

    fn landmark(&self, record: &Record) -> Option<&'a Landmark> {
        self.forest.landmark_of(record).and_then(|at| self.forest.landmarks.get(at))
    }
}

fn protein(feature: &Feature) -> Protein {
    Protein {
        id: feature.id.clone(),
        name: feature.name.clone(),
        product: feature.product.clone(),
        segments: feature.records.iter().map(protein_segment).collect(),
    }
}

fn protein_segment(record: &Record) -> ProteinSegment {
    ProteinSegment {
        id: record.id.clone(),
        name: record.name.clone(),
        span: record.span,
        exceptions: record.exceptions.clone(),
        attributes: record.attributes.clone(),
        made_from_gene: false,
        origin: record.origin.clone(),
    }
}

fn check(annotation: &Annotation) -> Result<(), AnnotationError> {
    for cds in &annotation.cdses {
        if !cds.length_nt.is_multiple_of(3) {
            let parts: Vec<String> = cds.segments.iter().map(|s| s.span.len().to_string()).collect();
            let sum = if parts.len() > 1 { format!(" ({})", parts.join(" + ")) } else { String::new() };
            return Err(AnnotationError::line(
                cds.segments.first().map_or(0, |segment| segment.origin.line),
                format!(
                    "CDS '{}' is {} nucleotides long{sum}, which is not a whole number of codons; correct its start and end",
                    cds.name, cds.length_nt,
                ),
            ));
        }
    }
    unique("gene", annotation.genes.iter().map(|gene| (gene.name.as_str(), gene.origin.line)))?;
    let cds_lines = annotation.cdses.iter().map(|cds| {
        (cds.name.as_str(), cds.segments.first().map_or(0, |segment: &Segment| segment.origin.line))
    });
    unique("CDS", cds_lines)
}

fn unique<'a>(what: &str, names: impl Iterator<Item = (&'a str, u32)>) -> Result<(), AnnotationError> {
    let mut lines: HashMap<&str, u32> = HashMap::new();
    for (name, line) in names {
        if let Some(earlier) = lines.insert(name, line) {
            if earlier == line {
                return Err(AnnotationError::line(
                    line,
                    format!("{what} '{name}' lies below two genes; keep one of its parents"),
                ));
            }
            return Err(AnnotationError::line(
                line,
                format!(
                    "{what} '{name}' was already described on line {earlier}; names must differ (pieces of one CDS \
                     have the same ID and stand on lines that follow each other)"
                ),
            ));
        }
    }
    Ok(())
}

fn each_once<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for text in texts {
        if !seen.contains(text) {
            seen.push(text.clone());
        }
    }
    seen
}

fn merged<'a>(lists: impl Iterator<Item = &'a [Attribute]>) -> Vec<Attribute> {
    let mut merged: Vec<Attribute> = Vec::new();
    for attribute in lists.flatten() {
        let at = merged.iter().position(|known| known.key == attribute.key).unwrap_or_else(|| {
            merged.push(Attribute { key: attribute.key.clone(), values: Vec::new() });
            merged.len() - 1
        });
        let known = &mut merged[at].values;
        for value in &attribute.values {
            if !known.contains(value) {
                known.push(value.clone());
            }
        }
    }
    merged
}
