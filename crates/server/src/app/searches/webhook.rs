//! Messages to an address of somebody's, signed as Standard Webhooks says (standardwebhooks.com, version 1.0.0).
//!
//! A message has a name, a time and a body; the signature is over all three. It goes to the addresses that were judged,
//! by no redirect, within a bounded time; of the answer its status alone is heard. Start at [`send`].

use super::reach;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearth_base::time::UtcTime;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use ring::hmac;
use std::time::Duration;

/// What secrets begin with.
const SECRET_PREFIX: &str = "whsec_";
/// How long one message may take.
const SEND_MOST: Duration = Duration::from_secs(15);
/// How long a connection may take.
const CONNECT_MOST: Duration = Duration::from_secs(5);

/// A message.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Its name, the same at each try.
    pub id: &'a str,
    /// What it says.
    pub body: &'a str,
}

/// How a try ended that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What became of it, for the owner of the search.
    pub text: String,
    /// Whether the other side wants no more.
    pub is_final: bool,
}

/// A new secret, as its owner is shown it.
pub fn secret(random: [u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(random))
}

/// The signature of a message at a time (seconds since 1970), as its header has it.
pub fn signature(secret: &str, message: &Message, at_s: i64) -> String {
    let text = secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret);
    // A secret that is no Base64 is none of ours; it signs as what it is.
    let bytes = STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let signed = format!("{}.{at_s}.{}", message.id, message.body);
    format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
}

/// Sends a message. What the other side said, if it took it.
///
/// # Errors
/// When it did not.
pub async fn send(
    address: &str,
    secret: &str,
    message: &Message<'_>,
    now: UtcTime,
    is_own_network_allowed: bool,
) -> Result<String, Refused> {
    let passing = |text: String| Refused { text, is_final: false };
    let url = reach::checked(address, is_own_network_allowed).map_err(passing)?;
    let addresses = reach::resolved(&url, is_own_network_allowed).await.map_err(passing)?;
    // A process chooses its provider of ciphers once: the blob store in a bucket takes the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(SEND_MOST)
        .connect_timeout(CONNECT_MOST)
        .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
        .user_agent("hearth")
        .build()
        .map_err(|_| passing("the server cannot send anything at the moment".to_owned()))?;
    let at_s = now.unix_ms().div_euclid(1000);
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", at_s.to_string())
        .header("webhook-signature", signature(secret, message, at_s))
        .body(message.body.to_owned());
    // The body of the answer is not read: the connection ends with the client.
    let answer = request.send().await.map_err(|error| passing(unreached(&error)))?;
    judged(answer.status())
}

fn judged(status: StatusCode) -> Result<String, Refused> {
    let text = format!("it answered {status}");
    match status {
        _ if status.is_success() => Ok(text),
        StatusCode::GONE => {
            Err(Refused { text: format!("{text}: it wants no more messages"), is_final: true })
        }
        _ if status.is_redirection() => Err(Refused {
            text: format!("{text}: messages follow no redirects, write the last address"),
            is_final: false,
        }),
        _ => Err(Refused { text, is_final: false }),
    }
}

fn unreached(error: &reqwest::Error) -> String {
    let text = match error {
        error if error.is_timeout() => "it did not answer in time",
        error if error.is_connect() => "it cannot be reached, or its certificate does not hold",
        _ => "the connection broke",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // Made by the Python package `standardwebhooks` 1.0.0.
        let message = Message { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: r#"{"test": 2432232314}"# };
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(
            signature(secret, &message, 1_614_265_330),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn only_a_success_counts() {
        let check = |status: u16, expected: Option<bool>| {
            let judged = judged(StatusCode::from_u16(status).expect("a status"));
            assert_eq!(judged.err().map(|refused| refused.is_final), expected, "{status}");
        };
        check(200, None);
        check(204, None);
        check(301, Some(false));
        check(404, Some(false));
        check(410, Some(true));
        check(500, Some(false));
    }
}
