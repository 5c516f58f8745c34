//! Documents: the list, and one work with its editions; forms and downloads are below.
//!
//! Start at [`list`] and [`show`].

mod download;
mod forms;

pub use download::download;
pub use forms::{add_edition, add_file, confirm, release, share, withdraw};

use super::named::offered_terms;
use super::shown;
use crate::app::documents::{self, Document, Found};
use crate::app::{Problem, parties, sharing};
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::date::PartialDate;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::language::UnLanguage;
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::documents::{Edition as EditionBody, Origin, Rendition as RenditionBody};
use hearth_ledger::body::parties::Party;
use hearth_ledger::body::sharing::Channel;
use hearth_ledger::rules::Status;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::documents::{
    DocumentPage, DocumentsPage, Edition, EditionShare, EditionState, Origin as Made, Rendition, Work,
};
use hearth_pages::site::parts::{Choice, FieldProblem, Paging};
use hearth_store::state::gifts::Given;
use http::StatusCode;
use std::collections::{BTreeMap, BTreeSet};

/// Works on the list.
const WORKS_MAX: u32 = 500;
/// Shares of a work that are shown.
const SHARES_MAX: u32 = 5_000;
/// What works are about, and what that is called; the first is chosen where nobody chooses.
const SUBJECTS: [(&str, &str); 2] =
    [("technical-documents", "technical documents (K1 and K2 count them)"), ("treatment", "treatment")];

/// Languages to choose from, each by its own name.
const LANGUAGES: [(&str, &str); 14] = [
    ("ar", "العربية"),
    ("zh", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
    ("am", "አማርኛ"),
    ("bn", "বাংলা"),
    ("hi", "हिन्दी"),
    ("ln", "Lingála"),
    ("pt", "Português"),
    ("sw", "Kiswahili"),
    ("tr", "Türkçe"),
    ("ur", "اردو"),
];

/// What is asked of a channel, and what it is called.
const CHANNELS: [(Channel, &str, &str); 6] = [
    (Channel::Server, "hearth", "Hearth"),
    (Channel::Bundle, "bundle", "signed file"),
    (Channel::Mail, "mail", "mail"),
    (Channel::Delivery, "delivery", "delivery"),
    (Channel::Meeting, "meeting", "meeting"),
    (Channel::Diplomatic, "diplomatic", "diplomatic mission"),
];

/// A record's identifier in an address.
pub(super) fn record(id: &str, noun: &'static str) -> Result<RecordId, Problem> {
    id.parse().map_err(|_| Problem::NotFound(noun))
}

/// A day in a form; nothing if it was left empty.
pub(super) fn day(field: &'static str, text: &str) -> Result<Option<PartialDate>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => Ok(Some(text.parse().map_err(|error| Problem::field(field, format!("{error}")))?)),
    }
}

/// A moment, as lists show it.
pub(super) fn minute(time: UtcTime) -> String {
    let text = time.to_string();
    let (day, rest) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {} UTC", rest.get(..5).unwrap_or_default())
}

