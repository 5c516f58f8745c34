//! A folder of a server with very many genomes: batches handed in and released by the API, one after the other.
//!
//! A folder that has some batches gets those that it lacks. Start at [`Filling::run`].

use crate::corpus::{self, Order};
use crate::life::asked::Client;
use crate::life::metadata::{self, Origin};
use crate::life::served::Server;
use crate::workspace;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The first batch's; each has its own.
const CORPUS_SEED: u64 = 7;
/// Between two looks at what is visible.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What to fill.
pub struct Filling {
    /// Our program.
    pub program: PathBuf,
    /// Where: `server` holds settings and data, `token` the token of a program.
    pub folder: PathBuf,
    /// Batches in the end.
    pub batches: u64,
    /// Genomes of each.
    pub count: u64,
}

impl Filling {
    /// Brings in what is missing.
    pub fn run(&self) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let (server, client) = self.opened()?;
        let there = client.visible()? / self.count;
        for batch in there..self.batches {
            let began = Instant::now();
            self.bring(batch, &server, &client)?;
            let memory = server.memory_mib("VmRSS")?;
            println!("batch {batch}: {:.0} s, memory {memory:.0} MiB", began.elapsed().as_secs_f64());
        }
        server.stop()?;
        Ok(())
    }

    fn opened(&self) -> Result<(Server, Client)> {
        let (folder, kept) = (self.folder.join("server"), self.folder.join("token"));
        if !kept.exists() {
            let server = Server::start(&self.program, &folder)?;
            let client = Client::set_up(&server)?;
            fs::write(kept, &client.token)?;
            return Ok((server, client));
        }
        let server = Server::spawn(&self.program, &folder)?;
        let client = Client::new(&server, fs::read_to_string(kept)?);
        server.wait(|| client.stranger("/").is_ok())?;
        Ok((server, client))
    }

    fn bring(&self, batch: u64, server: &Server, client: &Client) -> Result<()> {
        let (packed, table) = self.made(batch)?;
        let mut command = Command::new(&self.program);
        command.args(["submit", "--hand-in", "--server", &server.url(), "--token-file"]);
        command.arg(self.folder.join("token")).arg("--journal").arg(self.folder.join("journal.json"));
        let output = command.arg(&packed).arg(&table).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::remove_file(packed)?;
        let told = client.json("GET", "/api/v1/batches", None)?;
        let id = told.pointer("/items/0/id").or(told.pointer("/batches/0/id")).and_then(|id| id.as_str());
        let id = id.with_context(|| format!("no batch is told: {told}"))?;
        let before = client.visible()?;
        for act in ["approve", "release"] {
            client.json("POST", &format!("/api/v1/batches/{id}/{act}"), Some(json!({})))?;
        }
        while client.visible()? < before + self.count {
            sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Sequences, compressed so that uploads do not fill the disk, and metadata.
    fn made(&self, batch: u64) -> Result<(PathBuf, PathBuf)> {
        let (fasta, table) = (self.folder.join("genomes.fasta"), self.folder.join("metadata.tsv"));
        let pack = workspace::root().join("packs/sars-cov-2");
        let mut order = Order::new(pack, self.count, CORPUS_SEED + batch, fasta.clone());
        order.settings.clean = true;
        corpus::generate(&order)?;
        metadata::write(&fasta, self.count, Origin::World(batch), &table)?;
        Ok((packed(&fasta)?, table))
    }
}

fn packed(fasta: &Path) -> Result<PathBuf> {
    let packed = fasta.with_extension("fasta.zst");
    let status = Command::new("zstd").args(["-1", "-q", "-f", "--rm", "--long=24"]).arg(fasta).status();
    ensure!(status.context("zstd")?.success(), "zstd could not compress {}", fasta.display());
    Ok(packed)
}
