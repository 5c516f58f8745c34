//! Files of documents, handed over as downloads.
//!
//! Never shown in a page: what somebody else wrote does not run here. Start at [`download`].

use super::record;
use crate::app::Problem;
use crate::app::documents::{self, Taking, media_of};
use crate::http::{Caller, Site, answer};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_pages::site::address;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};

/// Hands a file over, or leads to where its terms are accepted, and back.
///
/// # Errors
/// When the reader may not see it, it was withdrawn, or the store fails.
pub async fn download(
    State(site): State<Site>,
    caller: Caller,
    Path((work, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (work, id) = (record(&work, "document")?, record(&file, "document")?);
    let file = match documents::download(&site.app, caller.scope(), (work, id)).await? {
        Taking::File(file) => file,
        Taking::AcceptFirst(code) => {
            let back = format!("{}/files/{id}", address::document(&work.to_string()));
            return Ok(answer::see_other(&address::accept(&code, &back)));
        }
    };
    let pieces = site.app.blobs.stream(&file.digest).await?;
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_of(&file.name)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&attachment(&file.name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What says that a file is to be kept under a name (RFC 6266, section 4; RFC 8187, section 3.2).
fn attachment(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", address::encoded(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_file_cannot_leave_its_header() {
        assert_eq!(attachment("plan.pdf"), "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf");
        assert_eq!(
            attachment("a\"\r\nb/é"),
            "attachment; filename=\"a___b__\"; filename*=UTF-8''a%22%0D%0Ab%2F%C3%A9"
        );
    }
}
