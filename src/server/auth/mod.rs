//! Who is asking, and what they may do.

pub mod flows;
pub mod network;
pub mod next;
pub mod password;
pub mod policy;
pub mod secret;
pub mod session;
pub mod throttle;

use super::db::certifications::Held;
use super::state::AppState;
use crate::app::error::AppError;
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ce_domain::account::{Gate, Role};
use ce_domain::certification::Holding;
use leptos::prelude::use_context;
use policy::Access;
use std::sync::Arc;

/// Who is signed in: found by the guard for each request, once.
#[derive(Clone)]
pub struct SignedIn {
    /// The account.
    pub account_id: String,
    /// Its address, as it was written.
    pub email: String,
    /// The profile it belongs to.
    pub profile: Option<ProfileInfo>,
    /// What it may do besides claiming.
    pub roles: Vec<Role>,
    /// What the profile holds.
    pub held: Arc<Vec<Held>>,
    /// What stands between it and the portal.
    pub gate: Gate,
    /// Hash of the session's token: what the session is found by.
    pub session: String,
    /// Seconds until the session ends if nothing is done.
    pub idle_seconds: u32,
}

/// A profile, as far as every page needs it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileInfo {
    /// Its id.
    pub id: String,
    /// `CSCO` and eight digits.
    pub candidate_id: String,
    /// The person's name.
    pub name: String,
}

/// Somebody past the gate: signed in, terms accepted, with a profile, certified or just expired.
#[derive(Clone)]
pub struct Candidate {
    /// The account.
    pub account_id: String,
    /// Its address.
    pub email: String,
    /// The profile.
    pub profile: ProfileInfo,
    /// What the profile holds.
    pub held: Arc<Vec<Held>>,
}

impl Candidate {
    /// What the profile holds, as the rules look at it.
    pub fn holdings(&self) -> Vec<Holding> {
        self.held.iter().map(|held| held.holding.clone()).collect()
    }
}

impl SignedIn {
    /// Lets only who is past the gate on.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] when something of the gate is in the way.
    pub fn candidate(&self) -> Result<Candidate, AppError> {
        match (&self.gate, &self.profile) {
            (Gate::Open(_), Some(profile)) => Ok(Candidate {
                account_id: self.account_id.clone(),
                email: self.email.clone(),
                profile: profile.clone(),
                held: self.held.clone(),
            }),
            _ => Err(AppError::Forbidden),
        }
    }
}

/// Who is signed in, for server functions and pages.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is.
pub fn signed_in() -> Result<SignedIn, AppError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<SignedIn>().cloned())
        .ok_or(AppError::Unauthenticated)
}

/// The candidate who is asking, for server functions and pages.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is signed in, [`AppError::Forbidden`] when something is in the way.
pub fn candidate() -> Result<Candidate, AppError> {
    signed_in()?.candidate()
}

/// The state, for server functions and pages.
///
/// # Errors
/// [`AppError::Internal`] when it was not provided, which no request can bring about.
pub fn state() -> Result<AppState, AppError> {
    use_context::<AppState>().ok_or_else(|| super::error::Fault::Impossible("no state in context".to_owned()).into())
}

/// Finds out who is asking and whether they may: before anything is rendered or done.
pub async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let Some(access) = policy::access(&pattern) else {
        tracing::error!(route = pattern, "a route without a row in the policy was asked for");
        return refuse(&pattern, AppError::Forbidden, None);
    };
    let hash = session::of(request.headers());
    if hash.is_some() && !says_where_it_comes_from(&request) {
        return refuse(&pattern, AppError::Forbidden, None);
    }
    let who = match hash {
        None => None,
        Some(hash) => match session::find(&state, hash).await {
            Ok(who) => who,
            // Who cannot be recognised may still see what everybody may.
            Err(fault) if access == Access::Public => {
                tracing::error!(cause = %fault, "a session could not be looked up");
                None
            }
            Err(fault) => return refuse(&pattern, fault.into(), None),
        },
    };
    if let Some(elsewhere) = decide(&pattern, access, who.as_ref(), &request) {
        return elsewhere;
    }
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    next.run(request).await
}

/// Whether a request that changes something says which site it comes from, as every browser does: the layer against
/// forged forms lets others through, and somebody's session must not be used on no evidence (assurance S9).
fn says_where_it_comes_from(request: &Request) -> bool {
    let headers = request.headers();
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        || headers.contains_key(header::ORIGIN)
        || headers.contains_key("sec-fetch-site")
}

/// Where to send who may not have what they ask for; `None`: they may.
fn decide(pattern: &str, access: Access, who: Option<&SignedIn>, request: &Request) -> Option<Response> {
    // A form's address may have no page: who had to sign in first begins at the dashboard.
    let here = || next::address(request.uri()).filter(|_| request.method() == Method::GET);
    let Some(who) = who else {
        if access == Access::Public || keeps_its_form(pattern, request.method()) {
            return None;
        }
        return Some(refuse(pattern, AppError::Unauthenticated, here()));
    };
    if pattern == "/sign-in" && request.method() == Method::GET {
        let wanted = request.uri().query().and_then(next::of_query);
        return Some(next::see_other(wanted.as_deref().unwrap_or("/")));
    }
    if access != Access::Candidate || matches!(who.gate, Gate::Open(_)) || keeps_its_form(pattern, request.method()) {
        return None;
    }
    if policy::answers_scripts(pattern) {
        return Some(refuse(pattern, AppError::Forbidden, None));
    }
    Some(match who.gate {
        Gate::Terms => next::see_other(&next::with("/terms", here().as_deref())),
        _ => next::see_other("/access"),
    })
}

fn keeps_its_form(pattern: &str, method: &Method) -> bool {
    method == Method::POST && policy::KEEPS_ITS_FORM.contains(&pattern)
}

/// Says no in the language of who asks: JSON to a program, a page to a person.
fn refuse(pattern: &str, error: AppError, here: Option<String>) -> Response {
    if policy::answers_scripts(pattern) {
        return (error.status(), Json(error)).into_response();
    }
    match error {
        AppError::Unauthenticated => next::see_other(&next::with("/sign-in", here.as_deref())),
        // Rendering a page would ask the database again, so this one is made of nothing.
        error => {
            let html = format!(
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Try again</title></head>\
                 <body><h1>This page cannot be shown</h1><p>{error}.</p><p><a href=\"/\">Go to the dashboard</a></p></body></html>"
            );
            (error.status(), [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
        }
    }
}
