//! Attempts that did not succeed, by account and by network address.

use super::On;
use crate::{execute, fetch_optional, statements};
use chrono::{DateTime, Utc};

statements! {
    BLOCKED_UNTIL = "SELECT blocked_until FROM throttles WHERE key = $1";
    /// Counts from one again when the last attempt is older than `$3`. No row: it is blocked. One statement, so that of a
    /// thousand attempts at once each sees the one before.
    COUNT = "INSERT INTO throttles (key, failures, last_failure_at) VALUES ($1, 1, $2)
        ON CONFLICT (key) DO UPDATE SET
            failures = CASE WHEN throttles.last_failure_at < $3 THEN 1 ELSE throttles.failures + 1 END,
            last_failure_at = excluded.last_failure_at, blocked_until = NULL
        WHERE throttles.blocked_until IS NULL OR throttles.blocked_until <= $2
        RETURNING failures";
    BLOCK = "UPDATE throttles SET blocked_until = $2 WHERE key = $1";
    FORGET = "DELETE FROM throttles WHERE key = $1";
    TAKE_BACK = "UPDATE throttles SET failures = failures - 1, blocked_until = NULL WHERE key = $1 AND failures > 0";
    DELETE_OLD = "DELETE FROM throttles WHERE last_failure_at < $1";
}

/// Until when a key must wait.
///
/// # Errors
/// When the database says no.
pub async fn blocked_until(on: On<'_>, key: &str) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let row = fetch_optional!(on, (Option<DateTime<Utc>>,), BLOCKED_UNTIL, key)?;
    Ok(row.and_then(|(until,)| until))
}

/// Counts an attempt and tells how many there are now; those before `forget_before` are forgotten when all are. Nothing is
/// counted and told while the key is blocked.
///
/// # Errors
/// When the database says no.
pub async fn count(
    on: On<'_>,
    key: &str,
    at: DateTime<Utc>,
    forget_before: DateTime<Utc>,
) -> Result<Option<i64>, sqlx::Error> {
    let row = fetch_optional!(on, (i64,), COUNT, key, at, forget_before)?;
    Ok(row.map(|(failures,)| failures))
}

/// Makes a key wait.
///
/// # Errors
/// When the database says no.
pub async fn block(on: On<'_>, key: &str, until: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, BLOCK, key, until)?;
    Ok(())
}

/// Forgets every attempt of a key.
///
/// # Errors
/// When the database says no.
pub async fn forget(on: On<'_>, key: &str) -> Result<(), sqlx::Error> {
    execute!(on, FORGET, key)?;
    Ok(())
}

/// Takes one attempt of a key back: it succeeded.
///
/// # Errors
/// When the database says no.
pub async fn take_back(on: On<'_>, key: &str) -> Result<(), sqlx::Error> {
    execute!(on, TAKE_BACK, key)?;
    Ok(())
}

/// Removes what no longer counts.
///
/// # Errors
/// When the database says no.
pub async fn delete_old(on: On<'_>, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, DELETE_OLD, before)?;
    Ok(())
}
