//! A period as a ruler of time: a tick every quarter of a year of three, what is left filled, a line for today.

use ce_domain::calendar::{Day, days_between, show};
use ce_domain::certification::elapsed_basis_points;
use leptos::prelude::*;

/// The ruler from the first to the last day of a cycle.
pub fn ruler(from: Day, until: Day, today: Day) -> AnyView {
    let gone = elapsed_basis_points(from, until, today);
    let percent = |basis_points: u32| format!("{}.{:02}%", basis_points / 100, basis_points % 100);
    let at = percent(gone);
    let left = percent(10_000 - gone);
    let anchor = if gone > 7000 {
        "end"
    } else if gone < 3000 {
        "start"
    } else {
        "middle"
    };
    let whole = days_between(from, until);
    let remain = days_between(today, until).max(0);
    let label = format!("Valid from {} to {}; {remain} of {whole} days are left.", show(from), show(until));
    let ticks = (0..=12u32)
        .map(|tick| {
            let x = percent(tick * 10_000 / 12);
            let y2 = if tick.is_multiple_of(4) { "44" } else { "40" };
            view! { <line class="tick" x1=x.clone() x2=x y1="36" y2=y2 /> }
        })
        .collect_view();
    view! {
        <svg class="drawing" width="100%" height="62" role="img" aria-label=label>
            <rect class="rest" y="20" width="100%" height="10" rx="5" />
            <svg x=at.clone() y="20" width=left height="10">
                <rect class="bar" width="100%" height="10" rx="5" />
            </svg>
            {ticks}
            <line class="today" x1=at.clone() x2=at.clone() y1="15" y2="35" />
            <text class="today" x=at y="10" text-anchor=anchor>{format!("Today, {}", show(today))}</text>
            <text y="58">{show(from)}</text>
            <text class="strong" x="100%" y="58" text-anchor="end">{show(until)}</text>
        </svg>
    }
    .into_any()
}
