//! Signing in.

use super::dial::Dial;
use super::{posted, query};
use crate::app::components::field::{ErrorSummary, TextField};
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::PageTitle;
use leptos::prelude::*;

/// The page everybody begins with.
#[component]
pub fn SignIn() -> impl IntoView {
    let form = posted();
    let next = Some(form.value("next")).filter(|next| !next.is_empty()).unwrap_or_else(|| query("next"));
    let done = match query("done").as_str() {
        _ if !form.errors.is_empty() => None,
        "signed-out" => Some("You are signed out."),
        "password" => Some("Your password is changed. Sign in with the new one."),
        _ => None,
    };
    // Who opened the link of a mail elsewhere than where they are signed in.
    let linking = next.starts_with("/link/");
    let (email, email_error, password_error) = (form.value("email"), form.error("email"), form.error("password"));
    view! {
        <PageTitle text="Sign in" error=!form.errors.is_empty() />
        <ErrorSummary errors=form.errors />
        {done.map(|words| view! { <Notice kind=Kind::Good announce=true><p>{words}</p></Notice> })}
        {linking
            .then(|| {
                view! {
                    <Notice kind=Kind::Plain>
                        <p>
                            <strong>"Your link adds an address to a profile. "</strong>
                            "Sign in with the account you asked for it from: then you come back to the link by yourself. "
                            "Does the new address have no account yet? You choose its password there, so do not create one here."
                        </p>
                    </Notice>
                }
            })}
        <div class="gate">
            <div>
                <header class="page-head">
                    <h1>"Sign in"</h1>
                    <p class="lead">"See what you hold, claim your training, keep your certifications."</p>
                </header>
                <form class="form" method="post" action="/sign-in" novalidate>
                    <input type="hidden" name="next" value=next />
                    <TextField
                        id="email"
                        label="Email address"
                        kind="email"
                        autocomplete="username"
                        value=email
                        error=email_error
                    />
                    <TextField
                        id="password"
                        label="Password"
                        kind="password"
                        autocomplete="current-password"
                        error=password_error
                    />
                    <div class="actions">
                        <button class="button primary">"Sign in"</button>
                        <a class="button quiet" href="/reset">"Forgot your password?"</a>
                    </div>
                </form>
                <Notice kind=Kind::Plain>
                    <h2>"Who can sign in"</h2>
                    <p>
                        "You hold an active certification, and this email address belongs to your certification profile. "
                        "Has yours just run out? You can still claim what you finished before. "
                        <a href="/join">"Create an account"</a>
                    </p>
                </Notice>
            </div>
            <Dial />
        </div>
    }
}
