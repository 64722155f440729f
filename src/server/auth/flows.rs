//! What signing in, joining, choosing a new password and adding an address do. Forms and pages stay thin.
//!
//! Nothing here tells whether an address has an account: the answer, its status and the time it takes are the same, and
//! what is to be said is said in a mail to that address (assurance S45).

use super::password::{self, Hasher};
use super::{SignedIn, secret, session, throttle};
use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::account::Proof;
use crate::server::calendar::addresses;
use crate::server::db::accounts::Account;
use crate::server::db::tokens::{self, NewToken, Purpose, Token};
use crate::server::db::{On, Tx, accounts, audit, new_id, sessions, violated_key};
use crate::server::error::Fault;
use crate::server::state::AppState;
use crate::transaction;
use axum::http::request::Parts;
use ce_domain::account::{Email, check_password};
use chrono::{DateTime, TimeDelta, Utc};

/// What is said when address and password do not belong together, whichever of them is wrong.
pub const NOT_RIGHT: &str = "Email address or password is not right";
/// How long a proof for a new password is good (assurance S50).
pub const RESET_FOR: TimeDelta = TimeDelta::minutes(10);
/// How long a proof of an address is good.
pub const PROOF_FOR: TimeDelta = TimeDelta::hours(24);

/// Why something was not done.
pub enum Refusal {
    /// What has to be put right.
    Fields(Vec<FieldError>),
    /// Too many attempts: seconds to wait.
    Wait(u32),
    /// The proof was used, is too old, or was never made.
    Spent,
    /// It failed, and nothing was changed.
    Failed(AppError),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Refusal {
        Refusal::Failed(fault.into())
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Refusal {
        Refusal::Failed(error.into())
    }
}

fn field(name: &str, words: impl Into<String>) -> Refusal {
    Refusal::Fields(vec![FieldError::new(name, words)])
}

fn email_of(name: &str, typed: &str) -> Result<Email, FieldError> {
    if typed.trim().is_empty() {
        return Err(FieldError::new(name, "Enter an email address"));
    }
    Email::parse(typed).ok_or_else(|| FieldError::new(name, "Enter an email address in the form of name@example.com"))
}

/// Writes down what was done to an account, in the transaction that does it.
pub async fn note(
    tx: &mut Tx,
    at: DateTime<Utc>,
    actor_id: Option<&str>,
    action: &str,
    account_id: &str,
    detail: &str,
) -> Result<(), sqlx::Error> {
    let done = audit::Done { at, actor_id, action, subject_kind: "account", subject_id: account_id, detail };
    audit::write(tx.on(), &done).await
}

/// Accepts a version of the terms; accepting it again changes nothing.
///
/// # Errors
/// When the database says no.
pub async fn accept_terms(state: &AppState, who: &SignedIn, version: &str) -> Result<(), Refusal> {
    let now = state.clock.now();
    let id = who.account_id.as_str();
    transaction!(state.db, tx, ReadCommitted, {
        if accounts::accept_terms(tx.on(), id, version, now).await? {
            note(&mut tx, now, Some(id), "account.terms_accepted", id, version).await?;
        }
        Ok(())
    })?;
    Ok(())
}

async fn attempt(state: &AppState, keys: &[throttle::Key]) -> Result<(), Refusal> {
    throttle::attempt(state, keys).await?.map_err(Refusal::Wait)
}

/// Whether a new password is one that may be chosen.
fn may_be_chosen(name: &str, typed: &str, email: &str) -> Result<(), Refusal> {
    if typed.is_empty() {
        return Err(field(name, "Enter a password"));
    }
    check_password(typed, email, &password::is_common).map_err(|problem| field(name, problem.words()))
}

/// A new password, hashed, if it is one that may be chosen.
async fn new_password(state: &AppState, name: &str, typed: &str, email: &str) -> Result<String, Refusal> {
    may_be_chosen(name, typed, email)?;
    Ok(state.hasher.hash(typed.to_owned()).await?)
}

/// Signs in and gives the token of the new session; the one of `parts` ends.
///
/// # Errors
/// What was wrong, in words that do not tell whether there is such an account.
pub async fn sign_in(state: &AppState, parts: &Parts, email: &str, typed: &str) -> Result<String, Refusal> {
    let mut errors = Vec::new();
    let email = email_of("email", email).map_err(|error| errors.push(error)).ok();
    if typed.is_empty() {
        errors.push(FieldError::new("password", "Enter your password"));
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else { return Err(Refusal::Fields(errors)) };
    let keys = throttle::keys(state, throttle::What::SignIn, &email.key(), parts);
    attempt(state, &keys).await?;
    // Whoever changes the password, or stores a better hash of it, while this one is compared makes it start again.
    for _ in 0..2 {
        let account = accounts::by_key(state.db.read(), &email.key()).await?;
        let account = account.filter(|account| account.disabled_at.is_none());
        let right = match &account {
            Some(account) => state.hasher.verify(typed.to_owned(), &account.password_hash).await?,
            None => state.hasher.verify_nobody(typed.to_owned()).await?,
        };
        let Some(account) = account.filter(|_| right) else { break };
        let outdated = Hasher::is_outdated(&account.password_hash);
        let better = if outdated { Some(state.hasher.hash(typed.to_owned()).await?) } else { None };
        let old = session::of(&parts.headers);
        if let Some(token) = session::begin(state, compared(&account), better.as_deref(), old.as_deref()).await? {
            throttle::succeeded(state, &keys).await?;
            return Ok(token);
        }
    }
    Err(field("email", NOT_RIGHT))
}

fn compared(account: &Account) -> session::Compared<'_> {
    session::Compared { account_id: &account.id, hash: &account.password_hash }
}

/// What a proof is about, besides its address.
#[derive(Default)]
struct About<'a> {
    /// The account: whose password it changes, or who asked for it.
    account_id: Option<&'a str>,
    /// The profile.
    profile_id: Option<&'a str>,
    /// Hash of the password that was given for it.
    password_hash: Option<&'a str>,
}

