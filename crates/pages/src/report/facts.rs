//! What is known of a batch of genomes: plain values, already counted.
//!
//! Refuses to know how genomes are read and where they come from, and which words are used. Start at [`BatchReport`].

use crate::svg::dendrogram::Join;
use crate::svg::profile::Window;
use crate::svg::track::Gene;
use std::collections::HashMap;

/// What is known of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchReport {
    /// What the genomes were compared with; none for records that belong to no pack.
    pub pack: Option<PackFacts>,
    /// When the report was made, for people.
    pub made_at: String,
    /// Name and version of the program.
    pub program: String,
    /// Genomes by quality.
    pub statuses: Statuses,
    /// Genomes by clade, the most frequent first.
    pub clades: Vec<Lineage>,
    /// The finer classification, if the pack has one: what it is called, and genomes by it.
    pub finer: Option<(String, Vec<Lineage>)>,
    /// Genomes by clade, month after month; empty where no month is known.
    pub months: Months,
    /// What was seen along the genome.
    pub genome: GenomeFacts,
    /// What is to be expected of assays.
    pub assays: AssayFacts,
    /// Who is near whom, if that was looked for.
    pub neighbours: Option<Neighbours>,
    /// How many genomes need attention, and why.
    pub attention: Attention,
    /// One for each genome, in the order in which they are told; see [`GenomeLine::urgency`].
    pub lines: Vec<GenomeLine>,
    /// Genomes that have no line, because there are too many.
    pub left_out: u64,
}

/// What genomes were compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFacts {
    /// Its name.
    pub name: String,
    /// What people call the pathogen, if the pack says so.
    pub title: Option<String>,
    /// Its version, if it has one.
    pub version: Option<String>,
    /// Whether it has a tree, so that clades are known.
    pub has_tree: bool,
    /// Whether it is for demonstration only.
    pub is_demonstration: bool,
}

/// Numbers of genomes by quality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    /// Fit for use.
    pub good: u64,
    /// Usable with care.
    pub mediocre: u64,
    /// Not to be relied on.
    pub bad: u64,
    /// Analysed, but the pack has no rules for quality.
    pub unjudged: u64,
    /// Not analysed.
    pub failed: u64,
}

impl Statuses {
    /// All records.
    pub fn all(&self) -> u64 {
        self.analysed() + self.failed
    }

    /// Those that were analysed.
    pub fn analysed(&self) -> u64 {
        self.good + self.mediocre + self.bad + self.unjudged
    }

    /// Counts one more.
    pub fn add(&mut self, status: Status) {
        *match status {
            Status::Good => &mut self.good,
            Status::Mediocre => &mut self.mediocre,
            Status::Bad => &mut self.bad,
            Status::Unjudged => &mut self.unjudged,
            Status::Failed => &mut self.failed,
        } += 1;
    }
}

/// The quality of one genome.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Status {
    /// The pack has no rules for quality.
    #[default]
    Unjudged,
    /// Fit for use.
    Good,
    /// Usable with care.
    Mediocre,
    /// Not to be relied on.
    Bad,
    /// Not analysed.
    Failed,
}

/// A clade or lineage with its genomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Its name.
    pub name: String,
    /// How many.
    pub genomes: u64,
}

/// Genomes by month and clade.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Months {
    /// `2024-03` and clade, which may be empty, with the number of genomes.
    pub counts: Vec<(String, String, u64)>,
    /// Genomes without a month.
    pub without: u64,
}

/// What was seen along the genome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenomeFacts {
    /// Letters of the reference.
    pub length_nt: u32,
    /// Its genes.
    pub genes: Vec<Gene>,
    /// The most frequent mutations.
    pub mutations: Vec<Mutation>,
    /// How many different mutations there are in all.
    pub different_mutations: u64,
    /// Share of genomes that were read, stretch after stretch.
    pub coverage: Vec<Window>,
}

/// A mutation in the batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mutation {
    /// As the field writes it, in letters of the genome: `C241T`.
    pub name: String,
    /// The change of an amino acid that goes with it: `S:D614G`; empty if there is none or it is not simple.
    pub amino_acid: String,
    /// Letters before it.
    pub at_nt: u32,
    /// Genomes that have it.
    pub genomes: u64,
    /// Genomes that were read there.
    pub read: u64,
    /// Whether an assay suffers from it.
    pub is_to_blame: bool,
}

/// What is to be expected of assays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssayFacts {
    /// Each with its counts.
    pub assays: Vec<AssayCounts>,
    /// Clades that have a column in the grid; behind the last there is one for all others.
    pub clades: Vec<String>,
    /// Pairs of assays, by number, on which all genomes that could be assessed are found by at least one; first those
    /// with the most genomes.
    pub safe_pairs: Vec<(usize, usize, u64)>,
    /// If there is none: the pair that misses the fewest, and how many of how many.
    pub best_pair: Option<(usize, usize, u64, u64)>,
}

