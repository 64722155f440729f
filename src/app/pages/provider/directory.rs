//! The directory of authorized providers (guide, step 4): where training can be booked that will earn credits.

use crate::app::components::icon::Icon;
use crate::app::components::page::{Empty, ErrorPage, Loading, PageTitle};
use crate::app::components::table::Pager;
use crate::app::error::AppError;
use ce_domain::list::Page;
use ce_domain::text::{count, query, thousands};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// Rows on a page.
pub const ROWS: u32 = 25;

/// What of the directory is asked for, as the address says it. Empty means any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Words of a name.
    pub q: String,
    /// A country.
    pub country: String,
    /// An item they must offer: its reference, or words.
    pub item: String,
    /// Key of a type they must offer.
    pub item_type: String,
    /// The page, from 1.
    pub page: u32,
}

impl Wanted {
    fn read(address: &ParamsMap) -> Wanted {
        let text = |name: &str| address.get(name).unwrap_or_default();
        Wanted {
            q: text("q"),
            country: text("country"),
            item: text("item"),
            item_type: text("type"),
            page: text("page").parse().unwrap_or(1),
        }
    }

    /// The address that asks for a page of it; what is as usual is left out.
    pub fn href(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let values = [
            ("q", self.q.as_str()),
            ("country", &self.country),
            ("item", &self.item),
            ("type", &self.item_type),
            ("page", &page),
        ];
        format!("/providers{}", query(values.into_iter().filter(|(_, value)| !value.is_empty())))
    }

    fn narrowed(&self) -> bool {
        [&self.q, &self.country, &self.item, &self.item_type].iter().any(|text| !text.trim().is_empty())
    }
}

/// The address of those who offer a version as a type.
pub fn href_of(reference: &str, item_type: &str) -> String {
    Wanted { item: reference.to_owned(), item_type: item_type.to_owned(), ..Wanted::default() }.href(1)
}

/// A page of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryData {
    /// The providers.
    pub rows: Vec<Row>,
    /// Which page.
    pub page: Page,
    /// The countries there are providers in.
    pub countries: Vec<String>,
    /// Keys and names of the types.
    pub types: Vec<(String, String)>,
    /// What the item asked for is called; `None` when none is asked for or there is no such item.
    pub item: Option<String>,
    /// Where its page is.
    pub item_href: String,
}

/// A provider in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Stands for it in addresses.
    pub slug: String,
    /// Its name, with its site.
    pub name: String,
    /// What kind of provider it is.
    pub kind: String,
    /// Where it is.
    pub country: String,
    /// Icon, name and number of versions of each type it offers.
    pub offers: Vec<(String, String, u32)>,
}

/// A page of the directory.
#[server(prefix = "/api", endpoint = "providers/list", input = leptos::server_fn::codec::GetUrl, output = crate::app::wire::Json)]
pub async fn provider_list(wanted: Wanted) -> Result<DirectoryData, AppError> {
    use crate::server::{auth, catalog::pages};
    pages::directory(&auth::state()?, &wanted).await
}

/// The page.
#[component]
pub fn Directory() -> impl IntoView {
    let address = use_query_map();
    let wanted = Memo::new(move |_| address.with(Wanted::read));
    let data = Resource::new(move || wanted.get(), provider_list);
    view! {
        <PageTitle text="Find a provider" />
        <header class="page-head">
            <h1>"Find a provider"</h1>
            <p class="lead">"Train with one of these and your credits can be vouched for. Ask which site name to select when you claim."</p>
        </header>
        <Transition fallback=Loading>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(found) => view(found, wanted.get_untracked()),
                    Err(error) => view! { <ErrorPage error=error /> }.into_any(),
                }
            })}
        </Transition>
        <section class="section prose" aria-labelledby="authorized">
            <h2 id="authorized">"Why only these"</h2>
            <p>
                "A training earns credits when it is an authorized delivery: held by a provider that is allowed to teach it, with the official material, for people who are on its record. Check that before you book."
            </p>
            <p>
                "Classes sold on the gray market earn nothing, however good they are: nobody can confirm that you finished, or that what was taught was right."
            </p>
        </section>
    }
}

