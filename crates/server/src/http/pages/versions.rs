//! Two versions side by side, and the forms that revise, send back and withdraw a genome.
//!
//! Start at [`compare`] and [`revise`].

use super::analysed::Analysed;
use super::genome::label;
use super::record::Record;
use super::shown;
use super::submit::Sent;
use crate::app::Problem;
use crate::app::genomes::revise::{FIXED_COLUMNS, Revision, revised_sample};
use crate::app::genomes::sample::{cells, to_row};
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use hearth_formats::input::{BatchReader, InputLimits};
use hearth_formats::submission::{Need, SampleRow, hearth_columns};
use hearth_genome::fasta::{Record as FastaRecord, parse_record};
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::genome::Version;
use hearth_pages::site::parts::Link;
use hearth_pages::site::versions::{
    ComparePage, FieldChange, MetadataField, RevisePage, SendBackPage, WithdrawPage,
};
use http::{StatusCode, Uri};
use std::collections::BTreeMap;
use std::io::Cursor;

/// The largest file of one sequence, in bytes.
const SEQUENCE_MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Shows two versions side by side.
///
/// # Errors
/// When one is not there, or not for these eyes.
pub async fn compare(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let accession = accession.split('.').next().unwrap_or_default().to_owned();
    let mut read = site.app.store.read().await?;
    let newest = Record::find(&mut read, &caller, &accession).await?;
    if newest.is_withdrawn() {
        return Err(Problem::Gone("this genome was withdrawn: its page says why".to_owned()));
    }
    let right = query.number("right").unwrap_or_else(|| newest.newest().into());
    let left = query.number("left").unwrap_or_else(|| right.saturating_sub(1));
    let left = Record::find(&mut read, &caller, &format!("{accession}.{left}")).await?;
    let right = Record::find(&mut read, &caller, &format!("{accession}.{right}")).await?;
    drop(read);
    let cells_of = |record: &Record| cells(&to_row(&record.genome.sample, &record.genome.credit));
    let before: BTreeMap<String, String> = cells_of(&left).into_iter().collect();
    let after: BTreeMap<String, String> = cells_of(&right).into_iter().collect();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let of = |cells: &BTreeMap<String, String>, name: &String| cells.get(name).cloned().unwrap_or_default();
    let all: Vec<FieldChange> = names
        .into_iter()
        .map(|name| FieldChange { field: label(name), left: of(&before, name), right: of(&after, name) })
        .filter(|field| !(field.left.is_empty() && field.right.is_empty()))
        .collect();
    let same = all.iter().filter(|field| field.left == field.right).count() as u64;
    let (one, other) = (analysed(&site, &left).await?, analysed(&site, &right).await?);
    let without = |one: &Analysed, other: &Analysed| -> Vec<String> {
        let of = |from: &[String], known: &[String]| -> Vec<String> {
            from.iter().filter(|change| !known.contains(change)).cloned().collect()
        };
        let mut changes = of(&one.nucleotides, &other.nucleotides);
        changes.extend(of(&one.amino_acids, &other.amino_acids));
        changes
    };
    let mut versions: Vec<u64> =
        newest.states.iter().map(|(seen, _)| u64::from(seen.version.version)).collect();
    versions.sort_unstable();
    versions.dedup();
    let page = ComparePage {
        frame: caller.frame(&site),
        accession: newest.accession.to_string(),
        is_sequence_changed: left.genome.sequences != right.genome.sequences,
        gained: without(&other, &one),
        lost: without(&one, &other),
        read_nt: (
            one.missing_nt.saturating_sub(other.missing_nt),
            other.missing_nt.saturating_sub(one.missing_nt),
        ),
        left: version(&left),
        right: version(&right),
        versions,
        fields: all.into_iter().filter(|field| field.left != field.right).collect(),
        same,
    };
    Ok(answer::page(page.to_html(&site.words)))
}

fn version(record: &Record) -> Version {
    Version {
        version: record.seen.version.version.into(),
        at: record.seen.entry.as_ref().map(|entry| super::named::day(entry.recorded)).unwrap_or_default(),
        reason: record.genome.reason.clone(),
        ..Version::default()
    }
}

