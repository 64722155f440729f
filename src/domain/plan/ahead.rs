//! What a plan comes to.

use super::{Step, Work};
use crate::calendar::{Day, add_years, days_between};
use crate::recert::{
    Certification, Fact, Held, HeldStatus, Lot, LotState, Outcome, Record, Refusal, Remaining, Renewal, Rules,
    Validity, replay,
};
use serde::{Deserialize, Serialize};

/// What somebody holds, seen from today: asked again and again while a plan changes.
#[derive(Debug, Clone)]
pub struct Outlook {
    rules: Rules,
    record: Record,
    today: Day,
    /// What the record comes to today.
    now: Outcome,
    /// What it comes to when nothing more is done, once everything that can be renewed has come to its last day: credits
    /// that suffice already have waited for that day.
    anyway: Outcome,
}

/// What a plan comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ahead {
    /// What becomes of each holding that is active, or becomes active again; in the order of the outcome.
    pub holdings: Vec<Prospect>,
    /// The renewals that the plan adds to those of today, in the order in which they are made.
    pub renewals: Vec<Renewal>,
    /// Credits that can be used when the last of the plan is done.
    pub left: i64,
}

/// What becomes of a holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prospect {
    /// Its code.
    pub certification: String,
    /// The day it was earned.
    pub earned_on: Day,
    /// When it expires as things stand today; `None`: held for life.
    pub now: Option<Day>,
    /// When it expires if nothing more is done: later than `now` when credits that wait for its last day suffice.
    pub anyway: Option<Day>,
    /// When it expires with the plan.
    pub then: Option<Day>,
    /// The days on which it is renewed from now on.
    pub renewed_on: Vec<Day>,
    /// Whether any of those renewals would not come about without the plan.
    pub by_the_plan: bool,
    /// Days of the old periods that its renewals give up: a new period begins with the renewal, not when the old one ends.
    pub given_up: i64,
}

impl Ahead {
    /// What becomes of one holding.
    pub fn of(&self, certification: &str, earned_on: Day) -> Option<&Prospect> {
        self.holdings.iter().find(|one| one.certification == certification && one.earned_on == earned_on)
    }
}

impl Prospect {
    /// Whether it lasts longer with the plan than as things stand.
    pub fn gains(&self) -> bool {
        self.then > self.now
    }

    /// Whether it lasts longer than what there is already would make it last by itself.
    pub fn lasts_longer_by_the_plan(&self) -> bool {
        self.then > self.anyway
    }

    /// Whether it is renewed without any plan: credits that suffice wait for the last day on which they help.
    pub fn renewed_anyway(&self) -> bool {
        self.anyway > self.now
    }
}

/// The best day for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Best {
    /// The day to finish on.
    pub on: Day,
    /// The expiry that comes of it.
    pub until: Day,
}

impl Outlook {
    /// Looks ahead from a day.
    ///
    /// # Errors
    /// When the record cannot be gone by, as [`replay`].
    pub fn new(rules: Rules, record: Record, today: Day) -> Result<Outlook, Refusal> {
        let now = replay(&rules, &record, today)?;
        let anyway = come_to(&rules, &record, &now.remaining, today)?;
        Ok(Outlook { rules, record, today, now, anyway })
    }

    /// The day it looks ahead from.
    pub fn today(&self) -> Day {
        self.today
    }

    /// What the record comes to today.
    pub fn now(&self) -> &Outcome {
        &self.now
    }

