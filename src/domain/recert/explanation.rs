//! Why: everything that happened to a record, in order, each with the section of the rules it follows from.
//!
//! Typed, for pages; `words.rs` says the same in plain words.

use super::check::Checked;
use super::days::{self, NEVER, Number};
use super::outcome::{LotState, Outcome, Renewal, Spent};
use super::promise::{Again, happenings_by, tell};
use super::record::Fact;
use super::renewal::Timing;
use super::result::{Parts, reversed};
use super::rules::Rules;
use super::telling::{Holding, Telling};
use super::witness::{NotRenewed, Note, Notebook};
use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// The outcome, and why it is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What [`super::replay`] gives.
    pub outcome: Outcome,
    /// In the order in which things happened.
    pub events: Vec<Event>,
    /// Beside the holdings of the outcome: what counts for each, and its history.
    pub positions: Vec<Position>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The day as of which it counts.
    pub on: Day,
    /// The section of docs/RECERTIFICATION.md it follows from.
    pub section: u8,
    /// What happened.
    pub what: Happened,
}

/// What happened. Days called `before` and `after` are expiry days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happened {
    /// An extension lengthened a holding.
    Extended {
        /// Its code.
        certification: String,
        /// The day it was earned.
        earned_on: Day,
        /// How many months were added.
        months: u32,
        /// When it would have expired.
        before: Day,
        /// When it expires.
        after: Day,
    },
    /// A certification was earned that was not held.
    Earned {
        /// Its code.
        certification: String,
        /// `None`: held for life.
        expires_on: Option<Day>,
    },
    /// A certification was earned that was held: it is renewed, unless it gains nothing (`before` is `after`).
    EarnedAgain {
        /// Its code.
        certification: String,
        /// The day it was first earned.
        earned_on: Day,
        /// `None`: held for life.
        before: Option<Day>,
        /// `None`: held for life.
        after: Option<Day>,
    },
    /// An exam was passed.
    ExamPassed {
        /// Its name in the record.
        id: String,
        /// Key of its kind.
        exam_kind: String,
    },
    /// Credits began to count.
    CreditsEarned {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many.
        credits: i64,
        /// The last day on which they can be used.
        until: Day,
    },
    /// Credits do not count: nothing was held on the day the training was completed.
    CreditsWithoutCertification {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many.
        credits: i64,
    },
    /// A renewal was made.
    Renewed {
        /// As in the outcome.
        renewal: Renewal,
        /// On which of its two days; `None` when a certification was earned and renewed others with it.
        timing: Option<Timing>,
        /// What it renewed.
        changes: Vec<Change>,
        /// What it might have renewed but did not.
        left_out: Vec<LeftOut>,
    },
    /// Credits that a renewal used whole without needing all of them are lost.
    CreditsNotNeeded {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many were lost.
        credits: i64,
    },
    /// A renewal of the highest level ended credits it did not need.
    CreditsLapsed {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many ended.
        credits: i64,
    },
    /// Credits were not used by their last day.
    CreditsExpired {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many ended.
        credits: i64,
    },
    /// Credits were taken back.
    CreditsRevoked {
        /// Id of the claim, or of the credit that had none.
        lot: String,
        /// How many.
        credits: i64,
    },
    /// A renewal that credits had made no longer stands, because they were taken back.
    Reversed {
        /// As it stood.
        renewal: Renewal,
    },
    /// By what became known later a holding would have expired earlier than its holder had been told; it does not.
    PromiseKept(Change),
    /// A holding counted for the last time.
    Expired {
        /// Its code.
        certification: String,
        /// The day it was earned.
        earned_on: Day,
    },
}

/// An expiry that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Code of the certification.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// When it would have expired.
    pub before: Day,
    /// When it expires.
    pub after: Day,
}

/// A holding that was not renewed with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Code of the certification.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// Why not.
    pub why: NotRenewed,
}

/// What a person who looks at one certification wants to know besides the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Code of the certification.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// Whether credits may renew it on the day, by its level and those of the others.
    pub takes_credits: bool,
    /// What is left of the lots that count for it on the day, the next to be spent first.
    pub credits: Vec<Spent>,
    /// Ids of the exams that count for it on the day: passed in its cycle.
    pub exams: Vec<String>,
    /// How its expiry came to be what it is, oldest first.
    pub history: Vec<Step>,
}

/// A step in the history of a holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The day as of which it was made.
    pub on: Day,
    /// Expiry before; `None` when it begins with this step, or is held for life.
    pub before: Option<Day>,
    /// Expiry after; `None`: held for life.
    pub after: Option<Day>,
    /// What was done.
    pub how: How,
}

