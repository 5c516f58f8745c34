//! The reader's own account and API tokens.
//!
//! Start at [`show`].

use super::shown;
use crate::app::Problem;
use crate::app::accounts::carried::READ;
use crate::app::accounts::tokens;
use crate::http::caller::page_role;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::RecordId;
use hearth_pages::messages::Key;
use hearth_pages::site::account::{AccountPage, Token};
use hearth_pages::site::parts::{Choice, FieldProblem};
use hearth_store::accounts;
use http::StatusCode;

async fn page(
    site: &Site,
    caller: &Caller,
    made: Option<String>,
    problems: Vec<FieldProblem>,
) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let now = site.app.now();
    let account = accounts::of_person(&mut *site.app.store.read().await?, who.actor.person).await?;
    let token = |token: accounts::token::Issued| Token {
        id: token.id.to_string(),
        name: token.name,
        scopes: token.scopes.split(' ').map(str::to_owned).collect(),
        made: token.created.date().to_string(),
        expires: token.expires.date().to_string(),
        used: token.used,
        is_expired: token.expires <= now,
    };
    let scope =
        |value: &str, label: String| Choice { value: value.to_owned(), label, is_chosen: value == READ };
    let roles = who.actor.roles.iter();
    let roles = roles.map(|role| scope(role.word(), site.words.say(page_role(*role).key())));
    let page = AccountPage {
        frame: caller.frame(site),
        user: account.as_ref().map(|account| account.login.clone()).unwrap_or_default(),
        has_password: account.is_some_and(|account| account.password.is_some()),
        tokens: tokens::list(&site.app, who).await?.into_iter().map(token).collect(),
        made,
        scopes: std::iter::once(scope(READ, READ.to_owned())).chain(roles).collect(),
        most_days: site.app.config.accounts.token_most_days,
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

/// Shows it.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    page(&site, &caller, None, Vec::new()).await
}

/// Makes a token, and shows it this once. A token cannot make tokens.
///
/// # Errors
/// When the store fails.
pub async fn make_token(
    State(site): State<Site>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let who = own_session(&caller)?;
    let scopes: Vec<String> = fields.all("scope").map(str::to_owned).collect();
    let days = fields.number("days").unwrap_or(0);
    match tokens::make(&site.app, who, fields.text("name"), &scopes, days).await {
        Ok(made) => page(&site, &caller, Some(made), Vec::new()).await,
        Err(problem) => {
            let labels =
                [("name", Key::TokenNewName), ("scope", Key::TokenNewScopes), ("days", Key::TokenExpires)];
            let problems = shown(&site, problem, &labels)?;
            page(&site, &caller, None, problems).await
        }
    }
}

/// Revokes a token.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn revoke_token(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: RecordId = id.parse().map_err(|_| Problem::NotFound("token"))?;
    tokens::revoke(&site.app, own_session(&caller)?, id).await?;
    Ok(answer::see_other_telling(&site, "/account", 'd', "The token is revoked."))
}

/// Somebody who signed in themselves: what a token may not do, or it would outlive itself.
pub(super) fn own_session(caller: &Caller) -> Result<&crate::app::accounts::SignedIn, Problem> {
    let who = caller.signed_in()?;
    if caller.has_session() {
        return Ok(who);
    }
    Err(Problem::Forbidden("a token cannot do this: sign in with a browser".to_owned()))
}
