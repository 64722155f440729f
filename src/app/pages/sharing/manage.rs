//! One's own links: what each shows, whether it works, how often it was looked at; taking one back; making another.

use crate::app::components::field::{ErrorSummary, FieldError, FieldErrorText, TextField, described_by, error_of};
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::components::tag::Tag;
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::{Day, show};
use ce_domain::text::count;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingData {
    /// Links that lead somewhere today, the latest first.
    pub works: Vec<Link>,
    /// Those that have ended or were revoked.
    pub over: Vec<Link>,
    /// What could be shown: code, name, where it stands.
    pub certifications: Vec<(String, String, String)>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// For whom it is, or which certificate it is printed on.
    pub title: String,
    /// Where it leads.
    pub address: String,
    /// The code.
    pub code: String,
    /// Which certifications it shows.
    pub holds: Vec<String>,
    /// What else it shows.
    pub shows: Vec<String>,
    /// When it was made.
    pub made_on: Day,
    /// Its last day.
    pub ends_on: Option<Day>,
    /// When it was taken back.
    pub revoked_on: Option<Day>,
    /// How often somebody looked.
    pub views: i64,
    /// When last.
    pub last_seen_on: Option<Day>,
}

/// What was sent with the form, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingForm {
    /// What was sent, field by field; a field that holds several comes several times.
    pub values: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl SharingForm {
    fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, sent)| known == name && sent == value)
    }

    fn value(&self, name: &str) -> String {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The links of who is signed in.
#[server(prefix = "/api", endpoint = "sharing", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn sharing() -> Result<SharingData, AppError> {
    use crate::server::{auth, shares};
    shares::list(&auth::state()?, &auth::signed_in()?).await
}

