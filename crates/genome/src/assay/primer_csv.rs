//! Reads the field's list of PCR primers: comma-separated, with the columns `Country (Institute)`, `Target`,
//! `Oligonucleotide` and `Sequence`, as Nextclade's `--input-pcr-primers` takes it.
//!
//! Names that agree up to `_F`, `_R` or `_P` make one assay. Start at [`read`].

use super::bed::named;
use super::oligo::{Oligo, Panel, letters_of};
use super::table::{MOST_OLIGOS, TableProblem};

const COLUMNS: [&str; 4] = ["Country (Institute)", "Target", "Oligonucleotide", "Sequence"];

/// Reads a list, and what is wrong with it.
pub fn read(text: &str, source: &str) -> (Panel, Vec<TableProblem>) {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
    let places = COLUMNS.map(|name| header.iter().position(|cell| cell == name));
    let mut panel = Panel::default();
    let [institute, target, Some(name), Some(sequence)] = places else {
        let problem = format!("the first line must name the columns: {}", COLUMNS.join(","));
        return (panel, vec![TableProblem::new(1, None, problem)]);
    };
    let mut problems = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells = cells(line);
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        let wrong = |column, problem: String| Some(TableProblem::new(index + 1, Some(column), problem));
        let (name, sequence) = (cell(Some(name)), cell(Some(sequence)));
        problems.extend(match (named(name), letters_of(sequence)) {
            _ if panel.oligos() >= MOST_OLIGOS => wrong(
                "Oligonucleotide",
                format!("a panel holds at most {MOST_OLIGOS} oligos; this one is left out"),
            ),
            (None, _) => wrong(
                "Oligonucleotide",
                format!("'{name}' does not say what it is: names end in _F, _R or _P, with a number at most"),
            ),
            (_, Err(error)) => wrong("Sequence", error.to_string()),
            (Some((assay, role)), Ok(letters)) => {
                let source = source.to_owned();
                let oligo = Oligo { name: name.to_owned(), role, letters, source, chemistry: None };
                match panel.add(assay, cell(institute), cell(target), oligo) {
                    true => None,
                    false => wrong("Oligonucleotide", format!("'{name}' is there twice")),
                }
            }
        });
    }
    (panel, problems)
}

/// Cells of a line with commas between; quotes keep commas together, two of them stand for one (RFC 4180).
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => push(&mut cells, '"'),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => push(&mut cells, letter),
        }
    }
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(last) = cells.last_mut() {
        last.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let (panel, problems) = read(text, "list");
        let oligos = panel.assays.iter().flat_map(|assay| {
            let Assay { name, institute, target, .. } = assay;
            assay
                .oligos
                .iter()
                .map(move |oligo| format!("{name} ({institute}, {target}) {}", oligo.role.name()))
        });
        let shown: Vec<String> = oligos.chain(problems.iter().map(ToString::to_string)).collect();
        assert_eq!(shown.join(" | "), expected);
    }

    use crate::assay::Assay;

    #[test]
    fn lists_of_the_field_are_read() {
        let header = "Country (Institute),Target,Oligonucleotide,Sequence\n";
        check(
            &format!("{header}USA (CDC),N,N1_F,GACCCCAAAATC\n\"China, (CDC)\",N,N1_R,GACCCCAAAATC\n"),
            "N1 (USA (CDC), N) forward | N1 (USA (CDC), N) reverse",
        );
        check(
            &format!("{header}x,N,N1,GACCCCAAAATC\nx,N,N1_P,GA\n"),
            "line 2, column Oligonucleotide: 'N1' does not say what it is: names end in _F, _R or _P, with a number at \
             most | line 3, column Sequence: an oligo has 10 to 120 letters, this one has 2",
        );
        check(
            "a,b\n",
            "line 1: the first line must name the columns: Country (Institute),Target,Oligonucleotide,Sequence",
        );
    }
}