/// What follows from all sequences of a version together.
async fn analysed(site: &Site, record: &Record) -> Result<Analysed, Problem> {
    let genomes = site.app.genomes();
    let mut all = Analysed::default();
    for sequence in &record.genome.sequences {
        let Some(view) = genomes.view(sequence, &record.genome.pathogen).await? else { continue };
        let one = Analysed::of(&sequence.segment, &view.analysis, view.ready(&genomes));
        all.nucleotides.extend(one.nucleotides);
        all.amino_acids.extend(one.amino_acids);
        all.missing_nt += one.missing_nt;
    }
    Ok(all)
}

/// A genome that the caller's party owns, in its newest version.
async fn own(site: &Site, caller: &Caller, accession: &str) -> Result<Record, Problem> {
    let mut read = site.app.store.read().await?;
    let record = Record::find(&mut read, caller, accession).await?;
    if record.seen.owner != caller.actor()?.party {
        return Err(Problem::Forbidden("only the party that a genome belongs to changes it".to_owned()));
    }
    Ok(record)
}

fn revise_page(site: &Site, caller: &Caller, record: &Record, sent: &Sent) -> RevisePage {
    let now: BTreeMap<String, String> =
        cells(&to_row(&record.genome.sample, &record.genome.credit)).into_iter().collect();
    let columns = hearth_columns().iter().filter(|column| !FIXED_COLUMNS.contains(&column.name));
    let fields = columns.map(|column| {
        let given = sent.fields().iter().find(|(name, _)| *name == format!("field.{}", column.name));
        let kept = now.get(column.name).cloned().unwrap_or_default();
        MetadataField {
            id: column.name.to_owned(),
            label: label(column.name),
            value: given.map_or(kept, |(_, value)| value.clone()),
            hint: column.meaning.to_owned(),
            is_needed: column.need == Need::Required,
        }
    });
    RevisePage {
        frame: caller.frame(site),
        accession: record.accession.to_string(),
        version: record.standing.version.into(),
        fields: fields.collect(),
        reason: sent.text("reason").to_owned(),
        problems: Vec::new(),
    }
}

/// Shows where a genome is revised.
///
/// # Errors
/// When it is not there, or not the caller's party's.
pub async fn show_revise(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    let actor = caller.actor()?;
    record.standing.next_version(actor)?;
    Ok(answer::page(revise_page(&site, &caller, &record, &Sent::default()).to_html(&site.words)))
}

/// Keeps a new version. Others see it when it is released.
///
/// # Errors
/// When the caller may not, or somebody else was faster; what is wrong with the form is shown in it.
pub async fn revise(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    form: Multipart,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    record.standing.next_version(caller.actor()?)?;
    let sent = Sent::read(&site, form).await?;
    if sent.text("version") != record.standing.version.to_string() {
        let text = "somebody revised this genome since the page was loaded: look at it again, then repeat";
        return Err(Problem::Conflict(text.to_owned()));
    }
    let problem = match changed(&site, &caller, &record, &sent).await {
        Ok(version) => {
            let path = address::genome(record.accession.as_str());
            let text = format!("Version {version} is kept. Others see it when its batch is released again.");
            return Ok(answer::see_other_telling(&site, &path, 'd', &text));
        }
        Err(problem) => problem,
    };
    let labels = [("sequence", Key::ReviseSequence), ("reason", Key::Reason)];
    let problems = shown(&site, problem, &labels)?;
    let page = RevisePage { problems, ..revise_page(&site, &caller, &record, &sent) };
    Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
}

async fn changed(site: &Site, caller: &Caller, record: &Record, sent: &Sent) -> Result<u32, Problem> {
    let sequence = match sent.files.first() {
        None => None,
        Some(file) if file.bytes > SEQUENCE_MAX_BYTES => {
            return Err(Problem::field("sequence", "the file is too large for one sequence"));
        }
        Some(file) => {
            let bytes = site.app.blobs.get(&file.digest).await?;
            Some(one_sequence(&file.name, bytes.to_vec(), record)?)
        }
    };
    let sample = sample_of(site, record, sent)?;
    let revision = Revision { sample: Some(sample), sequence, reason: sent.text("reason").to_owned() };
    Ok(site.app.genomes().revise(caller.actor()?, record.id, revision, site.app.now()).await?)
}

