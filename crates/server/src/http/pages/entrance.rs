//! Signing in and out, and setting an empty server up.
//!
//! Start at [`sign_in`].

use super::{countries, shown, single_sign_on};
use crate::app::Problem;
use crate::app::accounts::set_up::{self, Founding};
use crate::app::accounts::{Secret, sign_in as signing};
use crate::http::caller::SESSION;
use crate::http::cookie::Jar;
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_pages::messages::Key;
use hearth_pages::site::address::{self, encoded};
use hearth_pages::site::entrance::{SetUpPage, SignInPage, SignInProblem};
use http::header::SET_COOKIE;
use http::{StatusCode, Uri};

/// The path to go to after signing in: one of this server, and none that signs out again.
pub(super) fn next_of(text: &str) -> String {
    address::local(text).filter(|path| !path.starts_with("/sign-")).unwrap_or("/").to_owned()
}

/// Shows where one signs in; whoever is signed in goes on.
///
/// # Errors
/// None of its own.
pub async fn show(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let next = next_of(of_query(uri.query()).text("next"));
    if caller.who().is_some() {
        return Ok(answer::see_other(&next));
    }
    let single_sign_on = single_sign_on::link(&site, &format!("next={}", encoded(&next)));
    let page = SignInPage { frame: caller.frame(&site), next, single_sign_on, ..SignInPage::default() };
    Ok(answer::page(page.to_html(&site.words)))
}

/// Signs in.
///
/// # Errors
/// When the store fails.
pub async fn sign_in(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let (user, next) = (fields.text("user"), next_of(fields.text("next")));
    let outcome = signing::sign_in(&site.app, user, fields.text("password"), caller.address()).await;
    let (status, problem) = match outcome {
        Ok(secret) => return Ok(with_session(&site, &secret, answer::see_other(&next))),
        Err(Problem::WrongPassword) => (StatusCode::UNAUTHORIZED, SignInProblem::Wrong),
        Err(Problem::TooMany(wait)) => (StatusCode::TOO_MANY_REQUESTS, SignInProblem::TooMany(wait)),
        Err(problem) => return Err(problem),
    };
    let wait = if let SignInProblem::TooMany(wait) = problem { Some(wait) } else { None };
    let user = user.chars().take(100).collect();
    let page = SignInPage {
        frame: caller.frame(&site),
        user,
        single_sign_on: single_sign_on::link(&site, &format!("next={}", encoded(&next))),
        next,
        problem: Some(problem),
    };
    let mut response = answer::with_status(status, answer::page(page.to_html(&site.words)));
    if let Some(wait) = wait {
        response.headers_mut().insert(http::header::RETRY_AFTER, wait.into());
    }
    Ok(response)
}

/// An answer that makes a browser carry a session.
pub(super) fn with_session(site: &Site, secret: &Secret, mut response: Response) -> Response {
    let jar = Jar { is_https: site.app.config.is_https() };
    let seconds = site.app.config.accounts.session_most_hours * 3600;
    if let Some(cookie) = jar.set(SESSION, secret.text(), seconds) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Signs out.
///
/// # Errors
/// When the store fails.
pub async fn sign_out(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    if let Some(who) = caller.who() {
        signing::sign_out(&site.app, who).await?;
    }
    let mut response = answer::see_other("/");
    let jar = Jar { is_https: site.app.config.is_https() };
    if let Some(cookie) = jar.set(SESSION, "", 0) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn set_up_page(site: &Site, caller: &Caller, token: String) -> SetUpPage {
    SetUpPage {
        frame: caller.frame(site),
        token,
        countries: countries(""),
        least_chars: site.app.config.accounts.password_least_chars,
        ..SetUpPage::default()
    }
}

/// Shows the set-up behind a one-time link.
///
/// # Errors
/// When the store fails.
pub async fn show_set_up(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let is_offered = match Secret::read(&token) {
        Some(secret) => set_up::is_offered(&site.app, &secret).await?,
        None => false,
    };
    if is_offered {
        return Ok(answer::page(set_up_page(&site, &caller, token).to_html(&site.words)));
    }
    Ok(spent(&site, &caller))
}

fn spent(site: &Site, caller: &Caller) -> Response {
    let page = SetUpPage { is_spent: true, ..set_up_page(site, caller, String::new()) };
    answer::with_status(StatusCode::GONE, answer::page(page.to_html(&site.words)))
}

/// Sets the server up and signs its administrator in.
///
/// # Errors
/// When the store fails.
pub async fn set_up(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(secret) = Secret::read(&token) else { return Ok(spent(&site, &caller)) };
    let text = |name: &str| fields.text(name).to_owned();
    let founding = Founding {
        party: text("party"),
        country: text("country"),
        person: text("person"),
        login: text("user"),
        password: text("password"),
    };
    let outcome = if fields.text("repeated") == founding.password {
        set_up::found(&site.app, &secret, &founding).await
    } else {
        Err(Problem::field("repeated", super::DIFFER))
    };
    let problem = match outcome {
        Ok(()) => {
            let session =
                signing::sign_in(&site.app, &founding.login, &founding.password, caller.address()).await?;
            return Ok(with_session(&site, &session, answer::see_other("/")));
        }
        Err(Problem::Gone(_)) => return Ok(spent(&site, &caller)),
        Err(problem) => problem,
    };
    let labels = [
        ("party", Key::PartyName),
        ("country", Key::Country),
        ("person", Key::PersonName),
        ("user", Key::UserName),
        ("password", Key::Password),
        ("repeated", Key::PasswordRepeated),
    ];
    let problems = shown(&site, problem, &labels)?;
    let Founding { party, country, person, login: user, .. } = founding;
    let page = SetUpPage {
        party,
        person,
        user,
        problems,
        countries: countries(&country),
        ..set_up_page(&site, &caller, token)
    };
    Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
}