/// Parties and groups to choose from, but for one.
pub(super) fn choices(
    all: &BTreeMap<PartyId, Party>,
    without: Option<PartyId>,
    is_wanted: impl Fn(&Party) -> bool,
) -> Vec<Choice> {
    let wanted = all.iter().filter(|(id, party)| Some(**id) != without && is_wanted(party));
    let choice = |(id, party): (&PartyId, &Party)| Choice {
        value: id.to_string(),
        label: party.name.clone(),
        is_chosen: false,
    };
    let mut choices: Vec<Choice> = wanted.map(choice).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

/// The name of a party.
pub(super) fn name_of(all: &BTreeMap<PartyId, Party>, id: PartyId) -> String {
    all.get(&id).map(|party| party.name.clone()).unwrap_or_default()
}

/// The name of a party's country.
pub(super) fn country_of(all: &BTreeMap<PartyId, Party>, id: PartyId) -> String {
    let country = all.get(&id).and_then(|party| party.country);
    country.map(|country| country.name(UnLanguage::English).to_owned()).unwrap_or_default()
}

fn may(caller: &Caller, owner: PartyId, roles: &[Role]) -> bool {
    caller.who().is_some_and(|who| {
        who.actor.party == owner && roles.iter().any(|role| who.actor.roles.contains(role))
    })
}

fn state_of(edition: &Found<EditionBody>, is_newest: bool) -> EditionState {
    match (edition.status, edition.is_released) {
        (Status::Withdrawn, _) => EditionState::Withdrawn,
        (_, false) => EditionState::Draft,
        (_, true) if is_newest => EditionState::Current,
        (_, true) => EditionState::Superseded,
    }
}

fn states(document: &Document) -> Vec<EditionState> {
    let mut is_newest = true;
    let state = |(edition, _): &(Found<EditionBody>, Vec<Found<RenditionBody>>)| {
        let state = state_of(edition, is_newest);
        is_newest &= state != EditionState::Current;
        state
    };
    document.editions.iter().map(state).collect()
}

async fn list_page(
    site: &Site,
    caller: &Caller,
    problems: Vec<FieldProblem>,
) -> Result<DocumentsPage, Problem> {
    let all = parties::list(&site.app).await?;
    let work = |document: Document| {
        let state = states(&document).into_iter().next().unwrap_or_default();
        let newest = document.editions.first();
        let on = newest.map_or(&document.work.entry, |(edition, _)| &edition.entry).recorded;
        let mut languages: Vec<String> = newest
            .map(|(_, files)| files.iter().map(|file| file.body.language.to_string()).collect())
            .unwrap_or_default();
        languages.sort();
        languages.dedup();
        Work {
            id: document.work.record.to_string(),
            title: document.work.body.title,
            edition: newest.map(|(edition, _)| edition.body.label.clone()).unwrap_or_default(),
            on: on.date().to_string(),
            state,
            languages,
            party: name_of(&all, document.work.owner),
        }
    };
    let works = documents::works(&site.app, caller.scope(), WORKS_MAX).await?;
    let subjects = subjects(&works);
    let works: Vec<Work> = works.into_iter().map(work).collect();
    let shown = works.len() as u64;
    let paging = Paging { first: shown.min(1), shown, all: shown, ..Paging::default() };
    let may_add = caller.who().is_some_and(|who| who.actor.roles.contains(&Role::Curate));
    Ok(DocumentsPage { frame: caller.frame(site), works, paging, may_add, subjects, problems })
}

/// Subjects to choose from: the usual ones, and those of the works that the reader may see.
fn subjects(works: &[Document]) -> Vec<Choice> {
    let usual = SUBJECTS.iter().map(|(subject, label)| (*subject, *label));
    let used: BTreeSet<&str> =
        works.iter().flat_map(|document| &document.work.body.subjects).map(String::as_str).collect();
    let others = used.into_iter().filter(|used| SUBJECTS.iter().all(|(subject, _)| subject != used));
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        is_chosen: value == SUBJECTS[0].0,
    };
    usual.chain(others.map(|subject| (subject, subject))).map(choice).collect()
}

/// Shows the works that the reader may see.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    Ok(answer::page(list_page(&site, &caller, Vec::new()).await?.to_html(&site.words)))
}

/// Makes a work.
///
/// # Errors
/// When the store fails.
pub async fn make(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let given = fields.all("subject").map(str::trim).filter(|subject| !subject.is_empty());
    let subjects: BTreeSet<String> = given.map(str::to_owned).collect();
    match documents::make_work(&site.app, caller.actor()?, fields.text("title"), subjects).await {
        Ok(work) => Ok(answer::see_other(&address::document(&work.to_string()))),
        Err(problem) => {
            let problems = shown(
                &site,
                problem,
                &[("title", Key::DocumentAddTitle), ("subject", Key::DocumentSubjects)],
            )?;
            let page = list_page(&site, &caller, problems).await?;
            Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
        }
    }
}