/// Makes a proof for an address and gives its token; nothing when the password that was given for it was changed meanwhile.
async fn prove(state: &AppState, purpose: Purpose, email: &Email, about: About<'_>) -> Result<Option<String>, Fault> {
    let token = secret::new();
    let now = state.clock.now();
    let good_for = if purpose == Purpose::Reset { RESET_FOR } else { PROOF_FOR };
    let new = NewToken {
        hash: &secret::digest(&token),
        purpose,
        email,
        account_id: about.account_id,
        profile_id: about.profile_id,
        created_at: now,
        expires_at: now + good_for,
    };
    transaction!(state.db, tx, ReadCommitted, {
        if let (Some(account_id), Some(hash)) = (about.account_id, about.password_hash)
            && !accounts::exchange_password(tx.on(), account_id, hash, hash).await?
        {
            return Ok(None);
        }
        tokens::insert(tx.on(), &new).await?;
        Ok(Some(token.clone()))
    })
}

/// Sends what is needed to create an account, or a word that there is one. Nobody but who reads the mail learns which.
///
/// # Errors
/// When the address is none, after too many attempts, or when the mail cannot be sent.
pub async fn ask_to_join(state: &AppState, parts: &Parts, typed: &str) -> Result<(), Refusal> {
    let email = email_of("email", typed).map_err(|error| Refusal::Fields(vec![error]))?;
    attempt(state, &throttle::keys(state, throttle::What::Mail, &email.key(), parts)).await?;
    let (portal, url) = (&state.program.portal, &state.config.public_url);
    let known = accounts::by_key(state.db.read(), &email.key()).await?;
    // Made in both cases, so that both take the same time; for a known address nobody learns the token.
    let token = prove(state, Purpose::Join, &email, About::default()).await?.unwrap_or_default();
    let (subject, text) = if known.is_some() {
        (
            "You have an account already",
            format!(
                "Somebody asked to create an account at {portal} with this address.\n\
                 There is one already. Sign in here:\n\n{url}/sign-in\n\n\
                 If you have forgotten the password, choose a new one:\n\n{url}/reset\n\n\
                 If it was not you, there is nothing to do.\n"
            ),
        )
    } else {
        (
            "Create your account",
            format!(
                "Open this address to create your account at {portal}.\n\
                 It can be used once, within 24 hours:\n\n{url}/join/{token}\n\n\
                 If you did not ask for it, there is nothing to do.\n"
            ),
        )
    };
    Ok(state.mail.send(&email, subject, &text).await?)
}

