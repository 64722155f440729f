//! Accounts, the profiles they belong to, what they may do, and which terms they accepted.

use super::On;
use crate::{execute, fetch_all, fetch_optional, statements};
use ce_domain::account::{Email, Role};
use chrono::{DateTime, Utc};

statements! {
    INSERT = "INSERT INTO accounts (id, profile_id, email, email_key, password_hash, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_PROFILE = "INSERT INTO profiles (id, candidate_id, name, created_at) VALUES ($1, $2, $3, $4)";
    ADD_ROLE = "INSERT INTO account_roles (account_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    ROLES = "SELECT role FROM account_roles WHERE account_id = $1 ORDER BY role";
    ACCEPT_TERMS = "INSERT INTO terms_acceptances (account_id, version, accepted_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    ACCEPTED_AT = "SELECT accepted_at FROM terms_acceptances WHERE account_id = $1 AND version = $2";
    /// `disabled_at` is left to who asks: a disabled account must cost the same time as any other.
    BY_KEY = "SELECT id, profile_id, email, password_hash, disabled_at FROM accounts WHERE email_key = $1";
    BY_ID = "SELECT id, profile_id, email, password_hash, disabled_at FROM accounts WHERE id = $1";
    EMAILS_OF_PROFILE = "SELECT email FROM accounts WHERE profile_id = $1 AND disabled_at IS NULL ORDER BY email_key";
    IN_PROFILE = "SELECT id FROM accounts WHERE email_key = $1 AND profile_id = $2";
    SET_PASSWORD = "UPDATE accounts SET password_hash = $2 WHERE id = $1";
    /// Also holds the account until the transaction ends: of two that go by the same password one waits for the other.
    EXCHANGE_PASSWORD = "UPDATE accounts SET password_hash = $3
        WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL";
    SPEAKS_FOR = "SELECT id FROM accounts WHERE id = $1 AND profile_id = $2 AND disabled_at IS NULL";
    /// An account that has a profile keeps it.
    JOIN_PROFILE = "UPDATE accounts SET profile_id = $2 WHERE id = $1 AND profile_id IS NULL";
    CANDIDATE_ID = "SELECT candidate_id FROM profiles WHERE id = $1";
}

/// An account that is about to be there.
pub struct NewAccount<'a> {
    /// Its id.
    pub id: &'a str,
    /// The profile it belongs to, if it is known.
    pub profile_id: Option<&'a str>,
    /// The address one signs in with.
    pub email: &'a Email,
    /// What `auth::password` made of the password.
    pub password_hash: &'a str,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// An account, as signing in needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// The profile it belongs to.
    pub profile_id: Option<String>,
    /// Its address, as it was written.
    pub email: String,
    /// What `auth::password` made of the password.
    pub password_hash: String,
    /// Since when nobody can sign in with it.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Adds an account.
///
/// # Errors
/// When the database says no; a unique violation when the address has an account.
pub async fn insert(on: On<'_>, new: &NewAccount<'_>) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT,
        new.id,
        new.profile_id,
        new.email.shown(),
        new.email.key(),
        new.password_hash,
        new.created_at
    )?;
    Ok(())
}

/// Adds a profile: a person with a certification record.
///
/// # Errors
/// When the database says no; a unique violation when the candidate ID is taken.
pub async fn insert_profile(
    on: On<'_>,
    id: &str,
    candidate_id: &str,
    name: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(on, INSERT_PROFILE, id, candidate_id, name, at)?;
    Ok(())
}

/// Lets an account do more than claim. Twice is the same as once.
///
/// # Errors
/// When the database says no.
pub async fn add_role(on: On<'_>, account_id: &str, role: Role) -> Result<(), sqlx::Error> {
    execute!(on, ADD_ROLE, account_id, role.key())?;
    Ok(())
}

/// What an account may do besides claiming.
///
/// # Errors
/// When the database says no.
pub async fn roles(on: On<'_>, account_id: &str) -> Result<Vec<Role>, sqlx::Error> {
    let rows = fetch_all!(on, (String,), ROLES, account_id)?;
    Ok(rows.iter().filter_map(|(role,)| Role::parse(role)).collect())
}

/// Notes that a version of the terms was accepted. The first time counts; `false`: it was before.
///
/// # Errors
/// When the database says no.
pub async fn accept_terms(on: On<'_>, account_id: &str, version: &str, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, ACCEPT_TERMS, account_id, version, at)? == 1)
}

/// When a version of the terms was accepted.
///
/// # Errors
/// When the database says no.
pub async fn accepted_at(on: On<'_>, account_id: &str, version: &str) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let row = fetch_optional!(on, (DateTime<Utc>,), ACCEPTED_AT, account_id, version)?;
    Ok(row.map(|(at,)| at))
}

/// The account of an address ([`Email::key`]).
///
/// # Errors
/// When the database says no.
pub async fn by_key(on: On<'_>, email_key: &str) -> Result<Option<Account>, sqlx::Error> {
    fetch_optional!(on, Account, BY_KEY, email_key)
}

/// The account with an id.
///
/// # Errors
/// When the database says no.
pub async fn by_id(on: On<'_>, id: &str) -> Result<Option<Account>, sqlx::Error> {
    fetch_optional!(on, Account, BY_ID, id)
}

/// The addresses of a profile's accounts, by address.
///
/// # Errors
/// When the database says no.
pub async fn emails_of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<String>, sqlx::Error> {
    let rows = fetch_all!(on, (String,), EMAILS_OF_PROFILE, profile_id)?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

/// Whether an address ([`Email::key`]) is that of one of a profile's accounts.
///
/// # Errors
/// When the database says no.
pub async fn address_in_profile(on: On<'_>, profile_id: &str, email_key: &str) -> Result<bool, sqlx::Error> {
    Ok(fetch_optional!(on, (String,), IN_PROFILE, email_key, profile_id)?.is_some())
}

/// Replaces the password of an account.
///
/// # Errors
/// When the database says no.
pub async fn set_password(on: On<'_>, account_id: &str, password_hash: &str) -> Result<(), sqlx::Error> {
    execute!(on, SET_PASSWORD, account_id, password_hash)?;
    Ok(())
}

/// Replaces the password of an account by another, or by itself, if it is still the one that was compared. `false`: it was
/// changed meanwhile, or nobody can sign in with the account any more.
///
/// # Errors
/// When the database says no.
pub async fn exchange_password(on: On<'_>, account_id: &str, from: &str, to: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, EXCHANGE_PASSWORD, account_id, from, to)? == 1)
}

/// Whether an account is one of a profile and can be signed in with.
///
/// # Errors
/// When the database says no.
pub async fn speaks_for(on: On<'_>, account_id: &str, profile_id: &str) -> Result<bool, sqlx::Error> {
    Ok(fetch_optional!(on, (String,), SPEAKS_FOR, account_id, profile_id)?.is_some())
}

/// Makes an account without a profile one of a profile. `false`: it has one already.
///
/// # Errors
/// When the database says no.
pub async fn join_profile(on: On<'_>, account_id: &str, profile_id: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, JOIN_PROFILE, account_id, profile_id)? == 1)
}

/// The candidate ID of a profile.
///
/// # Errors
/// When the database says no.
pub async fn candidate_id(on: On<'_>, profile_id: &str) -> Result<Option<String>, sqlx::Error> {
    let row = fetch_optional!(on, (String,), CANDIDATE_ID, profile_id)?;
    Ok(row.map(|(id,)| id))
}
