//! The program: what a certification body decides, read from its program file (`programs/*.toml`).
//!
//! No rule of a program is written in code. Another body writes another file.

#[cfg(feature = "program-file")]
mod file;
mod recertification;
#[cfg(all(test, feature = "program-file"))]
mod tests;

use crate::calendar::Day;
pub use recertification::{
    CreditsApplyTo, ExamGroup, ExamKind, ExamNeed, LastDay, Leftover, Recertification, RenewalOption,
};
use serde::{Deserialize, Serialize};

/// A certification body's program, valid as a whole: [`Program::parse`] refuses anything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// What the body calls its program.
    pub name: String,
    /// What it calls this portal.
    pub portal: String,
    /// IANA name of the zone that decides which day "today" is.
    pub time_zone: String,
    /// One unit of what is earned: `credit`, `hour`.
    pub credit_word: String,
    /// Several of them: `credits`, `hours`.
    pub credits_word: String,
    /// What a claim must satisfy.
    pub claim: ClaimRules,
    /// How long a certification lasts.
    pub certification: CertificationRules,
    /// How certifications are renewed.
    #[serde(default)]
    pub recertification: Recertification,
    /// The kinds of exams that renewal options may name, in the order in which they are listed.
    #[serde(rename = "exam_kind", default)]
    pub exam_kinds: Vec<ExamKind>,
    /// What people read where any of several kinds of exam will do.
    #[serde(rename = "exam_group", default)]
    pub exam_groups: Vec<ExamGroup>,
    /// Levels, lowest first.
    #[serde(rename = "level")]
    pub levels: Vec<Level>,
    /// The kinds of training, in the order in which they are offered.
    #[serde(rename = "item_type")]
    pub item_types: Vec<ItemType>,
    /// Why a claim may be denied.
    #[serde(rename = "denial_reason")]
    pub denial_reasons: Vec<DenialReason>,
    /// Versions of the terms and conditions, oldest first.
    pub terms: Vec<Terms>,
}

/// Numbers a claim is judged by (guide, steps 5 and 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRules {
    /// A claim may be sent up to this many days after completion; the last of them still counts.
    pub window_days: u32,
    /// Earned credits may be used up to this many years after completion.
    pub credit_validity_years: u32,
    /// Most claims are decided within this many days.
    pub typical_days: u32,
    /// After this many days without a decision a support case may be opened.
    pub longest_days: u32,
    /// Keys of the item types for which a certificate of completion is asked for, and required.
    pub certificate_required_for: Vec<String>,
    /// What certificate IDs begin with.
    pub certificate_id_prefix: String,
}

impl ClaimRules {
    /// Whether a claim of this type must come with a certificate of completion.
    pub fn certificate_required(&self, item_type: &str) -> bool {
        self.certificate_required_for.iter().any(|key| key == item_type)
    }
}

/// How long a certification lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificationRules {
    /// Years from earning or renewal to expiry, unless a certification has its own.
    pub validity_years: u32,
}

/// One level of certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Stands for the level in data.
    pub key: String,
    /// What people read.
    pub name: String,
    /// The ways to renew a certification of this level, any one of which suffices. None: it is renewed only
    /// together with a higher one.
    #[serde(rename = "option", default)]
    pub options: Vec<RenewalOption>,
}

/// One kind of training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemType {
    /// Stands for the type in data.
    pub key: String,
    /// What people read.
    pub name: String,
    /// A few words beside the name, where one has to choose.
    pub hint: String,
    /// What it is and who gives it.
    pub explanation: String,
    /// What one must know before claiming it; empty when there is nothing.
    #[serde(default)]
    pub claim_note: String,
    /// Name of its icon in the sprite.
    pub icon: String,
}

/// Why a claim may be denied, in words a candidate can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenialReason {
    /// Stands for the reason in data.
    pub code: String,
    /// A few words for a table row.
    pub title: String,
    /// What happened.
    pub words: String,
    /// What to do now.
    pub remedy: String,
    /// Whether correcting the claim and sending it again can help.
    pub resubmit: bool,
}

/// One version of the terms and conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Its name; acceptances refer to it.
    pub version: String,
    /// From this day on it is the one to accept.
    pub effective_on: Day,
    /// Its heading.
    pub title: String,
    /// Paragraphs divided by blank lines; a line that begins with `## ` is a heading.
    pub text: String,
}

/// A paragraph of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paragraph {
    /// A heading of a section.
    Heading(String),
    /// Plain words.
    Text(String),
}

impl Terms {
    /// The text as headings and paragraphs.
    pub fn paragraphs(&self) -> Vec<Paragraph> {
        self.text
            .split("\n\n")
            .map(str::trim)
            .filter(|block| !block.is_empty())
            .map(|block| match block.strip_prefix("## ") {
                Some(heading) => Paragraph::Heading(heading.trim().to_owned()),
                None => Paragraph::Text(crate::text::tidy(block)),
            })
            .collect()
    }
}

impl Program {
    /// The item type with this key.
    pub fn item_type(&self, key: &str) -> Option<&ItemType> {
        self.item_types.iter().find(|item_type| item_type.key == key)
    }

    /// The level with this key.
    pub fn level(&self, key: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.key == key)
    }

    /// Its place among the levels, 0 the lowest.
    pub fn rank(&self, level: &str) -> Option<u32> {
        (0..).zip(&self.levels).find(|(_, known)| known.key == level).map(|(rank, _)| rank)
    }

    /// The reason with this code.
    pub fn denial_reason(&self, code: &str) -> Option<&DenialReason> {
        self.denial_reasons.iter().find(|reason| reason.code == code)
    }

    /// The terms to accept on a day: of those in force, the latest.
    pub fn terms_on(&self, day: Day) -> Option<&Terms> {
        self.terms.iter().filter(|terms| terms.effective_on <= day).max_by_key(|terms| terms.effective_on)
    }

    /// `1 credit`, `64 credits`, in the program's own word.
    pub fn credits(&self, credits: i64) -> String {
        crate::text::count(credits, &self.credit_word, &self.credits_word)
    }
}

/// What is wrong with a program file: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}. {remedy}")]
pub struct ProgramError {
    /// The file's name as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}
