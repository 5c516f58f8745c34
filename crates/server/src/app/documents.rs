//! Documents: works, editions, files in languages, and whom they go to.
//!
//! Files are kept before the entry that names them; an edition is written in one transaction with its file. Whoever may
//! see an edition sees its work and files: they are released together. Refuses to read files. Start at [`make_work`],
//! [`add_edition`], [`share`]; what readers see is [`works`] and [`document`].

mod seen;

pub use seen::{Document, Download, Found, Taking, Withdrawn, document, download, titled, works};

use super::genomes::release::{Choice, within_terms};
use super::sharing::{self, Giving, Outcome, first, new_record, scope_of};
use super::{App, Problem};
use bytes::Bytes;
use hearth_base::audience::Audience;
use hearth_base::id::RecordId;
use hearth_base::language::Language;
use hearth_base::role::Role;
use hearth_ledger::body::Body;
use hearth_ledger::body::documents::{Edition, Origin, Rendition, Work};
use hearth_ledger::entry::{BlobRef, Draft, Kind};
use hearth_ledger::rules::{Actor, Status};
use hearth_store::log::append::Writing;
use hearth_store::state::records::{self, Face};
use std::collections::BTreeSet;

/// The longest title, label and file name, in characters.
const NAME_MAX_CHARS: usize = 300;
/// The longest text about what changed, in characters.
const CHANGES_MAX_CHARS: usize = 5_000;
/// Subjects of one work.
const SUBJECTS_MAX: usize = 20;

/// A file as it came.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
    /// In which language.
    pub language: Language,
    /// How it came into that language.
    pub origin: Origin,
}

/// An edition as somebody wants to add it.
#[derive(Clone, Debug)]
pub struct NewEdition {
    /// What it is called.
    pub label: String,
    /// What changed.
    pub changes: String,
    /// Its first file.
    pub file: NewFile,
}

fn checked(field: &'static str, text: &str, most: usize, is_needed: bool) -> Result<String, Problem> {
    let text = text.trim();
    let is_plain = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    if text.is_empty() && is_needed {
        return Err(Problem::field(field, "this is needed"));
    }
    if text.chars().count() > most {
        return Err(Problem::field(field, format!("this is longer than {most} characters")));
    }
    if !text.chars().all(is_plain) {
        return Err(Problem::field(field, "this has control characters in it"));
    }
    Ok(text.to_owned())
}

/// A file's name without folders, whatever a browser sent.
fn file_name(name: &str) -> Result<String, Problem> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let last: String = last.chars().filter(|letter| !letter.is_control()).collect();
    checked("file", &last, NAME_MAX_CHARS, true)
}

/// Makes a work. Its subjects are what figures count by; each is a short name in small letters.
///
/// # Errors
/// When the actor does not curate, something given cannot be taken, or the store fails.
pub async fn make_work(
    app: &App,
    actor: &Actor,
    title: &str,
    subjects: BTreeSet<String>,
) -> Result<RecordId, Problem> {
    actor.require(Role::Curate)?;
    let title = checked("title", title, NAME_MAX_CHARS, true)?;
    let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    let is_short = |subject: &String| (1..=60).contains(&subject.len()) && subject.bytes().all(is_letter);
    if subjects.len() > SUBJECTS_MAX || !subjects.iter().all(is_short) {
        return Err(Problem::field("subject", "a subject is a short name such as technical-documents"));
    }
    let mut writing = app.store.write(app.now()).await?;
    let (record, now) = (new_record()?, writing.now());
    let draft = first(record, actor, Audience::Owner, now, Work { title, subjects });
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(record)
}

/// A record of a kind that the actor's party keeps; others' sound as if they were not there.
async fn own(writing: &mut Writing, actor: &Actor, record: RecordId, kind: Kind) -> Result<(), Problem> {
    let standing = records::standing(writing.tx(), record).await?;
    let standing = standing.filter(|standing| standing.kind == kind && standing.owner == actor.party);
    match standing.ok_or(Problem::NotFound("document"))?.kept {
        Status::Withdrawn => Err(Problem::Conflict("this was withdrawn".to_owned())),
        Status::Kept | Status::Approved | Status::SentBack => Ok(()),
    }
}

/// Keeps a file, and gives the entry that names it.
async fn kept_file(app: &App, file: NewFile) -> Result<(BlobRef, Language, Origin), Problem> {
    let name = file_name(&file.name)?;
    if file.bytes.is_empty() {
        return Err(Problem::field("file", "the file is empty: choose another"));
    }
    let bytes = file.bytes.len() as u64;
    let digest = app.blobs.put(file.bytes).await?;
    let media = media_of(&name).to_owned();
    Ok((BlobRef { digest, bytes, media, name: Some(name) }, file.language, file.origin))
}

/// The media type of a file by the end of its name: those that documents have, and bytes otherwise.
pub fn media_of(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    match end.as_str() {
        "pdf" => "application/pdf",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "epub" => "application/epub+zip",
        _ => "application/octet-stream",
    }
}

