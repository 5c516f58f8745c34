//! Turns the lines of a coding sequence into segments that lie on the reference, in reading order.
//!
//! On a circular genome a line may end beyond the origin; it is cut there, once per turn. GFF3 specification
//! 1.26, "Circular Genomes".

use super::model::{Landmark, Segment, Strand, Wrapping};
use super::record::Record;
use super::{AnnotationError, AnnotationLimits};
use crate::coordinate::{RefPos, Span};

/// More turns round a circular genome than this are taken for a mistake.
const MOST_TURNS: u32 = 8;

/// The segments of one line, in reading order; their places in the coding sequence are not set yet.
///
/// On the reverse strand the piece after the origin is read first. (Nextclade keeps the order of the forward
/// strand there, which does not give the protein.)
pub(super) fn segments_of(
    record: &Record,
    landmark: Option<&Landmark>,
    landmark_index: Option<usize>,
) -> Result<Vec<Segment>, AnnotationError> {
    let mut parts = parts(record, landmark)?;
    if record.strand == Strand::Reverse {
        parts.reverse();
    }
    let segment = |(span, wrapping): (Span<RefPos>, Wrapping)| Segment {
        index: record.index,
        id: record.id.clone(),
        name: record.name.clone(),
        span,
        span_in_cds: Span::new(0, 0),
        strand: record.strand,
        wrapping,
        phase: 0,
        frame: remainder(span.begin.0),
        landmark: landmark_index,
        exceptions: record.exceptions.clone(),
        attributes: record.attributes.clone(),
        made_from_gene: false,
        origin: record.origin.clone(),
    };
    Ok(parts.into_iter().map(segment).collect())
}

/// Sets each segment's place in the coding sequence and returns them with the whole length.
pub(super) fn join_segments(
    mut segments: Vec<Segment>,
    line: u32,
    name: &str,
    limits: AnnotationLimits,
) -> Result<(Vec<Segment>, u32), AnnotationError> {
    let mut length: u32 = 0;
    for segment in &mut segments {
        let begin = length;
        length = begin.saturating_add(segment.span.len());
        if length > limits.position {
            return Err(AnnotationError::line(
                line,
                format!("CDS '{name}' is longer than {} nucleotides in all", limits.position),
            ));
        }
        segment.span_in_cds = Span::new(begin, length);
        segment.phase = (3 - remainder(begin)) % 3;
    }
    Ok((segments, length))
}

fn parts(
    record: &Record,
    landmark: Option<&Landmark>,
) -> Result<Vec<(Span<RefPos>, Wrapping)>, AnnotationError> {
    let span = record.span;
    let Some(landmark) = landmark else { return Ok(vec![(span, Wrapping::No)]) };
    let (begin, end) = (landmark.span.begin.0, landmark.span.end.0);
    let outside = |what: &str| {
        Err(AnnotationError::line(
            record.line(),
            format!("'{}' at {span} {what} '{}' at {}", record.name, landmark.name, landmark.span),
        ))
    };
    if span.begin.0 < begin || span.begin.0 >= end {
        return outside("begins outside");
    }
    if span.end.0 <= end {
        return Ok(vec![(span, Wrapping::No)]);
    }
    if !landmark.is_circular {
        return outside("ends outside the linear");
    }
    let turn = landmark.span.len();
    let mut left = span.end.0 - end;
    if left / turn >= MOST_TURNS {
        return outside("goes too many times round");
    }
    let mut parts = vec![(Span::new(span.begin.0, end), Wrapping::Start)];
    let mut count = 1;
    while left > turn {
        parts.push((landmark.span, Wrapping::Central(count)));
        count += 1;
        left -= turn;
    }
    parts.push((Span::new(begin, begin + left), Wrapping::End(count)));
    Ok(parts)
}

fn remainder(position: u32) -> u8 {
    match position % 3 {
        0 => 0,
        1 => 1,
        _ => 2,
    }
}
