//! Somebody's dates for the calendar they use: read from a secret address again and again, or downloaded once.

pub mod addresses;
pub mod ics;

use super::auth::{Candidate, SignedIn, secret};
use super::db::{calendar_feeds, certifications, claims, drafts, plans, record};
use super::error::Fault;
use super::settle;
use super::state::AppState;
use crate::app::error::AppError;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use ce_domain::calendar::{parse_day, show, subtract_days};
use ce_domain::catalog::{VersionRef, label};
use ce_domain::claim::{Draft, last_day_to_claim};
use ce_domain::recert::{HeldStatus, LotState};
use chrono::TimeDelta;
use ics::Event;
use std::time::Duration;

/// How exactly is known when an address was last read: not every reading shall write.
const READ_EVERY: TimeDelta = TimeDelta::hours(1);

/// Where calendars are read from.
pub fn routes() -> Router<AppState> {
    Router::new().route("/calendar/{file}", get(subscribed)).route("/account/calendar.ics", get(once))
}

/// Whose dates: claims are the account's, everything else is the profile's.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The account.
    pub account_id: &'a str,
    /// The profile it belongs to.
    pub profile_id: &'a str,
}

/// What a calendar program asks for. It has no session: whoever has the address may read.
async fn subscribed(
    State(state): State<AppState>,
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let Ok(Path(file)) = file else { return Ok(None) };
        let Some(feed) = feed(&state, &file).await? else { return Ok(None) };
        let owner = Owner { account_id: &feed.account_id, profile_id: &feed.profile_id };
        let calendar = calendar(&state, owner).await?;
        read(&state, &feed).await;
        Ok::<_, Fault>(Some(calendar))
    };
    match answer.await {
        Ok(Some(calendar)) => respond(calendar, &headers, "inline; filename=\"ce-portal.ics\""),
        Ok(None) => {
            let text =
                "There is no calendar at this address. It may have been revoked: make a new one under Account.\n";
            (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
        }
        Err(fault) => AppError::from(fault).status().into_response(),
    }
}

/// The same for who is signed in and wants no subscription.
async fn once(State(state): State<AppState>, Extension(who): Extension<SignedIn>, headers: HeaderMap) -> Response {
    let answer = async {
        let Candidate { account_id, profile, .. } = who.candidate()?;
        Ok::<_, AppError>(calendar(&state, Owner { account_id: &account_id, profile_id: &profile.id }).await?)
    };
    match answer.await {
        Ok(calendar) => respond(calendar, &headers, "attachment; filename=\"ce-portal.ics\""),
        Err(error) => error.status().into_response(),
    }
}

/// The address that a file's name is of, if it can be read. What no secret looks like is not even looked for.
async fn feed(state: &AppState, file: &str) -> Result<Option<calendar_feeds::Feed>, Fault> {
    match file.strip_suffix(".ics").filter(|token| secret::is_one(token)) {
        Some(token) => Ok(calendar_feeds::find(state.db.read(), &secret::digest(token)).await?),
        None => Ok(None),
    }
}

/// Notes that an address was read. A database that cannot be written to must not keep anybody from reading.
async fn read(state: &AppState, feed: &calendar_feeds::Feed) {
    let now = state.clock.now();
    if feed.last_read_at.is_some_and(|last| now - last < READ_EVERY) {
        return;
    }
    let write = calendar_feeds::read(state.db.write(), &feed.id, now);
    match tokio::time::timeout(Duration::from_secs(2), write).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "it could not be noted that a calendar was read"),
        Err(_) => tracing::warn!("it could not be noted in time that a calendar was read"),
    }
}

fn respond(calendar: String, headers: &HeaderMap, disposition: &'static str) -> Response {
    // Weak, because the layer around every answer may compress it.
    let hash: String = secret::digest(&calendar).chars().take(32).collect();
    let etag = format!("W/\"{hash}\"");
    let opaque = format!("\"{hash}\"");
    let unchanged = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == opaque);
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { calendar.into_response() };
    let set = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_DISPOSITION, disposition),
        // An address that got about shall at least not be found by searching.
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        set.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        set.insert(header::ETAG, etag);
    }
    response
}

/// Somebody's calendar as a file. It changes only when something stored does, or a day has passed that was in it.
///
/// # Errors
/// When the database says no.
pub async fn calendar(state: &AppState, owner: Owner<'_>) -> Result<String, Fault> {
    let mut events = held(state, owner).await?;
    events.extend(claim_windows(state, owner).await?);
    events.extend(planned(state, owner).await?);
    events.sort_by(|a, b| (a.day, &a.uid).cmp(&(b.day, &b.uid)));
    Ok(ics::calendar(&state.program.portal, &events))
}

/// What programs know an event by: made from what it is about, so that it stays when the day moves, and says nothing.
pub fn uid(kind: &str, about: &[&str]) -> String {
    let hash: String = secret::digest(&about.join("\n")).chars().take(32).collect();
    format!("{kind}-{hash}@ce-portal")
}

