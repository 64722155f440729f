//! Sessions: a random token in a cookie that only this host gets, its hash in the database.

use super::{ProfileInfo, SignedIn, secret};
use crate::server::calendar::addresses;
use crate::server::db::{accounts, certifications, sessions, tokens};
use crate::server::error::Fault;
use crate::server::state::AppState;
use crate::transaction;
use axum::http::{HeaderMap, HeaderValue, header};
use ce_domain::account::{Role, gate};
use ce_domain::certification::{Holding, Standing, standing};
use chrono::TimeDelta;
use std::sync::Arc;
use std::time::Duration;

/// The cookie. The prefix makes browsers refuse it without `Secure`, with a `Domain`, or with another path.
pub const COOKIE: &str = "__Host-sid";
/// A session ends when nothing was done for so long (assurance S5).
pub const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends so long after signing in, whatever is done.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// How exactly is known when something was done last: not every request shall write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The header value that keeps a token in the browser until it is closed.
pub fn cookie(token: &str) -> HeaderValue {
    header_value(&format!("{COOKIE}={token}; Secure; HttpOnly; SameSite=Lax; Path=/"))
}

/// The header value that removes it.
pub fn no_cookie() -> HeaderValue {
    header_value(&format!("{COOKIE}=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// Hash of the token a request brings.
pub fn of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let token = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE && !value.is_empty()).then_some(value))?;
    Some(secret::digest(token))
}

/// An account, and the hash its password was compared with.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// The account.
    pub account_id: &'a str,
    /// The hash the password is right for.
    pub hash: &'a str,
}

/// Begins a session in place of `old` (the hash of its token) and gives the new token; nothing when the password was
/// changed since it was compared, or nobody can sign in any more: comparing takes long enough for that. `better` is the
/// same password hashed at the present cost.
///
/// # Errors
/// When the database says no.
pub async fn begin(
    state: &AppState,
    who: Compared<'_>,
    better: Option<&str>,
    old: Option<&str>,
) -> Result<Option<String>, Fault> {
    let token = secret::new();
    let hash = secret::digest(&token);
    let now = state.clock.now();
    transaction!(state.db, tx, ReadCommitted, {
        if !accounts::exchange_password(tx.on(), who.account_id, who.hash, better.unwrap_or(who.hash)).await? {
            return Ok(None);
        }
        if let Some(old) = old {
            sessions::delete(tx.on(), old).await?;
        }
        sessions::insert(tx.on(), &hash, who.account_id, now, now + ABSOLUTE).await?;
        Ok(Some(token.clone()))
    })
}

/// Gives the session of who is signed in a new token: what it may do has changed. Nothing when it has ended meanwhile.
///
/// # Errors
/// When the database says no.
pub async fn renew(state: &AppState, who: &SignedIn) -> Result<Option<String>, Fault> {
    let token = secret::new();
    let renewed = sessions::renew(state.db.write(), &who.session, &secret::digest(&token)).await?;
    Ok(renewed.then_some(token))
}

/// Finds who is asking by the hash of their token: nobody when the session has ended.
///
/// # Errors
/// When the database says no.
pub async fn find(state: &AppState, hash: String) -> Result<Option<SignedIn>, Fault> {
    let now = state.clock.now();
    let today = state.clock.today();
    let terms = state.program.terms_on(today).map(|terms| terms.version.as_str());
    let rows = sessions::find(state.db.read(), &hash, terms.unwrap_or_default()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let idle_until = row.last_seen_at + IDLE;
    if row.disabled_at.is_some() || now >= row.expires_at || now >= idle_until {
        // Only tidying up: it is not looked at again anyway.
        let _ = sessions::delete(state.db.write(), &hash).await;
        return Ok(None);
    }
    if now - row.last_seen_at >= SEEN_EVERY {
        seen(state, &hash).await;
    }
    let profile = match (&row.profile_id, &row.candidate_id, &row.name) {
        (Some(id), Some(candidate_id), Some(name)) => {
            Some(ProfileInfo { id: id.clone(), candidate_id: candidate_id.clone(), name: name.clone() })
        }
        _ => None,
    };
    let held = match &profile {
        Some(profile) => certifications::held(state.db.read(), &profile.id, &state.program).await?,
        None => Vec::new(),
    };
    let holdings: Vec<Holding> = held.iter().map(|held| held.holding.clone()).collect();
    let stands = match &profile {
        Some(_) => standing(&holdings, today, state.program.claim.window_days),
        None => Standing::Never,
    };
    let left = (row.expires_at - now).min(IDLE).num_seconds();
    Ok(Some(SignedIn {
        account_id: row.account_id.clone(),
        email: row.email.clone(),
        gate: gate(terms.is_none() || row.accepted_at.is_some(), profile.is_some(), stands),
        profile,
        roles: rows.iter().filter_map(|row| Role::parse(row.role.as_deref()?)).collect(),
        held: Arc::new(held),
        session: hash,
        idle_seconds: u32::try_from(left).unwrap_or(0),
    }))
}

/// Notes that something was done. A database that cannot be written to must not keep anybody from reading.
async fn seen(state: &AppState, hash: &str) {
    let write = sessions::seen(state.db.write(), hash, state.clock.now());
    match tokio::time::timeout(Duration::from_secs(2), write).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a session could not be prolonged"),
        Err(_) => tracing::warn!("a session could not be prolonged in time"),
    }
}

/// Ends a session.
///
/// # Errors
/// When the database says no.
pub async fn end(state: &AppState, hash: &str) -> Result<(), Fault> {
    Ok(sessions::delete(state.db.write(), hash).await?)
}

/// Replaces the password of an account, ends every session of it, and begins one in place of the one that asks, whose token
/// is given; nothing when the password was changed since it was compared.
///
/// # Errors
/// When the database says no.
pub async fn change_password(state: &AppState, who: Compared<'_>, new_hash: &str) -> Result<Option<String>, Fault> {
    let account_id = who.account_id;
    let token = secret::new();
    let hash = secret::digest(&token);
    let now = state.clock.now();
    transaction!(state.db, tx, ReadCommitted, {
        if !accounts::exchange_password(tx.on(), account_id, who.hash, new_hash).await? {
            return Ok(None);
        }
        sessions::delete_all(tx.on(), account_id).await?;
        tokens::end_of_account(tx.on(), account_id, now).await?;
        addresses::revoke_all(&mut tx, account_id, now).await?;
        sessions::insert(tx.on(), &hash, account_id, now, now + ABSOLUTE).await?;
        super::flows::note(&mut tx, now, Some(account_id), "account.password_changed", account_id, "").await?;
        Ok(Some(token.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts() {
        assert_eq!(cookie("abc"), "__Host-sid=abc; Secure; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(no_cookie(), "__Host-sid=; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    }

    #[test]
    fn the_token_is_found_among_other_cookies_and_only_under_its_name() {
        let headers = |cookies: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(header::COOKIE, HeaderValue::from_static(cookie));
            }
            headers
        };
        let hash = Some(secret::digest("t0ken"));
        assert_eq!(of(&headers(&["theme=dark; __Host-sid=t0ken"])), hash);
        assert_eq!(of(&headers(&["theme=dark", "__Host-sid=t0ken"])), hash);
        for none in [&["sid=t0ken"][..], &["__Host-sid="], &["x__Host-sid=t0ken"], &[]] {
            assert_eq!(of(&headers(none)), None, "{none:?}");
        }
    }
}
