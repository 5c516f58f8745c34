//! Reads primer schemes in BED: one primer a line, 0-based places on the reference.
//!
//! Columns: reference, begin, end, name, pool, strand, and in newer schemes the sequence; without it the reference's
//! letters are taken. Primers whose names agree up to `_LEFT`, `_RIGHT` or `_PROBE` (`_F`, `_R`, `_P`) make one assay;
//! what comes behind (`_1`, `_alt2`) marks alternatives. Start at [`read`].

use super::oligo::{LENGTHS, Oligo, Panel, Role, letters_of};
use super::table::{MOST_OLIGOS, TableProblem};
use crate::alphabet::nucleotide;

/// Reads a scheme for a reference, and what is wrong with it. `source` says where the scheme is from.
pub fn read(text: &str, reference: &[u8], source: &str) -> (Panel, Vec<TableProblem>) {
    let mut panel = Panel::default();
    let mut problems = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let is_comment = ["#", "track", "browser"].iter().any(|word| line.starts_with(word));
        if line.trim().is_empty() || is_comment {
            continue;
        }
        if panel.oligos() >= MOST_OLIGOS {
            let problem =
                format!("a panel holds at most {MOST_OLIGOS} oligos; this and all after it are left out");
            problems.push(TableProblem::new(index + 1, None, problem));
            break;
        }
        problems.extend(add(index + 1, line, reference, source, &mut panel).err());
    }
    if panel.assays.is_empty() && problems.is_empty() {
        problems.push(TableProblem::new(1, None, "the scheme is empty: it names no primer"));
    }
    (panel, problems)
}

fn add(
    number: usize,
    line: &str,
    reference: &[u8],
    source: &str,
    panel: &mut Panel,
) -> Result<(), TableProblem> {
    let wrong = |column, problem: String| TableProblem::new(number, Some(column), problem);
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let &[_, begin, end, name, ref rest @ ..] = &cells[..] else {
        let problem = format!(
            "a primer has a reference, a begin, an end and a name, with tabs between; found {}",
            cells.len()
        );
        return Err(TableProblem::new(number, None, problem));
    };
    let place = |column, text: &str| {
        text.parse::<usize>().map_err(|_| wrong(column, format!("'{text}' is no whole number")))
    };
    let (begin, end) = (place("begin", begin)?, place("end", end)?);
    if end > reference.len() || begin >= end {
        let problem =
            format!("{begin} to {end} does not lie on the reference, which has {} letters", reference.len());
        return Err(wrong("end", problem));
    }
    let (assay, role) = named(name).ok_or_else(|| {
        wrong(
            "name",
            format!(
                "'{name}' does not say which side it is: names end in _LEFT or _RIGHT, with a number at most"
            ),
        )
    })?;
    let sequence = rest.get(2).copied().unwrap_or_default();
    let letters = if sequence.is_empty() {
        let mut letters = reference[begin..end].to_vec();
        if role == Role::Reverse || rest.get(1) == Some(&"-") {
            nucleotide::reverse_complement(&mut letters);
        }
        if !LENGTHS.contains(&letters.len()) {
            return Err(wrong(
                "end",
                format!(
                    "an oligo has {} to {} letters, this one has {}",
                    LENGTHS.start(),
                    LENGTHS.end(),
                    letters.len()
                ),
            ));
        }
        letters
    } else {
        letters_of(sequence).map_err(|error| wrong("sequence", error.to_string()))?
    };
    let oligo = Oligo { name: name.to_owned(), role, letters, source: source.to_owned(), chemistry: None };
    match panel.add(assay, "", "", oligo) {
        true => Ok(()),
        false => Err(wrong("name", format!("'{name}' is there twice"))),
    }
}

/// The assay and the role that a primer's name tells.
pub(super) fn named(name: &str) -> Option<(&str, Role)> {
    let mut end = name.len();
    loop {
        let (before, word) = name[..end].rsplit_once('_')?;
        let is_variant = word.starts_with("alt") || word.bytes().all(|byte| byte.is_ascii_digit());
        if is_variant && !word.is_empty() {
            end = before.len();
            continue;
        }
        return Some((before, Role::from_word(word)?));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: &[u8] = b"ACGTTGCATGCCTAGGATCCATTGCAAGTCTTAGCAGG";

    fn check(text: &str, expected: &str) {
        let (panel, problems) = read(text, REFERENCE, "scheme");
        let oligos = panel.assays.iter().flat_map(|assay| {
            assay.oligos.iter().map(move |oligo| {
                format!("{} {} {}", assay.name, oligo.role.name(), String::from_utf8_lossy(&oligo.letters))
            })
        });
        let shown: Vec<String> = oligos.chain(problems.iter().map(ToString::to_string)).collect();
        assert_eq!(shown.join(" | "), expected);
    }

    #[test]
    fn primers_are_paired_by_their_names() {
        check(
            "r\t0\t12\tscheme_1_LEFT\t1\t+\nr\t25\t38\tscheme_1_RIGHT_alt1\t1\t-\n",
            "scheme_1 forward ACGTTGCATGCC | scheme_1 reverse CCTGCTAAGACTT",
        );
        check("r\t0\t12\tx_LEFT_1\t1\t+\tACGTTGCATGCR\n", "x forward ACGTTGCATGCR");
    }

    #[test]
    fn bad_lines_are_told_with_their_place() {
        check(
            "r\t0\t12\n",
            "line 1: a primer has a reference, a begin, an end and a name, with tabs between; found 3",
        );
        check("r\t0\tx\ta_LEFT\n", "line 1, column end: 'x' is no whole number");
        check(
            "r\t30\t45\ta_LEFT\n",
            "line 1, column end: 30 to 45 does not lie on the reference, which has 38 letters",
        );
        check(
            "r\t0\t12\tprimer7\n",
            "line 1, column name: 'primer7' does not say which side it is: names end in _LEFT or _RIGHT, with a number at most",
        );
        check("", "line 1: the scheme is empty: it names no primer");
    }
}