fn rendition(work: RecordId, file: &Found<RenditionBody>) -> Rendition {
    let tag = file.body.language.to_string();
    let own = LANGUAGES.iter().find(|(known, _)| *known == tag).map(|(_, name)| (*name).to_owned());
    let blob = file.entry.draft.blobs.first();
    Rendition {
        language: own.unwrap_or_else(|| tag.clone()),
        tag,
        file: blob.and_then(|blob| blob.name.clone()).unwrap_or_default(),
        address: address::below(&(address::document(&work.to_string()) + "/files"), &file.record.to_string()),
        bytes: blob.map_or(0, |blob| blob.bytes),
        origin: match file.body.origin {
            Origin::Original => Made::Original,
            Origin::Translation => Made::Translation,
            Origin::MachineTranslation => Made::Machine,
        },
    }
}

fn edition_share(caller: &Caller, all: &BTreeMap<PartyId, Party>, given: &Given) -> EditionShare {
    let is_own = caller.scope().reader().party == Some(given.share.to);
    let channel = CHANNELS.iter().find(|(channel, ..)| *channel == given.share.channel);
    EditionShare {
        id: given.record.to_string(),
        party: name_of(all, given.share.to),
        country: country_of(all, given.share.to),
        channel: channel.map(|(_, _, name)| (*name).to_owned()).unwrap_or_default(),
        sent: given.entry.draft.happened.latest().date().to_string(),
        confirmed: given.confirmed.as_ref().map(|(_, happened)| happened.latest().date().to_string()),
        may_confirm: given.confirmed.is_none() && is_own,
    }
}

async fn terms_offered(site: &Site) -> Result<Vec<Choice>, Problem> {
    let mut read = site.app.store.read().await?;
    let offered = offered_terms(site, &mut read).await?;
    let choice = |terms: hearth_base::terms::Terms| Choice {
        label: format!("{}: {}", terms.code, terms.title),
        is_chosen: false,
        value: terms.code,
    };
    Ok(offered.into_iter().map(choice).collect())
}

async fn page(
    site: &Site,
    caller: &Caller,
    work: RecordId,
    problems: Vec<FieldProblem>,
) -> Result<Response, Problem> {
    let document = documents::document(&site.app, caller.scope(), work).await?;
    let all = parties::list(&site.app).await?;
    let given = sharing::of_reader(&site.app, caller.scope(), None, SHARES_MAX).await?;
    let states = states(&document);
    let mut editions = Vec::new();
    for ((edition, files), state) in document.editions.iter().zip(states) {
        let shares = given.iter().filter(|given| given.share.what.record == edition.record);
        editions.push(Edition {
            id: edition.record.to_string(),
            name: edition.body.label.clone(),
            on: edition.entry.recorded.date().to_string(),
            state,
            changed: edition.body.changes.clone(),
            renditions: files.iter().map(|file| rendition(work, file)).collect(),
            shares: shares.map(|given| edition_share(caller, &all, given)).collect(),
            withdrawn: edition.withdrawn.as_ref().map(|one| (one.on.date().to_string(), one.reason.clone())),
        });
    }
    let owner = document.work.owner;
    let may_change = may(caller, owner, &[Role::Curate, Role::Release]);
    let language = |(tag, name): (&str, &str)| Choice {
        value: tag.to_owned(),
        label: name.to_owned(),
        is_chosen: tag == "en",
    };
    let page = DocumentPage {
        frame: caller.frame(site),
        id: work.to_string(),
        title: document.work.body.title,
        subjects: document.work.body.subjects.into_iter().collect(),
        party: name_of(&all, owner),
        editions,
        may_change,
        candidates: if may_change { choices(&all, Some(owner), |_| true) } else { Vec::new() },
        terms: if may_change { terms_offered(site).await? } else { Vec::new() },
        languages: LANGUAGES.into_iter().map(language).collect(),
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

/// Shows a work with its editions.
///
/// # Errors
/// When the reader may not see it, or the store fails.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    page(&site, &caller, record(&id, "document")?, Vec::new()).await
}
