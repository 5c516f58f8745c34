//! Requests that come when they are due, whether or not those before were answered; and how long each waited.
//!
//! The time of an answer is counted from when its request was due, so that waiting for a free connection counts too.
//! Start at [`run`].

use anyhow::{Result, ensure};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Requests under way at the same time at most.
const CONNECTIONS: usize = 48;

/// Who sends requests over a connection of their own.
pub trait Sender: Send {
    /// Sends the request with a number and reads its answer. Gives the sort of the request and the answer's bytes.
    fn send(&mut self, number: u64) -> Result<(usize, u64)>;
}

/// How long answers took, in milliseconds, by sort, in no order.
#[derive(Default)]
pub struct Waited {
    all: Vec<(usize, f64)>,
    /// Bytes of all answers.
    pub bytes: u64,
    /// From the first request to the last answer.
    pub took_s: f64,
}

impl Waited {
    /// Adds another run behind this one.
    pub fn add(&mut self, other: Self) {
        self.all.extend(other.all);
        self.bytes += other.bytes;
        self.took_s += other.took_s;
    }

    /// How many answers.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The time within which a share of the answers of a sort came, in milliseconds; of all sorts for none.
    pub fn within_ms(&self, share: f64, sort: Option<usize>) -> f64 {
        let mut own: Vec<f64> = self
            .all
            .iter()
            .filter(|(one, _)| sort.is_none_or(|sort| sort == *one))
            .map(|(_, ms)| *ms)
            .collect();
        own.sort_by(f64::total_cmp);
        let at = ((own.len() as f64 * share) as usize).min(own.len().saturating_sub(1));
        own.get(at).copied().unwrap_or(f64::NAN)
    }
}

/// Sends so many requests, so many a second.
pub fn run<S: Sender>(rate: f64, requests: u64, sender: impl Fn(usize) -> S + Sync) -> Result<Waited> {
    let next = AtomicU64::new(0);
    let (all, failed) = (Mutex::new(Waited::default()), Mutex::new(Vec::new()));
    let began = Instant::now() + Duration::from_millis(100);
    thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (next, all, failed, sender) = (&next, &all, &failed, &sender);
            scope.spawn(move || {
                let mut sender = sender(connection);
                let (mut own, mut bytes) = (Vec::new(), 0);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= requests {
                        break;
                    }
                    let due = began + Duration::from_secs_f64(number as f64 / rate);
                    thread::sleep(due.saturating_duration_since(Instant::now()));
                    match sender.send(number) {
                        Ok((sort, length)) => {
                            own.push((sort, due.elapsed().as_secs_f64() * 1e3));
                            bytes += length;
                        }
                        Err(error) => {
                            failed
                                .lock()
                                .unwrap_or_else(|error| error.into_inner())
                                .push(format!("{error:#}"));
                        }
                    }
                }
                let mut all = all.lock().unwrap_or_else(|error| error.into_inner());
                all.all.append(&mut own);
                all.bytes += bytes;
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(|error| error.into_inner());
    ensure!(failed.is_empty(), "{} requests failed, among them: {}", failed.len(), failed[0]);
    let mut waited = all.into_inner().unwrap_or_else(|error| error.into_inner());
    waited.took_s = began.elapsed().as_secs_f64();
    Ok(waited)
}
