//! What each node of a tree differs in from the reference, as sorted packed lists.
//!
//! A node's list is its parent's with the mutations of its branch applied. Letters are packed into the low
//! bits beside the position, so that lists merge with a genome's calls in one pass.

use super::TreeMismatch;
use crate::alphabet::{GAP, amino_acid, nucleotide};
use crate::annotation::Annotation;
use crate::coordinate::{CodonPos, Position, RefPos};
use crate::pack::auspice::TreeFile;
use crate::reference::Reference;
use crate::translation::ReferencePeptides;

/// Lists of packed states, one per node, end to end.
#[derive(Debug, Default)]
struct Lists {
    starts: Vec<u32>,
    states: Vec<u32>,
}

impl Lists {
    fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.states[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Adds a node's list: its parent's with `changes` (key, new packed state or none) applied.
    fn push(&mut self, parent: Option<u32>, changes: &mut Vec<(u32, Option<u32>)>, bits: u32) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        // The last of several changes at one place counts.
        changes.sort_by_key(|&(key, _)| key);
        let before = parent.map_or(0..0, |parent| {
            self.starts[parent as usize] as usize..self.starts[parent as usize + 1] as usize
        });
        let mut inherited = before;
        for (at, &(key, state)) in changes.iter().enumerate() {
            while inherited.start < inherited.end && self.states[inherited.start] >> bits < key {
                self.states.push(self.states[inherited.start]);
                inherited.start += 1;
            }
            if inherited.start < inherited.end && self.states[inherited.start] >> bits == key {
                inherited.start += 1;
            }
            let is_last = changes.get(at + 1).is_none_or(|&(next, _)| next != key);
            if is_last && let Some(state) = state {
                self.states.push(state);
            }
        }
        self.states.extend_from_within(inherited);
        self.starts.push(self.states.len() as u32);
        changes.clear();
    }

    fn find(&self, node: u32, key: u32, bits: u32) -> Option<u32> {
        let list = self.of(node);
        let at = list.partition_point(|state| state >> bits < key);
        list.get(at).copied().filter(|state| state >> bits == key)
    }
}

/// A nucleotide that differs from the reference at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NucState {
    /// Where.
    pub position: RefPos,
    /// What the node has, a gap included.
    pub letter: u8,
}

/// Low bits of a packed state that hold its bases; none for a gap.
pub const NUC_BITS: u32 = 4;

/// Letters by their base bits; a gap has none.
const NUC_LETTERS: [u8; 16] = *b"-ACMGRSVTWYHKDBN";

/// Nucleotide states of all nodes.
#[derive(Debug)]
pub struct NucStates(Lists);

impl NucStates {
    /// Follows the mutations from the root to every node.
    pub fn new(file: &TreeFile, reference: &Reference) -> Result<Self, TreeMismatch> {
        let mut lists = Lists::default();
        let mut changes: Vec<(u32, Option<u32>)> = Vec::new();
        for (number, node) in file.nodes.iter().enumerate() {
            for mutation in file.nuc_mutations(number as u32) {
                let expected = reference.letters().get(mutation.position.index()).copied();
                let earlier = changes.iter().rev().find(|&&(key, _)| key == mutation.position.0);
                let current = match (earlier, node.parent) {
                    (Some(&(_, state)), _) => state.map(unpack_letter).or(expected),
                    (None, Some(parent)) => {
                        lists.find(parent, mutation.position.0, NUC_BITS).map(unpack_letter).or(expected)
                    }
                    (None, None) => expected,
                };
                if expected.is_none() || current != Some(mutation.from) {
                    return Err(TreeMismatch::Nucleotide {
                        node: node.name.to_string(),
                        position: mutation.position,
                        from: char::from(mutation.from),
                        to: char::from(mutation.to),
                        found: current.map_or('?', char::from),
                    });
                }
                let state = mutation.position.0 << NUC_BITS | u32::from(nucleotide::bases(mutation.to));
                changes.push((mutation.position.0, (expected != Some(mutation.to)).then_some(state)));
            }
            lists.push(node.parent, &mut changes, NUC_BITS);
        }
        Ok(Self(lists))
    }

    /// Packed states of a node, by position: the position above [`NUC_BITS`] bits of bases.
    pub fn packed(&self, node: u32) -> &[u32] {
        self.0.of(node)
    }

