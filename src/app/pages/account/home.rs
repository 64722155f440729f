//! One's own account: who one is here, the other addresses, the password.

use super::{AccountForm, PASSWORD_HINT, posted, query};
use crate::app::components::field::{ErrorSummary, TextField};
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The address one is signed in with.
    pub email: String,
    /// Candidate ID and name, if there is a profile.
    pub profile: Option<(String, String)>,
    /// The other addresses of the profile.
    pub others: Vec<String>,
}

/// Who is signed in.
///
/// # Errors
/// [`AppError::Unauthenticated`] when nobody is, and when the database says no.
#[server(prefix = "/api", endpoint = "account/home", output = crate::app::wire::Json)]
pub async fn home() -> Result<AccountView, AppError> {
    use crate::server::{auth, db::accounts};
    let (state, who) = (auth::state()?, auth::signed_in()?);
    let mut others = match &who.profile {
        Some(profile) => accounts::emails_of_profile(state.db.read(), &profile.id).await?,
        None => Vec::new(),
    };
    others.retain(|email| *email != who.email);
    Ok(AccountView { email: who.email, profile: who.profile.map(|p| (p.candidate_id, p.name)), others })
}

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    let resource = Resource::new(|| (), |()| home());
    let form = posted();
    let done = query("done");
    view! {
        <Suspense fallback=Loading>
            {move || {
                let (form, done) = (form.clone(), done.clone());
                Suspend::new(async move {
                    match resource.await {
                        Ok(account) => view! { <Shown account=account form=form done=done /> }.into_any(),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Shown(account: AccountView, form: AccountForm, done: String) -> impl IntoView {
    let done = match done.as_str() {
        _ if !form.errors.is_empty() => None,
        "password" => Some(
            "Your password is changed. Wherever else you were signed in, you are signed out. Calendar addresses are revoked.",
        ),
        "sent" => Some("A mail is on its way to the other address. Open the link in it to add the address."),
        "linked" => Some("The address belongs to your profile now."),
        _ => None,
    };
    let errors = form.errors.clone();
    let linked = account.profile.is_some();
    view! {
        <PageTitle text="Account" error=!errors.is_empty() />
        <ErrorSummary errors=errors />
        <header class="page-head"><h1>"Account"</h1></header>
        {done.map(|words| view! { <Notice kind=Kind::Good announce=true><p>{words}</p></Notice> })}
        <section class="section">
            <h2>"Who you are here"</h2>
            <dl class="facts">
                <dt>"Email address"</dt>
                <dd>{account.email}</dd>
                {match account.profile {
                    Some((candidate_id, name)) => view! {
                        <dt>"Name"</dt>
                        <dd>{name}</dd>
                        <dt>"Candidate ID"</dt>
                        <dd>{candidate_id}</dd>
                    }
                        .into_any(),
                    None => view! {
                        <dt>"Candidate ID"</dt>
                        <dd>"None yet. " <a href="/access">"See what is missing"</a></dd>
                    }
                        .into_any(),
                }}
            </dl>
        </section>
        {linked
            .then(|| {
                view! {
                    <section class="section">
                        <h2>"Sharing"</h2>
                        <p>
                            "Show what you hold to whom you choose, and take it back when you like. "
                            <a href="/account/sharing">"Your links"</a>
                        </p>
                    </section>
                }
            })}
        {linked.then(|| view! { <Addresses others=account.others form=form.clone() /> })}
        {linked.then(calendar)}
        <ChangePassword form=form />
    }
}

#[component]
fn Addresses(others: Vec<String>, form: AccountForm) -> impl IntoView {
    let (value, error) = (form.value("other-email"), form.error("other-email"));
    let password_error = form.error("your-password");
    view! {
        <section class="section">
            <h2>"Other addresses of your profile"</h2>
            {if others.is_empty() {
                view! { <p>"None. Add one if you book training with another address, at work or at home."</p> }.into_any()
            } else {
                view! { <ul>{others.into_iter().map(|email| view! { <li>{email}</li> }).collect_view()}</ul> }.into_any()
            }}
            <form class="form" method="post" action="/account" novalidate>
                <input type="hidden" name="form" value="address" />
                <TextField
                    id="other-email"
                    label="Address to add"
                    hint="We send a link to it. The credits of all your addresses count together."
                    kind="email"
                    value=value
                    error=error
                />
                <TextField
                    id="your-password"
                    label="Your password"
                    hint="So that nobody who finds your browser open can do it."
                    kind="password"
                    autocomplete="current-password"
                    error=password_error
                />
                <div class="actions"><button class="button">"Send the link"</button></div>
            </form>
        </section>
    }
}

fn calendar() -> AnyView {
    view! {
        <section class="section">
            <h2>"Calendar"</h2>
            <p>"When your certifications expire and when credits run out, in the calendar you use."</p>
            <div class="actions"><a class="button" href="/account/calendar">"Put your dates into a calendar"</a></div>
        </section>
    }
    .into_any()
}

#[component]
fn ChangePassword(form: AccountForm) -> impl IntoView {
    let (current, new) = (form.error("current-password"), form.error("new-password"));
    view! {
        <section class="section">
            <h2>"Change your password"</h2>
            <form class="form" method="post" action="/account" novalidate>
                <input type="hidden" name="form" value="password" />
                <TextField
                    id="current-password"
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    error=current
                />
                <TextField
                    id="new-password"
                    label="New password"
                    hint=PASSWORD_HINT
                    kind="password"
                    autocomplete="new-password"
                    error=new
                />
                <div class="actions"><button class="button">"Change password"</button></div>
            </form>
        </section>
    }
}
