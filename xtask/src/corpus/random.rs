//! A small pseudo-random generator, so that a corpus is the same letters on every machine and in every year.
//!
//! xoshiro256++ seeded through splitmix64 (Blackman and Vigna, "Scrambled linear pseudorandom number
//! generators", 2021). It refuses to know time, threads or the operating system. Start at
//! [`Random::for_record`]: each record has a stream of its own, so a longer corpus begins with the shorter.

/// A stream of pseudo-random numbers.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream of record number `index` (0-based) in the corpus of `seed`.
    pub fn for_record(seed: u64, index: u64) -> Self {
        let mut corpus = seed;
        let mut cursor = split_mix(&mut corpus) ^ index.wrapping_mul(0xd134_2543_de82_ef95);
        Self { state: std::array::from_fn(|_| split_mix(&mut cursor)) }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// A number in `low..=high`; `low` when the range is empty.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number in `0..1`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A Poisson count (Knuth's product method: meant for means below about 50).
    pub fn poisson(&mut self, mean: f64) -> usize {
        let floor = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// One letter of `letters`, which must not be empty.
    pub fn letter(&mut self, letters: &[u8]) -> u8 {
        letters[self.below(letters.len())]
    }

    /// `length` letters drawn from `letters`.
    pub fn letters(&mut self, length: usize, letters: &[u8]) -> Vec<u8> {
        (0..length).map(|_| self.letter(letters)).collect()
    }
}

fn split_mix(cursor: &mut u64) -> u64 {
    *cursor = cursor.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *cursor;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_the_published_sequence() {
        let mut cursor = 1_234_567;
        let drawn: Vec<u64> = (0..3).map(|_| split_mix(&mut cursor)).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn streams_repeat_and_differ_by_record_and_seed() {
        let draw = |seed, index| Random::for_record(seed, index).bits();
        assert_eq!(draw(1, 7), draw(1, 7));
        assert_ne!(draw(1, 7), draw(1, 8));
        assert_ne!(draw(1, 7), draw(2, 7));
    }

    #[test]
    fn draws_stay_in_their_range() {
        let mut random = Random::for_record(3, 0);
        for _ in 0..10_000 {
            assert!(random.below(5) < 5);
            assert!((3..=9).contains(&random.between(3, 9)));
            assert!((0.0..1.0).contains(&random.unit()));
        }
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn poisson_has_the_asked_mean() {
        let mut random = Random::for_record(4, 0);
        let total: usize = (0..20_000).map(|_| random.poisson(3.0)).sum();
        let mean = total as f64 / 20_000.0;
        assert!((2.9..3.1).contains(&mean), "mean {mean}");
    }
}
