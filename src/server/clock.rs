//! The time: the only place where the machine's clock is read.
//!
//! Everything else is handed a [`Clock`], so that tests can set it, and a day is always a day in the program's time zone.

use ce_domain::calendar::Day;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, Mutex, PoisonError};

/// Tells the time, in the program's zone.
#[derive(Clone)]
pub struct Clock {
    zone: Tz,
    source: Source,
}

#[derive(Clone)]
enum Source {
    /// The machine's clock, moved by so much (`CE_CLOCK` on a demonstration database).
    Machine(TimeDelta),
    /// Stands still until it is moved, for tests.
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's clock.
    pub fn machine(zone: Tz) -> Clock {
        Clock { zone, source: Source::Machine(TimeDelta::zero()) }
    }

    /// Runs on from the given instant as if it were now.
    pub fn starting_at(zone: Tz, instant: DateTime<Utc>) -> Clock {
        Clock { zone, source: Source::Machine(instant - machine_now()) }
    }

    /// Stands still at the given instant.
    pub fn manual(zone: Tz, instant: DateTime<Utc>) -> Clock {
        Clock { zone, source: Source::Manual(Arc::new(Mutex::new(instant))) }
    }

    /// Moves a clock that stands still. The machine's clock is not moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Manual(instant) = &self.source {
            let mut instant = instant.lock().unwrap_or_else(PoisonError::into_inner);
            *instant += by;
        }
    }

    /// Now, to the microsecond: what both engines store.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.source {
            Source::Machine(moved) => machine_now() + *moved,
            Source::Manual(instant) => *instant.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.trunc_subsecs(6)
    }

    /// Which day it is in the program's zone.
    pub fn today(&self) -> Day {
        self.day_of(self.now())
    }

    /// Which day an instant falls on in the program's zone.
    pub fn day_of(&self, instant: DateTime<Utc>) -> Day {
        instant.with_timezone(&self.zone).date_naive()
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_the_program_s_zone() {
        let instant = DateTime::parse_from_rfc3339("2026-11-23T07:59:59Z").expect("an instant").to_utc();
        let clock = Clock::manual(chrono_tz::America::Los_Angeles, instant);
        assert_eq!(clock.today().to_string(), "2026-11-22");
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(clock.today().to_string(), "2026-11-23");
    }
}
