//! Aid: shipments, how far they are, and that they arrived.
//!
//! A shipment is planned by its giver alone; from the day on which it is sent, the recipient sees it. Each state is an
//! entry with its day. That it arrived is said by the recipient, in a confirmation. Start at [`plan`], then [`advance`].

use super::sharing::{first, happened, new_record, own_entry, scope_of};
use super::{App, Problem};
use hearth_base::audience::{Audience, Member};
use hearth_base::date::PartialDate;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::aid::{AidBatch, BatchState, Line, Movement, MovementSort, MovementState};
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::entry::{Disclosure, Happened, Kind};
use hearth_ledger::rules::{Actor, Status};
use hearth_store::log::append::Writing;
use hearth_store::log::read::entry_at;
use hearth_store::state::records::{self, Face, Listing, Seen};
use hearth_store::state::scope::Scope;
use hearth_store::state::{gifts, parties};
use std::collections::BTreeSet;

/// Lines of one shipment.
const LINES_MAX: usize = 100;
/// The longest name of goods, of a unit, of a batch, in characters.
const TEXT_MAX_CHARS: usize = 300;
/// Batches of a party that are looked through for one of a name.
const BATCHES_MAX: u32 = 1_000;

/// A shipment as somebody wants to plan it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The title of its batch: one that is there, or a new one.
    pub batch: String,
    /// To whom.
    pub to: PartyId,
    /// What it consists of.
    pub lines: Vec<Line>,
    /// On which day it was planned; now if none is said.
    pub on: Option<PartialDate>,
}

/// What becomes of a shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is on its way, or arrived as far as the giver knows.
    To(MovementState),
    /// It is called off, with a reason that the recipient reads if it was sent.
    CalledOff(String),
}

/// One state that a shipment was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which; `None` when it was called off.
    pub state: Option<MovementState>,
    /// Since when.
    pub happened: Happened,
    /// A word about it, or the reason.
    pub note: String,
}

/// What is said of a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// On which day; now if none is said.
    pub on: Option<PartialDate>,
    /// The carrier's number; that of the step before if it is empty.
    pub tracking: &'a str,
    /// A word about this step alone.
    pub note: &'a str,
}

/// A shipment as a reader sees it.
#[derive(Clone, Debug)]
pub struct Shipment {
    /// Its record.
    pub record: RecordId,
    /// Who gives.
    pub from: PartyId,
    /// What it is.
    pub movement: Movement,
    /// The title of its batch, if the reader may know it.
    pub batch: String,
    /// Its states, the oldest first.
    pub states: Vec<Moved>,
    /// When the recipient confirmed it; only for giver and recipient.
    pub confirmed: Option<Happened>,
    /// Whether it can be confirmed: it was sent, and not called off.
    pub is_awaited: bool,
}

fn checked(field: &'static str, text: &str, is_needed: bool) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 if is_needed => Err(Problem::field(field, "this is needed")),
        count if count > TEXT_MAX_CHARS => Err(Problem::field(field, "this is longer than 300 characters")),
        _ if text.chars().any(char::is_control) => {
            Err(Problem::field(field, "this has control characters in it"))
        }
        _ => Ok(text.to_owned()),
    }
}

fn not_later(on: Option<PartialDate>, now: UtcTime) -> Result<(), Problem> {
    if on.is_some_and(|day| day.first_day() > now.date()) {
        return Err(Problem::field("on", "this day is in the future"));
    }
    Ok(())
}

/// Plans a shipment. Nobody but its giver sees it yet.
///
/// # Errors
/// When the actor does not curate, something given cannot be taken, or the store fails.
pub async fn plan(app: &App, actor: &Actor, plan: &Plan) -> Result<RecordId, Problem> {
    actor.require(Role::Curate)?;
    let title = checked("batch", &plan.batch, true)?;
    if plan.lines.is_empty() || plan.lines.len() > LINES_MAX {
        return Err(Problem::field("item", format!("name between one and {LINES_MAX} kinds of goods")));
    }
    let mut lines = Vec::new();
    for line in &plan.lines {
        if line.quantity == 0 {
            return Err(Problem::field("quantity", "how many? Write a whole number from 1 on"));
        }
        lines.push(Line {
            item: checked("item", &line.item, true)?,
            quantity: line.quantity,
            unit: checked("unit", &line.unit, false)?,
            maker: checked("maker", &line.maker, false)?,
        });
    }
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    not_later(plan.on, now)?;
    let to = parties::find(writing.tx(), plan.to).await?;
    let to = to.ok_or_else(|| Problem::field("to", "choose a recipient"))?;
    if to.sort == PartySort::Group || plan.to == actor.party {
        return Err(Problem::field("to", "goods go to one other party, not to a group or oneself"));
    }
    let mut drafts = Vec::new();
    let batch = match batch_named(&mut writing, actor, &title).await? {
        Some(batch) => batch,
        None => {
            let batch = new_record()?;
            let body = AidBatch { title, state: BatchState::Formulating };
            drafts.push(first(batch, actor, Audience::Owner, now, body));
            batch
        }
    };
    let record = new_record()?;
    let movement = Movement {
        sort: MovementSort::Shipment,
        batch: Some(batch),
        to: plan.to,
        lines,
        state: MovementState::Planned,
        tracking: String::new(),
        note: String::new(),
    };
    let mut draft = first(record, actor, Audience::Owner, now, movement);
    draft.happened = happened(plan.on, now);
    drafts.push(draft);
    writing.append(drafts).await?;
    writing.commit().await?;
    Ok(record)
}

