//! Records drawn at random, strange on purpose: days that fall on each other, late knowledge, extensions, revocations,
//! retirements, lifetimes, every switch.

use super::cisco;
use crate::calendar::{Day, add_days, add_years, subtract_days};
use crate::program::{CreditsApplyTo, LastDay, Leftover, Recertification};
use crate::recert::{Certification, Fact, Holding, Record, Rules, Validity};
use proptest::prelude::*;

/// Rules, a record and a day to look at it.
#[derive(Clone)]
pub(in crate::recert) struct World {
    pub rules: Rules,
    pub record: Record,
    pub as_of: Day,
}

impl std::fmt::Debug for World {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rules { switches, validity_years, credit_validity_years, .. } = &self.rules;
        writeln!(to, "{switches:?} validity_years {validity_years} credit_validity_years {credit_validity_years}")?;
        writeln!(to, "as of {}", self.as_of)?;
        self.record.certifications.iter().try_for_each(|certification| writeln!(to, "{certification:?}"))?;
        self.record.holdings.iter().try_for_each(|holding| writeln!(to, "{holding:?}"))?;
        self.record.facts.iter().try_for_each(|fact| writeln!(to, "{fact:?}"))
    }
}

const LEVELS: [&str; 5] = ["entry", "associate", "specialist", "professional", "expert"];
const KINDS: [&str; 6] = ["associate", "concentration", "core", "expert_written", "lab", "other"];
const CREDITS: [i64; 10] = [1, 8, 12, 16, 30, 34, 40, 64, 80, 120];

fn origin() -> Day {
    Day::from_ymd_opt(2016, 2, 29).unwrap()
}

/// A day of ten years; half of them fall near a common day of one of the years, so that they meet.
fn day() -> impl Strategy<Value = Day> {
    prop_oneof![
        (0u32..3650).prop_map(|offset| add_days(origin(), offset)),
        (0u32..10, 0u32..5).prop_map(|(years, around)| subtract_days(add_days(add_years(origin(), years), 2), around)),
    ]
}

/// How long until something becomes known.
fn delay() -> impl Strategy<Value = u32> {
    prop_oneof![3 => Just(0u32), 4 => 1u32..20, 2 => 20u32..500]
}

fn switches() -> impl Strategy<Value = Recertification> {
    let rarely = || prop::bool::weighted(0.2);
    (rarely(), rarely(), rarely(), rarely(), rarely(), rarely(), rarely()).prop_map(
        |(exclusive, uncertified, any, whole, apart, lapse, forget)| Recertification {
            last_day: if exclusive { LastDay::Exclusive } else { LastDay::Inclusive },
            must_be_certified: !uncertified,
            credits_apply_to: if any { CreditsApplyTo::Any } else { CreditsApplyTo::Highest },
            split_lots: !whole,
            peers_renew_together: !apart,
            leftover: if lapse { Leftover::Lapse } else { Leftover::Carry },
            keep_promises: !forget,
        },
    )
}

fn rules() -> impl Strategy<Value = Rules> {
    (switches(), prop_oneof![4 => Just(3u32), 1 => 1u32..6], prop_oneof![4 => Just(3u32), 1 => 1u32..5]).prop_map(
        |(switches, validity_years, credit_validity_years)| {
            let mut rules = cisco();
            (rules.switches, rules.validity_years, rules.credit_validity_years) =
                (switches, validity_years, credit_validity_years);
            rules
        },
    )
}

fn certification(index: usize) -> impl Strategy<Value = Certification> {
    let validity = prop_oneof![
        7 => Just(Validity::AsTheProgramSays),
        1 => (1u32..6).prop_map(Validity::Years),
        1 => Just(Validity::ForLife),
    ];
    (0..LEVELS.len(), prop::option::weighted(0.15, day()), prop::bool::weighted(0.9), validity).prop_map(
        move |(level, retired_on, recertifies, validity)| Certification {
            code: format!("{}{index}", LEVELS[level][..1].to_uppercase()),
            level: LEVELS[level].to_owned(),
            retired_on,
            recertifies,
            validity,
        },
    )
}

