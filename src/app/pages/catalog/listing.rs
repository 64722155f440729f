//! What the catalog page shows for what its address asks: computed in the browser once the catalog is there, and on the
//! server otherwise, by the same function.

use ce_domain::calendar::Day;
use ce_domain::catalog::search::{Filter, Index, Words};
use ce_domain::catalog::{Catalog, Item, VersionRef};
use ce_domain::list::{Columns, Page, Sort};
use ce_domain::text::{query, thousands};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

/// Rows on a page.
pub const ROWS: u32 = 25;

/// What the catalog is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// How well it matches, and whether it is offered: not a column one can press.
    Best,
    /// Item name.
    Name,
    /// Item type.
    Type,
    /// Technology.
    Technology,
    /// Credits.
    Credits,
}

impl Columns for Column {
    const ALL: &'static [Column] = &[Column::Best, Column::Name, Column::Type, Column::Technology, Column::Credits];

    fn key(self) -> &'static str {
        match self {
            Column::Best => "best",
            Column::Name => "item-name",
            Column::Type => "item-type",
            Column::Technology => "technology",
            Column::Credits => "credits",
        }
    }

    fn head(self) -> &'static str {
        match self {
            Column::Best => "Best match",
            Column::Name => "Item name",
            Column::Type => "Item type",
            Column::Technology => "Technology",
            Column::Credits => "Credits",
        }
    }
}

/// What of the catalog is asked for, as the address says it. Empty means any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Words of a name, or an acronym.
    pub q: String,
    /// Keys of item types, one of which it must come as.
    pub types: Vec<String>,
    /// Name of its technology.
    pub technology: String,
    /// The fewest credits it must earn.
    pub credits: String,
    /// Slug of a provider, or words of its name.
    pub provider: String,
    /// The order.
    pub sort: String,
    /// The page, from 1.
    pub page: u32,
}

impl Wanted {
    /// Reads an address. Of two orders the later counts: it is that of the head that was pressed.
    pub fn read(address: &ParamsMap) -> Wanted {
        let all = |name: &str| address.get_all(name).unwrap_or_default();
        let last = |name: &str| all(name).pop().unwrap_or_default();
        Wanted {
            q: last("q"),
            types: all("type"),
            technology: last("technology"),
            credits: last("credits"),
            provider: last("provider"),
            sort: last("sort"),
            page: last("page").parse().unwrap_or(1),
        }
    }

    /// The address that asks for a page of it; what is as usual is left out.
    pub fn href(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let mut values = vec![("q", self.q.as_str())];
        values.extend(self.types.iter().map(|key| ("type", key.as_str())));
        values.extend([
            ("technology", self.technology.as_str()),
            ("credits", &self.credits),
            ("provider", &self.provider),
            ("sort", &self.sort),
            ("page", &page),
        ]);
        format!("/catalog{}", query(values.into_iter().filter(|(_, value)| !value.is_empty())))
    }

    /// The order asked for.
    pub fn sort(&self) -> Sort<Column> {
        Sort::parse(&self.sort).unwrap_or(Sort { column: Column::Best, descending: false })
    }

    /// Whether anything is left out of the list.
    pub fn narrowed(&self) -> bool {
        !self.q.trim().is_empty() || self.filtered()
    }

    /// Whether what must be the fewest credits is no number.
    pub fn credits_unreadable(&self) -> bool {
        let text = self.credits.trim();
        !text.is_empty() && text.parse::<u32>().is_err()
    }

    /// Whether a filter besides the words is set.
    pub fn filtered(&self) -> bool {
        !self.types.is_empty()
            || [&self.technology, &self.credits, &self.provider].iter().any(|text| !text.trim().is_empty())
    }
}

/// A page of the catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The items of the page.
    pub rows: Vec<Row>,
    /// Which page; `None` stands for an empty catalog.
    pub page: Option<Page>,
}

/// An item in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Stands for it in addresses.
    pub slug: String,
    /// Its name with its acronym.
    pub title: String,
    /// `Versions 1.1, 1.0`; empty for items that have no versions.
    pub versions: String,
    /// Icon and name of the first type it comes as.
    pub kind: (String, String),
    /// `and Cisco Direct Delivery`; empty when it comes as one type only.
    pub more: String,
    /// Name of its technology; may be empty.
    pub technology: String,
    /// `40`, or `24–64` where versions or providers differ.
    pub credits: String,
    /// The last day any of it was offered, when that is over.
    pub until: Option<Day>,
    /// Reference of the version to claim; `None` where one has to choose it on the item's page.
    pub claim: Option<String>,
}

