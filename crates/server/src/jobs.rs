//! The worker: claims jobs that any process may do, does them, and holds them while it works.
//!
//! A job that fails is tried again later; one whose worker dies is claimed by another when its time is over. Told to stop,
//! a worker finishes what it is at, or lets go of it so that another has it at once. Refuses to know what a job does
//! ([`crate::app`] does). Start at [`work`].

use crate::app::genomes::GenomeError;
use crate::app::genomes::assign_job::ASSIGN;
use crate::app::genomes::bring::ANALYSE_DRAFT;
use crate::app::genomes::clear_job::CLEAR_DRAFT;
use crate::app::genomes::opening::OPEN_REST;
use crate::app::{App, upkeep};
use hearth_store::db::Topic;
use hearth_store::failpoint;
use hearth_store::jobs::{self, Claimed};
use hearth_store::random;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tracing::Instrument as _;

/// For so long a claim holds: so long a job lies still when its worker died.
const CLAIM_MS: i64 = 20_000;
/// So often a claim is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// So often a job may end its worker before it is given up: the machine's memory may be too small for it.
const DEATHS_MOST: i64 = 10;
/// So often a worker looks for work although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Does jobs and clears what nobody needs until `stop`; what it is at then it finishes within `patience`, or lets go of it.
pub async fn work(app: App, stop: impl Future<Output = ()>, patience: Duration) {
    tokio::select! {
        () = do_jobs(app.clone(), stop, patience) => {}
        () = upkeep::for_ever(&app) => {}
    }
}

async fn do_jobs(app: App, stop: impl Future<Output = ()>, patience: Duration) {
    let mut stop = std::pin::pin!(stop);
    let name = name();
    if let Err(error) = app.genomes().ask_to_assign(app.now()).await {
        tracing::warn!(error = %error, "whether packs changed could not be looked up; the next start does");
    }
    let mut watch = app.store.database().watch(Topic::Jobs, LOOK_EVERY);
    loop {
        let wait = match jobs::claim(app.store.database(), &name, app.now(), CLAIM_MS).await {
            Ok(Some(job)) => {
                failpoint::pass("work.after-claim");
                if is_told_during(&app, &job, stop.as_mut(), patience).await {
                    return;
                }
                continue;
            }
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(error = %error, "no job could be claimed");
                Some(LOOK_EVERY)
            }
        };
        let waited = async {
            match wait {
                Some(time) => tokio::time::sleep(time).await,
                None => {
                    watch.changed().await;
                }
            }
        };
        tokio::select! {
            () = waited => {}
            () = stop.as_mut() => return,
        }
    }
}

/// A name that no other worker has, on whatever machine it runs.
fn name() -> String {
    let own = random::bytes::<8>().map_or(0, u64::from_le_bytes);
    format!("{}-{own:016x}", std::process::id())
}

/// Does a job. Whether the worker was told to stop meanwhile.
async fn is_told_during(
    app: &App,
    job: &Claimed,
    stop: Pin<&mut impl Future<Output = ()>>,
    patience: Duration,
) -> bool {
    let span = tracing::debug_span!("job", job.sort = job.sort.as_str(), job.attempts = job.attempts);
    let mut doing = std::pin::pin!(one(app, job).instrument(span));
    tokio::select! {
        () = doing.as_mut() => return false,
        () = stop => {}
    }
    if tokio::time::timeout(patience, doing).await.is_err() {
        tracing::info!(job = %job.id, "a job is let go of: another worker begins it again");
        if let Err(error) = jobs::let_go(app.store.database(), job).await {
            tracing::warn!(%error, "a job could not be let go; its claim runs out");
        }
    }
    true
}

/// One job, held until it is done.
async fn one(app: &App, job: &Claimed) {
    let outcome = tokio::select! {
        outcome = done(app, job) => outcome,
        () = held(app, job) => {
            tracing::warn!(job = %job.id, "another worker has this job now");
            return;
        }
    };
    if outcome.is_ok() {
        tracing::info!(job = %job.id, sort = %job.sort, "a job is done");
    }
    if let Err(error) = outcome {
        tracing::warn!(job = %job.id, sort = %job.sort, error = %error, "a job failed; it is tried again");
        let told = jobs::failed(app.store.database(), job, &error.to_string(), app.now()).await;
        if let Err(error) = told {
            tracing::warn!(error = %error, "a failed job could not be let go; its claim runs out");
        }
    }
}

async fn done(app: &App, job: &Claimed) -> Result<(), GenomeError> {
    // No try of it ever came to an end: each ended the process.
    let is_deadly = job.attempts >= DEATHS_MOST && job.failure.is_empty();
    match job.sort.as_str() {
        ANALYSE_DRAFT if is_deadly => {
            tracing::error!(job = %job.id, "a job ended its worker each time and is given up");
            app.genomes().give_up(job).await
        }
        ANALYSE_DRAFT => app.genomes().analyse_draft(job, app.now()).await,
        OPEN_REST => app.genomes().open_rest(job, &|| app.now()).await,
        ASSIGN => app.genomes().assign_again(job, &|| app.now()).await,
        CLEAR_DRAFT => app.genomes().clear_draft(job).await,
        other => Err(GenomeError::Fault(format!("this program knows no jobs of the sort {other:?}"))),
    }
}

/// Renews a claim; returns when somebody else has the job.
async fn held(app: &App, job: &Claimed) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if matches!(jobs::hold(app.store.database(), job, app.now(), CLAIM_MS).await, Ok(false)) {
            return;
        }
    }
}
