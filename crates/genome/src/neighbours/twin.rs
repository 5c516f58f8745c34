//! The slow, plain way to the same answers: letters compared one by one, all pairs. For tests.

use super::{Neighbour, Neighbourhood, Profile, Relatives, Settings};
use crate::alphabet::{GAP, nucleotide};
use crate::calls::{Ambiguous, Calls, Substitution};
use crate::coordinate::{RefPos, Span};
use proptest::prelude::*;

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
fn compare_both_ways(one: &[u8], other: &[u8]) -> Option<(u32, u32)> {
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
fn find(batch: &[Vec<u8>], background: &[Vec<u8>], settings: Settings) -> Neighbourhood {
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

/// Changes of a genome: where, how many letters, which letter.
type Changes = Vec<(usize, usize, u8)>;

const LETTERS: &[u8] = b"ACGTACGTACGTNN--RY";

/// A reference, and genomes that differ from a few ancestors in a few places.
fn batches() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>, Vec<Vec<u8>>)> {
    let letter = |letters: &'static [u8]| (0..letters.len()).prop_map(move |at| letters[at]);
    let changes = |most_nt: usize, count: usize| {
        prop::collection::vec((0..1000_usize, 1..most_nt, letter(LETTERS)), 0..count)
    };
    let genome = (0..4_usize, changes(4, 6), changes(40, 2));
    let genomes = prop::collection::vec(genome, 0..24);
    let reference = prop::collection::vec(letter(b"ACGTACGTACGTACGTN"), 1..90);
    (reference, prop::collection::vec(changes(3, 12), 4), genomes, 0..8_usize).prop_map(
        |(reference, ancestors, genomes, batch)| {
            let apply = |letters: &mut Vec<u8>, changes: &Changes| {
                for &(at, length, letter) in changes {
                    let begin = at % letters.len();
                    let end = (begin + length).min(letters.len());
                    letters[begin..end].fill(letter);
                }
            };
            let build = |(ancestor, few, stretches): (usize, Changes, Changes)| {
                let mut letters = reference.clone();
                apply(&mut letters, &ancestors[ancestor]);
                apply(&mut letters, &few);
                // Long stretches are unread ones.
                let unread: Changes = stretches.iter().map(|&(at, length, _)| (at, length, b'N')).collect();
                apply(&mut letters, &unread);
                letters
            };
            let mut batch_of: Vec<Vec<u8>> = genomes.into_iter().map(build).collect();
            let background = batch_of.split_off(batch_of.len() - batch.min(batch_of.len()));
            (reference, batch_of, background)
        },
    )
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut config = ProptestConfig::with_cases(cases.unwrap_or(1024));
    config.failure_persistence = None;
    config.rng_seed = proptest::test_runner::RngSeed::Fixed(20_261_122);
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_search_finds_what_comparing_all_letters_finds(
        (reference, batch, background) in batches(),
        nearest in 0..4_usize,
        cluster_distance in 0..5_u32,
        parts in 1..4_usize,
    ) {
        let settings = Settings { length_nt: reference.len() as u32, nearest, cluster_distance };
        let profiles = |letters: &[Vec<u8>]| -> Vec<Profile> {
            letters.iter().map(|letters| profile_of(letters, &reference)).collect()
        };
        let (own, behind) = (profiles(&batch), profiles(&background));
        let expected = find(&batch, &background, settings);
        prop_assert_eq!(&Neighbourhood::find(&own, &behind, settings), &expected);
        let search = super::Search::new(&own, &behind, settings);
        prop_assert_eq!(&search.finish(search.parts(parts).map(|part| search.part(part))), &expected);
    }

    #[test]
    fn distances_are_symmetric_and_those_of_the_letters((reference, batch, _) in batches()) {
        let length_nt = reference.len() as u32;
        let profiles: Vec<Profile> = batch.iter().map(|letters| profile_of(letters, &reference)).collect();
        for (a, one) in batch.iter().zip(&profiles) {
            for (b, other) in batch.iter().zip(&profiles) {
                let found = one.difference(other, length_nt);
                prop_assert_eq!(found, other.difference(one, length_nt));
                prop_assert_eq!(found.map(|found| (found.distance, found.compared)), compare_both_ways(a, b));
            }
        }
    }

    #[test]
    fn joins_up_to_a_distance_make_the_clusters_at_that_threshold(
        (reference, batch, _) in batches(),
        cluster_distance in 0..5_u32,
    ) {
        let settings = Settings { length_nt: reference.len() as u32, nearest: 1, cluster_distance };
        let profiles: Vec<Profile> = batch.iter().map(|letters| profile_of(letters, &reference)).collect();
        let members: Vec<u32> = (0..batch.len() as u32).collect();
        let linkage = super::Linkage::of(&profiles, &members, settings.length_nt, 60).unwrap();
        let mut groups: Vec<Option<Vec<u32>>> = linkage.leaves.iter().cloned().map(Some).collect();
        for join in linkage.joins.iter().filter(|join| join.distance <= cluster_distance) {
            let mut group = groups[join.first].take().unwrap();
            group.extend(groups[join.second].take().unwrap());
            group.sort_unstable();
            groups.push(Some(group));
        }
        let mut groups: Vec<Vec<u32>> = groups.into_iter().flatten().filter(|group| group.len() > 1).collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
        prop_assert_eq!(groups, Neighbourhood::find(&profiles, &[], settings).clusters);
    }
}
