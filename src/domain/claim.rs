//! Claims: what one must satisfy, how its state may change, and what to tell a person when something is wrong.
//!
//! The same [`check`] runs in the browser while somebody types and on the server when it is sent; the server decides.
//! Sources: guide, steps 5 and 6; design, "what a claim must satisfy".

use crate::calendar::{Day, DayError, add_days, days_between, parse_day, show};
use crate::catalog::{VersionRef, offered_on};
use crate::certification::{Cycle, Holding, certified_on, cycle_of};
use crate::program::ClaimRules;
use serde::{Deserialize, Serialize};

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Waiting for the provider to validate it.
    Pending,
    /// Validated; its credits count.
    Earned,
    /// Could not be validated; a reason says why.
    Denied,
    /// Taken back by who sent it.
    Withdrawn,
}

/// What can happen to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It is validated.
    Earn,
    /// It is denied.
    Deny,
    /// Who sent it takes it back.
    Withdraw,
    /// Who sent it changes what it says.
    Correct,
    /// Credits that were earned are taken away.
    Revoke,
}

/// A claim cannot change so from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a claim that is {} cannot be changed so", status.name().to_lowercase())]
pub struct IllegalTransition {
    /// Where it stands.
    pub status: Status,
    /// What was tried.
    pub event: Event,
}

impl Status {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Status; 4] = [Status::Pending, Status::Earned, Status::Denied, Status::Withdrawn];

    /// What people read (a label, part of the contract).
    pub fn name(self) -> &'static str {
        match self {
            Status::Pending => "Pending",
            Status::Earned => "Earned",
            Status::Denied => "Denied",
            Status::Withdrawn => "Withdrawn",
        }
    }

    /// Stands for it in data and addresses.
    pub fn key(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Earned => "earned",
            Status::Denied => "denied",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`Status::key`].
    pub fn parse(key: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.key() == key)
    }

    /// Where a claim stands after something happened to it.
    ///
    /// # Errors
    /// When that cannot happen to a claim that stands there.
    pub fn after(self, event: Event) -> Result<Status, IllegalTransition> {
        match (self, event) {
            (Status::Pending, Event::Earn) => Ok(Status::Earned),
            (Status::Pending, Event::Deny) | (Status::Earned, Event::Revoke) => Ok(Status::Denied),
            (Status::Pending, Event::Withdraw) => Ok(Status::Withdrawn),
            (Status::Pending, Event::Correct) => Ok(Status::Pending),
            _ => Err(IllegalTransition { status: self, event }),
        }
    }

    /// Whether a claim that stands there takes the place of its item version in its cycle, and of its certificate ID.
    pub fn counts(self) -> bool {
        matches!(self, Status::Pending | Status::Earned)
    }
}

/// The fields of the claim form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// Item name and version.
    Item,
    /// Item type.
    ItemType,
    /// Item provider.
    Provider,
    /// Start date.
    Start,
    /// Completion date.
    Completion,
    /// Certificate of completion, a file.
    Certificate,
    /// Certificate ID.
    CertificateId,
}

impl Field {
    /// Its label (part of the contract).
    pub fn label(self) -> &'static str {
        match self {
            Field::Item => "Item name and version",
            Field::ItemType => "Item type",
            Field::Provider => "Item provider",
            Field::Start => "Start date",
            Field::Completion => "Completion date",
            Field::Certificate => "Certificate of completion",
            Field::CertificateId => "Certificate ID",
        }
    }

    /// Its name in the form, which is also the id of its control.
    pub fn name(self) -> &'static str {
        match self {
            Field::Item => "item",
            Field::ItemType => "type",
            Field::Provider => "provider",
            Field::Start => "start",
            Field::Completion => "completion",
            Field::Certificate => "certificate",
            Field::CertificateId => "certificate_id",
        }
    }
}

/// What somebody wrote into the claim form, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draft {
    /// The item version chosen, as [`VersionRef`] prints it; empty while none is.
    pub item: String,
    /// What stands in the field of the item: a label, or words that name nothing yet.
    pub item_text: String,
    /// Key of the item type chosen.
    pub item_type: String,
    /// Slug of the provider chosen.
    pub provider: String,
    /// What stands in the field of the provider.
    pub provider_text: String,
    /// Start date.
    pub start: String,
    /// Completion date.
    pub completion: String,
    /// Certificate ID.
    pub certificate_id: String,
    /// Id of an uploaded certificate of completion.
    pub evidence: String,
}

