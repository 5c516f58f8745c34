//! Behind a one-time link: somebody who was invited chooses a password.
//!
//! Start at [`InvitationPage`].

use super::frame::Frame;
use super::parts::FieldProblem;

/// Where somebody who was invited chooses a password.
#[derive(Clone, Debug, Default)]
pub struct InvitationPage {
    /// What every page carries.
    pub frame: Frame,
    /// The token of the link.
    pub token: String,
    /// Whether the link was used already or is too old; then there is no form.
    pub is_spent: bool,
    /// The name that they will sign in with.
    pub user: String,
    /// Least length of a password.
    pub least_chars: u64,
    /// What is wrong.
    pub problems: Vec<FieldProblem>,
}

page!(InvitationPage, "site/invitation.html");
