//! Creating an account: an address, a mail, a password.

use super::{PasswordForm, Proof, SpentLink, posted, proof_of_page, query};
use crate::app::components::field::{ErrorSummary, TextField};
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use leptos::prelude::*;

/// Asks for the address.
#[component]
pub fn Join() -> impl IntoView {
    let form = posted();
    if query("done") == "sent" && form.errors.is_empty() {
        return view! {
            <PageTitle text="Look into your mail" />
            <header class="page-head">
                <h1>"Look into your mail"</h1>
                <p class="lead">"We sent a link to the address you gave. Open it within 24 hours."</p>
            </header>
            <Notice kind=Kind::Plain>
                <p>
                    "Nothing there after a few minutes? Look among unwanted mail, or "
                    <a href="/join" rel="external">"try again"</a> "."
                </p>
            </Notice>
        }
        .into_any();
    }
    let (email, error) = (form.value("email"), form.error("email"));
    view! {
        <PageTitle text="Create an account" error=!form.errors.is_empty() />
        <ErrorSummary errors=form.errors />
        <header class="page-head">
            <h1>"Create an account"</h1>
            <p class="lead">
                "We send a link to your address, so that nobody can use it but you. Then you choose a password."
            </p>
        </header>
        <form class="form" method="post" action="/join" novalidate>
            <TextField
                id="email"
                label="Email address"
                hint="Take the one your certification is registered with, if you can."
                kind="email"
                autocomplete="username"
                value=email
                error=error
            />
            <div class="actions">
                <button class="button primary">"Send the link"</button>
                <a class="button quiet" href="/sign-in">"I have an account"</a>
            </div>
        </form>
    }
    .into_any()
}

/// Asks for the password, when the link in the mail was opened.
#[component]
pub fn ChoosePassword() -> impl IntoView {
    let form = posted();
    let proof = proof_of_page("join");
    view! {
        <Suspense fallback=Loading>
            {move || {
                let form = form.clone();
                Suspend::new(async move {
                    match proof.await {
                        Ok(Proof::Password { email }) => view! {
                            <PasswordForm
                                title="Choose a password"
                                lead=format!("For your account {email}.")
                                email=email
                                button="Create account"
                                form=form
                            />
                        }
                            .into_any(),
                        Ok(_) => view! { <SpentLink href="/join" way_on="Ask for a new link" /> }.into_any(),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
