//! Checking a record, and making it ready: names become places, days become numbers, everything is put in order once.
//! (recertification rules, section 7)

use super::days::{self, NEVER, Number};
use super::record::{ALL_CERTIFICATIONS, Certification, Fact, Record, Refusal, Validity};
use super::rules::{Kinds, Rules};
use crate::calendar::Day;

/// A record that was found to be in order.
pub(super) struct Checked<'r> {
    /// By code, so that the order of places is the order of codes.
    pub certifications: Vec<Known<'r>>,
    /// By certification, then the day it was earned.
    pub holdings: Vec<Start>,
    /// Everything that was ever approved, in the order in which credits are spent: by completion, then id.
    pub lots: Vec<Lot<'r>>,
    pub claims: Vec<Claim>,
    /// What tellings apply, in the order in which they do.
    pub happenings: Vec<Happening>,
    /// As they were written down.
    pub facts: &'r [Fact],
}

/// A certification.
pub(super) struct Known<'r> {
    pub code: &'r str,
    pub rank: i32,
    pub retired_on: Number,
    pub recertifies: bool,
    /// `None`: held for life.
    pub validity_years: Option<u32>,
}

/// A holding the record begins with.
pub(super) struct Start {
    pub certification: u32,
    pub earned_on: Number,
    pub cycle_start: Number,
    /// [`NEVER`]: held for life.
    pub expires_on: Number,
}

/// Credits that were approved.
pub(super) struct Lot<'r> {
    pub id: &'r str,
    pub credits: i64,
    pub completed_on: Number,
    /// The last day on which they can be used.
    pub valid_until: Number,
    pub recorded_on: Number,
    /// [`NEVER`] when they were not.
    pub revoked_on: Number,
}

/// A claim, for the status of what has expired while it was pending.
pub(super) struct Claim {
    pub completed_on: Number,
    pub recorded_on: Number,
    /// [`NEVER`] while it is pending.
    pub decided_on: Number,
}

/// Something that a telling applies on its day.
#[derive(Clone, Copy)]
pub(super) struct Happening {
    pub on: Number,
    pub recorded_on: Number,
    /// Stands for the id of the fact in the order of one day.
    id_place: u32,
    pub what: What,
}

/// What happens. The order is that of one day.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// `None`: all certifications.
    Extended {
        certification: Option<u32>,
        months: u32,
    },
    Earned {
        certification: u32,
    },
    Exam {
        kind: Kinds,
        /// Place among the facts.
        fact: usize,
    },
    /// Place among the lots.
    Approved {
        lot: u32,
    },
}

/// Which of the things that share an id comes first when they were recorded on the same day: the order of the table.
fn table_order(fact: &Fact) -> u8 {
    match fact {
        Fact::Extended { .. } => 0,
        Fact::Earned { .. } => 1,
        Fact::Exam { .. } => 2,
        Fact::Claim { .. } => 3,
        Fact::Approved { .. } => 4,
        Fact::Denied { .. } => 5,
        Fact::Revoked { .. } => 6,
    }
}

/// A fact on its way through the checks.
struct Entry<'r> {
    index: usize,
    fact: &'r Fact,
    id: Option<&'r str>,
    recorded_on: Number,
    order: u8,
}

impl Entry<'_> {
    fn refuse(&self, reason: impl Into<String>) -> Refusal {
        let name = self.id.map_or_else(|| self.index.to_string(), str::to_owned);
        Refusal::new(name, reason)
    }

    fn day(&self, day: Day) -> Result<Number, Refusal> {
        days::number(day).ok_or_else(|| self.refuse(format!("{}. Correct the date.", outside(day))))
    }

    /// The number of the day it happened, which cannot be later than the day it became known.
    fn effective(&self, day: Day, what: &str) -> Result<Number, Refusal> {
        let number = self.day(day)?;
        if number > self.recorded_on {
            return Err(self.refuse(format!(
                "It was recorded on {}, before {what} on {day}. Correct one of the two dates.",
                days::day(self.recorded_on)
            )));
        }
        Ok(number)
    }
}

