//! What somebody has typed into the claim form and not sent yet: one draft an account.

use super::On;
use crate::{execute, fetch_optional, statements};
use chrono::{DateTime, Utc};

statements! {
    FIND = "SELECT fields, updated_at FROM claim_drafts WHERE account_id = $1";
    SAVE = "INSERT INTO claim_drafts (account_id, fields, updated_at) VALUES ($1, $2, $3)
        ON CONFLICT (account_id) DO UPDATE SET fields = excluded.fields, updated_at = excluded.updated_at";
    DELETE = "DELETE FROM claim_drafts WHERE account_id = $1";
}

/// The draft of an account, and when it was last changed.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, account_id: &str) -> Result<Option<(String, DateTime<Utc>)>, sqlx::Error> {
    fetch_optional!(on, (String, DateTime<Utc>), FIND, account_id)
}

/// Keeps the draft of an account in place of the one before.
///
/// # Errors
/// When the database says no.
pub async fn save(on: On<'_>, account_id: &str, fields: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, SAVE, account_id, fields, at)?;
    Ok(())
}

/// Forgets the draft of an account.
///
/// # Errors
/// When the database says no.
pub async fn delete(on: On<'_>, account_id: &str) -> Result<(), sqlx::Error> {
    execute!(on, DELETE, account_id)?;
    Ok(())
}
