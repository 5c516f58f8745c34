//! Batches: begun, and looked at.
//!
//! Start at [`begin`] and [`batch`].

use super::read::{Asked, id, json, media, ok};
use super::shapes::{
    Batch, BatchGenome, BatchQuery, BatchState, Begun, Control, File, Finding, Gravity, NewBatch, Page,
    Paging, Quality,
};
use crate::app::Problem;
use crate::app::genomes::bring::settings_of;
use crate::app::genomes::choose::{self, Given as Chosen};
use crate::app::genomes::{DraftDocument, DraftReport, ReportedFinding};
use crate::app::uploads::{self, Gathered, Outcome};
use crate::http::body;
use crate::http::pages::batch_facts::{State as Standing, revision, state_of};
use crate::http::pages::submit::Sent;
use crate::http::{Caller, Site};
use axum::extract::{FromRequest as _, Multipart, Path, Request, State};
use axum::response::Response;
use hearth_base::id::RecordId;
use hearth_pages::site::submission::BatchState as Shown;
use hearth_store::db::Session;
use hearth_store::drafts::{self, Draft, DraftState, FileSort, Order};
use http::StatusCode;

/// Items of a list where nothing is said.
pub(super) const USUAL_ITEMS: u32 = 100;
/// Items of a list at most.
pub(super) const MOST_ITEMS: u32 = 1_000;
/// Batches that a list reaches.
const MOST_BATCHES: u32 = 10_000;

/// How many items are wanted.
pub(super) fn limit(given: Option<u32>) -> Result<u32, Problem> {
    match given.unwrap_or(USUAL_ITEMS) {
        wanted @ 1..=MOST_ITEMS => Ok(wanted),
        _ => Err(Problem::field("limit", format!("from 1 to {MOST_ITEMS} items can be asked for at once"))),
    }
}

/// Where a list goes on.
pub(super) fn after(given: Option<&str>) -> Result<Option<u64>, Problem> {
    let wrong = || Problem::field("after", "pass on what was given as `next`, unchanged");
    given.map(|text| text.parse().ok().filter(|at| *at <= i64::MAX as u64).ok_or_else(wrong)).transpose()
}

/// The batch of an address, if it is the caller's party's.
pub(super) async fn find(site: &Site, caller: &Caller, text: &str) -> Result<Draft, Problem> {
    let id = id(text, "batch")?;
    let mut read = site.app.store.read().await?;
    drafts::find(&mut read, caller.scope_party()?, id).await?.ok_or(Problem::NotFound("batch"))
}

fn state(shown: Shown) -> BatchState {
    match shown {
        Shown::Receiving | Shown::Analysing => BatchState::Analysing,
        Shown::Draft => BatchState::Draft,
        Shown::Failed => BatchState::Failed,
        Shown::InReview => BatchState::InReview,
        Shown::SentBack => BatchState::SentBack,
        Shown::Approved => BatchState::Approved,
        Shown::Released => BatchState::Released,
        Shown::Withdrawn => BatchState::Withdrawn,
    }
}

fn finding(finding: ReportedFinding) -> Finding {
    Finding {
        gravity: match finding.gravity {
            0 => Gravity::Note,
            1 => Gravity::Warning,
            2 => Gravity::Error,
            _ => Gravity::Stopped,
        },
        row: finding.row,
        rows: finding.rows,
        column: finding.column,
        given: finding.given,
        message: finding.message,
        suggestions: finding.suggestions,
    }
}

/// A batch without its findings, controls and files.
async fn brief(session: &mut Session, draft: &Draft) -> Result<(Batch, DraftReport), Problem> {
    let standing: Standing = state_of(session, draft).await?;
    let settings = settings_of(draft);
    let report: DraftReport = serde_json::from_str(&draft.report).unwrap_or_default();
    let batch = Batch {
        id: draft.id.to_string(),
        title: draft.title.clone(),
        state: state(standing.shown),
        revision: revision(draft, &standing),
        made: draft.created.to_string(),
        message: draft.message.clone(),
        analysed: draft.done,
        total: draft.total,
        genomes: report.genomes,
        left_out: report.left_out,
        terms: settings.terms,
        embargo: settings.open_from.map(|time| time.date().to_string()),
        is_stopped: report.is_stopped(),
        findings: Vec::new(),
        controls: Vec::new(),
        controls_told: String::new(),
        files: Vec::new(),
    };
    Ok((batch, report))
}

/// A batch with everything.
pub(super) async fn batch(site: &Site, draft: &Draft) -> Result<Batch, Problem> {
    let mut read = site.app.store.read().await?;
    let (mut batch, report) = brief(&mut read, draft).await?;
    batch.findings = report.findings.into_iter().map(finding).collect();
    let control = |control: crate::app::genomes::ReportedControl| Control {
        name: control.name,
        is_negative: control.is_negative,
        is_good: control.gravity == 0,
        share: control.share,
    };
    batch.controls = report.controls.into_iter().map(control).collect();
    batch.controls_told = report.controls_told;
    let file = |file: drafts::DraftFile| File {
        name: file.name,
        is_metadata: file.sort == FileSort::Metadata,
        bytes: file.bytes,
        sha256: file.digest.hex(),
    };
    batch.files = drafts::files(&mut read, draft.id).await?.into_iter().map(file).collect();
    Ok(batch)
}

