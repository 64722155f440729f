//! A claim's own page: where it stands, how long it has waited, what was sent, what was decided and why (guide, step 6).

use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle, Support};
use crate::app::components::tag::StatusTag;
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::claim::{Clock, Status};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

/// Everything a claim's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDetail {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Slug of the item, for its page.
    pub item_slug: String,
    /// Where it stands.
    pub status: Status,
    /// Name of the type.
    pub item_type: String,
    /// Icon of the type.
    pub icon: String,
    /// Name of the provider.
    pub provider: String,
    /// First day.
    pub started_on: Day,
    /// Last day.
    pub completed_on: Day,
    /// `64 credits`.
    pub credits: String,
    /// Last day on which they can be used.
    pub credits_until: Option<Day>,
    /// Certificate ID.
    pub certificate_id: Option<String>,
    /// Certificate of completion: id, name, size.
    pub file: Option<super::SentFile>,
    /// The address it was sent from.
    pub email: String,
    /// The day it was sent.
    pub submitted_on: Day,
    /// For a pending one: the day of waiting, how late that is, and the days most and all take.
    pub waiting: Option<(u32, Clock, u32, u32)>,
    /// The day on which its credits, which it had earned, were taken back.
    pub revoked_on: Option<Day>,
    /// Why it was denied.
    pub denial: Option<Denial>,
    /// The denied claim it corrects.
    pub corrects: Option<String>,
    /// The claim that corrects it.
    pub corrected_by: Option<String>,
    /// What happened, in order.
    pub history: Vec<Happened>,
}

/// Why a claim was denied, in words, and what to do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denial {
    /// A few words.
    pub title: String,
    /// What happened.
    pub words: String,
    /// What to do.
    pub remedy: String,
    /// What the provider said besides.
    pub note: String,
    /// Whether correcting it can help, and is still in time.
    pub resubmit: bool,
    /// The last day on which it could have been sent again, when that is over.
    pub too_late_since: Option<Day>,
}

/// Something that happened to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// What.
    pub words: String,
    /// On which day.
    pub on: Day,
    /// Its icon.
    pub icon: String,
}

/// A claim of who is signed in. Somebody else's is not found.
#[server(prefix = "/api", endpoint = "claims/one", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn one_claim(id: String) -> Result<ClaimDetail, AppError> {
    use crate::server::{auth, claim_detail};
    let who = auth::candidate()?;
    claim_detail::load(&auth::state()?, &who, &id).await
}

