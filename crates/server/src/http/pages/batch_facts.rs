//! What the page of a batch says, out of the draft and, once it was handed in, the submission.
//!
//! Refuses to act. Start at [`facts`].

use super::batch_findings::{control, findings_of, stops_of};
use super::batches::paged;
use super::named::{Names, minute, name_of, pathogen};
use super::{batch_kept, batch_rows};
use crate::app::Problem;
use crate::app::genomes::DraftReport;
use crate::app::genomes::bring::settings_of;
use crate::app::genomes::opening::OPEN_REST;
use crate::app::genomes::release::terms_with_code;
use crate::http::{Caller, Fields, Site};
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_base::role::Role;
use hearth_ledger::entry::Disclosure;
use hearth_ledger::rules::{Actor, Standing, Status};
use hearth_pages::site::address;
use hearth_pages::site::batch::{Allowed, BatchGenome, BatchPage, Stop};
use hearth_pages::site::parts::{Event, FilterLink, Paging};
use hearth_pages::site::submission::BatchState;
use hearth_store::db::Session;
use hearth_store::drafts::{self, Draft, DraftState, FileSort, Order};
use hearth_store::jobs;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::{self, Face};
use hearth_store::state::scope::Scope;

/// Between two looks at a batch that is being analysed, in seconds.
const REFRESH_S: u64 = 3;
/// Genomes that are looked at for versions that were not released: the newest.
const REVISED_LOOKED_AT: u32 = 200;

/// How far a batch is.
pub(in crate::http) struct State {
    /// As people see it.
    pub shown: BatchState,
    /// As the rules see it, once it was handed in.
    pub standing: Option<Standing>,
}

/// How far a batch is.
///
/// # Errors
/// When the store fails.
pub(in crate::http) async fn state_of(session: &mut Session, draft: &Draft) -> Result<State, Problem> {
    let standing = match draft.state {
        DraftState::HandedIn => records::standing(session, draft.id).await?,
        _ => None,
    };
    let shown = match (draft.state, &standing) {
        (DraftState::Analysing, _) => BatchState::Analysing,
        (DraftState::Ready, _) => BatchState::Draft,
        (DraftState::Failed, _) => BatchState::Failed,
        (DraftState::HandedIn, Some(standing)) => match (standing.kept, &standing.released) {
            (Status::Withdrawn, _) => BatchState::Withdrawn,
            (Status::SentBack, _) => BatchState::SentBack,
            (_, Some(_)) => BatchState::Released,
            (Status::Approved, None) => BatchState::Approved,
            (Status::Kept, None) => BatchState::InReview,
        },
        (DraftState::HandedIn, None) => BatchState::InReview,
    };
    Ok(State { shown, standing })
}

/// What a form hands back, so that nobody acts on what they have not seen.
pub(in crate::http) fn revision(draft: &Draft, state: &State) -> String {
    let all = format!(
        "{:?} {} {} {} {} {:?}",
        draft.state, draft.done, draft.message, draft.settings, draft.report, state.standing
    );
    Digest::of(all.as_bytes()).hex().chars().take(16).collect()
}

