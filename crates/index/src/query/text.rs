//! A text as it is read, letter by letter, and where in it something is.
//!
//! Start at [`Reader`].

use super::QueryError;

/// The beginning of a text, for an error.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// What is left of a text.
pub(super) struct Reader<'a> {
    language: &'static str,
    all: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(all: &'a str, language: &'static str) -> Self {
        Self { language, all, at: 0 }
    }

    /// This place, for an error found later.
    pub(super) fn place(&self) -> Self {
        Self { language: self.language, all: self.all, at: self.at }
    }

    /// An error with this place, if it is one of the text alone.
    pub(super) fn told(&self, error: QueryError) -> QueryError {
        match error {
            QueryError::Code(_) => self.wrong(error.to_string()),
            other => other,
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.all.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a text if it comes next, whatever its case.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().get(..text.len()).is_some_and(|next| next.eq_ignore_ascii_case(text));
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Takes a word if it comes next, with a blank (or an opening bracket) after it.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let after = self.rest().get(word.len()..).and_then(|rest| rest.chars().next());
        after.is_some_and(|next| next.is_whitespace() || next == '(') && self.take(word)
    }

    /// Takes letters as long as they pass.
    pub(super) fn run(&mut self, passes: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let run = rest.get(..rest.find(|letter| !passes(letter)).unwrap_or(rest.len())).unwrap_or_default();
        self.at += run.len();
        run
    }

    /// Takes one letter.
    pub(super) fn letter(&mut self) -> Option<char> {
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// An error at this place.
    pub(super) fn wrong(&self, what: impl Into<String>) -> QueryError {
        let before = self.all.get(..self.at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        QueryError::Syntax { language: self.language, line, column, what: what.into() }
    }
}
