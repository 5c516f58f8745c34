//! Two servers and two workers on one PostgreSQL database and one object store: the same answers from each, and any of
//! them may be killed.

use crate::acts::Laboratory;
use crate::client::{Answer, Client};
use crate::journal::{Stage, wait_ready};
use crate::kills::{number, seed, strike_after, verified};
use crate::program::{PATIENCE, Place, Program, text};
use hearth_store::blob::BlobPlace;
use hearth_store::db::DatabaseUrl;
use hearth_store::testing::{PostgresServer, TestBlobs};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// A database and an object store, and the settings by which a program reaches them.
pub struct Shared {
    pub place: Place,
    pub blobs: TestBlobs,
    pub url: DatabaseUrl,
    pub runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Shared {
    /// Nothing (said aloud) where there is no PostgreSQL.
    pub fn new() -> Option<Self> {
        Self::on(PostgresServer::of_this_process()?)
    }

    /// On a server of one's own.
    pub fn on(server: &PostgresServer) -> Option<Self> {
        let runtime = Runtime::new().expect("threads");
        let database = runtime.block_on(server.new_database());
        let DatabaseUrl::Postgres(at) = &database else { return None };
        let socket = at.get_socket().expect("a socket").display().to_string();
        let url = format!("postgres:///{}?host={socket}&user=hearth", at.get_database().expect("a name"));
        let blobs = runtime.block_on(TestBlobs::s3());
        let BlobPlace::S3(s3) = &blobs.place else { return None };
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::at(folder.path())
            .with("HEARTH_DATA_DATABASE_URL", &url)
            .with("HEARTH_DATA_S3_BUCKET", &s3.bucket)
            .with("HEARTH_DATA_S3_ENDPOINT", s3.endpoint.as_deref().unwrap_or_default())
            .with("HEARTH_DATA_S3_KEY_ID", &s3.key_id)
            .with("HEARTH_DATA_S3_SECRET", &s3.secret)
            .with("HEARTH_LOG_LEVEL", "warn,hearth_server::jobs=info");
        Some(Self { place, blobs, url: database, runtime, _folder: folder })
    }
}

/// How many jobs a process did.
fn done(program: &Program) -> usize {
    program.log().matches("a job is done").count()
}

/// A page without the proof of its forms, which is another each time.
fn plain(answer: &Answer) -> String {
    let text = answer.text();
    let mut parts = text.split("name=\"csrf\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').map_or("", |(_, rest)| rest))
}

/// What two servers say of an address, once they say the same: a head may be published between two questions.
fn same(one: &Client, other: &Client, path: &str) -> Answer {
    let began = Instant::now();
    loop {
        let (here, there) = (one.get(path).expect("an answer"), other.get(path).expect("an answer"));
        if (here.status, plain(&here)) == (there.status, plain(&there)) {
            return here;
        }
        let (here, there) = (plain(&here), plain(&there));
        let differing = here.lines().zip(there.lines()).find(|(here, there)| here != there);
        assert!(began.elapsed() < PATIENCE / 6, "{path}: {differing:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_servers_and_two_workers_are_one() {
    let Some(shared) = Shared::new() else { return };
    let place = &shared.place;
    // Together, on an empty database: they make one log and one key.
    let (mut servers, mut workers) = std::thread::scope(|scope| {
        let start = || Program::serve(place, "--no-work");
        let servers = [scope.spawn(start), scope.spawn(start)];
        (
            servers.map(|server| Some(server.join().expect("a server"))),
            [0, 1].map(|_| Some(Program::work(place))),
        )
    });
    let address =
        |servers: &[Option<Program>; 2], number: usize| servers[number].as_ref().expect("runs").address;
    let path = servers[0].as_ref().and_then(Program::set_up).expect("an empty server");
    let mut lab = Laboratory::found(Client::new(address(&servers, 0)), &path, seed()).expect("set up");
    for number in 0..6 {
        lab.client = lab.client.at(address(&servers, number % 2));
        lab.bring(3).expect("brought");
    }
    lab.journal.hold_against(&lab.client, true).expect("answers");
    let spread = workers.each_ref().map(|worker| worker.as_ref().map_or(0, done));
    eprintln!("jobs done: {spread:?}");
    assert!(spread.iter().sum::<usize>() >= 6 && spread.iter().all(|count| *count > 0), "{spread:?}");
    lab.day().expect("a day without trouble");

    for _ in 0..number("HEARTH_KILLS", 4).min(200) {
        let victim = lab.dice.below(4) as usize;
        let program = if victim < 2 { servers[victim].as_ref() } else { workers[victim - 2].as_ref() };
        let killer = strike_after(program.expect("runs").id(), Duration::from_millis(lab.dice.below(400)));
        for _ in 0..6 {
            lab.client = lab.client.at(address(&servers, lab.dice.below(2) as usize));
            if lab.act().is_err() {
                break;
            }
        }
        killer.join().expect("struck");
        if victim < 2 {
            servers[victim] = None;
        } else {
            workers[victim - 2] = None;
        }
        // The database may still be keeping what the killed one sent last.
        std::thread::sleep(Duration::from_millis(300));
        let left = if victim == 0 { 1 } else { 0 };
        lab.client = lab.client.at(address(&servers, left));
        lab.journal.hold_against(&lab.client, false).expect("answers");
        if victim < 2 {
            servers[victim] = Some(Program::serve(place, "--no-work"));
        } else {
            workers[victim - 2] = Some(Program::work(place));
        }
    }
    let other = lab.client.at(address(&servers, 1));
    lab.client = lab.client.at(address(&servers, 0));
    lab.journal.hold_against(&lab.client, true).expect("answers");
    lab.journal.hold_against(&other, true).expect("answers");
    for path in [
        "/genomes.json",
        "/genomes.fasta",
        "/genomes.tsv",
        "/log/checkpoint",
        "/log/keys",
        "/ledger",
        "/batches",
    ] {
        assert_eq!(same(&lab.client, &other, path).status, 200, "{path}");
    }
    if let Some(entry) = lab.journal.entries.iter().next() {
        assert_eq!(same(&lab.client, &other, &format!("/ledger/{entry}/receipt")).status, 200);
    }
    verified(place);
    let codes = workers.map(|worker| worker.expect("runs").stop());
    assert_eq!(codes, [Some(0), Some(0)], "workers end well when they are asked to");
}

#[test]
fn the_job_of_a_worker_that_died_is_done_by_another() {
    let Some(shared) = Shared::new() else { return };
    let server = Program::serve(&shared.place, "--no-work");
    let path = server.set_up().expect("an empty server");
    let mut lab = Laboratory::found(Client::new(server.address), &path, 1).expect("set up");
    lab.bring(2).expect("brought");
    let id = lab.journal.batches[0].id.clone();
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(
        crate::journal::stage(&lab.client, &id).expect("a page"),
        Stage::Analysing,
        "nobody works yet"
    );
    let first = Program::work(&shared.place);
    first.kill();
    let _second = Program::work(&shared.place);
    assert_eq!(wait_ready(&lab.client, &id).expect("a page"), Stage::Ready);
}

#[test]
fn the_embedded_database_belongs_to_one_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::at(folder.path());
    let work = text(&place.output("work").stderr);
    assert!(work.contains("belongs to one process"), "{work}");
    let alone = text(&place.output("serve --no-work").stderr);
    assert!(alone.contains("work.in_serve"), "{alone}");
    let _server = Program::serve(&place, "");
    let second = text(&place.output("serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0").stderr);
    assert!(second.contains("is served already, by process"), "{second}");
}
