//! Feeds of questions: of any, for everybody; and of a saved search at an address with a secret, with its owner's rights
//! of the moment.
//!
//! Whoever fetches is not asked who they are: a feed says the same to all who know its address. A genome that is withdrawn
//! or closed leaves the feed. Refuses to decide who sees what (the index does). Start at [`of_everybody`] and [`of_saved`].

use super::ask::found::line;
use super::ask::{blocking, of_index};
use super::named::pathogen as named;
use crate::app::accounts::Secret;
use crate::app::questions::asked::Asked;
use crate::app::questions::select::Asking;
use crate::app::searches::{Sort, scope_of};
use crate::app::{FieldFault, Problem};
use crate::http::feed::{ATOM, Entry, Feed, JSON};
use crate::http::{Fields, Site};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::digest::Digest;
use hearth_base::time::UtcTime;
use hearth_index::visible::Visible;
use hearth_pages::site::address;
use hearth_pages::site::ask::Line;
use hearth_store::searches::{self, Saved};
use hearth_store::state::scope::Scope;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use http::{HeaderMap, StatusCode, Uri};

/// Genomes in a feed.
const ENTRIES_MOST: usize = 100;
/// The year of the names of entries: they begin with whoever had this server's name then (RFC 4151).
const TAG_YEAR: &str = "2026";

/// As what a feed is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Atom,
    Json,
}

/// What a feed is of.
struct Wanted {
    pathogen: String,
    asked: Asked,
    scope: Scope,
    title: String,
    about: String,
    /// Its own path.
    own: String,
    /// What its name for ever ends with.
    id: String,
}

/// The feed of any question as Atom, of what everybody may see.
///
/// # Errors
/// When there is no such pathogen, or the question cannot be asked.
pub async fn atom(
    State(site): State<Site>,
    path: Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_everybody(&site, (&path, &uri), &headers, Form::Atom).await
}

/// The same as JSON Feed.
///
/// # Errors
/// The same.
pub async fn json(
    State(site): State<Site>,
    path: Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_everybody(&site, (&path, &uri), &headers, Form::Json).await
}

async fn of_everybody(
    site: &Site,
    (id, uri): (&str, &Uri),
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let (asked, wrong) = Asked::read(Fields::read(uri.query().unwrap_or_default().as_bytes())?.pairs());
    if let Some(wrong) = wrong.into_iter().chain(asked.unlike_news()).next() {
        return Err(unaskable(&wrong.text));
    }
    let pathogen = named(site, id);
    let title = format!("{pathogen}: genomes at {}", site.app.config.server.site_name);
    let about =
        "Released genomes that everybody may see and that fit the question, the newest first.".to_owned();
    let mark = if asked.is_any() { "?" } else { "" };
    let own = format!("{}/{}{mark}{}", address::below("/ask", id), file(form), asked.address());
    let scope = Scope::of_anybody(site.app.now());
    let wanted = Wanted { pathogen: id.to_owned(), asked, scope, title, about, id: own.clone(), own };
    answered(site, wanted, headers, form, "public, no-cache").await
}

/// The feed of a saved search as Atom, at its secret address.
///
/// # Errors
/// When the address leads nowhere (any more), or the question cannot be asked.
pub async fn saved_atom(
    State(site): State<Site>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_saved(&site, &path, &headers, Form::Atom).await
}

/// The same as JSON Feed.
///
/// # Errors
/// The same.
pub async fn saved_json(
    State(site): State<Site>,
    path: Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_saved(&site, &path, &headers, Form::Json).await
}

async fn of_saved(site: &Site, token: &str, headers: &HeaderMap, form: Form) -> Result<Response, Problem> {
    let nowhere = || Problem::NotFound("feed");
    let digest = Secret::read(token).ok_or_else(nowhere)?.digest();
    let mut read = site.app.store.read().await?;
    let search: Saved = searches::by_feed(&mut read, &digest).await?.ok_or_else(nowhere)?;
    let scope = scope_of(&mut read, search.person, site.app.now()).await?.ok_or_else(nowhere)?;
    drop(read);
    if Sort::read(&search.sort) != Some(Sort::Genomes) {
        return Err(nowhere());
    }
    let (asked, wrong) = Asked::of_address(&search.question);
    if let Some(wrong) = wrong.first() {
        return Err(unaskable(&wrong.text));
    }
    let title = format!("{} ({})", search.name, site.app.config.server.site_name);
    let about = "Genomes that fit a saved search and that its owner may see, the newest first. Keep the address of this feed to yourself.";
    let own = format!("{}/{}", address::below("/feeds", token), file(form));
    // The secret is no part of its name: that stays when the address changes.
    let id = address::below("/searches", &search.id.to_string());
    let wanted = Wanted { pathogen: search.subject, asked, scope, title, about: about.to_owned(), own, id };
    let mut response = answered(site, wanted, headers, form, "private, no-cache").await?;
    // A search engine that found the address tells it nobody.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(response)
}

fn file(form: Form) -> &'static str {
    if form == Form::Atom { "feed.atom" } else { "feed.json" }
}

fn unaskable(text: &str) -> Problem {
    Problem::Invalid(vec![FieldFault { field: "", text: text.to_owned() }])
}

