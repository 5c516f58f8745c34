//! What the operator asks, on an address of its own: is it up, can it work, what was counted.
//!
//! Refuses to be reached from the public address: counts tell what is not released. Start at [`router`].

use super::site::Site;
use crate::app::Problem;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hearth_store::jobs;
use hearth_store::log::read::head;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use std::time::Duration;

/// The longest that a part may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_secs(5);

/// `/health`, `/ready` and `/metrics`.
pub(super) fn router(site: Site) -> Router {
    let router = Router::new().route("/health", get(|| async { "up\n" }));
    router.route("/ready", get(ready)).route("/metrics", get(metrics)).with_state(site)
}

async fn ready(State(site): State<Site>) -> Response {
    let database = async { site.app.store.head().await.map(|_| ()).map_err(|error| error.to_string()) };
    let blobs = async { site.app.blobs.self_test().await.map_err(|error| error.to_string()) };
    let late = |_| Err("no answer within 5 seconds".to_owned());
    let (database, blobs) = futures::join!(
        tokio::time::timeout(READY_WITHIN, database),
        tokio::time::timeout(READY_WITHIN, blobs)
    );
    let parts = [("database", database.unwrap_or_else(late)), ("blobs", blobs.unwrap_or_else(late))];
    let is_ready = parts.iter().all(|(_, outcome)| outcome.is_ok());
    let line = |(name, outcome): &(&str, Result<(), String>)| match outcome {
        Ok(()) => format!("{name}: ready\n"),
        Err(reason) => format!("{name}: {reason}\n"),
    };
    let text: String = parts.iter().map(line).collect();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, text).into_response()
}

async fn metrics(State(site): State<Site>) -> Response {
    let counted = async {
        let mut read = site.app.store.read().await?;
        Ok::<_, Problem>((head(&mut read).await?.size, jobs::count(&mut read, site.app.now()).await?))
    };
    let mut gauges = Vec::new();
    if let Ok((entries, jobs)) = counted.await {
        gauges.push(("hearth_log_entries", "Entries in the log.", entries));
        gauges.push(("hearth_jobs", "Jobs that are due or run.", jobs));
    }
    if let Some(bytes) = resident_bytes() {
        gauges.push(("process_resident_memory_bytes", "Memory of this process.", bytes));
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], site.metrics.written(&gauges)).into_response()
}

/// The memory of this process, where the system tells it.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? * 1024)
}
