//! A store in a temporary folder, and short ways to say things in it.
// Each file of tests uses a part of it.
#![allow(dead_code)]

use hearth_base::audience::{Audience, Member};
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::parties::{Party, PartySort};
use hearth_ledger::entry::{Act, Disclosure, Draft, Happened};
use hearth_ledger::rules::Actor;
use hearth_store::db::DatabaseOptions;
use hearth_store::log::append::{Appended, Head};
use hearth_store::state::scope::Scope;
use hearth_store::testing::each_database;
use hearth_store::{Store, random};

/// A store that is gone afterwards.
pub struct Desk {
    pub store: Store,
}

/// Runs a test on every database there is.
pub async fn on_each(body: impl AsyncFn(Desk)) {
    each_database(async |database| {
        let opened = Store::open(&database.url, &DatabaseOptions::default(), "hearth.test/log").await;
        body(Desk { store: opened.expect("a new store") }).await;
    })
    .await;
}

impl Desk {
    /// Appends entries at a time and commits.
    pub async fn append(&self, at: &str, drafts: Vec<Draft>) -> (Vec<Appended>, Head) {
        let mut writing = self.store.write(time(at)).await.expect("a turn");
        let appended = writing.append(drafts).await.expect("appended");
        (appended, writing.commit().await.expect("committed"))
    }

    /// A new party.
    pub async fn party(&self, name: &str, sort: PartySort, country: Option<&str>) -> PartyId {
        let country = country.map(|code| code.parse().expect("a country"));
        let party = Party { name: name.to_owned(), sort, country, members: Vec::new() };
        let record = new_record();
        self.append(
            "2020-01-01T00:00:00Z",
            vec![draft(record, record.into(), Audience::Public, party.into())],
        )
        .await;
        record.into()
    }

    /// What a party may see at a time.
    pub async fn scope(&self, party: PartyId, at: &str) -> Scope {
        let mut read = self.store.read().await.expect("reading");
        Scope::of(&mut read, None, party, Role::ALL.into(), time(at)).await.expect("a scope")
    }
}

pub fn time(text: &str) -> UtcTime {
    text.parse().expect("a time")
}

pub fn new_record() -> RecordId {
    RecordId::from_bytes(random::bytes().expect("random bytes"))
}

/// Only this party, besides the owner.
pub fn only(party: PartyId) -> Audience {
    Audience::of([Member::Party(party)]).expect("one member")
}

/// The first version of a record, kept.
pub fn draft(record: RecordId, party: PartyId, audience: Audience, body: Body) -> Draft {
    Draft {
        act: Act::Keep,
        record,
        version: 1,
        party,
        person: None,
        disclosure: Disclosure { audience, ..Disclosure::default() },
        happened: Happened::At(time("2020-01-01T00:00:00Z")),
        simulated: true,
        body,
        blobs: Vec::new(),
    }
}

/// Somebody of a party who may do everything there.
pub fn actor(party: PartyId) -> Actor {
    let person = RecordId::from_bytes([77; 16]).into();
    Actor { person, party, roles: Role::ALL.into(), is_of_host: false }
}
