//! Sections 1 and 2: levels, options, switches.

use serde_json::Value;

/// Lowest first. A level is its place in this list.
pub const LEVELS: [&str; 5] = ["entry", "associate", "specialist", "professional", "expert"];

/// In the order in which an option lists them.
pub const EXAM_KINDS: [&str; 6] = ["associate", "concentration", "core", "expert_written", "lab", "other"];

pub fn rank(level: &str) -> usize {
    LEVELS.iter().position(|known| *known == level).expect("a known level")
}

#[derive(Clone, Debug)]
pub struct Need {
    pub of: Vec<&'static str>,
    pub count: usize,
}

#[derive(Clone, Debug)]
pub struct RenewalOption {
    pub credits: i64,
    pub exams: Vec<Need>,
}

/// The options of each level.
#[derive(Clone, Debug)]
pub struct Table(pub Vec<Vec<RenewalOption>>);

impl Table {
    /// The table of section 2.
    pub fn of_the_rules() -> Table {
        Table((0..LEVELS.len()).map(options_of).collect())
    }

    pub fn options_of(&self, level: usize) -> Vec<RenewalOption> {
        self.0[level].clone()
    }

    pub fn has_an_option_that_takes_credits(&self, level: usize) -> bool {
        self.0[level].iter().any(|option| option.credits > 0)
    }
}

/// Left to right.
fn options_of(level: usize) -> Vec<RenewalOption> {
    let option = |credits: i64, exams: &[(&[&'static str], usize)]| RenewalOption {
        credits,
        exams: exams.iter().map(|(of, count)| Need { of: of.to_vec(), count: *count }).collect(),
    };
    let professional: &[&str] = &["concentration", "core"];
    let expert: &[&str] = &["expert_written", "lab"];
    match LEVELS[level] {
        "associate" => {
            vec![option(0, &[(&["associate", "concentration", "core", "expert_written", "lab"], 1)]), option(30, &[])]
        }
        "specialist" => {
            vec![option(0, &[(&["concentration", "core", "expert_written", "lab"], 1)]), option(40, &[])]
        }
        "professional" => vec![
            option(0, &[(&["core"], 1)]),
            option(0, &[(professional, 2)]),
            option(0, &[(expert, 1)]),
            option(40, &[(professional, 1)]),
            option(80, &[]),
        ],
        "expert" => vec![
            option(0, &[(&["lab"], 1)]),
            option(0, &[(&["expert_written"], 1)]),
            option(0, &[(&["core"], 1), (&["concentration"], 1)]),
            option(0, &[(&["concentration"], 3)]),
            option(40, &[(&["core"], 1)]),
            option(40, &[(professional, 2)]),
            option(80, &[(professional, 1)]),
            option(120, &[]),
        ],
        _ => vec![],
    }
}

#[derive(Clone, Debug)]
pub struct Switches {
    pub last_day_inclusive: bool,
    pub validity_years: u32,
    pub credit_validity_years: u32,
    pub must_be_certified: bool,
    pub credits_apply_to_highest: bool,
    pub split_lots: bool,
    pub peers_renew_together: bool,
    pub leftover_lapses: bool,
    pub keep_promises: bool,
}

impl Switches {
    /// The defaults with what a case sets; the faults are the names of switches that are unknown or have an unknown value.
    pub fn read(set: Option<&Value>, faults: &mut Vec<String>) -> Switches {
        let mut switches = Switches {
            last_day_inclusive: true,
            validity_years: 3,
            credit_validity_years: 3,
            must_be_certified: true,
            credits_apply_to_highest: true,
            split_lots: true,
            peers_renew_together: true,
            leftover_lapses: false,
            keep_promises: true,
        };
        let Some(set) = set.and_then(Value::as_object) else { return switches };
        for (name, value) in set {
            let known = match name.as_str() {
                "last_day" => put(&mut switches.last_day_inclusive, one_of(value, "inclusive", "exclusive")),
                "validity_years" => put(&mut switches.validity_years, years(value)),
                "credit_validity_years" => put(&mut switches.credit_validity_years, years(value)),
                "must_be_certified" => put(&mut switches.must_be_certified, value.as_bool()),
                "credits_apply_to" => put(&mut switches.credits_apply_to_highest, one_of(value, "highest", "any")),
                "split_lots" => put(&mut switches.split_lots, value.as_bool()),
                "peers_renew_together" => put(&mut switches.peers_renew_together, value.as_bool()),
                "leftover" => put(&mut switches.leftover_lapses, one_of(value, "lapse", "carry")),
                "keep_promises" => put(&mut switches.keep_promises, value.as_bool()),
                _ => false,
            };
            if !known {
                faults.push(name.clone());
            }
        }
        switches
    }
}

fn put<T>(switch: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *switch = value;
            true
        }
        None => false,
    }
}

fn one_of(value: &Value, yes: &str, no: &str) -> Option<bool> {
    match value.as_str()? {
        text if text == yes => Some(true),
        text if text == no => Some(false),
        _ => None,
    }
}

fn years(value: &Value) -> Option<u32> {
    value.as_u64().filter(|years| *years > 0).and_then(|years| u32::try_from(years).ok())
}
