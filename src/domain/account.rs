//! Accounts and profiles: addresses, passwords, and the gate before the portal.
//!
//! A **profile** is a person with a certification record (candidate ID `CSCO` + 8 digits). It has one or more
//! **accounts**, each an e-mail address one signs in with (guide, steps 1 and 2).

use crate::certification::Standing;
use serde::{Deserialize, Serialize};

/// An e-mail address that mail could be sent to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Email {
    shown: String,
}

impl Email {
    /// Reads an address: words with dots between, `@`, a host. No quoted names, which no mailbox has that people use; the
    /// proof is a mail that arrives.
    pub fn parse(text: &str) -> Option<Email> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@')?;
        let part_ok = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
        };
        let local_ok = local.len() <= 64 && local.split('.').all(part_ok);
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let host_ok = host.len() <= 253 && host.contains('.') && host.split('.').all(label_ok);
        (local_ok && host_ok).then(|| Email { shown: text.to_owned() })
    }

    /// As it was written.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// As it is compared: nobody has two mailboxes that differ only in case.
    pub fn key(&self) -> String {
        self.shown.to_lowercase()
    }
}

/// Whether a text is a candidate ID: `CSCO` and eight digits.
pub fn is_candidate_id(text: &str) -> bool {
    text.strip_prefix("CSCO").is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Fewest characters of a password (assurance S42).
pub const SHORTEST_PASSWORD: usize = 12;
/// Most characters of a password.
pub const LONGEST_PASSWORD: usize = 128;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PasswordProblem {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    Short,
    /// More than [`LONGEST_PASSWORD`] characters.
    Long,
    /// Among those that are tried first by everybody who guesses.
    Common,
    /// Little more than the address, or the name of this portal.
    Context,
}

impl PasswordProblem {
    /// What to tell who chose it.
    pub fn words(self) -> &'static str {
        match self {
            PasswordProblem::Short => {
                "Password must have 12 characters or more. Several words in a row are easy to keep in mind"
            }
            PasswordProblem::Long => "Password must have 128 characters or fewer",
            PasswordProblem::Common => "Choose another password: this one is among the first that are guessed",
            PasswordProblem::Context => {
                "Choose another password: this one is close to your address or the name of this portal"
            }
        }
    }
}

/// Checks a new password. No rules of composition: length and being unguessed are what helps (assurance S42, S43).
///
/// # Errors
/// The first reason not to take it.
pub fn check_password(password: &str, email: &str, common: &dyn Fn(&str) -> bool) -> Result<(), PasswordProblem> {
    let characters = password.chars().count();
    if characters < SHORTEST_PASSWORD {
        return Err(PasswordProblem::Short);
    }
    if characters > LONGEST_PASSWORD {
        return Err(PasswordProblem::Long);
    }
    let folded = crate::text::fold(password);
    if common(&folded) || all_alike(&folded) {
        return Err(PasswordProblem::Common);
    }
    // What is left when the words everybody would try here are taken out must still be something.
    let address = email.to_lowercase();
    let local = address.split('@').next().unwrap_or("");
    let mut rest = folded;
    for word in [address.as_str(), local, "ceportal", "ce portal", "cisco", "password", "certification"] {
        if word.len() >= 3 {
            rest = rest.replace(word, "");
        }
    }
    let left = rest.chars().filter(|c| c.is_alphabetic()).count();
    if left < 4 && rest.chars().count() < 8 { Err(PasswordProblem::Context) } else { Ok(()) }
}

/// `aaaaaaaaaaaa`, `121212121212`, `abcdefghijkl`.
fn all_alike(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let distinct: std::collections::BTreeSet<&u32> = chars.iter().collect();
    let steps: std::collections::BTreeSet<i64> =
        chars.windows(2).filter_map(|pair| Some(i64::from(*pair.get(1)?) - i64::from(*pair.first()?))).collect();
    distinct.len() <= 3 || steps.len() == 1
}

