//! Claims: sending one, and following it (guide, steps 5 and 6).

pub mod detail;
mod fields;
pub mod form;
mod kept;
mod preview;
mod state;

use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::catalog::{Catalog, VersionRef, label};
use ce_domain::claim::{Claimant, Draft, FileProblem, Problem};
use ce_domain::program::ClaimRules;
use ce_domain::text::query;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the form is opened for, as the address says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormQuery {
    /// An item version to begin with, from its page.
    pub item: String,
    /// A type to begin with.
    pub item_type: String,
    /// A provider to begin with.
    pub provider: String,
    /// The denied claim that is corrected.
    pub corrects: String,
    /// The pending claim that is changed.
    pub edits: String,
}

impl FormQuery {
    /// Where the form is sent. A form that comes back from there is still for the same claim.
    pub fn action(&self) -> String {
        match (self.edits.as_str(), self.corrects.as_str()) {
            ("", "") => "/claims/new".to_owned(),
            ("", id) => format!("/claims/new{}", query([("corrects", id)])),
            (id, _) => format!("/claims/{id}/edit"),
        }
    }

    /// Where somebody goes who leaves it: back to the claim it is for.
    pub fn cancel(&self) -> String {
        let claim = if self.edits.is_empty() { &self.corrects } else { &self.edits };
        if claim.is_empty() { "/".to_owned() } else { format!("/claims/{claim}") }
    }

    /// The address it was opened at.
    pub fn address(&self) -> String {
        if !self.edits.is_empty() || !self.corrects.is_empty() {
            return self.action();
        }
        let values = [("item", self.item.as_str()), ("type", &self.item_type), ("provider", &self.provider)];
        format!("/claims/new{}", query(values.into_iter().filter(|(_, value)| !value.is_empty())))
    }
}

/// Everything the form begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormData {
    /// Today, in the program's zone.
    pub today: Day,
    /// What a claim is judged by.
    pub rules: ClaimRules,
    /// How long a certification lasts, in years.
    pub validity_years: u32,
    /// What is known about the person.
    pub claimant: Claimant,
    /// The address one is signed in with; empty when the session has ended.
    pub email: String,
    /// One and several of what is earned, as `credit`, `credits`.
    pub credit_words: (String, String),
    /// Names of the types that a certificate of completion is asked for with, as one reads a list.
    pub certificate_types: String,
    /// What one must know before claiming a type, by its key.
    pub notes: Vec<(String, String)>,
    /// What stands in the fields.
    pub draft: Draft,
    /// The item version that is chosen.
    pub chosen: Option<ChosenVersion>,
    /// How many providers offer it as the chosen type, and the first of them.
    pub providers: Option<ProviderOptions>,
    /// What the item's text could mean, without a script.
    pub item_matches: Vec<(String, String)>,
    /// Name and size of the file that was sent already.
    pub file: Option<SentFile>,
    /// What is wrong, after it was sent without a script.
    pub problems: Vec<Problem>,
    /// What else went wrong.
    pub trouble: Option<AppError>,
    /// The form's own key: the same key leads to the same claim.
    pub key: String,
    /// The claim it corrects or changes, as it is called.
    pub about: Option<String>,
    /// What that claim says, to tell whether anything is changed.
    pub before: Option<Draft>,
    /// Why that claim was denied.
    pub denial: Option<detail::Denial>,
}

/// A chosen item version, with what it comes as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenVersion {
    /// As `VersionRef` prints it.
    pub reference: String,
    /// What it is called.
    pub label: String,
    /// What it comes as.
    pub types: Vec<TypeChoice>,
}

/// One thing a version comes as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeChoice {
    /// Key of the type.
    pub key: String,
    /// Its name.
    pub name: String,
    /// A few words beside it.
    pub hint: String,
    /// Its icon.
    pub icon: String,
    /// The fewest credits it earns.
    pub credits: u32,
    /// The most.
    pub most_credits: u32,
    /// First day on which it was offered.
    pub offered_from: Day,
    /// The last, if it has ended.
    pub offered_until: Option<Day>,
}

impl ChosenVersion {
    /// The version a reference stands for, with what it comes as; the same on the server and in the browser.
    pub fn find(catalog: &Catalog, reference: &str) -> Option<ChosenVersion> {
        let reference = VersionRef::parse(reference)?;
        let (item, version) = catalog.version(&reference)?;
        let types = version
            .deliveries
            .iter()
            .filter_map(|delivery| {
                let kind = catalog.type_of(delivery)?;
                Some(TypeChoice {
                    key: kind.key.clone(),
                    name: kind.name.clone(),
                    hint: kind.hint.clone(),
                    icon: kind.icon.clone(),
                    credits: delivery.credits,
                    most_credits: delivery.most_credits,
                    offered_from: delivery.offered_from,
                    offered_until: delivery.offered_until,
                })
            })
            .collect();
        let label = label(&item.name, item.acronym.as_deref(), &version.number);
        Some(ChosenVersion { reference: reference.to_string(), label, types })
    }

