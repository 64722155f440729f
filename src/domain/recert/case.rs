//! A case: a record, the switches it is to be looked at with, and the day, as one line of JSON.
//! (recertification rules, section 9)
//!
//! Read value by value, so that what is wrong is refused by the name of the fact it is in, and not by a column number.

use super::record::{Certification, Fact, Holding, Record, Refusal, Validity};
use super::{Outcome, Rules, replay};
use crate::calendar::Day;
use crate::program::{CreditsApplyTo, LastDay, Leftover};
use serde_json::{Map, Value};

/// A case that was read.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// The rules of the program, with the case's own switches.
    pub rules: Rules,
    /// What happened.
    pub record: Record,
    /// The day to look at it.
    pub as_of: Day,
}

impl Case {
    /// Reads a case. Its `outcome` or `refused`, if it has one, plays no part.
    ///
    /// # Errors
    /// What cannot be read, by the name of the fact, certification or switch it is in.
    pub fn read(program: &Rules, text: &str) -> Result<Case, Refusal> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Refusal::new("case", format!("This is not JSON: {error}. Correct the text.")))?;
        let case = Fields::of(&value, "case")?;
        case.only(&["name", "certifications", "switches", "as_of", "holdings", "facts", "outcome", "refused"])?;
        let list = |name: &'static str, needed: bool| match case.get(name) {
            None if !needed => Ok([].as_slice()),
            Some(Value::Array(list)) => Ok(list.as_slice()),
            _ => Err(Refusal::new(name, format!("A case needs a list called \"{name}\". Write one, even if empty."))),
        };
        let name = match case.get("name") {
            None => String::new(),
            Some(_) => case.text("name")?.to_owned(),
        };
        let rules = match case.get("switches") {
            None => program.clone(),
            Some(switches) => with_switches(program, switches)?,
        };
        let certifications = list("certifications", true)?.iter().map(certification).collect::<Result<_, _>>()?;
        let holdings = list("holdings", false)?.iter().map(holding).collect::<Result<_, _>>()?;
        let facts = list("facts", false)?.iter().enumerate();
        let facts = facts.map(|(index, value)| fact(index, value)).collect::<Result<_, _>>()?;
        let as_of = Fields { name: "as_of".to_owned(), ..case }.day("as_of")?;
        Ok(Case { name, rules, record: Record { certifications, holdings, facts }, as_of })
    }

    /// What it comes to.
    ///
    /// # Errors
    /// As [`replay`].
    pub fn outcome(&self) -> Result<Outcome, Refusal> {
        replay(&self.rules, &self.record, self.as_of)
    }
}

/// Reads a case and gives its outcome or the refusal as one line of JSON.
pub fn answer(program: &Rules, text: &str) -> String {
    let json = match Case::read(program, text).and_then(|case| case.outcome()) {
        Ok(outcome) => serde_json::to_string(&outcome),
        Err(refusal) => serde_json::to_string(&refusal),
    };
    // Neither has anything in it that JSON could not say.
    json.unwrap_or_else(|error| format!("{{\"refused\":\"case\",\"reason\":\"{error}\"}}"))
}

