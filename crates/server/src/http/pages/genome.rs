//! The page of a genome.
//!
//! Start at [`show`].

use super::analysed::Analysed;
use super::assigned::assigned;
use super::genomes::place_of;
use super::named::{Names, day, name_of, pathogen};
use super::record::Record;
use crate::app::Problem;
use crate::app::genomes::sample::{cells, to_row};
use crate::http::{Caller, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::country::Country;
use hearth_base::id::RecordId;
use hearth_base::language::UnLanguage;
use hearth_base::role::Role;
use hearth_formats::submission::SampleRow;
use hearth_ledger::body::genomes::Genome;
use hearth_ledger::rules::Status;
use hearth_pages::messages::Key;
use hearth_pages::number;
use hearth_pages::site::assigned::Used;
use hearth_pages::site::genome::{Changed, Credit, GenomePage, RecordState, Version};
use hearth_pages::site::parts::{Event, Verified};
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::usage::{self, Way};

/// Shows it.
///
/// # Errors
/// When it is not there, or not for these eyes.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(accession): Path<String>,
) -> Result<Response, Problem> {
    let mut read = site.app.store.read().await?;
    let record = Record::find(&mut read, &caller, &accession).await?;
    let mut names = Names::read(&mut read, &caller).await?;
    let history = history(&mut read, &names, &record).await?;
    let mut page = told(&site, &caller, &mut read, &mut names, &record, &history).await?;
    page.history = history;
    if caller.who().is_some_and(|who| who.actor.party == record.seen.owner) {
        page.facts.push(used(&mut read, record.id).await?.told(&site.words));
    }
    if let Some(assigned) = assigned(&mut read, record.seen.version).await? {
        page.facts.push(assigned.told(&site.words));
    }
    drop(read);
    if !record.is_withdrawn() {
        site.app.usage.note(record.id, Way::Seen, site.app.now().unix_ms());
        analyse(&site, &record.genome, &mut page).await?;
    }
    Ok(answer::page(page.to_html(&site.words)))
}

/// What the entry says, without what follows from the sequence.
async fn told(
    site: &Site,
    caller: &Caller,
    session: &mut Session,
    names: &mut Names,
    record: &Record,
    history: &[Event],
) -> Result<GenomePage, Problem> {
    let (seen, genome) = (&record.seen, &record.genome);
    let terms = names.terms(session, seen.disclosure.terms).await?;
    let must_accept = names.must_accept(session, seen).await?;
    let may = |role| caller.who().is_some_and(|who| who.actor.require_for(seen.owner, role).is_ok());
    let is_open = !record.is_withdrawn();
    let own = names.is_own(seen.owner);
    let head = head(session).await?;
    let verified = seen.entry.as_ref().map(|entry| Verified {
        entry: entry.id.to_string(),
        number: own.then_some(seen.content),
        head_size: head.size,
        head_root: head.root.to_string(),
    });
    let row = to_row(&genome.sample, &genome.credit);
    Ok(GenomePage {
        frame: caller.frame(site),
        accession: record.accession.to_string(),
        version: seen.version.version.into(),
        newest: record.newest().into(),
        name: genome.sample.name.clone(),
        state: state(record, caller, history),
        pathogen: pathogen(site, &genome.pathogen),
        audience: names.seers(seen.owner, &seen.disclosure),
        is_simulated: record.standing.simulated,
        facts: facts(site, genome),
        metadata: if is_open { metadata(&row) } else { Vec::new() },
        versions: versions(session, names, record).await?,
        credit: Credit {
            authors: row.authors.clone(),
            originating: genome.credit.originating_lab.clone(),
            sequencing: genome.credit.submitting_lab.clone(),
            submitting: names.party(seen.owner),
        },
        terms: name_of(terms.as_ref()),
        must_accept,
        citation: citation(site, &names.party(seen.owner), record),
        verified,
        may_revise: is_open && (may(Role::Submit) || may(Role::Curate)),
        may_withdraw: is_open && may(Role::Release),
        may_send_back: is_open && may(Role::Review) && record.standing.kept != Status::SentBack,
        ..GenomePage::default()
    })
}

/// How a version is cited: who submitted it, the year, its accession with version, this site.
pub(in crate::http) fn citation(site: &Site, party: &str, record: &Record) -> String {
    let recorded = record.seen.entry.as_ref().map(|entry| entry.recorded.date().year());
    cited(site, party, recorded.unwrap_or_default(), &record.versioned())
}

/// The same out of its parts.
pub(super) fn cited(site: &Site, party: &str, year: i16, versioned: &str) -> String {
    format!("{party} ({year}) {versioned}, {}", site.app.config.server.site_name)
}

/// How often it was seen and taken, for those whose it is.
async fn used(session: &mut Session, record: RecordId) -> Result<Used, Problem> {
    let mut used = Used::default();
    for (way, number) in usage::of(session, record).await? {
        match way {
            Way::Seen => used.seen = number,
            Way::Described => used.described = number,
            Way::Taken => used.taken = number,
        }
    }
    Ok(used)
}

