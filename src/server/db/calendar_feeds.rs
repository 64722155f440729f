//! Addresses by which a calendar program reads somebody's dates, by the hash of the secret in them.

use super::On;
use crate::{execute, fetch_all, fetch_one, fetch_optional, statements};
use chrono::{DateTime, Utc};

statements! {
    INSERT = "INSERT INTO calendar_feeds (id, account_id, token_hash, created_at) VALUES ($1, $2, $3, $4)";
    /// Not that of an account that was closed, or that has no profile.
    FIND = "SELECT f.id, f.account_id, a.profile_id, f.last_read_at FROM calendar_feeds f JOIN accounts a ON a.id = f.account_id
        WHERE f.token_hash = $1 AND f.revoked_at IS NULL AND a.disabled_at IS NULL AND a.profile_id IS NOT NULL";
    ACTIVE = "SELECT id, created_at, last_read_at FROM calendar_feeds
        WHERE account_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC";
    ACTIVE_COUNT = "SELECT COUNT(*) AS feeds FROM calendar_feeds WHERE account_id = $1 AND revoked_at IS NULL";
    READ = "UPDATE calendar_feeds SET last_read_at = $2 WHERE id = $1 AND (last_read_at IS NULL OR last_read_at < $2)";
    REVOKE = "UPDATE calendar_feeds SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL";
    REVOKE_ALL = "UPDATE calendar_feeds SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL";
}

/// Whose dates an address leads to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Feed {
    /// Its id.
    pub id: String,
    /// Who made it.
    pub account_id: String,
    /// The profile they belong to.
    pub profile_id: String,
    /// When it was last read, roughly.
    pub last_read_at: Option<DateTime<Utc>>,
}

/// An address as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Active {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last read, roughly.
    pub last_read_at: Option<DateTime<Utc>>,
}

/// Adds an address.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, id: &str, account_id: &str, hash: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, INSERT, id, account_id, hash, at)?;
    Ok(())
}

/// The address with this hash, if it can still be read.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, hash: &str) -> Result<Option<Feed>, sqlx::Error> {
    fetch_optional!(on, Feed, FIND, hash)
}

/// The addresses of an account that can be read, the newest first.
///
/// # Errors
/// When the database says no.
pub async fn active(on: On<'_>, account_id: &str) -> Result<Vec<Active>, sqlx::Error> {
    fetch_all!(on, Active, ACTIVE, account_id)
}

/// How many addresses of an account can be read.
///
/// # Errors
/// When the database says no.
pub async fn active_count(on: On<'_>, account_id: &str) -> Result<i64, sqlx::Error> {
    let (feeds,): (i64,) = fetch_one!(on, (i64,), ACTIVE_COUNT, account_id)?;
    Ok(feeds)
}

/// Notes that an address was read.
///
/// # Errors
/// When the database says no.
pub async fn read(on: On<'_>, id: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, READ, id, at)?;
    Ok(())
}

/// Ends an address of an account, and says whether there was one to end.
///
/// # Errors
/// When the database says no.
pub async fn revoke(on: On<'_>, id: &str, account_id: &str, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, REVOKE, id, account_id, at)? == 1)
}

/// Ends every address of an account, and says how many there were.
///
/// # Errors
/// When the database says no.
pub async fn revoke_all(on: On<'_>, account_id: &str, at: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    execute!(on, REVOKE_ALL, account_id, at)
}
