//! The annotation in positions of the genome: what of each gene was sequenced, and where it lies there.
//!
//! Positions count letters of the sequence as it came, so that they hold for a sequence that came on the
//! opposite strand too. Parts outside the alignment are cut off; what is left of a segment says how much was.
//! Start at [`Json::write_annotation`].

use super::Json;
use super::value::{self, Object};
use crate::align::{Path, Step};
use crate::analysis::Analysis;
use crate::annotation::{Attribute, Cds, Gene, Landmark, Origin, Protein, Segment, Strand, Wrapping};
use crate::coordinate::{QueryPos, RefPos, Span};
use crate::rows::RecordName;
use crate::rows::text::{self, Buffer};

/// Attributes that do not hold for another sequence.
const LEFT_OUT: &[&str] = &["translation", "codon_start"];

/// Texts that are the same for all parts of one genome's annotation.
struct Target<'a> {
    analysis: &'a Analysis,
    index: &'a str,
    sequence_id: &'a str,
}

/// Nucleotides cut off a segment at its lower and upper end on the reference.
#[derive(Clone, Copy)]
struct Cut {
    lower: u32,
    upper: u32,
}

impl Json<'_> {
    /// Writes the annotation; nothing where no gene was sequenced.
    pub(super) fn write_annotation(&self, object: &mut Object, record: RecordName, analysis: &Analysis) {
        let annotation = self.pack.annotation();
        let index = record.index.to_string();
        let target = Target { analysis, index: &index, sequence_id: super::split_name(record.name).0 };
        let placed = annotation.genes.iter().map(|gene| Some((gene, target.place(gene.span)?)));
        let genes: Vec<_> = placed.flatten().collect();
        if genes.is_empty() {
            return;
        }
        value::object(object.field("annotation"), |object| {
            object.list("genes", genes, |out, (gene, span)| {
                target.gene(out, gene, span, &annotation.cdses[gene.cdses.clone()], &annotation.landmarks);
            });
        });
    }
}

