//! What a program file says about renewing certifications: the switches, the exams, and the words people read.
//!
//! The rules themselves are explained in docs/RECERTIFICATION.md and carried out by [`crate::recert`].

use super::Program;
use serde::{Deserialize, Serialize};

/// Which day is the last on which a certification counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastDay {
    /// The expiry day itself.
    #[default]
    Inclusive,
    /// The day before it.
    Exclusive,
}

/// Which levels credits may renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CreditsApplyTo {
    /// The highest level held only.
    #[default]
    Highest,
    /// Any level.
    Any,
}

/// What becomes of credits that a renewal of the highest level did not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leftover {
    /// They stay until their own last day.
    #[default]
    Carry,
    /// They end with the renewal.
    Lapse,
}

/// The switches of recertification. What a program file leaves out has the value given here.
///
/// Two rules that recertification shares with the rest of the portal stand elsewhere in the file, once:
/// `certification.validity_years` and `claim.credit_validity_years`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recertification {
    /// Whether the expiry day still counts.
    pub last_day: LastDay,
    /// Whether credits count only when something was actively held on the day they were completed.
    pub must_be_certified: bool,
    /// Which levels credits may renew.
    pub credits_apply_to: CreditsApplyTo,
    /// Whether the credits of one claim may be spent in part.
    pub split_lots: bool,
    /// Whether a renewal also renews the other certifications of the same level.
    pub peers_renew_together: bool,
    /// What becomes of credits that a renewal did not need.
    pub leftover: Leftover,
    /// Whether an expiry date that somebody was told may never become earlier by what is recorded later.
    pub keep_promises: bool,
}

impl Default for Recertification {
    fn default() -> Self {
        Recertification {
            last_day: LastDay::default(),
            must_be_certified: true,
            credits_apply_to: CreditsApplyTo::default(),
            split_lots: true,
            peers_renew_together: true,
            leftover: Leftover::default(),
            keep_promises: true,
        }
    }
}

/// One way to renew a level: a number of credits and some exams, all of which are needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewalOption {
    /// Credits it takes; 0 for exams alone.
    #[serde(default)]
    pub credits: u32,
    /// Exams it takes. One exam fills one need only.
    #[serde(default)]
    pub exams: Vec<ExamNeed>,
}

/// A number of exams of certain kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamNeed {
    /// Keys of the kinds of exam that will do.
    pub of: Vec<String>,
    /// How many of them.
    pub count: u32,
}

/// A kind of exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamKind {
    /// Stands for the kind in data.
    pub key: String,
    /// What people read: `core exam`.
    pub name: String,
    /// Several of them: `core exams`.
    pub plural: String,
    /// A word for a table cell: `core`.
    pub short: String,
}

/// What people read where any of several kinds of exam will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamGroup {
    /// Keys of the kinds, in any order.
    pub of: Vec<String>,
    /// What people read: `concentration exam`.
    pub name: String,
    /// Several of them: `concentration exams`.
    pub plural: String,
    /// A sentence about what else will do; empty when there is nothing to say.
    #[serde(default)]
    pub note: String,
}

impl Program {
    /// The kind of exam with this key.
    pub fn exam_kind(&self, key: &str) -> Option<&ExamKind> {
        self.exam_kinds.iter().find(|kind| kind.key == key)
    }

    /// The group that is made of exactly these kinds.
    pub fn exam_group<S: AsRef<str>>(&self, of: &[S]) -> Option<&ExamGroup> {
        let same = |group: &&ExamGroup| {
            group.of.iter().all(|key| of.iter().any(|other| other.as_ref() == key))
                && of.iter().all(|other| group.of.iter().any(|key| other.as_ref() == key))
        };
        self.exam_groups.iter().find(same)
    }

    /// `1 core exam`, `2 concentration exams`: a number of exams any of these kinds of which will do, in the
    /// program's words. Kinds without a group of their own are joined by "or".
    pub fn exams<S: AsRef<str>>(&self, count: u32, of: &[S]) -> String {
        let group = self.exam_group(of);
        let name = match group {
            Some(group) if count == 1 => group.name.clone(),
            Some(group) => group.plural.clone(),
            None => {
                let names: Vec<&str> = of
                    .iter()
                    .map(|key| match self.exam_kind(key.as_ref()) {
                        Some(kind) if count == 1 => kind.name.as_str(),
                        Some(kind) => kind.plural.as_str(),
                        None => key.as_ref(),
                    })
                    .collect();
                crate::text::either(&names)
            }
        };
        format!("{count} {name}")
    }
}
