//! Why records fail, in kinds that can be counted.

use hearth_genome::align::thorough::AlignError;
use hearth_genome::analysis::Rejection;

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No letters.
    Empty,
    /// Too few letters.
    TooShort,
    /// Letters that are none.
    Letters,
    /// Unlike the reference.
    Unlike,
    /// Cannot be laid along the reference within limits.
    TooLarge,
    /// Fits on the other strand only, and turning was forbidden.
    OtherStrand,
    /// Unlike the references of all packs.
    NoPack,
    /// The pack it belongs to cannot be used.
    PackFault,
    /// Longer than a record may be.
    RecordTooLong,
    /// A fault of the program.
    Internal,
}

impl Reason {
    /// All kinds, in the order in which they are counted and told.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::TooShort,
        Self::Letters,
        Self::Unlike,
        Self::TooLarge,
        Self::OtherStrand,
        Self::NoPack,
        Self::PackFault,
        Self::RecordTooLong,
        Self::Internal,
    ];

    /// The kind of a rejection.
    pub fn of(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Empty => Self::Empty,
            Rejection::TooShort { .. } => Self::TooShort,
            Rejection::Letter { .. } => Self::Letters,
            Rejection::Align(AlignError::BandTooLarge { .. }) => Self::TooLarge,
            Rejection::Align(_) => Self::Unlike,
        }
    }

    /// What to say behind a count.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "without any letters",
            Self::TooShort => "too short",
            Self::Letters => "with letters that are no nucleotides",
            Self::Unlike => "unlike the reference",
            Self::TooLarge => "too large or rearranged to be aligned",
            Self::OtherStrand => "on the opposite strand",
            Self::NoPack => "unlike any known pathogen",
            Self::PackFault => "of a pack that cannot be used",
            Self::RecordTooLong => "longer than the limit",
            Self::Internal => "met a fault of hearth itself: please report it",
        }
    }
}

/// Counts of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Analysed.
    pub analysed: u64,
    failed: [u64; Reason::ALL.len()],
}

impl Tally {
    /// Counts a failure.
    pub fn fail(&mut self, reason: Reason) {
        self.failed[reason as usize] += 1;
    }

    /// Adds the counts of a batch.
    pub fn add(&mut self, other: &Self) {
        self.analysed += other.analysed;
        for (mine, theirs) in self.failed.iter_mut().zip(other.failed) {
            *mine += theirs;
        }
    }

    /// All failures.
    pub fn failed(&self) -> u64 {
        self.failed.iter().sum()
    }

    /// All records.
    pub fn records(&self) -> u64 {
        self.analysed + self.failed()
    }

    /// The kinds of failure that occurred, with their counts.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        Reason::ALL.into_iter().zip(self.failed).filter(|&(_, count)| count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_by_kind() {
        for (at, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, at);
        }
        let mut tally = Tally { analysed: 2, ..Tally::default() };
        tally.fail(Reason::Letters);
        let mut sum = tally;
        sum.fail(Reason::Empty);
        sum.add(&tally);
        assert_eq!((sum.analysed, sum.failed(), sum.records()), (4, 3, 7));
        assert_eq!(sum.reasons().collect::<Vec<_>>(), [(Reason::Empty, 1), (Reason::Letters, 2)]);
    }
}