impl Draft {
    /// Whether nothing has been written yet.
    pub fn is_empty(&self) -> bool {
        *self == Draft::default()
    }

    /// Whether the character NUL stands in it, which nobody types and PostgreSQL does not take in any text.
    pub fn has_nul(&self) -> bool {
        let names = [&self.item, &self.item_text, &self.item_type, &self.provider, &self.provider_text];
        let rest = [&self.start, &self.completion, &self.certificate_id, &self.evidence];
        names.into_iter().chain(rest).any(|text| text.contains('\0'))
    }

    /// Whether both claim the same, however the dates and the certificate ID are written.
    pub fn says_the_same(&self, other: &Draft) -> bool {
        let said = |draft: &Draft| {
            let day = |text: &str| parse_day(text).map_err(|_| text.trim().to_owned());
            let id: String = draft.certificate_id.chars().filter(|c| !c.is_whitespace()).collect();
            (day(&draft.start), day(&draft.completion), id.to_ascii_uppercase())
        };
        let chosen = |draft: &Draft| {
            (draft.item.clone(), draft.item_type.clone(), draft.provider.clone(), draft.evidence.clone())
        };
        chosen(self) == chosen(other) && said(self) == said(other)
    }
}

/// What is wrong with a file that was sent as a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileProblem {
    /// Neither PDF nor PNG, JPEG or WebP, or not what its name says.
    Kind,
    /// Nothing in it.
    Empty,
    /// Opens only with a password.
    Encrypted,
    /// Contains programs or other files.
    Active,
    /// Larger than is taken.
    TooLarge,
    /// Broken, or broken off.
    Unreadable,
}

/// The largest certificate file that is taken, in bytes (10 MB; assurance S30).
pub const LARGEST_FILE: u64 = 10 * 1024 * 1024;

/// One thing that is wrong with a claim. Crosses the wire as a code; [`Problem::words`] says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// No item was chosen.
    ItemMissing,
    /// What was written names no item version.
    ItemUnknown,
    /// No type was chosen.
    TypeMissing,
    /// The version does not come as this type.
    TypeNotOffered,
    /// No provider was chosen.
    ProviderMissing,
    /// The provider never offered this version as this type.
    ProviderNotOffered,
    /// A date cannot be read.
    Date(Field, DateProblem),
    /// It ends before it begins.
    CompletionBeforeStart,
    /// It has not ended yet.
    CompletionInFuture,
    /// It was completed too long ago.
    TooLate {
        /// The last day on which it could be claimed.
        last_day: Day,
    },
    /// It was not offered on the completion date.
    NotOfferedThen {
        /// The first day on which it was offered.
        from: Day,
        /// The last, if it has ended.
        until: Option<Day>,
    },
    /// Nobody was certified on the completion date.
    NotCertifiedThen {
        /// The last day before it on which something was held.
        last_day: Option<Day>,
    },
    /// It was claimed before in this cycle.
    Duplicate {
        /// The claim that counts already; empty when it belongs to another account of the profile.
        claim: String,
    },
    /// This type asks for a certificate of completion.
    CertificateMissing,
    /// The certificate sent cannot be taken.
    CertificateFile(FileProblem),
    /// Not the form of a certificate ID.
    CertificateIdMalformed {
        /// What one begins with.
        prefix: String,
    },
    /// Somebody has used it.
    CertificateIdUsed,
    /// The record of completions knows the certificate ID, but says something else.
    RecordDiffers(Difference),
}

/// What a record of completions says otherwise than a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    /// It was completed with another address. Which, is told only when it is the claimant's own.
    Account {
        /// The claimant's other address.
        own: Option<String>,
    },
    /// It was another item or version.
    Item {
        /// Which.
        label: String,
    },
    /// It was another type.
    ItemType {
        /// Which.
        name: String,
    },
    /// It was completed on another day.
    Completion {
        /// When.
        day: Day,
    },
}

