//! What a claim's page shows.

use super::auth::Candidate;
use super::db::{audit, claims, revocations};
use super::state::AppState;
use crate::app::error::AppError;
use crate::app::pages::claim::SentFile;
use crate::app::pages::claim::detail::{ClaimDetail, Denial, Happened};
use ce_domain::calendar::Day;
use ce_domain::claim::{Status, clock, last_day_to_claim};
use ce_domain::program::DenialReason;

/// A claim of `who`, with its history.
///
/// # Errors
/// [`AppError::NotFound`] when there is none or it is somebody else's, or when the database says no.
pub async fn load(state: &AppState, who: &Candidate, id: &str) -> Result<ClaimDetail, AppError> {
    let claim = claims::find(state.db.read(), id, &who.account_id).await?.ok_or(AppError::NotFound)?;
    let entries = audit::of_subject(state.db.read(), "claim", id).await?;
    let revoked_at = revocations::of_claim(state.db.read(), id).await?;
    let status = Status::parse(&claim.status).ok_or(AppError::NotFound)?;
    let kind = state.program.item_type(&claim.item_type);
    let rules = &state.program.claim;
    let reason = claim.denial_code.as_deref().and_then(|code| state.program.denial_reason(code));
    let history = entries.iter().map(|entry| happened(state, &claim, entry)).collect();
    Ok(ClaimDetail {
        id: claim.id,
        label: claim.item_label,
        item_slug: claim.item_slug,
        status,
        item_type: kind.map_or(claim.item_type.clone(), |kind| kind.name.clone()),
        icon: kind.map_or_else(|| "claim".to_owned(), |kind| kind.icon.clone()),
        provider: claim.provider_name,
        started_on: claim.started_on,
        completed_on: claim.completed_on,
        credits: state.program.credits(claim.credits),
        credits_until: claim.credits_until,
        certificate_id: claim.certificate_id,
        file: match (claim.evidence_id, claim.evidence_name, claim.evidence_size) {
            (Some(id), Some(file_name), Some(size)) => Some(SentFile { id, file_name, size }),
            _ => None,
        },
        email: who.email.clone(),
        submitted_on: claim.submitted_on,
        waiting: (status == Status::Pending).then(|| {
            let (day, late) = clock(claim.submitted_on, state.clock.today(), rules);
            (day, late, rules.typical_days, rules.longest_days)
        }),
        revoked_on: revoked_at.map(|at| state.clock.day_of(at)),
        denial: reason.map(|reason| denial(state, reason, claim.completed_on, claim.denial_note)),
        corrects: claim.corrects_id,
        corrected_by: claim.corrected_by,
        history,
    })
}

/// Why a claim for something completed on a day was denied, and whether sending it again can help.
pub fn denial(state: &AppState, reason: &DenialReason, completed_on: Day, note: String) -> Denial {
    let too_late_since = too_late_since(state, reason, completed_on);
    Denial {
        title: reason.title.clone(),
        words: reason.words.clone(),
        remedy: reason.remedy.clone(),
        note,
        resubmit: reason.resubmit && too_late_since.is_none(),
        too_late_since,
    }
}

/// The last day on which a claim denied for this reason could have been sent again, when that is over.
pub fn too_late_since(state: &AppState, reason: &DenialReason, completed_on: Day) -> Option<Day> {
    let last_day = last_day_to_claim(completed_on, &state.program.claim);
    (reason.resubmit && last_day < state.clock.today()).then_some(last_day)
}

fn happened(state: &AppState, claim: &claims::Claim, entry: &audit::Entry) -> Happened {
    let (words, icon) = match entry.action.as_str() {
        "claim.submitted" => ("Sent by you".to_owned(), "claim"),
        "claim.corrected" if entry.detail.is_empty() => ("Sent again by you, unchanged".to_owned(), "edit"),
        "claim.corrected" => (format!("Changed by you: {}", entry.detail), "edit"),
        "claim.certificate_released" => {
            ("Certificate ID taken out: it is on record for another claim".to_owned(), "info")
        }
        "claim.withdrawn" => ("Withdrawn by you".to_owned(), "withdrawn"),
        "claim.earned" if entry.actor_id.is_none() => ("Earned: the record of completions agrees".to_owned(), "earned"),
        "claim.earned" => (format!("Validated by {}", claim.provider_name), "earned"),
        "claim.denied" => (format!("Denied by {}", claim.provider_name), "denied"),
        "claim.revoked" => ("Credits taken back".to_owned(), "denied"),
        other => (other.to_owned(), "info"),
    };
    Happened { words, on: state.clock.day_of(entry.at), icon: icon.to_owned() }
}
