//! Parties: countries, organisations and groups; and who belongs to a group, with dates.
//!
//! Which parties there are is no secret among those who sign in; what they share is. The server's administrators
//! register parties, in the name of the party that runs it. Start at [`register`] and [`list`].

use super::sharing::{first, new_record};
use super::{App, Problem};
use hearth_base::audience::Audience;
use hearth_base::country::Country;
use hearth_base::id::PartyId;
use hearth_ledger::body::parties::{Membership, Party, PartySort};
use hearth_ledger::rules::Actor;
use hearth_store::log::append::Writing;
use hearth_store::state::{parties, records};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The longest name of a party, in characters.
const NAME_MAX_CHARS: usize = 200;
/// Memberships of one group, ended ones too.
const MEMBERS_MAX: usize = 1_000;

/// All parties.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App) -> Result<BTreeMap<PartyId, Party>, Problem> {
    Ok(parties::all(&mut *app.store.read().await?).await?)
}

/// Registers a party.
///
/// # Errors
/// When the actor is no administrator of the server, something given cannot be taken, or the store fails.
pub async fn register(
    app: &App,
    actor: &Actor,
    name: &str,
    sort: PartySort,
    country: Option<Country>,
) -> Result<PartyId, Problem> {
    actor.require_host()?;
    let name = name.trim();
    let letters = name.chars().count();
    if letters == 0 || letters > NAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(Problem::field("name", format!("a name has 1 to {NAME_MAX_CHARS} characters")));
    }
    if matches!(sort, PartySort::Country | PartySort::Organisation) && country.is_none() {
        return Err(Problem::field("country", "choose the country: figures count by it"));
    }
    let country = if sort == PartySort::Group { None } else { country };
    let mut writing = app.store.write(app.now()).await?;
    let all = parties::all(writing.tx()).await?;
    if all.values().any(|party| party.name == name && party.country == country) {
        return Err(Problem::field("name", "there is a party of this name already"));
    }
    let record = new_record()?;
    let party = Party { name: name.to_owned(), sort, country, members: Vec::new() };
    let draft = first(record, actor, Audience::Public, writing.now(), party);
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(record.into())
}

/// Takes a party into a group from a day on.
///
/// # Errors
/// When the actor is no administrator of the server, it is no group, the party belongs to it then, or the store fails.
pub async fn add_member(
    app: &App,
    actor: &Actor,
    group: PartyId,
    member: PartyId,
    since: Option<Date>,
) -> Result<(), Problem> {
    actor.require_host()?;
    let mut writing = app.store.write(app.now()).await?;
    let from = since.unwrap_or(writing.now().date());
    let mut party = found_group(&mut writing, group).await?;
    let joining = parties::find(writing.tx(), member).await?;
    if joining.is_none_or(|joining| joining.sort == PartySort::Group) {
        return Err(Problem::field("member", "choose a party that is no group itself"));
    }
    let overlaps = |one: &Membership| one.party == member && one.to.is_none_or(|last| from <= last);
    if party.members.iter().any(overlaps) {
        return Err(Problem::field("member", "this party belongs to the group on that day already"));
    }
    if party.members.len() == MEMBERS_MAX {
        return Err(Problem::field("member", format!("a group keeps at most {MEMBERS_MAX} memberships")));
    }
    party.members.push(Membership { party: member, from, to: None });
    say_anew(&mut writing, actor, group, party).await?;
    writing.commit().await?;
    Ok(())
}

/// Ends a membership: yesterday was its last day; one that began today is taken back.
///
/// # Errors
/// When the actor is no administrator of the server, it is no member today, or the store fails.
pub async fn end_member(app: &App, actor: &Actor, group: PartyId, member: PartyId) -> Result<(), Problem> {
    actor.require_host()?;
    let mut writing = app.store.write(app.now()).await?;
    let today = writing.now().date();
    let yesterday = today.yesterday().map_err(|_| Problem::Internal("the calendar ended".to_owned()))?;
    let mut party = found_group(&mut writing, group).await?;
    let is_open = |one: &Membership| one.party == member && one.to.is_none_or(|last| today <= last);
    if !party.members.iter().any(is_open) {
        return Err(Problem::NotFound("member"));
    }
    party.members.retain(|one| !(is_open(one) && one.from > yesterday));
    for one in party.members.iter_mut().filter(|one| is_open(one)) {
        one.to = Some(yesterday);
    }
    say_anew(&mut writing, actor, group, party).await?;
    writing.commit().await?;
    Ok(())
}

async fn found_group(writing: &mut Writing, group: PartyId) -> Result<Party, Problem> {
    let party = parties::find(writing.tx(), group).await?;
    party.filter(|party| party.sort == PartySort::Group).ok_or(Problem::NotFound("group"))
}

async fn say_anew(writing: &mut Writing, actor: &Actor, group: PartyId, party: Party) -> Result<(), Problem> {
    let standing = records::standing(writing.tx(), group.into()).await?.ok_or(Problem::NotFound("group"))?;
    let mut draft = first(group.into(), actor, Audience::Public, writing.now(), party);
    (draft.version, draft.party) = (standing.version.saturating_add(1), standing.owner);
    writing.append(vec![draft]).await?;
    Ok(())
}
