//! When a renewal is due, and what it does. (recertification rules, sections 3 and 4)

use super::days::{self, NEVER, Number};
use super::rules::{Demand, Kinds, Level};
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

impl Demand {
    fn is_met_by(&self, exams: &[Passed]) -> bool {
        let count = self.count as usize;
        exams.len() >= count && exams.iter().filter(|passed| passed.kind.meets(self.kinds)).take(count).count() == count
    }
}

/// What can be used on a day and on the days beside it; worked out when it is first asked for, because on most days it is not.
#[derive(Default)]
struct Around {
    yesterday: Option<Means>,
    today: Option<Means>,
    tomorrow: Option<Means>,
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
        for (place, _) in self.lots_in_time(day) {
            if let Some(now) = self.lots.get(place).filter(|now| now.counts && day < now.lapsed_on) {
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
        let exams = self.exams(holding, means.day);
        let usable = || if self.may_take_credits(holding, means) { means.credits } else { 0 };
        if exams.is_empty() {
            return level.without_exams.filter(|(_, credits)| *credits == 0 || *credits <= usable());
        }
        let kinds = exams.iter().fold(Kinds::default(), |kinds, passed| kinds.with(passed.kind));
        let mut credits = None;
        for &place in &level.preference {
            let option = level.options.get(place)?;
            // No later option takes fewer.
            if option.credits > 0 && option.credits > *credits.get_or_insert_with(usable) {
                return None;
            }
            // Most demands fail because there is no exam of their kinds at all.
            if option.demands.iter().all(|demand| kinds.meets(demand.kinds) && demand.is_met_by(exams)) {
                return Some((place, option.credits));
            }
        }
        None
    }

    /// The exams that help a holding on a day: passed in its cycle, by then.
    pub fn exams(&self, holding: &Holding, day: Number) -> &[Passed] {
        // They were passed in this order, and few after the beginning of a cycle.
        let after = |day| self.passed.iter().rev().take_while(|passed| passed.on > day).count();
        let (first, by_then) = (self.passed.len() - after(holding.now.start), self.passed.len() - after(day));
        self.passed.get(first..by_then).unwrap_or_default()
    }

    /// The level of a holding.
    pub fn level(&self, holding: &Holding) -> Option<&Level> {
        usize::try_from(holding.rank).ok().and_then(|rank| self.rules.level(rank))
    }

    /// Whether it would help to renew a holding on a day, with what it takes or without.
    fn would_help(&self, holding: &Holding, day: Number) -> bool {
        holding.now.start < day
            && self.renewable_on(holding, day)
            && days::plus_years_is_later(day, holding.validity_years, holding.now.expires_on)
    }

    /// Whether and how a renewal of a holding that it would help is due on a day.
    fn due(&self, holding: &Holding, day: Number, means: &mut Around) -> Option<Due> {
        let today = means.today.get_or_insert_with(|| self.means(day, day));
        let (option, credits) = self.option_met(holding, today)?;
        let yesterday = means.yesterday.get_or_insert_with(|| self.means(day - 1, day - 1));
        let yesterday = self.option_met(holding, yesterday);
        // An option that takes no credits comes first where one is met.
        let first = match yesterday {
            None => true,
            Some((_, taken_yesterday)) => credits == 0 && taken_yesterday > 0,
        };
        if first {
            return Some(Due { option, timing: Timing::FirstDay });
        }
        let tomorrow = means.tomorrow.get_or_insert_with(|| self.means(day + 1, day));
        let tomorrow = self.option_met(holding, tomorrow);
        tomorrow.is_none().then_some(Due { option, timing: Timing::LastDay })
    }

    /// Makes the renewals that are due on a day, until none is: each time that of the highest level, of several the
    /// one that expires first, then by code and by the day it was earned.
    pub fn settle(&mut self, day: Number) {
        loop {
            let mut means = Around::default();
            let due = (0..)
                .zip(&self.holdings)
                .filter(|(_, holding)| self.would_help(holding, day))
                .filter_map(|(place, holding): (usize, _)| Some((place, holding, self.due(holding, day, &mut means)?)))
                .min_by_key(|(place, holding, _)| {
                    (-holding.rank, holding.now.expires_on, holding.certification, holding.earned_on, *place)
                });
            let Some((place, holding, due)) = due else { return };
            let holding = *holding;
            self.renew(place, &holding, &due, day);
        }
    }

    /// A renewal triggered by a holding.
    fn renew(&mut self, trigger: usize, holding: &Holding, due: &Due, day: Number) {
        let highest = self.highest_level(day);
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
        if self.rules.leftover_lapses() && highest == holding.rank {
            self.lapse(day);
        }
    }

    /// Renews a holding together with another, if it can be and gains.
    pub fn renew_with(&mut self, place: usize, holding: &Holding, day: Number, apart: bool) {
        let before = holding.now.expires_on;
        let gains = days::plus_years_is_later(day, holding.validity_years, before);
        if !apart && gains && self.renewable_on(holding, day) {
            let after = days::plus_years(day, holding.validity_years);
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
        for (place, _) in self.lots_in_time(day) {
            if needed <= 0 {
                return;
            }
            let Some(now) = self.lots.get(place).copied() else { return };
            let usable = now.counts && day < now.lapsed_on;
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
        for (place, _) in self.lots_in_time(day) {
            let Some(now) = self.lots.get(place).copied() else { return };
            if now.left > 0 && now.lapsed_on == NEVER {
                self.set_lot(place, LotNow { lapsed_on: day, ..now });
            }
        }
    }
}