/// Sends what is needed to choose a new password, or a word that there is no account.
///
/// # Errors
/// As [`ask_to_join`].
pub async fn ask_to_reset(state: &AppState, parts: &Parts, typed: &str) -> Result<(), Refusal> {
    let email = email_of("email", typed).map_err(|error| Refusal::Fields(vec![error]))?;
    attempt(state, &throttle::keys(state, throttle::What::Mail, &email.key(), parts)).await?;
    let (portal, url) = (&state.program.portal, &state.config.public_url);
    let account = accounts::by_key(state.db.read(), &email.key()).await?;
    let account = account.filter(|account| account.disabled_at.is_none());
    let about = About { account_id: account.as_ref().map(|account| account.id.as_str()), ..About::default() };
    let token = prove(state, Purpose::Reset, &email, about).await?.unwrap_or_default();
    let (subject, text) = if account.is_some() {
        (
            "Choose a new password",
            format!(
                "Open this address to choose a new password for {portal}.\n\
                 It can be used once, within 10 minutes:\n\n{url}/reset/{token}\n\n\
                 If you did not ask for it, there is nothing to do: your password stays.\n"
            ),
        )
    } else {
        (
            "There is no account with this address",
            format!(
                "Somebody asked to choose a new password at {portal} for this address.\n\
                 There is no account with it. Perhaps you used another address?\n\
                 You can create an account here:\n\n{url}/join\n\n\
                 If it was not you, there is nothing to do.\n"
            ),
        )
    };
    Ok(state.mail.send(&email, subject, &text).await?)
}

async fn find(state: &AppState, purpose: Purpose, token: &str) -> Result<Token, Refusal> {
    let found = tokens::find(state.db.read(), &secret::digest(token), purpose, state.clock.now()).await?;
    found.ok_or(Refusal::Spent)
}

/// Creates the account a proof is for, and signs in to it.
///
/// # Errors
/// When the proof is spent, or the password may not be chosen.
pub async fn join(state: &AppState, parts: &Parts, token: &str, typed: &str) -> Result<String, Refusal> {
    let proof = find(state, Purpose::Join, token).await?;
    let (id, hash) = create(state, Purpose::Join, token, &proof, typed).await?;
    let old = session::of(&parts.headers);
    let new = session::Compared { account_id: &id, hash: &hash };
    session::begin(state, new, None, old.as_deref()).await?.ok_or(Refusal::Spent)
}

/// Uses a proof up and creates the account it is for, in its profile if it names one. Gives its id and its password's hash.
async fn create(
    state: &AppState,
    purpose: Purpose,
    token: &str,
    proof: &Token,
    typed: &str,
) -> Result<(String, String), Refusal> {
    let email = Email::parse(&proof.email).ok_or(Refusal::Spent)?;
    let hash = new_password(state, "password", typed, &proof.email).await?;
    let now = state.clock.now();
    let id = new_id(now);
    let digest = secret::digest(token);
    let done: Result<bool, Fault> = transaction!(state.db, tx, ReadCommitted, {
        let wanted = asked_by_one_of_the_profile(tx.on(), proof).await?;
        if !tokens::use_up(tx.on(), &digest, purpose, now).await? || !wanted {
            return Ok(false);
        }
        tokens::use_up_others(tx.on(), &proof.email_key, Purpose::Join, now).await?;
        let new = accounts::NewAccount {
            id: &id,
            profile_id: proof.profile_id.as_deref(),
            email: &email,
            password_hash: &hash,
            created_at: now,
        };
        accounts::insert(tx.on(), &new).await?;
        let detail = proof.profile_id.as_deref().unwrap_or_default();
        note(&mut tx, now, proof.account_id.as_deref(), "account.created", &id, detail).await?;
        Ok(true)
    });
    match done {
        Ok(true) => Ok((id, hash)),
        Ok(false) => Err(Refusal::Spent),
        // Somebody created it meanwhile: the proof is as good as used.
        Err(Fault::Database(error)) if violated_key(&error).is_some() => Err(Refusal::Spent),
        Err(fault) => Err(fault.into()),
    }
}

