//! What is done with claims: sending, correcting, withdrawing, deciding. Each is one transaction with its audit entry,
//! and, where credits come in, with its ledger entry.

use super::auth::Candidate;
use super::claim_check::{Ready, Resolved, Source, judge, resolve};
use super::db::claims::{Claim, Decision, NewClaim, Submission};
use super::db::{self, audit, catalog, drafts};
use super::error::Fault;
use super::settle;
use super::state::AppState;
use crate::app::error::AppError;
use crate::transaction;
use ce_domain::calendar::add_years;
use ce_domain::catalog::label;
use ce_domain::claim::{Draft, Event, Problem, Status};
use sha2::{Digest, Sha256};

/// What came of sending a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken: the claim's id. Pressing twice gives the same.
    Taken(String),
    /// It was not; everything that is wrong, in the order of the form.
    Problems(Vec<Problem>),
}

/// What a claim is sent for: to be new, or to take the place of one that was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// A new claim.
    New,
    /// Correcting a denied claim: a new one that refers to it.
    Resubmit(&'a str),
    /// Changing what a pending claim says.
    Edit(&'a str),
}

impl<'a> Purpose<'a> {
    /// What a form is for: the claim it corrects, or the one it changes; empty: neither.
    pub fn of(corrects: &'a str, edits: &'a str) -> Purpose<'a> {
        match (corrects, edits) {
            ("", "") => Purpose::New,
            (id, "") => Purpose::Resubmit(id),
            (_, id) => Purpose::Edit(id),
        }
    }
}

/// A press of the button: the form's key, and what it brought.
struct Press<'a> {
    key: &'a str,
    content: &'a str,
    /// Whether the key has come before, with something else in the form.
    again: bool,
}

/// What came of storing a claim.
enum Stored {
    Taken(String),
    Problems(Vec<Problem>),
    /// The claim to change or to correct has changed meanwhile.
    Changed,
}

/// Sends a claim. `key` is the form's: the same key with the same content leads to the same claim, however often it
/// arrives. The same key with another content is somebody who has heard nothing and corrected something meanwhile: it
/// changes the claim that the key has led to.
///
/// # Errors
/// [`AppError::NotFound`] when the claim to change is not the sender's, [`AppError::Conflict`] when it cannot be changed
/// (any more), or when the database says no.
pub async fn send(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    key: &str,
    purpose: Purpose<'_>,
) -> Result<Sent, AppError> {
    if !(16..=64).contains(&key.len()) {
        return Err(AppError::BadRequest);
    }
    let content = content_hash(draft, purpose)?;
    // The key may come a second time while this is being stored: then it is looked for once more.
    for _ in 0..2 {
        let before = db::claims::submitted_with(state.db.read(), &who.account_id, key).await?;
        let before = match before {
            Some(before) if before.content_hash.as_ref().is_none_or(|known| *known == content) => {
                return Ok(Sent::Taken(before.claim_id));
            }
            before => before,
        };
        let press = Press { key, content: &content, again: before.is_some() };
        let purpose = before.as_ref().map_or(purpose, |before| Purpose::Edit(&before.claim_id));
        if let Some(sent) = attempt(state, who, draft, &press, purpose).await? {
            return Ok(sent);
        }
    }
    Err(AppError::Conflict)
}