/// Everything that the page of a batch says.
///
/// # Errors
/// When the store fails.
pub(super) async fn facts(
    site: &Site,
    caller: &Caller,
    draft: &Draft,
    query: &Fields,
) -> Result<BatchPage, Problem> {
    let mut read = site.app.store.read().await?;
    let session = &mut *read;
    let (actor, scope) = (caller.actor()?, caller.scope());
    let names = Names::read(session, caller).await?;
    let state = state_of(session, draft).await?;
    let settings = settings_of(draft);
    let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
    let terms = terms_with_code(session, &settings.terms).await?.map(|(_, terms)| terms);
    let disclosure = disclosure_of(&state, terms.as_ref(), &settings);
    let files = drafts::files(session, draft.id).await?;
    let (statuses, paging, genomes) = table(site, session, scope, (draft, &report), query).await?;
    let (findings, left_out) = findings_of(&report);
    let allowed = allowed(session, scope, actor, draft, &state, &report).await?;
    let is_working = state.shown.is_working();
    let opened = opened(session, scope, draft, &state).await?;
    let mut stops = stops_of(&report);
    if draft.state == DraftState::Failed {
        let text = draft.message.clone();
        stops.push(Stop { place: String::new(), text });
    }
    let found = pathogen_of(site, &report, settings.pathogen.as_deref());
    Ok(BatchPage {
        frame: caller.frame(site),
        id: draft.id.to_string(),
        revision: revision(draft, &state),
        name: draft.title.clone(),
        state: state.shown,
        person: names.person(session, Some(draft.person)).await?,
        party: names.party(draft.party),
        made: minute(draft.created),
        pathogen: found,
        is_pathogen_found: settings.pathogen.is_none(),
        terms: name_of(terms.as_ref()),
        embargo: settings.open_from.map(|time| time.date().to_string()),
        audience: names.seers(draft.party, &disclosure),
        files: files.into_iter().map(|file| told(&file)).collect(),
        genomes_all: if is_working { draft.total.unwrap_or(draft.done) } else { report.genomes },
        analysed: draft.done,
        opened,
        left_s: None,
        refresh_s: (is_working || opened.is_some()).then_some(REFRESH_S),
        stops,
        controls: report.controls.iter().map(control).collect(),
        statuses,
        genomes,
        paging,
        has_suggestions: findings.iter().any(|finding| finding.suggestion.is_some()),
        findings,
        findings_left_out: left_out,
        allowed,
        history: history(session, &names, scope, draft.id).await?,
    })
}

fn told(file: &drafts::DraftFile) -> String {
    let is_metadata = file.sort == FileSort::Metadata;
    if is_metadata { format!("{} (metadata)", file.name) } else { file.name.clone() }
}

fn disclosure_of(
    state: &State,
    terms: Option<&hearth_base::terms::Terms>,
    settings: &crate::app::genomes::DraftSettings,
) -> Disclosure {
    if let Some(released) = state.standing.as_ref().and_then(|standing| standing.released.as_ref()) {
        return released.disclosure.clone();
    }
    let is_public = terms.is_some_and(|terms| terms.reach == hearth_base::terms::Reach::Public);
    let audience =
        if is_public { hearth_base::audience::Audience::Public } else { settings.audience.clone() };
    Disclosure { audience, ..Disclosure::default() }
}

fn pathogen_of(site: &Site, report: &DraftReport, given: Option<&str>) -> String {
    let title = |name: &str| pathogen(site, name);
    match given {
        Some(name) => title(name),
        None => report.pathogens.iter().map(|name| title(name)).collect::<Vec<_>>().join(", "),
    }
}

async fn allowed(
    session: &mut Session,
    scope: &Scope,
    actor: &Actor,
    draft: &Draft,
    state: &State,
    report: &DraftReport,
) -> Result<Allowed, Problem> {
    let may = |role| actor.require_for(draft.party, role).is_ok();
    let is_open = draft.state != DraftState::HandedIn;
    let may_release = match state.shown {
        BatchState::Approved => true,
        BatchState::Released => {
            may(Role::Release)
                && !jobs::is_asked(session, OPEN_REST, draft.id).await?
                && has_unreleased(session, scope, draft.id).await?
        }
        _ => false,
    };
    Ok(Allowed {
        submit: may(Role::Submit)
            && (state.shown == BatchState::SentBack
                || draft.state == DraftState::Ready && !report.is_stopped()),
        approve: may(Role::Review) && state.shown == BatchState::InReview,
        send_back: may(Role::Review) && matches!(state.shown, BatchState::InReview | BatchState::Approved),
        release: may(Role::Release) && may_release,
        correct: may(Role::Submit) && is_open && draft.state != DraftState::Analysing,
        discard: may(Role::Submit) && is_open,
    })
}

