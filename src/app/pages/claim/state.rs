//! What the claim form knows while somebody fills it in, in the browser.

use super::{ChosenVersion, FormData, SentFile};
use crate::app::components::field::FieldError;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::claim::{Choice, DateProblem, Draft, Field, Period, Problem, check};
use leptos::prelude::*;

/// Everything that changes while the form is filled in. Cheap to copy.
#[derive(Clone, Copy)]
pub struct FormState {
    /// What the form began with.
    pub data: StoredValue<FormData>,
    /// The item version that is chosen.
    pub chosen: RwSignal<Option<ChosenVersion>>,
    /// Its reference: what the combobox sets, and empties when the text is changed.
    pub item: RwSignal<String>,
    /// What stands in the field of the item.
    pub item_text: RwSignal<String>,
    /// Key of the type that is chosen.
    pub item_type: RwSignal<String>,
    /// Slug of the provider that is chosen.
    pub provider: RwSignal<String>,
    /// What stands in the field of the provider.
    pub provider_text: RwSignal<String>,
    /// Start date.
    pub start: RwSignal<String>,
    /// Completion date.
    pub completion: RwSignal<String>,
    /// Certificate ID.
    pub certificate_id: RwSignal<String>,
    /// The file that was sent.
    pub file: RwSignal<Option<SentFile>>,
    /// What is wrong, as found when the claim was last sent.
    pub problems: RwSignal<Vec<Problem>>,
    /// The claim that these problems were found in.
    pub refused: StoredValue<Draft>,
    /// Fields that were left after something was typed: only then is it said what is wrong with them.
    pub left: RwSignal<Vec<Field>>,
    /// What else went wrong.
    pub trouble: RwSignal<Option<AppError>>,
    /// Whether the claim is on its way.
    pub sending: RwSignal<bool>,
    /// The day of the draft that was brought back, when one was.
    pub resumed: RwSignal<Option<Day>>,
    /// What another claim is called that is half filled in, when this one was begun beside it.
    pub other: RwSignal<Option<String>>,
    /// Where the draft is kept on this device; empty while it is not.
    pub kept_as: StoredValue<String>,
}

impl FormState {
    /// As the form begins.
    pub fn new(data: FormData) -> FormState {
        let draft = data.draft.clone();
        FormState {
            item: RwSignal::new(data.chosen.as_ref().map(|chosen| chosen.reference.clone()).unwrap_or_default()),
            chosen: RwSignal::new(data.chosen.clone()),
            item_text: RwSignal::new(draft.item_text),
            item_type: RwSignal::new(draft.item_type),
            provider: RwSignal::new(draft.provider),
            provider_text: RwSignal::new(draft.provider_text),
            start: RwSignal::new(draft.start),
            completion: RwSignal::new(draft.completion),
            certificate_id: RwSignal::new(draft.certificate_id),
            file: RwSignal::new(data.file.clone()),
            problems: RwSignal::new(data.problems.clone()),
            refused: StoredValue::new(data.draft.clone()),
            left: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(data.trouble.clone()),
            sending: RwSignal::new(false),
            resumed: RwSignal::new(None),
            other: RwSignal::new(None),
            kept_as: StoredValue::new(String::new()),
            data: StoredValue::new(data),
        }
    }

    /// What stands in the form now.
    pub fn draft(&self) -> Draft {
        Draft {
            item: self.item.get(),
            item_text: self.item_text.get(),
            item_type: self.item_type.get(),
            provider: self.provider.get(),
            provider_text: self.provider_text.get(),
            start: self.start.get(),
            completion: self.completion.get(),
            certificate_id: self.certificate_id.get(),
            evidence: self.file.with(|file| file.as_ref().map(|file| file.id.clone()).unwrap_or_default()),
        }
    }

    /// Puts a draft back into the form; the choices are looked up by the caller.
    pub fn restore(&self, draft: &Draft, file: Option<SentFile>, chosen: Option<ChosenVersion>) {
        self.item.set(chosen.as_ref().map(|chosen| chosen.reference.clone()).unwrap_or_default());
        self.chosen.set(chosen);
        self.item_text.set(draft.item_text.clone());
        self.item_type.set(draft.item_type.clone());
        self.provider.set(draft.provider.clone());
        self.provider_text.set(draft.provider_text.clone());
        self.start.set(draft.start.clone());
        self.completion.set(draft.completion.clone());
        self.certificate_id.set(draft.certificate_id.clone());
        self.file.set(file);
        let written = [
            (Field::Start, &draft.start),
            (Field::Completion, &draft.completion),
            (Field::CertificateId, &draft.certificate_id),
        ];
        self.left.set(written.into_iter().filter(|(_, text)| !text.is_empty()).map(|(field, _)| field).collect());
    }

