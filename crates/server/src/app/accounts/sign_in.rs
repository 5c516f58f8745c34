//! Signing in and out, and changing one's password.
//!
//! Start at [`sign_in`].

use super::{Means, Secret, SignedIn, login_form, passwords};
use crate::app::{App, Problem};
use hearth_base::id::PersonId;
use hearth_store::accounts::{self, session};
use std::net::IpAddr;

/// Begins a session for whoever knows the password.
///
/// # Errors
/// [`Problem::WrongPassword`], [`Problem::TooMany`], or when the store fails.
pub async fn sign_in(app: &App, login: &str, password: &str, address: IpAddr) -> Result<Secret, Problem> {
    let login = login_form(login);
    app.gate.pass(&login, address, app.now())?;
    let account = accounts::by_login(&mut *app.store.read().await?, &login).await?;
    let account = account.filter(|account| !account.is_closed);
    let form = account.as_ref().and_then(|account| account.password.as_deref());
    let is_right = passwords::verify(&app.gate, password, form).await?;
    let (Some(account), true) = (&account, is_right) else {
        tracing::info!(%address, "a wrong name or password");
        return Err(Problem::WrongPassword);
    };
    app.gate.was_right(&login, address);
    begin(app, account.person).await
}

/// Begins a session.
pub(super) async fn begin(app: &App, person: PersonId) -> Result<Secret, Problem> {
    let (secret, now) = (Secret::new()?, app.now());
    let oldest = now.plus_ms(-(app.config.accounts.session_most_hours as i64) * 3_600_000);
    let mut tx = app.store.database().begin_write().await?;
    session::begin(&mut tx, &secret.digest(), person, now, oldest).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Ends the session that somebody carries.
///
/// # Errors
/// When the store fails.
pub async fn sign_out(app: &App, who: &SignedIn) -> Result<(), Problem> {
    if let Means::Session(secret) = &who.means {
        let mut tx = app.store.database().begin_write().await?;
        session::end(&mut tx, &secret.digest()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Changes one's own password; every session ends, and a new one begins.
///
/// # Errors
/// When the old one is wrong, the new one is weak, or the store fails.
pub async fn change_password(
    app: &App,
    who: &SignedIn,
    old: &str,
    new: &str,
    address: IpAddr,
) -> Result<Secret, Problem> {
    let person = who.actor.person;
    let account = accounts::of_person(&mut *app.store.read().await?, person).await?;
    let account = account.ok_or(Problem::NotFound("account"))?;
    passwords::check("password", new, &account.login, app.config.accounts.password_least_chars)?;
    app.gate.pass(&account.login, address, app.now())?;
    if !passwords::verify(&app.gate, old, account.password.as_deref()).await? {
        return Err(Problem::field("old", "this is not your password"));
    }
    app.gate.was_right(&account.login, address);
    let form = passwords::hash(&app.gate, new).await?;
    let mut tx = app.store.database().begin_write().await?;
    accounts::set_password(&mut tx, person, &form).await?;
    tx.commit().await?;
    begin(app, person).await
}
