//! What a genome differs in from a node of the tree.
//!
//! A mutation the genome has and the node has not is private to the genome; one the node has and the genome
//! has not is a reversion, if the genome was read there. Both come from one pass over two sorted lists.
//! Start at [`super::ReferenceTree::relative_to`].

use super::ReferenceTree;
use crate::alphabet::{GAP, amino_acid};
use crate::calls::{Calls, Substitution};
use crate::coordinate::{CodonPos, Position, RefPos, Span};
use crate::reference::Reference;
use crate::translation::{Reading, ReferencePeptides};

/// A substitution from a node's letter to the genome's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelativeSubstitution {
    /// From the node's letter to the genome's.
    pub change: Substitution,
    /// Whether the genome has the reference's letter where the node has another.
    pub is_reversion: bool,
}

/// Nucleotide differences from a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeNuc {
    /// By position.
    pub substitutions: Vec<RelativeSubstitution>,
    /// Letters the node has and the genome has not.
    pub deletions: Vec<Span<RefPos>>,
}

/// A change of one amino acid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AaChange {
    /// Index of the coding sequence.
    pub cds: usize,
    /// Where.
    pub position: CodonPos,
    /// What was there.
    pub from: u8,
    /// What is there now; a gap for a deletion.
    pub to: u8,
}

/// Amino-acid differences from a node, by position within each coding sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeAa {
    /// Changes to another residue, each with whether it goes back to the reference's.
    pub substitutions: Vec<(AaChange, bool)>,
    /// Residues the node has and the genome has not.
    pub deletions: Vec<AaChange>,
}

/// All differences from a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeMutations {
    /// The node.
    pub node: u32,
    /// Nucleotides.
    pub nuc: RelativeNuc,
    /// Amino acids, coding sequences in the order of the readings given.
    pub aa: RelativeAa,
}

/// Whether ascending positions lie in sorted disjoint spans.
struct Cursor<'a, P> {
    spans: &'a [Span<P>],
}

impl<P: Position> Cursor<'_, P> {
    fn contains(&mut self, position: P) -> bool {
        while let Some((first, rest)) = self.spans.split_first()
            && first.end <= position
        {
            self.spans = rest;
        }
        self.spans.first().is_some_and(|span| span.begin <= position)
    }
}

impl ReferenceTree {
    /// What a genome differs in from a node; `readings` are those of the coding sequences that were read.
    pub fn relative_to(
        &self,
        node: u32,
        reference: &Reference,
        peptides: &ReferencePeptides,
        calls: &Calls,
        readings: &[&Reading],
    ) -> RelativeMutations {
        let mut aa = RelativeAa::default();
        for reading in readings {
            self.relative_aa(node, reading, peptides, &mut aa);
        }
        RelativeMutations { node, nuc: self.relative_nuc(node, reference, calls), aa }
    }

    fn relative_nuc(&self, node: u32, reference: &Reference, calls: &Calls) -> RelativeNuc {
        let mut substitutions = Vec::new();
        let mut own = calls.substitutions.iter().peekable();
        let mut missing = Cursor { spans: &calls.missing };
        let mut deleted = Cursor { spans: &calls.deletions };
        let mut ambiguous = calls.ambiguous.iter().peekable();
        let private = |change: Substitution| RelativeSubstitution { change, is_reversion: false };
        for state in self.nuc.of(node) {
            while let Some(&&sub) = own.peek()
                && sub.position < state.position
            {
                substitutions.push(private(sub));
                own.next();
            }
            let here = own.next_if(|sub| sub.position == state.position);
            if let Some(&sub) = here {
                if sub.to != state.letter {
                    substitutions.push(private(Substitution { from: state.letter, ..sub }));
                }
                continue;
            }
            while ambiguous.next_if(|run| run.span.end <= state.position).is_some() {}
            let is_ambiguous = ambiguous.peek().is_some_and(|run| run.span.contains(state.position));
            let is_read = calls.aligned.contains(state.position)
                && !missing.contains(state.position)
                && !deleted.contains(state.position)
                && !is_ambiguous;
            if is_read && state.letter != GAP {
                let to = reference.letter(state.position);
                let change = Substitution { position: state.position, from: state.letter, to };
                substitutions.push(RelativeSubstitution { change, is_reversion: true });
            }
        }
        substitutions.extend(own.map(|&sub| private(sub)));
        RelativeNuc { substitutions, deletions: self.relative_deletions(node, calls) }
    }

    /// The genome's deletions without the positions the node lacks too.
    fn relative_deletions(&self, node: u32, calls: &Calls) -> Vec<Span<RefPos>> {
        if calls.deletions.is_empty() {
            return Vec::new();
        }
        let mut gaps = self.nuc.of(node).filter(|state| state.letter == GAP).peekable();
        let mut remaining = Vec::new();
        for span in &calls.deletions {
            let mut begin = span.begin.0;
            while let Some(gap) = gaps.next_if(|gap| gap.position < span.end) {
                if gap.position.0 > begin {
                    remaining.push(Span::new(begin, gap.position.0));
                }
                begin = begin.max(gap.position.0 + 1);
            }
            if begin < span.end.0 {
                remaining.push(Span::new(begin, span.end.0));
            }
        }
        remaining
    }

    fn relative_aa(
        &self,
        node: u32,
        reading: &Reading,
        peptides: &ReferencePeptides,
        found: &mut RelativeAa,
    ) {
        let letters = peptides.letters(reading.cds);
        let mut states = self.aa.of(node, reading.cds).peekable();
        let change = |position, from, to| AaChange { cds: reading.cds, position, from, to };
        let is_read = |position| !reading.unaligned.iter().any(|span| span.contains(position));
        let revert = |found: &mut RelativeAa, position: CodonPos, from: u8| {
            let to = letters[position.index()];
            if is_read(position) && from != to && to != amino_acid::UNKNOWN {
                found.substitutions.push((change(position, from, to), true));
            }
        };
        for run in &reading.differences {
            while let Some(state) = states.next_if(|state| state.position < run.codons.begin) {
                revert(found, state.position, state.letter);
            }
            if run.letter == amino_acid::UNKNOWN {
                while states.next_if(|state| state.position < run.codons.end).is_some() {}
                continue;
            }
            for position in run.codons.positions() {
                let state = states.next_if(|state| state.position == position);
                if !reading.is_aligned(position) {
                    if let Some(state) = state {
                        revert(found, position, state.letter);
                    }
                    continue;
                }
                let from = state.map_or(letters[position.index()], |state| state.letter);
                if from == run.letter {
                    continue;
                }
                if run.letter == GAP {
                    found.deletions.push(change(position, from, GAP));
                } else {
                    found.substitutions.push((change(position, from, run.letter), false));
                }
            }
        }
        for state in states {
            revert(found, state.position, state.letter);
        }
    }
}
