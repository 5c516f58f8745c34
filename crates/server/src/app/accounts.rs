//! Accounts: signing in, sessions, tokens, invitations, people of a party.
//!
//! Secrets that people carry are 32 random bytes, of which only the digest is kept. Passwords are argon2id. Refuses to
//! know cookies and headers. Start at [`sign_in::sign_in`] and [`carried::by_session`].

pub mod carried;
mod gate;
pub mod invitations;
pub mod oidc;
pub mod passwords;
pub mod people;
mod secret;
pub mod set_up;
pub mod sign_in;
pub mod tokens;

pub use carried::{Means, SignedIn};
pub use gate::{Gate, network};
pub use secret::Secret;

use super::Problem;

/// The longest name of a person, a party or a token, in characters.
const NAME_MAX_CHARS: usize = 200;
/// The longest login name, in characters.
const LOGIN_MAX_CHARS: usize = 100;

/// A name that people read: without control characters, not empty.
pub(in crate::app) fn checked_name(field: &'static str, name: &str) -> Result<String, Problem> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Problem::field(field, "this is needed")),
        count if count > NAME_MAX_CHARS => Err(Problem::field(field, "this is longer than 200 characters")),
        _ if name.chars().any(char::is_control) => {
            Err(Problem::field(field, "this has control characters in it"))
        }
        _ => Ok(name.to_owned()),
    }
}

/// A login name in the one form in which it is kept.
fn login_form(login: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    login.trim().nfkc().flat_map(char::to_lowercase).collect()
}

fn checked_login(field: &'static str, login: &str) -> Result<String, Problem> {
    let login = login_form(login);
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@' | '+');
    if login.is_empty() || login.chars().count() > LOGIN_MAX_CHARS || !login.chars().all(is_plain) {
        let text = "a user name has 1 to 100 letters, digits or . _ - @ +, without spaces";
        return Err(Problem::field(field, text));
    }
    Ok(login)
}
