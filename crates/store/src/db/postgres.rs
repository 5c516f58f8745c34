//! Opens a PostgreSQL database: one pool, and a connection of its own that listens for wakings.
//!
//! Refuses to know tables. Start at [`open`]; [`listen`] runs as long as the database is open.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, Pool, Postgres, Transaction};
use tokio::time::timeout;

use super::address::DatabaseOptions;
use super::error::{DbError, Place, sort};
use super::watch::{Bells, CHANNEL, Topic};

/// A connection that lay unused for longer is asked whether it is still alive before it is used.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
/// How long a connection may take to say that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// After the listening connection broke: how long to wait before the next try.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);
/// How long the listening connection may hear nothing before it asks whether the server is still there.
const LISTEN_CHECK: Duration = Duration::from_secs(60);

/// Opens the pool; fails when the server cannot be reached or refuses.
pub(super) async fn open(
    place: &Place,
    at: &PgConnectOptions,
    options: &DatabaseOptions,
) -> Result<Pool<Postgres>, DbError> {
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.patience)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < TRUSTED_IDLE || is_alive(connection).await) })
        })
        .after_release(|connection, _| {
            // Without a limit of its own, a connection whose server vanished would hold its place for minutes.
            Box::pin(async move {
                if is_alive(connection).await { Ok(true) } else { Err(sqlx::Error::PoolTimedOut) }
            })
        })
        .connect_lazy_with(connect_options(at, options));
    match pool.acquire().await {
        Ok(_) => Ok(pool),
        Err(error) => Err(unconnected(place, &pool, error)),
    }
}

/// An error on the way to a connection. The pool keeps trying while a server refuses connections, and then only
/// says that time ran out: if not all places were taken, the server was out of reach.
pub(super) fn unconnected(place: &Place, pool: &Pool<Postgres>, error: sqlx::Error) -> DbError {
    match error {
        sqlx::Error::PoolTimedOut if pool.size() < pool.options().get_max_connections() => {
            DbError::Unreachable {
                place: place.clone(),
                reason: format!("no answer within {} s", pool.options().get_acquire_timeout().as_secs()),
            }
        }
        other => sort(place, "connect", other),
    }
}

/// Begins a transaction. A connection that died since it was last used costs nothing but another try: nothing
/// was asked on it yet.
pub(super) async fn begin(
    pool: &Pool<Postgres>,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tries = pool.options().get_max_connections();
    loop {
        match pool.begin_with(statement).await {
            Err(error) if tries > 0 && is_lost(&error) => tries -= 1,
            done => return done,
        }
    }
}

/// Whether the connection itself ended: by the network, or by an administrator (SQLSTATE 57P01).
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => error.code().as_deref() == Some("57P01"),
        _ => false,
    }
}

async fn is_alive(connection: &mut PgConnection) -> bool {
    matches!(timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(())))
}

fn connect_options(at: &PgConnectOptions, options: &DatabaseOptions) -> PgConnectOptions {
    let milliseconds = |time: Duration| time.as_millis().to_string();
    at.clone().application_name("hearth").options([
        // A writer that waits for the head's lock gives up with a clear error, not never.
        ("lock_timeout", milliseconds(options.patience)),
        ("statement_timeout", milliseconds(options.statement_limit)),
        // A process that stands still with the lock in its hand loses it.
        ("idle_in_transaction_session_timeout", milliseconds(options.silence_limit)),
        ("tcp_keepalives_idle", "30".to_owned()),
        ("tcp_keepalives_interval", "10".to_owned()),
        ("tcp_keepalives_count", "3".to_owned()),
    ])
}

/// Rings this process's bells for whatever any process committed. Runs until it is aborted.
pub(super) async fn listen(at: Arc<PgConnectOptions>, bells: Arc<Bells>) {
    loop {
        if let Err(error) = listen_once(&at, &bells).await {
            tracing::debug!(%error, "the connection that listens for wakings broke");
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}

/// Listens until the connection breaks.
async fn listen_once(at: &PgConnectOptions, bells: &Bells) -> Result<(), sqlx::Error> {
    // Outside the pool: it must not take the place of a connection that works.
    let own = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let mut listener = PgListener::connect_with(&own.connect_lazy_with(at.clone())).await?;
    listener.listen(CHANNEL).await?;
    // What was said while nobody listened was missed.
    bells.ring_all();
    loop {
        match timeout(LISTEN_CHECK, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => match Topic::from_name(notification.payload()) {
                Some(topic) => bells.ring(topic),
                None => tracing::debug!(payload = notification.payload(), "a waking of a newer program"),
            },
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            // A server that vanished says nothing at all.
            Err(_) => {
                let question = sqlx::query("SELECT 1").execute(&mut listener);
                timeout(SIGN_OF_LIFE, question).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
            }
        }
    }
}
