//! Certifications and who holds them: when a holding is active, and which cycle a day belongs to.

use crate::calendar::{Day, add_years, days_between, subtract_years};
use serde::{Deserialize, Serialize};

/// A certification as one person holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Key of the certification.
    pub certification: String,
    /// Rank of its level, 0 the lowest.
    pub rank: u32,
    /// The day it was earned.
    pub earned_on: Day,
    /// The day it was earned or last renewed.
    pub cycle_start: Day,
    /// Its last day; `None`: held for life.
    pub expires_on: Option<Day>,
}

impl Holding {
    /// Whether it is active on a day: the last day still counts (recertification rules, section 1).
    pub fn active_on(&self, day: Day) -> bool {
        self.earned_on <= day && self.expires_on.is_none_or(|last| day <= last)
    }
}

/// One recertification cycle: from the day after which things count to the day they must be done by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// Its first day.
    pub from: Day,
    /// Its last day; `None` for a certification held for life.
    pub until: Option<Day>,
}

impl Cycle {
    /// Whether a day belongs to it.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }
}

/// The cycle a training completed on `day` belongs to, or `None` when nothing was held on that day.
///
/// It is the cycle of the highest level held on that day, of several the one renewed last: the one the credits
/// count for first. A day before the present cycle began belongs to an earlier one; those are counted back from
/// `cycle_start` in steps of the validity, because the record tells only where the present one began.
pub fn cycle_of(holdings: &[Holding], day: Day, validity_years: u32) -> Option<Cycle> {
    let holding = holdings
        .iter()
        .filter(|holding| holding.active_on(day))
        .max_by(|a, b| (a.rank, a.cycle_start, &b.certification).cmp(&(b.rank, b.cycle_start, &a.certification)))?;
    if holding.cycle_start <= day {
        return Some(Cycle { from: holding.cycle_start, until: holding.expires_on });
    }
    let mut until = holding.cycle_start;
    let mut steps = 1;
    loop {
        // Counted from the same day each time, so that a 29 February does not drift.
        let from = subtract_years(holding.cycle_start, validity_years.max(1).saturating_mul(steps));
        if from <= day || from <= holding.earned_on {
            return Some(Cycle { from: from.max(holding.earned_on), until: until.pred_opt() });
        }
        until = from;
        steps += 1;
    }
}

/// Whether somebody was actively certified on a day (guide, step 1; design, what a claim must satisfy).
pub fn certified_on(holdings: &[Holding], day: Day) -> bool {
    holdings.iter().any(|holding| holding.active_on(day))
}

/// Where somebody stands with what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Something is active today.
    Certified,
    /// Nothing is, but what was finished before the last one ended may still be claimed until this day.
    MayStillClaim {
        /// The last day on which something was held.
        ended_on: Day,
        /// The last day on which a claim can be in time.
        until: Day,
    },
    /// The last one ended too long ago for any claim to be in time.
    Lapsed {
        /// The last day on which something was held.
        ended_on: Day,
    },
    /// Nothing was ever held.
    Never,
}

/// Where somebody stands on a day, with the program's claim window in days.
pub fn standing(holdings: &[Holding], today: Day, window_days: u32) -> Standing {
    if certified_on(holdings, today) {
        return Standing::Certified;
    }
    let ended = holdings.iter().filter(|holding| holding.earned_on <= today).filter_map(|h| h.expires_on).max();
    match ended {
        None => Standing::Never,
        Some(ended_on) => {
            let until = crate::calendar::add_days(ended_on, window_days);
            if today <= until { Standing::MayStillClaim { ended_on, until } } else { Standing::Lapsed { ended_on } }
        }
    }
}

/// How pressing an expiry is: what colours and sorts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Urgency {
    /// It has ended.
    Ended,
    /// It ends within a year.
    Soon,
    /// It does not end within a year, or never.
    Calm,
}

/// How pressing an expiry is today.
pub fn urgency(expires_on: Option<Day>, today: Day) -> Urgency {
    match expires_on {
        Some(day) if day < today => Urgency::Ended,
        Some(day) if day <= add_years(today, 1) => Urgency::Soon,
        _ => Urgency::Calm,
    }
}

