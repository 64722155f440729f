//! What a claim would do if it were earned, told before it is sent.

use super::Position;
use crate::app::error::AppError;
use crate::app::pages::claim::{Does, Trained};
use crate::server::auth::Candidate;
use crate::server::error::Fault;
use crate::server::state::AppState;
use ce_domain::calendar::{parse_day, show};
use ce_domain::catalog::VersionRef;
use ce_domain::plan::{Ahead, Outlook, Step, Work, words};
use ce_domain::recert::Fact;
use ce_domain::text::{capitalised, thousands};

/// What a claim would do; nothing as long as its form does not say what was completed, and when.
///
/// # Errors
/// When the database says no.
pub async fn would_do(state: &AppState, who: &Candidate, claim: &Trained) -> Result<Option<Does>, AppError> {
    let (Some(reference), Ok(on)) = (VersionRef::parse(&claim.item), parse_day(&claim.completion)) else {
        return Ok(None);
    };
    if on > state.clock.today() {
        return Ok(None);
    }
    let loaded = state.catalog.get(state).await?;
    let catalog = loaded.index.catalog();
    let delivery = catalog.version(&reference).and_then(|(_, version)| {
        let place = catalog.type_place(&claim.item_type)?;
        version.deliveries.iter().find(|delivery| delivery.item_type == place)
    });
    let Some(delivery) = delivery else { return Ok(None) };
    let position = Position::load(state, who).await?;
    let mut record = position.record.clone();
    record.facts.retain(|fact| !matches!(fact, Fact::Claim { id, .. } if *id == claim.edits));
    let outlook = Outlook::new(state.rules.clone(), record, position.today);
    let told = outlook.and_then(|outlook| {
        let step = Step { work: Work::Credits(i64::from(delivery.credits)), on };
        let alone = outlook.ahead(std::slice::from_ref(&step), false)?;
        let together = outlook.ahead(std::slice::from_ref(&step), true)?;
        let waiting = outlook.pending().next().is_some();
        Ok(tell(&position, &alone, waiting.then_some(&together)))
    });
    told.map(Some).map_err(|refusal| Fault::Impossible(format!("a record is refused: {refusal}")).into())
}

/// In words; `together` is what it comes to with everything that is pending, where anything is.
fn tell(position: &Position<'_>, alone: &Ahead, together: Option<&Ahead>) -> Does {
    let program = &position.state.program;
    let name = |code: &str| position.name(code);
    let mut sentences = words::renews(alone, position.today, name);
    let renews = !sentences.is_empty();
    if renews {
        sentences.push(match alone.left {
            0 => format!("No {} are left after that.", program.credits_word),
            left => format!("{} left after that.", capitalised(&program.credits(left))),
        });
    } else if let Some(first) = position.first_for_credits() {
        let needed = position.credits_alone(&first.certification).unwrap_or(0);
        let first_name = position.name(&first.certification);
        let later = words::renews_later(alone, position.today, |code| position.name(code));
        let own = alone.of(&first.certification, first.earned_on);
        match own.filter(|one| one.renewed_anyway()).and_then(|one| one.renewed_on.first()) {
            Some(on) => sentences.push(format!(
                "{first_name} is renewed without it: what you have suffices, and waits for {}. These come on top.",
                show(*on)
            )),
            None => {
                let have = thousands(alone.left);
                sentences.push("Renews nothing yet.".to_owned());
                sentences.push(format!("With it you have {have} of the {} for {first_name}.", program.credits(needed)));
            }
        }
        sentences.extend(later);
    }
    // What waits to be decided may do it first, or do more together with it.
    let more = together.map(|together| words::renews(together, position.today, name));
    if let Some(more) = more.filter(|more| !more.is_empty() && *more != words::renews(alone, position.today, name)) {
        sentences.push(format!("Together with what is pending: {}", more.join(" ")));
    }
    let shown = if renews { Some(alone) } else { together };
    let warning = shown.and_then(|ahead| words::given_up(ahead, |code| position.name(code)));
    Does { renews, sentences, warning }
}
