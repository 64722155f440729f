//! The page of a certification (the guide's View More): current progress, and the history of its renewals.

use super::parts::{breakdown, facts, ways};
use super::{DetailData, Lot, Progress, Renewed, tracked};
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use crate::app::components::ruler::ruler;
use crate::app::components::tag::StatusTag;
use crate::app::components::time::{DayTime, day_or_nothing};
use crate::app::components::timeline::TimelineView;
use ce_domain::claim::Status;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The page.
#[component]
pub fn TrackedCertification() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let code = Memo::new(move |_| params.with(|params| params.get("certification").unwrap_or_default()));
    let history = Memo::new(move |_| query.with(|query| query.get("view").is_some_and(|view| view == "history")));
    let data = Resource::new(move || code.get(), tracked);
    view! {
        <Suspense fallback=Loading>
            {move || {
                let history = history.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => view(data, history),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

fn view(data: DetailData, history: bool) -> AnyView {
    let here = format!("/tracking/{}", data.code);
    let past = format!("{here}?view=history");
    let (strong, rest) = data.lead.clone();
    let name = data.name.clone();
    let plan = data.progress.is_some().then(|| format!("/planner?certification={}", data.code));
    let certificate = data.active.then(|| format!("{here}/certificate.pdf"));
    let body = if history { renewals(data.renewals) } else { current(data) };
    view! {
        <PageTitle text=name.clone() />
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/tracking">"Tracking"</a></li></ol></nav>
            <h1>{name}</h1>
            <p class="lead"><strong>{strong}</strong> " " {rest}</p>
            <div class="actions">
                <a class="button primary" href="/claims/new"><Icon name="plus" />"New claim"</a>
                {plan.map(|href| view! { <a class="button" href=href><Icon name="planner" />"Plan its renewal"</a> })}
                {certificate
                    .map(|href| view! { <a class="button" href=href rel="external">"Download certificate (PDF)"</a> })}
            </div>
        </header>
        <nav class="tabs" aria-label="Views">
            <ul>
                <li><a href=here aria-current=(!history).then_some("page")>"Current progress"</a></li>
                <li><a href=past aria-current=history.then_some("page")>"History"</a></li>
            </ul>
        </nav>
        {body}
    }
    .into_any()
}

fn current(data: DetailData) -> AnyView {
    let open = !data.ways.is_empty();
    let renewed_for = data.renewed_for;
    view! {
        <div class="split">
            <div>
                {data.progress.map(progress)}
                {open
                    .then(|| {
                        view! {
                            <section class="section" aria-labelledby="ways-title">
                                <div class="section-head">
                                    <h2 id="ways-title">"Any one of these renews it"</h2>
                                    <p>{renewed_for}</p>
                                </div>
                                {ways(data.ways)}
                            </section>
                        }
                    })}
                <section class="section" aria-labelledby="timeline-title">
                    <div class="section-head"><h2 id="timeline-title">"Timeline"</h2></div>
                    <TimelineView timeline=data.timeline />
                </section>
                {lots(data.lots, data.why)}
            </div>
            <aside aria-label="About this certification">
                {data
                    .pending
                    .map(|pending| {
                        view! {
                            <div class="panel soft">
                                <h2>"If what is pending is earned"</h2>
                                <p>{pending.words}</p>
                                {pending
                                    .warning
                                    .map(|warning| view! { <Notice kind=Kind::Warn><p>{warning}</p></Notice> })}
                            </div>
                        }
                    })}
                <div class="panel">
                    <h2>"Details"</h2>
                    {facts(data.facts)}
                    {data.cycle.map(|(from, until, today)| ruler(from, until, today))}
                </div>
            </aside>
        </div>
    }
    .into_any()
}

fn progress(progress: Progress) -> AnyView {
    let label = progress
        .parts
        .iter()
        .map(|(credits, of, pending)| format!("{credits} from {of}{}", if *pending { ", pending" } else { "" }))
        .collect::<Vec<_>>()
        .join("; ");
    let label = if label.is_empty() { "Nothing counts yet".to_owned() } else { label };
    let mut x = 0;
    let parts = progress
        .parts
        .iter()
        .map(|(credits, _, pending)| {
            let start = x;
            x += credits;
            let class = if *pending { "pale" } else { "bar" };
            view! { <rect class=class x=start width=*credits height="10" /> }
        })
        .collect_view();
    let legend = progress
        .parts
        .iter()
        .map(|(credits, of, pending)| {
            let class = if *pending { "pale" } else { "bar" };
            let words = if *pending { format!("{credits} from {of}, pending") } else { format!("{credits} from {of}") };
            view! {
                <li>
                    <svg class="drawing" viewBox="0 0 14 14" aria-hidden="true">
                        <rect class=class x="1" y="1" width="12" height="12" rx="3" />
                    </svg>
                    {words}
                </li>
            }
        })
        .collect_view();
    let view_box = format!("0 0 {} 10", progress.of.max(1));
    view! {
        <section class="section" aria-labelledby="progress-title">
            <div class="section-head">
                <h2 id="progress-title">{progress.title}</h2>
                <p>"this cycle, since " <DayTime day=progress.since /></p>
            </div>
            <svg class="drawing meter" viewBox=view_box preserveAspectRatio="none" role="img" aria-label=label>{parts}</svg>
            <ul class="legend" role="list">{legend}</ul>
        </section>
    }
    .into_any()
}

fn lots(lots: Vec<Lot>, why: String) -> AnyView {
    if lots.is_empty() {
        return view! {
            <section class="section">
                <h2>"Applied credits"</h2>
                <p class="hint">"No credits count for it now, and none are pending."</p>
            </section>
        }
        .into_any();
    }
    let sum = |of: fn(&Lot) -> i64| lots.iter().filter(|lot| !lot.pending).map(of).sum::<i64>();
    let (credits, applied, left) = (sum(|lot| lot.credits), sum(|lot| lot.applied), sum(|lot| lot.left));
    let any_pending = lots.iter().any(|lot| lot.pending);
    let rows = lots.into_iter().map(lot).collect_view();
    view! {
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="lots" tabindex="0">
                <table class="table">
                    <caption id="lots">"Applied credits"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Activity"</th>
                            <th scope="col">"Status"</th>
                            <th scope="col" class="num">"Credits"</th>
                            <th scope="col" class="num">"Applied"</th>
                            <th scope="col" class="num">"Left"</th>
                            <th scope="col">"Usable until"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="2">"Counting now"</th>
                            <td data-label="Credits" class="num">{credits}</td>
                            <td data-label="Applied" class="num">{applied}</td>
                            <td data-label="Left" class="num">{left}</td>
                            <td></td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            {any_pending.then(|| view! { <p class="hint">"In brackets: what a pending claim would bring."</p> })}
            <details class="disclosure">
                <summary><Icon name="chevron-right" />"Why these credits, and in this order"</summary>
                <p class="hint">{why}</p>
            </details>
        </section>
    }
    .into_any()
}

fn lot(lot: Lot) -> AnyView {
    let number = |number: i64| if lot.pending { format!("({number})") } else { number.to_string() };
    let (applied, left) = (number(lot.applied), number(lot.left));
    let name = match lot.claim {
        Some(claim) => view! { <a href=format!("/claims/{claim}")>{lot.label}</a> }.into_any(),
        None => lot.label.into_any(),
    };
    let status = if lot.pending { Status::Pending } else { Status::Earned };
    view! {
        <tr>
            <th scope="row">
                {name} <small>{lot.item_type} ", completed " <DayTime day=lot.completed_on /></small>
            </th>
            <td data-label="Status"><StatusTag status=status /></td>
            <td data-label="Credits" class="num">{lot.credits}</td>
            <td data-label="Applied" class="num">{applied}</td>
            <td data-label="Left" class="num">{left}</td>
            <td data-label="Usable until"><DayTime day=lot.until /></td>
        </tr>
        <tr class="more">
            <td colspan="6">{breakdown("How they are applied", lot.breakdown)}</td>
        </tr>
    }
    .into_any()
}

fn renewals(renewals: Vec<Renewed>) -> AnyView {
    if renewals.is_empty() {
        return view! {
            <h2 class="visually-hidden">"Renewals"</h2>
            <Empty
                icon="tracking"
                title="No renewal on record yet"
                text="Once credits or exams renew it, you see here when, by what, and which activities were used."
            />
        }
        .into_any();
    }
    let rows = renewals
        .into_iter()
        .map(|renewed| {
            let used = renewed
                .used
                .into_iter()
                .map(|(words, claim)| match claim {
                    Some(claim) => view! { <li><a href=format!("/claims/{claim}")>{words}</a></li> }.into_any(),
                    None => view! { <li>{words}</li> }.into_any(),
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row"><DayTime day=renewed.on /></th>
                    <td data-label="Renewed by">
                        {renewed.by} {renewed.breakdown.map(|how| breakdown("How it was made", how))}
                    </td>
                    <td data-label="Activities"><ul role="list">{used}</ul></td>
                    <td data-label="Renewed with it">{renewed.with}</td>
                    <td data-label="Expired before">{day_or_nothing(renewed.before)}</td>
                    <td data-label="Expires since">{day_or_nothing(renewed.after)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="renewals" tabindex="0">
                <table class="table wide">
                    <caption id="renewals">"Renewals"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Date"</th>
                            <th scope="col">"Renewed by"</th>
                            <th scope="col">"Activities"</th>
                            <th scope="col">"Renewed with it"</th>
                            <th scope="col">"Expired before"</th>
                            <th scope="col">"Expires since"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
