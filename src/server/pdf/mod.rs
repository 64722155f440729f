//! Documents to keep: the certificate and the transcript, as tagged PDF that screen readers can read (PDF/UA-1).

pub mod certificate;
mod flow;
pub mod fonts;
mod sheet;
pub mod transcript;

use super::auth::{Candidate, SignedIn};
use super::error::Fault;
use super::page_with;
use super::state::AppState;
use super::tracking;
use crate::app::error::AppError;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ce_domain::text::slug;

/// Where documents are fetched from.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/tracking/{certification}/certificate.pdf", get(certificate_of))
        .route("/tracking/transcript.pdf", get(transcript_of))
}

async fn certificate_of(State(state): State<AppState>, Path(code): Path<String>, parts: Parts) -> Response {
    let made = async {
        let who = candidate(&parts)?;
        let certificate = tracking::certificate(&state, &who, &code).await?;
        let name = format!("certificate-{}-{}", slug(&code), slug(&certificate.holder));
        Ok((name, drawn(move || certificate::draw(&certificate)).await?))
    };
    answer(&state, made.await, parts).await
}

async fn transcript_of(State(state): State<AppState>, parts: Parts) -> Response {
    let made = async {
        let who = candidate(&parts)?;
        let transcript = tracking::transcript(&state, &who).await?;
        let name = format!("transcript-{}-{}", slug(&transcript.candidate_id), transcript.as_of);
        Ok((name, drawn(move || transcript::draw(&transcript)).await?))
    };
    answer(&state, made.await, parts).await
}

fn candidate(parts: &Parts) -> Result<Candidate, AppError> {
    parts.extensions.get::<SignedIn>().ok_or(AppError::Unauthenticated)?.candidate()
}

/// Draws where it holds up nobody else: shaping text is work for the processor.
async fn drawn(draw: impl FnOnce() -> Result<Vec<u8>, Fault> + Send + 'static) -> Result<Vec<u8>, Fault> {
    let drawn = tokio::task::spawn_blocking(draw).await;
    drawn.map_err(|error| Fault::Impossible(format!("drawing a document ended early: {error}")))?
}

async fn answer(state: &AppState, made: Result<(String, Vec<u8>), AppError>, parts: Parts) -> Response {
    let (name, file) = match made {
        Ok(made) => made,
        // In place of a document that there is not: the page that says so. That page is always about something missing,
        // so what went wrong otherwise is said in plain words.
        Err(AppError::NotFound) => return page_with(state, parts, StatusCode::NOT_FOUND, ()).await,
        Err(error) => return (error.status(), format!("{error}.\n")).into_response(),
    };
    let disposition = format!("attachment; filename=\"{}.pdf\"", name.trim_end_matches('-'));
    let Ok(disposition) = HeaderValue::try_from(disposition) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let plain = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, plain("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, plain("no-store")),
        // Its content is packed already.
        (header::CONTENT_ENCODING, plain("identity")),
    ];
    (headers, file).into_response()
}
