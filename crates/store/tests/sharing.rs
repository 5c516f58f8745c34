//! The path of everything that is shared, end to end in a real store: a document edition given to two parties and
//! confirmed by one, a shipment, and the figures K1 and K2 that come out of such gifts.

mod desk;

use desk::{Desk, actor, draft, new_record, only, time};
use hearth_base::audience::Audience;
use hearth_base::country::Country;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::time::UtcTime;
use hearth_ledger::body::aid::{Line, Movement, MovementSort, MovementState};
use hearth_ledger::body::documents::{Edition, Work};
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::body::sharing::{Attestation, Channel, Qualifier};
use hearth_ledger::entry::{Disclosure, Kind};
use hearth_ledger::figure::{AsOf, DEFINITIONS, Supported};
use hearth_ledger::rules::{Refusal, sharing};
use hearth_store::state::records::{self, Face, Listing};
use hearth_store::state::{gifts, parties};

/// A work about technical matters and its released edition, which the given audience may see.
async fn released_edition(desk: &Desk, owner: PartyId, audience: Audience) -> RecordId {
    let (work, edition) = (new_record(), new_record());
    let work_body = Work {
        title: "Diagnosis and treatment plan".to_owned(),
        subjects: ["technical-documents".to_owned()].into(),
    };
    let edition_body = Edition { work, label: "7".to_owned(), changes: "Two drugs left out.".to_owned() };
    let kept = vec![
        draft(work, owner, Audience::Owner, work_body.clone().into()),
        draft(edition, owner, Audience::Owner, edition_body.clone().into()),
    ];
    desk.append("2020-03-03T08:00:00Z", kept).await;
    let mut writing = desk.store.write(time("2020-03-04T08:00:00Z")).await.expect("a turn");
    for (record, body) in [(work, work_body.into()), (edition, edition_body.into())] {
        let standing = records::standing(writing.tx(), record).await.expect("read").expect("kept before");
        let disclosure = Disclosure { audience: audience.clone(), ..Disclosure::default() };
        let draft =
            standing.release(&actor(owner), body, Vec::new(), disclosure, writing.now()).expect("allowed");
        writing.append(vec![draft]).await.expect("appended");
    }
    writing.commit().await.expect("committed");
    edition
}

/// Gives a record to a party on a day, as the rules allow.
async fn give(desk: &Desk, what: RecordId, to: PartyId, day: &str, at: &str) -> Result<RecordId, Refusal> {
    let mut writing = desk.store.write(time(at)).await.expect("a turn");
    let now = writing.now();
    let standing = records::standing(writing.tx(), what).await.expect("read").expect("there");
    let reader = parties::as_reader(writing.tx(), to, now).await.expect("read");
    let happened = day.parse().expect("a day");
    let gift = sharing::Gift { standing: &standing, to: &reader, channel: Channel::Diplomatic, happened };
    let record = new_record();
    let draft = sharing::share(&gift, &actor(standing.owner), record, now)?;
    writing.append(vec![draft]).await.expect("appended");
    writing.commit().await.expect("committed");
    Ok(record)
}

