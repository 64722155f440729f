//! What the program's office tells everybody, on top of the dashboard.

use super::On;
use crate::{execute, fetch_all, statements};
use chrono::{DateTime, Utc};

statements! {
    /// Those that are out and not over, newest first: more than three nobody reads.
    CURRENT = "SELECT id, title, body, published_at FROM announcements
        WHERE published_at <= $1 AND (expires_at IS NULL OR expires_at > $1) ORDER BY published_at DESC, id DESC LIMIT 3";
    /// A new one.
    INSERT = "INSERT INTO announcements (id, title, body, published_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
}

/// Something to tell everybody.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Announcement {
    /// Its id.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Plain words; blank lines divide paragraphs.
    pub body: String,
    /// From this instant on it is shown.
    pub published_at: DateTime<Utc>,
}

/// What is to be told now: newest first, at most three.
///
/// # Errors
/// When the database says no.
pub async fn current(on: On<'_>, now: DateTime<Utc>) -> Result<Vec<Announcement>, sqlx::Error> {
    fetch_all!(on, Announcement, CURRENT, now)
}

/// Adds one, shown from its `published_at` until `expires_at`, or until it is taken down.
///
/// # Errors
/// When the database says no.
pub async fn insert(
    on: On<'_>,
    announcement: &Announcement,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    let Announcement { id, title, body, published_at } = announcement;
    execute!(on, INSERT, id, title, body, *published_at, expires_at)?;
    Ok(())
}
