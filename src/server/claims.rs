//! What is done with claims: sending, correcting, withdrawing, deciding. Each is one transaction with its audit entry,
//! and, where credits come in, with its ledger entry.

use super::auth::Candidate;
use super::db::claims::{Claim, Decision, NewClaim};
use super::db::{self, audit, catalog, completions, drafts, evidence, providers};
use super::error::Fault;
use super::settle;
use super::state::AppState;
use crate::app::error::AppError;
use crate::transaction;
use ce_domain::calendar::add_years;
use ce_domain::catalog::{VersionRef, label};
use ce_domain::claim::{Checked, Choice, Claimant, Claimed, Draft, Event, Problem, Record, Status, check, differences};

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

/// What the catalog says about the choices of a draft, with the ids they stand for.
struct Resolved {
    choice: Choice,
    version: Option<catalog::Chosen>,
    provider: Option<providers::ProviderRow>,
}

/// What is known about somebody, whatever they claim. `except` is the claim being changed: it does not stand in its own way.
///
/// # Errors
/// When the database says no.
pub async fn claimant(state: &AppState, who: &Candidate, except: &str) -> Result<Claimant, Fault> {
    let counting = db::claims::counting(state.db.read(), &who.profile.id).await?;
    let claimed = counting
        .into_iter()
        .filter(|claim| claim.id != except)
        .map(|claim| Claimed {
            claim: if claim.account_id == who.account_id { claim.id } else { String::new() },
            item: VersionRef { slug: claim.item_slug, number: claim.item_version },
            cycle_from: claim.cycle_from,
        })
        .collect();
    Ok(Claimant { holdings: who.holdings(), claimed })
}

async fn resolve(state: &AppState, draft: &Draft) -> Result<Resolved, Fault> {
    let nothing = |choice| Resolved { choice, version: None, provider: None };
    if draft.item.is_empty() {
        return Ok(nothing(Choice::NoItem));
    }
    let Some(reference) = VersionRef::parse(&draft.item) else { return Ok(nothing(Choice::UnknownItem)) };
    let Some(version) = catalog::version(state.db.read(), &reference).await? else {
        return Ok(nothing(Choice::UnknownItem));
    };
    let loaded = state.catalog.get(state).await?;
    let known = loaded.index.catalog();
    let delivery = known.version(&reference).and_then(|(_, version)| {
        version
            .deliveries
            .iter()
            .find(|delivery| known.type_of(delivery).is_some_and(|kind| kind.key == draft.item_type))
    });
    let choice = match delivery {
        None if draft.item_type.is_empty() => Choice::NoType,
        None => Choice::UnknownType,
        Some(delivery) if draft.provider.is_empty() => Choice::NoProvider(vec![ce_domain::claim::Period {
            from: delivery.offered_from,
            until: delivery.offered_until,
            credits: delivery.credits,
        }]),
        Some(_) => {
            let periods =
                catalog::periods(state.db.read(), &version.version_id, &draft.item_type, &draft.provider).await?;
            if periods.is_empty() { Choice::UnknownProvider } else { Choice::Offered(periods) }
        }
    };
    let provider = match choice {
        Choice::Offered(_) => providers::by_slug(state.db.read(), &draft.provider).await?,
        _ => None,
    };
    Ok(Resolved { choice, version: Some(version), provider })
}

/// A draft that satisfies every rule, with what it stands for.
struct Ready {
    checked: Checked,
    version: catalog::Chosen,
    provider: providers::ProviderRow,
    /// Whether the record of completions agrees with it.
    on_record: bool,
}

async fn prepare(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    except: &str,
) -> Result<Result<Ready, Vec<Problem>>, Fault> {
    let mut draft = draft.clone();
    // A file that is not the sender's own, or that is gone, is no file.
    if !draft.evidence.is_empty() && evidence::owned(state.db.read(), &draft.evidence, &who.profile.id).await?.is_none()
    {
        draft.evidence = String::new();
    }
    let resolved = resolve(state, &draft).await?;
    let person = claimant(state, who, except).await?;
    let rules = &state.program.claim;
    let validity = state.program.certification.validity_years;
    let checked = match check(&draft, &resolved.choice, &person, rules, validity, state.clock.today()) {
        Ok(checked) => checked,
        Err(problems) => return Ok(Err(problems)),
    };
    let (Some(version), Some(provider)) = (resolved.version, resolved.provider) else {
        return Ok(Err(vec![Problem::ProviderNotOffered]));
    };
    let mut on_record = false;
    if let Some(certificate_id) = &checked.certificate_id {
        if db::claims::certificate_taken(state.db.read(), certificate_id, except).await? {
            return Ok(Err(vec![Problem::CertificateIdUsed]));
        }
        if let Some(record) = record(state, who, certificate_id).await? {
            let differences = differences(&record, &checked, &draft.item_type);
            if !differences.is_empty() {
                return Ok(Err(differences));
            }
            on_record = true;
        }
    }
    Ok(Ok(Ready { checked, version, provider, on_record }))
}

