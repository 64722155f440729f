//! One's dates in the calendar one uses: secret addresses to subscribe to, and a file to download once.

use super::query;
use crate::app::components::field::{ErrorSummary, FieldError};
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use ce_domain::calendar::{Day, show};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarData {
    /// The addresses that work, the newest first.
    pub addresses: Vec<AddressRow>,
}

/// An address; the secret in it is not known any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRow {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub made_on: Day,
    /// When a program last read from it.
    pub last_read_on: Option<Day>,
}

/// What came of a press on a button of this page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarForm {
    /// The address that was just made: shown in this answer and never again.
    pub made: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The addresses of who is signed in.
///
/// # Errors
/// When nobody is, something of the gate is in the way, or the database says no.
#[server(prefix = "/api", endpoint = "account/calendar", output = crate::app::wire::Json)]
pub async fn addresses() -> Result<CalendarData, AppError> {
    use crate::server::{auth, calendar};
    let who = auth::candidate()?;
    Ok(calendar::addresses::list(&auth::state()?, &who).await?)
}

/// The page.
#[component]
pub fn Calendar() -> impl IntoView {
    let resource = Resource::new(|| (), |()| addresses());
    let form = SharedValue::new(|| use_context::<CalendarForm>().unwrap_or_default()).into_inner();
    let revoked = query("done") == "revoked" && form.errors.is_empty();
    view! {
        <Suspense fallback=Loading>
            {move || {
                let form = form.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(data) => shown(data, form, revoked),
                        Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

fn shown(data: CalendarData, form: CalendarForm, revoked: bool) -> AnyView {
    let error = !form.errors.is_empty();
    view! {
        <PageTitle text="Calendar" error=error />
        <ErrorSummary errors=form.errors />
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb"><ol><li><a href="/account">"Account"</a></li></ol></nav>
            <h1>"Calendar"</h1>
            <p class="lead">
                <strong>"Your dates in the calendar you use:"</strong>
                " when a certification expires, the last day of your credits, the last day to claim a training, and what you plan."
            </p>
        </header>
        {revoked
            .then(|| {
                view! {
                    <Notice kind=Kind::Good announce=true>
                        <p>"The address is revoked. Programs that used it get nothing from it any more."</p>
                    </Notice>
                }
            })}
        {form.made.map(made)}
        <section class="section" aria-labelledby="subscribe">
            <h2 id="subscribe">"Subscribe"</h2>
            <div class="prose">
                <p>
                    "A calendar program reads a secret address every few hours and keeps up with your dates by itself. \
                     Whoever has the address can read these dates, the names of your certifications, training and plans, \
                     how many credits you have, and which claims wait or were denied. Give it to nobody, and revoke it \
                     when you no longer use it."
                </p>
            </div>
            <form method="post" action="/account/calendar">
                <div class="actions">
                    <button class="button primary"><Icon name="plus" />"Make an address"</button>
                </div>
            </form>
        </section>
        {list(data.addresses)}
        {programs()}
        <section class="section" aria-labelledby="once">
            <h2 id="once">"Or take them once"</h2>
            <p>"A file with the dates as they are today. It does not follow what changes later."</p>
            <div class="actions">
                <a class="button" href="/account/calendar.ics" rel="external" download="ce-portal.ics">
                    <Icon name="download" />
                    "Download once (.ics)"
                </a>
            </div>
        </section>
    }
    .into_any()
}

/// The address that was just made.
fn made(address: String) -> AnyView {
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let subscribe = format!("webcal://{rest}");
    view! {
        <Notice kind=Kind::Good announce=true>
            <h2>"Your address is made. Copy it now: it is shown only this once."</h2>
        </Notice>
        <div class="panel">
            <div class="field">
                <label for="address">"Address for your calendar"</label>
                <p class="hint" id="address-hint">"Select all of it and copy it, or let your calendar open it."</p>
                <input id="address" type="text" readonly value=address autocomplete="off" spellcheck="false" aria-describedby="address-hint" />
            </div>
            <div class="actions">
                <a class="button" href=subscribe rel="external"><Icon name="planner" />"Open in your calendar"</a>
            </div>
        </div>
    }
    .into_any()
}

fn list(addresses: Vec<AddressRow>) -> AnyView {
    if addresses.is_empty() {
        return ().into_any();
    }
    let rows = addresses
        .into_iter()
        .map(|address| {
            let about = format!("Revoke the address made on {}", show(address.made_on));
            view! {
                <tr>
                    <th scope="row">"Made on " <DayTime day=address.made_on /></th>
                    <td data-label="Last read on">
                        {match address.last_read_on {
                            Some(day) => view! { <DayTime day=day /> }.into_any(),
                            None => "not yet".into_any(),
                        }}
                    </td>
                    <td>
                        <form method="post" action="/account/calendar">
                            <input type="hidden" name="revoke" value=address.id />
                            <button class="button danger" aria-label=about><Icon name="trash" />"Revoke"</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section">
            <div class="table-region" role="region" aria-labelledby="addresses" tabindex="0">
                <table class="table">
                    <caption id="addresses">"Your addresses"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Last read on"</th>
                            <th scope="col">"Revoke"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="hint">"When you change your password, all of them are revoked."</p>
        </section>
    }
    .into_any()
}

/// How to subscribe, a sentence a program.
fn programs() -> AnyView {
    view! {
        <section class="section" aria-labelledby="programs">
            <h2 id="programs">"How to subscribe"</h2>
            <dl class="facts">
                <dt>"Google Calendar"</dt>
                <dd>"In the browser, press + beside Other calendars, choose From URL, and paste the address."</dd>
                <dt>"Apple Calendar"</dt>
                <dd>"Press Open in your calendar, or choose File, New Calendar Subscription, and paste the address."</dd>
                <dt>"Outlook"</dt>
                <dd>"Choose Add calendar, Subscribe from web, and paste the address."</dd>
                <dt>"Thunderbird"</dt>
                <dd>"Choose New Calendar, On the Network, and paste the address; it needs no user name."</dd>
            </dl>
        </section>
    }
    .into_any()
}