async fn confirm(desk: &Desk, what: RecordId, by: PartyId, day: &str, at: &str) -> Result<(), Refusal> {
    let mut writing = desk.store.write(time(at)).await.expect("a turn");
    let now = writing.now();
    let awaited =
        gifts::awaited(writing.tx(), what).await.expect("read").ok_or(Refusal::NotFound("share"))?;
    let happened = day.parse().expect("a day");
    let draft = sharing::confirm(&awaited, &actor(by), "all there", happened, new_record(), now)?;
    writing.append(vec![draft]).await.expect("appended");
    writing.commit().await.expect("committed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edition_is_given_to_two_parties_and_confirmed_by_one() {
    desk::on_each(async |desk: Desk| {
        let giver = desk.party("Health authority", PartySort::Country, Some("CN")).await;
        let kenya = desk.party("Kenya", PartySort::Country, Some("KE")).await;
        let serbia = desk.party("Serbia", PartySort::Country, Some("RS")).await;
        let other = desk.party("Brazil", PartySort::Country, Some("BR")).await;
        let members = [kenya, serbia].map(hearth_base::audience::Member::Party);
        let edition = released_edition(&desk, giver, Audience::of(members).expect("two")).await;

        let to_kenya =
            give(&desk, edition, kenya, "2020-03-20", "2020-03-20T09:00:00Z").await.expect("given");
        give(&desk, edition, serbia, "2020-03-20", "2020-03-20T09:01:00Z").await.expect("given");
        let refused = give(&desk, edition, other, "2020-03-20", "2020-03-20T09:02:00Z").await;
        assert!(matches!(refused, Err(Refusal::Conflict(_))), "{refused:?}");

        let stranger = confirm(&desk, to_kenya, serbia, "2020-03-21", "2020-03-21T09:00:00Z").await;
        assert_eq!(stranger, Err(Refusal::NotFound("share")));
        confirm(&desk, to_kenya, kenya, "2020-03-21", "2020-03-22T09:00:00Z").await.expect("confirmed");
        let twice = confirm(&desk, to_kenya, kenya, "2020-03-21", "2020-03-23T09:00:00Z").await;
        assert!(matches!(twice, Err(Refusal::Conflict(_))), "{twice:?}");

        // The giver sees both shares and one confirmation; each receiver its own; others nothing.
        let check = async |party: PartyId, expected: &[bool]| {
            let scope = desk.scope(party, "2020-04-01T00:00:00Z").await;
            let mut read = desk.store.read().await.expect("reading");
            let given = gifts::of_reader(&mut read, &scope, Some(edition), 10).await.expect("read");
            let confirmed: Vec<bool> = given.iter().map(|given| given.confirmed.is_some()).collect();
            assert_eq!(confirmed, expected);
            let seen = records::find(&mut read, &scope, edition, Face::Released).await.expect("read");
            assert_eq!(seen.is_some(), !expected.is_empty());
        };
        check(giver, &[false, true]).await;
        check(kenya, &[true]).await;
        check(serbia, &[false]).await;
        check(other, &[]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipment_goes_the_same_way() {
    desk::on_each(async |desk: Desk| {
        let donor = desk.party("Donor", PartySort::Country, Some("CN")).await;
        let serbia = desk.party("Serbia", PartySort::Country, Some("RS")).await;
        let shipment = new_record();
        let mut state = MovementState::Planned;
        let movement = |state| Movement {
            sort: MovementSort::Shipment,
            batch: None,
            to: serbia,
            lines: vec![Line {
                item: "RT-PCR test kits".to_owned(),
                quantity: 1_000,
                unit: "kits".to_owned(),
                maker: "A maker".to_owned(),
            }],
            state,
            tracking: String::new(),
            note: String::new(),
        };
        desk.append(
            "2020-03-14T00:00:00Z",
            vec![draft(shipment, donor, Audience::Owner, movement(state).into())],
        )
        .await;
        for (day, next) in [("2020-03-14", MovementState::Sent), ("2020-03-15", MovementState::Delivered)] {
            let mut writing = desk.store.write(time(&format!("{day}T10:00:00Z"))).await.expect("a turn");
            let standing = records::standing(writing.tx(), shipment).await.expect("read").expect("kept");
            let mut release = standing
                .release(
                    &actor(donor),
                    movement(next).into(),
                    Vec::new(),
                    Disclosure { audience: only(serbia), ..Disclosure::default() },
                    writing.now(),
                )
                .expect("allowed");
            release.happened = day.parse().expect("a day");
            writing.append(vec![release]).await.expect("appended");
            writing.commit().await.expect("committed");
            state = next;
        }
        assert_eq!(state, MovementState::Delivered);
        confirm(&desk, shipment, serbia, "2020-03-15", "2020-03-15T18:00:00Z").await.expect("confirmed");

        let scope = desk.scope(serbia, "2020-03-16T00:00:00Z").await;
        let mut read = desk.store.read().await.expect("reading");
        let seen = records::history(&mut read, &scope, shipment, Face::Released).await.expect("read");
        let states: Vec<String> = seen
            .iter()
            .filter_map(|seen| seen.entry.as_ref())
            .map(|entry| entry.draft.happened.to_string())
            .collect();
        assert_eq!(states, ["2020-03-15", "2020-03-14"]);
        let awaited = gifts::awaited(&mut read, shipment).await.expect("read").expect("there");
        assert!(awaited.is_confirmed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_k1_and_k2_come_out_for_their_date_and_stay() {
    desk::on_each(async |desk: Desk| {
        let giver = desk.party("Health authority", PartySort::Country, Some("CN")).await;
        let countries: Vec<Country> =
            Country::all().filter(|country| country.alpha2() != "CN").take(181).collect();
        let mut receivers = Vec::new();
        for country in &countries {
            receivers.push(desk.party(country.alpha2(), PartySort::Country, Some(country.alpha2())).await);
        }
        for number in 0..11 {
            receivers
                .push(desk.party(&format!("Organisation {number}"), PartySort::International, None).await);
        }
        let edition = released_edition(&desk, giver, Audience::Public).await;
        for receiver in &receivers {
            give(&desk, edition, *receiver, "2020-03-20", "2020-03-25T09:00:00Z").await.expect("given");
        }
        // One more country learns of it on the 25th, which is written down in April.
        let late = desk.party("Late", PartySort::Country, Some("ZW")).await;
        assert!(!countries.iter().any(|country| country.alpha2() == "ZW"));
        give(&desk, edition, late, "2020-03-25", "2020-04-10T09:00:00Z").await.expect("given");

        let mut read = desk.store.read().await.expect("reading");
        let gifts = gifts::of_documents(&mut read).await.expect("read");
        let day = |text: &str| UtcTime::end_of(text.parse().expect("a day"));
        let check = |figure: usize, stated: u64, known_by: &str, expected: u64| {
            let dates = AsOf { happened_by: day("2020-03-26"), known_by: day(known_by) };
            let count = DEFINITIONS[figure].count(&gifts, dates);
            let attestation = Attestation {
                code: DEFINITIONS[figure].code.to_owned(),
                statement: String::new(),
                value: stated,
                unit: String::new(),
                qualifier: Qualifier::MoreThan,
                as_of: "2020-03-26".parse().expect("a day"),
                said_by: "national health authority".to_owned(),
                source: String::new(),
            };
            let supported = Supported::new(&attestation, &count);
            assert_eq!((supported.counted, supported.is_borne_out), (expected, true));
        };
        check(0, 180, "2020-03-26", 181);
        check(1, 10, "2020-03-26", 11);
        // Known later, more had happened by then; what was known then stays.
        check(0, 180, "2020-04-30", 182);
        check(0, 180, "2020-03-26", 181);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_as_of_any_place_with_the_rights_of_today() {
    desk::on_each(async |desk: Desk| {
        let owner = desk.party("Owner", PartySort::Country, Some("CN")).await;
        let partner = desk.party("Partner", PartySort::Country, Some("KE")).await;
        let before = desk.store.head().await.expect("a head").size;
        let edition = released_edition(&desk, owner, only(partner)).await;
        let after = desk.store.head().await.expect("a head").size;

        let count = async |party: PartyId, as_of: Option<u64>| {
            let scope = desk.scope(party, "2020-05-01T00:00:00Z").await;
            let mut read = desk.store.read().await.expect("reading");
            let listing = Listing { as_of, ..Listing::of(Kind::Edition, Face::Released) };
            records::list(&mut read, &scope, &listing).await.expect("read").len()
        };
        assert_eq!((count(partner, None).await, count(partner, Some(before)).await), (1, 0));
        assert_eq!(count(partner, Some(after)).await, 1);

        // The audience is narrowed: what was seen is seen no more, also as of then; its owner still does.
        let mut writing = desk.store.write(time("2020-04-01T00:00:00Z")).await.expect("a turn");
        let standing = records::standing(writing.tx(), edition).await.expect("read").expect("there");
        let body = Edition { work: edition, label: "7".to_owned(), changes: String::new() };
        let narrowed =
            standing.release(&actor(owner), body.into(), Vec::new(), Disclosure::default(), writing.now());
        writing.append(vec![narrowed.expect("allowed")]).await.expect("appended");
        writing.commit().await.expect("committed");
        assert_eq!((count(partner, None).await, count(partner, Some(after)).await), (0, 0));
        assert_eq!(count(owner, Some(after)).await, 1);
    })
    .await;
}
