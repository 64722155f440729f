//! What every page begins with, and what it shows when there is nothing or something went wrong.

use super::icon::Icon;
use crate::app::error::AppError;
use crate::app::site::SiteInfo;
use leptos::prelude::*;
use leptos_meta::Title;

/// Sets the document's title; after an error it begins with "Error: ", so that it is the first thing heard.
#[component]
pub fn PageTitle(
    /// The page's name.
    #[prop(into)]
    text: String,
    /// Whether something has to be put right.
    #[prop(optional)]
    error: bool,
) -> impl IntoView {
    view! { <Title text=in_head(if error { format!("Error: {text}") } else { text }) /> }
}

/// A title as it may be written into the page's head. The library writes it there as it is, so that a name with `<` in it
/// would end the title and begin something else; in the browser it is set as text.
fn in_head(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { text }
}

/// Says with the status of the answer, too, what the page says in words. Does nothing in the browser.
pub fn set_status(error: &AppError) {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(error.status());
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}

/// Keeps a page that a code leads to out of search engines, and its address from every site it links to. Does nothing in
/// the browser.
pub fn keep_private() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        use http::header::{HeaderName, HeaderValue, REFERRER_POLICY};
        response.insert_header(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
        response.insert_header(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
}

/// Goes where the server would have sent somebody who asked for the page itself: it was asked for in the browser.
fn lead_on(error: &AppError) {
    let to = match error {
        AppError::Unauthenticated => "/sign-in?next=",
        AppError::Forbidden => "/access",
        _ => return,
    };
    Effect::new(move |_| {
        let location = window().location();
        let mut address = to.to_owned();
        if to.ends_with('=') {
            let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
            address.push_str(&leptos_router::location::Url::escape(&here));
        }
        let _ = location.assign(&address);
    });
}

/// A whole page in place of one that cannot be shown.
#[component]
pub fn ErrorPage(
    /// Why.
    error: AppError,
) -> impl IntoView {
    set_status(&error);
    lead_on(&error);
    let title = match &error {
        AppError::NotFound => "Page not found",
        AppError::Unauthenticated => "Sign in to continue",
        AppError::Forbidden => "Not for this account",
        AppError::RateLimited { .. } => "Too many attempts",
        AppError::Unavailable { .. } | AppError::Unreachable => "Try again in a few minutes",
        _ => "Something went wrong",
    };
    let (href, way_on) = match &error {
        AppError::Unauthenticated => ("/sign-in", "Sign in"),
        AppError::NotFound => ("/", "Go to the dashboard"),
        AppError::Forbidden => ("/access", "See what is missing"),
        _ => ("", "Try again"),
    };
    view! {
        <PageTitle text=title />
        <header class="page-head">
            <h1>{title}</h1>
            <p class="lead">{format!("{error}.")}</p>
            <div class="actions"><a class="button primary" href=href rel="external">{way_on}</a></div>
        </header>
    }
}

/// In place of a list that has nothing in it: what that means, and the way on.
#[component]
pub fn Empty(
    /// Icon above.
    icon: &'static str,
    /// What there is not.
    #[prop(into)]
    title: String,
    /// What to do, and why.
    #[prop(into)]
    text: String,
    /// Links or buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <h3>{title}</h3>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// Words that lead to support where the program names an address, and are only words where it does not.
#[component]
pub fn Support(
    /// The words.
    words: &'static str,
) -> impl IntoView {
    match use_context::<SiteInfo>().and_then(|site| site.support) {
        Some(href) => view! { <a href=href rel="external">{words}</a> }.into_any(),
        None => words.into_any(),
    }
}

/// While a page that was asked for in the browser is on its way.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <div aria-busy="true">
            <p class="visually-hidden" role="status">"Loading"</p>
            <div class="skeleton" aria-hidden="true"><span></span><span></span><span></span></div>
        </div>
    }
}
