//! Waking those who follow: "the ledger grew", "a job is there".
//!
//! Within a process by a counter, between processes by PostgreSQL's NOTIFY, and in any case by looking again
//! after a while. A waking says "look", never what there is to see. Start at [`Watch::changed`].

use std::time::Duration;

use tokio::sync::watch;

/// The channel of PostgreSQL that all topics share.
pub(super) const CHANNEL: &str = "hearth";

/// What can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The ledger has new entries.
    Ledger,
    /// A job waits to be done.
    Jobs,
}

impl Topic {
    const ALL: [Self; 2] = [Self::Ledger, Self::Jobs];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Jobs => "jobs",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// Why a waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Somebody said that there is something new.
    Told,
    /// Nobody said anything for as long as one may rely on that: look anyway.
    Poll,
}

/// One counter for each topic.
pub(super) struct Bells([watch::Sender<u64>; 2]);

impl Bells {
    pub(super) fn new() -> Self {
        Self([watch::Sender::new(0), watch::Sender::new(0)])
    }

    fn of(&self, topic: Topic) -> &watch::Sender<u64> {
        &self.0[topic as usize]
    }

    pub(super) fn ring(&self, topic: Topic) {
        self.of(topic).send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(super) fn ring_all(&self) {
        Topic::ALL.into_iter().for_each(|topic| self.ring(topic));
    }

    pub(super) fn watch(&self, topic: Topic, poll_every: Duration) -> Watch {
        Watch { bell: self.of(topic).subscribe(), poll_every }
    }
}

/// Waits for one topic.
pub struct Watch {
    bell: watch::Receiver<u64>,
    poll_every: Duration,
}

impl Watch {
    /// Returns when something new was told since the last return, or after a while in any case.
    pub async fn changed(&mut self) -> Wake {
        match tokio::time::timeout(self.poll_every, self.bell.changed()).await {
            Ok(Ok(())) => Wake::Told,
            Ok(Err(_)) => {
                // The database was closed: nothing will ever ring again.
                tokio::time::sleep(self.poll_every).await;
                Wake::Poll
            }
            Err(_) => Wake::Poll,
        }
    }
}
