//! Killed at random moments (SIGKILL), started again, held against the client's journal; over and over.

use crate::acts::Laboratory;
use crate::client::{Client, Fuse};
use crate::program::{Place, Program};
use std::process::Command;
use std::time::{Duration, Instant};

/// A number of the environment.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The seed of this run, said aloud so that it can be made again.
pub fn seed() -> u64 {
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |since| since.as_secs());
    let seed = number("HEARTH_SEED", now);
    eprintln!("HEARTH_SEED={seed}");
    seed
}

/// A killer that strikes after a while.
pub fn strike_after(id: u32, wait: Duration) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        std::thread::sleep(wait);
        let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
    })
}

/// That the whole log is proven, by the program itself.
#[track_caller]
pub fn verified(place: &Place) {
    let told = place.run("verify");
    assert!(told.contains("All is well"), "{told}");
}

/// So often one ledger is killed before another begins: what is checked grows with it.
const KILLS_OF_ONE: u64 = 60;

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let (kills, seed, began) = (number("HEARTH_KILLS", 5), seed(), Instant::now());
    let mut done = 0;
    while done < kills {
        let of_this = KILLS_OF_ONE.min(kills - done);
        one_ledger(of_this, seed + done);
        done += of_this;
        eprintln!("{done} kills in {:.1?}", began.elapsed());
    }
}

fn one_ledger(kills: u64, seed: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::at(folder.path());
    let mut program = Program::serve(&place, "");
    let path = program.set_up().expect("an empty server");
    let client = Client::new(program.address);
    let mut lab = Laboratory::found(client, &path, seed).expect("set up");
    for kill in 1..=kills {
        // Half of the kills come at any moment, half while an act is being done.
        if lab.dice.below(2) == 0 {
            strike_after(program.id(), Duration::from_millis(5 + lab.dice.below(400)));
        } else {
            let wait = Duration::from_millis(lab.dice.below(25));
            lab.client.lay(Fuse { acts: lab.dice.below(6), id: program.id(), wait });
        }
        while lab.act().is_ok() {}
        program.kill();
        program = Program::serve(&place, "");
        lab.client = lab.client.at(program.address);
        let is_last = kill == kills;
        lab.journal.hold_against(&lab.client, is_last || kill % 25 == 0).expect("answers");
        if is_last || kill % 10 == 0 {
            verified(&place);
        }
    }
    let journal = &lab.journal;
    eprintln!(
        "{} acts acknowledged, {} not answered; {} batches, {} genomes, {} entries seen, {} receipts, {} heads",
        journal.acknowledged,
        journal.unanswered,
        journal.batches.len(),
        journal.genomes.len(),
        journal.entries.len(),
        journal.receipts.len(),
        journal.monitor.heads.len(),
    );
    assert_eq!(program.stop(), Some(0), "it ends well when it is asked to");
}
