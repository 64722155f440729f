//! What the server does by itself, without anybody asking.

use super::settle;
use super::state::AppState;
use indicatif::ProgressBar;
use std::time::Duration;

/// How often it is looked whether a profile's day has come: a day begins at midnight of the program's zone.
const INTERVAL: Duration = Duration::from_secs(600);

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
