//! The list of genomes with its filters.
//!
//! Everything is counted for the reader. Start at [`list`]; downloads take their filters from [`Selection`] too.

use super::as_of::Moment;
use super::named::{Names, pathogen};
use crate::app::genomes::{counts, lineages};
use crate::app::{App, Problem};
use crate::http::fields::of_query;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::State;
use axum::response::Response;
use hearth_base::audience::Audience;
use hearth_base::country::Country;
use hearth_base::date::PartialDate;
use hearth_base::id::RecordId;
use hearth_base::language::UnLanguage;
use hearth_genome::quality::Status as Judged;
use hearth_ledger::body::Body;
use hearth_ledger::body::genomes::Genome;
use hearth_ledger::rules::Status as Standing;
use hearth_pages::report::Status;
use hearth_pages::site::address::encoded;
use hearth_pages::site::genomes::{Filters, GenomeLine, GenomesPage};
use hearth_pages::site::parts::{Choice, FilterLink, Paging};
use hearth_store::db::Session;
use hearth_store::log::visible;
use hearth_store::state::findings::{self, Finding};
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::records::Seen;
use hearth_store::state::scope::Scope;
use http::Uri;

/// Values offered as links.
const MOST_LINKS: u32 = 12;
/// The longest text of a filter, in characters.
const TEXT_MAX_CHARS: usize = 200;
/// Filters in the order of their addresses.
const FILTERS: [&str; 8] = ["pathogen", "country", "lineage", "from", "to", "text", "batch", "as_of"];

/// What a list or a download is narrowed to.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// For the store.
    pub wanted: Wanted,
    as_of: Option<Moment>,
    /// Lineages below the one that was named, if they are taken too.
    below: Option<Vec<String>>,
    given: Vec<(&'static str, String)>,
}

impl Selection {
    /// Reads the filters of an address.
    ///
    /// # Errors
    /// Says which one cannot be read: a filter that is passed over would show more than was asked for.
    pub fn read(query: &Fields) -> Result<Self, Problem> {
        let given = FILTERS.iter().filter_map(|name| {
            let value: String = query.text(name).trim().chars().take(TEXT_MAX_CHARS).collect();
            (!value.is_empty()).then_some((*name, value))
        });
        let given: Vec<(&'static str, String)> = given.collect();
        let (mut wanted, mut as_of) = (Wanted::default(), None);
        for (name, value) in &given {
            let wrong = |text: &str| Problem::field("", format!("{text}: “{value}”"));
            let date = || value.parse::<PartialDate>().map_err(|_| wrong("this is no date"));
            match *name {
                "pathogen" => wanted.pathogen = Some(value.clone()),
                "country" => {
                    let country = Country::from_alpha2(&value.to_uppercase());
                    wanted.country = Some(country.ok_or_else(|| wrong("this is no country's code"))?);
                }
                // Which lineages a star takes is asked of the store: [`Selection::settled`].
                "lineage" => wanted.lineages = vec![value.clone()],
                "from" => wanted.from = Some(date()?.first_day()),
                "to" => wanted.to = Some(date()?.last_day()),
                "text" => wanted.text = Some(value.clone()),
                "as_of" => as_of = Some(Moment::read(value)?),
                _ => {
                    let id: RecordId = value.parse().map_err(|_| wrong("this is no batch"))?;
                    wanted.submission = Some(id);
                }
            }
        }
        Ok(Self { wanted, as_of, below: None, given })
    }

    /// Looks up what the filters name: how long the log was at the moment that is asked for, and the lineages that one
    /// such as `BA.2*` takes.
    ///
    /// # Errors
    /// When the reader may see no such entry, nothing stands before the star, or the store fails.
    pub async fn settled(mut self, app: &App, session: &mut Session, scope: &Scope) -> Result<Self, Problem> {
        if let Some(moment) = self.as_of {
            self.wanted.as_of = Some(moment.size(session, scope).await?);
        }
        if let Some(text) = self.wanted.lineages.first() {
            let found = lineages::wanted(app, session, scope, text, &self.wanted).await?;
            (self.wanted.lineages, self.below) = (found.names, found.below);
        }
        Ok(self)
    }

    fn text(&self, name: &str) -> &str {
        self.given.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value)
    }

