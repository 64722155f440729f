//! The catalog (guide, step 3): everything that earns credits, searched and filtered. The address says what is shown;
//! without a script the form is sent, with one the list follows what is typed.

use super::listing::{Column, Listing, Row, Wanted, claim_href, listing, versions_href};
use crate::app::components::catalog_store::CatalogStore;
use crate::app::components::icon::Icon;
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use crate::app::components::table::{Pager, sort_head};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use crate::app::site::SiteInfo;
use crate::app::site::rel_to_own;
use ce_domain::calendar::Day;
use ce_domain::list::Columns;
use ce_domain::text::{count, thousands};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long after the last key the list follows.
const PAUSE: Duration = Duration::from_millis(120);

/// What stands around the list whatever is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The kinds of training, in the program's order.
    pub types: Vec<Kind>,
    /// Names of technologies, sorted.
    pub technologies: Vec<String>,
    /// How many items there are.
    pub items: u32,
}

/// A kind of training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// Stands for it in addresses.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Name of its icon.
    pub icon: String,
    /// What it is and who gives it.
    pub explanation: String,
    /// How many items come as it.
    pub items: u32,
}

/// What stands around the list.
#[server(prefix = "/api", endpoint = "catalog/frame", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn catalog_frame() -> Result<Frame, AppError> {
    use crate::server::{auth, catalog::pages};
    pages::frame(&auth::state()?).await
}

/// A page of the catalog.
#[server(prefix = "/api", endpoint = "catalog/list", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn catalog_list(wanted: Wanted) -> Result<Listing, AppError> {
    use crate::server::{auth, catalog::pages};
    pages::list(&auth::state()?, &wanted).await
}

/// A page of the catalog, from the browser's own copy where that can answer: only the server knows who offers what.
async fn found(wanted: Wanted, today: Day) -> Result<Listing, AppError> {
    if wanted.provider.trim().is_empty()
        && let Some(index) = CatalogStore::here().index_untracked()
    {
        return Ok(listing(&index, &wanted, None, today));
    }
    catalog_list(wanted).await
}

