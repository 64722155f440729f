//! Sections 5 and 6: the walk through the days, what the facts of a day do, and what was promised.

use super::program::RenewalOption;
use super::record::{Certification, Fact, Record, What};
use super::satisfied::Due;
use super::{day_after, day_before, plus_months};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Which days to walk through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// Those that section 5 lists.
    ListedDays,
    /// Every calendar day from the first of those on: on the others nothing should ever happen.
    EveryDay,
}

/// What names a holding in a promise: its certification and the day it was earned.
pub type HoldingName = (String, NaiveDate);

/// What had been promised by the beginning of a day.
#[derive(Clone, Debug)]
pub struct Promise {
    pub stands_from: NaiveDate,
    pub floors: BTreeMap<HoldingName, NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Holding {
    pub certification: Certification,
    pub earned_on: NaiveDate,
    pub cycle_start: NaiveDate,
    /// `None`: held for life.
    pub expires_on: Option<NaiveDate>,
    /// `expires_on` without the floors still to come: what months of an extension count from.
    pub without_floors_to_come: Option<NaiveDate>,
    /// The promises that are this holding's: its own, and those of holdings it was renewed in place of.
    pub promised_as: Vec<HoldingName>,
    pub kept: bool,
}

#[derive(Clone, Debug)]
pub struct Lot {
    pub id: String,
    pub credits: i64,
    pub completed_on: NaiveDate,
    pub unspent: i64,
    /// The must_be_certified rule.
    pub counts: bool,
    pub lapsed_on: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub struct Exam {
    pub kind: String,
    pub passed_on: NaiveDate,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Spent {
    pub lot: String,
    pub credits: i64,
}

#[derive(Clone, Debug)]
pub struct Renewal {
    pub on: NaiveDate,
    pub trigger: String,
    pub level: usize,
    /// `None` for an `earned` fact that renews others.
    pub option: Option<RenewalOption>,
    pub renewed: BTreeSet<String>,
    pub spent: Vec<Spent>,
}

/// How things stand in a telling.
#[derive(Clone)]
pub struct Telling<'a> {
    pub record: &'a Record,
    pub facts: Vec<Fact>,
    pub promises: Vec<Promise>,
    pub holdings: Vec<Holding>,
    pub lots: Vec<Lot>,
    pub exams: Vec<Exam>,
    pub renewals: Vec<Renewal>,
    /// The days on which the leftover lapsed.
    pub lapses: Vec<NaiveDate>,
    /// Which rules came into play: for the generator's coverage, no rule reads it.
    pub met: BTreeSet<&'static str>,
}

/// Section 5: takes a set of facts and a day, and walks through the days up to that day.
pub fn tell<'a>(
    record: &'a Record,
    facts: Vec<Fact>,
    promises: Vec<Promise>,
    up_to: NaiveDate,
    walk: Walk,
) -> Telling<'a> {
    let holdings = record.holdings.iter().map(|first| Holding {
        certification: record.certification(&first.certification).clone(),
        earned_on: first.earned_on,
        cycle_start: first.cycle_start,
        expires_on: first.expires_on,
        without_floors_to_come: first.expires_on,
        promised_as: vec![(first.certification.clone(), first.earned_on)],
        kept: false,
    });
    let mut holdings: Vec<Holding> = holdings.collect();
    // Two with the same certification and day: the order in which a record lists them must not matter.
    holdings.sort_by_key(|h| (h.certification.code.clone(), h.earned_on, h.cycle_start, h.expires_on));
    let mut telling = Telling {
        record,
        facts,
        promises,
        holdings,
        lots: vec![],
        exams: vec![],
        renewals: vec![],
        lapses: vec![],
        met: BTreeSet::new(),
    };
    let mut today = telling.listed_days().first().copied();
    while let Some(day) = today.filter(|day| *day <= up_to) {
        telling.keep_what_stands_from(day);
        telling.apply_the_facts_of(day);
        telling.renew_what_is_due_on(day);
        telling.keep_what_would_end_with(day);
        today = match walk {
            Walk::ListedDays => telling.listed_days().into_iter().find(|listed| *listed > day),
            Walk::EveryDay => Some(day_after(day)),
        };
    }
    telling.keep_what_stands_from(up_to);
    telling
}