    /// States of a node, by position.
    pub fn of(&self, node: u32) -> impl Iterator<Item = NucState> + '_ {
        let unpack =
            |&state: &u32| NucState { position: RefPos(state >> NUC_BITS), letter: unpack_letter(state) };
        self.0.of(node).iter().map(unpack)
    }
}

fn unpack_letter(state: u32) -> u8 {
    NUC_LETTERS[(state & 15) as usize]
}

/// An amino acid that differs from the reference at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AaState {
    /// Where.
    pub position: CodonPos,
    /// What the node has, a gap or a stop included.
    pub letter: u8,
}

const AA_BITS: u32 = 5;

/// Amino-acid states of all nodes: the codons of all coding sequences are numbered through.
#[derive(Debug)]
pub struct AaStates {
    lists: Lists,
    /// Number of the first codon of each coding sequence, and one past the last.
    first_codons: Vec<u32>,
}

impl AaStates {
    /// Follows the mutations from the root to every node; coding sequences the annotation lacks are left out.
    pub fn new(
        file: &TreeFile,
        annotation: &Annotation,
        peptides: &ReferencePeptides,
    ) -> Result<Self, TreeMismatch> {
        let mut first_codons = vec![0];
        for cds in 0..annotation.cdses.len() {
            first_codons.push(first_codons[cds] + peptides.letters(cds).len() as u32);
        }
        let mut states = Self { lists: Lists::default(), first_codons };
        let numbers: Vec<Option<usize>> = (0..file.names.len())
            .map(|name| annotation.cds_named(file.text(crate::pack::auspice::Name(name as u32))))
            .collect();
        let mut changes: Vec<(u32, Option<u32>)> = Vec::new();
        for (number, node) in file.nodes.iter().enumerate() {
            for (name, mutations) in file.aa_mutations(number as u32) {
                let Some(cds) = numbers[name.0 as usize] else { continue };
                for mutation in mutations {
                    let expected = peptides.letters(cds).get(mutation.position.index()).copied();
                    let codon = states.first_codons[cds].saturating_add(mutation.position.0);
                    let earlier = changes.iter().rev().find(|&&(key, _)| key == codon);
                    let current = match (earlier, node.parent) {
                        (Some(&(_, state)), _) => state.map(unpack_residue).or(expected),
                        (None, Some(parent)) => {
                            states.lists.find(parent, codon, AA_BITS).map(unpack_residue).or(expected)
                        }
                        (None, None) => expected,
                    };
                    if expected.is_none() || current != Some(mutation.from) {
                        return Err(TreeMismatch::AminoAcid {
                            node: node.name.to_string(),
                            cds: file.text(name).to_owned(),
                            position: mutation.position,
                            from: char::from(mutation.from),
                            to: char::from(mutation.to),
                            found: current.map_or('?', char::from),
                        });
                    }
                    let state = codon << AA_BITS | pack_residue(mutation.to);
                    changes.push((codon, (expected != Some(mutation.to)).then_some(state)));
                }
            }
            states.lists.push(node.parent, &mut changes, AA_BITS);
        }
        Ok(states)
    }

    /// States of a node in one coding sequence, by position.
    pub fn of(&self, node: u32, cds: usize) -> impl Iterator<Item = AaState> + '_ {
        let list = self.lists.of(node);
        let first = self.first_codons[cds];
        let begin = list.partition_point(|state| state >> AA_BITS < first);
        let after = list.partition_point(|state| state >> AA_BITS < self.first_codons[cds + 1]);
        let unpack = move |&state: &u32| AaState {
            position: CodonPos((state >> AA_BITS) - first),
            letter: unpack_residue(state),
        };
        list[begin..after].iter().map(unpack)
    }
}

/// Five bits of an amino-acid letter: 1 to 26 for letters, 27 for a stop, 0 for a gap.
fn pack_residue(letter: u8) -> u32 {
    match letter {
        GAP => 0,
        amino_acid::STOP => 27,
        _ => u32::from(letter & 31),
    }
}

fn unpack_residue(state: u32) -> u8 {
    match (state & 31) as u8 {
        0 => GAP,
        27 => amino_acid::STOP,
        letter => letter | 64,
    }
}