impl Target<'_> {
    /// Where a part of the reference lies in the genome; `None` if it was not sequenced.
    fn place(&self, span: Span<RefPos>) -> Option<Span<QueryPos>> {
        let shared = self.analysis.calls.aligned.intersect(span);
        let last = shared.end.0.checked_sub(1).filter(|_| !shared.is_empty())?;
        let path = &self.analysis.path;
        let (begin, end) = (query_position(path, shared.begin.0), query_position(path, last) + 1);
        if self.analysis.is_reverse_complement {
            let length = self.analysis.length_nt;
            return Some(Span::new(length.saturating_sub(end), length.saturating_sub(begin)));
        }
        Some(Span::new(begin, end))
    }

    /// Attributes every part gets.
    fn marks<'a>(&'a self, own: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut marks = vec![("seq_index", self.index)];
        if self.analysis.is_reverse_complement {
            marks.push(("is_reverse_complement", "true"));
        }
        marks.extend_from_slice(own);
        marks
    }

    fn gene(
        &self,
        out: &mut Buffer,
        gene: &Gene,
        span: Span<QueryPos>,
        cdses: &[Cds],
        landmarks: &[Landmark],
    ) {
        let id = format!("Gene-{}-{}", self.index, gene.id);
        value::object(out, |object| {
            object.count("index", gene.index);
            object.text("id", &gene.id);
            object.text("name", &gene.name);
            object.span("range", span);
            let sequenced = cdses.iter().filter_map(|cds| {
                let placed = cds.segments.iter().map(|segment| Some((segment, self.place(segment.span)?)));
                let segments: Vec<_> = placed.flatten().collect();
                (!segments.is_empty()).then_some((cds, segments))
            });
            object.list("cdses", sequenced, |out, (cds, segments)| {
                value::object(out, |object| {
                    object.text("id", &cds.id);
                    object.text("name", &cds.name);
                    object.text("product", &cds.product);
                    object.list("segments", segments, |out, (segment, span)| {
                        self.segment(out, segment, span, &id, landmarks);
                    });
                    object.list("proteins", &cds.proteins, protein);
                    texts(object.field("exceptions"), &cds.exceptions);
                    attributes(object, &cds.attributes, &[], &self.marks(&[]), &[]);
                    object.flag("compatIsGene", cds.made_from_gene);
                    object.field("color").extend_from_slice(b"null");
                });
            });
            texts(object.field("exceptions"), &gene.exceptions);
            let names = [("Name", &*gene.name), ("product", &*gene.name)];
            attributes(object, &gene.attributes, LEFT_OUT, &self.marks(&[("ID", &id)]), &names);
            object.flag("compatIsCds", gene.made_from_cds);
            object.field("color").extend_from_slice(b"null");
            origin(object, &gene.origin, Some(self.sequence_id));
        });
    }

    fn segment(
        &self,
        out: &mut Buffer,
        segment: &Segment,
        span: Span<QueryPos>,
        gene_id: &str,
        landmarks: &[Landmark],
    ) {
        let sequenced = self.analysis.calls.aligned.intersect(segment.span);
        let cut = Cut {
            lower: sequenced.begin.0.saturating_sub(segment.span.begin.0),
            upper: segment.span.end.0.saturating_sub(sequenced.end.0),
        };
        value::object(out, |object| {
            object.count("index", segment.index);
            object.text("id", &segment.id);
            object.text("name", &segment.name);
            object.span("range", span);
            object.span("rangeLocal", segment.span_in_cds);
            let landmark = segment.landmark.and_then(|at| landmarks.get(at));
            object.object_or_null("landmark", landmark, write_landmark);
            wrapping(object, segment.wrapping);
            let strand = match (segment.strand, self.analysis.is_reverse_complement) {
                (Strand::Forward, false) | (Strand::Reverse, true) => Strand::Forward,
                _ => Strand::Reverse,
            };
            object.text("strand", strand.symbol());
            object.count("frame", segment.frame);
            object.count("phase", phase(segment, cut));
            truncation(object, segment.strand, cut);
            texts(object.field("exceptions"), &segment.exceptions);
            self.segment_attributes(object, segment, cut, gene_id);
            object.flag("compatIsGene", segment.made_from_gene);
            object.field("color").extend_from_slice(b"null");
            origin(object, &segment.origin, Some(self.sequence_id));
        });
    }

    fn segment_attributes(&self, object: &mut Object, segment: &Segment, cut: Cut, gene_id: &str) {
        let id = format!("CDS-{}-{}", self.index, segment.id);
        let (lower, upper) = (cut.lower.to_string(), cut.upper.to_string());
        let mut marks = self.marks(&[("ID", &id), ("Parent", gene_id)]);
        if cut.lower > 0 {
            marks.push(("truncated-left", &lower));
        }
        if cut.upper > 0 {
            marks.push(("truncated-right", &upper));
        }
        let names = [("Name", &*segment.name), ("product", &*segment.name)];
        attributes(object, &segment.attributes, LEFT_OUT, &marks, &names);
    }
}

/// The query letter opposite a reference letter; opposite a gap, the letter before the gap.
fn query_position(path: &Path, position: u32) -> u32 {
    let after = path.runs().partition_point(|run| run.reference_end() <= position);
    match path.runs().get(after) {
        Some(run) if run.step == Step::Pair => run.query + (position - run.reference),
        Some(run) => run.query.saturating_sub(1),
        None => path.end().1.saturating_sub(1),
    }
}

/// Nucleotides to skip to the first whole codon that is left.
fn phase(segment: &Segment, cut: Cut) -> u32 {
    let lost = match segment.strand {
        Strand::Forward => cut.lower,
        Strand::Reverse => cut.upper,
    };
    if lost == 0 { u32::from(segment.phase) } else { (3 - (u32::from(segment.phase) + lost) % 3) % 3 }
}

