//! What a holder shows to others: codes that people type from paper, and what each of them lets its reader see.

use crate::calendar::{Day, add_days, add_years};

/// Letters and digits that are not taken for one another on paper (Crockford's base 32: no I, L, O and U).
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// As many of them as there are in a code: five bits each, a hundred in all.
pub const CODE_LENGTH: usize = 20;
/// How they are grouped when they are shown.
const GROUP: usize = 4;
/// The most that a note may hold.
pub const LONGEST_NOTE: usize = 80;

/// A code that leads to what somebody shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Makes a code of random numbers; of each only the lowest five bits count.
    pub fn of(random: [u8; CODE_LENGTH]) -> Code {
        Code(random.iter().filter_map(|number| ALPHABET.chars().nth(usize::from(number & 31))).collect())
    }

    /// Reads what somebody has typed: small letters, spaces and hyphens do not matter, and letters that a code never has
    /// are taken for the digits they look like. `None`: it is no code.
    pub fn parse(typed: &str) -> Option<Code> {
        let mut code = String::with_capacity(CODE_LENGTH);
        for letter in typed.chars() {
            let letter = match letter.to_ascii_uppercase() {
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => continue,
                space if space.is_whitespace() => continue,
                'O' => '0',
                'I' | 'L' => '1',
                letter => letter,
            };
            if !ALPHABET.contains(letter) || code.len() == CODE_LENGTH {
                return None;
            }
            code.push(letter);
        }
        (code.len() == CODE_LENGTH).then_some(Code(code))
    }

    /// As it is stored and compared.
    pub fn key(&self) -> &str {
        &self.0
    }

    /// As it is shown and stands in addresses: `7KQ2-9XMB-4T8W-ZC3N-H5PD`.
    pub fn shown(&self) -> String {
        let mut shown = String::with_capacity(CODE_LENGTH + CODE_LENGTH / GROUP);
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                shown.push('-');
            }
            shown.push(letter);
        }
        shown
    }
}

/// What is shown besides that something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shows {
    /// The whole name; initials otherwise.
    pub name: bool,
    /// The candidate ID.
    pub candidate_id: bool,
    /// When each was earned and until when it is valid.
    pub dates: bool,
    /// When each was renewed, and by what.
    pub renewals: bool,
    /// How many credits can be used.
    pub credits: bool,
}

impl Shows {
    /// What a certificate says, and so its code.
    pub const CERTIFICATE: Shows =
        Shows { name: true, candidate_id: true, dates: true, renewals: false, credits: false };

    /// In words, a line each.
    pub fn words(self) -> Vec<&'static str> {
        let mut words = vec![if self.name { "your name" } else { "your initials" }];
        let more = [
            (self.candidate_id, "your candidate ID"),
            (self.dates, "when each was earned and ends"),
            (self.renewals, "how each was renewed"),
            (self.credits, "how many credits can be used"),
        ];
        words.extend(more.iter().filter(|(shown, _)| *shown).map(|(_, words)| *words));
        words
    }
}

/// For how long something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// For thirty days.
    Month,
    /// For a year.
    Year,
    /// Until it is revoked.
    Revoked,
}

impl Until {
    /// Every choice, the shortest first.
    pub const ALL: [Until; 3] = [Until::Month, Until::Year, Until::Revoked];

    /// As a form sends it.
    pub fn key(self) -> &'static str {
        match self {
            Until::Month => "30-days",
            Until::Year => "1-year",
            Until::Revoked => "no-end",
        }
    }

    /// What a form has sent.
    pub fn parse(key: &str) -> Option<Until> {
        Until::ALL.into_iter().find(|until| until.key() == key)
    }

    /// The last day, of something that is made today.
    pub fn last_day(self, today: Day) -> Option<Day> {
        match self {
            Until::Month => Some(add_days(today, 30)),
            Until::Year => Some(add_years(today, 1)),
            Until::Revoked => None,
        }
    }
}

/// The initials of a name: `Ana María Candidate` is `A. M. C.`
pub fn initials(name: &str) -> String {
    let initials = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    initials.map(|letter| letter.to_uppercase().to_string() + ".").collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_shown_and_as_people_type_it() {
        let code = Code::of(std::array::from_fn(|place| u8::try_from(place * 37 % 256).expect("a byte")));
        let shown = code.shown();
        assert_eq!((shown.len(), shown.matches('-').count()), (24, 4));
        let lower = shown.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        for typed in [&shown, &shown.replace('-', ""), &lower, &format!("  {} ", shown.replace('-', "–"))] {
            assert_eq!(Code::parse(typed).as_ref(), Some(&code), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in [
            "",
            "7KQ2",
            "7KQ2-9XMB-4T8W-ZC3N-H5P",
            "7KQ2-9XMB-4T8W-ZC3N-H5PDD",
            "7KQ2-9XMB-4T8W-ZC3N-H5PU",
            "7KQ2-9XMB-4T8W-ZC3N-H5Pé",
        ] {
            assert_eq!(Code::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_letter_of_the_alphabet_can_come_up() {
        let all: String = (0u8..8)
            .map(|part| {
                Code::of([
                    part * 4,
                    part * 4 + 1,
                    part * 4 + 2,
                    part * 4 + 3,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    255,
                ])
                .key()[..4]
                    .to_owned()
            })
            .collect();
        assert_eq!(all, ALPHABET);
    }

    #[test]
    fn a_link_made_on_the_last_day_of_february_ends_a_year_later() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        assert_eq!(Until::Year.last_day(day("2028-02-29")), Some(day("2029-02-28")));
        assert_eq!(Until::Month.last_day(day("2026-11-23")), Some(day("2026-12-23")));
        assert_eq!(Until::parse("no-end").and_then(|until| until.last_day(day("2026-11-23"))), None);
        assert_eq!(Until::parse("for ever"), None);
    }

    #[test]
    fn initials_are_letters_of_any_script() {
        assert_eq!(initials("Ana María  Candidate"), "A. M. C.");
        assert_eq!(initials("ελένη (Helen) 'papa"), "Ε. H. P.");
        assert_eq!(initials(" - "), "");
    }
}
