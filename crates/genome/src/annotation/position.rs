//! Between the reference and a coding sequence: which nucleotide is which.
//!
//! Reads only the segments; refuses to know of insertions or of any query sequence.

use super::{Annotation, Cds, Segment, Strand};
use crate::coordinate::{CdsPos, CodonPos, RefPos, Span};

impl Strand {
    /// `+` or `-`, as GFF3 writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Forward => "+",
            Self::Reverse => "-",
        }
    }
}

impl Segment {
    /// The reference position of a position of the coding sequence, if it lies in this segment.
    pub fn reference_position(&self, position: CdsPos) -> Option<RefPos> {
        self.span_in_cds.contains(position).then(|| {
            let offset = position.0 - self.span_in_cds.begin.0;
            match self.strand {
                Strand::Forward => RefPos(self.span.begin.0 + offset),
                Strand::Reverse => RefPos(self.span.end.0 - 1 - offset),
            }
        })
    }

    /// The position in the coding sequence of a reference position, if it lies in this segment.
    pub fn cds_position(&self, position: RefPos) -> Option<CdsPos> {
        self.span.contains(position).then(|| {
            let offset = match self.strand {
                Strand::Forward => position.0 - self.span.begin.0,
                Strand::Reverse => self.span.end.0 - 1 - position.0,
            };
            CdsPos(self.span_in_cds.begin.0 + offset)
        })
    }

    /// The reference span of the part of `span` that lies in this segment.
    fn reference_span(&self, span: Span<CdsPos>) -> Option<Span<RefPos>> {
        let shared = self.span_in_cds.intersect(span);
        if shared.is_empty() {
            return None;
        }
        let (begin, end) =
            (shared.begin.0 - self.span_in_cds.begin.0, shared.end.0 - self.span_in_cds.begin.0);
        Some(match self.strand {
            Strand::Forward => Span::new(self.span.begin.0 + begin, self.span.begin.0 + end),
            Strand::Reverse => Span::new(self.span.end.0 - end, self.span.end.0 - begin),
        })
    }
}

impl Cds {
    /// Number of codons, a stop codon at the end included.
    pub fn codons(&self) -> u32 {
        self.length_nt / 3
    }

    /// The reference position of a position of this coding sequence; `None` past its end.
    pub fn reference_position(&self, position: CdsPos) -> Option<RefPos> {
        let after = self.segments.partition_point(|segment| segment.span_in_cds.end <= position);
        self.segments.get(after)?.reference_position(position)
    }

    /// The positions in this coding sequence of a reference position: none, one, or more where segments
    /// overlap.
    pub fn cds_positions(&self, position: RefPos) -> impl Iterator<Item = CdsPos> + '_ {
        self.segments.iter().filter_map(move |segment| segment.cds_position(position))
    }

    /// The pieces of the reference a span of this coding sequence covers, in reading order.
    pub fn spans_of(&self, span: Span<CdsPos>) -> Vec<(Span<RefPos>, Strand)> {
        self.segments
            .iter()
            .filter_map(|segment| Some((segment.reference_span(span)?, segment.strand)))
            .collect()
    }

    /// The pieces of the reference a codon covers, in reading order.
    pub fn codon_spans(&self, codon: CodonPos) -> Vec<(Span<RefPos>, Strand)> {
        let begin = codon.0.saturating_mul(3);
        self.spans_of(Span::new(begin, begin.saturating_add(3)))
    }

    /// From the first to the last reference position of any segment.
    pub fn span(&self) -> Span<RefPos> {
        let begin = self.segments.iter().map(|segment| segment.span.begin.0).min().unwrap_or(0);
        let end = self.segments.iter().map(|segment| segment.span.end.0).max().unwrap_or(0);
        Span::new(begin, end)
    }
}

impl Annotation {
    /// Every coding sequence (as index) and place in it that a reference position belongs to.
    pub fn positions_at(&self, position: RefPos) -> impl Iterator<Item = (usize, CdsPos)> + '_ {
        self.cdses
            .iter()
            .enumerate()
            .flat_map(move |(index, cds)| cds.cds_positions(position).map(move |at| (index, at)))
    }

    /// The coding sequence of this name, as index into [`Annotation::cdses`].
    pub fn cds_named(&self, name: &str) -> Option<usize> {
        self.cdses.iter().position(|cds| cds.name == name)
    }

    /// One past the last reference position any segment touches: the shortest reference this fits.
    pub fn reference_end(&self) -> u32 {
        self.cdses.iter().map(|cds| cds.span().end.0).max().unwrap_or(0)
    }
}
