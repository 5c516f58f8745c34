//! A treatment plan given to two partners and confirmed by one, a shipment, and what was attested in March 2020.
//!
//! The attested totals are public record (K1, K2: statements of a national health authority of 26 March 2020, as reported
//! by the press); everything counted here is simulated. Start at [`fill`].

use super::{Parties, actor, append, first, new_record};
use crate::app::aid::{self, Said, Step};
use crate::app::{App, Problem};
use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_ledger::body::Body;
use hearth_ledger::body::aid::{Line, Movement, MovementSort, MovementState};
use hearth_ledger::body::documents::{Edition, Origin, Rendition, Work};
use hearth_ledger::body::sharing::{Attestation, Channel, Qualifier};
use hearth_ledger::entry::{BlobRef, Disclosure, Happened};
use hearth_ledger::rules::sharing::{self, Gift};
use hearth_store::state::{gifts, parties, records};

const PLAN: &str = "# Diagnosis and treatment plan, edition 7 (simulated)\n\n\
    This text stands for a treatment plan. It was made for a demonstration of Hearth and gives no medical advice.\n";

/// Fills it.
pub(super) async fn fill(app: &App, all: &Parties) -> Result<(), Problem> {
    let edition = plan(app, all).await?;
    for partner in [all.ministry, all.institute] {
        give(app, all, edition, partner).await?;
    }
    let given = shares_of(app, all, edition).await?;
    if let Some(share) = given.iter().find(|(_, to)| *to == all.institute) {
        confirm(app, share.0, all.institute, "Received in English; a translation is being made.").await?;
    }
    shipment(app, all).await?;
    attest(app, all.host).await
}

/// A work, its edition and a file in English, released to both partners.
async fn plan(app: &App, all: &Parties) -> Result<RecordId, Problem> {
    let (work, edition, rendition) = (new_record()?, new_record()?, new_record()?);
    let digest = app.blobs.put(PLAN.as_bytes().to_vec()).await?;
    let blob = BlobRef {
        digest,
        bytes: PLAN.len() as u64,
        media: "text/markdown".to_owned(),
        name: Some("plan-7-en.md".to_owned()),
    };
    let english = "en".parse().map_err(|_| Problem::Internal("en is no language".to_owned()))?;
    let title = "Diagnosis and treatment plan (simulated)".to_owned();
    let changes = "Two drugs were left out; the dose of a third is lower.".to_owned();
    let bodies: [(RecordId, Body, Vec<BlobRef>); 3] = [
        (work, Work { title, subjects: ["technical-documents".to_owned()].into() }.into(), Vec::new()),
        (edition, Edition { work, label: "7".to_owned(), changes }.into(), Vec::new()),
        (rendition, Rendition { edition, language: english, origin: Origin::Original }.into(), vec![blob]),
    ];
    let named = Audience::of([Member::Party(all.ministry), Member::Party(all.institute)]).unwrap_or_default();
    let releases = actor(all.releaser, all.host, &Role::ALL);
    for (record, body, blobs) in bodies {
        let mut kept = first(app, record, all.host, Audience::Owner, body.clone());
        kept.blobs = blobs.clone();
        append(app, vec![kept]).await?;
        let mut writing = app.store.write(app.now()).await?;
        let standing = records::standing(writing.tx(), record).await?;
        let standing = standing.ok_or(Problem::NotFound("document"))?;
        let disclosure = Disclosure { audience: named.clone(), ..Disclosure::default() };
        let draft = standing.release(&releases, body, blobs, disclosure, writing.now())?;
        writing.append(vec![draft]).await?;
        writing.commit().await?;
    }
    Ok(edition)
}

async fn give(app: &App, all: &Parties, what: RecordId, to: PartyId) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let standing = records::standing(writing.tx(), what).await?.ok_or(Problem::NotFound("document"))?;
    let reader = parties::as_reader(writing.tx(), to, now).await?;
    let happened = Happened::At(now);
    let gift = Gift { standing: &standing, to: &reader, channel: Channel::Server, happened };
    let releases = actor(all.releaser, all.host, &Role::ALL);
    let draft = sharing::share(&gift, &releases, new_record()?, now)?;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

async fn shares_of(app: &App, all: &Parties, what: RecordId) -> Result<Vec<(RecordId, PartyId)>, Problem> {
    use hearth_store::state::scope::Scope;
    let mut read = app.store.read().await?;
    let scope = Scope::of(&mut read, Some(all.releaser), all.host, Role::ALL.into(), app.now()).await?;
    let given = gifts::of_reader(&mut read, &scope, Some(what), 10).await?;
    Ok(given.into_iter().map(|given| (given.record, given.share.to)).collect())
}

async fn confirm(app: &App, what: RecordId, by: PartyId, remark: &str) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let awaited = gifts::awaited(writing.tx(), what).await?.ok_or(Problem::NotFound("share"))?;
    let confirms = actor(new_record()?.into(), by, &Role::ALL);
    let mut draft = sharing::confirm(&awaited, &confirms, remark, Happened::At(now), new_record()?, now)?;
    draft.person = None;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// Test kits on their way to the ministry.
async fn shipment(app: &App, all: &Parties) -> Result<(), Problem> {
    let record = new_record()?;
    let planned = Movement {
        sort: MovementSort::Shipment,
        batch: None,
        to: all.ministry,
        lines: vec![
            Line {
                item: "RT-PCR test kits".to_owned(),
                quantity: 1_000,
                unit: "kits".to_owned(),
                maker: "Example Diagnostics".to_owned(),
            },
            Line {
                item: "Masks".to_owned(),
                quantity: 50_000,
                unit: "pieces".to_owned(),
                maker: String::new(),
            },
        ],
        state: MovementState::Planned,
        tracking: String::new(),
        note: String::new(),
    };
    append(app, vec![first(app, record, all.host, Audience::Owner, planned.into())]).await?;
    let releases = actor(all.releaser, all.host, &Role::ALL);
    let said = Said { on: None, tracking: "EX-7", note: "" };
    aid::advance(app, &releases, record, &Step::To(MovementState::Sent), &said).await
}

/// What was stated on 26 March 2020: public record, not counted here.
async fn attest(app: &App, by: PartyId) -> Result<(), Problem> {
    let stated = [
        ("K1", "Countries that received the latest plans and other technical documents", 180, "countries"),
        ("K2", "International and regional organisations that received them", 10, "organisations"),
    ];
    let mut drafts = Vec::new();
    for (code, statement, value, unit) in stated {
        let as_of = "2020-03-26".parse().map_err(|_| Problem::Internal("no day".to_owned()))?;
        let body = Attestation {
            code: code.to_owned(),
            statement: statement.to_owned(),
            value,
            unit: unit.to_owned(),
            qualifier: Qualifier::MoreThan,
            as_of,
            said_by: "A national health authority, as reported by the press".to_owned(),
            source: "Press conference of 26 March 2020".to_owned(),
        };
        let mut draft = first(app, new_record()?, by, Audience::Public, body.into());
        draft.simulated = false;
        draft.happened = "2020-03-26".parse().map_err(|_| Problem::Internal("no day".to_owned()))?;
        drafts.push(draft);
    }
    append(app, drafts).await
}
