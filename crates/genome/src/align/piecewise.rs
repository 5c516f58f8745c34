//! Fills the band between stretches that are certain ([`super::certain`]). Start at [`align`].

use super::banded::{Matrix, Outcome, Problem, Stripe};
use super::certain::{self, SelfSimilarity};
use super::path::{Path, Step};
use super::scoring::Scoring;
use super::seeds::Seed;

/// Solves a problem as [`Matrix::align`] does, filling the band only where the path is not certain to follow one
/// of the places of `straight`, which are in order.
pub fn align(
    problem: &Problem,
    similarity: &SelfSimilarity,
    straight: &[Seed],
    matrix: &mut Matrix,
    path: &mut Path,
) -> Outcome {
    let mut whole = Outcome { score: 0, touches_boundary: false };
    let mut begin = (0, 0);
    let mut stripes = Vec::new();
    let mut add = |whole: &mut Outcome, begin, end, path: &mut Path| {
        if begin != end {
            whole.add(matrix.align(&part(problem, begin, end, &mut stripes), path));
        }
    };
    for stretch in certain::find(problem, similarity, straight) {
        let letters = stretch.letters;
        add(&mut whole, begin, (letters.reference, letters.query), path);
        path.push(Step::Pair, letters.length as u32);
        whole.score += stretch.score;
        begin = (letters.reference_end(), letters.query_end());
    }
    add(&mut whole, begin, (problem.reference.len(), problem.query.len()), path);
    whole
}

/// The part of a problem between two cells: reference and query letters before the first and the last.
fn part<'a>(
    problem: &Problem<'a>,
    begin: (usize, usize),
    end: (usize, usize),
    stripes: &'a mut Vec<Stripe>,
) -> Problem<'a> {
    let (rows, columns) = (begin.0..end.0, begin.1..end.1);
    let is_first = begin == (0, 0);
    let is_last = end == (problem.reference.len(), problem.query.len());
    let first = columns.start as u32;
    let shift = |stripe: &Stripe| Stripe {
        begin: stripe.begin.max(first) - first,
        end: stripe.end.min(columns.end as u32 + 1) - first,
    };
    stripes.clear();
    stripes.extend(problem.stripes[rows.start..=rows.end].iter().map(shift));
    let scoring = &problem.scoring;
    Problem {
        reference: &problem.reference[rows.clone()],
        query: &problem.query[columns],
        stripes,
        scoring: Scoring {
            gap_open: &scoring.gap_open[rows.start..=rows.end],
            leading_insertion_free: is_first && scoring.leading_insertion_free,
            leading_deletion_free: is_first && scoring.leading_deletion_free,
            trailing_insertion_free: is_last && scoring.trailing_insertion_free,
            trailing_deletion_free: is_last && scoring.trailing_deletion_free,
            ..*scoring
        },
    }
}
