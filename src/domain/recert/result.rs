//! From a finished telling to the outcome. (recertification rules, section 8)

use super::check::{Checked, Lot as Approved};
use super::days::{self, NEVER, Number};
use super::outcome::{Exams, Held, HeldStatus, Lot, LotState, Outcome, Renewal, Spent, Way};
use super::promise::{Again, happenings_by, tell};
use super::rules::{Choice, Rules};
use super::telling::{Holding, LotNow, Made, Renewed, Telling};
use super::witness::{Nobody, Witness};
use crate::calendar::Day;

/// What a record comes to on a day.
pub(super) fn outcome_of(rules: &Rules, record: &Checked<'_>, as_of: Number, again: Again) -> Outcome {
    let happenings = happenings_by(record, as_of);
    let telling = tell(rules, record, &happenings, as_of, Nobody, again);
    telling.outcome(as_of, again)
}

/// The renewals that stood the day before a revocation and no longer stand, each with the day of the revocation.
pub(super) fn reversed(
    rules: &Rules,
    record: &Checked<'_>,
    as_of: Number,
    standing: &[Renewal],
    again: Again,
) -> Vec<(Number, Renewal)> {
    let mut days: Vec<Number> =
        record.lots.iter().map(|lot| lot.revoked_on).filter(|revoked_on| *revoked_on <= as_of).collect();
    days.sort_unstable();
    days.dedup();
    let mut reversed: Vec<(Number, Renewal)> = Vec::new();
    for day in days {
        let before = day - 1;
        let happenings = happenings_by(record, before);
        let telling = tell(rules, record, &happenings, before, Nobody, again);
        for renewal in telling.all_renewals() {
            let same = |other: &Renewal| {
                other.on == renewal.on && other.trigger == renewal.trigger && other.renewed == renewal.renewed
            };
            if !standing.iter().any(same) && !reversed.iter().any(|(_, other)| same(other)) {
                reversed.push((day, renewal));
            }
        }
    }
    reversed
}

/// A renewal with its part of the lists of all renewals.
pub(super) struct Parts<'t> {
    pub made: &'t Made,
    pub renewed: &'t [Renewed],
    /// Place of the lot, and how many of its credits.
    pub spent: &'t [(usize, i64)],
}

impl Choice {
    /// What it takes, for the outcome.
    fn way(&self) -> Way {
        let exams = self.needs.iter().map(|need| Exams { of: need.of.clone(), count: need.count });
        Way { credits: self.credits, exams: exams.collect() }
    }
}

fn day_or_life(number: Number) -> Option<Day> {
    (number != NEVER).then(|| days::day(number))
}