/// What was done to a holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It was earned.
    Earned,
    /// It was earned again while it was held.
    EarnedAgain,
    /// Months were added.
    Extended {
        /// How many.
        months: u32,
    },
    /// It was renewed. The place of the renewal in the outcome's list.
    Renewed {
        /// Place in [`Outcome::renewals`].
        renewal: u32,
    },
    /// What had been promised was kept.
    PromiseKept,
}

/// Which section of the rules an event follows from.
const WORDS: u8 = 1;
const WHEN_RENEWED: u8 = 3;
const WHAT_A_RENEWAL_DOES: u8 = 4;
const PROMISES: u8 = 6;
const FACTS: u8 = 7;

/// Replays a record with a notebook.
pub(super) fn explain(rules: &Rules, record: &Checked<'_>, as_of: Number) -> Explanation {
    let happenings = happenings_by(record, as_of);
    let again = Again::FromWhereItDiffers;
    let telling = tell(rules, record, &happenings, as_of, Notebook::default(), again);
    let outcome = telling.outcome(as_of, again);
    let mut events = telling.events();
    events.extend(telling.endings(&outcome, as_of));
    for (day, renewal) in reversed(rules, record, as_of, &outcome.renewals, again) {
        events.push(event(day, FACTS, Happened::Reversed { renewal }));
    }
    // What was told in order stays so; what ends on a day comes after what happens on it.
    events.sort_by_key(|event| event.on);
    let positions = telling.positions(&outcome, as_of);
    Explanation { outcome, events, positions }
}

fn event(on: Number, section: u8, what: Happened) -> Event {
    Event { on: days::day(on), section, what }
}

fn day_or_life(number: Number) -> Option<Day> {
    (number != NEVER).then(|| days::day(number))
}