    /// Its name, and apart from it what tells it from other versions: `version 1.2`, or nothing.
    pub fn in_full(&self) -> (String, String) {
        let number = VersionRef::parse(&self.reference).map(|reference| reference.number).unwrap_or_default();
        match self.label.strip_suffix(&number).filter(|_| !number.is_empty()) {
            Some(name) => (name.trim_end().to_owned(), format!("version {number}")),
            None => (self.label.clone(), String::new()),
        }
    }

    /// What it comes as, by key.
    pub fn type_choice(&self, key: &str) -> Option<&TypeChoice> {
        self.types.iter().find(|choice| choice.key == key)
    }
}

/// Providers to choose from, slug and name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderOptions {
    /// How many there are.
    pub total: u32,
    /// Those that match what was typed, or the first.
    pub shown: Vec<(String, String)>,
}

/// A certificate of completion that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub file_name: String,
    /// Its size in bytes.
    pub size: i64,
}

impl SentFile {
    /// `640 KB`, `1.2 MB`, in the units in which the largest file is 10 MB.
    pub fn size_words(&self) -> String {
        const KB: i64 = 1024;
        const MB: i64 = KB * KB;
        match self.size {
            ..KB => format!("{} bytes", self.size),
            KB..MB => format!("{} KB", (self.size + KB / 2) / KB),
            _ => format!("{}.{} MB", self.size / MB, self.size % MB * 10 / MB),
        }
    }
}

/// What the server found wrong with a form posted without a script: in the context while its page is rendered again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Posted {
    /// What was typed.
    pub draft: Draft,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// What else went wrong.
    pub trouble: Option<AppError>,
    /// The form's key.
    pub key: String,
}

/// What was done with a claim that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// It is a new claim.
    Sent,
    /// It was changed.
    Changed,
    /// It says what it said before, so that nothing was done.
    Unchanged,
}

impl Done {
    /// The address of the claim's page, which says what was done.
    pub fn address(self, claim: &str) -> String {
        let done = match self {
            Done::Sent => "sent",
            Done::Changed => "changed",
            Done::Unchanged => "unchanged",
        };
        format!("/claims/{claim}?done={done}")
    }
}

/// What came of sending a claim from the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sent {
    /// It was taken: its id, and what was done.
    Taken(String, Done),
    /// It was not; everything that is wrong.
    Problems(Vec<Problem>),
}

/// What came of sending a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uploaded {
    /// It was kept.
    Kept(SentFile),
    /// It cannot be taken.
    Refused(FileProblem),
    /// Something else went wrong.
    Failed(AppError),
}

/// What of a claim decides what it would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trained {
    /// The item version.
    pub item: String,
    /// Key of its type.
    pub item_type: String,
    /// The completion date.
    pub completion: String,
    /// Id of the pending claim that is changed: it is not counted beside what it becomes.
    pub edits: String,
}

/// What a claim would do if it were earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Does {
    /// Whether it renews anything by itself.
    pub renews: bool,
    /// What it does, and what is left.
    pub sentences: Vec<String>,
    /// What would be given up by it, if anything.
    pub warning: Option<String>,
}

/// Everything the form begins with.
#[server(prefix = "/api", endpoint = "claims/form", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn claim_form(query: FormQuery) -> Result<FormData, AppError> {
    use crate::server::{auth, claim_form};
    let posted = use_context::<Posted>();
    let state = auth::state()?;
    match (auth::candidate(), posted) {
        (Ok(who), posted) => claim_form::load(&state, Some(&who), &query, posted).await,
        // The session ended while somebody typed: the form stays, with what was typed.
        (Err(AppError::Unauthenticated), Some(posted)) => claim_form::load(&state, None, &query, Some(posted)).await,
        (Err(error), _) => Err(error),
    }
}

/// What a claim would do if it were earned: asked while its form is filled in.
#[server(prefix = "/api", endpoint = "claims/would-do", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn would_do(claim: Trained) -> Result<Option<Does>, AppError> {
    use crate::server::{auth, tracking};
    tracking::would_do(&auth::state()?, &auth::candidate()?, &claim).await
}

/// Sends a claim. Everything is checked again here; credits come from the catalog.
#[server(prefix = "/api", endpoint = "claims/send", input = crate::app::wire::Json, output = crate::app::wire::Json)]
pub async fn send_claim(draft: Draft, key: String, corrects: String, edits: String) -> Result<Sent, AppError> {
    use crate::server::{auth, claim_form};
    if draft.has_nul() || [&key, &corrects, &edits].iter().any(|text| text.contains('\0')) {
        return Err(AppError::BadRequest);
    }
    claim_form::send(&auth::state()?, &auth::candidate()?, &draft, &key, &corrects, &edits).await
}
