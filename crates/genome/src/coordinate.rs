//! Coordinate spaces as types: a position on the reference cannot be used as a position in a query.
//!
//! All positions are 0-based and all spans half-open; text written for people is 1-based and closed
//! (see [`Span`]'s `Display`). This file refuses to convert between spaces: whoever knows both spaces
//! (an alignment, a coding sequence) owns the conversion.

use std::fmt;
use std::ops::Range;

macro_rules! position {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Position for $name {
            fn new(value: u32) -> Self {
                Self(value)
            }
            fn get(self) -> u32 {
                self.0
            }
        }

        /// Written 1-based, as people count.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", u64::from(self.0) + 1)
            }
        }
    };
}

/// What every coordinate space has in common: a 0-based count of letters.
pub trait Position: Copy + Ord + fmt::Debug {
    /// The position `value` letters after the first.
    fn new(value: u32) -> Self;
    /// How many letters come before this one.
    fn get(self) -> u32;
    /// The position as an index into a slice of that space.
    fn index(self) -> usize {
        self.get() as usize
    }
}

position! {
    /// A nucleotide of the reference genome.
    RefPos
}
position! {
    /// A nucleotide of the sequence that was read, after turning it to the reference's strand.
    QueryPos
}
position! {
    /// A nucleotide of a coding sequence, counted along its joined segments in reading direction.
    CdsPos
}
position! {
    /// A codon (and its amino acid) of a coding sequence of the reference.
    CodonPos
}

/// A half-open run of positions of one space, `begin <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span<P> {
    /// First position.
    pub begin: P,
    /// One past the last position.
    pub end: P,
}

impl<P: Position> Span<P> {
    /// The span from `begin` up to, not including, `end`; empty at `begin` when `end` comes before it.
    pub fn new(begin: u32, end: u32) -> Self {
        Self { begin: P::new(begin), end: P::new(end.max(begin)) }
    }

    /// Number of positions.
    pub fn len(self) -> u32 {
        self.end.get() - self.begin.get()
    }

    /// Whether the span holds no position.
    pub fn is_empty(self) -> bool {
        self.begin == self.end
    }

    /// Whether `position` lies inside.
    pub fn contains(self, position: P) -> bool {
        self.begin <= position && position < self.end
    }

    /// The part both spans share; empty at 0 when they share nothing.
    pub fn intersect(self, other: Self) -> Self {
        let begin = self.begin.get().max(other.begin.get());
        let end = self.end.get().min(other.end.get());
        if begin < end { Self::new(begin, end) } else { Self::new(0, 0) }
    }

    /// The span as indices of a slice.
    pub fn indices(self) -> Range<usize> {
        self.begin.index()..self.end.index()
    }

    /// Every position, first to last.
    pub fn positions(self) -> impl Iterator<Item = P> + use<P> {
        (self.begin.get()..self.end.get()).map(P::new)
    }
}

/// 1-based and closed: `5` for one position, `5-9` for more.
impl<P: Position> fmt::Display for Span<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (u64::from(self.begin.get()) + 1, self.end.get());
        if self.is_empty() {
            f.write_str("empty range")
        } else if first == u64::from(last) {
            write!(f, "{first}")
        } else {
            write!(f, "{first}-{last}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_one_based_and_closed() {
        let check = |begin, end, expected: &str| {
            assert_eq!(Span::<RefPos>::new(begin, end).to_string(), expected);
        };
        check(0, 1, "1");
        check(4, 9, "5-9");
        check(7, 7, "empty range");
    }

    #[test]
    fn intersection_of_disjoint_spans_is_empty() {
        let check = |a: (u32, u32), b: (u32, u32), expected: (u32, u32)| {
            let shared = Span::<RefPos>::new(a.0, a.1).intersect(Span::new(b.0, b.1));
            assert_eq!((shared.begin.0, shared.end.0), expected);
        };
        check((0, 5), (3, 9), (3, 5));
        check((0, 3), (3, 9), (0, 0));
        check((7, 9), (1, 8), (7, 8));
    }
}