/// Hash of what a form says and what it is for. What is only shown of a choice does not count.
fn content_hash(draft: &Draft, purpose: Purpose<'_>) -> Result<String, Fault> {
    let said = Draft { item_text: String::new(), provider_text: String::new(), ..draft.clone() };
    let text = serde_json::to_string(&said).map_err(|error| Fault::Impossible(error.to_string()))?;
    let text = match purpose {
        Purpose::New => format!("new {text}"),
        Purpose::Resubmit(id) => format!("corrects {id} {text}"),
        Purpose::Edit(id) => format!("edits {id} {text}"),
    };
    Ok(Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Stores a claim, or says what is wrong with it; `None` when the same key was stored meanwhile.
async fn attempt(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    press: &Press<'_>,
    purpose: Purpose<'_>,
) -> Result<Option<Sent>, AppError> {
    let earlier = match purpose {
        Purpose::New => None,
        Purpose::Resubmit(id) => Some(own(state, who, id, Status::Denied).await?),
        Purpose::Edit(id) => Some(own(state, who, id, Status::Pending).await?),
    };
    let except = if matches!(purpose, Purpose::Edit(_)) { earlier.as_ref().map_or("", |claim| &claim.id) } else { "" };
    let resolved = resolve(state, draft).await?;
    let judged = judge(state, &mut Source::Now(&state.db), who, draft, &resolved, except).await?;
    let stored = match (judged, purpose) {
        (Err(problems), _) => Ok(Stored::Problems(problems)),
        (Ok(_), Purpose::Edit(_)) => store_edit(state, who, draft, press, &resolved, earlier.as_ref()).await,
        (Ok(_), Purpose::New | Purpose::Resubmit(_)) => {
            store_new(state, who, draft, press, &resolved, earlier.as_ref()).await
        }
    };
    let problems = match stored {
        Ok(Stored::Taken(id)) => return Ok(Some(Sent::Taken(id))),
        Ok(Stored::Changed) => return Err(AppError::Conflict),
        Ok(Stored::Problems(problems)) => problems,
        Err(Fault::Database(error)) => match db::violated_key(&error) {
            Some(key_name) => vec![came_second(&key_name)],
            None => return Err(Fault::Database(error).into()),
        },
        Err(fault) => return Err(fault.into()),
    };
    // The same press may have arrived before and been taken meanwhile: then what is wrong is only that.
    let overtaken =
        !press.again && db::claims::submitted_with(state.db.read(), &who.account_id, press.key).await?.is_some();
    Ok((!overtaken).then_some(Sent::Problems(problems)))
}

/// Another claim was first: of the same item version, or with the same certificate ID.
fn came_second(key_name: &str) -> Problem {
    if key_name.contains("certificate") {
        Problem::CertificateIdUsed
    } else {
        Problem::Duplicate { claim: String::new() }
    }
}

/// A claim of the sender's that stands where it must, to be changed or corrected.
///
/// # Errors
/// [`AppError::NotFound`] when it is not the sender's, [`AppError::Conflict`] when it stands elsewhere, or when it was
/// denied for good or has been corrected already.
pub async fn own(state: &AppState, who: &Candidate, id: &str, status: Status) -> Result<Claim, AppError> {
    let claim = db::claims::find(state.db.read(), id, &who.account_id).await?.ok_or(AppError::NotFound)?;
    if Status::parse(&claim.status) != Some(status) {
        return Err(AppError::Conflict);
    }
    let reason = claim.denial_code.as_deref().and_then(|code| state.program.denial_reason(code));
    let for_good = status == Status::Denied && !reason.is_some_and(|reason| reason.resubmit);
    if for_good || claim.corrected_by.is_some() { Err(AppError::Conflict) } else { Ok(claim) }
}

fn new_claim<'a>(
    state: &'a AppState,
    who: &'a Candidate,
    draft: &'a Draft,
    ready: &'a Ready<'_>,
    id: &'a str,
    item_label: &'a str,
    corrects_id: Option<&'a str>,
) -> NewClaim<'a> {
    let now = state.clock.now();
    let earned = ready.on_record;
    let kind = state.program.item_type(&draft.item_type);
    NewClaim {
        id,
        account_id: &who.account_id,
        profile_id: &who.profile.id,
        version_id: &ready.chosen.version.version_id,
        item_type: &draft.item_type,
        type_name: kind.map_or(draft.item_type.as_str(), |kind| &kind.name),
        provider_id: &ready.chosen.provider.id,
        item_label,
        started_on: ready.checked.started_on,
        completed_on: ready.checked.completed_on,
        credits: i64::from(ready.checked.credits),
        cycle_from: ready.checked.cycle.from,
        cycle_until: ready.checked.cycle.until,
        certificate_id: ready.checked.certificate_id.as_deref(),
        evidence_id: Some(draft.evidence.as_str()).filter(|id| !id.is_empty()),
        status: if earned { Status::Earned } else { Status::Pending },
        denial_code: None,
        denial_note: "",
        corrects_id,
        submitted_at: now,
        submitted_on: state.clock.day_of(now),
        decided_at: earned.then_some(now),
        credits_until: earned.then(|| add_years(ready.checked.completed_on, state.program.claim.credit_validity_years)),
    }
}

