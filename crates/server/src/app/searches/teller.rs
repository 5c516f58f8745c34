//! Tells the owners of saved searches what is new, as the index learns it.
//!
//! A round looks at every channel that is due; what is new since its owner was told goes out under a name that was kept
//! before, and the channel moves on once it was taken. So a process that dies loses nothing, another sends the same message
//! again, and no two send at once. Runs beside the index, in `hearth serve`. Start at [`tell`].

use super::news::{self, News, NewsError};
use super::{mail, payload, present, scope_of, webhook};
use crate::app::{App, Problem};
use futures::StreamExt as _;
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_store::db::Topic;
use hearth_store::random;
use hearth_store::searches::channel::{self, Channel, Message, Open, Sort};
use hearth_store::searches::delivery::{self, Delivery};
use hearth_store::searches::{Moment, mail as addresses};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So often it looks although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// For so long a channel is held; a message takes less.
const HELD_MS: i64 = 120_000;
/// Channels that are told at the same moment.
const AT_ONCE: usize = 8;
/// Seconds between tries that failed; after the last, nothing is tried any more.
const WAITS_S: [i64; 10] = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// After so long without news a channel moves on, so that the next question is about less.
const MOVE_ON_MS: i64 = 3_600_000;
/// So long mail waits for an address that is not verified.
const UNVERIFIED_MS: i64 = 600_000;
const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// What tells, and what it knows already.
pub struct Teller {
    app: App,
    /// A name that no other has.
    name: String,
    /// Up to where there was nothing to tell.
    quiet: Mutex<HashMap<(RecordId, Sort), Moment>>,
}

/// Tells for ever.
pub async fn tell(app: App) {
    let mut watch = app.store.database().watch(Topic::Ledger, LOOK_EVERY);
    let Ok(teller) = Teller::new(app) else { return };
    loop {
        if let Err(problem) = teller.round().await {
            tracing::warn!(%problem, "owners of saved searches could not be told; it is tried again");
        }
        // The index learns of an entry a little after the ledger has it.
        tokio::time::sleep(Duration::from_millis(200)).await;
        watch.changed().await;
    }
}

