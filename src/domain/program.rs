//! The program: what a certification body decides, read from its program file (`programs/*.toml`).
//!
//! No rule of a program is written in code. Another body writes another file.

use crate::calendar::Day;
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
    /// Years from earning or renewal to expiry.
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

#[cfg(feature = "program-file")]
mod file {
    use super::{Program, ProgramError};
    use std::collections::HashSet;

    impl Program {
        /// Reads and checks a program file. `file` is only used to say where an error is.
        ///
        /// # Errors
        /// The first thing that is wrong, with its line and its remedy.
        pub fn parse(file: &str, text: &str) -> Result<Program, ProgramError> {
            let program: Program = toml::from_str(text).map_err(|error| ProgramError {
                file: file.to_owned(),
                line: error.span().map_or(1, |span| line_of(text, span.start)),
                what: error.message().trim_end_matches('.').replace('\n', "; "),
                remedy: "Compare it with programs/cisco.toml, where every key is explained".to_owned(),
            })?;
            let checker = Checker { file, text };
            checker.check(&program)?;
            Ok(program)
        }
    }

    fn line_of(text: &str, offset: usize) -> u32 {
        let before = text.get(..offset).unwrap_or(text);
        u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX - 1) + 1
    }

    struct Checker<'a> {
        file: &'a str,
        text: &'a str,
    }

    impl Checker<'_> {
        /// An error at the first line on which `needle` stands as a value, or else on line 1.
        fn error(&self, needle: &str, what: String, remedy: &str) -> ProgramError {
            let quoted = format!("\"{needle}\"");
            // Of two equal values the second is the mistake.
            let offset = self.text.rfind(&quoted).or_else(|| self.text.find(needle)).unwrap_or(0);
            ProgramError {
                file: self.file.to_owned(),
                line: line_of(self.text, offset),
                what,
                remedy: remedy.to_owned(),
            }
        }

        fn check(&self, program: &Program) -> Result<(), ProgramError> {
            self.named("name", &program.name)?;
            self.named("portal", &program.portal)?;
            self.named("time_zone", &program.time_zone)?;
            self.named("credit_word", &program.credit_word)?;
            self.named("credits_word", &program.credits_word)?;
            self.keys("level", program.levels.iter().map(|level| (level.key.as_str(), level.name.as_str())))?;
            self.keys("item_type", program.item_types.iter().map(|kind| (kind.key.as_str(), kind.name.as_str())))?;
            self.keys(
                "denial_reason",
                program.denial_reasons.iter().map(|reason| (reason.code.as_str(), reason.title.as_str())),
            )?;
            self.keys("terms", program.terms.iter().map(|terms| (terms.version.as_str(), terms.title.as_str())))?;
            for key in &program.claim.certificate_required_for {
                if program.item_type(key).is_none() {
                    return Err(self.error(
                        key,
                        format!("certificate_required_for names the item type \"{key}\", which is not defined"),
                        "Name the key of an [[item_type]], or take it out of the list",
                    ));
                }
            }
            for (name, value, most) in [
                ("window_days", program.claim.window_days, 3660),
                ("credit_validity_years", program.claim.credit_validity_years, 50),
                ("typical_days", program.claim.typical_days, 365),
                ("longest_days", program.claim.longest_days, 365),
                ("validity_years", program.certification.validity_years, 50),
            ] {
                if !(1..=most).contains(&value) {
                    return Err(self.error(
                        name,
                        format!("{name} is {value}"),
                        &format!("Write a whole number from 1 to {most}"),
                    ));
                }
            }
            if program.claim.typical_days > program.claim.longest_days {
                return Err(self.error(
                    "typical_days",
                    "typical_days is more than longest_days".to_owned(),
                    "What is typical cannot take longer than the longest; exchange them or correct one",
                ));
            }
            Ok(())
        }

        fn named(&self, key: &str, value: &str) -> Result<(), ProgramError> {
            if value.trim().is_empty() {
                return Err(self.error(key, format!("{key} is empty"), "Write the words people should read"));
            }
            Ok(())
        }

        fn keys<'k>(&self, list: &str, keys: impl Iterator<Item = (&'k str, &'k str)>) -> Result<(), ProgramError> {
            let mut seen = HashSet::new();
            for (key, name) in keys {
                let well_formed =
                    !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                if !well_formed {
                    return Err(self.error(
                        key,
                        format!("a [[{list}]] has the key \"{key}\""),
                        "Keys are small letters, digits and hyphens, as in \"direct-delivery\"",
                    ));
                }
                if !seen.insert(key) {
                    return Err(self.error(
                        key,
                        format!("two [[{list}]] have the key \"{key}\""),
                        "Each needs a key of its own: data refers to it",
                    ));
                }
                if name.trim().is_empty() {
                    return Err(self.error(
                        key,
                        format!("the [[{list}]] \"{key}\" has no name"),
                        "Write the words people should read",
                    ));
                }
            }
            if seen.is_empty() {
                return Err(self.error(list, format!("there is no [[{list}]]"), "A program needs at least one"));
            }
            Ok(())
        }
    }
}

