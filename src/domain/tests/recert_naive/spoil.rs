//! Records that must be refused.

use super::generate::Dice;
use serde_json::{Value, json};

/// One thing is made wrong, as the records that must be refused are.
pub fn spoil(case: &mut Value, dice: &mut Dice) {
    let facts = case["facts"].as_array().map_or(0, Vec::len);
    let holdings = case["holdings"].as_array().map_or(0, Vec::len);
    let place = dice.below(facts);
    match dice.below(16) {
        0 => case["facts"][place]["recorded_on"] = json!("2012-01-31"),
        1 => case["facts"][place]["recorded_on"] = json!("2023-02-29"),
        2 => case["facts"][place]["kind"] = json!("waived"),
        3 => push(case, json!({"kind": "approved", "id": "c98", "recorded_on": "2024-05-01"})),
        4 => push(case, json!({"kind": "denied", "id": "c98", "recorded_on": "2024-05-01"})),
        5 => push(case, json!({"kind": "revoked", "id": "c98", "recorded_on": "2024-05-01"})),
        6 => {
            let mut again = case["facts"][place].clone();
            again["recorded_on"] = json!("2031-01-01");
            push(case, again);
        }
        7 => push(
            case,
            json!({"kind": "claim", "id": "c97", "credits": dice.pick(&[0, -4]), "completed_on": "2024-01-01", "recorded_on": "2024-01-01"}),
        ),
        8 => push(
            case,
            json!({"kind": "extended", "certification": "*", "months": dice.pick(&[0, -1]), "on": "2024-01-01", "recorded_on": "2024-01-01"}),
        ),
        9 => push(
            case,
            json!({"kind": "earned", "certification": "NONE", "on": "2024-01-01", "recorded_on": "2033-01-01"}),
        ),
        10 => push(
            case,
            json!({"kind": "exam", "id": "x99", "exam_kind": "oral", "passed_on": "2024-01-01", "recorded_on": "2024-01-01"}),
        ),
        11 if holdings > 0 => case["holdings"][dice.below(holdings)]["cycle_start"] = json!("2009-01-01"),
        12 if holdings > 0 => case["holdings"][dice.below(holdings)]["cycle_start"] = json!("2041-01-01"),
        13 if holdings > 0 => {
            let holding = &mut case["holdings"][dice.below(holdings)];
            let expires_on = if holding["expires_on"].is_null() { json!("2030-01-01") } else { Value::Null };
            holding["expires_on"] = expires_on;
        }
        14 if holdings > 0 => case["holdings"][dice.below(holdings)]["certification"] = json!("NONE"),
        15 => {
            let (name, value) = dice.pick(&[
                ("hold_days", json!(true)),
                ("leftover", json!("burn")),
                ("last_day", json!("Exclusive")),
                ("split_lots", json!("yes")),
            ]);
            case["switches"][name] = value;
        }
        _ => push(
            case,
            json!({"kind": "exam", "id": "c1", "exam_kind": "core", "passed_on": "2024-01-01", "recorded_on": "2024-01-01"}),
        ),
    }
}

fn push(case: &mut Value, fact: Value) {
    if let Some(facts) = case["facts"].as_array_mut() {
        facts.push(fact);
    }
}
