//! What matters of a genome for its distance to others: its substitutions, and where nothing is known of it.
//!
//! Holds no names and no letters of the reference. [`Profile::difference`] compares two profiles by walking along
//! their lists; the search over a whole batch is in `walk.rs`. Start at [`Profile::of_calls`].

use crate::alphabet::nucleotide;
use crate::calls::Calls;
use crate::coordinate::{Position, RefPos, Span};

/// Bases a position may have.
pub(super) const BASES: u32 = 4;

/// A base other than the reference's: four times the position, and which of A, C, G and T.
pub(super) type BaseCode = u32;

/// The position of a base.
pub(super) fn position_of(code: BaseCode) -> RefPos {
    RefPos(code / BASES)
}

/// What matters of a genome for its distance to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// In order.
    bases: Box<[BaseCode]>,
    /// In order, neither overlapping nor touching.
    unknown: Box<[Span<RefPos>]>,
    unknown_nt: u32,
}

/// How two genomes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Positions at which both have one of A, C, G and T and they differ.
    pub distance: u32,
    /// Positions at which both have one of A, C, G and T.
    pub compared: u32,
}

impl Profile {
    /// The profile of a genome on a reference of `length_nt` letters.
    ///
    /// Unknown are N, ambiguous letters, deleted letters and what lies outside the aligned span.
    pub fn of_calls(calls: &Calls, length_nt: u32) -> Self {
        let outside = [Span::new(0, calls.aligned.begin.0), Span::new(calls.aligned.end.0, length_nt)];
        let spans = calls.missing.iter().chain(&calls.deletions).chain(&outside).copied();
        let spans = spans.chain(calls.ambiguous.iter().map(|run| run.span));
        Self::new(calls.substitutions.iter().map(|found| (found.position, found.to)), spans.collect())
    }

    /// The profile of a genome with these bases instead of the reference's, in order of position, and these spans, in
    /// any order, of which nothing is known.
    pub fn new(substitutions: impl Iterator<Item = (RefPos, u8)>, unknown: Vec<Span<RefPos>>) -> Self {
        let code = |(position, letter): (RefPos, u8)| {
            position.get() * BASES + nucleotide::bases(letter).trailing_zeros() % BASES
        };
        let bases = substitutions.map(code).collect();
        let unknown = joined(unknown);
        let unknown_nt = unknown.iter().map(|span| span.len()).sum();
        Self { bases, unknown: unknown.into(), unknown_nt }
    }

    /// Its bases other than the reference's, in order.
    pub(super) fn bases(&self) -> &[BaseCode] {
        &self.bases
    }

    /// Where nothing is known of it, in order.
    pub(super) fn unknown(&self) -> &[Span<RefPos>] {
        &self.unknown
    }

    /// Number of positions that are not known.
    pub fn unknown_nt(&self) -> u32 {
        self.unknown_nt
    }

    /// Memory it takes, about.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.bases) + size_of_val(&*self.unknown)
    }

    /// Distance to another genome on the same reference of `length_nt` letters; none unless each [covers](Self::covers)
    /// the other.
    pub fn difference(&self, other: &Self, length_nt: u32) -> Option<Difference> {
        let is_mutual = self.covers(other, length_nt) && other.covers(self, length_nt);
        is_mutual
            .then(|| Difference { distance: self.distance(other), compared: self.compared(other, length_nt) })
    }

    /// Whether so much of it is known that it can be a neighbour of `other`: three quarters of the positions known in
    /// `other`, and half of the reference.
    pub fn covers(&self, other: &Self, length_nt: u32) -> bool {
        let known_in_other = u64::from(length_nt.saturating_sub(other.unknown_nt));
        let is_enough = |compared: u32| {
            compared >= length_nt.div_ceil(2) && u64::from(compared) * 4 >= known_in_other * 3
        };
        // Usually sure without looking where the unknown positions are.
        let most = length_nt.saturating_sub(self.unknown_nt.max(other.unknown_nt));
        let least = length_nt.saturating_sub(self.unknown_nt.saturating_add(other.unknown_nt));
        is_enough(least) || is_enough(most) && is_enough(self.compared(other, length_nt))
    }

    /// Number of positions known in both.
    pub(super) fn compared(&self, other: &Self, length_nt: u32) -> u32 {
        let (mut in_both, mut others) = (0, &other.unknown[..]);
        for span in &self.unknown {
            others = &others[others.partition_point(|theirs| theirs.end <= span.begin)..];
            let met = others.iter().take_while(|theirs| theirs.begin < span.end);
            in_both += met.map(|theirs| span.intersect(*theirs).len()).sum::<u32>();
        }
        (length_nt + in_both).saturating_sub(self.unknown_nt + other.unknown_nt)
    }

    fn distance(&self, other: &Self) -> u32 {
        let (mut alike, mut unlike) = (0, 0);
        let mut theirs = other.bases.iter().copied().peekable();
        for &ours in &self.bases {
            while theirs.next_if(|&code| position_of(code) < position_of(ours)).is_some() {}
            match theirs.next_if(|&code| position_of(code) == position_of(ours)) {
                Some(code) if code == ours => alike += 1,
                Some(_) => unlike += 1,
                None => {}
            }
        }
        let all = self.bases.len() + other.bases.len();
        let counted_twice = 2 * alike + unlike;
        (all - counted_twice - self.hidden_by(other) - other.hidden_by(self)) as u32
    }

    /// Number of its bases where the other is unknown.
    fn hidden_by(&self, other: &Self) -> usize {
        let mut bases = &self.bases[..];
        let mut hidden = 0;
        for span in &other.unknown {
            bases = &bases[bases.partition_point(|&code| position_of(code) < span.begin)..];
            let end = bases.partition_point(|&code| position_of(code) < span.end);
            hidden += end;
            bases = &bases[end..];
        }
        hidden
    }

    /// Appends it as bytes that [`Self::from_bytes`] reads.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        let mut put = |number: u32| out.extend_from_slice(&number.to_le_bytes());
        put(self.bases.len() as u32);
        put(self.unknown.len() as u32);
        self.bases.iter().for_each(|&code| put(code));
        for span in &self.unknown {
            put(span.begin.get());
            put(span.end.get());
        }
    }

    /// Reads one profile from the beginning of `bytes` and moves behind it; none if the bytes are not such.
    pub fn from_bytes(bytes: &mut &[u8]) -> Option<Self> {
        let [bases, spans] = [number(bytes)?, number(bytes)?].map(|count| count as usize);
        if bytes.len() / size_of::<u32>() < bases.saturating_add(spans.saturating_mul(2)) {
            return None;
        }
        let bases = (0..bases).map(|_| number(bytes)).collect::<Option<_>>()?;
        let spans = (0..spans).map(|_| Some(Span::new(number(bytes)?, number(bytes)?)));
        let unknown = spans.collect::<Option<Box<[Span<RefPos>]>>>()?;
        let unknown_nt = unknown.iter().map(|span| span.len()).sum();
        Some(Self { bases, unknown, unknown_nt })
    }
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

