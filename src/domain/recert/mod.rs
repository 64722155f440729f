//! Recertification: what is renewed, when, by what, and what is left to do.
//!
//! A pure function from a program's rules and a person's record to an outcome. The same on every machine, in the browser
//! as on the server. docs/RECERTIFICATION.md tells the rules in words; the comments here name its sections.

mod check;
mod days;
mod explanation;
mod outcome;
mod promise;
mod record;
mod remaining;
mod renewal;
mod result;
mod rules;
mod telling;
mod witness;
mod words;

#[cfg(feature = "case-file")]
pub mod case;

#[cfg(test)]
#[cfg(all(feature = "case-file", feature = "program-file"))]
mod tests;

use crate::calendar::Day;
pub use explanation::{Change, Event, Explanation, Happened, How, LeftOut, Position, Step};
pub use outcome::{Exams, Held, HeldStatus, Lot, LotState, Outcome, Remaining, Renewal, Spent, Way};
pub use record::{ALL_CERTIFICATIONS, Certification, Fact, Holding, Record, Refusal, Validity};
pub use renewal::Timing;
pub use rules::{KindKeys, Rules};
pub use witness::NotRenewed;

/// What a record comes to on a day.
///
/// # Errors
/// When the record cannot be gone by: a [`Refusal`] that names what is wrong with it.
pub fn replay(rules: &Rules, record: &Record, as_of: Day) -> Result<Outcome, Refusal> {
    let checked = check::check(rules, record)?;
    let as_of = day_of(as_of)?;
    Ok(result::outcome_of(rules, &checked, as_of, promise::Again::FromWhereItDiffers))
}

/// What a record comes to on a day, and why: the same replay, with somebody taking notes.
///
/// # Errors
/// As [`replay`].
pub fn explain(rules: &Rules, record: &Record, as_of: Day) -> Result<Explanation, Refusal> {
    let checked = check::check(rules, record)?;
    Ok(explanation::explain(rules, &checked, day_of(as_of)?))
}

fn day_of(as_of: Day) -> Result<days::Number, Refusal> {
    days::number(as_of).ok_or_else(|| {
        Refusal::new("as_of", format!("{as_of} lies outside of the years 1 to 9999. Ask for another day."))
    })
}
