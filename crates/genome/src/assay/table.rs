//! Reads tables of assays, `assays.tsv`, one oligo a line.
//!
//! The first line names the columns, in any order: `assay`, `oligo`, `role` and `sequence` are needed; `institute`,
//! `target` and `source` may be there, and `monovalentMm`, `magnesiumMm`, `dntpMm` and `oligoNm` where the chemistry is
//! known. Lines that begin with `#` are comments. A line that cannot be read is told with its number and column, and
//! the others are kept. Start at [`read`].

use super::melting::Chemistry;
use super::oligo::{Oligo, Panel, Role, letters_of};
use std::collections::HashMap;

/// Most oligos of one table.
pub const MOST_OLIGOS: usize = 20_000;

/// What is wrong with a line of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {problem}", column.map(|column| format!(", column {column}")).unwrap_or_default())]
pub struct TableProblem {
    /// The line, from 1.
    pub line: usize,
    /// Name of the column, if it is one.
    pub column: Option<&'static str>,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl TableProblem {
    pub(super) fn new(line: usize, column: Option<&'static str>, problem: impl Into<String>) -> Self {
        Self { line, column, problem: problem.into() }
    }
}

/// Cells of one line by the names of the columns.
pub(super) struct Line<'a> {
    pub number: usize,
    columns: &'a HashMap<String, usize>,
    cells: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// A cell; empty if the column or the cell is not there.
    pub fn cell(&self, column: &str) -> &'a str {
        let cell = self.columns.get(&column.to_ascii_lowercase()).and_then(|&at| self.cells.get(at));
        cell.map_or("", |cell| cell.trim())
    }

    /// A cell that must not be empty.
    pub fn needed(&self, column: &'static str) -> Result<&'a str, TableProblem> {
        match self.cell(column) {
            "" => Err(self.problem(column, "is empty")),
            cell => Ok(cell),
        }
    }

    pub fn problem(&self, column: &'static str, problem: impl Into<String>) -> TableProblem {
        TableProblem::new(self.number, Some(column), problem)
    }
}

