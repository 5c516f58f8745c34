//! Files: one genome's sequence and metadata, and those of a whole selection, with a manifest.
//!
//! Only what the reader may see, as of one place in the log; what is under terms that they did not accept is left out of
//! a selection, and leads to the page of acceptance when it is asked for alone. Start at [`all_fasta`].

use super::genome::{citation, cited};
use super::genomes::{lineage_of, said};
use super::named::Names;
use super::record::Record;
use super::walk::Walk;
use crate::app::Problem;
use crate::app::genomes::sample::{cells, to_row};
use crate::http::{Caller, Site, answer};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use hearth_base::digest::Digester;
use hearth_formats::submission::{cell_for_spreadsheet, hearth_columns};
use hearth_ledger::body::genomes::Genome;
use hearth_pages::site::address;
use hearth_store::db::{Read, Session};
use hearth_store::log::read::head;
use hearth_store::sequences::place_of;
use hearth_store::state::findings;
use hearth_store::state::records::Seen;
use hearth_store::usage::Way;
use http::Uri;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;

/// Letters on a line of FASTA.
const LINE: usize = 80;

fn file(media: &'static str, name: &str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    let safe: String =
        name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "._-".contains(*letter)).collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{safe}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// One genome that may be taken, or where its terms are accepted.
async fn single(
    site: &Site,
    caller: &Caller,
    accession: &str,
    part: &str,
) -> Result<Result<(Read, Record, Names), Response>, Problem> {
    let mut read = site.app.store.read().await?;
    let record = Record::find(&mut read, caller, accession).await?;
    if record.is_withdrawn() {
        return Err(Problem::Gone("this genome was withdrawn: its page says why".to_owned()));
    }
    let mut names = Names::of_terms(&mut read, caller).await?;
    if names.must_accept(&mut read, &record.seen).await? {
        let terms = names.terms(&mut read, record.seen.disclosure.terms).await?;
        let code = terms.map(|terms| terms.code).unwrap_or_default();
        let next = address::of_genome(&record.versioned(), part);
        return Ok(Err(answer::see_other(&address::accept(&code, &next))));
    }
    Ok(Ok((read, record, names)))
}

/// The sequence of one genome.
///
/// # Errors
/// When it is not there, or not for these eyes.
pub async fn fasta(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let (read, record, _) = match single(&site, &caller, &accession, "sequence.fasta").await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let text = sequences(&site, read, &record.versioned(), &record.genome).await?;
    site.app.usage.note(record.id, Way::Taken, site.app.now().unix_ms());
    Ok(file("text/x-fasta; charset=utf-8", &format!("{}.fasta", record.versioned()), text.into()))
}

/// What is known of one genome.
///
/// # Errors
/// When it is not there, or not for these eyes.
pub async fn metadata(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let (mut read, record, mut names) = match single(&site, &caller, &accession, "metadata.json").await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    names.learn_parties(&mut read).await?;
    let mut value = object(&mut read, &mut names, &record.seen, &record.genome).await?;
    value["citation"] = citation(&site, &names.party(record.seen.owner), &record).into();
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    site.app.usage.note(record.id, Way::Described, site.app.now().unix_ms());
    Ok(file("application/json", &format!("{}.json", record.versioned()), text.into()))
}