/// What stands between signing in and the portal, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gate {
    /// The current terms are not accepted.
    Terms,
    /// The account belongs to no certification profile.
    NoProfile,
    /// Nothing is held, or it ended so long ago that nothing can be claimed.
    NotCertified(Standing),
    /// Nothing; the standing tells whether only older training may be claimed.
    Open(Standing),
}

/// The next thing that stands in the way (guide, step 1).
pub fn gate(terms_accepted: bool, has_profile: bool, standing: Standing) -> Gate {
    if !terms_accepted {
        Gate::Terms
    } else if !has_profile {
        Gate::NoProfile
    } else {
        match standing {
            Standing::Certified | Standing::MayStillClaim { .. } => Gate::Open(standing),
            Standing::Lapsed { .. } | Standing::Never => Gate::NotCertified(standing),
        }
    }
}

/// What an account may do besides claiming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Staff of a learning provider.
    Provider,
    /// Writes catalog items.
    Author,
    /// Runs the program.
    Administrator,
}

impl Role {
    /// Stands for it in data.
    pub fn key(self) -> &'static str {
        match self {
            Role::Provider => "provider",
            Role::Author => "author",
            Role::Administrator => "administrator",
        }
    }

    /// Reads [`Role::key`].
    pub fn parse(key: &str) -> Option<Role> {
        [Role::Provider, Role::Author, Role::Administrator].into_iter().find(|role| role.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Day;

    #[test]
    fn addresses_people_really_have_are_read_and_slips_are_not() {
        for good in ["candidate@example.com", " a.b+c@sub.example.co.uk ", "o'neil@example.org", "jürgen@exämple.de"]
        {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for slip in [
            "",
            "@example.com",
            "a@",
            "a@example",
            "a b@example.com",
            "a@exa mple.com",
            "a@-x.com",
            "a,b@example.com",
            "<a@example.com>",
            "a@example..com",
        ] {
            assert!(Email::parse(slip).is_none(), "{slip}");
        }
        assert_eq!(Email::parse("Ana@Example.COM").map(|email| email.key()), Some("ana@example.com".to_owned()));
    }

    #[test]
    fn a_password_is_long_and_unguessed_and_nothing_else_is_asked() {
        let check = |password: &str| check_password(password, "candidate@example.com", &|p| p == "correcthorsebattery");
        assert_eq!(check("three plain words"), Ok(()));
        assert_eq!(check("пароль из слов"), Ok(()));
        assert_eq!(check("elevenchars"), Err(PasswordProblem::Short));
        assert_eq!(check(&"ab".repeat(65)), Err(PasswordProblem::Long));
        assert_eq!(check("CorrectHorseBattery"), Err(PasswordProblem::Common));
        assert_eq!(check("aaaaaaaaaaaaaa"), Err(PasswordProblem::Common));
        assert_eq!(check("abcdefghijklmnop"), Err(PasswordProblem::Common));
        assert_eq!(check("candidate2026"), Err(PasswordProblem::Context));
        assert_eq!(check("Candidate@example.com"), Err(PasswordProblem::Context), "one's own address");
        assert_eq!(check("ceportalcisco1"), Err(PasswordProblem::Context));
    }

    #[test]
    fn a_candidate_id_is_csco_and_eight_digits() {
        assert!(is_candidate_id("CSCO10020030"));
        for other in ["CSCO1002003", "csco10020030", "CSCO1002003x", "10020030"] {
            assert!(!is_candidate_id(other), "{other}");
        }
    }

    #[test]
    fn the_gate_asks_for_one_thing_after_the_other() {
        let ended = Standing::MayStillClaim { ended_on: Day::MIN, until: Day::MAX };
        assert_eq!(gate(false, false, Standing::Never), Gate::Terms);
        assert_eq!(gate(true, false, Standing::Never), Gate::NoProfile);
        assert_eq!(gate(true, true, Standing::Never), Gate::NotCertified(Standing::Never));
        assert_eq!(gate(true, true, ended), Gate::Open(ended));
        assert_eq!(gate(true, true, Standing::Certified), Gate::Open(Standing::Certified));
    }
}
