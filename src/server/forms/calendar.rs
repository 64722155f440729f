//! Making and revoking addresses for a calendar program.

use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::account::calendar::CalendarForm;
use crate::server::auth::{SignedIn, next};
use crate::server::calendar::addresses;
use crate::server::page_with;
use crate::server::state::AppState;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use serde::Deserialize;

/// Where they are posted to.
pub fn routes() -> Router<AppState> {
    Router::new().route("/account/calendar", post(change))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    /// The address to revoke; empty: a new one is wanted.
    revoke: String,
}

/// A new address is shown in the answer itself: it is in no other, so that nobody who comes later finds it.
async fn change(
    State(state): State<AppState>,
    Extension(who): Extension<SignedIn>,
    parts: Parts,
    form: Result<Form<Fields>, FormRejection>,
) -> Response {
    let form = form.ok().filter(|Form(fields)| !fields.revoke.contains('\0'));
    let Some(Form(fields)) = form else { return refuse(&state, parts, AppError::BadRequest).await };
    let who = match who.candidate() {
        Ok(who) => who,
        Err(error) => return refuse(&state, parts, error).await,
    };
    if fields.revoke.is_empty() {
        return match addresses::make(&state, &who).await {
            Ok(Some(address)) => show(&state, parts, StatusCode::OK, Some(address), None).await,
            Ok(None) => {
                let words = format!(
                    "You have {} addresses already. Revoke one you no longer use, then make another",
                    addresses::MOST
                );
                show(&state, parts, StatusCode::UNPROCESSABLE_ENTITY, None, Some(words)).await
            }
            Err(fault) => refuse(&state, parts, fault.into()).await,
        };
    }
    match addresses::revoke(&state, &who, &fields.revoke).await {
        Ok(true) => next::see_other("/account/calendar?done=revoked"),
        Ok(false) => {
            let words =
                "There is no such address. It may have been revoked already: the list below shows those that work";
            show(&state, parts, StatusCode::NOT_FOUND, None, Some(words.to_owned())).await
        }
        Err(fault) => refuse(&state, parts, fault.into()).await,
    }
}

async fn refuse(state: &AppState, parts: Parts, error: AppError) -> Response {
    show(state, parts, error.status(), None, Some(error.to_string())).await
}

async fn show(
    state: &AppState,
    parts: Parts,
    status: StatusCode,
    made: Option<String>,
    wrong: Option<String>,
) -> Response {
    let errors = wrong.map(|words| FieldError::new("", words)).into_iter().collect();
    page_with(state, parts, status, CalendarForm { made, errors }).await
}