/// The letters of a genome as FASTA.
pub(in crate::http) async fn sequences(
    site: &Site,
    mut read: Read,
    versioned: &str,
    genome: &Genome,
) -> Result<Vec<u8>, Problem> {
    let genomes = site.app.genomes();
    let mut places = Vec::with_capacity(genome.sequences.len());
    for sequence in &genome.sequences {
        places.push(place_of(&mut read, sequence.digest).await?);
    }
    // Nobody waits for the database while files are read.
    drop(read);
    let mut out = Vec::new();
    for (sequence, place) in genome.sequences.iter().zip(places) {
        let letters = genomes.letters_at(sequence.digest, place).await?;
        let segment =
            if sequence.segment.is_empty() { String::new() } else { format!("_{}", sequence.segment) };
        let name: String = genome.sample.name.chars().filter(|letter| !letter.is_control()).collect();
        out.extend_from_slice(format!(">{versioned}{segment} {name}").trim_end().as_bytes());
        out.push(b'\n');
        for line in letters.chunks(LINE) {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
    }
    Ok(out)
}

/// What is known of a genome, as JSON.
async fn object(
    session: &mut Session,
    names: &mut Names,
    seen: &Seen,
    genome: &Genome,
) -> Result<Value, Problem> {
    let finding = findings::of(session, seen.version).await?;
    let terms = names.terms(session, seen.disclosure.terms).await?;
    let sequence = |one: &hearth_ledger::body::genomes::Sequence| json!({ "segment": one.segment, "sha256": one.digest.hex(), "length_nt": one.length_nt });
    let row = to_row(&genome.sample, &genome.credit);
    let known = cells(&row).into_iter().filter(|(_, value)| !value.is_empty());
    let known: serde_json::Map<String, Value> = known.map(|(name, value)| (name, value.into())).collect();
    Ok(json!({
        "accession": genome.accession.to_string(),
        "version": seen.version.version,
        "pathogen": genome.pathogen,
        "party": names.party(seen.owner),
        "terms": terms.map(|terms| terms.code),
        "clade": finding.as_ref().and_then(|finding| finding.clade.clone()),
        "lineage": finding.as_ref().and_then(|finding| finding.lineage.clone()),
        "sequences": genome.sequences.iter().map(sequence).collect::<Vec<_>>(),
        "metadata": known,
    }))
}

/// In which form a selection leaves.
#[derive(Clone, Copy)]
enum Form {
    Fasta,
    Tsv,
    Json,
}

impl Form {
    fn head(self) -> Vec<u8> {
        match self {
            Self::Fasta => Vec::new(),
            Self::Tsv => header().into_bytes(),
            Self::Json => b"[".to_vec(),
        }
    }

    async fn write(self, walk: &mut Walk, first: bool) -> Result<Option<Vec<u8>>, Problem> {
        let mut read = walk.site.app.store.read().await?;
        let Some(found) = walk.next(&mut read).await? else { return Ok(None) };
        let mut out = Vec::new();
        let mut is_first = first;
        if matches!(self, Self::Fasta) {
            // Sequences are read by connections of their own: none is held meanwhile.
            drop(read);
            for seen in &found {
                let Some(genome) = said(seen) else { continue };
                let versioned = format!("{}.{}", genome.accession, seen.version.version);
                out.extend(
                    sequences(&walk.site, walk.site.app.store.read().await?, &versioned, genome).await?,
                );
                walk.site.app.usage.note(seen.version.record, Way::Taken, walk.site.app.now().unix_ms());
            }
            return Ok(Some(out));
        }
        for seen in &found {
            let Some(genome) = said(seen) else { continue };
            match self {
                Self::Fasta => {}
                Self::Tsv => out.extend(row(&mut read, &mut walk.names, seen, genome).await?.into_bytes()),
                Self::Json => {
                    out.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                    let value = object(&mut read, &mut walk.names, seen, genome).await?;
                    out.extend(value.to_string().into_bytes());
                }
            }
            walk.site.app.usage.note(seen.version.record, Way::Described, walk.site.app.now().unix_ms());
            is_first = false;
        }
        Ok(Some(out))
    }

    fn tail(self) -> &'static [u8] {
        match self {
            Self::Json => b"\n]\n",
            Self::Fasta | Self::Tsv => b"",
        }
    }
}

/// Columns before those of the template.
const OWN: [&str; 7] = ["accession", "version", "pathogen", "party", "terms", "lineage", "length_nt"];

fn known_columns() -> impl Iterator<Item = &'static str> {
    let left_out = ["record", "segment", "pathogen", "control", "terms"];
    hearth_columns().iter().map(|column| column.name).filter(move |name| !left_out.contains(name))
}

fn header() -> String {
    let all: Vec<&str> = OWN.into_iter().chain(known_columns()).collect();
    all.join("\t") + "\n"
}

async fn row(
    session: &mut Session,
    names: &mut Names,
    seen: &Seen,
    genome: &Genome,
) -> Result<String, Problem> {
    let finding = findings::of(session, seen.version).await?;
    let terms = names.terms(session, seen.disclosure.terms).await?;
    let length: u64 = genome.sequences.iter().map(|one| u64::from(one.length_nt)).sum();
    let mut all = vec![
        genome.accession.to_string(),
        seen.version.version.to_string(),
        genome.pathogen.clone(),
        names.party(seen.owner),
        terms.map(|terms| terms.code).unwrap_or_default(),
        lineage_of(finding.as_ref()),
        length.to_string(),
    ];
    let known: BTreeMap<String, String> =
        cells(&to_row(&genome.sample, &genome.credit)).into_iter().collect();
    all.extend(known_columns().map(|name| known.get(name).cloned().unwrap_or_default()));
    let plain = all.iter().map(|cell| {
        let one_line: String =
            cell.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        cell_for_spreadsheet(&one_line).into_owned()
    });
    Ok(plain.collect::<Vec<_>>().join("\t") + "\n")
}