async fn answered(
    site: &Site,
    wanted: Wanted,
    headers: &HeaderMap,
    form: Form,
    kept: &'static str,
) -> Result<Response, Problem> {
    let pathogen = site.app.packs.pathogens().position(&wanted.pathogen);
    let pathogen = pathogen.ok_or(Problem::NotFound("pathogen"))?;
    if !site.app.indexes.is_caught_up() {
        let text = "this server still reads its genomes: ask again in a moment".to_owned();
        return Err(Problem::Unavailable { text, wait_s: 5 });
    }
    let own = site.clone();
    let feed = blocking(move || {
        let scope = wanted.scope.clone();
        of_index(&own, &scope, pathogen, None, |held, visible| {
            feed(&own, &wanted, held.index.schema(), visible)
        })
    });
    let (feed, _) = feed.await?.ok_or(Problem::NotFound("pathogen"))?;
    let (feed, changed) = feed.map_err(|text| unaskable(&text))?;
    let (text, media) = match form {
        Form::Atom => (feed.atom(), ATOM),
        Form::Json => (feed.json(), JSON),
    };
    Ok(conditional(text, media, changed, headers, kept))
}

fn feed(
    site: &Site,
    wanted: &Wanted,
    schema: &hearth_index::row::Schema,
    visible: &Visible,
) -> Result<(Feed, UtcTime), String> {
    let asking = Asking::new(visible, schema, &wanted.asked);
    let asking = asking.map_err(|wrong| wrong.first().map(|wrong| wrong.text.clone()).unwrap_or_default())?;
    let found = asking.found();
    let origin = site.app.config.public_url();
    let authority = authority(&site.app.config.origin());
    let entry = |(row, at_ms): &(hearth_index::row::RowId, i64)| {
        entry(&origin, &authority, &line(&found, *row), *at_ms)
    };
    let entries: Vec<Entry> = visible.newest(&found, ENTRIES_MOST).iter().map(entry).collect();
    // A genome that left changes the feed too, and is in none of its entries.
    let changed = visible.changed_ms().map(UtcTime::from_unix_ms).unwrap_or_default();
    let mark = if wanted.asked.is_any() { "?" } else { "" };
    let feed = Feed {
        id: format!("tag:{authority},{TAG_YEAR}:{}", wanted.id),
        title: wanted.title.clone(),
        about: wanted.about.clone(),
        author: site.app.config.server.site_name.clone(),
        own: format!("{origin}{}", wanted.own),
        page: format!("{origin}{}{mark}{}", address::below("/ask", &wanted.pathogen), wanted.asked.address()),
        updated: entries.first().map_or(changed, |newest| newest.updated),
        entries,
    };
    Ok((feed, changed))
}

/// The host of a log's name, as names of entries begin (RFC 4151, section 2.1).
fn authority(origin: &str) -> String {
    let host = origin.split(['/', ':', '+', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    if host.is_empty() || !host.chars().all(is_host) { "localhost".to_owned() } else { host }
}

fn entry(origin: &str, authority: &str, line: &Line, at_ms: i64) -> Entry {
    let title = match line.name.as_str() {
        "" => line.accession.clone(),
        name => format!("{} {name}", line.accession),
    };
    let mut parts = Vec::new();
    let collected = match (line.place.as_str(), line.collected.as_str()) {
        ("", "") => String::new(),
        (place, "") => format!("Collected in {place}."),
        ("", day) => format!("Collected on {day}."),
        (place, day) => format!("Collected in {place} on {day}."),
    };
    parts.push(collected);
    let known =
        |text: &str, before: &str| if text.is_empty() { String::new() } else { format!("{before} {text}.") };
    parts.push(known(&line.lineage, "Clade and lineage:"));
    parts.push(known(&line.lab, "Handed in by"));
    parts.push(known(&line.released, "Released on"));
    parts.push(if line.is_simulated {
        "Simulated: this is no real genome.".to_owned()
    } else {
        String::new()
    });
    let summary: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let tags = [&line.place, &line.lineage].into_iter().filter(|tag| !tag.is_empty()).cloned().collect();
    Entry {
        id: format!("tag:{authority},{TAG_YEAR}:{}", address::genome(&line.accession)),
        title,
        summary: summary.join(" "),
        page: format!("{origin}{}", address::genome(&line.accession)),
        updated: UtcTime::from_unix_ms(at_ms),
        tags,
    }
}

/// The answer, or that nothing changed (RFC 9110, section 13).
fn conditional(
    text: String,
    media: &'static str,
    updated: UtcTime,
    headers: &HeaderMap,
    kept: &'static str,
) -> Response {
    let tag = format!("\"{}\"", &Digest::of(text.as_bytes()).to_string()[..32]);
    let modified = jiff::Timestamp::from_millisecond(updated.unix_ms()).unwrap_or_default();
    let modified = modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let given = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_known = match (given(IF_NONE_MATCH), given(IF_MODIFIED_SINCE)) {
        (Some(tags), _) => tags.split(',').any(|one| {
            matches!(one.trim().trim_start_matches("W/"), "*" | "")
                || one.trim().trim_start_matches("W/") == tag
        }),
        (None, Some(since)) => since == modified,
        (None, None) => false,
    };
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(text) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let said = response.headers_mut();
    for (name, value) in [
        (ETAG, tag.as_str()),
        (LAST_MODIFIED, modified.as_str()),
        (CACHE_CONTROL, kept),
        (CONTENT_TYPE, media),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            said.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_host() {
        let check = |origin: &str, expected: &str| assert_eq!(authority(origin), expected, "{origin}");
        check("hearth.example.org/log", "hearth.example.org");
        check("Hearth.Example.org:8443", "hearth.example.org");
        check("localhost/hearth", "localhost");
        check("our log", "our");
        check("日本/log", "localhost");
    }
}