fn state(record: &Record, caller: &Caller, history: &[Event]) -> RecordState {
    if record.is_withdrawn() {
        let last = history.iter().find(|event| event.act == hearth_pages::site::parts::Act::Withdrawn);
        let on = last.and_then(|event| event.at.get(..10)).unwrap_or_default().to_owned();
        return RecordState::Withdrawn {
            on,
            reason: last.map(|event| event.reason.clone()).unwrap_or_default(),
        };
    }
    let back = history.iter().find(|event| event.act == hearth_pages::site::parts::Act::SentBack);
    if let Some(back) = back.filter(|_| record.standing.kept == Status::SentBack) {
        return RecordState::SentBack(back.reason.clone());
    }
    let opens = record.seen.disclosure.opens.as_ref().filter(|opening| opening.at > caller.scope().now());
    match opens {
        _ if !record.is_released => RecordState::Unreleased,
        Some(opening) => RecordState::Embargoed(day(opening.at)),
        None => RecordState::Released,
    }
}

fn facts(site: &Site, genome: &Genome) -> Vec<(String, String)> {
    let length: u64 = genome.sequences.iter().map(|one| u64::from(one.length_nt)).sum();
    let all = [
        (site.words.say(Key::GenomePlace), place_of(genome)),
        (
            site.words.say(Key::GenomeCollected),
            genome.sample.collected.map(|date| date.to_string()).unwrap_or_default(),
        ),
        ("Host".to_owned(), genome.sample.host.clone()),
        ("Length".to_owned(), format!("{} nt", number::whole(length))),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// A column's name as a label.
pub(super) fn label(column: &str) -> String {
    let text = column.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The field whose code is told with the name.
const COUNTRY: &str = "country";

fn metadata(row: &SampleRow) -> Vec<(String, String)> {
    let filled = cells(row).into_iter().filter(|(_, value)| !value.is_empty());
    let told = |(name, value): (String, String)| {
        let country = Country::from_alpha2(&value).filter(|_| name == COUNTRY);
        let country = country.map(|country| format!("{} ({value})", country.name(UnLanguage::English)));
        (label(&name), country.unwrap_or(value))
    };
    filled.map(told).collect()
}

/// All versions that the reader may see, the newest first.
async fn versions(session: &mut Session, names: &Names, record: &Record) -> Result<Vec<Version>, Problem> {
    let mut told: Vec<(Version, Genome)> = Vec::new();
    for number in 1..=record.newest() {
        let of_version = |is_released: bool| {
            let mut states = record.states.iter().rev();
            states.find(|(seen, is)| seen.version.version == number && *is == is_released)
        };
        let Some((seen, _)) = of_version(true).or_else(|| of_version(false)) else { continue };
        let Some(genome) = super::genomes::said_ever(seen) else { continue };
        let changed = match told.last() {
            None => Vec::new(),
            Some((_, before)) => {
                let metadata = (&before.sample, &before.credit) != (&genome.sample, &genome.credit);
                let sequence = before.sequences != genome.sequences;
                let all = [(metadata, Changed::Metadata), (sequence, Changed::Sequence)];
                all.into_iter().filter(|(is, _)| *is).map(|(_, changed)| changed).collect()
            }
        };
        let entry = seen.entry.as_ref();
        let person = names.person(session, entry.and_then(|entry| entry.draft.person)).await?;
        let version = Version {
            version: number.into(),
            at: entry.map(|entry| day(entry.recorded)).unwrap_or_default(),
            person,
            reason: genome.reason.clone(),
            changed,
        };
        told.push((version, genome.clone()));
    }
    Ok(told.into_iter().rev().map(|(version, _)| version).collect())
}

async fn history(session: &mut Session, names: &Names, record: &Record) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::with_capacity(record.states.len());
    for (seen, _) in &record.states {
        events.extend(names.event(session, seen).await?);
    }
    Ok(events)
}

/// Fills in what follows from the sequences.
async fn analyse(site: &Site, genome: &Genome, page: &mut GenomePage) -> Result<(), Problem> {
    let genomes = site.app.genomes();
    let pathogen = site.app.packs.pathogens().named(&genome.pathogen);
    let placed = pathogen.map(|pathogen| (pathogen.lead(), pathogen.placed(&genome.sequences)));
    let lead = placed.and_then(|(lead, placed)| placed.get(lead).copied().flatten());
    for sequence in &genome.sequences {
        let Some(view) = genomes.view(sequence, &genome.pathogen).await? else { continue };
        let ready = view.ready(&genomes);
        let analysed = Analysed::of(&sequence.segment, &view.analysis, ready);
        page.segments.push(analysed.segment);
        page.status = page.status.max(analysed.status);
        page.quality.extend(analysed.quality);
        page.nucleotides.extend(analysed.nucleotides);
        page.amino_acids.extend(analysed.amino_acids);
        page.assays.extend(analysed.assays);
        page.analysed_with.push(format!("{} {}", ready.pack.name(), ready.version).trim().to_owned());
        if lead == Some(sequence) {
            page.lineage = analysed.placement;
        }
    }
    if !page.analysed_with.is_empty() {
        page.analysed_with.push(format!("Hearth {}", env!("CARGO_PKG_VERSION")));
    }
    Ok(())
}