/// Replaces a forgotten password, ends every session of the account, and tells its owner.
///
/// # Errors
/// When the proof is spent, or the password may not be chosen.
pub async fn reset(state: &AppState, token: &str, typed: &str, parts: &Parts) -> Result<(), Refusal> {
    let proof = find(state, Purpose::Reset, token).await?;
    let Some(account_id) = proof.account_id.as_deref() else { return Err(Refusal::Spent) };
    let hash = new_password(state, "password", typed, &proof.email).await?;
    let now = state.clock.now();
    let digest = secret::digest(token);
    let used = transaction!(state.db, tx, ReadCommitted, {
        if !tokens::use_up(tx.on(), &digest, Purpose::Reset, now).await? {
            return Ok(false);
        }
        tokens::end_of_account(tx.on(), account_id, now).await?;
        addresses::revoke_all(&mut tx, account_id, now).await?;
        accounts::set_password(tx.on(), account_id, &hash).await?;
        sessions::delete_all(tx.on(), account_id).await?;
        note(&mut tx, now, None, "account.password_reset", account_id, "").await?;
        Ok(true)
    })?;
    if !used {
        return Err(Refusal::Spent);
    }
    // Whoever guessed at the old password shall not keep its owner waiting.
    throttle::succeeded(state, &throttle::keys(state, throttle::What::SignIn, &proof.email_key, parts)).await?;
    tell_password_changed(state, &proof.email).await;
    Ok(())
}

/// Changes the password of who is signed in; every session ends, and a new one begins whose token is given.
///
/// # Errors
/// When the current password is wrong, or the new one may not be chosen.
pub async fn change_password(
    state: &AppState,
    who: &SignedIn,
    parts: &Parts,
    current: &str,
    typed: &str,
) -> Result<String, Refusal> {
    if current.is_empty() {
        return Err(field("current-password", "Enter your current password"));
    }
    let not_right = || field("current-password", "Current password is not right");
    // Before anything slow is done: whoever knows a password could otherwise have hashes made without end.
    may_be_chosen("new-password", typed, &who.email)?;
    let account = proven(state, who, parts, current).await?.ok_or_else(not_right)?;
    let hash = state.hasher.hash(typed.to_owned()).await?;
    let token = session::change_password(state, compared(&account), &hash).await?.ok_or_else(not_right)?;
    tell_password_changed(state, &account.email).await;
    Ok(token)
}

/// The account of who is signed in, if the password is theirs: for what a session alone must not be enough for. It counts
/// like signing in.
async fn proven(state: &AppState, who: &SignedIn, parts: &Parts, typed: &str) -> Result<Option<Account>, Refusal> {
    let account = accounts::by_id(state.db.read(), &who.account_id).await?;
    let account = account.ok_or(Refusal::Failed(AppError::Unauthenticated))?;
    let keys = throttle::keys(state, throttle::What::SignIn, &account.email.to_lowercase(), parts);
    attempt(state, &keys).await?;
    if !state.hasher.verify(typed.to_owned(), &account.password_hash).await? {
        return Ok(None);
    }
    throttle::succeeded(state, &keys).await?;
    Ok(Some(account))
}

async fn tell_password_changed(state: &AppState, to: &str) {
    let (portal, url) = (&state.program.portal, &state.config.public_url);
    let text = format!(
        "The password of your account at {portal} was changed.\n\
         Whoever was signed in elsewhere has been signed out, and links that were\n\
         mailed before to add an address or to choose a password lead nowhere.\n\n\
         If it was not you, choose a new password at once:\n\n{url}/reset\n"
    );
    tell(state, to, "Your password was changed", &text).await;
}

