//! What must hold of every record, whatever happened.

use super::world::{World, world};
use crate::calendar::{Day, add_days, add_years, days_between};
use crate::recert::check::check;
use crate::recert::days::number;
use crate::recert::promise::{Again, happenings_by, tell};
use crate::recert::result::outcome_of;
use crate::recert::witness::Nobody;
use crate::recert::{Fact, Held, HeldStatus, LotState, Outcome, Record, Refusal, Renewal, Rules, Validity, replay};
use proptest::prelude::*;
use proptest::test_runner::Config;
use std::collections::BTreeMap;

fn outcome(world: &World) -> Outcome {
    replay(&world.rules, &world.record, world.as_of).unwrap()
}

fn told(rules: &Rules, record: &Record, as_of: Day, again: Again) -> Result<Outcome, Refusal> {
    let checked = check(rules, record)?;
    Ok(outcome_of(rules, &checked, number(as_of).unwrap(), again))
}

/// The same record with its lists turned round.
fn turned(record: &Record) -> Record {
    let mut turned = record.clone();
    turned.certifications.reverse();
    turned.holdings.reverse();
    turned.facts.reverse();
    let half = turned.facts.len() / 2;
    turned.facts.rotate_left(half);
    turned
}

/// The record with another day on which everything became known.
fn recorded(record: &Record, when: impl Fn(&Fact) -> Day) -> Record {
    let mut other = record.clone();
    for fact in &mut other.facts {
        let day = when(fact);
        match fact {
            Fact::Extended { recorded_on, .. }
            | Fact::Earned { recorded_on, .. }
            | Fact::Exam { recorded_on, .. }
            | Fact::Claim { recorded_on, .. }
            | Fact::Approved { recorded_on, .. }
            | Fact::Denied { recorded_on, .. }
            | Fact::Revoked { recorded_on, .. } => *recorded_on = day,
        }
    }
    other
}

fn spent_by_lot(renewals: &[Renewal]) -> BTreeMap<String, i64> {
    let mut spent = BTreeMap::new();
    for part in renewals.iter().flat_map(|renewal| &renewal.spent) {
        *spent.entry(part.lot.clone()).or_default() += part.credits;
    }
    spent
}

