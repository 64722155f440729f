//! What was promised is kept. (recertification rules, section 6)

use super::check::{Checked, Happening, What};
use super::days::{NEVER, Number};
use super::rules::Rules;
use super::telling::{Floor, Holding, Telling};
use super::witness::{Note, Witness};

/// How far back a telling goes before it is told on with more facts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// To the first day that could go otherwise.
    FromWhereItDiffers,
    /// To the beginning, as section 6 says it word for word. Tests compare the outcomes.
    #[cfg(test)]
    FromTheBeginning,
    /// To the beginning, and from there day by day, not only by the days on which something can change.
    #[cfg(test)]
    DayByDay,
}

/// What tellings as of a day can apply: what was recorded by then, without what was revoked by then.
pub(super) fn happenings_by(record: &Checked<'_>, as_of: Number) -> Vec<Happening> {
    let seen = |happening: &&Happening| {
        let revoked = match happening.what {
            What::Approved { lot } => {
                let lot = usize::try_from(lot).ok().and_then(|lot| record.lots.get(lot));
                lot.is_some_and(|lot| lot.revoked_on <= as_of)
            }
            _ => false,
        };
        happening.recorded_on <= as_of && !revoked
    };
    record.happenings.iter().filter(seen).copied().collect()
}

/// The telling of everything that was recorded by `as_of`, up to that day, with all promises kept.
///
/// A telling for each day on which something was recorded says what had been promised by then. One differs from the one before
/// by the facts that came to be known in between, and by the floors that the one before led to. So it is not told
/// from the beginning, but from the first day that one of these can change.
pub(super) fn tell<'a, W: Witness>(
    rules: &'a Rules,
    record: &'a Checked<'a>,
    happenings: &'a [Happening],
    as_of: Number,
    witness: W,
    again: Again,
) -> Telling<'a, W> {
    let mut telling = Telling::new(rules, record, happenings, as_of, witness);
    #[cfg(test)]
    {
        telling.day_by_day = again == Again::DayByDay;
    }
    if rules.switches.keep_promises {
        // When something became known, and the earliest day on which any of it happened.
        let mut known: Vec<(Number, Number)> =
            happenings.iter().map(|happening| (happening.recorded_on, happening.on)).collect();
        known.sort_unstable();
        known.dedup_by_key(|(recorded_on, _)| *recorded_on);
        for (recorded_on, happened_on) in known {
            telling.known_before = recorded_on;
            telling.walk(recorded_on - 1);
            let differs = telling.promise(recorded_on).min(happened_on);
            match again {
                Again::FromWhereItDiffers => telling.rewind(differs),
                #[cfg(test)]
                Again::FromTheBeginning | Again::DayByDay => telling.rewind(Number::MIN + 1),
            }
        }
        telling.known_before = NEVER;
    }
    telling.walk(as_of);
    telling
}

impl<W: Witness> Telling<'_, W> {
    /// Writes down, as floors from a day on, what this telling has promised by the day before. Gives the first day on which a
    /// new floor could have changed this telling.
    ///
    /// Of what was promised only that is written down which could ever matter. An expiry is never earlier than at first, and an
    /// earlier floor of the same holding stands from an earlier day on and reaches back as far; so a floor that is not
    /// later than these would change nothing.
    ///
    /// From its day on a floor concerns days only that were not told yet. Before that it is looked at on a last day of
    /// the holding, so nothing that comes before the first of these can change.
    fn promise(&mut self, from: Number) -> Number {
        let mut differs = NEVER;
        for holding in &self.holdings {
            if holding.now.expires_on == NEVER || holding.earned_on >= from {
                continue;
            }
            let same =
                |certification, earned_on| certification == holding.certification && earned_on == holding.earned_on;
            let mut twins = self.holdings.iter().filter(|other| same(other.certification, other.earned_on));
            if twins.all(|twin| holding.now.expires_on <= twin.first_expiry) {
                continue;
            }
            // Each floor of a holding is later than the one before.
            let floor = self.floors.iter().rev().find(|floor| same(floor.certification, floor.earned_on));
            if floor.is_some_and(|floor| holding.now.expires_on <= floor.expires_on) {
                continue;
            }
            self.floors.push(Floor {
                from,
                certification: holding.certification,
                earned_on: holding.earned_on,
                expires_on: holding.now.expires_on,
            });
            let ends = self.holdings.iter().filter(|other| same(other.certification, other.earned_on));
            differs = ends.map(|end| end.now.first_end).min().unwrap_or(NEVER).min(differs);
            let stand_ins = self.in_place_of.iter().filter(|other| same(other.certification, other.earned_on));
            differs = stand_ins.map(|other| other.earned_on).min().unwrap_or(NEVER).min(differs);
        }
        differs
    }

    /// Whether a floor is that of a holding, or of one that it stands in place of.
    fn concerns(&self, floor: &Floor, place: usize, holding: &Holding) -> bool {
        let own = floor.certification == holding.certification && floor.earned_on == holding.earned_on;
        own || self.in_place_of.iter().any(|other| {
            other.holding == place && other.certification == floor.certification && other.earned_on == floor.earned_on
        })
    }

    /// The floors that stand from a day on, at its beginning.
    pub fn floors_begin(&mut self, day: Number) {
        while let Some(floor) = self.floors.get(self.next_floor).copied() {
            if floor.from > day {
                return;
            }
            self.next_floor += 1;
            for place in 0..self.holdings.len() {
                let Some(holding) = self.holdings.get(place).copied() else { break };
                if self.concerns(&floor, place, &holding) {
                    let base = holding.now.without_coming_floors.max(floor.expires_on);
                    self.lengthen(day, place, &holding, floor.expires_on, base);
                }
            }
        }
    }

    /// The floors still to come, at the end of a holding's last day.
    pub fn floors_catch(&mut self, day: Number) {
        if !self.rules.switches.keep_promises {
            return;
        }
        for place in 0..self.holdings.len() {
            let Some(holding) = self.holdings.get(place) else { break };
            if self.last_day(holding) != day {
                continue;
            }
            if holding.now.first_end == NEVER {
                let mut cycle = holding.now;
                cycle.first_end = day;
                self.set_cycle(place, cycle);
            }
            let Some(holding) = self.holdings.get(place).copied() else { break };
            let to_come = self.floors.iter().skip(self.next_floor);
            let floor = to_come.filter(|floor| self.concerns(floor, place, &holding)).map(|floor| floor.expires_on);
            if let Some(floor) = floor.max() {
                self.lengthen(day, place, &holding, floor, holding.now.without_coming_floors);
            }
        }
    }

    fn lengthen(&mut self, day: Number, place: usize, holding: &Holding, floor: Number, base: Number) {
        let before = holding.now.expires_on;
        let mut cycle = holding.now;
        cycle.without_coming_floors = base;
        if before < floor {
            cycle.expires_on = floor;
            cycle.kept = true;
            self.witness.note(|| Note::Kept { on: day, holding: place, before, after: floor });
        }
        if cycle != holding.now {
            self.set_cycle(place, cycle);
        }
    }
}
