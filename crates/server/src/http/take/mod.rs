//! Genomes taken away: whatever a question selects, in the format that is wanted, at `/take/{pathogen}`, and what changed
//! since a version, at `/take/{pathogen}/changes`.
//!
//! Filters are those of the field's own API; unlike there, a page's session is heeded. A file follows from its question,
//! what its reader may take and the genomes: so its tag is known before it is written, and a download that was cut goes
//! on where it was. Why so stands in docs/decisions/0017. Start at [`routes`]; formats are in [`mod@format`].

mod annotated;
mod changes;
mod chosen;
mod ena;
mod format;
mod genotypes;
mod known;
mod lines;
mod organism;
mod parquet;
mod range;
mod sending;
mod table;
mod tag;
mod trees;
mod versions;

use super::lapis::fault::Fault;
use super::routes::{Route, Sort, Who};
use crate::app::Problem;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use chosen::Chosen;
pub use format::{FORMATS, Format};
use http::{HeaderMap, Method, StatusCode};
pub use known::Known;
pub use versions::Spent;

/// Every address.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Sort::Page, Method::GET, "/take/{pathogen}", Who::Anybody, file),
        Route::new(Sort::Page, Method::GET, "/take/{pathogen}/changes", Who::Anybody, changes::show),
    ]
}

/// A selection as a file.
///
/// # Errors
/// When the question cannot be read, there are too many genomes for the format, or too much is asked for at once.
pub async fn file(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let headers: HeaderMap = request.headers().clone();
    let is_head = request.method() == Method::HEAD;
    let chosen = Chosen::of(&site, &caller, &pathogen, request).await?;
    sending::answer(&site, chosen, &headers, is_head).await
}

/// A fault of a question, as a page tells it.
pub(super) fn problem(fault: Fault) -> Problem {
    match (fault.status, fault.wait_s) {
        (StatusCode::NOT_FOUND, _) => Problem::NotFound("pathogen"),
        (_, Some(wait_s)) => Problem::Unavailable { text: fault.detail, wait_s },
        (StatusCode::INTERNAL_SERVER_ERROR, _) => Problem::Internal(fault.detail),
        _ => Problem::Unreadable(fault.detail),
    }
}