fn truncation(object: &mut Object, strand: Strand, cut: Cut) {
    let (five_prime, three_prime) = match strand {
        Strand::Forward => (cut.lower, cut.upper),
        Strand::Reverse => (cut.upper, cut.lower),
    };
    let out = object.field("truncation");
    match (five_prime, three_prime) {
        (0, 0) => out.extend_from_slice(b"\"none\""),
        (_, 0) => value::object(out, |object| object.count("fivePrime", five_prime)),
        (0, _) => value::object(out, |object| object.count("threePrime", three_prime)),
        // The field's files give both in the order of the reference.
        _ => value::object(out, |object| {
            object.list("both", [cut.lower, cut.upper], |out, value| text::integer(out, u64::from(value)));
        }),
    }
}

fn wrapping(object: &mut Object, part: Wrapping) {
    let out = object.field("wrappingPart");
    match part {
        Wrapping::No => out.extend_from_slice(b"\"non-wrapping\""),
        Wrapping::Start => out.extend_from_slice(b"\"wrapping-start\""),
        Wrapping::Central(at) => value::object(out, |object| object.count("wrapping-central", at)),
        Wrapping::End(at) => value::object(out, |object| object.count("wrapping-end", at)),
    }
}

fn write_landmark(object: &mut Object, landmark: &Landmark) {
    object.count("index", landmark.index);
    object.text("id", &landmark.id);
    object.text("name", &landmark.name);
    object.span("range", landmark.span);
    object.text("strand", landmark.strand.symbol());
    object.flag("isCircular", landmark.is_circular);
}

/// Mature proteins stay in positions of the reference.
fn protein(out: &mut Buffer, protein: &Protein) {
    value::object(out, |object| {
        object.text("id", &protein.id);
        object.text("name", &protein.name);
        object.text("product", &protein.product);
        object.list("segments", &protein.segments, |out, segment| {
            value::object(out, |object| {
                object.text("id", &segment.id);
                object.text("name", &segment.name);
                object.span("range", segment.span);
                texts(object.field("exceptions"), &segment.exceptions);
                attributes(object, &segment.attributes, &[], &[], &[]);
                object.flag("compatIsCds", segment.made_from_gene);
                object.flag("compatIsGene", segment.made_from_gene);
                object.field("color").extend_from_slice(b"null");
                origin(object, &segment.origin, segment.origin.seqid.as_deref());
            });
        });
        object.field("color").extend_from_slice(b"null");
    });
}

fn texts(out: &mut Buffer, texts: &[String]) {
    value::list(out, texts, |out, text| value::string(out, text));
}

/// Attributes of the pack's annotation, without some, with others set, and with `names` where it has none.
fn attributes(
    object: &mut Object,
    original: &[Attribute],
    left_out: &[&str],
    set: &[(&str, &str)],
    names: &[(&str, &str)],
) {
    let one = |out: &mut Buffer, text: &str| value::list(out, [text], value::string);
    value::object(object.field("attributes"), |object| {
        let is_kept = |key: &str| !left_out.contains(&key) && set.iter().all(|&(other, _)| other != key);
        for attribute in original.iter().filter(|attribute| is_kept(&attribute.key)) {
            texts(object.field_named(&attribute.key), &attribute.values);
        }
        for &(key, text) in set {
            one(object.field_named(key), text);
        }
        for &(key, text) in names {
            if original.iter().all(|attribute| attribute.key != key) {
                one(object.field_named(key), text);
            }
        }
    });
}

fn origin(object: &mut Object, origin: &Origin, sequence_id: Option<&str>) {
    let mut column = |key, text: Option<&str>| match text {
        Some(text) => object.text(key, text),
        None => object.field(key).extend_from_slice(b"null"),
    };
    column("gffSeqid", sequence_id);
    column("gffSource", origin.source.as_deref());
    column("gffFeatureType", origin.kind.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_take_the_letter_before_them() {
        let mut path = Path::default();
        path.push(Step::Deletion, 3);
        path.push(Step::Pair, 5);
        path.push(Step::Insertion, 2);
        path.push(Step::Pair, 2);
        path.push(Step::Deletion, 4);
        path.push(Step::Pair, 1);
        let check = |position, expected| assert_eq!(query_position(&path, position), expected, "{position}");
        check(0, 0);
        check(3, 0);
        check(7, 4);
        check(8, 7);
        check(10, 8);
        check(13, 8);
        check(14, 9);
    }
}
