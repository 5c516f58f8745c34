//! Every point between two steps: the program ends there, is started again, and has to hold what it acknowledged.

use crate::acts::Laboratory;
use crate::client::Client;
use crate::kills::{seed, verified};
use crate::program::{PATIENCE, Place, Program};
use crate::several::Shared;
use hearth_store::failpoint::POINTS;
use std::time::{Duration, Instant};

/// Enough empty lines that a file goes to the store in parts.
const LARGE: usize = 17 << 20;

/// At which passings the program ends: what is passed by every act is tried at several of them.
fn passings(point: &str) -> &'static [u32] {
    if point.starts_with("append.") { &[1, 2, 3, 5, 7] } else { &[1] }
}

#[test]
fn at_every_point_nothing_is_lost_and_nothing_is_half_done() {
    let folder = tempfile::tempdir().expect("a folder");
    walk(&Place::at(folder.path()), passings);
}

#[test]
fn nor_is_it_with_postgresql_and_an_object_store() {
    let Some(shared) = Shared::new() else { return };
    // A job whose worker died lies still until its claim runs out: three such points are enough here.
    let is_job = |point: &str| ["work.", "analyse.", "opening."].iter().any(|job| point.starts_with(job));
    let passings = |point: &str| -> &'static [u32] {
        if is_job(point)
            && !matches!(point, "work.after-claim" | "analyse.before-commit" | "opening.between-steps")
        {
            &[]
        } else {
            &[1]
        }
    };
    walk(&shared.place, passings);
}

/// Ends the program at every point, as often as is said of each, and holds it against the journal.
fn walk(place: &Place, passings: impl Fn(&str) -> &'static [u32]) {
    let program = Program::serve(place, "");
    let path = program.set_up().expect("an empty server");
    let mut lab = Laboratory::found(Client::new(program.address), &path, seed()).expect("set up");
    lab.day().expect("a day without trouble");
    program.kill();
    for (point, left) in POINTS.iter().filter(|(point, _)| !point.starts_with("key.")) {
        for passing in passings(point) {
            let at = format!("{point}:{passing}");
            eprintln!("{at}: {left}");
            end_at(place, &mut lab, &at);
            let program = Program::serve(place, "");
            lab.client = lab.client.at(program.address);
            lab.journal.hold_against(&lab.client, false).expect("answers");
            verified(place);
            lab.bring(1).expect("it goes on");
            lab.journal.hold_against(&lab.client, false).expect("answers");
            program.kill();
        }
    }
    let program = Program::serve(place, "");
    lab.client = lab.client.at(program.address);
    lab.journal.hold_against(&lab.client, true).expect("answers");
}

/// A day that ends at a point.
fn end_at(place: &Place, lab: &mut Laboratory, at: &str) {
    lab.padding =
        if at.starts_with("blob.before-part") || at.starts_with("blob.before-rename") { LARGE } else { 0 };
    // A point that is passed while it starts ends it before it is ready.
    if let Ok(program) = Program::try_serve(place, "", Some(at)) {
        lab.client = lab.client.at(program.address);
        let day = lab.day();
        assert!(day.is_err() || program.wait(Duration::from_secs(10)), "{at} was never passed");
    }
    lab.padding = 0;
    // A database server may still be keeping what was sent last.
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn the_first_key_survives_where_it_is_made() {
    for (point, _) in POINTS.iter().filter(|(point, _)| point.starts_with("key.")) {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::at(folder.path());
        if let Ok(program) = Program::try_serve(&place, "", Some(point)) {
            assert!(program.wait(PATIENCE), "{point} was never passed");
        }
        let program = Program::serve(&place, "");
        let path = program.set_up().expect("an empty server");
        let mut lab = Laboratory::found(Client::new(program.address), &path, 1).expect("set up");
        lab.day().expect("a day without trouble");
        std::thread::sleep(Duration::from_millis(1_500));
        lab.journal.hold_against(&lab.client, true).expect("answers");
        assert_eq!(lab.journal.monitor.heads.len(), 1, "{point}: a head is signed");
        verified(&place);
    }
}

#[test]
fn a_job_that_ends_its_worker_each_time_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::at(folder.path());
    let program = Program::try_serve(&place, "", Some("analyse.before-rows:2")).expect("it starts");
    let path = program.set_up().expect("an empty server");
    let mut lab = Laboratory::found(Client::new(program.address), &path, 1).expect("set up");
    lab.bring(1).expect("brought");
    lab.journal.hold_against(&lab.client, true).expect("analysed");
    lab.bring(2).expect("brought");
    assert!(program.wait(PATIENCE), "the second batch ends it");
    let id = lab.journal.batches[1].id.clone();
    let mut deaths = 1;
    let told = loop {
        if let Ok(program) = Program::try_serve(&place, "", Some("analyse.before-rows:1")) {
            let began = Instant::now();
            lab.client = lab.client.at(program.address);
            while program.is_alive() && began.elapsed() < Duration::from_secs(3) {
                std::thread::sleep(Duration::from_millis(20));
            }
            if program.is_alive() {
                break lab.client.get(&format!("/batches/{id}")).expect("a page").text();
            }
        }
        deaths += 1;
        assert!(deaths < 20, "it is never given up");
    };
    assert!(deaths >= 10 && told.contains("bring them in smaller"), "after {deaths}: {told}");
    let program = Program::serve(&place, "");
    lab.client = lab.client.at(program.address);
    lab.journal.batches.truncate(1);
    lab.day().expect("it goes on");
    lab.journal.hold_against(&lab.client, true).expect("answers");
}
