//! What is done with one genome: revised, released, sent back, withdrawn.
//!
//! Start at [`revise`].

use super::batch_acts::choice;
use super::read::{Given, json, ok};
use super::shapes::{Reasoned, Release, Released, Revise, Revised, SentBack, Withdrawn};
use crate::app::Problem;
use crate::app::genomes::revise::{Revision, revised_sample};
use crate::http::pages::record::Record;
use crate::http::{Caller, Site};
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

/// The longest sequence, in letters.
const LETTERS_MAX: usize = 4_000_000;

/// A genome that the caller's party owns.
async fn own(site: &Site, caller: &Caller, accession: &str) -> Result<Record, Problem> {
    let mut read = site.app.store.read().await?;
    let record = Record::find(&mut read, caller, accession).await?;
    if record.seen.owner != caller.actor()?.party {
        return Err(Problem::Forbidden("only the party that a genome belongs to changes it".to_owned()));
    }
    Ok(record)
}

/// Keeps a new version.
pub(super) async fn revise(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    Given(given): Given<Revise>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    record.standing.next_version(caller.actor()?)?;
    if given.version != record.standing.version {
        let text = format!("the newest version is {}: look at it, then repeat", record.standing.version);
        return Err(Problem::Conflict(text));
    }
    let sample = if given.metadata.is_empty() {
        None
    } else {
        Some(revised_sample(&record.genome, &given.metadata, site.app.now().date())?)
    };
    let sequence = match given.sequence {
        None => None,
        Some(new) => Some((new.segment, letters(&new.letters)?)),
    };
    let revision = Revision { sample, sequence, reason: given.reason };
    let version = site.app.genomes().revise(caller.actor()?, record.id, revision, site.app.now()).await?;
    json(StatusCode::CREATED, &Revised { version })
}

/// The letters of a sequence: upper-case, without white space.
fn letters(text: &str) -> Result<Vec<u8>, Problem> {
    let wrong = |text: &str| Problem::field("sequence", text.to_owned());
    let letters: Vec<u8> = text.bytes().filter(|letter| !letter.is_ascii_whitespace()).collect();
    if letters.is_empty() || letters.len() > LETTERS_MAX {
        return Err(wrong("a sequence has from 1 to 4000000 letters"));
    }
    if !letters.iter().all(|letter| letter.is_ascii_alphabetic() || *letter == b'-') {
        return Err(wrong("a sequence is letters alone: leave the header out"));
    }
    let letters = letters.into_iter().filter(|letter| *letter != b'-');
    Ok(letters.map(|letter| letter.to_ascii_uppercase()).collect())
}

/// Opens its newest version to others.
pub(super) async fn release(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    Given(given): Given<Release>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    let choice = choice(&site, given).await?;
    site.app.genomes().release_one(caller.actor()?, record.id, choice, site.app.now()).await?;
    ok(&Released { genomes: 1, rest_follows: false })
}

/// Sends it back.
pub(super) async fn send_back(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    Given(given): Given<Reasoned>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    site.app.genomes().send_back(caller.actor()?, record.id, &given.reason, site.app.now()).await?;
    ok(&SentBack { is_sent_back: true })
}

/// Withdraws it.
pub(super) async fn withdraw(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    Given(given): Given<Reasoned>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    site.app.genomes().withdraw(caller.actor()?, record.id, &given.reason, site.app.now()).await?;
    ok(&Withdrawn { is_withdrawn: true })
}
