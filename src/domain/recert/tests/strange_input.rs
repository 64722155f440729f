//! Nothing that can be written into a case makes the engine panic; it answers or refuses.

use super::cisco;
use crate::recert::case::answer;
use proptest::prelude::*;
use serde_json::Value;

const WORKED: &str = include_str!("../cases/worked.jsonl");
const RANDOM: &str = include_str!("../cases/random.jsonl");

/// Values that are often not thought of.
fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::Bool(true)),
        Just(Value::from(0)),
        Just(Value::from(-1)),
        Just(Value::from(1.5)),
        Just(Value::from(1)),
        Just(Value::from(i64::MAX)),
        Just(Value::from(u64::MAX)),
        Just(Value::from(1e300)),
        Just(Value::from("")),
        Just(Value::from("*")),
        Just(Value::from("CCNA")),
        Just(Value::from("2025-02-30")),
        Just(Value::from("0000-01-01")),
        Just(Value::from("0001-01-01")),
        Just(Value::from("9999-12-31")),
        Just(Value::from("9997-01-01")),
        Just(Value::from("+10000-01-01")),
        Just(Value::from("2025-1-1")),
        Just(Value::Array(Vec::new())),
        Just(serde_json::json!({})),
        "\\PC{0,8}".prop_map(Value::from),
    ]
}

/// All places in a value, as JSON pointers.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| places(field, &format!("{path}/{key}"), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, item)| places(item, &format!("{path}/{index}"), found));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_case_with_strange_values_is_answered_or_refused(
        line in 0usize..315, changes in prop::collection::vec((any::<prop::sample::Index>(), strange()), 1..4),
    ) {
        let line = WORKED.lines().chain(RANDOM.lines()).nth(line).unwrap();
        let mut case: Value = serde_json::from_str(line).unwrap();
        case.as_object_mut().unwrap().remove("outcome");
        for (place, value) in changes {
            let mut found = Vec::new();
            places(&case, "", &mut found);
            *case.pointer_mut(place.get(&found)).unwrap() = value;
        }
        let answer: Value = serde_json::from_str(&answer(&cisco(), &case.to_string())).unwrap();
        prop_assert!(answer.get("renewals").is_some() || answer.get("reason").is_some());
    }

    #[test]
    fn any_text_is_answered_or_refused(text in "\\PC{0,60}") {
        let answer: Value = serde_json::from_str(&answer(&cisco(), &text)).unwrap();
        prop_assert!(answer.get("reason").is_some());
    }
}

/// A case of one associate certification that ends near the end of the calendar.
fn at_the_end(fact: &str) -> Value {
    let text = format!(
        r#"{{"certifications":[{{"code":"CCNA","level":"associate"}}],"as_of":"9999-12-31",
        "holdings":[{{"certification":"CCNA","earned_on":"9996-12-31","cycle_start":"9996-12-31","expires_on":"9999-12-31"}}],
        "facts":[{fact}]}}"#
    );
    serde_json::from_str(&answer(&cisco(), &text)).unwrap()
}

#[test]
fn nothing_expires_later_than_the_calendar_ends() {
    let exam = r#"{"kind":"exam","id":"x","exam_kind":"core","passed_on":"9998-01-01","recorded_on":"9998-01-01"}"#;
    let months = r#"{"kind":"extended","certification":"*","months":18446744073709551,"on":"9999-01-01","recorded_on":"9999-01-01"}"#;
    for fact in [exam, months] {
        let outcome = at_the_end(fact);
        assert_eq!(outcome["holdings"][0]["expires_on"], "9999-12-31", "{outcome}");
    }
}

#[test]
fn credits_beyond_counting_are_added_without_overflow() {
    let facts = (0..3)
        .map(|n| {
            format!(
                r#"{{"kind":"approved","id":"k{n}","credits":{},"completed_on":"9997-02-01","recorded_on":"9997-02-01"}}"#,
                i64::MAX
            )
        })
        .collect::<Vec<_>>()
        .join(",");
    let outcome = at_the_end(&facts);
    assert_eq!(outcome["renewals"].as_array().unwrap().len(), 0, "there is nothing to gain: {outcome}");
    assert_eq!(outcome["credits"][0]["credits"], i64::MAX);
}
