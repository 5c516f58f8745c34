//! Where an oligo binds on the reference.
//!
//! Every place on both strands is tried, without gaps; the places with the fewest letters that do not match are kept.
//! Start at [`Places::of`].

use super::oligo::{Assay, LENGTHS, Role};
use super::pairing::Pairing;
use super::search::{Best, SearchableText};
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

/// A reference to find oligos on.
pub struct Strands<'a> {
    letters: &'a [u8],
    text: SearchableText,
}

impl<'a> Strands<'a> {
    /// Gets a reference ready.
    pub fn new(letters: &'a [u8]) -> Self {
        Self { letters, text: SearchableText::new(letters, *LENGTHS.end()) }
    }

    /// The letters as they came.
    pub fn letters(&self) -> &[u8] {
        self.letters
    }

    fn site(&self, strand: Strand, begin: usize, oligo: &[u8]) -> Site {
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
        let limit = (oligo.len() / LETTERS_PER_MISMATCH) as u32;
        let mut turned = oligo.to_vec();
        nucleotide::reverse_complement(&mut turned);
        let exact = |letters| Best { mismatches: 0, begins: strands.text.exact(letters, MOST_PLACES) };
        let (mut forward, mut reverse) = (exact(oligo), exact(&turned));
        if forward.begins.is_empty() && reverse.begins.is_empty() {
            forward = strands.text.best(oligo, limit, MOST_PLACES);
            reverse = strands.text.best(&turned, limit, MOST_PLACES);
        }
        let mut sites = Vec::new();
        for (strand, best, other) in
            [(Strand::Forward, &forward, &reverse), (Strand::Reverse, &reverse, &forward)]
        {
            if other.begins.is_empty() || best.mismatches <= other.mismatches {
                sites.extend(best.begins.iter().map(|&begin| strands.site(strand, begin, oligo)));
            }
        }
        Self { sites, limit }
    }
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
