//! Which of a number of things are linked, directly or through others. Refuses to know what they are. Start at
//! [`Links`].

/// Things by number, in groups of those that are linked.
#[derive(Debug)]
pub(crate) struct Links {
    /// Another one of the same group, itself in one of each group.
    parents: Vec<u32>,
}

impl Links {
    /// So many, none of them linked.
    pub(crate) fn none(count: usize) -> Self {
        Self { parents: (0..count as u32).collect() }
    }

    /// The one that stands for the group of this one.
    pub(crate) fn head(&mut self, mut number: u32) -> u32 {
        while self.parents[number as usize] != number {
            let parent = self.parents[number as usize];
            // Halves the way for the next time.
            self.parents[number as usize] = self.parents[parent as usize];
            number = parent;
        }
        number
    }

    /// Links two.
    pub(crate) fn add(&mut self, one: u32, other: u32) {
        let (one, other) = (self.head(one), self.head(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }
}
