//! Taking back credits that had been approved. It takes two people; the claim is denied from then on, and everything that
//! rested on its credits is reckoned anew in the same transaction.

use super::db::claims::{self, Decision};
use super::db::revocations::{self, NewRevocation};
use super::db::{Tx, audit};
use super::error::Fault;
use super::settle;
use super::state::AppState;
use crate::app::error::AppError;
use crate::transaction;
use ce_domain::claim::{Event, Status};

/// What is taken back, why, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Revocation<'a> {
    /// The claim whose credits were earned.
    pub claim_id: &'a str,
    /// Code of one of the program's reasons for a denial.
    pub reason: &'a str,
    /// What else is said to who sent the claim.
    pub note: &'a str,
    /// The account that asks for it.
    pub revoked_by: &'a str,
    /// The account of somebody else, who agrees.
    pub confirmed_by: &'a str,
}

/// Takes back the credits of an earned claim. The renewals that rest on them are undone with it, ledger and holdings
/// included: a lot that was revoked never was (recertification rules, section 6).
///
/// # Errors
/// [`AppError::NotFound`] when there is no such claim or account, [`AppError::Forbidden`] when both accounts are one
/// person's, [`AppError::BadRequest`] when the program has no such reason, [`AppError::Conflict`] when the claim has earned
/// nothing (any more) that this record counts, or when the database says no.
pub async fn revoke(state: &AppState, revocation: Revocation<'_>) -> Result<(), AppError> {
    if state.program.denial_reason(revocation.reason).is_none() {
        return Err(AppError::BadRequest);
    }
    let done: Result<Result<(), AppError>, Fault> =
        transaction!(state.db, tx, { attempt(state, &mut tx, revocation).await });
    done?
}

async fn attempt(state: &AppState, tx: &mut Tx, revocation: Revocation<'_>) -> Result<Result<(), AppError>, Fault> {
    let Revocation { claim_id, reason, note, revoked_by, confirmed_by } = revocation;
    let one = revocations::person(tx.on(), revoked_by).await?;
    let other = revocations::person(tx.on(), confirmed_by).await?;
    let (Some(one), Some(other)) = (one, other) else { return Ok(Err(AppError::NotFound)) };
    // Somebody may have several accounts: their profile tells that it is the same person.
    if revoked_by == confirmed_by || (one.is_some() && one == other) {
        return Ok(Err(AppError::Forbidden));
    }
    let Some(claim) = revocations::claim(tx.on(), claim_id).await? else { return Ok(Err(AppError::NotFound)) };
    let to = Status::parse(&claim.status).and_then(|status| status.after(Event::Revoke).ok());
    // What an earlier system counted is part of what the record began with: there is nothing here to take back.
    let (Some(to), Some(approved_at), "record") = (to, claim.decided_at, claim.counted_in.as_str()) else {
        return Ok(Err(AppError::Conflict));
    };
    let at = state.clock.now();
    let decision = Decision {
        from: Status::Earned,
        change_count: claim.change_count,
        to,
        denial_code: Some(reason),
        denial_note: note,
        at,
        credits_until: None,
    };
    if !claims::decide(tx.on(), claim_id, &decision).await? {
        return Ok(Err(AppError::Conflict));
    }
    let new = NewRevocation { claim_id, approved_at, revoked_at: at, revoked_by, confirmed_by };
    revocations::insert(tx.on(), &new).await?;
    settle::profile(tx, state.settling(at), &claim.profile_id).await?;
    let detail = format!("{reason}; confirmed by {confirmed_by}");
    let done = audit::Done {
        at,
        actor_id: Some(revoked_by),
        action: "claim.revoked",
        subject_kind: "claim",
        subject_id: claim_id,
        detail: &detail,
    };
    audit::write(tx.on(), &done).await?;
    Ok(Ok(()))
}
