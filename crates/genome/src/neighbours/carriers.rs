//! Which genomes have a base, and which are unknown at a position: lists turned inside out.
//!
//! Genomes are counted by their place in the order of `order.rs`. As similar ones stand together there, the carriers of
//! a base are kept as runs. Unknown positions come in long stretches: the reference is cut into blocks, each with the
//! genomes that are unknown all over it and the stretches that cover only a part. Start at [`Carriers::new`].

use super::centre::{Centred, count};
use super::profile::BaseCode;
use crate::coordinate::{Position, RefPos, Span};
use std::ops::Range;

/// Consecutive places in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlaceRun {
    pub(super) begin: u32,
    pub(super) end: u32,
}

/// Which genomes have a base, and which are unknown at a position.
#[derive(Debug)]
pub(super) struct Carriers {
    /// Where the runs of each base begin, and one more.
    starts: Vec<u32>,
    runs: Vec<PlaceRun>,
    block_nt: u32,
    blocks: Vec<Block>,
}

/// Who is unknown in a stretch of the reference.
#[derive(Debug, Default)]
struct Block {
    /// Places of genomes that are unknown all over it.
    whole: Vec<u32>,
    /// Places of others, and where.
    parts: Vec<(u32, Span<RefPos>)>,
}

/// Blocks the reference is cut into, about.
const BLOCKS: u32 = 256;

impl Carriers {
    /// Turns the lists of genomes, given in their order, inside out.
    pub(super) fn new(genomes: &[Centred], length_nt: u32) -> Self {
        let (starts, runs) = runs(genomes, length_nt);
        let block_nt = length_nt.div_ceil(BLOCKS).max(1);
        let count = length_nt.div_ceil(block_nt) as usize;
        let mut blocks: Vec<Block> = std::iter::repeat_with(Block::default).take(count).collect();
        for (place, genome) in (0..).zip(genomes) {
            for span in genome.unknown {
                for number in span.begin.get() / block_nt..span.end.get().div_ceil(block_nt) {
                    let whole = Span::new(number * block_nt, (number + 1) * block_nt);
                    let block = &mut blocks[number as usize];
                    match span.intersect(whole) == whole {
                        true => block.whole.push(place),
                        false => block.parts.push((place, *span)),
                    }
                }
            }
        }
        Self { starts, runs, block_nt, blocks }
    }

    /// Runs of genomes that have one of these bases.
    pub(super) fn of(&self, codes: Range<BaseCode>) -> &[PlaceRun] {
        let last = self.starts.len() - 1;
        let [begin, end] =
            [codes.start, codes.end].map(|code| self.starts[(code as usize).min(last)] as usize);
        &self.runs[begin..end]
    }

    /// Calls `visit` with the place of each genome that is unknown at a position.
    pub(super) fn unknown_at(&self, position: RefPos, mut visit: impl FnMut(u32)) {
        let Some(block) = self.blocks.get((position.get() / self.block_nt) as usize) else { return };
        block.whole.iter().for_each(|&place| visit(place));
        block.parts.iter().filter(|(_, span)| span.contains(position)).for_each(|&(place, _)| visit(place));
    }
}

/// For each base the runs of genomes that have it: where they begin in the list, and the list.
fn runs(genomes: &[Centred], length_nt: u32) -> (Vec<u32>, Vec<PlaceRun>) {
    let mut ends = vec![0];
    ends.extend(count(genomes.iter().map(|genome| &*genome.bases), length_nt));
    running_sums(&mut ends);
    // Places of the carriers of each base, then the same as runs in the same memory.
    let mut places = vec![0_u32; ends.last().map_or(0, |end| *end as usize)];
    for (place, genome) in (0..).zip(genomes) {
        for &code in &genome.bases {
            let next = &mut ends[code as usize];
            places[*next as usize] = place;
            *next += 1;
        }
    }
    let (mut starts, mut runs) = (Vec::with_capacity(ends.len()), Vec::new());
    let mut begin = 0;
    for end in ends {
        starts.push(runs.len() as u32);
        let own = runs.len();
        for &place in &places[begin..end as usize] {
            match runs[own..].last_mut() {
                Some(PlaceRun { end, .. }) if *end == place => *end += 1,
                _ => runs.push(PlaceRun { begin: place, end: place + 1 }),
            }
        }
        begin = end as usize;
    }
    (starts, runs)
}

fn running_sums(counts: &mut [u32]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}
