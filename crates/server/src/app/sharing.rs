//! Giving something to parties, and their confirmations: the same for documents, genomes and shipments.
//!
//! A party that may not see it yet is let in by a release in the same transaction, and the caller is told so: a share never
//! widens an audience in silence. A group is given to as its members of today. Refuses to know forms. Start at
//! [`share`] and [`confirm`].

use super::genomes::release::{Choice, within_terms};
use super::{App, Problem};
use hearth_base::audience::{Audience, Member};
use hearth_base::date::PartialDate;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::access::{Reader, Rights};
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::body::sharing::Channel;
use hearth_ledger::entry::{Act, Disclosure, Draft, Entry, Happened};
use hearth_ledger::rules::{Actor, Standing, Status, sharing};
use hearth_store::log::append::Writing;
use hearth_store::random;
use hearth_store::state::records::{self, Face};
use hearth_store::state::scope::Scope;
use hearth_store::state::{gifts, parties};
use std::collections::{BTreeMap, BTreeSet};

/// Parties and groups named in one act.
const NAMED_MAX: usize = 1_000;

/// The terms under which something is opened to partners when none were chosen.
const USUAL_TERMS: &str = "PARTNERS";

/// To whom something is given, and how.
#[derive(Clone, Debug)]
pub struct Giving {
    /// Parties, or groups: those who belong to them on this day.
    pub to: Vec<PartyId>,
    /// By which way.
    pub channel: Channel,
    /// On which day; now if none is said.
    pub on: Option<PartialDate>,
    /// Under which terms, and from which day on open to others, it is released, if it never was. Of the audience in it,
    /// nothing is taken: that is `to`.
    pub terms: Option<Choice>,
}

/// What came of a gift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The shares that were written, one for each party.
    pub shares: Vec<RecordId>,
    /// Whether it had to be released to somebody first.
    pub was_released: bool,
}

/// An identifier that nothing has.
///
/// # Errors
/// When the system gives no random bytes.
pub fn new_record() -> Result<RecordId, Problem> {
    Ok(RecordId::from_bytes(random::bytes()?))
}

/// The first version of a record that its owner keeps.
pub(super) fn first(
    record: RecordId,
    actor: &Actor,
    audience: Audience,
    now: UtcTime,
    body: impl Into<hearth_ledger::body::Body>,
) -> Draft {
    Draft {
        act: Act::Keep,
        record,
        version: 1,
        party: actor.party,
        person: Some(actor.person),
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At(now),
        simulated: false,
        body: body.into(),
        blobs: Vec::new(),
    }
}

/// The day that somebody gave, or now.
pub(super) fn happened(on: Option<PartialDate>, now: UtcTime) -> Happened {
    on.map_or(Happened::At(now), Happened::On)
}

/// What somebody of a party may see within a transaction.
pub(super) async fn scope_of(writing: &mut Writing, actor: &Actor) -> Result<Scope, Problem> {
    let now = writing.now();
    Ok(Scope::of(writing.tx(), Some(actor.person), actor.party, actor.roles.clone(), now).await?)
}

/// The newest entry that a record's owner keeps, if it is there and the actor's own.
pub(super) async fn own_entry(
    writing: &mut Writing,
    actor: &Actor,
    record: RecordId,
) -> Result<Option<Entry>, Problem> {
    let scope = scope_of(writing, actor).await?;
    let seen = records::find(writing.tx(), &scope, record, Face::Kept).await?;
    Ok(seen.filter(|seen| seen.owner == actor.party).and_then(|seen| seen.entry))
}

