//! Bringing files: the form, the template to fill in, and the upload.
//!
//! Files go to the blob store piece by piece as they come. Refuses to read them: the analysis does. Start at [`bring`].

use super::named::{Names, offered_terms, pathogen};
use super::shown;
use crate::app::Problem;
use crate::app::genomes::DraftSettings;
use crate::app::genomes::release::terms_with_code;
use crate::http::body::problem_of;
use crate::http::{Caller, Site, answer};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::PartyId;
use hearth_base::time::UtcTime;
use hearth_formats::submission::template_tsv;
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::rules::{Actor, disclosure};
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parts::Choice;
use hearth_pages::site::submission::SubmitPage;
use hearth_store::blob::BlobError;
use hearth_store::drafts::{DraftFile, FileSort};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// The longest field of a form that is no file, in bytes.
const FIELD_MAX_BYTES: usize = 64 * 1024;
/// Fields of a form with files, files left out.
const FIELDS_MAX: usize = 2_000;
/// The longest name of a file, in characters.
const NAME_MAX_CHARS: usize = 200;
/// Bytes that a file is recognised by.
const HEAD_BYTES: usize = 512;

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
            let Some(file_name) = field.file_name().map(plain_name) else {
                let text = text_of(field).await?;
                if sent.fields.len() == FIELDS_MAX {
                    return Err(Problem::Unreadable(format!("the form has more than {FIELDS_MAX} fields")));
                }
                sent.fields.push((name, text));
                continue;
            };
            // A browser sends a file without name and content where none was chosen.
            if let Some(file) = keep(site, file_name, field).await? {
                sent.files.push(file);
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

/// A file's name without folders and control characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(NAME_MAX_CHARS).collect()
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

/// Keeps a file; nothing if it is empty and has no name.
async fn keep(site: &Site, name: String, mut field: Field<'_>) -> Result<Option<DraftFile>, Problem> {
    let mut head = BytesMut::new();
    while head.len() < HEAD_BYTES {
        let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? else { break };
        head.extend_from_slice(&piece);
    }
    if head.is_empty() && name.is_empty() {
        return Ok(None);
    }
    if head.is_empty() {
        return Err(Problem::field("files", format!("the file “{name}” is empty")));
    }
    let sort = sort_of(&name, &head);
    // What is wrong with the request is told as such, and not as a fault of the store.
    let fault: Arc<Mutex<Option<Problem>>> = Arc::default();
    let told = Arc::clone(&fault);
    let rest = field.map(move |piece| {
        piece.map_err(|error| {
            *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(broken(&error));
            io::Error::other("the request broke off")
        })
    });
    let source = stream::once(async move { Ok(Bytes::from(head)) }).chain(rest);
    let kept: Result<_, BlobError> = site.app.blobs.put_stream(source).await;
    let fault = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (kept, fault) {
        (_, Some(problem)) => Err(problem),
        (Err(error), None) => Err(error.into()),
        (Ok((digest, bytes)), None) => Ok(Some(DraftFile { name, sort, digest, bytes })),
    }
}

/// What a file is, by its name and its first bytes.
fn sort_of(name: &str, head: &[u8]) -> FileSort {
    let name = name.to_ascii_lowercase();
    if [".tsv", ".csv", ".xlsx"].iter().any(|end| name.ends_with(end)) {
        return FileSort::Metadata;
    }
    // gzip, xz, Zstandard, bzip2, zip.
    let packed: [&[u8]; 5] = [&[0x1f, 0x8b], b"\xfd7zXZ", &[0x28, 0xb5, 0x2f, 0xfd], b"BZh", b"PK\x03\x04"];
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let is_sequences = text.starts_with(b">") || packed.iter().any(|magic| head.starts_with(magic));
    if is_sequences { FileSort::Sequences } else { FileSort::Metadata }
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
    let packs = site.app.packs.all().iter().map(|ready| {
        let title = pathogen(site, ready.pack.name());
        choice("pathogen", ready.pack.name().to_owned(), title)
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
        pathogens: packs.collect(),
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
    let settings = settings(site, sent, now).await?;
    let genomes = site.app.genomes();
    let id = genomes.bring(actor, sent.text("name"), &settings, &sent.files, now).await?;
    Ok(address::batch(&id.to_string()))
}

/// What was chosen, if it holds together: nobody should learn at the release that it does not.
async fn settings(site: &Site, sent: &Sent, now: UtcTime) -> Result<DraftSettings, Problem> {
    let mut read = site.app.store.read().await?;
    let code = sent.text("terms");
    let found = terms_with_code(&mut read, code).await?;
    let (id, terms) = found.ok_or_else(|| Problem::field("terms", "choose terms"))?;
    let open_from = match sent.text("embargo").trim() {
        "" => None,
        text => {
            let day: jiff::civil::Date = text
                .parse()
                .map_err(|_| Problem::field("embargo", "write the day as year-month-day: 2027-01-31"))?;
            Some(UtcTime::start_of(day))
        }
    };
    let known = hearth_store::state::parties::all(&mut read).await?;
    let member = |text: &str| {
        let id: Option<PartyId> = text.parse().ok();
        let party = id.and_then(|id| Some((id, known.get(&id)?)));
        match party {
            Some((id, party)) if party.sort == PartySort::Group => Ok(Member::Group(id)),
            Some((id, _)) => Ok(Member::Party(id)),
            None => Err(Problem::field("partners", "one of the partners is not known here: choose again")),
        }
    };
    let members = sent.all("partners").filter(|text| !text.is_empty()).map(member);
    let members = members.collect::<Result<Vec<Member>, Problem>>()?;
    let audience = Audience::of(members).map_err(|error| Problem::field("partners", error.to_string()))?;
    // Private terms say so at the release; such a batch may be kept without one.
    if terms.reach != hearth_base::terms::Reach::Owner {
        disclosure::within_terms((&terms, id), audience.clone(), open_from, now)
            .map_err(|refusal| Problem::field("terms", refusal.to_string()))?;
    }
    let pathogen = match sent.text("pathogen") {
        "" => None,
        name if site.app.packs.named(name).is_some() => Some(name.to_owned()),
        _ => return Err(Problem::field("pathogen", "this server has no pack for it: choose another")),
    };
    let terms = code.to_owned();
    Ok(DraftSettings { pathogen, terms, audience, open_from, ..DraftSettings::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_name_and_content() {
        let check = |name: &str, head: &[u8], expected| assert_eq!(sort_of(name, head), expected, "{name}");
        check("run.fasta", b">a\nACGT", FileSort::Sequences);
        check("run.txt", b"\n>a\nACGT", FileSort::Sequences);
        check("run.fa.gz", &[0x1f, 0x8b, 8], FileSort::Sequences);
        check("run.TSV", b">a", FileSort::Metadata);
        check("sheet.xlsx", b"PK\x03\x04", FileSort::Metadata);
        check("sheet", b"sample\tcollected\n", FileSort::Metadata);
    }

    #[test]
    fn names_lose_folders_and_control_characters() {
        let check = |name: &str, expected: &str| assert_eq!(plain_name(name), expected);
        check("C:\\runs\\run.fasta", "run.fasta");
        check("../../etc/passwd", "passwd");
        check("a\u{7}b", "ab");
    }
}
