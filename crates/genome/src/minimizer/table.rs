//! Which references hold a minimizer: an open-addressing table, made once and only read after.

/// Marks a slot without a minimizer; a hash is always smaller (its cutoff is at most this).
const EMPTY: u32 = u32::MAX;

/// From minimizer to the set of references that have it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Minimizer and number of its set; a power of two many, at most half of them filled.
    slots: Vec<(u32, u32)>,
    /// Different sets of references, each ascending.
    sets: Vec<Vec<u16>>,
    /// For each minimizer more than one reference has: the number of its set.
    shared: Vec<u32>,
}

impl Table {
    /// Makes the table from (minimizer, reference) entries in any order.
    pub fn new(mut entries: Vec<(u32, u16)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let mut table = Self {
            slots: vec![(EMPTY, 0); (2 * entries.len().max(1)).next_power_of_two()],
            sets: Vec::new(),
            shared: Vec::new(),
        };
        let mut known = std::collections::HashMap::new();
        for group in entries.chunk_by(|one, other| one.0 == other.0) {
            let set: Vec<u16> = group.iter().map(|&(_, reference)| reference).collect();
            let number = *known.entry(set).or_insert_with_key(|set| {
                table.sets.push(set.clone());
                u32::try_from(table.sets.len() - 1).unwrap_or(u32::MAX)
            });
            if group.len() > 1 {
                table.shared.push(number);
            }
            let slot = table.slot(group[0].0);
            table.slots[slot] = (group[0].0, number);
        }
        table
    }

    /// Number of slots; every slot number is smaller.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The slot of `minimizer` and the references that have it, if any has.
    pub fn get(&self, minimizer: u32) -> Option<(usize, &[u16])> {
        let slot = self.slot(minimizer);
        let (key, set) = self.slots[slot];
        (key == minimizer && key != EMPTY).then(|| (slot, self.sets[set as usize].as_slice()))
    }

    /// For each minimizer that several references have: those references.
    pub fn shared_sets(&self) -> impl Iterator<Item = &[u16]> {
        self.shared.iter().map(|&set| self.sets[set as usize].as_slice())
    }

    /// The slot that holds `minimizer`, or the empty one where it would go.
    fn slot(&self, minimizer: u32) -> usize {
        let mask = self.slots.len() - 1;
        // Minimizers are small hashes: their low bits are as good as random.
        let mut slot = minimizer as usize & mask;
        while self.slots[slot].0 != minimizer && self.slots[slot].0 != EMPTY {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_found_by_minimizer() {
        let table = Table::new(vec![(7, 1), (7, 0), (23, 1), (7, 1), (0, 2)]);
        let check = |minimizer, expected: Option<&[u16]>| {
            assert_eq!(table.get(minimizer).map(|(_, set)| set), expected, "{minimizer}");
        };
        check(7, Some(&[0, 1]));
        check(23, Some(&[1]));
        check(0, Some(&[2]));
        check(15, None);
        assert_eq!(table.shared_sets().collect::<Vec<_>>(), [&[0, 1]]);
        assert!(Table::new(Vec::new()).get(5).is_none());
    }
}
