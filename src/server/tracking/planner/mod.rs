//! What the planner begins with: the plan that was asked for, looked up in the catalog, and good plans beside it.

mod advice;
mod keep;
mod steps;

pub use keep::{delete, save};

use super::Position;
use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::planner::{Asked, PendingClaim, PlanQuery, PlannerData, SavedPlan, Target};
use crate::server::auth::Candidate;
use crate::server::claim_check::{Source, claimant};
use crate::server::db::plans;
use crate::server::error::Fault;
use crate::server::state::AppState;
use ce_domain::calendar::show;
use ce_domain::claim::last_day_to_claim;
use ce_domain::plan::Outlook;
use ce_domain::program::Program;

/// Everything the planner shows.
///
/// # Errors
/// [`AppError::NotFound`] for a plan that is not one of theirs; when the database says no.
pub async fn planner(
    state: &AppState,
    who: &Candidate,
    query: &PlanQuery,
    errors: Vec<FieldError>,
) -> Result<PlannerData, AppError> {
    if query.has_nul() {
        return Err(AppError::BadRequest);
    }
    let position = Position::load(state, who).await?;
    let loaded = state.catalog.get(state).await?;
    let outlook = Outlook::new(state.rules.clone(), position.record.clone(), position.today)
        .map_err(|refusal| Fault::Impossible(format!("a record is refused: {refusal}")))?;
    let saved = plans::of_profile(state.db.read(), &who.profile.id).await?;
    let kept = match query.plan.as_str() {
        "" => None,
        id => Some(plans::find(state.db.read(), id, &who.profile.id).await?.ok_or(AppError::NotFound)?),
    };
    let mut asked = query.clone();
    if let (Some(plan), true) = (&kept, asked.steps.is_empty()) {
        let steps = plans::steps(state.db.read(), &plan.id).await?;
        asked.steps = steps.into_iter().map(|step| Asked { what: step.what, day: show(step.planned_on) }).collect();
    }
    let targets = targets(&position);
    let target = targets.iter().position(|target| target.code == asked.certification).or_else(|| {
        let first = position.first_for_credits()?;
        targets.iter().position(|target| target.code == first.certification)
    });
    let target = target.or((!targets.is_empty()).then_some(0));
    let looked_at = target.and_then(|place| targets.get(place));
    let person = claimant(state, &mut Source::Now(&state.db), who, "").await?;
    let catalog = &loaded.index;
    let (rows, notes) = steps::rows(&state.program, catalog, &outlook, looked_at, &person, &asked);
    let advice = match looked_at {
        Some(target) => advice::advice(&position, &outlook, catalog.catalog(), target, &person)?,
        None => advice::nothing(),
    };
    let lead = match looked_at.filter(|_| asked.pending == "yes") {
        Some(target) => advice::lead_with_pending(&outlook, target).unwrap_or(advice.lead),
        None => advice.lead,
    };
    let pending = position.pending().map(|claim| PendingClaim {
        id: position.own(claim),
        label: claim.item_label.clone(),
        credits: claim.credits,
        last_day_to_claim: last_day_to_claim(claim.completed_on, &state.program.claim),
    });
    Ok(PlannerData {
        today: position.today,
        program: what_renewing_needs(&state.program),
        names: position
            .outcome
            .holdings
            .iter()
            .map(|held| (held.certification.clone(), position.name(&held.certification)))
            .collect(),
        target: target.and_then(|place| u32::try_from(place).ok()),
        rows,
        lead,
        pending: pending.collect(),
        counts_pending: asked.pending == "yes",
        suggestions: advice.suggestions,
        fits: advice.fits,
        saved: saved.into_iter().map(listed).collect(),
        name: match &kept {
            Some(plan) if asked.name.is_empty() && errors.is_empty() => plan.name.clone(),
            _ => asked.name.clone(),
        },
        in_calendar: match &kept {
            Some(plan) if asked.calendar.is_empty() => plan.in_calendar == "yes",
            // Whoever saves a plan for the first time most likely wants to be reminded of it.
            _ => asked.calendar != "no",
        },
        plan: kept.map(|plan| plan.id).unwrap_or_default(),
        errors,
        notes,
        targets,
        record: position.record,
    })
}

/// What can be renewed, what ends next first.
fn targets(position: &Position<'_>) -> Vec<Target> {
    let active = position.active().into_iter();
    let renewable = active.filter(|held| position.cannot_be_renewed(held).is_none());
    renewable
        .filter_map(|held| {
            Some(Target {
                code: held.certification.clone(),
                earned_on: held.earned_on,
                name: position.name(&held.certification),
                expires_on: held.expires_on?,
            })
        })
        .collect()
}

fn listed(plan: plans::Listed) -> SavedPlan {
    SavedPlan {
        id: plan.id,
        name: plan.name,
        steps: plan.steps,
        until: plan.until,
        in_calendar: plan.in_calendar == "yes",
    }
}

/// The program without what has nothing to do with renewing: less to send.
fn what_renewing_needs(program: &Program) -> Program {
    Program { terms: Vec::new(), denial_reasons: Vec::new(), item_types: Vec::new(), ..program.clone() }
}