    /// What follows `?`, with one filter set otherwise; taken away if nothing is given.
    fn with(&self, name: &str, value: &str) -> String {
        let others = self.given.iter().filter(|(own, _)| *own != name);
        let mut all: Vec<(&str, &str)> = others.map(|(own, value)| (*own, value.as_str())).collect();
        if !value.is_empty() {
            all.push((name, value));
        }
        let pairs: Vec<String> =
            all.into_iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        pairs.join("&")
    }

    /// What follows `?`.
    pub fn query(&self) -> String {
        self.with("", "")
    }
}

/// The genome that a state says, unless it was withdrawn or erased.
pub(super) fn said(seen: &Seen) -> Option<&Genome> {
    said_ever(seen).filter(|_| seen.status != Standing::Withdrawn)
}

/// The genome that a state says, also of one that was withdrawn.
pub(in crate::http) fn said_ever(seen: &Seen) -> Option<&Genome> {
    match &seen.entry.as_ref()?.draft.body {
        Body::Genome(genome) => Some(genome),
        _ => None,
    }
}

/// As what a genome was assigned, as one text.
pub(super) fn lineage_of(finding: Option<&Finding>) -> String {
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let clade = text(finding.and_then(|finding| finding.clade.as_ref()));
    let lineage = text(finding.and_then(|finding| finding.lineage.as_ref()));
    if lineage == clade { clade } else { format!("{clade} {lineage}").trim().to_owned() }
}

