//! What is shared, end to end by use cases: a document given to two parties and confirmed by one, a shipment, the figures
//! K1 and K2; and that a third party sees none of it, in lists, pages, downloads and the ledger.

mod desk;

use desk::{Desk, actor, now};
use hearth_base::audience::{Audience, Member};
use hearth_base::country::Country;
use hearth_base::id::{PartyId, RecordId};
use hearth_base::role::Role;
use hearth_base::terms::Terms;
use hearth_base::time::UtcTime;
use hearth_ledger::body::aid::{Line, MovementState};
use hearth_ledger::body::documents::Origin;
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::body::sharing::Channel;
use hearth_ledger::entry::Kind;
use hearth_ledger::rules::Actor;
use hearth_server::app::aid::{self, Plan, Said, Step};
use hearth_server::app::documents::{self, NewEdition, NewFile, Taking};
use hearth_server::app::genomes::release::Choice;
use hearth_server::app::sharing::{self, Giving};
use hearth_server::app::{App, Problem, figures, ledger, parties, terms};
use hearth_server::config::Config;
use hearth_server::http::Serving;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn app_of(desk: &Desk) -> App {
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.admin_listen = ([127, 0, 0, 1], 0).into();
    let genomes = &desk.genomes;
    App::new(genomes.store.clone(), genomes.blobs.clone(), Arc::clone(&genomes.packs), config, Arc::new(now))
}

fn of_host(party: PartyId) -> Actor {
    Actor { is_of_host: true, ..all(party) }
}

fn all(party: PartyId) -> Actor {
    actor(party, &Role::ALL)
}

fn country(code: &str) -> Option<Country> {
    Country::from_alpha2(code)
}

fn plan_pdf() -> NewFile {
    NewFile {
        name: "C:\\plans\\plan 7.pdf".to_owned(),
        bytes: b"%PDF-1.7 plan".to_vec().into(),
        language: "en".parse().expect("a tag"),
        origin: Origin::Original,
    }
}

/// A work with one edition, which nobody but its owner sees.
async fn edition(app: &App, owner: &Actor) -> (RecordId, RecordId) {
    let subjects = ["technical-documents".to_owned()].into();
    let work = documents::make_work(app, owner, "Treatment plan", subjects).await.expect("made");
    let new =
        NewEdition { label: "7".to_owned(), changes: "Two drugs left out.".to_owned(), file: plan_pdf() };
    let edition = documents::add_edition(app, owner, work, new).await.expect("added");
    (work, edition)
}

fn giving(to: &[PartyId]) -> Giving {
    let on = Some("2026-11-20".parse().expect("a day"));
    Giving { to: to.to_vec(), channel: Channel::Diplomatic, on, terms: None }
}

