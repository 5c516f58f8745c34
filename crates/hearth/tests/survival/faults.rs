//! What goes wrong around the program, through its pages: each time a sentence that says what, nothing lost, and it goes
//! on by itself.

use crate::acts::Laboratory;
use crate::client::{Answer, Client};
use crate::journal::{Stage, stage, wait_ready};
use crate::kills::verified;
use crate::program::{PATIENCE, Place, Program};
use crate::several::Shared;
use hearth_store::testing::{Fault, PostgresServer, TinyDisk, skip};
use std::fs;
use std::time::{Duration, Instant, SystemTime};

fn founded(place: &Place) -> (Program, Laboratory) {
    let program = Program::serve(place, "");
    let path = program.set_up().expect("an empty server");
    let mut lab = Laboratory::found(Client::new(program.address), &path, 5).expect("set up");
    lab.day().expect("a day without trouble");
    (program, lab)
}

#[track_caller]
fn says(answer: &Answer, sentence: &str) {
    assert_eq!(answer.status, 503, "{}", answer.text());
    let said = answer.text().replace("&#39;", "'").to_lowercase();
    assert!(said.contains(sentence), "{sentence:?} is not in {said}");
}

/// Waits until the program says that it can work again.
fn wait_ready_again(program: &Program) {
    let (client, began) = (Client::new(program.admin), Instant::now());
    while !client.get("/ready").is_ok_and(|answer| answer.status == 200) {
        assert!(began.elapsed() < PATIENCE, "it does not recover:\n{}", program.log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// That nothing is lost, and that it goes on.
fn goes_on(place: &Place, program: &Program, lab: &mut Laboratory) {
    wait_ready_again(program);
    lab.journal.hold_against(&lab.client, true).expect("answers");
    lab.day().expect("it goes on");
    lab.journal.hold_against(&lab.client, true).expect("answers");
    verified(place);
}

#[test]
fn a_full_disk_is_said_and_what_was_kept_stays() {
    let Some(disk) = TinyDisk::mount(24) else { return };
    let place = Place::at(disk.path());
    let (program, mut lab) = founded(&place);
    let ballast = disk.fill();
    says(&lab.send_batch(4).expect("an answer"), "the server's disk is full: nothing was written");
    let ready = Client::new(program.admin).get("/ready").expect("an answer");
    assert!(ready.status == 503 && ready.text().contains("full"), "{}", ready.text());
    let shown = lab.client.get("/genomes").expect("an answer");
    assert_eq!(shown.status, 200, "what is there can be read: {}", shown.text());
    fs::remove_file(ballast).expect("removed");
    goes_on(&place, &program, &mut lab);
}

#[test]
fn it_starts_on_a_full_disk_or_says_why_not() {
    let Some(disk) = TinyDisk::mount(24) else { return };
    let place = Place::at(disk.path());
    let (program, mut lab) = founded(&place);
    program.kill();
    let ballast = disk.fill();
    if let Err(log) = Program::try_serve_within(&place, Duration::from_secs(8)) {
        assert!(log.contains("full"), "{log}");
    }
    fs::remove_file(ballast).expect("removed");
    let program = Program::serve(&place, "");
    lab.client = lab.client.at(program.address);
    goes_on(&place, &program, &mut lab);
}

#[test]
fn what_killed_uploads_left_behind_is_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::at(folder.path());
    drop(Program::serve(&place, ""));
    let below = folder.path().join("blobs/incoming");
    fs::create_dir_all(&below).expect("made");
    let (old, new) = (below.join("old"), below.join("new"));
    for (path, hours) in [(&old, 30), (&new, 1)] {
        let file = fs::File::create(path).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).expect("a time");
    }
    let program = Program::serve(&place, "");
    let began = Instant::now();
    while old.exists() {
        assert!(began.elapsed() < PATIENCE, "{}", program.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(new.exists(), "an upload that may still go on stays");
}

#[test]
fn a_store_of_files_that_can_only_be_read_is_said() {
    let Some(disk) = TinyDisk::mount(24) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(disk.path(), folder.path().join("blobs")).expect("a link");
    let place = Place::at(folder.path());
    let (program, mut lab) = founded(&place);
    disk.set_read_only(true);
    says(&lab.send_batch(1).expect("an answer"), "the server cannot write at the moment");
    disk.set_read_only(false);
    goes_on(&place, &program, &mut lab);
}

#[test]
fn a_lost_database_is_said_and_found_again() {
    let server = match PostgresServer::start() {
        Ok(server) => server,
        Err(reason) => return skip(&format!("there is no PostgreSQL: {reason}")),
    };
    let Some(shared) = Shared::on(&server) else { return };
    let (program, mut lab) = founded(&shared.place);
    server.stop();
    says(&lab.client.get("/genomes").expect("an answer"), "the database is busy or cannot be reached");
    says(&lab.send_batch(1).expect("an answer"), "the database is busy or cannot be reached");
    let health = Client::new(program.admin).get("/health").expect("an answer");
    assert_eq!(health.status, 200, "it lives");
    server.start_again();
    goes_on(&shared.place, &program, &mut lab);
}

#[test]
fn broken_connections_to_the_database_lose_nothing() {
    let Some(server) = PostgresServer::of_this_process() else { return };
    let Some(shared) = Shared::new() else { return };
    let (program, mut lab) = founded(&shared.place);
    for _ in 0..20 {
        let wait = Duration::from_millis(lab.dice.below(60));
        lab.is_watched = false;
        let broken = std::thread::scope(|scope| {
            let breaking = scope.spawn(|| {
                std::thread::sleep(wait);
                shared.runtime.block_on(server.kill_connections(&shared.url))
            });
            for _ in 0..6 {
                if lab.act().is_err() {
                    break;
                }
            }
            breaking.join().expect("broken")
        });
        assert!(broken > 0, "nothing was broken");
        lab.is_watched = true;
        wait_ready_again(&program);
        std::thread::sleep(Duration::from_millis(100));
        lab.journal.hold_against(&lab.client, false).expect("answers");
    }
    goes_on(&shared.place, &program, &mut lab);
}

#[test]
fn a_broken_object_store_is_said_and_jobs_wait_for_it() {
    let Some(shared) = Shared::new() else { return };
    let s3 = shared.blobs.s3.as_ref().expect("a server");
    let (program, mut lab) = founded(&shared.place);
    let slow = Fault::Slow(Duration::from_millis(200));
    for fault in [Fault::Broken, Fault::Closed, slow, Fault::NoBucket] {
        s3.set_fault(fault);
        let answer = lab.send_batch(1).expect("an answer");
        assert!(answer.status >= 500, "{fault:?}: {}", answer.status);
        if fault != Fault::NoBucket {
            says(&answer, "the store of files cannot be reached");
        }
        s3.set_fault(Fault::None);
        lab.journal.hold_against(&lab.client, false).expect("answers");
    }
    s3.set_fault(Fault::Full);
    says(&lab.send_batch(1).expect("an answer"), "disk is full: nothing was written");
    s3.set_fault(Fault::None);
    lab.journal.hold_against(&lab.client, false).expect("answers");
    // A job that meets a fault is tried again until it is done.
    let no_work = Program::serve(&shared.place, "--no-work");
    drop(program);
    lab.client = lab.client.at(no_work.address);
    lab.bring(2).expect("brought");
    s3.set_fault(Fault::Broken);
    let worker = Program::work(&shared.place);
    let began = Instant::now();
    while !worker.log().contains("a job failed; it is tried again") {
        assert!(began.elapsed() < PATIENCE, "{}", worker.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let id = lab.journal.batches.last().expect("a batch").id.clone();
    assert_eq!(stage(&lab.client, &id).expect("a page"), Stage::Analysing);
    s3.set_fault(Fault::None);
    assert_eq!(wait_ready(&lab.client, &id).expect("a page"), Stage::Ready);
    goes_on(&shared.place, &no_work, &mut lab);
}
