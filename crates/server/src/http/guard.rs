//! What stands before every handler: who calls, whether they may, and bounds on size, time and frequency.
//!
//! A handler that panics, or a problem that it gives, becomes an answer here. Refuses to know what a handler does. Start
//! at [`guard`].

use super::answer;
use super::body;
use super::caller::{Asked, Caller};
use super::fields::Fields;
use super::origin::{Origin, judge};
use super::routes::{Rule, Sort, Who};
use super::site::Site;
use crate::app::Problem;
use crate::traces::TRACEPARENT;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, Method};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tracing::Instrument as _;

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) async fn guard(
    State((site, rule)): State<(Site, Rule)>,
    request: Request,
    next: Next,
) -> Response {
    let traceparent = request.headers().get(TRACEPARENT).and_then(|value| value.to_str().ok());
    let span = tracing::debug_span!(
        "request",
        http.request.method = rule.method.as_str(),
        http.route = rule.path,
        http.response.status_code = tracing::field::Empty,
        traceparent,
    );
    let told = span.clone();
    async move {
        let response = guarded(site, rule, request, next).await;
        told.record("http.response.status_code", response.status().as_u16());
        response
    }
    .instrument(span)
    .await
}

async fn guarded(site: Site, rule: Rule, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let _running = site.metrics.begin();
    let (parts, body) = request.into_parts();
    let Some(asked) = parts.extensions.get::<Asked>().cloned() else {
        return Problem::Internal("a request came in without its address".to_owned()).into_response();
    };
    let nobody = Caller::nobody(&site.app, asked.clone(), parts.uri.path());
    let found = match rule.sort {
        Sort::Asset | Sort::Log => Ok(nobody.clone()),
        Sort::Page | Sort::Api => Caller::find(&site.app, &parts, asked).await,
        Sort::Question => Caller::find_by_token(&site.app, &parts, asked).await,
    };
    let (caller, outcome) = match found {
        Ok(caller) => {
            let outcome = pass(&site, &rule, &caller, parts.clone(), body, next).await;
            (caller, outcome)
        }
        Err(problem) => (nobody, problem.into_response()),
    };
    let response = answer::finished(&site, &caller, &rule, &parts, outcome);
    site.metrics.count(rule.number, response.status(), began.elapsed());
    let who = caller.who().map(|who| who.actor.person.to_string()).unwrap_or_default();
    tracing::info!(
        request = caller.request(),
        method = %rule.method,
        route = rule.path,
        status = response.status().as_u16(),
        ms = began.elapsed().as_millis() as u64,
        who,
        "answered"
    );
    response
}

async fn pass(site: &Site, rule: &Rule, caller: &Caller, parts: Parts, body: Body, next: Next) -> Response {
    let times = &site.app.config.times;
    let most = Duration::from_secs(if rule.is_upload { times.upload_s } else { times.answer_s });
    let work = async {
        match admitted(site, rule, caller, parts, body).await {
            Ok(request) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    match tokio::time::timeout(most, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
            let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Problem::Internal(format!("a panic: {words}")).into_response()
        }
        Err(_) => {
            let text = "this took the server too long: ask for less, or later".to_owned();
            Problem::Unavailable { text, wait_s: 30 }.into_response()
        }
    }
}

/// The request, if it may pass, with who calls and the fields of its form.
async fn admitted(
    site: &Site,
    rule: &Rule,
    caller: &Caller,
    mut parts: Parts,
    body: Body,
) -> Result<Request, Problem> {
    if let Some(who) = caller.who() {
        site.parties.take(*who.actor.party.as_bytes()).map_err(Problem::TooMany)?;
    }
    may_call(rule.who, caller)?;
    let most = most_bytes(site, rule);
    if length(&parts.headers).is_some_and(|length| length > most) {
        return Err(Problem::TooLarge(most));
    }
    let idle = Duration::from_secs(site.app.config.times.body_idle_s);
    let mut body = body::bounded(body, most, idle);
    let is_change = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    // A question changes nothing, and no session speaks for who asks it.
    if is_change && rule.sort != Sort::Question {
        let is_form = media(&parts.headers) == Some(FORM);
        if is_form {
            let fields = Fields::read(&body::whole(std::mem::take(&mut body)).await?)?;
            prove(site, caller, &parts.headers, Some(fields.text("csrf")))?;
            parts.extensions.insert(fields);
        } else {
            let header = parts.headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
            prove(site, caller, &parts.headers, header)?;
        }
    }
    parts.extensions.insert(caller.clone());
    Ok(Request::from_parts(parts, body))
}

/// Whether somebody may call an address.
fn may_call(who: Who, caller: &Caller) -> Result<(), Problem> {
    match who {
        Who::Anybody => Ok(()),
        Who::SignedIn => caller.signed_in().map(|_| ()),
        Who::Role(role) => Ok(caller.actor()?.require(role)?),
        Who::Host => Ok(caller.actor()?.require_host()?),
    }
}

/// That a change comes from our own page, if a browser sends it. A token is sent by no browser on its own. A form of a
/// session needs its proof; what is no form (files, JSON) needs it in a header, or a browser that says it is ours.
fn prove(site: &Site, caller: &Caller, headers: &HeaderMap, csrf: Option<&str>) -> Result<(), Problem> {
    if caller.has_token() {
        return Ok(());
    }
    let config = &site.app.config;
    let own = config.server.public_url.as_ref().map(|_| config.public_url());
    let origin = judge(headers, own.as_deref());
    let is_proved = match (origin, csrf) {
        (Origin::Foreign, _) => false,
        (_, Some(csrf)) => caller.is_proved_by(csrf),
        (Origin::Own, None) => true,
        (Origin::Unsaid, None) => !caller.has_session(),
    };
    if is_proved {
        return Ok(());
    }
    let text = "this did not come from a page of this server, or the page was too old: go back, load it again, and repeat";
    Err(Problem::Forbidden(text.to_owned()))
}

fn most_bytes(site: &Site, rule: &Rule) -> u64 {
    let limits = &site.app.config.limits;
    match rule.sort {
        _ if rule.is_upload => limits.upload_bytes,
        Sort::Api | Sort::Question => limits.api_bytes,
        Sort::Page | Sort::Asset | Sort::Log => limits.form_bytes,
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn media(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim())
}
