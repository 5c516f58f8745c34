//! Saved searches of the caller, for programs. How one is told is set on the pages: what leads to news beside the token
//! would outlive it.
//!
//! Start at [`list`].

use super::read::{Given, id, json, ok};
use super::shapes::{ChangeSearch, NewSearch, Page, SavedSearch};
use crate::app::Problem;
use crate::app::accounts::SignedIn;
use crate::app::searches::{Sort, keeping, page_of};
use crate::http::{Caller, Site, answer};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_store::searches::Saved;
use http::StatusCode;

async fn described(site: &Site, who: &SignedIn, search: &Saved) -> Result<SavedSearch, Problem> {
    let new = keeping::news(&site.app, who, search).await?.ok().map(|news| news.count());
    Ok(SavedSearch {
        id: search.id.to_string(),
        name: search.name.clone(),
        sort: search.sort.clone(),
        subject: search.subject.clone(),
        question: search.question.clone(),
        address: format!("{}{}", site.app.config.public_url(), page_of(search)),
        created: search.created.to_string(),
        is_paused: search.is_paused,
        looked: search.looked.at.to_string(),
        new,
    })
}

/// All of them.
pub(super) async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let mut items = Vec::new();
    for search in keeping::list(&site.app, who).await? {
        items.push(described(&site, who, &search).await?);
    }
    ok(&Page { items, next: None })
}

/// Keeps a question.
pub(super) async fn save(
    State(site): State<Site>,
    caller: Caller,
    Given(given): Given<NewSearch>,
) -> Result<Response, Problem> {
    let sort = given.sort.as_deref().unwrap_or("genomes");
    let wrong = || Problem::field("sort", "a search can be of genomes");
    let sort = Sort::read(sort).ok_or_else(wrong)?;
    let who = caller.signed_in()?;
    let asked = (given.subject.as_str(), given.question.as_str());
    let kept = keeping::save(&site.app, who, sort, asked, &given.name).await?;
    json(StatusCode::CREATED, &described(&site, who, &kept).await?)
}

/// One of them.
pub(super) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let search = keeping::find(&site.app, who, id(&text, "saved search")?).await?;
    ok(&described(&site, who, &search).await?)
}

/// Changes its name, or pauses it.
pub(super) async fn change(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<ChangeSearch>,
) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let wanted = (given.name.as_deref(), given.is_paused);
    let search = keeping::change(&site.app, who, id(&text, "saved search")?, wanted).await?;
    ok(&described(&site, who, &search).await?)
}

/// Forgets it.
pub(super) async fn forget(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    keeping::forget(&site.app, caller.signed_in()?, id(&text, "saved search")?).await?;
    Ok(answer::with_status(StatusCode::NO_CONTENT, Response::new(Body::empty())))
}
