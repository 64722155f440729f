//! The terms and conditions: readable by everybody, accepted by who is signed in.

use super::{posted, query};
use crate::app::components::field::ErrorSummary;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::Day;
use ce_domain::program::Paragraph;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The terms in force today, and how who is looking stands to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsView {
    /// Their version.
    pub version: String,
    /// Their heading.
    pub title: String,
    /// From when on they are in force.
    pub effective_on: Day,
    /// Their text.
    pub paragraphs: Vec<Paragraph>,
    /// Whether somebody is signed in, who can accept them.
    pub signed_in: bool,
    /// When they did.
    pub accepted_on: Option<Day>,
}

/// The terms in force today.
///
/// # Errors
/// [`AppError::NotFound`] when the program has none, and when the database says no.
#[server(prefix = "/api", endpoint = "account/terms", output = crate::app::wire::Json)]
pub async fn terms() -> Result<TermsView, AppError> {
    use crate::server::{auth, db::accounts};
    let state = auth::state()?;
    let who = auth::signed_in().ok();
    let terms = state.program.terms_on(state.clock.today()).ok_or(AppError::NotFound)?;
    let accepted = match &who {
        Some(who) => accounts::accepted_at(state.db.read(), &who.account_id, &terms.version).await?,
        None => None,
    };
    let (version, title, paragraphs) = (terms.version.clone(), terms.title.clone(), terms.paragraphs());
    let accepted_on = accepted.map(|at| state.clock.day_of(at));
    Ok(TermsView {
        version,
        title,
        effective_on: terms.effective_on,
        paragraphs,
        signed_in: who.is_some(),
        accepted_on,
    })
}

/// The page.
#[component]
pub fn Terms() -> impl IntoView {
    let resource = Resource::new(|| (), |()| terms());
    let form = posted();
    let next = Some(form.value("next")).filter(|next| !next.is_empty()).unwrap_or_else(|| query("next"));
    let errors = form.errors;
    view! {
        <Suspense fallback=Loading>
            {move || {
                let (next, errors) = (next.clone(), errors.clone());
                Suspend::new(async move {
                    match resource.await {
                        Ok(terms) => view! { <ErrorSummary errors=errors /><Text terms=terms next=next /> }.into_any(),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Text(terms: TermsView, next: String) -> impl IntoView {
    let paragraphs = terms
        .paragraphs
        .into_iter()
        .map(|paragraph| match paragraph {
            Paragraph::Heading(words) => view! { <h2>{words}</h2> }.into_any(),
            Paragraph::Text(words) => view! { <p>{words}</p> }.into_any(),
        })
        .collect_view();
    let asked = terms.signed_in && terms.accepted_on.is_none();
    let version = terms.version.clone();
    view! {
        <PageTitle text="Terms and conditions" />
        <header class="page-head">
            <h1>{terms.title}</h1>
            <p class="lead">
                {asked.then_some("Read these terms and accept them to go on. ")}
                {format!("Version {}, in force since ", terms.version)}
                <DayTime day=terms.effective_on />
                "."
            </p>
        </header>
        {terms
            .accepted_on
            .map(|day| {
                view! {
                    <Notice kind=Kind::Good>
                        <p>"You accepted this version on " <DayTime day=day /> "."</p>
                    </Notice>
                }
            })}
        <div class="prose">{paragraphs}</div>
        {asked
            .then(|| {
                view! {
                    <form class="form" method="post" action="/terms">
                        <input type="hidden" name="version" value=version />
                        <input type="hidden" name="next" value=next />
                        <div class="actions">
                            <button class="button primary">"Accept terms and conditions"</button>
                        </div>
                    </form>
                }
            })}
    }
}
