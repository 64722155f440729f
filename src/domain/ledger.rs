//! The ledger of credits: what an entry says, and the exact text its hash is made from.
//!
//! Entries are only ever added. A correction is a new entry. Each entry's hash covers the one before it in the
//! same profile, so that a change of the past shows (`ce-portal verify`).

use crate::calendar::Day;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A claim was validated: credits come in.
    Earned,
    /// Earned credits are taken back by a new entry.
    Reversed,
}

impl Kind {
    /// Stands for it in data.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Earned => "earned",
            Kind::Reversed => "reversed",
        }
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its place in the profile's ledger, from 1.
    pub sequence: i64,
    /// Whose credits.
    pub profile: &'a str,
    /// The claim it comes from.
    pub claim: &'a str,
    /// What it does.
    pub kind: Kind,
    /// How many, negative when they go.
    pub credits: i64,
    /// The day from which it counts: the training's completion.
    pub effective_on: Day,
    /// The last day on which the credits can be used.
    pub valid_until: Day,
    /// The instant it was written, RFC 3339.
    pub recorded_at: &'a str,
}

impl Entry<'_> {
    /// The text that is hashed together with the hash of the entry before: every field, a line each, in this order.
    ///
    /// Part of the stored format: never change it, add a new version instead.
    pub fn canonical(&self, previous_hash: &str) -> String {
        format!(
            "ce-ledger/1\n{previous_hash}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            self.sequence,
            self.profile,
            self.claim,
            self.kind.key(),
            self.credits,
            self.effective_on,
            self.valid_until,
            self.recorded_at,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_the_entry_before_are_part_of_what_is_hashed() {
        let day = Day::default();
        let entry = Entry {
            sequence: 1,
            profile: "p",
            claim: "c",
            kind: Kind::Earned,
            credits: 64,
            effective_on: day,
            valid_until: day,
            recorded_at: "t",
        };
        let text = entry.canonical("");
        let other_day = crate::calendar::add_days(day, 1);
        for changed in [
            Entry { sequence: 2, ..entry.clone() },
            Entry { profile: "q", ..entry.clone() },
            Entry { claim: "d", ..entry.clone() },
            Entry { kind: Kind::Reversed, ..entry.clone() },
            Entry { credits: 65, ..entry.clone() },
            Entry { effective_on: other_day, ..entry.clone() },
            Entry { valid_until: other_day, ..entry.clone() },
            Entry { recorded_at: "u", ..entry.clone() },
        ] {
            assert_ne!(changed.canonical(""), text);
        }
        assert_ne!(entry.canonical("before"), text);
    }
}
