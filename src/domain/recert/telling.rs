//! A telling: walking through the days in the order in which things happened. (recertification rules, section 5)
//!
//! Only days on which something can change are visited. A telling can be taken back to an earlier day and told on from
//! there with more facts; that is how promises are found without telling everything anew for each (`promise.rs`).

use super::check::{Checked, Happening, Lot, What};
use super::days::{self, NEVER, Number};
use super::rules::{Kinds, Rules};
use super::witness::{Note, Witness};

/// Below every level: the highest level of somebody who holds nothing that counts.
pub(super) const NO_LEVEL: i32 = -1;

/// A certification somebody holds.
#[derive(Clone, Copy)]
pub(super) struct Holding {
    /// Place among the certifications.
    pub certification: u32,
    pub rank: i32,
    pub earned_on: Number,
    /// What `expires_on` was when it was earned, or when the record began.
    pub first_expiry: Number,
    pub retired_on: Number,
    /// Whether it recertifies and is not held for life.
    pub can_be_renewed: bool,
    pub validity_years: u32,
    /// Whether a level like this one can be renewed by credits.
    pub level_takes_credits: bool,
    pub now: Cycle,
}

/// Where a holding stands: the part of it that changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Cycle {
    pub start: Number,
    /// [`NEVER`]: held for life.
    pub expires_on: Number,
    /// What `expires_on` would be without floors whose day is still to come (section 6).
    pub without_coming_floors: Number,
    /// A floor has lengthened it, and it was not renewed since.
    pub kept: bool,
    /// The first of its last days that the telling came by; [`NEVER`] if none.
    pub first_end: Number,
}

/// What is left of a lot.
#[derive(Clone, Copy)]
pub(super) struct LotNow {
    /// Whether it has come into being, and somebody was certified on the day it was completed.
    pub counts: bool,
    pub left: i64,
    pub spent: i64,
    pub lapsed_on: Number,
}

/// An exam that was passed.
#[derive(Clone, Copy)]
pub(super) struct Passed {
    pub on: Number,
    pub kind: Kinds,
    /// Place among the facts of the record.
    pub fact: usize,
}

/// A renewal that was made.
#[derive(Clone, Copy)]
pub(super) struct Made {
    pub on: Number,
    /// Place among the certifications.
    pub trigger: u32,
    pub rank: i32,
    /// Place of the option among those of the level; `None` for an earned certification that renewed others.
    pub option: Option<usize>,
    /// Where the lists of all renewals end for this one; each begins where that of the one before ends.
    pub renewed_until: usize,
    pub spent_until: usize,
}

/// A holding that a renewal renewed, and its expiry before and after.
#[derive(Clone, Copy)]
pub(super) struct Renewed {
    pub holding: usize,
    pub before: Number,
    pub after: Number,
}

/// An expiry date that was promised. (section 6)
#[derive(Clone, Copy)]
pub(super) struct Floor {
    /// From this day on it stands.
    pub from: Number,
    pub certification: u32,
    pub earned_on: Number,
    pub expires_on: Number,
}

/// An earned certification that renewed an active holding instead of becoming a new one: floors of the new one, from
/// tellings in which there was one, pass to that holding. (section 6)
#[derive(Clone, Copy)]
pub(super) struct InPlaceOf {
    pub certification: u32,
    pub earned_on: Number,
    pub holding: usize,
}

/// How things stood at the beginning of a day: the lengths of all that only grows.
struct Mark {
    day: Number,
    undo: usize,
    holdings: usize,
    passed: usize,
    renewals: usize,
    renewed: usize,
    spent: usize,
    in_place_of: usize,
    notes: usize,
}

/// What something was before it changed.
enum Undo {
    Holding(usize, Cycle),
    Lot(usize, LotNow),
}

/// A telling on its way.
pub(super) struct Telling<'a, W> {
    pub rules: &'a Rules,
    /// What lies between `expires_on` and the last day on which a holding counts.
    days_before_expiry: Number,
    pub record: &'a Checked<'a>,
    /// What can become known to it, in the order of application.
    happenings: &'a [Happening],
    /// Only what was recorded before this day is known.
    pub known_before: Number,
    /// The last day that was visited.
    pub day: Number,
    pub holdings: Vec<Holding>,
    /// Beside the lots of the record.
    pub lots: Vec<LotNow>,
    pub passed: Vec<Passed>,
    pub renewals: Vec<Made>,
    /// Holdings renewed by all renewals, one after the other.
    pub renewed: Vec<Renewed>,
    /// Credits spent by all renewals, one after the other, with the place of the lot.
    pub spent: Vec<(usize, i64)>,
    pub in_place_of: Vec<InPlaceOf>,
    /// By the day from which they stand.
    pub floors: Vec<Floor>,
    pub witness: W,
    /// The first happening after the last day visited.
    next_happening: usize,
    /// The first lot that could still be used the day before the last day visited.
    first_lot: usize,
    /// The first floor after the last day visited.
    pub next_floor: usize,
    undo: Vec<Undo>,
    marks: Vec<Mark>,
    /// Whether every day is visited.
    #[cfg(test)]
    pub day_by_day: bool,
}

