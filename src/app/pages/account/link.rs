//! Confirming that an address shall belong to a profile, when the link in the mail was opened.

use super::{AccountForm, PasswordForm, Proof, SpentLink, posted, proof_of_page};
use crate::app::components::field::ErrorSummary;
use crate::app::components::page::{ErrorPage, Loading, PageTitle, Support, set_status};
use crate::app::error::AppError;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ConfirmLink() -> impl IntoView {
    let form = posted();
    let proof = proof_of_page("link");
    view! {
        <Suspense fallback=Loading>
            {move || {
                let form = form.clone();
                Suspend::new(async move {
                    match proof.await {
                        Ok(proof) => shown(proof, form),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

fn shown(proof: Proof, form: AccountForm) -> AnyView {
    match proof {
        Proof::Confirm { email, candidate_id } => view! { <Confirm email=email candidate_id=candidate_id form=form /> }
            .into_any(),
        Proof::NewAccount { email, candidate_id } => view! {
            <PasswordForm
                title="Add this address to your profile"
                lead=format!(
                    "{email} has no account yet. Choose a password for it: it will belong to the profile {candidate_id}.",
                )
                email=email
                button="Add this address"
                form=form
            />
        }
        .into_any(),
        Proof::OtherProfile { email } => {
            set_status(&AppError::Conflict);
            view! {
                <PageTitle text="This address belongs to another profile" />
                <header class="page-head">
                    <h1>"This address belongs to another profile"</h1>
                    <p class="lead">
                        <strong>{email}</strong>
                        " already has a profile of its own, with its own record. Only people can join two records: "
                        <Support words="write to support" /> " with both candidate IDs."
                    </p>
                    <div class="actions"><a class="button" href="/account">"Account"</a></div>
                </header>
            }
            .into_any()
        }
        Proof::OtherPerson { email } => {
            set_status(&AppError::Forbidden);
            view! {
                <PageTitle text="Sign in with another address" />
                <header class="page-head">
                    <h1>"Sign in with another address"</h1>
                    <p class="lead">
                        "This link is for " <strong>{email}</strong>
                        ". Sign in with that address, or with the one you asked from, and open it again."
                    </p>
                </header>
                <form method="post" action="/sign-out">
                    <div class="actions"><button class="button primary">"Sign out"</button></div>
                </form>
            }
            .into_any()
        }
        Proof::Spent | Proof::Password { .. } => {
            view! { <SpentLink href="/account" way_on="Go to your account" /> }.into_any()
        }
    }
}

#[component]
fn Confirm(email: String, candidate_id: String, form: AccountForm) -> impl IntoView {
    view! {
        <PageTitle text="Add this address to your profile" error=!form.errors.is_empty() />
        <ErrorSummary errors=form.errors />
        <header class="page-head">
            <h1>"Add this address to your profile"</h1>
            <p class="lead">
                <strong>{email}</strong>
                {format!(
                    " will belong to the profile {candidate_id}. Claims sent from it then count for the certifications of that profile.",
                )}
            </p>
        </header>
        <form class="form" method="post">
            <div class="actions">
                <button class="button primary">"Add this address"</button>
                <a class="button quiet" href="/account">"Leave it"</a>
            </div>
        </form>
    }
}