/// The one record of a file, and the segment whose place it takes.
fn one_sequence(name: &str, bytes: Vec<u8>, record: &Record) -> Result<(String, Vec<u8>), Problem> {
    let wrong = |text: String| Problem::field("sequence", text);
    let reader = BatchReader::of_stream(name, Cursor::new(bytes), InputLimits::default());
    let mut letters: Vec<(String, Vec<u8>)> = Vec::new();
    for batch in reader.map_err(|error| wrong(error.to_string()))? {
        let batch = batch.map_err(|error| wrong(error.to_string()))?;
        for (_, raw) in batch.records().take(2) {
            let mut parsed = FastaRecord::default();
            parse_record(raw, &mut parsed);
            letters.push((parsed.name.clone(), parsed.sequence.clone()));
        }
    }
    let segments: Vec<&str> = record.genome.sequences.iter().map(|one| one.segment.as_str()).collect();
    let [(header, letters)] = &letters[..] else {
        return Err(wrong(format!("{name} should hold one sequence, that of this genome")));
    };
    let named = segments.iter().find(|segment| header.split(['_', ' ', '|']).any(|word| word == **segment));
    match (segments.as_slice(), named) {
        ([only], _) => Ok(((*only).to_owned(), letters.clone())),
        (_, Some(segment)) => Ok(((*segment).to_owned(), letters.clone())),
        _ => Err(wrong(format!("say in the header which segment it is: {}", segments.join(", ")))),
    }
}

/// The sample as the form has it.
fn sample_of(site: &Site, record: &Record, sent: &Sent) -> Result<SampleRow, Problem> {
    let given = sent.fields().iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("field.").filter(|name| !FIXED_COLUMNS.contains(name))?;
        Some((name.to_owned(), value.clone()))
    });
    revised_sample(&record.genome, &given.collect(), site.app.now().date())
}

fn withdraw_page(site: &Site, caller: &Caller, record: &Record) -> WithdrawPage {
    let accession = record.accession.as_str();
    WithdrawPage {
        frame: caller.frame(site),
        record: Link { label: record.accession.to_string(), address: address::genome(accession) },
        action: address::of_genome(accession, "withdraw"),
        ..WithdrawPage::default()
    }
}

/// Shows where a genome is withdrawn.
///
/// # Errors
/// When it is not there, or not the caller's party's.
pub async fn show_withdraw(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    Ok(answer::page(withdraw_page(&site, &caller, &record).to_html(&site.words)))
}

/// Withdraws it.
///
/// # Errors
/// When the caller may not; a reason that is missing is asked for.
pub async fn withdraw(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    let reason = fields.text("reason");
    let outcome = site.app.genomes().withdraw(caller.actor()?, record.id, reason, site.app.now()).await;
    let problem = match outcome.map_err(Problem::from) {
        Ok(()) => {
            let path = address::genome(record.accession.as_str());
            return Ok(answer::see_other_telling(&site, &path, 'd', "The genome is withdrawn."));
        }
        Err(problem) => problem,
    };
    let problems = shown(&site, problem, &[("", Key::Reason)])?;
    let reason = reason.to_owned();
    let page = WithdrawPage { problems, reason, ..withdraw_page(&site, &caller, &record) };
    Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
}

fn send_back_page(site: &Site, caller: &Caller, record: &Record) -> SendBackPage {
    let accession = record.accession.to_string();
    SendBackPage { frame: caller.frame(site), accession, ..SendBackPage::default() }
}

/// Shows where one genome is sent back.
///
/// # Errors
/// When it is not there, or not the caller's party's.
pub async fn show_send_back(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    Ok(answer::page(send_back_page(&site, &caller, &record).to_html(&site.words)))
}

/// Sends it back to who handed it in.
///
/// # Errors
/// When the caller may not; a reason that is missing is asked for.
pub async fn send_back(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let record = own(&site, &caller, &accession).await?;
    let reason = fields.text("reason");
    let outcome = site.app.genomes().send_back(caller.actor()?, record.id, reason, site.app.now()).await;
    let problem = match outcome.map_err(Problem::from) {
        Ok(()) => {
            let path = address::genome(record.accession.as_str());
            let told = "The genome is sent back. It waits for its next version.";
            return Ok(answer::see_other_telling(&site, &path, 'd', told));
        }
        Err(problem) => problem,
    };
    let problems = shown(&site, problem, &[("", Key::BatchSendBackReason)])?;
    let reason = reason.to_owned();
    let page = SendBackPage { problems, reason, ..send_back_page(&site, &caller, &record) };
    Ok(answer::with_status(StatusCode::UNPROCESSABLE_ENTITY, answer::page(page.to_html(&site.words))))
}
