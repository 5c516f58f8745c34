//! Genomes: the list, one of them, its sequence.
//!
//! What is under terms that the caller did not accept is told in lists and not given out. Start at [`list`] and [`show`].

use super::batches::{after, limit};
use super::read::{Asked, ok};
use super::shapes::{AssignedAgain, Genome, GenomeQuery, GenomeRecord, Page, PartyRef, Sequence, Version};
use crate::app::Problem;
use crate::app::genomes::lineages;
use crate::app::genomes::sample::{cells, to_row};
use crate::http::pages::as_of::Moment;
use crate::http::pages::downloads::sequences;
use crate::http::pages::genome::citation;
use crate::http::pages::genomes::said_ever;
use crate::http::pages::named::Names;
use crate::http::pages::record::Record;
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::country::Country;
use hearth_base::date::PartialDate;
use hearth_base::id::RecordId;
use hearth_ledger::body::genomes::Genome as GenomeBody;
use hearth_ledger::rules::Status;
use hearth_store::db::Session;
use hearth_store::log::read::entry_at;
use hearth_store::state::findings;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::{Face, Seen};
use hearth_store::usage::Way;
use http::header::{CONTENT_TYPE, HeaderValue};

/// The longest text of a filter, in bytes.
const TEXT_MAX_BYTES: usize = 800;

fn wanted(query: &GenomeQuery) -> Result<Wanted, Problem> {
    let texts = [&query.pathogen, &query.lineage, &query.text, &query.from, &query.to];
    if texts.into_iter().flatten().any(|text| text.len() > TEXT_MAX_BYTES || text.contains('\0')) {
        return Err(Problem::field(
            "",
            format!("a filter is longer than {TEXT_MAX_BYTES} bytes, or no text"),
        ));
    }
    let date = |field: &'static str, text: &String| {
        let wrong = || Problem::field(field, "write a date as year, year-month or year-month-day");
        text.parse::<PartialDate>().map_err(|_| wrong())
    };
    let country = |code: &String| {
        let found = Country::from_alpha2(&code.to_uppercase());
        found.ok_or_else(|| Problem::field("country", "this is no country's code of two letters"))
    };
    let batch = |text: &String| {
        text.parse::<RecordId>().map_err(|_| Problem::field("batch", "this is no identifier of a batch"))
    };
    let is_kept = query.kept.unwrap_or(false);
    Ok(Wanted {
        face: if is_kept { Face::Kept } else { Face::Released },
        pathogen: query.pathogen.clone(),
        country: query.country.as_ref().map(country).transpose()?,
        from: query.from.as_ref().map(|text| date("from", text)).transpose()?.map(|date| date.first_day()),
        to: query.to.as_ref().map(|text| date("to", text)).transpose()?.map(|date| date.last_day()),
        text: query.text.clone(),
        submission: query.batch.as_ref().map(batch).transpose()?,
        lineages: query.lineage.iter().cloned().collect(),
        before: after(query.after.as_deref())?,
        as_of: None,
        limit: limit(query.limit)?,
    })
}

/// Genomes that the caller may see.
pub(super) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Asked(query): Asked<GenomeQuery>,
) -> Result<Response, Problem> {
    let mut wanted = wanted(&query)?;
    let mut read = site.app.store.read().await?;
    if let Some(text) = &query.as_of {
        wanted.as_of = Some(Moment::read(text)?.size(&mut read, caller.scope()).await?);
    }
    if let Some(text) = wanted.lineages.first() {
        let found = lineages::wanted(&site.app, &mut read, caller.scope(), text, &wanted).await?;
        wanted.lineages = found.names;
    }
    let mut names = Names::read(&mut read, &caller).await?;
    let found = genomes::list(&mut read, caller.scope(), &wanted).await?;
    let is_more = found.len() == wanted.limit as usize;
    let next = found.last().filter(|_| is_more).map(|seen| seen.content.to_string());
    let mut items = Vec::with_capacity(found.len());
    for seen in &found {
        let Some(genome) = said_ever(seen) else { continue };
        items.push(item(&mut read, &mut names, seen, genome).await?);
    }
    ok(&Page { items, next })
}

