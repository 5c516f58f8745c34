//! Settings of a server from a file, the environment and flags, and the log that they ask for.
//!
//! Start at [`read`].

use anyhow::{Context as _, Result, anyhow, bail};
use hearth_server::config::Config;
use hearth_server::traces::{Flusher, Sending, Traces};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// How long the end of a process waits for its last traces.
const FLUSH_MOST: Duration = Duration::from_secs(3);
/// The variable that names the file, where no flag does.
const FILE: &str = "HEARTH_CONFIG";

/// The settings: the file's, then the environment's, then what `change` takes from flags.
///
/// # Errors
/// Everything that is wrong, a line each.
pub(crate) fn read(file: Option<&Path>, change: impl FnOnce(&mut Config)) -> Result<Config> {
    let named = std::env::var_os(FILE).map(PathBuf::from);
    let file = file.or(named.as_deref());
    let text = match file {
        Some(file) => {
            let name = file.display().to_string();
            let text =
                fs::read_to_string(file).with_context(|| format!("the settings {name} cannot be read"))?;
            Some((name, text))
        }
        None => None,
    };
    let given = text.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    // A variable that is no text is none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    let config = Config::read(given, variables).and_then(|mut config| {
        change(&mut config);
        let faults = config.check();
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    });
    config.map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("  {fault}")).collect();
        anyhow!("the settings are not right:\n{}", lines.join("\n"))
    })
}

/// Begins to write the server's log to the standard error, and to send traces where a collector is set.
///
/// # Errors
/// When the setting of what is written cannot be read.
pub(crate) fn begin_log(config: &Config) -> Result<Option<Tracing>> {
    let level = &config.log.level;
    let filter = EnvFilter::try_new(level).with_context(|| format!("log.level: {level:?} cannot be read"))?;
    let (traces, tracing) = match config.log.traces_to.as_deref().map(Traces::begin) {
        Some((traces, sending, flusher)) => (Some(traces), Some(Tracing { sending, flusher })),
        None => (None, None),
    };
    let traces = traces.map(|traces| traces.with_filter(FilterFn::new(Traces::is_ours)));
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let log = match config.log.form.as_str() {
        "json" => log.json().flatten_event(true).with_span_list(false).with_current_span(false).boxed(),
        _ => log.with_ansi(false).boxed(),
    };
    let begun = tracing_subscriber::registry().with(log.with_filter(filter)).with(traces).try_init();
    if let Err(error) = begun {
        bail!("the log cannot begin: {error}");
    }
    Ok(tracing)
}

/// Traces that were begun and are to be sent by the process that follows.
pub(crate) struct Tracing {
    sending: Sending,
    flusher: Flusher,
}

impl Tracing {
    /// Sends traces while a process runs; what is left at its end is sent before this returns.
    pub async fn around<T>(tracing: Option<Self>, process: impl Future<Output = T>) -> T {
        let Some(Self { sending, flusher }) = tracing else { return process.await };
        let sender = tokio::spawn(sending.run());
        let outcome = process.await;
        flusher.flush(FLUSH_MOST).await;
        sender.abort();
        outcome
    }
}
