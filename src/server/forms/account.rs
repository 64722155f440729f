//! The forms of signing in and of one's own account.
//!
//! Each answers with another page and, where a session begins, its cookie; or with its own page again, holding what was
//! typed and what is wrong. Passwords are never sent back.

use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::account::AccountForm;
use crate::server::auth::flows::{self, Refusal};
use crate::server::auth::{SignedIn, next, session, throttle};
use crate::server::page_with;
use crate::server::state::AppState;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use serde::Deserialize;

/// Where these forms are posted to.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/terms", post(accept_terms))
        .route("/join", post(ask_to_join))
        .route("/join/{token}", post(join))
        .route("/reset", post(ask_to_reset))
        .route("/reset/{token}", post(reset))
        .route("/account", post(account))
        .route("/link/{token}", post(link))
}

/// Every field of these forms; each form has some of them.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Fields {
    email: String,
    password: String,
    next: String,
    version: String,
    current_password: String,
    new_password: String,
    other_email: String,
    your_password: String,
    /// Which form of the page it is.
    form: String,
}

type Posted = Result<Form<Fields>, FormRejection>;

fn read(form: Posted) -> Fields {
    // A form that cannot be read is one with nothing in it: the answer says what is missing.
    form.map(|Form(fields)| fields).unwrap_or_default()
}

fn go(to: &str) -> Response {
    next::see_other(to)
}

fn go_with_session(to: &str, token: &str) -> Response {
    let mut response = next::see_other(to);
    response.headers_mut().insert(header::SET_COOKIE, session::cookie(token));
    response
}

/// The page again, with what was typed and what is wrong.
async fn again(state: &AppState, parts: Parts, refusal: Refusal, typed: &[(&str, &str)]) -> Response {
    let (status, errors, wait) = match refusal {
        Refusal::Fields(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors, None),
        Refusal::Wait(seconds) => {
            let words = format!("Too many attempts. Wait {} and try again", throttle::in_words(seconds));
            (StatusCode::TOO_MANY_REQUESTS, vec![FieldError::new("", words)], Some(seconds))
        }
        // The page finds out itself that the proof is spent, and says so.
        Refusal::Spent => (StatusCode::NOT_FOUND, Vec::new(), None),
        Refusal::Failed(error) => (error.status(), vec![FieldError::new("", error.to_string())], None),
    };
    let values = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut response = page_with(state, parts, status, AccountForm { values, errors }).await;
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn sign_in(State(state): State<AppState>, parts: Parts, form: Posted) -> Response {
    let fields = read(form);
    match flows::sign_in(&state, &parts, &fields.email, &fields.password).await {
        Ok(token) => go_with_session(next::safe(&fields.next).unwrap_or("/"), &token),
        Err(refusal) => again(&state, parts, refusal, &[("email", &fields.email), ("next", &fields.next)]).await,
    }
}

async fn sign_out(State(state): State<AppState>, Extension(who): Extension<SignedIn>) -> Response {
    if let Err(fault) = session::end(&state, &who.session).await {
        let error = AppError::from(fault);
        let mut response = Response::new(format!("You are still signed in. {error}.\n").into());
        *response.status_mut() = error.status();
        return response;
    }
    let mut response = go("/sign-in?done=signed-out");
    response.headers_mut().insert(header::SET_COOKIE, session::no_cookie());
    // Not "storage": what was typed into a claim form is kept there, and survives signing out.
    let clear = HeaderValue::from_static("\"cache\", \"cookies\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    response
}

async fn accept_terms(State(state): State<AppState>, parts: Parts, form: Posted) -> Response {
    let fields = read(form);
    let Some(who) = parts.extensions.get::<SignedIn>() else {
        return go(&next::with("/sign-in", Some("/terms")));
    };
    // Only the version that was shown can be accepted, and only while it is the one in force.
    let current = state.program.terms_on(state.clock.today()).filter(|terms| terms.version == fields.version);
    let Some(terms) = current else { return go(&next::with("/terms", next::safe(&fields.next))) };
    match flows::accept_terms(&state, who, &terms.version).await {
        Ok(()) => go(next::safe(&fields.next).unwrap_or("/")),
        Err(refusal) => again(&state, parts, refusal, &[("next", &fields.next)]).await,
    }
}

async fn ask_to_join(State(state): State<AppState>, parts: Parts, form: Posted) -> Response {
    let fields = read(form);
    match flows::ask_to_join(&state, &parts, &fields.email).await {
        Ok(()) => go("/join?done=sent"),
        Err(refusal) => again(&state, parts, refusal, &[("email", &fields.email)]).await,
    }
}

async fn join(State(state): State<AppState>, Path(token): Path<String>, parts: Parts, form: Posted) -> Response {
    match flows::join(&state, &parts, &token, &read(form).password).await {
        Ok(session) => go_with_session("/terms", &session),
        Err(refusal) => again(&state, parts, refusal, &[]).await,
    }
}

async fn ask_to_reset(State(state): State<AppState>, parts: Parts, form: Posted) -> Response {
    let fields = read(form);
    match flows::ask_to_reset(&state, &parts, &fields.email).await {
        Ok(()) => go("/reset?done=sent"),
        Err(refusal) => again(&state, parts, refusal, &[("email", &fields.email)]).await,
    }
}

async fn reset(State(state): State<AppState>, Path(token): Path<String>, parts: Parts, form: Posted) -> Response {
    match flows::reset(&state, &token, &read(form).password, &parts).await {
        Ok(()) => go("/sign-in?done=password"),
        Err(refusal) => again(&state, parts, refusal, &[]).await,
    }
}

async fn account(
    State(state): State<AppState>,
    Extension(who): Extension<SignedIn>,
    parts: Parts,
    form: Posted,
) -> Response {
    let fields = read(form);
    if fields.form == "address" {
        return match flows::ask_to_link(&state, &who, &parts, &fields.other_email, &fields.your_password).await {
            Ok(()) => go("/account?done=sent"),
            Err(refusal) => again(&state, parts, refusal, &[("other-email", &fields.other_email)]).await,
        };
    }
    match flows::change_password(&state, &who, &parts, &fields.current_password, &fields.new_password).await {
        Ok(token) => go_with_session("/account?done=password", &token),
        Err(refusal) => again(&state, parts, refusal, &[]).await,
    }
}

async fn link(
    State(state): State<AppState>,
    Extension(who): Extension<SignedIn>,
    Path(token): Path<String>,
    parts: Parts,
    form: Posted,
) -> Response {
    match flows::link(&state, &who, &token, &read(form).password).await {
        Ok(session) => go_with_session("/account?done=linked", &session),
        Err(refusal) => again(&state, parts, refusal, &[]).await,
    }
}
