//! What changed for a reader since a version that they name: a line for each genome that is new, revised, assigned anew
//! or no longer theirs, then a line with the version that they have now.
//!
//! It is told from what they were given then and what they may take now, so rights, terms and filters are in it like
//! releases and withdrawals. Start at [`show`].

use super::chosen::may;
use super::lines::Differences;
use super::problem;
use super::table::named;
use super::versions::Version;
use crate::app::Problem;
use crate::app::index::fields::FIELDS;
use crate::http::lapis::asked::{self, Asked};
use crate::http::lapis::fault::Fault;
use crate::http::lapis::packing::Packing;
use crate::http::lapis::select::Bench;
use crate::http::lapis::taking::{Free, Selected, Taking};
use crate::http::lapis::writing::{Genome, Writing};
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use hearth_base::digest::Digest;
use hearth_index::row::{RowId, Value as Cell};
use hearth_index::visible::{Selection, SetAside};
use hearth_store::usage::Way;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Keys that choose a part of the genomes, an order of them, or a moment: what changed is told of all, until now.
const OF_PARTS: [&str; 5] = ["limit", "offset", "orderBy", "asOf", "dataVersion"];

/// What the reader may take now.
struct Now {
    rows: Vec<(RowId, String, String)>,
    aside: SetAside,
}

/// Tells what changed.
///
/// # Errors
/// When the question cannot be read, or the version is not known.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(pathogen): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let is_head = request.method() == http::Method::HEAD;
    let mut asked = asked::read(request, asked::Form::Keys, BTreeMap::new()).await.map_err(problem)?;
    let (since, packing) = (asked.take_out("since"), Packing::of(&asked).map_err(problem)?);
    if let Some(key) = OF_PARTS.iter().find(|key| !asked.values(key).is_empty()) {
        let text = format!("what changed is told of all genomes that the filters leave: leave {key} out");
        return Err(Problem::Unreadable(text));
    }
    let bench = Arc::new(Bench::of(&site, &caller, &pathogen).map_err(problem)?);
    let of = whose(&bench, &caller);
    let before = match since.as_deref().filter(|since| !since.is_empty()) {
        Some(since) => Version::find(&site.app, since, &of).await?.genomes,
        None => BTreeMap::new(),
    };
    let free = Free::of(&bench, &caller).await.map_err(problem)?;
    let (taking, room) = begun(&site, bench, free, asked, (of, before), packing).await?;
    let body = if is_head { Body::empty() } else { Body::from_stream(sent(taking, room)) };
    Ok(described(&pathogen, packing, body))
}

/// What changed, ready to be written; the version that it leads to is kept.
async fn begun(
    site: &Site,
    bench: Arc<Bench>,
    free: Free,
    asked: Asked,
    (of, before): (String, BTreeMap<String, String>),
    packing: Packing,
) -> Result<(Taking, OwnedSemaphorePermit), Problem> {
    let own = (Arc::clone(&bench), free.clone());
    let now = tokio::task::spawn_blocking(move || now(&own.0, &own.1, &asked)).await;
    let now = now.map_err(|error| Problem::Internal(error.to_string()))?.map_err(problem)?;
    let room = site.known.enter(now.rows.len())?;
    let genomes = now.rows.iter().map(|(_, accession, rest)| (accession.clone(), rest.clone())).collect();
    let version = Version { of, genomes };
    let digest = version.keep(&site.app, &site.spent).await?;
    let (rows, writing) = changed(&before, &version, &now, digest);
    let selected = Selected { rows: rows.into(), aside: now.aside, free };
    Ok((Taking::new(bench, selected, Box::new(writing), packing).exact().counted(Way::Taken), room))
}

/// The pieces; the room is left when they are at their end, or nobody wants them any more.
fn sent(taking: Taking, room: OwnedSemaphorePermit) -> impl Stream<Item = io::Result<Bytes>> + Send {
    taking.pieces().map(move |piece| {
        let _held = &room;
        piece
    })
}

fn described(pathogen: &str, packing: Packing, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let media = packing.media().unwrap_or("application/x-ndjson");
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    let file = format!("attachment; filename=\"{pathogen}.changes.ndjson{}\"", packing.extension());
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(CONTENT_DISPOSITION, file);
    }
    response
}

/// Whose version something is: of whom, of which pathogen, by which pack.
fn whose(bench: &Bench, caller: &Caller) -> String {
    let party = caller.scope().reader().party.map_or("nobody".to_owned(), |party| party.to_string());
    let shelf = bench.shelf();
    let packs = shelf.pathogen().segments().iter().map(|segment| shelf.pack_of(segment).digest.hex());
    format!("{} {party} {}", shelf.pathogen().name(), packs.collect::<Vec<_>>().join(" "))
}

fn now(bench: &Bench, free: &Free, asked: &Asked) -> Result<Now, Fault> {
    bench.with(asked, |held, selection| {
        let may = may(held, selection, free);
        let rows = may.rows().map(|row| {
            let (accession, rest) = told(&may, row);
            (row, accession, rest)
        });
        Ok(Now { rows: rows.collect(), aside: may.set_aside() })
    })
}

/// The accession of a row, and what tells it from other states of the same.
fn told(selection: &Selection, row: RowId) -> (String, String) {
    let text = |name: &str| {
        let number = FIELDS.iter().position(|field| field.name == name);
        match number.and_then(|number| selection.value(row, number)) {
            Some(Cell::Text(text)) => text,
            Some(Cell::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    };
    let assigned = Digest::of(format!("{}\n{}", text("clade"), text("lineage")).as_bytes()).hex();
    (text("accession"), format!("{} {}", text("version"), &assigned[..8]))
}

/// The rows that are told of, and what tells them.
fn changed(
    before: &BTreeMap<String, String>,
    version: &Version,
    now: &Now,
    digest: Digest,
) -> (Vec<RowId>, Changes) {
    let is_other = |one: &&(RowId, String, String)| before.get(&one.1) != Some(&one.2);
    let rows = now.rows.iter().filter(is_other);
    let known = rows.clone().filter(|one| before.contains_key(&one.1)).map(|one| one.1.clone());
    let gone = before.keys().filter(|accession| !version.genomes.contains_key(*accession)).cloned();
    let changes =
        Changes { known: known.collect(), gone: gone.collect(), digest, differences: Differences::default() };
    (rows.map(|one| one.0).collect(), changes)
}

/// Writes what changed.
struct Changes {
    /// Accessions that the reader has in another version.
    known: BTreeSet<String>,
    /// Accessions that are no longer theirs.
    gone: Vec<String>,
    digest: Digest,
    differences: Differences,
}

impl Writing for Changes {
    fn begin(&mut self, out: &mut Vec<u8>) {
        for accession in &self.gone {
            line(out, &json!({ "change": "gone", "accession": accession }));
        }
    }

    fn genome(&mut self, out: &mut Vec<u8>, genome: &Genome) {
        let is_known = self.known.contains(&named(genome, "accession"));
        let mut told = self.differences.line(genome);
        told.insert("change".to_owned(), Value::from(if is_known { "revised" } else { "new" }));
        line(out, &Value::Object(told));
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        line(out, &json!({ "version": self.digest.hex() }));
        false
    }
}

fn line(out: &mut Vec<u8>, value: &Value) {
    out.extend_from_slice(value.to_string().as_bytes());
    out.push(b'\n');
}
