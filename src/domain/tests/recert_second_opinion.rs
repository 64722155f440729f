//! The engine and a naive second reading of the rules must come to the same outcome.

#[cfg(test)]
mod recert_naive;

#[cfg(test)]
mod naive_reading {
    use super::recert_naive::shrink::{printed, shrink};
    use super::recert_naive::{Walk, coverage, faults, generate::generate, outcome, outcome_walking};
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::ops::Range;

    fn shared_cases() -> Vec<Value> {
        [include_str!("../recert/cases/worked.jsonl"), include_str!("../recert/cases/random.jsonl")]
            .into_iter()
            .flat_map(str::lines)
            .map(|line| serde_json::from_str(line).expect("a case is JSON"))
            .collect()
    }

    #[test]
    fn agrees_with_every_shared_case() {
        let mut disagreements = vec![];
        for case in shared_cases() {
            let agrees = match &case["refused"] {
                Value::String(named) => faults(&case).contains(named),
                _ => outcome(&case).as_ref() == Ok(&case["outcome"]),
            };
            if !agrees {
                disagreements.push(case["name"].to_string());
            }
        }
        assert!(disagreements.is_empty(), "{disagreements:?}");
    }

    #[test]
    fn nothing_happens_on_days_that_are_not_listed() {
        walking_every_day_changes_nothing(0..60);
    }

    #[test]
    #[ignore = "takes many minutes: cargo test --release -- --ignored"]
    fn nothing_happens_on_days_that_are_not_listed_in_very_many_records() {
        walking_every_day_changes_nothing(0..20_000);
    }

    fn walking_every_day_changes_nothing(mut seeds: Range<u64>) {
        let differs =
            |case: &Value| outcome_walking(case, Walk::EveryDay) != outcome_walking(case, Walk::ListedDays);
        if let Some(seed) = seeds.find(|seed| differs(&generate(*seed))) {
            let case = shrink(&generate(seed), differs);
            let (every, listed) = (outcome_walking(&case, Walk::EveryDay), outcome_walking(&case, Walk::ListedDays));
            panic!("{}\nevery day: {every:#?}\nlisted days: {listed:#?}", printed(&case));
        }
    }

    #[test]
    fn random_records_meet_every_rule_again_and_again() {
        let mut times: BTreeMap<&str, usize> = coverage::RULES.into_iter().map(|rule| (rule, 0)).collect();
        for seed in 0..2_000 {
            for rule in coverage::rules_met(&generate(seed)) {
                *times.entry(rule).or_default() += 1;
            }
        }
        let printout: Vec<String> = times.iter().map(|(rule, times)| format!("{times:5}  {rule}")).collect();
        println!("{}", printout.join("\n"));
        let seldom: Vec<_> = times.iter().filter(|(_, times)| **times < 5).collect();
        assert!(seldom.is_empty(), "hardly ever: {seldom:?}");
    }
}