fn view(data: DirectoryData, wanted: Wanted) -> AnyView {
    let missing = !wanted.item.trim().is_empty() && data.item.is_none();
    let about = match (&data.item, missing) {
        (Some(item), _) => {
            let href = data.item_href.clone();
            view! { <p>"offering "<a href=href>{item.clone()}</a></p> }.into_any()
        }
        (None, true) => view! { <p>"no item in the catalog is called “" {wanted.item.clone()} "”"</p> }.into_any(),
        (None, false) => ().into_any(),
    };
    let total = data.page.total;
    let body = if data.rows.is_empty() {
        view! {
            <Empty
                icon="search"
                title="No provider matches"
                text="Try fewer words, another country, or another item. Online classes are often held from another country."
            >
                <a class="button" href="/providers">"Show all providers"</a>
            </Empty>
        }
        .into_any()
    } else {
        table(data.rows.clone(), data.page, wanted.clone())
    };
    view! {
        {filters(&data, &wanted)}
        <section class="section">
            <div class="section-head">
                <h2 id="found">{count(i64::from(total), "provider", "providers")}</h2>
                {about}
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn filters(data: &DirectoryData, wanted: &Wanted) -> AnyView {
    let countries = data
        .countries
        .iter()
        .map(|country| {
            view! { <option value=country.clone() selected=*country == wanted.country>{country.clone()}</option> }
        })
        .collect_view();
    let types = data
        .types
        .iter()
        .map(|(key, name)| {
            view! { <option value=key.clone() selected=*key == wanted.item_type>{name.clone()}</option> }
        })
        .collect_view();
    let item = data.item.clone().unwrap_or_else(|| wanted.item.clone());
    view! {
        <form class="filters" id="providers-form" action="/providers" method="get">
            <div class="field">
                <label for="q">"Name or city"</label>
                <div class="search">
                    <Icon name="search" />
                    <input id="q" name="q" type="search" autocomplete="off" value=wanted.q.clone() />
                </div>
            </div>
            <div class="field">
                <label for="country">"Country"</label>
                <select id="country" name="country">
                    <option value="" selected=wanted.country.is_empty()>"Any country"</option>
                    {countries}
                </select>
            </div>
            <div class="field">
                <label for="item">"Item name"</label>
                <input id="item" name="item" type="search" autocomplete="off" value=item />
            </div>
            <div class="field">
                <label for="type">"Item type"</label>
                <select id="type" name="type">
                    <option value="" selected=wanted.item_type.is_empty()>"Any type"</option>
                    {types}
                </select>
            </div>
            <button class="button primary"><Icon name="filter" />"Search"</button>
            {wanted.narrowed().then(|| view! { <a class="button quiet" href="/providers">"Clear"</a> })}
        </form>
    }
    .into_any()
}

fn table(rows: Vec<Row>, page: Page, wanted: Wanted) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let href = format!("/catalog{}", query([("provider", row.slug.as_str())]));
            let hidden = format!(" of {}", row.name);
            let offers = row
                .offers
                .into_iter()
                .map(|(icon, name, number)| {
                    view! { <span class="kind"><Icon name=icon />{format!("{name}: {}", thousands(i64::from(number)))}</span> }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{row.name}<small>{row.kind}</small></th>
                    <td data-label="Country">{(!row.country.is_empty()).then_some(row.country)}</td>
                    <td data-label="Offers">{offers}</td>
                    <td data-label="Items"><a href=href>"See the items"<span class="visually-hidden">{hidden}</span></a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-region" role="region" aria-labelledby="providers-cap" tabindex="0">
            <table class="table">
                <caption class="visually-hidden" id="providers-cap">"Authorized providers"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Provider"</th>
                        <th scope="col">"Country"</th>
                        <th scope="col">"Offers"</th>
                        <th scope="col">"Items"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Pager page=page of="the providers" href=move |page| wanted.href(page) />
    }
    .into_any()
}
