//! Extensions: months added to what was active on a day, of one profile or of everybody.

use super::On;
use crate::{execute, fetch_all, fetch_one, statements};
use ce_domain::calendar::Day;

statements! {
    ALL = "SELECT id, profile_id, certification, months, extended_on, recorded_on, note FROM extensions";
    INSERT = "INSERT INTO extensions (id, profile_id, certification, months, extended_on, recorded_on, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SET_NOTE = "UPDATE extensions SET note = $2 WHERE id = $1";
    /// Whether the record of a profile has a certification.
    HOLDS = "SELECT (SELECT count(*) FROM starting_holdings h JOIN certifications c ON c.id = h.certification_id
            WHERE h.profile_id = $1 AND c.code = $2)
        + (SELECT count(*) FROM earned_certifications e JOIN certifications c ON c.id = e.certification_id
            WHERE e.profile_id = $1 AND c.code = $2) AS times";
    /// What is stored of a profile is not what the rules say any more: whoever has the certification in the record.
    UNSETTLE = "DELETE FROM settlements WHERE profile_id IN (
        SELECT h.profile_id FROM starting_holdings h JOIN certifications c ON c.id = h.certification_id
            WHERE c.code = $1 OR $1 = '*'
        UNION SELECT e.profile_id FROM earned_certifications e JOIN certifications c ON c.id = e.certification_id
            WHERE c.code = $1 OR $1 = '*')";
}

/// An extension. Whose, of what and for which day: by that it is known.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Extension {
    /// Its id.
    pub id: String,
    /// Whose; `None`: everybody's.
    pub profile_id: Option<String>,
    /// Code of the certification, or `*` for all of them.
    pub certification: String,
    /// How many months.
    pub months: i64,
    /// The day it was granted for: what was active then is extended.
    pub extended_on: Day,
    /// The day the record learned of it.
    pub recorded_on: Day,
    /// Why, for people.
    pub note: String,
}

/// Every extension.
///
/// # Errors
/// When the database says no.
pub async fn all(on: On<'_>) -> Result<Vec<Extension>, sqlx::Error> {
    fetch_all!(on, Extension, ALL)
}

/// Adds an extension.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, new: &Extension) -> Result<(), sqlx::Error> {
    let Extension { id, profile_id, certification, months, extended_on, recorded_on, note } = new;
    execute!(on, INSERT, id, profile_id.as_deref(), certification, *months, *extended_on, *recorded_on, note)?;
    Ok(())
}

/// Says anew why something was extended.
///
/// # Errors
/// When the database says no.
pub async fn set_note(on: On<'_>, id: &str, note: &str) -> Result<(), sqlx::Error> {
    execute!(on, SET_NOTE, id, note)?;
    Ok(())
}

/// Whether the record of a profile has a certification, still active or not.
///
/// # Errors
/// When the database says no.
pub async fn holds(on: On<'_>, profile_id: &str, code: &str) -> Result<bool, sqlx::Error> {
    let (times,) = fetch_one!(on, (i64,), HOLDS, profile_id, code)?;
    Ok(times > 0)
}

/// Makes everybody due to be settled whose record has a certification, or with `*` anything.
///
/// # Errors
/// When the database says no.
pub async fn unsettle(on: On<'_>, code: &str) -> Result<(), sqlx::Error> {
    execute!(on, UNSETTLE, code)?;
    Ok(())
}
