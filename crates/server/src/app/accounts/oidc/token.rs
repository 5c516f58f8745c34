//! An identity token (OpenID Connect Core 1.0, section 2): read, and judged by section 3.1.3.7.
//!
//! Refuses to know the clock and the network. Start at [`Signed::read`], then [`Claims::check`].

use super::keys::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The longest token, in bytes.
pub(super) const TOKEN_MAX_BYTES: usize = 64 * 1024;
/// The longest name of somebody at the provider, in bytes (section 2 allows 255).
const SUBJECT_MAX_BYTES: usize = 255;

/// A token whose signature was not looked at yet.
#[derive(Clone, Debug)]
pub(super) struct Signed<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) message: &'a [u8],
    pub(super) signature: Vec<u8>,
    claims: Vec<u8>,
}

#[derive(Deserialize)]
struct Head {
    alg: Algorithm,
    #[serde(default)]
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
}

/// For whom a token is.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    email: Option<String>,
    /// Some providers write it as a text.
    #[serde(default)]
    email_verified: Option<serde_json::Value>,
}

/// What a token must fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    /// Seconds since 1970.
    pub(super) now_s: f64,
    /// Seconds that clocks may differ.
    pub(super) skew_s: f64,
}

/// Why a token is not believed. The words are for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    #[error("the token cannot be read: {0}")]
    Form(&'static str),
    #[error("the token is by {0:?}")]
    Issuer(String),
    #[error("the token is for another client")]
    Audience,
    #[error("the token is over, or not valid yet: do both clocks go right?")]
    Time,
    #[error("the token belongs to another sign-in")]
    Nonce,
    #[error("no key of the provider made the signature of the token")]
    Signature,
}

impl<'a> Signed<'a> {
    pub(super) fn read(token: &'a str) -> Result<Self, TokenError> {
        let wrong = |what| move || TokenError::Form(what);
        if token.len() > TOKEN_MAX_BYTES {
            return Err(TokenError::Form("it is too long"));
        }
        let (message, signature) = token.rsplit_once('.').ok_or_else(wrong("it has no signature"))?;
        let (head, claims) = message.split_once('.').ok_or_else(wrong("it has no claims"))?;
        let decoded = |text: &str, what| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Form(what));
        let head = decoded(head, "its head is no base64url")?;
        let head: Head = serde_json::from_slice(&head)
            .map_err(|_| TokenError::Form("its head names no algorithm of RS256, ES256, EdDSA"))?;
        if head.crit.is_some() {
            return Err(TokenError::Form("its head asks for an extension"));
        }
        Ok(Self {
            algorithm: head.alg,
            kid: head.kid,
            message: message.as_bytes(),
            signature: decoded(signature, "its signature is no base64url")?,
            claims: decoded(claims, "its claims are no base64url")?,
        })
    }

    /// What it says: to be asked after its signature was found good.
    pub(super) fn claims(&self) -> Result<Claims, TokenError> {
        serde_json::from_slice(&self.claims).map_err(|_| TokenError::Form("a claim is missing or wrong"))
    }
}

impl Claims {
    pub(super) fn check(&self, expected: &Expected) -> Result<(), TokenError> {
        let Expected { issuer, client, nonce, now_s, skew_s } = *expected;
        if self.iss != issuer {
            return Err(TokenError::Issuer(self.iss.chars().take(200).collect()));
        }
        let is_for = match &self.aud {
            Audience::One(one) => one == client,
            // With several, the one that asked for it must be named.
            Audience::Many(many) => {
                many.iter().any(|one| one == client) && (many.len() == 1 || self.azp.is_some())
            }
        };
        if !is_for || self.azp.as_ref().is_some_and(|azp| azp != client) {
            return Err(TokenError::Audience);
        }
        let is_over = self.exp + skew_s <= now_s || self.exp.is_nan();
        let is_early = self.iat.max(self.nbf.unwrap_or(self.iat)) > now_s + skew_s || self.iat.is_nan();
        if is_over || is_early {
            return Err(TokenError::Time);
        }
        if self.nonce.as_deref() != Some(nonce) {
            return Err(TokenError::Nonce);
        }
        if self.sub.is_empty() || self.sub.len() > SUBJECT_MAX_BYTES || self.sub.contains('\0') {
            return Err(TokenError::Form("it names nobody"));
        }
        Ok(())
    }

