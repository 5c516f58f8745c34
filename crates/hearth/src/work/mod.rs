//! `hearth work`: a process without pages that does the work which nobody waits for, beside any number of others.
//!
//! It claims jobs in the database that it shares with the servers; any of them may be killed, and another has its job a
//! little later. Refuses the embedded database, which one process has alone. Start at [`run`].

use crate::serve::stop::{Stop, notify};
use crate::serve::{self, settings};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use hearth_server::config::Config;
use hearth_server::http::Watching;
use hearth_server::jobs;
use hearth_store::log::heads;
use hearth_store::log::keys::KeyFolder;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Do the work of servers that share a database (analyses), until told to stop
#[derive(Args, Clone, Debug)]
pub struct WorkFlags {
    /// Folder that the servers keep things in, where it is shared with this process
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File of settings, the same as the servers'
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address of /health, /ready and /metrics of this process; without it, none
    #[arg(long, value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
}

/// Runs `hearth work`.
///
/// # Errors
/// Whatever keeps it from beginning.
pub fn run(flags: &WorkFlags) -> Result<()> {
    let config = settings::read(flags.config.as_deref(), |config| {
        if let Some(data) = &flags.data {
            config.set_folder(data);
        }
    })?;
    if config.is_alone() {
        bail!(
            "the embedded database belongs to one process: `hearth serve` does this work itself. For several processes \
             set data.database_url to a PostgreSQL database"
        );
    }
    let tracing = settings::begin_log(&config)?;
    serve::run_to_the_end(settings::Tracing::around(tracing, work(config, flags.admin_listen)))
}

async fn work(config: Config, admin: Option<SocketAddr>) -> Result<()> {
    let app = serve::open(config).await?;
    let stop = Stop::new()?;
    let mut out = io::stdout();
    let watching = match admin {
        None => None,
        Some(address) => {
            let watching = Watching::bind(app.clone(), address).await?;
            let address = watching.address()?;
            writeln!(out, "Health, readiness and metrics are at http://{address}")?;
            Some(tokio::spawn(watching.run(stop.told())))
        }
    };
    writeln!(out, "Hearth works for the log {}", app.store.head().await?.origin)?;
    out.flush()?;
    // A process that holds the log's key signs heads as the servers do: the same ones.
    let folder = KeyFolder::new(app.config.data.folder.join(hearth_store::backup::KEYS));
    let has_key = !app.config.data.folder.as_os_str().is_empty()
        && folder.read().context("the log's key cannot be read")?.is_some();
    let every = Duration::from_secs(app.config.ledger.head_every_s);
    let heads =
        has_key.then(|| tokio::spawn(heads::keep_publishing(app.store.clone(), folder.clone(), every)));
    let patience = Duration::from_secs(app.config.times.stop_s);
    let working = jobs::work(app.clone(), stop.told(), patience);
    notify("READY=1");
    tokio::join!(stop.wait(), working);
    if let Some(watching) = watching {
        // It was told too, and has its own patience.
        let _ = watching.await;
    }
    if let Some(heads) = heads {
        heads.abort();
    }
    app.store.database().close().await;
    Ok(())
}
