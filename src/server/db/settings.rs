//! What kind of world this database is, in a few named values.

use super::On;
use crate::{execute, fetch_optional, statements};

statements! {
    /// One value.
    GET = "SELECT value FROM settings WHERE name = $1";
    /// Writes one, over what was there.
    SET = "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

/// `true` in a database of demonstration data: it allows a set clock.
pub const DEMO: &str = "demo";

/// When the last probe of readiness was written.
pub const LAST_PROBE: &str = "last_probe";

/// The value of a setting, if it was ever written.
///
/// # Errors
/// When the database says no.
pub async fn get(on: On<'_>, name: &str) -> Result<Option<String>, sqlx::Error> {
    let row = fetch_optional!(on, (String,), GET, name)?;
    Ok(row.map(|(value,)| value))
}

/// Writes a setting.
///
/// # Errors
/// When the database says no.
pub async fn set(on: On<'_>, name: &str, value: &str) -> Result<(), sqlx::Error> {
    execute!(on, SET, name, value)?;
    Ok(())
}
