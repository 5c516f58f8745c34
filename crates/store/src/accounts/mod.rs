//! Accounts: how people prove who they are. Beside the ledger, and never in it.
//!
//! Who a person is and what they may do is an entry ([`crate::state::parties::person`]); here stand their login name,
//! the form of their password that tells nothing, and digests of what they carry: sessions, tokens, invitations. Refuses
//! to hash passwords and to judge how long something holds: the server does. Start at [`by_login`].

pub mod invitation;
pub mod session;
pub mod token;

use crate::db::{DbError, Row, Session, Write};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use crate::searches;
use hearth_base::id::{PartyId, PersonId};
use hearth_base::time::UtcTime;
use sqlx::AssertSqlSafe;

/// The digest of a secret that somebody carries.
pub type SecretDigest = [u8; 32];

/// How a person proves who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: PersonId,
    /// For whom they act.
    pub party: PartyId,
    /// The name they sign in with, in small letters.
    pub login: String,
    /// Their password in PHC form (github.com/P-H-C/phc-string-format); `None` until they chose one.
    pub password: Option<String>,
    /// Issuer and subject at single sign-on.
    pub subject: Option<(String, String)>,
    /// Whether they can no longer sign in.
    pub is_closed: bool,
    /// The day of the last sign-in, as `2026-11-22`.
    pub seen: Option<String>,
}

const COLUMNS: &str = "person, party, login, password, issuer, subject, is_closed, seen";

fn account(row: &Row) -> Result<Account, StoreError> {
    let issuer: Option<String> = row.get(4)?;
    let subject: Option<String> = row.get(5)?;
    Ok(Account {
        person: PersonId::from_bytes(id_from(row.get(0)?)?),
        party: PartyId::from_bytes(id_from(row.get(1)?)?),
        login: row.get(2)?,
        password: row.get(3)?,
        subject: issuer.zip(subject),
        is_closed: row.get(6)?,
        seen: row.get(7)?,
    })
}

async fn one(
    session: &mut Session,
    condition: &str,
    params: Vec<crate::db::Value<'_>>,
) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE {condition}");
    session.fetch_optional(AssertSqlSafe(sql), params).await?.as_ref().map(account).transpose()
}

/// The account with a login name, which is in small letters.
///
/// # Errors
/// When the database fails.
pub async fn by_login(session: &mut Session, login: &str) -> Result<Option<Account>, StoreError> {
    // A text that the database cannot keep is nobody's name.
    if login.contains('\0') {
        return Ok(None);
    }
    one(session, "login = $1", vec![login.into()]).await
}

/// The account of a person.
///
/// # Errors
/// When the database fails.
pub async fn of_person(session: &mut Session, person: PersonId) -> Result<Option<Account>, StoreError> {
    one(session, "person = $1", vec![person.as_bytes().into()]).await
}

/// The account that is linked with somebody at single sign-on.
///
/// # Errors
/// When the database fails.
pub async fn by_subject(
    session: &mut Session,
    issuer: &str,
    subject: &str,
) -> Result<Option<Account>, StoreError> {
    one(session, "issuer = $1 AND subject = $2", vec![issuer.into(), subject.into()]).await
}

/// The accounts of a party, by login name.
///
/// # Errors
/// When the database fails.
pub async fn of_party(session: &mut Session, party: PartyId) -> Result<Vec<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE party = $1 ORDER BY login");
    let rows = session.fetch_all(AssertSqlSafe(sql), params![party.as_bytes()]).await?;
    rows.iter().map(account).collect()
}

/// Opens an account. Says whether the login name was free.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Write, account: &Account, now: UtcTime) -> Result<bool, StoreError> {
    if by_login(tx, &account.login).await?.is_some() {
        return Ok(false);
    }
    let sql = "INSERT INTO account (person, party, login, password, is_closed, created) \
               VALUES ($1, $2, $3, $4, 0, $5)";
    let values = params![
        account.person.as_bytes(),
        account.party.as_bytes(),
        &account.login,
        account.password.as_deref(),
        now.unix_ms()
    ];
    match tx.execute(sql, values).await {
        Ok(_) => Ok(true),
        Err(DbError::Unique { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Keeps another password, and ends every session and invitation of the person.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &mut Write, person: PersonId, password: &str) -> Result<(), StoreError> {
    let sql = "UPDATE account SET password = $1 WHERE person = $2";
    tx.execute(sql, params![password, person.as_bytes()]).await?;
    session::end_all(tx, person).await?;
    tx.execute("DELETE FROM invitation WHERE person = $1", params![person.as_bytes()]).await?;
    Ok(())
}

/// Links an account with somebody at single sign-on. Says whether they were free.
///
/// # Errors
/// When the database fails.
pub async fn link(tx: &mut Write, person: PersonId, issuer: &str, subject: &str) -> Result<bool, StoreError> {
    if by_subject(tx, issuer, subject).await?.is_some_and(|other| other.person != person) {
        return Ok(false);
    }
    let sql = "UPDATE account SET issuer = $1, subject = $2 WHERE person = $3";
    tx.execute(sql, params![issuer, subject, person.as_bytes()]).await?;
    Ok(true)
}

/// Closes an account: sessions, tokens, invitations and saved searches end with it.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut Write, person: PersonId) -> Result<(), StoreError> {
    tx.execute("UPDATE account SET is_closed = 1 WHERE person = $1", params![person.as_bytes()]).await?;
    session::end_all(tx, person).await?;
    tx.execute("DELETE FROM token WHERE person = $1", params![person.as_bytes()]).await?;
    tx.execute("DELETE FROM invitation WHERE person = $1", params![person.as_bytes()]).await?;
    searches::forget_all(tx, person).await?;
    Ok(())
}