/// Takes a table apart and hands each line to `take`, which returns what is wrong with it.
pub(super) fn each_line(
    text: &str,
    needed: &[&'static str],
    mut take: impl FnMut(&Line) -> Result<(), TableProblem>,
) -> Vec<TableProblem> {
    let text = text.trim_start_matches('\u{feff}');
    let is_content = |line: &(usize, &str)| !line.1.trim().is_empty() && !line.1.starts_with('#');
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(is_content);
    let Some((number, header)) = lines.next() else {
        return vec![TableProblem::new(1, None, "the table is empty: its first line must name the columns")];
    };
    let names = header.split('\t').map(|name| name.trim().to_ascii_lowercase());
    let columns: HashMap<String, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    let missing: Vec<&str> =
        needed.iter().copied().filter(|name| !columns.contains_key(&name.to_ascii_lowercase())).collect();
    if !missing.is_empty() {
        let problem = format!(
            "there is no column '{}'; the first line must name the columns, with tabs between them",
            missing.join("' and no column '")
        );
        return vec![TableProblem::new(number, None, problem)];
    }
    let mut problems = Vec::new();
    for (number, line) in lines {
        let line = Line { number, columns: &columns, cells: line.split('\t').collect() };
        problems.extend(take(&line).err());
    }
    problems
}

/// Reads a table of assays, and what is wrong with it.
pub fn read(text: &str) -> (Panel, Vec<TableProblem>) {
    let mut panel = Panel::default();
    let problems = each_line(text, &["assay", "oligo", "role", "sequence"], |line| add(line, &mut panel));
    (panel, problems)
}

fn add(line: &Line, panel: &mut Panel) -> Result<(), TableProblem> {
    if panel.oligos() >= MOST_OLIGOS {
        let problem = format!("a panel holds at most {MOST_OLIGOS} oligos; this one is left out");
        return Err(TableProblem::new(line.number, None, problem));
    }
    let (assay, name) = (line.needed("assay")?, line.needed("oligo")?);
    let role = Role::from_word(line.needed("role")?).ok_or_else(|| {
        line.problem("role", format!("'{}' is not forward, reverse or probe", line.cell("role")))
    })?;
    let letters =
        letters_of(line.needed("sequence")?).map_err(|error| line.problem("sequence", error.to_string()))?;
    let oligo = Oligo {
        name: name.to_owned(),
        role,
        letters,
        source: line.cell("source").to_owned(),
        chemistry: chemistry(line)?,
    };
    match panel.add(assay, line.cell("institute"), line.cell("target"), oligo) {
        true => Ok(()),
        false => Err(line.problem("oligo", format!("'{assay}' has an oligo '{name}' already"))),
    }
}

/// The chemistry, if salt and oligo are given.
fn chemistry(line: &Line) -> Result<Option<Chemistry>, TableProblem> {
    let number = |column: &'static str| match line.cell(column) {
        "" => Ok(None),
        text => match text.parse::<f64>() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(line.problem(column, format!("'{text}' is no number"))),
        },
    };
    let (monovalent, magnesium) = (number("monovalentMm")?, number("magnesiumMm")?);
    let (dntp, oligo) = (number("dntpMm")?, number("oligoNm")?);
    let (Some(monovalent_mm), Some(oligo_nm)) = (monovalent, oligo) else { return Ok(None) };
    let chemistry = Chemistry {
        monovalent_mm,
        magnesium_mm: magnesium.unwrap_or(0.0),
        dntp_mm: dntp.unwrap_or(0.0),
        oligo_nm,
    };
    match chemistry.is_possible() {
        true => Ok(Some(chemistry)),
        false => Err(line.problem("oligoNm", "no tube holds such concentrations")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let (panel, problems) = read(text);
        let oligos = panel.assays.iter().flat_map(|assay| {
            assay.oligos.iter().map(move |oligo| {
                format!("{}/{} {} {}", assay.name, oligo.name, oligo.role.name(), oligo.letters.len())
            })
        });
        let shown: Vec<String> = oligos.chain(problems.iter().map(ToString::to_string)).collect();
        assert_eq!(shown.join(" | "), expected);
    }

    const HEADER: &str = "assay\toligo\trole\tsequence\toligoNm\tmonovalentMm\n";

    #[test]
    fn oligos_are_read_and_bad_lines_told() {
        check(&format!("# comment\n{HEADER}N1\tF\tforward\tGACCCCAAAATC\n"), "N1/F forward 12");
        check(
            &format!(
                "{HEADER}N1\tF\tforward\tGACCCCAAAATC\nN1\tF\tprobe\tGACCCCAAAATC\nN1\tR\tR\tGACCCCAAAATC\n"
            ),
            "N1/F forward 12 | N1/R reverse 12 | line 3, column oligo: 'N1' has an oligo 'F' already",
        );
        check(
            &format!(
                "{HEADER}N1\tF\tsideways\tGACCCCAAAATC\nN1\tP\tp\tGACC!CCAAAATC\n\tX\tf\tGACCCCAAAATC\n"
            ),
            "line 2, column role: 'sideways' is not forward, reverse or probe | line 3, column sequence: '!' (letter 5) \
             is no IUPAC nucleotide letter | line 4, column assay: is empty",
        );
        check(
            &format!("{HEADER}N1\tF\tf\tGACCCCAAAATC\tmuch\t50\nN1\tR\tr\tGACCCCAAAATC\t-5\t50\n"),
            "line 2, column oligoNm: 'much' is no number | line 3, column oligoNm: no tube holds such concentrations",
        );
    }

    #[test]
    fn what_is_no_table_is_told() {
        check("", "line 1: the table is empty: its first line must name the columns");
        check(
            "assay\toligo\nN1\tF\n",
            "line 1: there is no column 'role' and no column 'sequence'; the first line must name the columns, with tabs \
             between them",
        );
    }
}
