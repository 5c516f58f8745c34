//! `hearth submit`: files to a server over a link that breaks, and what the server found in them.
//!
//! Every step can be done again: what was sent is asked of the server, what was begun stands in a journal. Refuses to
//! judge genomes and metadata: the server does. Start at [`SubmitFlags::run`].

mod client;
mod journal;
mod send;
mod told;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use client::{Batch, Client};
use journal::Journal;
use serde_json::json;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// The longest token, in bytes.
const TOKEN_MAX_BYTES: u64 = 200;
/// Between two looks at a batch.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Something in the files has to be put right by a person.
const TO_PUT_RIGHT: u8 = 2;

const AFTER_HELP: &str = "\
Started again with the same files, it goes on where it stopped.

Exit codes:
  0  done
  1  the command line, a file, or the server is at fault, or the server cannot be reached
  2  the files reached the server, and something in them has to be put right first";

/// Send genomes and their metadata to a server, also over a link that breaks
#[derive(Args, Clone, Debug)]
#[command(after_help = AFTER_HELP)]
pub struct SubmitFlags {
    /// Files of sequences, and at most one of metadata (TSV, CSV, XLSX)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Address of the server
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// File with an API token that may read and submit; your page at the server makes one
    #[arg(long, value_name = "FILE")]
    pub token_file: PathBuf,
    /// Terms that the genomes are to be released under: their code at the server
    #[arg(long, value_name = "CODE", default_value = "OPEN")]
    pub terms: String,
    /// Parties and groups to share with, by their identifiers at the server
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub partners: Vec<String>,
    /// Day on which an embargo ends: year-month-day
    #[arg(long, value_name = "DAY")]
    pub embargo: Option<String>,
    /// Pathogen, where it should not be found out
    #[arg(long, value_name = "NAME")]
    pub pathogen: Option<String>,
    /// Your own name for the batch; without it, that of the first file
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub title: String,
    /// Accept the first suggestion of everything that was found
    #[arg(long)]
    pub accept_suggestions: bool,
    /// Hand the batch in when nothing stops it, and print its accessions
    #[arg(long)]
    pub hand_in: bool,
    /// Wait until the genomes are released
    #[arg(long)]
    pub wait: bool,
    /// Give up when the server could not be reached for so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub patience: u64,
    /// File that remembers what was begun; without it, one in your state folder
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

impl SubmitFlags {
    /// Runs `hearth submit`.
    ///
    /// # Errors
    /// When a file cannot be read, the server refuses, or cannot be reached for too long.
    pub fn run(&self, out: &mut impl Write) -> Result<ExitCode> {
        let token = token(&self.token_file)?;
        let client = Client::new(&self.server, &token, Duration::from_secs(self.patience * 60))?;
        let mut journal = Journal::open(self.journal.as_deref(), &client.base, &self.files)?;
        let id = self.begun(&client, &mut journal)?;
        let mut batch = analysed(&client, &id)?;
        if self.accept_suggestions && batch.findings.iter().any(|finding| !finding.suggestions.is_empty()) {
            told::findings(&batch, "accepted")?;
            let done: Batch = client.post(&format!("/batches/{id}/corrections"), &json!({ "all": true }))?;
            batch = if done.state == "analysing" { analysed(&client, &id)? } else { done };
        }
        told::findings(&batch, "")?;
        let url = format!("{}/batches/{id}", client.base);
        if batch.state == "failed" || batch.is_stopped && batch.state == "draft" {
            writeln!(io::stderr(), "To be put right before it can be handed in: {url}")?;
            if batch.state == "failed" {
                journal.forget()?;
            }
            return Ok(ExitCode::from(TO_PUT_RIGHT));
        }
        if self.hand_in && matches!(batch.state.as_str(), "draft" | "sent-back") {
            batch = hand_in(&client, &batch)?;
        }
        if self.wait {
            batch = released(&client, batch)?;
        }
        told::state(&batch, &url)?;
        if !matches!(batch.state.as_str(), "draft" | "analysing") {
            accessions(&client, &id, out)?;
            journal.forget()?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The batch of these files: that of an earlier run, or a new one.
    fn begun(&self, client: &Client, journal: &mut Journal) -> Result<String> {
        if let Some(id) = journal.kept.batch.clone() {
            if client.find::<Batch>(&format!("/batches/{id}"))?.is_some() {
                return Ok(id);
            }
            journal.kept.batch = None;
        }
        let mut uploads = Vec::with_capacity(self.files.len());
        let mut digests = Vec::with_capacity(self.files.len());
        for file in &self.files {
            uploads.push(send::file(client, journal, file)?);
            digests.push(send::digest(file)?);
        }
        let new = json!({
            "uploads": uploads, "title": self.title, "terms": self.terms, "partners": self.partners,
            "embargo": self.embargo, "pathogen": self.pathogen,
        });
        let begun: client::Begun = client.post("/batches", &new)?;
        let batch: Batch = client.get(&format!("/batches/{}", begun.id))?;
        for (file, digest) in batch.files.iter().zip(&digests) {
            ensure!(
                file.sha256 == *digest,
                "{} changed while it was sent, or on its way: discard the batch at {}/batches/{} and begin again",
                file.name,
                client.base,
                begun.id
            );
        }
        journal.kept.batch = Some(begun.id.clone());
        journal.keep()?;
        Ok(begun.id)
    }
}

/// A token, out of its file.
pub(crate) fn token(path: &Path) -> Result<String> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("the token {name} cannot be read"))?;
    let mut text = String::new();
    let read = file.take(TOKEN_MAX_BYTES + 1).read_to_string(&mut text);
    read.with_context(|| format!("the token {name} cannot be read"))?;
    let token = text.trim();
    let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    ensure!(
        !token.is_empty() && is_plain && text.len() as u64 <= TOKEN_MAX_BYTES,
        "{name} holds no token: copy into it what the server showed when it made one"
    );
    Ok(token.to_owned())
}

/// Waits until a batch is analysed.
fn analysed(client: &Client, id: &str) -> Result<Batch> {
    let mut line = told::Line::new();
    loop {
        let batch: Batch = client.get(&format!("/batches/{id}"))?;
        if batch.state != "analysing" {
            line.clear();
            return Ok(batch);
        }
        line.draw(&format!("{} records analysed", batch.analysed));
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Hands a batch in. When the answer was lost on the way, the batch says that it was done.
fn hand_in(client: &Client, batch: &Batch) -> Result<Batch> {
    let path = format!("/batches/{}", batch.id);
    let told =
        client.post::<serde_json::Value>(&format!("{path}/hand-in"), &json!({ "revision": batch.revision }));
    let now: Batch = client.get(&path)?;
    match told {
        Err(error) if matches!(now.state.as_str(), "draft" | "sent-back") => Err(error),
        _ => Ok(now),
    }
}

/// Waits until a batch is released, or cannot be any more.
fn released(client: &Client, mut batch: Batch) -> Result<Batch> {
    let mut line = told::Line::new();
    loop {
        match batch.state.as_str() {
            "in-review" | "approved" => {}
            "draft" => bail!("only what is handed in is ever released: add --hand-in"),
            _ => {
                line.clear();
                return Ok(batch);
            }
        }
        line.draw(&format!("{}: waiting for people at the server", batch.state));
        std::thread::sleep(LOOK_EVERY * 5);
        batch = client.get(&format!("/batches/{}", batch.id))?;
    }
}

/// Writes sample, accession and version of every genome, in the order in which they were handed in.
fn accessions(client: &Client, id: &str, out: &mut impl Write) -> Result<()> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/genomes?kept=true&batch={id}&limit=1000{after}");
        let page: client::Page<client::Genome> = client.get(&path)?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    writeln!(out, "sample\taccession\tversion")?;
    for genome in all.iter().rev() {
        let name: String =
            genome.name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        writeln!(out, "{name}\t{}\t{}", genome.accession, genome.version)?;
    }
    out.flush()?;
    Ok(())
}
