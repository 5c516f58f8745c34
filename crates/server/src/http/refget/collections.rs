//! Collections of sequences: one, two compared, and lists of all that the server has, each the sequences of a pack's
//! reference or of a file of the operator's.
//!
//! Start at [`collection`].

use super::{found, refused};
use crate::app::Problem;
use crate::app::refget::References;
use crate::http::{Fields, Site};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use hearth_formats::refget::collection::{ATTRIBUTES, Collection, ELEMENTS_MAX, comparison};
use http::{StatusCode, Uri};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Digests on a page, where nothing is said, and at most.
const PAGE_SIZE: usize = 100;
const PAGE_SIZE_MAX: usize = 1_000;

/// Does something with all references.
async fn with(
    site: &Site,
    work: impl FnOnce(&References) -> Response + Send + 'static,
) -> Result<Response, Problem> {
    let site = site.clone();
    let done = tokio::task::spawn_blocking(move || work(site.app.references()));
    done.await.map_err(|error| Problem::Internal(error.to_string()))
}

fn unknown() -> Response {
    refused(StatusCode::NOT_FOUND, "there is no such collection here")
}

fn unnamed() -> Response {
    let text = format!("collections have the attributes {}", ATTRIBUTES.join(", "));
    refused(StatusCode::NOT_FOUND, &text)
}

/// A collection: digests of its attributes (`level=1`), or the attributes themselves.
///
/// # Errors
/// When the work fails.
pub async fn collection(
    State(site): State<Site>,
    Path(digest): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let fields = Fields::read(uri.query().unwrap_or_default().as_bytes())?;
    let level = match fields.text("level") {
        "" | "2" => 2,
        "1" => 1,
        _ => return Ok(refused(StatusCode::BAD_REQUEST, "level is 1 or 2")),
    };
    let told = move |all: &References| match all.collection(&digest) {
        Some(one) if level == 1 => found(&Value::Object(one.level_1.clone())),
        Some(one) => found(&Value::Object(one.level_2.clone())),
        None => unknown(),
    };
    with(&site, told).await
}

/// Two collections of this server.
///
/// # Errors
/// When the work fails.
pub async fn compared(
    State(site): State<Site>,
    Path((a, b)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let told = move |all: &References| match (all.collection(&a), all.collection(&b)) {
        (Some(one), Some(other)) => answer(one, Some(&other.digest), &other.level_2),
        _ => unknown(),
    };
    with(&site, told).await
}

/// A collection of this server, and one that is sent along.
///
/// # Errors
/// When the work fails.
pub async fn compared_with(
    State(site): State<Site>,
    Path(digest): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let Ok(Value::Object(other)) = serde_json::from_slice(&body) else {
        return Ok(refused(StatusCode::BAD_REQUEST, "send a collection as JSON: an object of arrays"));
    };
    let told = move |all: &References| match all.collection(&digest) {
        Some(one) => answer(one, None, &other),
        None => unknown(),
    };
    with(&site, told).await
}

fn answer(one: &Collection, digest: Option<&str>, other: &Map<String, Value>) -> Response {
    let Some(mut told) = comparison(&one.level_2, other) else {
        let text = format!("arrays of at most {ELEMENTS_MAX} elements are compared");
        return refused(StatusCode::PAYLOAD_TOO_LARGE, &text);
    };
    told["digests"] = json!({ "a": one.digest, "b": digest });
    found(&told)
}

/// The array of an attribute, by its digest.
///
/// # Errors
/// When the work fails.
pub async fn attribute(
    State(site): State<Site>,
    Path((attribute, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let told = move |all: &References| {
        if !ATTRIBUTES.contains(&attribute.as_str()) {
            return unnamed();
        }
        let mut with = all.collections().filter(|one| one.attribute(&attribute) == Some(&digest));
        with.next().and_then(|one| one.level_2.get(&attribute)).map_or_else(unknown, found)
    };
    with(&site, told).await
}

/// The digests of all collections, or of those with some attributes.
///
/// # Errors
/// When the work fails.
pub async fn list(State(site): State<Site>, uri: Uri) -> Result<Response, Problem> {
    let fields = Fields::read(uri.query().unwrap_or_default().as_bytes())?;
    let page = match page(&fields) {
        Ok(page) => page,
        Err(text) => return Ok(refused(StatusCode::BAD_REQUEST, &text)),
    };
    let filters: Vec<(String, String)> = fields
        .pairs()
        .filter(|(name, _)| !["page", "page_size"].contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if filters.iter().any(|(name, _)| !ATTRIBUTES.contains(&name.as_str())) {
        return Ok(refused(
            StatusCode::BAD_REQUEST,
            &format!("collections are filtered by {}", ATTRIBUTES.join(", ")),
        ));
    }
    let told = move |all: &References| {
        let has = |one: &&Collection| filters.iter().all(|(name, value)| one.attribute(name) == Some(value));
        paged(all.collections().filter(has).map(|one| one.digest.clone()).collect(), page)
    };
    with(&site, told).await
}

/// The digests that an attribute has in all collections.
///
/// # Errors
/// When the work fails.
pub async fn list_attribute(
    State(site): State<Site>,
    Path(attribute): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let page = match page(&Fields::read(uri.query().unwrap_or_default().as_bytes())?) {
        Ok(page) => page,
        Err(text) => return Ok(refused(StatusCode::BAD_REQUEST, &text)),
    };
    let told = move |all: &References| {
        if !ATTRIBUTES.contains(&attribute.as_str()) {
            return unnamed();
        }
        let digests = all.collections().filter_map(|one| one.attribute(&attribute));
        paged(digests.map(str::to_owned).collect(), page)
    };
    with(&site, told).await
}

/// Which page, from 0, and how large.
fn page(fields: &Fields) -> Result<(usize, usize), String> {
    let number = |name: &str, default: usize| match fields.text(name) {
        "" => Ok(default),
        text => text.parse().map_err(|_| format!("{name} is a whole number from 0 on")),
    };
    Ok((number("page", 0)?, number("page_size", PAGE_SIZE)?.clamp(1, PAGE_SIZE_MAX)))
}

fn paged(all: BTreeSet<String>, (page, size): (usize, usize)) -> Response {
    let total = all.len();
    let results: Vec<String> = all.into_iter().skip(page.saturating_mul(size)).take(size).collect();
    found(&json!({ "results": results, "pagination": { "page": page, "page_size": size, "total": total } }))
}
