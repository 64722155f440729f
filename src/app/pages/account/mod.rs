//! Signing in, and everything about one's own account.

pub mod access;
pub mod calendar;
mod dial;
pub mod home;
pub mod join;
pub mod link;
pub mod reset;
pub mod sign_in;
pub mod terms;

use crate::app::components::field::{ErrorSummary, FieldError, TextField, error_of};
use crate::app::components::page::{PageTitle, set_status};
use crate::app::error::AppError;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

/// What was sent with a form of these pages, without passwords, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountForm {
    /// What was typed, by field.
    pub values: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl AccountForm {
    /// What was typed into a field.
    pub fn value(&self, name: &str) -> String {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<String> {
        error_of(&self.errors, name)
    }
}

/// The form this page answers, or an empty one.
fn posted() -> AccountForm {
    SharedValue::new(|| use_context::<AccountForm>().unwrap_or_default()).into_inner()
}

/// A value of the address's query, or nothing.
fn query(name: &str) -> String {
    use_query_map().with_untracked(|query| query.get(name)).unwrap_or_default()
}

/// What a proof that was sent by mail leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// It was used, is too old, or was never made.
    Spent,
    /// To choosing the password of this address's account.
    Password {
        /// The address.
        email: String,
    },
    /// To making the account of this address one of a profile.
    Confirm {
        /// The address.
        email: String,
        /// The profile.
        candidate_id: String,
    },
    /// To creating an account for this address in a profile.
    NewAccount {
        /// The address.
        email: String,
        /// The profile.
        candidate_id: String,
    },
    /// The address belongs to another profile.
    OtherProfile {
        /// The address.
        email: String,
    },
    /// Somebody is signed in whom it does not concern.
    OtherPerson {
        /// The address.
        email: String,
    },
}

/// Looks at a proof without using it up. `purpose` is `join`, `reset` or `link`.
///
/// # Errors
/// When nobody is signed in (for `link`), or the database says no.
#[server(prefix = "/api", endpoint = "account/proof", output = crate::app::wire::Json)]
pub async fn look_at_proof(purpose: String, token: String) -> Result<Proof, AppError> {
    use crate::server::auth;
    use crate::server::db::tokens::Purpose;
    let purpose = match purpose.as_str() {
        "join" => Purpose::Join,
        "reset" => Purpose::Reset,
        "link" => Purpose::Link,
        _ => return Err(AppError::BadRequest),
    };
    auth::flows::look_at(&auth::state()?, auth::signed_in().ok().as_ref(), purpose, &token).await
}

/// The proof that is part of this page's address.
fn proof_of_page(purpose: &'static str) -> Resource<Result<Proof, AppError>> {
    let params = use_params_map();
    Resource::new(
        move || params.with(|params| params.get("token")).unwrap_or_default(),
        move |token| look_at_proof(purpose.to_owned(), token),
    )
}

/// In place of a page whose link was used or is too old.
#[component]
fn SpentLink(
    /// Where a new one can be had.
    href: &'static str,
    /// The words of the link there.
    way_on: &'static str,
) -> impl IntoView {
    set_status(&AppError::NotFound);
    view! {
        <PageTitle text="This link cannot be used" />
        <header class="page-head">
            <h1>"This link cannot be used"</h1>
            <p class="lead">"It was used already, or it is too old. Each link works once, for a short time."</p>
            <div class="actions"><a class="button primary" href=href rel="external">{way_on}</a></div>
        </header>
    }
}

/// A form that asks for one new password.
#[component]
fn PasswordForm(
    /// The page's name.
    title: &'static str,
    /// What it is about.
    lead: String,
    /// The address the password is for: password managers want to know.
    email: String,
    /// The button.
    button: &'static str,
    /// What was sent before.
    form: AccountForm,
) -> impl IntoView {
    let error = form.error("password");
    view! {
        <PageTitle text=title error=!form.errors.is_empty() />
        <ErrorSummary errors=form.errors />
        <header class="page-head"><h1>{title}</h1><p class="lead">{lead}</p></header>
        <form class="form" method="post" novalidate>
            <input type="hidden" name="email" autocomplete="username" value=email />
            <TextField
                id="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                hint=PASSWORD_HINT
                error=error
            />
            <div class="actions"><button class="button primary">{button}</button></div>
        </form>
    }
}

/// What a password must be (assurance S42).
const PASSWORD_HINT: &str = "12 characters or more. Several words in a row are easy to keep in mind.";
