//! Status tags: an icon and a word, never a colour alone.

use super::icon::Icon;
use ce_domain::claim::Status;
use leptos::prelude::*;

/// The status of a claim.
#[component]
pub fn StatusTag(
    /// Which.
    status: Status,
) -> impl IntoView {
    view! {
        <span class="tag" data-status=status.key()>
            <Icon name=status.key() />
            {status.name()}
        </span>
    }
}

/// Any other tag. `kind` is `active`, `soon`, `late`, or empty for neutral.
#[component]
pub fn Tag(
    /// What it means.
    #[prop(optional)]
    kind: &'static str,
    /// The icon, if it has one.
    #[prop(optional)]
    icon: &'static str,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class="tag" data-status=(!kind.is_empty()).then_some(kind)>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
            {text}
        </span>
    }
}
