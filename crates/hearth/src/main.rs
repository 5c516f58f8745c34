//! The one binary: which command, and with which exit code it ends.

use clap::{CommandFactory, Parser, Subcommand};
use hearth::analyse::{self, AnalyseFlags};
use hearth::demo::{self, DemoFlags};
use hearth::ledger::{
    BackupFlags, BundleCommand, EraseFlags, ReceiptFlags, RestoreFlags, RotateFlags, VerifyFlags,
};
use hearth::pack::command::{self, PackCommand};
use hearth::query::QueryFlags;
use hearth::serve::{self, ConfigCommand, ServeFlags};
use hearth::submit::SubmitFlags;
use hearth::work::{self, WorkFlags};
use std::io::{self, Write};
use std::process::ExitCode;

/// One server for an outbreak: reads genomes, keeps what is shared, proves it.
#[derive(Parser)]
#[command(name = "hearth", version, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Analyse(Box<AnalyseFlags>),
    #[command(subcommand)]
    Pack(PackCommand),
    Submit(SubmitFlags),
    Query(Box<QueryFlags>),
    Serve(ServeFlags),
    Work(WorkFlags),
    Demo(DemoFlags),
    #[command(subcommand)]
    Config(ConfigCommand),
    Verify(VerifyFlags),
    Receipt(ReceiptFlags),
    #[command(subcommand)]
    Bundle(BundleCommand),
    Backup(BackupFlags),
    Restore(RestoreFlags),
    RotateKey(RotateFlags),
    Erase(EraseFlags),
    /// Write the OpenAPI 3.1 document of a server's API
    Openapi,
    /// Write completions for a shell, to be put where the shell looks for them
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(error) => {
            // Nobody is left to be told if this fails.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    match line.command {
        Command::Analyse(flags) => analyse::run(*flags),
        Command::Pack(command) => {
            finished(command::run(&command, &mut io::stdout().lock()).map(ExitCode::from))
        }
        Command::Submit(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Query(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Serve(flags) => finished(serve::run(&flags).map(|()| ExitCode::SUCCESS)),
        Command::Work(flags) => finished(work::run(&flags).map(|()| ExitCode::SUCCESS)),
        Command::Demo(flags) => finished(demo::run(&flags).map(|()| ExitCode::SUCCESS)),
        Command::Config(command) => finished(serve::configure(&command, &mut io::stdout().lock())),
        Command::Verify(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Receipt(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Bundle(command) => finished(command.run(&mut io::stdout().lock())),
        Command::Backup(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Restore(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::RotateKey(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Erase(flags) => finished(flags.run(&mut io::stdout().lock())),
        Command::Openapi => {
            let written =
                writeln!(io::stdout().lock(), "{:#}", hearth_server::http::api::openapi::document());
            finished(written.map(|()| ExitCode::SUCCESS).map_err(Into::into))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "hearth", &mut script);
            let _ = io::stdout().write_all(&script);
            ExitCode::SUCCESS
        }
    }
}

/// The exit code of a command; an error is told first.
fn finished(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // That nobody listens any more is no reason to fail differently.
            let _ = writeln!(io::stderr(), "hearth: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether somebody stopped reading our output, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
