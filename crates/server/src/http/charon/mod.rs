//! Datasets for viewers of trees: what auspice asks a server for, of any question.
//!
//! No page of another site can read them, so sessions are heeded as on pages. What a reader may see is decided in the
//! index, by [`Bench`]; whose mutations are shown, by [`Free`]. Refuses to know how a dataset is written. Start at
//! [`routes`].

pub mod place;
mod viewer;

use super::lapis::asked::Asked;
use super::lapis::fault::Fault;
use super::lapis::select::Bench;
use super::lapis::taking::Free;
use super::routes::{Route, Sort, Who};
use crate::app::pathogens::Pathogen;
use crate::app::trees::{Attached, GENOMES_MOST, auspice};
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode, Uri};
use place::{NEWEST, Place, part};
use serde_json::{Value, json};

/// Genomes of a tree where nothing is asked: the newest.
const NEWEST_MANY: usize = 2_000;

/// Every address.
pub(super) fn routes() -> Vec<Route> {
    let get = |path, sort| (sort, Method::GET, path, Who::Anybody);
    let (sort, method, path, who) = get("/charon/getAvailable", Sort::Page);
    let available = Route::new(sort, method, path, who, available);
    let (sort, method, path, who) = get("/charon/getDataset", Sort::Page);
    let dataset = Route::new(sort, method, path, who, dataset);
    let (sort, method, path, who) = get("/charon/getNarrative", Sort::Page);
    let narrative = Route::new(sort, method, path, who, narrative);
    let mut routes = vec![available, dataset, narrative];
    routes.extend(viewer::routes());
    routes
}

/// Which trees there are.
async fn available(State(site): State<Site>) -> Response {
    let packs = &site.app.packs;
    let has_tree = |pathogen: &&Pathogen| {
        pathogen.lead_pack(packs.all()).is_some_and(|ready| ready.pack.tree().is_some())
    };
    let with_tree = packs.pathogens().all().iter().filter(has_tree);
    let request = |name: &str| {
        let place = Place { pathogen: Some(name.to_owned()), pairs: Vec::new() };
        json!({ "request": place.address().trim_start_matches('/') })
    };
    let datasets: Vec<Value> = with_tree.map(|pathogen| request(pathogen.name())).collect();
    json_of(StatusCode::OK, "application/json", json!({ "datasets": datasets, "narratives": [] }).to_string())
}

/// There are none.
async fn narrative(uri: Uri) -> Response {
    told(&uri, &Fault::of(StatusCode::NOT_FOUND, "this server has no narratives".to_owned()))
}

/// A tree, or what belongs to it.
async fn dataset(State(site): State<Site>, caller: Caller, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let found = match Place::read(query) {
        Ok(Place { pathogen: None, .. }) => return empty(),
        Ok(Place { pathogen: Some(pathogen), pairs }) => match part(query, "type") {
            "" => tree(&site, &caller, &pathogen, pairs).await,
            "root-sequence" => root_sequence(&site, &caller, &pathogen),
            other => Err(Fault::of(
                StatusCode::NOT_FOUND,
                format!("there is nothing of type {other:.60} for a tree"),
            )),
        },
        Err(text) => Err(Fault::bad(text)),
    };
    match found {
        Ok(bytes) => json_of(StatusCode::OK, "application/json", bytes),
        Err(fault) => told(&uri, &fault),
    }
}

fn root_sequence(site: &Site, caller: &Caller, pathogen: &str) -> Result<Vec<u8>, Fault> {
    let bench = Bench::of(site, caller, pathogen)?;
    Ok(auspice::root_sequence(&bench.lead().pack).to_string().into_bytes())
}

async fn tree(
    site: &Site,
    caller: &Caller,
    pathogen: &str,
    pairs: Vec<(String, String)>,
) -> Result<Vec<u8>, Fault> {
    let bench = Bench::of(site, caller, pathogen)?;
    let (newest, filters): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| key == NEWEST);
    let newest = match newest.as_slice() {
        [] => filters.is_empty().then_some(NEWEST_MANY),
        [(_, count)] => Some(number(count)?),
        _ => return Err(Fault::bad(format!("{NEWEST} takes one number"))),
    };
    let asked = Asked::of_pairs(filters)?;
    let bench = bench.of_moment(&asked)?;
    let free = Free::of(&bench, caller).await?;
    let about = auspice::About::of(&site.app, bench.pathogen().name(), bench.version.date());
    let work = tokio::task::spawn_blocking(move || {
        let pack = &bench.lead().pack;
        let attached = bench.with(&asked, |held, selection| {
            let rows = match newest {
                Some(count) => selection.newest(0, count),
                None if selection.count() > GENOMES_MOST => return Err(too_many(selection.count())),
                None => selection.rows().collect(),
            };
            let gathered =
                Attached::gather(bench.shelf(), held, selection, &rows, |origin| free.may_take(origin));
            gathered.map_err(|error| Fault::of(StatusCode::NOT_FOUND, error.to_string()))
        })?;
        auspice::dataset(pack, &attached, &about)
            .map_err(|error| Fault::of(StatusCode::NOT_FOUND, error.to_string()))
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(error = %error, "a tree failed");
        Err(Fault::failed())
    })
}

fn number(text: &str) -> Result<usize, Fault> {
    let count = text.parse().ok().filter(|count| (1..=GENOMES_MOST).contains(count));
    let count = count.and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| {
        Fault::bad(format!("{NEWEST} is {text:.60?}, and must be a number from 1 to {GENOMES_MOST}"))
    })
}

fn too_many(count: u64) -> Fault {
    Fault::bad(format!(
        "these are {count} genomes, and a tree has at most {GENOMES_MOST}: ask for fewer, or add {NEWEST}={GENOMES_MOST} for the newest of them"
    ))
}

/// Nothing is named: a viewer then shows what there is.
fn empty() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Why there is no answer (RFC 9457).
fn told(uri: &Uri, fault: &Fault) -> Response {
    let title = fault.status.canonical_reason().unwrap_or_default();
    let body = json!({
        "type": "about:blank",
        "title": title,
        "status": fault.status.as_u16(),
        "detail": fault.detail,
        "instance": uri.path(),
    });
    let mut response = json_of(fault.status, "application/problem+json", body.to_string());
    if let Some(wait_s) = fault.wait_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_s));
    }
    response
}

fn json_of(status: StatusCode, media: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
    response
}
