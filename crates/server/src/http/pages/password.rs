//! Choosing a password: one's own anew, or the first one behind an invitation.
//!
//! Start at [`change`].

use super::account::own_session;
use super::entrance::with_session;
use super::{DIFFER, shown, single_sign_on};
use crate::app::Problem;
use crate::app::accounts::{Secret, invitations, sign_in};
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_pages::messages::Key;
use hearth_pages::site::account::{Invitation, PasswordPage};
use hearth_store::accounts;
use http::StatusCode;

const LABELS: [(&str, Key); 3] =
    [("old", Key::PasswordOld), ("password", Key::PasswordNew), ("repeated", Key::PasswordAgain)];

fn page(site: &Site, caller: &Caller) -> PasswordPage {
    let least_chars = site.app.config.accounts.password_least_chars;
    PasswordPage { frame: caller.frame(site), least_chars, ..PasswordPage::default() }
}

/// The page on which a caller changes their own.
async fn own_page(site: &Site, caller: &Caller) -> Result<PasswordPage, Problem> {
    let who = caller.signed_in()?;
    let mut read = site.app.store.read().await?;
    let account = accounts::of_person(&mut read, who.actor.person).await?;
    let user = account.map(|account| account.login).unwrap_or_default();
    Ok(PasswordPage { user, ..page(site, caller) })
}

/// Shows where one changes the password.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    Ok(answer::page(own_page(&site, &caller).await?.to_html(&site.words)))
}

/// Changes it.
///
/// # Errors
/// When the store fails.
pub async fn change(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let who = own_session(&caller)?;
    let (old, new) = (fields.text("old"), fields.text("password"));
    let outcome = if fields.text("repeated") == new {
        sign_in::change_password(&site.app, who, old, new, caller.address()).await
    } else {
        Err(Problem::field("repeated", DIFFER))
    };
    match outcome {
        Ok(secret) => {
            let done = answer::see_other_telling(&site, "/account", 'd', "The password is changed.");
            Ok(with_session(&site, &secret, done))
        }
        Err(problem) => {
            let problems = shown(&site, problem, &LABELS)?;
            let page = PasswordPage { problems, ..own_page(&site, &caller).await? };
            Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
        }
    }
}

fn spent(site: &Site, caller: &Caller) -> Response {
    let invitation = Some(Invitation { is_spent: true, ..Invitation::default() });
    let page = PasswordPage { invitation, ..page(site, caller) };
    answer::with_status(StatusCode::GONE, answer::page(page.to_html(&site.words)))
}

/// The page behind a link that holds.
async fn invitation_page(
    site: &Site,
    caller: &Caller,
    token: String,
) -> Result<Option<PasswordPage>, Problem> {
    let Some(secret) = Secret::read(&token) else { return Ok(None) };
    let Some(invited) = invitations::find(&site.app, &secret).await? else { return Ok(None) };
    let (person, user) = (invited.person.name, invited.account.login);
    let single_sign_on = single_sign_on::link(site, &format!("invitation={token}"));
    let invitation = Some(Invitation { token, person, user: user.clone(), is_spent: false });
    Ok(Some(PasswordPage { user, invitation, single_sign_on, ..page(site, caller) }))
}

/// Shows an invitation.
///
/// # Errors
/// When the store fails.
pub async fn show_invitation(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    Ok(match invitation_page(&site, &caller, token).await? {
        Some(page) => answer::page(page.to_html(&site.words)),
        None => spent(&site, &caller),
    })
}

/// Accepts an invitation; then one signs in.
///
/// # Errors
/// When the store fails.
pub async fn accept_invitation(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = invitation_page(&site, &caller, token.clone()).await?;
    let (Some(page), Some(secret)) = (page, Secret::read(&token)) else { return Ok(spent(&site, &caller)) };
    let password = fields.text("password");
    let outcome = if fields.text("repeated") == password {
        invitations::accept(&site.app, &secret, password).await
    } else {
        Err(Problem::field("repeated", DIFFER))
    };
    match outcome {
        Ok(()) => {
            Ok(answer::see_other_telling(&site, "/sign-in", 'd', "The password is kept. Sign in with it."))
        }
        Err(Problem::Gone(_)) => Ok(spent(&site, &caller)),
        Err(problem) => {
            let page = PasswordPage { problems: shown(&site, problem, &LABELS)?, ..page };
            Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
        }
    }
}
