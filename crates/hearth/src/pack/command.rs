//! `hearth pack list | check | add`.

use super::server::{Server, fetch_zip};
use super::{CheckReport, PackError, PackFiles, PackSummary, built_in, builtin, store};
use anyhow::Result;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where installed packs live; for every command that takes a pack.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PacksDirFlag {
    /// Folder of installed packs [default: $HEARTH_PACKS, else hearth/packs in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub packs_dir: Option<PathBuf>,
}

impl PacksDirFlag {
    /// The folder: the flag, else the environment.
    ///
    /// # Errors
    /// [`PackError::NoPacksDir`] when nothing says where.
    pub fn resolve(&self) -> Result<PathBuf, PackError> {
        store::packs_dir(self.packs_dir.as_deref())
    }
}

/// See which pathogen packs there are, check them, add more
#[derive(Clone, Debug, clap::Subcommand)]
pub enum PackCommand {
    /// List the built-in and the installed packs
    List {
        /// Write JSON: one list of objects
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        packs: PacksDirFlag,
    },
    /// Read a whole pack; say what is wrong with it and what in it has no effect
    Check {
        /// Folder, zip file, or name of a built-in or installed pack
        #[arg(value_name = "DIR|ZIP|NAME")]
        pack: String,
        #[command(flatten)]
        #[allow(missing_docs)]
        packs: PacksDirFlag,
    },
    /// Install a pack from a folder, a zip file or a dataset server; without --name a server is listed
    Add {
        /// Folder, zip file, or address of a dataset server, its index.json or a zip file
        #[arg(value_name = "DIR|ZIP|URL")]
        source: String,
        /// Name to install as; for a server, the path or shortcut of the dataset
        #[arg(long)]
        name: Option<String>,
        /// Version of the server's dataset [default: the newest]
        #[arg(long)]
        tag: Option<String>,
        /// Replace an installed pack of the same name
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        #[allow(missing_docs)]
        packs: PacksDirFlag,
    },
}

/// How a command ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// All is well.
    Clean,
    /// What was checked cannot be used.
    Faulty,
}

impl From<Finish> for ExitCode {
    fn from(finish: Finish) -> Self {
        match finish {
            Finish::Clean => Self::SUCCESS,
            Finish::Faulty => Self::from(1),
        }
    }
}

/// Carries out a command; what people should read goes to `out`.
///
/// # Errors
/// When the command cannot be carried out; the message is one for people.
pub fn run(command: &PackCommand, out: &mut dyn Write) -> Result<Finish> {
    match command {
        PackCommand::List { json, packs } => list(&packs.resolve()?, *json, out),
        PackCommand::Check { pack, packs } => {
            let files = super::load(pack, &packs.resolve()?)?;
            let report = super::check(&files);
            write_report(&files, &report, out)?;
            Ok(if report.is_usable() { Finish::Clean } else { Finish::Faulty })
        }
        PackCommand::Add { source, name, tag, force, packs } => {
            match fetch(source, name.as_deref(), tag.as_deref())? {
                Fetched::Pack(pack) => install(&pack, &packs.resolve()?, *force, out)?,
                Fetched::Server(server) => write_server(source, &server, out)?,
            }
            Ok(Finish::Clean)
        }
    }
}

fn list(packs_dir: &Path, json: bool, out: &mut dyn Write) -> Result<Finish> {
    let rows = super::summaries(packs_dir)?;
    if json {
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        writeln!(out)?;
        return Ok(Finish::Clean);
    }
    let mut table =
        vec![["name", "version", "reference", "letters", "CDS", "tree nodes", "what"].map(String::from)];
    table.extend(rows.iter().map(|row| {
        let nodes = row.tree_nodes.map_or_else(|| "no tree".to_owned(), |nodes| nodes.to_string());
        let what =
            row.problem.as_ref().map_or_else(|| row.title.clone(), |problem| format!("UNUSABLE: {problem}"));
        let PackSummary { name, version, reference_accession, reference_length_nt, cds_count, .. } =
            row.clone();
        let (letters, cdses) = (reference_length_nt.to_string(), cds_count.to_string());
        [name, version, reference_accession, letters, cdses, nodes, what]
    }));
    write_table(&table, out)?;
    writeln!(out, "\nInstalled packs are kept in {}.", packs_dir.display())?;
    Ok(Finish::Clean)
}