/// Gives a record to parties, with all that belongs to it and has to be seen with it (`with`: its work, its files).
///
/// # Errors
/// When the actor does not release for the owner, a party is unknown, a rule says no, or the store fails.
pub async fn share(
    writing: &mut Writing,
    actor: &Actor,
    (what, with): (RecordId, &[RecordId]),
    giving: &Giving,
) -> Result<Outcome, Problem> {
    let now = writing.now();
    if giving.to.is_empty() || giving.to.len() > NAMED_MAX {
        return Err(Problem::field("party", format!("choose between one and {NAMED_MAX} parties")));
    }
    let mut members = BTreeSet::new();
    let mut readers = BTreeMap::new();
    for id in &giving.to {
        let party = parties::find(writing.tx(), *id).await?.ok_or(Problem::NotFound("party"))?;
        if party.sort != PartySort::Group {
            members.insert(Member::Party(*id));
            readers.insert(*id, parties::as_reader(writing.tx(), *id, now).await?);
            continue;
        }
        members.insert(Member::Group(*id));
        let day = now.date();
        for member in party.members.iter().filter(|member| member.holds_on(day)) {
            if member.party != actor.party {
                let reader = parties::as_reader(writing.tx(), member.party, now).await?;
                readers.insert(member.party, reader);
            }
        }
    }
    if readers.is_empty() {
        return Err(Problem::field("party", "nobody else belongs to this group today"));
    }
    is_under(writing, what, giving).await?;
    let mut was_released = false;
    for record in with.iter().chain([&what]) {
        was_released |= open_to(writing, actor, *record, (&members, &readers), giving).await?;
    }
    let standing = standing_of(writing, what).await?;
    let mut outcome = Outcome { shares: Vec::new(), was_released };
    let mut drafts = Vec::new();
    for reader in readers.values() {
        let happened = happened(giving.on, now);
        let gift = sharing::Gift { standing: &standing, to: reader, channel: giving.channel, happened };
        let record = new_record()?;
        drafts.push(sharing::share(&gift, actor, record, now)?);
        outcome.shares.push(record);
    }
    writing.append(drafts).await?;
    Ok(outcome)
}

async fn standing_of(writing: &mut Writing, record: RecordId) -> Result<Standing, Problem> {
    records::standing(writing.tx(), record).await?.ok_or(Problem::NotFound("record"))
}

/// Refuses other terms than those under which something was released: a share does not change them in silence.
async fn is_under(writing: &mut Writing, what: RecordId, giving: &Giving) -> Result<(), Problem> {
    let Some(choice) = &giving.terms else { return Ok(()) };
    let Some(released) = standing_of(writing, what).await?.released.filter(|released| !released.is_withdrawn)
    else {
        return Ok(());
    };
    let now = writing.now();
    let asked = within_terms(writing, choice, now).await?;
    if asked.terms == released.disclosure.terms && asked.opens == released.disclosure.opens {
        return Ok(());
    }
    let text = "it was released under other terms before: leave the terms as they are, or release it under the new ones first";
    Err(Problem::Conflict(text.to_owned()))
}

/// Releases a record to those of some readers who may not see its newest version yet. Returns whether it had to.
async fn open_to(
    writing: &mut Writing,
    actor: &Actor,
    record: RecordId,
    (members, readers): (&BTreeSet<Member>, &BTreeMap<PartyId, Reader>),
    giving: &Giving,
) -> Result<bool, Problem> {
    let now = writing.now();
    let standing = standing_of(writing, record).await?;
    if standing.kept == Status::Withdrawn {
        return Ok(false);
    }
    let released = standing.released.as_ref().filter(|released| !released.is_withdrawn);
    let rights = released.map(|released| Rights::new(standing.owner, &released.disclosure));
    let is_seen = rights.is_some_and(|rights| readers.values().all(|reader| reader.may_see(&rights, now)));
    let is_newest = released.is_some_and(|released| released.version == standing.version);
    if is_seen && is_newest {
        return Ok(false);
    }
    let too_many = |error| Problem::Conflict(format!("{error}"));
    let disclosure = match released {
        Some(released) if is_seen => released.disclosure.clone(),
        Some(released) => {
            let before = released.disclosure.audience.members();
            let audience = Audience::of(before.chain(members.iter().copied())).map_err(too_many)?;
            Disclosure { audience, ..released.disclosure.clone() }
        }
        None => {
            let audience = Audience::of(members.iter().copied()).map_err(too_many)?;
            let (terms, open_from) = match &giving.terms {
                Some(choice) => (choice.terms.clone(), choice.open_from),
                None => (USUAL_TERMS.to_owned(), None),
            };
            within_terms(writing, &Choice { terms, audience, open_from }, now).await?
        }
    };
    release(writing, actor, &standing, disclosure).await?;
    Ok(true)
}

