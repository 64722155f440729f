//! Certifications earned, or earned again, after a profile's record began.

use super::On;
use crate::{execute, fetch_all, statements};
use ce_domain::calendar::Day;

statements! {
    ALL = "SELECT profile_id, certification_id, earned_on FROM earned_certifications";
    INSERT = "INSERT INTO earned_certifications (id, profile_id, certification_id, earned_on, recorded_on)
        VALUES ($1, $2, $3, $4, $5)";
}

/// What an earned certification is known by: profile, certification, and the day.
pub type Key = (String, String, Day);

/// Every certification earned after a record began.
///
/// # Errors
/// When the database says no.
pub async fn all(on: On<'_>) -> Result<Vec<Key>, sqlx::Error> {
    fetch_all!(on, Key, ALL)
}

/// Adds a certification that was earned, with the day the record learned of it.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, id: &str, key: &Key, recorded_on: Day) -> Result<(), sqlx::Error> {
    let (profile_id, certification_id, earned_on) = key;
    execute!(on, INSERT, id, profile_id, certification_id, *earned_on, recorded_on)?;
    Ok(())
}
