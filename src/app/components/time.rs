//! Days as people read them and machines too.

use ce_domain::calendar::{Day, show};
use leptos::prelude::*;

/// `09-Feb-2020`.
#[component]
pub fn DayTime(
    /// The day.
    day: Day,
) -> impl IntoView {
    view! { <time datetime=day.to_string()>{show(day)}</time> }
}

/// A day that may be missing: then nothing.
pub fn day_or_nothing(day: Option<Day>) -> impl IntoView {
    day.map(|day| view! { <DayTime day=day /> })
}
