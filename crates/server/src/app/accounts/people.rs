//! The people of a party: invited, given roles, closed.
//!
//! Who may: an administrator of the party, or of the party that runs the server. Nobody takes their own administration
//! away, so that somebody always has it; whoever acts is read again in the transaction that writes. Start at [`invite`].

use super::{Secret, SignedIn, checked_login, checked_name, invitations};
use crate::app::{App, Problem};
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::{Role, Roles};
use hearth_base::time::UtcTime;
use hearth_ledger::body::parties::Person;
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_ledger::rules::Actor;
use hearth_store::accounts::{self, Account};
use hearth_store::db::Session;
use hearth_store::log::append::Writing;
use hearth_store::random;
use hearth_store::state::{parties, records};

/// Somebody of a party, with their account.
#[derive(Clone, Debug)]
pub struct Member {
    /// What the ledger says of them.
    pub person: Person,
    /// How they sign in.
    pub account: Account,
}

/// Somebody to be invited.
#[derive(Clone, Debug, Default)]
pub struct Invitee {
    /// Their name.
    pub name: String,
    /// The name they will sign in with.
    pub login: String,
    /// What they may do.
    pub roles: Roles,
}

/// The people of a party, for those who keep them.
///
/// # Errors
/// When the person may not keep them, or the store fails.
pub async fn list(app: &App, who: &SignedIn, party: PartyId) -> Result<Vec<Member>, Problem> {
    who.actor.require_keeper_of(party)?;
    let mut read = app.store.read().await?;
    let mut members = Vec::new();
    for account in accounts::of_party(&mut read, party).await? {
        if let Some((_, person)) = parties::person(&mut read, account.person.into()).await? {
            members.push(Member { person, account });
        }
    }
    Ok(members)
}

/// Invites somebody to a party. The secret of their link is given this once.
///
/// # Errors
/// When the person may not, a login name is taken, or the store fails.
pub async fn invite(app: &App, who: &SignedIn, party: PartyId, invitee: &Invitee) -> Result<Secret, Problem> {
    who.actor.require_keeper_of(party)?;
    let name = checked_name("name", &invitee.name)?;
    let login = checked_login("user", &invitee.login)?;
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    let actor = actor_now(writing.tx(), &who.actor).await?;
    actor.require_keeper_of(party)?;
    if parties::find(writing.tx(), party).await?.is_none() {
        return Err(Problem::NotFound("party"));
    }
    let person: PersonId = RecordId::from_bytes(random::bytes()?).into();
    let account =
        Account { person, party, login, password: None, subject: None, is_closed: false, seen: None };
    if !accounts::open(writing.tx(), &account, now).await? {
        return Err(Problem::field("user", "this user name is taken: choose another"));
    }
    let said = Person { name, roles: invitee.roles.clone(), orcid: None };
    let draft = entry(&actor, person, party, 1, said, now);
    writing.append(vec![draft]).await?;
    let secret = invitations::offer(app, writing.tx(), person, now).await?;
    writing.commit().await?;
    Ok(secret)
}

/// Offers somebody of a party another link, to choose a new password.
///
/// # Errors
/// When the person may not, or the store fails.
pub async fn invite_again(app: &App, who: &SignedIn, person: PersonId) -> Result<Secret, Problem> {
    let mut tx = app.store.database().begin_write().await?;
    let actor = actor_now(&mut tx, &who.actor).await?;
    kept_by(&mut tx, &actor, person).await?;
    let secret = invitations::offer(app, &mut tx, person, app.now()).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Gives somebody these roles and no others.
///
/// # Errors
/// When the person may not, would lose their own administration, or the store fails.
pub async fn set_roles(app: &App, who: &SignedIn, person: PersonId, roles: Roles) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let actor = actor_now(writing.tx(), &who.actor).await?;
    let (party, said) = kept_by(writing.tx(), &actor, person).await?;
    if person == actor.person && !roles.contains(&Role::Administer) {
        return Err(Problem::Conflict(
            "you cannot take your own administration away: another administrator has to".to_owned(),
        ));
    }
    if said.roles == roles {
        return Ok(());
    }
    say_anew(&mut writing, &actor, person, party, Person { roles, ..said }).await?;
    writing.commit().await?;
    Ok(())
}

/// Closes an account: the person can no longer sign in, and what they carry ends. What they did stays.
///
/// # Errors
/// When the person may not, it is their own, or the store fails.
pub async fn close(app: &App, who: &SignedIn, person: PersonId) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let actor = actor_now(writing.tx(), &who.actor).await?;
    let (party, said) = kept_by(writing.tx(), &actor, person).await?;
    if person == actor.person {
        let text = "you cannot close your own account: another administrator has to".to_owned();
        return Err(Problem::Conflict(text));
    }
    accounts::close(writing.tx(), person).await?;
    if !said.roles.is_empty() {
        say_anew(&mut writing, &actor, person, party, Person { roles: Roles::new(), ..said }).await?;
    }
    writing.commit().await?;
    Ok(())
}

/// The party of a person whom somebody keeps, and what the ledger says of them. An unknown person, and one of a party that
/// they do not keep, sound the same.
///
/// # Errors
/// When they do not keep them, or the store fails.
pub async fn kept_by(
    session: &mut Session,
    actor: &Actor,
    person: PersonId,
) -> Result<(PartyId, Person), Problem> {
    actor.require(Role::Administer)?;
    let found = parties::person(session, person.into()).await?;
    let found = found.filter(|(party, _)| actor.require_keeper_of(*party).is_ok());
    let account = accounts::of_person(session, person).await?;
    match (found, account) {
        (Some(found), Some(account)) if !account.is_closed => Ok(found),
        _ => Err(Problem::NotFound("person")),
    }
}

/// Who acts, with the roles they have at this moment, as far as what they carry gives them.
async fn actor_now(session: &mut Session, actor: &Actor) -> Result<Actor, Problem> {
    let said = parties::person(session, actor.person.into()).await?;
    let (party, said) = said.ok_or(Problem::SignIn)?;
    let roles = said.roles.intersection(&actor.roles).copied().collect();
    Ok(Actor { party, roles, ..actor.clone() })
}

async fn say_anew(
    writing: &mut Writing,
    actor: &Actor,
    person: PersonId,
    party: PartyId,
    said: Person,
) -> Result<(), Problem> {
    let standing =
        records::standing(writing.tx(), person.into()).await?.ok_or(Problem::NotFound("person"))?;
    let now = writing.now();
    writing.append(vec![entry(actor, person, party, standing.version + 1, said, now)]).await?;
    Ok(())
}

fn entry(actor: &Actor, person: PersonId, party: PartyId, version: u32, said: Person, now: UtcTime) -> Draft {
    Draft {
        act: Act::Keep,
        record: person.into(),
        version,
        party,
        person: Some(actor.person),
        disclosure: Disclosure::default(),
        happened: Happened::At(now),
        simulated: false,
        body: said.into(),
        blobs: Vec::new(),
    }
}
