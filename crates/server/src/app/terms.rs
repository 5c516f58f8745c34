//! Terms of use: which there are, others, and their acceptance.
//!
//! Terms are data: what they ask for is acted on by `hearth_ledger::rules::disclosure`. An acceptance is an entry, by a
//! person for their party, of one version. Start at [`list`].

use super::genomes::release::terms_with_code;
use super::sharing::{first, new_record};
use super::{App, Problem};
use hearth_base::audience::Audience;
use hearth_base::id::{PersonId, VersionId};
use hearth_base::terms::Terms;
use hearth_ledger::body::Body;
use hearth_ledger::body::sharing::Acceptance;
use hearth_ledger::entry::Kind;
use hearth_ledger::rules::{Actor, Status};
use hearth_store::state::records::{self, Face, Listing};
use hearth_store::state::scope::Scope;

/// Terms that a server may have.
const TERMS_MAX: u32 = 200;

/// Terms, and how much stands under them.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Which, and in which version.
    pub id: VersionId,
    /// What they say.
    pub terms: Terms,
    /// Records under them that the reader may see.
    pub records: u64,
}

/// All terms that are in force, the oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, scope: &Scope) -> Result<Vec<Kept>, Problem> {
    let mut read = app.store.read().await?;
    let listing = Listing { limit: TERMS_MAX, ..Listing::of(Kind::Terms, Face::Released) };
    let mut all = Vec::new();
    for seen in records::list(&mut read, scope, &listing).await? {
        let (id, status) = (seen.version, seen.status);
        let Some(Body::Terms(terms)) = seen.entry.map(|entry| entry.draft.body) else { continue };
        if status == Status::Withdrawn {
            continue;
        }
        let records = records::count_under(&mut read, scope, id.record).await?;
        all.push(Kept { id, terms: *terms, records });
    }
    all.reverse();
    Ok(all)
}

/// The terms with a code.
///
/// # Errors
/// When there are none, or the store fails.
pub async fn find(app: &App, scope: &Scope, code: &str) -> Result<Kept, Problem> {
    let all = list(app, scope).await?;
    all.into_iter().find(|kept| kept.terms.code == code).ok_or(Problem::NotFound("terms"))
}

/// Writes other terms.
///
/// # Errors
/// When the actor is no administrator of the server, the terms cannot be used, the code is taken, or the store fails.
pub async fn write(app: &App, actor: &Actor, terms: Terms) -> Result<(), Problem> {
    actor.require_host()?;
    terms.check().map_err(|error| Problem::field("", error.to_string()))?;
    if terms.title.trim().is_empty() {
        return Err(Problem::field("title", "this is needed"));
    }
    let mut writing = app.store.write(app.now()).await?;
    if terms_with_code(writing.tx(), &terms.code).await?.is_some() {
        return Err(Problem::field("code", "there are terms with this code already: choose another"));
    }
    if records::count(writing.tx(), &Scope::of_anybody(app.now()), Kind::Terms, Face::Released).await?
        >= u64::from(TERMS_MAX)
    {
        return Err(Problem::Conflict(format!("a server has at most {TERMS_MAX} terms")));
    }
    let draft = first(new_record()?, actor, Audience::Public, writing.now(), terms);
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// Accepts the newest version of terms, for the person and their party. Accepted again, nothing is written.
///
/// # Errors
/// When there are no such terms, or the store fails.
pub async fn accept(app: &App, actor: &Actor, code: &str) -> Result<(), Problem> {
    let mut writing = app.store.write(app.now()).await?;
    let (id, _) = terms_with_code(writing.tx(), code).await?.ok_or(Problem::NotFound("terms"))?;
    if records::is_accepted(writing.tx(), actor.person, id).await? {
        return Ok(());
    }
    let draft = first(new_record()?, actor, Audience::Owner, writing.now(), Acceptance { terms: id });
    writing.append(vec![draft]).await?;
    writing.commit().await?;
    Ok(())
}

/// Whether a person accepted this version of terms.
///
/// # Errors
/// When the store fails.
pub async fn is_accepted(app: &App, person: PersonId, terms: VersionId) -> Result<bool, Problem> {
    Ok(records::is_accepted(&mut *app.store.read().await?, person, terms).await?)
}
