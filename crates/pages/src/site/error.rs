//! What is shown when a request cannot be answered.
//!
//! Start at [`ErrorPage`].

use super::frame::Frame;
use crate::messages::{Catalogue, Key};

/// What is shown when a request cannot be answered.
#[derive(Clone, Debug, Default)]
pub struct ErrorPage {
    /// What every page carries.
    pub frame: Frame,
    /// HTTP status: 400, 403, 404, 409, 410, 413, 429, 500 or 503; others read as 400 or 500.
    pub status: u16,
    /// What is wrong, in a sentence of its own; the usual one for the status if empty.
    pub text: String,
    /// What to do, in a sentence of its own; the usual one for the status if empty.
    pub advice: String,
    /// By which the operator finds it in the log.
    pub request: String,
    /// Seconds to wait, for 429 and 503.
    pub wait_s: Option<u64>,
}

impl ErrorPage {
    /// Its title.
    pub fn title(&self, words: &Catalogue) -> String {
        words.say(self.usual().0)
    }

    /// What is wrong.
    pub fn told(&self, words: &Catalogue) -> String {
        if self.text.is_empty() { words.say(self.usual().1) } else { self.text.clone() }
    }

    /// What to do.
    pub fn advised(&self, words: &Catalogue) -> String {
        if self.advice.is_empty() { words.say(self.usual().2) } else { self.advice.clone() }
    }

    /// The usual title, sentence and advice.
    fn usual(&self) -> (Key, Key, Key) {
        match self.status {
            403 => (Key::Error403, Key::Error403Text, Key::Error403Advice),
            404 => (Key::Error404, Key::Error404Text, Key::Error404Advice),
            409 => (Key::Error409, Key::Error409Text, Key::Error409Advice),
            410 => (Key::Error410, Key::Error410Text, Key::Error410Advice),
            413 => (Key::Error413, Key::Error413Text, Key::Error413Advice),
            429 => (Key::Error429, Key::Error429Text, Key::Error429Advice),
            503 => (Key::Error503, Key::Error503Text, Key::Error503Advice),
            500.. => (Key::Error500, Key::Error500Text, Key::Error500Advice),
            _ => (Key::Error400, Key::Error400Text, Key::Error400Advice),
        }
    }
}

page!(ErrorPage, "site/error.html");