/// The rules of a program with some switches set otherwise.
///
/// # Errors
/// A switch that does not exist, or a value it does not have, by the name of the switch.
pub fn with_switches(program: &Rules, switches: &Value) -> Result<Rules, Refusal> {
    let mut rules = program.clone();
    let Value::Object(switches) = switches else {
        return Err(Refusal::new("switches", "The switches are not an object. Write them as {\"name\": value}."));
    };
    for (name, value) in switches {
        let refuse = |values: &str| Refusal::new(name, format!("{value} is no value of this switch. Write {values}."));
        let yes_or_no = || value.as_bool().ok_or_else(|| refuse("true or false"));
        let years = || {
            let years = value.as_u64().filter(|years| *years > 0);
            years.map(saturated).ok_or_else(|| refuse("a positive whole number of years"))
        };
        let switch = &mut rules.switches;
        match name.as_str() {
            "last_day" => {
                switch.last_day = match value.as_str() {
                    Some("inclusive") => LastDay::Inclusive,
                    Some("exclusive") => LastDay::Exclusive,
                    _ => return Err(refuse("\"inclusive\" or \"exclusive\"")),
                }
            }
            "credits_apply_to" => {
                switch.credits_apply_to = match value.as_str() {
                    Some("highest") => CreditsApplyTo::Highest,
                    Some("any") => CreditsApplyTo::Any,
                    _ => return Err(refuse("\"highest\" or \"any\"")),
                }
            }
            "leftover" => {
                switch.leftover = match value.as_str() {
                    Some("carry") => Leftover::Carry,
                    Some("lapse") => Leftover::Lapse,
                    _ => return Err(refuse("\"carry\" or \"lapse\"")),
                }
            }
            "must_be_certified" => switch.must_be_certified = yes_or_no()?,
            "split_lots" => switch.split_lots = yes_or_no()?,
            "peers_renew_together" => switch.peers_renew_together = yes_or_no()?,
            "keep_promises" => switch.keep_promises = yes_or_no()?,
            "validity_years" => rules.validity_years = years()?,
            "credit_validity_years" => rules.credit_validity_years = years()?,
            _ => {
                let known = "last_day, credit_validity_years, must_be_certified, credits_apply_to, validity_years, \
                             split_lots, peers_renew_together, leftover and keep_promises";
                return Err(Refusal::new(name, format!("There is no switch of this name. There are {known}.")));
            }
        }
    }
    Ok(rules)
}

fn saturated(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The fields of an object, and what it is called when something is wrong with one of them.
struct Fields<'v> {
    fields: &'v Map<String, Value>,
    name: String,
}

impl<'v> Fields<'v> {
    fn of(value: &'v Value, name: impl Into<String>) -> Result<Fields<'v>, Refusal> {
        let name = name.into();
        match value {
            Value::Object(fields) => Ok(Fields { fields, name }),
            _ => Err(Refusal::new(name, "This is not an object. Write its fields as {\"name\": value}.")),
        }
    }

    fn refuse(&self, reason: String) -> Refusal {
        Refusal::new(&self.name, reason)
    }

    fn get(&self, field: &str) -> Option<&'v Value> {
        self.fields.get(field)
    }

    /// Refuses fields that mean nothing: they may be misspelt.
    fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.fields.keys().find(|field| !known.contains(&field.as_str())) {
            None => Ok(()),
            Some(field) => Err(self.refuse(format!(
                "It has a field \"{field}\" that means nothing here. Take it out, or correct its name: there are {}.",
                crate::text::all(known)
            ))),
        }
    }

    fn text(&self, field: &str) -> Result<&'v str, Refusal> {
        match self.get(field) {
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(self.refuse(format!("Its {field} is {other}. Write a text between quotation marks."))),
            None => Err(self.refuse(format!("It has no {field}. Write one."))),
        }
    }

    fn day(&self, field: &str) -> Result<Day, Refusal> {
        let text = self.text(field)?;
        iso_day(text).ok_or_else(|| {
            self.refuse(format!("Its {field} is \"{text}\", and there is no such date. Write one like 2026-03-27."))
        })
    }

    /// A positive whole number that fits.
    fn count(&self, field: &str) -> Result<u64, Refusal> {
        match self.get(field) {
            None => Err(self.refuse(format!("It has no {field}. Write a positive whole number."))),
            Some(value) => value
                .as_u64()
                .filter(|count| *count > 0 && *count <= i64::MAX.unsigned_abs())
                .ok_or_else(|| self.refuse(format!("Its {field} is {value}. Write a positive whole number."))),
        }
    }

    fn credits(&self) -> Result<i64, Refusal> {
        self.count("credits").map(|credits| i64::try_from(credits).unwrap_or(i64::MAX))
    }

    fn own<T>(&self, field: &str, read: impl Fn() -> Result<T, Refusal>) -> Result<Option<T>, Refusal> {
        self.get(field).map(|_| read()).transpose()
    }
}

/// `2026-03-27` and nothing else.
fn iso_day(text: &str) -> Option<Day> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0u32, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok().filter(|year| *year > 0)?;
    Day::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

