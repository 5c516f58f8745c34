//! Documents: the list, one work with its editions, its forms, and downloads of files.
//!
//! A file is always handed over as a download, never shown: what somebody else wrote does not run here. Start at
//! [`list`] and [`show`].

use super::shown;
use crate::app::documents::{self, Document, Found, NewEdition, NewFile, media_of};
use crate::app::genomes::release::Choice as TermsChoice;
use crate::app::sharing::{self, Giving};
use crate::app::{Problem, parties};
use crate::http::{Caller, Fields, Site, answer, body};
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use hearth_base::audience::{Audience, Member};
use hearth_base::date::PartialDate;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::language::UnLanguage;
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::documents::{Edition as EditionBody, Origin, Rendition as RenditionBody};
use hearth_ledger::body::parties::{Party, PartySort};
use hearth_ledger::body::sharing::Channel;
use hearth_ledger::rules::Status;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::documents::{
    DocumentPage, DocumentsPage, Edition, EditionShare, EditionState, Rendition, Work,
};
use hearth_pages::site::parts::{Choice, FieldProblem, Paging};
use hearth_store::state::gifts::Given;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use std::collections::BTreeMap;

/// Works on the list.
const WORKS_MAX: u32 = 500;
/// Shares of a work that are shown.
const SHARES_MAX: u32 = 5_000;
/// The longest text field of a form with a file, in bytes.
const FIELD_MAX_BYTES: usize = 20_000;
/// The subject by which K1 and K2 count, which a work has if its form names none.
const USUAL_SUBJECT: &str = "technical-documents";

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
    let works: Vec<Work> = works.into_iter().map(work).collect();
    let shown = works.len() as u64;
    let paging = Paging { first: shown.min(1), shown, all: shown, ..Paging::default() };
    let may_add = caller.who().is_some_and(|who| who.actor.roles.contains(&Role::Curate));
    Ok(DocumentsPage { frame: caller.frame(site), works, paging, may_add, problems })
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
    let mut subjects: std::collections::BTreeSet<String> =
        fields.all("subject").filter(|subject| !subject.is_empty()).map(str::to_owned).collect();
    if subjects.is_empty() {
        subjects.insert(USUAL_SUBJECT.to_owned());
    }
    match documents::make_work(&site.app, caller.actor()?, fields.text("title"), subjects).await {
        Ok(work) => Ok(answer::see_other(&address::document(&work.to_string()))),
        Err(problem) => {
            let problems = shown(&site, problem, &[("title", Key::DocumentAddTitle)])?;
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
        is_machine_made: file.body.origin == Origin::MachineTranslation,
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
        party: name_of(&all, owner),
        editions,
        may_change,
        candidates: if may_change { choices(&all, Some(owner), |_| true) } else { Vec::new() },
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

/// What a form with a file brought.
#[derive(Default)]
struct Brought {
    texts: BTreeMap<String, String>,
    file: Option<(String, Bytes)>,
}

/// What an error of reading a form with files means.
fn form_problem(error: &MultipartError) -> Problem {
    body::problem_of(error)
}

impl Brought {
    async fn read(mut form: Multipart) -> Result<Self, Problem> {
        let mut brought = Self::default();
        while let Some(field) = form.next_field().await.map_err(|error| form_problem(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|error| form_problem(&error))?;
            if name == "file" {
                brought.file = Some((file.unwrap_or_default(), bytes));
            } else if bytes.len() <= FIELD_MAX_BYTES && brought.texts.len() < 20 {
                let text = String::from_utf8(bytes.to_vec());
                let text =
                    text.map_err(|_| Problem::Unreadable("the form is not written in UTF-8".to_owned()))?;
                brought.texts.insert(name, text);
            } else {
                return Err(Problem::Unreadable("a field of the form is too long".to_owned()));
            }
        }
        Ok(brought)
    }

    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map(String::as_str).unwrap_or_default()
    }

    fn take_file(&mut self) -> Result<NewFile, Problem> {
        let language = self.text("language").parse();
        let language = language.map_err(|error| Problem::field("language", format!("{error}")))?;
        let origin =
            if self.text("machine") == "yes" { Origin::MachineTranslation } else { Origin::Original };
        let (name, bytes) = self.file.take().ok_or_else(|| Problem::field("file", "choose a file"))?;
        Ok(NewFile { name, bytes, language, origin })
    }
}

const LABELS: [(&str, Key); 5] = [
    ("name", Key::EditionAddName),
    ("changed", Key::EditionAddChanged),
    ("language", Key::Language),
    ("file", Key::File),
    ("party", Key::ShareWith),
];

/// The page again: after what was done, or with what is wrong.
async fn done(
    site: &Site,
    caller: &Caller,
    work: RecordId,
    outcome: Result<&str, Problem>,
) -> Result<Response, Problem> {
    match outcome {
        Ok(told) => Ok(answer::see_other_telling(site, &address::document(&work.to_string()), 'd', told)),
        Err(problem) => page(site, caller, work, shown(site, problem, &LABELS)?).await,
    }
}

/// Adds an edition with its first file.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn add_edition(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Response, Problem> {
    let work = record(&id, "document")?;
    let mut brought = Brought::read(form).await?;
    let outcome = match brought.take_file() {
        Ok(file) => {
            let (label, changes) = (brought.text("name").to_owned(), brought.text("changed").to_owned());
            documents::add_edition(&site.app, caller.actor()?, work, NewEdition { label, changes, file })
                .await
        }
        Err(problem) => Err(problem),
    };
    done(&site, &caller, work, outcome.map(|_| "The edition is kept. Nobody else sees it yet.")).await
}