impl Telling<'_> {
    fn listed_days(&self) -> BTreeSet<NaiveDate> {
        let mut days = BTreeSet::new();
        for fact in &self.facts {
            days.insert(fact.effective);
        }
        for holding in &self.holdings {
            if let Some(last_day) = self.last_day(holding) {
                days.insert(last_day);
                days.insert(day_after(last_day));
            }
            if let Some(retired_on) = holding.certification.retired_on {
                days.insert(day_before(retired_on));
                days.insert(retired_on);
            }
        }
        for lot in self.lots.iter().filter(|lot| lot.unspent > 0) {
            days.insert(self.lot_expires_on(lot));
            days.insert(day_after(self.lot_expires_on(lot)));
        }
        days
    }

    fn apply_the_facts_of(&mut self, day: NaiveDate) {
        let mut facts: Vec<Fact> = self.facts.iter().filter(|fact| fact.effective == day).cloned().collect();
        facts.sort_by_key(|fact| match &fact.what {
            What::Extended { certification, months } => (0, fact.id.clone(), certification.clone(), *months),
            What::Earned { certification } => (1, fact.id.clone(), certification.clone(), 0),
            What::Exam { .. } => (2, fact.id.clone(), String::new(), 0),
            What::Approved { .. } => (3, fact.id.clone(), String::new(), 0),
            What::Claim | What::Denied | What::Revoked => (4, fact.id.clone(), String::new(), 0),
        });
        for fact in facts {
            match fact.what {
                What::Extended { certification, months } => self.extend(&certification, months, day),
                What::Earned { certification } => self.earn(&certification, day),
                What::Exam { kind } => self.exams.push(Exam { kind, passed_on: day }),
                What::Approved { credits } => self.approve(fact.id, credits, day),
                What::Claim | What::Denied | What::Revoked => {}
            }
        }
    }

    fn extend(&mut self, code: &str, months: u32, day: NaiveDate) {
        for place in 0..self.holdings.len() {
            let holding = self.holdings[place].clone();
            let named = code == "*" || holding.certification.code == code;
            if !named || !self.is_active(&holding, day) || holding.certification.is_retired_on(day) {
                continue;
            }
            self.met.insert(if code == "*" { "an extension of all" } else { "an extension of one" });
            if holding.without_floors_to_come != holding.expires_on {
                self.met.insert("months count from the expiry without the floors still to come");
            }
            let extended = holding.without_floors_to_come.map(|expires_on| plus_months(expires_on, months));
            let holding = &mut self.holdings[place];
            holding.without_floors_to_come = extended;
            // The later of that and the floor, where one that is still to come lengthened it.
            holding.expires_on = holding.expires_on.max(extended);
        }
    }

    fn earn(&mut self, code: &str, day: NaiveDate) {
        let certification = self.record.certification(code).clone();
        let mut renewed = BTreeSet::new();
        let mut made_or_renewed_its_own = true;
        // Of several the one that expires last; one held for life never does.
        let active = (0..self.holdings.len())
            .filter(|place| {
                self.holdings[*place].certification.code == code && self.is_active(&self.holdings[*place], day)
            })
            .max_by_key(|place| {
                // Of several that expire on one day the rules name none: the one earned last.
                let holding = &self.holdings[*place];
                (holding.expires_on.unwrap_or(NaiveDate::MAX), holding.earned_on, holding.cycle_start)
            });
        if let Some(place) = active {
            self.holdings[place].promised_as.push((code.to_owned(), day));
            if self.would_gain(&self.holdings[place], day) {
                self.restart(place, day);
                renewed.insert(code.to_owned());
                self.met.insert("earned again while active, renewed");
            } else {
                self.met.insert("earned again while active, without gain");
                made_or_renewed_its_own = false;
            }
        } else {
            let again = self.holdings.iter().any(|holding| holding.certification.code == code);
            self.met.insert(if again { "earned again after it expired" } else { "earned for the first time" });
            let expires_on = certification.expiry_when_renewed_on(day);
            self.holdings.push(Holding {
                certification: certification.clone(),
                earned_on: day,
                cycle_start: day,
                expires_on,
                without_floors_to_come: expires_on,
                promised_as: vec![(code.to_owned(), day)],
                kept: false,
            });
        }
        for place in 0..self.holdings.len() {
            let other = self.holdings[place].clone();
            let is_lower = other.certification.level < certification.level;
            if is_lower && self.is_renewable(&other, day) && self.would_gain(&other, day) {
                self.restart(place, day);
                renewed.insert(other.certification.code);
            }
        }
        let highest = self.highest_level(day, day);
        let at_or_above_highest = highest.is_some_and(|highest| certification.level >= highest);
        if self.record.switches.leftover_lapses && made_or_renewed_its_own && at_or_above_highest {
            self.met.insert("earning ends the leftover");
            self.lapse_the_rest(day);
        }
        if !renewed.is_empty() {
            self.renewals.push(Renewal {
                on: day,
                trigger: code.to_owned(),
                level: certification.level,
                option: None,
                renewed,
                spent: vec![],
            });
        }
    }

    fn approve(&mut self, id: String, credits: i64, day: NaiveDate) {
        // The other facts of the day came before.
        let certified = self.holdings.iter().any(|holding| self.is_active(holding, day));
        self.met.extend(
            (!certified && !self.record.switches.must_be_certified).then_some("counts without being certified"),
        );
        let counts = certified || !self.record.switches.must_be_certified;
        // What was completed on the day of an `earned` fact that ends the leftover lapses too: "completed on or before".
        let lapsed_on = self.lapses.contains(&day).then_some(day);
        self.met.extend(lapsed_on.map(|_| "earning ends the leftover of its own day"));
        self.lots.push(Lot { id, credits, completed_on: day, unspent: credits, counts, lapsed_on });
    }

    fn renew_what_is_due_on(&mut self, day: NaiveDate) {
        while let Some((h, due)) = self.first_that_is_due(day) {
            self.renew(h, due, day);
        }
    }

    fn first_that_is_due(&self, day: NaiveDate) -> Option<(usize, Due)> {
        let mut places: Vec<usize> = (0..self.holdings.len()).collect();
        // From the highest level to the lowest; within one by expiry, code and the day it was earned.
        places.sort_by_key(|place| {
            let h = &self.holdings[*place];
            (std::cmp::Reverse(h.certification.level), h.expires_on, h.certification.code.clone(), h.earned_on)
        });
        places.into_iter().find_map(|h| self.due(&self.holdings[h], day).map(|due| (h, due)))
    }

    /// At the beginning of the day from which a floor stands.
    fn keep_what_stands_from(&mut self, day: NaiveDate) {
        for place in 0..self.holdings.len() {
            let floor = self.floor(place, |stands_from| stands_from <= day);
            if self.holdings[place].expires_on.is_some() {
                let without_floors_to_come = self.holdings[place].without_floors_to_come;
                self.holdings[place].without_floors_to_come = without_floors_to_come.max(floor);
                self.lengthen(place, floor, "a floor stands from the day of a late fact");
            }
        }
    }

    /// At the end of a holding's last day, if that comes sooner.
    fn keep_what_would_end_with(&mut self, day: NaiveDate) {
        for place in 0..self.holdings.len() {
            if self.last_day(&self.holdings[place]) == Some(day) {
                let floor = self.floor(place, |stands_from| stands_from > day);
                self.lengthen(place, floor, "a floor stands from the end of the last day");
            }
        }
    }

    fn lengthen(&mut self, place: usize, floor: Option<NaiveDate>, why: &'static str) {
        let holding = &mut self.holdings[place];
        if holding.expires_on < floor {
            holding.expires_on = floor;
            holding.kept = true;
            let passed_on = holding.promised_as.len() > 1;
            self.met.insert(why);
            self.met.extend(passed_on.then_some("a floor passes to the holding that was renewed instead"));
        }
    }

    fn floor(&self, place: usize, when: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        let promised_as = &self.holdings[place].promised_as;
        self.promises
            .iter()
            .filter(|promise| when(promise.stands_from))
            .flat_map(|promise| promised_as.iter().filter_map(|name| promise.floors.get(name).copied()))
            .max()
    }
}
