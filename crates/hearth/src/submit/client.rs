//! Asks the server, again and again while it cannot be reached.
//!
//! Only requests that may be sent twice go through [`Client::ask`]: the server gives the same answer, or says that it was
//! done. Refuses to follow an address elsewhere: a token goes to one server only. Start at [`Client`].

use crate::pack;
use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::{Duration, Instant};
use ureq::http::Request;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(30);
/// Longest time for one request.
const ANSWER: Duration = Duration::from_secs(900);
/// The longest answer, in bytes.
const ANSWER_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// The first wait before a request is sent again; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A server, and who asks it.
pub struct Client {
    /// The server's address, without a slash at the end.
    pub base: String,
    agent: ureq::Agent,
    bearer: String,
    patience: Duration,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Where an upload is.
    pub offset: Option<u64>,
    /// Where what was made lies.
    pub location: Option<String>,
    /// When to ask again.
    wait: Option<Duration>,
    body: Vec<u8>,
}

/// A batch that was begun.
#[derive(Deserialize)]
pub struct Begun {
    /// Its identifier.
    pub id: String,
}

/// What is read of a batch.
#[derive(Deserialize)]
pub struct Batch {
    /// Its identifier.
    pub id: String,
    /// How far it is.
    pub state: String,
    /// What it was when this was told.
    pub revision: String,
    /// What is to be said about it.
    pub message: String,
    /// Records that were analysed.
    pub analysed: u64,
    /// Genomes to be handed in.
    pub genomes: u64,
    /// Records left out.
    pub left_out: u64,
    /// Whether something stops it.
    pub is_stopped: bool,
    /// What was found.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What the controls say.
    #[serde(default)]
    pub controls_told: String,
    /// Its files.
    #[serde(default)]
    pub files: Vec<File>,
}

/// What is read of a finding.
#[derive(Deserialize)]
pub struct Finding {
    /// How grave it is.
    pub gravity: String,
    /// Its row.
    pub row: Option<u32>,
    /// In how many rows it is.
    pub rows: u32,
    /// Its column.
    pub column: String,
    /// What stands there.
    pub given: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub suggestions: Vec<String>,
}

/// What is read of a file.
#[derive(Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its digest.
    pub sha256: String,
}

/// A part of a list.
#[derive(Deserialize)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Where the next part begins.
    pub next: Option<String>,
}

/// What is read of a genome.
#[derive(Deserialize)]
pub struct Genome {
    /// Its accession.
    pub accession: String,
    /// Its version.
    pub version: u32,
    /// Its sample.
    pub name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Problem {
    detail: String,
    request: String,
}

impl Client {
    /// A client of the server at an address.
    pub fn new(server: &str, token: &str, patience: Duration) -> Result<Self> {
        let base = server.trim_end_matches('/').to_owned();
        let is_address = base.starts_with("https://") || base.starts_with("http://");
        ensure!(is_address, "{server:?} is no address of a server: write https://HOST");
        let host = base.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
        ensure!(
            base.starts_with("https://") || matches!(host, "localhost" | "127.0.0.1" | "[" | "[::1]"),
            "the token would be sent without TLS: write https://"
        );
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(ureq::Proxy::try_from_env())
            .tls_config(pack::tls()?)
            .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { base, agent: config.into(), bearer: format!("Bearer {token}"), patience })
    }

    /// Sends a request once.
    pub fn once(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Option<Vec<u8>>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}/api/v1{path}", self.base));
        request = request.header("Authorization", &self.bearer).header("Tus-Resumable", "1.0.0");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut answer = match body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name).and_then(|text| text.parse::<u64>().ok());
        let (offset, wait) = (number("upload-offset"), number("retry-after").map(Duration::from_secs));
        let (status, location) = (answer.status().as_u16(), text("location").map(str::to_owned));
        let body = answer.body_mut().with_config().limit(ANSWER_MAX_BYTES).read_to_vec()?;
        Ok(Answer { status, offset, location, wait, body })
    }

    /// Sends a request until it is answered.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&[u8]>,
    ) -> Result<Answer> {
        let mut again = self.again();
        loop {
            match self.once(method, path, headers, body.map(<[u8]>::to_vec)) {
                Ok(answer) if !answer.is_passing() => return Ok(answer),
                Ok(answer) => again.wait(answer.wait, &answer.told())?,
                Err(error) => again.wait(None, &error.to_string())?,
            }
        }
    }

    /// Counts tries that failed.
    pub fn again(&self) -> Again {
        Again { since: Instant::now(), patience: self.patience, next: FIRST_WAIT }
    }

    /// Reads something.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.ask("GET", path, &[], None)?.read()
    }

    /// Reads something that may not be there.
    pub fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let answer = self.ask("GET", path, &[], None)?;
        if answer.status == 404 { Ok(None) } else { answer.read().map(Some) }
    }

    /// Sends JSON.
    pub fn post<T: DeserializeOwned>(&self, path: &str, value: &Value) -> Result<T> {
        let json = [("Content-Type", "application/json".to_owned())];
        self.ask("POST", path, &json, Some(value.to_string().as_bytes()))?.read()
    }
}

impl Answer {
    /// Whether the same may be answered otherwise a little later.
    pub fn is_passing(&self) -> bool {
        matches!(self.status, 408 | 429 | 502 | 503 | 504)
    }

    /// What the server says is wrong.
    pub fn told(&self) -> String {
        let problem: Problem = serde_json::from_slice(&self.body).unwrap_or_default();
        match (problem.detail.as_str(), self.status) {
            (_, 401) => "the server does not know this token, or it expired: make another".to_owned(),
            ("", status) => format!("the server answered with status {status}"),
            (detail, 500..) => format!("{detail} (request {})", problem.request),
            (detail, _) => detail.to_owned(),
        }
    }

    /// The JSON of an answer that is one of success.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        if !(200..300).contains(&self.status) {
            bail!("the server refused: {}", self.told());
        }
        serde_json::from_slice(&self.body).context("the server's answer cannot be read: is it Hearth?")
    }
}

/// Waits between tries, longer each time.
pub struct Again {
    since: Instant,
    patience: Duration,
    next: Duration,
}

impl Again {
    /// Waits before the next try.
    ///
    /// # Errors
    /// When it was tried for too long.
    pub fn wait(&mut self, told: Option<Duration>, why: &str) -> Result<()> {
        if self.since.elapsed() >= self.patience {
            return Err(anyhow!(
                "given up after {} minutes: {why}. Start it again: it goes on where it stopped",
                self.patience.as_secs() / 60
            ));
        }
        let wait = told.unwrap_or(self.next).min(LONGEST_WAIT);
        tracing::debug!(why, seconds = wait.as_secs(), "tried again");
        std::thread::sleep(wait);
        self.next = (self.next * 2).min(LONGEST_WAIT);
        Ok(())
    }
}
