//! The forms of sharing: making a link, revoking one, and asking what a code leads to.

use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::sharing::manage::SharingForm;
use crate::app::pages::sharing::verify::VerifyForm;
use crate::server::auth::{SignedIn, next};
use crate::server::page_with;
use crate::server::shares::{self, Made, Wanted};
use crate::server::state::AppState;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use ce_domain::share::{Code, Shows};

/// The page of one's links.
const HERE: &str = "/account/sharing";

/// Where these forms are posted to.
pub fn routes() -> Router<AppState> {
    Router::new().route("/account/sharing", post(share)).route("/verify", post(verify))
}

type Posted = Result<Form<Vec<(String, String)>>, FormRejection>;

fn read(form: Posted) -> Vec<(String, String)> {
    // A form that cannot be read is one with nothing in it: the answer says what is missing.
    form.map(|Form(fields)| fields).unwrap_or_default()
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

async fn share(
    State(state): State<AppState>,
    Extension(who): Extension<SignedIn>,
    parts: Parts,
    form: Posted,
) -> Response {
    let fields = read(form);
    if fields.iter().any(|(_, value)| value.contains('\0')) {
        return failed(&state, parts, Vec::new(), AppError::BadRequest).await;
    }
    let Some(profile) = who.profile.clone() else { return next::see_other("/access") };
    if let Some(id) = value(&fields, "revoke") {
        return match shares::revoke(&state, &who, &profile, id).await {
            // One that was revoked before is revoked: pressing twice is no mistake.
            Ok(_) => next::see_other(&format!("{HERE}?done=revoked")),
            Err(fault) => failed(&state, parts, Vec::new(), fault.into()).await,
        };
    }
    match shares::make(&state, &who, &profile, &wanted(&fields)).await {
        Ok(Made::Link(id)) => next::see_other(&format!("{HERE}?made={id}")),
        Ok(Made::Problems(errors)) => {
            let again = SharingForm { values: sent(fields), errors };
            page_with(&state, parts, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
        Err(error) => failed(&state, parts, fields, error).await,
    }
}

/// What was sent; also of a form in which nothing was chosen, so that it is not shown as a fresh one.
fn sent(mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
    fields.push(("sent".to_owned(), "yes".to_owned()));
    fields
}

async fn failed(state: &AppState, parts: Parts, fields: Vec<(String, String)>, error: AppError) -> Response {
    let errors = vec![FieldError::new("", error.to_string())];
    page_with(state, parts, error.status(), SharingForm { values: sent(fields), errors }).await
}

fn wanted(fields: &[(String, String)]) -> Wanted {
    let all = |name: &'static str| fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value);
    let more = |wanted: &str| all("more").any(|value| value == wanted);
    Wanted {
        note: value(fields, "note").unwrap_or_default().to_owned(),
        everything_active: all("show").any(|value| value == "*"),
        certifications: all("show").cloned().collect(),
        shows: Shows {
            name: more("name"),
            candidate_id: more("candidate-id"),
            dates: more("dates"),
            renewals: more("renewals"),
            credits: more("credits"),
        },
        until: value(fields, "until").unwrap_or_default().to_owned(),
    }
}

async fn verify(State(state): State<AppState>, parts: Parts, form: Posted) -> Response {
    let fields = read(form);
    let typed = value(&fields, "code").unwrap_or_default();
    if let Some(code) = Code::parse(typed) {
        return next::see_other(&format!("/verify/{}", code.shown()));
    }
    let words = if typed.trim().is_empty() {
        "Enter the code"
    } else {
        "This is no code: it has 20 letters and digits. Compare it with what you were given"
    };
    let again = VerifyForm { code: typed.to_owned(), errors: vec![FieldError::new("code", words)] };
    page_with(&state, parts, StatusCode::UNPROCESSABLE_ENTITY, again).await
}
