//! The tracker of the highest level (guide, step 7): prerequisites, exams, credits, and what is left to do.

use super::parts::{Breakdown, Way, breakdown, tabs, ways};
use crate::app::components::icon::Icon;
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use crate::app::components::ruler::ruler;
use crate::app::components::tag::Tag;
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Everything the tracker shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertData {
    /// What the page is called: `Expert tracker`.
    pub title: String,
    /// What people call a certification of this level: `CCIE`.
    pub name: String,
    /// The number one is known by.
    pub candidate_id: String,
    /// The certification that is due next; nothing when none of the level is active.
    pub holding: Option<ExpertHolding>,
    /// Exams of this cycle and of the one before, latest first: day, what, score, passed.
    pub exams: Vec<ExamRow>,
    /// Credits that count: kind of event, what, the claim if it can be opened from this account, day, how many.
    pub credits: Vec<CreditRow>,
    /// What any one of is left to do.
    pub ways: Vec<Way>,
    /// What was applied to the cycle before; nothing when none of the level is active.
    pub prior: Option<Breakdown>,
    /// What applies to this cycle; nothing when none of the level is active.
    pub current: Option<Breakdown>,
    /// What is renewed with it: name, day.
    pub with: Vec<(String, Day)>,
}

/// The certification the tracker is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertHolding {
    /// Its name.
    pub name: String,
    /// `Certified`, or `Re-certified` after the first renewal.
    pub status: String,
    /// When it began to count: the first day of this cycle.
    pub since: Day,
    /// Until when it must be renewed.
    pub due: Day,
    /// Today.
    pub today: Day,
    /// `48 of 120 credits`.
    pub progress: String,
    /// The same as numbers.
    pub have: i64,
    /// How many the option takes that takes credits alone.
    pub of: i64,
    /// How long that is, as words: `432 days`.
    pub days: String,
}

/// An exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamRow {
    /// When it was taken.
    pub on: Day,
    /// What it is called.
    pub track: String,
    /// The score, where there is one.
    pub score: Option<i64>,
    /// Whether it was passed.
    pub passed: bool,
}

/// Credits of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditRow {
    /// What kind of event: `CE`.
    pub event: String,
    /// What it is for.
    pub title: String,
    /// The claim, where it can be opened from this account.
    pub claim: Option<String>,
    /// When it was completed.
    pub on: Day,
    /// How many count.
    pub credits: i64,
}

/// The tracker of who is signed in.
#[server(prefix = "/api", endpoint = "tracking/expert", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn expert_tracker() -> Result<ExpertData, AppError> {
    use crate::server::{auth, tracking};
    let who = auth::candidate()?;
    tracking::expert(&auth::state()?, &who).await
}

