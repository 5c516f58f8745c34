//! Documents: works, editions, files in languages, and whom they go to.
//!
//! Files are kept before the entry that names them; an edition is written in one transaction with its file. Whoever may
//! see an edition sees its work and files: they are released together. Refuses to read files. Start at [`make_work`],
//! [`add_edition`], [`share`]; what readers see is [`works`] and [`document`].

use super::genomes::release::{Choice, within_terms};
use super::sharing::{self, Giving, Outcome, first, new_record, scope_of};
use super::{App, Problem};
use bytes::Bytes;
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::language::Language;
use hearth_base::role::Role;
use hearth_ledger::body::Body;
use hearth_ledger::body::documents::{Edition, Origin, Rendition, Work};
use hearth_ledger::entry::{BlobRef, Draft, Entry, Kind};
use hearth_ledger::rules::{Actor, Status};
use hearth_store::db::Session;
use hearth_store::log::append::Writing;
use hearth_store::state::records::{self, Face, Listing, Seen};
use hearth_store::state::scope::Scope;
use std::collections::BTreeSet;

/// The longest title, label and file name, in characters.
const NAME_MAX_CHARS: usize = 300;
/// The longest text about what changed, in characters.
const CHANGES_MAX_CHARS: usize = 5_000;
/// Subjects of one work.
const SUBJECTS_MAX: usize = 20;
/// Editions of a work, and files of an edition, that are shown.
const PARTS_MAX: u32 = 1_000;

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

/// A record of a document with the body it has.
#[derive(Clone, Debug)]
pub struct Found<B> {
    /// Which record.
    pub record: RecordId,
    /// Whose.
    pub owner: PartyId,
    /// How it stands.
    pub status: Status,
    /// Whether others see it too.
    pub is_released: bool,
    /// The entry that says it.
    pub entry: Entry,
    /// What it says.
    pub body: B,
}

/// A work with its editions and their files, as a reader sees them.
#[derive(Clone, Debug)]
pub struct Document {
    /// The work.
    pub work: Found<Work>,
    /// Its editions, the newest first, each with its files.
    pub editions: Vec<(Found<Edition>, Vec<Found<Rendition>>)>,
}

