//! Sequences and collections of them by what they are, at `/refget`: GA4GH refget 1.2 and 2.0, sequence collections 1.0,
//! and what the server says of itself.
//!
//! Any page may ask, so sessions are not heeded: a token shows more than what is public. Refuses to know where sequences
//! lie. Start at [`routes`]; one sequence is answered by [`sequence`], a part of it cut by [`stretch`], collections by
//! [`collections`]. Why it is as it is stands in docs/decisions/0019.

mod about;
mod collections;
mod sequence;
mod stretch;

use super::routes::{Route, Sort, Who};
use crate::http::Site;
use axum::body::Body;
use axum::handler::Handler;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Every address.
pub(super) fn routes() -> Vec<Route> {
    let get = Method::GET;
    vec![
        question(&get, "/service-info", about::server),
        question(&get, "/refget/service-info", about::collections),
        question(&get, "/refget/openapi.json", about::document),
        question(&get, "/refget/sequence/service-info", about::sequences),
        question(&get, "/refget/sequence/{id}", sequence::letters),
        question(&get, "/refget/sequence/{id}/metadata", sequence::metadata),
        question(&get, "/refget/collection/{digest}", collections::collection),
        question(&get, "/refget/comparison/{digest}/{other}", collections::compared),
        question(&Method::POST, "/refget/comparison/{digest}", collections::compared_with),
        question(&get, "/refget/attribute/collection/{attribute}/{digest}", collections::attribute),
        question(&get, "/refget/list/collection", collections::list),
        question(&get, "/refget/list/attributes/{attribute}", collections::list_attribute),
    ]
}

fn question<H: Handler<T, Site>, T: 'static>(method: &Method, path: &'static str, handler: H) -> Route {
    Route::new(Sort::Question, method.clone(), path, Who::Anybody, handler)
}

/// An answer that any page may read.
fn sent(status: StatusCode, media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn found(value: &Value) -> Response {
    sent(StatusCode::OK, "application/json", value.to_string())
}

/// Why there is no answer (RFC 9457).
fn refused(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    sent(status, "application/problem+json", body.to_string())
}
