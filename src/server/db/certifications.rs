//! Certifications and who holds them.

use super::On;
use crate::{fetch_all, statements};
use ce_domain::calendar::Day;
use ce_domain::certification::Holding;
use ce_domain::program::Program;

statements! {
    /// What a profile holds.
    HELD = "SELECT c.code, c.name, c.level, c.retired_on, h.earned_on, h.cycle_start, h.last_extension, h.expires_on, h.status_code
        FROM holdings h JOIN certifications c ON c.id = h.certification_id WHERE h.profile_id = $1 ORDER BY c.name, h.earned_on";
}

/// A certification somebody holds or has held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Key of its level.
    pub level: String,
    /// When it was retired.
    pub retired_on: Option<Day>,
    /// When its expiry was last extended.
    pub last_extension: Option<Day>,
    /// The code of the record, as `CERT`.
    pub status_code: String,
    /// What the rules look at.
    pub holding: Holding,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    code: String,
    name: String,
    level: String,
    retired_on: Option<Day>,
    earned_on: Day,
    cycle_start: Day,
    last_extension: Option<Day>,
    expires_on: Option<Day>,
    status_code: String,
}

/// What a profile holds, by name.
///
/// # Errors
/// When the database says no.
pub async fn held(on: On<'_>, profile_id: &str, program: &Program) -> Result<Vec<Held>, sqlx::Error> {
    let rows = fetch_all!(on, HeldRow, HELD, profile_id)?;
    Ok(rows
        .into_iter()
        .map(|row| Held {
            holding: Holding {
                certification: row.code,
                rank: program.rank(&row.level).unwrap_or(0),
                earned_on: row.earned_on,
                cycle_start: row.cycle_start,
                expires_on: row.expires_on,
            },
            name: row.name,
            level: row.level,
            retired_on: row.retired_on,
            last_extension: row.last_extension,
            status_code: row.status_code,
        })
        .collect())
}
