//! The claim form without a script: the same form, sent as a whole, a step at a time.
//!
//! `step=continue` takes what was chosen so far and shows what it opens; anything else sends the claim. Whatever happens,
//! the answer holds what was typed, the file included: it is kept as soon as it arrives.

use crate::app::error::AppError;
use crate::app::pages::claim::{Posted, Sent};
use crate::server::auth::{Candidate, SignedIn};
use crate::server::claims;
use crate::server::db::{self, drafts};
use crate::server::state::AppState;
use crate::server::{claim_form, files, page_with};
use axum::Router;
use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use ce_domain::claim::{Draft, FileProblem, LARGEST_FILE, Problem};
use std::collections::HashMap;

/// The most a claim form may hold: the largest file, and room for fields and for telling that a file is too large.
const LARGEST_BODY: u64 = LARGEST_FILE * 2;
/// The most that all fields without a file may hold, in bytes.
const LARGEST_FIELDS: usize = 256 * 1024;
/// The most that one of them may hold.
const LONGEST_FIELD: usize = 1000;

/// Where claim forms are posted to.
pub fn routes() -> Router<AppState> {
    let limit = usize::try_from(LARGEST_BODY).unwrap_or(usize::MAX);
    Router::new()
        .route("/claims/new", post(send_new))
        .route("/claims/{id}/edit", post(send_edit))
        .layer(DefaultBodyLimit::max(limit))
        .route("/claims/{id}/withdraw", post(withdraw))
}

/// What a form held.
#[derive(Default)]
struct Form {
    fields: HashMap<String, Vec<String>>,
    evidence: Option<String>,
    file_problem: Option<FileProblem>,
    trouble: Option<AppError>,
}

impl Form {
    /// The last value of a field that is not empty: what is chosen stands after what was chosen before.
    fn text(&self, name: &str) -> String {
        let values = self.fields.get(name).map(Vec::as_slice).unwrap_or_default();
        values.iter().rev().find(|value| !value.trim().is_empty()).cloned().unwrap_or_default()
    }

    fn draft(&self) -> Draft {
        Draft {
            item: self.text("item"),
            item_text: self.text("item_text"),
            item_type: self.text("type"),
            provider: self.text("provider"),
            provider_text: self.text("provider_text"),
            start: self.text("start"),
            completion: self.text("completion"),
            certificate_id: self.text("certificate_id"),
            evidence: self.evidence.clone().unwrap_or_else(|| self.text("evidence")),
        }
    }
}

async fn send_new(State(state): State<AppState>, request: Request) -> Response {
    answer(state, request, String::new()).await
}

async fn send_edit(State(state): State<AppState>, Path(id): Path<String>, request: Request) -> Response {
    answer(state, request, id).await
}

async fn answer(state: AppState, request: Request, edits: String) -> Response {
    let (parts, body) = request.into_parts();
    let who = parts.extensions.get::<SignedIn>().map(SignedIn::candidate);
    let request = Request::from_parts(parts.clone(), body);
    let form = match Multipart::from_request(request, &()).await {
        Ok(multipart) => read(&state, who.as_ref().and_then(|who| who.as_ref().ok()), multipart).await,
        Err(rejection) => return refuse_body(&rejection),
    };
    let mut draft = form.draft();
    let key = form.text("key");
    if let Err(error) = settle_choices(&state, &mut draft, &form).await {
        return again(&state, parts, draft, key, Vec::new(), Some(error)).await;
    }
    let who = match who {
        Some(Ok(who)) => who,
        Some(Err(error)) => return again(&state, parts, draft, key, Vec::new(), Some(error)).await,
        None => return again(&state, parts, draft, key, Vec::new(), Some(AppError::Unauthenticated)).await,
    };
    let problems = form.file_problem.map(Problem::CertificateFile).into_iter().collect::<Vec<_>>();
    let stepping = form.text("step") == "continue";
    let corrects = form.text("corrects");
    if form.trouble.is_some() || stepping || !problems.is_empty() {
        let kept = keep_draft(&state, &who, &draft, &corrects, &edits).await;
        if kept && form.trouble.is_none() && problems.is_empty() {
            // The next step is a page of its own: going back asks nothing of anybody.
            return Redirect::to("/claims/new").into_response();
        }
        return again(&state, parts, draft, key, problems, form.trouble).await;
    }
    match claim_form::send(&state, &who, &draft, &key, &corrects, &edits).await {
        Ok(Sent::Taken(id, done)) => Redirect::to(&done.address(&id)).into_response(),
        Ok(Sent::Problems(problems)) => {
            keep_draft(&state, &who, &draft, &corrects, &edits).await;
            again(&state, parts, draft, key, problems, None).await
        }
        Err(AppError::Conflict) => {
            keep_draft(&state, &who, &draft, &corrects, &edits).await;
            // The key has led somewhere that cannot be changed any more: what is sent next is something new.
            again(&state, parts, draft, String::new(), Vec::new(), Some(AppError::Conflict)).await
        }
        Err(error) => again(&state, parts, draft, key, Vec::new(), Some(error)).await,
    }
}