fn label_of(version: &catalog::Chosen) -> String {
    label(&version.item_name, Some(&version.acronym), &version.number)
}

async fn store_new(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    press: &Press<'_>,
    resolved: &Resolved,
    corrects: Option<&Claim>,
) -> Result<Stored, Fault> {
    let id = db::new_id(state.clock.now());
    transaction!(state.db, tx, {
        if let Some(denied) = corrects
            && db::claims::is_corrected(tx.on(), &denied.id).await?
        {
            return Ok(Stored::Changed);
        }
        let ready = match judge(state, &mut Source::In(&mut tx), who, draft, resolved, "").await? {
            Ok(ready) => ready,
            Err(problems) => return Ok(Stored::Problems(problems)),
        };
        let item_label = label_of(&ready.chosen.version);
        let new = new_claim(state, who, draft, &ready, &id, &item_label, corrects.map(|claim| claim.id.as_str()));
        release_certificate(&mut tx, &ready, &new).await?;
        db::claims::insert(tx.on(), &new).await?;
        let submission = Submission { claim_id: id.clone(), content_hash: Some(press.content.to_owned()) };
        db::claims::remember_submission(tx.on(), &who.account_id, press.key, &submission, new.submitted_at).await?;
        drafts::delete(tx.on(), &who.account_id).await?;
        note(&mut tx, &new, "claim.submitted", Some(&who.account_id), "").await?;
        if new.status == Status::Earned {
            credit(&mut tx, state, &new, "certificate ID matched").await?;
        }
        Ok(Stored::Taken(id.clone()))
    })
}

async fn store_edit(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    press: &Press<'_>,
    resolved: &Resolved,
    earlier: Option<&Claim>,
) -> Result<Stored, Fault> {
    let Some(earlier) = earlier else { return Ok(Stored::Changed) };
    transaction!(state.db, tx, {
        let ready = match judge(state, &mut Source::In(&mut tx), who, draft, resolved, &earlier.id).await? {
            Ok(ready) => ready,
            Err(problems) => return Ok(Stored::Problems(problems)),
        };
        let item_label = label_of(&ready.chosen.version);
        let new = new_claim(state, who, draft, &ready, &earlier.id, &item_label, None);
        release_certificate(&mut tx, &ready, &new).await?;
        if !db::claims::correct(tx.on(), &new, earlier.change_count).await? {
            return Ok(Stored::Changed);
        }
        if press.again {
            db::claims::change_submission(tx.on(), &who.account_id, press.key, press.content).await?;
            drafts::delete(tx.on(), &who.account_id).await?;
        } else {
            let submission = Submission { claim_id: earlier.id.clone(), content_hash: Some(press.content.to_owned()) };
            db::claims::remember_submission(tx.on(), &who.account_id, press.key, &submission, new.submitted_at).await?;
        }
        note(&mut tx, &new, "claim.corrected", Some(&who.account_id), &changes(earlier, &new)).await?;
        if new.status == Status::Earned {
            let decision = Decision {
                from: Status::Pending,
                change_count: earlier.change_count + 1,
                to: Status::Earned,
                denial_code: None,
                denial_note: "",
                at: new.submitted_at,
                credits_until: new.credits_until,
            };
            if !db::claims::decide(tx.on(), &earlier.id, &decision).await? {
                return Err(Fault::Impossible("a claim changed inside its own transaction".to_owned()));
            }
            credit(&mut tx, state, &new, "certificate ID matched").await?;
        }
        Ok(Stored::Taken(earlier.id.clone()))
    })
}

