//! `hearth serve` and `hearth config`: settings, the data folder, the server, until it is told to stop.
//!
//! Refuses to know what is served. Start at [`run`]; the settings are read in [`settings`], the folder is held by
//! [`folder`].

mod folder;
pub(crate) mod packs;
pub(crate) mod settings;
pub(crate) mod stop;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use folder::Held;
use hearth_server::app::accounts::set_up;
use hearth_server::app::refget::naming;
use hearth_server::app::searches::teller;
use hearth_server::app::{App, system_clock};
use hearth_server::app::{index, usage};
use hearth_server::config::Config;
use hearth_server::http::Serving;
use hearth_server::jobs;
use hearth_store::Store;
use hearth_store::blob::BlobStore;
use hearth_store::db::DatabaseOptions;
use hearth_store::log::heads;
use hearth_store::log::keys::KeyFolder;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use stop::{Stop, notify};
use tokio::task::JoinHandle;

/// Serve pages and API, until told to stop
#[derive(Args, Clone, Debug)]
pub struct ServeFlags {
    /// Folder of everything that is kept; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File of settings (`hearth config example` writes one)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address that people reach
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Address of /health, /ready and /metrics
    #[arg(long, value_name = "ADDR")]
    pub admin_listen: Option<SocketAddr>,
    /// Leave analyses to `hearth work` processes on the same database
    #[arg(long)]
    pub no_work: bool,
}

/// Look at the settings of a server
#[derive(Subcommand, Clone, Debug)]
pub enum ConfigCommand {
    /// Say what is wrong with the settings, or print what is in force
    Check {
        /// File of settings
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Folder of everything that is kept
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Write an example file with every setting and its meaning
    Example,
}

/// Runs `hearth config`.
///
/// # Errors
/// When the file cannot be read, or the output not be written.
pub fn configure(command: &ConfigCommand, out: &mut impl Write) -> Result<ExitCode> {
    match command {
        ConfigCommand::Example => out.write_all(Config::example().as_bytes())?,
        ConfigCommand::Check { config, data } => {
            let config = settings::read(config.as_deref(), |config| {
                if let Some(data) = data {
                    config.set_folder(data);
                }
            })?;
            out.write_all(config.in_force().as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `hearth serve`.
///
/// # Errors
/// Whatever keeps the server from beginning.
pub fn run(flags: &ServeFlags) -> Result<()> {
    run_prepared(flags, async |_| Ok(()))
}

/// The same, with something to be done before the first request is answered.
///
/// # Errors
/// Whatever keeps the server from beginning.
pub fn run_prepared(flags: &ServeFlags, prepare: impl AsyncFnOnce(App) -> Result<()>) -> Result<()> {
    let config = settings::read(flags.config.as_deref(), |config| {
        if let Some(data) = &flags.data {
            config.set_folder(data);
        }
        if let Some(listen) = flags.listen {
            config.server.listen = listen;
        }
        if let Some(listen) = flags.admin_listen {
            config.server.admin_listen = listen;
        }
        if flags.no_work {
            config.work.in_serve = false;
        }
    })?;
    ensure!(
        !config.data.folder.as_os_str().is_empty(),
        "the log's key needs a folder on every server: write data.folder, or use --data DIR"
    );
    let tracing = settings::begin_log(&config)?;
    let held = Held::take(&config)?;
    let outcome = run_to_the_end(settings::Tracing::around(tracing, serve(config, prepare)));
    drop(held);
    outcome
}

/// Runs a process of the server. What a thread of it is still at when it ends is begun again by another.
///
/// # Errors
/// Those of the process.
pub(crate) fn run_to_the_end(process: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.context("no threads can be had")?;
    let outcome = runtime.block_on(process);
    runtime.shutdown_background();
    outcome
}

async fn serve(config: Config, prepare: impl AsyncFnOnce(App) -> Result<()>) -> Result<()> {
    let app = open(config).await?;
    // Before the first request.
    let stop = Stop::new()?;
    let serving = Serving::bind(app.clone()).await?;
    prepare(app.clone()).await?;
    if app.config.is_alone() {
        // Whoever had a job is no more: nobody has to wait until a claim runs out.
        hearth_store::jobs::let_go_all(app.store.database()).await?;
        hearth_store::searches::channel::let_go_all(app.store.database()).await?;
    }
    greet(&app, &serving).await?;
    let worker = begin_work(&app, &stop);
    let (store, keys) = (app.store.clone(), KeyFolder::new(app.config.data.folder.join("keys")));
    let every = Duration::from_secs(app.config.ledger.head_every_s);
    let heads = tokio::spawn(heads::keep_publishing(store, keys, every));
    let index = tokio::spawn(index::follow::follow(app.clone()));
    let naming = tokio::spawn(naming::keep_naming(app.clone()));
    let usage = tokio::spawn(usage::follow(app.clone()));
    let teller = tokio::spawn(teller::tell(app.clone()));
    notify("READY=1");
    let told = stop.told();
    tokio::join!(serving.run(told), stop.wait());
    if let Some(worker) = worker {
        // It was told too, and has its own patience.
        let _ = worker.await;
    }
    heads.abort();
    index.abort();
    naming.abort();
    teller.abort();
    usage.abort();
    if let Err(error) = usage::write_down(&app).await {
        tracing::warn!(error = %error, "how often genomes were taken in the last seconds is not known");
    }
    app.store.database().close().await;
    Ok(())
}

/// The worker of this process, if it has one.
fn begin_work(app: &App, stop: &Stop) -> Option<JoinHandle<()>> {
    let patience = Duration::from_secs(app.config.times.stop_s);
    let is_here = app.config.work.in_serve;
    is_here.then(|| tokio::spawn(jobs::work(app.clone(), stop.told(), patience)))
}

/// Says where everything is, and how an empty server is set up.
async fn greet(app: &App, serving: &Serving) -> Result<()> {
    let set_up = set_up::offer(app).await?;
    let (public, admin) = serving.addresses()?;
    let url = match &app.config.server.public_url {
        Some(_) => app.config.public_url(),
        None => format!("http://{public}"),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "Hearth is at {url}")?;
    writeln!(out, "Health, readiness and metrics are at http://{admin}")?;
    if let Some(secret) = set_up {
        let hours = app.config.accounts.invitation_hours;
        writeln!(
            out,
            "The server is empty. Set it up, once, within {hours} hours:\n{url}/set-up/{}",
            secret.text()
        )?;
    }
    out.flush()?;
    if !app.config.is_https() && !public.ip().is_loopback() {
        tracing::warn!(
            "passwords are sent without TLS: put a proxy with TLS in front and set server.public_url"
        );
    }
    Ok(())
}

/// Opens the store and the blobs, and puts the server together.
///
/// # Errors
/// When one of them cannot be used.
pub async fn open(config: Config) -> Result<App> {
    let connections = u32::try_from(config.data.database_connections).unwrap_or(u32::MAX);
    let options = DatabaseOptions { connections, ..DatabaseOptions::default() };
    let store = Store::open(&config.database_url()?, &options, &config.origin()).await?;
    let blobs = BlobStore::open(&config.blob_place()).await?;
    let packs = packs::ready(
        &crate::pack::packs_dir(None)?,
        &config.data.folder.join("lineages"),
        &config.pathogens,
    )?;
    Ok(App::new(store, blobs, Arc::new(packs), config, system_clock()))
}
