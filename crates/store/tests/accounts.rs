//! What accounts keep, and what ends with what, on both databases.

use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::time::UtcTime;
use hearth_store::Store;
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::accounts::{
    Account, by_login, by_subject, close, link, open, session, set_password, token,
};
use hearth_store::testing::{TestDatabase, each_database, options};

async fn store(database: &TestDatabase) -> Store {
    Store::open(&database.url, &options(), "log.example").await.expect("a store")
}

fn somebody(byte: u8, login: &str) -> Account {
    Account {
        person: PersonId::from_bytes([byte; 16]),
        party: PartyId::from_bytes([1; 16]),
        login: login.to_owned(),
        password: None,
        subject: None,
        is_closed: false,
        seen: None,
    }
}

#[tokio::test]
async fn what_somebody_carries_ends_with_the_account() {
    each_database(async |database| {
        let store = store(database).await;
        let now = UtcTime::from_unix_ms(1_000_000);
        let ada = somebody(7, "ada");
        let mut tx = store.database().begin_write().await.expect("a transaction");
        assert!(open(&mut tx, &ada, now).await.expect("opened"));
        assert!(!open(&mut tx, &somebody(8, "ada"), now).await.expect("asked"), "the name is taken");
        session::begin(&mut tx, &[1; 32], ada.person, now, UtcTime::default()).await.expect("begun");
        let token = token::Issued {
            id: RecordId::from_bytes([3; 16]),
            person: ada.person,
            name: "sequencer".to_owned(),
            scopes: "read".to_owned(),
            created: now,
            expires: now.plus_ms(1),
            used: None,
        };
        token::issue(&mut tx, &[2; 32], &token).await.expect("issued");
        assert_eq!(
            session::find(&mut tx, &[1; 32]).await.expect("asked").map(|it| it.person),
            Some(ada.person)
        );
        assert_eq!(token::find(&mut tx, &[2; 32]).await.expect("asked"), Some(token));
        assert_eq!(session::find(&mut tx, &[2; 32]).await.expect("asked"), None, "a token is no session");
        close(&mut tx, ada.person).await.expect("closed");
        assert_eq!(session::find(&mut tx, &[1; 32]).await.expect("asked"), None);
        assert_eq!(token::find(&mut tx, &[2; 32]).await.expect("asked"), None);
        assert!(by_login(&mut tx, "ada").await.expect("asked").is_some_and(|it| it.is_closed));
        assert_eq!(by_login(&mut tx, "a\0da").await.expect("asked"), None);
    })
    .await;
}

#[tokio::test]
async fn another_password_ends_sessions() {
    each_database(async |database| {
        let store = store(database).await;
        let ada = somebody(7, "ada");
        let mut tx = store.database().begin_write().await.expect("a transaction");
        open(&mut tx, &ada, UtcTime::default()).await.expect("opened");
        session::begin(&mut tx, &[1; 32], ada.person, UtcTime::default(), UtcTime::default())
            .await
            .expect("begun");
        set_password(&mut tx, ada.person, "$x").await.expect("set");
        assert_eq!(session::find(&mut tx, &[1; 32]).await.expect("asked"), None);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_works_once_and_not_too_late() {
    each_database(async |database| {
        let store = store(database).await;
        let (now, late) = (UtcTime::from_unix_ms(1_000), UtcTime::from_unix_ms(2_000));
        let mut tx = store.database().begin_write().await.expect("a transaction");
        invitation::offer(&mut tx, &[1; 32], Invited::Founder, now, late).await.expect("offered");
        let ada = Invited::Person(PersonId::from_bytes([7; 16]));
        invitation::offer(&mut tx, &[2; 32], ada, now, late).await.expect("offered");
        invitation::offer(&mut tx, &[3; 32], ada, now, late).await.expect("offered");
        assert_eq!(
            invitation::find(&mut tx, &[2; 32], now).await.expect("asked"),
            None,
            "a newer one replaces it"
        );
        assert_eq!(invitation::find(&mut tx, &[3; 32], late).await.expect("asked"), None);
        assert_eq!(invitation::spend(&mut tx, &[3; 32], now).await.expect("asked"), Some(ada));
        assert_eq!(invitation::spend(&mut tx, &[3; 32], now).await.expect("asked"), None);
        assert_eq!(invitation::spend(&mut tx, &[1; 32], now).await.expect("asked"), Some(Invited::Founder));
    })
    .await;
}

#[tokio::test]
async fn single_sign_on_leads_to_one_account() {
    each_database(async |database| {
        let store = store(database).await;
        let (ada, bob) = (somebody(7, "ada"), somebody(8, "bob"));
        let mut tx = store.database().begin_write().await.expect("a transaction");
        for account in [&ada, &bob] {
            assert!(open(&mut tx, account, UtcTime::default()).await.expect("opened"));
        }
        assert!(link(&mut tx, ada.person, "https://id.example", "1").await.expect("linked"));
        assert!(!link(&mut tx, bob.person, "https://id.example", "1").await.expect("asked"), "it is hers");
        assert!(link(&mut tx, bob.person, "https://other.example", "1").await.expect("linked"));
        let found = by_subject(&mut tx, "https://id.example", "1").await.expect("asked");
        assert_eq!(found.map(|account| account.login).as_deref(), Some("ada"));
        assert_eq!(by_subject(&mut tx, "https://id.example", "2").await.expect("asked"), None);
    })
    .await;
}
