//! Where an oligo binds on the reference.
//!
//! Every place on both strands is tried, without gaps; the places with the fewest letters that do not match are kept.
//! Start at [`Places::of`].

use super::oligo::{Assay, Role};
use super::pairing::Pairing;
use crate::alphabet::nucleotide;
use crate::annotation::Strand;
use crate::coordinate::{RefPos, Span};

/// Most letters that may not match, as a share of the oligo: one in this many.
const LETTERS_PER_MISMATCH: usize = 5;

/// Places kept of one oligo.
const MOST_PLACES: usize = 16;

/// Longest amplicon by which one of several places is chosen, in letters.
const LONGEST_AMPLICON: u32 = 20_000;

/// A place of an oligo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Letters of the reference it lies along.
    pub span: Span<RefPos>,
    /// Forward where the oligo has the reference's own letters.
    pub strand: Strand,
    /// What of the design does not match the reference.
    pub design: Pairing,
}

/// Where an oligo was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In one place, or in the likeliest of several, which are as many.
    At(Site, usize),
    /// Nowhere with so few mismatches or fewer.
    Nowhere(u32),
}

impl Placement {
    /// The site, if there is one.
    pub fn site(&self) -> Option<&Site> {
        match self {
            Self::At(site, _) => Some(site),
            Self::Nowhere(_) => None,
        }
    }
}

/// The places of one oligo that match equally well.
struct Places {
    sites: Vec<Site>,
    limit: u32,
}

/// A reference as base sets, on both strands.
pub struct Strands<'a> {
    letters: &'a [u8],
    forward: Vec<u8>,
    reverse: Vec<u8>,
}

impl<'a> Strands<'a> {
    /// Gets a reference ready.
    pub fn new(letters: &'a [u8]) -> Self {
        let forward: Vec<u8> = letters.iter().map(|&letter| nucleotide::bases(letter)).collect();
        let reverse = letters.iter().rev().map(|&letter| nucleotide::bases(nucleotide::complement(letter)));
        Self { letters, reverse: reverse.collect(), forward }
    }

    /// The letters as they came.
    pub fn letters(&self) -> &[u8] {
        self.letters
    }

    fn site(&self, strand: Strand, at: usize, oligo: &[u8]) -> Site {
        let begin = if strand == Strand::Forward { at } else { self.letters.len() - at - oligo.len() };
        let span = Span::new(begin as u32, (begin + oligo.len()) as u32);
        let mut letters = self.letters[span.indices()].to_vec();
        if strand == Strand::Reverse {
            nucleotide::reverse_complement(&mut letters);
        }
        Site { span, strand, design: Pairing::of(oligo, &letters) }
    }
}

impl Places {
    fn of(oligo: &[u8], strands: &Strands) -> Self {
        let sets: Vec<u8> = oligo.iter().map(|&letter| nucleotide::bases(letter)).collect();
        let limit = (oligo.len() / LETTERS_PER_MISMATCH) as u32;
        let (mut fewest, mut found) = (limit, Vec::new());
        for (strand, letters) in [(Strand::Forward, &strands.forward), (Strand::Reverse, &strands.reverse)] {
            for (at, window) in letters.windows(sets.len()).enumerate() {
                let Some(mismatches) = mismatches_up_to(&sets, window, fewest) else { continue };
                if mismatches < fewest {
                    fewest = mismatches;
                    found.clear();
                }
                if found.len() < MOST_PLACES {
                    found.push((strand, at));
                }
            }
        }
        let sites = found.into_iter().map(|(strand, at)| strands.site(strand, at, oligo)).collect();
        Self { sites, limit }
    }
}

/// Number of letters that do not match, if it is not above a limit.
fn mismatches_up_to(wanted: &[u8], found: &[u8], limit: u32) -> Option<u32> {
    let mut mismatches = 0;
    for (wanted, found) in wanted.iter().zip(found) {
        mismatches += u32::from(wanted & found == 0);
        if mismatches > limit {
            return None;
        }
    }
    Some(mismatches)
}

/// Places of the oligos of an assay. Of several equally good places of one the likeliest is that which gives the
/// shortest amplicon.
pub fn place(assay: &Assay, strands: &Strands) -> Vec<Placement> {
    let places: Vec<Places> = assay.oligos.iter().map(|oligo| Places::of(&oligo.letters, strands)).collect();
    let of_role = |role: Role| {
        let with_role = assay.oligos.iter().zip(&places).filter(move |(oligo, _)| oligo.role == role);
        with_role.flat_map(|(_, places)| &places.sites)
    };
    let pairs =
        of_role(Role::Forward).flat_map(|left| of_role(Role::Reverse).map(move |right| (left, right)));
    let amplicons = pairs.filter_map(|(left, right)| amplicon(left, right));
    let amplicon = amplicons.filter(|span| span.len() <= LONGEST_AMPLICON).min_by_key(|span| span.len());
    let distance = |site: &Site| match amplicon {
        Some(amplicon) => {
            amplicon.begin.0.abs_diff(site.span.begin.0) + amplicon.end.0.abs_diff(site.span.end.0)
        }
        None => 0,
    };
    let chosen = |places: &Places| match places.sites.iter().min_by_key(|site| distance(site)) {
        Some(site) => Placement::At(site.clone(), places.sites.len()),
        None => Placement::Nowhere(places.limit),
    };
    places.iter().map(chosen).collect()
}

/// What lies between two primers that face each other, themselves included.
pub fn amplicon(forward: &Site, reverse: &Site) -> Option<Span<RefPos>> {
    let (left, right) = match (forward.strand, reverse.strand) {
        (Strand::Forward, Strand::Reverse) => (forward.span, reverse.span),
        (Strand::Reverse, Strand::Forward) => (reverse.span, forward.span),
        _ => return None,
    };
    (left.begin < right.end && left.end <= right.end).then(|| Span::new(left.begin.0, right.end.0))
}
