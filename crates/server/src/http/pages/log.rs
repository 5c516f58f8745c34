//! The public log by C2SP's addresses, and receipts: what somebody verifies without this server.
//!
//! Nothing here carries content but a receipt, which only who may see its entry gets. Start at [`checkpoint`].

use crate::app::Problem;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::EntryId;
use hearth_ledger::tree::parse_tile_path;
use hearth_store::log::receipts::{self, NoReceipt};
use hearth_store::log::{heads, serve, visible};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";
/// What never changes any more.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NOT_KEPT: &str = "no-cache";

/// The head published last, signed.
///
/// # Errors
/// When none was published yet, or the store fails.
pub async fn checkpoint(State(site): State<Site>) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let text = serve::checkpoint(&mut read).await?.ok_or(Problem::NotFound("head yet"))?;
    Ok(answered(text.into_bytes(), TEXT, NOT_KEPT))
}

/// The log's keys from the first on.
///
/// # Errors
/// When it has none yet, or the store fails.
pub async fn keys(State(site): State<Site>) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let keys = heads::history(&mut read).await?.ok_or(Problem::NotFound("key yet"))?;
    Ok(answered(keys.to_string().into_bytes(), TEXT, NOT_KEPT))
}

/// A tile, or a bundle of the commitments to entries (C2SP tlog-tiles).
///
/// # Errors
/// When the published log does not have it, or the store fails.
pub async fn tile(State(site): State<Site>, Path(path): Path<String>) -> Result<Response, Problem> {
    let resource = parse_tile_path(&format!("tile/{path}")).ok_or(Problem::NotFound("tile"))?;
    let mut read = site.app.store.read().await?;
    let bytes = serve::resource(&mut read, &resource).await?.ok_or(Problem::NotFound("tile"))?;
    Ok(answered(bytes, BYTES, FOR_EVER))
}

/// An entry's receipt, with the keys to verify it by.
///
/// # Errors
/// When the caller may not see the entry, no head covers it yet, or it was erased.
pub async fn receipt(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: EntryId = id.parse().map_err(|_| Problem::NotFound("entry"))?;
    let mut read = site.app.store.read().await?;
    let seen = visible::may_see_entry(&mut read, caller.scope(), id).await?;
    let seen = seen.ok_or(Problem::NotFound("entry"))?;
    let (receipt, _) = receipts::of_entry(&mut read, &seen.kept).await.map_err(|error| match error {
        NoReceipt::Store(error) => error.into(),
        NoReceipt::Erased(_) => Problem::Gone("the entry was erased by a rule of retention".to_owned()),
        NoReceipt::NotPublished(_) => {
            Problem::Unavailable { text: "no signed head covers the entry yet".to_owned(), wait_s: 10 }
        }
        NoReceipt::Form(error) => Problem::Internal(error.to_string()),
    })?;
    let mut response = answered(receipt.to_string().into_bytes(), TEXT, NOT_KEPT);
    let name = format!("attachment; filename=\"{id}.tlog-proof\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn answered(bytes: Vec<u8>, sort: &'static str, kept: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(sort));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    response
}