    /// The mail address, where the provider says that it is theirs.
    pub(super) fn verified_email(&self) -> Option<&str> {
        let said = self.email_verified.as_ref()?;
        let is_verified = said.as_bool().unwrap_or_else(|| said.as_str() == Some("true"));
        self.email.as_deref().filter(|_| is_verified)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn token(head: Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AAAA", part(&head), part(claims))
    }

    fn right() -> Value {
        json!({ "iss": "https://id.example", "sub": "1", "aud": "hearth", "exp": 2_000, "iat": 1_000, "nonce": "n" })
    }

    #[test]
    fn a_token_is_believed_by_its_reader_in_its_time_and_its_sign_in_alone() {
        let check = |changed: Value, now_s: f64, expected: Option<&str>| {
            let mut claims = right();
            for (name, value) in changed.as_object().expect("claims") {
                claims[name] = value.clone();
            }
            let text = token(json!({ "alg": "RS256" }), &claims);
            let claims = Signed::read(&text).expect("a token").claims();
            let issuer = "https://id.example";
            let fits = Expected { issuer, client: "hearth", nonce: "n", now_s, skew_s: 60.0 };
            let found = claims.and_then(|claims| claims.check(&fits)).err().map(|error| error.to_string());
            match (&found, expected) {
                (None, None) => {}
                (Some(found), Some(expected)) => assert!(found.contains(expected), "{found}"),
                _ => panic!("{changed} at {now_s}: {found:?}, not {expected:?}"),
            }
        };
        check(json!({}), 1_500.0, None);
        check(json!({}), 2_059.0, None);
        check(json!({}), 2_060.0, Some("over"));
        check(json!({}), 941.0, None);
        check(json!({}), 939.0, Some("not valid yet"));
        check(json!({ "nbf": 1_900 }), 1_500.0, Some("not valid yet"));
        check(json!({ "iss": "https://id.example/" }), 1_500.0, Some("is by"));
        check(json!({ "aud": "other" }), 1_500.0, Some("another client"));
        check(json!({ "aud": ["hearth"] }), 1_500.0, None);
        check(json!({ "aud": ["hearth", "other"] }), 1_500.0, Some("another client"));
        check(json!({ "aud": ["hearth", "other"], "azp": "hearth" }), 1_500.0, None);
        check(json!({ "aud": ["hearth", "other"], "azp": "other" }), 1_500.0, Some("another client"));
        check(json!({ "nonce": "m" }), 1_500.0, Some("another sign-in"));
        check(json!({ "nonce": null }), 1_500.0, Some("another sign-in"));
        check(json!({ "sub": "" }), 1_500.0, Some("nobody"));
        check(json!({ "exp": "soon" }), 1_500.0, Some("claim"));
    }

    #[test]
    fn only_a_verified_address_counts() {
        let check = |verified: Value, expected: Option<&str>| {
            let mut claims = right();
            claims["email"] = "ada@example.org".into();
            claims["email_verified"] = verified;
            let claims: Claims = serde_json::from_value(claims).expect("claims");
            assert_eq!(claims.verified_email(), expected);
        };
        check(json!(true), Some("ada@example.org"));
        check(json!("true"), Some("ada@example.org"));
        check(json!(false), None);
        check(json!("yes"), None);
        check(json!(null), None);
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for wrong in ["", ".", "..", "a.b", "a.b.c", "é.é.é"] {
            assert!(Signed::read(wrong).is_err(), "{wrong}");
        }
        for head in
            [json!({ "alg": "none" }), json!({ "alg": "HS256" }), json!({ "alg": "RS256", "crit": ["x"] })]
        {
            assert!(Signed::read(&token(head.clone(), &right())).is_err(), "{head}");
        }
    }
}
