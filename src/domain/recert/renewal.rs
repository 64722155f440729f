//! When a renewal is due, and what it does. (recertification rules, sections 3 and 4)

use super::days::{self, NEVER, Number};
use super::rules::{Demand, Level};
use super::telling::{Holding, LotNow, Made, NO_LEVEL, Passed, Renewed, Telling};
use super::witness::{NotRenewed, Note, Witness};

/// Which of its two days a renewal is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// The day on which an option was completed.
    FirstDay,
    /// The last day on which what was there already can help.
    LastDay,
}

/// A renewal that is due.
pub(super) struct Due {
    /// Place of the option among those of the level.
    pub option: usize,
    pub timing: Timing,
}

/// What can be used on a day, whoever it is for.
#[derive(Clone, Copy)]
pub(super) struct Means {
    pub day: Number,
    /// The highest level on that day, [`NO_LEVEL`] if there is none.
    pub highest: i32,
    /// The highest level among those that count for `highest` and go on after that day.
    pub highest_going_on: i32,
    /// Unspent credits of all lots usable on that day.
    pub credits: i64,
}

impl<W: Witness> Telling<'_, W> {
    /// What can be used on a day, as things stand now. What begins after `begun_by` has not begun yet.
    pub fn means(&self, day: Number, begun_by: Number) -> Means {
        let mut means = Means { day, highest: NO_LEVEL, highest_going_on: NO_LEVEL, credits: 0 };
        for holding in &self.holdings {
            if holding.level_takes_credits && holding.earned_on <= begun_by && self.renewable_on(holding, day) {
                means.highest = means.highest.max(holding.rank);
                if self.last_day(holding) != day {
                    means.highest_going_on = means.highest_going_on.max(holding.rank);
                }
            }
        }
        for (lot, now) in self.record.lots.iter().zip(&self.lots) {
            if now.counts && lot.completed_on <= day && day <= lot.valid_until && day < now.lapsed_on {
                means.credits = means.credits.saturating_add(now.left);
            }
        }
        means
    }

    /// The highest level on a day: of those holdings that can be renewed then, and by credits.
    pub fn highest_level(&self, day: Number) -> i32 {
        let counts = |holding: &&Holding| holding.level_takes_credits && self.renewable_on(holding, day);
        self.holdings.iter().filter(counts).map(|holding| holding.rank).max().unwrap_or(NO_LEVEL)
    }

    /// Whether a holding's level may take credits for it: it is the highest, or what cannot save the higher ones would
    /// be lost with them and with it. The holding must be renewable on the day.
    pub fn may_take_credits(&self, holding: &Holding, means: &Means) -> bool {
        self.rules.credits_apply_to_any_level()
            || holding.rank == means.highest
            || (self.last_day(holding) == means.day && means.highest_going_on <= holding.rank)
    }

    /// The option that would be used for a holding: of those that are met, the one that takes the fewest credits, then
    /// the first. Gives its place among those of the level, and the credits it takes.
    pub fn option_met(&self, holding: &Holding, means: &Means) -> Option<(usize, i64)> {
        if !self.renewable_on(holding, means.day) {
            return None;
        }
        let level = self.level(holding)?;
        let mut credits = None;
        for &place in &level.preference {
            let option = level.options.get(place)?;
            if option.credits > 0 {
                // No later option takes fewer.
                let usable = *credits
                    .get_or_insert_with(|| if self.may_take_credits(holding, means) { means.credits } else { 0 });
                if option.credits > usable {
                    return None;
                }
            }
            if option.demands.iter().all(|demand| self.exams_meet(holding, means.day, demand)) {
                return Some((place, option.credits));
            }
        }
        None
    }

    fn exams_meet(&self, holding: &Holding, day: Number, demand: &Demand) -> bool {
        self.exams(holding, day).filter(|passed| passed.kind.meets(demand.kinds)).take(demand.count as usize).count()
            == demand.count as usize
    }

    /// The exams that help a holding on a day: passed in its cycle, by then.
    pub fn exams(&self, holding: &Holding, day: Number) -> impl Iterator<Item = &Passed> {
        self.passed.iter().filter(move |passed| holding.now.start < passed.on && passed.on <= day)
    }

    /// The level of a holding.
    pub fn level(&self, holding: &Holding) -> Option<&Level> {
        usize::try_from(holding.rank).ok().and_then(|rank| self.rules.level(rank))
    }

    /// Whether and how a renewal of a holding is due on the day of `today`.
    fn due(&self, holding: &Holding, today: &Means) -> Option<Due> {
        let day = today.day;
        if holding.now.start >= day {
            return None;
        }
        let (option, credits) = self.option_met(holding, today)?;
        if days::plus_years(day, holding.validity_years) <= holding.now.expires_on {
            return None;
        }
        let yesterday = self.option_met(holding, &self.means(day - 1, day - 1));
        // An option that takes no credits comes first where one is met.
        let first = match yesterday {
            None => true,
            Some((_, taken_yesterday)) => credits == 0 && taken_yesterday > 0,
        };
        if first {
            return Some(Due { option, timing: Timing::FirstDay });
        }
        let tomorrow = self.option_met(holding, &self.means(day + 1, day));
        tomorrow.is_none().then_some(Due { option, timing: Timing::LastDay })
    }

    /// Makes the renewals that are due on a day, until none is: each time that of the highest level, of several the
    /// one that expires first, then by code and by the day it was earned.
    pub fn settle(&mut self, day: Number) {
        loop {
            let today = self.means(day, day);
            let due = (0..)
                .zip(&self.holdings)
                .filter_map(|(place, holding): (usize, _)| Some((place, holding, self.due(holding, &today)?)))
                .min_by_key(|(place, holding, _)| {
                    (-holding.rank, holding.now.expires_on, holding.certification, holding.earned_on, *place)
                });
            let Some((place, holding, due)) = due else { return };
            let holding = *holding;
            self.renew(place, &holding, &due, &today);
        }
    }

    /// A renewal triggered by a holding.
    fn renew(&mut self, trigger: usize, holding: &Holding, due: &Due, today: &Means) {
        let day = today.day;
        let level = self.level(holding);
        let credits = level.and_then(|level| level.options.get(due.option)).map_or(0, |option| option.credits);
        self.spend(day, credits);
        let peers_too = self.rules.switches.peers_renew_together;
        for place in 0..self.holdings.len() {
            let Some(other) = self.holdings.get(place).copied() else { break };
            if other.rank > holding.rank {
                continue;
            }
            let apart = place != trigger && other.rank == holding.rank && !peers_too;
            self.renew_with(place, &other, day, apart);
        }
        let renewal = self.renewals.len();
        self.witness.note(|| Note::Renewed { renewal, holding: trigger, timing: due.timing });
        self.renewals.push(Made {
            on: day,
            trigger: holding.certification,
            rank: holding.rank,
            option: Some(due.option),
            renewed_until: self.renewed.len(),
            spent_until: self.spent.len(),
        });
        if self.rules.leftover_lapses() && today.highest == holding.rank {
            self.lapse(day);
        }
    }

    /// Renews a holding together with another, if it can be and gains.
    pub fn renew_with(&mut self, place: usize, holding: &Holding, day: Number, apart: bool) {
        let after = days::plus_years(day, holding.validity_years);
        let before = holding.now.expires_on;
        if !apart && self.renewable_on(holding, day) && after > before {
            self.renew_holding(place, day, after);
            self.renewed.push(Renewed { holding: place, before, after });
        } else if self.witness.listens() && holding.earned_on <= day {
            let why = if before == NEVER {
                NotRenewed::HeldForLife
            } else if !self.active_on(holding, day) {
                NotRenewed::Expired
            } else if !holding.can_be_renewed {
                NotRenewed::DoesNotRecertify
            } else if day >= holding.retired_on {
                NotRenewed::Retired
            } else if apart {
                NotRenewed::PeersRenewApart
            } else {
                NotRenewed::NothingToGain
            };
            self.witness.note(|| Note::LeftOut { holding: place, why });
        }
    }

    /// Spends credits: the oldest first, in part where lots may be split.
    fn spend(&mut self, day: Number, mut needed: i64) {
        let record = self.record;
        for (place, lot) in record.lots.iter().enumerate() {
            if needed <= 0 {
                return;
            }
            let Some(now) = self.lots.get(place).copied() else { return };
            let usable = now.counts && lot.completed_on <= day && day <= lot.valid_until && day < now.lapsed_on;
            if !usable || now.left == 0 {
                continue;
            }
            let used = now.left.min(needed);
            needed -= used;
            // A lot that may not be split is spent whole, whatever the option needed of it.
            let taken = if self.rules.switches.split_lots { used } else { now.left };
            self.set_lot(place, LotNow { left: now.left - taken, spent: now.spent + taken, ..now });
            self.spent.push((place, taken));
            let lost = taken - used;
            if lost > 0 {
                self.witness.note(|| Note::NotNeeded { on: day, lot: place, credits: lost });
            }
        }
    }

    /// Ends what remains of all credits completed on or before a day, from that day on; of that day also those whose
    /// approval is applied only after what ends them.
    pub fn lapse(&mut self, day: Number) {
        let record = self.record;
        for (place, lot) in record.lots.iter().enumerate() {
            let Some(now) = self.lots.get(place).copied() else { return };
            let remains = lot.completed_on <= day && day <= lot.valid_until && now.left > 0;
            if remains && now.lapsed_on == NEVER {
                self.set_lot(place, LotNow { lapsed_on: day, ..now });
            }
        }
    }
}
