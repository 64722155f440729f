//! What whoever has a code sees: whether it is genuine, and what its holder chose to show, as it is today.

use crate::app::components::field::{ErrorSummary, FieldError, TextField, error_of};
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle, keep_private, set_status};
use crate::app::components::tag::Tag;
use crate::app::components::time::{DayTime, day_or_nothing};
use crate::app::error::AppError;
use ce_domain::calendar::{Day, show};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

/// What a code leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The holder's name, or initials.
    pub holder: String,
    /// The candidate ID, where it is shown.
    pub candidate_id: Option<String>,
    /// The day this is true of.
    pub as_of: Day,
    /// What is shown of what is held.
    pub holdings: Vec<Holding>,
    /// Whether days are shown.
    pub dates: bool,
    /// How it was renewed, latest first, where that is shown: which, when, by what.
    pub renewals: Option<Vec<(String, Day, String)>>,
    /// How many credits can be used, where that is shown.
    pub credits: Option<String>,
    /// The address that the page must have to be the portal's.
    pub site: String,
}

/// A certification as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Its name.
    pub name: String,
    /// Name of its level.
    pub level: String,
    /// Where it stands.
    pub standing: Standing,
    /// Whether it never ends.
    pub for_life: bool,
    /// When it was earned, where days are shown.
    pub earned_on: Option<Day>,
    /// Its last day, where days are shown.
    pub expires_on: Option<Day>,
}

impl Holding {
    /// Something that was to be shown and is not on record any more.
    pub fn not_held(name: &str) -> Holding {
        Holding {
            name: name.to_owned(),
            level: String::new(),
            standing: Standing::NotHeld,
            for_life: false,
            earned_on: None,
            expires_on: None,
        }
    }
}

/// Where a certification stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is valid.
    Active,
    /// It has ended.
    Ended,
    /// It is not on record.
    NotHeld,
}

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyForm {
    /// What was typed.
    pub code: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What a code leads to.
#[server(prefix = "/api", endpoint = "verify", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn look(code: String) -> Result<Verified, AppError> {
    use crate::server::{auth, shares};
    let parts = use_context::<http::request::Parts>().ok_or(AppError::BadRequest)?;
    shares::look(&auth::state()?, auth::signed_in().ok().as_ref(), &parts, &code).await
}

/// The page on which a code is typed.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let form = SharedValue::new(|| use_context::<VerifyForm>().unwrap_or_default()).into_inner();
    view! {
        <PageTitle text="Verify a certificate" error=!form.errors.is_empty() />
        <ErrorSummary errors=form.errors.clone() />
        <header class="page-head">
            <h1>"Verify a certificate"</h1>
            <p class="lead">"Type the code that you were given, or that stands on the certificate, to see what is true of it today."</p>
        </header>
        {code_form(form)}
    }
}

fn code_form(form: VerifyForm) -> AnyView {
    let error = error_of(&form.errors, "code");
    view! {
        <form class="form" method="post" action="/verify" novalidate>
            <TextField
                id="code"
                label="Verification code"
                hint="20 letters and digits, as 7KQ2-9XMB-4T8W-ZC3N-H5PD. Hyphens, spaces and small letters do not matter."
                value=form.code
                error=error
            />
            <div class="actions"><button class="button primary">"Verify"</button></div>
        </form>
    }
    .into_any()
}

