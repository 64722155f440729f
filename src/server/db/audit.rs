//! Who did what, when. Written in the transaction that does it; never changed.

use super::On;
use crate::{execute, fetch_all, statements};
use chrono::{DateTime, Utc};
use std::sync::atomic::{AtomicU64, Ordering};

statements! {
    INSERT = "INSERT INTO audit_log (id, at, actor_id, action, subject_kind, subject_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_SUBJECT = "SELECT at, actor_id, action, detail FROM audit_log
        WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at, id";
}

/// Something that was done.
pub struct Done<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// By which account; `None`: by the portal itself.
    pub actor_id: Option<&'a str>,
    /// What, as `claim.submitted`.
    pub action: &'a str,
    /// What kind of thing it was done to, as `claim`.
    pub subject_kind: &'a str,
    /// Its id.
    pub subject_id: &'a str,
    /// What else is worth keeping; for people, without personal data.
    pub detail: &'a str,
}

/// An entry as it is read.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// By which account.
    pub actor_id: Option<String>,
    /// What.
    pub action: String,
    /// What else was kept.
    pub detail: String,
}

/// Writes down what was done.
///
/// # Errors
/// When the database says no.
pub async fn write(on: On<'_>, done: &Done<'_>) -> Result<(), sqlx::Error> {
    let id = next_id(done.at);
    execute!(on, INSERT, id, done.at, done.actor_id, done.action, done.subject_kind, done.subject_id, done.detail)?;
    Ok(())
}

/// An id that sorts after every earlier one of the same instant: what one transaction does, it does at one instant, and
/// is read in the order in which it was done.
fn next_id(at: DateTime<Utc>) -> String {
    /// As many bits as the counter of such an id may have.
    const COUNTER_BITS: u8 = 42;
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let count = WRITTEN.fetch_add(1, Ordering::Relaxed) % (1 << COUNTER_BITS);
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let timestamp =
        uuid::Timestamp::from_unix_time(seconds, at.timestamp_subsec_nanos(), u128::from(count), COUNTER_BITS);
    uuid::Uuid::new_v7(timestamp).hyphenated().to_string()
}

/// What was done to something, in the order in which it was done.
///
/// # Errors
/// When the database says no.
pub async fn of_subject(on: On<'_>, kind: &str, id: &str) -> Result<Vec<Entry>, sqlx::Error> {
    fetch_all!(on, Entry, OF_SUBJECT, kind, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_done_at_one_instant_the_later_sorts_after_the_earlier() {
        let at = "2026-11-23T12:00:00Z".parse().expect("an instant");
        let ids: Vec<String> = (0..500).map(|_| next_id(at)).collect();
        assert!(ids.windows(2).all(|two| two[0] < two[1]), "{ids:?}");
    }
}
