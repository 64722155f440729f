//! The frame around every page: brand, navigation, who is signed in, footer.

use super::icon::Icon;
use super::time::DayTime;
use crate::app::site::{SiteInfo, Viewer};
use ce_domain::account::Gate;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;

/// The frame, with the page of the present address inside.
#[component]
pub fn Layout() -> impl IntoView {
    view! {
        <Frame>
            <Outlet />
        </Frame>
    }
}

/// The frame around anything.
#[component]
pub fn Frame(
    /// What it is around.
    children: Children,
) -> impl IntoView {
    let site = use_context::<SiteInfo>().unwrap_or_default();
    let open = site.viewer.as_ref().is_some_and(|viewer| matches!(viewer.gate, Gate::Open(_)));
    view! {
        <a class="skip" href="#main" rel="external">"Skip to main content"</a>
        <header class="masthead">
            <a class="brand" href="/" aria-label=site.portal.clone()>
                <Icon name="mark" />
                <Icon name="wordmark" class="wordmark" />
            </a>
            {open.then(|| view! { <MainNavigation /> })}
            {match site.viewer.clone() {
                Some(viewer) => view! { <AccountMenu viewer=viewer /> }.into_any(),
                None => view! { <SignInLink /> }.into_any(),
            }}
        </header>
        <main class="page" id="main" tabindex="-1">
            {children()}
        </main>
        <footer class="foot">
            <p>
                {site.portal.clone()}
                {site.demo.then(|| view! { " · demonstration data, as of " <DayTime day=site.today /> })}
            </p>
            <a href="/catalog">"Catalog"</a>
            <a href="/recertify">"Ways to recertify"</a>
            <a href="/providers">"Find a provider"</a>
            <a href="/verify">"Verify a code"</a>
            <a href="/terms">"Terms and conditions"</a>
            {site.support.map(|href| view! { <a href=href rel="external">"Support"</a> })}
        </footer>
    }
}

#[component]
fn MainNavigation() -> impl IntoView {
    let path = use_location().pathname;
    let link = move |href: &'static str, icon: &'static str, words: &'static str| {
        let current = move || {
            let path = path.get();
            let here = if href == "/" { path == "/" } else { path == href || path.starts_with(&format!("{href}/")) };
            here.then_some("page")
        };
        view! { <li><a href=href aria-current=current><Icon name=icon />{words}</a></li> }
    };
    view! {
        <nav class="nav" aria-label="Main">
            <ul>
                {link("/", "dashboard", "Dashboard")}
                {link("/catalog", "catalog", "Catalog")}
                {link("/claims/new", "claim", "New claim")}
                {link("/tracking", "tracking", "Tracking")}
                {link("/planner", "planner", "Planner")}
            </ul>
            <ul class="nav-more">
                {link("/recertify", "compare", "Ways to recertify")}
                {link("/providers", "search", "Find a provider")}
            </ul>
        </nav>
    }
}

/// The way in, for who looks around without being signed in; the page it leads to needs none.
#[component]
fn SignInLink() -> impl IntoView {
    let path = use_location().pathname;
    move || {
        (path.get() != "/sign-in").then(|| {
            view! { <a class="button quiet" href="/sign-in" rel="external">"Sign in"</a> }
        })
    }
}

#[component]
fn AccountMenu(viewer: Viewer) -> impl IntoView {
    view! {
        <details class="menu">
            <summary>
                <Icon name="account" />
                <span>{viewer.email.clone()}</span>
                <Icon name="chevron-down" />
            </summary>
            <ul role="list">
                {viewer.candidate_id.clone().map(|id| view! { <li><p>{id}</p></li> })}
                <li><a href="/account"><Icon name="account" />"Account"</a></li>
                <li>
                    <form method="post" action="/sign-out">
                        <button><Icon name="sign-out" />"Sign out"</button>
                    </form>
                </li>
            </ul>
        </details>
    }
}
