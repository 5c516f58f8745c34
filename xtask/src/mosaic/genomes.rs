//! Genomes with two parents and with one, drawn at random over a tree.
//!
//! Start at [`chimera`].

use crate::corpus::random::Random;
use crate::corpus::tree::Pack;
use std::ops::Range;

/// Fewest sites on each side that tell the parents of a chimera apart.
const FEWEST_SITES: usize = 4;

/// Of the private mutations of ordinary genomes, the share that other branches of the tree have, too.
const HOMOPLASIES: f64 = 0.7;

/// Letters of a run of N.
const RUN_NT: Range<usize> = 200..600;

/// A genome with two parents.
#[derive(Clone, Copy, Debug)]
pub struct Chimera {
    /// Node on the left.
    pub left: usize,
    /// Node on the right.
    pub right: usize,
    /// First position of the right one's part.
    pub breakpoint: usize,
    /// Sites that tell the parents apart, on each side.
    pub distinguishing: [usize; 2],
}

/// Positions of a range at which two nodes have different bases.
pub fn differences(pack: &Pack, one: usize, other: usize, range: Range<usize>) -> usize {
    between(&pack.genome_of(one)[range.clone()], &pack.genome_of(other)[range])
}

fn between(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    pairs.filter(|(one, other)| one != other && **one != b'-' && **other != b'-').count()
}

/// Draws two nodes and a breakpoint until there are enough sites on each side; the letters are those of the genome.
pub fn chimera(pack: &Pack, random: &mut Random, private: f64, unknown: f64) -> (Chimera, Vec<u8>) {
    loop {
        let (left, right) = (random.below(pack.nodes.len()), random.below(pack.nodes.len()));
        let breakpoint = random.below(pack.reference.len());
        let (mut genome, other) = (pack.genome_of(left), pack.genome_of(right));
        let before = between(&genome[..breakpoint], &other[..breakpoint]);
        let after = between(&genome[breakpoint..], &other[breakpoint..]);
        if before.min(after) < FEWEST_SITES {
            continue;
        }
        genome[breakpoint..].copy_from_slice(&other[breakpoint..]);
        for _ in 0..random.poisson(private) {
            substitute(&mut genome, random);
        }
        hide(&mut genome, unknown, random);
        let chimera = Chimera { left, right, breakpoint, distinguishing: [before, after] };
        return (chimera, without_gaps(&genome));
    }
}

/// A genome of one node with mutations of its own, most of them such as other branches have, too.
pub fn ordinary(pack: &Pack, random: &mut Random, private: f64) -> Vec<u8> {
    let mut genome = pack.genome_of(random.below(pack.nodes.len()));
    for _ in 0..random.poisson(private) {
        let mutations = &pack.nodes[random.below(pack.nodes.len())].mutations;
        match random.chance(HOMOPLASIES) && !mutations.is_empty() {
            true => {
                let (position, letter) = mutations[random.below(mutations.len())];
                if letter != b'-' && genome[position] != b'-' {
                    genome[position] = letter;
                }
            }
            false => substitute(&mut genome, random),
        }
    }
    without_gaps(&genome)
}

/// The letters of a genome in the reference's coordinates.
pub fn without_gaps(genome: &[u8]) -> Vec<u8> {
    genome.iter().copied().filter(|&letter| letter != b'-').collect()
}

fn substitute(genome: &mut [u8], random: &mut Random) {
    let position = random.below(genome.len());
    if genome[position] != b'-' {
        genome[position] = random.letter(b"ACGT");
    }
}

fn hide(genome: &mut [u8], share: f64, random: &mut Random) {
    let mut left = (share * genome.len() as f64) as usize;
    while left > 0 {
        let length = random.between(RUN_NT.start, RUN_NT.end).min(left);
        let begin = random.below(genome.len() - length);
        genome[begin..begin + length].fill(b'N');
        left -= length;
    }
}