/// The page of the catalog that is asked for. `only` are the slugs a provider offers, sorted, when one is asked for.
pub fn listing(index: &Index, wanted: &Wanted, only: Option<Vec<String>>, today: Day) -> Listing {
    let catalog = index.catalog();
    // A filter that names nothing admits nothing: a list that ignored it would say something else than its address.
    let unknown = u8::MAX;
    let filter = Filter {
        types: wanted.types.iter().map(|key| catalog.type_place(key).unwrap_or(unknown)).collect(),
        technology: (!wanted.technology.is_empty()).then(|| {
            let place = catalog.technologies.iter().position(|name| *name == wanted.technology);
            place.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX)
        }),
        credits: Some(wanted.credits.trim())
            .filter(|text| !text.is_empty())
            .map(|text| text.parse().unwrap_or(u32::MAX)),
        offered_on: None,
        only,
    };
    let mut found = index.items(&Words::new(&wanted.q), &filter, today);
    sort(catalog, &mut found, wanted.sort(), today);
    let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
    let page = Page::new(wanted.page, ROWS, total);
    let skip = usize::try_from(page.offset()).unwrap_or(0);
    let rows = found
        .into_iter()
        .skip(skip)
        .take(usize::try_from(ROWS).unwrap_or(0))
        .filter_map(|place| catalog.items.get(place))
        .map(|item| row(catalog, item, today))
        .collect();
    Listing { rows, page: Some(page) }
}

fn sort(catalog: &Catalog, found: &mut [usize], sort: Sort<Column>, today: Day) {
    let item = |place: &usize| catalog.items.get(*place);
    let kind = |place: &usize| item(place).and_then(first_type);
    let technology = |place: &usize| item(place).and_then(|item| item.technology).unwrap_or(u16::MAX);
    let credits = |place: &usize| item(place).map_or(0, |item| credits_of(item, today).1);
    let by = |a: &usize, b: &usize| match sort.column {
        Column::Best | Column::Name => a.cmp(b),
        Column::Type => kind(a).cmp(&kind(b)),
        Column::Technology => technology(a).cmp(&technology(b)),
        Column::Credits => credits(a).cmp(&credits(b)),
    };
    match (sort.column, sort.descending) {
        (Column::Best, _) => {}
        // The order in which they were found stays where the column does not decide.
        (_, false) => found.sort_by(by),
        (_, true) => found.sort_by(|a, b| by(b, a)),
    }
}

fn first_type(item: &Item) -> Option<u8> {
    item.versions.first().and_then(|version| version.deliveries.first()).map(|delivery| delivery.item_type)
}

/// Fewest and most credits of what is offered today, or of all when nothing is.
fn credits_of(item: &Item, today: Day) -> (u32, u32) {
    let deliveries = || item.versions.iter().flat_map(|version| &version.deliveries);
    let now = item.offered_on(today);
    let counted = || deliveries().filter(|delivery| !now || delivery.offered_on(today));
    let least = counted().map(|delivery| delivery.credits).min().unwrap_or(0);
    let most = counted().map(|delivery| delivery.most_credits).max().unwrap_or(0);
    (least, most)
}

fn row(catalog: &Catalog, item: &Item, today: Day) -> Row {
    let numbers: Vec<&str> =
        item.versions.iter().map(|version| version.number.as_str()).filter(|number| !number.is_empty()).collect();
    let versions = match numbers[..] {
        [] => String::new(),
        [number] => format!("Version {number}"),
        _ => format!("Versions {}", numbers.join(", ")),
    };
    let mut places: Vec<u8> =
        item.versions.iter().flat_map(|version| &version.deliveries).map(|delivery| delivery.item_type).collect();
    places.sort_unstable();
    places.dedup();
    let mut kinds = places.iter().filter_map(|&place| catalog.types.get(usize::from(place)));
    let kind = kinds.next().map(|kind| (kind.icon.clone(), kind.name.clone())).unwrap_or_default();
    let others: Vec<&str> = kinds.map(|kind| kind.name.as_str()).collect();
    let more = if others.is_empty() { String::new() } else { format!("and {}", others.join(", ")) };
    let (least, most) = credits_of(item, today);
    let number = |credits: u32| thousands(i64::from(credits));
    let last = item.versions.iter().flat_map(|version| &version.deliveries).filter_map(|d| d.offered_until).max();
    // Of several versions, only who took one knows which: the newest is easily the wrong one.
    let claim = match item.versions.as_slice() {
        [only] => Some(VersionRef { slug: item.slug.clone(), number: only.number.clone() }.to_string()),
        _ => None,
    };
    Row {
        slug: item.slug.clone(),
        title: item.title(),
        versions,
        kind,
        more,
        technology: item
            .technology
            .and_then(|place| catalog.technologies.get(usize::from(place)))
            .cloned()
            .unwrap_or_default(),
        credits: if least == most { number(most) } else { format!("{}–{}", number(least), number(most)) },
        until: last.filter(|_| !item.offered_on(today)).filter(|last| *last < today),
        claim,
    }
}

/// The address of the claim form with a version chosen, and what it came as; an empty type is left open.
pub fn claim_href(reference: &str, item_type: &str) -> String {
    let values = [("item", reference), ("type", item_type)];
    format!("/claims/new{}", query(values.into_iter().filter(|(_, value)| !value.is_empty())))
}

/// The address of the versions of an item, to claim one of them.
pub fn versions_href(slug: &str) -> String {
    format!("/catalog/{slug}#versions")
}
