//! Tracking (guide, step 7): what is held, what counts for it, what is still missing, and what every credit did.

pub mod cards;
pub mod detail;
pub mod expert;
pub mod parts;
pub mod recertify;

use crate::app::components::timeline::Timeline;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use leptos::prelude::*;
use parts::{Breakdown, Fact, Ring, TagWords, Way};
use serde::{Deserialize, Serialize};

/// Everything the overview shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackingData {
    /// The answer, in strong words, and what follows them.
    pub lead: (String, String),
    /// What is held and active.
    pub cards: Vec<Card>,
    /// Numbers about credits: what, how many, a few words.
    pub stats: Vec<(String, String, String)>,
    /// When what is held is valid.
    pub timeline: Timeline,
    /// What has ended: code, name, level, last day.
    pub ended: Vec<(String, String, String, Day)>,
    /// What the tracker of the highest level is called, for who has held that level.
    pub expert: Option<String>,
}

/// A certification on the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its code, for its page.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Days to go, or that it is held for life.
    pub tag: TagWords,
    /// How far it is.
    pub ring: Option<Ring>,
    /// What to do, in strong words, and what follows them.
    pub answer: (String, String),
    /// How credits are applied to it; nothing where none ever are.
    pub applied: Option<Breakdown>,
    /// More about it.
    pub facts: Vec<Fact>,
}

/// Everything the page of a certification shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailData {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The answer, in strong words, and what follows them.
    pub lead: (String, String),
    /// Credits toward the option that takes credits alone.
    pub progress: Option<Progress>,
    /// What any one of renews it; empty when there is nothing to do, or nothing that could be done.
    pub ways: Vec<Way>,
    /// How long a renewal lasts.
    pub renewed_for: String,
    /// When it is valid, and until when credits can be used.
    pub timeline: Timeline,
    /// The credits that count for it, and those that could.
    pub lots: Vec<Lot>,
    /// What the pending claims would do.
    pub pending: Option<WhatIf>,
    /// More about it.
    pub facts: Vec<Fact>,
    /// First and last day of its present cycle, and today, for the ruler.
    pub cycle: Option<(Day, Day, Day)>,
    /// How it was renewed, latest first.
    pub renewals: Vec<Renewed>,
    /// What credits are called: `credits`.
    pub credits_word: String,
    /// Why credits are applied in this order.
    pub why: String,
    /// Whether it is active: then there is a certificate.
    pub active: bool,
}

/// Credits toward one option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// `68 of 80 credits`.
    pub title: String,
    /// Since when they count.
    pub since: Day,
    /// How many the option takes.
    pub of: i64,
    /// What fills it: how many, of what, and whether that is pending.
    pub parts: Vec<(i64, String, bool)>,
}

/// Credits of a claim, as they count for a certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The claim, where it can be opened from this account.
    pub claim: Option<String>,
    /// What it is for.
    pub label: String,
    /// Name of the type.
    pub item_type: String,
    /// When it was completed.
    pub completed_on: Day,
    /// Whether it is still to be decided.
    pub pending: bool,
    /// How many it has.
    pub credits: i64,
    /// How many of them count for this certification.
    pub applied: i64,
    /// How many are left besides.
    pub left: i64,
    /// Their last day.
    pub until: Day,
    /// What became and becomes of them.
    pub breakdown: Breakdown,
}

/// What the pending claims would do if they were earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatIf {
    /// What would happen.
    pub words: String,
    /// What would be lost by it, if anything.
    pub warning: Option<String>,
}

/// A renewal of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewed {
    /// When.
    pub on: Day,
    /// By what.
    pub by: String,
    /// What was used: words, and the claim where it can be opened from this account.
    pub used: Vec<(String, Option<String>)>,
    /// What was renewed with it.
    pub with: String,
    /// What was used of what, and why that day; nothing where it was no renewal.
    pub breakdown: Option<Breakdown>,
    /// The day on which it expired before.
    pub before: Option<Day>,
    /// The day on which it expired from then on.
    pub after: Option<Day>,
}

/// The overview of who is signed in.
#[server(prefix = "/api", endpoint = "tracking", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn tracking() -> Result<TrackingData, AppError> {
    use crate::server::{auth, tracking};
    let who = auth::candidate()?;
    tracking::overview(&auth::state()?, &who).await
}

/// A certification of who is signed in.
#[server(prefix = "/api", endpoint = "tracking/one", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn tracked(code: String) -> Result<DetailData, AppError> {
    use crate::server::{auth, tracking};
    let who = auth::candidate()?;
    tracking::detail(&auth::state()?, &who, &code).await
}
