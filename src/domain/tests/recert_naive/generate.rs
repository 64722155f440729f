//! Random records: the same seed gives the same record. Days cluster where the rules change their mind: expiries,
//! cycle starts, retirements, leap days, three years after anything, the days on which something became known.

use super::spoil::spoil;
use super::{day, plus_months, plus_years};
use chrono::{Duration, NaiveDate};
use serde_json::{Map, Value, json};

/// A small generator of random numbers (SplitMix64), so that a seed means the same record for ever.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(0x9E37_79B9_7F4A_7C15))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}

const CODES: [(&str, &str); 13] = [
    ("CCT", "entry"),
    ("CCNA", "associate"),
    ("CYBOPS", "associate"),
    ("DEVNET", "associate"),
    ("ENCOR", "specialist"),
    ("ENARSI", "specialist"),
    ("CCNP-E", "professional"),
    ("CCNP-S", "professional"),
    ("CCNP-D", "professional"),
    ("CCIE", "expert"),
    ("CCIE-S", "expert"),
    ("CCDE", "expert"),
    ("CCAR", "expert"),
];
const CREDITS: [i64; 14] = [1, 7, 10, 16, 24, 30, 30, 33, 40, 40, 48, 64, 80, 120];
const KINDS: [&str; 8] =
    ["associate", "concentration", "concentration", "core", "core", "expert_written", "lab", "other"];

struct Draft {
    dice: Dice,
    /// The days around which things happen.
    interesting: Vec<NaiveDate>,
    certifications: Vec<Value>,
    holdings: Vec<Value>,
    facts: Vec<Value>,
}

pub fn generate(seed: u64) -> Value {
    let mut draft =
        Draft { dice: Dice::new(seed), interesting: vec![], certifications: vec![], holdings: vec![], facts: vec![] };
    let mut switches = draft.switches();
    let late_news = draft.dice.chance(35);
    if late_news && draft.dice.chance(60) {
        switches.insert("validity_years".into(), json!(draft.dice.pick(&[1, 1, 2])));
    }
    let default_years = switches.get("validity_years").and_then(Value::as_u64).unwrap_or(3);
    draft.anchors();
    draft.certifications();
    draft.holdings(default_years as u32);
    draft.facts();
    if late_news {
        draft.late_news();
    }
    let as_of = draft.as_of();
    if draft.dice.chance(40) {
        let Draft { dice, facts, .. } = &mut draft;
        dice.shuffle(facts);
    }
    let mut case = json!({
        "name": format!("seed {seed}"),
        "certifications": draft.certifications,
        "as_of": as_of.to_string(),
        "holdings": draft.holdings,
        "facts": draft.facts,
    });
    if !switches.is_empty() {
        case["switches"] = Value::Object(switches);
    }
    if draft.dice.chance(10) {
        spoil(&mut case, &mut draft.dice);
    }
    case
}

impl Draft {
    fn switches(&mut self) -> Map<String, Value> {
        let mut switches = Map::new();
        let dice = &mut self.dice;
        if dice.chance(35) {
            return switches;
        }
        let percent = dice.pick(&[10, 25, 60]);
        for name in [
            "last_day",
            "validity_years",
            "credit_validity_years",
            "must_be_certified",
            "credits_apply_to",
            "split_lots",
            "peers_renew_together",
            "leftover",
            "keep_promises",
        ] {
            if dice.chance(percent) {
                let value = match name {
                    "last_day" => json!(dice.pick(&["inclusive", "exclusive", "exclusive"])),
                    "validity_years" => json!(dice.pick(&[1, 2, 3, 4, 5])),
                    "credit_validity_years" => json!(dice.pick(&[1, 2, 3, 4, 5])),
                    "credits_apply_to" => json!(dice.pick(&["highest", "any", "any"])),
                    "leftover" => json!(dice.pick(&["carry", "lapse", "lapse"])),
                    // Not often without promises: they are the harder rule.
                    "keep_promises" => json!(dice.chance(60)),
                    _ => json!(dice.chance(30)),
                };
                switches.insert(name.into(), value);
            }
        }
        switches
    }

