//! The outcome: what a record comes to on a day. (recertification rules, section 8)
//!
//! Its JSON is part of the contract: names and order of the fields do not change.

use super::rules::KindKeys;
use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// What a record comes to on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// By certification code, then the day it was earned.
    pub holdings: Vec<Held>,
    /// In the order in which they were made.
    pub renewals: Vec<Renewal>,
    /// Renewals that had stood until a revocation took their credits away.
    pub reversed: Vec<Renewal>,
    /// Everything that was ever approved, by completion, then id.
    pub credits: Vec<Lot>,
    /// In the order of `holdings`, for those that can be renewed on the day.
    pub remaining: Vec<Remaining>,
}

/// A certification that is or was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its code.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// The day it was earned or last renewed.
    pub cycle_start: Day,
    /// The day it expires; `None`: held for life.
    pub expires_on: Option<Day>,
    /// Its expiry is what was promised earlier; by what is known now it would be sooner.
    pub kept: bool,
    /// Where it stands on the day.
    pub status: HeldStatus,
    /// Days from the day to `expires_on`, negative after it; `None`: held for life.
    pub days_to_expire: Option<i32>,
}

/// Where a holding stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldStatus {
    /// It counts.
    Active,
    /// It has expired, but a pending claim for training completed in time could still renew it.
    Restorable,
    /// It has expired.
    Expired,
}

/// A renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// The day as of which it was made.
    pub on: Day,
    /// Code of the certification whose option was met, or that was earned.
    pub trigger: String,
    /// Key of its level.
    pub level: String,
    /// What was used; `None` when a certification was earned and renewed others with it.
    pub option: Option<Way>,
    /// Codes of all that were renewed, in order, each once.
    pub renewed: Vec<String>,
    /// In the order of spending.
    pub spent: Vec<Spent>,
}

/// Credits and exams: of an option, or what is still missing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// How many credits.
    pub credits: i64,
    /// Which exams.
    pub exams: Vec<Exams>,
}

/// A number of exams, any of these kinds of which will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exams {
    /// Keys of the kinds, in the program's order.
    pub of: KindKeys,
    /// How many.
    pub count: u32,
}

/// A part of a lot that a renewal used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Id of the claim, or of the credit that had none.
    pub lot: String,
    /// How many of its credits.
    pub credits: i64,
}

/// The credits of one approved claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Id of the claim, or of the credit that had none.
    pub id: String,
    /// The day the training was completed.
    pub completed_on: Day,
    /// The last day on which they can be used.
    pub expires_on: Day,
    /// How many were approved.
    pub credits: i64,
    /// How many renewals have used.
    pub spent: i64,
    /// How many can still be used on the day.
    pub left: i64,
    /// Where they stand on the day.
    pub state: LotState,
}

/// Where credits stand on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotState {
    /// They were taken back.
    Revoked,
    /// Nothing was held on the day of completion, so they never counted.
    NotCertified,
    /// All of them were used.
    Spent,
    /// A renewal that did not need them ended them.
    Lapsed,
    /// Their last day has gone.
    Expired,
    /// Some can still be used.
    Available,
}

/// What is still missing to renew one holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// Code of the certification.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// The ways still open: any one of them renews it.
    pub options: Vec<Way>,
}