/// Country and place.
pub(super) fn place_of(genome: &Genome) -> String {
    let country = genome.sample.country.map(|country| country.name(UnLanguage::English));
    let parts = [country.unwrap_or_default(), genome.sample.division.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn status_of(finding: Option<&Finding>) -> Status {
    match finding.and_then(|finding| finding.quality) {
        None => Status::Unjudged,
        Some(score) => match Judged::of(score as f64) {
            Judged::Good => Status::Good,
            Judged::Mediocre => Status::Mediocre,
            Judged::Bad => Status::Bad,
        },
    }
}

async fn line(
    site: &Site,
    session: &mut Session,
    names: &mut Names,
    seen: &Seen,
    finding: Option<&Finding>,
) -> Result<Option<GenomeLine>, Problem> {
    let Some(genome) = said(seen) else { return Ok(None) };
    let terms = names.terms(session, seen.disclosure.terms).await?;
    Ok(Some(GenomeLine {
        accession: format!("{}.{}", genome.accession, seen.version.version),
        name: genome.sample.name.clone(),
        pathogen: pathogen(site, &genome.pathogen),
        place: place_of(genome),
        collected: genome.sample.collected.map(|date| date.to_string()).unwrap_or_default(),
        lineage: lineage_of(finding),
        status: status_of(finding),
        party: names.party(seen.owner),
        terms: terms.map(|terms| terms.code).unwrap_or_default(),
        is_withdrawn: false,
        is_restricted: seen.disclosure.audience != Audience::Public,
    }))
}

/// Shows the list.
///
/// # Errors
/// When a filter cannot be read, or the store fails.
pub async fn list(State(site): State<Site>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let query = of_query(uri.query());
    let selection = Selection::read(&query)?;
    let scope = caller.scope();
    let rows = u32::try_from(site.app.config.limits.page_rows).unwrap_or(100);
    let mut read = site.app.store.read().await?;
    let selection = selection.settled(&site.app, &mut read, scope).await?;
    let mut names = Names::read(&mut read, &caller).await?;
    let all = counts::count(&site.app, &mut read, scope, &selection.wanted).await?;
    // Pages go on from an entry's random name: its place in the log is its owner's to know (LEDGER.md 13).
    let before = match query.text("before").parse() {
        Ok(entry) => visible::may_see_entry(&mut read, scope, entry).await?.map(|seen| seen.kept.seq),
        Err(_) => None,
    };
    let wanted = Wanted { before, limit: rows, ..selection.wanted.clone() };
    let found = genomes::list(&mut read, scope, &wanted).await?;
    let mut lines = Vec::with_capacity(found.len());
    let records: Vec<RecordId> = found.iter().map(|seen| seen.version.record).collect();
    let assigned = findings::of_records(&mut read, &records).await?;
    for seen in &found {
        lines.extend(line(&site, &mut read, &mut names, seen, assigned.get(&seen.version)).await?);
    }
    let begin = before.and(query.number("at")).unwrap_or(0);
    let shown = lines.len() as u64;
    let room = match selection.query().as_str() {
        "" => "/genomes?".to_owned(),
        query => format!("/genomes?{query}&"),
    };
    let last = found.last().filter(|_| found.len() == rows as usize && begin + shown < all);
    let paging = Paging {
        first: if shown == 0 { 0 } else { begin + 1 },
        shown,
        all,
        previous: before.map(|_| room.trim_end_matches(['?', '&']).to_owned()),
        next: last
            .and_then(|seen| seen.entry.as_ref())
            .map(|entry| format!("{room}before={}&at={}", entry.id, begin + shown)),
    };
    let page = GenomesPage {
        frame: caller.frame(&site),
        filters: filters(&selection),
        pathogens: pathogens(&site, &mut read, &caller, &selection).await?,
        countries: countries(&site, &mut read, &caller, &selection).await?,
        lineages: links(&site, &mut read, &caller, &selection, CountedBy::Lineage).await?,
        by_country: links(&site, &mut read, &caller, &selection, CountedBy::Country).await?,
        genomes: lines,
        paging,
        query: selection.query(),
    };
    Ok(answer::page(page.to_html(&site.words)))
}

fn filters(selection: &Selection) -> Filters {
    let text = |name: &str| selection.text(name).to_owned();
    Filters {
        lineage: text("lineage"),
        below: selection.below.clone(),
        from: text("from"),
        to: text("to"),
        text: text("text"),
        as_of: text("as_of"),
        is_any: !selection.given.is_empty(),
    }
}

async fn pathogens(
    site: &Site,
    session: &mut Session,
    caller: &Caller,
    selection: &Selection,
) -> Result<Vec<Choice>, Problem> {
    let counted = genomes::pathogens(session, caller.scope()).await?;
    let choice = |counted: genomes::PathogenCount| {
        let (value, label) = (counted.pathogen.clone(), pathogen(site, &counted.pathogen));
        Choice { is_chosen: value == selection.text("pathogen"), value, label }
    };
    Ok(counted.into_iter().map(choice).collect())
}

fn country_name(code: &str) -> String {
    let country = Country::from_alpha2(code).map(|country| country.name(UnLanguage::English));
    country.unwrap_or(code).to_owned()
}

async fn countries(
    site: &Site,
    session: &mut Session,
    caller: &Caller,
    selection: &Selection,
) -> Result<Vec<Choice>, Problem> {
    let wanted = Wanted { limit: 300, ..Wanted::default() };
    let counted = counts::counts(&site.app, session, caller.scope(), &wanted, CountedBy::Country).await?;
    let choice = |(value, _): (String, u64)| Choice {
        label: country_name(&value),
        is_chosen: value.eq_ignore_ascii_case(selection.text("country")),
        value,
    };
    let mut choices: Vec<Choice> = counted.into_iter().map(choice).collect();
    choices.sort_by(|one, other| one.label.cmp(&other.label));
    Ok(choices)
}

/// Values that one click narrows the list to, or widens it again.
async fn links(
    site: &Site,
    session: &mut Session,
    caller: &Caller,
    selection: &Selection,
    by: CountedBy,
) -> Result<Vec<FilterLink>, Problem> {
    let name = match by {
        CountedBy::Country => "country",
        CountedBy::Lineage => "lineage",
    };
    let wanted = Wanted { limit: MOST_LINKS, ..selection.wanted.clone() };
    let counted = counts::counts(&site.app, session, caller.scope(), &wanted, by).await?;
    let link = |(value, count): (String, u64)| {
        let is_set = value.eq_ignore_ascii_case(selection.text(name));
        let query = selection.with(name, if is_set { "" } else { &value });
        let label = if name == "country" { country_name(&value) } else { value };
        FilterLink { label, count: Some(count), address: format!("/genomes?{query}"), is_set }
    };
    Ok(counted.into_iter().map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_and_written_and_never_passed_over() {
        let read = |query: &str| Selection::read(&of_query(Some(query)));
        let selection = read("country=ke&from=2026-02&text=a%26b&other=1").expect("filters");
        assert_eq!(selection.query(), "country=ke&from=2026-02&text=a%26b");
        assert_eq!(selection.with("country", ""), "from=2026-02&text=a%26b");
        assert_eq!(selection.wanted.from.map(|day| day.to_string()).as_deref(), Some("2026-02-01"));
        for wrong in ["country=Kenia", "from=soon", "batch=x", "as_of=later"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
