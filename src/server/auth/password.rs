//! Passwords: hashed slowly, a few at a time, and compared in the same time whether there is an account or not.
//!
//! Hashing is the cheapest way to keep a small machine busy, so no more than a few are made at once; who would have to
//! wait long is told to come back (assurance S44, S45).

use crate::server::error::Fault;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory of one hash in KiB, passes over it, lanes (assurance S44).
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// A hash of something nobody knows, with the present cost: what is compared when there is no account.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords, not too many at once. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Hasher {
    /// At most `at_once` hashes are made at the same time; the number of cores is a good one.
    pub fn new(at_once: usize) -> Hasher {
        Hasher { turns: Arc::new(Semaphore::new(at_once.max(1))), patience: PATIENCE }
    }

    /// Makes a PHC string of a password, with a new salt.
    ///
    /// # Errors
    /// [`Fault::Busy`] when too many are being made.
    pub async fn hash(&self, password: String) -> Result<String, Fault> {
        let turn = self.turn().await?;
        let made = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| error.to_string())
        });
        made.await.map_err(|error| Fault::Impossible(error.to_string()))?.map_err(Fault::Impossible)
    }

    /// Whether a password is the one a PHC string was made of.
    ///
    /// # Errors
    /// [`Fault::Busy`] when too many are being compared, [`Fault::Impossible`] when `hash` is no PHC string.
    pub async fn verify(&self, password: String, hash: &str) -> Result<bool, Fault> {
        let turn = self.turn().await?;
        let hash = hash.to_owned();
        let compared = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let hash = PasswordHash::new(&hash).map_err(|error| error.to_string())?;
            Ok::<bool, String>(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
        });
        compared.await.map_err(|error| Fault::Impossible(error.to_string()))?.map_err(Fault::Impossible)
    }

    /// Takes as long as [`Hasher::verify`] and is never right: for addresses without an account.
    ///
    /// # Errors
    /// As [`Hasher::verify`].
    pub async fn verify_nobody(&self, password: String) -> Result<bool, Fault> {
        self.verify(password, NOBODY).await.map(|_| false)
    }

    /// Whether a hash was made with less than the present cost, so that it should be made again at the next sign-in.
    pub fn is_outdated(hash: &str) -> bool {
        let (memory, passes, lanes) = COST;
        !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
    }

    /// A turn, for who does the work: the request may be given up meanwhile, the work goes on.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Fault> {
        match tokio::time::timeout(self.patience, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(Fault::Busy("too many passwords at once")),
        }
    }
}

fn argon2() -> Result<Argon2<'static>, String> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a password (folded, see [`ce_domain::account::check_password`]) is among those guessed first: one of the
/// list, also twice in a row, with digits and signs before or after it.
pub fn is_common(folded: &str) -> bool {
    static LIST: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let list =
        LIST.get_or_init(|| include_str!("common-passwords.txt").lines().filter(|l| !l.starts_with('#')).collect());
    let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
    let half = |text: &str| -> Option<String> {
        let (first, second) = text.split_at_checked(text.len() / 2)?;
        (first == second).then(|| first.to_owned())
    };
    let known = |text: &str| list.contains(text) || half(text).is_some_and(|half| list.contains(half.as_str()));
    // Nothing but digits and signs is a number or a date to somebody.
    bare.is_empty() || known(folded) || known(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_opens_to_its_password_only_and_carries_the_agreed_cost() {
        let hasher = Hasher::new(2);
        let hash = hasher.hash("three plain words".to_owned()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!Hasher::is_outdated(&hash));
        assert!(Hasher::is_outdated("$argon2id$v=19$m=4096,t=2,p=1$x$y"));
        assert!(hasher.verify("three plain words".to_owned(), &hash).await.expect("compared"));
        assert!(!hasher.verify("three plain word".to_owned(), &hash).await.expect("compared"));
        assert_ne!(hash, hasher.hash("three plain words".to_owned()).await.expect("hashed"), "salted");
    }

    #[tokio::test]
    async fn nobody_s_hash_is_compared_like_any_other_and_never_right() {
        assert!(!Hasher::is_outdated(NOBODY));
        assert!(!Hasher::new(1).verify_nobody("three plain words".to_owned()).await.expect("compared"));
    }

    #[tokio::test]
    async fn who_would_wait_long_is_told_to_come_back() {
        let hasher = Hasher { patience: Duration::from_millis(10), ..Hasher::new(1) };
        let _taken = hasher.turns.acquire().await.expect("a turn");
        assert!(matches!(hasher.hash("three plain words".to_owned()).await, Err(Fault::Busy(_))));
    }

    #[tokio::test]
    async fn a_turn_is_taken_until_the_work_is_done_also_when_nobody_waits_for_it() {
        let hasher = Hasher::new(1);
        for number in 0..2 {
            let given_up = tokio::time::timeout(Duration::ZERO, async {
                if number == 0 {
                    hasher.hash("three plain words".to_owned()).await.map(|_| ())
                } else {
                    hasher.verify_nobody("three plain words".to_owned()).await.map(|_| ())
                }
            });
            assert!(given_up.await.is_err(), "it takes longer");
            assert_eq!(hasher.turns.available_permits(), 0, "the work goes on");
            let _next = hasher.turn().await.expect("a turn, when it is done");
        }
    }

    #[test]
    fn passwords_that_are_guessed_first_are_known() {
        for common in ["passwordpassword", "password123456", "1234567890123", "qwertyuiop123", "!iloveyou!2024!"] {
            assert!(is_common(common), "{common}");
        }
        for other in ["three plain words", "correct horse battery staple", "mauve-otter-in-a-kayak"] {
            assert!(!is_common(other), "{other}");
        }
    }
}
