//! Many visitors who take different files: sequences, metadata and pages of genomes, each once.
//!
//! Every request goes through the check of who may see what and the counting of what was taken; nothing stands in front of
//! the server. Start at [`run`].

use super::open_loop::{self, Sender};
use super::{Plan, Told, started};
use crate::life::asked::Client;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// Forms in which a genome is taken.
const FORMS: [&str; 4] = [
    "/genomes/{}/sequence.fasta",
    "/genomes/{}/metadata.json",
    "/api/v1/genomes/{}/sequence",
    "/api/v1/genomes/{}",
];
/// Accessions in one answer.
const PAGE: usize = 100_000;

/// Runs it.
pub fn run(plan: &Plan) -> Result<()> {
    let mut told = Told::default();
    let (server, client) = started(&plan.program, &plan.folder, &mut told)?;
    let accessions = accessions(&client)?;
    let files = accessions.len() as u64 * FORMS.len() as u64;
    told.add("different files", files);
    let requests = ((plan.rate * plan.seconds as f64) as u64).min(files);
    let address: SocketAddr = server.url().trim_start_matches("http://").parse()?;
    let cpu_s = server.cpu_s()?;
    let sender = |_| Visitor { address, accessions: &accessions, line: None };
    let waited = open_loop::run(plan.rate, requests, sender)?;
    let used_s = server.cpu_s()? - cpu_s;
    told.add("taken", format!("{} in {:.0} s", waited.count(), waited.took_s));
    let rate = waited.count() as f64 / waited.took_s;
    told.add("in an hour at that rate", format!("{:.2} million", rate * 3600.0 / 1e6));
    told.add("bytes", format!("{:.1} GB", waited.bytes as f64 / 1e9));
    for (name, share) in [("median", 0.5), ("99 of 100", 0.99)] {
        told.add(&format!("{name} within"), format!("{:.2} ms", waited.within_ms(share, None)));
    }
    told.add("the server's processors, a file", format!("{:.0} µs", used_s / waited.count() as f64 * 1e6));
    told.add("memory at its most", format!("{:.0} MiB", server.memory_mib("VmHWM")?));
    server.stop()?;
    told.keep("taken")
}

fn accessions(client: &Client) -> Result<Vec<String>> {
    let mut all = Vec::new();
    loop {
        let path = format!(
            "/lapis/sars-cov-2/sample/details?fields=accession&orderBy=accession&limit={PAGE}&offset={}",
            all.len()
        );
        let (status, text) = client.stranger(&path)?;
        ensure!(status == 200, "{path}: {status} {:.200}", text);
        let text: Value = serde_json::from_str(&text)?;
        let rows = text["data"].as_array().context("no rows")?;
        all.extend(rows.iter().filter_map(|row| row["accession"].as_str()).map(str::to_owned));
        if rows.len() < PAGE {
            return Ok(all);
        }
    }
}

/// Somebody with a connection that stays open.
struct Visitor<'a> {
    address: SocketAddr,
    accessions: &'a [String],
    line: Option<BufReader<TcpStream>>,
}

impl Sender for Visitor<'_> {
    fn send(&mut self, number: u64) -> Result<(usize, u64)> {
        let number = usize::try_from(number)?;
        let (sort, genome) = (number % FORMS.len(), number / FORMS.len());
        // Neighbours in time are no neighbours in the database.
        let genome = genome * 7_919 % self.accessions.len();
        let path = FORMS[sort].replace("{}", &self.accessions[genome]);
        let line = match self.line.take() {
            Some(line) => line,
            None => BufReader::with_capacity(1 << 16, TcpStream::connect(self.address)?),
        };
        let (line, bytes) = taken(line, &path).with_context(|| path.clone())?;
        self.line = Some(line);
        Ok((sort, bytes))
    }
}

/// Asks for a file and reads all of it (RFC 9112).
fn taken(mut line: BufReader<TcpStream>, path: &str) -> Result<(BufReader<TcpStream>, u64)> {
    line.get_mut().set_nodelay(true)?;
    line.get_mut().write_all(format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:18380\r\n\r\n").as_bytes())?;
    let mut head = String::new();
    line.read_line(&mut head)?;
    ensure!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (mut length, mut text) = (None, String::new());
    loop {
        text.clear();
        line.read_line(&mut text)?;
        let text = text.trim_end();
        if text.is_empty() {
            break;
        }
        if let Some((name, value)) = text.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse::<u64>()?);
        }
    }
    let Some(length) = length else { bail!("an answer without a length") };
    let mut body = vec![0; usize::try_from(length)?];
    line.read_exact(&mut body)?;
    Ok((line, length))
}
