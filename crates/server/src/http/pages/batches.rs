//! The batches of one's party: drafts, and what was handed in.
//!
//! Start at [`list`].

use super::batch_facts::{State as Standing, state_of};
use super::named::{Names, day};
use crate::app::Problem;
use crate::app::genomes::DraftReport;
use crate::app::genomes::bring::settings_of;
use crate::http::fields::of_query;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_pages::site::parts::{FilterLink, Paging};
use hearth_pages::site::submission::{BatchLine, BatchState, BatchesPage};
use hearth_store::db::Session;
use hearth_store::drafts::{self, Draft};
use http::Uri;

/// Batches that are looked at for the list: the newest.
const MOST_BATCHES: u32 = 1_000;

const STATES: [(&str, BatchState); 8] = [
    ("analysing", BatchState::Analysing),
    ("draft", BatchState::Draft),
    ("in-review", BatchState::InReview),
    ("approved", BatchState::Approved),
    ("released", BatchState::Released),
    ("withdrawn", BatchState::Withdrawn),
    ("failed", BatchState::Failed),
    ("sent-back", BatchState::SentBack),
];

/// A batch in a list.
///
/// # Errors
/// When the store fails.
pub(super) async fn line(session: &mut Session, names: &Names, draft: &Draft) -> Result<BatchLine, Problem> {
    let state: Standing = state_of(session, draft).await?;
    let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
    let stops = report.findings.iter().filter(|finding| finding.gravity >= 2).count() as u64;
    Ok(BatchLine {
        id: draft.id.to_string(),
        name: draft.title.clone(),
        party: names.party(draft.party),
        pathogen: settings_of(draft).pathogen.unwrap_or_default(),
        made: day(draft.created),
        genomes: draft.total.unwrap_or(draft.done),
        analysed: draft.done,
        findings: report.findings.len() as u64,
        stops,
        state: state.shown,
    })
}

/// Shows them.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let (wanted, skip) = (query.text("state"), query.number("from").unwrap_or(0) as usize);
    let mut read = site.app.store.read().await?;
    let names = Names::read(&mut read, &caller).await?;
    let mut lines = Vec::new();
    for draft in drafts::of_party(&mut read, caller.scope_party()?, MOST_BATCHES).await? {
        lines.push(line(&mut read, &names, &draft).await?);
    }
    let states = STATES.iter().filter_map(|(id, state)| {
        let count = lines.iter().filter(|line| line.state == *state).count() as u64;
        let is_set = *id == wanted;
        let address = if is_set { "/batches".to_owned() } else { format!("/batches?state={id}") };
        let label = site.words.say(state.key());
        (count > 0 || is_set).then_some(FilterLink { label, count: Some(count), address, is_set })
    });
    let states: Vec<FilterLink> = states.collect();
    if let Some((_, state)) = STATES.iter().find(|(id, _)| *id == wanted) {
        lines.retain(|line| line.state == *state);
    }
    let rows = site.app.config.limits.page_rows as usize;
    let filter = states.iter().find(|link| link.is_set).map_or("", |_| wanted);
    let paging = paged(lines.len(), skip, rows, |from| format!("/batches?state={filter}&from={from}"));
    let batches = lines.into_iter().skip(skip).take(rows).collect();
    let page = BatchesPage { frame: caller.frame(&site), states, batches, paging };
    Ok(answer::page(page.to_html(&site.words)))
}

/// Which part of a list is shown, with the addresses of its neighbours.
pub(super) fn paged(all: usize, skip: usize, rows: usize, address: impl Fn(usize) -> String) -> Paging {
    let shown = all.saturating_sub(skip).min(rows);
    Paging {
        first: if shown == 0 { 0 } else { skip as u64 + 1 },
        shown: shown as u64,
        all: all as u64,
        previous: (skip > 0).then(|| address(skip.saturating_sub(rows))),
        next: (skip.saturating_add(rows) < all).then(|| address(skip + rows)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_list_know_their_neighbours() {
        let check = |all, skip, expected: (u64, u64, Option<&str>, Option<&str>)| {
            let paging = paged(all, skip, 10, |from| from.to_string());
            let found = (paging.first, paging.shown, paging.previous.as_deref(), paging.next.as_deref());
            assert_eq!(found, expected, "{all} {skip}");
        };
        check(0, 0, (0, 0, None, None));
        check(10, 0, (1, 10, None, None));
        check(25, 10, (11, 10, Some("0"), Some("20")));
        check(25, 20, (21, 5, Some("10"), None));
        check(25, usize::MAX, (0, 0, Some(&(usize::MAX - 10).to_string()), None));
    }
}