/// The page that a code leads to.
#[component]
pub fn VerifiedPage() -> impl IntoView {
    keep_private();
    let params = use_params_map();
    let code = Memo::new(move |_| params.with(|params| params.get("code").unwrap_or_default()));
    let found = Resource::new(move || code.get(), look);
    view! {
        <Suspense fallback=Loading>
            {move || {
                let code = code.get();
                Suspend::new(async move {
                    match found.await {
                        Ok(verified) => view(verified),
                        Err(AppError::NotFound) => nothing(code),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

/// The same for a code that was never given out, one that has ended and one that was taken back: a stranger must not learn
/// which.
fn nothing(code: String) -> AnyView {
    set_status(&AppError::NotFound);
    view! {
        <PageTitle text="This code leads to nothing" />
        <header class="page-head">
            <h1>"This code leads to nothing"</h1>
            <p class="lead">
                "It was never given out, its last day has passed, or its holder has taken it back. Compare it with what you were given; if it is the same, ask the holder for a new one."
            </p>
        </header>
        {code_form(VerifyForm { code, errors: Vec::new() })}
    }
    .into_any()
}

/// The answer in a sentence.
fn answer(verified: &Verified) -> String {
    let holder = &verified.holder;
    let one = match verified.holdings.as_slice() {
        [] => return format!("{holder} holds nothing that is active."),
        [one] => one,
        many => {
            let active = many.iter().filter(|holding| holding.standing == Standing::Active).count();
            return if active == many.len() {
                format!("{active} certifications are held by {holder} and are valid.")
            } else {
                format!("{active} of these {} certifications of {holder} are valid.", many.len())
            };
        }
    };
    let name = &one.name;
    match (one.standing, one.expires_on) {
        (Standing::Active, Some(day)) => format!("{name} is held by {holder} and is valid until {}.", show(day)),
        (Standing::Active, None) if one.for_life => format!("{name} is held by {holder} for life."),
        (Standing::Active, None) => format!("{name} is held by {holder} and is valid."),
        (Standing::Ended, Some(day)) => format!("{name} was held by {holder} and ended on {}.", show(day)),
        (Standing::Ended, None) => format!("{name} was held by {holder} and has ended."),
        (Standing::NotHeld, _) => format!("{name} is not held by {holder}."),
    }
}

fn view(verified: Verified) -> AnyView {
    let strong = answer(&verified);
    let ended = verified.holdings.iter().any(|holding| holding.standing != Standing::Active);
    let dates = verified.dates;
    let rows = verified.holdings.into_iter().map(|holding| row(holding, dates)).collect_view();
    let site = verified.site;
    view! {
        <PageTitle text="This code is genuine" />
        <header class="page-head">
            <h1>"This code is genuine"</h1>
            <p class="lead"><strong>{strong}</strong> " As of today, " <DayTime day=verified.as_of /> "."</p>
        </header>
        {ended
            .then(|| {
                view! {
                    <Notice kind=Kind::Warn><p>"Not everything that is shown here is valid today."</p></Notice>
                }
            })}
        <section class="section">
            <dl class="facts">
                <dt>"Holder"</dt>
                <dd>{verified.holder}</dd>
                {verified
                    .candidate_id
                    .map(|id| {
                        view! {
                            <dt>"Candidate ID"</dt>
                            <dd>{id}</dd>
                        }
                    })}
                {verified
                    .credits
                    .map(|credits| {
                        view! {
                            <dt>"Can be used for renewals"</dt>
                            <dd>{credits}</dd>
                        }
                    })}
            </dl>
        </section>
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="held" tabindex="0">
                <table class="table">
                    <caption id="held">"Certifications"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Certification"</th>
                            <th scope="col">"Certification Level"</th>
                            <th scope="col">"Status today"</th>
                            {dates
                                .then(|| {
                                    view! {
                                        <th scope="col">"Earned"</th>
                                        <th scope="col">"Valid until"</th>
                                    }
                                })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
        {verified.renewals.map(renewals)}
        <p class="hint">
            "You see what the holder chose to show, as the record stands today. Believe it only on a page whose address begins with "
            <strong>{site}</strong> "."
        </p>
    }
    .into_any()
}

fn row(holding: Holding, dates: bool) -> AnyView {
    let status = match holding.standing {
        Standing::Active => view! { <Tag kind="active" icon="check" text="Active" /> }.into_any(),
        Standing::Ended => view! { <Tag text="Ended" /> }.into_any(),
        Standing::NotHeld => view! { <Tag text="Not held" /> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{holding.name}</th>
            <td data-label="Certification Level">{holding.level}</td>
            <td data-label="Status today">{status}</td>
            {dates
                .then(|| {
                    let life = holding.for_life.then_some("for life");
                    view! {
                        <td data-label="Earned">{day_or_nothing(holding.earned_on)}</td>
                        <td data-label="Valid until">{day_or_nothing(holding.expires_on)} {life}</td>
                    }
                })}
        </tr>
    }
    .into_any()
}

fn renewals(renewals: Vec<(String, Day, String)>) -> AnyView {
    if renewals.is_empty() {
        return view! {
            <section class="section">
                <h2>"Renewals"</h2>
                <p>"No renewal since this record began."</p>
            </section>
        }
        .into_any();
    }
    let rows = renewals
        .into_iter()
        .map(|(name, on, by)| {
            view! {
                <tr>
                    <th scope="row"><DayTime day=on /></th>
                    <td data-label="Certification">{name}</td>
                    <td data-label="By">{by}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="renewals" tabindex="0">
                <table class="table">
                    <caption id="renewals">"Renewals"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Date"</th>
                            <th scope="col">"Certification"</th>
                            <th scope="col">"By"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