/// Adds a file to an edition.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn add_file(
    State(site): State<Site>,
    caller: Caller,
    Path((id, edition)): Path<(String, String)>,
    form: Multipart,
) -> Result<Response, Problem> {
    let (work, edition) = (record(&id, "document")?, record(&edition, "document")?);
    let outcome = match Brought::read(form).await?.take_file() {
        Ok(file) => documents::add_file(&site.app, caller.actor()?, edition, file).await,
        Err(problem) => Err(problem),
    };
    let told = "The file is kept. Others see it when the edition is shared or released again.";
    done(&site, &caller, work, outcome.map(|()| told)).await
}

fn parties_of(fields: &Fields, name: &str) -> Result<Vec<PartyId>, Problem> {
    let party = |text: &str| text.parse().map_err(|_| Problem::field("party", "choose a party"));
    fields.all(name).map(party).collect()
}

fn channel_of(text: &str) -> Result<Channel, Problem> {
    let text = text.trim().to_lowercase();
    let found = CHANNELS.iter().find(|(_, word, name)| text == *word || text == name.to_lowercase());
    let words = || CHANNELS.map(|(_, _, name)| name).join(", ");
    let refused = || Problem::field("channel", format!("the channel is one of: {}", words()));
    found.map(|(channel, ..)| *channel).ok_or_else(refused)
}

/// Gives an edition to parties.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn share(
    State(site): State<Site>,
    caller: Caller,
    Path((id, edition)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (work, edition) = (record(&id, "document")?, record(&edition, "document")?);
    let terms = Some(fields.text("terms")).filter(|terms| !terms.is_empty()).map(str::to_owned);
    let giving = || {
        let (to, channel) = (parties_of(&fields, "party")?, channel_of(fields.text("channel"))?);
        Ok(Giving { to, channel, on: day("on", fields.text("on"))?, terms })
    };
    let outcome = match giving() {
        Ok(giving) => documents::share(&site.app, caller.actor()?, edition, &giving).await,
        Err(problem) => Err(problem),
    };
    let told = |outcome: sharing::Outcome| {
        if outcome.was_released {
            "It is shared. It was released to them first, since they could not see it yet."
        } else {
            "It is shared."
        }
    };
    done(&site, &caller, work, outcome.map(told)).await
}

/// Releases an edition under terms: fields `terms`, `party` (partners and groups), `embargo` (a day).
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn release(
    State(site): State<Site>,
    caller: Caller,
    Path((id, edition)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (work, edition) = (record(&id, "document")?, record(&edition, "document")?);
    let all = parties::list(&site.app).await?;
    let choice = || {
        let member = |id: PartyId| match all.get(&id) {
            Some(party) if party.sort == PartySort::Group => Member::Group(id),
            _ => Member::Party(id),
        };
        let audience = Audience::of(parties_of(&fields, "party")?.into_iter().map(member));
        let audience = audience.map_err(|error| Problem::field("party", error.to_string()))?;
        let open_from = day("embargo", fields.text("embargo"))?;
        let open_from = open_from.map(|day| UtcTime::start_of(day.first_day()));
        Ok(TermsChoice { terms: fields.text("terms").to_owned(), audience, open_from })
    };
    let outcome = match choice() {
        Ok(choice) => documents::release(&site.app, caller.actor()?, edition, &choice).await,
        Err(problem) => Err(problem),
    };
    done(&site, &caller, work, outcome.map(|()| "The edition is released, with its work and files.")).await
}

/// Confirms, for the reader's party, that something arrived.
///
/// # Errors
/// When it was not given to that party, or the store fails.
pub async fn confirm(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let actor = caller.actor()?;
    let on = day("on", fields.text("on"))?;
    sharing::confirm(&site.app, actor, record(&id, "share")?, fields.text("remark"), on).await?;
    let back = address::party(&actor.party.to_string());
    Ok(answer::see_other_telling(&site, &back, 'd', "The receipt is confirmed, and the giver sees it."))
}

/// Hands a file over.
///
/// # Errors
/// When the reader may not see it, it was withdrawn, or the store fails.
pub async fn download(
    State(site): State<Site>,
    caller: Caller,
    Path((_, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let file = documents::download(&site.app, caller.scope(), record(&file, "document")?).await?;
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

    #[test]
    fn channels_are_read_as_they_are_shown() {
        for (channel, word, name) in CHANNELS {
            assert_eq!((channel_of(word), channel_of(name)), (Ok(channel), Ok(channel)));
        }
        assert!(channel_of("pigeon").is_err());
    }
}
