//! One item: its versions, what they come as, what they earn, who offers them, and what to know before claiming.

use super::listing::claim_href;
use crate::app::components::icon::Icon;
use crate::app::components::notice::{Kind as NoticeKind, Notice};
use crate::app::components::page::{ErrorPage, Loading, PageTitle};
use crate::app::components::time::DayTime;
use crate::app::error::AppError;
use crate::app::pages::provider::choices::ProviderChoice;
use crate::app::pages::provider::directory;
use crate::app::site::rel_to_own;
use ce_domain::calendar::Day;
use ce_domain::text::{count, query, thousands};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

/// Everything the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemData {
    /// Its name with its acronym.
    pub title: String,
    /// Name of its technology; may be empty.
    pub technology: String,
    /// What it earns, in words, as `64 credits`.
    pub credits: String,
    /// What each version comes as; newest version first.
    pub offers: Vec<Offer>,
    /// The types it comes as, each once.
    pub types: Vec<TypeNote>,
    /// Reference of the version to claim; `None` where one has to choose among several.
    pub claim: Option<String>,
    /// The last day any of it was offered, when that is over.
    pub until: Option<Day>,
    /// A claim may be sent up to so many days after completion.
    pub window_days: u32,
}

/// A version as a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The version's number; empty for items that have no versions.
    pub number: String,
    /// The version's reference.
    pub reference: String,
    /// Key of the type.
    pub key: String,
    /// Name of the type.
    pub name: String,
    /// Icon of the type.
    pub icon: String,
    /// `40`, or `24–64` where providers differ.
    pub credits: String,
    /// The first day it was offered.
    pub from: Day,
    /// The last day, if one is known.
    pub until: Option<Day>,
    /// The last day on which it can be claimed, when it is offered no more.
    pub claim_until: Option<Day>,
    /// Whether it is over.
    pub past: bool,
    /// How many offer it today or later.
    pub total: u32,
    /// The first of them.
    pub providers: Vec<ProviderChoice>,
}

/// What to know of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeNote {
    /// Its name.
    pub name: String,
    /// Its icon.
    pub icon: String,
    /// What it is and who gives it.
    pub explanation: String,
    /// What to know before claiming; may be empty.
    pub claim_note: String,
}

/// An item by its slug.
#[server(prefix = "/api", endpoint = "catalog/item", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn catalog_item(slug: String) -> Result<ItemData, AppError> {
    use crate::server::{auth, catalog::pages};
    pages::item(&auth::state()?, &slug).await
}

