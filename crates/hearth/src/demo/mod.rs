//! `hearth demo`: a server with example parties and simulated data, in a folder that is gone afterwards.
//!
//! Start at [`run`]. What the data are is `hearth_server::app::demo`; how a server runs is [`crate::serve`].

use crate::pack;
use crate::serve::{self, ServeFlags};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use hearth_server::app::App;
use hearth_server::app::demo::{self, EXAMPLES, PASSWORD};
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

/// Simulated genomes, where no flag says how many.
const GENOMES: usize = 300;

/// Start a server with example parties and simulated data, to look at
#[derive(Args, Clone, Debug)]
pub struct DemoFlags {
    /// Address to listen at
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    pub listen: SocketAddr,
    /// Address of /health, /ready and /metrics
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 9090)))]
    pub admin_listen: SocketAddr,
    /// How many genomes to simulate
    #[arg(long, value_name = "NUMBER", default_value_t = GENOMES)]
    pub genomes: usize,
}

/// Runs `hearth demo`.
///
/// # Errors
/// Whatever keeps the server from beginning.
pub fn run(flags: &DemoFlags) -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let serve_flags = ServeFlags {
        data: Some(folder.path().to_owned()),
        config: None,
        listen: Some(flags.listen),
        admin_listen: Some(flags.admin_listen),
        no_work: false,
    };
    let genomes = flags.genomes;
    serve::run_prepared(&serve_flags, async move |app: App| fill(&app, genomes).await)
}

async fn fill(app: &App, genomes: usize) -> Result<()> {
    let mut out = io::stdout();
    writeln!(out, "Making a demonstration: {genomes} simulated genomes, three example parties …")?;
    out.flush()?;
    let built_in = pack::built_in()?;
    let examples = built_in.examples().ok_or_else(|| anyhow!("the built-in pack has no examples"))?;
    demo::fill(app, examples, genomes).await?;
    writeln!(
        out,
        "Everything in it is simulated, and gone when it ends (Ctrl-C). Sign in, with the password\n{PASSWORD}, as"
    )?;
    for example in &EXAMPLES {
        writeln!(out, "  {:<8} {}", example.login, example.about)?;
    }
    Ok(())
}
