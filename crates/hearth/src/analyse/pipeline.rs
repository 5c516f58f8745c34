//! Reader, workers, writer: batches go through in the order of the input, in bounded memory.
//!
//! One thread reads, some analyse, the calling thread writes. A batch can only be read when a free
//! [`Finished`] is at hand, and there are `2 * workers + 2` of them; so a slow record never lets batches pile
//! up. With one worker everything happens on the calling thread. Start at [`run`].

use super::finished::Finished;
use super::names::{UsedNames, name_of};
use super::shelf::Shelf;
use super::worker::{Repeat, Treatment, Worker};
use hearth_formats::input::{Batch, BatchPool, BatchReader, InputError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A worker without work looks up this often to see whether the run was stopped.
const LOOK_UP: Duration = Duration::from_millis(200);

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
    let (jobs, is_stopped) = (Mutex::new(jobs), AtomicBool::new(false));
    // Not waited for when the run ends early: it may be reading from a pipe into which nothing comes.
    let reader = thread::spawn(move || read_all(reading, &rooms, &job_sender));
    let is_complete = thread::scope(|scope| {
        for _ in 0..workers {
            let (done_sender, pool) = (done_sender.clone(), pool.clone());
            let next = || next_job(&jobs, &is_stopped);
            scope.spawn(move || work(Worker::new(shelf, treatment), next, &done_sender, &pool));
        }
        drop(done_sender);
        let is_complete = in_order(&done, receiver, &room_sender);
        is_stopped.store(true, Ordering::Relaxed);
        is_complete
    });
    if let Some(Err(panic)) = is_complete.then(|| reader.join()) {
        std::panic::resume_unwind(panic);
    }
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

/// The next job; none when all is read or the run is stopped.
fn next_job(jobs: &Mutex<Receiver<Job>>, is_stopped: &AtomicBool) -> Option<Job> {
    while !is_stopped.load(Ordering::Relaxed) {
        let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.recv_timeout(LOOK_UP) {
            Ok(job) => return Some(job),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}

fn work(mut worker: Worker, next: impl Fn() -> Option<Job>, done: &Sender<Done>, pool: &BatchPool) {
    while let Some(Job { number, found, room: mut finished }) = next() {
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

/// Hands on what is done in the order of the input; what is early waits. False if the receiver ended the run.
fn in_order(done: &Receiver<Done>, receiver: &mut impl Receive, rooms: &Sender<Finished>) -> bool {
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
                return false;
            }
            finished.clear();
            // The reader is gone when all is read.
            let _ = rooms.send(finished);
        }
    }
    true
}
