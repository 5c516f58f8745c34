//! The identity provider over HTTP: what it says of itself, its keys, and a code exchanged for a token.
//!
//! Every request has a time and a size that it may not exceed, follows no redirect, and goes to addresses that are https
//! (or, like the issuer, on this machine). What was read is kept for an hour; keys are read again when one is missing.
//! Refuses to judge tokens. Start at [`Provider::described`].

use super::keys::Keys;
use crate::config::is_safe;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearth_base::time::UtcTime;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};

/// The longest answer, in bytes.
const ANSWER_MAX_BYTES: usize = 512 * 1024;
/// How long one request may take.
const REQUEST_MOST: Duration = Duration::from_secs(10);
/// How long what was read is believed.
const KEPT_MS: i64 = 3_600_000;
/// How soon keys are read again when one is missing, and a provider is asked again that did not answer.
const AGAIN_MS: i64 = 10_000;
/// Requests at the same moment.
const REQUESTS_AT_ONCE: usize = 16;

/// Why the provider gave nothing that can be used. The words are for the log.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum ProviderError {
    /// It may do so later.
    #[error("{0}")]
    Down(String),
    /// It said no to what was asked: a code that is over, a client that it does not know.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// It says something that cannot be used, whenever it is asked.
    #[error("{0}")]
    Wrong(String),
}

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Description {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether its answers say who it is (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Granted {
    id_token: String,
}

#[derive(Deserialize)]
struct RefusedAnswer {
    error: String,
}

/// A provider, and what was read of it.
pub(super) struct Provider {
    issuer: String,
    client: OnceLock<Client>,
    described: Mutex<Option<(Result<Description, ProviderError>, UtcTime)>>,
    keys: Mutex<Option<(Keys, UtcTime)>>,
    turns: Semaphore,
}

impl Provider {
    pub(super) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client: OnceLock::new(),
            described: Mutex::new(None),
            keys: Mutex::new(None),
            turns: Semaphore::new(REQUESTS_AT_ONCE),
        }
    }

    /// What it says of itself.
    pub(super) async fn described(&self, now: UtcTime) -> Result<Description, ProviderError> {
        let mut kept = self.described.lock().await;
        if let Some((found, read)) = &*kept {
            let holds_ms = if found.is_ok() { KEPT_MS } else { AGAIN_MS };
            if now < read.plus_ms(holds_ms) {
                return found.clone();
            }
        }
        let found = self.describe().await;
        *kept = Some((found.clone(), now));
        found
    }

    async fn describe(&self) -> Result<Description, ProviderError> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let found: Description = self.asked(self.client()?.get(&self.checked(&address)?)).await?;
        if found.issuer != self.issuer {
            let text = format!("oidc.issuer is {:?}, and it calls itself {:?}", self.issuer, found.issuer);
            return Err(ProviderError::Wrong(text));
        }
        for address in [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri] {
            self.checked(address)?;
        }
        Ok(found)
    }

    /// Its keys; read again, if those at hand are `stale`, but not at once again.
    pub(super) async fn keys(&self, now: UtcTime, stale: bool) -> Result<Keys, ProviderError> {
        let described = self.described(now).await?;
        let mut kept = self.keys.lock().await;
        if let Some((keys, read)) = &*kept {
            let holds_ms = if stale { AGAIN_MS } else { KEPT_MS };
            if now < read.plus_ms(holds_ms) {
                return Ok(keys.clone());
            }
        }
        let keys: Keys = self.asked(self.client()?.get(&described.jwks_uri)).await?;
        *kept = Some((keys.clone(), now));
        Ok(keys)
    }

    /// The identity token for a code.
    pub(super) async fn exchange(
        &self,
        now: UtcTime,
        (id, secret): (&str, &str),
        fields: &[(&str, &str)],
    ) -> Result<String, ProviderError> {
        let described = self.described(now).await?;
        let encoded = hearth_pages::site::address::encoded;
        let mut fields: Vec<(&str, &str)> = fields.to_vec();
        let mut request = self.client()?.post(&described.token_endpoint);
        let methods = described.token_endpoint_auth_methods_supported;
        // The specification's default is the header.
        let is_basic = methods.is_none_or(|all| all.iter().any(|one| one == "client_secret_basic"));
        if is_basic && !secret.is_empty() {
            let both = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
            request = request.header(AUTHORIZATION, format!("Basic {both}"));
        } else {
            fields.push(("client_id", id));
            if !secret.is_empty() {
                fields.push(("client_secret", secret));
            }
        }
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.join("&"));
        let granted: Granted = self.asked(request).await?;
        Ok(granted.id_token)
    }

    /// An address that may be asked: by TLS, or on this machine if the issuer is.
    fn checked(&self, address: &str) -> Result<String, ProviderError> {
        if is_safe(address) && (address.starts_with("https://") || !self.issuer.starts_with("https://")) {
            return Ok(address.to_owned());
        }
        Err(ProviderError::Wrong(format!("its address {address:?} is not https")))
    }

    fn client(&self) -> Result<&Client, ProviderError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // A process chooses its provider of ciphers once: the blob store in a bucket takes the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .timeout(REQUEST_MOST)
            .connect_timeout(REQUEST_MOST / 2)
            .pool_max_idle_per_host(1)
            .user_agent("hearth");
        if self.issuer.starts_with("http://") {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| ProviderError::Wrong(told(&error)))?;
        Ok(self.client.get_or_init(|| client))
    }

    async fn asked<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ProviderError> {
        let turn = self.turns.try_acquire();
        let _turn = turn.map_err(|_| ProviderError::Down("too many sign in at this moment".to_owned()))?;
        let down = |error: reqwest::Error| ProviderError::Down(told(&error));
        let mut response = request.header(ACCEPT, "application/json").send().await.map_err(down)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(down)? {
            if body.len() + piece.len() > ANSWER_MAX_BYTES {
                return Err(ProviderError::Wrong(format!("it answers more than {ANSWER_MAX_BYTES} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(ProviderError::Down(format!("it answers {status}")));
        }
        if !status.is_success() {
            let error = serde_json::from_slice::<RefusedAnswer>(&body).map(|refused| refused.error);
            let error = error.unwrap_or_else(|_| status.to_string());
            return Err(ProviderError::Refused(error.chars().take(100).collect()));
        }
        serde_json::from_slice(&body).map_err(|error| ProviderError::Wrong(format!("it answers {error}")))
    }
}

/// What went wrong, without the address, which may have a secret in it.
fn told(error: &reqwest::Error) -> String {
    let mut text =
        if error.is_timeout() { "it did not answer in time" } else { "it cannot be reached" }.to_owned();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_by_tls_or_on_this_machine_are_asked() {
        let check = |address: &str, expected: bool| assert_eq!(is_safe(address), expected, "{address}");
        check("https://id.example/realms/one", true);
        check("http://127.0.0.1:4000/token", true);
        check("http://[::1]:4000", true);
        check("http://id.example", false);
        check("http://127.0.0.1.example", false);
        check("https://a@id.example", false);
        check("file:///etc/passwd", false);
        check("/token", false);
        check("", false);
        let provider = Provider::new("https://id.example");
        assert!(
            provider.checked("http://127.0.0.1/token").is_err(),
            "a far issuer names nothing on this machine"
        );
    }
}
