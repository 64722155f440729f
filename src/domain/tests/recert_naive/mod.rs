//! The rules of recertification a second time, naive, slow and obvious, so that the engine has somebody to disagree with.
//!
//! Nothing here is shared with the engine: own dates, own types, own reading of a record. It follows the written
//! rules section by section and is meant to be read beside them:
//!
//! - [`program`]: the levels, their options and the switches (sections 1 and 2);
//! - [`record`]: what a record says and when it is refused (section 7);
//! - [`words`]: active, renewable, usable, the highest level (section 1);
//! - [`satisfied`]: when a level is satisfied and a renewal due (section 3);
//! - [`renewal`]: what a renewal does (section 4);
//! - [`telling`]: the walk through the days, facts and promises on the way (sections 5, 6 and 7);
//! - [`outcome`]: which promises there are, and the five lists (sections 6 and 8);
//! - [`generate`] and [`spoil`]: random records, adversarial and mostly valid; [`another_table`]: other options; [`coverage`]: the rules such a record meets.

use chrono::{Months, NaiveDate};
use serde_json::Value;

pub mod another_table;
pub mod coverage;
pub mod generate;
pub mod outcome;
pub mod program;
pub mod record;
pub mod renewal;
pub mod satisfied;
pub mod shrink;
pub mod spoil;
pub mod telling;
pub mod words;

pub use program::Table;
pub use telling::Walk;

/// What the record of a case comes to, or the name of what is wrong with it.
pub fn outcome(case: &Value) -> Result<Value, String> {
    outcome_by(case, Table::of_the_rules(), Walk::ListedDays)
}

/// The same by another body's table of options, with a choice of the days to walk through.
pub fn outcome_by(case: &Value, table: Table, walk: Walk) -> Result<Value, String> {
    let record = record::read(case, table).map_err(|faults| faults[0].clone())?;
    Ok(outcome::of(&record, walk))
}

/// Everything that is wrong with a case, by name: of several faults a refusal may name any.
pub fn faults(case: &Value) -> Vec<String> {
    record::read(case, Table::of_the_rules()).err().unwrap_or_default()
}

pub fn day(text: &str) -> Option<NaiveDate> {
    let well_formed = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| (i == 4 || i == 7) == (b == b'-'));
    well_formed.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

pub fn plus_years(day: NaiveDate, years: u32) -> NaiveDate {
    plus_months(day, 12 * years)
}

/// Keeps the day of the month where that month has it, else takes the month's last.
pub fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).expect("a day in the calendar")
}

pub fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().expect("a day in the calendar")
}

pub fn day_after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().expect("a day in the calendar")
}
