//! Clusters: genomes that are linked by short distances, directly or through others.
//!
//! Single linkage at a threshold is the same as the connected components of the links that are short enough. Start at
//! [`Links`].

/// Which genomes are linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// A genome of the same group, itself in the first one of the group.
    parents: Vec<u32>,
}

impl Links {
    /// So many genomes, none of them linked.
    pub(super) fn none(count: usize) -> Self {
        Self { parents: (0..count as u32).collect() }
    }

    /// The first genome of the group of this one.
    pub(super) fn first_of(&mut self, mut number: u32) -> u32 {
        while self.parents[number as usize] != number {
            let parent = self.parents[number as usize];
            // Halves the way for the next time.
            self.parents[number as usize] = self.parents[parent as usize];
            number = parent;
        }
        number
    }

    /// Whether two genomes are linked, directly or through others.
    pub(super) fn has(&mut self, one: u32, other: u32) -> bool {
        self.first_of(one) == self.first_of(other)
    }

    /// Links two genomes.
    pub(super) fn add(&mut self, one: u32, other: u32) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }

    /// Adds the links of others among the same genomes.
    pub(super) fn add_all(&mut self, others: &Self) {
        (0..).zip(&others.parents).for_each(|(number, &parent)| self.add(number, parent));
    }

    /// Groups of two and more: the largest first, of equally large ones that with the first genome; members in order.
    pub(super) fn groups(mut self) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); self.parents.len()];
        for number in 0..self.parents.len() as u32 {
            groups[self.first_of(number) as usize].push(number);
        }
        groups.retain(|group| group.len() > 1);
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_through_others_is_one_group() {
        let check = |links: &[(u32, u32)], expected: &[&[u32]]| {
            let (mut all, mut halves) = (Links::none(6), [Links::none(6), Links::none(6)]);
            for (at, &(one, other)) in links.iter().enumerate() {
                all.add(one, other);
                halves[at % 2].add(one, other);
            }
            assert!(links.iter().all(|&(one, other)| all.has(one, other)));
            let [mut first, second] = halves;
            first.add_all(&second);
            assert_eq!(first.groups(), all.clone().groups());
            assert_eq!(all.groups(), expected);
        };
        check(&[], &[]);
        check(&[(0, 0)], &[]);
        check(&[(4, 1)], &[&[1, 4]]);
        check(&[(4, 1), (0, 2), (5, 4)], &[&[1, 4, 5], &[0, 2]]);
        check(&[(4, 5), (0, 1), (2, 3)], &[&[0, 1], &[2, 3], &[4, 5]]);
        check(&[(0, 1), (1, 2), (2, 0), (3, 5), (5, 0)], &[&[0, 1, 2, 3, 5]]);
    }
}
