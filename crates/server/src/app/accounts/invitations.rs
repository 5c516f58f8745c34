//! Invitations: a link by which somebody chooses their password, once.
//!
//! Start at [`find`].

use super::people::Member;
use super::{Secret, passwords};
use crate::app::{App, Problem};
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;
use hearth_store::accounts;
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::db::Write;
use hearth_store::state::parties;

/// Who an invitation is for, if it still holds.
///
/// # Errors
/// When the store fails.
pub async fn find(app: &App, secret: &Secret) -> Result<Option<Member>, Problem> {
    let mut read = app.store.read().await?;
    let invited = invitation::find(&mut read, &secret.digest(), app.now()).await?;
    let Some(Invited::Person(id)) = invited else { return Ok(None) };
    let account = accounts::of_person(&mut read, id).await?;
    let said = parties::person(&mut read, id.into()).await?;
    Ok(account.zip(said).map(|(account, (_, person))| Member { person, account }))
}

/// Offers a person a link. Its secret is given this once.
pub(super) async fn offer(
    app: &App,
    tx: &mut Write,
    person: PersonId,
    now: UtcTime,
) -> Result<Secret, Problem> {
    let secret = Secret::new()?;
    let expires = now.plus_ms(app.config.accounts.invitation_hours as i64 * 3_600_000);
    invitation::offer(tx, &secret.digest(), Invited::Person(person), now, expires).await?;
    Ok(secret)
}

/// Uses an invitation: the person has this password from now on.
///
/// # Errors
/// When it does not hold any more, the password is weak, or the store fails.
pub async fn accept(app: &App, secret: &Secret, password: &str) -> Result<(), Problem> {
    let spent = || Problem::Gone("this link was used already or is too old: ask for another".to_owned());
    let account = find(app, secret).await?.ok_or_else(spent)?.account;
    passwords::check("password", password, &account.login, app.config.accounts.password_least_chars)?;
    let form = passwords::hash(&app.gate, password).await?;
    let mut tx = app.store.database().begin_write().await?;
    let invited = invitation::spend(&mut tx, &secret.digest(), app.now()).await?;
    if invited != Some(Invited::Person(account.person)) {
        return Err(spent());
    }
    accounts::set_password(&mut tx, account.person, &form).await?;
    tx.commit().await?;
    Ok(())
}