fn outside(day: Day) -> String {
    format!("{day} lies outside of the years 1 to 9999")
}

/// Checks the whole record, whatever day it is looked at.
///
/// # Errors
/// A fault that was found, of several any one.
pub(super) fn check<'r>(rules: &Rules, record: &'r Record) -> Result<Checked<'r>, Refusal> {
    let certifications = certifications(rules, &record.certifications)?;
    let holdings = holdings(&certifications, record)?;
    let mut checked = Checked {
        certifications,
        holdings,
        lots: Vec::with_capacity(record.facts.len()),
        claims: Vec::with_capacity(record.facts.len()),
        happenings: Vec::new(),
        facts: &record.facts,
    };
    facts(rules, record, &mut checked)?;
    Ok(checked)
}

fn certifications<'r>(rules: &Rules, list: &'r [Certification]) -> Result<Vec<Known<'r>>, Refusal> {
    let mut known = Vec::with_capacity(list.len());
    for certification in list {
        let refuse = |reason: String| Refusal::new(&certification.code, reason);
        let rank = rules.rank(&certification.level).and_then(|rank| i32::try_from(rank).ok()).ok_or_else(|| {
            refuse(format!("Its level \"{}\" is not one of the program's. Correct it.", certification.level))
        })?;
        if certification.code == ALL_CERTIFICATIONS {
            return Err(refuse("An asterisk stands for all certifications. Give this one another code.".to_owned()));
        }
        let retired_on = match certification.retired_on {
            None => NEVER,
            Some(day) => days::number(day).ok_or_else(|| refuse(format!("{}. Correct retired_on.", outside(day))))?,
        };
        let validity_years = match certification.validity {
            Validity::AsTheProgramSays => Some(rules.validity_years),
            Validity::Years(0) => {
                return Err(refuse("It would be valid for 0 years. Write a positive whole number.".to_owned()));
            }
            Validity::Years(years) => Some(years),
            Validity::ForLife => None,
        };
        known.push(Known {
            code: certification.code.as_str(),
            rank,
            retired_on,
            recertifies: certification.recertifies,
            validity_years,
        });
    }
    known.sort_unstable_by_key(|certification| certification.code);
    if let Some(double) = known.windows(2).find_map(|pair| match pair {
        [first, second] if first.code == second.code => Some(first.code),
        _ => None,
    }) {
        return Err(Refusal::new(double, "Two certifications have this code. Give each a code of its own."));
    }
    Ok(known)
}