async fn item(
    session: &mut Session,
    names: &mut Names,
    seen: &Seen,
    genome: &GenomeBody,
) -> Result<Genome, Problem> {
    let finding = findings::of(session, seen.version).await?;
    let terms = names.terms(session, seen.disclosure.terms).await?;
    let finding = finding.unwrap_or_default();
    let assigned_again = finding.again.map(|again| {
        let (first_clade, first_lineage) = again.first.unwrap_or_default();
        AssignedAgain { on: again.at.date().to_string(), first_clade, first_lineage }
    });
    Ok(Genome {
        accession: genome.accession.to_string(),
        version: seen.version.version,
        name: genome.sample.name.clone(),
        pathogen: genome.pathogen.clone(),
        party: PartyRef { id: seen.owner.to_string(), name: names.party(seen.owner) },
        terms: terms.map(|terms| terms.code),
        country: genome.sample.country.map(|country| country.to_string()),
        collected: genome.sample.collected.map(|date| date.to_string()),
        clade: finding.clade,
        lineage: finding.lineage,
        assigned_again,
        is_withdrawn: seen.status == Status::Withdrawn,
        is_simulated: seen.entry.as_ref().is_some_and(|entry| entry.draft.simulated),
    })
}

/// The genome of an address, if its terms need no acceptance any more.
pub(super) async fn open(
    site: &Site,
    caller: &Caller,
    session: &mut Session,
    text: &str,
) -> Result<(Record, Names), Problem> {
    let record = Record::find(session, caller, text).await?;
    let mut names = Names::read(session, caller).await?;
    if names.must_accept(session, &record.seen).await? {
        let terms = names.terms(session, record.seen.disclosure.terms).await?;
        let code = terms.map(|terms| terms.code).unwrap_or_default();
        let url = site.app.config.public_url();
        return Err(Problem::Forbidden(format!(
            "this is under terms that a person has to accept first: {url}/terms/{code}/accept"
        )));
    }
    Ok((record, names))
}

/// One genome.
pub(super) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let (record, mut names) = open(&site, &caller, &mut read, &text).await?;
    let mut genome = item(&mut read, &mut names, &record.seen, &record.genome).await?;
    genome.is_withdrawn = record.is_withdrawn();
    let sequence = |one: &hearth_ledger::body::genomes::Sequence| Sequence {
        segment: one.segment.clone(),
        sha256: one.digest.hex(),
        length_nt: one.length_nt,
    };
    let known = cells(&to_row(&record.genome.sample, &record.genome.credit)).into_iter();
    let mut versions = Vec::with_capacity(record.states.len());
    for (seen, is_released) in &record.states {
        let Some(entry) =
            entry_at(&mut read, seen.since).await?.map(|kept| kept.entry()).transpose()?.flatten()
        else {
            continue;
        };
        versions.push(Version {
            version: seen.version.version,
            recorded: entry.recorded.to_string(),
            is_released: *is_released,
            is_withdrawn: seen.status == Status::Withdrawn,
            entry: entry.id.to_string(),
        });
    }
    site.app.usage.note(record.id, Way::Described, site.app.now().unix_ms());
    ok(&GenomeRecord {
        sequences: record.genome.sequences.iter().map(sequence).collect(),
        metadata: known.filter(|(_, value)| !value.is_empty()).collect(),
        reason: record.genome.reason.clone(),
        versions,
        citation: citation(&site, &names.party(record.seen.owner), &record),
        genome,
    })
}

/// Its sequence.
pub(super) async fn sequence(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let (record, _) = open(&site, &caller, &mut read, &text).await?;
    if record.is_withdrawn() {
        return Err(Problem::Gone("this genome was withdrawn: its page says why".to_owned()));
    }
    let text = sequences(&site, read, &record.versioned(), &record.genome).await?;
    site.app.usage.note(record.id, Way::Taken, site.app.now().unix_ms());
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/x-fasta; charset=utf-8"));
    Ok(response)
}
