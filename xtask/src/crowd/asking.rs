//! What dashboards ask, at a rate; and again right after the data changed. Start at [`run`].

use super::open_loop::{self, Sender, Waited};
use super::{Plan, Told, started};
use crate::corpus::random::Random;
use crate::life::asked::Client;
use crate::workspace;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};
use ureq::Agent;

/// How many genomes there are.
pub const COUNT: &str = "/lapis/sars-cov-2/sample/aggregated";
const BASE: &str = "/lapis/sars-cov-2/";
const SEED: u64 = 11;
/// Values of each sort that questions draw from.
const VALUES: usize = 40;
/// Genomes that are withdrawn, one after the other, to change the data.
const CHANGES: usize = 5;
const AFTER_CHANGE: Duration = Duration::from_secs(2);

/// A question with places for values.
struct Template {
    path: String,
    body: String,
}

/// What may be asked for, as the server has it.
struct Values {
    countries: Vec<String>,
    lineages: Vec<String>,
    mutations: Vec<String>,
}

/// Runs it.
pub fn run(plan: &Plan) -> Result<()> {
    let mut told = Told::default();
    let (server, client) = started(&plan.program, &plan.folder, &mut told)?;
    let (_, count) = client.stranger(COUNT)?;
    let count: Value = serde_json::from_str(&count)?;
    told.add("genomes", count["data"][0]["count"].clone());
    let (templates, values) = (templates()?, values(&client)?);
    let crowd = Crowd { url: server.url(), templates, values };
    // Once, so that connections and the database's pages are warm.
    asked(&crowd, plan.rate, 5)?;
    let cpu_s = server.cpu_s()?;
    let waited = asked(&crowd, plan.rate, plan.seconds)?;
    tell("", &waited, &crowd, &mut told);
    let share = (server.cpu_s()? - cpu_s) / waited.took_s * 100.0;
    told.add("the server's processors meanwhile", format!("{share:.0} % of one"));
    told.add("memory then", format!("{:.0} MiB", server.memory_mib("VmRSS")?));
    changed(plan, &client, &crowd, &mut told)?;
    told.add("memory at its most", format!("{:.0} MiB", server.memory_mib("VmHWM")?));
    server.stop()?;
    told.keep("crowd")
}

/// Genomes are withdrawn, and the two seconds after each are looked at apart.
fn changed(plan: &Plan, client: &Client, crowd: &Crowd, told: &mut Told) -> Result<()> {
    let mut all = Waited::default();
    for _ in 0..CHANGES {
        let (_, page) = client.stranger("/lapis/sars-cov-2/sample/details?fields=accession&limit=1")?;
        let page: Value = serde_json::from_str(&page)?;
        let accession = page["data"][0]["accession"].as_str().context("no genome")?.to_owned();
        let path = format!("/api/v1/genomes/{accession}/withdraw");
        let began = Instant::now();
        client.json("POST", &path, Some(json!({ "reason": "an exercise" })))?;
        let waited = asked(crowd, plan.rate, AFTER_CHANGE.as_secs())?;
        all.add(waited);
        ensure!(began.elapsed() < Duration::from_secs(60), "the server stands still after a change");
    }
    tell("right after a change of the data: ", &all, crowd, told);
    Ok(())
}

fn tell(when: &str, waited: &Waited, crowd: &Crowd, told: &mut Told) {
    let rate = waited.count() as f64 / waited.took_s;
    told.add(&format!("{when}questions"), format!("{} at {rate:.0} a second", waited.count()));
    for (name, share) in [("median", 0.5), ("90 of 100", 0.9), ("99 of 100", 0.99), ("999 of 1000", 0.999)] {
        told.add(&format!("{when}{name} within"), format!("{:.2} ms", waited.within_ms(share, None)));
    }
    if when.is_empty() {
        for (number, template) in crowd.templates.iter().enumerate() {
            let within = |share| waited.within_ms(share, Some(number));
            let text = format!("{:.2} and {:.2} ms", within(0.5), within(0.99));
            let body: String = template.body.chars().take(90).collect();
            let body = body.replace('|', "\\|");
            told.add(&format!("median and 99 of 100 of {} `{body}`", template.path), text);
        }
    }
}

fn asked(crowd: &Crowd, rate: f64, seconds: u64) -> Result<Waited> {
    let requests = (rate * seconds as f64) as u64;
    open_loop::run(rate, requests, |_| Asker { crowd, agent: Agent::new_with_defaults() })
}

struct Crowd {
    url: String,
    templates: Vec<Template>,
    values: Values,
}

struct Asker<'a> {
    crowd: &'a Crowd,
    agent: Agent,
}

impl Sender for Asker<'_> {
    fn send(&mut self, number: u64) -> Result<(usize, u64)> {
        let mut random = Random::for_record(SEED, number);
        let sort = random.below(self.crowd.templates.len());
        let template = &self.crowd.templates[sort];
        let url = format!("{}{BASE}{}", self.crowd.url, template.path);
        let mut answer = match template.body.as_str() {
            "null" => self.agent.get(url).call()?,
            body => {
                let body = filled(body, &self.crowd.values, &mut random);
                self.agent.post(url).header("Content-Type", "application/json").send(body)?
            }
        };
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_vec()?;
        Ok((sort, text.len() as u64))
    }
}

/// A question with values in its places, each drawn anew.
fn filled(body: &str, values: &Values, random: &mut Random) -> String {
    let (month, year) = (1 + random.below(9), 2021 + random.below(3));
    let mut text = body
        .replace("{from}", &format!("{year}-{month:02}-01"))
        .replace("{to}", &format!("{year}-{:02}-28", month + 3));
    for (place, all) in
        [("{country}", &values.countries), ("{lineage}", &values.lineages), ("{mutation}", &values.mutations)]
    {
        while text.contains(place) {
            text = text.replacen(place, &all[random.below(all.len())], 1);
        }
    }
    text
}

/// The questions, each as often as the file says.
fn templates() -> Result<Vec<Template>> {
    let text = fs::read_to_string(workspace::root().join("benches/crowd/dashboard.jsonl"))?;
    let mut all = Vec::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line)?;
        let path = line["path"].as_str().context("a path")?.to_owned();
        for _ in 0..line["times"].as_u64().unwrap_or(1) {
            all.push(Template { path: path.clone(), body: line["body"].to_string() });
        }
    }
    Ok(all)
}

fn values(client: &Client) -> Result<Values> {
    let of = |path: &str, key: &str| -> Result<Vec<String>> {
        let (status, text) = client.stranger(&format!("{BASE}{path}"))?;
        ensure!(status == 200, "{path}: {status} {text}");
        let text: Value = serde_json::from_str(&text)?;
        let rows = text["data"].as_array().cloned().unwrap_or_default();
        let all = rows.iter().filter_map(|row| row[key].as_str()).take(VALUES);
        let all: Vec<String> = all.map(str::to_owned).collect();
        ensure!(!all.is_empty(), "{path} has no {key}");
        Ok(all)
    };
    Ok(Values {
        countries: of("sample/aggregated?fields=country", "country")?,
        lineages: of("sample/aggregated?fields=lineage", "lineage")
            .or_else(|_| of("sample/aggregated?fields=clade", "clade"))?,
        mutations: of("sample/nucleotideMutations?minProportion=0.01&orderBy=count", "mutation")?,
    })
}
