//! Laws: the search finds what comparing all letters finds, however it is divided; joins and clusters agree.

use super::twin::{compare_both_ways, find, profile_of};
use super::{Linkage, Neighbourhood, Profile, Search, Settings};
use proptest::prelude::*;

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
    // Blocks of carriers have one position where the reference is short, and more where it is long.
    let length = prop_oneof![3 => 1..90_usize, 1 => 600..900_usize];
    let reference =
        length.prop_flat_map(move |length| prop::collection::vec(letter(b"ACGTACGTACGTACGTN"), length));
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
                let times = 1 + letters.len() / 90;
                let unread = stretches.iter().map(|&(at, length, _)| (at, length * times, b'N'));
                let unread: Changes = unread.collect();
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
        let search = Search::new(&own, &behind, settings);
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
        let linkage = Linkage::of(&profiles, &members, settings.length_nt, 60).unwrap();
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
