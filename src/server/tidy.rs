//! Takes away what is over: sessions, proofs sent by mail, attempts that no longer count.
//!
//! Nothing depends on it, because whoever reads them looks at the time; so it is done now and then, and not whenever
//! somebody signs in, who would wait for it and for everybody else who does.

use super::auth::{flows, session, throttle};
use super::db::{sessions, throttles, tokens};
use super::error::Fault;
use super::state::AppState;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(600);

/// Takes away what is over, once.
///
/// # Errors
/// When the database says no.
pub async fn once(state: &AppState) -> Result<(), Fault> {
    let now = state.clock.now();
    sessions::delete_ended(state.db.write(), now, now - session::IDLE).await?;
    tokens::delete_old(state.db.write(), now - flows::PROOF_FOR).await?;
    throttles::delete_old(state.db.write(), now - throttle::MEMORY).await?;
    Ok(())
}

/// Takes away what is over, for as long as the server runs.
pub async fn now_and_then(state: AppState) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(fault) = once(&state).await {
            tracing::warn!(cause = %fault, "what is over could not be taken away");
        }
    }
}
