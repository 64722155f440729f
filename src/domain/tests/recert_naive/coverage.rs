//! Which rules a record meets, so that the generator cannot rot unnoticed.

use super::program::Table;
use super::{outcome, record};
use serde_json::Value;
use std::collections::BTreeSet;

/// All that random records must meet again and again.
pub const RULES: [&str; 56] = [
    // section 3
    "renewal on the first day",
    "renewal on the first day without credits",
    "renewal on the last day",
    "renewal on the last day only",
    "renewal on the last day of credits or of being the highest",
    "the lower saved on the common last day",
    "credits renew any level",
    "renewal by credits and exams",
    "renewal by credits alone",
    "renewal by exams alone",
    "renewal of a kept holding",
    "renewal on an exclusive last day",
    "renewal on a leap day",
    // section 4
    "a peer goes along",
    "a lower one goes along",
    "a peer renews apart",
    "a renewal ends the leftover",
    "a lot is spent in part",
    "a lot is spent again",
    "what the option did not need of a lot is lost",
    // section 6
    "a floor stands from the day of a late fact",
    "a floor stands from the end of the last day",
    "a floor passes to the holding that was renewed instead",
    "months count from the expiry without the floors still to come",
    "kept",
    // section 7
    "an extension of all",
    "an extension of one",
    "earned for the first time",
    "earned again after it expired",
    "earned again while active, renewed",
    "earned again while active, without gain",
    "earning ends the leftover",
    "earning ends the leftover of its own day",
    "counts without being certified",
    "refused",
    "something is recorded after as_of",
    "a renewal, and something recorded two years late",
    // section 8
    "active",
    "expired",
    "restorable",
    "held for life",
    "nobody holds anything",
    "an earned certification renews others",
    "reversed",
    "several reversed",
    "revoked",
    "not_certified",
    "spent",
    "lapsed",
    "expired credits",
    "available",
    "an option is covered by another",
    "an option is covered by a later one",
    "nothing is missing or no option is open",
    "two exams in one cycle",
    "credits are for a higher level",
];

pub fn rules_met(case: &Value) -> BTreeSet<&'static str> {
    let Ok(record) = record::read(case, Table::of_the_rules()) else { return BTreeSet::from(["refused"]) };
    let mut met = outcome::rules_met(&record);
    let outcome = outcome::of(&record, super::Walk::ListedDays);
    let any = |list: &str, field: &str, value: Value| {
        outcome[list].as_array().is_some_and(|entries| entries.iter().any(|entry| entry[field] == value))
    };
    let length = |list: &str| outcome[list].as_array().map_or(0, Vec::len);
    for status in ["active", "expired", "restorable"] {
        met.extend(any("holdings", "status", status.into()).then_some(status));
    }
    for state in ["revoked", "not_certified", "spent", "lapsed", "available"] {
        met.extend(any("credits", "state", state.into()).then_some(state));
    }
    let late = record.facts.iter().any(|fact| (fact.recorded_on - fact.effective).num_days() > 730);
    met.extend(any("credits", "state", "expired".into()).then_some("expired credits"));
    met.extend(any("holdings", "kept", true.into()).then_some("kept"));
    met.extend(any("holdings", "expires_on", Value::Null).then_some("held for life"));
    met.extend((length("holdings") == 0).then_some("nobody holds anything"));
    met.extend(any("renewals", "option", Value::Null).then_some("an earned certification renews others"));
    met.extend((length("reversed") > 0).then_some("reversed"));
    met.extend((length("reversed") > 1).then_some("several reversed"));
    met.extend((late && length("renewals") > 0).then_some("a renewal, and something recorded two years late"));
    let unseen = record.facts.iter().any(|fact| fact.recorded_on > record.as_of);
    met.extend(unseen.then_some("something is recorded after as_of"));
    met
}
