//! The table captioned `My Item(s)`, with its filters, order and pages.

use super::{Column, DashboardData, ItemRow, Wanted};
use crate::app::components::icon::Icon;
use crate::app::components::page::Empty;
use crate::app::components::table::{Pager, sort_head};
use crate::app::components::tag::StatusTag;
use crate::app::components::time::{DayTime, day_or_nothing};
use ce_domain::claim::Status;
use ce_domain::list::Columns;
use ce_domain::text::thousands;
use leptos::prelude::*;

/// The section.
pub fn view(data: DashboardData, wanted: Wanted) -> AnyView {
    let body = if data.claims == 0 {
        let text = format!(
            "{} are not awarded by themselves: claim each training within {} days of finishing it, with the address you trained with.",
            data.credits_word, data.window_days,
        );
        view! {
            <Empty icon="claim" title="No claims yet" text=text>
                <a class="button primary" href="/claims/new">"Claim a training"</a>
                <a class="button quiet" href="/catalog">"See what earns credits"</a>
            </Empty>
        }
        .into_any()
    } else {
        table(&data, &wanted)
    };
    view! {
        <section class="section" id="items">
            <div class="section-head">
                <h2 id="items-title">"My Item(s)"</h2>
                <p>"Claims sent from " {data.email.clone()}</p>
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn table(data: &DashboardData, wanted: &Wanted) -> AnyView {
    let sort = wanted.sort();
    let heads = Column::ALL
        .iter()
        .map(|&column| sort_head("items-form", "sort", sort, column, column == Column::Credits))
        .collect_view();
    let rows = data.items.clone().into_iter().map(row).collect_view();
    let href = {
        let wanted = wanted.clone();
        move |page| wanted.href(page)
    };
    let all = wanted.cleared();
    let found = if data.items.is_empty() {
        view! {
            <Empty icon="search" title="No claim matches" text="Try fewer words, or another status.">
                <a class="button" href=all.clone()>"Show all claims"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <div class="table-region" role="region" aria-labelledby="items-cap" tabindex="0">
                <table class="table wide">
                    <caption class="visually-hidden" id="items-cap">"My Item(s)"</caption>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pager page=data.page of="My Item(s)" href=href />
        }
        .into_any()
    };
    view! {
        {filters(wanted)}
        {found}
    }
    .into_any()
}

fn filters(wanted: &Wanted) -> AnyView {
    let chosen = Status::parse(&wanted.status);
    let options = Status::ALL
        .into_iter()
        .map(|status| {
            view! { <option value=status.key() selected=chosen == Some(status)>{status.name()}</option> }
        })
        .collect_view();
    let kept =
        (!wanted.certs.is_empty()).then(|| view! { <input type="hidden" name="certs" value=wanted.certs.clone() /> });
    let cleared = wanted.cleared();
    view! {
        <form class="filters" id="items-form" action="/#items" method="get">
            <div class="field">
                <label for="q">"Item name"</label>
                <div class="search">
                    <Icon name="search" />
                    <input id="q" name="q" type="search" autocomplete="off" value=wanted.q.clone() />
                </div>
            </div>
            <div class="field">
                <label for="status">"Status"</label>
                <select id="status" name="status">
                    <option value="" selected=chosen.is_none()>"Any status"</option>
                    {options}
                </select>
            </div>
            {kept}
            <button class="button"><Icon name="filter" />"Apply"</button>
            {wanted.narrowed().then(|| view! { <a class="button quiet" href=cleared rel="external">"Clear"</a> })}
        </form>
    }
    .into_any()
}

fn row(row: ItemRow) -> impl IntoView {
    let href = format!("/claims/{}", row.id);
    let again = row.resubmit.then(|| {
        let href = format!("/claims/new?corrects={}", row.id);
        view! { " " <a href=href>"Correct and resubmit"</a> }
    });
    let why = row.why;
    let small = (why.is_some() || row.resubmit).then(|| view! { <small>{why}{again}</small> });
    view! {
        <tr>
            <th scope="row"><a href=href>{row.label}</a>{small}</th>
            <td data-label="Status"><StatusTag status=row.status /></td>
            <td data-label="Item Type"><span class="kind"><Icon name=row.icon />{row.item_type}</span></td>
            <td data-label="Credits" class="num">{thousands(row.credits)}</td>
            <td data-label="Start Date"><DayTime day=row.started_on /></td>
            <td data-label="Completion Date"><DayTime day=row.completed_on /></td>
            <td data-label="Expiration Date">{day_or_nothing(row.credits_until)}</td>
        </tr>
    }
}
