//! The byte kept for each cell: where its best score comes from, and whether each gap state goes on.
//!
//! The origin is a tag in the two lowest bits, which also ride below the scaled scores while a cell is filled:
//! the largest of three tagged scores then is the best one, ties already broken. Start at [`Tags`].

use super::super::path::Step;
use crate::pack::pathogen::GapSide;

/// Bits of a tag.
pub(super) const TAG: u8 = 3;

/// Tag of a cell that nothing leads to.
pub(super) const NO_ORIGIN: u8 = 3;

/// The best insertion that ends in the cell to the right continues one that ends here.
pub(super) const INSERTION_GOES_ON: u8 = 4;

/// The best deletion that ends here continues one in the cell above.
pub(super) const CONTINUES_DELETION: u8 = 8;

/// Tags of the origins, the larger the sooner it wins a tie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags {
    pub pair: u8,
    pub insertion: u8,
    pub deletion: u8,
}

impl Tags {
    /// Gaps as far left as possible win ties when the path is traced from the right; else pairs do.
    pub fn new(side: GapSide) -> Self {
        match side {
            GapSide::Left => Self { pair: 0, insertion: 1, deletion: 2 },
            GapSide::Right => Self { pair: 2, insertion: 1, deletion: 0 },
        }
    }

    /// The origin a step byte tells; `None` if nothing leads to the cell.
    pub fn origin(self, step: u8) -> Option<Step> {
        match step & TAG {
            tag if tag == self.pair => Some(Step::Pair),
            tag if tag == self.insertion => Some(Step::Insertion),
            tag if tag == self.deletion => Some(Step::Deletion),
            _ => None,
        }
    }
}
