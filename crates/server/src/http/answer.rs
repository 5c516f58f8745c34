//! Problems become answers here, and nowhere else: status, page or JSON (RFC 9457), headers.
//!
//! A handler gives a [`Problem`]; it travels inside an empty response until the guard knows how to tell it. Start at
//! [`finished`]; redirects and pages are made by [`see_other`] and [`page`].

use super::caller::{Caller, FLASH};
use super::cookie::{Jar, flash_written};
use super::lapis;
use super::routes::{Rule, Sort};
use super::site::Site;
use crate::app::Problem;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hearth_pages::site::address;
use hearth_pages::site::error::ErrorPage;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE, VARY,
    WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

/// A problem on its way to whoever tells it.
#[derive(Clone)]
struct Carried(Problem);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status_of(&self);
        response.extensions_mut().insert(Carried(self));
        response
    }
}

/// The status of each problem.
fn status_of(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::Unreadable(_) => StatusCode::BAD_REQUEST,
        Problem::SignIn | Problem::WrongPassword => StatusCode::UNAUTHORIZED,
        Problem::Forbidden(_) => StatusCode::FORBIDDEN,
        Problem::NotFound(_) => StatusCode::NOT_FOUND,
        Problem::Gone(_) => StatusCode::GONE,
        Problem::Conflict(_) => StatusCode::CONFLICT,
        Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
        Problem::Media(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Problem::Precondition(_) => StatusCode::PRECONDITION_FAILED,
        Problem::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Problem::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Problem::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn wait_s(problem: &Problem) -> Option<u64> {
    match problem {
        Problem::TooMany(wait_s) | Problem::Unavailable { wait_s, .. } => Some(*wait_s),
        _ => None,
    }
}

/// The problem that an answer carries, if nobody told it yet.
pub(super) fn carried(response: &mut Response) -> Option<Problem> {
    response.extensions_mut().remove::<Carried>().map(|carried| carried.0)
}

/// What a route's answer becomes: a problem is told, and what may be kept by whom is said.
pub(super) fn finished(
    site: &Site,
    caller: &Caller,
    rule: &Rule,
    asked: &Parts,
    mut response: Response,
) -> Response {
    if let Some(problem) = carried(&mut response) {
        response = told(site, caller, rule.sort, asked, &problem);
    }
    let is_shared = matches!(rule.sort, Sort::Asset | Sort::Log);
    let headers = response.headers_mut();
    if !is_shared {
        let kept = if caller.who().is_some() { "private, no-store" } else { "no-cache" };
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(kept));
        headers.append(VARY, HeaderValue::from_static("cookie, authorization"));
    }
    let was_shown =
        rule.sort == Sort::Page && asked.method == Method::GET && response.status() == StatusCode::OK;
    let jar = Jar { is_https: site.app.config.is_https() };
    if was_shown
        && jar.read(&asked.headers, FLASH).is_some()
        && let Some(cookie) = jar.set(FLASH, "", 0)
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A problem, told as whoever asked understands it.
pub(super) fn told(site: &Site, caller: &Caller, sort: Sort, asked: &Parts, problem: &Problem) -> Response {
    let status = status_of(problem);
    if let Problem::Internal(words) = problem {
        tracing::error!(request = caller.request(), error = %words, "failed");
    }
    let mut response = match (sort, problem) {
        (Sort::Page, Problem::SignIn) => return to_sign_in(asked),
        (Sort::Page, _) => error_page(site, caller, status, problem),
        (Sort::Question, _) => lapis::problem(site, caller, asked.uri.path(), (status, detail(problem))),
        _ => problem_json(caller, status, problem),
    };
    let headers = response.headers_mut();
    if let Some(wait) = wait_s(problem) {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    if status == StatusCode::UNAUTHORIZED && sort != Sort::Page {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn to_sign_in(asked: &Parts) -> Response {
    let path = asked.uri.path_and_query().map_or("/", |path| path.as_str());
    if asked.method == Method::GET && path != "/" {
        see_other(&format!("/sign-in?next={}", address::encoded(path)))
    } else {
        see_other("/sign-in")
    }
}

/// What people are told; nothing of what is inside.
fn sentence(problem: &Problem) -> String {
    match problem {
        Problem::Internal(_) => String::new(),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(char::to_uppercase);
            let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
            first.map_or_else(String::new, |first| format!("{first}{}{end}", letters.as_str()))
        }
    }
}

fn error_page(site: &Site, caller: &Caller, status: StatusCode, problem: &Problem) -> Response {
    let page = ErrorPage {
        frame: caller.frame(site),
        status: status.as_u16(),
        text: sentence(problem),
        advice: String::new(),
        request: caller.request().to_owned(),
        wait_s: wait_s(problem),
    };
    with_status(status, self::page(page.to_html(&site.words)))
}

/// What programs are told; nothing of what is inside.
fn detail(problem: &Problem) -> String {
    match problem {
        Problem::Internal(_) => {
            "the server failed; its operator finds the reason by this request's number".to_owned()
        }
        other => other.to_string(),
    }
}

fn problem_json(caller: &Caller, status: StatusCode, problem: &Problem) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "request": caller.request(),
    });
    body["detail"] = detail(problem).into();
    if let Problem::Invalid(faults) = problem {
        let faults = faults.iter().map(|fault| json!({ "field": fault.field, "detail": fault.text }));
        body["errors"] = faults.collect();
    }
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let media = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

/// A page.
pub fn page(html: String) -> Response {
    let mut response = Response::new(Body::from(html));
    let media = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}

/// The same answer with another status: a form that was not taken is shown again with 422.
pub fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}

/// Sends a browser on to a page of this server; to the front page if it is none.
pub fn see_other(path: &str) -> Response {
    let path = address::local(path).filter(|path| path.len() <= 2000);
    let location = path.and_then(|path| HeaderValue::from_str(path).ok());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, location.unwrap_or(HeaderValue::from_static("/")));
    response
}

/// Sends a browser to another server. Only for addresses that the operator's settings lead to.
pub(super) fn see_elsewhere(address: &str) -> Response {
    let mut response = see_other("/");
    if let Ok(location) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The same as [`see_other`], with a message that the next page shows: of kind `d` (done), `c` (with something to look at), `p` (not done).
pub fn see_other_telling(site: &Site, path: &str, kind: char, text: &str) -> Response {
    let mut response = see_other(path);
    let jar = Jar { is_https: site.app.config.is_https() };
    if let Some(cookie) = jar.set(FLASH, &flash_written(kind, text), 60) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A header that no answer is without.
pub(super) type Always = (HeaderName, HeaderValue);
