//! One batch, and what is done with it: handed in, corrected, thrown away, approved, released.
//!
//! Every act says which state of the batch it was decided on; a page that is out of date answers with a conflict. Start at
//! [`show`].

use super::batch_facts::{facts, revision, state_of};
use super::batch_findings::{finding_id, suggested};
use super::named::record_of;
use crate::app::Problem;
use crate::app::genomes::DraftReport;
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::RecordId;
use hearth_pages::site::address;
use hearth_store::drafts::{self, Draft};
use http::Uri;

/// The batch of an address, if it is the caller's party's.
async fn find(site: &Site, caller: &Caller, id: &str) -> Result<Draft, Problem> {
    let id: RecordId = record_of(id, "batch")?;
    let mut read = site.app.store.read().await?;
    drafts::find(&mut read, caller.scope_party()?, id).await?.ok_or(Problem::NotFound("batch"))
}

/// The same, if the form was made for the state that it is in.
async fn find_unchanged(site: &Site, caller: &Caller, id: &str, fields: &Fields) -> Result<Draft, Problem> {
    let draft = find(site, caller, id).await?;
    let state = state_of(&mut *site.app.store.read().await?, &draft).await?;
    if fields.text("revision") == revision(&draft, &state) {
        return Ok(draft);
    }
    let text = "the batch changed since this page was loaded: look at it again, then decide";
    Err(Problem::Conflict(text.to_owned()))
}

fn done(site: &Site, draft: &Draft, text: &str) -> Response {
    answer::see_other_telling(site, &address::batch(&draft.id.to_string()), 'd', text)
}

/// Shows it.
///
/// # Errors
/// When it is not there, or not the caller's party's.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &id).await?;
    let page = facts(&site, &caller, &draft, &of_query(uri.query())).await?;
    Ok(answer::page(page.to_html(&site.words)))
}

/// Hands it in.
///
/// # Errors
/// When it is out of date, or something stops it.
pub async fn hand_in(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let draft = find_unchanged(&site, &caller, &id, &fields).await?;
    let count = site.app.genomes().hand_in(caller.actor()?, draft.id, site.app.now()).await?;
    Ok(done(
        &site,
        &draft,
        &format!("{count} genomes are handed in. Somebody who reviews looks at them next."),
    ))
}

/// Accepts a suggestion, or all of them; the batch is analysed again.
///
/// # Errors
/// When it was handed in already.
pub async fn accept(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &id).await?;
    let wanted = fields.text("finding");
    let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
    let chosen = report.findings.iter().filter(|finding| wanted == "all" || finding_id(finding) == wanted);
    let accepted: Vec<(String, String, String)> = chosen
        .filter_map(|finding| {
            Some((finding.column.clone(), finding.given.clone(), suggested(finding)?.clone()))
        })
        .collect();
    if accepted.is_empty() {
        return Err(Problem::Conflict(
            "this suggestion is no longer there: look at the batch again".to_owned(),
        ));
    }
    site.app.genomes().correct(caller.actor()?, draft.id, accepted, site.app.now()).await?;
    Ok(done(&site, &draft, "The change is made. The batch is looked through again."))
}

/// Throws it away.
///
/// # Errors
/// When it was handed in already.
pub async fn discard(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let draft = find_unchanged(&site, &caller, &id, &fields).await?;
    site.app.genomes().discard(caller.actor()?, draft.id, site.app.now()).await?;
    Ok(answer::see_other_telling(&site, "/batches", 'd', "The batch is thrown away."))
}

/// Approves it.
///
/// # Errors
/// When it is out of date, or was approved already.
pub async fn approve(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let draft = find_unchanged(&site, &caller, &id, &fields).await?;
    site.app.genomes().approve(caller.actor()?, draft.id, "", site.app.now()).await?;
    Ok(done(&site, &draft, "The batch is approved."))
}

/// Sends it back to who handed it in.
///
/// # Errors
/// When it is out of date, was approved and released already, or no reason is given.
pub async fn send_back(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let draft = find_unchanged(&site, &caller, &id, &fields).await?;
    let genomes = site.app.genomes();
    genomes.send_back(caller.actor()?, draft.id, fields.text("reason"), site.app.now()).await?;
    Ok(done(&site, &draft, "The batch is sent back, with your reason."))
}

/// Releases it, under the terms that were chosen with it.
///
/// # Errors
/// When it was not confirmed, is out of date, or the terms do not allow it.
pub async fn release(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    if fields.text("confirmed") != "yes" {
        return Err(Problem::field("confirmed", "tick the box to confirm the release, then send it again"));
    }
    let draft = find_unchanged(&site, &caller, &id, &fields).await?;
    let released = site.app.genomes().release(caller.actor()?, draft.id, None, site.app.now()).await?;
    let rest = if released.rest_follows { " The others follow within seconds." } else { "" };
    Ok(done(&site, &draft, &format!("{} genomes are released.{rest}", released.genomes)))
}
