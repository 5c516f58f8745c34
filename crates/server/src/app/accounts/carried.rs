//! Who somebody is by what they carry: a session's secret, or a token.
//!
//! Everything is read anew for each request: whoever is closed, or loses a role, has lost it with the next one. Start at
//! [`by_session`].

use super::Secret;
use crate::app::{App, Problem};
use hearth_base::digest::Digest;
use hearth_base::id::{PersonId, RecordId};
use hearth_base::role::Roles;
use hearth_base::time::UtcTime;
use hearth_ledger::rules::Actor;
use hearth_store::accounts::{session, token};
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::state::parties;
use hearth_store::state::scope::Scope;

/// What every token begins with, so that scanners of sources find leaked ones.
pub const TOKEN_PREFIX: &str = "hearth_";
/// The scope of reading what the person may see. Without it, a token sees what everybody sees.
pub const READ: &str = "read";

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// How somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// A session, by its secret.
    Session(Secret),
    /// A token, by its name.
    Token(RecordId),
}

/// Somebody who proved who they are.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What they may do.
    pub actor: Actor,
    /// What they may see.
    pub scope: Scope,
    /// Their name.
    pub name: String,
    /// The name of their party.
    pub party_name: String,
    /// How they proved it.
    pub means: Means,
}

/// Who carries the secret of a session, if it holds still.
///
/// # Errors
/// When the database fails.
pub async fn by_session(app: &App, secret: &Secret) -> Result<Option<SignedIn>, Problem> {
    let now = app.now();
    let mut read = app.store.read().await?;
    let Some(begun) = session::find(&mut read, &secret.digest()).await? else { return Ok(None) };
    let settings = &app.config.accounts;
    let idle_ms = settings.session_idle_minutes as i64 * MINUTE_MS;
    let most_ms = settings.session_most_hours as i64 * HOUR_MS;
    if now >= begun.created.plus_ms(most_ms) || now >= begun.seen.plus_ms(idle_ms) {
        return Ok(None);
    }
    let found = signed_in(&mut read, begun.person, Grant::All, Means::Session(secret.clone()), now).await?;
    if found.is_some() && now >= begun.seen.plus_ms(MINUTE_MS) {
        let (app, digest) = (app.clone(), secret.digest());
        in_passing(async move {
            let mut tx = app.store.database().begin_write().await?;
            session::touch(&mut tx, &digest, now).await?;
            Ok(tx.commit().await?)
        });
    }
    Ok(found)
}

/// Who carries a token, if it holds still.
///
/// # Errors
/// When the database fails.
pub async fn by_token(app: &App, text: &str) -> Result<Option<SignedIn>, Problem> {
    let now = app.now();
    if !text.starts_with(TOKEN_PREFIX) || text.len() > 100 {
        return Ok(None);
    }
    let digest = *Digest::of(text.as_bytes()).as_bytes();
    let mut read = app.store.read().await?;
    let Some(issued) = token::find(&mut read, &digest).await? else { return Ok(None) };
    if now >= issued.expires {
        return Ok(None);
    }
    let grant = Grant::Some(&issued.scopes);
    let found = signed_in(&mut read, issued.person, grant, Means::Token(issued.id), now).await?;
    if found.is_some() && issued.used != Some(now.date().to_string()) {
        let (app, id) = (app.clone(), issued.id);
        in_passing(async move {
            let mut tx = app.store.database().begin_write().await?;
            token::touch(&mut tx, id, now).await?;
            Ok(tx.commit().await?)
        });
    }
    Ok(found)
}

/// How much of what a person may do.
enum Grant<'a> {
    All,
    Some(&'a str),
}

async fn signed_in(
    read: &mut Session,
    person: PersonId,
    grant: Grant<'_>,
    means: Means,
    now: UtcTime,
) -> Result<Option<SignedIn>, Problem> {
    let Some((party, said)) = parties::person(read, person.into()).await? else { return Ok(None) };
    let host = head(read).await?.host;
    let may = |word: &str| match grant {
        Grant::All => true,
        Grant::Some(scopes) => scopes.split(' ').any(|scope| scope == word),
    };
    let roles: Roles = said.roles.iter().copied().filter(|role| may(role.word())).collect();
    let scope = if may(READ) {
        Scope::of(read, Some(person), party, roles.clone(), now).await?
    } else {
        Scope::of_anybody(now)
    };
    let party_name = parties::find(read, party).await?.map(|party| party.name).unwrap_or_default();
    let actor = Actor { person, party, roles, is_of_host: host == Some(party) };
    Ok(Some(SignedIn { actor, scope, name: said.name, party_name, means }))
}

/// Writes something down that nobody waits for and that may be lost.
fn in_passing(work: impl Future<Output = Result<(), Problem>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(problem) = work.await {
            tracing::debug!(%problem, "when somebody was last seen was not written down");
        }
    });
}