    fn anchors(&mut self) {
        for _ in 0..=self.dice.below(3) {
            let days = ["2024-02-29", "2024-02-28", "2024-03-01", "2023-02-28", "2023-12-31", "2024-08-31"];
            let anchor = if self.dice.chance(30) {
                day(self.dice.pick(&days)).expect("a day")
            } else {
                day("2022-06-01").expect("a day") + Duration::days(self.dice.below(1000) as i64)
            };
            self.interesting.push(anchor);
        }
    }

    /// Near something: the same day, a neighbour, three years or some months off.
    fn some_day(&mut self) -> NaiveDate {
        let base = self.dice.pick(&self.interesting);
        let base = match self.dice.below(10) {
            0 => plus_years(base, 3),
            1 => base - Duration::days(3 * 365 + self.dice.below(3) as i64),
            _ => base,
        };
        match self.dice.below(12) {
            0..=4 => base,
            5 => base + Duration::days(1),
            6 => base - Duration::days(1),
            7 | 8 => base - Duration::days(self.dice.below(60) as i64),
            9 => base + Duration::days(self.dice.below(60) as i64),
            _ => base - Duration::days(self.dice.below(900) as i64),
        }
    }

    /// The day something became known: soon, late, very late, on a day on which something else happened.
    fn known_after(&mut self, effective: NaiveDate) -> NaiveDate {
        let recorded_on = match self.dice.below(12) {
            0..=2 => effective,
            3 | 4 => effective + Duration::days(self.dice.below(10) as i64),
            5..=7 => effective + Duration::days(self.dice.below(100) as i64),
            8 => effective + Duration::days(self.dice.below(1200) as i64),
            _ => self.some_day(),
        };
        recorded_on.max(effective)
    }

    fn certifications(&mut self) {
        let mut codes = CODES.to_vec();
        self.dice.shuffle(&mut codes);
        codes.truncate(1 + self.dice.below(6));
        // One of the lowest level is seldom interesting.
        codes.retain(|(_, level)| *level != "entry" || self.dice.chance(40));
        if codes.is_empty() {
            codes.push(("CCNP-E", "professional"));
        }
        for (code, level) in codes {
            let mut certification = json!({"code": code, "level": level});
            if self.dice.chance(12) {
                let retired_on = self.some_day();
                self.interesting.push(retired_on);
                certification["retired_on"] = json!(retired_on.to_string());
            }
            match self.dice.below(20) {
                0 => certification["recertifies"] = json!(false),
                1 => certification["recertifies"] = json!(true),
                2 | 3 => certification["validity_years"] = json!(self.dice.pick(&[1, 2, 4, 5])),
                4 => certification["validity_years"] = Value::Null,
                _ => {}
            }
            self.certifications.push(certification);
        }
    }

    fn holdings(&mut self, default_years: u32) {
        let together = self.dice.chance(50);
        let common = self.dice.pick(&self.interesting);
        for certification in self.certifications.clone() {
            if self.dice.chance(18) {
                continue;
            }
            let expires_on = if together && self.dice.chance(85) { common } else { self.some_day() };
            self.holding(&certification, expires_on, default_years);
            if self.dice.chance(4) {
                // One that ended before, or another beside it.
                let other = if self.dice.chance(50) { self.some_day() } else { expires_on - Duration::days(1500) };
                self.holding(&certification, other, default_years);
            }
        }
    }