enum Fetched {
    Pack(Box<PackFiles>),
    Server(Server),
}

/// Brings the pack that `source` and `name` mean, or the server when no name says which of its packs.
fn fetch(source: &str, name: Option<&str>, tag: Option<&str>) -> Result<Fetched, PackError> {
    if !(source.starts_with("https://") || source.starts_with("http://")) {
        let path = Path::new(source);
        let mut pack =
            if builtin::is_called(source) && !path.exists() { built_in()? } else { super::load_path(path)? };
        if let Some(name) = name {
            pack.name = name.to_owned();
        }
        return Ok(Fetched::Pack(Box::new(pack)));
    }
    let address = source.split(['?', '#']).next().unwrap_or(source);
    if let Some(stem) = address.strip_suffix(".zip") {
        let name = name.unwrap_or_else(|| stem.rsplit('/').next().unwrap_or(stem));
        return Ok(Fetched::Pack(Box::new(fetch_zip(source, name)?)));
    }
    let server = Server::open(source)?;
    match name {
        Some(name) => Ok(Fetched::Pack(Box::new(server.fetch(name, tag)?))),
        None => Ok(Fetched::Server(server)),
    }
}

fn install(pack: &PackFiles, packs_dir: &Path, force: bool, out: &mut dyn Write) -> Result<()> {
    let report = super::check(pack);
    if !report.is_usable() {
        return Err(PackError::Faulty { problems: report.errors.join("\n  ") }.into());
    }
    let kept = store::install(packs_dir, &pack.name, pack, force)?;
    write_report(pack, &report, out)?;
    writeln!(out, "\nInstalled in {}.", kept.path.display())?;
    if builtin::is_called(&kept.name) {
        writeln!(out, "It takes the place of the built-in pack of that name.")?;
    }
    writeln!(out, "Use it with: hearth analyse --pack {}", kept.name)?;
    Ok(())
}

fn write_report(files: &PackFiles, report: &CheckReport, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "pack {}", files.name)?;
    for (label, value) in &report.facts {
        writeln!(out, "  {label:<11} {value}")?;
    }
    if !report.oligos.is_empty() {
        writeln!(out)?;
        write_table(&report.oligos, out)?;
        writeln!(out)?;
    }
    for remark in &report.remarks {
        writeln!(out, "  note: {remark}")?;
    }
    for error in &report.errors {
        writeln!(out, "  ERROR: {error}")?;
    }
    let verdict = if report.is_usable() { "can be used" } else { "CANNOT be used" };
    let (errors, notes) = (report.errors.len(), report.remarks.len());
    writeln!(out, "The pack {verdict}: {errors} error(s), {notes} note(s).")?;
    Ok(())
}

fn write_server(source: &str, server: &Server, out: &mut dyn Write) -> Result<()> {
    let mut table = vec![["dataset", "newest version", "reference", "what"].map(String::from)];
    let current = server.datasets().iter().filter(|dataset| !dataset.is_deprecated());
    table.extend(current.map(|dataset| {
        let shortcut = dataset.shortcuts.first().map_or(String::new(), |name| format!(" ({name})"));
        let tag = dataset.newest().unwrap_or("");
        let what = format!("{}{shortcut}", dataset.title());
        [dataset.path.clone(), tag.to_owned(), dataset.reference_accession().to_owned(), what]
    }));
    write_table(&table, out)?;
    writeln!(out, "\nNothing was installed. Choose one by its path or the short name in brackets:")?;
    writeln!(out, "  hearth pack add {source} --name DATASET")?;
    Ok(())
}

/// Columns as wide as their widest cell; the last one as it is.
fn write_table<const COLUMNS: usize>(table: &[[String; COLUMNS]], out: &mut dyn Write) -> Result<()> {
    let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    for row in table {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