/// Spans in order; those that touch become one.
fn joined(mut spans: Vec<Span<RefPos>>) -> Vec<Span<RefPos>> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    spans.dedup_by(|next, last| {
        let touches = next.begin <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::super::twin::profile_of;
    use super::*;

    const REFERENCE: &[u8] = b"ACGTACGTACGT";

    #[test]
    fn only_bases_known_in_both_count() {
        let check = |one: &[u8], other: &[u8], expected: Option<(u32, u32)>| {
            let [a, b] = [one, other].map(|letters| profile_of(letters, REFERENCE));
            let found = a.difference(&b, 12).map(|found| (found.distance, found.compared));
            assert_eq!(found, expected, "{} {}", one.escape_ascii(), other.escape_ascii());
        };
        check(REFERENCE, REFERENCE, Some((0, 12)));
        check(b"TCGTACGTACGT", REFERENCE, Some((1, 12)));
        // The same change in both; two different changes of one letter.
        check(b"TCGTACGTACGT", b"TCGTACGTACGA", Some((1, 12)));
        check(b"TCGTACGTACGT", b"GCGTACGTACGT", Some((1, 12)));
        // N, ambiguous letters, deletions and missing ends make no difference.
        check(b"TCGTACGTACGT", b"NCGTACGTACGT", Some((0, 11)));
        check(b"TCGTACGTACGT", b"RCGTACGTACGT", Some((0, 11)));
        check(b"ACTTACGTACGT", b"AC--ACGTACGT", Some((0, 10)));
        check(b"TCGTACGTACGA", b"-CGTACGTAC--", Some((0, 9)));
    }

    #[test]
    fn a_neighbour_is_known_where_the_genome_is() {
        let check = |one: &[u8], other: &[u8], expected: [bool; 2]| {
            let [a, b] = [one, other].map(|letters| profile_of(letters, REFERENCE));
            assert_eq!([a.covers(&b, 12), b.covers(&a, 12)], expected);
            assert_eq!(a.difference(&b, 12).is_some(), expected == [true; 2]);
        };
        check(REFERENCE, REFERENCE, [true, true]);
        check(b"NNNTACGTACGT", REFERENCE, [true, true]);
        // Of what is known of the whole genome too little is known of the other, which itself has a near neighbour.
        check(b"NNNNACGTACGT", REFERENCE, [false, true]);
        check(b"NNNNACGTACGT", b"NNNNACGTACGT", [true, true]);
        check(b"NNNNNNGTACGT", b"NNNNACGTACGT", [true, true]);
        // Half of the reference must be known in both, and that is not enough where more is known of one.
        check(b"NNNNNNNTACGT", b"NNNNNNNTACGT", [false, false]);
        check(b"NNNTACGTACGN", b"ACGTACGTANNN", [false, true]);
        check(b"NNNNNNNNNNNN", REFERENCE, [false, false]);
    }

    #[test]
    fn a_profile_survives_as_bytes() {
        let profile = profile_of(b"TCNNACRTAC--", REFERENCE);
        let mut bytes = Vec::new();
        profile.write_bytes(&mut bytes);
        profile.write_bytes(&mut bytes);
        let mut rest = &bytes[..];
        assert_eq!(Profile::from_bytes(&mut rest), Some(profile.clone()));
        assert_eq!(Profile::from_bytes(&mut rest), Some(profile));
        assert_eq!((rest.len(), Profile::from_bytes(&mut rest)), (0, None));
        assert_eq!(Profile::from_bytes(&mut &bytes[..9]), None);
        assert_eq!(Profile::from_bytes(&mut &[255; 8][..]), None);
    }
}
