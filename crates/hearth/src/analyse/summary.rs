//! One line for each genome, for people at a terminal.

use super::plan::Analysed;
use hearth_genome::pack::Pack;
use hearth_genome::quality::Status;
use hearth_genome::rows::RecordName;
use std::io::Write;

const NAME_CHARS: usize = 36;
const GROUP_CHARS: usize = 18;

/// What stands above the lines.
pub fn write_header(out: &mut Vec<u8>) {
    line(out, "name", "clade", ["quality", "changes", "read"], "notes");
}

/// The line of an analysed genome.
pub fn write_row(analysed: &Analysed, pack: &Pack, out: &mut Vec<u8>) {
    let analysis = analysed.analysis;
    let quality = match pack.pathogen().quality {
        Some(_) => Status::of(analysis.quality.overall_score.max(analysis.structure.score)).word(),
        None if analysis.structure.findings.is_empty() => "-",
        None => analysis.structure.status().word(),
    };
    let changes = analysis.calls.substitutions.len().to_string();
    let read = format!("{:.1} %", analysis.coverage(pack) * 100.0);
    let notes = notes(analysed, pack);
    line(out, analysed.record.name, &group(analysed, pack), [quality, &changes, &read], &notes);
}

/// The line of a record that failed.
pub fn write_error(record: RecordName, error: &str, out: &mut Vec<u8>) {
    line(out, record.name, "-", ["failed", "", ""], error);
}

/// Clade, and behind it the first finer classification that the pack's tree defines.
fn group(analysed: &Analysed, pack: &Pack) -> String {
    let Some((place, tree)) = analysed.analysis.place.as_ref().zip(pack.tree()) else {
        return "-".to_owned();
    };
    let node = place.placement.node;
    let clade = tree.clade(node).unwrap_or("-");
    let shown = tree.file().meta.clade_node_attrs.iter().position(|attribute| !attribute.hide_in_web);
    match shown.and_then(|attribute| tree.attribute(node, attribute)).filter(|value| *value != clade) {
        Some(value) => format!("{clade} {value}"),
        None => clade.to_owned(),
    }
}

fn notes(analysed: &Analysed, pack: &Pack) -> String {
    let analysis = analysed.analysis;
    let mut notes = Vec::new();
    let frame_shifts: usize =
        analysis.readings.iter().flatten().map(|reading| reading.frame_shifts.len()).sum();
    let counts = [
        (analysis.calls.deleted_nt() as usize, "deleted"),
        (analysis.calls.inserted_nt() as usize, "inserted"),
        (analysis.calls.missing_nt() as usize, "missing"),
        (analysis.calls.ambiguous_nt() as usize, "mixed"),
        (frame_shifts, if frame_shifts == 1 { "frame shift" } else { "frame shifts" }),
    ];
    notes
        .extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    let cdses = pack.annotation().cdses.iter().zip(&analysis.readings);
    let unread: Vec<&str> =
        cdses.filter(|(_, reading)| reading.is_none()).map(|(cds, _)| cds.name.as_str()).collect();
    if !unread.is_empty() {
        notes.push(format!("nothing of {}", unread.join(" ")));
    }
    notes.extend(analysis.structure.findings.iter().map(ToString::to_string));
    let warnings = analysed.warnings.iter().filter(|warning| warning.cds.is_none());
    notes.extend(warnings.map(|warning| warning.sentence.clone()));
    notes.join(", ")
}

fn line(out: &mut Vec<u8>, name: &str, group: &str, [quality, changes, read]: [&str; 3], notes: &str) {
    let (name, group) = (fitted(name, NAME_CHARS), fitted(group, GROUP_CHARS));
    let text = format!("{name}  {group}  {quality:<8}  {changes:>7}  {read:>7}  {notes}");
    // Writing to memory cannot fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

/// Exactly `chars` characters: padded, or cut in the middle, and without what moves a cursor.
fn fitted(text: &str, chars: usize) -> String {
    let safe = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let count = text.chars().count();
    if count <= chars {
        return text.chars().map(safe).chain(std::iter::repeat_n(' ', chars - count)).collect();
    }
    let front = chars / 2;
    let back = chars - front - 1;
    text.chars().take(front).chain(['…']).chain(text.chars().skip(count - back)).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_padded_or_cut_in_the_middle() {
        let check = |text: &str, expected: &str| assert_eq!(fitted(text, 7), expected);
        check("", "       ");
        check("abc", "abc    ");
        check("abcdefg", "abcdefg");
        check("abcdefgh", "abc…fgh");
        check("é\u{1B}[2J", "é\u{FFFD}[2J  ");
    }
}
