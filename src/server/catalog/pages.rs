//! What the catalog's pages show, put together from the catalog in memory and the database.

use super::super::db::catalog as stored;
use super::super::db::providers::{self, OfVersion};
use super::super::state::AppState;
use crate::app::error::AppError;
use crate::app::pages::catalog::item::{ItemData, Offer, TypeNote};
use crate::app::pages::catalog::list::{Frame, Kind};
use crate::app::pages::catalog::listing::{Listing, Wanted, listing};
use crate::app::pages::provider::choices::ProviderChoice;
use crate::app::pages::provider::directory::{self, DirectoryData};
use ce_domain::calendar::{Day, add_days};
use ce_domain::catalog::search::{Filter, Index, Words};
use ce_domain::catalog::{Catalog, Delivery, Item, Version, VersionRef, label};
use ce_domain::list::Page;
use ce_domain::text::fold;

/// How many providers of a version and type the item page names.
const FIRST_PROVIDERS: i64 = 10;

/// What stands around the list of the catalog.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn frame(state: &AppState) -> Result<Frame, AppError> {
    let loaded = state.catalog.get(state).await?;
    let catalog = loaded.index.catalog();
    let mut items = vec![0u32; catalog.types.len()];
    for item in &catalog.items {
        let mut seen: Vec<u8> = item.versions.iter().flat_map(|v| &v.deliveries).map(|d| d.item_type).collect();
        seen.sort_unstable();
        seen.dedup();
        for place in seen {
            if let Some(count) = items.get_mut(usize::from(place)) {
                *count += 1;
            }
        }
    }
    let kinds = state.program.item_types.iter().zip(items).map(|(kind, items)| Kind {
        key: kind.key.clone(),
        name: kind.name.clone(),
        icon: kind.icon.clone(),
        explanation: kind.explanation.clone(),
        items,
    });
    Ok(Frame {
        types: kinds.collect(),
        technologies: catalog.technologies.clone(),
        items: u32::try_from(catalog.items.len()).unwrap_or(u32::MAX),
    })
}

/// A page of the catalog.
///
/// # Errors
/// When the catalog or the database cannot be read.
pub async fn list(state: &AppState, wanted: &Wanted) -> Result<Listing, AppError> {
    let loaded = state.catalog.get(state).await?;
    let only = match wanted.provider.trim() {
        "" => None,
        provider => Some(stored::slugs_of_provider(state.db.read(), provider).await?),
    };
    Ok(listing(&loaded.index, wanted, only, state.clock.today()))
}

/// An item by its slug.
///
/// # Errors
/// [`AppError::NotFound`] when there is none; when the catalog or the database cannot be read.
pub async fn item(state: &AppState, slug: &str) -> Result<ItemData, AppError> {
    let loaded = state.catalog.get(state).await?;
    let catalog = loaded.index.catalog();
    let item = catalog.item(slug).ok_or(AppError::NotFound)?;
    let today = state.clock.today();
    let sites = providers::of_item(state.db.read(), slug, today, FIRST_PROVIDERS).await?;
    let window = state.program.claim.window_days;
    let offers: Vec<Offer> = item
        .versions
        .iter()
        .flat_map(|version| version.deliveries.iter().map(move |delivery| (version, delivery)))
        .map(|(version, delivery)| offer(catalog, item, version, delivery, &sites, today, window))
        .collect();
    let now = item.offered_on(today);
    let deliveries = || {
        let all = item.versions.iter().flat_map(|version| &version.deliveries);
        all.filter(move |delivery| !now || delivery.offered_on(today))
    };
    let least = deliveries().map(|delivery| delivery.credits).min().unwrap_or(0);
    let most = deliveries().map(|delivery| delivery.most_credits).max().unwrap_or(0);
    // Of several versions that can still be claimed, only who took one knows which.
    let claimable = |version: &&Version| {
        let ends = |delivery: &Delivery| delivery.offered_until.is_none_or(|last| add_days(last, window) >= today);
        version.deliveries.iter().any(ends)
    };
    let mut claimable = item.versions.iter().filter(claimable);
    let claim = match (claimable.next(), claimable.next(), item.versions.first()) {
        (Some(_), Some(_), _) => None,
        (Some(only), None, _) | (None, _, Some(only)) => {
            Some(VersionRef { slug: item.slug.clone(), number: only.number.clone() }.to_string())
        }
        (None, _, None) => None,
    };
    let comes_as = |key: &str| offers.iter().any(|offer| offer.key == key);
    let types = state.program.item_types.iter().filter(|kind| comes_as(&kind.key)).map(|kind| TypeNote {
        name: kind.name.clone(),
        icon: kind.icon.clone(),
        explanation: kind.explanation.clone(),
        claim_note: kind.claim_note.clone(),
    });
    Ok(ItemData {
        title: item.title(),
        technology: technology(catalog, item),
        credits: catalog.credits(least, most),
        types: types.collect(),
        claim,
        until: offers.iter().map(|offer| offer.until).max().flatten().filter(|_| offers.iter().all(|offer| offer.past)),
        window_days: window,
        offers,
    })
}

fn technology(catalog: &Catalog, item: &Item) -> String {
    item.technology.and_then(|place| catalog.technologies.get(usize::from(place))).cloned().unwrap_or_default()
}

