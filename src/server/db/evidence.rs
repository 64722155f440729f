//! Certificates of completion: what was sent, by whom. Their content is in the file store, under its hash.

use super::{On, Tx, new_id};
use crate::{execute, fetch_one, fetch_optional, statements};
use chrono::{DateTime, Utc};

statements! {
    /// Records one.
    INSERT = "INSERT INTO evidence (id, account_id, sha256, size, media_type, file_name, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// By id.
    FIND = "SELECT id, account_id, sha256, size, media_type, file_name, created_at FROM evidence WHERE id = $1";
    /// By id, if an account of the profile sent it.
    OWNED = "SELECT e.id, e.account_id, e.sha256, e.size, e.media_type, e.file_name, e.created_at
        FROM evidence e JOIN accounts a ON a.id = e.account_id WHERE e.id = $1 AND a.profile_id = $2";
    /// How many an account has begun to send after an instant, and when the first of them.
    BEGUN_SINCE = "SELECT COUNT(*) AS begun, MIN(begun_at) AS first_at FROM uploads WHERE account_id = $1 AND begun_at > $2";
    /// Notes that one is begun.
    BEGIN = "INSERT INTO uploads (id, account_id, begun_at) VALUES ($1, $2, $3)";
    /// Forgets those begun up to an instant.
    FORGET = "DELETE FROM uploads WHERE account_id = $1 AND begun_at <= $2";
    /// How many records a content has.
    RECORDS_OF = "SELECT COUNT(*) AS records FROM evidence WHERE sha256 = $1";
}

/// A certificate of completion that was sent.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Evidence {
    /// Its id.
    pub id: String,
    /// Who sent it.
    pub account_id: String,
    /// Hash of its content, in hexadecimal digits.
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    /// What its content is.
    pub media_type: String,
    /// What it was called.
    pub file_name: String,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

/// Records a certificate.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, new: &Evidence) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT,
        &new.id,
        &new.account_id,
        &new.sha256,
        new.size,
        &new.media_type,
        &new.file_name,
        new.created_at
    )
    .map(drop)
}

/// A certificate, whoever sent it.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, id: &str) -> Result<Option<Evidence>, sqlx::Error> {
    fetch_optional!(on, Evidence, FIND, id)
}

/// A certificate that an account of the profile has sent.
///
/// # Errors
/// When the database says no.
pub async fn owned(on: On<'_>, id: &str, profile_id: &str) -> Result<Option<Evidence>, sqlx::Error> {
    fetch_optional!(on, Evidence, OWNED, id, profile_id)
}

/// Notes that an account begins to send a certificate, unless it has begun `most` since an instant: then when it began
/// the first of them. What lies further back is forgotten.
///
/// # Errors
/// When the database says no.
pub async fn begin_upload(
    tx: &mut Tx,
    account_id: &str,
    since: DateTime<Utc>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Result<(), DateTime<Utc>>, sqlx::Error> {
    let (begun, first): (i64, Option<DateTime<Utc>>) =
        fetch_one!(tx.on(), (i64, Option<DateTime<Utc>>), BEGUN_SINCE, account_id, since)?;
    if begun >= most {
        return Ok(Err(first.unwrap_or(now)));
    }
    execute!(tx.on(), FORGET, account_id, since)?;
    execute!(tx.on(), BEGIN, new_id(now), account_id, now)?;
    Ok(Ok(()))
}

/// Whether a content is anybody's.
///
/// # Errors
/// When the database says no.
pub async fn is_recorded(on: On<'_>, sha256: &str) -> Result<bool, sqlx::Error> {
    let (records,): (i64,) = fetch_one!(on, (i64,), RECORDS_OF, sha256)?;
    Ok(records > 0)
}
