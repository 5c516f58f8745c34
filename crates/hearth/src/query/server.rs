//! A question to a server that speaks LAPIS v2, Hearth's or another.
//!
//! Refuses to follow an address elsewhere: a token goes to one server only. Start at [`ask`].

use super::QueryFlags;
use crate::pack;
use crate::submit::token;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value};
use std::time::{Duration, Instant};
use ureq::http::Request;

const CONNECT: Duration = Duration::from_secs(30);
const ANSWER: Duration = Duration::from_secs(900);
/// The longest answer, in bytes.
const ANSWER_MAX_BYTES: u64 = 4 << 30;
/// So long it waits for a server that says "later".
const PATIENCE: Duration = Duration::from_secs(120);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What the server answers; JSON without its envelope.
///
/// # Errors
/// When it refuses, or cannot be reached.
pub fn ask(flags: &QueryFlags, what: &str, keys: &Map<String, Value>) -> Result<Vec<u8>> {
    let address = format!("{}/sample/{what}", base(flags)?);
    let token = flags.token_file.as_deref().map(token).transpose()?;
    let is_safe = address.starts_with("https://")
        || ["http://localhost", "http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|own| address.starts_with(own));
    ensure!(token.is_none() || is_safe, "the token would be sent without TLS: write https://");
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(ANSWER))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(ureq::Proxy::try_from_env())
        .tls_config(pack::tls()?)
        .user_agent(concat!("hearth/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent: ureq::Agent = config.into();
    let (begun, body) = (Instant::now(), Value::Object(keys.clone()).to_string());
    loop {
        let mut request = Request::post(&address).header("Content-Type", "application/json");
        if let Some(token) = &token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let answer = agent.run(request.body(body.clone())?);
        let mut answer = answer.with_context(|| format!("{address} cannot be reached"))?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        let bytes = answer.body_mut().with_config().limit(ANSWER_MAX_BYTES).read_to_vec()?;
        match (status, wait) {
            (200, _) => return data(bytes),
            (429 | 503, Some(seconds)) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_secs(seconds).min(LONGEST_WAIT));
            }
            _ => bail!("{}", refusal(status, &address, &bytes)),
        }
    }
}

/// The address below which a pathogen is asked about.
fn base(flags: &QueryFlags) -> Result<String> {
    let source = flags.source.trim_end_matches('/');
    let (_, rest) = source.split_once("://").unwrap_or_default();
    match (&flags.pathogen, rest.contains('/')) {
        (Some(pathogen), false) => Ok(format!("{source}/lapis/{pathogen}")),
        (None, true) => Ok(source.to_owned()),
        (Some(_), true) => bail!("the address names what is asked about already: leave --pathogen out"),
        (None, false) => bail!(
            "say which pathogen: --pathogen sars-cov-2, or the whole address of its LAPIS, {source}/lapis/sars-cov-2"
        ),
    }
}

/// The rows of an answer, without what the server says of itself.
fn data(bytes: Vec<u8>) -> Result<Vec<u8>> {
    if bytes.first() != Some(&b'{') {
        return Ok(bytes);
    }
    let mut told: Value =
        serde_json::from_slice(&bytes).context("the answer is no JSON: is this a LAPIS?")?;
    Ok(told["data"].take().to_string().into_bytes())
}

/// What the server says is wrong.
fn refusal(status: u16, address: &str, bytes: &[u8]) -> String {
    let told: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let detail = told["error"]["detail"].as_str().or_else(|| told["detail"].as_str());
    match (detail, status) {
        (_, 401) => "the server does not know this token, or it expired: make another".to_owned(),
        (Some(detail), _) => format!("the server refused: {detail}"),
        (None, 404) => format!("there is nothing at {address}: is it the address of a LAPIS?"),
        (None, 300..=399) => format!("{address} leads elsewhere: give the address that it leads to"),
        (None, status) => format!("{address} answered with status {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_sentences() {
        let check = |status, body: &str, expected: &str| {
            let told = refusal(status, "http://x/y", body.as_bytes());
            assert!(told.contains(expected), "{told}");
        };
        check(400, r#"{"error":{"detail":"Unknown field: 'x'"}}"#, "the server refused: Unknown field: 'x'");
        check(404, r#"{"detail":"this server has no pathogen y"}"#, "has no pathogen y");
        check(404, "<html>", "is it the address of a LAPIS?");
        check(401, "", "make another");
        check(502, "", "answered with status 502");
    }

    #[test]
    fn envelopes_are_taken_off() {
        let told = data(br#"{"data":[{"count":1}],"info":{}}"#.to_vec()).expect("rows");
        assert_eq!(told, br#"[{"count":1}]"#);
        assert_eq!(data(b"count\n1\n".to_vec()).expect("rows"), b"count\n1\n");
    }
}
