//! Joins lines into features, and features into a forest by `ID` and `Parent`.
//!
//! Lines with the same `ID` that follow each other are one feature in several pieces. Top-level features are
//! sorted by place, children stay in the order of the file. Refuses to know what a gene is, except that a
//! feature may not be half gene, half coding sequence.

use std::cell::Cell;
use std::collections::HashMap;

use super::model::Landmark;
use super::record::Record;
use super::{AnnotationError, AnnotationLimits};

pub(super) const GENE: &str = "gene";
pub(super) const CDS: &str = "CDS";
pub(super) const MATURE_PROTEIN: &str = "mature_protein_region_of_CDS";

/// One feature: one line, or several with one `ID`.
#[derive(Debug)]
pub(super) struct Feature {
    /// Never empty.
    pub records: Vec<Record>,
    pub id: String,
    /// Names of the lines, each once, joined by `+`; so are the next two.
    pub name: String,
    pub product: String,
    pub kind: String,
    /// Indices into [`Forest::features`].
    pub children: Vec<usize>,
    is_top_level: bool,
}

impl Feature {
    fn new(records: Vec<Record>) -> Self {
        Self {
            id: join(records.iter().map(|record| record.id.as_str())),
            name: join(records.iter().map(|record| record.name.as_str())),
            product: join(records.iter().map(|record| record.product.as_str())),
            kind: join(records.iter().map(|record| record.kind.as_str())),
            children: Vec::new(),
            is_top_level: records.iter().all(|record| record.parents.is_empty()),
            records,
        }
    }

    /// First line of the feature, 1-based.
    pub(super) fn line(&self) -> u32 {
        self.records.first().map_or(0, Record::line)
    }

    /// Place first, then longest first, then type and name as Nextclade shows them.
    fn sort_key(&self) -> (u32, i64, String) {
        let begin = self.records.iter().map(|record| record.span.begin.0).min().unwrap_or(0);
        let end = self.records.iter().map(|record| record.span.end.0).max().unwrap_or(0);
        let kind = match self.kind.as_str() {
            MATURE_PROTEIN => "mature protein",
            "signal_peptide_region_of_CDS" => "signal peptide",
            "five_prime_UTR" => "5' UTR",
            "three_prime_UTR" => "3' UTR",
            kind => kind,
        };
        (begin, -i64::from(end), format!("{kind} '{}'", self.name))
    }

