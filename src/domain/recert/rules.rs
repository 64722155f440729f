//! The rules of a program, made ready: levels with their options, exams as bits, the switches.

use crate::calendar::Day;
use crate::program::{CreditsApplyTo, LastDay, Leftover, Program, Recertification, RenewalOption};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// What the replay goes by: the part of a program that says how certifications are renewed.
///
/// Made once from a program, cheap to clone.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The switches of the program, or those of a case in their place.
    pub switches: Recertification,
    /// Years from earning or renewal to expiry, unless a certification has its own.
    pub validity_years: u32,
    /// Years after completion in which credits may be used.
    pub credit_validity_years: u32,
    pub(super) levels: Arc<[Level]>,
    kinds: Arc<[String]>,
}

/// A level and what renews it.
#[derive(Debug)]
pub(super) struct Level {
    pub key: String,
    /// In the order of the program.
    pub options: Vec<Choice>,
    /// Places in `options`, those that take the fewest credits first, and then in the order of the program: the first
    /// of these that is met is the one that is used.
    pub preference: Vec<usize>,
    /// The first of these that takes no exams, with the credits it takes.
    pub without_exams: Option<(usize, i64)>,
    /// Whether any of them takes credits.
    pub takes_credits: bool,
}

/// One way to renew a level.
#[derive(Debug)]
pub(super) struct Choice {
    pub credits: i64,
    pub needs: Vec<Need>,
    /// Places in `needs`, those that the fewest kinds of exam fill first.
    pub narrow_first: Vec<usize>,
    /// What the exams must satisfy for all needs to be filled, one exam filling one need (see [`demands`]).
    pub demands: Vec<Demand>,
}

/// A number of exams of certain kinds.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub kinds: Kinds,
    pub count: u32,
    /// The keys of the kinds, for the outcome.
    pub of: KindKeys,
}

/// At least `count` exams must be of one of these kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Demand {
    pub kinds: Kinds,
    pub count: u32,
}

/// A set of kinds of exam, a bit for each in the order of the program file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// The set of the one kind with this place among the program's.
    pub fn only(place: u32) -> Kinds {
        Kinds(1u32.checked_shl(place).unwrap_or(0))
    }

    pub fn with(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether everything in `other` is in this one too.
    pub fn includes(self, other: Kinds) -> bool {
        other.0 & !self.0 == 0
    }

    /// How many kinds there are in it.
    pub fn breadth(self) -> u32 {
        self.0.count_ones()
    }
}

/// Keys of kinds of exam, in the order of the program file. Shared, because outcomes repeat them often.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KindKeys(Arc<[String]>);

impl std::ops::Deref for KindKeys {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl Serialize for KindKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter())
    }
}

impl<'de> Deserialize<'de> for KindKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(deserializer).map(|keys| KindKeys(keys.into()))
    }
}

impl Rules {
    /// The rules of a program that was read from its file, and so was found to be valid.
    pub fn of(program: &Program) -> Rules {
        let kinds: Arc<[String]> = program.exam_kinds.iter().map(|kind| kind.key.clone()).collect();
        let levels = program.levels.iter().map(|level| {
            let options: Vec<Choice> = level.options.iter().map(|option| Choice::of(option, &kinds)).collect();
            let mut preference: Vec<usize> = (0..options.len()).collect();
            preference.sort_by_key(|&place| options.get(place).map(|option| option.credits));
            let takes_credits = options.iter().any(|option| option.credits > 0);
            let without_exams = preference.iter().find_map(|&place| {
                let option = options.get(place)?;
                option.demands.is_empty().then_some((place, option.credits))
            });
            Level { key: level.key.clone(), options, preference, without_exams, takes_credits }
        });
        Rules {
            switches: program.recertification,
            validity_years: program.certification.validity_years,
            credit_validity_years: program.claim.credit_validity_years,
            levels: levels.collect(),
            kinds,
        }
    }

    /// The place of a level among the others, 0 the lowest.
    pub(super) fn rank(&self, key: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.key == key)
    }

    pub(super) fn level(&self, rank: usize) -> Option<&Level> {
        self.levels.get(rank)
    }

    /// The one kind of exam with this key.
    pub(super) fn kind(&self, key: &str) -> Option<Kinds> {
        (0..).zip(self.kinds.iter()).find(|(_, known)| *known == key).map(|(place, _)| Kinds::only(place))
    }

    /// The last day on which a certification counts that expires on a day.
    pub fn last_day(&self, expires_on: Day) -> Day {
        crate::calendar::subtract_days(expires_on, self.days_before_expiry().unsigned_abs())
    }

    /// What lies between `expires_on` and the last day on which a certification counts.
    pub(super) fn days_before_expiry(&self) -> i32 {
        match self.switches.last_day {
            LastDay::Inclusive => 0,
            LastDay::Exclusive => 1,
        }
    }

    pub(super) fn credits_apply_to_any_level(&self) -> bool {
        self.switches.credits_apply_to == CreditsApplyTo::Any
    }

    pub(super) fn leftover_lapses(&self) -> bool {
        self.switches.leftover == Leftover::Lapse
    }
}

impl Choice {
    fn of(option: &RenewalOption, kinds: &[String]) -> Choice {
        let needs: Vec<Need> = option
            .exams
            .iter()
            .map(|need| {
                let named = (0..).zip(kinds).filter(|(_, key)| need.of.contains(key));
                let set = named.clone().fold(Kinds::default(), |set, (place, _)| set.with(Kinds::only(place)));
                Need { kinds: set, count: need.count, of: KindKeys(named.map(|(_, key)| key.clone()).collect()) }
            })
            .collect();
        let mut narrow_first: Vec<usize> = (0..needs.len()).collect();
        narrow_first.sort_by_key(|&place| needs.get(place).map(|need| need.kinds.breadth()));
        Choice { credits: i64::from(option.credits), demands: demands(&needs), needs, narrow_first }
    }
}

/// What exams must satisfy so that each fills one need and all needs are filled: for every selection of needs, as
/// many exams of their kinds as they ask for together. That this suffices is Hall's theorem.
///
/// Of selections with the same kinds only the one that asks for most is kept.
fn demands(needs: &[Need]) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for (kinds, count) in selections(needs.iter().map(|need| (need.kinds, need.count))) {
        match demands.iter_mut().find(|demand| demand.kinds == kinds) {
            Some(demand) => demand.count = demand.count.max(count),
            None => demands.push(Demand { kinds, count }),
        }
    }
    demands
}

/// Every selection of one or more of these needs, as the kinds and the count of all in it.
///
/// There are few needs in an option (the program file may have eight), so there are few selections.
fn selections(needs: impl Iterator<Item = (Kinds, u32)>) -> Vec<(Kinds, u32)> {
    let mut selections: Vec<(Kinds, u32)> = Vec::new();
    for (kinds, count) in needs {
        for place in 0..selections.len() {
            if let Some(&(others, more)) = selections.get(place) {
                selections.push((others.with(kinds), more.saturating_add(count)));
            }
        }
        selections.push((kinds, count));
    }
    selections
}
