//! Proofs sent by mail, by the hash of their token: whoever has the token has read the mail.

use super::On;
use crate::{execute, fetch_optional, statements};
use ce_domain::account::Email;
use chrono::{DateTime, Utc};

statements! {
    INSERT = "INSERT INTO mail_tokens (token_hash, purpose, email, email_key, account_id, profile_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "SELECT email, email_key, account_id, profile_id, expires_at, used_at FROM mail_tokens
        WHERE token_hash = $1 AND purpose = $2";
    USE_UP = "UPDATE mail_tokens SET used_at = $3 WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3";
    /// The older ones of the same purpose are worth nothing any more.
    USE_UP_OTHERS = "UPDATE mail_tokens SET used_at = $3 WHERE email_key = $1 AND purpose = $2 AND used_at IS NULL";
    /// Proofs that reach further than their own address: to a password, or to a profile.
    END_OF_ACCOUNT = "UPDATE mail_tokens SET used_at = $2
        WHERE account_id = $1 AND purpose IN ('link', 'reset') AND used_at IS NULL";
    DELETE_OLD = "DELETE FROM mail_tokens WHERE expires_at < $1";
}

/// What a proof is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Creating an account.
    Join,
    /// Choosing a new password.
    Reset,
    /// Adding an address to a profile.
    Link,
}

impl Purpose {
    fn key(self) -> &'static str {
        match self {
            Purpose::Join => "join",
            Purpose::Reset => "reset",
            Purpose::Link => "link",
        }
    }
}

/// A proof that is about to be sent.
pub struct NewToken<'a> {
    /// Hash of the token.
    pub hash: &'a str,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it is sent.
    pub email: &'a Email,
    /// The account it is about (reset), or that asked for it (link).
    pub account_id: Option<&'a str>,
    /// The profile the address is to be added to (link).
    pub profile_id: Option<&'a str>,
    /// When it is made.
    pub created_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
}

/// A proof that came back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Token {
    /// Where it was sent.
    pub email: String,
    /// The same, as it is compared.
    pub email_key: String,
    /// The account it is about.
    pub account_id: Option<String>,
    /// The profile it is about.
    pub profile_id: Option<String>,
    /// From when on it is worth nothing.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Adds a proof; those of the same purpose for the same address stay good, because mails overtake each other.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, new: &NewToken<'_>) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT,
        new.hash,
        new.purpose.key(),
        new.email.shown(),
        new.email.key(),
        new.account_id,
        new.profile_id,
        new.created_at,
        new.expires_at
    )?;
    Ok(())
}

/// The proof with this hash, if it can still be used.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, hash: &str, purpose: Purpose, now: DateTime<Utc>) -> Result<Option<Token>, sqlx::Error> {
    let token = fetch_optional!(on, Token, FIND, hash, purpose.key())?;
    Ok(token.filter(|token| token.used_at.is_none() && now < token.expires_at))
}

/// Uses a proof up. `false`: somebody was faster, or it is too late.
///
/// # Errors
/// When the database says no.
pub async fn use_up(on: On<'_>, hash: &str, purpose: Purpose, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, USE_UP, hash, purpose.key(), at)? == 1)
}

/// Uses up every proof of a kind that was sent to an address ([`Email::key`]): one was used.
///
/// # Errors
/// When the database says no.
pub async fn use_up_others(
    on: On<'_>,
    email_key: &str,
    purpose: Purpose,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(on, USE_UP_OTHERS, email_key, purpose.key(), at)?;
    Ok(())
}

/// Ends every proof that an account asked for or that would change its password: whoever asked may not have been its owner.
///
/// # Errors
/// When the database says no.
pub async fn end_of_account(on: On<'_>, account_id: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, END_OF_ACCOUNT, account_id, at)?;
    Ok(())
}

/// Removes those that ended before an instant.
///
/// # Errors
/// When the database says no.
pub async fn delete_old(on: On<'_>, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, DELETE_OLD, before)?;
    Ok(())
}