/// How many genomes of a batch others can see by now, while its release goes on.
async fn opened(
    session: &mut Session,
    scope: &Scope,
    draft: &Draft,
    state: &State,
) -> Result<Option<u64>, Problem> {
    if state.shown != BatchState::Released || !jobs::is_asked(session, OPEN_REST, draft.id).await? {
        return Ok(None);
    }
    let wanted = Wanted { submission: Some(draft.id), ..Wanted::default() };
    Ok(Some(genomes::count(session, scope, &wanted).await?))
}

/// Whether genomes of a batch were revised since they were released.
async fn has_unreleased(session: &mut Session, scope: &Scope, id: RecordId) -> Result<bool, Problem> {
    let wanted =
        Wanted { face: Face::Kept, submission: Some(id), limit: REVISED_LOOKED_AT, ..Wanted::default() };
    let newest = genomes::list(session, scope, &wanted).await?;
    let done = genomes::released_versions(session, &newest).await?;
    Ok(newest.iter().any(|seen| seen.status != Status::Withdrawn && !done.contains(&seen.version)))
}

/// The genomes of a part of the table, with filters by verdict: those that need attention first.
async fn table(
    site: &Site,
    session: &mut Session,
    scope: &Scope,
    (draft, report): (&Draft, &DraftReport),
    query: &Fields,
) -> Result<(Vec<FilterLink>, Paging, Vec<BatchGenome>), Problem> {
    let path = address::batch(&draft.id.to_string());
    if draft.state == DraftState::HandedIn && !drafts::has_genomes(session, draft.id).await? {
        let handed_in = (draft.id, report.genomes);
        let (paging, lines) = batch_kept::table(site, session, scope, handed_in, query).await?;
        return Ok((Vec::new(), paging, lines));
    }
    let verdicts = &report.verdicts;
    let all: u64 = verdicts.iter().map(|(_, count)| count).sum();
    let chosen = query.text("verdict").parse::<i64>().ok();
    let chosen = verdicts.iter().find(|(verdict, _)| Some(*verdict) == chosen).copied();
    let links = verdicts.iter().map(|&(verdict, count)| {
        let (_, _, key) = hearth_pages::site::parts::status_word(&batch_rows::quality_of(verdict));
        let is_set = chosen.is_some_and(|(own, _)| own == verdict);
        let address = if is_set { path.clone() } else { format!("{path}?verdict={verdict}") };
        FilterLink { label: site.words.say(key), count: Some(count), address, is_set }
    });
    let links: Vec<FilterLink> = links.collect();
    // They come ordered by verdict, so that one verdict is a stretch of them.
    let (begin, within) = match chosen {
        Some((chosen, count)) => {
            (verdicts.iter().filter(|(verdict, _)| *verdict > chosen).map(|(_, count)| count).sum(), count)
        }
        None => (0, all),
    };
    let skip = query.number("from").unwrap_or(0).min(within);
    let rows = site.app.config.limits.page_rows.min(u64::from(u32::MAX));
    let filter = chosen.map(|(verdict, _)| format!("verdict={verdict}&")).unwrap_or_default();
    let paging =
        paged(within as usize, skip as usize, rows as usize, |from| format!("{path}?{filter}from={from}"));
    let limit = rows.min(within - skip) as u32;
    let found = drafts::genomes(session, draft.id, Order::AttentionFirst, begin + skip, limit).await?;
    let shown = batch_rows::rows(session, scope, draft, &found).await?;
    Ok((links, paging, shown))
}

async fn history(
    session: &mut Session,
    names: &Names,
    scope: &Scope,
    id: RecordId,
) -> Result<Vec<Event>, Problem> {
    let mut states = records::history(session, scope, id, Face::Kept).await?;
    states.extend(records::history(session, scope, id, Face::Released).await?);
    states.sort_by_key(|seen| std::cmp::Reverse(seen.since));
    states.dedup_by_key(|seen| seen.since);
    let mut events = Vec::with_capacity(states.len());
    for seen in &states {
        events.extend(names.event(session, seen).await?);
    }
    Ok(events)
}
