//! The cases that were worked out by hand, and those drawn at random: every one must agree.

use super::cisco;
use crate::recert::case::answer;
use serde_json::Value;

/// Compares every case of a file, and shows of those that differ what differs.
fn all_agree(file: &str) {
    let rules = cisco();
    let mut differing = Vec::new();
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let answer: Value = serde_json::from_str(&answer(&rules, line)).unwrap();
        let mut lines = Vec::new();
        match case.get("refused") {
            Some(refused) => difference("refused", refused, &answer["refused"], &mut lines),
            None => difference("", &case["outcome"], &answer, &mut lines),
        }
        if !lines.is_empty() {
            differing.push(format!("{} as of {}\n{}", case["name"], case["as_of"], lines.join("\n")));
        }
    }
    assert!(differing.is_empty(), "{} cases differ:\n{}", differing.len(), differing.join("\n\n"));
}

fn difference(path: &str, expected: &Value, found: &Value, lines: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for (key, value) in a {
                difference(&format!("{path}.{key}"), value, &b[key], lines);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                difference(&format!("{path}[{index}]"), a, b, lines);
            }
        }
        _ if expected == found => {}
        _ => lines.push(format!("  {path}\n    expected {expected}\n    found    {found}")),
    }
}

#[test]
fn the_worked_cases_agree() {
    all_agree(include_str!("../cases/worked.jsonl"));
}

#[test]
fn the_random_cases_agree() {
    all_agree(include_str!("../cases/random.jsonl"));
}
