//! Files that every page shares. They are part of the program, and their address changes with them.
//!
//! Start at [`sheet`].

use axum::body::Body;
use axum::response::Response;
use hearth_pages::site::style;
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

/// The style sheet. Asked for by its digest, it may be kept for ever.
pub async fn sheet(uri: Uri) -> Response {
    let is_named = uri.path_and_query().is_some_and(|asked| asked.as_str() == style::address());
    let kept = if is_named { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(style::SHEET));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    response
}
