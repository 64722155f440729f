//! Credits that had been approved and were taken back.

use super::On;
use crate::{execute, fetch_optional, statements};
use chrono::{DateTime, Utc};

statements! {
    CLAIM = "SELECT profile_id, status, change_count, decided_at, counted_in FROM claims WHERE id = $1";
    OF_CLAIM = "SELECT revoked_at FROM revocations WHERE claim_id = $1";
    INSERT = "INSERT INTO revocations (claim_id, approved_at, revoked_at, revoked_by, confirmed_by) VALUES ($1, $2, $3, $4, $5)";
    /// The profile an account belongs to.
    PERSON = "SELECT profile_id FROM accounts WHERE id = $1 AND disabled_at IS NULL";
}

/// A claim whose credits are to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Claim {
    /// Whose it is.
    pub profile_id: String,
    /// Where it stands.
    pub status: String,
    /// How often it has been changed.
    pub change_count: i64,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// `record`, or `earlier_system` where the credits are part of what the record began with.
    pub counted_in: String,
}

/// A revocation, to be written down.
#[derive(Debug, Clone)]
pub struct NewRevocation<'a> {
    /// The claim.
    pub claim_id: &'a str,
    /// When it had been approved.
    pub approved_at: DateTime<Utc>,
    /// When its credits were taken back.
    pub revoked_at: DateTime<Utc>,
    /// The account that asked for it.
    pub revoked_by: &'a str,
    /// The account that agreed.
    pub confirmed_by: &'a str,
}

/// A claim, whoever sent it.
///
/// # Errors
/// When the database says no.
pub async fn claim(on: On<'_>, id: &str) -> Result<Option<Claim>, sqlx::Error> {
    fetch_optional!(on, Claim, CLAIM, id)
}

/// When a claim's credits were taken back, if they were.
///
/// # Errors
/// When the database says no.
pub async fn of_claim(on: On<'_>, claim_id: &str) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let row = fetch_optional!(on, (DateTime<Utc>,), OF_CLAIM, claim_id)?;
    Ok(row.map(|(revoked_at,)| revoked_at))
}

/// Writes down a revocation.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, new: &NewRevocation<'_>) -> Result<(), sqlx::Error> {
    let NewRevocation { claim_id, approved_at, revoked_at, revoked_by, confirmed_by } = new;
    execute!(on, INSERT, *claim_id, *approved_at, *revoked_at, *revoked_by, *confirmed_by)?;
    Ok(())
}

/// The person behind an account in use: the profile, where it has one. `None`: there is no such account.
///
/// # Errors
/// When the database says no.
pub async fn person(on: On<'_>, account_id: &str) -> Result<Option<Option<String>>, sqlx::Error> {
    let row = fetch_optional!(on, (Option<String>,), PERSON, account_id)?;
    Ok(row.map(|(profile_id,)| profile_id))
}
