//! The band of a whole-genome matrix: narrow inside seeds, wide enough between them for the shift.
//!
//! Every pair of neighbouring seeds gives a slanted strip around their mean diagonal, as wide as their
//! shift; strips reach back and forth into the seeds by the same measure. Start at [`band_around`].

use super::banded::Stripe;
use super::seeds::Seed;

/// Half-widths of a band, in letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Around the first and the last seed, towards the ends.
    pub terminal: i64,
    /// Between seeds, beyond half their shift.
    pub excess: i64,
    /// Inside seeds.
    pub minimal: i64,
}

impl Widths {
    /// All widths twice as large.
    pub fn doubled(self) -> Self {
        let double = |width: i64| (2 * width).max(1);
        Self { terminal: double(self.terminal), excess: double(self.excess), minimal: double(self.minimal) }
    }
}

/// Rows `begin..end` with columns between two diagonals.
#[derive(Clone, Copy)]
struct Strip {
    begin: i64,
    end: i64,
    low: i64,
    high: i64,
}

struct Strips {
    strips: Vec<Strip>,
    current: Strip,
    back: i64,
    reference_length: i64,
}

/// The band around a chain of seeds (not empty), and its area in cells.
pub fn band_around(
    chain: &[Seed],
    reference_length: usize,
    query_length: usize,
    widths: Widths,
) -> (Vec<Stripe>, u64) {
    let reference_length = reference_length as i64;
    let around = |seed: &Seed, width: i64| (seed.diagonal() - width, seed.diagonal() + width);
    let (low, high) = around(&chain[0], widths.terminal);
    let mut forward = widths.terminal;
    let end = (chain[0].reference as i64 + forward).min(reference_length + 1);
    let current = Strip { begin: 0, end, low, high };
    let mut band = Strips { strips: Vec::new(), current, back: widths.terminal, reference_length };
    for pair in chain.windows(2) {
        let (seed, next) = (&pair[0], &pair[1]);
        let mean = (next.diagonal() + seed.diagonal()) / 2;
        let shift = (next.diagonal() - seed.diagonal()).abs() / 2;
        forward = shift + widths.excess;
        band.back = forward;
        band.pass_seed(seed, mean, forward, widths.minimal);
        let width = band.back.max(widths.excess);
        band.current = Strip {
            begin: band.current.end,
            end: next.reference as i64 + forward,
            low: mean - width,
            high: mean + width,
        };
    }
    let last = &chain[chain.len() - 1];
    band.back = band.back.max(widths.terminal);
    band.pass_seed(last, last.diagonal(), forward, widths.minimal);
    let (low, high) = around(last, band.back);
    band.strips.push(Strip { begin: band.current.end, end: reference_length + 1, low, high });
    regular_stripes(&band.strips, reference_length as usize, query_length, widths.minimal)
}

impl Strips {
    /// Adds the body of a seed and goes back far enough for the strip that follows to begin inside it.
    fn pass_seed(&mut self, seed: &Seed, mean: i64, forward: i64, minimal: i64) {
        let seed_end = seed.reference_end() as i64;
        if seed_end > self.current.end {
            self.strips.push(self.current);
            self.current = Strip {
                begin: self.current.end,
                end: seed_end,
                low: seed.diagonal() - minimal,
                high: seed.diagonal() + minimal,
            };
        }
        self.widen(mean);
        while self.current.begin > (seed_end - self.back - 1).max(0) {
            self.current = self.strips.pop().unwrap_or(Strip {
                begin: 0,
                end: (seed.reference as i64 + forward).min(self.reference_length + 1),
                low: seed.diagonal() - self.back,
                high: seed.diagonal() + self.back,
            });
            self.widen(mean);
        }
        self.current.end = (seed_end - self.back).max(0);
        if self.current.end > self.current.begin {
            self.strips.push(self.current);
        }
    }

    fn widen(&mut self, mean: i64) {
        self.back = self.back.max(mean - self.current.low).max(self.current.high - mean);
    }
}

/// Turns strips into one stripe per row, cut to the cells a path can reach.
fn regular_stripes(strips: &[Strip], rows: usize, columns: usize, minimal: i64) -> (Vec<Stripe>, u64) {
    let columns = columns as i64;
    let mut stripes = Vec::with_capacity(rows + 1);
    for strip in strips {
        for row in strip.begin..strip.end {
            let begin = (row + strip.low).clamp(0, (columns - minimal).max(0)) as u32;
            let end = (row + strip.high).clamp(0, columns) as u32 + 1;
            stripes.push(Stripe { begin, end });
        }
    }
    let whole = Stripe { begin: 0, end: columns as u32 + 1 };
    stripes.resize(rows + 1, *stripes.last().unwrap_or(&whole));
    make_regular(&mut stripes, columns as u32);
    let area = stripes.iter().map(|stripe| u64::from(stripe.end - stripe.begin)).sum();
    (stripes, area)
}

/// Makes begins and ends never fall, the first stripe begin at 0 and the last end after the last column.
pub fn make_regular(stripes: &mut [Stripe], columns: u32) {
    let mut begin = 0;
    for (row, stripe) in stripes.iter_mut().enumerate() {
        stripe.begin = if row == 0 { 0 } else { stripe.begin.clamp(begin, columns) };
        begin = stripe.begin;
    }
    let mut end = columns + 1;
    for (row, stripe) in stripes.iter_mut().rev().enumerate() {
        stripe.end = if row == 0 { end } else { stripe.end.min(end).max(stripe.begin + 1) };
        end = stripe.end;
    }
}
