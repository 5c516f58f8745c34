//! One sequence by a name that follows from its letters: the letters, a part of them, or what is known of it.
//!
//! References are everybody's; genomes are those of the reader. What a reader may not see answers as what there is not.
//! Start at [`letters`].

use super::stretch::{Sort, Stretch};
use super::{refused, sent};
use crate::app::Problem;
use crate::app::refget::OpenSequence;
use crate::http::pages::named::Names;
use crate::http::{Caller, Site};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::digest::Digest;
use hearth_formats::refget::{SequenceName, SequenceNames};
use hearth_ledger::body::Body;
use hearth_pages::site::address;
use hearth_store::sequence_names::{self, Wanted};
use hearth_store::state::records::Seen;
use http::header::{ACCEPT, ACCEPT_RANGES, CONTENT_RANGE, HeaderValue};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

/// What is known of a sequence.
struct Known {
    names: SequenceNames,
    length: usize,
    is_circular: bool,
    /// Authority and name.
    aliases: Vec<(&'static str, String)>,
    place: Place,
}

/// Where its letters are.
enum Place {
    Here(Vec<u8>),
    Kept(Digest),
    /// Under terms that the caller has to accept first: their code, and a genome with the sequence.
    Behind {
        code: String,
        accession: String,
    },
}

/// The letters of a sequence.
///
/// # Errors
/// When the work fails.
pub async fn letters(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let own = ["text/vnd.ga4gh.refget.v2.0.0+plain", "text/vnd.ga4gh.refget.v1.0.0+plain"];
    let Some(media) = media(&headers, own, "text/plain") else { return Ok(unacceptable(own[0])) };
    let Some(known) = known(&site, &caller, &id).await? else { return Ok(unknown()) };
    let query = uri.query().unwrap_or_default();
    let stretch = match Stretch::of(query, &headers, known.length, known.is_circular) {
        Ok(stretch) => stretch,
        Err((status, text)) => return Ok(refused(status, &text)),
    };
    let letters = match known.place {
        Place::Here(letters) => letters,
        Place::Kept(digest) => site.app.genomes().letters(digest).await?.to_ascii_uppercase(),
        Place::Behind { code, accession } => return Ok(behind(&site, &code, &accession)),
    };
    let status = if stretch.sort == Sort::Bytes { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = sent(status, media, stretch.cut(&letters));
    let answer = response.headers_mut();
    let ranges = if stretch.sort == Sort::Positions { "none" } else { "bytes" };
    answer.insert(ACCEPT_RANGES, HeaderValue::from_static(ranges));
    if stretch.sort == Sort::Bytes {
        let (first, last) = (stretch.start, stretch.end.saturating_sub(1));
        if let Ok(range) = HeaderValue::from_str(&format!("bytes {first}-{last}/{}", known.length)) {
            answer.insert(CONTENT_RANGE, range);
        }
    }
    Ok(response)
}

/// What is known of a sequence.
///
/// # Errors
/// When the work fails.
pub async fn metadata(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = ["application/vnd.ga4gh.refget.v2.0.0+json", "application/vnd.ga4gh.refget.v1.0.0+json"];
    let Some(media) = media(&headers, own, "application/json") else { return Ok(unacceptable(own[0])) };
    let Some(known) = known(&site, &caller, &id).await? else { return Ok(unknown()) };
    let alias = |(authority, name): &(&str, String)| json!({ "naming_authority": authority, "alias": name });
    let aliases: Vec<Value> = known.aliases.iter().map(alias).collect();
    let told = json!({ "metadata": {
        "md5": known.names.md5_hex(),
        "trunc512": known.names.trunc512(),
        "ga4gh": known.names.ga4gh(),
        "length": known.length,
        "circular": known.is_circular,
        "aliases": aliases,
    } });
    Ok(sent(StatusCode::OK, media, told.to_string()))
}

/// The media type of the version that is asked for: the second where nothing is said; `None` where none will do.
fn media(headers: &HeaderMap, [second, first]: [&'static str; 2], plain: &str) -> Option<&'static str> {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let family = plain.split('/').next().unwrap_or_default();
    let wanted = accept.split(',').map(|one| one.split(';').next().unwrap_or_default().trim());
    wanted.filter(|one| !one.is_empty()).find_map(|one| match one {
        "*/*" => Some(second),
        one if one == plain || one.strip_suffix("/*") == Some(family) => Some(second),
        one if one.contains("/vnd.ga4gh.refget.v1.") && one.starts_with(family) => Some(first),
        one if one.contains("/vnd.ga4gh.refget.v2.") && one.starts_with(family) => Some(second),
        _ => None,
    })
}

fn unacceptable(media: &str) -> Response {
    refused(StatusCode::NOT_ACCEPTABLE, &format!("this is answered as {media} alone: ask for that"))
}

fn unknown() -> Response {
    refused(StatusCode::NOT_FOUND, "there is no sequence of this name that you may see")
}

fn behind(site: &Site, code: &str, accession: &str) -> Response {
    let next = address::of_genome(accession, "sequence.fasta");
    let place = format!("{}{}", site.app.config.public_url(), address::accept(code, &next));
    let text = format!("this sequence is under the terms {code}: accept them first, at {place}");
    refused(StatusCode::FORBIDDEN, &text)
}

/// The sequence of a name, as far as the caller may see one.
async fn known(site: &Site, caller: &Caller, id: &str) -> Result<Option<Known>, Problem> {
    let Some(name) = SequenceName::read(id) else { return Ok(None) };
    let own = site.clone();
    let open = tokio::task::spawn_blocking(move || own.app.references().sequence(&name).cloned().ok_or(name));
    match open.await.map_err(|error| Problem::Internal(error.to_string()))? {
        Ok(open) => Ok(Some(of_reference(open))),
        Err(name) => of_genomes(site, caller, &name).await,
    }
}

fn of_reference(open: OpenSequence) -> Known {
    let authority = open.authority().unwrap_or("local");
    let OpenSequence { names, name, letters, is_circular } = open;
    let aliases = vec![(authority, name)];
    Known { names, length: letters.len(), is_circular, aliases, place: Place::Here(letters) }
}

async fn of_genomes(site: &Site, caller: &Caller, name: &SequenceName) -> Result<Option<Known>, Problem> {
    let wanted = match name {
        SequenceName::Sha512(bytes) => Wanted::Sha512(*bytes),
        SequenceName::Md5(bytes) => Wanted::Md5(*bytes),
        SequenceName::Insdc(_) => return Ok(None),
    };
    let mut read = site.app.store.read().await?;
    let Some(found) = sequence_names::named(&mut read, wanted).await? else { return Ok(None) };
    let genomes = sequence_names::released(&mut read, caller.scope(), found.digest).await?;
    let mut names = Names::read(&mut read, caller).await?;
    let (mut free, mut locked) = (false, None);
    let (mut aliases, mut length) = (Vec::new(), 0);
    for (seen, accession, own_length) in genomes.iter().filter_map(|seen| said(seen, found.digest)) {
        length = own_length;
        if names.must_accept(&mut read, seen).await? {
            let terms = names.terms(&mut read, seen.disclosure.terms).await?;
            locked = terms.map(|terms| Place::Behind { code: terms.code, accession: accession.clone() });
        } else {
            free = true;
        }
        aliases.push(("hearth", accession));
    }
    if aliases.is_empty() {
        return Ok(None);
    }
    let place = if free { Place::Kept(found.digest) } else { locked.unwrap_or(Place::Kept(found.digest)) };
    let names = SequenceNames { sha512t24: found.sha512t24, md5: found.md5 };
    Ok(Some(Known { names, length, is_circular: false, aliases, place }))
}

/// A genome's accession with version, and the length of its sequence with a digest; nothing if it was erased.
fn said(seen: &Seen, digest: Digest) -> Option<(&Seen, String, usize)> {
    let Body::Genome(genome) = &seen.entry.as_ref()?.draft.body else { return None };
    let sequence = genome.sequences.iter().find(|sequence| sequence.digest == digest)?;
    Some((seen, format!("{}.{}", genome.accession, seen.version.version), sequence.length_nt as usize))
}
