//! Signing in, and the one-time set-up of an empty server.
//!
//! Refuses to know passwords: a page never shows one. Start at [`SignInPage`] and [`SetUpPage`].

use super::frame::Frame;
use super::parts::{Choice, FieldProblem, Link};
use crate::messages::{Catalogue, Key};

/// Where one signs in.
#[derive(Clone, Debug, Default)]
pub struct SignInPage {
    /// What every page carries.
    pub frame: Frame,
    /// The user name that was given before.
    pub user: String,
    /// The path to go to afterwards; handed back in the field `next`.
    pub next: String,
    /// Single sign-on, if there is one: its name and the path that starts it.
    pub single_sign_on: Option<Link>,
    /// Why it did not work.
    pub problem: Option<SignInProblem>,
}

/// Why signing in did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// User name or password; which is not said.
    Wrong,
    /// Too many attempts: so many seconds to wait.
    TooMany(u64),
    /// The session ended.
    Ended,
    /// The single sign-on did not confirm who they are.
    Refused,
}

/// The first page of an empty server, behind a one-time link.
#[derive(Clone, Debug, Default)]
pub struct SetUpPage {
    /// What every page carries.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// Whether the link was used already or is too old; then there is no form.
    pub is_spent: bool,
    /// Name of the party that was given before.
    pub party: String,
    /// Countries by code.
    pub countries: Vec<Choice>,
    /// Name of the administrator that was given before.
    pub person: String,
    /// User name that was given before.
    pub user: String,
    /// Least length of a password.
    pub least_chars: u64,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

impl SignInProblem {
    /// What is said.
    pub fn told(&self, words: &Catalogue) -> String {
        match self {
            Self::Wrong => words.say(Key::SignInWrong),
            Self::TooMany(seconds) => words.count(Key::SignInTooMany, *seconds),
            Self::Ended => words.say(Key::SignInEnded),
            Self::Refused => words.say(Key::SignInRefused),
        }
    }
}

page!(SignInPage, "site/sign_in.html");
page!(SetUpPage, "site/set_up.html");