/// The page.
#[component]
pub fn ClaimPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let done = Memo::new(move |_| query.with(|query| query.get("done").unwrap_or_default()));
    let problem = Memo::new(move |_| query.with(|query| query.get("problem").unwrap_or_default()));
    let claim = Resource::new(move || id.get(), one_claim);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match claim.await {
                    Ok(claim) => view(claim, &done.get_untracked(), &problem.get_untracked()),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn view(claim: ClaimDetail, done: &str, problem: &str) -> AnyView {
    let lead = lead(&claim);
    let edit = format!("/claims/{}/edit", claim.id);
    let withdraw = format!("/claims/{}/withdraw", claim.id);
    let again = format!("/claims/new?corrects={}", claim.id);
    let pending = claim.status == Status::Pending;
    let resubmit = claim.corrected_by.is_none() && claim.denial.as_ref().is_some_and(|denial| denial.resubmit);
    view! {
        <PageTitle text=claim.label.clone() />
        {done_notice(&claim, done)}
        {problem_notice(problem)}
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/">"Dashboard"</a></li></ol></nav>
            <div class="title"><h1>{claim.label.clone()}</h1><StatusTag status=claim.status /></div>
            <p class="lead">{lead}</p>
            <div class="actions">
                {resubmit.then(|| view! { <a class="button primary" href=again><Icon name="edit" />"Correct and resubmit"</a> })}
                {pending.then(|| view! { <a class="button" href=edit><Icon name="edit" />"Change this claim"</a> })}
            </div>
        </header>
        {claim.denial.clone().map(|why| denial(why, claim.corrected_by.clone()))}
        <div class="split">
            <div>{facts(&claim)}</div>
            <aside aria-labelledby="history-title">
                <div class="panel">
                    <h2 id="history-title">"What happened"</h2>
                    <ol class="history">
                        {claim
                            .history
                            .iter()
                            .map(|happened| {
                                view! {
                                    <li>
                                        <Icon name=happened.icon.clone() />
                                        <p>{happened.words.clone()}</p>
                                        <small><DayTime day=happened.on /></small>
                                    </li>
                                }
                            })
                            .collect_view()}
                        {waiting_step(&claim)}
                    </ol>
                </div>
                {pending
                    .then(|| {
                        view! {
                            <details class="disclosure">
                                <summary><Icon name="chevron-right" />"Withdraw this claim"</summary>
                                <p class="hint">
                                    "It will not be validated, and earns nothing. You can claim the same training again afterwards."
                                </p>
                                <form method="post" action=withdraw>
                                    <button class="button danger">"Withdraw claim"</button>
                                </form>
                            </details>
                        }
                    })}
            </aside>
        </div>
    }
    .into_any()
}

fn lead(claim: &ClaimDetail) -> AnyView {
    match claim.status {
        Status::Earned => view! {
            <strong>{claim.credits.clone()} " earned. "</strong>
            {claim.credits_until.map(|day| view! { "They can be used until " <DayTime day=day /> "." })}
        }
        .into_any(),
        Status::Pending => match claim.waiting {
            Some((day, Clock::Overdue, _, longest)) => view! {
                <strong>{format!("Day {day} of waiting. ")}</strong>
                {format!("That is longer than the {longest} days it may take: contact your provider, and tell them the item, its dates, and the address {} you claimed with. ", claim.email)}
                "If that does not help, " <Support words="write to support" /> "."
            }
            .into_any(),
            Some((day, _, typical, longest)) => view! {
                <strong>{if day == 0 { "Sent today. ".to_owned() } else { format!("Day {day} of waiting. ") }}</strong>
                {format!("Most claims are decided within {typical} days, some take up to {longest}. Credits count from the completion date, however long it takes.")}
            }
            .into_any(),
            None => ().into_any(),
        },
        Status::Denied => match claim.revoked_on {
            Some(day) => view! {
                <strong>"Taken back. "</strong>
                {claim.credits.clone()} " had been earned with this claim and were taken back on " <DayTime day=day />
                ". Why, and what you can do, is below."
            }
            .into_any(),
            None => {
                view! { <strong>"Not validated. "</strong> "Why, and what you can do, is below." }.into_any()
            }
        },
        Status::Withdrawn => view! { "You took this claim back. It earns nothing." }.into_any(),
    }
}

fn done_notice(claim: &ClaimDetail, done: &str) -> Option<AnyView> {
    let words = match (done, claim.status) {
        ("sent", Status::Earned) => {
            format!("Your claim is earned already: the certificate ID matches the record. {} are yours.", claim.credits)
        }
        ("sent", Status::Pending) => {
            let days = claim.waiting.map(|(_, _, typical, _)| format!(", usually within {typical} days"));
            format!("Claim sent. {} now compares it with its record{}.", claim.provider, days.unwrap_or_default())
        }
        ("changed", _) => "Your claim is changed.".to_owned(),
        ("unchanged", _) => "Your claim says what it said before: nothing was changed.".to_owned(),
        ("withdrawn", Status::Withdrawn) => "Your claim is withdrawn.".to_owned(),
        _ => return None,
    };
    Some(view! { <Notice kind=Kind::Good announce=true><p>{words}</p></Notice> }.into_any())
}

fn problem_notice(problem: &str) -> Option<AnyView> {
    let words = match problem {
        "conflict" => "This claim has been decided meanwhile, so it cannot be withdrawn any more.",
        "unavailable" => "The portal could not save that right now. Nothing was changed: try again in a few minutes.",
        _ => return None,
    };
    Some(view! { <Notice kind=Kind::Bad announce=true><p>{words}</p></Notice> }.into_any())
}

fn denial(denial: Denial, corrected_by: Option<String>) -> AnyView {
    let what_to_do = match (corrected_by, denial.too_late_since) {
        (Some(id), _) => view! {
            "nothing here. You have sent a corrected claim in its place: "
            <a href=format!("/claims/{id}")>"see how that one stands"</a> "."
        }
        .into_any(),
        (None, Some(day)) => view! {
            "it is too late to send it again. With this completion date it could be claimed until " <DayTime day=day /> "."
        }
        .into_any(),
        (None, None) => denial.remedy.into_any(),
    };
    view! {
        <div class="notice" data-kind="bad">
            <Icon name="denied" />
            <div>
                <h2>{denial.title}</h2>
                <p>{denial.words}</p>
                {(!denial.note.is_empty()).then(|| view! { <p>"The provider adds: " {denial.note.clone()}</p> })}
                <p><strong>"What to do: "</strong>{what_to_do}</p>
            </div>
        </div>
    }
    .into_any()
}

fn facts(claim: &ClaimDetail) -> AnyView {
    let file = claim.file.clone().map(|file| {
        let size = file.size_words();
        view! {
            <dt>"Certificate of completion"</dt>
            <dd><a href=format!("/files/evidence/{}", file.id) rel="external">{file.file_name}</a> " (" {size} ")"</dd>
        }
    });
    let link = |id: String, words: &'static str| view! { <dd><a href=format!("/claims/{id}")>{words}</a></dd> };
    view! {
        <section class="section">
            <div class="section-head"><h2>"What was claimed"</h2></div>
            <dl class="facts">
                <dt>"Item"</dt>
                <dd><a href=format!("/catalog/{}", claim.item_slug)>{claim.label.clone()}</a></dd>
                <dt>"Item type"</dt>
                <dd><span class="kind"><Icon name=claim.icon.clone() />{claim.item_type.clone()}</span></dd>
                <dt>"Item provider"</dt>
                <dd>{claim.provider.clone()}</dd>
                <dt>"Start date"</dt>
                <dd><DayTime day=claim.started_on /></dd>
                <dt>"Completion date"</dt>
                <dd><DayTime day=claim.completed_on /></dd>
                <dt>"Credits"</dt>
                <dd>{claim.credits.clone()}</dd>
                {claim
                    .certificate_id
                    .clone()
                    .map(|id| {
                        view! {
                            <dt>"Certificate ID"</dt>
                            <dd>
                                {id}
                                {(claim.status == Status::Pending)
                                    .then(|| {
                                        view! {
                                            <br />
                                            <small>"Not on record yet, so the provider has to look. Check that it is as on your certificate."</small>
                                        }
                                    })}
                            </dd>
                        }
                    })}
                {file}
                <dt>"Sent from"</dt>
                <dd>{claim.email.clone()}</dd>
                <dt>"Sent on"</dt>
                <dd><DayTime day=claim.submitted_on /></dd>
                {claim.corrects.clone().map(|id| view! { <dt>"Corrects"</dt>{link(id, "The claim that was denied")} })}
                {claim.corrected_by.clone().map(|id| view! { <dt>"Corrected by"</dt>{link(id, "The claim sent in its place")} })}
            </dl>
        </section>
    }
    .into_any()
}

fn waiting_step(claim: &ClaimDetail) -> Option<AnyView> {
    let (day, _, typical, longest) = claim.waiting?;
    Some(
        view! {
            <li aria-current="step">
                <Icon name="pending" />
                <p>{format!("{} compares it with their record", claim.provider)}</p>
                <small>{format!("Day {day}; most take up to {typical}, some {longest}")}</small>
            </li>
        }
        .into_any(),
    )
}
