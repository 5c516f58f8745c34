//! Setting an empty server up: the party that runs it, its first administrator, the usual terms.
//!
//! Start at [`offer`].

use super::{Secret, checked_login, checked_name, passwords};
use crate::app::{App, Problem};
use hearth_base::audience::Audience;
use hearth_base::country::Country;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::Role;
use hearth_base::terms::Terms;
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort, Person};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::accounts::{self, Account};
use hearth_store::random;

/// What setting up needs to know.
#[derive(Clone, Debug, Default)]
pub struct Founding {
    /// The name of the party that runs the server.
    pub party: String,
    /// Its country, by two letters.
    pub country: String,
    /// The name of its first administrator.
    pub person: String,
    /// The name they sign in with.
    pub login: String,
    /// Their password.
    pub password: String,
}

/// The secret of a link by which an empty server is set up; `None` when it was set up.
///
/// # Errors
/// When the store fails.
pub async fn offer(app: &App) -> Result<Option<Secret>, Problem> {
    if app.host().await?.is_some() {
        return Ok(None);
    }
    let (secret, now) = (Secret::new()?, app.now());
    let expires = now.plus_ms(app.config.accounts.invitation_hours as i64 * 3_600_000);
    let mut tx = app.store.database().begin_write().await?;
    invitation::offer(&mut tx, &secret.digest(), Invited::Founder, now, expires).await?;
    tx.commit().await?;
    Ok(Some(secret))
}

/// Whether a link to set up still holds.
///
/// # Errors
/// When the store fails.
pub async fn is_offered(app: &App, secret: &Secret) -> Result<bool, Problem> {
    let mut read = app.store.read().await?;
    let found = invitation::find(&mut read, &secret.digest(), app.now()).await?;
    Ok(found == Some(Invited::Founder))
}

/// Sets the server up, once.
///
/// # Errors
/// When the link does not hold any more, something given cannot be taken, or the store fails.
pub async fn found(app: &App, secret: &Secret, founding: &Founding) -> Result<(), Problem> {
    let spent = || {
        Problem::Gone(
            "this link was used already or is too old: start the server again for another".to_owned(),
        )
    };
    if !is_offered(app, secret).await? {
        return Err(spent());
    }
    let party_name = checked_name("party", &founding.party)?;
    let country = Country::from_alpha2(&founding.country);
    let country = country.ok_or_else(|| Problem::field("country", "choose a country"))?;
    let name = checked_name("person", &founding.person)?;
    let login = checked_login("user", &founding.login)?;
    passwords::check("password", &founding.password, &login, app.config.accounts.password_least_chars)?;
    let password = passwords::hash(&app.gate, &founding.password).await?;

    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    if writing.head().host.is_some()
        || invitation::spend(writing.tx(), &secret.digest(), now).await?.is_none()
    {
        return Err(spent());
    }
    let party: PartyId = random_id()?.into();
    let person: PersonId = random_id()?.into();
    let host = Party {
        name: party_name,
        sort: PartySort::Organisation,
        country: Some(country),
        members: Vec::new(),
    };
    let administrator = Person { name, roles: Role::ALL.into(), orcid: None };
    let first = |record: RecordId, audience: Audience, body: Body| Draft {
        act: Act::Keep,
        record,
        version: 1,
        party,
        person: Some(person),
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At(now),
        simulated: false,
        body,
        blobs: Vec::new(),
    };
    let mut drafts = vec![
        first(party.into(), Audience::Public, host.into()),
        first(person.into(), Audience::Owner, administrator.into()),
    ];
    for terms in Terms::usual() {
        drafts.push(first(random_id()?, Audience::Public, terms.into()));
    }
    writing.append(drafts).await?;
    writing.set_host(party).await?;
    let account = Account {
        person,
        party,
        login,
        password: Some(password),
        subject: None,
        is_closed: false,
        seen: None,
    };
    accounts::open(writing.tx(), &account, now).await?;
    invitation::forget_founders(writing.tx()).await?;
    writing.commit().await?;
    Ok(())
}

fn random_id() -> Result<RecordId, Problem> {
    Ok(RecordId::from_bytes(random::bytes()?))
}
