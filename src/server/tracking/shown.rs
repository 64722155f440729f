//! What of a record is shown to whom its holder has given a code. Only what was chosen is named: also where one
//! certification was renewed with another.

use super::Position;
use crate::server::db::certifications::Held as Stored;
use crate::server::error::Fault;
use crate::server::state::AppState;
use ce_domain::calendar::Day;
use ce_domain::recert::{How, Step};
use ce_domain::text::count;

/// What of a record may be shown besides what is held.
pub struct Shown {
    /// How the chosen certifications were renewed, latest first: which, when, and by what.
    pub renewals: Vec<(String, Day, String)>,
    /// How many credits can be used today.
    pub usable: i64,
}

/// Looks at the record of a profile that holds `held`, for who may see the certifications with these codes.
///
/// # Errors
/// When the database says no.
pub async fn shown(state: &AppState, profile_id: &str, held: &[Stored], codes: &[&str]) -> Result<Shown, Fault> {
    let position = Position::of_profile(state, profile_id, held).await?;
    let mut renewals = Vec::new();
    for code in codes {
        let known = position.positions.iter().filter(|known| known.certification == *code);
        let Some(known) = known.max_by_key(|known| known.earned_on) else { continue };
        let steps = known.history.iter().filter_map(|step| Some((step.on, words(&position, step, code, codes)?)));
        renewals.extend(steps.map(|(on, by)| (position.name(code), on, by)));
    }
    renewals.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    Ok(Shown { renewals, usable: position.usable() })
}

/// By what something was renewed; `None`: it was not.
fn words(position: &Position<'_>, step: &Step, code: &str, codes: &[&str]) -> Option<String> {
    Some(match &step.how {
        How::Earned => return None,
        How::EarnedAgain => "earned again".to_owned(),
        How::Extended { months } => format!("extended by {}", count(i64::from(*months), "month", "months")),
        How::PromiseKept => "a day that had been promised was kept".to_owned(),
        How::Renewed { renewal } => {
            let renewal = usize::try_from(*renewal).ok().and_then(|place| position.outcome.renewals.get(place))?;
            let own = renewal.trigger == code;
            let with = if codes.contains(&renewal.trigger.as_str()) {
                position.name(&renewal.trigger)
            } else {
                "another certification".to_owned()
            };
            match &renewal.option {
                Some(option) if own => option.words(&position.state.program),
                Some(_) => format!("renewed together with {with}"),
                None if own => "earned again".to_owned(),
                None => format!("{with} was earned"),
            }
        }
    })
}
