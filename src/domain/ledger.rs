//! The ledger of credits: what an entry says, and the exact text its hash is made from.
//!
//! Entries are only ever added. A correction is a new entry. Each entry's hash covers the one before it in the
//! same profile, so that a change of the past shows (`ce-portal verify`).

use crate::calendar::Day;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A claim was validated: credits come in.
    Earned,
    /// A renewal used them.
    Spent,
    /// They ended with a renewal that did not need them (the program's switch `leftover`).
    Lapsed,
    /// Their last day has passed.
    Expired,
    /// Nothing was held when they were earned, so they count for nothing.
    Uncounted,
    /// An earlier entry does not stand any more: a fact that came late tells the past differently.
    Reversed,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Earned, Kind::Spent, Kind::Lapsed, Kind::Expired, Kind::Uncounted, Kind::Reversed];

    /// Stands for it in data.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Earned => "earned",
            Kind::Spent => "spent",
            Kind::Lapsed => "lapsed",
            Kind::Expired => "expired",
            Kind::Uncounted => "uncounted",
            Kind::Reversed => "reversed",
        }
    }

    /// The kind a key stands for.
    pub fn parse(key: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.key() == key)
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
    /// The day from which it counts: the training's completion, the renewal, the day after the last.
    pub effective_on: Day,
    /// The last day on which the credits can be used.
    pub valid_until: Day,
    /// The instant it was written, RFC 3339.
    pub recorded_at: &'a str,
    /// Of spent credits: code of the certification whose renewal used them. `None` for what an earlier system used.
    pub renewal: Option<&'a str>,
    /// Of a reversal: the place of the entry that does not stand any more.
    pub reverses: Option<i64>,
}

/// How an entry's text is made. Part of the stored format: never changed, only added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The first: it knew neither renewals nor what is reversed.
    One,
    /// With both.
    Two,
}

impl Format {
    /// Its number in data.
    pub fn number(self) -> i64 {
        match self {
            Format::One => 1,
            Format::Two => 2,
        }
    }

    /// The format of a number.
    pub fn parse(number: i64) -> Option<Format> {
        [Format::One, Format::Two].into_iter().find(|format| format.number() == number)
    }
}

impl Entry<'_> {
    /// The text that is hashed together with the hash of the entry before: every field, a line each, in this order.
    pub fn canonical(&self, format: Format, previous_hash: &str) -> String {
        let mut text = format!(
            "ce-ledger/{}\n{previous_hash}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
            format.number(),
            self.sequence,
            self.profile,
            self.claim,
            self.kind.key(),
            self.credits,
            self.effective_on,
            self.valid_until,
            self.recorded_at,
        );
        if format == Format::Two {
            text.push_str(self.renewal.unwrap_or_default());
            text.push('\n');
            text.push_str(&self.reverses.map(|sequence| sequence.to_string()).unwrap_or_default());
            text.push('\n');
        }
        text
    }
}

/// What the rules say an entry should be: what is compared with the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The day from which it counts.
    pub effective_on: Day,
    /// What it does. Of one day what comes in is written before what goes.
    pub kind: Kind,
    /// The claim it comes from.
    pub claim: String,
    /// How many, negative when they go.
    pub credits: i64,
    /// The last day on which the credits can be used.
    pub valid_until: Day,
    /// Of spent credits: code of the certification whose renewal used them.
    pub renewal: Option<String>,
}

/// An entry that stands: nothing has reversed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its place in the profile's ledger.
    pub sequence: i64,
    /// What it says.
    pub says: Due,
}

/// What has to be written so that the ledger says what the rules say: which entries to reverse, which to add.
///
/// What was earned is never reversed for the sake of another entry: each is compared by all it says. Equal entries are
/// matched one to one; what is to be added stays in its order.
pub fn corrections(standing: &[Standing], mut due: Vec<Due>) -> (Vec<Standing>, Vec<Due>) {
    let mut reverse = Vec::new();
    for entry in standing {
        match due.iter().position(|wanted| *wanted == entry.says) {
            Some(place) => drop(due.remove(place)),
            None => reverse.push(entry.clone()),
        }
    }
    (reverse, due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::add_days;

    fn entry() -> Entry<'static> {
        let day = Day::default();
        Entry {
            sequence: 1,
            profile: "p",
            claim: "c",
            kind: Kind::Earned,
            credits: 64,
            effective_on: day,
            valid_until: day,
            recorded_at: "t",
            renewal: None,
            reverses: None,
        }
    }

    #[test]
    fn every_field_and_the_entry_before_are_part_of_what_is_hashed() {
        let entry = entry();
        let text = entry.canonical(Format::Two, "");
        let other_day = add_days(Day::default(), 1);
        for changed in [
            Entry { sequence: 2, ..entry.clone() },
            Entry { profile: "q", ..entry.clone() },
            Entry { claim: "d", ..entry.clone() },
            Entry { kind: Kind::Reversed, ..entry.clone() },
            Entry { credits: 65, ..entry.clone() },
            Entry { effective_on: other_day, ..entry.clone() },
            Entry { valid_until: other_day, ..entry.clone() },
            Entry { recorded_at: "u", ..entry.clone() },
            Entry { renewal: Some("CCNA"), ..entry.clone() },
            Entry { reverses: Some(1), ..entry.clone() },
        ] {
            assert_ne!(changed.canonical(Format::Two, ""), text);
        }
        assert_ne!(entry.canonical(Format::Two, "before"), text);
    }

    #[test]
    fn entries_of_the_first_format_are_hashed_as_they_always_were() {
        let text = entry().canonical(Format::One, "before");
        assert_eq!(text, "ce-ledger/1\nbefore\n1\np\nc\nearned\n64\n1970-01-01\n1970-01-01\nt\n");
    }

    #[test]
    fn only_what_differs_is_reversed_and_written_anew() {
        let due = |kind, credits, days| Due {
            effective_on: add_days(Day::default(), days),
            claim: "c".to_owned(),
            kind,
            credits,
            valid_until: Day::default(),
            renewal: (kind == Kind::Spent).then(|| "CCNP".to_owned()),
        };
        let stands = |sequence, says| Standing { sequence, says };
        let earned = due(Kind::Earned, 64, 0);
        let standing = [stands(1, earned.clone()), stands(2, due(Kind::Spent, -40, 5))];
        let (reverse, add) = corrections(&standing, vec![due(Kind::Spent, -40, 3), earned.clone()]);
        assert_eq!(reverse, [standing[1].clone()]);
        assert_eq!(add, [due(Kind::Spent, -40, 3)]);
        let (reverse, add) = corrections(&standing, vec![due(Kind::Spent, -40, 5), earned]);
        assert!(reverse.is_empty() && add.is_empty(), "nothing is written when nothing differs");
    }

    #[test]
    fn equal_entries_are_matched_one_to_one() {
        let earned = Due {
            effective_on: Day::default(),
            claim: "c".to_owned(),
            kind: Kind::Spent,
            credits: -1,
            valid_until: Day::default(),
            renewal: None,
        };
        let standing = [Standing { sequence: 1, says: earned.clone() }, Standing { sequence: 2, says: earned.clone() }];
        let (reverse, add) = corrections(&standing, vec![earned]);
        assert_eq!((reverse.len(), add.len()), (1, 0));
    }
}
