//! API tokens: made, listed, revoked.
//!
//! Start at [`make`].

use super::carried::{READ, TOKEN_PREFIX};
use super::{Secret, SignedIn, checked_name};
use crate::app::{App, Problem};
use hearth_base::digest::Digest;
use hearth_base::id::RecordId;
use hearth_base::role::Role;
use hearth_store::accounts::token::{self, Issued};
use hearth_store::random;

const DAY_MS: i64 = 24 * 3_600_000;

/// Makes a token for the person who asks, with some of their own roles. Its text is given this once.
///
/// # Errors
/// When a scope is not theirs, a name is missing, or the store fails.
pub async fn make(
    app: &App,
    who: &SignedIn,
    name: &str,
    scopes: &[String],
    days: u64,
) -> Result<String, Problem> {
    let settings = &app.config.accounts;
    let name = checked_name("name", name)?;
    if days == 0 || days > settings.token_most_days {
        let text = format!("a token is valid for 1 to {} days", settings.token_most_days);
        return Err(Problem::field("days", text));
    }
    let mut chosen: Vec<&str> = Vec::new();
    for scope in scopes {
        let is_theirs = scope.parse::<Role>().is_ok_and(|role| who.actor.roles.contains(&role));
        if scope != READ && !is_theirs {
            let scope: String = scope.chars().take(40).collect();
            return Err(Problem::field("scope", format!("{scope:?} is not among what you may do yourself")));
        }
        if !chosen.contains(&scope.as_str()) {
            chosen.push(scope);
        }
    }
    if chosen.is_empty() {
        return Err(Problem::field("scope", "choose at least one thing that the token may do"));
    }
    let text = format!("{TOKEN_PREFIX}{}", Secret::new()?.text());
    let now = app.now();
    let issued = Issued {
        id: RecordId::from_bytes(random::bytes()?),
        person: who.actor.person,
        name,
        scopes: chosen.join(" "),
        created: now,
        expires: now.plus_ms(days as i64 * DAY_MS),
        used: None,
    };
    let mut tx = app.store.database().begin_write().await?;
    if token::of_person(&mut tx, who.actor.person).await?.len() as u64 >= settings.tokens_most {
        let text = format!("you have {} tokens: revoke one that is not used any more", settings.tokens_most);
        return Err(Problem::field("", text));
    }
    token::issue(&mut tx, Digest::of(text.as_bytes()).as_bytes(), &issued).await?;
    tx.commit().await?;
    Ok(text)
}

/// The tokens of the person who asks.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, who: &SignedIn) -> Result<Vec<Issued>, Problem> {
    Ok(token::of_person(&mut *app.store.read().await?, who.actor.person).await?)
}

/// Revokes a token of the person who asks.
///
/// # Errors
/// When they have no such token, or the store fails.
pub async fn revoke(app: &App, who: &SignedIn, id: RecordId) -> Result<(), Problem> {
    let mut tx = app.store.database().begin_write().await?;
    let was_there = token::revoke(&mut tx, who.actor.person, id).await?;
    tx.commit().await?;
    if was_there { Ok(()) } else { Err(Problem::NotFound("token")) }
}
