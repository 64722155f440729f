//! The planner: training and exams that are still to come, put on dates, and what they would do to what is held.
//!
//! The address holds the plan. What it comes to is reckoned by the same code in the browser, while a date moves, and on the
//! server, for who has no script; a plan is stored only when somebody saves it.

mod asked;
pub mod page;
mod result;
mod rows;
mod saved;
mod suggested;

pub use asked::{Asked, PlanQuery, read_day};

use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::plan::Work;
use ce_domain::program::Program;
use ce_domain::recert::Record;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Everything the planner shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannerData {
    /// Today, in the program's zone.
    pub today: Day,
    /// The part of the program that says how things are renewed, and what they are called.
    pub program: Program,
    /// The record that the plan is added to.
    pub record: Record,
    /// What can be planned for, what ends next first.
    pub targets: Vec<Target>,
    /// The place of the one that is looked at among them; none when nothing can be renewed.
    pub target: Option<u32>,
    /// What everything held is called, by its code.
    pub names: Vec<(String, String)>,
    /// The steps of the plan.
    pub rows: Vec<PlanRow>,
    /// The answer, in strong words, and what follows them.
    pub lead: (String, String),
    /// Claims that are pending.
    pub pending: Vec<PendingClaim>,
    /// Whether those are counted as earned.
    pub counts_pending: bool,
    /// Good plans.
    pub suggestions: Vec<Suggestion>,
    /// Training that is enough by itself.
    pub fits: Vec<Fit>,
    /// The plans that were saved, the latest first.
    pub saved: Vec<SavedPlan>,
    /// The plan that is being looked at, where it is a saved one.
    pub plan: String,
    /// Its name, or what was typed for it.
    pub name: String,
    /// Whether it stands in the calendar.
    pub in_calendar: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What to know about what was added.
    pub notes: Vec<String>,
}

/// A certification that can be renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its code.
    pub code: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// What it is called.
    pub name: String,
    /// When it expires.
    pub expires_on: Day,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// What it is, as addresses name it.
    pub what: String,
    /// What it is called.
    pub label: String,
    /// The page of the item.
    pub href: Option<String>,
    /// What it counts as; none for what is not offered any more.
    pub work: Option<Work>,
    /// What a training comes as, where there is a choice: what addresses say, and words.
    pub kinds: Vec<(String, String)>,
    /// A few words about it.
    pub detail: String,
    /// The last day on which it is offered, where that is known.
    pub offered_until: Option<Day>,
    /// The day, as it was typed.
    pub day: String,
}

/// A pending claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingClaim {
    /// Its id, where it can be opened from this account.
    pub id: Option<String>,
    /// What it is for.
    pub label: String,
    /// What it may earn.
    pub credits: i64,
    /// The last day on which it could be sent again, if it is taken back.
    pub last_day_to_claim: Day,
}

/// A good plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it is best in: `Fewest credits`.
    pub best: String,
    /// What it is.
    pub title: String,
    /// What that means.
    pub words: String,
    /// Its days: what, and when.
    pub days: Vec<(String, Day)>,
    /// Where it leads, and the words of the link.
    pub link: (String, String),
}

/// A training that would be enough by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// What it is, as addresses name it.
    pub what: String,
    /// What it is called.
    pub label: String,
    /// The page of the item.
    pub href: String,
    /// Name and icon of its type.
    pub kind: (String, String),
    /// What it earns.
    pub credits: i64,
    /// How long it takes, where that is known.
    pub hours: Option<u32>,
    /// Credits that would be left.
    pub left: i64,
}

/// A plan that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How many steps it has.
    pub steps: i64,
    /// Its last day.
    pub until: Option<Day>,
    /// Whether it stands in the calendar.
    pub in_calendar: bool,
}

/// What was posted and could not be saved: in the context while the page is rendered again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostedPlan {
    /// What the form held.
    pub query: PlanQuery,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
}

/// The planner of who is signed in.
#[server(prefix = "/api", endpoint = "planner", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn planner(query: PlanQuery) -> Result<PlannerData, AppError> {
    use crate::server::{auth, tracking};
    let posted = use_context::<PostedPlan>();
    let (query, errors) = posted.map_or((query, Vec::new()), |posted| (posted.query, posted.errors));
    tracking::planner(&auth::state()?, &auth::candidate()?, &query, errors).await
}
