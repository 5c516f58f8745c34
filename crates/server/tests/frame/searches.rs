//! Saved searches: what is told to whom and when, by webhooks and feeds, in a world of genomes shared in all ways.

use crate::client::Answer;
use crate::walk::world::{DAY_MS, How, PATHOGEN, World, sees};
use hearth_server::app::index::follow;
use hearth_server::app::searches::teller::Teller;
use hearth_server::app::searches::webhook::{self, Message};
use hearth_store::random;
use hearth_store::searches::channel;
use hearth_store::searches::{self as kept, Moment};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Whose searches are told of.
const OWNERS: [&str; 4] = ["owner", "member", "colleague", "stranger"];
const SHARED: [How; 5] = [How::Kept, How::Narrowed, How::Partners, How::Embargo, How::Open];

/// What a program heard.
#[derive(Clone, Debug)]
struct Heard {
    path: String,
    head: String,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// What happened, by names.
    fn things(&self) -> BTreeSet<(String, String)> {
        let told: Value = serde_json::from_str(&self.body).expect("JSON");
        let things = told["data"]["things"].as_array().expect("a list");
        let text = |thing: &Value, name: &str| thing[name].as_str().expect("a text").to_owned();
        things.iter().map(|thing| (text(thing, "change"), text(thing, "name"))).collect()
    }
}

/// A program that takes messages.
struct Program {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<AtomicU16>,
}

impl Program {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (heard, answers) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU16::new(204)));
        let (own, status) = (Arc::clone(&heard), Arc::clone(&answers));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (own, status) = (Arc::clone(&own), Arc::clone(&status));
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    let mut piece = [0; 4096];
                    let (end, length) = loop {
                        let count = stream.read(&mut piece).await.expect("bytes");
                        assert!(count > 0, "a whole request");
                        bytes.extend_from_slice(&piece[..count]);
                        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                            continue;
                        };
                        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                        let (_, rest) = head.split_once("content-length: ").expect("a length");
                        let length: usize = rest.lines().next().expect("a line").parse().expect("a number");
                        if bytes.len() >= end + 4 + length {
                            break (end, length);
                        }
                    };
                    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                    let path = head.split(' ').nth(1).expect("a path").to_owned();
                    let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
                    own.lock().expect("whole").push(Heard { path, head, body });
                    let status = status.load(Ordering::Relaxed);
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { address, heard, answers }
    }

    /// What was heard since it was asked last, by path.
    fn take(&self) -> Vec<Heard> {
        let mut heard = std::mem::take(&mut *self.heard.lock().expect("whole"));
        heard.sort_by(|one, other| one.path.cmp(&other.path));
        heard
    }
}

async fn world() -> World {
    World::with(|config| config.tell.webhooks_to_own_network = true).await
}

