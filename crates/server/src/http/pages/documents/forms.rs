//! What is done with documents by forms: editions, files, shares, releases, confirmations.
//!
//! Start at [`add_edition`] and [`share`].

use super::{CHANNELS, day, page, record};
use crate::app::Problem;
use crate::app::documents::{self, NewEdition, NewFile};
use crate::app::genomes::choose::{self, Given as Chosen};
use crate::app::genomes::release::Choice as TermsChoice;
use crate::app::sharing::{self, Giving};
use crate::http::pages::shown;
use crate::http::{Caller, Fields, Site, answer, body};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use hearth_base::id::{PartyId, RecordId};
use hearth_ledger::body::documents::Origin;
use hearth_ledger::body::sharing::Channel;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use std::collections::BTreeMap;

/// The longest text field of a form with a file, in bytes.
const FIELD_MAX_BYTES: usize = 20_000;

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
        let origin = match self.text("origin") {
            "original" => Origin::Original,
            "translation" => Origin::Translation,
            "machine-translation" => Origin::MachineTranslation,
            _ => return Err(Problem::field("origin", "choose how it came into this language")),
        };
        let (name, bytes) = self.file.take().ok_or_else(|| Problem::field("file", "choose a file"))?;
        Ok(NewFile { name, bytes, language, origin })
    }
}

const LABELS: [(&str, Key); 10] = [
    ("name", Key::EditionAddName),
    ("changed", Key::EditionAddChanged),
    ("language", Key::Language),
    ("file", Key::File),
    ("party", Key::ShareWith),
    ("origin", Key::Origin),
    ("terms", Key::SubmitTerms),
    ("partners", Key::SubmitPartners),
    ("embargo", Key::SubmitEmbargo),
    ("reason", Key::Reason),
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

/// The terms of a form, as for genomes: fields `terms`, `party` (partners and groups), `embargo` (a day).
async fn chosen(site: &Site, fields: &Fields) -> Result<TermsChoice, Problem> {
    let chosen = Chosen {
        terms: fields.text("terms").to_owned(),
        partners: fields.all("party").map(str::to_owned).collect(),
        embargo: fields.text("embargo").to_owned(),
        pathogen: String::new(),
    };
    choose::choice(&site.app, &chosen, site.app.now()).await
}

async fn giving(site: &Site, fields: &Fields) -> Result<Giving, Problem> {
    let (to, channel) = (parties_of(fields, "party")?, channel_of(fields.text("channel"))?);
    let terms = match (fields.text("terms"), fields.text("embargo").trim()) {
        ("", "") => None,
        ("", _) => return Err(Problem::field("terms", "choose the terms that the embargo belongs to")),
        _ => Some(chosen(site, fields).await?),
    };
    Ok(Giving { to, channel, on: day("on", fields.text("on"))?, terms })
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
    let outcome = match giving(&site, &fields).await {
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
    let outcome = match chosen(&site, &fields).await {
        Ok(choice) => documents::release(&site.app, caller.actor()?, edition, &choice).await,
        Err(problem) => Err(problem),
    };
    done(&site, &caller, work, outcome.map(|()| "The edition is released, with its work and files.")).await
}

/// Withdraws an edition, with a reason.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn withdraw(
    State(site): State<Site>,
    caller: Caller,
    Path((id, edition)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Problem> {
    let (work, edition) = (record(&id, "document")?, record(&edition, "document")?);
    let outcome = match fields.text("reason").trim() {
        "" => Err(Problem::field("reason", "a withdrawal needs a reason that others will read")),
        reason => documents::withdraw(&site.app, caller.actor()?, edition, reason).await,
    };
    done(&site, &caller, work, outcome.map(|()| "The edition is withdrawn.")).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_as_they_are_shown() {
        for (channel, word, name) in CHANNELS {
            assert_eq!((channel_of(word), channel_of(name)), (Ok(channel), Ok(channel)));
        }
        assert!(channel_of("pigeon").is_err());
    }
}
