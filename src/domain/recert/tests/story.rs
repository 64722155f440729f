//! Short records told in one breath, for tests of single rules.

use super::cisco;
use crate::calendar::Day;
use crate::recert::{
    Certification, Explanation, Fact, Held, Holding, Outcome, Record, Refusal, Rules, Validity, explain, replay,
};

pub(super) fn day(text: &str) -> Day {
    Day::parse_from_str(text, "%Y-%m-%d").unwrap()
}

/// A record in the making. What is added becomes known on the day it happens, unless [`Story::known`] says otherwise.
#[derive(Clone)]
pub(super) struct Story {
    pub rules: Rules,
    pub record: Record,
}

impl Story {
    pub fn new() -> Story {
        Story { rules: cisco(), record: Record::default() }
    }

    /// A certification that exists: `A` an associate one, `S` specialist, `P` professional, `E` expert, and `entry`.
    pub fn there_is(mut self, code: &str) -> Story {
        let level = match code.chars().next() {
            Some('A') => "associate",
            Some('S') => "specialist",
            Some('P') => "professional",
            Some('E') => "expert",
            _ => "entry",
        };
        if !self.record.certifications.iter().any(|known| known.code == code) {
            self.record.certifications.push(Certification {
                code: code.to_owned(),
                level: level.to_owned(),
                retired_on: None,
                recertifies: true,
                validity: Validity::default(),
            });
        }
        self
    }

    /// Something about the certification that was named last.
    pub fn that(mut self, change: impl FnOnce(&mut Certification)) -> Story {
        change(self.record.certifications.last_mut().unwrap());
        self
    }

    /// Holds a certification, earned on a day and valid for three years.
    pub fn holds(self, code: &str, earned_on: &str) -> Story {
        let earned_on = day(earned_on);
        let expires_on = crate::calendar::add_years(earned_on, 3);
        self.holds_until(code, earned_on, Some(expires_on))
    }

    pub fn holds_until(self, code: &str, earned_on: Day, expires_on: Option<Day>) -> Story {
        let mut story = self.there_is(code);
        story.record.holdings.push(Holding {
            certification: code.to_owned(),
            earned_on,
            cycle_start: earned_on,
            expires_on,
        });
        story
    }

    fn fact(mut self, fact: Fact) -> Story {
        self.record.facts.push(fact);
        self
    }

    /// Credits that were approved, claim or no claim.
    pub fn credits(self, id: &str, credits: i64, on: &str) -> Story {
        self.fact(Fact::Approved {
            id: id.to_owned(),
            credits: Some(credits),
            completed_on: Some(day(on)),
            recorded_on: day(on),
        })
    }

    pub fn claim(self, id: &str, credits: i64, on: &str) -> Story {
        self.fact(Fact::Claim { id: id.to_owned(), credits, completed_on: day(on), recorded_on: day(on) })
    }

    pub fn approved(self, id: &str, on: &str) -> Story {
        self.fact(Fact::Approved { id: id.to_owned(), credits: None, completed_on: None, recorded_on: day(on) })
    }

    pub fn denied(self, id: &str, on: &str) -> Story {
        self.fact(Fact::Denied { id: id.to_owned(), recorded_on: day(on) })
    }

    pub fn revoked(self, id: &str, on: &str) -> Story {
        self.fact(Fact::Revoked { id: id.to_owned(), recorded_on: day(on) })
    }

    pub fn exam(self, kind: &str, on: &str) -> Story {
        let id = format!("x{}", self.record.facts.len());
        self.fact(Fact::Exam { id, exam_kind: kind.to_owned(), passed_on: day(on), recorded_on: day(on) })
    }

    pub fn earned(self, code: &str, on: &str) -> Story {
        let story = self.there_is(code);
        story.fact(Fact::Earned { id: None, certification: code.to_owned(), on: day(on), recorded_on: day(on) })
    }

    pub fn extended(self, code: &str, months: u64, on: &str) -> Story {
        let (certification, on) = (code.to_owned(), day(on));
        self.fact(Fact::Extended { id: None, certification, months, on, recorded_on: on })
    }

    /// The last fact became known on this day only.
    pub fn known(mut self, on: &str) -> Story {
        let on = day(on);
        match self.record.facts.last_mut().unwrap() {
            Fact::Extended { recorded_on, .. }
            | Fact::Earned { recorded_on, .. }
            | Fact::Exam { recorded_on, .. }
            | Fact::Claim { recorded_on, .. }
            | Fact::Approved { recorded_on, .. }
            | Fact::Denied { recorded_on, .. }
            | Fact::Revoked { recorded_on, .. } => *recorded_on = on,
        }
        self
    }

    /// In a program with other rules.
    pub fn with(mut self, change: impl FnOnce(&mut Rules)) -> Story {
        change(&mut self.rules);
        self
    }

    pub fn as_of(&self, on: &str) -> Outcome {
        replay(&self.rules, &self.record, day(on)).unwrap()
    }

    pub fn why(&self, on: &str) -> Explanation {
        explain(&self.rules, &self.record, day(on)).unwrap()
    }

    pub fn refusal(&self) -> Refusal {
        replay(&self.rules, &self.record, day("2030-01-01")).unwrap_err()
    }

    /// The days of the renewals by then, with what triggered and what was renewed: `2025-01-20 A renews A`.
    pub fn renewals(&self, on: &str) -> Vec<String> {
        let words = |renewal: &crate::recert::Renewal| {
            format!("{} {} renews {}", renewal.on, renewal.trigger, renewal.renewed.join(" "))
        };
        self.as_of(on).renewals.iter().map(words).collect()
    }

    /// When a certification expires, as it stands on a day. Of several holdings, the last.
    pub fn expiry(&self, code: &str, on: &str) -> String {
        held(&self.as_of(on), code).expires_on.map_or("never".to_owned(), |day| day.to_string())
    }
}

/// The last holding of a certification.
pub(super) fn held<'o>(outcome: &'o Outcome, code: &str) -> &'o Held {
    outcome.holdings.iter().rfind(|held| held.certification == code).unwrap()
}
