//! Sending a certificate while the form is still being filled in, and getting it back.

use super::receive;
use crate::app::error::AppError;
use crate::server::auth::SignedIn;
use crate::server::db::evidence::{self, Evidence};
use crate::server::error::Fault;
use crate::server::page_with;
use crate::server::state::AppState;
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use ce_domain::claim::FileProblem;
use serde_json::json;

/// The most that is read of what a browser sends, in bytes. More than the largest file, because a browser whose sending
/// is cut off shows its own error in place of ours; what is too much is not kept.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Where certificates are sent to and fetched from.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/files/evidence", post(send))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .route("/files/evidence/{id}", get(fetch))
}

async fn send(
    State(state): State<AppState>,
    signed_in: Option<Extension<SignedIn>>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Response {
    let candidate = match signed_in.map(|Extension(signed_in)| signed_in.candidate()) {
        None => return refuse(&AppError::Unauthenticated),
        Some(Err(error)) => return refuse(&error),
        Some(Ok(candidate)) => candidate,
    };
    let Ok(mut multipart) = multipart else { return refuse(&AppError::BadRequest) };
    loop {
        let field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return refuse(&AppError::BadRequest),
            Err(error) => return broken_off(&error),
        };
        if field.name() != Some("certificate") {
            continue;
        }
        let Some(file_name) = field.file_name().map(str::to_owned) else { return refuse(&AppError::BadRequest) };
        return match receive(&state, &candidate.account_id, &file_name, field).await {
            Ok(Ok(kept)) => Json(json!({
                "id": kept.id, "file_name": kept.file_name, "size": kept.size, "media_type": kept.media_type,
            }))
            .into_response(),
            Ok(Err(problem)) => refuse_file(problem),
            Err(fault) => refuse(&fault.into()),
        };
    }
}

fn broken_off(error: &MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        refuse_file(FileProblem::TooLarge)
    } else {
        refuse(&AppError::BadRequest)
    }
}

fn refuse(error: &AppError) -> Response {
    (error.status(), Json(error)).into_response()
}

fn refuse_file(problem: FileProblem) -> Response {
    let status =
        if problem == FileProblem::TooLarge { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Json(json!({ "problem": problem }))).into_response()
}

async fn fetch(
    State(state): State<AppState>,
    signed_in: Option<Extension<SignedIn>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Response {
    let Some(Extension(signed_in)) = signed_in else { return refuse(&AppError::Unauthenticated) };
    match find(&state, &signed_in, &id).await {
        Ok(Some(kept)) => give(&state, &kept).await.unwrap_or_else(|fault| refuse(&fault.into())),
        Ok(None) => page_with(&state, parts, StatusCode::NOT_FOUND, ()).await,
        Err(fault) => refuse(&fault.into()),
    }
}

/// The file, if the one who asks may have it: one of the accounts of the profile that sent it. Whoever else may is
/// added here.
async fn find(state: &AppState, signed_in: &SignedIn, id: &str) -> Result<Option<Evidence>, Fault> {
    let Some(profile) = &signed_in.profile else { return Ok(None) };
    Ok(evidence::owned(state.db.read(), id, &profile.id).await?)
}

/// A file somebody else made: saved, never shown by the browser in the portal's name (assurance S33).
async fn give(state: &AppState, kept: &Evidence) -> Result<Response, Fault> {
    let content = state.files.open(kept).await?;
    let mut response = Response::new(Body::from_stream(content.into_stream()));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kept.media_type.clone()),
        (header::CONTENT_LENGTH, kept.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(&kept.file_name)),
    ] {
        headers.insert(name, HeaderValue::try_from(value).map_err(|error| Fault::Impossible(error.to_string()))?);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        // Its content is packed already; packing it again would only hide its length.
        (header::CONTENT_ENCODING, "identity"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// `attachment`, with a name for old programs and the real one (RFC 6266, RFC 8187).
fn disposition(file_name: &str) -> String {
    let plain: String =
        file_name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ()".contains(c) { c } else { '_' }).collect();
    let encoded: String = file_name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition("Zertifikat \"Müller\"; x=1.pdf"),
            "attachment; filename=\"Zertifikat _M_ller__ x_1.pdf\"; \
             filename*=UTF-8''Zertifikat%20%22M%C3%BCller%22%3B%20x%3D1.pdf"
        );
    }
}
