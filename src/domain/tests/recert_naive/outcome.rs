//! Sections 6 and 8: what was promised, and the five lists.

use super::program::{EXAM_KINDS, LEVELS, Need};
use super::record::{Fact, Record, What};
use super::satisfied::single_needs;
use super::telling::{Holding, HoldingName, Lot, Promise, Renewal, Telling, Walk, tell};
use super::{day_before, plus_years};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub fn of(record: &Record, walk: Walk) -> Value {
    let record = &left_out_after(record, record.as_of);
    let as_of = record.as_of;
    let told = told(record, walk);
    json!({
        "holdings": holdings(record, &told),
        "renewals": told.renewals.iter().map(renewal).collect::<Vec<_>>(),
        "reversed": reversed(record, &told, walk).iter().map(renewal).collect::<Vec<_>>(),
        "credits": credits(record, &told),
        "remaining": remaining(as_of, &told),
    })
}

/// The record as it was on a day: facts recorded after it are not seen, holdings earned after it are left out.
fn left_out_after(record: &Record, as_of: NaiveDate) -> Record {
    let mut then = record.clone();
    then.as_of = as_of;
    then.facts.retain(|fact| fact.recorded_on <= as_of);
    then.holdings.retain(|holding| holding.earned_on <= as_of);
    then
}

fn revoked_ids(facts: &[Fact]) -> BTreeSet<String> {
    facts.iter().filter(|fact| matches!(fact.what, What::Revoked)).map(|fact| fact.id.clone()).collect()
}

/// Section 6: the telling of all facts recorded by `as_of`, up to `as_of`, with the floors.
fn told(record: &Record, walk: Walk) -> Telling<'_> {
    // A revoked lot never was.
    let revoked = revoked_ids(&record.facts);
    let is_revoked = |fact: &Fact| matches!(fact.what, What::Approved { .. }) && revoked.contains(&fact.id);
    let facts: Vec<Fact> = record.facts.iter().filter(|fact| !is_revoked(fact)).cloned().collect();
    let mut promises: Vec<Promise> = vec![];
    if record.switches.keep_promises {
        let promising = |what: &What| {
            matches!(what, What::Extended { .. } | What::Earned { .. } | What::Exam { .. } | What::Approved { .. })
        };
        let days: BTreeSet<NaiveDate> =
            facts.iter().filter(|fact| promising(&fact.what)).map(|fact| fact.recorded_on).collect();
        for r in days {
            let known: Vec<Fact> = facts.iter().filter(|fact| fact.recorded_on < r).cloned().collect();
            let earlier = tell(record, known, promises.clone(), day_before(r), walk);
            let mut floors: BTreeMap<HoldingName, NaiveDate> = BTreeMap::new();
            // One that the record begins with but that was earned later had not been told to anybody.
            for holding in earlier.holdings.into_iter().filter(|holding| holding.earned_on < r) {
                let name = (holding.certification.code, holding.earned_on);
                if let Some(expires_on) = holding.expires_on {
                    let floor = floors.entry(name).or_insert(expires_on);
                    *floor = expires_on.max(*floor);
                }
            }
            promises.push(Promise { stands_from: r, floors });
        }
    }
    tell(record, facts, promises, record.as_of, walk)
}

fn holdings(record: &Record, told: &Telling) -> Vec<Value> {
    in_order(told)
        .iter()
        .map(|holding| {
            let days_to_expire = holding.expires_on.map(|expires_on| (expires_on - record.as_of).num_days());
            json!({
                "certification": holding.certification.code,
                "earned_on": holding.earned_on.to_string(),
                "cycle_start": holding.cycle_start.to_string(),
                "expires_on": holding.expires_on.map(|expires_on| expires_on.to_string()),
                "kept": holding.kept,
                "status": status(record, told, holding),
                "days_to_expire": days_to_expire,
            })
        })
        .collect()
}

/// By certification code, then `earned_on`.
fn in_order(told: &Telling) -> Vec<Holding> {
    let mut holdings = told.holdings.clone();
    holdings.sort_by_key(|holding| (holding.certification.code.clone(), holding.earned_on));
    holdings
}

fn status(record: &Record, told: &Telling, holding: &Holding) -> &'static str {
    if told.is_active(holding, record.as_of) {
        return "active";
    }
    // The holding's last day on which the certification was not retired.
    let last_day = told.last_day(holding).expect("what is held for life does not expire");
    let last_day = match holding.certification.retired_on {
        Some(retired_on) => last_day.min(day_before(retired_on)),
        None => last_day,
    };
    let decided = |id: &str| {
        record.facts.iter().any(|fact| fact.id == id && matches!(fact.what, What::Approved { .. } | What::Denied))
    };
    let may_restore =
        |fact: &Fact| matches!(fact.what, What::Claim) && !decided(&fact.id) && fact.effective <= last_day;
    if holding.certification.recertifies && record.facts.iter().any(may_restore) { "restorable" } else { "expired" }
}

