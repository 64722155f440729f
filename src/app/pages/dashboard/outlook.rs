//! What runs out next, as a ruler of time.

use super::DashboardData;
use crate::app::components::icon::Icon;
use crate::app::components::ruler::ruler;
use ce_domain::calendar::days_between;
use ce_domain::certification::Urgency;
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
                    {ruler(row.cycle_start, expires_on, data.today)}
                    <div class="actions">
                        <a class="button" href="/catalog"><Icon name="catalog" />"Look through the catalog"</a>
                    </div>
                </div>
            </section>
        }
        .into_any(),
    )
}
