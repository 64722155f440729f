//! Sessions, by the hash of their token, with all a request needs to know of who is asking.

use super::On;
use crate::{execute, fetch_all, statements};
use chrono::{DateTime, Utc};

statements! {
    INSERT = "INSERT INTO sessions (token_hash, account_id, created_at, last_seen_at, expires_at)
        VALUES ($1, $2, $3, $3, $4)";
    /// One row for each role, and one for an account without any.
    FIND = "SELECT s.last_seen_at, s.expires_at, a.id AS account_id, a.email, a.disabled_at, a.profile_id,
            p.candidate_id, p.name, t.accepted_at, r.role
        FROM sessions s
        JOIN accounts a ON a.id = s.account_id
        LEFT JOIN profiles p ON p.id = a.profile_id
        LEFT JOIN terms_acceptances t ON t.account_id = a.id AND t.version = $2
        LEFT JOIN account_roles r ON r.account_id = a.id
        WHERE s.token_hash = $1";
    SEEN = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1";
    RENEW = "UPDATE sessions SET token_hash = $2 WHERE token_hash = $1";
    DELETE = "DELETE FROM sessions WHERE token_hash = $1";
    DELETE_ALL = "DELETE FROM sessions WHERE account_id = $1";
    DELETE_OTHERS = "DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2";
    DELETE_ENDED = "DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2";
}

/// Who a session belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    /// When something was done last, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends whatever is done.
    pub expires_at: DateTime<Utc>,
    /// The account.
    pub account_id: String,
    /// Its address.
    pub email: String,
    /// Since when nobody can sign in with it.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The profile it belongs to.
    pub profile_id: Option<String>,
    /// The profile's candidate ID.
    pub candidate_id: Option<String>,
    /// The person's name.
    pub name: Option<String>,
    /// When the version of the terms that was asked for was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// One role of the account.
    pub role: Option<String>,
}

/// Adds a session.
///
/// # Errors
/// When the database says no.
pub async fn insert(
    on: On<'_>,
    token_hash: &str,
    account_id: &str,
    at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(on, INSERT, token_hash, account_id, at, expires_at)?;
    Ok(())
}

/// The session with a token, whether it has ended or not: a row for each role, at least one; none when there is none.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, token_hash: &str, terms_version: &str) -> Result<Vec<SessionRow>, sqlx::Error> {
    fetch_all!(on, SessionRow, FIND, token_hash, terms_version)
}

/// Notes that something was done.
///
/// # Errors
/// When the database says no.
pub async fn seen(on: On<'_>, token_hash: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, SEEN, token_hash, at)?;
    Ok(())
}

/// Gives a session another token. `false`: it has ended.
///
/// # Errors
/// When the database says no.
pub async fn renew(on: On<'_>, token_hash: &str, new_hash: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, RENEW, token_hash, new_hash)? == 1)
}

/// Ends a session.
///
/// # Errors
/// When the database says no.
pub async fn delete(on: On<'_>, token_hash: &str) -> Result<(), sqlx::Error> {
    execute!(on, DELETE, token_hash)?;
    Ok(())
}

/// Ends every session of an account.
///
/// # Errors
/// When the database says no.
pub async fn delete_all(on: On<'_>, account_id: &str) -> Result<(), sqlx::Error> {
    execute!(on, DELETE_ALL, account_id)?;
    Ok(())
}

/// Ends every session of an account but one.
///
/// # Errors
/// When the database says no.
pub async fn delete_others(on: On<'_>, account_id: &str, token_hash: &str) -> Result<(), sqlx::Error> {
    execute!(on, DELETE_OTHERS, account_id, token_hash)?;
    Ok(())
}

/// Removes sessions that have ended: those over by `now`, and those not seen since `idle_since`.
///
/// # Errors
/// When the database says no.
pub async fn delete_ended(on: On<'_>, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, DELETE_ENDED, now, idle_since)?;
    Ok(())
}
