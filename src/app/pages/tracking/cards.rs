//! The overview: a card a certification, the credits, and when everything is valid.

use super::parts::{breakdown, facts, ring, tabs, tag};
use super::{Card, TrackingData, tracking};
use crate::app::components::icon::Icon;
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use crate::app::components::time::DayTime;
use crate::app::components::timeline::TimelineView;
use ce_domain::calendar::Day;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Tracking() -> impl IntoView {
    let data = Resource::new(|| (), |()| tracking());
    view! {
        <PageTitle text="Tracking" />
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => view(data),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn view(data: TrackingData) -> AnyView {
    let (strong, rest) = data.lead;
    let none = data.cards.is_empty();
    let cards = data.cards.into_iter().map(card).collect_view();
    view! {
        <header class="page-head">
            <h1>"Tracking"</h1>
            <p class="lead"><strong>{strong}</strong> " " {rest}</p>
            <div class="actions">
                <a class="button primary" href="/claims/new"><Icon name="plus" />"New claim"</a>
            </div>
        </header>
        {tabs("/tracking", data.expert)}
        {none
            .then(|| {
                view! {
                    <Empty
                        icon="tracking"
                        title="Nothing is active"
                        text="What you held is listed below. A certification that has ended is earned again by its exams."
                    />
                }
            })}
        <ul class="cards" role="list">{cards}</ul>
        {stats(data.stats)}
        {(!none)
            .then(|| {
                view! {
                    <section class="section" aria-labelledby="valid-title">
                        <div class="section-head">
                            <h2 id="valid-title">"When they are valid"</h2>
                            <a href="/account/calendar">"Put these dates into your calendar"</a>
                        </div>
                        <TimelineView timeline=data.timeline />
                    </section>
                }
            })}
        {ended(data.ended)}
        <section class="section" aria-labelledby="others-title">
            <div class="section-head"><h2 id="others-title">"To show others"</h2></div>
            <div class="actions">
                <a class="button" href="/tracking/transcript.pdf" rel="external">"Download transcript (PDF)"</a>
                <a class="button" href="/account/sharing">"Share what you hold"</a>
            </div>
            <p class="hint">
                "A certificate carries a code: whoever has it sees your name, your candidate ID and its dates, until you revoke it under Sharing."
            </p>
        </section>
    }
    .into_any()
}

fn card(card: Card) -> AnyView {
    let href = format!("/tracking/{}", card.code);
    let more = href.clone();
    let (strong, rest) = card.answer;
    let about = format!("View more about {}", card.name);
    let certificate = format!("/tracking/{}/certificate.pdf", card.code);
    let download = format!("Download certificate (PDF): {}", card.name);
    view! {
        <li class="panel holding">
            <div class="section-head">
                <h2><a href=href>{card.name}</a></h2>
                {tag(card.tag)}
            </div>
            {card.ring.map(ring)}
            <p><strong>{strong}</strong> " " {rest}</p>
            {card.applied.map(|applied| breakdown("How credits are applied", applied))}
            {facts(card.facts)}
            <div class="actions">
                <a href=more aria-label=about>"View More"</a>
                <a href=certificate rel="external" aria-label=download>"Download certificate (PDF)"</a>
            </div>
        </li>
    }
    .into_any()
}

fn stats(stats: Vec<(String, String, String)>) -> AnyView {
    let rows = stats
        .into_iter()
        .map(|(term, number, about)| view! { <div><dt>{term}</dt><dd>{number}</dd><dd>{about}</dd></div> })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="credits-title">
            <div class="section-head">
                <h2 id="credits-title">"Your credits"</h2>
                <p>"Of all accounts of your profile"</p>
            </div>
            <dl class="stats">{rows}</dl>
        </section>
    }
    .into_any()
}

fn ended(ended: Vec<(String, String, String, Day)>) -> Option<AnyView> {
    if ended.is_empty() {
        return None;
    }
    let title = match ended.len() {
        1 => "One certification that has ended".to_owned(),
        many => format!("{many} certifications that have ended"),
    };
    let rows = ended
        .into_iter()
        .map(|(code, name, level, last)| {
            view! {
                <tr>
                    <th scope="row"><a href=format!("/tracking/{code}")>{name}</a></th>
                    <td data-label="Certification Level">{level}</td>
                    <td data-label="Expiration Date"><DayTime day=last /></td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <details class="disclosure">
                <summary><Icon name="chevron-right" />{title}</summary>
                <div class="table-region" role="region" aria-label="Certifications that have ended" tabindex="0">
                    <table class="table">
                        <caption class="visually-hidden">"Certifications that have ended"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Certification"</th>
                                <th scope="col">"Certification Level"</th>
                                <th scope="col">"Expiration Date"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
        .into_any(),
    )
}