/// The page.
#[component]
pub fn SharingPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| sharing());
    let form = SharedValue::new(|| use_context::<SharingForm>().unwrap_or_default()).into_inner();
    let query = use_query_map();
    let asked = move |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let (made, done) = (asked("made"), asked("done"));
    view! {
        <Suspense fallback=Loading>
            {move || {
                let (form, made, done) = (form.clone(), made.clone(), done.clone());
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => view(data, form, &made, &done),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

fn view(data: SharingData, form: SharingForm, made: &str, done: &str) -> AnyView {
    let calm = form.errors.is_empty();
    let new = data.works.iter().find(|link| calm && link.id == made).cloned();
    let revoked = calm && done == "revoked";
    let none = data.works.is_empty();
    let works = data.works.into_iter().map(working).collect_view();
    view! {
        <PageTitle text="Sharing" error=!calm />
        <ErrorSummary errors=form.errors.clone() />
        {new
            .map(|link| {
                view! {
                    <Notice kind=Kind::Good announce=true>
                        <p>"Your link is ready. Copy this address and send it: " <strong>{link.address}</strong></p>
                    </Notice>
                }
            })}
        {revoked
            .then(|| {
                view! {
                    <Notice kind=Kind::Good announce=true>
                        <p>"The link is revoked. Whoever has it sees nothing any more."</p>
                    </Notice>
                }
            })}
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/account">"Account"</a></li></ol></nav>
            <h1>"Sharing"</h1>
            <p class="lead">
                "Give somebody a link, and they see what you choose, as it stands on the day they look. You can take it back at any time."
            </p>
        </header>
        <section class="section" aria-labelledby="works">
            <div class="section-head"><h2 id="works">"Links that work"</h2></div>
            {if none {
                view! { <p>"None. Nobody sees anything of your record."</p> }.into_any()
            } else {
                view! { <ul class="cards" role="list">{works}</ul> }.into_any()
            }}
            {over(data.over)}
        </section>
        {make(data.certifications, form)}
    }
    .into_any()
}

fn working(link: Link) -> AnyView {
    let until = link.ends_on.map_or_else(|| "you revoke it".to_owned(), show);
    let revoke = format!("Revoke: {}", link.title);
    view! {
        <li class="panel">
            <div class="section-head">
                <h3>{link.title.clone()}</h3>
                <Tag kind="active" icon="check" text="Works" />
            </div>
            <p><a href=link.address.clone() rel="external">{link.address.clone()}</a></p>
            <dl class="facts">
                <dt>"Until"</dt>
                <dd>{until}</dd>
                <dt>"Shows"</dt>
                <dd>{shown(&link)}</dd>
                <dt>"Made"</dt>
                <dd><DayTime day=link.made_on /></dd>
                <dt>"Looked at"</dt>
                <dd>{looked_at(&link)}</dd>
            </dl>
            <form method="post" action="/account/sharing" class="actions">
                <input type="hidden" name="revoke" value=link.id />
                <button class="button danger" aria-label=revoke>"Revoke"</button>
            </form>
        </li>
    }
    .into_any()
}

fn shown(link: &Link) -> String {
    link.holds.iter().chain(&link.shows).map(String::as_str).collect::<Vec<_>>().join("; ")
}

fn looked_at(link: &Link) -> String {
    match link.last_seen_on {
        Some(day) => format!("{}, last on {}", count(link.views, "time", "times"), show(day)),
        None => "never".to_owned(),
    }
}

fn over(links: Vec<Link>) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let title = match links.len() {
        1 => "One link that does not work any more".to_owned(),
        many => format!("{many} links that do not work any more"),
    };
    let rows = links
        .into_iter()
        .map(|link| {
            let state = match (link.revoked_on, link.ends_on) {
                (Some(day), _) => format!("Revoked on {}", show(day)),
                (None, Some(day)) => format!("Ended on {}", show(day)),
                (None, None) => String::new(),
            };
            view! {
                <tr>
                    <th scope="row">{link.title.clone()} <small>{link.code.clone()}</small></th>
                    <td data-label="State">{state}</td>
                    <td data-label="Showed">{shown(&link)}</td>
                    <td data-label="Looked at">{looked_at(&link)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <details class="disclosure">
                <summary><Icon name="chevron-right" />{title}</summary>
                <div class="table-region" role="region" aria-label="Links that do not work any more" tabindex="0">
                    <table class="table">
                        <caption class="visually-hidden">"Links that do not work any more"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Link"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"Showed"</th>
                                <th scope="col">"Looked at"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
        .into_any(),
    )
}

fn make(certifications: Vec<(String, String, String)>, form: SharingForm) -> AnyView {
    if certifications.is_empty() {
        return view! {
            <section class="section">
                <h2>"Make a link"</h2>
                <p>"There is nothing to show yet: no certification is on your record."</p>
            </section>
        }
        .into_any();
    }
    let error = error_of(&form.errors, "show-active");
    let problem = error.clone().map(|words| view! { <FieldErrorText id="show-active" words=words /> });
    let described = described_by("show-active", error.is_some(), false);
    let fresh = form.values.is_empty();
    let boxes = certifications
        .into_iter()
        .map(|(code, name, stands)| {
            let checked = form.has("show", &code);
            view! {
                <label class="check">
                    <input type="checkbox" name="show" value=code checked=checked />
                    <span>{name} ", " {stands}</span>
                </label>
            }
        })
        .collect_view();
    let more = [
        ("name", "Your full name", "Your initials otherwise"),
        ("candidate-id", "Your candidate ID", ""),
        ("dates", "When each was earned and ends", "Only whether it is active otherwise"),
        ("renewals", "How each was renewed", "When, and by how many credits or exams; never which activities"),
        ("credits", "How many credits can be used", ""),
    ];
    let more = more
        .into_iter()
        .map(|(value, words, hint)| {
            let checked = form.has("more", value) || (fresh && matches!(value, "name" | "dates"));
            view! {
                <label class="check">
                    <input type="checkbox" name="more" value=value checked=checked />
                    <span>{words} {(!hint.is_empty()).then(|| view! { <small>". " {hint}</small> })}</span>
                </label>
            }
        })
        .collect_view();
    let active = form.has("show", "*");
    view! {
        <section class="section" aria-labelledby="make">
            <div class="section-head"><h2 id="make">"Make a link"</h2></div>
            <form class="form" method="post" action="/account/sharing" novalidate>
                <TextField
                    id="note"
                    label="For whom"
                    hint="A note for yourself, as the name of a company. Only you see it. You may leave it empty."
                    value=form.value("note")
                    error=error_of(&form.errors, "note")
                />
                <fieldset>
                    <legend>"Which certifications"</legend>
                    {problem}
                    <div>
                        <label class="check">
                            <input
                                type="checkbox"
                                id="show-active"
                                name="show"
                                value="*"
                                checked=active
                                aria-describedby=described
                                aria-invalid=error.is_some().then_some("true")
                            />
                            <span>"Whatever is active when somebody looks, also what you earn later"</span>
                        </label>
                        {boxes}
                    </div>
                </fieldset>
                <fieldset>
                    <legend>"What else it shows"</legend>
                    <div>{more}</div>
                </fieldset>
                {until(&form)}
                <div class="actions"><button class="button primary">"Make link"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn until(form: &SharingForm) -> AnyView {
    let error = error_of(&form.errors, "until-30-days");
    let problem = error.clone().map(|words| view! { <FieldErrorText id="until-30-days" words=words /> });
    let described = described_by("until-30-days", error.is_some(), false);
    let chosen = form.value("until");
    let chosen = if form.values.is_empty() { "30-days".to_owned() } else { chosen };
    let cards = [
        ("30-days", "30 days", "Enough for somebody who looks once"),
        ("1-year", "1 year", "For who looks again now and then"),
        ("no-end", "No end", "Until you revoke it"),
    ];
    let cards = cards
        .into_iter()
        .map(|(value, words, hint)| {
            let checked = chosen == value;
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        id=format!("until-{value}")
                        name="until"
                        value=value
                        checked=checked
                        aria-describedby=described.clone()
                    />
                    <span>{words}</span>
                    <small>{hint}</small>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset>
            <legend>"How long it works"</legend>
            {problem}
            <div class="choices">{cards}</div>
        </fieldset>
    }
    .into_any()
}
