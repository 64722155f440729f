//! Leases: what only one server at a time does.

use super::On;
use crate::{execute, statements};
use chrono::{DateTime, Utc};

statements! {
    TAKE = "INSERT INTO leases (name, holder, held_until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET holder = $2, held_until = $3
        WHERE leases.holder = $2 OR leases.held_until < $4";
    GIVE_BACK = "DELETE FROM leases WHERE name = $1 AND holder = $2";
}

/// Takes a lease, or holds on to it, until an instant. `false`: somebody else has it.
///
/// # Errors
/// When the database says no.
pub async fn take(
    on: On<'_>,
    name: &str,
    holder: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, TAKE, name, holder, until, now)? == 1)
}

/// Gives a lease back before its time. Somebody else's is left alone.
///
/// # Errors
/// When the database says no.
pub async fn give_back(on: On<'_>, name: &str, holder: &str) -> Result<(), sqlx::Error> {
    execute!(on, GIVE_BACK, name, holder)?;
    Ok(())
}
