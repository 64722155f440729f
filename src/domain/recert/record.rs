//! The record: what happened to one person's certifications, as it was written down.

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// Everything the replay looks at besides the rules. The order of its lists plays no part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// The certifications it speaks of; more do no harm.
    pub certifications: Vec<Certification>,
    /// What was held before the first fact.
    pub holdings: Vec<Holding>,
    /// What happened.
    pub facts: Vec<Fact>,
}

/// A certification that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certification {
    /// Stands for it in the record.
    pub code: String,
    /// Key of its level.
    pub level: String,
    /// From this day on it is neither renewed nor extended.
    pub retired_on: Option<Day>,
    /// `false` for those that nothing renews.
    pub recertifies: bool,
    /// How long it lasts.
    pub validity: Validity,
}

/// How long a certification lasts from the day it is earned or renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Validity {
    /// As long as the program says.
    #[default]
    AsTheProgramSays,
    /// A number of years of its own.
    Years(u32),
    /// For life.
    ForLife,
}

/// A certification as one person holds it, before the first fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Code of the certification.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// The day it was earned or last renewed.
    pub cycle_start: Day,
    /// The day it expires; `None`: held for life.
    pub expires_on: Option<Day>,
}

/// The certification that an extension names when it is for all of them.
pub const ALL_CERTIFICATIONS: &str = "*";

/// Something that happened, and when it became known to the record (`recorded_on`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// Months were added to what was active on a day.
    Extended {
        /// Its name in the record, if it has one.
        id: Option<String>,
        /// Code of the certification, or `*` for all of them.
        certification: String,
        /// How many.
        months: u64,
        /// The day it was granted for.
        on: Day,
        /// The day it became known.
        recorded_on: Day,
    },
    /// A certification was earned, or earned again.
    Earned {
        /// Its name in the record, if it has one.
        id: Option<String>,
        /// Code of the certification.
        certification: String,
        /// The day it was earned.
        on: Day,
        /// The day it became known.
        recorded_on: Day,
    },
    /// An exam was passed.
    Exam {
        /// Its name in the record.
        id: String,
        /// Key of the kind of exam.
        exam_kind: String,
        /// The day it was passed.
        passed_on: Day,
        /// The day it became known.
        recorded_on: Day,
    },
    /// Training was claimed.
    Claim {
        /// The claim's name in the record.
        id: String,
        /// What it earns if it is approved.
        credits: i64,
        /// The day the training was completed.
        completed_on: Day,
        /// The day it was claimed.
        recorded_on: Day,
    },
    /// A claim was approved, or credits were given without one.
    Approved {
        /// The claim's name, or the credit's own when there was no claim.
        id: String,
        /// In place of what was claimed.
        credits: Option<i64>,
        /// In place of what was claimed.
        completed_on: Option<Day>,
        /// The day of the decision.
        recorded_on: Day,
    },
    /// A claim was denied or withdrawn.
    Denied {
        /// The claim's name.
        id: String,
        /// The day of the decision.
        recorded_on: Day,
    },
    /// Approved credits were taken back.
    Revoked {
        /// The claim's name, or the credit's own.
        id: String,
        /// The day it was done.
        recorded_on: Day,
    },
}

impl Fact {
    /// The fact's name in the record.
    pub fn id(&self) -> Option<&str> {
        match self {
            Fact::Extended { id, .. } | Fact::Earned { id, .. } => id.as_deref(),
            Fact::Exam { id, .. }
            | Fact::Claim { id, .. }
            | Fact::Approved { id, .. }
            | Fact::Denied { id, .. }
            | Fact::Revoked { id, .. } => Some(id),
        }
    }

    /// The day it became known to the record.
    pub fn recorded_on(&self) -> Day {
        match self {
            Fact::Extended { recorded_on, .. }
            | Fact::Earned { recorded_on, .. }
            | Fact::Exam { recorded_on, .. }
            | Fact::Claim { recorded_on, .. }
            | Fact::Approved { recorded_on, .. }
            | Fact::Denied { recorded_on, .. }
            | Fact::Revoked { recorded_on, .. } => *recorded_on,
        }
    }
}

/// Why a record, or a switch, cannot be gone by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{refused}: {reason}")]
pub struct Refusal {
    /// What is wrong: the id of a fact, or its place among the facts when it has none; the code of a certification;
    /// the name of a switch.
    pub refused: String,
    /// A sentence that says why, and what to do.
    pub reason: String,
}

impl Refusal {
    /// Refuses what has this name, for this reason.
    pub fn new(refused: impl Into<String>, reason: impl Into<String>) -> Refusal {
        Refusal { refused: refused.into(), reason: reason.into() }
    }
}
