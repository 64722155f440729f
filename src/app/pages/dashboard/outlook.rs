//! What runs out next, as a ruler of time.

use super::{CertificationRow, DashboardData};
use crate::app::components::icon::Icon;
use ce_domain::calendar::{Day, days_between, show};
use ce_domain::certification::{Urgency, elapsed_basis_points};
use leptos::prelude::*;

/// The certification that ends next, of several on one day the highest; nothing when nothing is active.
pub fn view(data: &DashboardData) -> Option<AnyView> {
    let next = data
        .certifications
        .iter()
        .filter(|row| row.urgency == Urgency::Soon)
        .filter_map(|row| Some((row.expires_on?, std::cmp::Reverse(row.rank), row)))
        .min_by_key(|(day, rank, _)| (*day, *rank))?;
    let (expires_on, _, row) = next;
    let days = days_between(data.today, expires_on);
    let title = if days == 0 {
        format!("{} runs out today.", row.name)
    } else {
        format!("{} runs out in {}.", row.name, ce_domain::text::count(days, "day", "days"))
    };
    Some(
        view! {
            <section class="panel soft outlook" aria-labelledby="next">
                <div class="answer">
                    <h2 id="next">{title}</h2>
                    <p>"Training you finish by then counts, whenever its claim is decided."</p>
                    {ruler(row, expires_on, data.today)}
                    <div class="actions">
                        <a class="button" href="/catalog"><Icon name="catalog" />"Look through the catalog"</a>
                    </div>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// A bar from the first to the last day, a tick every quarter, what is left filled, a line for today.
fn ruler(row: &CertificationRow, expires_on: Day, today: Day) -> AnyView {
    let gone = elapsed_basis_points(row.cycle_start, expires_on, today);
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
    let whole = days_between(row.cycle_start, expires_on);
    let label = format!(
        "Valid from {} to {}; {} of {whole} days are left.",
        show(row.cycle_start),
        show(expires_on),
        days_between(today, expires_on)
    );
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
            <text y="58">{show(row.cycle_start)}</text>
            <text class="strong" x="100%" y="58" text-anchor="end">{show(expires_on)}</text>
        </svg>
    }
    .into_any()
}
