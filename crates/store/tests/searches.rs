//! What saved searches keep, who holds a channel, and what ends with what, on both databases.

use hearth_base::id::{PartyId, PersonId, RecordId};
use hearth_base::time::UtcTime;
use hearth_store::Store;
use hearth_store::accounts::{Account, close, open};
use hearth_store::searches::channel::{self, Channel, Message, Sort};
use hearth_store::searches::delivery::{self, Delivery, KEPT_MOST};
use hearth_store::searches::{self, Moment, Saved, mail};
use hearth_store::testing::{TestDatabase, each_database, options};

const ADA: PersonId = PersonId::from_bytes([7; 16]);
const EVE: PersonId = PersonId::from_bytes([8; 16]);
const SEARCH: RecordId = RecordId::from_bytes([3; 16]);

fn at(ms: i64) -> UtcTime {
    UtcTime::from_unix_ms(ms)
}

fn moment(size: u64) -> Moment {
    Moment { size, at: at(size as i64) }
}

fn saved() -> Saved {
    Saved {
        id: SEARCH,
        person: ADA,
        name: "Kenya".to_owned(),
        sort: "genomes".to_owned(),
        subject: "x".to_owned(),
        question: "country=Kenya".to_owned(),
        created: at(1),
        is_paused: false,
        has_feed: false,
        looked: moment(5),
    }
}

fn webhook() -> Channel {
    Channel {
        search: SEARCH,
        sort: Sort::Webhook,
        address: "https://hooks.example/".to_owned(),
        secret: "whsec_x".to_owned(),
        is_daily: false,
        told: moment(5),
        due: at(10),
        message: None,
        failures: 0,
        stopped: String::new(),
    }
}

/// A store in which somebody keeps a search with a channel.
async fn store(database: &TestDatabase) -> Store {
    let store = Store::open(&database.url, &options(), "log.example").await.expect("a store");
    let account = Account {
        person: ADA,
        party: PartyId::from_bytes([1; 16]),
        login: "ada".to_owned(),
        password: None,
        subject: None,
        is_closed: false,
        seen: None,
    };
    let mut tx = store.database().begin_write().await.expect("a transaction");
    assert!(open(&mut tx, &account, at(1)).await.expect("opened"));
    searches::keep(&mut tx, &saved()).await.expect("kept");
    channel::set(&mut tx, &webhook()).await.expect("set");
    tx.commit().await.expect("committed");
    store
}

#[tokio::test]
async fn a_search_is_its_owners_and_ends_with_the_account() {
    each_database(async |database| {
        let store = store(database).await;
        let mut tx = store.database().begin_write().await.expect("a transaction");
        assert_eq!(searches::of_person(&mut tx, ADA).await.expect("asked"), [saved()]);
        assert_eq!(searches::find(&mut tx, EVE, SEARCH).await.expect("asked"), None);
        let others = Saved { person: EVE, name: "mine".to_owned(), ..saved() };
        assert!(!searches::change(&mut tx, &others).await.expect("asked"));
        assert!(!searches::set_feed(&mut tx, EVE, SEARCH, Some(&[9; 32])).await.expect("asked"));
        assert!(!searches::looked(&mut tx, EVE, SEARCH, moment(9)).await.expect("asked"));
        assert!(!searches::forget(&mut tx, EVE, SEARCH).await.expect("asked"));
        let changed =
            Saved {
                name: "病毒".to_owned(), is_paused: true, has_feed: true, looked: moment(9), ..saved()
            };
        assert!(searches::change(&mut tx, &changed).await.expect("asked"));
        assert!(searches::looked(&mut tx, ADA, SEARCH, moment(9)).await.expect("asked"));
        assert!(searches::set_feed(&mut tx, ADA, SEARCH, Some(&[9; 32])).await.expect("asked"));
        assert_eq!(searches::by_feed(&mut tx, &[9; 32]).await.expect("asked"), Some(changed));
        assert!(searches::set_feed(&mut tx, ADA, SEARCH, Some(&[4; 32])).await.expect("asked"));
        assert_eq!(searches::by_feed(&mut tx, &[9; 32]).await.expect("asked"), None);
        assert_eq!(channel::open(&mut tx, at(10)).await.expect("asked").len(), 0, "it is paused");
        assert!(searches::change(&mut tx, &saved()).await.expect("asked"));
        assert_eq!(channel::open(&mut tx, at(10)).await.expect("asked").len(), 1);
        assert_eq!(channel::open(&mut tx, at(9)).await.expect("asked").len(), 0, "it is not due");
        mail::offer(&mut tx, ADA, "ada@example.org", &[1; 32], at(1)).await.expect("offered");
        close(&mut tx, ADA).await.expect("closed");
        assert_eq!(searches::of_person(&mut tx, ADA).await.expect("asked"), []);
        assert_eq!(searches::by_feed(&mut tx, &[4; 32]).await.expect("asked"), None);
        assert_eq!(channel::of_search(&mut tx, SEARCH).await.expect("asked"), []);
        assert_eq!(mail::of_person(&mut tx, ADA).await.expect("asked"), None);
    })
    .await;
}

