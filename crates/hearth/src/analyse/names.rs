//! Which names were used before: a compact set of name hashes.
//!
//! Needs about 15 bytes for each record of a run, the only memory that grows with the input. Two names count
//! as the same when 64 bits of their hashes agree: for ten million records the chance that any pair does by
//! accident is one in 370,000. Start at [`UsedNames::first_use`].

use std::hash::{BuildHasher, RandomState};

const SHARDS: usize = 256;
/// Slots of a shard when the first name comes.
const FIRST_SLOTS: usize = 16;
/// A slot that holds nothing; no hash is 0.
const FREE: u64 = 0;

/// The names met so far, each with the number of the record that used it first.
#[derive(Debug)]
pub struct UsedNames {
    hasher: RandomState,
    /// Many small tables instead of a large one: growing one of them is never a peak in memory.
    shards: Vec<Shard>,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    hashes: Vec<u64>,
    records: Vec<u32>,
    used: usize,
}

impl Default for UsedNames {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: vec![Shard::default(); SHARDS] }
    }
}

impl UsedNames {
    /// The record that used `name` first, if one did; otherwise remembers `record` for it.
    ///
    /// Nothing is ever said of empty names, nor of records beyond the 4,294,967,295th.
    pub fn first_use(&mut self, name: &[u8], record: u64) -> Option<u64> {
        let record = u32::try_from(record).ok()?;
        if name.is_empty() {
            return None;
        }
        let hash = self.hasher.hash_one(name).max(1);
        let shard = &mut self.shards[(hash >> 56) as usize];
        shard.find_or_insert(hash, record).map(u64::from)
    }
}

impl Shard {
    fn find_or_insert(&mut self, hash: u64, record: u32) -> Option<u32> {
        if self.used * 8 >= self.hashes.len() * 7 {
            self.grow();
        }
        let slot = self.slot_of(hash);
        if self.hashes[slot] == hash {
            return Some(self.records[slot]);
        }
        self.hashes[slot] = hash;
        self.records[slot] = record;
        self.used += 1;
        None
    }

    /// The slot that holds `hash`, or the free one where it belongs.
    fn slot_of(&self, hash: u64) -> usize {
        let slots = self.hashes.len();
        // The upper eight bits chose the shard; the next 32 choose the slot.
        let mut slot = (((hash >> 24) & 0xFFFF_FFFF) as usize * slots) >> 32;
        while self.hashes[slot] != FREE && self.hashes[slot] != hash {
            slot = if slot + 1 == slots { 0 } else { slot + 1 };
        }
        slot
    }

    fn grow(&mut self) {
        let slots = (self.hashes.len() * 5 / 4).max(FIRST_SLOTS);
        let hashes = std::mem::replace(&mut self.hashes, vec![FREE; slots]);
        let records = std::mem::replace(&mut self.records, vec![0; slots]);
        for (hash, record) in hashes.into_iter().zip(records).filter(|&(hash, _)| hash != FREE) {
            let slot = self.slot_of(hash);
            self.hashes[slot] = hash;
            self.records[slot] = record;
        }
    }
}

/// The name in a raw record: what stands between `>` and the end of the line, without white space around.
pub fn name_of(raw: &[u8]) -> &[u8] {
    let text = raw.strip_prefix(b">").unwrap_or(raw);
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    text[..end].trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_use_of_a_name_is_remembered_for_ever() {
        let mut names = UsedNames::default();
        let name = |n: u64| format!("sample/{n}");
        for n in 0..100_000 {
            assert_eq!(names.first_use(name(n).as_bytes(), n), None);
        }
        for n in 0..100_000 {
            assert_eq!(names.first_use(name(n).as_bytes(), 100_000 + n), Some(n));
        }
        assert_eq!(names.first_use(b"", 1), None);
        assert_eq!(names.first_use(b"", 2), None);
    }

    #[test]
    fn memory_stays_near_15_bytes_a_record() {
        let mut names = UsedNames::default();
        for n in 0..200_000u64 {
            names.first_use(&n.to_le_bytes(), n);
        }
        let bytes: usize = names.shards.iter().map(|shard| shard.hashes.len() * 12).sum();
        assert!(bytes < 200_000 * 18, "{} bytes a record", bytes / 200_000);
    }

    #[test]
    fn the_name_is_the_header_line() {
        let check = |raw: &str, name: &str| assert_eq!(name_of(raw.as_bytes()), name.as_bytes());
        check("> a b \r\nACGT\n", "a b");
        check(">a\rAC", "a");
        check(">", "");
        check(">only", "only");
    }
}