impl Teller {
    /// A teller of this process.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new(app: App) -> Result<Self, Problem> {
        let own = u64::from_le_bytes(random::bytes::<8>()?);
        Ok(Self { app, name: format!("{}-{own:016x}", std::process::id()), quiet: Mutex::default() })
    }

    /// Looks at every channel once. Says how many messages were taken.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn round(&self) -> Result<u64, Problem> {
        if !self.app.indexes.is_caught_up() {
            return Ok(0);
        }
        let now = present(&self.app);
        let open = channel::open(&mut *self.app.store.read().await?, now.at).await?;
        let told = futures::stream::iter(open).map(|open| async move {
            self.look(&open, now).await.unwrap_or_else(|problem| {
                tracing::warn!(search = %open.search.id, %problem, "a saved search could not be told");
                false
            })
        });
        let told: Vec<bool> = told.buffer_unordered(AT_ONCE).collect().await;
        Ok(told.into_iter().map(u64::from).sum())
    }

    /// Tells what is new of one channel, if anything is. Says whether it was taken.
    async fn look(&self, open: &Open, now: Moment) -> Result<bool, Problem> {
        let channel = &open.channel;
        // This process's index is behind the one that told last.
        if channel.told.size > now.size || self.is_quiet(channel, now) {
            return Ok(false);
        }
        let until = channel.message.map_or(now, |message| message.until);
        let mut read = self.app.store.read().await?;
        let person = open.search.person;
        let Some(scope) = scope_of(&mut read, person, now.at).await? else { return Ok(false) };
        let Some(then) = scope_of(&mut read, person, channel.told.at).await? else { return Ok(false) };
        drop(read);
        let news = match news::of(&self.app, &open.search, (&scope, &then), (channel.told, until)).await {
            Ok(news) => news,
            Err(NewsError::Failed(problem)) => return Err(problem),
            Err(NewsError::Unaskable(text)) => {
                let text = format!("the question cannot be asked any more: {text}");
                return self.keep_failure(channel, None, (0, text), true).await.map(|()| false);
            }
        };
        if news.count() == 0 {
            return self.nothing(channel, until, now).await.map(|()| false);
        }
        let fresh = || Ok::<_, Problem>(Message { id: RecordId::from_bytes(random::bytes()?), until });
        let message = channel.message.map_or_else(fresh, Ok)?;
        if !self.may_send(open, now.at).await? {
            return Ok(false);
        }
        let database = self.app.store.database();
        if !channel::claim(database, channel, &message, &self.name, (now.at, HELD_MS)).await? {
            return Ok(false);
        }
        let sent = self.send(open, &message, &news).await;
        self.keep(channel, &message, &news, sent).await
    }

    fn is_quiet(&self, channel: &Channel, now: Moment) -> bool {
        if channel.message.is_some() || channel.is_daily {
            return false;
        }
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = quiet.get(&(channel.search, channel.sort)) else { return false };
        let is_long = channel.told.at.plus_ms(MOVE_ON_MS) < now.at;
        let is_moved = channel.told.at > last.at || channel.told.size > last.size;
        !is_long
            && !is_moved
            && last.size == now.size
            && !self.app.indexes.is_opened_between(last.at.unix_ms(), now.at.unix_ms())
    }

    /// There was nothing to tell up to a moment.
    async fn nothing(&self, channel: &Channel, until: Moment, now: Moment) -> Result<(), Problem> {
        let is_long = channel.told.at.plus_ms(MOVE_ON_MS) < now.at;
        if channel.message.is_some() || channel.is_daily || is_long {
            let due =
                if channel.is_daily { next_day(now.at, self.app.config.mail.daily_hour) } else { now.at };
            let mut tx = self.app.store.database().begin_write().await?;
            channel::pass(&mut tx, channel, until, (now.at, due)).await?;
            tx.commit().await?;
        }
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.insert((channel.search, channel.sort), until);
        Ok(())
    }

    /// Whether a mail can go out now: to an address that was verified, and not too many on a day.
    async fn may_send(&self, open: &Open, now: UtcTime) -> Result<bool, Problem> {
        if open.channel.sort != Sort::Mail {
            return Ok(true);
        }
        let (database, person) = (self.app.store.database(), open.search.person);
        let address = addresses::of_person(&mut *self.app.store.read().await?, person).await?;
        let is_open =
            self.app.config.mail.server.is_some() && address.is_some_and(|address| address.is_verified);
        let mut tx = database.begin_write().await?;
        if !is_open {
            channel::wait(&mut tx, &open.channel, now.plus_ms(UNVERIFIED_MS)).await?;
            tx.commit().await?;
            return Ok(false);
        }
        let day = now.date().to_string();
        let is_counted = addresses::count(&mut tx, person, &day, self.app.config.mail.a_day_most).await?;
        if !is_counted {
            // What is new then is told in one mail.
            channel::wait(&mut tx, &open.channel, next_day(now, self.app.config.mail.daily_hour)).await?;
        }
        tx.commit().await?;
        Ok(is_counted)
    }

    async fn send(&self, open: &Open, message: &Message, news: &News) -> Result<String, webhook::Refused> {
        let id = format!("msg_{}", message.id);
        let (app, search, channel) = (&self.app, &open.search, &open.channel);
        match channel.sort {
            Sort::Webhook => {
                let body = payload::payload(app, search, (channel.told, message.until), news);
                let message = webhook::Message { id: &id, body: &body };
                let is_own = app.config.tell.webhooks_to_own_network;
                webhook::send(&channel.address, &channel.secret, &message, app.now(), is_own).await
            }
            Sort::Mail => mail::news(app, open, &id, news).await,
        }
    }

    /// Writes down what became of a message. Says whether it was taken.
    async fn keep(
        &self,
        channel: &Channel,
        message: &Message,
        news: &News,
        sent: Result<String, webhook::Refused>,
    ) -> Result<bool, Problem> {
        let refused = match sent {
            Ok(outcome) => {
                let now = self.app.now();
                let hour = self.app.config.mail.daily_hour;
                let due = if channel.is_daily { next_day(now, hour) } else { now };
                let mut tx = self.app.store.database().begin_write().await?;
                if !channel::told(&mut tx, channel, &self.name, message.until, due).await? {
                    return Ok(false);
                }
                let tried = Delivery {
                    tried: now,
                    message: message.id,
                    things: news.count(),
                    is_done: true,
                    outcome,
                };
                delivery::keep(&mut tx, channel.search, channel.sort, &tried).await?;
                tx.commit().await?;
                return Ok(true);
            }
            Err(refused) => refused,
        };
        let (things, text) = (news.count(), refused.text);
        self.keep_failure(channel, Some(message), (things, text), refused.is_final).await?;
        Ok(false)
    }

    async fn keep_failure(
        &self,
        channel: &Channel,
        message: Option<&Message>,
        (things, outcome): (u64, String),
        is_final: bool,
    ) -> Result<(), Problem> {
        let now = self.app.now();
        let wait_s = WAITS_S.get(channel.failures as usize).filter(|_| !is_final);
        let due = now.plus_ms(wait_s.copied().unwrap_or(0) * 1000);
        let stopped = if wait_s.is_some() { "" } else { outcome.as_str() };
        let mut tx = self.app.store.database().begin_write().await?;
        let Some(message) = message else {
            // Nobody holds it: there was nothing to send.
            channel::stop(&mut tx, channel, stopped).await?;
            return Ok(tx.commit().await?);
        };
        if !channel::failed(&mut tx, channel, &self.name, due, stopped).await? {
            return Ok(());
        }
        let tried = Delivery { tried: now, message: message.id, things, is_done: false, outcome };
        delivery::keep(&mut tx, channel.search, channel.sort, &tried).await?;
        Ok(tx.commit().await?)
    }
}

/// The next time of day at which what is told once a day is sent.
pub(super) fn next_day(now: UtcTime, hour: u64) -> UtcTime {
    let today = UtcTime::start_of(now.date()).plus_ms(i64::try_from(hour).unwrap_or(0) * HOUR_MS);
    if today > now { today } else { today.plus_ms(DAY_MS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_once_a_day_waits_for_its_hour() {
        let check = |now: &str, expected: &str| {
            let [now, expected] = [now, expected].map(|text| text.parse::<UtcTime>().expect("a time"));
            assert_eq!(next_day(now, 6), expected);
        };
        check("2026-11-23T05:59:59.999Z", "2026-11-23T06:00:00.000Z");
        check("2026-11-23T06:00:00.000Z", "2026-11-24T06:00:00.000Z");
        check("2026-12-31T23:00:00.000Z", "2027-01-01T06:00:00.000Z");
    }
}
