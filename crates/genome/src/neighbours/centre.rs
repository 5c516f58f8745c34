//! Genomes as what they differ in from the centre of all, so that there is little to be counted.
//!
//! What most genomes of an outbreak differ in from the reference is old and says nothing of who is near whom, but it is
//! most of what they differ in. The centre has at each position the base that more than half of all genomes have, or
//! else the reference's. Distances are the same, from wherever they are counted. Start at [`Centre::differences`].

use super::profile::{BASES, BaseCode, Profile, position_of};
use crate::coordinate::{RefPos, Span};

/// The bases that more than half of all genomes have in the place of the reference's.
#[derive(Debug)]
pub(super) struct Centre(Vec<BaseCode>);

/// A genome as what it differs in from the centre.
#[derive(Debug)]
pub(super) struct Centred<'a> {
    /// In order. The base of the centre stands for the reference's.
    pub(super) bases: Box<[BaseCode]>,
    /// Where nothing is known of it, in order.
    pub(super) unknown: &'a [Span<RefPos>],
}

/// How many genomes have each base.
pub(super) fn count<'b>(lists: impl Iterator<Item = &'b [BaseCode]>, length_nt: u32) -> Vec<u32> {
    let mut counts = vec![0; length_nt as usize * BASES as usize];
    for &code in lists.flatten() {
        counts[code as usize] += 1;
    }
    counts
}

impl Centre {
    /// The centre of genomes on a reference of `length_nt` letters.
    pub(super) fn of(profiles: &[&Profile], length_nt: u32) -> Self {
        let counts = count(profiles.iter().map(|profile| profile.bases()), length_nt);
        let is_most = |(_, count): &(u32, u32)| *count as usize * 2 > profiles.len();
        Self((0..).zip(counts).filter(is_most).map(|(code, _)| code).collect())
    }

    /// What a genome differs in from the centre.
    pub(super) fn differences<'a>(&self, profile: &'a Profile) -> Centred<'a> {
        let mut own = profile.bases().iter().copied().peekable();
        let mut unknown = profile.unknown();
        let mut bases = Vec::with_capacity(own.len());
        for &code in &self.0 {
            let position = position_of(code);
            while let Some(before) = own.next_if(|&own| position_of(own) < position) {
                bases.push(before);
            }
            unknown = &unknown[unknown.partition_point(|span| span.end <= position)..];
            let is_unknown = unknown.first().is_some_and(|span| span.contains(position));
            match own.next_if(|&own| position_of(own) == position) {
                Some(same) if same == code => {}
                Some(other) => bases.push(other),
                None if is_unknown => {}
                None => bases.push(code),
            }
        }
        bases.extend(own);
        Centred { bases: bases.into(), unknown: profile.unknown() }
    }
}