/// A mail about something that is done: not being able to send it undoes nothing.
async fn tell(state: &AppState, to: &str, subject: &str, text: &str) {
    let Some(email) = Email::parse(to) else { return };
    if let Err(fault) = state.mail.send(&email, subject, text).await {
        tracing::error!(cause = %fault, subject, "a mail about something that was done could not be sent");
    }
}

/// Sends a proof to an address that is to be added to the profile of who is signed in, and tells them by mail. It asks for
/// the password: what is added here stays, so a browser that was left open shall not be enough.
///
/// # Errors
/// When the address is none or belongs to the profile already, when the password is wrong, after too many attempts, or
/// when the mail cannot be sent.
pub async fn ask_to_link(
    state: &AppState,
    who: &SignedIn,
    parts: &Parts,
    typed: &str,
    password: &str,
) -> Result<(), Refusal> {
    let Some(profile) = &who.profile else { return Err(Refusal::Failed(AppError::Forbidden)) };
    let mut errors = Vec::new();
    let email = email_of("other-email", typed).map_err(|error| errors.push(error)).ok();
    if password.is_empty() {
        errors.push(FieldError::new("your-password", "Enter your password"));
    }
    let Some(email) = email.filter(|_| errors.is_empty()) else { return Err(Refusal::Fields(errors)) };
    let own = accounts::emails_of_profile(state.db.read(), &profile.id).await?;
    if own.iter().any(|own| own.to_lowercase() == email.key()) {
        return Err(field("other-email", "This address belongs to your profile already"));
    }
    let not_right = || field("your-password", "Your password is not right");
    let account = proven(state, who, parts, password).await?.ok_or_else(not_right)?;
    attempt(state, &throttle::keys(state, throttle::What::Mail, &email.key(), parts)).await?;
    let about = About {
        account_id: Some(&account.id),
        profile_id: Some(&profile.id),
        password_hash: Some(&account.password_hash),
    };
    let token = prove(state, Purpose::Link, &email, about).await?.ok_or_else(not_right)?;
    let (portal, url) = (&state.program.portal, &state.config.public_url);
    let candidate_id = &profile.candidate_id;
    let text = format!(
        "Somebody who is certified wants to add this address to their profile\n\
         at {portal}: candidate ID {candidate_id}.\n\n\
         If that is you, open this address within 24 hours:\n\n{url}/link/{token}\n\n\
         Claims sent from this address will then count for that profile.\n\
         If it is not you, there is nothing to do.\n"
    );
    state.mail.send(&email, "Add this address to your profile", &text).await?;
    let text = format!(
        "You asked to add the address {} to your profile\n\
         at {portal}. A mail is on its way to it: open the link in that mail to confirm.\n\n\
         If it was not you, change your password, and the link leads nowhere:\n\n{url}/account\n",
        email.shown()
    );
    tell(state, &who.email, "Another address for your profile", &text).await;
    Ok(())
}

/// What a proof that was opened leads to, for the page that shows it.
///
/// # Errors
/// When the database says no.
pub async fn look_at(
    state: &AppState,
    who: Option<&SignedIn>,
    purpose: Purpose,
    token: &str,
) -> Result<Proof, AppError> {
    let proof = tokens::find(state.db.read(), &secret::digest(token), purpose, state.clock.now()).await?;
    let Some(proof) = proof else { return Ok(Proof::Spent) };
    if !asked_by_one_of_the_profile(state.db.read(), &proof).await? {
        return Ok(Proof::Spent);
    }
    let known = accounts::by_key(state.db.read(), &proof.email_key).await?;
    let email = proof.email.clone();
    match purpose {
        Purpose::Join if known.is_some() => Ok(Proof::Spent),
        Purpose::Reset if proof.account_id.is_none() => Ok(Proof::Spent),
        Purpose::Join | Purpose::Reset => Ok(Proof::Password { email }),
        Purpose::Link => {
            let who = who.ok_or(AppError::Unauthenticated)?;
            let profile_id = proof.profile_id.clone().unwrap_or_default();
            let own = who.profile.as_ref().is_some_and(|profile| profile.id == profile_id);
            let other = who.email.to_lowercase() == proof.email_key;
            let candidate_id = accounts::candidate_id(state.db.read(), &profile_id).await?.unwrap_or_default();
            Ok(match known.map(|account| account.profile_id) {
                _ if !own && !other => Proof::OtherPerson { email },
                Some(Some(profile)) if profile == profile_id => Proof::Spent,
                Some(Some(_)) => Proof::OtherProfile { email },
                Some(None) => Proof::Confirm { email, candidate_id },
                None => Proof::NewAccount { email, candidate_id },
            })
        }
    }
}

