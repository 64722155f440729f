//! Information about something beside it: a button that opens on a press, a tap or Enter, and shows its text while the
//! keyboard is on it. The text is part of the page: nothing has to be hovered, and nothing is covered.

use super::icon::Icon;
use leptos::prelude::*;

/// The button and its text, which opens below it.
#[component]
pub fn Info(
    /// What it is about, on the button.
    words: &'static str,
    /// What the button's words leave out because it can be seen: of which thing it is. For who hears them alone.
    #[prop(into)]
    of: String,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="info">
            <summary>
                <Icon name="info" />
                <span>{words}<span class="visually-hidden">{format!(": {of}")}</span></span>
            </summary>
            <div>{children()}</div>
        </details>
    }
}