async fn kinds_seen(app: &App, desk: &Desk, party: PartyId) -> Vec<Kind> {
    let scope = desk.scope(party).await;
    let found = ledger::entries(app, &scope, None, None).await.expect("listed");
    let mut kinds: Vec<Kind> = found.lines.iter().map(|line| line.seen.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_goes_to_two_and_is_confirmed_by_one() {
    let desk = Desk::new().await;
    let app = app_of(&desk);
    let (giver, kenya) = (desk.laboratory, desk.partner);
    let host = of_host(giver);
    let register = async |name: &str, sort, code: &str| {
        parties::register(&app, &host, name, sort, country(code)).await.expect("registered")
    };
    let serbia = register("Serbia", PartySort::Country, "RS").await;
    let third = register("Brazil", PartySort::Country, "BR").await;
    let (work, edition) = edition(&app, &all(giver)).await;

    let lacking = documents::share(&app, &actor(giver, &[Role::Curate]), edition, &giving(&[kenya])).await;
    assert!(matches!(lacking, Err(Problem::Forbidden(_))), "{lacking:?}");
    let stranger = documents::share(&app, &all(kenya), edition, &giving(&[serbia])).await;
    assert_eq!(stranger, Err(Problem::NotFound("document")));
    let first = documents::share(&app, &all(giver), edition, &giving(&[kenya])).await.expect("given");
    assert!(first.was_released && first.shares.len() == 1, "{first:?}");
    let second = documents::share(&app, &all(giver), edition, &giving(&[serbia])).await.expect("given");
    assert!(second.was_released);
    let again = documents::share(&app, &all(giver), edition, &giving(&[kenya, serbia])).await.expect("given");
    assert!(!again.was_released && again.shares.len() == 2);

    let wrong = sharing::confirm(&app, &all(third), first.shares[0], "", None).await;
    assert_eq!(wrong, Err(Problem::NotFound("share")));
    sharing::confirm(&app, &all(kenya), first.shares[0], "all there", None).await.expect("confirmed");
    let twice = sharing::confirm(&app, &all(kenya), first.shares[0], "", None).await;
    assert!(matches!(twice, Err(Problem::Conflict(_))));

    let check = async |party: PartyId, shares: usize, confirmed: usize| {
        let scope = desk.scope(party).await;
        let given = sharing::of_reader(&app, &scope, Some(edition), 10).await.expect("read");
        assert_eq!(given.len(), shares);
        assert_eq!(given.iter().filter(|given| given.confirmed.is_some()).count(), confirmed);
        let seen = documents::document(&app, &scope, work).await.expect("seen");
        let file = &seen.editions[0].1[0];
        if party != giver {
            let taking = documents::download(&app, &scope, (work, file.record)).await.expect("seen");
            // Everybody here is the same person, who accepts once.
            let is_first = party == kenya;
            assert_eq!(taking == Taking::AcceptFirst("PARTNERS".to_owned()), is_first, "{taking:?}");
            terms::accept(&app, &all(party), "PARTNERS").await.expect("accepted");
        }
        let taking = documents::download(&app, &scope, (work, file.record)).await.expect("handed over");
        let Taking::File(download) = taking else { panic!("the terms are accepted") };
        assert_eq!((download.name.as_str(), download.bytes), ("plan 7.pdf", 13));
        file.record
    };
    check(giver, 4, 1).await;
    check(kenya, 2, 1).await;
    let file = check(serbia, 2, 0).await;

    // A third party sees nothing of it by any door.
    let scope = desk.scope(third).await;
    assert!(documents::works(&app, &scope, 10).await.expect("listed").is_empty());
    let hidden = documents::document(&app, &scope, work).await.err();
    assert_eq!(hidden, Some(Problem::NotFound("document")));
    let hidden = documents::download(&app, &scope, (work, file)).await.err();
    assert_eq!(hidden, Some(Problem::NotFound("document")));
    assert!(sharing::of_reader(&app, &scope, Some(edition), 10).await.expect("read").is_empty());
    assert_eq!(kinds_seen(&app, &desk, third).await, [Kind::Party, Kind::Terms]);
    let own = desk.scope(giver).await;
    for line in ledger::entries(&app, &own, None, None).await.expect("listed").lines {
        let is_open = matches!(line.seen.kind, Kind::Party | Kind::Terms);
        let found = ledger::entry(&app, &scope, line.seen.id).await;
        assert_eq!(found.is_ok(), is_open, "{:?}", line.seen.kind);
    }
    // Those who received it see releases and their own shares, not what the giver keeps.
    let seen = kinds_seen(&app, &desk, serbia).await;
    assert!(seen.contains(&Kind::Share) && !seen.contains(&Kind::Confirmation), "{seen:?}");
    let found = ledger::entries(&app, &desk.scope(serbia).await, Some(Kind::Edition), None).await;
    let acts: Vec<_> = found.expect("listed").lines.iter().map(|line| line.seen.act).collect();
    assert!(acts.iter().all(|act| *act == hearth_ledger::entry::Act::Release), "{acts:?}");

    nobody_sees_pages(app, work, edition, file).await;
}

/// Asks a running server as somebody who did not sign in.
async fn nobody_sees_pages(app: App, work: RecordId, edition: RecordId, file: RecordId) {
    let serving = Serving::bind(app).await.expect("free ports");
    let (address, _) = serving.addresses().expect("an address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(serving.run(async move {
        // Stopped also when the test ends early.
        let _ = stopped.await;
    }));
    let ask = async |path: &str| {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("connected");
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await.expect("answered");
        let text = String::from_utf8_lossy(&text).into_owned();
        let status: u16 = text.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, text)
    };
    for path in ["/documents", "/aid", "/figures", "/terms", "/ledger"] {
        let (status, text) = ask(path).await;
        assert_eq!(status, 200, "{path} {text}");
        let is_told = text.contains("Treatment plan") || text.contains(&edition.to_string());
        assert!(!is_told, "{path} {text}");
    }
    for path in [format!("/documents/{work}"), format!("/documents/{work}/files/{file}")] {
        assert_eq!(ask(&path).await.0, 404, "{path}");
    }
    assert_eq!(ask("/parties").await.0, 303);
    let _ = stop.send(());
    running.await.expect("it ended well");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipment_is_planned_sent_delivered_and_confirmed() {
    let desk = Desk::new().await;
    let app = app_of(&desk);
    let (donor, to) = (desk.laboratory, desk.partner);
    let host = of_host(donor);
    let third = parties::register(&app, &host, "Brazil", PartySort::Country, country("BR")).await;
    let third = third.expect("registered");
    let day = |text: &str| Some(text.parse().expect("a day"));
    let line =
        Line { item: "Test kits".to_owned(), quantity: 1_000, unit: "kits".to_owned(), maker: String::new() };
    let plan = Plan { batch: "First batch".to_owned(), to, lines: vec![line], on: day("2026-11-14") };
    let shipment = aid::plan(&app, &all(donor), &plan).await.expect("planned");
    let count = async |party: PartyId| {
        aid::shipments(&app, &desk.scope(party).await, 10).await.expect("listed").len()
    };
    assert_eq!((count(donor).await, count(to).await, count(third).await), (1, 0, 0));
    let early = sharing::confirm(&app, &all(to), shipment, "", None).await;
    assert_eq!(early, Err(Problem::NotFound("share")));

    let sent = Step::To(MovementState::Sent);
    let advance = async |step: &Step, on: &str| {
        let said = Said { on: day(on), ..Said::default() };
        aid::advance(&app, &all(donor), shipment, step, &said).await
    };
    assert!(matches!(advance(&sent, "2026-11-13").await, Err(Problem::Invalid(_))));
    assert!(matches!(advance(&sent, "2026-11-23").await, Err(Problem::Invalid(_))));
    advance(&sent, "2026-11-15").await.expect("sent");
    assert!(matches!(advance(&sent, "2026-11-15").await, Err(Problem::Conflict(_))));
    advance(&Step::To(MovementState::Delivered), "2026-11-16").await.expect("delivered");
    sharing::confirm(&app, &all(to), shipment, "all there", day("2026-11-16")).await.expect("confirmed");

    let check = async |party: PartyId, expected: &[&str]| {
        let found = aid::shipments(&app, &desk.scope(party).await, 10).await.expect("listed");
        let days: Vec<String> = found[0].states.iter().map(|moved| moved.happened.to_string()).collect();
        assert_eq!(days, expected);
        assert!(found[0].confirmed.is_some() && !found[0].is_awaited);
    };
    check(donor, &["2026-11-14", "2026-11-15", "2026-11-16"]).await;
    check(to, &["2026-11-15", "2026-11-16"]).await;
    assert_eq!(count(third).await, 0);
    assert_eq!(kinds_seen(&app, &desk, third).await, [Kind::Party, Kind::Terms]);
    let seen = kinds_seen(&app, &desk, to).await;
    assert!(seen.contains(&Kind::Movement) && !seen.contains(&Kind::AidBatch), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_come_out_of_what_was_shared() {
    let desk = Desk::new().await;
    let app = app_of(&desk);
    let giver = desk.laboratory;
    let host = of_host(giver);
    let group = parties::register(&app, &host, "Region", PartySort::Group, None).await.expect("registered");
    let mut receivers = Vec::new();
    for code in ["RS", "BR", "TR"] {
        let party = parties::register(&app, &host, code, PartySort::Country, country(code)).await;
        receivers.push(party.expect("registered"));
    }
    let body = parties::register(&app, &host, "Regional body", PartySort::International, None).await;
    let body = body.expect("registered");
    for member in &receivers[1..] {
        parties::add_member(&app, &host, group, *member, None).await.expect("joined");
    }
    let (_, edition) = edition(&app, &all(giver)).await;
    let outcome = documents::share(&app, &all(giver), edition, &giving(&[group, receivers[0], body])).await;
    let outcome = outcome.expect("given");
    assert_eq!(outcome.shares.len(), 4);

    let counts = async |happened: &str, known: &str| {
        let scope = hearth_store::state::scope::Scope::of_anybody(now());
        let days = [happened, known].map(|day| day.parse().expect("a day"));
        let found = figures::figures(&app, &scope, days[0], days[1]).await.expect("counted");
        found.counted.iter().map(|one| one.count.value).collect::<Vec<_>>()
    };
    assert_eq!(counts("2026-11-20", "2026-11-22").await[..2], [3, 1]);
    assert_eq!(counts("2026-11-19", "2026-11-22").await[..2], [0, 0]);
    assert_eq!(counts("2026-11-20", "2026-11-21").await[..2], [0, 0]);

    // A member that leaves keeps nothing that is open to the group alone.
    let left = receivers[1];
    parties::end_member(&app, &host, group, left).await.expect("left");
    let works = documents::works(&app, &desk.scope(left).await, 10).await.expect("listed");
    assert!(works.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_are_written_and_accepted_and_an_edition_is_released_under_them() {
    let desk = Desk::new().await;
    let app = app_of(&desk);
    let (giver, partner) = (desk.laboratory, desk.partner);
    let [usual, ..] = Terms::usual();
    let own = Terms { code: "HEALTH-1".to_owned(), ..usual };
    let refused = terms::write(&app, &all(giver), own.clone()).await;
    assert!(matches!(refused, Err(Problem::Forbidden(_))));
    terms::write(&app, &of_host(giver), own.clone()).await.expect("written");
    assert!(matches!(terms::write(&app, &of_host(giver), own).await, Err(Problem::Invalid(_))));
    let scope = desk.scope(partner).await;
    let kept = terms::find(&app, &scope, "HEALTH-1").await.expect("there");
    let person = all(partner);
    assert!(!terms::is_accepted(&app, person.person, kept.id).await.expect("read"));
    for _ in 0..2 {
        terms::accept(&app, &person, "HEALTH-1").await.expect("accepted");
    }
    assert!(terms::is_accepted(&app, person.person, kept.id).await.expect("read"));
    assert!(kinds_seen(&app, &desk, giver).await.iter().all(|kind| *kind != Kind::Acceptance));

    let (work, edition) = edition(&app, &all(giver)).await;
    let named = Audience::of([Member::Party(partner)]).expect("one");
    let choice = Choice { terms: "HEALTH-1".to_owned(), audience: named, open_from: None };
    let refused = documents::release(&app, &all(giver), edition, &choice).await;
    assert!(matches!(refused, Err(Problem::Invalid(_))), "{refused:?}");
    let choice = Choice { audience: Audience::Owner, ..choice };
    documents::release(&app, &all(giver), edition, &choice).await.expect("released");
    let anybody = hearth_store::state::scope::Scope::of_anybody(UtcTime::default());
    let seen = documents::document(&app, &anybody, work).await.expect("seen");
    assert_eq!((seen.editions.len(), seen.editions[0].1.len()), (1, 1));
    assert_eq!(terms::find(&app, &scope, "HEALTH-1").await.expect("there").records, 3);
}
