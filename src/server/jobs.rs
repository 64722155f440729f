//! What the server does by itself, without anybody asking.

use super::clock::Clock;
use super::db::{Db, leases, new_id};
use super::error::Fault;
use super::files::sweep::sweep;
use super::settle;
use super::state::AppState;
use crate::transaction;
use chrono::TimeDelta;
use std::time::Duration;

/// How often it is looked whether a profile's day has come: a day begins at midnight of the program's zone.
const INTERVAL: Duration = Duration::from_secs(600);

/// The lease that settling goes by.
const SETTLING: &str = "settling";
/// How long a server that says nothing keeps it. A batch takes seconds.
pub const LEASE: TimeDelta = TimeDelta::minutes(2);

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

/// Settles the profiles whose day has come, now and again and again, until the task is aborted. Of several servers one at a
/// time does it.
pub async fn keep_settled(state: AppState) {
    let machine = Clock::machine(chrono_tz::UTC);
    let holder = new_id(machine.now());
    loop {
        match settle_in_turn(&state, &holder, &machine).await {
            Ok(None | Some(0)) => {}
            Ok(Some(settled)) => tracing::info!(settled, "profiles whose day has come were settled"),
            Err(fault) => tracing::error!(cause = %fault, "not every profile whose day has come could be settled"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Settles the profiles whose day has come, unless another server is at it: `None`. `holder` names this server.
///
/// Whoever is at it holds a lease, and holds on to it after every batch. When a server dies its lease runs out, and the
/// next one that looks goes on where it stopped. Should two ever be at it at once, nothing goes wrong: each profile
/// is settled in a transaction, and settled twice it stays as it is.
///
/// The lease goes by the machine's clock: that of the portal may stand elsewhere in a demonstration, and may be set back,
/// and then a lease would never end. Servers whose clocks differ by more than the lease would take turns too early, no more.
///
/// # Errors
/// When the database says no, or a record is none that the rules can be asked about.
pub async fn settle_in_turn(state: &AppState, holder: &str, machine: &Clock) -> Result<Option<u64>, Fault> {
    if !hold(&state.db, holder, machine).await? {
        return Ok(None);
    }
    let settled = settle_while_held(state, holder, machine).await;
    let given_back: Result<(), Fault> = transaction!(state.db, tx, ReadCommitted, {
        leases::give_back(tx.on(), SETTLING, holder).await?;
        Ok(())
    });
    let settled = settled?;
    given_back?;
    Ok(Some(settled))
}

async fn settle_while_held(state: &AppState, holder: &str, machine: &Clock) -> Result<u64, Fault> {
    let mut after = String::new();
    let mut done = 0;
    loop {
        let settled = settle::next_batch(&state.db, &state.rules, &state.clock, &mut after).await?;
        done += settled;
        if settled == 0 || !hold(&state.db, holder, machine).await? {
            return Ok(done);
        }
    }
}

/// Takes the lease, or holds on to it. One statement decides whose it is.
async fn hold(db: &Db, holder: &str, machine: &Clock) -> Result<bool, Fault> {
    let now = machine.now();
    transaction!(db, tx, ReadCommitted, { Ok(leases::take(tx.on(), SETTLING, holder, now + LEASE, now).await?) })
}