/// When each active certification expires, and until when credits can be used.
async fn held(state: &AppState, owner: Owner<'_>) -> Result<Vec<Event>, Fault> {
    let today = state.clock.today();
    let profile = owner.profile_id;
    let settled = settle::work_out(&mut &state.db, &state.rules, &state.clock, profile, today).await?;
    let changed_at = record::changed_at(state.db.read(), profile).await?;
    let names = certifications::held(state.db.read(), profile, &state.program).await?;
    let claims = claims::with_credits(state.db.read(), profile).await?;
    let url = &state.config.public_url;
    let active = settled.outcome.holdings.iter().filter(|held| held.status == HeldStatus::Active);
    let expiries = active.filter_map(|held| {
        let code = &held.certification;
        let name = names.iter().find(|known| known.holding.certification == *code).map_or(code, |known| &known.name);
        Some(Event {
            uid: uid("expiry", &[profile, code, &held.earned_on.to_string()]),
            changed_at,
            day: held.expires_on?,
            title: format!("{name} expires"),
            words: "How it stands, and what can be done:".to_owned(),
            link: format!("{url}/tracking/{code}"),
        })
    });
    let usable = settled.outcome.credits.iter().filter(|lot| lot.state == LotState::Available);
    let credits = usable.map(|lot| {
        let claim = claims.iter().find(|claim| claim.id == lot.id);
        let from = claim.map_or_else(String::new, |claim| format!("From {}, completed", claim.item_label));
        let from = if from.is_empty() { "Completed".to_owned() } else { from };
        Event {
            uid: uid("credits", &[&lot.id]),
            changed_at,
            day: lot.expires_on,
            title: format!("Last day to use {}", state.program.credits(lot.left)),
            words: format!("{from} on {}. What they count for:", show(lot.completed_on)),
            link: format!("{url}/tracking"),
        }
    });
    Ok(expiries.chain(credits).collect())
}

/// Until when something can still be claimed: what was begun and not sent, and what may have to be sent again.
async fn claim_windows(state: &AppState, owner: Owner<'_>) -> Result<Vec<Event>, Fault> {
    let (rules, url) = (&state.program.claim, &state.config.public_url);
    let today = state.clock.today();
    let oldest = subtract_days(today, rules.window_days);
    let mut events = Vec::new();
    for claim in claims::may_be_sent_again(state.db.read(), owner.account_id, oldest).await? {
        let words = match &claim.denial_code {
            Some(code) => {
                // What was denied for good is not sent again.
                if !state.program.denial_reason(code).is_some_and(|reason| reason.resubmit) {
                    continue;
                }
                "It was denied. Until this day you can correct it and send it again:"
            }
            None => {
                "It is waiting to be decided. Should it be denied, you can correct it and send it again until this day:"
            }
        };
        events.push(Event {
            uid: uid("claim", &[&claim.id]),
            changed_at: claim.changed_at,
            day: last_day_to_claim(claim.completed_on, rules),
            title: format!("Last day to claim again: {}", claim.item_label),
            words: words.to_owned(),
            link: format!("{url}/claims/{}", claim.id),
        });
    }
    events.extend(begun(state, owner).await?);
    Ok(events)
}

/// What is planned, from the plans that were saved to stand in the calendar.
async fn planned(state: &AppState, owner: Owner<'_>) -> Result<Vec<Event>, Fault> {
    let url = &state.config.public_url;
    let mut events: Vec<Event> = Vec::new();
    for step in plans::in_calendar(state.db.read(), owner.profile_id).await? {
        // A plan may name the same thing twice: each keeps its name as its day moves.
        let name = |number: usize| uid("planned", &[&step.plan_id, &step.what, &number.to_string()]);
        let free = (0..).map(name).find(|uid| events.iter().all(|event| event.uid != *uid));
        events.push(Event {
            uid: free.unwrap_or_default(),
            changed_at: step.updated_at,
            day: step.planned_on,
            title: format!("{} {}", if step.what.starts_with("exam:") { "Pass" } else { "Finish" }, step.label),
            words: format!("As planned in \"{}\":", step.plan),
            link: format!("{url}/planner?plan={}", step.plan_id),
        });
    }
    Ok(events)
}

/// The claim that was begun and not sent, once it has a day of completion and as long as it can be sent.
async fn begun(state: &AppState, owner: Owner<'_>) -> Result<Option<Event>, Fault> {
    let Some((fields, changed_at)) = drafts::find(state.db.read(), owner.account_id).await? else { return Ok(None) };
    let Ok(draft) = serde_json::from_str::<Draft>(&fields) else { return Ok(None) };
    let Ok(completed_on) = parse_day(&draft.completion) else { return Ok(None) };
    let day = last_day_to_claim(completed_on, &state.program.claim);
    if day < state.clock.today() {
        return Ok(None);
    }
    let chosen = match VersionRef::parse(&draft.item) {
        Some(version) => {
            let loaded = state.catalog.get(state).await?;
            let item = loaded.index.catalog().item(&version.slug);
            item.map(|item| label(&item.name, item.acronym.as_deref(), &version.number))
        }
        None => None,
    };
    let typed = Some(draft.item_text.trim().to_owned()).filter(|text| !text.is_empty());
    let item = chosen.or(typed).unwrap_or_else(|| "the training you began to enter".to_owned());
    Ok(Some(Event {
        uid: uid("draft", &[owner.account_id]),
        changed_at,
        day,
        title: format!("Last day to claim: {item}"),
        words: "You began this claim and have not sent it yet:".to_owned(),
        link: format!("{}/claims/new", state.config.public_url),
    }))
}