/// Reads the form; a file is kept as it arrives.
async fn read(state: &AppState, who: Option<&Candidate>, mut multipart: Multipart) -> Form {
    let mut form = Form::default();
    let mut room = LARGEST_FIELDS;
    loop {
        let mut field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return form,
            Err(error) => {
                form.trouble = Some(if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                    form.file_problem = Some(FileProblem::TooLarge);
                    return form;
                } else {
                    AppError::BadRequest
                });
                return form;
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file_name) if name == "certificate" => {
                // A file input that nothing was chosen for sends a file without a name.
                if file_name.is_empty() {
                    continue;
                }
                let Some(who) = who else {
                    while let Ok(Some(_)) = field.chunk().await {}
                    continue;
                };
                match files::receive(state, &who.account_id, &file_name, field).await {
                    Ok(Ok(kept)) => form.evidence = Some(kept.id),
                    Ok(Err(problem)) => {
                        form.file_problem = Some(problem);
                        // The rest of a file that is too large is not read: the fields come before it.
                        if problem == FileProblem::TooLarge {
                            return form;
                        }
                    }
                    Err(fault) => form.trouble = Some(fault.into()),
                }
            }
            _ => match text_of(field, &mut room).await {
                Some(value) if value.len() <= LONGEST_FIELD && !value.contains('\0') => {
                    form.fields.entry(name).or_default().push(value);
                }
                Some(_) => form.trouble = Some(AppError::BadRequest),
                // The rest is not read.
                None => {
                    form.trouble = Some(AppError::BadRequest);
                    return form;
                }
            },
        }
    }
}

/// What a field holds, as far as there is room; `None` when there is not, or when it breaks off.
async fn text_of(mut field: Field<'_>, room: &mut usize) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.ok()? {
        *room = room.checked_sub(piece.len())?;
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).ok()
}

/// Finds out what was chosen, where words were typed instead: a text that was changed counts more than an earlier choice.
async fn settle_choices(state: &AppState, draft: &mut Draft, form: &Form) -> Result<(), AppError> {
    let loaded = state.catalog.get(state).await?;
    let picked = form.fields.get("item").and_then(|values| values.get(1)).is_some_and(|value| !value.is_empty());
    let same_text = |reference: &str, text: &str| {
        claim_form::chosen(&loaded, reference)
            .is_some_and(|chosen| ce_domain::text::fold(&chosen.label) == ce_domain::text::fold(text.trim()))
    };
    if !picked && !draft.item_text.trim().is_empty() && !same_text(&draft.item, &draft.item_text) {
        let before = std::mem::take(&mut draft.item);
        draft.item = claim_form::meant(&loaded, state, &draft.item_text).unwrap_or_default();
        if draft.item != before {
            draft.provider = String::new();
        }
    }
    let picked = form.fields.get("provider").and_then(|values| values.get(1)).is_some_and(|value| !value.is_empty());
    if !picked && !draft.provider.is_empty() && !draft.provider_text.trim().is_empty() {
        let known = db::providers::by_slug(state.db.read(), &draft.provider).await?;
        let same = known
            .is_some_and(|row| ce_domain::text::fold(&row.name) == ce_domain::text::fold(draft.provider_text.trim()));
        if !same {
            draft.provider = String::new();
        }
    }
    // What was typed for the provider may name one without a doubt.
    let query = crate::app::pages::claim::FormQuery::default();
    let posted = Posted { draft: draft.clone(), key: "settle".to_owned(), ..Posted::default() };
    let settled = claim_form::load(state, None, &query, Some(posted)).await?;
    draft.item_type = settled.draft.item_type;
    draft.provider = settled.draft.provider;
    draft.provider_text = settled.draft.provider_text;
    Ok(())
}

/// Keeps what was typed for the next visit, and says whether it could. Not being able to is no reason to fail: then the
/// answer itself holds it.
async fn keep_draft(state: &AppState, who: &Candidate, draft: &Draft, corrects: &str, edits: &str) -> bool {
    // What corrects or changes a claim begins from that claim, and is no new one.
    if !corrects.is_empty() || !edits.is_empty() {
        return false;
    }
    let Ok(fields) = serde_json::to_string(draft) else { return false };
    match drafts::save(state.db.write(), &who.account_id, &fields, state.clock.now()).await {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(cause = %error, "a draft was not kept");
            false
        }
    }
}

/// The form again, with everything that was typed and what is wrong.
async fn again(
    state: &AppState,
    parts: Parts,
    draft: Draft,
    key: String,
    problems: Vec<Problem>,
    trouble: Option<AppError>,
) -> Response {
    let status = match &trouble {
        Some(error) => error.status(),
        None if problems.is_empty() => StatusCode::OK,
        None if problems.contains(&Problem::CertificateFile(FileProblem::TooLarge)) => StatusCode::PAYLOAD_TOO_LARGE,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page_with(state, parts, status, Posted { draft, problems, trouble, key }).await
}

fn refuse_body(rejection: &MultipartRejection) -> Response {
    let text = "The form could not be read. Go back and send it again.";
    (rejection.status(), [("content-type", "text/plain; charset=utf-8")], text).into_response()
}

async fn withdraw(State(state): State<AppState>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let who = match parts.extensions.get::<SignedIn>().map(SignedIn::candidate) {
        Some(Ok(who)) => who,
        _ => return Redirect::to("/sign-in").into_response(),
    };
    match claims::withdraw(&state, &who, &id).await {
        Ok(()) => Redirect::to(&format!("/claims/{id}?done=withdrawn")).into_response(),
        Err(AppError::NotFound) => page_with(&state, parts, StatusCode::NOT_FOUND, ()).await,
        Err(error) => {
            let code = if error == AppError::Conflict { "conflict" } else { "unavailable" };
            Redirect::to(&format!("/claims/{id}?problem={code}")).into_response()
        }
    }
}