impl Telling<'_, Notebook> {
    /// The code of a holding and the day it was earned.
    fn name(&self, place: usize) -> (String, Day) {
        self.holdings.get(place).map_or_else(
            || (String::new(), Day::default()),
            |holding| (self.code(holding.certification), days::day(holding.earned_on)),
        )
    }

    fn lot_name(&self, place: usize) -> (String, i64, Number) {
        self.record
            .lots
            .get(place)
            .map_or_else(|| (String::new(), 0, 0), |lot| (lot.id.to_owned(), lot.credits, lot.valid_until))
    }

    fn change(&self, holding: usize, before: Number, after: Number) -> Change {
        let (certification, earned_on) = self.name(holding);
        Change { certification, earned_on, before: days::day(before), after: days::day(after) }
    }

    /// What the notebook says.
    fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut left_out = Vec::new();
        for note in &self.witness.0 {
            match *note {
                Note::LeftOut { holding, why } => {
                    let (certification, earned_on) = self.name(holding);
                    left_out.push(LeftOut { certification, earned_on, why });
                }
                Note::Renewed { renewal, timing, .. } => {
                    events.extend(self.renewal_event(renewal, Some(timing), std::mem::take(&mut left_out)));
                }
                Note::RenewedByEarning { renewal } => {
                    let left_out = std::mem::take(&mut left_out);
                    events.extend(renewal.and_then(|renewal| self.renewal_event(renewal, None, left_out)));
                }
                Note::Extended { on, months, holding, before, after } => {
                    let Change { certification, earned_on, before, after } = self.change(holding, before, after);
                    let what = Happened::Extended { certification, earned_on, months, before, after };
                    events.push(event(on, FACTS, what));
                }
                Note::Earned { on, holding, after } => {
                    let (certification, _) = self.name(holding);
                    let what = Happened::Earned { certification, expires_on: day_or_life(after) };
                    events.push(event(on, FACTS, what));
                }
                Note::EarnedAgain { on, holding, before, after } => {
                    let (certification, earned_on) = self.name(holding);
                    let (before, after) = (day_or_life(before), day_or_life(after));
                    events.push(event(on, FACTS, Happened::EarnedAgain { certification, earned_on, before, after }));
                }
                Note::Exam { on, fact } => {
                    if let Some(Fact::Exam { id, exam_kind, .. }) = self.record.facts.get(fact) {
                        let what = Happened::ExamPassed { id: id.clone(), exam_kind: exam_kind.clone() };
                        events.push(event(on, FACTS, what));
                    }
                }
                Note::Approved { on, lot, counts } => {
                    let (lot, credits, until) = self.lot_name(lot);
                    let what = if counts {
                        Happened::CreditsEarned { lot, credits, until: days::day(until) }
                    } else {
                        Happened::CreditsWithoutCertification { lot, credits }
                    };
                    events.push(event(on, WORDS, what));
                }
                Note::NotNeeded { on, lot, credits } => {
                    let (lot, ..) = self.lot_name(lot);
                    events.push(event(on, WHAT_A_RENEWAL_DOES, Happened::CreditsNotNeeded { lot, credits }));
                }
                Note::Kept { on, holding, before, after } => {
                    let change = self.change(holding, before, after);
                    events.push(event(on, PROMISES, Happened::PromiseKept(change)));
                }
            }
        }
        events
    }

    fn renewal_event(&self, place: usize, timing: Option<Timing>, left_out: Vec<LeftOut>) -> Option<Event> {
        let Parts { made, renewed, .. } = self.parts(place)?;
        let changes =
            renewed.iter().map(|renewed| self.change(renewed.holding, renewed.before, renewed.after)).collect();
        let section = if timing.is_some() { WHEN_RENEWED } else { FACTS };
        let what = Happened::Renewed { renewal: self.renewal(place)?, timing, changes, left_out };
        Some(event(made.on, section, what))
    }

    /// What ended: credits that lapsed, expired or were taken back, and holdings.
    fn endings(&self, outcome: &Outcome, as_of: Number) -> Vec<Event> {
        let mut events = Vec::new();
        for (lot, now) in self.record.lots.iter().zip(&self.lots) {
            let Some(state) = outcome.credits.iter().find(|known| known.id == lot.id).map(|known| known.state) else {
                continue;
            };
            let id = lot.id.to_owned();
            match state {
                LotState::Revoked => {
                    let what = Happened::CreditsRevoked { lot: id, credits: lot.credits };
                    events.push(event(lot.revoked_on, FACTS, what));
                }
                LotState::Lapsed => {
                    let what = Happened::CreditsLapsed { lot: id, credits: now.left };
                    events.push(event(now.lapsed_on, WHAT_A_RENEWAL_DOES, what));
                }
                LotState::Expired => {
                    let what = Happened::CreditsExpired { lot: id, credits: now.left };
                    events.push(event(lot.valid_until, WORDS, what));
                }
                LotState::NotCertified | LotState::Spent | LotState::Available => {}
            }
        }
        for holding in self.in_order() {
            if holding.now.expires_on != NEVER && self.last_day(holding) < as_of {
                let certification = self.code(holding.certification);
                let what = Happened::Expired { certification, earned_on: days::day(holding.earned_on) };
                events.push(event(self.last_day(holding), WORDS, what));
            }
        }
        events
    }

    fn positions(&self, outcome: &Outcome, as_of: Number) -> Vec<Position> {
        let means = self.means(as_of, as_of);
        let left: Vec<Spent> = outcome
            .credits
            .iter()
            .filter(|lot| lot.left > 0)
            .map(|lot| Spent { lot: lot.id.clone(), credits: lot.left })
            .collect();
        self.places_in_order()
            .into_iter()
            .filter_map(|place| Some((place, self.holdings.get(place)?)))
            .map(|(place, holding)| {
                let renewable = self.renewable_on(holding, as_of);
                let takes_credits = renewable && holding.level_takes_credits && self.may_take_credits(holding, &means);
                let exams = self.exams(holding, as_of).iter().filter(|_| renewable);
                Position {
                    certification: self.code(holding.certification),
                    earned_on: days::day(holding.earned_on),
                    takes_credits,
                    credits: if takes_credits { left.clone() } else { Vec::new() },
                    exams: exams
                        .filter_map(|passed| self.record.facts.get(passed.fact))
                        .filter_map(|fact| fact.id().map(str::to_owned))
                        .collect(),
                    history: self.history(place, holding),
                }
            })
            .collect()
    }

    fn history(&self, place: usize, holding: &Holding) -> Vec<Step> {
        let mut history = Vec::new();
        let mut step = |on, before, after, how| {
            history.push(Step { on: days::day(on), before, after, how });
        };
        for note in &self.witness.0 {
            match *note {
                Note::Earned { on, holding, after } if holding == place => {
                    step(on, None, day_or_life(after), How::Earned);
                }
                Note::EarnedAgain { on, holding, before, after } if holding == place && before != after => {
                    step(on, day_or_life(before), day_or_life(after), How::EarnedAgain);
                }
                Note::Extended { on, months, holding, before, after } if holding == place => {
                    step(on, day_or_life(before), day_or_life(after), How::Extended { months });
                }
                Note::Kept { on, holding, before, after } if holding == place => {
                    step(on, day_or_life(before), day_or_life(after), How::PromiseKept);
                }
                Note::Renewed { renewal, .. } | Note::RenewedByEarning { renewal: Some(renewal) } => {
                    let Some(Parts { made, renewed, .. }) = self.parts(renewal) else { continue };
                    // What was earned again has its own step.
                    let own = made.option.is_none() && made.trigger == holding.certification;
                    let renewed = renewed.iter().filter(|renewed| renewed.holding == place && !own);
                    for renewed in renewed {
                        let how = How::Renewed { renewal: u32::try_from(renewal).unwrap_or(u32::MAX) };
                        step(made.on, day_or_life(renewed.before), day_or_life(renewed.after), how);
                    }
                }
                _ => {}
            }
        }
        history
    }
}
