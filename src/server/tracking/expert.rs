//! The tracker of the highest level.

use super::{Position, breakdown, words};
use crate::app::error::AppError;
use crate::app::pages::tracking::expert::{CreditRow, ExamRow, ExpertData, ExpertHolding};
use crate::server::auth::Candidate;
use crate::server::db::exams;
use crate::server::state::AppState;
use ce_domain::calendar::{days_to_expire, subtract_years};
use ce_domain::recert::{Held, LotState};
use ce_domain::text::thousands;

/// The tracker of who is signed in.
///
/// # Errors
/// When the database says no.
pub async fn expert(state: &AppState, who: &Candidate) -> Result<ExpertData, AppError> {
    let position = Position::load(state, who).await?;
    let program = &state.program;
    let top = u32::try_from(program.levels.len()).unwrap_or(1).saturating_sub(1);
    let active = position.active();
    // Of several the one that is due next.
    let held = active
        .iter()
        .copied()
        .filter(|held| position.rank(&held.certification) == top && held.expires_on.is_some())
        .find(|held| position.cannot_be_renewed(held).is_none());
    let credits: Vec<CreditRow> = position
        .outcome
        .credits
        .iter()
        .filter(|lot| lot.state == LotState::Available)
        .filter_map(|lot| {
            let claim = position.claim(&lot.id)?;
            Some(CreditRow {
                event: program.abbreviation.clone(),
                title: claim.item_label.clone(),
                claim: position.own(claim),
                on: lot.completed_on,
                credits: lot.left,
            })
        })
        .collect();
    let ways = held.map(|held| {
        let level = position.level(&held.certification);
        words::ways(program, level, position.remaining(held), position.usable(), true)
    });
    let with = active
        .iter()
        .filter(|other| position.rank(&other.certification) < top)
        .filter_map(|other| Some((position.name(&other.certification), other.expires_on?)))
        .collect();
    let exams = match held {
        Some(held) => exam_rows(state, who, held).await?,
        None => Vec::new(),
    };
    Ok(ExpertData {
        title: program.tracker.title.clone(),
        name: program.tracker.name.clone(),
        candidate_id: who.profile.candidate_id.clone(),
        holding: held.and_then(|held| holding(&position, held)),
        exams,
        credits,
        ways: ways.unwrap_or_default(),
        prior: held.map(|held| breakdown::of_cycle_before(&position, held)),
        current: held.and_then(|held| breakdown::of_holding(&position, held)),
        with,
    })
}

/// Exams since the cycle before began, latest first.
async fn exam_rows(state: &AppState, who: &Candidate, held: &Held) -> Result<Vec<ExamRow>, sqlx::Error> {
    let began = subtract_years(held.cycle_start, state.program.certification.validity_years);
    let exams = exams::of_profile(state.db.read(), &who.profile.id).await?;
    let rows = exams.into_iter().filter(|exam| exam.taken_on > began).map(|exam| ExamRow {
        on: exam.taken_on,
        track: exam.name,
        score: exam.score,
        passed: exam.result == "pass",
    });
    Ok(rows.collect())
}

fn holding(position: &Position<'_>, held: &Held) -> Option<ExpertHolding> {
    let program = &position.state.program;
    let due = held.expires_on?;
    let of = position.credits_alone(&held.certification).unwrap_or(0);
    let have = position.usable();
    Some(ExpertHolding {
        name: position.name(&held.certification),
        status: if held.cycle_start > held.earned_on { "Re-certified" } else { "Certified" }.to_owned(),
        since: held.cycle_start,
        due,
        today: position.today,
        progress: format!("{} of {}", thousands(have), program.credits(of)),
        have,
        of,
        days: days_to_expire(due, position.today).to_lowercase(),
    })
}
