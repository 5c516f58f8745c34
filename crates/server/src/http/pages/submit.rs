//! Bringing files: the form, the template to fill in, and the upload.
//!
//! Files go to the blob store piece by piece as they come. Refuses to read them: the analysis does. Start at [`bring`].

use super::named::{Names, offered_terms, pathogen};
use super::shown;
use crate::app::Problem;
use crate::app::genomes::choose::{self, Given};
use crate::app::genomes::received;
use crate::http::body::problem_of;
use crate::http::{Caller, Site, answer};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, State};
use axum::response::Response;
use bytes::BytesMut;
use futures::StreamExt as _;
use hearth_formats::submission::{template_tsv, template_xlsx};
use hearth_ledger::rules::Actor;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parts::Choice;
use hearth_pages::site::submission::SubmitPage;
use hearth_store::drafts::DraftFile;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};

/// The longest field of a form that is no file, in bytes.
const FIELD_MAX_BYTES: usize = 64 * 1024;
/// Fields of a form with files, files left out.
const FIELDS_MAX: usize = 2_000;

/// A form with files, as it was sent.
#[derive(Default)]
pub struct Sent {
    fields: Vec<(String, String)>,
    /// Its files, kept.
    pub files: Vec<DraftFile>,
}

impl Sent {
    /// Reads a form; its files are kept as they come.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or a file cannot be kept.
    pub async fn read(site: &Site, mut form: Multipart) -> Result<Self, Problem> {
        let mut sent = Self::default();
        let most_files = site.app.config.limits.batch_files;
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file_name) = field.file_name().map(received::plain_name) else {
                let text = text_of(field).await?;
                if sent.fields.len() == FIELDS_MAX {
                    return Err(Problem::Unreadable(format!("the form has more than {FIELDS_MAX} fields")));
                }
                sent.fields.push((name, text));
                continue;
            };
            // A browser sends a file without name and content where none was chosen.
            let pieces = field.map(|piece| piece.map_err(|error| broken(&error)));
            if let Some(file) = received::keep(&site.app, file_name, pieces).await? {
                sent.files.push(file);
            }
            let limits = &site.app.config.limits;
            if sent.files.iter().map(|file| file.bytes).sum::<u64>() > limits.batch_bytes {
                return Err(Problem::TooLarge(limits.batch_bytes));
            }
            if sent.files.len() as u64 > most_files {
                return Err(Problem::field("files", format!("these are more than {most_files} files")));
            }
        }
        Ok(sent)
    }

    /// The first field of a name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every field of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All fields, in order.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}

fn broken(error: &MultipartError) -> Problem {
    problem_of(error)
}

async fn text_of(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + piece.len() > FIELD_MAX_BYTES {
            return Err(Problem::TooLarge(FIELD_MAX_BYTES as u64));
        }
        bytes.extend_from_slice(&piece);
    }
    let text = String::from_utf8(bytes.to_vec());
    text.map_err(|_| Problem::Unreadable("the form is not written in UTF-8".to_owned()))
}

/// The form with everything that can be chosen.
async fn page(site: &Site, caller: &Caller, sent: &Sent) -> Result<SubmitPage, Problem> {
    let mut read = site.app.store.read().await?;
    let names = Names::read(&mut read, caller).await?;
    let own = caller.actor()?.party;
    let is_chosen = |field: &str, value: &str| sent.all(field).any(|chosen| chosen == value);
    let choice = |field: &str, value: String, label: String| {
        let is_chosen = is_chosen(field, &value);
        Choice { value, label, is_chosen }
    };
    let pathogens = site.app.packs.pathogens().all().iter().map(|one| {
        let title = pathogen(site, one.name());
        choice("pathogen", one.name().to_owned(), title)
    });
    let terms = offered_terms(site, &mut read).await?;
    let terms = terms.into_iter().map(|terms| {
        let label = format!("{}: {}", terms.code, terms.title);
        choice("terms", terms.code, label)
    });
    let mut partners: Vec<Choice> = names
        .parties()
        .filter(|(id, _)| **id != own)
        .map(|(id, party)| choice("partners", id.to_string(), party.name.clone()))
        .collect();
    partners.sort_by(|one, other| one.label.cmp(&other.label));
    let limits = &site.app.config.limits;
    Ok(SubmitPage {
        frame: caller.frame(site),
        pathogens: pathogens.collect(),
        parties: vec![Choice { value: own.to_string(), label: names.party(own), is_chosen: true }],
        terms: terms.collect(),
        partners,
        name: sent.text("name").to_owned(),
        embargo: sent.text("embargo").to_owned(),
        most_megabytes: limits.upload_bytes / (1024 * 1024),
        most_genomes: limits.batch_genomes,
        problems: Vec::new(),
    })
}

/// Shows where files are brought.
///
/// # Errors
/// When the store fails.
pub async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    let page = page(&site, &caller, &Sent::default()).await?;
    Ok(answer::page(page.to_html(&site.words)))
}

/// The template of metadata.
pub async fn template() -> Response {
    let mut response = Response::new(template_tsv().into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/tab-separated-values; charset=utf-8"));
    let name = HeaderValue::from_static("attachment; filename=\"hearth-template.tsv\"");
    headers.insert(CONTENT_DISPOSITION, name);
    response
}

/// The same as a workbook.
pub async fn workbook() -> Response {
    let mut response = Response::new(template_xlsx().into());
    let headers = response.headers_mut();
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    let name = HeaderValue::from_static("attachment; filename=\"hearth-template.xlsx\"");
    headers.insert(CONTENT_DISPOSITION, name);
    response
}

/// Takes files and begins a batch of them.
///
/// # Errors
/// When they cannot be taken; what is wrong with the form is shown in it.
pub async fn bring(State(site): State<Site>, caller: Caller, form: Multipart) -> Result<Response, Problem> {
    let actor = caller.actor()?;
    let (sent, outcome) = match Sent::read(&site, form).await {
        Ok(sent) => {
            let outcome = begin(&site, actor, &sent).await;
            (sent, outcome)
        }
        Err(problem) => (Sent::default(), Err(problem)),
    };
    let problem = match outcome {
        Ok(path) => return Ok(answer::see_other(&path)),
        Err(problem) => problem,
    };
    let labels = [
        ("files", Key::SubmitFiles),
        ("pathogen", Key::Pathogen),
        ("party", Key::SubmitParty),
        ("terms", Key::SubmitTerms),
        ("partners", Key::SubmitPartners),
        ("embargo", Key::SubmitEmbargo),
    ];
    let problems = shown(&site, problem, &labels)?;
    let page = SubmitPage { problems, ..page(&site, &caller, &sent).await? };
    Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
}

/// Begins a batch. Returns its page.
async fn begin(site: &Site, actor: &Actor, sent: &Sent) -> Result<String, Problem> {
    let now = site.app.now();
    if sent.text("party") != actor.party.to_string() {
        return Err(Problem::field("party", "you submit for your own party only: choose it"));
    }
    let given = Given {
        terms: sent.text("terms").to_owned(),
        partners: sent.all("partners").map(str::to_owned).collect(),
        embargo: sent.text("embargo").to_owned(),
        pathogen: sent.text("pathogen").to_owned(),
    };
    let settings = choose::settings(&site.app, &given, now).await?;
    let genomes = site.app.genomes();
    let id = genomes.bring(actor, sent.text("name"), &settings, &sent.files, now).await?;
    Ok(address::batch(&id.to_string()))
}