/// The batch of the actor's party with a title.
async fn batch_named(writing: &mut Writing, actor: &Actor, title: &str) -> Result<Option<RecordId>, Problem> {
    let scope = scope_of(writing, actor).await?;
    let listing =
        Listing { owner: Some(actor.party), limit: BATCHES_MAX, ..Listing::of(Kind::AidBatch, Face::Kept) };
    let batches = records::list(writing.tx(), &scope, &listing).await?;
    let is_named = |seen: &Seen| {
        let body = seen.entry.as_ref().map(|entry| &entry.draft.body);
        seen.status != Status::Withdrawn
            && matches!(body, Some(Body::AidBatch(batch)) if batch.title == title)
    };
    Ok(batches.iter().find(|seen| is_named(seen)).map(|seen| seen.version.record))
}

/// Moves a shipment on. From then on the recipient sees it.
///
/// # Errors
/// When the actor does not curate and release for the giver, the step does not follow from how far it is, or the store
/// fails.
pub async fn advance(
    app: &App,
    actor: &Actor,
    record: RecordId,
    step: &Step,
    &Said { on, tracking, note }: &Said<'_>,
) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let standing = records::standing(writing.tx(), record).await?;
    let standing =
        standing.filter(|standing| standing.kind == Kind::Movement && standing.owner == actor.party);
    let mut standing = standing.ok_or(Problem::NotFound("shipment"))?;
    actor.require(Role::Curate)?;
    not_later(on, now)?;
    let state = match step {
        Step::To(state) => *state,
        Step::CalledOff(reason) => {
            let mut draft = standing.withdraw(actor, reason, now)?;
            draft.happened = happened(on, now);
            writing.append(vec![draft]).await?;
            writing.commit().await?;
            return Ok(());
        }
    };
    let entry = own_entry(&mut writing, actor, record).await?.ok_or(Problem::NotFound("shipment"))?;
    let Body::Movement(before) = entry.draft.body else { return Err(Problem::NotFound("shipment")) };
    if state <= before.state {
        return Err(Problem::Conflict("the shipment is as far as that already".to_owned()));
    }
    let happened = happened(on, now);
    if happened.latest().date() < entry.draft.happened.latest().date() {
        return Err(Problem::field("on", "this day is before that of the state it was in until now"));
    }
    let (tracking, note) = (checked("tracking", tracking, false)?, checked("note", note, false)?);
    let tracking = if tracking.is_empty() { before.tracking.clone() } else { tracking };
    let movement = Movement { state, tracking, note, ..before.as_ref().clone() };
    standing.version = standing.next_version(actor)?;
    let audience = Audience::of([Member::Party(movement.to)]).unwrap_or_default();
    let disclosure = Disclosure { audience, ..Disclosure::default() };
    let mut kept = first(record, actor, Audience::Owner, now, movement.clone());
    (kept.version, kept.happened, kept.simulated) = (standing.version, happened, standing.simulated);
    let mut released = standing.release(actor, movement.into(), Vec::new(), disclosure, now)?;
    released.happened = happened;
    writing.append(vec![kept, released]).await?;
    writing.commit().await?;
    Ok(())
}

/// Shipments that a reader may see, the one that moved last first.
///
/// # Errors
/// When the store fails.
pub async fn shipments(app: &App, scope: &Scope, limit: u32) -> Result<Vec<Shipment>, Problem> {
    let mut read = app.store.read().await?;
    let mut found = Vec::new();
    let mut own = BTreeSet::new();
    for face in [Face::Kept, Face::Released] {
        let listing = Listing { limit, ..Listing::of(Kind::Movement, face) };
        for seen in records::list(&mut read, scope, &listing).await? {
            if own.insert(seen.version.record) {
                found.push((seen, face));
            }
        }
    }
    found.sort_by_key(|(seen, _)| std::cmp::Reverse(seen.since));
    found.truncate(limit as usize);
    let mut shipments = Vec::new();
    for (seen, face) in found {
        shipments.extend(shipment(&mut read, scope, seen, face).await?);
    }
    Ok(shipments)
}

async fn shipment(
    session: &mut hearth_store::db::Session,
    scope: &Scope,
    seen: Seen,
    face: Face,
) -> Result<Option<Shipment>, Problem> {
    let record = seen.version.record;
    let Some(Body::Movement(movement)) = seen.entry.map(|entry| entry.draft.body) else { return Ok(None) };
    let mut states = Vec::new();
    for past in records::history(session, scope, record, face).await?.into_iter().rev() {
        let is_called_off = past.status == Status::Withdrawn;
        let entry = if is_called_off {
            entry_at(session, past.since).await?.map(|kept| kept.entry()).transpose()?.flatten()
        } else {
            past.entry
        };
        match entry.map(|entry| (entry.draft.body, entry.draft.happened)) {
            Some((Body::Movement(body), happened)) => {
                states.push(Moved { state: Some(body.state), happened, note: body.note.clone() });
            }
            Some((Body::Withdrawal(_, remark), happened)) => {
                states.push(Moved { state: None, happened, note: remark.reason });
            }
            _ => {}
        }
    }
    let batch = match movement.batch {
        Some(batch) => super::sharing::called(session, scope, batch).await?,
        None => None,
    };
    let reader = scope.reader().party;
    let is_between = reader == Some(seen.owner) || reader == Some(movement.to);
    let confirmed = if is_between { gifts::confirmation(session, record).await? } else { None };
    let awaited = gifts::awaited(session, record).await?;
    Ok(Some(Shipment {
        record,
        from: seen.owner,
        movement: *movement,
        batch: batch.map(|batch| batch.title).unwrap_or_default(),
        states,
        confirmed: confirmed.map(|(_, happened)| happened),
        is_awaited: awaited.is_some_and(|awaited| !awaited.is_confirmed),
    }))
}
