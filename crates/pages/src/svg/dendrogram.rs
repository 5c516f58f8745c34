//! A tree of joins by distance, lying: members at the right edge of the tree with their names, the last join at the left.
//!
//! Start at [`dendrogram`].

use super::{Anchor, CARD, Drawing, ticks};
use crate::number;

/// Two things that become one. Numbers below the number of members are members, those from there on earlier joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// One.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// How far they are from each other, in letters.
    pub distance_nt: u32,
}

const ROW: f64 = 22.0;
const TOP: f64 = 8.0;
const TREE: f64 = 160.0;
const NAME_CHARS: usize = 22;

/// Where something stands in the drawing.
#[derive(Clone, Copy, Default)]
struct Stem {
    x: f64,
    y: f64,
}

/// The tree of some members. Joins that name what is not there are left out.
pub fn dendrogram(title: &str, members: &[String], joins: &[Join]) -> String {
    let mut drawing = Drawing::new(title, CARD);
    let most = joins.iter().map(|join| join.distance_nt).max().unwrap_or(0).max(1);
    let marks = ticks(f64::from(most), 3);
    let reach = marks.last().copied().unwrap_or(1.0);
    let x_of = |distance: f64| 6.0 + (TREE - 6.0) * (1.0 - distance / reach);
    let order = order(members.len(), joins);
    let mut stems = vec![Stem::default(); members.len()];
    for (row, &member) in order.iter().enumerate() {
        let y = TOP + (row as f64 + 0.5) * ROW;
        stems[member] = Stem { x: TREE, y };
        let name = number::shortened(&members[member], NAME_CHARS);
        drawing.text("t", Anchor::Start, (TREE + 8.0, y + 4.5), &name);
    }
    for join in joins {
        let pair = stems.get(join.first).copied().zip(stems.get(join.second).copied());
        let (one, other) = pair.unwrap_or_default();
        let x = x_of(f64::from(join.distance_nt));
        if pair.is_some() {
            drawing.lines("stem", &[(one.x, one.y), (x, one.y), (x, other.y), (other.x, other.y)]);
        }
        stems.push(Stem { x, y: f64::midpoint(one.y, other.y) });
    }
    let below = TOP + members.len() as f64 * ROW + 4.0;
    for mark in marks.iter().filter(|mark| mark.fract() == 0.0) {
        drawing.lines("axis", &[(x_of(*mark), below), (x_of(*mark), below + 5.0)]);
        drawing.text("m", Anchor::Middle, (x_of(*mark), below + 19.0), &number::whole(*mark as u64));
    }
    drawing.lines("axis", &[(x_of(reach), below), (x_of(0.0), below)]);
    drawing.finish(below + 26.0)
}

/// Members from top to bottom so that no lines cross: what is joined stands together.
fn order(members: usize, joins: &[Join]) -> Vec<usize> {
    let mut groups: Vec<Vec<usize>> = (0..members).map(|member| vec![member]).collect();
    for join in joins {
        let mut take = |at: usize| groups.get_mut(at).map(std::mem::take).unwrap_or_default();
        let group = [take(join.first), take(join.second)].concat();
        groups.push(group);
    }
    // What was never joined stays where it is.
    groups.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_stands_together() {
        let join = |first, second, distance_nt| Join { first, second, distance_nt };
        let check = |members, joins: &[Join], expected: &[usize]| {
            assert_eq!(order(members, joins), expected);
            let names: Vec<String> = (0..members).map(|member| format!("<{member}>")).collect();
            let svg = dendrogram("t", &names, joins);
            assert!(!svg.contains("NaN") && !svg.contains("<0>"), "{svg}");
            assert_eq!(svg.matches("&lt;").count(), members);
        };
        check(0, &[], &[]);
        check(1, &[], &[0]);
        check(4, &[join(0, 2, 1), join(1, 3, 2), join(4, 5, 7)], &[0, 2, 1, 3]);
        check(3, &[join(0, 9, 0)], &[1, 2, 0]);
    }
}
