//! Section 4: what a renewal does.

use super::satisfied::Due;
use super::telling::{Renewal, Spent, Telling};
use chrono::NaiveDate;
use std::collections::BTreeSet;

impl Telling<'_> {
    pub fn renew(&mut self, h: usize, due: Due, day: NaiveDate) {
        let Due { option, because } = due;
        self.met.extend(because);
        let certification = self.holdings[h].certification.clone();
        let level = certification.level;
        let spent = self.spend(option.credits, day);
        let was_highest = self.highest_level(day, day) == Some(level);
        let together = self.record.switches.peers_renew_together;
        let mut renewed = BTreeSet::new();
        for place in 0..self.holdings.len() {
            let other = self.holdings[place].clone();
            let goes_along = other.certification.level < level || (other.certification.level == level && together);
            if (place == h || goes_along) && self.is_renewable(&other, day) && self.would_gain(&other, day) {
                self.restart(place, day);
                let rank = (place != h).then(|| other.certification.level.cmp(&level));
                self.met
                    .extend(rank.map(|rank| if rank.is_eq() { "a peer goes along" } else { "a lower one goes along" }));
                renewed.insert(other.certification.code);
            } else if other.certification.level == level
                && self.is_renewable(&other, day)
                && self.would_gain(&other, day)
            {
                self.met.insert("a peer renews apart");
            }
        }
        if self.record.switches.leftover_lapses && was_highest {
            self.met.insert("a renewal ends the leftover");
            self.lapse_the_rest(day);
        }
        let trigger = certification.code;
        self.renewals.push(Renewal { on: day, trigger, level, option: Some(option), renewed, spent });
    }

    /// Oldest first, then by id.
    pub fn spend(&mut self, credits: i64, day: NaiveDate) -> Vec<Spent> {
        let mut spent = vec![];
        let mut wanted = credits;
        self.lots.sort_by_key(|lot| (lot.completed_on, lot.id.clone()));
        for place in 0..self.lots.len() {
            let lot = self.lots[place].clone();
            if wanted <= 0 || lot.unspent == 0 || !self.is_usable(&lot, day) {
                continue;
            }
            let taken = if self.record.switches.split_lots { wanted.min(lot.unspent) } else { lot.unspent };
            self.met.extend((taken > wanted).then_some("what the option did not need of a lot is lost"));
            self.met.extend((taken < lot.unspent).then_some("a lot is spent in part"));
            self.met.extend((lot.unspent < lot.credits).then_some("a lot is spent again"));
            self.lots[place].unspent -= taken;
            wanted -= taken;
            spent.push(Spent { lot: lot.id, credits: taken });
        }
        spent
    }

    pub fn restart(&mut self, place: usize, day: NaiveDate) {
        let holding = &mut self.holdings[place];
        holding.cycle_start = day;
        holding.expires_on = holding.certification.expiry_when_renewed_on(day);
        holding.without_floors_to_come = holding.expires_on;
        holding.kept = false;
    }

    pub fn lapse_the_rest(&mut self, day: NaiveDate) {
        self.lapses.push(day);
        for lot in &mut self.lots {
            if lot.completed_on <= day && lot.unspent > 0 && lot.lapsed_on.is_none() {
                lot.lapsed_on = Some(day);
            }
        }
    }
}