/// Saves a question as somebody; the path of its page.
async fn save(world: &World, session: &str, question: &str) -> String {
    let fields = [("pathogen", PATHOGEN), ("question", question), ("name", "Mine & <yours>")];
    let answer = world.server.post_as(session, "/searches", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

/// The text between two others.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split(to).next().expect("an end")
}

async fn webhook_of(world: &World, session: &str, search: &str, address: &str) -> Answer {
    world.server.post_as(session, &format!("{search}/webhook"), &[("address", address)]).await
}

async fn round(world: &World) -> u64 {
    follow::catch_up(&world.server.app).await.expect("followed");
    let teller = Teller::new(world.server.app.clone()).expect("random");
    teller.round().await.expect("a round")
}

/// The accession of what was shared in a way, and whether a reader is told of it.
fn expected(world: &World, login: &str, is_tomorrow: bool) -> BTreeSet<(String, String)> {
    let pairs = SHARED.iter().zip(&world.accessions);
    // What is kept only is in no index.
    let seen = pairs.filter(|(how, _)| **how != How::Kept && sees(login, **how, is_tomorrow));
    seen.map(|(_, accession)| ("new".to_owned(), format!("{accession}.1"))).collect()
}

async fn act(world: &World, bearer: &str, path: &str, body: &str) {
    let headers = [("Authorization", bearer), ("Content-Type", "application/json")];
    let answer = crate::client::send(world.server.address, "POST", path, &headers, body).await;
    assert!((200..300).contains(&answer.status), "{path}: {}", answer.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_owner_is_told_what_they_may_see_when_they_may() {
    let (mut world, program) = (world().await, Program::start().await);
    let mut secrets = Vec::new();
    for login in OWNERS {
        let session = world.server.session_of(login).await;
        let search = save(&world, &session, "").await;
        let made =
            webhook_of(&world, &session, &search, &format!("http://{}/{login}", program.address)).await;
        assert_eq!(made.status, 200, "{}", made.body);
        secrets.push((format!("/{login}"), format!("whsec_{}", between(&made.body, "whsec_", "<"))));
    }
    assert_eq!(round(&world).await, 0, "nothing happened yet");
    for how in SHARED {
        world.add(how).await;
    }
    assert_eq!(round(&world).await, OWNERS.len() as u64);
    let heard = program.take();
    for login in OWNERS {
        let own = heard.iter().find(|heard| heard.path == format!("/{login}")).expect("told");
        assert_eq!(own.things(), expected(&world, login, false), "{login}");
        // The signature is that of the body, and of nothing else.
        let (_, secret) = secrets.iter().find(|(path, _)| *path == own.path).expect("a secret");
        let message = Message { id: own.header("webhook-id"), body: &own.body };
        let at_s = own.header("webhook-timestamp").parse().expect("seconds");
        assert_eq!(own.header("webhook-signature"), webhook::signature(secret, &message, at_s));
        // Names of things, and nothing of what is in them.
        for canary in world.canaries.iter().filter(|canary| own.body.contains(&canary.word)) {
            assert!(world.accessions.contains(&canary.word), "{login}: {canary:?}");
        }
    }
    assert_eq!((round(&world).await, program.take().len()), (0, 0), "once is enough");

    world.server.turn_clock(DAY_MS + 1);
    round(&world).await;
    let heard = program.take();
    // The embargo ended without an entry: news for whoever did not see it before, and for nobody else.
    let paths: Vec<&str> = heard.iter().map(|heard| heard.path.as_str()).collect();
    assert_eq!(paths, ["/colleague", "/stranger"]);
    let opened = BTreeSet::from([("new".to_owned(), format!("{}.1", world.accessions[3]))]);
    assert!(heard.iter().all(|heard| heard.things() == opened), "{heard:?}");

    let bearer =
        format!("Bearer {}", world.server.token_of("owner", &["read", "submit", "review", "release"]).await);
    let (embargoed, open) = (world.accessions[3].clone(), world.accessions[4].clone());
    // What is opened to more readers is news for those, and for nobody who saw it before.
    let partners = world.accessions[2].clone();
    act(&world, &bearer, &format!("/api/v1/genomes/{partners}/release"), r#"{"terms":"OPEN"}"#).await;
    round(&world).await;
    let heard = program.take();
    let paths: Vec<&str> = heard.iter().map(|heard| heard.path.as_str()).collect();
    assert_eq!(paths, ["/colleague", "/stranger"]);
    let opened = BTreeSet::from([("new".to_owned(), format!("{partners}.1"))]);
    assert!(heard.iter().all(|heard| heard.things() == opened), "{heard:?}");
    act(&world, &bearer, &format!("/api/v1/genomes/{open}/withdraw"), r#"{"reason":"tubes exchanged"}"#)
        .await;
    let revise = r#"{"version":1,"reason":"a slip","metadata":{"division":"Nairobi"}}"#;
    act(&world, &bearer, &format!("/api/v1/genomes/{embargoed}/versions"), revise).await;
    act(&world, &bearer, &format!("/api/v1/genomes/{embargoed}/release"), r#"{"terms":"OPEN"}"#).await;
    assert_eq!(round(&world).await, OWNERS.len() as u64);
    let happened = BTreeSet::from([
        ("revised".to_owned(), format!("{embargoed}.2")),
        ("withdrawn".to_owned(), format!("{open}.1")),
    ]);
    for heard in program.take() {
        assert_eq!(heard.things(), happened, "{}", heard.path);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_taken_is_sent_again_under_the_same_name() {
    let (mut world, program) = (world().await, Program::start().await);
    let session = world.server.session_of("stranger").await;
    let search = save(&world, &session, "country=Kenya").await;
    let address = format!("http://{}/x", program.address);
    assert_eq!(webhook_of(&world, &session, &search, &address).await.status, 200);
    program.answers.store(302, Ordering::Relaxed);
    world.add(How::Open).await;
    assert_eq!(round(&world).await, 0, "a redirect is followed by nobody");
    let first = program.take();
    assert_eq!(first.len(), 1);
    let page = world.server.get_as(&session, &search).await.body;
    assert!(page.contains("follow no redirects") && page.contains("The last try failed"), "{page}");
    world.add(How::Open).await;
    assert_eq!((round(&world).await, program.take().len()), (0, 0), "it waits");

    program.answers.store(200, Ordering::Relaxed);
    world.server.turn_clock(5_001);
    // Another teller, as after a restart: the same message, then what came since.
    assert_eq!((round(&world).await, round(&world).await), (1, 1));
    let again = program.take();
    let ids: Vec<&str> = again.iter().map(|heard| heard.header("webhook-id")).collect();
    assert!(ids.len() == 2 && ids[0] == first[0].header("webhook-id") && ids[0] != ids[1], "{ids:?}");
    assert_eq!(again[0].body, first[0].body);
    let name = |world: &World, at: usize| {
        BTreeSet::from([("new".to_owned(), format!("{}.1", world.accessions[at]))])
    };
    assert_eq!((again[0].things(), again[1].things()), (name(&world, 0), name(&world, 1)));

    // Whoever says that it is gone is asked no more, until the owner says so; nothing is lost by that.
    program.answers.store(410, Ordering::Relaxed);
    world.add(How::Open).await;
    round(&world).await;
    world.server.turn_clock(DAY_MS);
    assert_eq!((round(&world).await, program.take().len()), (0, 1));
    // A session that nobody used for hours is over.
    let session = world.server.session_of("stranger").await;
    let page = world.server.get_as(&session, &search).await.body;
    assert!(page.contains("Nothing is sent any more."), "{page}");
    program.answers.store(200, Ordering::Relaxed);
    let resumed = world.server.post_as(&session, &format!("{search}/webhook/resume"), &[]).await;
    assert_eq!((resumed.status, round(&world).await), (303, 1));
    assert_eq!(program.take()[0].things(), name(&world, 2));

    // Paused, it waits; going on, it tells what happened meanwhile.
    let change = format!("{search}/change");
    world.server.post_as(&session, &change, &[("name", "x"), ("is_paused", "yes")]).await;
    world.add(How::Open).await;
    assert_eq!((round(&world).await, program.take().len()), (0, 0));
    world.server.post_as(&session, &change, &[("name", "x")]).await;
    assert_eq!((round(&world).await, program.take()[0].things()), (1, name(&world, 3)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_held_is_sent_by_another_as_it_was_named() {
    let (mut world, program) = (world().await, Program::start().await);
    let session = world.server.session_of("stranger").await;
    let search = save(&world, &session, "").await;
    let address = format!("http://{}/x", program.address);
    webhook_of(&world, &session, &search, &address).await;
    world.add(How::Open).await;
    // A process named the message, and ended before anybody knows whether it was sent.
    let app = &world.server.app;
    let now = app.now();
    let open = channel::open(&mut app.store.read().await.expect("reading"), now).await.expect("asked");
    let until = Moment { size: app.indexes.size(), at: now };
    let id = hearth_base::id::RecordId::from_bytes(random::bytes().expect("random"));
    let message = channel::Message { id, until };
    let held = channel::claim(app.store.database(), &open[0].channel, &message, "dead", (now, 120_000));
    assert!(held.await.expect("asked"));
    world.add(How::Open).await;
    assert_eq!((round(&world).await, program.take().len()), (0, 0), "it is held");
    world.server.turn_clock(120_001);
    // Two processes look at the same moment: one sends.
    let tellers = [(); 2].map(|()| Teller::new(world.server.app.clone()).expect("random"));
    let both = tokio::join!(tellers[0].round(), tellers[1].round());
    assert_eq!(both.0.expect("a round") + both.1.expect("a round"), 1);
    let heard = program.take();
    assert_eq!((heard.len(), heard[0].header("webhook-id")), (1, format!("msg_{id}").as_str()));
    assert_eq!(heard[0].things().len(), 1, "up to where it was named");
    assert_eq!((round(&world).await, program.take()[0].things().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_shows_its_owner_what_they_may_see_and_nobody_anything_else() {
    let mut world = World::new().await;
    let mut feeds = Vec::new();
    for login in OWNERS {
        let session = world.server.session_of(login).await;
        let search = save(&world, &session, "").await;
        let made = world.server.post_as(&session, &format!("{search}/feed"), &[]).await;
        let token = between(&made.body, "/feeds/", "/").to_owned();
        feeds.push((login, session, search, token));
    }
    for how in SHARED {
        world.add(how).await;
    }
    let everybody = format!("/ask/{PATHOGEN}/feed");
    for is_tomorrow in [false, true] {
        let own = feeds.iter().map(|(login, _, _, token)| (*login, format!("/feeds/{token}/feed")));
        for (login, path) in own.chain([("", everybody.clone())]) {
            for form in ["atom", "json"] {
                let answer = world.server.get(&format!("{path}.{form}"), &[]).await;
                assert_eq!(answer.status, 200, "{}", answer.body);
                for canary in &world.canaries {
                    let is_there = answer.body.contains(&canary.word);
                    assert!(!is_there || canary.is_for(login, is_tomorrow), "{login}: {canary:?}");
                }
                for (_, name) in expected(&world, login, is_tomorrow) {
                    assert!(
                        answer.body.contains(&format!("/genomes/{name}\"")),
                        "{login}: {name}\n{}",
                        answer.body
                    );
                }
            }
        }
        world.server.turn_clock(DAY_MS + 1);
    }
    let check = |headers: Vec<(&'static str, String)>, expected: u16| {
        let (world, path) = (&world, format!("{everybody}.atom"));
        async move {
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = world.server.get(&path, &headers).await;
            assert_eq!(answer.status, expected, "{headers:?}");
            answer
        }
    };
    let first = check(Vec::new(), 200).await;
    // The newest first: the embargo ended last.
    let (_, entries) = first.body.split_once("<entry>").expect("an entry");
    assert!(between(entries, "<title>", " ").starts_with(&format!("{}.1", world.accessions[3])), "{entries}");
    let (tag, modified) = (first.header("etag").to_owned(), first.header("last-modified").to_owned());
    let not = check(vec![("If-None-Match", tag.clone())], 304).await;
    assert_eq!((not.header("etag"), not.body.as_str()), (tag.as_str(), ""));
    check(vec![("If-Modified-Since", modified.clone())], 304).await;
    check(vec![("If-None-Match", "\"x\"".to_owned()), ("If-Modified-Since", modified)], 200).await;
    let bearer = format!("Bearer {}", world.server.token_of("owner", &["read", "release"]).await);
    let open = format!("/api/v1/genomes/{}/withdraw", world.accessions[4]);
    act(&world, &bearer, &open, r#"{"reason":"tubes exchanged"}"#).await;
    follow::catch_up(&world.server.app).await.expect("followed");
    let after = check(vec![("If-None-Match", tag)], 200).await;
    assert!(!after.body.contains(&world.accessions[4]), "{}", after.body);

    addresses_end(&world, &feeds).await;
}

/// An address that was ended, replaced, or whose owner left, leads nowhere. Feeds are those of logins, with their sessions,
/// searches and tokens.
async fn addresses_end(world: &World, feeds: &[(&str, String, String, String)]) {
    let status = async |token: &str| world.server.get(&format!("/feeds/{token}/feed.atom"), &[]).await.status;
    let (login, _, search, token) = &feeds[0];
    let session = &world.server.session_of(login).await;
    world.server.post_as(session, &format!("{search}/feed"), &[]).await;
    assert_eq!(status(token).await, 404);
    let (login, _, search, token) = &feeds[1];
    let session = &world.server.session_of(login).await;
    world.server.post_as(session, &format!("{search}/feed/end"), &[]).await;
    assert_eq!(status(token).await, 404);
    let (login, .., token) = &feeds[2];
    assert_eq!(status(token).await, 200);
    let database = world.server.app.store.database();
    let mut tx = database.begin_write().await.expect("a transaction");
    let account = hearth_store::accounts::by_login(&mut tx, login).await.expect("asked").expect("there");
    hearth_store::accounts::close(&mut tx, account.person).await.expect("closed");
    assert_eq!(kept::of_person(&mut tx, account.person).await.expect("asked"), []);
    tx.commit().await.expect("kept");
    assert_eq!(status(token).await, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_kept_is_said() {
    let world = World::with(|config| config.tell.searches_most = 2).await;
    let session = world.server.session_of("stranger").await;
    let post = async |path: &str, fields: &[(&str, &str)]| world.server.post_as(&session, path, fields).await;
    for (fields, status, sentence) in [
        (
            [("pathogen", PATHOGEN), ("question", "lineage=nothing*("), ("name", "x")],
            422,
            "class=\"flash problem\"",
        ),
        ([("pathogen", PATHOGEN), ("question", "region=Africa"), ("name", "x")], 422, "no filter “region”"),
        ([("pathogen", "none"), ("question", ""), ("name", "x")], 404, "no such pathogen"),
        ([("pathogen", PATHOGEN), ("question", ""), ("name", " ")], 422, "needed"),
    ] {
        let answer = post("/searches", &fields).await;
        // A lineage that nobody knows is a question that finds nothing.
        if !fields[1].1.starts_with("lineage") {
            assert!(
                answer.status == status && answer.body.contains(sentence),
                "{}: {}",
                answer.status,
                answer.body
            );
        }
    }
    let fields = [("pathogen", PATHOGEN), ("question", "dateFrom=2020&country=Kenya"), ("name", "Kenya")];
    let mut search = String::new();
    while search.is_empty() || post("/searches", &fields).await.status == 303 {
        let list = world.server.get_as(&session, "/searches").await;
        search = between(&list.body, "href=\"/searches/", "\"").to_owned();
    }
    let full = post("/searches", &fields).await;
    assert!(full.status == 422 && full.body.contains("you have 2 saved searches"), "{}", full.body);
    // This server sends nothing into its own network.
    for address in ["https://127.0.0.1/", "https://localhost/", "http://hooks.example/", "https://[fe80::1]/"]
    {
        let answer = post(&format!("/searches/{search}/webhook"), &[("address", address)]).await;
        assert_eq!(answer.status, 422, "{address}");
    }
    let api = async |scopes: &[&str], method: &str, path: &str, body: &str| {
        let bearer = format!("Bearer {}", world.server.token_of("stranger", scopes).await);
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        crate::client::send(world.server.address, method, &format!("/api/v1/searches{path}"), &headers, body)
            .await
    };
    // Whoever may not read keeps nothing that is told by the rights of a person who may.
    assert_eq!(api(&["submit"], "GET", "", "").await.status, 403);
    let one = format!("/{search}");
    let paused = api(&["read"], "PATCH", &one, r#"{"is_paused":true}"#).await;
    assert!(
        paused.body.contains("\"is_paused\":true") && paused.body.contains("\"new\":0"),
        "{}",
        paused.body
    );
    assert_eq!(api(&["read"], "PATCH", &one, r#"{"paused":true}"#).await.status, 400);
    assert_eq!(api(&["read"], "DELETE", &one, "").await.status, 204);
    assert_eq!(api(&["read"], "GET", &one, "").await.status, 404);
    let body = format!(r#"{{"name":"x","subject":"{PATHOGEN}","question":"host=Human"}}"#);
    assert_eq!(api(&["read"], "POST", "", &body).await.status, 201);
}
