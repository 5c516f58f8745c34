//! `hearth submit` against a server in this process, as a laboratory runs it: over a link that breaks, killed and started
//! again, with findings.
#![allow(clippy::panic, clippy::unwrap_used)]

mod desk;

use desk::{Desk, Run};
use hearth_server::app::App;
use hearth_server::app::accounts::set_up::{self, Founding};
use hearth_server::app::accounts::{Secret, carried, tokens};
use hearth_server::config::Config;
use hearth_server::http::Serving;
use hearth_server::jobs;
use hearth_store::accounts::{self, session};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

struct World {
    desk: Desk,
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

fn world() -> World {
    let desk = Desk::new();
    let mut config = Config::default();
    config.set_folder(&desk.at("data"));
    std::fs::create_dir(desk.at("data")).unwrap();
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    config.server.admin_listen = config.server.listen;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (address, token) = runtime.block_on(async {
        let app = hearth::serve::open(config).await.unwrap();
        let serving = Serving::bind(app.clone()).await.unwrap();
        let token = token(&app).await;
        let (address, _) = serving.addresses().unwrap();
        tokio::spawn(serving.run(std::future::pending()));
        tokio::spawn(jobs::work(app, std::future::pending(), Duration::ZERO));
        (address, token)
    });
    desk.put("token", token);
    let reference = include_str!("../../../packs/sars-cov-2/reference.fasta");
    let letters: String = reference.lines().skip(1).collect();
    desk.put("run.fasta", format!(">K-1\n{letters}\n>K-2\n{}C{}\n", &letters[..5_000], &letters[5_001..]));
    desk.put(
        "run.tsv",
        "sample\tcollected\tcountry\thost\nK-1\t2024-05\tKenya\tHomo sapiens\nK-2\t2024-05-02\tKenia\tHomo sapiens\n",
    );
    World { desk, address, _runtime: runtime }
}

async fn token(app: &App) -> String {
    let secret = set_up::offer(app).await.unwrap().unwrap();
    let text = str::to_owned;
    let founding = Founding {
        party: text("Laboratory"),
        country: text("KE"),
        person: text("Ada"),
        login: text("ada"),
        password: text("a few good words"),
    };
    set_up::found(app, &secret, &founding).await.unwrap();
    let secret = Secret::new().unwrap();
    let mut tx = app.store.database().begin_write().await.unwrap();
    let account = accounts::by_login(&mut tx, "ada").await.unwrap().unwrap();
    session::begin(&mut tx, &secret.digest(), account.person, app.now(), app.now()).await.unwrap();
    tx.commit().await.unwrap();
    let who = carried::by_session(app, &secret).await.unwrap().unwrap();
    tokens::make(app, &who, "test", &["read".to_owned(), "submit".to_owned()], 30).await.unwrap()
}

impl World {
    fn command(&self, address: SocketAddr, line: &str) -> std::process::Command {
        let flags =
            format!("submit --server http://{address} --token-file token --journal journal.json {line}");
        self.desk.command(&flags)
    }

    fn submit(&self, line: &str) -> Run {
        Run::of(self.command(self.address, line).output().unwrap())
    }
}

#[test]
fn files_go_in_and_accessions_come_out() {
    let world = world();
    world.desk.put("wrong.tsv", "sample\tcollected\tcountry\nK-1\t2024-05\tAtlantis\nK-2\t2024\tKenya\n");
    world.submit("--hand-in run.fasta wrong.tsv").ends(2, "To be put right before it can be handed in");
    let stopped = world.submit("run.fasta run.tsv").ends(0, "[suggested: “Kenya” in place of “Kenia”]");
    assert_eq!(stopped.out, "", "nothing is handed in without being told to");
    let done = world.submit("--accept-suggestions --hand-in run.fasta run.tsv").ends(0, "handed in");
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", done.out);
    assert!(lines[0] == "sample\taccession\tversion" && lines[1].starts_with("K-1\tHTH_"), "{}", done.out);
    assert!(lines[2].starts_with("K-2\tHTH_") && lines[2].ends_with("\t1"), "{}", done.out);
    assert!(!world.desk.at("journal.json").exists(), "what is done needs no journal");
}

#[test]
fn what_cannot_be_is_told() {
    let world = world();
    world.desk.put("empty.fasta", "");
    world.submit("empty.fasta").ends(1, "empty.fasta is empty");
    world.submit("none.fasta").ends(1, "none.fasta");
    world.submit("--terms NONE run.fasta").ends(1, "choose terms");
    world.submit("run.tsv").ends(1, "there is no file of sequences");
    world.desk.put("token", "hearth_wrong");
    world.submit("run.fasta").ends(1, "does not know this token");
    let far = world.desk.run("submit --server http://example.org --token-file token run.fasta");
    far.ends(1, "without TLS");
}

/// Passes on so many bytes of each connection and cuts it then.
fn cutting(target: SocketAddr, after: usize) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let cuts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&cuts);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, counted) = (client.unwrap(), Arc::clone(&counted));
            std::thread::spawn(move || {
                let mut server = TcpStream::connect(target).unwrap();
                let (mut back, mut answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut answers, &mut back));
                let (mut buffer, mut passed) = ([0; 8_192], 0);
                while let Ok(count @ 1..) = client.read(&mut buffer) {
                    if passed + count > after {
                        counted.fetch_add(1, Ordering::Relaxed);
                        break;
                    }
                    passed += count;
                    if server.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                let _ =
                    (client.shutdown(std::net::Shutdown::Both), server.shutdown(std::net::Shutdown::Both));
            });
        }
    });
    (address, cuts)
}

#[test]
fn a_link_that_breaks_again_and_again_is_no_reason_to_lose_anything() {
    let world = world();
    let letters = desk::letters(7, 400_000);
    let more: String = (0..3).map(|number| format!(">other-{number}\n{letters}\n")).collect();
    let text = format!("{}{more}", world.desk.get("run.fasta"));
    world.desk.put("long.fasta", &text);
    let (address, cuts) = cutting(world.address, 300_000);
    let run = Run::of(world.command(address, "--hand-in long.fasta").output().unwrap());
    let run = run.ends(0, "2 genomes, 3 left out");
    assert_eq!(run.out.lines().count(), 3);
    assert!(cuts.load(Ordering::Relaxed) >= 3, "the link broke");
}

#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    let world = world();
    // A server that takes connections and never answers after the upload began: the run hangs and is killed.
    let (address, _) = cutting(world.address, 40_000);
    let mut command = world.command(address, "run.fasta");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..200 {
        if world.desk.at("journal.json").exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let journal: serde_json::Value = serde_json::from_str(&world.desk.get("journal.json")).unwrap();
    assert!(journal["uploads"]["run.fasta"].is_string(), "{journal}");
    // The journal names its server: the same address is asked again, by a link that is whole now.
    let again = Run::of(world.command(address, "run.fasta").output().unwrap());
    again.ends(0, "2 genomes");
}
