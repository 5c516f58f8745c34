//! How often somebody may ask: a bucket of tokens for each, in bounded memory.
//!
//! The generic cell rate algorithm (ITU-T I.371): of each, one moment is remembered, at which their bucket is full again.
//! Refuses to know who they are. Start at [`Rates::take`].

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets of tokens.
pub struct Rates {
    full_at: Mutex<HashMap<[u8; 16], Duration>>,
    began: Instant,
    each: Duration,
    burst: Duration,
    remembered: usize,
}

impl Rates {
    /// So many a minute, so many at once, and so many that are remembered.
    pub fn new(per_minute: u64, burst: u64, remembered: u64) -> Self {
        let each = Duration::from_secs(60) / u32::try_from(per_minute.max(1)).unwrap_or(u32::MAX);
        Self {
            full_at: Mutex::new(HashMap::new()),
            began: Instant::now(),
            each,
            burst: each.saturating_mul(u32::try_from(burst.max(1)).unwrap_or(u32::MAX)),
            remembered: usize::try_from(remembered.max(1)).unwrap_or(usize::MAX),
        }
    }

    /// Takes a token of somebody's.
    ///
    /// # Errors
    /// How many seconds to wait for the next.
    pub fn take(&self, whose: [u8; 16]) -> Result<(), u64> {
        self.take_at(whose, self.began.elapsed())
    }

    fn take_at(&self, whose: [u8; 16], now: Duration) -> Result<(), u64> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= self.remembered && !full_at.contains_key(&whose) {
            make_room(&mut full_at, now, self.remembered);
        }
        let at = full_at.entry(whose).or_insert(now);
        let next = (*at).max(now) + self.each;
        let over = next.saturating_sub(now + self.burst);
        if over > Duration::ZERO {
            return Err(over.as_secs().max(1));
        }
        *at = next;
        Ok(())
    }
}

/// Forgets those whose bucket is full; if none is, the half that is fullest.
fn make_room<K: Eq + Hash>(full_at: &mut HashMap<K, Duration>, now: Duration, most: usize) {
    full_at.retain(|_, at| *at > now);
    if full_at.len() >= most {
        let mut moments: Vec<Duration> = full_at.values().copied().collect();
        let middle = moments.len() / 2;
        let median = *moments.select_nth_unstable(middle).1;
        full_at.retain(|_, at| *at > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let rates = Rates::new(60, 3, 100);
        let at = |ms: u64| rates.take_at([1; 16], Duration::from_millis(ms));
        assert_eq!([at(0), at(0), at(0), at(0)], [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!([at(1000), at(1000)], [Ok(()), Err(1)]);
        assert_eq!(rates.take_at([2; 16], Duration::from_secs(1)), Ok(()), "another is not touched");
        assert_eq!([at(9000), at(9000), at(9000), at(9000)], [Ok(()), Ok(()), Ok(()), Err(1)]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let rates = Rates::new(1, 1, 100);
        for number in 0..10_000u128 {
            let _ = rates.take_at(number.to_be_bytes(), Duration::from_millis(number as u64));
        }
        assert!(rates.full_at.lock().expect("whole").len() <= 101);
    }
}