/// What is drawn of a holding before the certifications are known.
type Draft = (usize, Day, u32, u32, u32);

fn holding(certifications: &[Certification], years: u32, draft: &Draft) -> Holding {
    let (at, earned_on, cycles, extension, same) = *draft;
    let certification = &certifications[at % certifications.len()];
    let years = match certification.validity {
        Validity::AsTheProgramSays => Some(years),
        Validity::Years(years) => Some(years),
        Validity::ForLife => None,
    };
    // Many people earn several on one day.
    let earned_on = if same > 0 { add_years(origin(), same) } else { earned_on };
    let cycle_start = add_years(earned_on, cycles * years.unwrap_or(0));
    Holding {
        certification: certification.code.clone(),
        earned_on,
        cycle_start,
        expires_on: years.map(|years| add_days(add_years(cycle_start, years), extension)),
    }
}

/// What is drawn of a fact: which kind, and numbers to make it of.
type FactDraft = (u32, usize, Day, u32, u32, usize);

fn facts(certifications: &[Certification], drafts: &[FactDraft], revocations: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (index, (kind, at, on, delay, more, number)) in drafts.iter().enumerate() {
        let recorded_on = add_days(*on, *delay);
        let code = certifications[at % certifications.len()].code.clone();
        let credits = CREDITS[number % CREDITS.len()];
        match kind {
            0..=9 => {
                let id = format!("c{index}");
                facts.push(Fact::Claim { id: id.clone(), credits, completed_on: *on, recorded_on });
                let decided_on = add_days(recorded_on, *more);
                match number % 12 {
                    0 => facts.push(Fact::Denied { id, recorded_on: decided_on }),
                    1 => {}
                    2 => facts.push(Fact::Approved {
                        id,
                        credits: Some(credits + 4),
                        completed_on: Some(subtract_days(*on, more / 4)),
                        recorded_on: decided_on,
                    }),
                    other => {
                        facts.push(Fact::Approved {
                            id: id.clone(),
                            credits: None,
                            completed_on: None,
                            recorded_on: decided_on,
                        });
                        if other == 3 && revocations {
                            facts.push(Fact::Revoked { id, recorded_on: add_days(decided_on, *delay) });
                        }
                    }
                }
            }
            10 => facts.push(Fact::Approved {
                id: format!("k{index}"),
                credits: Some(credits),
                completed_on: Some(*on),
                recorded_on,
            }),
            11..=14 => facts.push(Fact::Exam {
                id: format!("x{index}"),
                exam_kind: KINDS[number % KINDS.len()].to_owned(),
                passed_on: *on,
                recorded_on,
            }),
            15..=16 => facts.push(Fact::Earned {
                id: (number % 2 == 0).then(|| format!("e{index}")),
                certification: code,
                on: *on,
                recorded_on,
            }),
            _ => facts.push(Fact::Extended {
                id: (number % 2 == 0).then(|| format!("p{index}")),
                certification: if number % 3 == 0 { "*".to_owned() } else { code },
                months: u64::from(1 + more % 14),
                on: *on,
                recorded_on,
            }),
        }
    }
    facts
}

/// A world; `revocations` says whether credits may be taken back in it.
pub(in crate::recert) fn world(revocations: bool) -> impl Strategy<Value = World> {
    let certifications = (1usize..6).prop_flat_map(|count| (0..count).map(certification).collect::<Vec<_>>());
    let extension = prop_oneof![4 => Just(0u32), 1 => 1u32..400];
    let drafts = prop::collection::vec((0usize..6, day(), 0u32..2, extension, 0u32..4), 0..5);
    let fact = (0u32..18, 0usize..6, day(), delay(), 0u32..60, 0usize..120);
    (rules(), certifications, drafts, prop::collection::vec(fact, 0..14), day()).prop_map(
        move |(rules, certifications, drafts, fact_drafts, as_of)| {
            let holdings = drafts.iter().map(|draft| holding(&certifications, rules.validity_years, draft)).collect();
            let facts = facts(&certifications, &fact_drafts, revocations);
            World { rules, record: Record { certifications, holdings, facts }, as_of: add_days(as_of, 400) }
        },
    )
}
