//! The planner's form where it changes something: a plan is kept or deleted. Everything else of it is in the address.

use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::planner::{PlanQuery, PostedPlan};
use crate::server::auth::{Candidate, SignedIn, next};
use crate::server::state::AppState;
use crate::server::{page_with, tracking};
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};

/// Where the form is posted to.
pub fn routes() -> Router<AppState> {
    Router::new().route("/planner", post(keep))
}

type Posted = Result<Form<Vec<(String, String)>>, FormRejection>;

async fn keep(
    State(state): State<AppState>,
    Extension(who): Extension<SignedIn>,
    parts: Parts,
    form: Posted,
) -> Response {
    let pairs = form.map(|Form(pairs)| pairs).unwrap_or_default();
    let delete = pairs.iter().find(|(name, _)| name == "delete").map(|(_, value)| value.clone());
    let odd = pairs.iter().any(|(_, value)| value.contains('\0'));
    let query = PlanQuery::of(pairs);
    if odd {
        let words = FieldError::new("", AppError::BadRequest.to_string());
        return again(&state, parts, StatusCode::BAD_REQUEST, PlanQuery::default(), vec![words]).await;
    }
    match done(&state, &who, &query, delete).await {
        Ok(Ok(to)) => next::see_other(&to),
        Ok(Err(errors)) => again(&state, parts, StatusCode::UNPROCESSABLE_ENTITY, query, errors).await,
        Err(error) => {
            let words = FieldError::new("", error.to_string());
            again(&state, parts, error.status(), query, vec![words]).await
        }
    }
}

async fn done(
    state: &AppState,
    who: &SignedIn,
    query: &PlanQuery,
    delete: Option<String>,
) -> Result<Result<String, Vec<FieldError>>, AppError> {
    let who: Candidate = who.candidate()?;
    if let Some(id) = delete {
        tracking::delete_plan(state, &who, &id).await?;
        return Ok(Ok("/planner?done=removed".to_owned()));
    }
    let kept = tracking::save_plan(state, &who, query).await?;
    Ok(kept.map(|id| format!("/planner?plan={id}&done=saved")))
}

async fn again(
    state: &AppState,
    parts: Parts,
    status: StatusCode,
    query: PlanQuery,
    errors: Vec<FieldError>,
) -> Response {
    page_with(state, parts, status, PostedPlan { query, errors }).await
}