fn certification(value: &Value) -> Result<Certification, Refusal> {
    let code = Fields::of(value, "certifications")?.text("code")?.to_owned();
    let fields = Fields::of(value, code.as_str())?;
    fields.only(&["code", "level", "retired_on", "recertifies", "validity_years"])?;
    Ok(Certification {
        level: fields.text("level")?.to_owned(),
        retired_on: match fields.get("retired_on") {
            Some(Value::Null) => None,
            _ => fields.own("retired_on", || fields.day("retired_on"))?,
        },
        recertifies: match fields.get("recertifies") {
            None => true,
            Some(Value::Bool(recertifies)) => *recertifies,
            Some(other) => {
                return Err(fields.refuse(format!("Its recertifies is {other}. Write true or false.")));
            }
        },
        validity: match fields.get("validity_years") {
            None => Validity::AsTheProgramSays,
            Some(Value::Null) => Validity::ForLife,
            Some(_) => Validity::Years(saturated(fields.count("validity_years")?)),
        },
        code,
    })
}

fn holding(value: &Value) -> Result<Holding, Refusal> {
    let code = Fields::of(value, "holdings")?.text("certification")?.to_owned();
    let fields = Fields::of(value, code.as_str())?;
    fields.only(&["certification", "earned_on", "cycle_start", "expires_on"])?;
    Ok(Holding {
        earned_on: fields.day("earned_on")?,
        cycle_start: fields.day("cycle_start")?,
        expires_on: match fields.get("expires_on") {
            Some(Value::Null) => None,
            _ => Some(fields.day("expires_on")?),
        },
        certification: code,
    })
}

fn fact(index: usize, value: &Value) -> Result<Fact, Refusal> {
    let mut fields = Fields::of(value, index.to_string())?;
    let id = fields.own("id", || fields.text("id"))?.map(str::to_owned);
    if let Some(id) = &id {
        fields.name.clone_from(id);
    }
    let kind = fields.text("kind")?;
    let needed_id = || id.clone().ok_or_else(|| fields.refuse("It has no id. Write one.".to_owned()));
    let recorded_on = || fields.day("recorded_on");
    let only = |own: &[&str]| fields.only(&[&["kind", "id", "recorded_on"], own].concat());
    match kind {
        "extended" => {
            only(&["certification", "months", "on"])?;
            Ok(Fact::Extended {
                certification: fields.text("certification")?.to_owned(),
                months: fields.count("months")?,
                on: fields.day("on")?,
                recorded_on: recorded_on()?,
                id,
            })
        }
        "earned" => {
            only(&["certification", "on"])?;
            Ok(Fact::Earned {
                certification: fields.text("certification")?.to_owned(),
                on: fields.day("on")?,
                recorded_on: recorded_on()?,
                id,
            })
        }
        "exam" => {
            only(&["exam_kind", "passed_on"])?;
            Ok(Fact::Exam {
                id: needed_id()?,
                exam_kind: fields.text("exam_kind")?.to_owned(),
                passed_on: fields.day("passed_on")?,
                recorded_on: recorded_on()?,
            })
        }
        "claim" => {
            only(&["credits", "completed_on"])?;
            Ok(Fact::Claim {
                id: needed_id()?,
                credits: fields.credits()?,
                completed_on: fields.day("completed_on")?,
                recorded_on: recorded_on()?,
            })
        }
        "approved" => {
            only(&["credits", "completed_on"])?;
            Ok(Fact::Approved {
                id: needed_id()?,
                credits: fields.own("credits", || fields.credits())?,
                completed_on: fields.own("completed_on", || fields.day("completed_on"))?,
                recorded_on: recorded_on()?,
            })
        }
        "denied" => {
            only(&[])?;
            Ok(Fact::Denied { id: needed_id()?, recorded_on: recorded_on()? })
        }
        "revoked" => {
            only(&[])?;
            Ok(Fact::Revoked { id: needed_id()?, recorded_on: recorded_on()? })
        }
        _ => Err(fields.refuse(format!(
            "There is no kind of fact called \"{kind}\". Write extended, earned, exam, claim, approved, denied or revoked."
        ))),
    }
}
