//! The table captioned `Certification`.

use super::{CertificationColumn, CertificationRow, DashboardData, Wanted};
use crate::app::components::page::Empty;
use crate::app::components::table::sort_head;
use crate::app::components::tag::Tag;
use crate::app::components::time::day_or_nothing;
use ce_domain::certification::Urgency;
use ce_domain::list::{Columns, Sort};
use leptos::prelude::*;

/// The table, sorted as the address says.
pub fn view(data: &DashboardData, wanted: &Wanted) -> AnyView {
    if data.certifications.is_empty() {
        return view! {
            <section class="section">
                <div class="section-head"><h2>"Certification"</h2></div>
                <Empty
                    icon="tracking"
                    title="No certifications on record"
                    text="Nothing is held under this profile. If that is wrong, the address you sign in with may belong to another profile."
                >
                    <a class="button" href="/account">"See your account"</a>
                </Empty>
            </section>
        }
        .into_any();
    }
    let sort = wanted.certification_sort();
    let mut rows = data.certifications.clone();
    sort_rows(&mut rows, sort);
    let heads = CertificationColumn::ALL
        .iter()
        .map(|&column| sort_head("cert-sort", "certs", sort, column, column == CertificationColumn::Days))
        .collect_view();
    let kept = [("q", wanted.q.clone()), ("status", wanted.status.clone()), ("sort", wanted.sort.clone())]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <section class="section" id="certifications">
            <div class="table-region" role="region" aria-labelledby="cert-cap" tabindex="0">
                <table class="table">
                    <caption id="cert-cap">"Certification"</caption>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            <form id="cert-sort" action="/#certifications" method="get">{kept}</form>
        </section>
    }
    .into_any()
}

fn row(row: CertificationRow) -> impl IntoView {
    let days = match row.urgency {
        Urgency::Soon => view! { <Tag kind="soon" icon="pending" text=row.days /> }.into_any(),
        Urgency::Ended | Urgency::Calm => row.days.into_any(),
    };
    let status = if row.urgency == Urgency::Ended {
        view! { <Tag text=row.status /> }.into_any()
    } else {
        view! { <Tag kind="active" icon="check" text=row.status /> }.into_any()
    };
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td data-label="Certification Level">{row.level}</td>
            <td data-label="Last Extension">{day_or_nothing(row.last_extension)}</td>
            <td data-label="Expiration Date">{day_or_nothing(row.expires_on)}</td>
            <td data-label="Days to Expire" class="num">{days}</td>
            <td data-label="Cert Status">{status}</td>
        </tr>
    }
}

/// What is still to come comes first, the nearest on top; then what has ended, the latest on top. A press on a head
/// sorts by that column alone.
fn sort_rows(rows: &mut [CertificationRow], sort: Sort<CertificationColumn>) {
    rows.sort_by(|a, b| {
        let order = match sort.column {
            CertificationColumn::Name => a.name.cmp(&b.name),
            CertificationColumn::Level => a.rank.cmp(&b.rank),
            CertificationColumn::Extension => a.last_extension.cmp(&b.last_extension),
            CertificationColumn::Expiration => a.expires_on.cmp(&b.expires_on),
            CertificationColumn::Days => {
                let key = |row: &CertificationRow| {
                    let ended = row.urgency == Urgency::Ended;
                    let day =
                        row.expires_on.map_or(i64::MAX, |day| i64::from(chrono::Datelike::num_days_from_ce(&day)));
                    (ended, if ended { -day } else { day }, std::cmp::Reverse(row.rank))
                };
                key(a).cmp(&key(b))
            }
            CertificationColumn::Status => a.status.cmp(&b.status),
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(|| a.name.cmp(&b.name))
    });
}