/// A file for a download.
#[derive(Clone, Debug)]
pub struct Download {
    /// Its digest, by which it is kept.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
    /// Its name.
    pub name: String,
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
        Status::Kept | Status::Approved => Ok(()),
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
    let files = parts(writing.tx(), &scope, Kind::Rendition, Face::Kept, edition).await?;
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

async fn parts(
    session: &mut Session,
    scope: &Scope,
    kind: Kind,
    face: Face,
    whole: RecordId,
) -> Result<Vec<Seen>, Problem> {
    let listing = Listing { part_of: Some(whole), limit: PARTS_MAX, ..Listing::of(kind, face) };
    Ok(records::list(session, scope, &listing).await?)
}

/// What a reader sees of records that are listed on both faces: the owner's of their own, and what was released of
/// others.
fn merged(kept: Vec<Seen>, released: Vec<Seen>) -> Vec<(Seen, bool)> {
    let mut all: Vec<(Seen, bool)> = Vec::with_capacity(kept.len() + released.len());
    let others: BTreeSet<RecordId> = released.iter().map(|seen| seen.version.record).collect();
    for seen in kept {
        let is_released = others.contains(&seen.version.record);
        all.push((seen, is_released));
    }
    let own: BTreeSet<RecordId> = all.iter().map(|(seen, _)| seen.version.record).collect();
    all.extend(
        released.into_iter().filter(|seen| !own.contains(&seen.version.record)).map(|seen| (seen, true)),
    );
    all
}

fn found<B>((seen, is_released): (Seen, bool), body_of: impl Fn(&Body) -> Option<B>) -> Option<Found<B>> {
    let entry = seen.entry?;
    let body = body_of(&entry.draft.body)?;
    let (record, owner, status) = (seen.version.record, seen.owner, seen.status);
    Some(Found { record, owner, status, is_released, entry, body })
}

fn work_of(body: &Body) -> Option<Work> {
    if let Body::Work(work) = body { Some(work.as_ref().clone()) } else { None }
}

fn edition_of(body: &Body) -> Option<Edition> {
    if let Body::Edition(edition) = body { Some(edition.as_ref().clone()) } else { None }
}

fn rendition_of(body: &Body) -> Option<Rendition> {
    if let Body::Rendition(rendition) = body { Some(rendition.as_ref().clone()) } else { None }
}

/// The works that a reader may see, the newest first, with their editions.
///
/// # Errors
/// When the store fails.
pub async fn works(app: &App, scope: &Scope, limit: u32) -> Result<Vec<Document>, Problem> {
    let mut read = app.store.read().await?;
    let mut lists = Vec::new();
    for face in [Face::Kept, Face::Released] {
        let listing = Listing { limit, ..Listing::of(Kind::Work, face) };
        lists.push(records::list(&mut read, scope, &listing).await?);
    }
    let released = lists.pop().unwrap_or_default();
    let mut works = merged(lists.pop().unwrap_or_default(), released);
    works.sort_by_key(|(seen, _)| std::cmp::Reverse(seen.content));
    works.truncate(limit as usize);
    let mut documents = Vec::new();
    for work in works {
        if let Some(work) = found(work, work_of) {
            documents.push(with_editions(&mut read, scope, work).await?);
        }
    }
    Ok(documents)
}

async fn with_editions(session: &mut Session, scope: &Scope, work: Found<Work>) -> Result<Document, Problem> {
    let mut editions = Vec::new();
    let kept = parts(session, scope, Kind::Edition, Face::Kept, work.record).await?;
    let released = parts(session, scope, Kind::Edition, Face::Released, work.record).await?;
    for edition in merged(kept, released).into_iter().filter_map(|seen| found(seen, edition_of)) {
        let kept = parts(session, scope, Kind::Rendition, Face::Kept, edition.record).await?;
        let released = parts(session, scope, Kind::Rendition, Face::Released, edition.record).await?;
        let files = merged(kept, released).into_iter().filter_map(|seen| found(seen, rendition_of));
        let files = files.filter(|file| file.status != Status::Withdrawn).collect();
        editions.push((edition, files));
    }
    Ok(Document { work, editions })
}

/// A work with its editions and files, if the reader may see it.
///
/// # Errors
/// When they may not, or the store fails.
pub async fn document(app: &App, scope: &Scope, work: RecordId) -> Result<Document, Problem> {
    let mut read = app.store.read().await?;
    let work = seen(&mut read, scope, work, work_of).await?;
    with_editions(&mut read, scope, work).await
}

async fn seen<B>(
    session: &mut Session,
    scope: &Scope,
    record: RecordId,
    body_of: impl Fn(&Body) -> Option<B>,
) -> Result<Found<B>, Problem> {
    let kept = records::find(session, scope, record, Face::Kept).await?;
    let released = records::find(session, scope, record, Face::Released).await?;
    let is_released = released.is_some();
    let found = kept.or(released).and_then(|seen| found((seen, is_released), body_of));
    found.ok_or(Problem::NotFound("document"))
}

/// A file of an edition, if the reader may see it.
///
/// # Errors
/// When they may not, it was withdrawn, or the store fails.
pub async fn download(app: &App, scope: &Scope, file: RecordId) -> Result<Download, Problem> {
    let mut read = app.store.read().await?;
    let found = seen(&mut read, scope, file, rendition_of).await?;
    let edition = seen(&mut read, scope, found.body.edition, edition_of).await?;
    if found.status == Status::Withdrawn || edition.status == Status::Withdrawn {
        return Err(Problem::Gone("this file was withdrawn".to_owned()));
    }
    let blob = found.entry.draft.blobs.into_iter().next().ok_or(Problem::NotFound("document"))?;
    let name = blob.name.unwrap_or_else(|| "document".to_owned());
    Ok(Download { digest: blob.digest, bytes: blob.bytes, name })
}
