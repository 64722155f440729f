//! Plans are kept and deleted.

use super::steps::looked_up;
use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use crate::app::pages::planner::{PlanQuery, read_day};
use crate::server::auth::Candidate;
use crate::server::db::plans::{self, Plan, PlannedStep};
use crate::server::db::{new_id, violated_key};
use crate::server::error::Fault;
use crate::server::state::AppState;
use crate::transaction;
use ce_domain::text::tidy;

/// As many plans as somebody can tell apart.
const MOST_PLANS: i64 = 20;
/// As long as a plan's name may be.
const LONGEST_NAME: usize = 80;

/// What came of keeping a plan.
enum Kept {
    Done,
    NotTheirs,
    TooMany,
}

/// Keeps a plan: a new one, or the changes of one that was kept. Gives its id, or everything that is wrong with it.
///
/// # Errors
/// [`AppError::NotFound`] for a plan that is not one of theirs; when the database says no.
pub async fn save(
    state: &AppState,
    who: &Candidate,
    query: &PlanQuery,
) -> Result<Result<String, Vec<FieldError>>, AppError> {
    if query.has_nul() {
        return Err(AppError::BadRequest);
    }
    let catalog = state.catalog.get(state).await?;
    let (name, steps) = match checked(state, catalog.index.catalog(), query) {
        Ok(checked) => checked,
        Err(errors) => return Ok(Err(errors)),
    };
    let now = state.clock.now();
    let new = query.plan.is_empty();
    let plan = Plan {
        id: if new { new_id(now) } else { query.plan.clone() },
        name,
        in_calendar: if query.calendar == "yes" { "yes" } else { "no" }.to_owned(),
    };
    let profile = &who.profile.id;
    let kept: Result<Kept, Fault> = transaction!(state.db, tx, {
        if new {
            if plans::count(tx.on(), profile).await? >= MOST_PLANS {
                return Ok(Kept::TooMany);
            }
            plans::insert(tx.on(), &plan, profile, now).await?;
        } else if !plans::update(tx.on(), &plan, profile, now).await? {
            return Ok(Kept::NotTheirs);
        }
        plans::clear(tx.on(), &plan.id).await?;
        for (place, step) in (0i64..).zip(&steps) {
            plans::add(tx.on(), &plan.id, place, step).await?;
        }
        Ok(Kept::Done)
    });
    match kept {
        Ok(Kept::Done) => Ok(Ok(plan.id)),
        Ok(Kept::NotTheirs) => Err(AppError::NotFound),
        Ok(Kept::TooMany) => {
            let words = format!("You have {MOST_PLANS} plans already. Delete one, then save this one");
            Ok(Err(vec![FieldError::new("name", words)]))
        }
        Err(Fault::Database(error)) if violated_key(&error).is_some_and(|key| key.contains("name")) => {
            Ok(Err(vec![FieldError::new("name", "You have a plan of this name already. Choose another name")]))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Deletes a plan; one that is gone already, or is not theirs, is nothing to complain of.
///
/// # Errors
/// When the database says no.
pub async fn delete(state: &AppState, who: &Candidate, id: &str) -> Result<(), AppError> {
    plans::delete(state.db.write(), id, &who.profile.id).await?;
    Ok(())
}

fn checked(
    state: &AppState,
    catalog: &ce_domain::catalog::Catalog,
    query: &PlanQuery,
) -> Result<(String, Vec<PlannedStep>), Vec<FieldError>> {
    let (today, window) = (state.clock.today(), state.program.claim.window_days);
    let (mut errors, mut steps) = (Vec::new(), Vec::new());
    // What is not known is left out, as the page leaves it out and says so: the fields are counted without it.
    let known =
        query.steps.iter().filter_map(|step| Some((step, looked_up(&state.program, catalog, &step.what, today)?)));
    for (place, (step, row)) in known.enumerate() {
        match read_day(&step.day, today, window, row.offered_until) {
            Ok(planned_on) => steps.push(PlannedStep { what: row.what, label: row.label, planned_on }),
            Err(words) => errors.push(FieldError::new(&format!("day-{place}"), words)),
        }
    }
    if steps.is_empty() && errors.is_empty() {
        errors
            .push(FieldError::new("find", "There is nothing in the plan yet. Add a training or an exam, then save it"));
    }
    let name = tidy(&query.name);
    if name.is_empty() {
        errors.push(FieldError::new("name", "Give the plan a name, then save it"));
    } else if name.chars().count() > LONGEST_NAME {
        errors.push(FieldError::new("name", format!("Shorten the name to {LONGEST_NAME} letters")));
    }
    if errors.is_empty() { Ok((name, steps)) } else { Err(errors) }
}