/// Why a date cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateProblem {
    /// Nothing was written.
    Missing,
    /// Not written like a date.
    Malformed,
    /// No such day.
    Impossible,
}

impl Problem {
    /// The field it belongs to.
    pub fn field(&self) -> Field {
        match self {
            Problem::ItemMissing | Problem::ItemUnknown | Problem::Duplicate { .. } => Field::Item,
            Problem::TypeMissing | Problem::TypeNotOffered => Field::ItemType,
            Problem::ProviderMissing | Problem::ProviderNotOffered => Field::Provider,
            Problem::Date(field, _) => *field,
            Problem::CompletionBeforeStart
            | Problem::CompletionInFuture
            | Problem::TooLate { .. }
            | Problem::NotOfferedThen { .. }
            | Problem::NotCertifiedThen { .. }
            | Problem::RecordDiffers(Difference::Completion { .. }) => Field::Completion,
            Problem::RecordDiffers(Difference::Item { .. }) => Field::Item,
            Problem::RecordDiffers(Difference::ItemType { .. }) => Field::ItemType,
            Problem::CertificateMissing | Problem::CertificateFile(_) => Field::Certificate,
            Problem::CertificateIdMalformed { .. }
            | Problem::CertificateIdUsed
            | Problem::RecordDiffers(Difference::Account { .. }) => Field::CertificateId,
        }
    }

    /// What to tell who wrote it: what is wrong and what to do, in one sentence.
    pub fn words(&self) -> String {
        match self {
            Problem::ItemMissing => "Enter an item name or acronym, and choose the item and version".to_owned(),
            Problem::ItemUnknown => "Choose an item and version from the list: this is not in the catalog".to_owned(),
            Problem::TypeMissing => "Choose the item type".to_owned(),
            Problem::TypeNotOffered => "Choose another item type: this version does not come as this one".to_owned(),
            Problem::ProviderMissing => "Choose the item provider".to_owned(),
            Problem::ProviderNotOffered => {
                "Choose another item provider: this one does not offer this version as this type".to_owned()
            }
            Problem::Date(field, DateProblem::Missing) => format!("Enter the {}", field.label().to_lowercase()),
            Problem::Date(field, DateProblem::Malformed) => {
                format!("{} must be a date like 27-Mar-2026", field.label())
            }
            Problem::Date(field, DateProblem::Impossible) => {
                format!("{} must be a real date: there is no such day in the calendar", field.label())
            }
            Problem::CompletionBeforeStart => "Completion date must be the same as or after the start date".to_owned(),
            Problem::CompletionInFuture => {
                "Completion date must be today or earlier: claim a training once you have finished it".to_owned()
            }
            Problem::TooLate { last_day } => {
                format!("Completion date is too long ago: the last day to claim it was {}", show(*last_day))
            }
            Problem::NotOfferedThen { from, until: None } => {
                format!("Completion date must be {} or later: this was not offered before", show(*from))
            }
            Problem::NotOfferedThen { from, until: Some(until) } => format!(
                "Completion date must be from {} to {}: this was offered only then. Choose another version or provider if yours differs",
                show(*from),
                show(*until)
            ),
            Problem::NotCertifiedThen { last_day: None } => {
                "Completion date must be a day on which you held an active certification".to_owned()
            }
            Problem::NotCertifiedThen { last_day: Some(day) } => format!(
                "Completion date must be a day on which you held an active certification: your last one ended on {}",
                show(*day)
            ),
            Problem::Duplicate { .. } => {
                "You have claimed this item and version in this recertification cycle: it counts once".to_owned()
            }
            Problem::CertificateMissing => "Choose the certificate of completion".to_owned(),
            Problem::CertificateFile(problem) => problem.words().to_owned(),
            Problem::CertificateIdMalformed { prefix } => format!(
                "Certificate ID must begin with {prefix} and have only letters, digits and hyphens after it. Leave it empty if your certificate has none"
            ),
            Problem::CertificateIdUsed => {
                "Certificate ID has been used for another claim: check it against your certificate".to_owned()
            }
            Problem::RecordDiffers(difference) => difference.words(),
        }
    }
}

