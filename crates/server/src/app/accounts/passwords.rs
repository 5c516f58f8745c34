//! Passwords: argon2id by OWASP's cheat sheet (19 MiB, 2 passes, 1 lane), and which ones are too weak.
//!
//! Hashing runs on threads of its own, a few at once ([`super::Gate::turn`]). Refuses to compare in a time that tells
//! whether a user exists: without a form to compare with, another is taken. Start at [`verify`].

use super::Gate;
use crate::app::Problem;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use hearth_store::random;
use unicode_normalization::UnicodeNormalization as _;

/// Memory of one hashing, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The longest password, in bytes.
const MAX_BYTES: usize = 1024;

/// The form of a password that nobody knows, with the parameters of all others.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Passwords that everybody tries first.
const FREQUENT: &[&str] =
    &["password", "passwort", "qwertyuiop", "letmein", "welcome", "changeme", "hearth", "admin"];

fn argon2() -> Result<Argon2<'static>, Problem> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: impl std::fmt::Display) -> Problem {
    Problem::Internal(format!("hashing a password: {error}"))
}

/// One form for the ways in which keyboards write the same letters (NIST SP 800-63B, 3.1.1.2).
fn normal(password: &str) -> Vec<u8> {
    password.nfkc().collect::<String>().into_bytes()
}

/// That a new password is long enough and not among the first that are tried.
///
/// # Errors
/// Says what to do.
pub fn check(field: &'static str, password: &str, login: &str, least_chars: u64) -> Result<(), Problem> {
    let refused = |text: &str| Err(Problem::field(field, text));
    if (password.chars().count() as u64) < least_chars {
        return refused(&format!(
            "the password has fewer than {least_chars} characters: a few words are a good one"
        ));
    }
    if password.len() > MAX_BYTES {
        return refused("the password is longer than 1024 bytes");
    }
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 5 || FREQUENT.contains(&core) || lower.contains("1234567890") || lower == login {
        return refused("this password would be among the first that are tried: take a few words instead");
    }
    Ok(())
}

/// The form of a password that is kept.
///
/// # Errors
/// When too many are hashed already.
pub async fn hash(gate: &Gate, password: &str) -> Result<String, Problem> {
    let (password, salt) = (normal(password), random::bytes::<16>()?);
    let _turn = gate.turn().await?;
    let hashing = move || -> Result<String, Problem> {
        let form: PasswordHash = argon2()?.hash_password_with_salt(&password, &salt).map_err(internal)?;
        Ok(form.to_string())
    };
    tokio::task::spawn_blocking(hashing).await.map_err(internal)?
}

/// Whether a password is that of a form. Without a form it takes as long, and is wrong.
///
/// # Errors
/// When too many are hashed already.
pub async fn verify(gate: &Gate, password: &str, form: Option<&str>) -> Result<bool, Problem> {
    let is_somebodys = form.is_some() && password.len() <= MAX_BYTES;
    let password = normal(if password.len() <= MAX_BYTES { password } else { "" });
    let form = form.unwrap_or(NOBODYS).to_owned();
    let _turn = gate.turn().await?;
    let verifying = move || -> Result<bool, Problem> {
        let form = PasswordHash::new(&form).map_err(internal)?;
        Ok(argon2()?.verify_password(&password, &form).is_ok())
    };
    let is_right = tokio::task::spawn_blocking(verifying).await.map_err(internal)??;
    Ok(is_right && is_somebodys)
}
