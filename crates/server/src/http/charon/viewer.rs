//! The viewer of trees, if the operator gave one: its page at `/trees`, its files at `/dist`.
//!
//! It is a program of others and stays as it was built. Its page may style itself as it likes, and load nothing from
//! elsewhere; so it has no maps, which would come from the network. Refuses to know datasets. Start at [`page`].

use super::super::routes::{Route, Sort, Who};
use crate::app::Problem;
use crate::http::Site;
use axum::body::Body;
use axum::extract::{self, State};
use axum::response::{IntoResponse as _, Response};
use http::Method;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

const INDEX: &str = "index.html";
/// The largest file of a viewer, in bytes.
const FILE_MAX_BYTES: u64 = 64 << 20;
/// What its page may fetch and run.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";
/// Kinds of files by the endings of their names.
const MEDIA: [(&str, &str); 11] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("txt", "text/plain; charset=utf-8"),
];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(Sort::Page, Method::GET, "/trees", Who::Anybody, page),
        Route::new(Sort::Page, Method::GET, "/trees/{*path}", Who::Anybody, page),
        Route::new(Sort::Asset, Method::GET, "/dist/{*path}", Who::Anybody, file),
    ]
}

/// The viewer's page, whatever tree it then shows.
pub async fn page(State(site): State<Site>) -> Response {
    let mut response = read(&site, INDEX).await;
    if response.status().is_success() {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    response
}

/// A file of the viewer, whose name changes with what is in it.
pub async fn file(State(site): State<Site>, extract::Path(name): extract::Path<String>) -> Response {
    let mut response = read(&site, &name).await;
    if response.status().is_success() {
        let kept = HeaderValue::from_static("public, max-age=86400");
        response.headers_mut().insert(CACHE_CONTROL, kept);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    response
}

/// A file of the viewer's folder itself; what lies deeper, or is hidden, is none.
fn place(site: &Site, name: &str) -> Option<PathBuf> {
    let folder = &site.app.config.viewers.auspice;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_file = !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain);
    (is_file && !folder.as_os_str().is_empty()).then(|| folder.join(name))
}

fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() || about.len() > FILE_MAX_BYTES {
        return Err(ErrorKind::NotFound.into());
    }
    fs::read(path)
}

async fn read(site: &Site, name: &str) -> Response {
    let none = || Problem::NotFound("viewer of trees on this server").into_response();
    let ending = name.rsplit('.').next().unwrap_or_default();
    let media = MEDIA.iter().find(|(known, _)| *known == ending).map(|(_, media)| *media);
    let (Some(path), Some(media)) = (place(site, name), media) else { return none() };
    let found = tokio::task::spawn_blocking(move || whole(&path)).await;
    match found.unwrap_or_else(|error| Err(io::Error::other(error))) {
        Ok(bytes) => {
            let mut response = Response::new(Body::from(bytes));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
            response
        }
        Err(error) if error.kind() == ErrorKind::NotFound => none(),
        Err(error) => Problem::Internal(format!("a file of the viewer of trees: {error}")).into_response(),
    }
}