/// The page.
#[component]
pub fn CatalogPage() -> impl IntoView {
    let today = use_context::<SiteInfo>().unwrap_or_default().today;
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(Wanted::read));
    let frame = OnceResource::new(catalog_frame());
    let data = Resource::new(move || wanted.get(), move |wanted| found(wanted, today));
    view! {
        <PageTitle text="Catalog" />
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match frame.await {
                    Ok(frame) => page(frame, data, wanted),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn page(frame: Frame, data: Resource<Result<Listing, AppError>>, wanted: Memo<Wanted>) -> AnyView {
    let glossary = glossary(&frame.types);
    view! {
        <header class="page-head">
            <h1>"Catalog"</h1>
            <p class="lead">"Everything here earns credits once you have finished it and claimed it. Search by name or acronym."</p>
        </header>
        {search(frame, data, wanted)}
        <div hidden=move || wanted.with(Wanted::narrowed)>{glossary}</div>
    }
    .into_any()
}

fn search(frame: Frame, data: Resource<Result<Listing, AppError>>, wanted: Memo<Wanted>) -> AnyView {
    let form = NodeRef::<html::Form>::new();
    let navigate = StoredValue::new(use_navigate());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let go = move |asked: Wanted, replace: bool| {
        let same = wanted.with_untracked(|shown| shown.href(1) == asked.href(1));
        if !same {
            let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
            navigate.with_value(|navigate| navigate(&asked.href(1), options));
        }
    };
    let follow = move || {
        if let Some(asked) = form.try_get_untracked().flatten().as_ref().and_then(read) {
            go(asked, true);
        }
    };
    let stop = move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    };
    let soon = move |_| {
        stop();
        timer.set_value(set_timeout(follow, PAUSE).ok());
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        stop();
        let Some(mut asked) = form.get_untracked().as_ref().and_then(read) else { return };
        // A head that was pressed sends its order.
        if let Some(order) = event.submitter().and_then(|button| button.get_attribute("value")) {
            asked.sort = order;
        }
        go(asked, false);
    };
    on_cleanup(stop);
    // Back and forward change what is asked for: the fields follow, but never the one somebody is typing in. What was
    // changed before the page came alive counts as typed.
    Effect::new(move |before: Option<()>| {
        let asked = wanted.get();
        if let Some(form) = form.get() {
            if before.is_some() { show(&form, &asked) } else { follow() }
        }
    });
    let at_first = wanted.get_untracked();
    let hits = move || {
        Suspend::new(async move {
            match data.await {
                Ok(listing) => results(listing, &wanted.get_untracked()),
                Err(error) => view! { <ErrorPage error=error /> }.into_any(),
            }
        })
    };
    view! {
        // Searching as one types needs the catalog here: it is fetched when somebody is about to, not with the page.
        <form
            class="stack"
            id="catalog-form"
            action="/catalog"
            method="get"
            node_ref=form
            on:submit=send
            on:input=soon
            on:focusin=|_| CatalogStore::here().load()
        >
            <div class="field">
                <label for="q">"Item name"</label>
                <div class="with-button">
                    <div class="search">
                        <Icon name="search" />
                        <input id="q" name="q" type="search" autocomplete="off" value=at_first.q.clone() />
                    </div>
                    <button class="button primary">"Search"</button>
                </div>
            </div>
            <input type="hidden" name="sort" value=move || wanted.with(|wanted| wanted.sort.clone()) />
            <div class="split narrow-first">
                {facets(frame, &at_first)}
                <div><Transition fallback=Loading>{hits}</Transition></div>
            </div>
        </form>
    }
    .into_any()
}

fn facets(frame: Frame, asked: &Wanted) -> AnyView {
    let types = frame
        .types
        .into_iter()
        .map(|kind| {
            let checked = asked.types.contains(&kind.key);
            view! {
                <label class="facet">
                    <input type="checkbox" name="type" value=kind.key checked=checked />
                    <Icon name=kind.icon />
                    <span>{kind.name}</span>
                    <data value=kind.items.to_string()>{thousands(i64::from(kind.items))}</data>
                </label>
            }
        })
        .collect_view();
    let technologies = frame
        .technologies
        .into_iter()
        .map(|name| {
            let selected = asked.technology == name;
            view! { <option value=name.clone() selected=selected>{name.clone()}</option> }
        })
        .collect_view();
    view! {
        <details class="facets" open=asked.filtered()>
            <summary class="button"><Icon name="filter" />"Filters"</summary>
            <div>
                <fieldset>
                    <legend>"Item type"</legend>
                    <div>{types}</div>
                </fieldset>
                <div class="field">
                    <label for="technology">"Technology"</label>
                    <select id="technology" name="technology">
                        <option value="" selected=asked.technology.is_empty()>"Any technology"</option>
                        {technologies}
                    </select>
                </div>
                <div class="field">
                    <label for="credits">"Credits, at least"</label>
                    <input id="credits" name="credits" type="text" inputmode="numeric" autocomplete="off" value=asked.credits.clone() />
                </div>
                <div class="field">
                    <label for="provider">"Item provider"</label>
                    <input id="provider" name="provider" type="text" autocomplete="off" value=asked.provider.clone() />
                </div>
                <div class="actions">
                    <button class="button">"Apply filters"</button>
                    <a class="button quiet" href="/catalog">"Clear"</a>
                </div>
            </div>
        </details>
    }
    .into_any()
}

fn results(listing: Listing, wanted: &Wanted) -> AnyView {
    let total = listing.page.map_or(0, |page| page.total);
    let order = match wanted.sort().column {
        Column::Best if wanted.q.trim().is_empty() => "by name, what is offered now first",
        Column::Best => "best match first",
        _ => "",
    };
    let body = match listing.page {
        Some(page) if !listing.rows.is_empty() => {
            let sort = wanted.sort();
            let heads = Column::ALL
                .iter()
                .filter(|column| **column != Column::Best)
                .map(|&column| sort_head("catalog-form", "sort", sort, column, column == Column::Credits))
                .collect_view();
            let rows = listing.rows.into_iter().map(row).collect_view();
            let asked = wanted.clone();
            view! {
                <div class="table-region" role="region" aria-labelledby="catalog-cap" tabindex="0">
                    <table class="table">
                        <caption class="visually-hidden" id="catalog-cap">"Catalog items"</caption>
                        <thead><tr>{heads}<th scope="col">"Claim"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <Pager page=page of="the catalog" href=move |page| asked.href(page) />
            }
            .into_any()
        }
        _ if wanted.credits_unreadable() => view! {
            <Empty
                icon="search"
                title="No item matches"
                text="Credits, at least must be a whole number, such as 40."
            >
                <a class="button" href="/catalog">"Show the whole catalog"</a>
            </Empty>
        }
        .into_any(),
        _ if wanted.narrowed() => view! {
            <Empty
                icon="search"
                title="No item matches"
                text="Try fewer words, the acronym alone, or fewer filters. A new training can take a while to be listed: it can still earn credits then."
            >
                <a class="button" href="/catalog">"Show the whole catalog"</a>
            </Empty>
        }
        .into_any(),
        _ => view! {
            <Empty icon="catalog" title="The catalog is empty" text="Items appear here as soon as the program lists them.">
                <a class="button" href="/">"Go to the dashboard"</a>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <section class="section">
            <div class="section-head">
                <h2 id="found" aria-live="polite">{count(i64::from(total), "item", "items")}</h2>
                <p>{order}</p>
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn row(row: Row) -> impl IntoView {
    let href = format!("/catalog/{}", row.slug);
    let between = if row.versions.is_empty() { "Offered until " } else { " · offered until " };
    let until = row.until.map(|day| view! { {between} <DayTime day=day /> });
    let small = (until.is_some() || !row.versions.is_empty()).then(|| view! { <small>{row.versions}{until}</small> });
    let more = (!row.more.is_empty()).then(|| view! { <small>{row.more}</small> });
    view! {
        <tr>
            <th scope="row"><a href=href>{row.title.clone()}</a>{small}</th>
            <td data-label="Item type"><span class="kind"><Icon name=row.kind.0 />{row.kind.1}</span>{more}</td>
            <td data-label="Technology">{(!row.technology.is_empty()).then_some(row.technology)}</td>
            <td data-label="Credits" class="num">{row.credits}</td>
            <td data-label="Claim">
                {match row.claim {
                    Some(reference) => {
                        let hidden = format!(": {}", row.title);
                        view! {
                            <a href=claim_href(&reference, "") rel=rel_to_own()>"Claim this"<span class="visually-hidden">{hidden}</span></a>
                        }
                            .into_any()
                    }
                    None => {
                        let hidden = format!(" of {} to claim", row.title);
                        view! { <a href=versions_href(&row.slug)>"Choose version"<span class="visually-hidden">{hidden}</span></a> }
                            .into_any()
                    }
                }}
            </td>
        </tr>
    }
}

/// What the kinds of training are, for who does not know them.
fn glossary(types: &[Kind]) -> AnyView {
    let title = format!("The {} item types", number_word(types.len()));
    let kinds = types
        .iter()
        .map(|kind| {
            view! {
                <li>
                    <span class="kind"><Icon name=kind.icon.clone() />{kind.name.clone()}</span>
                    <small>{kind.explanation.clone()}</small>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="section" aria-labelledby="types">
            <div class="section-head"><h2 id="types">{title}</h2></div>
            <ul class="cards glossary">{kinds}</ul>
        </section>
    }
    .into_any()
}

fn number_word(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// What the fields of the form ask for.
fn read(form: &web_sys::HtmlFormElement) -> Option<Wanted> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let text = |name: &str| data.get(name).as_string().unwrap_or_default();
    Some(Wanted {
        q: text("q"),
        types: data.get_all("type").iter().filter_map(|key| key.as_string()).collect(),
        technology: text("technology"),
        credits: text("credits"),
        provider: text("provider"),
        sort: text("sort"),
        page: 1,
    })
}

/// Puts what is asked for into the fields, but for the one that has the focus.
fn show(form: &web_sys::HtmlFormElement, asked: &Wanted) {
    let focused = document().active_element();
    let elements = form.elements();
    for place in 0..elements.length() {
        let Some(element) = elements.item(place) else { continue };
        if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            let value = match input.name().as_str() {
                "type" => {
                    input.set_checked(asked.types.contains(&input.value()));
                    continue;
                }
                "q" => &asked.q,
                "credits" => &asked.credits,
                "provider" => &asked.provider,
                _ => continue,
            };
            if focused.as_ref() != Some(&element) && input.value() != *value {
                input.set_value(value);
            }
        } else if let Some(select) = element.dyn_ref::<web_sys::HtmlSelectElement>() {
            select.set_value(&asked.technology);
        }
    }
}
