//! Single sign-on: the way to the provider and back.
//!
//! Start at [`begin`].

use super::entrance::{next_of, with_session};
use crate::app::Problem;
use crate::app::accounts::Secret;
use crate::app::accounts::oidc::{Answered, FLOW_S, Flow, Sso};
use crate::http::cookie::Jar;
use crate::http::fields::of_query;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_pages::site::parts::Link;
use http::header::SET_COOKIE;
use http::{HeaderMap, Uri};

/// The cookie of a sign-in on its way.
const FLOW: &str = "hearth-flow";

fn sso(site: &Site) -> Result<&Sso, Problem> {
    site.app.sso.as_ref().ok_or(Problem::NotFound("page"))
}

/// The link that begins it, if there is single sign-on.
pub(super) fn link(site: &Site, query: &str) -> Option<Link> {
    let sso = site.app.sso.as_ref()?;
    Some(Link { label: sso.name().to_owned(), address: format!("/sign-in/oidc?{query}") })
}

/// Sends the browser to the provider.
///
/// # Errors
/// When there is no single sign-on, or the provider does not answer.
pub async fn begin(State(site): State<Site>, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let invitation = match query.text("invitation") {
        "" => None,
        text => Some(Secret::read(text).ok_or(Problem::NotFound("invitation"))?),
    };
    let (address, flow) = sso(&site)?.begin(&site.app, &next_of(query.text("next")), invitation).await?;
    let mut response = answer::see_elsewhere(&address);
    carry(&site, &mut response, &flow.written(), FLOW_S);
    Ok(response)
}

fn carry(site: &Site, response: &mut Response, value: &str, seconds: u64) {
    let jar = Jar { is_https: site.app.config.is_https() };
    if let Some(cookie) = jar.set(FLOW, value, seconds) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Takes the provider's answer. Another session that the browser had is left behind.
///
/// # Errors
/// When it is not of this browser's sign-in, cannot be trusted, or names nobody who was invited.
pub async fn done(
    State(site): State<Site>,
    _: Caller,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let sso = sso(&site)?;
    let jar = Jar { is_https: site.app.config.is_https() };
    let flow = jar.read(&headers, FLOW).as_deref().and_then(Flow::read);
    let query = of_query(uri.query());
    let answered = Answered {
        code: query.text("code"),
        state: query.text("state"),
        error: query.text("error"),
        issuer: query.text("iss"),
    };
    let secret = sso.finish(&site.app, flow.as_ref(), &answered).await?;
    let next = flow.map(|flow| flow.next).unwrap_or_default();
    let mut response = with_session(&site, &secret, answer::see_other(&next));
    carry(&site, &mut response, "", 0);
    Ok(response)
}
