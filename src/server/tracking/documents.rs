//! What the certificate and the transcript say.

use super::{Position, used};
use crate::app::error::AppError;
use crate::server::auth::Candidate;
use crate::server::error::Fault;
use crate::server::pdf::certificate::Certificate;
use crate::server::pdf::transcript::{CreditRow, HeldRow, RenewalRow, Transcript};
use crate::server::shares;
use crate::server::state::AppState;
use ce_domain::recert::{Held, Lot, LotState, Renewal};
use ce_domain::text::all;

/// The certificate of something that is active, with a code that leads to what is true of it on the day somebody looks.
///
/// # Errors
/// [`AppError::NotFound`] when it is not active today: a certificate says that somebody is certified, and goes on saying
/// it where nobody asks. What has ended is in the transcript.
pub async fn certificate(state: &AppState, who: &Candidate, code: &str) -> Result<Certificate, AppError> {
    let today = state.clock.today();
    let held = who.held.iter().filter(|held| held.holding.certification == code && state.counts_today(&held.holding));
    let held = held.max_by_key(|held| held.holding.earned_on).ok_or(AppError::NotFound)?;
    let code = shares::of_certificate(state, who, code).await?;
    Ok(Certificate {
        portal: state.program.portal.clone(),
        holder: who.profile.name.clone(),
        certification: held.name.clone(),
        level: state.program.level(&held.level).map(|level| level.name.clone()).unwrap_or_default(),
        candidate_id: who.profile.candidate_id.clone(),
        earned_on: held.holding.earned_on,
        expires_on: held.holding.expires_on,
        issued_on: today,
        address: shares::address(state, &code),
        code: code.shown(),
    })
}

/// The transcript.
///
/// # Errors
/// When the database says no.
pub async fn transcript(state: &AppState, who: &Candidate) -> Result<Transcript, Fault> {
    let position = Position::load(state, who).await?;
    let held = position.active().into_iter().map(|held| held_row(&position, held)).collect();
    let mut ended: Vec<&Held> = position.outcome.holdings.iter().filter(|held| !position.is_active(held)).collect();
    ended.sort_by_key(|held| (std::cmp::Reverse(held.expires_on), held.certification.clone()));
    Ok(Transcript {
        portal: state.program.portal.clone(),
        holder: who.profile.name.clone(),
        candidate_id: who.profile.candidate_id.clone(),
        as_of: position.today,
        held,
        ended: ended.into_iter().map(|held| held_row(&position, held)).collect(),
        renewals: position.outcome.renewals.iter().rev().map(|renewal| renewal_row(&position, renewal)).collect(),
        credits: position.outcome.credits.iter().rev().map(|lot| credit_row(&position, lot)).collect(),
    })
}

fn held_row(position: &Position<'_>, held: &Held) -> HeldRow {
    let code = &held.certification;
    HeldRow {
        name: position.name(code),
        level: position.level_name(code),
        earned_on: held.earned_on,
        renewed_on: (held.cycle_start > held.earned_on).then_some(held.cycle_start),
        expires_on: held.expires_on,
    }
}

fn renewal_row(position: &Position<'_>, renewal: &Renewal) -> RenewalRow {
    let renewed: Vec<String> = renewal.renewed.iter().map(|code| position.name(code)).collect();
    let trigger = position.name(&renewal.trigger);
    RenewalRow {
        on: renewal.on,
        renewed: all(&renewed.iter().map(String::as_str).collect::<Vec<_>>()),
        by: match &renewal.option {
            None => format!("{trigger} was earned"),
            Some(option) if renewed.len() > 1 => {
                format!("{} for {trigger}", option.words(&position.state.program))
            }
            Some(option) => option.words(&position.state.program),
        },
        spent: renewal.spent.iter().map(|spent| used(position, spent).0).collect(),
    }
}

fn credit_row(position: &Position<'_>, lot: &Lot) -> CreditRow {
    let claim = position.claim(&lot.id);
    CreditRow {
        activity: claim.map_or_else(|| "Credits without a claim".to_owned(), |claim| claim.item_label.clone()),
        completed_on: lot.completed_on,
        credits: lot.credits,
        spent: lot.spent,
        left: lot.left,
        until: lot.expires_on,
        remark: match lot.state {
            LotState::Available | LotState::Spent => "",
            LotState::Revoked => "taken back",
            LotState::NotCertified => "nothing was held on that day, so they never counted",
            LotState::Lapsed => "what a renewal did not need ended with it",
            LotState::Expired => "their last day has gone",
        },
    }
}
