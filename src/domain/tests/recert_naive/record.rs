//! Section 7: what a record says, and when it is refused.

use super::program::{EXAM_KINDS, Switches, Table, rank};
use super::{day, plus_years};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Certification {
    pub code: String,
    pub level: usize,
    pub retired_on: Option<NaiveDate>,
    pub recertifies: bool,
    /// `None`: held for life.
    pub validity_years: Option<u32>,
}

impl Certification {
    pub fn is_retired_on(&self, day: NaiveDate) -> bool {
        self.retired_on.is_some_and(|retired_on| retired_on <= day)
    }

    /// `None`: held for life.
    pub fn expiry_when_renewed_on(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.validity_years.map(|years| plus_years(day, years))
    }
}

/// A holding that exists when the record begins.
#[derive(Clone, Debug)]
pub struct FirstHolding {
    pub certification: String,
    pub earned_on: NaiveDate,
    pub cycle_start: NaiveDate,
    pub expires_on: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub enum What {
    Extended { certification: String, months: u32 },
    Earned { certification: String },
    Exam { kind: String },
    Claim,
    Approved { credits: i64 },
    Denied,
    Revoked,
}

#[derive(Clone, Debug)]
pub struct Fact {
    /// Empty where the record gives none.
    pub id: String,
    /// The day it happened.
    pub effective: NaiveDate,
    /// The day it became known.
    pub recorded_on: NaiveDate,
    pub what: What,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub table: Table,
    pub certifications: Vec<Certification>,
    pub switches: Switches,
    pub as_of: NaiveDate,
    pub holdings: Vec<FirstHolding>,
    pub facts: Vec<Fact>,
}

impl Record {
    pub fn certification(&self, code: &str) -> &Certification {
        self.certifications.iter().find(|c| c.code == code).expect("a known certification")
    }
}

/// The record of a case, or the names of all that is wrong with it.
pub fn read(case: &Value, table: Table) -> Result<Record, Vec<String>> {
    let mut faults = vec![];
    let switches = Switches::read(case.get("switches"), &mut faults);
    let certifications: Vec<Certification> =
        list(case, "certifications").iter().map(|value| certification(value, &switches)).collect();
    let as_of = date(case, "as_of");
    if as_of.is_none() {
        faults.push("as_of".into());
    }
    let mut holdings = vec![];
    for value in list(case, "holdings") {
        match holding(value, &certifications) {
            Some(holding) => holdings.push(holding),
            None => faults.push(text(value, "certification").unwrap_or_default()),
        }
    }
    let facts = facts(list(case, "facts"), &certifications, &mut faults);
    match as_of {
        Some(as_of) if faults.is_empty() => Ok(Record { table, certifications, switches, as_of, holdings, facts }),
        _ => Err(faults),
    }
}

fn certification(value: &Value, switches: &Switches) -> Certification {
    Certification {
        code: text(value, "code").expect("a code"),
        level: rank(&text(value, "level").expect("a level")),
        retired_on: date(value, "retired_on"),
        recertifies: value.get("recertifies").and_then(Value::as_bool).unwrap_or(true),
        validity_years: match value.get("validity_years") {
            None => Some(switches.validity_years),
            Some(Value::Null) => None,
            Some(years) => Some(u32::try_from(years.as_u64().expect("years")).expect("few years")),
        },
    }
}

fn holding(value: &Value, certifications: &[Certification]) -> Option<FirstHolding> {
    let code = text(value, "certification")?;
    let certification = certifications.iter().find(|c| c.code == code)?;
    let (earned_on, cycle_start) = (date(value, "earned_on")?, date(value, "cycle_start")?);
    let expires_on = match value.get("expires_on") {
        None | Some(Value::Null) => None,
        Some(_) => Some(date(value, "expires_on")?),
    };
    if cycle_start < earned_on || expires_on.is_some_and(|expires_on| cycle_start > expires_on) {
        return None;
    }
    // Null for one held for life, and only for that.
    if expires_on.is_none() != certification.validity_years.is_none() {
        return None;
    }
    Some(FirstHolding { certification: code, earned_on, cycle_start, expires_on })
}

/// A claim as far as the record knows it.
#[derive(Clone, Default)]
struct ClaimSoFar {
    credits: Option<i64>,
    completed_on: Option<NaiveDate>,
    claimed: bool,
    approved: bool,
    denied: bool,
    revoked: bool,
}

/// The facts in the order in which they became known; what is wrong with them is added to `faults`.
fn facts(values: &[Value], certifications: &[Certification], faults: &mut Vec<String>) -> Vec<Fact> {
    let kinds = ["extended", "earned", "exam", "claim", "approved", "denied", "revoked"];
    // Known or decided already: judged by `recorded_on`, on one day in the order of the table.
    let mut in_order: Vec<(NaiveDate, usize, usize)> = vec![];
    let name_of = |index: usize| text(&values[index], "id").unwrap_or_else(|| index.to_string());
    for (index, value) in values.iter().enumerate() {
        let kind = text(value, "kind").and_then(|kind| kinds.iter().position(|known| *known == kind));
        match (date(value, "recorded_on"), kind) {
            (Some(recorded_on), Some(kind)) => in_order.push((recorded_on, kind, index)),
            _ => faults.push(name_of(index)),
        }
    }
    in_order.sort();

    let mut claims: BTreeMap<String, ClaimSoFar> = BTreeMap::new();
    let mut other_ids: Vec<String> = vec![];
    let mut read = vec![];
    for (recorded_on, kind, index) in in_order {
        let value = &values[index];
        let known = |code: &str| certifications.iter().any(|c| c.code == code);
        let fact = match kinds[kind] {
            "extended" => extended(value, known),
            "earned" => earned(value, known),
            "exam" => exam(value),
            _ => about_a_claim(kinds[kind], value, &mut claims, recorded_on),
        };
        let fact = fact.map(|(effective, what)| Fact {
            id: text(value, "id").unwrap_or_default(),
            effective,
            recorded_on,
            what,
        });
        match fact {
            Some(fact) if fact.recorded_on >= fact.effective => read.push(fact),
            _ => faults.push(name_of(index)),
        }
        if kind < 3 && value.get("id").is_some() {
            other_ids.push(name_of(index));
        }
    }
    // One id, one thing.
    for (place, id) in other_ids.iter().enumerate() {
        if other_ids[..place].contains(id) || claims.contains_key(id) {
            faults.push(id.clone());
        }
    }
    read
}

fn extended(value: &Value, known: impl Fn(&str) -> bool) -> Option<(NaiveDate, What)> {
    let certification = text(value, "certification").filter(|code| code == "*" || known(code))?;
    let months = u32::try_from(positive(value, "months")?).ok()?;
    Some((date(value, "on")?, What::Extended { certification, months }))
}

fn earned(value: &Value, known: impl Fn(&str) -> bool) -> Option<(NaiveDate, What)> {
    let certification = text(value, "certification").filter(|code| known(code))?;
    Some((date(value, "on")?, What::Earned { certification }))
}

fn exam(value: &Value) -> Option<(NaiveDate, What)> {
    text(value, "id")?;
    let kind = text(value, "exam_kind").filter(|kind| EXAM_KINDS.contains(&kind.as_str()))?;
    Some((date(value, "passed_on")?, What::Exam { kind }))
}

/// A claim or a decision about one. The effective date of `denied` and `revoked` is the day they were recorded.
fn about_a_claim(
    kind: &str,
    value: &Value,
    claims: &mut BTreeMap<String, ClaimSoFar>,
    recorded_on: NaiveDate,
) -> Option<(NaiveDate, What)> {
    let id = text(value, "id")?;
    let so_far = claims.get(&id).cloned();
    match kind {
        "claim" => {
            // Two claims are two things.
            if so_far.as_ref().is_some_and(|claim| claim.claimed) {
                return None;
            }
            let claim = claims.entry(id).or_default();
            claim.claimed = true;
            claim.credits = claim.credits.or(positive(value, "credits"));
            claim.completed_on = claim.completed_on.or(date(value, "completed_on"));
            positive(value, "credits")?;
            Some((date(value, "completed_on")?, What::Claim))
        }
        "approved" => {
            for (field, good) in [
                ("credits", positive(value, "credits").is_some()),
                ("completed_on", date(value, "completed_on").is_some()),
            ] {
                if value.get(field).is_some() && !good {
                    return None;
                }
            }
            let so_far = so_far.unwrap_or_default();
            let decided = so_far.approved || so_far.denied;
            let credits = positive(value, "credits").or(so_far.credits);
            let completed_on = date(value, "completed_on").or(so_far.completed_on);
            if decided || credits.is_none() || completed_on.is_none() {
                return None;
            }
            claims.insert(id, ClaimSoFar { credits, completed_on, approved: true, ..so_far });
            Some((completed_on?, What::Approved { credits: credits? }))
        }
        "denied" => {
            if so_far.is_none_or(|claim| claim.approved || claim.denied) {
                return None;
            }
            claims.entry(id).or_default().denied = true;
            Some((recorded_on, What::Denied))
        }
        _ => {
            if so_far.is_none_or(|claim| !claim.approved || claim.revoked) {
                return None;
            }
            claims.entry(id).or_default().revoked = true;
            Some((recorded_on, What::Revoked))
        }
    }
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

fn date(value: &Value, field: &str) -> Option<NaiveDate> {
    value.get(field).and_then(Value::as_str).and_then(day)
}

fn positive(value: &Value, field: &str) -> Option<i64> {
    value.get(field).and_then(Value::as_i64).filter(|number| *number > 0)
}
