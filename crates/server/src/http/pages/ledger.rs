//! The ledger: its list and one entry, as far as the reader may see them.
//!
//! Places in the log are shown to the party whose entry it is; the list goes on from an entry's random name. Start at
//! [`list`] and [`show`].

use super::documents::{minute, name_of};
use crate::app::ledger::{self, Line};
use crate::app::sharing::Called;
use crate::app::{Problem, parties};
use crate::http::fields::of_query;
use crate::http::{Caller, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearth_base::audience::{Audience as Named, Member};
use hearth_base::id::PartyId;
use hearth_ledger::body::parties::Party;
use hearth_ledger::entry::{Act as Done, Happened, Kind as Of};
use hearth_pages::site::address;
use hearth_pages::site::ledger::{EntryLine, EntryPage, Head, LedgerPage};
use hearth_pages::site::parts::{Act, Audience, FilterLink, Kind, Link, Paging};
use http::Uri;
use std::collections::BTreeMap;

/// A kind as pages have it.
pub(super) fn kind_fact(kind: Of) -> Kind {
    match kind {
        Of::Party => Kind::Party,
        Of::Person => Kind::Person,
        Of::Terms | Of::Acceptance => Kind::Terms,
        Of::Submission | Of::Import => Kind::Batch,
        Of::Genome => Kind::Genome,
        Of::Analysis => Kind::Analysis,
        Of::Work | Of::Edition | Of::Rendition => Kind::Document,
        Of::AidBatch | Of::Movement => Kind::Shipment,
        Of::Share => Kind::Share,
        Of::Confirmation => Kind::Receipt,
        Of::Attestation => Kind::Figure,
        Of::KeyRotation | Of::Erasure => Kind::LedgerKey,
    }
}

/// What was done, as pages have it.
fn act_fact(kind: Of, act: Done, version: u32) -> Act {
    match (act, kind) {
        (Done::Approve, _) => Act::Approved,
        (Done::Release, _) => Act::Released,
        (Done::Withdraw, _) => Act::Withdrawn,
        (Done::SendBack, _) => Act::SentBack,
        (Done::Keep, Of::Share) => Act::Shared,
        (Done::Keep, Of::Confirmation) => Act::Confirmed,
        (Done::Keep, Of::Acceptance) => Act::Accepted,
        (Done::Keep, Of::Attestation) => Act::Attested,
        (Done::Keep, Of::Erasure) => Act::Erased,
        (Done::Keep, Of::KeyRotation) => Act::Rotated,
        (Done::Keep, Of::Analysis) => Act::Analysed,
        (Done::Keep, Of::Genome | Of::Submission) if version == 1 => Act::Submitted,
        (Done::Keep, Of::Genome | Of::Submission) => Act::Revised,
        (Done::Keep, _) if version == 1 => Act::Added,
        (Done::Keep, _) => Act::Changed,
    }
}

/// The page of a record, where it has one.
pub(super) fn link_to(kind: Of, called: Option<&Called>) -> Link {
    let Some(called) = called else { return Link::default() };
    let page = called.page.to_string();
    let address = match kind {
        Of::Party => address::party(&page),
        Of::Terms => "/terms".to_owned(),
        Of::Genome => address::genome(&called.title),
        Of::Submission => address::batch(&page),
        Of::Work | Of::Edition | Of::Rendition => address::document(&page),
        Of::AidBatch | Of::Movement => "/aid".to_owned(),
        Of::Attestation => "/figures".to_owned(),
        _ => String::new(),
    };
    Link { label: called.title.clone(), address }
}

/// The same for a reader: the page of a batch is its party's alone, others see what is in it.
fn link_as(is_owner: bool, kind: Of, called: Option<&Called>) -> Link {
    let link = link_to(kind, called);
    match called {
        Some(called) if kind == Of::Submission && !is_owner => {
            Link { address: format!("/genomes?batch={}", called.page), ..link }
        }
        _ => link,
    }
}

/// Who may see it by this entry. Others than the owner learn of themselves alone.
fn audience(caller: &Caller, all: &BTreeMap<PartyId, Party>, line: &Line) -> Audience {
    let own = caller.scope().reader().party;
    let is_owner = own == Some(line.seen.party);
    let Some(entry) = &line.entry else { return Audience::Own };
    match &entry.draft.disclosure.audience {
        Named::Public => Audience::Everybody,
        Named::Members(_) if !is_owner => {
            Audience::Named(own.map(|own| name_of(all, own)).into_iter().collect())
        }
        named => {
            let names: Vec<String> = named
                .members()
                .map(|member| match member {
                    Member::Party(id) | Member::Group(id) => name_of(all, id),
                })
                .collect();
            if names.is_empty() { Audience::Own } else { Audience::Named(names) }
        }
    }
}

fn line_fact(caller: &Caller, all: &BTreeMap<PartyId, Party>, line: &Line) -> EntryLine {
    let seen = &line.seen;
    let is_owner = caller.scope().reader().party == Some(seen.party);
    let happened = line.entry.as_ref().map(|entry| entry.draft.happened);
    let happened = happened.and_then(|happened| match happened {
        Happened::At(time) if time == seen.recorded => None,
        Happened::At(time) => Some(minute(time)),
        Happened::On(date) => Some(date.to_string()),
    });
    EntryLine {
        id: seen.id.to_string(),
        number: is_owner.then_some(seen.kept.seq),
        recorded: minute(seen.recorded),
        happened,
        kind: kind_fact(seen.kind),
        act: act_fact(seen.kind, seen.act, seen.version),
        record: link_as(is_owner, seen.kind, line.called.as_ref()),
        party: line.party.clone(),
        person: line.person.clone(),
        audience: audience(caller, all, line),
        is_verified: false,
    }
}

/// Shows the entries that the reader may see.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let asked = query.text("kind");
    let kind = Of::ALL.iter().copied().find(|kind| kind.word() == asked);
    let before = query.text("before").parse().ok();
    let found = ledger::entries(&site.app, caller.scope(), kind, before).await?;
    let all = parties::list(&site.app).await?;
    let filter = |of: &Of| {
        let is_set = kind == Some(*of);
        let address = if is_set { "/ledger".to_owned() } else { format!("/ledger?kind={}", of.word()) };
        FilterLink { label: of.word().replace('-', " "), count: None, address, is_set }
    };
    let shown = found.lines.len() as u64;
    let begin = query.number("at").unwrap_or(0);
    let next = found.next.map(|id| {
        let kind = kind.map(|kind| format!("kind={}&", kind.word())).unwrap_or_default();
        format!("/ledger?{kind}before={id}&at={}", begin + shown)
    });
    let head = Head {
        origin: found.head.origin,
        size: found.head.size,
        root: STANDARD.encode(found.head.root.as_bytes()),
        signed: found.signed.map(minute).unwrap_or_default(),
        key: found.key,
    };
    let page = LedgerPage {
        frame: caller.frame(&site),
        head: (head.size > 0).then_some(head),
        kinds: Of::ALL
            .iter()
            .filter(|of| found.kinds.contains(of) || kind == Some(**of))
            .map(filter)
            .collect(),
        entries: found.lines.iter().map(|line| line_fact(&caller, &all, line)).collect(),
        paging: Paging { first: begin + shown.min(1), shown, all: 0, previous: None, next },
    };
    Ok(answer::page(page.to_html(&site.words)))
}

/// Shows an entry.
///
/// # Errors
/// When the reader may not see it, or the store fails.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::NotFound("entry"))?;
    let (line, leaf) = ledger::entry(&site.app, caller.scope(), id).await?;
    let all = parties::list(&site.app).await?;
    let pretty = |entry: &hearth_ledger::entry::Entry| serde_json::to_string_pretty(&entry.draft.body).ok();
    let blobs = line.entry.as_ref().map(|entry| entry.draft.blobs.clone()).unwrap_or_default();
    let page = EntryPage {
        frame: caller.frame(&site),
        line: line_fact(&caller, &all, &line),
        body: line.entry.as_ref().and_then(pretty),
        leaf: STANDARD.encode(leaf.as_bytes()),
        proof: Vec::new(),
        head: None,
        blobs: blobs.iter().map(|blob| blob.digest.to_string()).collect(),
        has_receipt: false,
    };
    Ok(answer::page(page.to_html(&site.words)))
}