/// The page.
#[component]
pub fn ExpertTracker() -> impl IntoView {
    let data = Resource::new(|| (), |()| expert_tracker());
    view! {
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

fn view(data: ExpertData) -> AnyView {
    let total: i64 = data.credits.iter().map(|row| row.credits).sum();
    let title = data.title.clone();
    let lead = match &data.holding {
        Some(holding) => {
            let due = holding.due;
            view! {
                <strong>{holding.progress.clone()}</strong>
                " count toward your recertification, due by "
                <DayTime day=due />
                {format!(". That is {}.", holding.days)}
            }
            .into_any()
        }
        None => format!("You hold no active {} certification.", data.name).into_any(),
    };
    let body = match data.holding.clone() {
        Some(holding) => tracker(data, holding, total),
        None => view! {
            <h2 class="visually-hidden">{title.clone()}</h2>
            <Empty
                icon="tracking"
                title="Nothing to track here"
                text="This page follows certifications of the highest level. What else you hold is under Certifications."
            >
                <a class="button" href="/tracking">"See your certifications"</a>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <PageTitle text=title.clone() />
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/tracking">"Tracking"</a></li></ol></nav>
            <h1>{title.clone()}</h1>
            <p class="lead">{lead}</p>
        </header>
        {tabs("/expert", Some(title))}
        {body}
    }
    .into_any()
}

fn tracker(data: ExpertData, holding: ExpertHolding, total: i64) -> AnyView {
    let name = data.name.clone();
    let status = format!("Your {name} status is ");
    let next = format!("Your next {name} Recertification due by ");
    view! {
        <div class="split">
            <div>
                <section class="section" aria-labelledby="pre">
                    <h2 id="pre">"Prerequisites"</h2>
                    <ul class="ticks" role="list">
                        <li>
                            <Icon name="earned" />
                            <p>{status} <strong>{holding.status.clone()}</strong> {format!(" ({})", data.candidate_id)}</p>
                        </li>
                        <li>
                            <Icon name="earned" />
                            <p>{next} <strong><DayTime day=holding.due /></strong></p>
                        </li>
                    </ul>
                    {data.prior.map(|prior| breakdown("Credits applied to the prior cycle", prior))}
                    {exams(data.exams)}
                </section>
                {credits(data.credits, total, data.current)}
                <section class="section" aria-labelledby="ways-title">
                    <div class="section-head">
                        <h2 id="ways-title">"Complete one of the following to recertify"</h2>
                        <p>"The list shortens by itself as you get on"</p>
                    </div>
                    {ways(data.ways)}
                </section>
            </div>
            <aside aria-label="Cycles">
                <div class="panel soft">
                    <h2>"Current cycle"</h2>
                    <p>{holding.progress.clone()} ", since " <DayTime day=holding.since /></p>
                    <svg
                        class="drawing meter"
                        viewBox=format!("0 0 {} 10", holding.of.max(1))
                        preserveAspectRatio="none"
                        role="img"
                        aria-label=holding.progress.clone()
                    >
                        <rect class="bar" x="0" width=holding.have.clamp(0, holding.of) height="10" />
                    </svg>
                    {ruler(holding.since, holding.due, holding.today)}
                </div>
                {with(data.with)}
            </aside>
        </div>
    }
    .into_any()
}

fn exams(exams: Vec<ExamRow>) -> AnyView {
    if exams.is_empty() {
        return view! { <p class="hint">"No exam is on record since the cycle before began."</p> }.into_any();
    }
    let rows = exams
        .into_iter()
        .map(|exam| {
            let status = if exam.passed {
                view! { <Tag kind="active" icon="check" text="Pass" /> }.into_any()
            } else {
                view! { <Tag text="Fail" /> }.into_any()
            };
            view! {
                <tr>
                    <td data-label="Date"><DayTime day=exam.on /></td>
                    <th scope="row">{exam.track}</th>
                    <td data-label="Score" class="num">{exam.score}</td>
                    <td data-label="Status">{status}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-region" role="region" aria-labelledby="exams" tabindex="0">
            <table class="table">
                <caption class="visually-hidden" id="exams">"Exams"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Date"</th>
                        <th scope="col">"Track"</th>
                        <th scope="col" class="num">"Score"</th>
                        <th scope="col">"Status"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn credits(credits: Vec<CreditRow>, total: i64, current: Option<Breakdown>) -> AnyView {
    let rows = credits
        .into_iter()
        .map(|row| {
            let title = match row.claim {
                Some(claim) => view! { <a href=format!("/claims/{claim}")>{row.title}</a> }.into_any(),
                None => row.title.into_any(),
            };
            view! {
                <tr>
                    <td data-label="Event Type">{row.event}</td>
                    <th scope="row">{title}</th>
                    <td data-label="Date"><DayTime day=row.on /></td>
                    <td data-label="Credits" class="num">{row.credits}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2 id="acc">"You have accumulated the following credits"</h2>
            <div class="table-region" role="region" aria-labelledby="acc" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden">"Accumulated credits"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Event Type"</th>
                            <th scope="col">"Title"</th>
                            <th scope="col">"Date"</th>
                            <th scope="col" class="num">"Credits"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="3">"Total"</th>
                            <td data-label="Credits" class="num">{total}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            {current.map(|current| breakdown("How they apply to the current cycle", current))}
        </section>
    }
    .into_any()
}

fn with(with: Vec<(String, Day)>) -> Option<AnyView> {
    (!with.is_empty()).then(|| {
        let rows =
            with.into_iter().map(|(name, day)| view! { <dt>{name}</dt> <dd><DayTime day=day /></dd> }).collect_view();
        view! {
            <div class="panel">
                <h2>"Held with it"</h2>
                <dl class="facts">{rows}</dl>
            </div>
        }
        .into_any()
    })
}
