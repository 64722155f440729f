//! Icons from the sprite.

use crate::app::site::SiteInfo;
use leptos::prelude::*;

/// An icon beside words: hidden from screen readers, because the words say it.
#[component]
pub fn Icon(
    /// Its name in the sprite.
    #[prop(into)]
    name: String,
    /// A further class, as `wordmark`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let sprite = use_context::<SiteInfo>().map(|site| site.icons).unwrap_or_default();
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class aria-hidden="true"><use href=format!("{sprite}#{name}") /></svg> }
}