fn offer(
    catalog: &Catalog,
    item: &Item,
    version: &Version,
    delivery: &Delivery,
    sites: &[OfVersion],
    today: Day,
    window: u32,
) -> Offer {
    let kind = catalog.type_of(delivery);
    let key = kind.map(|kind| kind.key.clone()).unwrap_or_default();
    let here = || sites.iter().filter(|site| site.version == version.number && site.item_type == key);
    let past = delivery.offered_until.is_some_and(|last| last < today);
    let credits = if delivery.credits == delivery.most_credits {
        delivery.credits.to_string()
    } else {
        format!("{}–{}", delivery.credits, delivery.most_credits)
    };
    Offer {
        number: version.number.clone(),
        reference: VersionRef { slug: item.slug.clone(), number: version.number.clone() }.to_string(),
        name: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
        icon: kind.map(|kind| kind.icon.clone()).unwrap_or_default(),
        credits,
        from: delivery.offered_from,
        until: delivery.offered_until,
        claim_until: delivery.offered_until.filter(|_| past).map(|last| add_days(last, window)),
        past,
        total: here().next().map_or(0, |site| u32::try_from(site.total).unwrap_or(u32::MAX)),
        providers: here()
            .map(|site| ProviderChoice {
                slug: site.slug.clone(),
                name: site.name.clone(),
                country: site.country.clone(),
            })
            .collect(),
        key,
    }
}

/// A page of the directory of providers.
///
/// # Errors
/// When the catalog or the database cannot be read.
pub async fn directory(state: &AppState, wanted: &directory::Wanted) -> Result<DirectoryData, AppError> {
    let loaded = state.catalog.get(state).await?;
    let today = state.clock.today();
    let asked = wanted.item.trim();
    let meant = meant_item(&loaded.index, asked, today);
    let mut filter = providers::Wanted {
        words: wanted.q.clone(),
        country: some(&wanted.country),
        item_type: some(&wanted.item_type),
        ..providers::Wanted::default()
    };
    if !asked.is_empty() {
        // An item that is not in the catalog is offered by nobody.
        filter.item = Some(meant.as_ref().map(|meant| meant.slug.clone()).unwrap_or_default());
        filter.version = meant.as_ref().and_then(|meant| meant.number.clone());
    }
    let size = i64::from(directory::ROWS);
    let ask = |page: u32| {
        providers::directory(state.db.read(), &filter, today, size, i64::from(page.saturating_sub(1)) * size)
    };
    let (mut listed, mut total) = ask(wanted.page.max(1)).await?;
    if listed.is_empty() && wanted.page > 1 {
        // Past the end there is nobody who could tell how many there are.
        (listed, total) = ask(1).await?;
        let last = Page::new(wanted.page, directory::ROWS, u32::try_from(total).unwrap_or(0)).number;
        if last > 1 {
            (listed, total) = ask(last).await?;
        }
    }
    let countries = providers::countries(state.db.read()).await?;
    let row = |listed: providers::Listed| directory::Row {
        offers: state
            .program
            .item_types
            .iter()
            .filter_map(|kind| {
                let number = listed.offers.get(&kind.key)?;
                Some((kind.icon.clone(), kind.name.clone(), u32::try_from(*number).unwrap_or(0)))
            })
            .collect(),
        slug: listed.slug,
        name: listed.name,
        kind: listed.kind,
        country: listed.country,
    };
    Ok(DirectoryData {
        rows: listed.into_iter().map(row).collect(),
        page: Page::new(wanted.page, directory::ROWS, u32::try_from(total).unwrap_or(u32::MAX)),
        countries,
        types: state.program.item_types.iter().map(|kind| (kind.key.clone(), kind.name.clone())).collect(),
        item_href: meant.as_ref().map(|meant| format!("/catalog/{}", meant.slug)).unwrap_or_default(),
        item: meant.map(|meant| meant.called),
    })
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The item somebody means, and the version if they name one.
struct Meant {
    slug: String,
    number: Option<String>,
    called: String,
}

/// Finds the item by its reference, by what a version of it is called, or by words; of several the best match.
fn meant_item(index: &Index, asked: &str, today: Day) -> Option<Meant> {
    if asked.is_empty() {
        return None;
    }
    let catalog = index.catalog();
    let of = |item: &Item, version: Option<&Version>| {
        let number = version.map(|version| version.number.clone()).filter(|number| !number.is_empty());
        let called = label(&item.name, item.acronym.as_deref(), number.as_deref().unwrap_or_default());
        Some(Meant { slug: item.slug.clone(), number, called })
    };
    if let Some(reference) = VersionRef::parse(asked)
        && let Some(item) = catalog.item(&reference.slug)
    {
        return of(item, item.versions.iter().find(|version| version.number == reference.number));
    }
    let words = Words::new(asked);
    let (hits, _) = index.versions(&words, today, 1);
    if let Some(hit) = hits.first()
        && let Some(item) = catalog.items.get(hit.item)
        && let Some(version) = item.versions.get(hit.version)
        && fold(&label(&item.name, item.acronym.as_deref(), &version.number)) == fold(asked)
    {
        return of(item, Some(version));
    }
    let found = index.items(&words, &Filter::default(), today);
    found.first().and_then(|&place| catalog.items.get(place)).and_then(|item| of(item, None))
}