/// Takes the certificate ID from a pending claim that carries it although the record says it is the new claim's.
async fn release_certificate(tx: &mut db::Tx, ready: &Ready<'_>, new: &NewClaim<'_>) -> Result<(), Fault> {
    let Some(holder) = &ready.takes_certificate_from else { return Ok(()) };
    if db::claims::release_certificate(tx.on(), holder).await? {
        let done = audit::Done {
            at: new.submitted_at,
            actor_id: None,
            action: "claim.certificate_released",
            subject_kind: "claim",
            subject_id: holder,
            detail: "",
        };
        audit::write(tx.on(), &done).await?;
    }
    Ok(())
}

/// What a correction changed, for the history.
fn changes(before: &Claim, after: &NewClaim<'_>) -> String {
    let mut changed = Vec::new();
    if before.item_label != after.item_label {
        changed.push("item");
    }
    if before.item_type != after.item_type {
        changed.push("item type");
    }
    if before.provider_id != after.provider_id {
        changed.push("provider");
    }
    if before.started_on != after.started_on {
        changed.push("start date");
    }
    if before.completed_on != after.completed_on {
        changed.push("completion date");
    }
    if before.certificate_id.as_deref() != after.certificate_id {
        changed.push("certificate ID");
    }
    if before.evidence_id.as_deref() != after.evidence_id {
        changed.push("certificate of completion");
    }
    changed.join(", ")
}

async fn note(
    tx: &mut db::Tx,
    claim: &NewClaim<'_>,
    action: &str,
    actor_id: Option<&str>,
    detail: &str,
) -> Result<(), sqlx::Error> {
    let done =
        audit::Done { at: claim.submitted_at, actor_id, action, subject_kind: "claim", subject_id: claim.id, detail };
    audit::write(tx.on(), &done).await
}

/// Settles the profile, which writes what was earned and what it renews into the ledger; and that it was earned into the
/// history.
async fn credit(tx: &mut db::Tx, state: &AppState, claim: &NewClaim<'_>, why: &str) -> Result<(), Fault> {
    settle::profile(tx, state.settling(claim.submitted_at), claim.profile_id).await?;
    note(tx, claim, "claim.earned", None, why).await?;
    Ok(())
}

/// Takes a pending claim back.
///
/// # Errors
/// [`AppError::NotFound`] when it is not the sender's, [`AppError::Conflict`] when it is not pending any more.
pub async fn withdraw(state: &AppState, who: &Candidate, id: &str) -> Result<(), AppError> {
    let claim = db::claims::find(state.db.read(), id, &who.account_id).await?.ok_or(AppError::NotFound)?;
    let status = Status::parse(&claim.status).ok_or(AppError::NotFound)?;
    let to = status.after(Event::Withdraw).map_err(|_| AppError::Conflict)?;
    let at = state.clock.now();
    let withdrawn: Result<bool, Fault> = transaction!(state.db, tx, {
        let decision = Decision {
            from: status,
            change_count: claim.change_count,
            to,
            denial_code: None,
            denial_note: "",
            at,
            credits_until: None,
        };
        let done = db::claims::decide(tx.on(), id, &decision).await?;
        if done {
            let entry = audit::Done {
                at,
                actor_id: Some(&who.account_id),
                action: "claim.withdrawn",
                subject_kind: "claim",
                subject_id: id,
                detail: "",
            };
            audit::write(tx.on(), &entry).await?;
        }
        Ok(done)
    });
    if withdrawn? { Ok(()) } else { Err(AppError::Conflict) }
}