/// Adds the address of a proof to the profile it names. The session of who asks gets a new token, which is given.
///
/// # Errors
/// When the proof is spent, is somebody else's, or the password for a new account may not be chosen.
pub async fn link(state: &AppState, who: &SignedIn, token: &str, typed: &str) -> Result<String, Refusal> {
    let proof = find(state, Purpose::Link, token).await?;
    match look_at(state, Some(who), Purpose::Link, token).await.map_err(Refusal::Failed)? {
        Proof::NewAccount { .. } => {
            create(state, Purpose::Link, token, &proof, typed).await?;
        }
        Proof::Confirm { .. } => confirm(state, who, token, &proof).await?,
        Proof::Spent | Proof::Password { .. } => return Err(Refusal::Spent),
        Proof::OtherProfile { .. } | Proof::OtherPerson { .. } => return Err(Refusal::Failed(AppError::Forbidden)),
    }
    tell_linked(state, &proof).await;
    session::renew(state, who).await?.ok_or(Refusal::Failed(AppError::Unauthenticated))
}

/// Whether the account that asked for an address to be added can still speak for the profile; of other proofs it is so.
async fn asked_by_one_of_the_profile(on: On<'_>, proof: &Token) -> Result<bool, sqlx::Error> {
    match (&proof.account_id, &proof.profile_id) {
        (Some(account_id), Some(profile_id)) => accounts::speaks_for(on, account_id, profile_id).await,
        _ => Ok(true),
    }
}

/// Makes the account of a proof one of its profile; whoever is signed in to it elsewhere signs in again.
async fn confirm(state: &AppState, who: &SignedIn, token: &str, proof: &Token) -> Result<(), Refusal> {
    let digest = secret::digest(token);
    let now = state.clock.now();
    let profile_id = proof.profile_id.as_deref().unwrap_or_default();
    let done = transaction!(state.db, tx, ReadCommitted, {
        let wanted = asked_by_one_of_the_profile(tx.on(), proof).await?;
        if !tokens::use_up(tx.on(), &digest, Purpose::Link, now).await? || !wanted {
            return Ok(false);
        }
        let account = accounts::by_key(tx.on(), &proof.email_key).await?;
        let Some(account) = account else { return Ok(false) };
        sessions::delete_others(tx.on(), &account.id, &who.session).await?;
        note(&mut tx, now, proof.account_id.as_deref(), "account.linked", &account.id, profile_id).await?;
        Ok(accounts::join_profile(tx.on(), &account.id, profile_id).await?)
    })?;
    if done { Ok(()) } else { Err(Refusal::Spent) }
}

/// Tells both addresses: the one that was added, and the one that asked.
async fn tell_linked(state: &AppState, proof: &Token) {
    let (portal, url) = (&state.program.portal, &state.config.public_url);
    let text = format!(
        "The address {} now belongs to your profile at {portal}.\n\
         Claims sent from it count for the same certifications.\n\n\
         If you did not want that, write to support, and change your password:\n\n{url}/account\n",
        proof.email
    );
    let asked_by = match &proof.account_id {
        Some(id) => accounts::by_id(state.db.read(), id).await.ok().flatten(),
        None => None,
    };
    for to in std::iter::once(proof.email.clone()).chain(asked_by.map(|account| account.email)) {
        tell(state, &to, "An address was added to your profile", &text).await;
    }
}
