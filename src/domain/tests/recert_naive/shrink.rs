//! Makes a case on which two readings disagree as small as it gets while they still do.

use serde_json::Value;

/// Drops facts, holdings, certifications and switches one by one as long as `disagree` stays true.
pub fn shrink(case: &Value, disagree: impl Fn(&Value) -> bool) -> Value {
    let mut smallest = case.clone();
    while let Some(smaller) = one_thing_less(&smallest).into_iter().find(&disagree) {
        smallest = smaller;
    }
    smallest
}

fn one_thing_less(case: &Value) -> Vec<Value> {
    let mut smaller = vec![];
    for list in ["facts", "holdings", "certifications"] {
        for place in 0..case[list].as_array().map_or(0, Vec::len) {
            let mut less = case.clone();
            less[list].as_array_mut().expect("a list").remove(place);
            smaller.push(less);
        }
    }
    for switch in case["switches"].as_object().into_iter().flat_map(|switches| switches.keys()) {
        let mut less = case.clone();
        less["switches"].as_object_mut().expect("switches").remove(switch);
        smaller.push(less);
    }
    for list in ["certifications", "facts"] {
        for place in 0..case[list].as_array().map_or(0, Vec::len) {
            for field in ["retired_on", "recertifies", "validity_years"] {
                let mut less = case.clone();
                let entry = less[list][place].as_object_mut().expect("an entry");
                if entry.remove(field).is_some() {
                    smaller.push(less);
                }
            }
        }
    }
    smaller
}

/// A case as people read it: one fact a line.
pub fn printed(case: &Value) -> String {
    let mut lines = vec![];
    for (field, value) in case.as_object().into_iter().flatten() {
        match value.as_array() {
            Some(entries) => {
                lines.push(format!("{field}:"));
                lines.extend(entries.iter().map(|entry| format!("  {entry}")));
            }
            None => lines.push(format!("{field}: {value}")),
        }
    }
    lines.join("\n")
}
