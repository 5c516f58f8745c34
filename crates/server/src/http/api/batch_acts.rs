//! What is done with a batch: corrected, handed in, thrown away, approved, sent back, released.
//!
//! Start at [`hand_in`].

use super::batches::{batch, find};
use super::is_current;
use super::read::{Given, ok};
use super::shapes::{
    ApproveBatch, Approved, Correct, HandIn, HandedIn, Reasoned, Release, Released, Revision, SentBack,
};
use crate::app::Problem;
use crate::app::genomes::DraftReport;
use crate::app::genomes::choose::{self, Given as Chosen};
use crate::app::genomes::release::Choice;
use crate::http::pages::batch_facts::{revision, state_of};
use crate::http::pages::batch_findings::suggested;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_store::drafts::Draft;
use http::StatusCode;

/// The longest value of a correction, in bytes.
const VALUE_MAX_BYTES: usize = 2_000;
/// Corrections at once.
const CORRECTIONS_MAX: usize = 1_000;

async fn find_current(
    site: &Site,
    caller: &Caller,
    text: &str,
    decided_on: Option<&Revision>,
) -> Result<Draft, Problem> {
    let draft = find(site, caller, text).await?;
    let state = state_of(&mut *site.app.store.read().await?, &draft).await?;
    if is_current(decided_on, &revision(&draft, &state)) {
        return Ok(draft);
    }
    Err(Problem::Conflict(
        "the batch changed since it was looked at: look at it again, then decide".to_owned(),
    ))
}

/// Puts values right.
pub(super) async fn correct(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<Correct>,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &text).await?;
    let mut accepted: Vec<(String, String, String)> = Vec::new();
    if given.all {
        let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
        accepted.extend(report.findings.iter().filter_map(|finding| {
            Some((finding.column.clone(), finding.given.clone(), suggested(finding)?.clone()))
        }));
    }
    let single = given.corrections.into_iter().map(|one| (one.column, one.given, one.right));
    accepted.extend(single);
    if accepted.is_empty() {
        return Err(Problem::Conflict(
            "there is nothing to put right: no finding has a suggestion".to_owned(),
        ));
    }
    let is_long = |(column, given, right): &(String, String, String)| {
        [column, given, right].iter().any(|text| text.len() > VALUE_MAX_BYTES)
    };
    if accepted.len() > CORRECTIONS_MAX || accepted.iter().any(is_long) {
        let text =
            format!("at most {CORRECTIONS_MAX} values of {VALUE_MAX_BYTES} bytes are put right at once");
        return Err(Problem::field("corrections", text));
    }
    site.app.genomes().correct(caller.actor()?, draft.id, accepted, site.app.now()).await?;
    let draft = find(&site, &caller, &text).await?;
    ok(&batch(&site, &draft).await?)
}

/// Hands it in.
pub(super) async fn hand_in(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<HandIn>,
) -> Result<Response, Problem> {
    let draft = find_current(&site, &caller, &text, given.revision.as_ref()).await?;
    let genomes = site.app.genomes().hand_in(caller.actor()?, draft.id, site.app.now()).await?;
    ok(&HandedIn { genomes })
}

/// Throws it away.
pub(super) async fn discard(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &text).await?;
    site.app.genomes().discard(caller.actor()?, draft.id, site.app.now()).await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Approves it.
pub(super) async fn approve(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<ApproveBatch>,
) -> Result<Response, Problem> {
    let draft = find_current(&site, &caller, &text, given.revision.as_ref()).await?;
    site.app.genomes().approve(caller.actor()?, draft.id, &given.reason, site.app.now()).await?;
    ok(&Approved { is_approved: true })
}

/// Sends it back.
pub(super) async fn send_back(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<Reasoned>,
) -> Result<Response, Problem> {
    let draft = find_current(&site, &caller, &text, given.revision.as_ref()).await?;
    site.app.genomes().send_back(caller.actor()?, draft.id, &given.reason, site.app.now()).await?;
    ok(&SentBack { is_sent_back: true })
}

/// Releases it.
pub(super) async fn release(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Given(given): Given<Release>,
) -> Result<Response, Problem> {
    let draft = find_current(&site, &caller, &text, given.revision.as_ref()).await?;
    let choice = choice(&site, given).await?;
    let done = site.app.genomes().release(caller.actor()?, draft.id, choice, site.app.now()).await?;
    ok(&Released { genomes: done.genomes, rest_follows: done.rest_follows })
}

/// Other terms than were chosen before, if there are any.
pub(super) async fn choice(site: &Site, given: Release) -> Result<Option<Choice>, Problem> {
    let Some(terms) = given.terms else {
        if given.embargo.is_some() || !given.partners.is_empty() {
            return Err(Problem::field("terms", "partners and an embargo are given together with terms"));
        }
        return Ok(None);
    };
    let (partners, embargo) = (given.partners, given.embargo.unwrap_or_default());
    let chosen = Chosen { terms, partners, embargo, pathogen: String::new() };
    Ok(Some(choose::choice(&site.app, &chosen, site.app.now()).await?))
}