/// Releases what the owner keeps of a record, as it is.
pub(super) async fn release(
    writing: &mut Writing,
    actor: &Actor,
    standing: &Standing,
    disclosure: Disclosure,
) -> Result<(), Problem> {
    let now = writing.now();
    let entry = own_entry(writing, actor, standing.record).await?.ok_or(Problem::NotFound("record"))?;
    let draft = standing.release(actor, entry.draft.body, entry.draft.blobs, disclosure, now)?;
    writing.append(vec![draft]).await?;
    Ok(())
}

/// Confirms, for the actor's party, that a share or shipment arrived.
///
/// # Errors
/// When it was not given to that party, was confirmed before, a rule says no, or the store fails.
pub async fn confirm(
    app: &App,
    actor: &Actor,
    of: RecordId,
    remark: &str,
    on: Option<PartialDate>,
) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let awaited = gifts::awaited(writing.tx(), of).await?.ok_or(Problem::NotFound("share"))?;
    let draft = sharing::confirm(&awaited, actor, remark, happened(on, now), new_record()?, now)?;
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// Shares that the reader's party gave or received, the newest first: of one record, or of all.
///
/// # Errors
/// When the store fails.
pub async fn of_reader(
    app: &App,
    scope: &Scope,
    what: Option<RecordId>,
    limit: u32,
) -> Result<Vec<gifts::Given>, Problem> {
    if scope.reader().party.is_none() {
        return Ok(Vec::new());
    }
    let mut read = app.store.read().await?;
    Ok(gifts::of_reader(&mut read, scope, what, limit).await?)
}

/// What a record is called in lists of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What it is called.
    pub title: String,
    /// The record whose page shows it: a work for its edition. For a genome, its accession is the title.
    pub page: RecordId,
}

/// What a record is called, for a reader who may see it; `None` for others, and when it was erased.
///
/// # Errors
/// When the store fails.
pub async fn called(
    session: &mut hearth_store::db::Session,
    scope: &Scope,
    record: RecordId,
) -> Result<Option<Called>, Problem> {
    use hearth_ledger::body::Body;
    let mut seen = records::find(session, scope, record, Face::Kept).await?;
    if seen.is_none() {
        seen = records::find(session, scope, record, Face::Released).await?;
    }
    let Some(entry) = seen.and_then(|seen| seen.entry) else { return Ok(None) };
    let own = |title: String| Called { title, page: record };
    Ok(Some(match entry.draft.body {
        Body::Party(party) => own(party.name),
        Body::Person(person) => own(person.name),
        Body::Terms(terms) => own(terms.code),
        Body::Genome(genome) => own(genome.accession.to_string()),
        Body::Work(work) => own(work.title),
        Body::Submission(batch) => own(batch.title),
        Body::AidBatch(batch) => own(batch.title),
        Body::Movement(movement) => {
            let goods: Vec<String> = movement.lines.into_iter().map(|line| line.item).collect();
            own(goods.join(", "))
        }
        Body::Attestation(said) => own(said.code),
        Body::Edition(edition) => {
            let work = Box::pin(called(session, scope, edition.work)).await?;
            let title = work.map_or_else(String::new, |work| work.title + " ");
            Called { title: title + &edition.label, page: edition.work }
        }
        Body::Rendition(rendition) => {
            let edition = Box::pin(called(session, scope, rendition.edition)).await?;
            let page = edition.as_ref().map_or(record, |edition| edition.page);
            let title = edition.map_or_else(String::new, |edition| edition.title + " ");
            Called { title: format!("{title}({})", rendition.language), page }
        }
        Body::Share(share) => match Box::pin(called(session, scope, share.what.record)).await? {
            Some(what) => what,
            None => own(String::new()),
        },
        _ => own(String::new()),
    }))
}