    /// The fewest credits that, finished on a day, make a holding last longer than it does anyway; `None` when not even `most` do.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn least_credits(
        &self,
        on: Day,
        most: i64,
        certification: &str,
        earned_on: Day,
    ) -> Result<Option<i64>, Refusal> {
        let enough = |credits: i64| -> Result<bool, Refusal> {
            let ahead = self.ahead(&[Step { work: Work::Credits(credits), on }], false)?;
            Ok(ahead.of(certification, earned_on).is_some_and(|one| one.lasts_longer_by_the_plan()))
        };
        if most < 1 || !enough(most)? {
            return Ok(None);
        }
        // Of more credits never comes less: halving finds the fewest.
        let (mut too_few, mut suffice) = (0, most);
        while suffice - too_few > 1 {
            let middle = too_few + (suffice - too_few) / 2;
            if enough(middle)? { suffice = middle } else { too_few = middle }
        }
        Ok(Some(suffice))
    }

    /// What a plan comes to. With `pending`, every claim that is pending is taken as earned today.
    ///
    /// # Errors
    /// As [`replay`]: a step on a day that no calendar has.
    pub fn ahead(&self, steps: &[Step], pending: bool) -> Result<Ahead, Refusal> {
        Ok(self.seen(steps, &self.come_to(steps, pending)?))
    }

    /// What an outcome means for what is held.
    fn seen(&self, steps: &[Step], then: &Outcome) -> Ahead {
        // What it used may read differently by a late fact; it is the same renewal all the same (rules, section 8).
        let same = |a: &Renewal, b: &Renewal| (a.on, &a.trigger, &a.renewed) == (b.on, &b.trigger, &b.renewed);
        let known_to = |outcome: &Outcome, renewal: &Renewal| outcome.renewals.iter().any(|known| same(known, renewal));
        let new = then.renewals.iter().filter(|renewal| !known_to(&self.now, renewal));
        let renewals: Vec<Renewal> = new.cloned().collect();
        let by_the_plan: Vec<&Renewal> = renewals.iter().filter(|renewal| !known_to(&self.anyway, renewal)).collect();
        let holdings =
            self.now.holdings.iter().filter_map(|held| self.prospect(held, then, &renewals, &by_the_plan)).collect();
        // Looked at when the last of the plan is done: what is used or runs out later is there until then.
        let done = steps.iter().map(|step| step.on).max().unwrap_or(self.today).max(self.today);
        let left = then.credits.iter().map(|lot| self.left_of(lot, then, done)).sum();
        Ahead { holdings, left, renewals }
    }

    /// The record with a plan, once everything has come to its end.
    fn come_to(&self, steps: &[Step], pending: bool) -> Result<Outcome, Refusal> {
        let mut record = self.record.clone();
        if pending {
            record.facts.extend(self.pending().map(|(id, _, _)| Fact::Approved {
                id: id.to_owned(),
                credits: None,
                completed_on: None,
                recorded_on: self.today,
            }));
        }
        record.facts.extend((0..).zip(steps).map(|(number, step)| self.fact(number, step)));
        let last = steps.iter().map(|step| step.on).max().unwrap_or(self.today);
        come_to(&self.rules, &record, &self.now.remaining, last.max(self.today))
    }

    /// What can be used of credits on a day.
    fn left_of(&self, lot: &Lot, then: &Outcome, on: Day) -> i64 {
        let counts = !matches!(lot.state, LotState::Revoked | LotState::NotCertified | LotState::Lapsed);
        if !counts || on < lot.completed_on || lot.expires_on < on {
            return 0;
        }
        let made = then.renewals.iter().filter(|renewal| renewal.on <= on);
        let parts = made.flat_map(|renewal| &renewal.spent).filter(|spent| spent.lot == lot.id);
        let spent: i64 = parts.map(|spent| spent.credits).sum();
        // Where lots are not split, what begins one takes all of it.
        if spent > 0 && !self.rules.switches.split_lots { 0 } else { lot.credits - spent }
    }

    /// The last day on which something that expires on a day counts.
    pub fn last_day(&self, expires_on: Day) -> Day {
        self.rules.last_day(expires_on)
    }

    /// The claims that are pending: id, credits, day of completion.
    pub fn pending(&self) -> impl Iterator<Item = (&str, i64, Day)> {
        let decided = |claim: &str| {
            self.record.facts.iter().any(|fact| match fact {
                Fact::Approved { id, .. } | Fact::Denied { id, .. } => id == claim,
                _ => false,
            })
        };
        self.record.facts.iter().filter_map(move |fact| match fact {
            Fact::Claim { id, credits, completed_on, .. } if !decided(id) => {
                Some((id.as_str(), *credits, *completed_on))
            }
            _ => None,
        })
    }

    /// The day, from the one it has now on, on which finishing a step would make a holding last longest; `None` when no
    /// later day is better, or the step does nothing for it.
    ///
    /// A renewal that is made as of a day lasts from that day, so of the days that serve, the latest is best. Such days come
    /// in stretches, which end when a holding, credits, or a certification that is retired end: only those days are tried.
    /// Where old claims are still pending and several renewals follow each other, a stretch may end on a day on which
    /// nothing does, and a better day is missed (one in some thousand random records). What is said of a day is always right.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn best_day(
        &self,
        steps: &[Step],
        pending: bool,
        place: usize,
        certification: &str,
        earned_on: Day,
    ) -> Result<Option<Best>, Refusal> {
        let Some(step) = steps.get(place) else { return Ok(None) };
        let until = |steps: &[Step], then: &Outcome| {
            let ahead = self.seen(steps, then);
            ahead.of(certification, earned_on).filter(|one| one.lasts_longer_by_the_plan()).and_then(|one| one.then)
        };
        let mut moved = steps.to_vec();
        let then = self.come_to(&moved, pending)?;
        let Some(mut most) = until(&moved, &then) else { return Ok(None) };
        let others: Vec<Step> =
            steps.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, step)| step.clone()).collect();
        let lots = self.lots_to_come(&others, pending);
        // What comes of a day may have ends of its own, on which it is tried again.
        let mut days = self.ends(&self.come_to(&others, pending)?, step.on, &lots);
        days.extend(self.ends(&then, step.on, &lots));
        let mut tried: Vec<Day> = Vec::new();
        let mut best = None;
        while let Some(on) = days.pop() {
            if tried.contains(&on) || tried.len() >= MOST_TRIED {
                continue;
            }
            tried.push(on);
            if let Some(step) = moved.get_mut(place) {
                step.on = on;
            }
            let then = self.come_to(&moved, pending)?;
            match until(&moved, &then) {
                // Of days that come to the same the first is enough.
                Some(until) if until > most || (until == most && best.is_some_and(|best: Best| on < best.on)) => {
                    most = until;
                    best = Some(Best { on, until });
                }
                _ => {}
            }
            days.extend(self.ends(&then, step.on, &lots));
        }
        Ok(best)
    }

    /// The day on which to finish training of so many credits, today or later, so that a holding lasts longest by it.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn best_day_for(&self, work: &Work, certification: &str, earned_on: Day) -> Result<Option<Best>, Refusal> {
        let today = [Step { work: work.clone(), on: self.today }];
        let later = self.best_day(&today, false, 0, certification, earned_on)?;
        if later.is_some() {
            return Ok(later);
        }
        let ahead = self.ahead(&today, false)?;
        let until =
            ahead.of(certification, earned_on).filter(|one| one.lasts_longer_by_the_plan()).and_then(|one| one.then);
        Ok(until.map(|until| Best { on: self.today, until }))
    }

    /// The last days of credits that are not there yet: those of the steps, and of what is pending.
    fn lots_to_come(&self, steps: &[Step], pending: bool) -> Vec<Day> {
        let planned = steps.iter().filter(|step| matches!(step.work, Work::Credits(_))).map(|step| step.on);
        let waiting = self.pending().filter(|_| pending).map(|(_, _, completed_on)| completed_on);
        planned.chain(waiting).map(|day| add_years(day, self.rules.credit_validity_years)).collect()
    }

    /// Days later than `after` on which something ends that a renewal may need, in order, if nothing more is done.
    pub fn last_days(&self, after: Day) -> Vec<Day> {
        self.ends(&self.anyway, after, &[])
    }

    /// Days later than `after` on which something ends that a renewal may need, in order, as things come to; `lots` are the
    /// last days of credits that are not there yet.
    fn ends(&self, outcome: &Outcome, after: Day, lots: &[Day]) -> Vec<Day> {
        let eve = |day: Day| day.pred_opt().unwrap_or(day);
        let held = self.now.holdings.iter().chain(&outcome.holdings);
        let ends = held.filter_map(|held| held.expires_on);
        let left = self.now.credits.iter().filter(|lot| lot.left > 0).map(|lot| lot.expires_on);
        let retired = self.record.certifications.iter().filter_map(|known| known.retired_on).map(eve);
        let last = last_day_of(&self.now.remaining, outcome).unwrap_or(self.today);
        // By the program's switch the last day may be the one before the day of expiry: both are tried.
        let mut days: Vec<Day> = ends.flat_map(|day| [eve(day), day]).chain(left).chain(lots.iter().copied()).collect();
        days.extend(retired);
        days.retain(|day| *day > after && *day <= last);
        days.sort_unstable();
        days.dedup();
        days
    }

    fn fact(&self, number: u32, step: &Step) -> Fact {
        let id = format!("planned-{number}");
        // What is finished before today becomes known today.
        let recorded_on = step.on.max(self.today);
        match &step.work {
            Work::Credits(credits) => {
                Fact::Approved { id, credits: Some(*credits), completed_on: Some(step.on), recorded_on }
            }
            Work::Exam(kind) => Fact::Exam { id, exam_kind: kind.clone(), passed_on: step.on, recorded_on },
        }
    }

    fn prospect(
        &self,
        held: &Held,
        then: &Outcome,
        renewals: &[Renewal],
        by_the_plan: &[&Renewal],
    ) -> Option<Prospect> {
        let same = |other: &&Held| other.certification == held.certification && other.earned_on == held.earned_on;
        let after = then.holdings.iter().find(same)?;
        if held.status != HeldStatus::Active && after.expires_on <= held.expires_on {
            return None;
        }
        let mut renewed_on = Vec::new();
        let (mut ends, mut given_up) = (held.expires_on, 0);
        for renewal in renewals.iter().filter(|renewal| renewal.renewed.contains(&held.certification)) {
            renewed_on.push(renewal.on);
            given_up += ends.map_or(0, |ends| days_between(renewal.on, ends).max(0));
            ends = self.lasts_from(&held.certification, renewal.on);
        }
        Some(Prospect {
            certification: held.certification.clone(),
            earned_on: held.earned_on,
            now: held.expires_on,
            anyway: self.anyway.holdings.iter().find(same).and_then(|held| held.expires_on),
            then: after.expires_on,
            renewed_on,
            by_the_plan: by_the_plan.iter().any(|renewal| renewal.renewed.contains(&held.certification)),
            given_up,
        })
    }

    /// When something that is renewed on a day expires.
    fn lasts_from(&self, certification: &str, on: Day) -> Option<Day> {
        let validity = |known: &Certification| match known.validity {
            Validity::ForLife => None,
            Validity::Years(years) => Some(years),
            Validity::AsTheProgramSays => Some(self.rules.validity_years),
        };
        let known = self.record.certifications.iter().find(|known| known.code == certification)?;
        validity(known).map(|years| add_years(on, years))
    }
}

/// More days than anything ends on.
const MOST_TRIED: usize = 100;
/// As often as what waits for a last day may make a later last day: more than credits last.
const MOST_ROUNDS: usize = 16;

/// What a record comes to once everything in it has come to its end, from a day on: what waits for a last day makes a later
/// one, on which what is left may renew once more.
fn come_to(rules: &Rules, record: &Record, renewable: &[Remaining], from: Day) -> Result<Outcome, Refusal> {
    let mut outcome = replay(rules, record, from)?;
    let mut looked = from;
    for _ in 0..MOST_ROUNDS {
        let last = last_day_of(renewable, &outcome).unwrap_or(from);
        if last <= looked {
            break;
        }
        looked = last;
        outcome = replay(rules, record, looked)?;
    }
    Ok(outcome)
}

/// The last day of what can be renewed.
fn last_day_of(renewable: &[Remaining], outcome: &Outcome) -> Option<Day> {
    let can_be = |held: &&Held| {
        renewable.iter().any(|open| open.certification == held.certification && open.earned_on == held.earned_on)
    };
    outcome.holdings.iter().filter(can_be).filter_map(|held| held.expires_on).max()
}
