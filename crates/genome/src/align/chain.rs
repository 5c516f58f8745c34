//! The best chain of seeds: increasing in both sequences, covering the most letters.
//!
//! The two-dimensional chain problem of Gusfield, "Algorithms on Strings, Trees and Sequences", 1997,
//! section 13.3, without a gap cost. Start at [`best_chain`].

use super::seeds::Seed;

/// A chain that ends before `reference_end`, one of those no other chain beats in both end and score.
#[derive(Clone, Copy)]
struct Front {
    reference_end: usize,
    score: usize,
    seed: usize,
}

/// The highest-scoring chain, in order, with adjacent pieces of one diagonal joined. Empty for no seeds.
pub fn best_chain(seeds: &[Seed]) -> Vec<Seed> {
    let mut endpoints: Vec<(usize, bool, usize)> = Vec::with_capacity(2 * seeds.len());
    for (index, seed) in seeds.iter().enumerate() {
        endpoints.push((seed.query, true, index));
        endpoints.push((seed.query_end(), false, index));
    }
    endpoints.sort_by_key(|&(query, ..)| query);

    let mut scores = vec![0; seeds.len()];
    let mut previous = vec![None; seeds.len()];
    // Ends ascend along the front, and so do the scores.
    let mut front: Vec<Front> = Vec::new();
    for (_, is_begin, index) in endpoints {
        let seed = seeds[index];
        if is_begin {
            let reachable = front.partition_point(|chain| chain.reference_end <= seed.reference);
            let before = front[..reachable].last();
            scores[index] = seed.length + before.map_or(0, |chain| chain.score);
            previous[index] = before.map(|chain| chain.seed);
        } else {
            let chain = Front { reference_end: seed.reference_end(), score: scores[index], seed: index };
            insert(&mut front, chain);
        }
    }
    let last = front.last().map(|chain| chain.seed);
    let mut chain: Vec<Seed> =
        std::iter::successors(last, |&index| previous[index]).map(|i| seeds[i]).collect();
    chain.reverse();
    joined(&chain)
}

fn insert(front: &mut Vec<Front>, chain: Front) {
    let at = front.partition_point(|other| other.reference_end < chain.reference_end);
    if front[..at].last().is_some_and(|other| other.score > chain.score) {
        return;
    }
    let beaten = front[at..].partition_point(|other| other.score < chain.score);
    front.splice(at..at + beaten, [chain]);
}

fn joined(chain: &[Seed]) -> Vec<Seed> {
    let mut joined: Vec<Seed> = Vec::with_capacity(chain.len());
    for &seed in chain {
        match joined.last_mut() {
            Some(last) if last.query_end() == seed.query && last.reference_end() == seed.reference => {
                last.length += seed.length;
            }
            _ => joined.push(seed),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seeds: &[(usize, usize, usize)], expected: &[(usize, usize, usize)]) {
        let seeds: Vec<_> =
            seeds.iter().map(|&(reference, query, length)| Seed { reference, query, length }).collect();
        let chain: Vec<_> =
            best_chain(&seeds).iter().map(|seed| (seed.reference, seed.query, seed.length)).collect();
        assert_eq!(chain, expected);
    }

    #[test]
    fn chains_cover_the_most_letters() {
        check(&[], &[]);
        check(&[(0, 0, 10), (10, 10, 10)], &[(0, 0, 20)]);
        check(&[(0, 0, 10), (50, 20, 10), (25, 30, 40)], &[(0, 0, 10), (25, 30, 40)]);
        check(&[(40, 0, 10), (0, 20, 10)], &[(40, 0, 10)]);
    }
}
