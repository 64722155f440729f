//! What the server does by itself, without anybody asking.

use super::clock::Clock;
use super::files::sweep::sweep;
use super::settle;
use super::state::AppState;
use chrono::TimeDelta;
use indicatif::ProgressBar;
use std::time::Duration;

/// How often it is looked whether a profile's day has come: a day begins at midnight of the program's zone.
const INTERVAL: Duration = Duration::from_secs(600);

/// How often files that are nobody's are looked for.
const SWEPT_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How old such a file is before it is deleted: it may just be on its way.
const LEFT_FOR: TimeDelta = TimeDelta::hours(2);

/// Deletes files that are nobody's, at the start and once a day, until the task is aborted.
pub async fn keep_swept(state: AppState) {
    // Files have the machine's time, whatever time it is in a demonstration.
    let machine = Clock::machine(chrono_tz::UTC);
    loop {
        match sweep(&state, machine.now() - LEFT_FOR).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "files that were nobody's were deleted"),
            Err(fault) => tracing::error!(cause = %fault, "files that are nobody's could not be looked for"),
        }
        tokio::time::sleep(SWEPT_EVERY).await;
    }
}

/// Settles the profiles whose day has come, now and again and again, until the task is aborted. Several servers may do so
/// at once: each profile is settled in a transaction, and settled twice it stays as it is.
pub async fn keep_settled(state: AppState) {
    loop {
        match settle::all_due(&state.db, &state.rules, &state.clock, &ProgressBar::hidden()).await {
            Ok(0) => {}
            Ok(settled) => tracing::info!(settled, "profiles whose day has come were settled"),
            Err(fault) => tracing::error!(cause = %fault, "not every profile whose day has come could be settled"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