#[cfg(all(test, feature = "program-file"))]
mod tests {
    use super::*;
    use crate::calendar::parse_day;

    const CISCO: &str = include_str!("../../programs/cisco.toml");
    const HARBOR: &str = include_str!("../../programs/harbor-pilots.toml");

    #[test]
    fn the_sample_programs_of_two_bodies_are_valid() {
        let cisco = Program::parse("programs/cisco.toml", CISCO).unwrap();
        assert_eq!(cisco.item_types.len(), 9);
        assert_eq!(cisco.denial_reasons.len(), 16);
        assert_eq!((cisco.claim.window_days, cisco.claim.credit_validity_years), (365, 3));
        assert!(cisco.claim.certificate_required("direct-delivery"));
        assert!(!cisco.claim.certificate_required("instructor-led"));
        assert_eq!(cisco.credits(64), "64 credits");
        let harbor = Program::parse("programs/harbor-pilots.toml", HARBOR).unwrap();
        assert_eq!(harbor.credits(1), "1 hour");
    }

    #[test]
    fn an_error_names_file_line_and_remedy() {
        let broken = CISCO.replace("window_days = 365", "window_days = \"a year\"");
        let error = Program::parse("p.toml", &broken).unwrap_err();
        let line = broken.lines().position(|line| line.starts_with("window_days")).unwrap() + 1;
        assert_eq!(usize::try_from(error.line).unwrap(), line, "{error}");
        assert!(error.to_string().starts_with(&format!("p.toml:{line}: ")), "{error}");
    }

    #[test]
    fn unknown_keys_double_keys_and_dangling_names_are_refused() {
        for (from, to, part) in [
            ("window_days", "windows_days", "windows_days"),
            ("key = \"associate\"", "key = \"entry\"", "two [[level]]"),
            ("[\"direct-delivery\"]", "[\"directdelivery\"]", "directdelivery"),
            ("key = \"activity\"", "key = \"An Activity\"", "An Activity"),
            ("typical_days = 7", "typical_days = 31", "longest_days"),
            ("window_days = 365", "window_days = 0", "window_days is 0"),
        ] {
            assert!(CISCO.contains(from), "{from}");
            let error = Program::parse("p.toml", &CISCO.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(!error.remedy.is_empty());
        }
    }

    #[test]
    fn the_terms_to_accept_are_the_latest_in_force() {
        let mut program = Program::parse("p.toml", CISCO).unwrap();
        let mut next = program.terms[0].clone();
        next.version = "next".to_owned();
        next.effective_on = parse_day("01-Jan-2027").unwrap();
        program.terms.push(next);
        let version = |day: &str| program.terms_on(parse_day(day).unwrap()).unwrap().version.clone();
        assert_eq!(version("31-Dec-2026"), program.terms[0].version);
        assert_eq!(version("01-Jan-2027"), "next");
    }
}
