//! In which order a few genomes join, at which distances: what a small tree is drawn from.
//!
//! Single linkage: two groups join at the distance of their two nearest members, so a group that has joined at no more
//! than some distance is a cluster at that threshold. The joins are the edges of a minimum spanning tree, shortest
//! first; the tree is found by Prim's method (Bell System Technical Journal 36:1389, 1957), which compares each pair
//! once and keeps no matrix. Not an evolutionary tree: it has no root and no ancestors. Start at [`Linkage::of`].

use super::cluster::Links;
use super::profile::Profile;

/// Most genomes that are joined: the time grows with their square.
pub const MOST_MEMBERS: usize = 1_000;

/// In which order genomes join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linkage {
    /// Genomes that are drawn as one, each at least one. Without need for more room each genome is a leaf.
    pub leaves: Vec<Vec<u32>>,
    /// The joins, at increasing distances. One fewer than leaves, unless some genomes could not be compared: then
    /// several groups remain.
    pub joins: Vec<Join>,
}

/// Two groups become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// The group that holds the first genome of the two: a leaf, or counted on from the leaves the result of a join.
    pub first: usize,
    /// The other group.
    pub second: usize,
    /// Distance of their two nearest members.
    pub distance: u32,
}

/// An edge of the spanning tree: distance, and the two members, by their place.
type Edge = (u32, u32, u32);

impl Linkage {
    /// How `members` of a batch join, with at most `most_leaves` leaves: genomes that join first share one. None if
    /// there are more members than [`MOST_MEMBERS`], or more groups that cannot be compared than leaves.
    pub fn of(batch: &[Profile], members: &[u32], length_nt: u32, most_leaves: usize) -> Option<Self> {
        if members.len() > MOST_MEMBERS {
            return None;
        }
        let profiles: Vec<&Profile> = members.iter().map(|&number| &batch[number as usize]).collect();
        let edges = spanning_tree(&profiles, length_nt);
        let shared = profiles.len().saturating_sub(most_leaves);
        if shared > edges.len() {
            return None;
        }
        let mut links = Links::none(members.len());
        edges[..shared].iter().for_each(|&(_, one, other)| links.add(one, other));
        // For the first member of a group the group's number.
        let mut groups = vec![0; members.len()];
        let mut leaves: Vec<Vec<u32>> = Vec::new();
        for (place, &member) in (0..).zip(members) {
            let first = links.first_of(place);
            if first == place {
                groups[place as usize] = leaves.len();
                leaves.push(Vec::new());
            }
            leaves[groups[first as usize]].push(member);
        }
        let mut joins = Vec::new();
        for &(distance, one, other) in &edges[shared..] {
            let (one, other) = (links.first_of(one), links.first_of(other));
            let (first, second) = (groups[one.min(other) as usize], groups[one.max(other) as usize]);
            groups[one.min(other) as usize] = leaves.len() + joins.len();
            joins.push(Join { first, second, distance });
            links.add(one, other);
        }
        Some(Self { leaves, joins })
    }
}

/// The edges of a minimum spanning tree, shortest first; of several trees where some cannot be compared.
fn spanning_tree(profiles: &[&Profile], length_nt: u32) -> Vec<Edge> {
    let mut edges = Vec::new();
    // Of those not yet in the tree: the shortest way to it, if any, and where it begins.
    let mut outside: Vec<(u32, Option<Edge>)> =
        (0..profiles.len() as u32).map(|place| (place, None)).collect();
    let shortest = |(_, way): &(u32, Option<Edge>)| (way.is_none(), *way);
    while let Some(next) = (0..outside.len()).min_by_key(|&at| (shortest(&outside[at]), outside[at].0)) {
        let (place, way) = outside.swap_remove(next);
        edges.extend(way);
        for (other, way) in &mut outside {
            let found = profiles[place as usize].difference(profiles[*other as usize], length_nt);
            let new = found.map(|found| (found.distance, place.min(*other), place.max(*other)));
            *way = way.iter().copied().chain(new).min();
        }
    }
    edges.sort_unstable();
    edges
}

#[cfg(test)]
mod tests {
    use super::super::twin::profile_of;
    use super::*;

    const REFERENCE: &[u8] = b"AAAAAAAAAA";

    /// Leaves, and for each join the two groups and the distance.
    fn check(genomes: &[&[u8]], most_leaves: usize, expected: Option<(&str, &str)>) {
        let batch: Vec<Profile> = genomes.iter().map(|letters| profile_of(letters, REFERENCE)).collect();
        let members: Vec<u32> = (0..batch.len() as u32).collect();
        let found = Linkage::of(&batch, &members, 10, most_leaves).map(|linkage| {
            let joins = linkage.joins.iter();
            let joins = joins.map(|join| format!("{}+{}@{}", join.first, join.second, join.distance));
            (format!("{:?}", linkage.leaves), joins.collect::<Vec<_>>().join(" "))
        });
        assert_eq!(found.as_ref().map(|(leaves, joins)| (leaves.as_str(), joins.as_str())), expected);
    }

    #[test]
    fn the_nearest_join_first() {
        let genomes: [&[u8]; 4] = [b"AAAAAAAAAA", b"CCCCAAAAAA", b"CAAAAAAAAA", b"CCCAAAAAAA"];
        check(&genomes, 60, Some(("[[0], [1], [2], [3]]", "0+2@1 1+3@1 4+5@2")));
        check(&genomes, 3, Some(("[[0, 2], [1], [3]]", "1+2@1 0+3@2")));
        check(&genomes, 2, Some(("[[0, 2], [1, 3]]", "0+1@2")));
        check(&genomes, 1, Some(("[[0, 1, 2, 3]]", "")));
        check(&genomes[..1], 60, Some(("[[0]]", "")));
        check(&[], 60, Some(("[]", "")));
    }

    #[test]
    fn what_cannot_be_compared_does_not_join() {
        let genomes: [&[u8]; 3] = [b"NNNNNAAAAA", b"AAAAANNNNN", b"AAAAANNNNC"];
        check(&genomes, 60, Some(("[[0], [1], [2]]", "1+2@0")));
        check(&genomes, 2, Some(("[[0], [1, 2]]", "")));
        check(&genomes, 1, None);
    }

    #[test]
    fn too_many_are_not_joined() {
        let batch = vec![profile_of(REFERENCE, REFERENCE); MOST_MEMBERS + 1];
        let members: Vec<u32> = (0..batch.len() as u32).collect();
        assert_eq!(Linkage::of(&batch, &members, 10, 60), None);
        let linkage = Linkage::of(&batch, &members[1..], 10, 60).unwrap();
        assert_eq!((linkage.leaves.len(), linkage.joins.len()), (60, 59));
    }
}
