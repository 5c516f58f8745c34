//! Uploads that can be resumed: the tus protocol 1.0.0 with creation, termination and expiration.
//!
//! <https://tus.io/protocols/resumable-upload>. Chosen before the draft of the IETF because clients of it are in use in
//! every language. Its checksums would need SHA-1; the batch names the digest of each file instead. Start at [`begin`].

use super::OFFSET_STREAM;
use super::read::{id, json, media, ok};
use super::shapes;
use crate::app::{Problem, uploads};
use crate::http::body::problem_of;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use hearth_store::uploads::Upload;
use http::header::{HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,termination,expiration";
/// The longest header with a file's name.
const METADATA_MAX_BYTES: usize = 4_096;

fn tus(mut response: Response, upload: Option<&Upload>) -> Response {
    let mut all = vec![("tus-resumable", VERSION.to_owned())];
    if let Some(upload) = upload {
        all.push(("upload-offset", upload.arrived.to_string()));
        all.push(("upload-length", upload.bytes.to_string()));
        let expires = jiff::Timestamp::from_millisecond(upload.expires.unix_ms()).unwrap_or_default();
        // RFC 9110, section 5.6.7.
        all.push(("upload-expires", expires.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    }
    for (name, value) in all {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

fn nothing() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A client of another version of the protocol is told so.
fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("tus-resumable") {
        Some(version) if version != VERSION => Err(Problem::Precondition(format!(
            "this server speaks the version {VERSION} of the tus protocol: send Tus-Resumable: {VERSION}"
        ))),
        _ => Ok(()),
    }
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    let wrong = || Problem::Unreadable(format!("the header {name} is needed, with a whole number"));
    let text = value.ok_or_else(wrong)?;
    // What a number may be preceded by is for people.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

/// The name of the file, out of `Upload-Metadata: filename BASE64,…`.
fn name_of(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(value) = headers.get("upload-metadata") else { return Ok(String::new()) };
    let wrong = || Problem::Unreadable("the header Upload-Metadata cannot be read".to_owned());
    let text = value.to_str().map_err(|_| wrong())?;
    if text.len() > METADATA_MAX_BYTES {
        return Err(wrong());
    }
    let pairs = text.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or((pair.trim(), "")));
    let mut named = pairs.filter(|(key, _)| *key == "filename");
    let Some((_, value)) = named.next() else { return Ok(String::new()) };
    String::from_utf8(STANDARD.decode(value.trim()).map_err(|_| wrong())?).map_err(|_| wrong())
}

fn shape(upload: &Upload) -> shapes::Upload {
    shapes::Upload {
        id: upload.id.to_string(),
        name: upload.name.clone(),
        bytes: upload.bytes,
        arrived: upload.arrived,
        expires: upload.expires.to_string(),
        batch: upload.draft.map(|draft| draft.to_string()),
    }
}

/// What this server knows of the protocol.
pub(super) async fn options(State(site): State<Site>) -> Response {
    let mut response = tus(nothing(), None);
    let headers = response.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-max-size", HeaderValue::from(site.app.config.limits.upload_bytes));
    response
}

/// Begins an upload.
pub(super) async fn begin(
    State(site): State<Site>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    let bytes = number(&headers, "upload-length")?;
    let upload = uploads::begin(&site.app, caller.actor()?, &name_of(&headers)?, bytes).await?;
    let mut response = tus(json(StatusCode::CREATED, &shape(&upload))?, Some(&upload));
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/uploads/{}", upload.id)) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Says how far it is.
pub(super) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    let upload = uploads::find(&site.app, caller.actor()?, id(&text, "upload")?).await?;
    Ok(tus(ok(&shape(&upload))?, Some(&upload)))
}

/// Takes bytes.
pub(super) async fn take(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    if media(&headers) != Some(OFFSET_STREAM) {
        return Err(Problem::Media("bytes of a file (application/offset+octet-stream)"));
    }
    let from = number(&headers, "upload-offset")?;
    let pieces = body.into_data_stream().map(|piece| piece.map_err(|error| problem_of(&error)));
    let upload = uploads::take(&site.app, caller.actor()?, id(&text, "upload")?, from, pieces).await?;
    Ok(tus(nothing(), Some(&upload)))
}

/// Gives it up.
pub(super) async fn discard(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    uploads::discard(&site.app, caller.actor()?, id(&text, "upload")?).await?;
    Ok(tus(nothing(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_read_out_of_metadata() {
        let check = |value: &'static str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert("upload-metadata", HeaderValue::from_static(value));
            assert_eq!(name_of(&headers).ok().as_deref(), expected, "{value}");
        };
        check("filename cnVuLmZhc3Rh", Some("run.fasta"));
        check("is_confidential,filetype dGV4dA==, filename cnVuLmZhc3Rh", Some("run.fasta"));
        check("is_confidential", Some(""));
        check("filename !!", None);
        check("filename /w==", None);
    }

    #[test]
    fn numbers_are_digits() {
        let check = |value: &'static str, expected: Option<u64>| {
            let mut headers = HeaderMap::new();
            headers.insert("upload-offset", HeaderValue::from_static(value));
            assert_eq!(number(&headers, "upload-offset").ok(), expected, "{value}");
        };
        check("0", Some(0));
        check("18446744073709551615", Some(u64::MAX));
        check("18446744073709551616", None);
        check("+1", None);
        check("", None);
    }
}