    fn check_one_type(&self) -> Result<(), AnnotationError> {
        let Some(first) = self.records.first() else { return Ok(()) };
        let matters = |record: &&Record| [GENE, CDS, MATURE_PROTEIN].contains(&record.kind.as_str());
        let other = self.records.iter().find(|record| record.kind != first.kind);
        match other {
            Some(other) if self.records.iter().any(|record| matters(&record)) => Err(AnnotationError::line(
                other.line(),
                format!(
                    "type '{}' shares the ID '{}' with line {}, which is of type '{}'; give each its own ID",
                    other.kind,
                    self.id,
                    first.line(),
                    first.kind
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// All features of a file.
#[derive(Debug)]
pub(super) struct Forest {
    pub features: Vec<Feature>,
    /// Top-level features, sorted.
    pub roots: Vec<usize>,
    pub landmarks: Vec<Landmark>,
    landmark_of_seqid: HashMap<String, usize>,
    /// Features still to be visited before the file is taken for a trap (features with several parents
    /// multiply).
    visits_left: Cell<usize>,
}

impl Forest {
    /// Builds the forest; every `Parent` leads to a top-level feature.
    pub(super) fn grow(records: Vec<Record>, limits: AnnotationLimits) -> Result<Self, AnnotationError> {
        let (landmarks, landmark_of_seqid) = landmarks(&records)?;
        let mut features: Vec<Feature> = Vec::new();
        let mut run: Vec<Record> = Vec::new();
        for record in records {
            if run.last().is_some_and(|last| last.id != record.id) {
                features.push(Feature::new(std::mem::take(&mut run)));
            }
            if run.len() >= limits.pieces {
                return Err(AnnotationError::line(
                    record.line(),
                    format!("more than {} lines in a row have the ID '{}'", limits.pieces, record.id),
                ));
            }
            run.push(record);
        }
        features.push(Feature::new(run));
        features.iter().try_for_each(Feature::check_one_type)?;
        link(&mut features, limits)?;
        check_no_circle(&features)?;
        let mut roots: Vec<usize> = (0..features.len()).filter(|&at| features[at].is_top_level).collect();
        roots.sort_by_cached_key(|&at| features[at].sort_key());
        let visits_left = Cell::new(limits.features.saturating_mul(20));
        Ok(Self { features, roots, landmarks, landmark_of_seqid, visits_left })
    }

    /// The landmark a record lies on.
    pub(super) fn landmark_of(&self, record: &Record) -> Option<usize> {
        self.landmark_of_seqid.get(&record.seqid).copied()
    }

    /// `from` and everything below, parents first, children in the order of the file. A feature with two
    /// parents comes twice.
    pub(super) fn preorder(
        &self,
        from: &[usize],
        limits: AnnotationLimits,
    ) -> Result<Vec<usize>, AnnotationError> {
        let mut order = Vec::new();
        let mut stack: Vec<(usize, usize)> = from.iter().rev().map(|&at| (at, 1)).collect();
        while let Some((at, depth)) = stack.pop() {
            let feature = &self.features[at];
            let left = self.visits_left.get();
            if depth > limits.depth || left == 0 {
                return Err(AnnotationError::line(
                    feature.line(),
                    format!("'Parent' nests deeper than {} levels, or too often", limits.depth),
                ));
            }
            self.visits_left.set(left - 1);
            order.push(at);
            stack.extend(feature.children.iter().rev().map(|&child| (child, depth + 1)));
        }
        Ok(order)
    }
}

/// Finds for each `seqid` the first feature with that `ID` (up to a colon: NCBI writes `NC_1:1..9`).
fn landmarks(records: &[Record]) -> Result<(Vec<Landmark>, HashMap<String, usize>), AnnotationError> {
    let mut by_id: HashMap<&str, &Record> = HashMap::new();
    for record in records {
        by_id.entry(record.id.split(':').next().unwrap_or_default()).or_insert(record);
    }
    let is_circular = records.iter().any(|record| record.is_circular);
    let mut landmarks = Vec::new();
    let mut of_seqid: HashMap<String, usize> = HashMap::new();
    for record in records {
        if of_seqid.contains_key(&record.seqid) {
            continue;
        }
        if let Some(&found) = by_id.get(record.seqid.as_str()) {
            of_seqid.insert(record.seqid.clone(), landmarks.len());
            landmarks.push(Landmark {
                index: found.index,
                id: found.id.clone(),
                name: found.name.clone(),
                span: found.span,
                strand: found.strand,
                is_circular: found.is_circular,
            });
        } else if is_circular {
            return Err(AnnotationError::line(
                record.line(),
                format!(
                    "column 1 names '{}', but no line has that ID; in a file with Is_circular=true every line must \
                     name the feature that spans the genome",
                    record.seqid
                ),
            ));
        }
    }
    Ok((landmarks, of_seqid))
}

fn link(features: &mut [Feature], limits: AnnotationLimits) -> Result<(), AnnotationError> {
    let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, feature) in features.iter().enumerate() {
        by_id.entry(feature.id.clone()).or_default().push(at);
    }
    let mut links: Vec<(usize, usize)> = Vec::new();
    for (child, feature) in features.iter().enumerate() {
        let mut seen: Vec<&str> = Vec::new();
        for (record, parent) in feature.records.iter().flat_map(|r| r.parents.iter().map(move |p| (r, p))) {
            let Some(parents) = by_id.get(parent) else {
                return Err(AnnotationError::line(
                    record.line(),
                    format!("Parent='{parent}' is the ID of no line; correct it, or remove Parent"),
                ));
            };
            if *parent == feature.id {
                return Err(AnnotationError::line(
                    record.line(),
                    format!("'{parent}' is named as its own Parent; give child and parent different IDs"),
                ));
            }
            if !seen.contains(&parent.as_str()) {
                seen.push(parent);
                links.extend(parents.iter().map(|&parent| (parent, child)));
            }
            if links.len() > limits.features {
                return Err(AnnotationError::line(
                    record.line(),
                    "too many features share parents; is an ID repeated?",
                ));
            }
        }
    }
    for (parent, child) in links {
        features[parent].children.push(child);
    }
    Ok(())
}

/// Takes away features that have no parent left, again and again; what remains goes round in a circle.
fn check_no_circle(features: &[Feature]) -> Result<(), AnnotationError> {
    let mut parents_left = vec![0usize; features.len()];
    for &child in features.iter().flat_map(|feature| &feature.children) {
        parents_left[child] += 1;
    }
    let mut free: Vec<usize> = (0..features.len()).filter(|&at| parents_left[at] == 0).collect();
    while let Some(at) = free.pop() {
        for &child in &features[at].children {
            parents_left[child] -= 1;
            if parents_left[child] == 0 {
                free.push(child);
            }
        }
    }
    match parents_left.iter().position(|&left| left > 0) {
        Some(at) => Err(AnnotationError::line(
            features[at].line(),
            format!("the parents of '{}' go round in a circle; no feature is on top", features[at].name),
        )),
        None => Ok(()),
    }
}

/// Joins the different texts with `+`, in the order they come.
fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen.join("+")
}