fn renewal(renewal: &Renewal) -> Value {
    let spent: Vec<Value> =
        renewal.spent.iter().map(|spent| json!({"lot": spent.lot, "credits": spent.credits})).collect();
    json!({
        "on": renewal.on.to_string(),
        "trigger": renewal.trigger,
        "level": LEVELS[renewal.level],
        "option": renewal.option.as_ref().map(|option| option_as_told(option.credits, &option.exams)),
        "renewed": renewal.renewed,
        "spent": spent,
    })
}

fn option_as_told(credits: i64, exams: &[Need]) -> Value {
    let exams: Vec<Value> = exams
        .iter()
        .map(|need| {
            let of: Vec<&str> = EXAM_KINDS.into_iter().filter(|kind| need.of.contains(kind)).collect();
            json!({"of": of, "count": need.count})
        })
        .collect();
    json!({"credits": credits, "exams": exams})
}

/// Renewals that had stood the day before a revocation and no longer stand.
fn reversed(record: &Record, told: &Telling, walk: Walk) -> Vec<Renewal> {
    let same = |one: &Renewal, other: &Renewal| {
        one.on == other.on && one.trigger == other.trigger && one.renewed == other.renewed
    };
    let days: BTreeSet<NaiveDate> =
        record.facts.iter().filter(|fact| matches!(fact.what, What::Revoked)).map(|fact| fact.recorded_on).collect();
    let mut reversed: Vec<Renewal> = vec![];
    for day in days {
        let then = left_out_after(record, day_before(day));
        for renewal in self::told(&then, walk).renewals {
            let stands = told.renewals.iter().any(|standing| same(standing, &renewal));
            let listed = reversed.iter().any(|listed| same(listed, &renewal));
            if !stands && !listed {
                reversed.push(renewal);
            }
        }
    }
    reversed
}

fn credits(record: &Record, told: &Telling) -> Vec<Value> {
    // The revoked ones are shown, although they never were.
    let revoked = revoked_ids(&record.facts);
    let approved = record.facts.iter().filter_map(|fact| match fact.what {
        What::Approved { credits } => Some((fact.effective, fact.id.clone(), credits)),
        _ => None,
    });
    let mut approved: Vec<_> = approved.collect();
    approved.sort();
    approved
        .into_iter()
        .map(|(completed_on, id, credits)| {
            let lot = told.lots.iter().find(|lot| lot.id == id && !revoked.contains(&id));
            let left = lot.filter(|lot| told.is_usable(lot, record.as_of)).map_or(0, |lot| lot.unspent);
            json!({
                "id": id,
                "completed_on": completed_on.to_string(),
                "expires_on": plus_years(completed_on, record.switches.credit_validity_years).to_string(),
                "credits": credits,
                "spent": lot.map_or(0, |lot| lot.credits - lot.unspent),
                "left": left,
                "state": lot.map_or("revoked", |lot| state(record, told, lot)),
            })
        })
        .collect()
}

fn state(record: &Record, told: &Telling, lot: &Lot) -> &'static str {
    let expires_on = told.lot_expires_on(lot);
    if !lot.counts {
        "not_certified"
    } else if lot.unspent == 0 {
        "spent"
    } else if lot.lapsed_on.is_some_and(|lapsed_on| lapsed_on <= expires_on) {
        "lapsed"
    } else if expires_on < record.as_of {
        "expired"
    } else {
        "available"
    }
}

/// What an option still asks for: credits, and needs one by one.
#[derive(Clone)]
struct Missing {
    credits: i64,
    needs: Vec<Vec<&'static str>>,
}

fn remaining(as_of: NaiveDate, told: &Telling) -> Vec<Value> {
    let mut remaining = vec![];
    for holding in in_order(told).into_iter().filter(|holding| told.is_renewable(holding, as_of)) {
        let still_missing = still_missing(as_of, told, &holding);
        let kept = (0..still_missing.len()).filter(|place| !is_covered(*place, &still_missing));
        let options: Vec<Value> = kept
            .map(|place| option_as_told(still_missing[place].credits, &merged(&still_missing[place].needs)))
            .collect();
        remaining.push(json!({
            "certification": holding.certification.code,
            "earned_on": holding.earned_on.to_string(),
            "options": options,
        }));
    }
    remaining
}

