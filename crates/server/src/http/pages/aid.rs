//! Shipments: the list with its forms.
//!
//! Start at [`list`].

use super::documents::{choices, country_of, day, name_of, record};
use super::shown;
use crate::app::aid::{self, Plan, Said, Shipment as Kept, Step};
use crate::app::{Problem, parties, sharing};
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::PartyId;
use hearth_base::role::Role;
use hearth_ledger::body::aid::{Line, MovementState};
use hearth_ledger::body::parties::{Party, PartySort};
use hearth_pages::messages::Key;
use hearth_pages::site::aid::{AidPage, Goods, Moved, Movement, Shipment};
use hearth_pages::site::parts::{FieldProblem, Paging};
use http::StatusCode;
use std::collections::BTreeMap;

/// Shipments on the list.
const SHIPMENTS_MAX: u32 = 500;

const LABELS: [(&str, Key); 7] = [
    ("batch", Key::AidBatch),
    ("to", Key::AidRecipient),
    ("item", Key::AidItem),
    ("quantity", Key::AidQuantity),
    ("on", Key::AidOn),
    ("tracking", Key::AidTracking),
    ("note", Key::AidNote),
];

fn moved(state: Option<MovementState>) -> Moved {
    match state {
        Some(MovementState::Planned) => Moved::Planned,
        Some(MovementState::Sent) => Moved::Sent,
        Some(MovementState::Delivered) => Moved::Delivered,
        None => Moved::Cancelled,
    }
}

fn next_of(shipment: &Kept) -> Vec<Moved> {
    match shipment.states.last().and_then(|moved| moved.state) {
        Some(MovementState::Planned) => vec![Moved::Sent, Moved::Delivered, Moved::Cancelled],
        Some(MovementState::Sent) => vec![Moved::Delivered, Moved::Cancelled],
        Some(MovementState::Delivered) | None => Vec::new(),
    }
}

fn fact(caller: &Caller, all: &BTreeMap<PartyId, Party>, shipment: Kept) -> Shipment {
    let actor = caller.who().map(|who| &who.actor);
    let may_move = actor.is_some_and(|actor| {
        let has = |role| actor.roles.contains(&role);
        actor.party == shipment.from && has(Role::Curate) && has(Role::Release)
    });
    let to = shipment.movement.to;
    let may_confirm = shipment.is_awaited && actor.is_some_and(|actor| actor.party == to);
    let movement = |moved_on: &aid::Moved| Movement {
        state: moved(moved_on.state),
        on: moved_on.happened.latest().date().to_string(),
        note: moved_on.note.clone(),
    };
    let goods =
        |line: &Line| Goods { item: line.item.clone(), quantity: line.quantity, unit: line.unit.clone() };
    Shipment {
        id: shipment.record.to_string(),
        tracking: shipment.movement.tracking.clone(),
        from: name_of(all, shipment.from),
        to: name_of(all, to),
        country: country_of(all, to),
        lines: shipment.movement.lines.iter().map(goods).collect(),
        movements: shipment.states.iter().map(movement).collect(),
        may_move: if may_move { next_of(&shipment) } else { Vec::new() },
        may_confirm,
        confirmed: shipment.confirmed.map(|on| (on.latest().date().to_string(), name_of(all, to))),
        batch: shipment.batch,
    }
}

async fn page(site: &Site, caller: &Caller, problems: Vec<FieldProblem>) -> Result<Response, Problem> {
    let all = parties::list(&site.app).await?;
    let shipments = aid::shipments(&site.app, caller.scope(), SHIPMENTS_MAX).await?;
    let shipments: Vec<Shipment> =
        shipments.into_iter().map(|shipment| fact(caller, &all, shipment)).collect();
    let shown = shipments.len() as u64;
    let actor = caller.who().map(|who| &who.actor);
    let may_add = actor.is_some_and(|actor| actor.roles.contains(&Role::Curate));
    let own = actor.map(|actor| actor.party);
    let page = AidPage {
        frame: caller.frame(site),
        shipments,
        paging: Paging { first: shown.min(1), shown, all: shown, ..Paging::default() },
        may_add,
        recipients: if may_add {
            choices(&all, own, |party| party.sort != PartySort::Group)
        } else {
            Vec::new()
        },
        problems,
    };
    let status = if page.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

/// Shows the shipments that the reader may see.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    page(&site, &caller, Vec::new()).await
}

fn plan_of(fields: &Fields) -> Result<Plan, Problem> {
    let given = fields.all("item").zip(fields.all("quantity")).zip(fields.all("unit"));
    let mut lines = Vec::new();
    for ((item, quantity), unit) in given {
        if item.trim().is_empty() && quantity.trim().is_empty() {
            continue;
        }
        let quantity = quantity.trim().parse();
        let quantity = quantity.map_err(|_| Problem::field("quantity", "write a whole number"))?;
        let (item, unit) = (item.to_owned(), unit.to_owned());
        lines.push(Line { item, quantity, unit, maker: String::new() });
    }
    let to = fields.text("to").parse().map_err(|_| Problem::field("to", "choose a recipient"))?;
    Ok(Plan { batch: fields.text("batch").to_owned(), to, lines, on: day("on", fields.text("on"))? })
}

/// Plans a shipment.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn plan(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let outcome = match plan_of(&fields) {
        Ok(plan) => aid::plan(&site.app, caller.actor()?, &plan).await.map(|_| ()),
        Err(problem) => Err(problem),
    };
    done(&site, &caller, outcome, "The shipment is planned. Its recipient sees it once it is sent.").await
}

async fn done(
    site: &Site,
    caller: &Caller,
    outcome: Result<(), Problem>,
    told: &str,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(answer::see_other_telling(site, "/aid", 'd', told)),
        Err(problem) => page(site, caller, shown(site, problem, &LABELS)?).await,
    }
}

/// Moves a shipment on.
///
/// # Errors
/// When the reader may not, or the store fails.
pub async fn advance(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = record(&id, "shipment")?;
    let (tracking, note) = (fields.text("tracking"), fields.text("note"));
    let step = || match fields.text("state") {
        "sent" => Ok(Step::To(MovementState::Sent)),
        "delivered" => Ok(Step::To(MovementState::Delivered)),
        "cancelled" => Ok(Step::CalledOff(note.to_owned())),
        _ => Err(Problem::field("state", "choose how far it is")),
    };
    let outcome = match (step(), day("on", fields.text("on"))) {
        (Ok(step), Ok(on)) => {
            aid::advance(&site.app, caller.actor()?, id, &step, &Said { on, tracking, note }).await
        }
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    done(&site, &caller, outcome, "It is written down.").await
}

/// Confirms that a shipment arrived.
///
/// # Errors
/// When it did not go to the reader's party, or the store fails.
pub async fn confirm(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let on = day("on", fields.text("on"))?;
    let id = record(&id, "shipment")?;
    sharing::confirm(&site.app, caller.actor()?, id, fields.text("remark"), on).await?;
    Ok(answer::see_other_telling(&site, "/aid", 'd', "The receipt is confirmed, and the giver sees it."))
}
