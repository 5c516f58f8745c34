//! The gate before passwords: who has to wait, and how many are checked at once.
//!
//! Wrong passwords are counted for a name together with an address, for a name, and for an address; past a number of
//! them, each further one has to wait twice as long. So one address cannot lock a name out for all others before it has
//! tried ten times as often. What is remembered is bounded. It is kept in memory: several processes count apart. Refuses
//! to know passwords. Start at [`Gate::pass`].

use crate::app::Problem;
use crate::config::sections::Accounts;
use hearth_base::digest::Digest;
use hearth_base::time::UtcTime;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Names and addresses that are remembered.
const REMEMBERED: usize = 30_000;
/// Wrong passwords are forgotten after so long: a day.
const FORGOTTEN_MS: i64 = 24 * 3_600_000;

/// Who may try to sign in now.
pub struct Gate {
    tries: Mutex<HashMap<[u8; 16], Tries>>,
    attempts_free: u64,
    wait_most_s: u64,
    hashing: Semaphore,
    waiting: AtomicU64,
    waiting_most: u64,
}

#[derive(Clone, Copy)]
struct Tries {
    wrong: u64,
    until: i64,
    last: i64,
}

impl Gate {
    /// A gate that nobody tried yet.
    pub fn new(settings: &Accounts) -> Self {
        Self {
            tries: Mutex::new(HashMap::new()),
            attempts_free: settings.attempts_free,
            wait_most_s: settings.wait_most_s,
            hashing: Semaphore::new(usize::try_from(settings.hashings_at_once).unwrap_or(1).min(1024)),
            waiting: AtomicU64::new(0),
            waiting_most: settings.hashings_waiting,
        }
    }

    /// Whether somebody may try now; if so, it counts as a wrong one until [`Gate::was_right`].
    ///
    /// # Errors
    /// Says how long to wait.
    pub fn pass(&self, login: &str, address: IpAddr, now: UtcTime) -> Result<(), Problem> {
        let now = now.unix_ms();
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let doors = self.doors(login, address);
        let until = doors.iter().filter_map(|(key, _)| tries.get(key)).map(|tries| tries.until).max();
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(Problem::TooMany((until - now).unsigned_abs().div_ceil(1000)));
        }
        for (key, free) in doors {
            if tries.len() >= REMEMBERED && !tries.contains_key(&key) {
                make_room(&mut tries, now);
            }
            let entry = tries.entry(key).or_insert(Tries { wrong: 0, until: 0, last: now });
            if entry.last + FORGOTTEN_MS < now {
                entry.wrong = 0;
            }
            entry.wrong += 1;
            entry.last = now;
            if entry.wrong >= free {
                let doubled = 1u64.checked_shl((entry.wrong - free).min(40) as u32).unwrap_or(u64::MAX);
                entry.until = now + doubled.min(self.wait_most_s) as i64 * 1000;
            }
        }
        Ok(())
    }

    /// Forgets the wrong ones of a name: the password was right.
    pub fn was_right(&self, login: &str, address: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let [both, name, from] = self.doors(login, address);
        tries.remove(&both.0);
        tries.remove(&name.0);
        // An address may have tried other names too: only this try is taken back.
        if let Some(entry) = tries.get_mut(&from.0) {
            entry.wrong = entry.wrong.saturating_sub(1);
            entry.until = 0;
        }
    }

    /// Waits for a turn to hash.
    ///
    /// # Errors
    /// When too many wait already.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        let busy = || Problem::Unavailable {
            text: "too many people are signing in at this moment".to_owned(),
            wait_s: 5,
        };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.waiting_most {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(busy());
        }
        let leaving = Leaving(&self.waiting);
        let permit = self.hashing.acquire().await.map_err(|_| busy())?;
        drop(leaving);
        Ok(permit)
    }

    fn doors(&self, login: &str, address: IpAddr) -> [([u8; 16], u64); 3] {
        let address = network(address);
        let free = self.attempts_free;
        [
            (key(&format!("both\n{address}\n{login}")), free),
            (key(&format!("name\n{login}")), free.saturating_mul(10)),
            (key(&format!("from\n{address}")), free.saturating_mul(10)),
        ]
    }
}

/// Counts somebody out who waited, also when they went away.
struct Leaving<'a>(&'a AtomicU64);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The address as it is counted: of IPv6, the network of 64 bits that one customer has.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let network = u128::from(six) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        four => four,
    }
}

fn key(text: &str) -> [u8; 16] {
    let digest = Digest::of(text.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest.as_bytes()[..16]);
    key
}

/// Forgets whoever does not wait; if all do, the half that waits least.
fn make_room(tries: &mut HashMap<[u8; 16], Tries>, now: i64) {
    tries.retain(|_, entry| entry.until > now);
    if tries.len() >= REMEMBERED {
        let mut ends: Vec<i64> = tries.values().map(|entry| entry.until).collect();
        let middle = ends.len() / 2;
        let (_, median, _) = ends.select_nth_unstable(middle);
        let median = *median;
        tries.retain(|_, entry| entry.until > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> UtcTime {
        UtcTime::from_unix_ms(1_000_000_000 + second * 1000)
    }

    #[test]
    fn each_wrong_password_makes_the_wait_longer() {
        let gate = Gate::new(&Accounts { attempts_free: 3, wait_most_s: 5, ..Accounts::default() });
        let home: IpAddr = "192.0.2.1".parse().expect("an address");
        let mut second = 0;
        for wait in [0, 0, 1, 2, 4, 5, 5] {
            assert_eq!(gate.pass("ada", home, at(second)), Ok(()), "at {second}");
            if wait > 0 {
                assert_eq!(gate.pass("ada", home, at(second)), Err(Problem::TooMany(wait)), "at {second}");
            }
            second += wait as i64;
        }
        let other = "192.0.2.2".parse().expect("an address");
        assert_eq!(gate.pass("ada", other, at(second)), Ok(()), "another address is not locked out");
        gate.was_right("ada", home);
        assert_eq!(gate.pass("ada", home, at(second)), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let gate = Gate::new(&Accounts { attempts_free: 1, ..Accounts::default() });
        for number in 0..40_000u32 {
            let address = IpAddr::V4(number.into());
            let _ = gate.pass(&format!("{number}"), address, at(0));
        }
        assert!(gate.tries.lock().expect("whole").len() <= REMEMBERED + 3);
    }

    #[test]
    fn one_customer_of_ipv6_is_one_address() {
        let check = |address: &str, expected: &str| {
            assert_eq!(network(address.parse().expect("an address")).to_string(), expected);
        };
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
        check("::ffff:192.0.2.1", "192.0.2.1");
    }
}
