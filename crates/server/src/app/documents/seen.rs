//! What a reader sees of documents: works, editions, files, and their downloads.
//!
//! The owner sees what it keeps, others what was released to them. Start at [`document`].

use crate::app::{App, Problem};
use hearth_base::digest::Digest;
use hearth_base::id::{PartyId, RecordId, VersionId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::documents::{Edition, Rendition, Work};
use hearth_ledger::entry::{Entry, Kind};
use hearth_ledger::rules::Status;
use hearth_store::db::Session;
use hearth_store::log::read::entry_at;
use hearth_store::state::records::{self, Face, Listing, Seen};
use hearth_store::state::scope::Scope;
use std::collections::BTreeSet;

/// Editions of a work, and files of an edition, that are shown.
const PARTS_MAX: u32 = 1_000;

/// Works whose titles are looked through.
const TITLES_MAX: u32 = 5_000;

/// What stands between a reader and a file that they may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taking {
    /// Nothing.
    File(Download),
    /// The terms with this code, which they did not accept yet.
    AcceptFirst(String),
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
    /// When it was withdrawn, and why; known of editions.
    pub withdrawn: Option<Withdrawn>,
    /// The place of the entry that brought how it stands.
    since: u64,
    /// The entry that says it.
    pub entry: Entry,
    /// What it says.
    pub body: B,
}

/// When something was withdrawn, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// When that was written down.
    pub on: UtcTime,
    /// Why, in the words of who did it.
    pub reason: String,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// Its digest, by which it is kept.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
    /// Its name.
    pub name: String,
}

/// The parts of a record that the reader may see on a face.
pub(super) async fn parts(
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
    let (record, owner, status, since) = (seen.version.record, seen.owner, seen.status, seen.since);
    Some(Found { record, owner, status, is_released, withdrawn: None, since, entry, body })
}

/// When and why something was withdrawn.
async fn withdrawal<B>(session: &mut Session, found: &Found<B>) -> Result<Option<Withdrawn>, Problem> {
    if found.status != Status::Withdrawn {
        return Ok(None);
    }
    let kept = entry_at(session, found.since).await?;
    let entry = kept.map(|kept| kept.entry()).transpose()?.flatten();
    Ok(entry.and_then(|entry| match entry.draft.body {
        Body::Withdrawal(_, remark) => Some(Withdrawn { on: entry.recorded, reason: remark.reason }),
        _ => None,
    }))
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

/// Works with a title that has some words in it, the newest first: at most so many, out of the newest that are looked
/// at.
///
/// # Errors
/// When the store fails.
pub async fn titled(
    app: &App,
    scope: &Scope,
    words: &str,
    limit: usize,
) -> Result<Vec<Found<Work>>, Problem> {
    let mut read = app.store.read().await?;
    let mut works: Vec<(Seen, bool)> = Vec::new();
    for face in [Face::Kept, Face::Released] {
        let listing = Listing { limit: TITLES_MAX, ..Listing::of(Kind::Work, face) };
        let found = records::list(&mut read, scope, &listing).await?;
        works.extend(found.into_iter().map(|seen| (seen, face == Face::Released)));
    }
    works.sort_by_key(|(seen, _)| std::cmp::Reverse(seen.content));
    let wanted = words.to_lowercase();
    let mut known = BTreeSet::new();
    let works = works.into_iter().filter(|(seen, _)| known.insert(seen.version.record));
    let works = works.filter(|(seen, _)| seen.status != Status::Withdrawn);
    let works = works.filter_map(|work| found(work, work_of));
    Ok(works.filter(|work| work.body.title.to_lowercase().contains(&wanted)).take(limit).collect())
}

async fn with_editions(session: &mut Session, scope: &Scope, work: Found<Work>) -> Result<Document, Problem> {
    let mut editions = Vec::new();
    let kept = parts(session, scope, Kind::Edition, Face::Kept, work.record).await?;
    let released = parts(session, scope, Kind::Edition, Face::Released, work.record).await?;
    for mut edition in merged(kept, released).into_iter().filter_map(|seen| found(seen, edition_of)) {
        edition.withdrawn = withdrawal(session, &edition).await?;
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

/// A file of a work, if the reader may see it; or the terms that they have to accept before.
///
/// # Errors
/// When they may not, it was withdrawn, or the store fails.
pub async fn download(
    app: &App,
    scope: &Scope,
    (work, file): (RecordId, RecordId),
) -> Result<Taking, Problem> {
    let mut read = app.store.read().await?;
    let found = seen(&mut read, scope, file, rendition_of).await?;
    let edition = seen(&mut read, scope, found.body.edition, edition_of).await?;
    if edition.body.work != work {
        return Err(Problem::NotFound("document"));
    }
    let withdrawn = match withdrawal(&mut read, &edition).await? {
        None => withdrawal(&mut read, &found).await?,
        withdrawn => withdrawn,
    };
    if let Some(Withdrawn { on, reason }) = withdrawn {
        return Err(Problem::Gone(format!("this was withdrawn on {}: {reason}", on.date())));
    }
    if found.status == Status::Withdrawn || edition.status == Status::Withdrawn {
        return Err(Problem::Gone("this was withdrawn".to_owned()));
    }
    let terms = edition.entry.draft.disclosure.terms.or(found.entry.draft.disclosure.terms);
    let own = scope.reader().party == Some(found.owner);
    if let Some(code) = terms_to_accept(&mut read, scope, terms.filter(|_| !own)).await? {
        return Ok(Taking::AcceptFirst(code));
    }
    let blob = found.entry.draft.blobs.into_iter().next().ok_or(Problem::NotFound("document"))?;
    let name = blob.name.unwrap_or_else(|| "document".to_owned());
    Ok(Taking::File(Download { digest: blob.digest, bytes: blob.bytes, name }))
}

/// The code of terms that the reader has to accept before a download, if they have not.
async fn terms_to_accept(
    session: &mut Session,
    scope: &Scope,
    terms: Option<VersionId>,
) -> Result<Option<String>, Problem> {
    let Some(id) = terms else { return Ok(None) };
    let found = records::history(session, scope, id.record, Face::Released).await?;
    let body = found.into_iter().find(|seen| seen.version == id).and_then(|seen| seen.entry);
    let Some(Body::Terms(terms)) = body.map(|entry| entry.draft.body) else {
        let text = "the terms of this file cannot be read any more: ask whoever shared it".to_owned();
        return Err(Problem::Forbidden(text));
    };
    let accepted = match scope.reader().person {
        Some(person) => records::is_accepted(session, person, id).await?,
        None => false,
    };
    Ok((terms.acceptance && !accepted).then_some(terms.code))
}
