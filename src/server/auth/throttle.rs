//! Slows guessing down: by account, by network address and by both, longer with each attempt, never for good (assurance S46).
//!
//! An attempt is counted before it is judged and taken back when it succeeds, so that a thousand at once count as a
//! thousand. Addresses without an account are counted like those with one: nothing tells them apart.

use super::{network, secret};
use crate::server::db::throttles;
use crate::server::error::Fault;
use crate::server::state::AppState;
use crate::transaction;
use axum::http::request::Parts;
use chrono::TimeDelta;

/// Attempts at one account from one network address that cost no waiting.
const FREE_BY_BOTH: i64 = 5;
/// Attempts at one account from anywhere that cost no waiting.
const FREE_BY_ACCOUNT: i64 = 20;
/// Attempts from one network address that cost no waiting: a whole company may be behind it.
const FREE_BY_NETWORK: i64 = 50;
/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// The longest wait for a password that strangers can bring about for somebody.
const LONGEST_BY_STRANGERS: TimeDelta = TimeDelta::seconds(8);
/// The longest wait for a mail that strangers can bring about for somebody.
const LONGEST_FOR_MAIL: TimeDelta = TimeDelta::seconds(60);
/// After so long without an attempt all are forgotten.
pub const MEMORY: TimeDelta = TimeDelta::hours(24);

/// Whose attempts are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    key: String,
    free: i64,
    longest: TimeDelta,
    /// Whether a success forgets them all, not only itself.
    begins_anew: bool,
}

/// What is attempted: each is counted for itself.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// Giving a password.
    SignIn,
    /// Having a mail sent.
    Mail,
    /// Asking what a code leads to.
    Verify,
}

impl What {
    fn key(self) -> &'static str {
        match self {
            What::SignIn => "sign-in",
            What::Mail => "mail",
            What::Verify => "verify",
        }
    }
}

/// The keys of an attempt, always in this order: the account's with the network's, the account's, the network's if it is
/// known.
///
/// Long waits are for the account and the network together: whoever guesses at somebody's password elsewhere must not keep
/// them out of their own account. On the account alone they are a few seconds, which still bounds guessing from everywhere.
///
/// Addresses are hashed: the table shall not become a list of who tried to sign in.
pub fn keys(state: &AppState, what: What, email_key: &str, parts: &Parts) -> Vec<Key> {
    let longest = match what {
        What::SignIn | What::Verify => LONGEST_BY_STRANGERS,
        What::Mail => LONGEST_FOR_MAIL,
    };
    let network = network::client(parts, &state.config.trusted_proxies).map(network::subscriber);
    let by_network = key_of_network(state, what, parts);
    let (what, account) = (what.key(), secret::digest(email_key));
    let both = Key {
        key: format!("{what}:both:{account}:{}", network.as_deref().unwrap_or("unknown")),
        free: FREE_BY_BOTH,
        longest: LONGEST,
        begins_anew: true,
    };
    let account = Key { key: format!("{what}:account:{account}"), free: FREE_BY_ACCOUNT, longest, begins_anew: true };
    [both, account].into_iter().chain(by_network).collect()
}

/// The key of an attempt at nobody's account: the network's, if it is known.
pub fn key_of_network(state: &AppState, what: What, parts: &Parts) -> Option<Key> {
    let network = network::client(parts, &state.config.trusted_proxies).map(network::subscriber)?;
    let key = format!("{}:network:{network}", what.key());
    Some(Key { key, free: FREE_BY_NETWORK, longest: LONGEST, begins_anew: false })
}

/// Tells how many seconds to wait, where that is so; counts nothing.
///
/// # Errors
/// When the database says no.
pub async fn blocked(state: &AppState, keys: &[Key]) -> Result<Result<(), u32>, Fault> {
    let now = state.clock.now();
    for key in keys {
        if let Some(until) = throttles::blocked_until(state.db.read(), &key.key).await?.filter(|until| *until > now) {
            let wait = u32::try_from((until - now + TimeDelta::milliseconds(999)).num_seconds());
            return Ok(Err(wait.unwrap_or(1).max(1)));
        }
    }
    Ok(Ok(()))
}

/// Counts an attempt, or tells how many seconds to wait; then it is not counted.
///
/// # Errors
/// When the database says no.
pub async fn attempt(state: &AppState, keys: &[Key]) -> Result<Result<(), u32>, Fault> {
    let now = state.clock.now();
    let counted: Result<(), Fault> = transaction!(state.db, tx, ReadCommitted, {
        for key in keys {
            let Some(failures) = throttles::count(tx.on(), &key.key, now, now - MEMORY).await? else {
                let until = throttles::blocked_until(tx.on(), &key.key).await?.unwrap_or(now);
                let wait = u32::try_from((until - now + TimeDelta::milliseconds(999)).num_seconds());
                // A fault, so that what was counted under the keys before is not.
                return Err(Fault::TooOften { seconds: wait.unwrap_or(1).max(1) });
            };
            if failures >= key.free {
                let wait = wait_after(failures - key.free).min(key.longest);
                throttles::block(tx.on(), &key.key, now + wait).await?;
            }
        }
        Ok(())
    });
    match counted {
        Ok(()) => Ok(Ok(())),
        Err(Fault::TooOften { seconds }) => Ok(Err(seconds)),
        Err(fault) => Err(fault),
    }
}

/// Takes a counted attempt back: it succeeded. The account begins anew; the network only loses this one, or whoever has
/// one account could guess at all the others for ever.
///
/// # Errors
/// When the database says no.
pub async fn succeeded(state: &AppState, keys: &[Key]) -> Result<(), Fault> {
    transaction!(state.db, tx, ReadCommitted, {
        for key in keys {
            if key.begins_anew {
                throttles::forget(tx.on(), &key.key).await?;
            } else {
                throttles::take_back(tx.on(), &key.key).await?;
            }
        }
        Ok(())
    })
}

/// 1 s, 2 s, 4 s … 15 min.
fn wait_after(beyond_free: i64) -> TimeDelta {
    let seconds = u32::try_from(beyond_free).ok().and_then(|power| 1i64.checked_shl(power)).unwrap_or(i64::MAX);
    if (1..LONGEST.num_seconds()).contains(&seconds) { TimeDelta::seconds(seconds) } else { LONGEST }
}

/// `5 seconds`, `15 minutes`: how long to wait, rounded up.
pub fn in_words(seconds: u32) -> String {
    if seconds > 90 {
        ce_domain::text::count(i64::from(seconds.div_ceil(60)), "minute", "minutes")
    } else {
        ce_domain::text::count(i64::from(seconds), "second", "seconds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = [0, 1, 2, 9, 10, 62, 63, 64, 1_000_000].map(|n| wait_after(n).num_seconds()).to_vec();
        assert_eq!(waits, [1, 2, 4, 512, 900, 900, 900, 900, 900]);
    }

    #[test]
    fn a_wait_is_told_in_words() {
        assert_eq!(
            (in_words(1), in_words(64), in_words(512)),
            ("1 second".into(), "64 seconds".into(), "9 minutes".into())
        );
    }
}