impl<W: Witness> Telling<'_, W> {
    /// The outcome of a telling that has come to its end.
    pub fn outcome(&self, as_of: Number, again: Again) -> Outcome {
        let renewals = self.all_renewals();
        let reversed = reversed(self.rules, self.record, as_of, &renewals, again);
        Outcome {
            holdings: self.held(as_of),
            reversed: reversed.into_iter().map(|(_, renewal)| renewal).collect(),
            renewals,
            credits: self.credits(as_of),
            remaining: self.remaining(as_of),
        }
    }

    fn all_renewals(&self) -> Vec<Renewal> {
        (0..self.renewals.len()).filter_map(|place| self.renewal(place)).collect()
    }

    /// The code of a certification by its place.
    pub fn code(&self, certification: u32) -> String {
        let known = usize::try_from(certification).ok().and_then(|place| self.record.certifications.get(place));
        known.map_or_else(String::new, |known| known.code.to_owned())
    }

    fn level_key(&self, rank: i32) -> String {
        let level = usize::try_from(rank).ok().and_then(|rank| self.rules.level(rank));
        level.map_or_else(String::new, |level| level.key.clone())
    }

    /// Places of all holdings in the order of the outcome.
    pub fn places_in_order(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.holdings.len()).collect();
        places.sort_by_key(|&place| self.holdings.get(place).map(|holding| (holding.certification, holding.earned_on)));
        places
    }

    /// All holdings in the order of the outcome.
    pub fn in_order(&self) -> impl Iterator<Item = &Holding> {
        self.places_in_order().into_iter().filter_map(|place| self.holdings.get(place))
    }

    fn held(&self, as_of: Number) -> Vec<Held> {
        self.in_order()
            .map(|holding| Held {
                certification: self.code(holding.certification),
                earned_on: days::day(holding.earned_on),
                cycle_start: days::day(holding.now.start),
                expires_on: day_or_life(holding.now.expires_on),
                kept: holding.now.kept,
                status: self.status(holding, as_of),
                days_to_expire: (holding.now.expires_on != NEVER).then(|| holding.now.expires_on - as_of),
            })
            .collect()
    }

    fn status(&self, holding: &Holding, as_of: Number) -> HeldStatus {
        if self.active_on(holding, as_of) {
            return HeldStatus::Active;
        }
        let known = usize::try_from(holding.certification).ok().and_then(|at| self.record.certifications.get(at));
        let recertifies = known.is_some_and(|known| known.recertifies);
        // The last day on which a completion could have renewed it.
        let in_time = self.last_day(holding).min(holding.retired_on - 1);
        let pending = self
            .record
            .claims
            .iter()
            .any(|claim| claim.recorded_on <= as_of && as_of < claim.decided_on && claim.completed_on <= in_time);
        if recertifies && pending { HeldStatus::Restorable } else { HeldStatus::Expired }
    }

    /// What a renewal renewed and spent.
    pub fn parts(&self, place: usize) -> Option<Parts<'_>> {
        let made = self.renewals.get(place)?;
        let before = place.checked_sub(1).and_then(|before| self.renewals.get(before));
        let (first_renewed, first_spent) = before.map_or((0, 0), |before| (before.renewed_until, before.spent_until));
        let renewed = self.renewed.get(first_renewed..made.renewed_until)?;
        Some(Parts { made, renewed, spent: self.spent.get(first_spent..made.spent_until)? })
    }

    /// A renewal that was made, with its names.
    pub fn renewal(&self, place: usize) -> Option<Renewal> {
        let Parts { made, renewed, spent } = self.parts(place)?;
        let mut codes: Vec<u32> = renewed
            .iter()
            .filter_map(|renewed| self.holdings.get(renewed.holding))
            .map(|holding| holding.certification)
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let level = usize::try_from(made.rank).ok().and_then(|rank| self.rules.level(rank));
        let option = made.option.and_then(|option| level?.options.get(option)).map(Choice::way);
        Some(Renewal {
            on: days::day(made.on),
            trigger: self.code(made.trigger),
            level: self.level_key(made.rank),
            option,
            renewed: codes.into_iter().map(|certification| self.code(certification)).collect(),
            spent: spent
                .iter()
                .filter_map(|(lot, credits)| {
                    Some(Spent { lot: self.record.lots.get(*lot)?.id.to_owned(), credits: *credits })
                })
                .collect(),
        })
    }

    fn credits(&self, as_of: Number) -> Vec<Lot> {
        self.record
            .lots
            .iter()
            .zip(&self.lots)
            .filter(|(lot, _)| lot.recorded_on <= as_of)
            .map(|(lot, now)| {
                let state = state(lot, now, as_of);
                Lot {
                    id: lot.id.to_owned(),
                    completed_on: days::day(lot.completed_on),
                    expires_on: days::day(lot.valid_until),
                    credits: lot.credits,
                    spent: now.spent,
                    left: if state == LotState::Available { now.left } else { 0 },
                    state,
                }
            })
            .collect()
    }
}

/// The first state that applies.
fn state(lot: &Approved<'_>, now: &LotNow, as_of: Number) -> LotState {
    if lot.revoked_on <= as_of {
        LotState::Revoked
    } else if !now.counts {
        LotState::NotCertified
    } else if now.left == 0 {
        LotState::Spent
    } else if now.lapsed_on != NEVER {
        LotState::Lapsed
    } else if lot.valid_until < as_of {
        LotState::Expired
    } else {
        LotState::Available
    }
}
