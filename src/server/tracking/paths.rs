//! The table of paths, with the reader's own place in it.

use super::{Position, expert_title, words};
use crate::app::error::AppError;
use crate::app::pages::tracking::recertify::{LevelRow, Path, RecertifyData};
use crate::server::auth::Candidate;
use crate::server::state::AppState;
use ce_domain::calendar::days_to_expire;
use ce_domain::program::{CreditsApplyTo, Leftover, Level, Program, RenewalOption};
use ce_domain::recert::Held;
use ce_domain::text::{capitalised, count};

/// The table; with the place of `who` where that is known.
///
/// # Errors
/// When the database says no.
pub async fn paths(state: &AppState, who: Option<&Candidate>) -> Result<RecertifyData, AppError> {
    let position = match who {
        Some(who) => Some(Position::load(state, who).await?),
        None => None,
    };
    let program = &state.program;
    let levels = program.levels.iter().rev().map(|level| row(program, level, position.as_ref())).collect();
    Ok(RecertifyData {
        levels,
        rules: rules(program),
        credits_label: format!("{} {}", program.abbreviation, program.credits_word),
        expert: position.as_ref().and_then(expert_title),
        own: position.is_some(),
    })
}

fn row(program: &Program, level: &Level, position: Option<&Position<'_>>) -> LevelRow {
    let own: Vec<&Held> = position.map_or_else(Vec::new, |position| {
        let active = position.active().into_iter();
        active.filter(|held| position.level(&held.certification).is_some_and(|own| own.key == level.key)).collect()
    });
    // What is still missing is shown for the one that can be renewed and is due next.
    let marked = position.and_then(|position| {
        own.iter().find(|held| position.cannot_be_renewed(held).is_none()).map(|held| (position, *held))
    });
    let path = |option: &RenewalOption| Path {
        words: words::option_of_program(program, option),
        left: marked.and_then(|(position, held)| left(program, position, held, option)),
    };
    let some = |wanted: fn(&&RenewalOption) -> bool| level.options.iter().filter(wanted).map(path).collect();
    let held = position.map_or_else(Vec::new, |position| {
        own.iter()
            .map(|held| {
                let code = &held.certification;
                let stands = held
                    .expires_on
                    .map_or_else(|| "for life".to_owned(), |day| days_to_expire(day, position.today).to_lowercase());
                (code.clone(), position.name(code), stands)
            })
            .collect()
    });
    LevelRow {
        name: level.name.clone(),
        lasts: count(i64::from(program.certification.validity_years), "year", "years"),
        exams: some(|option| option.credits == 0),
        both: some(|option| option.credits > 0 && !option.exams.is_empty()),
        credits: some(|option| option.credits > 0 && option.exams.is_empty()),
        held,
    }
}

/// What is still missing of an option, where that is less than all of it.
fn left(program: &Program, position: &Position<'_>, held: &Held, option: &RenewalOption) -> Option<String> {
    let usable = if position.first_for_credits().is_some_and(|first| first.certification == held.certification) {
        position.usable()
    } else {
        0
    };
    if option.credits == 0 || usable == 0 {
        return None;
    }
    let missing = (i64::from(option.credits) - usable).max(0);
    Some(if missing == 0 {
        format!("you have the {}", program.credits_word)
    } else {
        format!("{} to go", program.credits(missing))
    })
}

/// The rules that hold for every path, as the program's switches say.
fn rules(program: &Program) -> Vec<String> {
    let credits = capitalised(&program.credits_word);
    let years = |years: u32| count(i64::from(years), "year", "years");
    let switches = &program.recertification;
    let mut rules = vec![
        format!(
            "A renewal counts from the day it is completed, and lasts {} from then on, however long the claim takes to be decided.",
            years(program.certification.validity_years)
        ),
        "Renewing a certification renews everything you hold of a lower level with it.".to_owned(),
    ];
    if switches.peers_renew_together {
        rules.push("It also renews what else you hold of the same level.".to_owned());
    }
    if switches.credits_apply_to == CreditsApplyTo::Highest {
        rules.push(format!("{credits} are applied to the highest level you hold that they can renew."));
    }
    rules.push(format!(
        "{credits} can be used for {} from the day the training was completed; the oldest are used first.",
        years(program.claim.credit_validity_years)
    ));
    if switches.must_be_certified {
        rules.push(format!("{credits} count only for training that you completed while a certification was active."));
    }
    rules.push(match switches.leftover {
        Leftover::Carry => format!("{credits} that a renewal does not need stay yours."),
        Leftover::Lapse => format!("{credits} that a renewal of your highest level does not need end with it."),
    });
    rules.push(
        "One exam fills one place. Exams are not used up: each counts in the cycle in which it was passed.".to_owned(),
    );
    rules.push("What is retired is not renewed; it stays valid until its day.".to_owned());
    rules.push(match switches.last_day {
        ce_domain::program::LastDay::Inclusive => "The day of expiry still counts.".to_owned(),
        ce_domain::program::LastDay::Exclusive => {
            "The last day that counts is the one before the day of expiry.".to_owned()
        }
    });
    rules
}