/// So many worlds; a failure is told, not written into a file.
pub(super) fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn promises_found_on_the_way_are_those_found_by_telling_everything_anew(world in world(true)) {
        let World { rules, record, as_of } = &world;
        let quick = told(rules, record, *as_of, Again::FromWhereItDiffers);
        prop_assert_eq!(quick, told(rules, record, *as_of, Again::FromTheBeginning));
    }

    #[test]
    fn the_order_in_which_a_record_is_written_plays_no_part(world in world(true)) {
        let turned = World { record: turned(&world.record), ..world.clone() };
        prop_assert_eq!(outcome(&world), outcome(&turned));
    }

    #[test]
    fn nothing_promised_is_taken_back_but_by_a_revocation(mut world in world(false), earlier in 1u32..1500) {
        world.rules.switches.keep_promises = true;
        let before = World { as_of: crate::calendar::subtract_days(world.as_of, earlier), ..world.clone() };
        let later = outcome(&world);
        for promised in outcome(&before).holdings {
            let kept = later.holdings.iter().any(|held| {
                held.certification == promised.certification
                    && (held.expires_on.is_none() || promised.expires_on <= held.expires_on)
            });
            prop_assert!(kept, "{promised:?}\nlater {:?}", later.holdings);
        }
    }

    #[test]
    fn every_credit_is_spent_once_left_or_lost(world in world(true)) {
        let outcome = outcome(&world);
        let spent = spent_by_lot(&outcome.renewals);
        for lot in &outcome.credits {
            prop_assert_eq!(lot.spent, spent.get(&lot.id).copied().unwrap_or(0), "{:?}", lot);
            prop_assert!(0 <= lot.left && 0 <= lot.spent && lot.spent + lot.left <= lot.credits, "{:?}", lot);
            match lot.state {
                LotState::Available => prop_assert_eq!(lot.spent + lot.left, lot.credits),
                LotState::Spent => prop_assert_eq!(lot.spent, lot.credits),
                LotState::NotCertified | LotState::Revoked => prop_assert_eq!((lot.spent, lot.left), (0, 0)),
                LotState::Expired | LotState::Lapsed => prop_assert!(lot.left == 0 && lot.spent < lot.credits),
            }
        }
        for renewal in &outcome.renewals {
            for part in &renewal.spent {
                let lot = outcome.credits.iter().find(|lot| lot.id == part.lot).unwrap();
                prop_assert!(lot.completed_on <= renewal.on && renewal.on <= lot.expires_on, "{renewal:?} {lot:?}");
            }
            if let Some(option) = &renewal.option {
                let taken: i64 = renewal.spent.iter().map(|part| part.credits).sum();
                let exact = taken == option.credits || !world.rules.switches.split_lots;
                prop_assert!(taken >= option.credits && exact, "{renewal:?}");
            }
        }
    }

    #[test]
    fn a_slow_decision_changes_nothing_about_what_is_renewed_in_the_end(mut world in world(false), slower in 1u32..90) {
        world.rules.switches.keep_promises = false;
        let late = recorded(&world.record, |fact| add_days(fact.recorded_on(), slower));
        // Late enough for everything to be known in both.
        world.as_of = late.facts.iter().map(Fact::recorded_on).max().unwrap_or(world.as_of).max(world.as_of);
        let mut at_once = outcome(&world);
        let mut later = outcome(&World { record: late, ..world.clone() });
        // Only what was still pending shows in the status.
        at_once.holdings.iter_mut().chain(&mut later.holdings).for_each(|held| held.status = HeldStatus::Active);
        prop_assert_eq!(at_once, later);
    }

    #[test]
    fn nobody_lapses_on_the_last_day_with_enough_credits_or_exams(mut world in world(false), pick in 0usize..8) {
        // Look at the last day of something that is held.
        let ends: Vec<Day> = outcome(&world).holdings.iter().filter_map(|held| held.expires_on).collect();
        prop_assume!(!ends.is_empty());
        world.as_of = ends[pick % ends.len()];
        world.rules.switches.last_day = crate::program::LastDay::Inclusive;
        let checked = check(&world.rules, &world.record).unwrap();
        let as_of = number(world.as_of).unwrap();
        let happenings = happenings_by(&checked, as_of);
        let telling = tell(&world.rules, &checked, &happenings, as_of, Nobody, Again::FromWhereItDiffers);
        let means = telling.means(as_of, as_of);
        for holding in &telling.holdings {
            let lost = telling.last_day(holding) == as_of && holding.now.start < as_of;
            prop_assert!(!lost || telling.option_met(holding, &means).is_none());
        }
    }

    #[test]
    fn whoever_completes_a_remaining_way_is_renewed(world in world(true)) {
        let World { rules, record, as_of } = &world;
        let checked = check(rules, record).unwrap();
        let today = number(*as_of).unwrap();
        let happenings = happenings_by(&checked, today);
        let telling = tell(rules, &checked, &happenings, today, Nobody, Again::FromWhereItDiffers);
        let means = telling.means(today, today);
        let before = outcome(&world);
        for open in &before.remaining {
            let same = |held: &&Held| (&held.certification, held.earned_on) == (&open.certification, open.earned_on);
            let held = before.holdings.iter().find(same).unwrap();
            let twins = before.holdings.iter().filter(same).count() > 1;
            let certification = record.certifications.iter().find(|c| c.code == open.certification).unwrap();
            let years = match certification.validity {
                Validity::Years(years) => years,
                _ => rules.validity_years,
            };
            let gains = add_years(*as_of, years) > held.expires_on.unwrap();
            let place = telling.holdings.iter().find(|holding| {
                telling.code(holding.certification) == open.certification
                    && crate::recert::days::day(holding.earned_on) == open.earned_on
            }).unwrap();
            // What waits for its last day goes on waiting, and another may come first where each renews by itself.
            let waits = telling.option_met(place, &means).is_some();
            let switches = rules.switches;
            let others_first = !switches.peers_renew_together
                || switches.credits_apply_to == crate::program::CreditsApplyTo::Any;
            if twins || !gains || waits || others_first || held.cycle_start >= *as_of {
                continue;
            }
            for way in &open.options {
                let mut record = record.clone();
                if way.credits > 0 {
                    record.facts.push(Fact::Approved {
                        id: "zz".to_owned(),
                        credits: Some(way.credits),
                        completed_on: Some(*as_of),
                        recorded_on: *as_of,
                    });
                }
                for (number, exams) in way.exams.iter().enumerate() {
                    for time in 0..exams.count {
                        record.facts.push(Fact::Exam {
                            id: format!("zx{number}-{time}"),
                            exam_kind: exams.of[0].clone(),
                            passed_on: *as_of,
                            recorded_on: *as_of,
                        });
                    }
                }
                let after = replay(rules, &record, *as_of).unwrap();
                let renewed = after.holdings.iter().any(|held| same(&held) && held.cycle_start == *as_of);
                prop_assert!(renewed, "{open:?} by {way:?}");
            }
        }
    }

    #[test]
    fn what_an_outcome_says_fits_together(world in world(true)) {
        let outcome = outcome(&world);
        for held in &outcome.holdings {
            prop_assert!(held.earned_on <= held.cycle_start && held.cycle_start <= world.as_of.max(held.cycle_start));
            prop_assert!(held.earned_on <= world.as_of);
            let days = held.expires_on.map(|expires_on| days_between(world.as_of, expires_on));
            prop_assert_eq!(days, held.days_to_expire.map(i64::from));
            prop_assert!(held.expires_on.is_some() || held.status == HeldStatus::Active);
        }
        prop_assert!(outcome.renewals.iter().all(|renewal| !renewal.renewed.is_empty() && renewal.on <= world.as_of));
        prop_assert!(outcome.renewals.windows(2).all(|pair| pair[0].on <= pair[1].on));
        prop_assert!(outcome.reversed.iter().all(|renewal| !outcome.renewals.contains(renewal)));
    }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn visiting_only_the_days_on_which_something_can_change_loses_nothing(world in world(true)) {
        let World { rules, record, as_of } = &world;
        let quick = told(rules, record, *as_of, Again::FromWhereItDiffers);
        prop_assert_eq!(quick, told(rules, record, *as_of, Again::DayByDay));
    }
}
