//! The demonstration: three example parties, people, simulated genomes in every state, a document shared and confirmed, a
//! shipment, and what was attested in 2020 beside what is counted here.
//!
//! Everything goes through the same rules and entries as in earnest, and is marked as simulated. Refuses to fill a server
//! that is set up already. Start at [`fill`].

mod genomes;
mod sharing;

use crate::app::accounts::set_up::{self, Founding};
use crate::app::accounts::{Secret, passwords};
use crate::app::{App, Problem};
use hearth_base::audience::Audience;
use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::role::{Role, Roles};
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort, Person};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_ledger::rules::Actor;
use hearth_store::accounts::{self, Account};
use hearth_store::random;

/// The password of everybody in a demonstration.
pub const PASSWORD: &str = "demonstration-2020";

/// Somebody to sign in as.
#[derive(Clone, Debug)]
pub struct Example {
    /// The name they sign in with.
    pub login: &'static str,
    /// What they are for.
    pub about: &'static str,
}

/// The parties of the demonstration.
#[derive(Clone, Copy, Debug)]
struct Parties {
    host: PartyId,
    ministry: PartyId,
    institute: PartyId,
    releaser: PersonId,
}

/// People to sign in as.
pub const EXAMPLES: [Example; 4] = [
    Example { login: "amina", about: "Example Reference Laboratory: administers, reviews, releases" },
    Example { login: "brook", about: "Example Reference Laboratory: submits" },
    Example {
        login: "chen",
        about: "Example Ministry of Health, a partner: was given a plan, has not confirmed it",
    },
    Example { login: "dragana", about: "Example Institute of Public Health, another partner: confirmed it" },
];

/// Fills an empty server. `examples` are simulated genomes as FASTA, `genomes` says how many to make of them.
///
/// # Errors
/// When it was set up already, or the store fails.
pub async fn fill(app: &App, examples: &[u8], genomes: usize) -> Result<(), Problem> {
    let link: Secret = set_up::offer(app).await?.ok_or_else(|| {
        Problem::Conflict("this server is set up already: a demonstration needs an empty one".to_owned())
    })?;
    let founding = Founding {
        party: "Example Reference Laboratory".to_owned(),
        country: "KE".to_owned(),
        person: "Amina Example".to_owned(),
        login: "amina".to_owned(),
        password: PASSWORD.to_owned(),
    };
    app.mark_demonstration();
    set_up::found(app, &link, &founding).await?;
    let host = app.host().await?.ok_or_else(|| Problem::Internal("the server was not set up".to_owned()))?;
    let mut read = app.store.read().await?;
    let releaser = accounts::by_login(&mut read, "amina").await?.map(|account| account.person);
    drop(read);
    let releaser = releaser.ok_or_else(|| Problem::Internal("the founder is not there".to_owned()))?;
    let ministry = party(app, "Example Ministry of Health", PartySort::Country, "RS").await?;
    let institute = party(app, "Example Institute of Public Health", PartySort::Organisation, "PE").await?;
    let parties = Parties { host, ministry, institute, releaser };
    let submitter = person(app, host, "Brook Example", "brook", &[Role::Submit]).await?;
    person(app, ministry, "Chen Example", "chen", &Role::ALL).await?;
    person(app, institute, "Dragana Example", "dragana", &Role::ALL).await?;
    genomes::fill(app, &parties, submitter, examples, genomes).await?;
    sharing::fill(app, &parties).await
}

/// Somebody of a party with these roles.
fn actor(person: PersonId, party: PartyId, roles: &[Role]) -> Actor {
    Actor { person, party, roles: roles.iter().copied().collect(), is_of_host: false }
}

fn new_record() -> Result<RecordId, Problem> {
    let bytes = random::bytes().map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(RecordId::from_bytes(bytes))
}

/// The first version of a record of a party, made up.
fn first(app: &App, record: RecordId, party: PartyId, audience: Audience, body: Body) -> Draft {
    Draft {
        act: Act::Keep,
        record,
        version: 1,
        party,
        person: None,
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At(app.now()),
        simulated: true,
        body,
        blobs: Vec::new(),
    }
}

async fn append(app: &App, drafts: Vec<Draft>) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    writing.append(drafts).await?;
    writing.commit().await?;
    Ok(())
}

async fn party(app: &App, name: &str, sort: PartySort, country: &str) -> Result<PartyId, Problem> {
    let party = Party { name: name.to_owned(), sort, country: country.parse().ok(), members: Vec::new() };
    let record = new_record()?;
    append(app, vec![first(app, record, record.into(), Audience::Public, party.into())]).await?;
    Ok(record.into())
}

async fn person(
    app: &App,
    party: PartyId,
    name: &str,
    login: &str,
    roles: &[Role],
) -> Result<PersonId, Problem> {
    let person: PersonId = new_record()?.into();
    let password = Some(passwords::hash(&app.gate, PASSWORD).await?);
    let roles: Roles = roles.iter().copied().collect();
    let said = Person { name: name.to_owned(), roles, orcid: None };
    let mut writing = app.store.write(app.now()).await?;
    let now = writing.now();
    writing.append(vec![first(app, person.into(), party, Audience::Owner, said.into())]).await?;
    let login = login.to_owned();
    let account = Account { person, party, login, password, subject: None, is_closed: false, seen: None };
    accounts::open(writing.tx(), &account, now).await?;
    writing.commit().await?;
    Ok(person)
}
