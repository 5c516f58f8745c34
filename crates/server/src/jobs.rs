//! The worker: claims jobs that any process may do, does them, and holds them while it works.
//!
//! A job that fails is tried again later; one whose worker dies is claimed by another when its time is over. Refuses to
//! know what a job does ([`crate::app`] does). Start at [`work`].

use crate::app::genomes::GenomeError;
use crate::app::genomes::bring::ANALYSE_DRAFT;
use crate::app::{App, upkeep};
use hearth_store::StoreError;
use hearth_store::db::Topic;
use hearth_store::jobs::{self, Claimed};
use std::future::Future;
use std::time::Duration;

/// For so long a claim holds.
const CLAIM_MS: i64 = 60_000;
/// So often a claim is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(15);
/// So often a worker looks for work although nobody told it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Does jobs until `stop`; one that is being done is left to be claimed again.
pub async fn work(app: App, name: String, stop: impl Future<Output = ()>) {
    tokio::select! {
        () = stop => {}
        () = for_ever(&app, &name) => {}
        () = upkeep::for_ever(&app) => {}
    }
}

async fn for_ever(app: &App, name: &str) {
    let mut watch = app.store.database().watch(Topic::Jobs, LOOK_EVERY);
    loop {
        match jobs::claim(app.store.database(), name, app.now(), CLAIM_MS).await {
            Ok(Some(job)) => one(app, name, &job).await,
            Ok(None) => {
                watch.changed().await;
            }
            Err(error) => {
                tracing::warn!(error = %error, "no job could be claimed");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// One job, held until it is done.
async fn one(app: &App, name: &str, job: &Claimed) {
    let outcome = tokio::select! {
        outcome = done(app, job) => outcome,
        () = held(app, name, job) => {
            tracing::warn!(job = %job.id, "another worker has this job now");
            return;
        }
    };
    if let Err(error) = outcome {
        tracing::warn!(job = %job.id, sort = %job.sort, error = %error, "a job failed; it is tried again");
        let told = jobs::failed(app.store.database(), job, &error.to_string(), app.now()).await;
        if let Err(error) = told {
            tracing::warn!(error = %error, "a failed job could not be let go; its claim runs out");
        }
    }
}

async fn done(app: &App, job: &Claimed) -> Result<(), GenomeError> {
    match job.sort.as_str() {
        ANALYSE_DRAFT => app.genomes().analyse_draft(job, app.now()).await,
        other => Err(GenomeError::Fault(format!("this program knows no jobs of the sort {other:?}"))),
    }
}

/// Renews a claim; returns when somebody else has the job.
async fn held(app: &App, name: &str, job: &Claimed) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let held: Result<bool, StoreError> =
            jobs::hold(app.store.database(), job, name, app.now(), CLAIM_MS).await;
        if matches!(held, Ok(false)) {
            return;
        }
    }
}