    fn holding(&mut self, certification: &Value, expires_on: NaiveDate, default_years: u32) {
        let years = match certification.get("validity_years") {
            Some(years) => years.as_u64().map(|years| years as u32),
            None => Some(default_years),
        };
        let lasts = Duration::days(i64::from(365 * years.unwrap_or(3) + self.dice.below(2) as u32));
        let cycle_start = match self.dice.below(10) {
            0 => expires_on - Duration::days(self.dice.below(400) as i64),
            _ => expires_on - lasts,
        };
        let earned_on = match self.dice.below(6) {
            0 => cycle_start - Duration::days(self.dice.below(1500) as i64),
            1 => cycle_start - Duration::days(1),
            _ => cycle_start,
        };
        self.interesting.extend([expires_on, expires_on, cycle_start]);
        self.holdings.push(json!({
            "certification": certification["code"],
            "earned_on": earned_on.to_string(),
            "cycle_start": cycle_start.to_string(),
            "expires_on": years.map(|_| expires_on.to_string()),
        }));
    }

    fn facts(&mut self) {
        let most = self.dice.pick(&[2, 5, 9, 14]);
        for number in 1..=1 + self.dice.below(most) {
            match self.dice.below(20) {
                0..=9 => self.credit(number),
                10..=14 => self.exam(number),
                15..=17 => self.earned(number),
                _ => self.extended(number),
            }
        }
    }

    fn exam(&mut self, number: usize) {
        let passed_on = self.some_day();
        let recorded_on = self.known_after(passed_on);
        self.remember(passed_on, recorded_on);
        self.facts.push(json!({"kind": "exam", "id": format!("x{number}"), "exam_kind": self.dice.pick(&KINDS),
            "passed_on": passed_on.to_string(), "recorded_on": recorded_on.to_string()}));
    }

    fn earned(&mut self, number: usize) {
        let on = self.some_day();
        let recorded_on = self.known_after(on);
        self.remember(on, recorded_on);
        let code = self.dice.pick(&self.certifications)["code"].clone();
        let fact = json!({"kind": "earned", "certification": code, "on": on.to_string(), "recorded_on": recorded_on.to_string()});
        self.push_with_or_without_id(fact, format!("e{number}"));
    }

    fn extended(&mut self, number: usize) {
        let on = self.some_day();
        let recorded_on = self.known_after(on);
        self.remember(on, recorded_on);
        let certification =
            if self.dice.chance(40) { json!("*") } else { self.dice.pick(&self.certifications)["code"].clone() };
        let months = self.dice.pick(&[1, 2, 3, 6, 6, 12, 18, 40]);
        let fact = json!({"kind": "extended", "certification": certification, "months": months,
            "on": on.to_string(), "recorded_on": recorded_on.to_string()});
        self.push_with_or_without_id(fact, format!("m{number}"));
    }

    fn push_with_or_without_id(&mut self, mut fact: Value, id: String) {
        if self.dice.chance(50) {
            fact["id"] = json!(id);
        }
        self.facts.push(fact);
    }

    /// A claim and what became of it, or a credit that had no claim.
    fn credit(&mut self, number: usize) {
        let id = format!("c{number}");
        let completed_on = self.some_day();
        let credits = self.dice.pick(&CREDITS);
        let mut decided_on = self.known_after(completed_on);
        let mut approved = json!({"kind": "approved", "id": id});
        let claimed = self.dice.chance(60);
        if claimed {
            let days = self.dice.below(30) as i64;
            let claimed_on = (completed_on + Duration::days(days)).min(decided_on);
            self.facts.push(json!({"kind": "claim", "id": id, "credits": credits,
                "completed_on": completed_on.to_string(), "recorded_on": claimed_on.to_string()}));
            match self.dice.below(10) {
                0 | 1 => {
                    self.remember(completed_on, claimed_on);
                    return;
                }
                2 => {
                    self.facts.push(json!({"kind": "denied", "id": id, "recorded_on": decided_on.to_string()}));
                    return;
                }
                3 => approved["credits"] = json!(self.dice.pick(&CREDITS)),
                4 => {
                    let instead = self.some_day();
                    decided_on = decided_on.max(instead);
                    approved["completed_on"] = json!(instead.to_string());
                }
                _ => {}
            }
        } else {
            approved["credits"] = json!(credits);
            approved["completed_on"] = json!(completed_on.to_string());
        }
        approved["recorded_on"] = json!(decided_on.to_string());
        self.remember(completed_on, decided_on);
        self.facts.push(approved);
        if self.dice.chance(15) {
            let revoked_on = self.known_after(decided_on);
            self.facts.push(json!({"kind": "revoked", "id": id, "recorded_on": revoked_on.to_string()}));
            self.interesting.push(revoked_on);
        }
    }

