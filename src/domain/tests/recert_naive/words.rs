//! Section 1: the words.

use super::telling::{Holding, Lot, Telling};
use super::{day_before, plus_years};
use chrono::NaiveDate;

impl Telling<'_> {
    /// `None`: there is none, it is held for life.
    pub fn last_day(&self, holding: &Holding) -> Option<NaiveDate> {
        let expires_on = holding.expires_on?;
        Some(if self.record.switches.last_day_inclusive { expires_on } else { day_before(expires_on) })
    }

    pub fn is_active(&self, holding: &Holding, day: NaiveDate) -> bool {
        holding.earned_on <= day && self.last_day(holding).is_none_or(|last_day| day <= last_day)
    }

    pub fn is_renewable(&self, holding: &Holding, day: NaiveDate) -> bool {
        self.is_active(holding, day)
            && holding.expires_on.is_some()
            && holding.certification.recertifies
            && !holding.certification.is_retired_on(day)
    }

    pub fn lot_expires_on(&self, lot: &Lot) -> NaiveDate {
        plus_years(lot.completed_on, self.record.switches.credit_validity_years)
    }

    pub fn is_usable(&self, lot: &Lot, day: NaiveDate) -> bool {
        lot.completed_on <= day
            && day <= self.lot_expires_on(lot)
            && lot.lapsed_on.is_none_or(|lapsed_on| day < lapsed_on)
            && lot.counts
    }

    pub fn usable_credits(&self, day: NaiveDate) -> i64 {
        self.lots.iter().filter(|lot| self.is_usable(lot, day)).map(|lot| lot.unspent).sum()
    }

    /// Among the holdings that have begun by `begun_by`: the day after today, asked about today, has no new ones yet.
    pub fn highest_level(&self, day: NaiveDate, begun_by: NaiveDate) -> Option<usize> {
        self.holdings
            .iter()
            .filter(|h| h.earned_on <= begun_by && self.is_renewable(h, day))
            .map(|h| h.certification.level)
            .filter(|level| self.record.table.has_an_option_that_takes_credits(*level))
            .max()
    }
}
