//! The front page.
//!
//! Start at [`show`].

use crate::app::Problem;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_pages::site::front::FrontPage;

/// Shows it.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let page = FrontPage { frame: caller.frame(&site), ..FrontPage::default() };
    Ok(answer::page(page.to_html(&site.words)))
}
