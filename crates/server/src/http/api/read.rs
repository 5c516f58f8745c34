//! What comes in: queries and JSON, strictly, and JSON going out.
//!
//! A member or filter that is not known is refused: a slip of the pen would otherwise do something else than was meant.
//! Start at [`Asked`] and [`Given`].

use super::JSON;
use crate::app::Problem;
use crate::http::body;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::response::Response;
use hearth_base::id::RecordId;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What follows `?`.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        let wrong = |error: axum::extract::rejection::QueryRejection| {
            Problem::Unreadable(format!(
                "what follows the question mark cannot be read: {}",
                error.body_text()
            ))
        };
        Ok(Self(read.map_err(wrong)?.0))
    }
}

/// A body of JSON.
pub(super) struct Given<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if media(&parts.headers) != Some(JSON) {
            return Err(Problem::Media("JSON (application/json)"));
        }
        let bytes = body::whole(body).await?;
        let read = serde_json::from_slice(&bytes);
        Ok(Self(read.map_err(|error| {
            Problem::Unreadable(format!(
                "the JSON cannot be taken: {error}; /api/v1/openapi.json says what is"
            ))
        })?))
    }
}

/// The media type of a body, without what follows it.
pub(super) fn media(headers: &HeaderMap) -> Option<&str> {
    Some(headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').next().unwrap_or_default().trim())
}

/// An answer of JSON.
pub(super) fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    let text = serde_json::to_string(value).map_err(|error| Problem::Internal(error.to_string()))?;
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(response)
}

/// An answer of JSON, all well.
pub(super) fn ok<T: Serialize>(value: &T) -> Result<Response, Problem> {
    json(StatusCode::OK, value)
}

/// An identifier in a path; what is none names nothing.
pub(super) fn id(text: &str, noun: &'static str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::NotFound(noun))
}
