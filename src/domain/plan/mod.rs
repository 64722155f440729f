//! Looking ahead: what training and exams that are still to come would do to what is held.
//!
//! Nothing is reckoned here: the planned is added to the record as facts, and the same replay that decides about the past
//! ([`crate::recert`]) says what would come of it. The same in the browser, while a date moves, as on the server.

mod ahead;
pub mod suggest;
#[cfg(test)]
#[cfg(all(feature = "case-file", feature = "program-file"))]
mod tests;
mod what;
pub mod words;

pub use ahead::{Ahead, Best, Outlook, Prospect};
pub use what::What;

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// As many steps as a plan may have: more than anybody's cycle needs, few enough to look at.
pub const MOST_STEPS: usize = 24;

/// Something that is going to be done, and the day on which it will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it counts as.
    pub work: Work,
    /// The day of completion.
    pub on: Day,
}

/// What a step counts as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Training that earns so many credits.
    Credits(i64),
    /// An exam of this kind, passed.
    Exam(String),
}