impl Difference {
    /// What to tell who claims it.
    pub fn words(&self) -> String {
        match self {
            Difference::Account { own: Some(address) } => format!(
                "Certificate ID is on record for your other address {address}: sign in with that address to claim it"
            ),
            Difference::Account { own: None } => {
                "Certificate ID is on record for another e-mail address: check it against your certificate, or leave it empty and send the certificate"
                    .to_owned()
            }
            Difference::Item { label } => {
                format!("The record of this certificate ID says {label}: choose that item and version")
            }
            Difference::ItemType { name } => format!("The record of this certificate ID says {name}: choose that item type"),
            Difference::Completion { day } => {
                format!("The record of this certificate ID says {}: enter that completion date", show(*day))
            }
        }
    }
}

/// What the record of completions says about the claim's certificate ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whether it was completed with the address the claim is sent from.
    pub same_account: bool,
    /// The claimant's own other address it was completed with.
    pub own_address: Option<String>,
    /// The item version, by reference and by label.
    pub item: (VersionRef, String),
    /// The item type, by key and by name.
    pub item_type: (String, String),
    /// The day of completion.
    pub completed_on: Day,
}

/// What differs between a claim and the record; nothing: it is earned at once.
///
/// When the address differs nothing else is told: the record may be somebody else's.
pub fn differences(record: &Record, checked: &Checked, item_type: &str) -> Vec<Problem> {
    let mut differences = Vec::new();
    if !record.same_account {
        differences.push(Difference::Account { own: record.own_address.clone() });
        if record.own_address.is_none() {
            return differences.into_iter().map(Problem::RecordDiffers).collect();
        }
    }
    if record.item.0 != checked.item {
        differences.push(Difference::Item { label: record.item.1.clone() });
    }
    if record.item_type.0 != item_type {
        differences.push(Difference::ItemType { name: record.item_type.1.clone() });
    }
    if record.completed_on != checked.completed_on {
        differences.push(Difference::Completion { day: record.completed_on });
    }
    differences.into_iter().map(Problem::RecordDiffers).collect()
}

impl FileProblem {
    /// What to tell who sent it (wording after the GOV.UK design system's file messages).
    pub fn words(self) -> &'static str {
        match self {
            FileProblem::Kind => "The selected file must be a PDF, PNG, JPEG or WebP, whatever its name says",
            FileProblem::Empty => "The selected file is empty",
            FileProblem::Encrypted => "The selected file is password protected: save it without a password",
            FileProblem::Active => {
                "The selected file contains scripts or other files: print it to a PDF and choose that"
            }
            FileProblem::TooLarge => "The selected file must be 10 MB or smaller",
            FileProblem::Unreadable => {
                "The selected file could not be read: it may be damaged. Save it again and try again"
            }
        }
    }
}

/// The days on which one provider offered one version as one type, and what it earned then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// Its first day.
    pub from: Day,
    /// Its last day, if it has ended.
    pub until: Option<Day>,
    /// What completing it earns.
    pub credits: u32,
}

/// Another claim of the same profile that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Its id; empty when it belongs to another account of the profile.
    pub claim: String,
    /// What was claimed.
    pub item: VersionRef,
    /// Its completion date.
    pub completed_on: Day,
    /// The cycle it was counted in, as known when it was sent.
    pub cycle: Cycle,
}

impl Claimed {
    /// Whether it and a training completed on `day`, in `cycle` as known now, would count in one cycle.
    ///
    /// First days are not compared, because they move: the record tells only where the present cycle began, and a renewal
    /// moves that. So it is asked where the days of completion lie: this one's in that cycle, or that one's in the cycle
    /// this one was counted in, unless a new cycle has begun between them.
    pub fn shares_cycle(&self, cycle: &Cycle, day: Day) -> bool {
        cycle.holds(self.completed_on) || (self.cycle.holds(day) && cycle.from <= self.completed_on)
    }
}

/// What is known about the person, whatever they claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimant {
    /// What the profile holds.
    pub holdings: Vec<Holding>,
    /// What all its accounts have claimed and still counts.
    pub claimed: Vec<Claimed>,
}