/// The batches of one's party.
pub(super) async fn list(
    State(site): State<Site>,
    caller: Caller,
    Asked(query): Asked<BatchQuery>,
) -> Result<Response, Problem> {
    let (limit, skip) = (limit(query.limit)?, after(query.after.as_deref())?.unwrap_or(0));
    let mut read = site.app.store.read().await?;
    let (mut items, mut next) = (Vec::new(), None);
    let all = drafts::of_party(&mut read, caller.scope_party()?, MOST_BATCHES).await?;
    for (place, draft) in all.iter().enumerate().skip(usize::try_from(skip).unwrap_or(usize::MAX)) {
        let (batch, _) = brief(&mut read, draft).await?;
        if query.state.is_some_and(|wanted| wanted != batch.state) {
            continue;
        }
        if items.len() == limit as usize {
            next = Some(place.to_string());
            break;
        }
        items.push(batch);
    }
    ok(&Page { items, next })
}

/// Begins a batch, of uploads or of files in a form.
pub(super) async fn begin(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    match media(request.headers()) {
        Some(super::JSON) => {
            let most = site.app.config.limits.api_bytes;
            let bytes = body::whole(body::bounded(request.into_body(), most, body_idle(&site))).await?;
            let read = serde_json::from_slice::<NewBatch>(&bytes);
            let new = read.map_err(|error| {
                Problem::Unreadable(format!(
                    "the JSON cannot be taken: {error}; /api/v1/openapi.json says what is"
                ))
            })?;
            of_uploads(&site, &caller, new).await
        }
        Some("multipart/form-data") => {
            let form = Multipart::from_request(request, &site).await;
            let form = form.map_err(|error| Problem::Unreadable(error.body_text()))?;
            of_form(&site, &caller, &Sent::read(&site, form).await?).await
        }
        _ => Err(Problem::Media(
            "JSON that names uploads (application/json), or a form with files (multipart/form-data)",
        )),
    }
}

fn body_idle(site: &Site) -> std::time::Duration {
    std::time::Duration::from_secs(site.app.config.times.body_idle_s)
}

async fn of_uploads(site: &Site, caller: &Caller, new: NewBatch) -> Result<Response, Problem> {
    if new.uploads.is_empty() {
        return Err(Problem::field("uploads", "name the uploads that the batch is made of"));
    }
    let ids = new.uploads.iter().map(|text| id(text, "upload")).collect::<Result<Vec<_>, _>>()?;
    let chosen = Chosen {
        terms: new.terms,
        partners: new.partners,
        embargo: new.embargo.unwrap_or_default(),
        pathogen: new.pathogen.unwrap_or_default(),
    };
    let now = site.app.now();
    let settings = choose::settings(&site.app, &chosen, now).await?;
    match uploads::gather(&site.app, caller.actor()?, &ids).await? {
        Outcome::Already(id) => begun(StatusCode::OK, id),
        Outcome::Files(Gathered { files, uploads }) => {
            let genomes = site.app.genomes();
            let brought = (files.as_slice(), uploads.as_slice());
            let id = genomes.bring_uploaded(caller.actor()?, &new.title, &settings, brought, now).await?;
            begun(StatusCode::CREATED, id)
        }
    }
}

async fn of_form(site: &Site, caller: &Caller, sent: &Sent) -> Result<Response, Problem> {
    let known = ["title", "terms", "partners", "embargo", "pathogen"];
    if let Some((name, _)) = sent.fields().iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(Problem::Unreadable(format!("the form has an unknown field “{name}”")));
    }
    let chosen = Chosen {
        terms: sent.text("terms").to_owned(),
        partners: sent.all("partners").map(str::to_owned).collect(),
        embargo: sent.text("embargo").to_owned(),
        pathogen: sent.text("pathogen").to_owned(),
    };
    let now = site.app.now();
    let settings = choose::settings(&site.app, &chosen, now).await?;
    let genomes = site.app.genomes();
    let id = genomes.bring(caller.actor()?, sent.text("title"), &settings, &sent.files, now).await?;
    begun(StatusCode::CREATED, id)
}

fn begun(status: StatusCode, id: RecordId) -> Result<Response, Problem> {
    json(status, &Begun { id: id.to_string() })
}

/// One batch.
pub(super) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &text).await?;
    ok(&batch(&site, &draft).await?)
}

/// The genomes of a batch.
pub(super) async fn genomes(
    State(site): State<Site>,
    caller: Caller,
    Path(text): Path<String>,
    Asked(query): Asked<Paging>,
) -> Result<Response, Problem> {
    let draft = find(&site, &caller, &text).await?;
    let (limit, from) = (limit(query.limit)?, after(query.after.as_deref())?.unwrap_or(0));
    let mut read = site.app.store.read().await?;
    let found = drafts::genomes(&mut read, draft.id, Order::AsTheyCame, from, limit).await?;
    let next = (found.len() == limit as usize && draft.state != DraftState::Analysing)
        .then(|| found.last().map(|last| (last.place + 1).to_string()))
        .flatten();
    let item = |one: drafts::DraftGenome| {
        let document: DraftDocument = serde_json::from_slice(&one.document).unwrap_or_default();
        let named = document.named_by().cloned().unwrap_or_default();
        BatchGenome {
            place: one.place,
            name: one.name,
            quality: match one.verdict {
                0 => Quality::Good,
                1 => Quality::Unjudged,
                2 => Quality::Mediocre,
                3 => Quality::Bad,
                _ => Quality::Failed,
            },
            clade: named.clade,
            lineage: named.lineage,
            coverage: document.share(),
            left_out: document.left_out,
            remarks: document.sequences.into_iter().flat_map(|one| one.remarks).collect(),
        }
    };
    ok(&Page { items: found.into_iter().map(item).collect(), next })
}