/// The place of the certification with this code.
fn place(certifications: &[Known<'_>], code: &str) -> Option<u32> {
    let place = certifications.binary_search_by_key(&code, |known| known.code).ok()?;
    u32::try_from(place).ok()
}

fn holdings(certifications: &[Known<'_>], record: &Record) -> Result<Vec<Start>, Refusal> {
    let mut starts = Vec::with_capacity(record.holdings.len() + 4);
    for holding in &record.holdings {
        let refuse = |reason: String| Refusal::new(&holding.certification, reason);
        let day = |day: Day| days::number(day).ok_or_else(|| refuse(format!("{}. Correct the date.", outside(day))));
        let certification = place(certifications, &holding.certification)
            .ok_or_else(|| refuse("It is held, but not among the certifications. Add it there.".to_owned()))?;
        let for_life = certifications
            .get(usize::try_from(certification).unwrap_or(usize::MAX))
            .is_some_and(|known| known.validity_years.is_none());
        let expires_on = match (holding.expires_on, for_life) {
            (Some(expires_on), false) => day(expires_on)?,
            (None, true) => NEVER,
            (Some(_), true) => {
                return Err(refuse("It is held for life and cannot expire. Take out expires_on.".to_owned()));
            }
            (None, false) => {
                return Err(refuse("It is not held for life. Write the day it expires as expires_on.".to_owned()));
            }
        };
        let start = Start {
            certification,
            earned_on: day(holding.earned_on)?,
            cycle_start: day(holding.cycle_start)?,
            expires_on,
        };
        if start.cycle_start < start.earned_on || start.cycle_start > start.expires_on {
            return Err(refuse(
                "Its cycle_start must lie between earned_on and expires_on. Correct the dates.".to_owned(),
            ));
        }
        starts.push(start);
    }
    starts.sort_unstable_by_key(|start| (start.certification, start.earned_on, start.cycle_start, start.expires_on));
    Ok(starts)
}

/// Where a claim, or a credit that had none, stands while its facts are gone through.
enum Standing {
    Nothing,
    Pending { claim: usize, credits: i64, completed_on: Number },
    Approved { lot: usize },
    Denied,
    Revoked,
}

fn facts<'r>(rules: &Rules, record: &'r Record, checked: &mut Checked<'r>) -> Result<(), Refusal> {
    let mut entries = Vec::with_capacity(record.facts.len());
    for (index, fact) in record.facts.iter().enumerate() {
        let mut entry = Entry { index, fact, id: fact.id(), recorded_on: 0, order: table_order(fact) };
        entry.recorded_on = entry.day(fact.recorded_on())?;
        entries.push(entry);
    }
    // What shares an id comes together, in the order in which it became known. Facts without one come first.
    entries.sort_unstable_by(|a, b| {
        (a.id.cmp(&b.id)).then_with(|| (a.recorded_on, a.order).cmp(&(b.recorded_on, b.order)))
    });
    checked.happenings.reserve_exact(entries.len());
    let mut before: Option<&str> = None;
    let mut id_place = 0;
    let mut standing = Standing::Nothing;
    for entry in &entries {
        let id = entry.id;
        let shared = id.is_some() && id == before;
        if !shared {
            standing = Standing::Nothing;
            id_place += u32::from(id.is_some());
        }
        before = id;
        let used_twice = || entry.refuse("This id is used for two different things. Give each an id of its own.");
        let unknown = |code: &str| entry.refuse(format!("There is no certification \"{code}\". Correct the code."));
        let recorded_on = entry.recorded_on;
        let happening = |on, what| Happening { on, recorded_on, id_place, what };
        match entry.fact {
            Fact::Extended { certification, months, on, .. } => {
                if shared {
                    return Err(used_twice());
                }
                let place = match certification.as_str() {
                    ALL_CERTIFICATIONS => None,
                    code => Some(place(&checked.certifications, code).ok_or_else(|| unknown(code))?),
                };
                if *months == 0 {
                    return Err(entry.refuse("It extends by 0 months. Write a positive whole number."));
                }
                let months = u32::try_from(*months).unwrap_or(u32::MAX);
                let on = entry.effective(*on, "it was granted")?;
                checked.happenings.push(happening(on, What::Extended { certification: place, months }));
            }
            Fact::Earned { certification, on, .. } => {
                if shared {
                    return Err(used_twice());
                }
                let place = place(&checked.certifications, certification).ok_or_else(|| unknown(certification))?;
                let on = entry.effective(*on, "it was earned")?;
                checked.happenings.push(happening(on, What::Earned { certification: place }));
            }
            Fact::Exam { exam_kind, passed_on, .. } => {
                if shared {
                    return Err(used_twice());
                }
                let kind = rules.kind(exam_kind).ok_or_else(|| {
                    entry.refuse(format!("There is no kind of exam called \"{exam_kind}\". Correct the kind."))
                })?;
                let on = entry.effective(*passed_on, "it was passed")?;
                checked.happenings.push(happening(on, What::Exam { kind, fact: entry.index }));
            }
            Fact::Claim { credits, completed_on, .. } => {
                if shared {
                    return Err(used_twice());
                }
                let credits = positive(entry, *credits)?;
                let completed_on = entry.effective(*completed_on, "the training was completed")?;
                standing = Standing::Pending { claim: checked.claims.len(), credits, completed_on };
                checked.claims.push(Claim { completed_on, recorded_on: entry.recorded_on, decided_on: NEVER });
            }
            Fact::Approved { id, credits, completed_on, .. } => {
                let own_credits = credits.map(|credits| positive(entry, credits)).transpose()?;
                let own_day = completed_on.map(|day| entry.effective(day, "the training was completed")).transpose()?;
                let (credits, completed_on) = match standing {
                    Standing::Pending { claim, credits, completed_on } => {
                        decide(checked, claim, entry.recorded_on);
                        (own_credits.unwrap_or(credits), own_day.unwrap_or(completed_on))
                    }
                    Standing::Nothing if !shared => match (own_credits, own_day) {
                        (Some(credits), Some(day)) => (credits, day),
                        _ => return Err(entry.refuse(NO_CLAIM)),
                    },
                    Standing::Nothing => return Err(used_twice()),
                    _ => return Err(entry.refuse(DECIDED)),
                };
                let lot = checked.lots.len();
                standing = Standing::Approved { lot };
                checked.lots.push(Lot {
                    id: id.as_str(),
                    credits,
                    completed_on,
                    valid_until: days::plus_years(completed_on, rules.credit_validity_years),
                    recorded_on: entry.recorded_on,
                    revoked_on: NEVER,
                });
            }
            Fact::Denied { .. } => match standing {
                Standing::Pending { claim, .. } => {
                    decide(checked, claim, entry.recorded_on);
                    standing = Standing::Denied;
                }
                Standing::Nothing => return Err(entry.refuse(NO_CLAIM)),
                _ => return Err(entry.refuse(DECIDED)),
            },
            Fact::Revoked { .. } => match standing {
                Standing::Approved { lot } => {
                    if let Some(lot) = checked.lots.get_mut(lot) {
                        lot.revoked_on = entry.recorded_on;
                    }
                    standing = Standing::Revoked;
                }
                Standing::Nothing => return Err(entry.refuse(NO_CLAIM)),
                Standing::Pending { .. } => {
                    return Err(entry.refuse("Only approved credits can be revoked. Record a denial instead."));
                }
                _ => return Err(entry.refuse(DECIDED)),
            },
        }
    }
    in_order(checked);
    Ok(())
}

const NO_CLAIM: &str = "No claim with this id was known by then. Correct the id, or give credits and completed_on.";
const DECIDED: &str = "The claim was decided already. Take one of the decisions out.";

fn positive(entry: &Entry<'_>, credits: i64) -> Result<i64, Refusal> {
    if credits > 0 {
        return Ok(credits);
    }
    Err(entry.refuse(format!("{credits} credits cannot be. Write a positive whole number.")))
}

fn decide(checked: &mut Checked<'_>, claim: usize, on: Number) {
    if let Some(claim) = checked.claims.get_mut(claim) {
        claim.decided_on = on;
    }
}

/// Puts lots and happenings in their order.
fn in_order(checked: &mut Checked<'_>) {
    // They came by id, and a stable sort leaves them so within a day.
    checked.lots.sort_by_key(|lot| lot.completed_on);
    checked.happenings.extend((0..).zip(&checked.lots).map(|(place, lot)| Happening {
        on: lot.completed_on,
        recorded_on: lot.recorded_on,
        id_place: place,
        what: What::Approved { lot: place },
    }));
    // Between which codes the asterisk stands as plain text.
    let asterisk = checked.certifications.partition_point(|known| known.code < ALL_CERTIFICATIONS);
    let asterisk = u32::try_from(asterisk).unwrap_or(u32::MAX / 2) * 2;
    checked.happenings.sort_unstable_by_key(|happening| {
        let (kind, certification, months) = match happening.what {
            What::Extended { certification, months } => {
                (0, certification.map_or(asterisk, |place| place * 2 + 1), months)
            }
            What::Earned { certification } => (1, certification, 0),
            What::Exam { .. } => (2, 0, 0),
            What::Approved { .. } => (3, 0, 0),
        };
        (happening.on, kind, happening.id_place, certification, months)
    });
}