fn file_draft(
    actor: &Actor,
    edition: RecordId,
    (blob, language, origin): (BlobRef, Language, Origin),
    writing: &Writing,
) -> Result<Draft, Problem> {
    let body = Rendition { edition, language, origin };
    let mut draft = first(new_record()?, actor, Audience::Owner, writing.now(), body);
    draft.blobs = vec![blob];
    Ok(draft)
}

/// Adds an edition with its first file. Nobody else sees it before it is released or shared.
///
/// # Errors
/// When the actor does not curate for the work's owner, something given cannot be taken, or the store fails.
pub async fn add_edition(
    app: &App,
    actor: &Actor,
    work: RecordId,
    new: NewEdition,
) -> Result<RecordId, Problem> {
    actor.require(Role::Curate)?;
    let label = checked("name", &new.label, NAME_MAX_CHARS, true)?;
    let changes = checked("changed", &new.changes, CHANGES_MAX_CHARS, false)?;
    let file = kept_file(app, new.file).await?;
    let mut writing = app.store.write(app.now()).await?;
    own(&mut writing, actor, work, Kind::Work).await?;
    let edition = new_record()?;
    let body = Edition { work, label, changes };
    let draft = first(edition, actor, Audience::Owner, writing.now(), body);
    let drafts = vec![draft, file_draft(actor, edition, file, &writing)?];
    writing.append(drafts).await?;
    writing.commit().await?;
    Ok(edition)
}

/// Adds a file to an edition. Who may see the edition sees it when it is released or shared next.
///
/// # Errors
/// When the actor does not curate for the edition's owner, the file cannot be taken, or the store fails.
pub async fn add_file(app: &App, actor: &Actor, edition: RecordId, file: NewFile) -> Result<(), Problem> {
    actor.require(Role::Curate)?;
    let file = kept_file(app, file).await?;
    let mut writing = app.store.write(app.now()).await?;
    own(&mut writing, actor, edition, Kind::Edition).await?;
    let draft = file_draft(actor, edition, file, &writing)?;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// The work of an edition that the actor's party keeps, and its files.
async fn belongings(
    writing: &mut Writing,
    actor: &Actor,
    edition: RecordId,
) -> Result<Vec<RecordId>, Problem> {
    own(writing, actor, edition, Kind::Edition).await?;
    let entry = sharing::own_entry(writing, actor, edition).await?;
    let Some(Body::Edition(body)) = entry.map(|entry| entry.draft.body) else {
        return Err(Problem::NotFound("document"));
    };
    let scope = scope_of(writing, actor).await?;
    let files = seen::parts(writing.tx(), &scope, Kind::Rendition, Face::Kept, edition).await?;
    let standing = files.iter().filter(|seen| seen.status != Status::Withdrawn);
    Ok(std::iter::once(body.work).chain(standing.map(|seen| seen.version.record)).collect())
}

/// Releases an edition with its work and files, as terms allow.
///
/// # Errors
/// When the actor does not release for the owner, the terms do not allow the choice, or the store fails.
pub async fn release(app: &App, actor: &Actor, edition: RecordId, choice: &Choice) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let with = belongings(&mut writing, actor, edition).await?;
    let disclosure = within_terms(&mut writing, choice, now).await?;
    for record in with.into_iter().chain([edition]) {
        let standing = records::standing(writing.tx(), record).await?.ok_or(Problem::NotFound("document"))?;
        let mut disclosure = disclosure.clone();
        // A work is seen by whoever sees any of its editions: it is never narrowed by one of them.
        if standing.kind == Kind::Work
            && let Some(before) = &standing.released
            && !disclosure.audience.includes(&before.disclosure.audience)
        {
            disclosure.audience = joined(&before.disclosure.audience, &disclosure.audience)?;
        }
        sharing::release(&mut writing, actor, &standing, disclosure).await?;
    }
    writing.commit().await?;
    Ok(())
}

/// Withdraws an edition: its files are no longer handed out, and whoever saw it reads why.
///
/// # Errors
/// When the actor does not release for the owner, gives no reason, it was withdrawn before, or the store fails.
pub async fn withdraw(app: &App, actor: &Actor, edition: RecordId, reason: &str) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    own(&mut writing, actor, edition, Kind::Edition).await?;
    let standing = records::standing(writing.tx(), edition).await?.ok_or(Problem::NotFound("document"))?;
    let draft = standing.withdraw(actor, reason, writing.now())?;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// Both audiences in one.
fn joined(one: &Audience, other: &Audience) -> Result<Audience, Problem> {
    if matches!((one, other), (Audience::Public, _) | (_, Audience::Public)) {
        return Ok(Audience::Public);
    }
    Audience::of(one.members().chain(other.members())).map_err(|error| Problem::Conflict(error.to_string()))
}

/// Gives an edition with its work and files to parties.
///
/// # Errors
/// When the actor does not release for the owner, a party is unknown, a rule says no, or the store fails.
pub async fn share(app: &App, actor: &Actor, edition: RecordId, giving: &Giving) -> Result<Outcome, Problem> {
    actor.require(Role::Release)?;
    let mut writing = app.store.write(app.now()).await?;
    let with = belongings(&mut writing, actor, edition).await?;
    let outcome = sharing::share(&mut writing, actor, (edition, &with), giving).await?;
    writing.commit().await?;
    Ok(outcome)
}