/// What is known about the choice, from the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// No item version was chosen.
    NoItem,
    /// What was chosen names none.
    UnknownItem,
    /// A version, but no type yet.
    NoType,
    /// The version does not come as this type.
    UnknownType,
    /// A version and type, but no provider; the days on which anybody offered it.
    NoProvider(Vec<Period>),
    /// The provider does not offer it.
    UnknownProvider,
    /// All three; the days on which this provider offered it.
    Offered(Vec<Period>),
}

/// A claim that satisfies every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is claimed.
    pub item: VersionRef,
    /// The first day of the training.
    pub started_on: Day,
    /// Its last.
    pub completed_on: Day,
    /// What it earns, from the catalog as of the completion date.
    pub credits: u32,
    /// The cycle it is counted in.
    pub cycle: Cycle,
    /// The certificate ID as it is stored and compared; `None` when left empty.
    pub certificate_id: Option<String>,
}

/// Upper case, without spaces: as certificate IDs are stored and compared.
///
/// # Errors
/// When it cannot be one.
pub fn parse_certificate_id(text: &str, prefix: &str) -> Result<Option<String>, Problem> {
    let id: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if id.is_empty() {
        return Ok(None);
    }
    let rest = id.strip_prefix(&prefix.to_ascii_uppercase()).unwrap_or("");
    let well_formed = (3..=60).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && rest.bytes().any(|b| b.is_ascii_alphanumeric());
    if well_formed { Ok(Some(id)) } else { Err(Problem::CertificateIdMalformed { prefix: prefix.to_owned() }) }
}

/// The last day on which something completed on `day` can be claimed: `window_days` later, that day included.
pub fn last_day_to_claim(completed_on: Day, rules: &ClaimRules) -> Day {
    add_days(completed_on, rules.window_days)
}

fn date(text: &str, field: Field, problems: &mut Vec<Problem>) -> Option<Day> {
    match parse_day(text) {
        Ok(day) => Some(day),
        Err(error) => {
            problems.push(Problem::Date(
                field,
                match error {
                    DayError::Empty => DateProblem::Missing,
                    DayError::Malformed => DateProblem::Malformed,
                    DayError::Impossible => DateProblem::Impossible,
                },
            ));
            None
        }
    }
}

