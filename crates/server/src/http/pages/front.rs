//! The front page: what there is for these eyes, and what waits for them.
//!
//! Start at [`show`].

use super::batches::line;
use super::ledger::{kind_fact, link_to};
use super::named::{Names, day, pathogen};
use crate::app::Problem;
use crate::app::sharing::called;
use crate::http::{Caller, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_base::role::Role;
use hearth_ledger::body::Body;
use hearth_ledger::entry::Kind;
use hearth_ledger::rules::Status;
use hearth_pages::site::front::{FrontPage, Incoming, PathogenCount, Release, Work, WorkItem};
use hearth_pages::site::parts::{Kind as Sort, Link};
use hearth_pages::site::submission::BatchState;
use hearth_store::db::Session;
use hearth_store::drafts;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::gifts;
use hearth_store::state::records::{self, Face, Listing};

/// Releases that are shown.
const MOST_RELEASES: u32 = 10;
/// Batches that are looked at for what waits.
const MOST_WAITING: u32 = 100;

/// Shows it.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let scope = caller.scope();
    let names = Names::read(&mut read, &caller).await?;
    let page = FrontPage {
        frame: caller.frame(&site),
        pathogens: pathogens(&site, &mut read, &caller).await?,
        documents: records::count(&mut read, scope, Kind::Work, Face::Released).await?,
        shipments: records::count(&mut read, scope, Kind::Movement, Face::Released).await?,
        releases: releases(&mut read, &caller, &names).await?,
        work: work(&mut read, &caller, &names).await?,
        to_confirm: to_confirm(&mut read, &caller, &names).await?,
    };
    Ok(answer::page(page.to_html(&site.words)))
}

async fn pathogens(
    site: &Site,
    session: &mut Session,
    caller: &Caller,
) -> Result<Vec<PathogenCount>, Problem> {
    let mut counts = Vec::new();
    for counted in genomes::pathogens(session, caller.scope()).await? {
        let name = pathogen(site, &counted.pathogen);
        let (id, genomes, newest) = (counted.pathogen, counted.genomes, Some(day(counted.newest)));
        counts.push(PathogenCount { id, name, genomes, newest });
    }
    Ok(counts)
}

async fn releases(session: &mut Session, caller: &Caller, names: &Names) -> Result<Vec<Release>, Problem> {
    let listing = Listing { limit: MOST_RELEASES, ..Listing::of(Kind::Submission, Face::Released) };
    let mut shown = Vec::new();
    for seen in records::list(session, caller.scope(), &listing).await? {
        let Some(entry) = seen.entry.as_ref().filter(|_| seen.status != Status::Withdrawn) else { continue };
        let Body::Submission(submission) = &entry.draft.body else { continue };
        let id = seen.version.record;
        let wanted = Wanted { submission: Some(id), ..Wanted::default() };
        let genomes = genomes::count(session, caller.scope(), &wanted).await?;
        // The genomes of a batch may have been withdrawn one by one.
        if genomes == 0 {
            continue;
        }
        shown.push(Release {
            kind: Sort::Batch,
            link: Link { label: submission.title.clone(), address: format!("/genomes?batch={id}") },
            genomes: Some(genomes),
            party: names.party(seen.owner),
            on: day(entry.recorded),
            audience: names.seers(seen.owner, &seen.disclosure),
        });
    }
    Ok(shown)
}

/// What others gave the reader's party, and nobody of it confirmed yet.
async fn to_confirm(session: &mut Session, caller: &Caller, names: &Names) -> Result<Vec<Incoming>, Problem> {
    let Some(own) = caller.scope().reader().party else { return Ok(Vec::new()) };
    let mut waiting = Vec::new();
    for given in gifts::of_reader(session, caller.scope(), None, MOST_WAITING).await? {
        if given.share.to != own || given.confirmed.is_some() {
            continue;
        }
        let what = given.share.what.record;
        let kind = records::standing(session, what).await?.map_or(Kind::Edition, |standing| standing.kind);
        let called = called(session, caller.scope(), what).await?;
        waiting.push(Incoming {
            share: given.record.to_string(),
            kind: kind_fact(kind),
            link: link_to(kind, called.as_ref()),
            from: names.party(given.from),
            sent: given.entry.draft.happened.latest().date().to_string(),
        });
    }
    Ok(waiting)
}

async fn work(session: &mut Session, caller: &Caller, names: &Names) -> Result<Option<Work>, Problem> {
    let Some(who) = caller.who() else { return Ok(None) };
    // A token that may not read is told of nobody's batches.
    let Some(own) = caller.scope().reader().party else { return Ok(None) };
    let may = |role| who.actor.require(role).is_ok();
    let mut work = Work::default();
    for draft in drafts::of_party(session, own, MOST_WAITING).await? {
        let line = line(session, names, &draft).await?;
        let list = match line.state {
            BatchState::Analysing | BatchState::Draft | BatchState::Failed if may(Role::Submit) => {
                &mut work.drafts
            }
            BatchState::InReview if may(Role::Review) => &mut work.to_review,
            BatchState::Approved if may(Role::Release) => &mut work.to_release,
            _ => continue,
        };
        list.push(WorkItem {
            id: line.id,
            name: line.name,
            genomes: line.genomes,
            analysed: line.analysed,
            findings: line.findings,
            since: line.made,
        });
    }
    Ok(Some(work))
}
