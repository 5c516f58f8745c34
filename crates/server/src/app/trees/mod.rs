//! Trees as files: the tree of a pack with some genomes attached to their nearest nodes, or reduced to some nodes.
//!
//! What is attached is gathered while the index is held ([`Attached::gather`]); files are written of it afterwards
//! ([`auspice::dataset`], [`newick::attached`]). A genome whose letters its reader may not take comes without its
//! mutations. Refuses to know HTTP and who asks. Start at [`Attached`].

pub mod auspice;
mod genomes;
pub mod newick;
pub mod reduced;

use crate::app::index::{Held, Origin, Shelf};
use genomes::Genome;
use hearth_genome::pack::Pack;
use hearth_genome::pack::auspice::{DivergenceUnits, TreeFile};
use hearth_index::row::RowId;
use hearth_index::visible::Selection;
use std::collections::BTreeMap;

/// Genomes that one tree holds at most: more than viewers of trees draw.
pub const GENOMES_MOST: u64 = 5_000;

/// Why there is no tree.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TreeError {
    /// The pack has none.
    #[error("the pack of {0} has no tree that genomes could be attached to")]
    NoTree(String),
    /// See [`GENOMES_MOST`].
    #[error(
        "these are {0} genomes, and a tree has at most {GENOMES_MOST}: ask for fewer, or for the newest of them"
    )]
    Many(u64),
}

/// Genomes by the node of the pack's tree that each is nearest to.
#[derive(Debug, Default)]
pub struct Attached {
    of_nodes: BTreeMap<u32, Vec<Genome>>,
    /// Genomes that are nearest to no node, since they could not be analysed.
    pub without_node: usize,
    /// Genomes that come without their mutations, since their terms were not accepted.
    pub without_letters: usize,
}

impl Attached {
    /// Rows of a selection, as they stand in the tree; `may_take` says whose letters may be shown.
    ///
    /// # Errors
    /// When there is no tree, or there are too many genomes.
    pub fn gather(
        shelf: &Shelf,
        held: &Held,
        selection: &Selection,
        rows: &[RowId],
        may_take: impl Fn(&Origin) -> bool,
    ) -> Result<Self, TreeError> {
        if shelf.lead().pack.tree().is_none() {
            return Err(TreeError::NoTree(shelf.pathogen().name().to_owned()));
        }
        let sequences = shelf.pathogen().lead_sequences();
        if rows.len() as u64 > GENOMES_MOST {
            return Err(TreeError::Many(rows.len() as u64));
        }
        let mut all = Self::default();
        for row in rows.iter().filter(|row| selection.holds(**row)) {
            let is_free = held.origin(*row).is_some_and(|origin| may_take(&origin));
            all.add(selection, &sequences, *row, is_free);
        }
        Ok(all)
    }

    /// Attaches a row of a selection by the sequences of the tree's pack; without its mutations where its letters are not
    /// free.
    pub fn add(&mut self, selection: &Selection, sequences: &[usize], row: RowId, is_free: bool) {
        match genomes::read(selection, sequences, row, is_free) {
            Some((node, genome)) => {
                self.without_letters += usize::from(!is_free);
                self.of_nodes.entry(node).or_default().push(genome);
            }
            None => self.without_node += 1,
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.of_nodes.values().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.of_nodes.is_empty()
    }

    /// Goes through the tree: each node is opened, followed by its genomes and its children, and closed.
    fn walk<'a>(&'a self, file: &TreeFile, mut step: impl FnMut(Step<'a>)) {
        let mut open: Vec<(u32, u32)> = Vec::new();
        for (number, node) in (0u32..).zip(&file.nodes) {
            while let Some((above, _)) = open.pop_if(|(_, end)| *end <= number) {
                step(Step::Close(above));
            }
            step(Step::Open(number));
            let genomes = self.of_nodes.get(&number).into_iter().flatten();
            genomes.for_each(|genome| step(Step::Genome(number, genome)));
            open.push((number, node.subtree_end));
        }
        open.into_iter().rev().for_each(|(node, _)| step(Step::Close(node)));
    }
}

/// What comes next on a walk through a tree.
enum Step<'a> {
    Open(u32),
    /// Below a node.
    Genome(u32, &'a Genome),
    Close(u32),
}

/// How far each node is from the root: as the file says, otherwise by the mutations that it tells.
fn divergences(file: &TreeFile, unit: f64) -> Vec<f64> {
    let mut all: Vec<f64> = Vec::with_capacity(file.nodes.len());
    for (number, node) in (0u32..).zip(&file.nodes) {
        let above = node.parent.and_then(|parent| all.get(parent as usize)).copied().unwrap_or(0.0);
        let is_substitution = |from: u8, to: u8| from != b'-' && to != b'-';
        let told = file.nuc_mutations(number);
        let count = told.iter().filter(|one| is_substitution(one.from, one.to)).count();
        all.push(node.div.unwrap_or(above + count as f64 * unit));
    }
    all
}

/// What one substitution counts in a tree.
fn unit(pack: &Pack, file: &TreeFile) -> f64 {
    match file.divergence_units() {
        DivergenceUnits::PerGenome => 1.0,
        DivergenceUnits::PerSite if file.nodes.iter().all(|node| node.div.is_none()) => 1.0,
        DivergenceUnits::PerSite => 1.0 / pack.reference().letters().len().max(1) as f64,
    }
}
