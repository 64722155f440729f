//! What a step of a plan is, as addresses and saved plans name it.

use crate::catalog::VersionRef;
use std::fmt;

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A training of the catalog, as one of the types it comes as: `encor@1.2/instructor-led`.
    Training(VersionRef, String),
    /// Any training that earns so many credits: `credits:12`.
    Credits(u32),
    /// An exam of a kind: `exam:core`.
    Exam(String),
}

/// More than any program asks for; keeps sums small.
const MOST_CREDITS: u32 = 10_000;

impl What {
    /// Reads what [`fmt::Display`] writes; `None` for anything else.
    pub fn parse(text: &str) -> Option<What> {
        let key = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        if let Some(credits) = text.strip_prefix("credits:") {
            return credits.parse().ok().filter(|credits| (1..=MOST_CREDITS).contains(credits)).map(What::Credits);
        }
        if let Some(kind) = text.strip_prefix("exam:") {
            return key(kind).map(What::Exam);
        }
        let (version, item_type) = text.rsplit_once('/')?;
        Some(What::Training(VersionRef::parse(version)?, key(item_type)?))
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Training(version, item_type) => write!(f, "{version}/{item_type}"),
            What::Credits(credits) => write!(f, "credits:{credits}"),
            What::Exam(kind) => write!(f, "exam:{kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_is_written() {
        for text in ["encor@1.2/instructor-led", "cyberops-associate/academy", "credits:12", "exam:core"] {
            assert_eq!(What::parse(text).map(|what| what.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_names_nothing_is_none() {
        for text in ["", "encor", "encor@1.2/", "credits:", "credits:0", "credits:-1", "credits:99999999", "exam:"] {
            assert_eq!(What::parse(text), None, "{text}");
        }
    }
}