    /// Follows the combobox: looks up what the chosen version comes as. A type it does not come as is let go, and the
    /// provider with it; one choice is taken by itself.
    pub fn follow_item(&self, found: Option<ChosenVersion>) {
        let Some(chosen) = found else {
            self.chosen.set(None);
            return;
        };
        let before = self.item_type.get_untracked();
        let same_version =
            self.chosen.with_untracked(|old| old.as_ref().is_some_and(|old| old.reference == chosen.reference));
        let item_type = match chosen.types.as_slice() {
            [only] => only.key.clone(),
            _ if chosen.type_choice(&before).is_some() => before.clone(),
            _ => String::new(),
        };
        self.chosen.set(Some(chosen));
        if item_type != before {
            self.item_type.set(item_type);
        }
        if !same_version {
            self.let_provider_go();
        }
    }

    /// Takes a type; the provider chosen for another one is let go.
    pub fn choose_type(&self, key: String) {
        if self.item_type.get_untracked() != key {
            self.item_type.set(key);
            self.let_provider_go();
        }
    }

    fn let_provider_go(&self) {
        self.provider.set(String::new());
        self.provider_text.set(String::new());
    }

    /// What the browser knows about the choice: the days on which anybody offered it. The server looks closer.
    fn choice(&self) -> Choice {
        self.chosen.with(|chosen| {
            let Some(chosen) = chosen else { return Choice::NoItem };
            let key = self.item_type.get();
            if key.is_empty() {
                return Choice::NoType;
            }
            let Some(kind) = chosen.type_choice(&key) else { return Choice::UnknownType };
            let period = Period { from: kind.offered_from, until: kind.offered_until, credits: kind.credits };
            if self.provider.with(String::is_empty) {
                Choice::NoProvider(vec![period])
            } else {
                Choice::Offered(vec![period])
            }
        })
    }

    /// Everything that is wrong with the claim as it stands, as far as the browser can tell.
    pub fn check(&self) -> Vec<Problem> {
        let draft = self.draft();
        let choice = self.choice();
        self.data.with_value(|data| {
            match check(&draft, &choice, &data.claimant, &data.rules, data.validity_years, data.today) {
                Ok(_) => Vec::new(),
                // Whether a typed text names an item is for the server to say when the catalog is not here.
                Err(problems) => problems,
            }
        })
    }

    /// What is wrong, for the summary.
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors: Vec<FieldError> = self
            .problems
            .get()
            .iter()
            .map(|problem| FieldError::new(control(problem.field()), problem.words()))
            .collect();
        if let Some(trouble) = self.trouble.get() {
            errors.insert(0, FieldError::new("", trouble.to_string()));
        }
        errors
    }

    /// Takes what was found wrong with the claim as it was sent.
    pub fn refuse(&self, draft: Draft, problems: Vec<Problem>) {
        // A file that was kept for a while and never claimed with may be gone.
        if problems.contains(&Problem::CertificateMissing) {
            self.file.set(None);
        }
        self.refused.set_value(draft);
        self.problems.set(problems);
    }

    /// The claim that counts already in the place of this one: its id, or nothing when another address of the profile
    /// sent it. What the server found counts, too, as long as item and day are those it was found for.
    pub fn duplicate(&self) -> Option<String> {
        let draft = self.draft();
        let same =
            self.refused.with_value(|refused| (&refused.item, &refused.completion) == (&draft.item, &draft.completion));
        let of = |problems: &[Problem]| {
            problems.iter().find_map(|problem| match problem {
                Problem::Duplicate { claim } => Some(claim.clone()),
                _ => None,
            })
        };
        of(&self.check()).or_else(|| self.problems.with(|problems| of(problems)).filter(|_| same))
    }

    /// Says from now on what is wrong with a field, because somebody has left it.
    pub fn leave(&self, field: Field) {
        if self.left.with_untracked(|left| !left.contains(&field)) {
            self.left.update(|left| left.push(field));
        }
    }

    /// What is wrong with a field: as it was sent, or as it stands since it was left.
    pub fn error(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            let now = || self.check().into_iter().filter(move |problem| problem.field() == field);
            let sent = self.problems.with(|problems| problems.iter().find(|problem| problem.field() == field).cloned());
            let found = match sent {
                // It was put right meanwhile, or is wrong in another way now.
                Some(problem) if seen_here(&problem) => now().find(|other| *other == problem).or_else(|| now().next()),
                Some(problem) => Some(problem),
                None if self.left.with(|left| left.contains(&field)) => {
                    now().find(|problem| !matches!(problem, Problem::Date(_, DateProblem::Missing)))
                }
                None => None,
            };
            found.as_ref().map(Problem::words)
        })
    }
}

/// Whether the browser sees for itself that this is wrong: then it also sees when it is not wrong any more.
fn seen_here(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Date(..)
            | Problem::CompletionBeforeStart
            | Problem::CompletionInFuture
            | Problem::TooLate { .. }
            | Problem::CertificateIdMalformed { .. }
    )
}

/// Id of the control of a field: what an error leads to.
pub fn control(field: Field) -> &'static str {
    match field {
        Field::Item => "item",
        Field::ItemType => "type",
        Field::Provider => "provider",
        Field::Start => "start",
        Field::Completion => "completion",
        Field::Certificate => "certificate",
        Field::CertificateId => "certificate_id",
    }
}
