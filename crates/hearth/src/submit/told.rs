//! What is said on standard error: how far it is, and what the server found.
//!
//! Start at [`findings`].

use super::client::{Batch, Finding};
use std::io::{self, IsTerminal as _, Write as _};

/// Findings that are told.
const MOST_FINDINGS: usize = 50;

/// One line on a terminal that is drawn again and again; nothing where nobody watches.
pub struct Line {
    is_on: bool,
}

impl Line {
    /// A line that was not drawn yet.
    pub fn new() -> Self {
        Self { is_on: io::stderr().is_terminal() }
    }

    /// Draws it.
    pub fn draw(&mut self, text: &str) {
        if self.is_on {
            // A terminal that went away is no reason to stop.
            let _ = write!(io::stderr(), "\r\x1B[K{}", plain(text));
        }
    }

    /// Takes it away.
    pub fn clear(&mut self) {
        self.draw("");
    }
}

/// A text from outside without what would steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// Says what was found in a batch.
pub fn findings(batch: &Batch, done: &str) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for finding in batch.findings.iter().take(MOST_FINDINGS) {
        writeln!(err, "{}", plain(&sentence(finding, done)))?;
    }
    if let Some(more) = batch.findings.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
        writeln!(err, "… and {more} more: the page of the batch shows all")?;
    }
    for text in [&batch.message, &batch.controls_told].into_iter().filter(|text| !text.is_empty()) {
        writeln!(err, "{}", plain(text))?;
    }
    Ok(())
}

fn sentence(finding: &Finding, done: &str) -> String {
    let mut text = format!("{}: ", finding.gravity);
    if !finding.column.is_empty() {
        text += &format!("{}, ", finding.column);
    }
    if let Some(row) = finding.row {
        text += &format!("row {row}");
        text += &if finding.rows > 1 { format!(" and {} more: ", finding.rows - 1) } else { ": ".to_owned() };
    }
    text += &finding.message;
    if let Some(first) = finding.suggestions.first() {
        let word = if done.is_empty() { "suggested" } else { done };
        text += &format!(" [{word}: “{first}” in place of “{}”]", finding.given);
    }
    text
}

/// Says how a batch stands.
pub fn state(batch: &Batch, url: &str) -> io::Result<()> {
    let told = match batch.state.as_str() {
        "draft" => "can be handed in (--hand-in, or on its page)",
        "in-review" => "handed in; somebody who reviews looks at it next",
        "sent-back" => "sent back: its page says why",
        "approved" => "approved; somebody who releases it is next",
        other => other,
    };
    let left_out = match batch.left_out {
        0 => String::new(),
        count => format!(", {count} left out"),
    };
    writeln!(io::stderr(), "{} genomes{left_out}: {}. {url}", batch.genomes, plain(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_told_with_its_place_and_suggestion() {
        let finding = Finding {
            gravity: "error".to_owned(),
            row: Some(2),
            rows: 3,
            column: "country".to_owned(),
            given: "Kenia".to_owned(),
            message: "This is no country.".to_owned(),
            suggestions: vec!["Kenya".to_owned()],
        };
        let expected =
            "error: country, row 2 and 2 more: This is no country. [suggested: “Kenya” in place of “Kenia”]";
        assert_eq!(sentence(&finding, ""), expected);
        assert_eq!(plain("a\u{1b}[2Jb"), "a [2Jb");
    }
}
