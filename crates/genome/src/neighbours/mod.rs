//! Which genomes are nearest to each other, and which of them form clusters?
//!
//! The distance of two genomes is the number of positions of the reference at which both have one of A, C, G and T
//! and they differ, as snp-dists counts (github.com/tseemann/snp-dists). N, ambiguous letters, deletions and what lies
//! outside the alignment say nothing; insertions are not looked at. What was not read cannot differ, so a poorly read
//! genome looks near to everything: a neighbour must be known at three quarters of the positions at which the genome
//! itself is known, and at half of the reference ([`Profile::covers`]); genomes are linked if that holds both ways.
//!
//! [`profile`](Profile) is what is kept of a genome. [`Search`] finds for each genome of a batch the nearest others and
//! those of a background, exactly, and links what is near enough; [`Linkage`] says in which order a few genomes join,
//! for a small tree. Refuses to know names and where genomes come from. Start at [`Neighbourhood::find`].

mod carriers;
mod centre;
mod cluster;
mod linkage;
mod order;
mod profile;
mod search;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod twin;
mod walk;

pub use linkage::{Join, Linkage, MOST_MEMBERS};
pub use profile::{Difference, Profile};
pub use search::{Part, Search};

/// What is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Letters of the reference.
    pub length_nt: u32,
    /// Nearest genomes to find, of the batch and of the background each.
    pub nearest: usize,
    /// Genomes of the batch at this distance or less are linked, if each covers the other.
    pub cluster_distance: u32,
}

/// Nearest genomes and clusters of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbourhood {
    /// One for each genome of the batch.
    pub genomes: Vec<Relatives>,
    /// Members of each cluster, two or more, in input order; the largest cluster first, of equally large ones the one
    /// whose first member comes first.
    pub clusters: Vec<Vec<u32>>,
}

/// What was found for one genome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relatives {
    /// The nearest others of the batch, the nearest first, of equally near ones the first of the input.
    pub batch: Vec<Neighbour>,
    /// The same of the background.
    pub background: Vec<Neighbour>,
    /// Its number among [`Neighbourhood::clusters`], if it is in one.
    pub cluster: Option<u32>,
    /// Whether at least half of the reference is known of it; otherwise it neither has nor is a neighbour.
    pub is_comparable: bool,
}

/// A genome near another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its number in the batch, or in the background.
    pub number: u32,
    /// Positions at which both have one of A, C, G and T and they differ.
    pub distance: u32,
    /// Positions at which both have one of A, C, G and T.
    pub compared: u32,
}

impl Neighbourhood {
    /// The neighbourhood of a batch, on one thread.
    ///
    /// ```
    /// use hearth_genome::calls::{Calls, Substitution};
    /// use hearth_genome::coordinate::{RefPos, Span};
    /// use hearth_genome::neighbours::{Neighbourhood, Profile, Settings};
    ///
    /// let genome = |changed: &[u32]| {
    ///     let change = |&at: &u32| Substitution { position: RefPos(at), from: b'A', to: b'C' };
    ///     let substitutions = changed.iter().map(change).collect();
    ///     let calls = Calls { aligned: Span::new(0, 100), substitutions, ..Calls::default() };
    ///     Profile::of_calls(&calls, 100)
    /// };
    /// let batch = [genome(&[5]), genome(&[5, 7, 9, 11]), genome(&[5, 7])];
    /// let settings = Settings { length_nt: 100, nearest: 1, cluster_distance: 1 };
    /// let found = Neighbourhood::find(&batch, &[genome(&[7])], settings);
    /// assert_eq!(found.clusters, [[0, 2]]);
    /// assert_eq!(found.genomes[1].batch[0].number, 2);
    /// assert_eq!(found.genomes[1].batch[0].distance, 2);
    /// assert_eq!(found.genomes[1].background[0].distance, 3);
    /// ```
    pub fn find(batch: &[Profile], background: &[Profile], settings: Settings) -> Self {
        let search = Search::new(batch, background, settings);
        search.finish(search.parts(1).map(|places| search.part(places)))
    }
}