#[tokio::test]
async fn one_holds_a_channel_until_it_told_or_its_time_is_over() {
    each_database(async |database| {
        let store = store(database).await;
        let database = store.database();
        let message = |byte: u8| Message { id: RecordId::from_bytes([byte; 16]), until: moment(8) };
        let claim = async |seen: &Channel, byte, who: &str, now| {
            channel::claim(database, seen, &message(byte), who, (at(now), 100)).await.expect("asked")
        };
        let seen = async || {
            let mut read = store.read().await.expect("reading");
            channel::of_search(&mut read, SEARCH).await.expect("asked").remove(0)
        };
        assert!(!claim(&webhook(), 1, "a", 9).await, "it is not due");
        assert!(claim(&webhook(), 1, "a", 10).await);
        assert!(!claim(&webhook(), 1, "b", 110).await, "it is held");
        assert!(!claim(&webhook(), 2, "b", 111).await, "another message is on its way");
        assert!(claim(&seen().await, 1, "b", 111).await, "its time is over");
        assert_eq!(seen().await.message, Some(message(1)));
        let mut tx = database.begin_write().await.expect("a transaction");
        assert!(!channel::told(&mut tx, &webhook(), "a", moment(8), at(20)).await.expect("asked"));
        assert!(channel::failed(&mut tx, &webhook(), "b", at(200), "").await.expect("asked"));
        tx.commit().await.expect("committed");
        let failed = seen().await;
        assert_eq!((failed.failures, failed.due, failed.message), (1, at(200), Some(message(1))));
        assert!(claim(&failed, 1, "c", 200).await);
        let mut tx = database.begin_write().await.expect("a transaction");
        assert!(channel::told(&mut tx, &webhook(), "c", moment(8), at(200)).await.expect("asked"));
        tx.commit().await.expect("committed");
        let told = seen().await;
        assert_eq!((told.told, told.failures, told.message), (moment(8), 0, None));
        assert!(!claim(&webhook(), 2, "d", 300).await, "whoever saw it before it moved tells nothing twice");
        assert!(claim(&told, 2, "d", 300).await);
    })
    .await;
}

#[tokio::test]
async fn few_tries_are_kept_and_few_mails_are_sent_on_a_day() {
    each_database(async |database| {
        let store = store(database).await;
        let mut tx = store.database().begin_write().await.expect("a transaction");
        for number in 0..30 {
            let tried = Delivery {
                tried: at(number),
                message: SEARCH,
                things: 1,
                is_done: number % 2 == 0,
                outcome: "it answered\0 200".repeat(100),
            };
            delivery::keep(&mut tx, SEARCH, Sort::Webhook, &tried).await.expect("kept");
        }
        let kept = delivery::of_channel(&mut tx, SEARCH, Sort::Webhook).await.expect("asked");
        assert_eq!((kept.len(), kept[0].tried, kept[0].is_done), (KEPT_MOST, at(29), false));
        assert!(kept[0].outcome.len() == 300 && !kept[0].outcome.contains('\0'));
        mail::offer(&mut tx, ADA, "ada@example.org", &[1; 32], at(100)).await.expect("offered");
        assert!(!mail::verify(&mut tx, &[2; 32], at(0)).await.expect("asked"));
        assert!(!mail::verify(&mut tx, &[1; 32], at(101)).await.expect("asked"), "it is too old");
        assert!(mail::verify(&mut tx, &[1; 32], at(100)).await.expect("asked"));
        assert!(!mail::verify(&mut tx, &[1; 32], at(100)).await.expect("asked"), "once");
        let mut counted = Vec::new();
        for day in ["2026-11-23", "2026-11-23", "2026-11-23", "2026-11-24"] {
            counted.push(mail::count(&mut tx, ADA, day, 2).await.expect("asked"));
        }
        assert_eq!(counted, [true, true, false, true]);
        let mails = Channel { sort: Sort::Mail, secret: "s".to_owned(), ..webhook() };
        channel::set(&mut tx, &mails).await.expect("set");
        assert!(!channel::unsubscribe(&mut tx, "whsec_x").await.expect("asked"), "that is no mail's");
        assert!(channel::unsubscribe(&mut tx, "s").await.expect("asked"));
        assert_eq!(channel::of_search(&mut tx, SEARCH).await.expect("asked"), [webhook()]);
    })
    .await;
}