    /// What was promised on the strength of what was known, and late facts that would make it less: credits renewed a
    /// lower certification before it was known that a higher one had been earned. Between the two it may have been
    /// extended, and a late extension may turn one earned again into one that had not yet expired.
    fn late_news(&mut self) {
        let base = self.dice.pick(&self.interesting);
        let level = |certification: &Value| certification["level"].as_str().map(super::program::rank);
        let mut by_level = self.certifications.clone();
        by_level.sort_by_key(level);
        let (Some(low), Some(high)) = (by_level.first().cloned(), by_level.last().cloned()) else { return };
        let after =
            |dice: &mut Dice, from: usize, to: usize| base + Duration::days((from + dice.below(to - from)) as i64);
        let known = |dice: &mut Dice, day: NaiveDate| day + Duration::days(dice.below(3) as i64);
        if self.dice.chance(70) {
            let on = after(&mut self.dice, 0, 30);
            let recorded_on = known(&mut self.dice, on);
            self.facts.push(json!({"kind": "earned", "certification": low["code"],
                "on": on.to_string(), "recorded_on": recorded_on.to_string()}));
        }
        for (number, from, to) in [(91, 30, 200), (92, 250, 400), (93, 30, 500)] {
            if self.dice.chance(70) {
                let completed_on = after(&mut self.dice, from, to);
                let recorded_on = known(&mut self.dice, completed_on);
                self.facts.push(
                    json!({"kind": "approved", "id": format!("c{number}"), "credits": self.dice.pick(&[30, 40, 80]),
                    "completed_on": completed_on.to_string(), "recorded_on": recorded_on.to_string()}),
                );
            }
        }
        let known_late = after(&mut self.dice, 300, 1200);
        self.interesting.push(known_late);
        if self.dice.chance(70) {
            let on = after(&mut self.dice, 0, 100).min(known_late);
            self.facts.push(json!({"kind": "earned", "certification": high["code"],
                "on": on.to_string(), "recorded_on": known_late.to_string()}));
        }
        if self.dice.chance(60) {
            let on = (base - Duration::days(self.dice.below(5) as i64)).min(known_late);
            self.facts
                .push(json!({"kind": "extended", "certification": low["code"], "months": self.dice.pick(&[1, 3, 12]),
                "on": on.to_string(), "recorded_on": known_late.to_string()}));
        }
        if self.dice.chance(60) {
            let on = after(&mut self.dice, 300, 900);
            let recorded_on = known(&mut self.dice, on);
            self.facts
                .push(json!({"kind": "extended", "certification": "*", "months": self.dice.pick(&[1, 6, 12, 30]),
                "on": on.to_string(), "recorded_on": recorded_on.to_string()}));
        }
    }

    fn remember(&mut self, effective: NaiveDate, recorded_on: NaiveDate) {
        self.interesting.push(effective);
        if self.dice.chance(40) {
            self.interesting.push(recorded_on);
        }
        if self.dice.chance(40) {
            self.interesting.push(plus_years(effective, 3));
        }
    }

    fn as_of(&mut self) -> NaiveDate {
        let latest = self.interesting.iter().copied().max().expect("some day");
        let some = self.some_day();
        match self.dice.below(10) {
            0..=2 => latest,
            3 => latest + Duration::days(1),
            4 => plus_months(latest, 8),
            5 | 6 => some.max(self.some_day()).max(self.some_day()),
            _ => some.max(self.some_day()),
        }
    }
}
