//! The keys of an identity provider (RFC 7517), and whether a signature is by one of them.
//!
//! RS256, ES256 and EdDSA with Ed25519: what providers in use sign with, none of it by a secret that both sides know.
//! Refuses to know where keys come from. Start at [`Keys::verify`].

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Keys of one provider that are looked at.
const KEYS_MAX: usize = 100;

/// How something is signed (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Algorithm {
    RS256,
    ES256,
    #[serde(alias = "Ed25519")]
    EdDSA,
}

/// A key as the provider publishes it; what is not known of it is left alone.
#[derive(Clone, Debug, Default, Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// The keys of a provider.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

/// Whether a signature is by one of the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is.
    Good,
    /// A key of this name is there, and it is not its signature.
    Bad,
    /// There is no such key: the provider may have exchanged its keys since they were read.
    Unknown,
}

impl Keys {
    /// Whether a message is signed by the key of this name; without a name, by any key.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
        message: &[u8],
        signature: &[u8],
    ) -> Verdict {
        let is_named = |key: &&Key| kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
        let may_sign = |key: &&Key| key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let fitting = self.keys.iter().take(KEYS_MAX).filter(is_named).filter(may_sign);
        let mut verdict = Verdict::Unknown;
        for key in fitting {
            match key.verifies(algorithm, message, signature) {
                Some(true) => return Verdict::Good,
                Some(false) => verdict = Verdict::Bad,
                None => {}
            }
        }
        verdict
    }
}

impl Key {
    /// Nothing where the key is of another sort.
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<bool> {
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        match (algorithm, self.kty.as_str(), self.crv.as_deref()) {
            (Algorithm::RS256, "RSA", _) => {
                let key = RsaPublicKeyComponents { n: bytes(&self.n)?, e: bytes(&self.e)? };
                Some(key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok())
            }
            (Algorithm::ES256, "EC", Some("P-256")) => {
                let point = [vec![4], bytes(&self.x)?, bytes(&self.y)?].concat();
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                Some(key.verify(message, signature).is_ok())
            }
            (Algorithm::EdDSA, "OKP", Some("Ed25519")) => {
                let key = UnparsedPublicKey::new(&ED25519, bytes(&self.x)?);
                Some(key.verify(message, signature).is_ok())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 A.3 and RFC 8037 A.2: keys and what they signed.
    const KEYS: &str = r#"{"keys":[
        {"kty":"EC","crv":"P-256","kid":"ec","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
        {"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"oct","kid":"secret","k":"AAAA"},
        {"kty":"EC","crv":"P-256","kid":"enc","use":"enc","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    const EDDSA: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    #[test]
    fn signatures_of_the_specifications_are_by_their_keys() {
        let keys: Keys = serde_json::from_str(KEYS).expect("keys");
        let check = |algorithm, token: &str, kid: Option<&str>, expected: Verdict| {
            let (message, signature) = token.rsplit_once('.').expect("three parts");
            let signature = URL_SAFE_NO_PAD.decode(signature).expect("letters");
            assert_eq!(keys.verify(algorithm, kid, message.as_bytes(), &signature), expected, "{kid:?}");
            let changed = keys.verify(algorithm, kid, format!("{message}x").as_bytes(), &signature);
            assert_ne!(changed, Verdict::Good);
        };
        check(Algorithm::ES256, ES256, Some("ec"), Verdict::Good);
        check(Algorithm::ES256, ES256, None, Verdict::Good);
        check(Algorithm::EdDSA, EDDSA, Some("ed"), Verdict::Good);
        check(Algorithm::ES256, ES256, Some("other"), Verdict::Unknown);
        check(Algorithm::ES256, ES256, Some("enc"), Verdict::Unknown);
        // A key of another sort is no key for it, whatever its name.
        check(Algorithm::RS256, ES256, Some("ec"), Verdict::Unknown);
        check(Algorithm::EdDSA, ES256, Some("ed"), Verdict::Bad);
    }

    #[test]
    fn what_is_signed_with_a_shared_secret_or_not_at_all_has_no_algorithm() {
        for wrong in ["none", "HS256", "RS384", "rs256", ""] {
            assert!(serde_json::from_value::<Algorithm>(wrong.into()).is_err(), "{wrong}");
        }
    }
}
