//! The reader's own account: password and API tokens.
//!
//! Refuses to keep a token: a new one is shown once, by the page that follows its making. Start at [`AccountPage`].

use super::address;
use super::frame::Frame;
use super::parts::{Choice, FieldProblem, Link};

/// Where one changes the password, or chooses the first one behind a one-time link.
#[derive(Clone, Debug, Default)]
pub struct PasswordPage {
    /// What every page carries.
    pub frame: Frame,
    /// Whose password it is: password managers keep both together.
    pub user: String,
    /// Least length of a password.
    pub least_chars: u64,
    /// Whether it must be changed before anything else.
    pub is_forced: bool,
    /// A one-time link that an administrator made: then the password until now is not asked for.
    pub invitation: Option<Invitation>,
    /// Single sign-on in place of a password, behind such a link: its name and the path that starts it.
    pub single_sign_on: Option<Link>,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

/// A one-time link with which a person chooses a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invitation {
    /// The token of the link.
    pub token: String,
    /// Name of the person.
    pub person: String,
    /// Their user name.
    pub user: String,
    /// Whether the link was used already or is too old; then there is no form.
    pub is_spent: bool,
}

/// The reader's own account.
#[derive(Clone, Debug, Default)]
pub struct AccountPage {
    /// What every page carries.
    pub frame: Frame,
    /// User name.
    pub user: String,
    /// Whether there is a password to change; not with single sign-on alone.
    pub has_password: bool,
    /// API tokens.
    pub tokens: Vec<Token>,
    /// A token that was just made. It is shown this once.
    pub made: Option<String>,
    /// Scopes that a token may have; handed back in the field `scope`, once for each.
    pub scopes: Vec<Choice>,
    /// Most days that a token may be valid.
    pub most_days: u64,
    /// What is wrong with the form for a new token.
    pub problems: Vec<FieldProblem>,
}

/// An API token, without the token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made: `2026-11-20`.
    pub made: String,
    /// When it ends.
    pub expires: String,
    /// When it was last used.
    pub used: Option<String>,
    /// Whether it has ended.
    pub is_expired: bool,
}

impl PasswordPage {
    /// Whether there is a form.
    pub fn has_form(&self) -> bool {
        self.invitation.as_ref().is_none_or(|invitation| !invitation.is_spent)
    }

    /// Where the form is sent.
    pub fn action(&self) -> String {
        match &self.invitation {
            Some(invitation) => address::below("/invitations", &invitation.token),
            None => "/account/password".to_owned(),
        }
    }
}

page!(PasswordPage, "site/password.html");
page!(AccountPage, "site/account.html");