impl<'a, W: Witness> Telling<'a, W> {
    /// A telling that has not begun. Holdings earned after `until` are left out.
    pub fn new(
        rules: &'a Rules,
        record: &'a Checked<'a>,
        happenings: &'a [Happening],
        until: Number,
        witness: W,
    ) -> Telling<'a, W> {
        let mut telling = Telling {
            rules,
            days_before_expiry: rules.days_before_expiry(),
            record,
            happenings,
            known_before: NEVER,
            day: days::FIRST - 2,
            holdings: Vec::with_capacity(record.holdings.len() + 4),
            lots: Vec::with_capacity(record.lots.len()),
            passed: Vec::with_capacity(happenings.len()),
            renewals: Vec::with_capacity(8),
            renewed: Vec::with_capacity(16),
            spent: Vec::with_capacity(16),
            in_place_of: Vec::new(),
            floors: Vec::new(),
            witness,
            next_happening: 0,
            first_lot: 0,
            next_floor: 0,
            undo: Vec::with_capacity(64),
            marks: Vec::with_capacity(64),
            #[cfg(test)]
            day_by_day: false,
        };
        for start in record.holdings.iter().filter(|start| start.earned_on <= until) {
            if let Some(mut holding) = telling.holding(start.certification, start.earned_on, start.expires_on) {
                holding.now.start = start.cycle_start;
                telling.holdings.push(holding);
            }
        }
        telling.lots.extend(record.lots.iter().map(|lot| LotNow {
            counts: false,
            left: lot.credits,
            spent: 0,
            lapsed_on: NEVER,
        }));
        telling
    }

    fn holding(&self, certification: u32, earned_on: Number, expires_on: Number) -> Option<Holding> {
        let known = self.record.certifications.get(usize::try_from(certification).ok()?)?;
        let level = usize::try_from(known.rank).ok().and_then(|rank| self.rules.level(rank));
        Some(Holding {
            certification,
            rank: known.rank,
            earned_on,
            first_expiry: expires_on,
            retired_on: known.retired_on,
            can_be_renewed: known.recertifies && known.validity_years.is_some(),
            validity_years: known.validity_years.unwrap_or(0),
            level_takes_credits: level.is_some_and(|level| level.takes_credits),
            now: Cycle {
                start: earned_on,
                expires_on,
                without_coming_floors: expires_on,
                kept: false,
                first_end: NEVER,
            },
        })
    }

    // --- what is asked about a holding (section 1)

    /// The last day on which it counts.
    pub fn last_day(&self, holding: &Holding) -> Number {
        holding.now.expires_on - self.days_before_expiry
    }

    pub fn active_on(&self, holding: &Holding, day: Number) -> bool {
        holding.earned_on <= day && day <= self.last_day(holding)
    }

    pub fn renewable_on(&self, holding: &Holding, day: Number) -> bool {
        holding.can_be_renewed && self.active_on(holding, day) && day < holding.retired_on
    }

    // --- what is asked about credits

    /// The lots whose time of use a day lies in, whether or not anything is left of them, with their places. It cannot
    /// be a day more than one before the last day visited.
    pub fn lots_in_time(&self, day: Number) -> impl Iterator<Item = (usize, &'a Lot<'a>)> + use<'a, W> {
        let places = (0..).zip(&self.record.lots).skip(self.first_lot);
        places.take_while(move |(_, lot)| lot.completed_on <= day).filter(move |(_, lot)| day <= lot.valid_until)
    }

    /// Goes on to the first lot that could still be used the day before this one. The others end in the order in which
    /// they stand, because all can be used equally long.
    fn leave_lots_behind(&mut self, day: Number) {
        while self.record.lots.get(self.first_lot).is_some_and(|lot| lot.valid_until < day - 1) {
            self.first_lot += 1;
        }
    }

    // --- changing things so that they can be taken back

    pub fn set_cycle(&mut self, place: usize, cycle: Cycle) {
        if let Some(holding) = self.holdings.get_mut(place) {
            self.undo.push(Undo::Holding(place, holding.now));
            holding.now = cycle;
        }
    }

    pub fn set_lot(&mut self, place: usize, lot: LotNow) {
        if let Some(now) = self.lots.get_mut(place) {
            self.undo.push(Undo::Lot(place, *now));
            *now = lot;
        }
    }

    /// Renews a holding on a day: its cycle begins anew.
    pub fn renew_holding(&mut self, place: usize, day: Number, expires_on: Number) {
        if let Some(holding) = self.holdings.get(place) {
            let cycle = Cycle {
                start: day,
                expires_on,
                without_coming_floors: expires_on,
                kept: false,
                first_end: holding.now.first_end,
            };
            self.set_cycle(place, cycle);
        }
    }

    fn mark(&mut self, day: Number) {
        self.marks.push(Mark {
            day,
            undo: self.undo.len(),
            holdings: self.holdings.len(),
            passed: self.passed.len(),
            renewals: self.renewals.len(),
            renewed: self.renewed.len(),
            spent: self.spent.len(),
            in_place_of: self.in_place_of.len(),
            notes: self.witness.length(),
        });
    }

    /// Takes back everything from the beginning of `day` on.
    pub fn rewind(&mut self, day: Number) {
        if self.day < day {
            return;
        }
        self.day = day - 1;
        self.next_happening = self.happenings.partition_point(|happening| happening.on < day);
        self.next_floor = self.floors.partition_point(|floor| floor.from < day);
        self.first_lot = self.record.lots.partition_point(|lot| lot.valid_until < day.saturating_sub(2));
        let first = self.marks.partition_point(|mark| mark.day < day);
        let Some(mark) = self.marks.get(first) else { return };
        while self.undo.len() > mark.undo {
            match self.undo.pop() {
                Some(Undo::Holding(place, cycle)) => {
                    if let Some(holding) = self.holdings.get_mut(place) {
                        holding.now = cycle;
                    }
                }
                Some(Undo::Lot(place, lot)) => {
                    if let Some(now) = self.lots.get_mut(place) {
                        *now = lot;
                    }
                }
                None => break,
            }
        }
        self.holdings.truncate(mark.holdings);
        self.passed.truncate(mark.passed);
        self.renewals.truncate(mark.renewals);
        self.renewed.truncate(mark.renewed);
        self.spent.truncate(mark.spent);
        self.in_place_of.truncate(mark.in_place_of);
        self.witness.forget(mark.notes);
        self.marks.truncate(first);
    }

    // --- the walk

    /// Goes on to the end of `until`.
    pub fn walk(&mut self, until: Number) {
        loop {
            let floor = self.floors.get(self.next_floor).map_or(NEVER, |floor| floor.from);
            let day = self.next_day(until).min(floor);
            if day > until {
                return;
            }
            self.mark(day);
            self.day = day;
            self.leave_lots_behind(day);
            // A day on which only a floor begins is none of the days of section 5. To visit it changes nothing:
            // see `next_day`.
            self.floors_begin(day);
            self.apply(day);
            self.settle(day);
            self.floors_catch(day);
        }
    }

    /// The next day on which a renewal can become due, or one after `until` when there is none by then.
    ///
    /// Section 5 names more: the last day of any lot with unspent credits, and the day after it. Of a lot that cannot be used
    /// they can be left out, and visiting any other day would do no harm. For a renewal is due only on a day on which
    /// more can be met than on the day before, or less on the day after. If nothing happens on a day, no holding and
    /// no usable lot ends on it or ended on the day before, and no certification held is retired on it or on the day
    /// after, then the same holdings are renewable on all three days, but for one that begins on this day, which
    /// cannot be renewed yet, and can only raise the highest level; the same exams and credits are there. So what
    /// is met on it was met on the day before and is met on the day after, and nothing is due.
    fn next_day(&self, until: Number) -> Number {
        let after = self.day;
        let mut next = NEVER;
        #[cfg(test)]
        if self.day_by_day && !self.marks.is_empty() {
            next = after + 1;
        }
        let mut consider = |day: Number| {
            if day > after && day < next {
                next = day;
            }
        };
        let to_come = self.happenings.iter().skip(self.next_happening).take_while(|happening| happening.on <= until);
        if let Some(known) = to_come.into_iter().find(|happening| happening.recorded_on < self.known_before) {
            consider(known.on);
        }
        for holding in &self.holdings {
            let last_day = self.last_day(holding);
            consider(last_day);
            consider(last_day.saturating_add(1));
            if holding.retired_on != NEVER {
                consider(holding.retired_on - 1);
                consider(holding.retired_on);
            }
        }
        // The first is enough: none of the others ends before it.
        let unspent = |now: &LotNow| now.counts && now.left > 0 && now.lapsed_on == NEVER;
        let mut lots = self.lots_in_time(after);
        if let Some((_, lot)) = lots.find(|(place, _)| self.lots.get(*place).is_some_and(unspent)) {
            consider(lot.valid_until);
            consider(lot.valid_until.saturating_add(1));
        }
        next
    }

    /// Applies the facts of a day.
    fn apply(&mut self, day: Number) {
        let happenings = self.happenings;
        while let Some(happening) = happenings.get(self.next_happening) {
            if happening.on > day {
                break;
            }
            self.next_happening += 1;
            if happening.recorded_on >= self.known_before {
                continue;
            }
            match happening.what {
                What::Extended { certification, months } => self.extend(day, certification, months),
                What::Earned { certification } => self.earn(day, certification),
                What::Exam { kind, fact } => {
                    self.passed.push(Passed { on: day, kind, fact });
                    self.witness.note(|| Note::Exam { on: day, fact });
                }
                What::Approved { lot } => self.approve(day, lot),
            }
        }
    }

    fn extend(&mut self, day: Number, certification: Option<u32>, months: u32) {
        for place in 0..self.holdings.len() {
            let Some(holding) = self.holdings.get(place).copied() else { break };
            let named = certification.is_none_or(|certification| certification == holding.certification);
            let for_life = holding.now.expires_on == NEVER;
            if !named || for_life || day >= holding.retired_on || !self.active_on(&holding, day) {
                continue;
            }
            let lengthened = days::plus_months(holding.now.without_coming_floors, months);
            let expires_on = lengthened.max(holding.now.expires_on);
            let cycle = Cycle { expires_on, without_coming_floors: lengthened, ..holding.now };
            self.set_cycle(place, cycle);
            self.witness.note(|| Note::Extended {
                on: day,
                months,
                holding: place,
                before: holding.now.expires_on,
                after: expires_on,
            });
        }
    }

    fn approve(&mut self, day: Number, lot: u32) {
        let Some(place) = usize::try_from(lot).ok() else { return };
        let Some(now) = self.lots.get(place).copied() else { return };
        let certified = self.holdings.iter().any(|holding| self.active_on(holding, day));
        let counts = certified || !self.rules.switches.must_be_certified;
        self.set_lot(place, LotNow { counts, ..now });
        self.witness.note(|| Note::Approved { on: day, lot: place, counts });
    }

    fn earn(&mut self, day: Number, certification: u32) {
        let Some(known) = usize::try_from(certification).ok().and_then(|at| self.record.certifications.get(at)) else {
            return;
        };
        let rank = known.rank;
        let expires_on = known.validity_years.map_or(NEVER, |years| days::plus_years(day, years));
        let active = (0..)
            .zip(&self.holdings)
            .filter(|(_, holding)| holding.certification == certification && self.active_on(holding, day))
            // Of two that expire on one day the one earned last: the order in which the rules go through holdings.
            .max_by_key(|(_, holding)| (holding.now.expires_on, holding.earned_on, holding.now.start))
            .map(|(place, holding)| (place, *holding));
        let first_renewed = self.renewed.len();
        let begins = match active {
            None => {
                if let Some(holding) = self.holding(certification, day, expires_on) {
                    self.witness.note(|| Note::Earned { on: day, holding: self.holdings.len(), after: expires_on });
                    self.holdings.push(holding);
                }
                true
            }
            Some((place, holding)) => {
                if holding.earned_on != day {
                    self.in_place_of.push(InPlaceOf { certification, earned_on: day, holding: place });
                }
                let gains = expires_on > holding.now.expires_on;
                self.witness.note(|| Note::EarnedAgain {
                    on: day,
                    holding: place,
                    before: holding.now.expires_on,
                    after: expires_on.max(holding.now.expires_on),
                });
                if gains {
                    self.renew_holding(place, day, expires_on);
                    self.renewed.push(Renewed { holding: place, before: holding.now.expires_on, after: expires_on });
                }
                gains
            }
        };
        for place in 0..self.holdings.len() {
            let Some(holding) = self.holdings.get(place).copied() else { break };
            if holding.rank < rank {
                self.renew_with(place, &holding, day, false);
            }
        }
        let made = self.renewed.len() > first_renewed;
        let renewal = made.then_some(self.renewals.len());
        self.witness.note(|| Note::RenewedByEarning { renewal });
        if made {
            self.renewals.push(Made {
                on: day,
                trigger: certification,
                rank,
                option: None,
                renewed_until: self.renewed.len(),
                spent_until: self.spent.len(),
            });
        }
        if begins && self.rules.leftover_lapses() {
            let highest = self.highest_level(day);
            if highest != NO_LEVEL && rank >= highest {
                self.lapse(day);
            }
        }
    }
}
