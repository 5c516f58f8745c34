//! What is said when a run is over: counts, reasons, outputs. On standard error.

use super::order::Order;
use super::reasons::Tally;
use super::sink::Target;
use super::tables::Written;
use hearth_formats::input::SkipReason;
use hearth_pages::number::whole;
use std::fmt::Display;
use std::io::{Write, stderr};
use std::time::Duration;

/// Says something on standard error; that nobody listens any more is no reason to fail.
pub fn tell(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}

/// Says what is wrong.
pub fn say(problem: &dyn Display) {
    tell(&format!("hearth: {problem}"));
}

/// Problems said one by one; of more only the number is said.
const MOST_SAID: usize = 20;

/// Says the first of many problems, and how many more there are.
pub fn say_some(problems: &[String]) {
    problems.iter().take(MOST_SAID).for_each(|problem| say(problem));
    if problems.len() > MOST_SAID {
        say(&format_args!("and {} more such problems", whole((problems.len() - MOST_SAID) as u64)));
    }
}

/// The closing lines.
pub fn closing(order: &Order, tally: &Tally, written: &Written, time: Option<Duration>) -> String {
    let mut lines = vec![counts(tally)];
    for (reason, count) in tally.reasons() {
        lines.push(format!("  {} {}", whole(count), reason.words()));
    }
    let files =
        written.targets.iter().chain(&order.failed).filter(|target| **target != Target::StandardOutput);
    lines.extend(files.map(|file| format!("written: {file}")));
    let skipped: Vec<_> =
        order.skipped.iter().filter(|skipped| skipped.reason != SkipReason::Hidden).collect();
    if let [first, rest @ ..] = &skipped[..] {
        let others = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        lines.push(format!("not read: {}{others} ({})", first.path.display(), first.reason));
    }
    if let Some(time) = time.filter(|time| !time.is_zero()) {
        let rate = (tally.records() as f64 / time.as_secs_f64()) as u64;
        lines.push(format!("{:.1} s, {} genomes per second", time.as_secs_f64(), whole(rate)));
    }
    lines.join("\n")
}

fn counts(tally: &Tally) -> String {
    let genomes = if tally.records() == 1 { "genome" } else { "genomes" };
    let (all, analysed) = (whole(tally.records()), whole(tally.analysed));
    match tally.failed() {
        0 => format!("{all} {genomes} analysed"),
        failed => format!("{all} {genomes}: {analysed} analysed, {} failed", whole(failed)),
    }
}

/// The sentence about rows that had no place.
pub fn left_out(written: &Written) -> Option<String> {
    let first = written.left_out.first()?;
    let packs: Vec<&str> = written
        .left_out
        .iter()
        .filter(|other| other.target == first.target)
        .map(|other| other.pack.as_str())
        .collect();
    Some(format!(
        "the input holds genomes of several packs, and one table cannot hold them all: {} has the rows of the first \
         pack only, those of {} are missing. Name a file with --output-tsv: one file for each pack is written then.",
        first.target,
        packs.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::super::reasons::Reason;
    use super::*;

    #[test]
    fn counts_read_like_a_sentence() {
        let mut tally = Tally::default();
        tally.analysed = 1;
        assert_eq!(counts(&tally), "1 genome analysed");
        tally.fail(Reason::Unlike);
        assert_eq!(counts(&tally), "2 genomes: 1 analysed, 1 failed");
    }
}
