//! Reader, workers, writer: batches go through in the order of the input, in bounded memory.
//!
//! One thread reads, some analyse, the calling thread writes. A batch can only be read when a free
//! [`Finished`] is at hand, and there are `2 * workers + 2` of them; so a slow record never lets batches pile
//! up. With one worker everything happens on the calling thread. Start at [`run`].

use super::finished::Finished;
use super::names::{UsedNames, name_of};
use super::shelf::Shelf;
use super::worker::{Repeat, Treatment, Worker};
use crate::input::{Batch, BatchPool, BatchReader, InputError};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Receives what was done, in the order of the input.
pub trait Receive {
    /// Takes a batch; false ends the run.
    fn batch(&mut self, finished: &Finished) -> bool;
    /// Takes what was wrong with the input at this point; false ends the run.
    fn problem(&mut self, problem: InputError) -> bool;
}

/// What the reader found next.
enum Found {
    Work { batch: Batch, repeats: Vec<Repeat> },
    Problem(InputError),
}

/// Reads with the names used so far in mind.
struct Reading {
    reader: BatchReader,
    names: UsedNames,
}

impl Reading {
    fn next(&mut self) -> Option<Found> {
        let batch = match self.reader.next()? {
            Ok(batch) => batch,
            Err(problem) => return Some(Found::Problem(problem)),
        };
        let repeats = batch.records().filter_map(|(index, raw)| {
            let first_use = self.names.first_use(name_of(raw), index)?;
            Some(Repeat { index, first_use })
        });
        Some(Found::Work { repeats: repeats.collect(), batch })
    }
}

/// Analyses everything `reader` brings, with `workers` threads, and gives it to `receiver`.
pub fn run(
    reader: BatchReader,
    workers: usize,
    shelf: &Shelf,
    treatment: Treatment,
    receiver: &mut impl Receive,
) {
    let reading = Reading { reader, names: UsedNames::default() };
    if workers <= 1 {
        run_here(reading, shelf, treatment, receiver);
    } else {
        run_on_threads(reading, workers, shelf, treatment, receiver);
    }
}

fn run_here(mut reading: Reading, shelf: &Shelf, treatment: Treatment, receiver: &mut impl Receive) {
    let pool = reading.reader.pool();
    let mut worker = Worker::new(shelf, treatment);
    let mut finished = Finished::default();
    while let Some(found) = reading.next() {
        let goes_on = match found {
            Found::Problem(problem) => receiver.problem(problem),
            Found::Work { batch, repeats } => {
                worker.analyse(&batch, &repeats, &mut finished);
                pool.give_back(batch);
                let goes_on = receiver.batch(&finished);
                finished.clear();
                goes_on
            }
        };
        if !goes_on {
            break;
        }
    }
}

/// One step of the run, numbered in the order of the input.
struct Job {
    number: u64,
    found: Found,
    room: Finished,
}

/// A step that is done.
struct Done {
    number: u64,
    problem: Option<InputError>,
    finished: Finished,
}

fn run_on_threads(
    reading: Reading,
    workers: usize,
    shelf: &Shelf,
    treatment: Treatment,
    receiver: &mut impl Receive,
) {
    let pool = reading.reader.pool();
    let (job_sender, jobs) = channel::<Job>();
    let (done_sender, done) = channel::<Done>();
    let (room_sender, rooms) = channel::<Finished>();
    for _ in 0..2 * workers + 2 {
        // The other end is in this function.
        let _ = room_sender.send(Finished::default());
    }
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        scope.spawn(move || read_all(reading, &rooms, &job_sender));
        for _ in 0..workers {
            let (done_sender, pool, jobs) = (done_sender.clone(), pool.clone(), &jobs);
            scope.spawn(move || work(Worker::new(shelf, treatment), jobs, &done_sender, &pool));
        }
        drop(done_sender);
        in_order(&done, receiver, &room_sender);
        // Without rooms the reader ends, without jobs the workers do.
        drop(room_sender);
        drop(done);
    });
}

fn read_all(mut reading: Reading, rooms: &Receiver<Finished>, jobs: &Sender<Job>) {
    for number in 0.. {
        let Ok(room) = rooms.recv() else { return };
        let Some(found) = reading.next() else { return };
        if jobs.send(Job { number, found, room }).is_err() {
            return;
        }
    }
}

fn work(mut worker: Worker, jobs: &Mutex<Receiver<Job>>, done: &Sender<Done>, pool: &BatchPool) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { number, found, room: mut finished }) = job else { return };
        let problem = match found {
            Found::Problem(problem) => Some(problem),
            Found::Work { batch, repeats } => {
                worker.analyse(&batch, &repeats, &mut finished);
                pool.give_back(batch);
                None
            }
        };
        if done.send(Done { number, problem, finished }).is_err() {
            return;
        }
    }
}

/// Hands on what is done in the order of the input; what is early waits.
fn in_order(done: &Receiver<Done>, receiver: &mut impl Receive, rooms: &Sender<Finished>) {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for step in done {
        early.insert(step.number, step);
        while let Some(Done { problem, mut finished, .. }) = early.remove(&next) {
            next += 1;
            let goes_on = match problem {
                Some(problem) => receiver.problem(problem),
                None => receiver.batch(&finished),
            };
            if !goes_on {
                return;
            }
            finished.clear();
            // The reader is gone when all is read.
            let _ = rooms.send(finished);
        }
    }
}
