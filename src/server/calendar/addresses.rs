//! The addresses a calendar program reads from: made, revoked, listed. Each has a secret in it that is shown once.

use crate::app::pages::account::calendar::{AddressRow, CalendarData};
use crate::server::auth::{Candidate, secret};
use crate::server::db::{Tx, audit, calendar_feeds, new_id};
use crate::server::error::Fault;
use crate::server::state::AppState;
use crate::transaction;
use chrono::{DateTime, Utc};

/// How many addresses an account may have: one a device or so, and not so many that one loses sight of them.
pub const MOST: i64 = 5;

/// Makes an address and gives it whole, which nobody can do again; nothing when there are enough.
///
/// # Errors
/// When the database says no.
pub async fn make(state: &AppState, who: &Candidate) -> Result<Option<String>, Fault> {
    let token = secret::new();
    let hash = secret::digest(&token);
    let now = state.clock.now();
    let id = new_id(now);
    let made = transaction!(state.db, tx, {
        // Counted where it is added: two presses at once shall not be one too many.
        if calendar_feeds::active_count(tx.on(), &who.account_id).await? >= MOST {
            return Ok(false);
        }
        calendar_feeds::insert(tx.on(), &id, &who.account_id, &hash, now).await?;
        note(&mut tx, now, &who.account_id, "calendar.made", &id).await?;
        Ok(true)
    })?;
    Ok(made.then(|| format!("{}/calendar/{token}.ics", state.config.public_url)))
}

/// Revokes one of one's own addresses, and says whether it was there to revoke.
///
/// # Errors
/// When the database says no.
pub async fn revoke(state: &AppState, who: &Candidate, id: &str) -> Result<bool, Fault> {
    let now = state.clock.now();
    transaction!(state.db, tx, ReadCommitted, {
        let revoked = calendar_feeds::revoke(tx.on(), id, &who.account_id, now).await?;
        if revoked {
            note(&mut tx, now, &who.account_id, "calendar.revoked", id).await?;
        }
        Ok(revoked)
    })
}

/// Revokes every address of an account: its password changes, and whoever had the old one may have made some.
///
/// # Errors
/// When the database says no.
pub async fn revoke_all(tx: &mut Tx, account_id: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let revoked = calendar_feeds::revoke_all(tx.on(), account_id, at).await?;
    if revoked == 0 {
        return Ok(());
    }
    let (action, detail) = ("account.calendars_revoked", &revoked.to_string());
    let done = audit::Done { at, actor_id: None, action, subject_kind: "account", subject_id: account_id, detail };
    audit::write(tx.on(), &done).await
}

async fn note(
    tx: &mut Tx,
    at: DateTime<Utc>,
    account_id: &str,
    action: &str,
    subject_id: &str,
) -> Result<(), sqlx::Error> {
    let subject_kind = "calendar_feed";
    let done = audit::Done { at, actor_id: Some(account_id), action, subject_kind, subject_id, detail: "" };
    audit::write(tx.on(), &done).await
}

/// What the page of one's addresses shows.
///
/// # Errors
/// When the database says no.
pub async fn list(state: &AppState, who: &Candidate) -> Result<CalendarData, Fault> {
    let active = calendar_feeds::active(state.db.read(), &who.account_id).await?;
    let row = |feed: calendar_feeds::Active| AddressRow {
        id: feed.id,
        made_on: state.clock.day_of(feed.created_at),
        last_read_on: feed.last_read_at.map(|at| state.clock.day_of(at)),
    };
    Ok(CalendarData { addresses: active.into_iter().map(row).collect() })
}