/// The page.
#[component]
pub fn ItemPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("item").unwrap_or_default()));
    let data = Resource::new(move || slug.get(), catalog_item);
    view! {
        <Suspense fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(item) => view(item),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn view(item: ItemData) -> AnyView {
    let lead = match item.until {
        Some(day) => {
            view! { "It earned " {item.credits.clone()} " and was offered until " <DayTime day=day /> "." }.into_any()
        }
        None => view! { "It earns " {item.credits.clone()} "." }.into_any(),
    };
    let technology = (!item.technology.is_empty()).then(|| {
        let href = format!("/catalog{}", query([("technology", item.technology.as_str())]));
        view! { <li><a href=href>{item.technology.clone()}</a></li> }
    });
    view! {
        <PageTitle text=item.title.clone() />
        <header class="page-head">
            <nav class="crumbs" aria-label="Breadcrumb">
                <ol><li><a href="/catalog">"Catalog"</a></li>{technology}</ol>
            </nav>
            <h1>{item.title.clone()}</h1>
            <p class="lead">{lead}</p>
            <div class="actions">
                {match &item.claim {
                    Some(reference) => {
                        view! {
                            <a class="button primary" href=claim_href(reference, "") rel=rel_to_own()>
                                <Icon name="plus" />
                                "Claim this training"
                            </a>
                        }
                            .into_any()
                    }
                    None => view! { <a class="button primary" href="#versions" rel="external">"Choose your version to claim"</a> }
                        .into_any(),
                }}
            </div>
        </header>
        <div class="split">
            <div>
                {versions(&item.offers)}
                {providers(&item.offers)}
            </div>
            {aside(&item)}
        </div>
    }
    .into_any()
}

fn versions(offers: &[Offer]) -> AnyView {
    let rows = offers
        .iter()
        .map(|offer| {
            let number = if offer.number.is_empty() { "No version" } else { &offer.number };
            let days = match (offer.until, offer.past) {
                (Some(day), true) => view! { "until " <DayTime day=day /> }.into_any(),
                (Some(day), false) => {
                    view! { "since " <DayTime day=offer.from /> ", until " <DayTime day=day /> }.into_any()
                }
                _ => view! { "since " <DayTime day=offer.from /> }.into_any(),
            };
            let last = offer.claim_until.map(|day| view! { <small>"until " <DayTime day=day /></small> });
            let hidden = format!(" {number}, {}", offer.name);
            view! {
                <tr>
                    <th scope="row">{number.to_owned()}</th>
                    <td data-label="Item type">
                        <span class="kind"><Icon name=offer.icon.clone() />{offer.name.clone()}</span>
                    </td>
                    <td data-label="Credits" class="num">{offer.credits.clone()}</td>
                    <td data-label="Providers" class="num">{thousands(i64::from(offer.total))}</td>
                    <td data-label="Offered">{days}</td>
                    <td data-label="Claim">
                        <a href=claim_href(&offer.reference, &offer.key) rel=rel_to_own()>"Claim"<span class="visually-hidden">{hidden}</span></a>
                        {last}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="section" id="versions">
            <div class="table-region" role="region" aria-labelledby="versions-cap" tabindex="0">
                <table class="table">
                    <caption id="versions-cap">"Versions"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Version"</th>
                            <th scope="col">"Item type"</th>
                            <th scope="col" class="num">"Credits"</th>
                            <th scope="col" class="num">"Providers"</th>
                            <th scope="col">"Offered"</th>
                            <th scope="col">"Claim"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn providers(offers: &[Offer]) -> AnyView {
    let lists = offers
        .iter()
        .filter(|offer| !offer.past && offer.total > 0)
        .map(|offer| {
            let head = if offer.number.is_empty() {
                offer.name.clone()
            } else {
                format!("Version {} as {}", offer.number, offer.name)
            };
            let sites = offer
                .providers
                .iter()
                .map(|provider| {
                    let place =
                        if provider.country.is_empty() { String::new() } else { format!(", {}", provider.country) };
                    view! { <li>{provider.name.clone()} {place}</li> }
                })
                .collect_view();
            let shown = u32::try_from(offer.providers.len()).unwrap_or(u32::MAX);
            let all = (offer.total > shown).then(|| {
                let href = directory::href_of(&offer.reference, &offer.key);
                let words = format!("All {} providers", thousands(i64::from(offer.total)));
                view! { <p><a href=href>{words}<span class="visually-hidden">{format!(" of {head}")}</span></a></p> }
            });
            view! { <h3>{head.clone()}</h3><ul>{sites}</ul>{all} }
        })
        .collect_view();
    view! {
        <section class="section prose" aria-labelledby="where">
            <h2 id="where">"Where it is taught"</h2>
            {lists}
            <Notice kind=NoticeKind::Plain>
                <p>
                    "Book an authorized delivery. Training from a seller who is not authorized earns nothing, because nobody can vouch for it. "
                    <a href="/providers">"Find a provider"</a>
                </p>
            </Notice>
        </section>
    }
    .into_any()
}

fn aside(item: &ItemData) -> AnyView {
    let technology =
        (!item.technology.is_empty()).then(|| view! { <dt>"Technology"</dt><dd>{item.technology.clone()}</dd> });
    let kinds = item
        .types
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
    let notes = item
        .types
        .iter()
        .filter(|kind| !kind.claim_note.is_empty())
        .map(|kind| view! { <li><Icon name="check" /><p>{kind.claim_note.clone()}</p></li> })
        .collect_view();
    let window = count(i64::from(item.window_days), "day", "days");
    view! {
        <aside aria-labelledby="know">
            <div class="panel soft">
                <h2 id="know">"Before you claim"</h2>
                <ul class="ticks" role="list">
                    {notes}
                    <li>
                        <Icon name="check" />
                        <p>{format!("Claim within {window} of finishing, with the account you trained with.")}</p>
                    </li>
                    <li><Icon name="check" /><p>"Credits are never awarded by themselves: no claim, no credits."</p></li>
                </ul>
            </div>
            <div class="panel">
                <h2>"About this item"</h2>
                <dl class="facts">{technology}<dt>"Earns"</dt><dd>{item.credits.clone()}</dd></dl>
                <ul class="glossary" role="list">{kinds}</ul>
            </div>
        </aside>
    }
    .into_any()
}
