//! Worlds to try the portal in: the one of the user guide ([`demo`]), and large ones made to measure (`scale`).

mod demo;
mod scale;

use super::db::{Db, imports};
pub use demo::demo;
pub use scale::{Scale, scale};
use std::fmt::Write;

/// The demonstration's first candidate: the one whose dashboard is the guide's.
pub const CANDIDATE: &str = "candidate@example.com";

/// How to sign in to a demonstration account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Its address.
    pub email: String,
    /// Its password; printed once, stored nowhere.
    pub password: String,
    /// What one sees with it.
    pub shows: &'static str,
}

/// Whether nothing is in the database yet but its tables.
///
/// # Errors
/// When the database does not answer.
pub async fn is_empty(db: &Db) -> Result<bool, String> {
    imports::is_empty(db.read()).await.map_err(|error| format!("the database does not answer: {error}"))
}

/// The sign-ins as a block to read and copy from.
pub fn table(sign_ins: &[SignIn]) -> String {
    let widest = |of: fn(&SignIn) -> &str| sign_ins.iter().map(|s| of(s).chars().count()).max().unwrap_or(0);
    let email = widest(|s| &s.email).max("Email address".len());
    let password = widest(|s| &s.password).max("Password".len());
    let mut text = format!(
        "Sign-ins (shown this once)\n\n  {:email$}  {:password$}  What it shows\n",
        "Email address", "Password"
    );
    for SignIn { email: address, password: secret, shows } in sign_ins {
        let _ = writeln!(text, "  {address:email$}  {secret:password$}  {shows}");
    }
    text
}

/// A password nobody guesses, without signs that are mistaken for each other.
fn random_password() -> String {
    const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut password = String::new();
    for place in 0..20 {
        if place > 0 && place % 5 == 0 {
            password.push('-');
        }
        let sign = SIGNS.get(usize::from(rand::random::<u8>() % 32)).copied().unwrap_or(b'x');
        password.push(char::from(sign));
    }
    password
}
