//! The slow, plain way to the same answers: letters compared one by one, all pairs. For tests.

use super::{Neighbour, Neighbourhood, Profile, Relatives, Settings};
use crate::alphabet::{GAP, nucleotide};
use crate::calls::{Ambiguous, Calls, Substitution};
use crate::coordinate::{RefPos, Span};

/// The profile of aligned letters, gaps included.
pub(super) fn profile_of(letters: &[u8], reference: &[u8]) -> Profile {
    let begin = letters.iter().position(|&letter| letter != GAP).unwrap_or(0);
    let end = letters.iter().rposition(|&letter| letter != GAP).map_or(0, |last| last + 1);
    let mut calls = Calls { aligned: Span::new(begin as u32, end as u32), ..Calls::default() };
    for at in begin..end {
        let (position, letter) = (RefPos(at as u32), letters[at]);
        let span = Span::new(position.0, position.0 + 1);
        match letter {
            GAP => calls.deletions.push(span),
            nucleotide::UNKNOWN => calls.missing.push(span),
            _ if !nucleotide::is_acgt(letter) => calls.ambiguous.push(Ambiguous { span, letter }),
            _ if letter == reference[at] => {}
            _ => calls.substitutions.push(Substitution { position, from: reference[at], to: letter }),
        }
    }
    Profile::of_calls(&calls, reference.len() as u32)
}

/// Distance to a neighbour and number of positions compared, if the neighbour covers the genome.
fn compare_letters(own: &[u8], neighbour: &[u8]) -> Option<(u32, u32)> {
    let is_known = |letter: u8| nucleotide::is_acgt(letter);
    let both = || own.iter().zip(neighbour).filter(|(a, b)| is_known(**a) && is_known(**b));
    let (compared, known) = (both().count(), own.iter().filter(|letter| is_known(**letter)).count());
    let covers = compared * 2 >= own.len() && compared * 4 >= known * 3;
    covers.then(|| (both().filter(|(a, b)| a != b).count() as u32, compared as u32))
}

/// The same if each covers the other.
pub(super) fn compare_both_ways(one: &[u8], other: &[u8]) -> Option<(u32, u32)> {
    compare_letters(other, one).and(compare_letters(one, other))
}

fn nearest(own: &[u8], others: &[Vec<u8>], left_out: Option<usize>, most: usize) -> Vec<Neighbour> {
    let neighbour = |(number, letters): (usize, &Vec<u8>)| {
        let (distance, compared) = compare_letters(own, letters).filter(|_| left_out != Some(number))?;
        Some(Neighbour { number: number as u32, distance, compared })
    };
    let mut found: Vec<Neighbour> = others.iter().enumerate().filter_map(neighbour).collect();
    found.sort_by_key(|neighbour| (neighbour.distance, neighbour.number));
    found.truncate(most);
    found
}

/// [`Neighbourhood::find`] by comparing all letters of all pairs; clusters by walking along links.
pub(super) fn find(batch: &[Vec<u8>], background: &[Vec<u8>], settings: Settings) -> Neighbourhood {
    let links = |one: usize, other: usize| {
        let found = compare_both_ways(&batch[one], &batch[other]);
        one != other && found.is_some_and(|(distance, _)| distance <= settings.cluster_distance)
    };
    let mut clusters: Vec<Vec<u32>> = Vec::new();
    let mut is_seen = vec![false; batch.len()];
    for start in 0..batch.len() {
        let (mut members, mut open) = (Vec::new(), vec![start]);
        while let Some(number) = open.pop() {
            if !std::mem::replace(&mut is_seen[number], true) {
                members.push(number as u32);
                open.extend((0..batch.len()).filter(|&other| links(number, other)));
            }
        }
        members.sort_unstable();
        clusters.extend(Some(members).filter(|members| members.len() > 1));
    }
    clusters.sort_by_key(|members| std::cmp::Reverse(members.len()));
    let genomes = batch.iter().enumerate().map(|(number, letters)| Relatives {
        batch: nearest(letters, batch, Some(number), settings.nearest),
        background: nearest(letters, background, None, settings.nearest),
        cluster: clusters.iter().position(|members| members.contains(&(number as u32))).map(|at| at as u32),
        is_comparable: compare_letters(letters, letters).is_some(),
    });
    Neighbourhood { genomes: genomes.collect(), clusters }
}
