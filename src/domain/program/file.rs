//! Reading a program file, and everything that is checked about it before it is used.

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

/// A set of kinds is kept as the bits of one number.
const MOST_EXAM_KINDS: usize = 32;
/// What a program could reasonably have, so that a mistake is found and the rules stay quick.
const MOST_LEVELS: usize = 100;
const MOST_OPTIONS: usize = 100;
/// Every combination of an option's needs is looked at when it is asked whether the exams suffice.
const MOST_NEEDS: usize = 8;

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
        ProgramError { file: self.file.to_owned(), line: line_of(self.text, offset), what, remedy: remedy.to_owned() }
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
        self.exams(program)?;
        self.options(program)?;
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

    fn exams(&self, program: &Program) -> Result<(), ProgramError> {
        // A program may do without exams.
        if !program.exam_kinds.is_empty() {
            self.keys("exam_kind", program.exam_kinds.iter().map(|kind| (kind.key.as_str(), kind.name.as_str())))?;
        }
        if program.exam_kinds.len() > MOST_EXAM_KINDS {
            return Err(self.error(
                "exam_kind",
                format!("there are {} kinds of exam", program.exam_kinds.len()),
                "There can be 32 at most; make one kind of those that no option tells apart",
            ));
        }
        for kind in &program.exam_kinds {
            for (what, words) in [("plural", &kind.plural), ("short", &kind.short)] {
                if words.trim().is_empty() {
                    return Err(self.error(
                        &kind.key,
                        format!("the [[exam_kind]] \"{}\" has no {what}", kind.key),
                        "Write the words people should read",
                    ));
                }
            }
        }
        for (index, group) in program.exam_groups.iter().enumerate() {
            self.kinds(program, &format!("the [[exam_group]] \"{}\"", group.name), &group.of)?;
            self.named("name", &group.name)?;
            self.named("plural", &group.plural)?;
            let first = program.exam_group(&group.of);
            if program.exam_groups.iter().take(index).any(|earlier| Some(earlier) == first) {
                return Err(self.error(
                    &group.name,
                    format!("the [[exam_group]] \"{}\" has the same kinds as another", group.name),
                    "Take one of them out: people should read one name for one thing",
                ));
            }
        }
        Ok(())
    }

    fn kinds(&self, program: &Program, whose: &str, of: &[String]) -> Result<(), ProgramError> {
        let mut seen = HashSet::new();
        for key in of {
            if program.exam_kind(key).is_none() {
                return Err(self.error(
                    key,
                    format!("{whose} names the exam kind \"{key}\", which is not defined"),
                    "Name the key of an [[exam_kind]], or define it",
                ));
            }
            if !seen.insert(key) {
                return Err(self.error(
                    key,
                    format!("{whose} names the exam kind \"{key}\" twice"),
                    "Name each kind once; to ask for several exams, write a count",
                ));
            }
        }
        if of.is_empty() {
            return Err(self.error(
                "[]",
                format!("{whose} names no kind of exam"),
                "Write the keys of the kinds that will do, as in of = [\"core\"]",
            ));
        }
        Ok(())
    }

    fn options(&self, program: &Program) -> Result<(), ProgramError> {
        if program.levels.len() > MOST_LEVELS {
            return Err(self.error(
                "level",
                format!("there are {} levels", program.levels.len()),
                "There can be 100 at most; take out those that nobody holds",
            ));
        }
        for level in &program.levels {
            let options = format!("the [[level]] \"{}\"", level.key);
            if level.options.len() > MOST_OPTIONS {
                return Err(self.error(
                    &level.key,
                    format!("{options} has {} options", level.options.len()),
                    "There can be 100 at most; take out those that another one covers",
                ));
            }
            for (number, option) in (1..).zip(&level.options) {
                let whose = format!("option {number} of {options}");
                if option.credits == 0 && option.exams.is_empty() {
                    return Err(self.error(
                        &level.key,
                        format!("{whose} takes nothing"),
                        "Write credits, exams or both, or take the option out",
                    ));
                }
                if option.exams.len() > MOST_NEEDS {
                    return Err(self.error(
                        &level.key,
                        format!("{whose} has {} different exam needs", option.exams.len()),
                        "There can be 8 at most; use count for several exams of the same kinds",
                    ));
                }
                for need in &option.exams {
                    self.kinds(program, &whose, &need.of)?;
                    if !(1..=100).contains(&need.count) {
                        return Err(self.error(
                            &level.key,
                            format!("{whose} asks for {} exams", need.count),
                            "Write a whole number from 1 to 100 as count",
                        ));
                    }
                }
            }
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
            let well_formed = !key.is_empty()
                && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
            if !well_formed {
                return Err(self.error(
                    key,
                    format!("a [[{list}]] has the key \"{key}\""),
                    "Keys are small letters, digits, hyphens and underscores, as in \"direct-delivery\"",
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
