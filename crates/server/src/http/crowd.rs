//! How many connections each address holds, so that one cannot take all places of the others.
//!
//! This machine's own addresses are not counted: behind a proxy all connections come from there. Start at
//! [`Crowd::enter`].

use crate::app::accounts::network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Who is connected, by address; of IPv6, by the network that one customer has.
#[derive(Debug)]
pub(super) struct Crowd {
    most: u64,
    connected: Mutex<HashMap<IpAddr, u64>>,
}

/// One connection of an address, counted until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    /// Nobody yet, and so many of each address at most.
    pub(super) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, connected: Mutex::default() })
    }

    /// A place for one more connection of an address, if it may have one.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut connected = self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connected.entry(address).or_default();
        if *count >= self.most && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut connected = self.crowd.connected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = connected.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                connected.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_takes_no_more_than_its_places() {
        let crowd = Crowd::new(2);
        let enter = |text: &str| crowd.enter(text.parse().expect("an address"));
        let (one, two) = (enter("192.0.2.1"), enter("192.0.2.1"));
        assert!(one.is_some() && two.is_some() && enter("192.0.2.1").is_none());
        assert!(enter("192.0.2.2").is_some(), "others are not touched");
        drop(one);
        assert!(enter("192.0.2.1").is_some(), "a place that was left is free");
        // One customer of IPv6 is one address; this machine is not counted.
        let held = (enter("2001:db8::1"), enter("2001:db8::2"));
        assert!(held.0.is_some() && held.1.is_some() && enter("2001:db8::3").is_none());
        let own: Vec<_> = (0..5).map(|_| enter("127.0.0.1")).collect();
        assert!(own.iter().all(Option::is_some));
        drop((two, held, own));
        assert!(crowd.connected.lock().expect("whole").is_empty(), "nothing is kept of who went");
    }
}