async fn record(state: &AppState, who: &Candidate, certificate_id: &str) -> Result<Option<Record>, Fault> {
    let Some(completion) = completions::find(state.db.read(), certificate_id).await? else { return Ok(None) };
    let (reference, item_label) = match catalog::reference_of(state.db.read(), &completion.version_id).await? {
        Some(chosen) => chosen,
        None => return Ok(None),
    };
    let same_account = completion.email_key == who.email.to_lowercase();
    let own_address = if same_account {
        None
    } else {
        let own = db::accounts::emails_of_profile(state.db.read(), &who.profile.id).await?;
        own.into_iter().find(|address| address.to_lowercase() == completion.email_key)
    };
    let type_name =
        state.program.item_type(&completion.item_type).map_or(completion.item_type.clone(), |kind| kind.name.clone());
    Ok(Some(Record {
        same_account,
        own_address,
        item: (reference, item_label),
        item_type: (completion.item_type, type_name),
        completed_on: completion.completed_on,
    }))
}

/// Sends a claim. `key` is the form's: the same key leads to the same claim, however often it arrives.
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
    if let Some(claim) = db::claims::submitted_with(state.db.read(), &who.account_id, key).await? {
        return Ok(Sent::Taken(claim));
    }
    let earlier = match purpose {
        Purpose::New => None,
        Purpose::Resubmit(id) => Some(own(state, who, id, Status::Denied).await?),
        Purpose::Edit(id) => Some(own(state, who, id, Status::Pending).await?),
    };
    let except = if matches!(purpose, Purpose::Edit(_)) { earlier.as_ref().map_or("", |claim| &claim.id) } else { "" };
    let ready = match prepare(state, who, draft, except).await? {
        Ok(ready) => ready,
        Err(problems) => {
            // The same press may have arrived before and been taken meanwhile: then what is wrong is only that.
            let taken = db::claims::submitted_with(state.db.read(), &who.account_id, key).await?;
            return Ok(taken.map_or(Sent::Problems(problems), Sent::Taken));
        }
    };
    let stored = match purpose {
        Purpose::Edit(_) => store_edit(state, who, draft, key, &ready, earlier.as_ref()).await,
        Purpose::New | Purpose::Resubmit(_) => store_new(state, who, draft, key, &ready, earlier.as_ref()).await,
    };
    match stored {
        Ok(Some(id)) => Ok(Sent::Taken(id)),
        Ok(None) => Err(AppError::Conflict),
        Err(Fault::Database(error)) => match db::violated_key(&error) {
            Some(key_name) => came_second(state, who, key, &key_name).await,
            None => Err(Fault::Database(error).into()),
        },
        Err(fault) => Err(fault.into()),
    }
}

/// Another claim was first: the same press of the button, the same item version, or the same certificate ID.
async fn came_second(state: &AppState, who: &Candidate, key: &str, key_name: &str) -> Result<Sent, AppError> {
    if let Some(claim) = db::claims::submitted_with(state.db.read(), &who.account_id, key).await? {
        return Ok(Sent::Taken(claim));
    }
    if key_name.contains("certificate") {
        return Ok(Sent::Problems(vec![Problem::CertificateIdUsed]));
    }
    Ok(Sent::Problems(vec![Problem::Duplicate { claim: String::new() }]))
}

async fn own(state: &AppState, who: &Candidate, id: &str, status: Status) -> Result<Claim, AppError> {
    let claim = db::claims::find(state.db.read(), id, &who.account_id).await?.ok_or(AppError::NotFound)?;
    if Status::parse(&claim.status) == Some(status) { Ok(claim) } else { Err(AppError::Conflict) }
}

fn new_claim<'a>(
    state: &'a AppState,
    who: &'a Candidate,
    draft: &'a Draft,
    ready: &'a Ready,
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
        version_id: &ready.version.version_id,
        item_type: &draft.item_type,
        type_name: kind.map_or(draft.item_type.as_str(), |kind| &kind.name),
        provider_id: &ready.provider.id,
        item_label,
        started_on: ready.checked.started_on,
        completed_on: ready.checked.completed_on,
        credits: i64::from(ready.checked.credits),
        cycle_from: ready.checked.cycle.from,
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
    key: &str,
    ready: &Ready,
    corrects: Option<&Claim>,
) -> Result<Option<String>, Fault> {
    let id = db::new_id(state.clock.now());
    let item_label = label_of(&ready.version);
    let new = new_claim(state, who, draft, ready, &id, &item_label, corrects.map(|claim| claim.id.as_str()));
    transaction!(state.db, tx, {
        db::claims::insert(tx.on(), &new).await?;
        db::claims::remember_submission(tx.on(), &who.account_id, key, &id, new.submitted_at).await?;
        drafts::delete(tx.on(), &who.account_id).await?;
        note(&mut tx, &new, "claim.submitted", Some(&who.account_id), "").await?;
        if new.status == Status::Earned {
            credit(&mut tx, state, &new, "certificate ID matched").await?;
        }
        Ok(Some(id.clone()))
    })
}

async fn store_edit(
    state: &AppState,
    who: &Candidate,
    draft: &Draft,
    key: &str,
    ready: &Ready,
    earlier: Option<&Claim>,
) -> Result<Option<String>, Fault> {
    let Some(earlier) = earlier else { return Ok(None) };
    let item_label = label_of(&ready.version);
    let new = new_claim(state, who, draft, ready, &earlier.id, &item_label, None);
    let changes = changes(earlier, &new);
    transaction!(state.db, tx, {
        if !db::claims::correct(tx.on(), &new, earlier.change_count).await? {
            return Ok(None);
        }
        db::claims::remember_submission(tx.on(), &who.account_id, key, &earlier.id, new.submitted_at).await?;
        note(&mut tx, &new, "claim.corrected", Some(&who.account_id), &changes).await?;
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
        Ok(Some(earlier.id.clone()))
    })
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
