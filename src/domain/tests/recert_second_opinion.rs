//! The engine and a naive second reading of the rules must come to the same outcome.

#[cfg(test)]
mod recert_naive;

#[cfg(test)]
mod naive_reading {
    use super::recert_naive::shrink::{printed, shrink};
    use super::recert_naive::{Table, Walk, coverage, faults, generate::generate, outcome, outcome_by};
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
        let walked = |case: &Value, walk| outcome_by(case, Table::of_the_rules(), walk);
        let differs = |case: &Value| walked(case, Walk::EveryDay) != walked(case, Walk::ListedDays);
        if let Some(seed) = seeds.find(|seed| differs(&generate(*seed))) {
            let case = shrink(&generate(seed), differs);
            let (every, listed) = (walked(&case, Walk::EveryDay), walked(&case, Walk::ListedDays));
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

#[cfg(test)]
mod second_opinion {
    use super::recert_naive::another_table::another_table;
    use super::recert_naive::program::{LEVELS, Table};
    use super::recert_naive::shrink::{printed, shrink};
    use super::recert_naive::{Walk, faults, generate::generate, outcome_by};
    use ce_domain::program::{ExamNeed, Program, RenewalOption};
    use ce_domain::recert::{Rules, case::answer};
    use serde_json::Value;
    use std::ops::Range;

    #[test]
    fn the_engine_and_the_naive_reading_come_to_the_same() {
        come_to_the_same(0..2_000, |_| Table::of_the_rules());
    }

    #[test]
    fn the_engine_and_the_naive_reading_come_to_the_same_by_the_options_of_another_body() {
        come_to_the_same(0..500, another_table);
    }

    #[test]
    #[ignore = "takes minutes: cargo test --release -- --ignored"]
    fn the_engine_and_the_naive_reading_come_to_the_same_in_very_many_records() {
        come_to_the_same(2_000..200_000, |_| Table::of_the_rules());
    }

    #[test]
    #[ignore = "takes minutes: cargo test --release -- --ignored"]
    fn the_engine_and_the_naive_reading_come_to_the_same_in_very_many_records_by_the_options_of_another_body() {
        come_to_the_same(500..200_000, another_table);
    }

    fn come_to_the_same(mut seeds: Range<u64>, table: impl Fn(u64) -> Table) {
        let cisco =
            Program::parse("cisco.toml", include_str!("../../../programs/cisco.toml")).expect("a valid program");
        let differ = |seed: u64, case: &Value| disagreement(&rules_by(&cisco, &table(seed)), &table(seed), case);
        if let Some(seed) = seeds.find(|seed| differ(*seed, &generate(*seed)).is_some()) {
            let case = shrink(&generate(seed), |case| differ(seed, case).is_some());
            let (naive, engine) = differ(seed, &case).expect("still");
            let options = table(seed).0;
            panic!("{options:?}\n{}\n\nthe naive reading:\n{naive}\n\nthe engine:\n{engine}\n", printed(&case));
        }
    }

    /// A program with other options. Its own are those of the table of the rules: the shared cases go by them.
    fn rules_by(program: &Program, table: &Table) -> Rules {
        let mut program = program.clone();
        for (level, options) in LEVELS.into_iter().zip(&table.0) {
            let of_level = program.levels.iter_mut().find(|known| known.key == level).expect("the same levels");
            let options = options.iter().map(|option| RenewalOption {
                credits: u32::try_from(option.credits).expect("few credits"),
                exams: (option.exams.iter())
                    .map(|need| ExamNeed {
                        of: need.of.iter().map(|kind| (*kind).to_owned()).collect(),
                        count: u32::try_from(need.count).expect("few exams"),
                    })
                    .collect(),
            });
            of_level.options = options.collect();
        }
        Rules::of(&program)
    }

    /// What the naive reading says and what the engine says, where they differ.
    fn disagreement(rules: &Rules, table: &Table, case: &Value) -> Option<(String, String)> {
        let engine: Value = serde_json::from_str(&answer(rules, &case.to_string())).expect("the answer is JSON");
        let engine = with_namesakes_in_order(engine);
        match outcome_by(case, table.clone(), Walk::ListedDays).map(with_namesakes_in_order) {
            Ok(naive) => (naive != engine).then(|| (printed(&naive), printed(&engine))),
            Err(_) => {
                // Of several faults any one is named.
                let named = engine["refused"].as_str().unwrap_or_default().to_owned();
                let faults = faults(case);
                (!faults.contains(&named)).then(|| (format!("refused: any of {faults:?}"), printed(&engine)))
            }
        }
    }

    /// Which of two holdings with the same certification and day comes first is not for the rules to say.
    fn with_namesakes_in_order(mut outcome: Value) -> Value {
        for list in ["holdings", "remaining"] {
            if let Some(entries) = outcome[list].as_array_mut() {
                let name = |entry: &Value| (entry["certification"].to_string(), entry["earned_on"].to_string());
                let mut at = 0;
                for same in entries.clone().chunk_by(|one, other| name(one) == name(other)) {
                    entries[at..at + same.len()].sort_by_key(Value::to_string);
                    at += same.len();
                }
            }
        }
        outcome
    }
}
