//! What people see: the document around every page, and the table of routes.

pub mod components;
pub mod error;
pub mod pages;
pub mod routes;
pub mod site;
pub mod wire;

use components::layout::Layout;
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};
use site::{Assets, SiteInfo};

/// The document: head, the application, and a last element that tells the browser the page arrived whole.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let theme = use_context::<SiteInfo>().and_then(|site| site.theme);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/site.webmanifest" />
                <AutoReload options=options />
                <components::start::StartScripts assets=assets />
                <MetaTags />
            </head>
            <body class="shell">
                <App />
                <div id="page-end" hidden></div>
            </body>
        </html>
    }
}

/// The application: the same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // What the server knows about who is looking. It changes only with a new document: signing in and out are
    // posts of plain forms.
    let site = SharedValue::new(|| use_context::<SiteInfo>().unwrap_or_default()).into_inner();
    let portal = site.portal.clone();
    provide_context(site);
    view! {
        <Title formatter=move |title: String| {
            if title.is_empty() { portal.clone() } else { format!("{title} – {portal}") }
        } />
        <Router>
            <Routes fallback=pages::missing::Missing>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<routes::Home>::new()} ssr=SsrMode::Async />
                    <Route path=path!("sign-in") view={Lazy::<routes::SignIn>::new()} ssr=SsrMode::Async />
                    <Route path=path!("join") view={Lazy::<routes::Join>::new()} ssr=SsrMode::Async />
                    <Route path=path!("join/:token") view={Lazy::<routes::ChoosePassword>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reset") view={Lazy::<routes::Reset>::new()} ssr=SsrMode::Async />
                    <Route path=path!("reset/:token") view={Lazy::<routes::NewPassword>::new()} ssr=SsrMode::Async />
                    <Route path=path!("link/:token") view={Lazy::<routes::ConfirmLink>::new()} ssr=SsrMode::Async />
                    <Route path=path!("terms") view={Lazy::<routes::Terms>::new()} ssr=SsrMode::Async />
                    <Route path=path!("access") view={Lazy::<routes::Access>::new()} ssr=SsrMode::Async />
                    <Route path=path!("account") view={Lazy::<routes::Account>::new()} ssr=SsrMode::Async />
                    <Route path=path!("account/calendar") view={Lazy::<routes::Calendar>::new()} ssr=SsrMode::Async />
                    <Route path=path!("account/sharing") view={Lazy::<routes::Sharing>::new()} ssr=SsrMode::Async />
                    <Route path=path!("verify") view={Lazy::<routes::Verify>::new()} ssr=SsrMode::Async />
                    <Route path=path!("verify/:code") view={Lazy::<routes::Verified>::new()} ssr=SsrMode::Async />
                    <Route path=path!("catalog") view={Lazy::<routes::Catalog>::new()} ssr=SsrMode::Async />
                    <Route path=path!("catalog/:item") view={Lazy::<routes::Item>::new()} ssr=SsrMode::Async />
                    <Route path=path!("providers") view={Lazy::<routes::Directory>::new()} ssr=SsrMode::Async />
                    <Route path=path!("tracking") view={Lazy::<routes::Tracking>::new()} ssr=SsrMode::Async />
                    <Route path=path!("tracking/:certification") view={Lazy::<routes::Tracked>::new()} ssr=SsrMode::Async />
                    <Route path=path!("expert") view={Lazy::<routes::Expert>::new()} ssr=SsrMode::Async />
                    <Route path=path!("planner") view={Lazy::<routes::Planner>::new()} ssr=SsrMode::Async />
                    <Route path=path!("recertify") view={Lazy::<routes::Recertify>::new()} ssr=SsrMode::Async />
                    <Route path=path!("claims/new") view={Lazy::<routes::NewClaim>::new()} ssr=SsrMode::Async />
                    <Route path=path!("claims/:id") view={Lazy::<routes::Claim>::new()} ssr=SsrMode::Async />
                    <Route path=path!("claims/:id/edit") view={Lazy::<routes::EditClaim>::new()} ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
