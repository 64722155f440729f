//! What stands between signing in and the portal, and the way on.

use crate::app::components::page::{PageTitle, Support};
use crate::app::components::time::DayTime;
use crate::app::site::{SiteInfo, Viewer};
use ce_domain::account::Gate;
use ce_domain::certification::Standing;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Access() -> impl IntoView {
    let viewer = use_context::<SiteInfo>().and_then(|site| site.viewer);
    match viewer {
        Some(viewer) => match viewer.gate.clone() {
            Gate::Terms => view! { <TermsMissing /> }.into_any(),
            Gate::NoProfile => view! { <NoProfile viewer=viewer /> }.into_any(),
            Gate::NotCertified(standing) | Gate::Open(standing) => {
                view! { <Certified viewer=viewer standing=standing /> }.into_any()
            }
        },
        // The guard lets nobody in who is not signed in; this is for who signed out in another tab.
        None => view! {
            <PageTitle text="Sign in to continue" />
            <header class="page-head">
                <h1>"Sign in to continue"</h1>
                <div class="actions"><a class="button primary" href="/sign-in" rel="external">"Sign in"</a></div>
            </header>
        }
        .into_any(),
    }
}

#[component]
fn TermsMissing() -> impl IntoView {
    view! {
        <PageTitle text="Accept the terms to go on" />
        <header class="page-head">
            <h1>"Accept the terms to go on"</h1>
            <p class="lead">"The current terms and conditions are waiting for you to read and accept them."</p>
            <div class="actions"><a class="button primary" href="/terms">"Read the terms and conditions"</a></div>
        </header>
    }
}

#[component]
fn NoProfile(viewer: Viewer) -> impl IntoView {
    view! {
        <PageTitle text="Your account is ready, your certifications are not here yet" />
        <header class="page-head">
            <h1>"Your account is ready, your certifications are not here yet"</h1>
            <p class="lead">
                "You are signed in as " <strong>{viewer.email}</strong>
                ". This address does not belong to a certification profile, so there is nothing to claim for."
            </p>
        </header>
        <section class="section">
            <h2>"If you are certified"</h2>
            <ul class="prose">
                <li>
                    "Do you have another address that you gave when you took your exam? Sign out, and sign in with that one."
                </li>
                <li>
                    "Would you like to use this address as well? Sign in with the other one, open Account, and add this address. "
                    "You get a mail here with a link; open it, and both addresses belong to one profile."
                </li>
                <li>
                    "Your profile has a candidate ID, such as CSCO12345678. It is on your certificate and on your score report. "
                    "Have it at hand when you " <Support words="write to support" /> "."
                </li>
            </ul>
        </section>
        <section class="section">
            <h2>"If you are not certified yet"</h2>
            <p>
                "Continuing education credits keep a certification; they do not earn the first one. "
                "You can look through the catalog and find a provider all the same."
            </p>
            <div class="actions">
                <a class="button" href="/catalog">"See the catalog"</a>
                <a class="button" href="/providers">"Find a provider"</a>
            </div>
        </section>
        <SignOut words="Sign out to use another address" />
    }
}

#[component]
fn Certified(viewer: Viewer, standing: Standing) -> impl IntoView {
    let open = matches!(viewer.gate, Gate::Open(_));
    let title = match standing {
        Standing::Certified => "Nothing is missing",
        Standing::MayStillClaim { .. } => "You can still claim older training",
        Standing::Lapsed { .. } => "Your certification has ended",
        Standing::Never => "You hold no certification yet",
    };
    let lead = match standing {
        Standing::Certified => view! { "You are certified, and your account is complete." }.into_any(),
        Standing::MayStillClaim { ended_on, until } => view! {
            "Your last certification ended on " <DayTime day=ended_on />
            ". What you finished by that day you can claim until " <DayTime day=until /> "."
        }
        .into_any(),
        Standing::Lapsed { ended_on } => view! {
            "Your last certification ended on " <DayTime day=ended_on />
            ". That is too long ago for a claim. When you are certified again, the portal opens by itself."
        }
        .into_any(),
        Standing::Never => view! {
            "Your profile has no certification. When you pass your first exam, it appears here by itself."
        }
        .into_any(),
    };
    view! {
        <PageTitle text=title />
        <header class="page-head">
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <div class="actions">
                {open.then(|| view! { <a class="button primary" href="/">"Go to the dashboard"</a> })}
                <a class="button" href="/catalog">"See the catalog"</a>
                <a class="button" href="/account">"Account"</a>
            </div>
        </header>
        <section class="section">
            <h2>"Who you are here"</h2>
            <dl class="facts">
                <dt>"Email address"</dt>
                <dd>{viewer.email}</dd>
                {viewer.candidate_id.map(|id| view! { <dt>"Candidate ID"</dt><dd>{id}</dd> })}
            </dl>
            <p>
                "Is that not your record? You may have another profile under another address: sign out, and sign in with that one."
            </p>
        </section>
        {(!open).then(|| view! { <SignOut words="Sign out to use another address" /> })}
    }
}

#[component]
fn SignOut(words: &'static str) -> impl IntoView {
    view! {
        <form method="post" action="/sign-out">
            <div class="actions"><button class="button">{words}</button></div>
        </form>
    }
}