/// An assay over the batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssayCounts {
    /// Its name.
    pub name: String,
    /// Letters before its amplicon, and up to its end, if it fits the reference.
    pub amplicon_nt: Option<(u32, u32)>,
    /// Its oligos: letters before each, and up to its end.
    pub oligos_nt: Vec<(u32, u32)>,
    /// Over all genomes.
    pub all: Share,
    /// For each clade of [`AssayFacts::clades`], then for the others together.
    pub by_clade: Vec<Share>,
    /// Mutations to blame, with genomes and, if known, the first month; the most frequent first.
    pub blamed: Vec<(String, u64, Option<String>)>,
    /// Genomes in which its amplicon was not read.
    pub dropped_out: u64,
}

/// A share of genomes with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Genomes without a predicted effect.
    pub unaffected: u64,
    /// Genomes that could be assessed.
    pub assessable: u64,
    /// Bounds of the interval, from 0 to 1.
    pub low: f64,
    /// See above.
    pub high: f64,
}

/// How many genomes need attention, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Genomes.
    pub genomes: u64,
    /// Genomes for each reason; one genome may have several.
    pub reasons: Vec<(Reason, u64)>,
}

/// Kinds of findings, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It could not be analysed.
    Failed,
    /// Several genomes in one record.
    Joined,
    /// A mixture, a recombinant or an artefact.
    Mixture,
    /// Too little was read.
    Unread,
    /// A large rearrangement.
    Rearranged,
    /// A frame shift.
    FrameShift,
    /// A premature stop.
    Stop,
    /// Letters that stand for several.
    Mixed,
    /// Mutations crowd in one place.
    Crowded,
    /// Many mutations that relatives lack.
    Private,
    /// An assay that usually works may not detect it.
    Assay,
    /// Something to know.
    Note,
}

/// Something that was found in one genome.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Finding {
    /// It could not be analysed: why, as a sentence.
    Failed(String),
    /// Several genomes are joined in one record: so many letters beyond one.
    Joined(u64),
    /// A suspected mixture, recombinant or artefact.
    Mixture(Parents),
    /// This share of the genome was not read, 0 to 1.
    Unread(f64),
    /// A large insertion, deletion, copy or inversion.
    Rearranged(Rearrangement),
    /// Frame shifts: coding sequence and codons, `ORF8:34-50`.
    FrameShift(Vec<String>),
    /// Premature stops: coding sequence and codon, `ORF8:27`.
    Stop(Vec<String>),
    /// So many letters stand for several.
    Mixed(u64),
    /// Mutations crowd: first and last letter, from 1, and how many.
    Crowded(Vec<(u32, u32, u32)>),
    /// So many mutations that its nearest relative lacks.
    Private(u64),
    /// Assays that may not detect it, and that work on most others.
    Assays(Vec<String>),
    /// Something to know that is no fault: a sentence.
    Note(String),
}

/// The two that a genome is like.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Parents {
    /// What the one before the breakpoint is called.
    pub left: String,
    /// What the one after it is called.
    pub right: String,
    /// Where the right one's part may begin: first and last letter, from 1.
    pub breakpoint: (u32, u32),
}

/// What is large, and where: letters of the genome from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Rearrangement {
    /// So many letters are inserted.
    Inserted(u32),
    /// These are deleted: first and last.
    Deleted(u32, u32),
    /// After the first number of letters, so many are a copy of another part.
    Copied(u32, u32),
    /// After the first number of letters, so many are from the opposite strand.
    Inverted(u32, u32),
}

/// One genome.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenomeLine {
    /// How many records came before it.
    pub index: u64,
    /// Its name.
    pub name: String,
    /// Its clade, and what is finer; empty if not known.
    pub clade: String,
    /// Its quality.
    pub status: Status,
    /// Share of the reference that was read; none if it was not analysed.
    pub coverage: Option<f64>,
    /// What was found, in any order.
    pub findings: Vec<Finding>,
}

/// Who is near whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Genomes of one cluster hang together by distances of at most so many letters.
    pub threshold_nt: u32,
    /// All genomes, if they are few; then clusters are not drawn one by one.
    pub batch: Option<Cluster>,
    /// Clusters of at least two genomes, the largest first.
    pub clusters: Vec<Cluster>,
    /// Clusters that are not among these, because there are too many.
    pub left_out: u64,
    /// For each genome, by [`GenomeLine::index`], who is nearest.
    pub nearest: HashMap<u64, Nearest>,
}

/// Genomes that hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Names of its genomes, or of the first of them.
    pub members: Vec<String>,
    /// Number of its genomes.
    pub genomes: u64,
    /// What is drawn at the tips of its tree; none if it is too large for one.
    pub leaves: Vec<Leaf>,
    /// Single-linkage joins, the nearest first: numbers below `leaves.len()` are leaves, those from there on earlier
    /// joins.
    pub joins: Vec<Join>,
}

/// Genomes that are drawn as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaf {
    /// Name of the first.
    pub name: String,
    /// How many others there are.
    pub others: u64,
}

/// The nearest other genome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nearest {
    /// Its name.
    pub name: String,
    /// How far it is, in letters.
    pub distance_nt: u32,
    /// Whether it is one of the background.
    pub is_background: bool,
}
