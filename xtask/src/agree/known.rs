//! Differences from the peer that have been looked into: `docs/agreement.tsv`.
//!
//! An entry excuses one cell, by its exact content on both sides, and says why and who is right. There are no
//! wildcards. Start at [`judge`].

use super::compare::{Comparison, Difference};
use super::table::Table;
use anyhow::{Context, Result, bail};
use std::collections::HashSet;
use std::path::Path;

/// Columns of the list, in this order.
pub const COLUMNS: [&str; 7] = ["pack", "seqName", "column", "ours", "peer", "reason", "who_is_right"];
/// At most one cell in this many may be explained away.
const CELLS_PER_EXCUSE: usize = 10_000;

/// The list of known differences.
#[derive(Debug, Default)]
pub struct Known {
    entries: HashSet<[String; 5]>,
}

/// What is left of a comparison once known differences are set aside.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// Differences that nobody has explained.
    pub unexplained: Vec<&'a Difference>,
    /// How many were explained.
    pub explained: usize,
}

/// The sum over every table of a run: the limit on excuses holds for all of them together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    cells: usize,
    unexplained: usize,
    explained: usize,
}

impl Known {
    /// Reads the list; no list is an empty list.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        Self::from_table(&Table::read(path)?).with_context(|| path.display().to_string())
    }

    fn from_table(table: &Table) -> Result<Self> {
        if table.columns != COLUMNS {
            bail!("the columns must be {}", COLUMNS.join(", "));
        }
        let mut entries = HashSet::new();
        for (index, row) in table.rows.iter().enumerate() {
            let [pack, name, column, ours, peer, reason, right] = row.as_slice() else {
                bail!("row {}: not {} cells", index + 1, COLUMNS.len());
            };
            if reason.is_empty() || right.is_empty() {
                bail!("row {} ({name}, {column}): say the reason and who is right", index + 1);
            }
            entries.insert([pack, name, column, ours, peer].map(String::clone));
        }
        Ok(Self { entries })
    }

    fn explains(&self, pack: &str, difference: &Difference) -> bool {
        let Difference { name, column, ours, peer, .. } = difference;
        self.entries.contains(&[pack, name, column, ours, peer].map(str::to_owned))
    }
}

/// Sets known differences aside.
pub fn judge<'a>(found: &'a Comparison, pack: &str, known: &Known) -> Verdict<'a> {
    let (explained, unexplained): (Vec<_>, Vec<_>) =
        found.differences.iter().partition(|difference| known.explains(pack, difference));
    Verdict { unexplained, explained: explained.len() }
}

impl Tally {
    /// Adds one table.
    pub fn add(&mut self, found: &Comparison, verdict: &Verdict<'_>) {
        self.cells += found.cells;
        self.unexplained += verdict.unexplained.len();
        self.explained += verdict.explained;
    }

    /// An error unless the tables agree as far as they must.
    pub fn require_agreement(self) -> Result<()> {
        let Self { cells, unexplained, explained } = self;
        let allowed = cells / CELLS_PER_EXCUSE;
        if cells == 0 {
            bail!("no cell was compared: the tables share no row");
        }
        if unexplained > 0 {
            bail!(
                "{unexplained} of {cells} cells differ without an explanation: correct ours, or list the cell in \
                 docs/agreement.tsv with the reason"
            );
        }
        if explained > allowed {
            bail!("{explained} of {cells} cells are explained away, at most {allowed} may be: correct ours");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "pack\tseqName\tcolumn\tours\tpeer\treason\twho_is_right\n";

    fn known(rows: &str) -> Result<Known> {
        Known::from_table(&Table::parse(&format!("{HEADER}{rows}")).unwrap())
    }

    fn found(cells: usize) -> Comparison {
        let difference = Difference {
            name: "x".to_owned(),
            column: "clade".to_owned(),
            ours: "20A".to_owned(),
            peer: "20B".to_owned(),
            spelling_only: false,
        };
        Comparison { cells, differences: vec![difference], ..Comparison::default() }
    }

    #[test]
    fn an_entry_excuses_exactly_its_cell() {
        let check = |rows: &str, explained| {
            let (known, found) = (known(rows).unwrap(), found(10_000));
            assert_eq!(judge(&found, "flu", &known).explained, explained, "{rows}");
        };
        check("flu\tx\tclade\t20A\t20B\tties\tours\n", 1);
        check("flu\tx\tclade\t20A\t20C\tties\tours\n", 0);
        check("rsv\tx\tclade\t20A\t20B\tties\tours\n", 0);
        check("", 0);
    }

    #[test]
    fn too_many_excuses_are_no_agreement() {
        let known = known("flu\tx\tclade\t20A\t20B\tties\tours\n").unwrap();
        let check = |pack: &str, sizes: &[usize], expected: bool| {
            let mut tally = Tally::default();
            for &cells in sizes {
                let found = found(cells);
                tally.add(&found, &judge(&found, pack, &known));
            }
            assert_eq!(tally.require_agreement().is_ok(), expected, "{pack} {sizes:?}");
        };
        check("flu", &[10_000], true);
        check("flu", &[9_999], false);
        check("flu", &[19_500, 500], true);
        check("rsv", &[10_000], false);
        check("flu", &[], false);
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        assert!(known("flu\tx\tclade\t20A\t20B\t\tours\n").is_err());
        assert!(Known::from_table(&Table::parse("pack\tseqName\n").unwrap()).is_err());
    }

    #[test]
    fn no_list_is_an_empty_list() {
        assert!(Known::read(Path::new("there/is/no/such.tsv")).unwrap().entries.is_empty());
    }
}