/// Checks everything that can be checked without looking at other people's claims.
///
/// `today` is the day in the program's time zone. The uniqueness of the certificate ID, and of the item version in
/// its cycle against a claim sent at the same moment, is guarded once more by the database.
///
/// # Errors
/// Everything that is wrong, in the order of the form's fields.
pub fn check(
    draft: &Draft,
    choice: &Choice,
    claimant: &Claimant,
    rules: &ClaimRules,
    validity_years: u32,
    today: Day,
) -> Result<Checked, Vec<Problem>> {
    let mut problems = Vec::new();
    let periods: &[Period] = match choice {
        Choice::NoItem => {
            problems.push(if draft.item_text.trim().is_empty() { Problem::ItemMissing } else { Problem::ItemUnknown });
            &[]
        }
        Choice::UnknownItem => {
            problems.push(Problem::ItemUnknown);
            &[]
        }
        Choice::NoType => {
            problems.push(Problem::TypeMissing);
            &[]
        }
        Choice::UnknownType => {
            problems.push(Problem::TypeNotOffered);
            &[]
        }
        Choice::NoProvider(periods) => {
            let nothing = draft.provider_text.trim().is_empty();
            problems.push(if nothing { Problem::ProviderMissing } else { Problem::ProviderNotOffered });
            periods
        }
        Choice::UnknownProvider => {
            problems.push(Problem::ProviderNotOffered);
            &[]
        }
        Choice::Offered(periods) => periods,
    };
    let started = date(&draft.start, Field::Start, &mut problems);
    let completed = date(&draft.completion, Field::Completion, &mut problems);
    if let Some(completed_on) = completed {
        check_completion(started, completed_on, claimant, rules, today, &mut problems);
    }
    let offered = completed.and_then(|day| periods.iter().find(|period| offered_on(period.from, period.until, day)));
    if let (Some(day), None, Some(nearest)) = (completed, offered, nearest(periods, completed)) {
        // A day that is wrong by itself is not also blamed on the catalog.
        if day <= today && !problems.iter().any(|problem| matches!(problem, Problem::CompletionBeforeStart)) {
            problems.push(Problem::NotOfferedThen { from: nearest.from, until: nearest.until });
        }
    }
    let item = VersionRef::parse(&draft.item);
    let cycle = completed.and_then(|day| cycle_of(&claimant.holdings, day, validity_years));
    if let (Some(item), Some(cycle), Some(day)) = (&item, cycle, completed) {
        let mut before = claimant.claimed.iter().filter(|other| other.item == *item);
        if let Some(other) = before.find(|other| other.shares_cycle(&cycle, day)) {
            problems.push(Problem::Duplicate { claim: other.claim.clone() });
        }
    }
    if rules.certificate_required(&draft.item_type) && draft.evidence.is_empty() {
        problems.push(Problem::CertificateMissing);
    }
    let certificate_id = match parse_certificate_id(&draft.certificate_id, &rules.certificate_id_prefix) {
        Ok(id) => id,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    problems.sort_by_key(Problem::field);
    match (problems.is_empty(), item, started, completed, offered, cycle) {
        (true, Some(item), Some(started_on), Some(completed_on), Some(period), Some(cycle)) => {
            Ok(Checked { item, started_on, completed_on, credits: period.credits, cycle, certificate_id })
        }
        // Nothing was found wrong and yet something is missing: the choice says "offered" without saying what.
        (true, ..) => Err(vec![Problem::ItemUnknown]),
        _ => Err(problems),
    }
}

fn check_completion(
    started: Option<Day>,
    completed_on: Day,
    claimant: &Claimant,
    rules: &ClaimRules,
    today: Day,
    problems: &mut Vec<Problem>,
) {
    if started.is_some_and(|started_on| completed_on < started_on) {
        problems.push(Problem::CompletionBeforeStart);
    } else if completed_on > today {
        problems.push(Problem::CompletionInFuture);
    } else if last_day_to_claim(completed_on, rules) < today {
        problems.push(Problem::TooLate { last_day: last_day_to_claim(completed_on, rules) });
    } else if !certified_on(&claimant.holdings, completed_on) {
        let last_day = claimant.holdings.iter().filter_map(|h| h.expires_on).filter(|&day| day < completed_on).max();
        problems.push(Problem::NotCertifiedThen { last_day });
    }
}

/// The period whose days are closest to a day: the one to name when none holds it.
fn nearest(periods: &[Period], day: Option<Day>) -> Option<&Period> {
    let day = day?;
    periods.iter().min_by_key(|period| {
        let before = days_between(day, period.from);
        let after = period.until.map_or(0, |until| days_between(until, day));
        before.max(after).max(0)
    })
}

/// The clock of a pending claim: how far it is on its way (guide, step 6: seven days, up to thirty).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Within the days in which most claims are decided.
    OnTime,
    /// Longer than most, within what is allowed.
    Late,
    /// Longer than allowed: a support case may be opened.
    Overdue,
}

/// Day of waiting (the day it was sent is day 0) and how late that is.
pub fn clock(submitted_on: Day, today: Day, rules: &ClaimRules) -> (u32, Clock) {
    let day = u32::try_from(days_between(submitted_on, today)).unwrap_or(0);
    let clock = if day > rules.longest_days {
        Clock::Overdue
    } else if day > rules.typical_days {
        Clock::Late
    } else {
        Clock::OnTime
    };
    (day, clock)
}

/// How far a pending claim is, in the few words that a table row has room for.
pub fn waiting_words(submitted_on: Day, today: Day, rules: &ClaimRules) -> String {
    let (typical, longest) = (rules.typical_days, rules.longest_days);
    match clock(submitted_on, today, rules) {
        (0, Clock::OnTime) => format!("Sent today. Most claims are decided within {typical} days"),
        (day, Clock::OnTime) => format!("Day {day}. Most claims are decided within {typical} days"),
        (day, Clock::Late) => format!("Day {day} of up to {longest}"),
        (day, Clock::Overdue) => format!("Day {day}: longer than the {longest} days it may take"),
    }
}

#[cfg(test)]
mod tests;
