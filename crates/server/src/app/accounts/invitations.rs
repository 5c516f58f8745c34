//! Invitations: a link by which somebody chooses their password, once.
//!
//! Start at [`find`].

use super::{Secret, passwords};
use crate::app::{App, Problem};
use hearth_base::id::PersonId;
use hearth_base::time::UtcTime;
use hearth_store::accounts::invitation::{self, Invited};
use hearth_store::accounts::{self, Account};
use hearth_store::db::Write;

/// The account that an invitation is for, if it still holds.
///
/// # Errors
/// When the store fails.
pub async fn find(app: &App, secret: &Secret) -> Result<Option<Account>, Problem> {
    let mut read = app.store.read().await?;
    match invitation::find(&mut read, &secret.digest(), app.now()).await? {
        Some(Invited::Person(person)) => Ok(accounts::of_person(&mut read, person).await?),
        Some(Invited::Founder) | None => Ok(None),
    }
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
    let account = find(app, secret).await?.ok_or_else(spent)?;
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
