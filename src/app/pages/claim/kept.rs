//! What is typed into the form, kept on this device until the claim is taken: it survives a reload, a session that ends,
//! and a train in a tunnel.
//!
//! One draft an account is for a new claim. A claim that is changed or corrected has a draft of its own; so has a claim
//! begun from the catalog while another one is half filled in: neither takes the other's place.

use super::FormQuery;
use super::state::FormState;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use super::SentFile;
#[cfg(feature = "hydrate")]
use ce_domain::calendar::Day;
#[cfg(feature = "hydrate")]
use ce_domain::claim::Draft;
#[cfg(feature = "hydrate")]
use gloo_storage::{LocalStorage, Storage};

/// What is kept.
#[cfg(feature = "hydrate")]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Kept {
    draft: Draft,
    /// Name and size of the file that was sent: the draft knows it by its id only.
    file: Option<SentFile>,
    /// The day on which it was begun.
    on: Day,
}

#[cfg(feature = "hydrate")]
fn read(place: &str) -> Option<Kept> {
    LocalStorage::get::<Kept>(place).ok().filter(|kept| !kept.draft.is_empty())
}

/// Where the draft of this form is kept, and what the claim that is in its way is called.
#[cfg(feature = "hydrate")]
fn place(form: FormState, query: &FormQuery) -> Option<(String, Option<String>)> {
    // What somebody else typed on this device is not theirs to see.
    let email = form.data.with_value(|data| data.email.to_lowercase());
    if email.is_empty() {
        return None;
    }
    let usual = format!("ce-claim-draft:{email}");
    let claim = if query.edits.is_empty() { &query.corrects } else { &query.edits };
    if !claim.is_empty() {
        return Some((format!("{usual}:{claim}"), None));
    }
    let other = read(&usual)
        .filter(|kept| !query.item.is_empty() && !kept.draft.item.is_empty() && kept.draft.item != query.item);
    Some(match other {
        Some(other) => (format!("{usual}:{}", query.item), Some(other.draft.item_text)),
        None => (usual, None),
    })
}

/// Brings back what was kept, and keeps what is typed from now on.
#[cfg(feature = "hydrate")]
pub fn keep_on_this_device(form: FormState, query: StoredValue<FormQuery>) {
    let query = query.get_value();
    let Some((place, other)) = place(form, &query) else { return };
    form.kept_as.set_value(place.clone());
    let named = !query.item.is_empty() || !query.corrects.is_empty() || !query.edits.is_empty();
    let begun = form
        .data
        .with_value(|data| !data.problems.is_empty() || data.trouble.is_some() || (!named && !data.draft.is_empty()));
    let ready = RwSignal::new(begun);
    let first = untrack(|| form.draft());
    let today = form.data.with_value(|data| data.today);
    {
        let (place, first) = (place.clone(), first.clone());
        Effect::new(move |_| {
            form.other.set(other.clone());
            if ready.get_untracked() {
                return;
            }
            match read(&place) {
                Some(kept) => bring_back(form, kept, query.clone(), first.clone(), ready),
                None => ready.set(true),
            }
        });
    }
    Effect::new(move |_| {
        let draft = form.draft();
        let file = form.file.get();
        if !ready.get() {
            return;
        }
        // A full or forbidden store is no reason to disturb anybody: the form works without.
        if draft == first {
            // What the server sent back is not what is kept here: that stays until something else is typed.
            if !begun {
                LocalStorage::delete(&place);
            }
        } else {
            let on = form.resumed.get_untracked().unwrap_or(today);
            let _ = LocalStorage::set(&place, Kept { draft, file, on });
        }
    });
}

#[cfg(feature = "hydrate")]
fn bring_back(form: FormState, kept: Kept, query: FormQuery, first: Draft, ready: RwSignal<bool>) {
    leptos::task::spawn_local(async move {
        // What was typed before the page came alive is in the form a moment later, and counts more.
        leptos::task::tick().await;
        let typed = |draft: &Draft| {
            let Draft { item_text, start, completion, certificate_id, .. } = draft.clone();
            (item_text, start, completion, certificate_id)
        };
        let now = untrack(|| form.draft());
        if typed(&now) != typed(&first) {
            ready.set(true);
            return;
        }
        let Kept { mut draft, file, on } = kept;
        let chosen = if query.item.is_empty() {
            match draft.item.is_empty() {
                true => None,
                false => {
                    let item = FormQuery { item: draft.item.clone(), ..FormQuery::default() };
                    super::claim_form(item).await.ok().and_then(|data| data.chosen)
                }
            }
        } else {
            // The address names the item, and maybe the type: what was typed besides belongs to it.
            let same_item = draft.item == query.item;
            let same = same_item && (query.item_type.is_empty() || draft.item_type == query.item_type);
            (draft.item, draft.item_text) = (now.item, now.item_text);
            if !same {
                (draft.item_type, draft.provider, draft.provider_text) =
                    (now.item_type, now.provider, now.provider_text);
            }
            form.chosen.get_untracked()
        };
        form.restore(&draft, file, chosen);
        form.resumed.set(Some(on));
        ready.set(true);
    });
}

/// Nothing to keep on the server.
#[cfg(not(feature = "hydrate"))]
pub fn keep_on_this_device(_form: FormState, _query: StoredValue<FormQuery>) {}

/// Forgets what was kept: the claim was taken.
pub fn forget(form: FormState) {
    #[cfg(feature = "hydrate")]
    form.kept_as.with_value(|place| LocalStorage::delete(place));
    #[cfg(not(feature = "hydrate"))]
    let _ = form.kept_as;
}

/// Puts the form back to how it began, without what was kept.
pub fn start_over(form: FormState) {
    let (draft, file, chosen) =
        form.data.with_value(|data| (data.draft.clone(), data.file.clone(), data.chosen.clone()));
    form.restore(&draft, file, chosen);
    form.resumed.set(None);
    form.problems.set(Vec::new());
    form.trouble.set(None);
}

/// Moves the focus to the error summary once it is there, so that it is read out first.
pub fn focus_summary() {
    #[cfg(feature = "hydrate")]
    let _ = request_animation_frame(|| {
        use wasm_bindgen::JsCast;
        let summary = document().query_selector(".error-summary").ok().flatten();
        if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = summary.focus();
        }
    });
}
