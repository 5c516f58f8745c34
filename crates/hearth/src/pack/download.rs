//! Fetches one file over HTTP or HTTPS, under limits.

use super::PackError;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(30);
/// Longest time for one whole answer.
const ANSWER: Duration = Duration::from_secs(600);
/// Most redirects followed.
const REDIRECTS: u32 = 5;

/// Fetches files; honours `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
pub struct Downloader {
    agent: ureq::Agent,
}

impl Downloader {
    /// A downloader with the house's limits of time.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .max_redirects(REDIRECTS)
            .proxy(ureq::Proxy::try_from_env())
            .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }

    /// The content at `url`; `None` when the server says there is nothing (404 or 410).
    pub fn get(&self, url: &str, limit: u64) -> Result<Option<Vec<u8>>, PackError> {
        let failed = |problem: String| PackError::Fetch { url: url.to_owned(), problem };
        let mut answer = match self.agent.get(url).call() {
            Ok(answer) => answer,
            Err(ureq::Error::StatusCode(404 | 410)) => return Ok(None),
            Err(ureq::Error::StatusCode(status)) => {
                return Err(failed(format!("the server answered with status {status}")));
            }
            Err(error) => return Err(failed(error.to_string())),
        };
        let claimed = answer.body().content_length();
        match answer.body_mut().with_config().limit(limit).read_to_vec() {
            Ok(bytes) if claimed.is_some_and(|claimed| claimed != bytes.len() as u64) => {
                Err(failed("the connection broke off before the end".to_owned()))
            }
            Ok(bytes) => Ok(Some(bytes)),
            Err(ureq::Error::BodyExceedsLimit(_)) => Err(PackError::TooLarge { what: url.to_owned(), limit }),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}