/// What each option of its level still asks for; those that ask for nothing more are left out.
fn still_missing(as_of: NaiveDate, told: &Telling, holding: &Holding) -> Vec<Missing> {
    let may_take_credits = told.may_take_credits(holding, as_of, as_of);
    let exams = told.exams_in_cycle(holding, as_of);
    told.record
        .table
        .options_of(holding.certification.level)
        .into_iter()
        .filter(|option| option.credits == 0 || may_take_credits)
        .map(|option| Missing {
            credits: (option.credits - told.usable_credits(as_of)).max(0),
            needs: fewest_left(&single_needs(&option.exams), &exams),
        })
        .filter(|missing| missing.credits > 0 || !missing.needs.is_empty())
        .collect()
}

fn is_covered(b: usize, missing: &[Missing]) -> bool {
    (0..missing.len()).any(|a| {
        let covers_back = covers(&missing[b], &missing[a]);
        // Of two that cover each other the first stays.
        a != b && covers(&missing[a], &missing[b]) && (a < b || !covers_back)
    })
}

/// Of all ways to give exams to needs, the needs left over in the one that leaves the fewest; among equals the one
/// that leaves those with more kinds.
fn fewest_left(needs: &[Vec<&'static str>], exams: &[String]) -> Vec<Vec<&'static str>> {
    let ways = ways_left(needs, exams);
    let best = ways.into_iter().reduce(|best, way| {
        let kinds = |way: &[Vec<&str>]| way.iter().map(Vec::len).sum::<usize>();
        let better = way.len() < best.len() || (way.len() == best.len() && kinds(&way) > kinds(&best));
        if better { way } else { best }
    });
    best.expect("at least the way that leaves all")
}

fn ways_left(needs: &[Vec<&'static str>], exams: &[String]) -> Vec<Vec<Vec<&'static str>>> {
    let Some((need, other_needs)) = needs.split_first() else { return vec![vec![]] };
    let mut ways = vec![];
    for mut way in ways_left(other_needs, exams) {
        way.insert(0, need.clone());
        ways.push(way);
    }
    for place in (0..exams.len()).filter(|place| need.contains(&exams[*place].as_str())) {
        let mut other_exams = exams.to_vec();
        other_exams.remove(place);
        ways.extend(ways_left(other_needs, &other_exams));
    }
    ways
}

fn covers(a: &Missing, b: &Missing) -> bool {
    a.credits <= b.credits && matches_into(&a.needs, &b.needs)
}

/// Whether each need of A has a need of B of its own whose every kind would fill it too.
fn matches_into(a: &[Vec<&str>], b: &[Vec<&str>]) -> bool {
    let Some((need, other_needs)) = a.split_first() else { return true };
    (0..b.len()).filter(|place| b[*place].iter().all(|kind| need.contains(kind))).any(|place| {
        let mut others = b.to_vec();
        others.remove(place);
        matches_into(other_needs, &others)
    })
}

fn merged(needs: &[Vec<&'static str>]) -> Vec<Need> {
    let mut merged: Vec<Need> = vec![];
    for of in needs {
        match merged.iter_mut().find(|need| need.of == *of) {
            Some(need) => need.count += 1,
            None => merged.push(Need { of: of.clone(), count: 1 }),
        }
    }
    merged
}

/// Which rules came into play in the last telling and in what remains.
pub fn rules_met(record: &Record) -> BTreeSet<&'static str> {
    let record = &left_out_after(record, record.as_of);
    let told = told(record, Walk::ListedDays);
    let mut met = told.met.clone();
    for holding in told.holdings.iter().filter(|holding| told.is_renewable(holding, record.as_of)) {
        let missing = still_missing(record.as_of, &told, holding);
        let covered: Vec<usize> = (0..missing.len()).filter(|place| is_covered(*place, &missing)).collect();
        let needs = record.table.options_of(holding.certification.level);
        let needs = needs.iter().map(|option| single_needs(&option.exams)).max();
        met.extend((!covered.is_empty()).then_some("an option is covered by another"));
        met.extend(
            covered
                .iter()
                .any(|b| missing[b + 1..].iter().any(|a| covers(a, &missing[*b])))
                .then_some("an option is covered by a later one"),
        );
        met.extend(missing.is_empty().then_some("nothing is missing or no option is open"));
        met.extend(
            (needs.is_some() && told.exams_in_cycle(holding, record.as_of).len() > 1)
                .then_some("two exams in one cycle"),
        );
        met.extend(
            (!told.may_take_credits(holding, record.as_of, record.as_of)).then_some("credits are for a higher level"),
        );
    }
    met
}