/// Sends a selection piece by piece. What breaks on the way breaks the answer off, so that no half of a file looks whole.
async fn send(
    site: Site,
    caller: Caller,
    uri: Uri,
    form: Form,
    media: &'static str,
    name: &str,
) -> Result<Response, Problem> {
    let walk = Walk::new(site, caller, &uri).await?;
    let pieces =
        stream::try_unfold((walk, Some(form.head()), false), move |(mut walk, head, ended)| async move {
            if ended {
                return Ok::<_, io::Error>(None);
            }
            if let Some(head) = head {
                return Ok(Some((Bytes::from(head), (walk, None, false))));
            }
            let first = walk.taken == 0;
            match form.write(&mut walk, first).await {
                Ok(Some(piece)) => Ok(Some((Bytes::from(piece), (walk, None, false)))),
                Ok(None) => Ok(Some((Bytes::from_static(form.tail()), (walk, None, true)))),
                Err(problem) => {
                    tracing::error!(error = %problem, "a download broke off");
                    Err(io::Error::other("the download broke off"))
                }
            }
        });
    Ok(file(media, name, Body::from_stream(pieces)))
}

/// Sequences of a selection.
///
/// # Errors
/// When a filter cannot be read, or there are too many.
pub async fn all_fasta(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    send(site, caller, uri, Form::Fasta, "text/x-fasta; charset=utf-8", "genomes.fasta").await
}

/// A selection as a table.
///
/// # Errors
/// When a filter cannot be read, or there are too many.
pub async fn all_tsv(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    send(site, caller, uri, Form::Tsv, "text/tab-separated-values; charset=utf-8", "genomes.tsv").await
}

/// A selection as JSON.
///
/// # Errors
/// When a filter cannot be read, or there are too many.
pub async fn all_json(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    send(site, caller, uri, Form::Json, "application/json", "genomes.json").await
}

/// What a selection consists of: records, versions, digests, terms, whom to credit, how to cite.
///
/// # Errors
/// When a filter cannot be read, or there are too many.
pub async fn manifest(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let mut walk = Walk::new(site.clone(), caller, &uri).await?;
    let mut read = site.app.store.read().await?;
    let log = head(&mut read).await?;
    let mut digester = Digester::default();
    let mut records = Vec::new();
    while let Some(found) = walk.next(&mut read).await? {
        for seen in &found {
            let Some(genome) = said(seen) else { continue };
            let versioned = format!("{}.{}", genome.accession, seen.version.version);
            for sequence in &genome.sequences {
                digester.update(format!("{versioned}\t{}\n", sequence.digest.hex()).as_bytes());
            }
            let party = walk.names.party(seen.owner);
            let year = seen.entry.as_ref().map(|entry| entry.recorded.date().year()).unwrap_or_default();
            let mut value = object(&mut read, &mut walk.names, seen, genome).await?;
            value["citation"] = cited(&site, &party, year, &versioned).into();
            value["credit"] = json!({
                "authors": genome.credit.authors,
                "originating_lab": genome.credit.originating_lab,
                "submitting_lab": genome.credit.submitting_lab,
            });
            if let Some(value) = value.as_object_mut() {
                value.remove("metadata");
            }
            records.push(value);
        }
    }
    let asked = uri.query().unwrap_or_default();
    let value = json!({
        "site": site.app.config.server.site_name,
        "selection": asked,
        "made": site.app.now().to_string(),
        "log": { "origin": log.origin, "size": walk.wanted.as_of, "root": log.root.to_string() },
        "digest": format!("sha256:{}", digester.finish().hex()),
        "digest_of": "lines of accession.version, tab, SHA-256 of the sequence, in the order below",
        "left_out_until_terms_are_accepted": walk.left_out,
        "records": records,
    });
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    Ok(file("application/json", "genomes.manifest.json", text.into()))
}
