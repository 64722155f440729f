//! What is typed into the form, kept on this device until the claim is taken: it survives a reload, a session that ends,
//! and a train in a tunnel.

use super::FormQuery;
use super::state::FormState;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
fn storage_key(form: FormState) -> Option<String> {
    // One draft an account: what somebody else typed on this device is not theirs to see.
    form.data
        .with_value(|data| (!data.email.is_empty()).then(|| format!("ce-claim-draft:{}", data.email.to_lowercase())))
}

/// Brings back what was kept, and keeps what is typed from now on. Corrections begin from their claim, so they are not kept.
#[cfg(feature = "hydrate")]
pub fn keep_on_this_device(form: FormState, query: StoredValue<FormQuery>) {
    use ce_domain::claim::Draft;
    use gloo_storage::{LocalStorage, Storage};
    let fresh = query.with_value(|query| query.corrects.is_empty() && query.edits.is_empty());
    let Some(key) = storage_key(form).filter(|_| fresh) else { return };
    let begun = form.data.with_value(|data| !data.draft.is_empty() || !data.problems.is_empty());
    let ready = RwSignal::new(begun);
    {
        let key = key.clone();
        Effect::new(move |_| {
            if ready.get_untracked() {
                return;
            }
            match LocalStorage::get::<Draft>(&key) {
                Ok(draft) if !draft.is_empty() => bring_back(form, draft, ready),
                _ => ready.set(true),
            }
        });
    }
    Effect::new(move |_| {
        let draft = form.draft();
        if ready.get() {
            // A full or forbidden store is no reason to disturb anybody: the form works without.
            let _ = LocalStorage::set(&key, draft);
        }
    });
}

#[cfg(feature = "hydrate")]
fn bring_back(form: FormState, draft: ce_domain::claim::Draft, ready: RwSignal<bool>) {
    leptos::task::spawn_local(async move {
        // What was typed before the page came alive is in the form a moment later, and counts more.
        leptos::task::tick().await;
        if !untrack(|| form.draft()).is_empty() {
            ready.set(true);
            return;
        }
        let query = FormQuery {
            item: draft.item.clone(),
            item_type: draft.item_type.clone(),
            provider: draft.provider.clone(),
            ..FormQuery::default()
        };
        let chosen = match query.item.is_empty() {
            true => None,
            false => super::claim_form(query).await.ok().and_then(|data| data.chosen),
        };
        form.restore(&draft, chosen);
        ready.set(true);
    });
}

/// Nothing to keep on the server.
#[cfg(not(feature = "hydrate"))]
pub fn keep_on_this_device(_form: FormState, _query: StoredValue<FormQuery>) {}

/// Forgets what was kept: the claim was taken.
pub fn forget(form: FormState) {
    #[cfg(feature = "hydrate")]
    if let Some(key) = storage_key(form) {
        use gloo_storage::{LocalStorage, Storage};
        LocalStorage::delete(key);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
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