/// What share of a period has gone, in hundredths of a percent: 0 at its first day, 10,000 at its last.
pub fn elapsed_basis_points(from: Day, until: Day, today: Day) -> u32 {
    let whole = days_between(from, until).max(1);
    let gone = days_between(from, today).clamp(0, whole);
    u32::try_from(gone * 10_000 / whole).unwrap_or(10_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{add_days, parse_day};
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    fn holding(rank: u32, earned: &str, cycle: &str, expires: &str) -> Holding {
        Holding {
            certification: format!("L{rank}"),
            rank,
            earned_on: day(earned),
            cycle_start: day(cycle),
            expires_on: Some(day(expires)),
        }
    }

    #[test]
    fn a_holding_is_active_from_its_first_to_its_last_day() {
        let held = holding(1, "14-Jun-2021", "14-Jun-2024", "14-Jun-2027");
        for (when, active) in
            [("13-Jun-2021", false), ("14-Jun-2021", true), ("14-Jun-2027", true), ("15-Jun-2027", false)]
        {
            assert_eq!(held.active_on(day(when)), active, "{when}");
        }
        let life = Holding { expires_on: None, ..held };
        assert!(life.active_on(day("01-Jan-2200")));
    }

    #[test]
    fn the_cycle_is_that_of_the_highest_level_held_on_the_day() {
        let held = [
            holding(1, "01-Jan-2020", "01-Jan-2026", "01-Jan-2029"),
            holding(3, "14-Jun-2018", "14-Jun-2024", "14-Jun-2027"),
        ];
        assert_eq!(
            cycle_of(&held, day("23-Nov-2026"), 3),
            Some(Cycle { from: day("14-Jun-2024"), until: Some(day("14-Jun-2027")) })
        );
        assert_eq!(cycle_of(&held, day("01-Feb-2028"), 3).unwrap().from, day("01-Jan-2026"));
        assert_eq!(cycle_of(&held, day("01-Jan-2010"), 3), None);
    }

    #[test]
    fn a_day_before_the_present_cycle_belongs_to_an_earlier_one() {
        let held = [holding(3, "14-Jun-2017", "14-Jun-2024", "14-Jun-2027")];
        let cycle = cycle_of(&held, day("13-Jun-2024"), 3).unwrap();
        assert_eq!(cycle, Cycle { from: day("14-Jun-2021"), until: Some(day("13-Jun-2024")) });
        assert_eq!(cycle_of(&held, day("01-Jan-2018"), 3).unwrap().from, day("14-Jun-2017"));
    }

    #[test]
    fn who_has_just_expired_may_still_claim_what_was_finished_before() {
        let held = [holding(3, "14-Jun-2018", "14-Jun-2021", "14-Jun-2024")];
        let ended_on = day("14-Jun-2024");
        assert_eq!(standing(&held, ended_on, 365), Standing::Certified);
        assert_eq!(
            standing(&held, day("14-Jun-2025"), 365),
            Standing::MayStillClaim { ended_on, until: day("14-Jun-2025") }
        );
        assert_eq!(standing(&held, day("15-Jun-2025"), 365), Standing::Lapsed { ended_on });
        assert_eq!(standing(&[], day("15-Jun-2025"), 365), Standing::Never);
    }

    proptest! {
        #[test]
        fn every_day_somebody_is_certified_has_exactly_one_cycle_and_it_holds_the_day(
            earned in 0u32..8000, renewed in 0u32..6000, lasts in 1u32..1500, at in 0u32..16_000, years in 1u32..6,
        ) {
            let start = day("01-Jan-1995");
            let earned_on = add_days(start, earned);
            let cycle_start = add_days(earned_on, renewed);
            let held = [Holding {
                certification: "X".to_owned(), rank: 0, earned_on, cycle_start,
                expires_on: Some(add_days(cycle_start, lasts)),
            }];
            let when = add_days(start, at);
            match cycle_of(&held, when, years) {
                None => prop_assert!(!certified_on(&held, when)),
                Some(cycle) => {
                    prop_assert!(certified_on(&held, when));
                    prop_assert!(cycle.from <= when);
                    prop_assert!(cycle.until.is_none_or(|until| when <= until));
                    // Its own first day, and so every day of it, lies in the same cycle.
                    prop_assert_eq!(cycle_of(&held, cycle.from, years), Some(cycle));
                }
            }
        }
    }
}
