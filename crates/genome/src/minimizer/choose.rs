//! From a sequence to a reference: the full count, and a sample of it that mostly suffices.

use super::sketch::{reverse_complement, without_gaps};
use super::{IndexedReference, MinimizerIndex};

/// Fewer minimizers in common than this are no match.
pub const MIN_HITS: u32 = 10;

/// A lower score is no match.
pub const MIN_SCORE: f64 = 0.1;

/// From this score on the other strand is not looked at.
pub const SURE_SCORE: f64 = 0.5;

/// The sample: this many windows, evenly spread,
const WINDOWS: usize = 16;
/// each of this many k-mers (one in sixteen is a minimizer: about 48 minimizers in all).
const WINDOW_KMERS: usize = 48;
/// A sample decides only with this many hits,
const SAMPLE_HITS: u32 = 12;
/// when they are at least one in this many of its minimizers,
const SAMPLE_SHARE: u32 = 3;
/// and no other reference has more than one hit for this many.
const SAMPLE_LEAD: u32 = 4;

/// The reference a sequence belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    /// Number in [`MinimizerIndex::references`].
    pub reference: usize,
    /// Share of the reference's minimizers found, as if the sequence were as long as the reference; an
    /// estimate when [`Choice::sampled`].
    pub score: f64,
    /// Different minimizers found; an estimate when [`Choice::sampled`].
    pub hits: u32,
}

/// The answer for one sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The best reference; `None` when no reference matches on either strand.
    pub best: Option<Best>,
    /// Whether it is the other strand that matches.
    pub reverse_complement: bool,
    /// Whether a sample of the sequence was enough.
    pub sampled: bool,
}

/// Hits of a strand: how many for each reference, and how many minimizers were looked at.
struct Tally {
    hits: Vec<u32>,
    looked_at: u32,
}

impl MinimizerIndex {
    /// The reference that `sequence` belongs to.
    ///
    /// Gaps are ignored, case does not matter. A sample of some hundred k-mers decides when it leaves no
    /// doubt: enough hits, a clear lead, and a reference that resembles no other in the index. Else all
    /// k-mers are counted, as in [`Self::choose_exhaustively`], which gives the same reference and strand.
    /// (They could differ for a sequence that is mostly one pathogen with a whole short reference of
    /// another one inside: the full count prefers the short one, the sample the pathogen around it.)
    pub fn choose(&self, sequence: &[u8]) -> Choice {
        let sequence = without_gaps(sequence);
        if let Some(best) = self.sample(&sequence, false) {
            return Choice { best: Some(best), reverse_complement: false, sampled: true };
        }
        if let Some(best) = self.sample(&sequence, true) {
            return Choice { best: Some(best), reverse_complement: true, sampled: true };
        }
        self.choose_exhaustively(&sequence)
    }

    /// The same from all k-mers: the slow twin of [`Self::choose`].
    ///
    /// Each strand is scored as the field's index defines. The other strand is tried only when the given
    /// one scores under [`SURE_SCORE`], and must then score more: poxviruses end in inverted repeats, so
    /// the wrong strand of one scores a little too.
    pub fn choose_exhaustively(&self, sequence: &[u8]) -> Choice {
        let sequence = without_gaps(sequence);
        let forward = self.count(&sequence);
        let forward_score = forward.map_or(0.0, |best| best.score);
        if forward_score < SURE_SCORE {
            let reverse = self.count(&reverse_complement(&sequence));
            if reverse.is_some_and(|best| best.score > forward_score) {
                return Choice { best: reverse, reverse_complement: true, sampled: false };
            }
        }
        Choice { best: forward, reverse_complement: false, sampled: false }
    }

    /// The best reference of one strand from all its different minimizers.
    fn count(&self, letters: &[u8]) -> Option<Best> {
        let mut hits = vec![0u32; self.references.len()];
        let mut seen = vec![false; self.table.slots()];
        self.shape.sketch(letters, 0..letters.len(), |minimizer| {
            if let Some((slot, set)) = self.table.get(minimizer)
                && !std::mem::replace(&mut seen[slot], true)
            {
                set.iter().for_each(|&reference| hits[usize::from(reference)] += 1);
            }
        });
        let length_nt = super::saturated(letters.len());
        let scored = hits.iter().enumerate().map(|(reference, &hits)| Best {
            reference,
            score: score(f64::from(hits), &self.references[reference], length_nt),
            hits,
        });
        scored
            .filter(|best| best.hits >= MIN_HITS && best.score >= MIN_SCORE)
            .reduce(|best, next| if next.score > best.score { next } else { best })
    }

    /// The best reference of one strand, if a sample leaves no doubt.
    fn sample(&self, letters: &[u8], other_strand: bool) -> Option<Best> {
        let window = WINDOW_KMERS + self.shape.letters();
        let stride = (letters.len() / WINDOWS).max(1);
        if stride < window {
            return None;
        }
        let mut tally = Tally { hits: vec![0; self.references.len()], looked_at: 0 };
        for number in 0..WINDOWS {
            let letters = &letters[number * stride..number * stride + window];
            if other_strand {
                self.tally(&reverse_complement(letters), &mut tally);
            } else {
                self.tally(letters, &mut tally);
            }
        }
        let sampled = (WINDOWS * WINDOW_KMERS) as f64 / letters.len() as f64;
        self.beyond_doubt(&tally, sampled, super::saturated(letters.len()))
    }

    fn tally(&self, window: &[u8], tally: &mut Tally) {
        self.shape.sketch(window, 0..WINDOW_KMERS, |minimizer| {
            tally.looked_at += 1;
            if let Some((_, set)) = self.table.get(minimizer) {
                set.iter().for_each(|&reference| tally.hits[usize::from(reference)] += 1);
            }
        });
    }

    fn beyond_doubt(&self, tally: &Tally, sampled: f64, length_nt: u32) -> Option<Best> {
        let (reference, &hits) = tally.hits.iter().enumerate().max_by_key(|&(_, hits)| hits)?;
        let indexed = &self.references[reference];
        let leads = tally
            .hits
            .iter()
            .enumerate()
            .all(|(other, &others)| other == reference || others * SAMPLE_LEAD <= hits);
        let estimate = f64::from(hits) / sampled;
        let score = score(estimate, indexed, length_nt);
        let clear = hits >= SAMPLE_HITS && hits * SAMPLE_SHARE >= tally.looked_at && score >= 2.0 * MIN_SCORE;
        (clear && leads && !indexed.has_rival).then_some(Best { reference, score, hits: estimate as u32 })
    }
}

/// How well `hits` minimizers of a sequence fit a reference: their share of the reference's minimizers,
/// scaled up for a sequence that is only part of it.
pub(super) fn score(hits: f64, reference: &IndexedReference, length_nt: u32) -> f64 {
    if reference.minimizers == 0 || length_nt == 0 {
        return 0.0;
    }
    let scale = (f64::from(reference.length_nt) / f64::from(length_nt)).max(1.0);
    hits / f64::from(reference.minimizers) * scale
}
