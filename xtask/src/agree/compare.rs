//! Two result tables side by side, cell by cell.
//!
//! Text is compared first; a number that is only spelled another way is still a difference, but told apart.
//! It refuses to know which differences are excused (`known.rs`). Start at [`compare`].

use super::table::{Key, Table};
use anyhow::Result;
use std::collections::HashMap;

/// Only whether there is something is compared: the wording is each program's own.
const ONLY_PRESENCE: &[&str] = &["errors"];
/// Not compared at all.
const OWN_WORDING: &[&str] = &["warnings"];
/// Stands for the column of a row that one table lacks.
const WHOLE_ROW: &str = "(row)";
/// Stands for the record when a column of the peer is one that we lack.
const HEADER: &str = "(header)";

/// One cell that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Name of the record.
    pub name: String,
    /// Column, or `(row)` when one table lacks the row.
    pub column: String,
    /// Our cell.
    pub ours: String,
    /// The peer's cell.
    pub peer: String,
    /// The same number in another spelling.
    pub spelling_only: bool,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Rows that both tables have.
    pub rows: usize,
    /// Cells compared.
    pub cells: usize,
    /// Columns compared, in the peer's order.
    pub columns: Vec<String>,
    /// Cells that are not the same.
    pub differences: Vec<Difference>,
}

/// Compares every column that both tables have, row by row.
pub fn compare(ours: &Table, peer: &Table) -> Result<Comparison> {
    let mut found = Comparison::default();
    let mut pairs = Vec::new();
    for (theirs, name) in peer.columns.iter().enumerate() {
        match ours.column(name) {
            Some(_) if OWN_WORDING.contains(&name.as_str()) => {}
            Some(mine) => pairs.push((mine, theirs)),
            None => found.differ(HEADER, name, "absent", "present"),
        }
    }
    found.columns = pairs.iter().map(|&(_, theirs)| peer.columns[theirs].clone()).collect();

    let peer_keys = peer.keys()?;
    let mut waiting: HashMap<&Key, &Vec<String>> = peer_keys.iter().zip(&peer.rows).collect();
    for (key, mine) in ours.keys()?.iter().zip(&ours.rows) {
        let Some(theirs) = waiting.remove(key) else {
            found.differ(&key.0, WHOLE_ROW, "present", "absent");
            continue;
        };
        found.rows += 1;
        for (&(mine_at, theirs_at), column) in pairs.iter().zip(found.columns.clone().iter()) {
            found.cell(&key.0, column, &mine[mine_at], &theirs[theirs_at]);
        }
    }
    for key in peer_keys.iter().filter(|key| waiting.contains_key(key)) {
        found.differ(&key.0, WHOLE_ROW, "absent", "present");
    }
    Ok(found)
}

impl Comparison {
    fn cell(&mut self, name: &str, column: &str, ours: &str, peer: &str) {
        let same =
            if ONLY_PRESENCE.contains(&column) { ours.is_empty() == peer.is_empty() } else { ours == peer };
        if same {
            self.cells += 1;
        } else {
            self.differ(name, column, ours, peer);
        }
    }

    fn differ(&mut self, name: &str, column: &str, ours: &str, peer: &str) {
        self.cells += 1;
        self.differences.push(Difference {
            name: name.to_owned(),
            column: column.to_owned(),
            ours: ours.to_owned(),
            peer: peer.to_owned(),
            spelling_only: same_number(ours, peer),
        });
    }

    /// Columns with differences and how many, the worst first.
    pub fn by_column(&self) -> Vec<(&str, usize)> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for difference in &self.differences {
            *counts.entry(&difference.column).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|&(column, count)| (usize::MAX - count, column));
        counts
    }
}

fn same_number(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &str, peer: &str, expected: &[(&str, &str, &str, &str)]) -> Comparison {
        let found = compare(&Table::parse(ours).unwrap(), &Table::parse(peer).unwrap()).unwrap();
        let differences: Vec<_> = found
            .differences
            .iter()
            .map(|d| (d.name.as_str(), d.column.as_str(), d.ours.as_str(), d.peer.as_str()))
            .collect();
        assert_eq!(differences, expected);
        found
    }

    #[test]
    fn cells_are_compared_under_the_columns_both_have() {
        let found = check(
            "seqName\tclade\tours\nx\t20A\t1\ny\t20B\t2\n",
            "index\tclade\tseqName\n0\t20A\tx\n1\t20C\ty\n",
            &[("(header)", "index", "absent", "present"), ("y", "clade", "20B", "20C")],
        );
        assert_eq!((found.rows, found.cells), (2, 5));
    }

    #[test]
    fn rows_may_come_in_another_order_but_may_not_be_lost() {
        check(
            "seqName\tn\nx\t1\nx\t2\nz\t3\n",
            "seqName\tn\ny\t9\nx\t1\nx\t2\n",
            &[("z", "(row)", "present", "absent"), ("y", "(row)", "absent", "present")],
        );
    }

    #[test]
    fn wording_is_free_but_an_error_must_be_an_error() {
        check("seqName\terrors\twarnings\nx\tours\ta\n", "seqName\terrors\twarnings\nx\tpeers\tb\n", &[]);
        check("seqName\terrors\nx\tours\n", "seqName\terrors\nx\t\n", &[("x", "errors", "ours", "")]);
    }

    #[test]
    fn another_spelling_of_a_number_is_told_apart() {
        let found = check("seqName\tq\nx\t1.0\n", "seqName\tq\nx\t1\n", &[("x", "q", "1.0", "1")]);
        assert!(found.differences[0].spelling_only);
        assert!(!same_number("1.0", "1.1") && !same_number("a", "a") && same_number("0", "-0.0"));
    }

    #[test]
    fn the_worst_column_comes_first() {
        let found = compare(
            &Table::parse("seqName\ta\tb\nx\t1\t1\ny\t1\t2\n").unwrap(),
            &Table::parse("seqName\ta\tb\nx\t1\t5\ny\t2\t5\n").unwrap(),
        )
        .unwrap();
        assert_eq!(found.by_column(), [("b", 2), ("a", 1)]);
    }
}
