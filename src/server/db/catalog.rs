//! Items, their versions, and what each version comes as.

use super::On;
use crate::{fetch_all, fetch_one, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::catalog::{VersionRef, label};
use ce_domain::claim::Period;

statements! {
    /// The number that changes whenever the catalog does.
    REVISION = "SELECT revision FROM catalog_revision WHERE id = 1";
    /// Every item.
    ITEMS = "SELECT id, slug, name, acronym, technology FROM items";
    /// Every version of every item.
    VERSIONS = "SELECT id, item_id, version FROM item_versions";
    /// What each version comes as, over all its providers. The last day is none while any provider still offers it.
    DELIVERIES = "SELECT version_id, item_type, MIN(credits) AS credits, MAX(credits) AS most_credits,
            MIN(offered_from) AS offered_from,
            CASE WHEN COUNT(*) = COUNT(offered_until) THEN MAX(offered_until) END AS offered_until, MIN(hours) AS hours
        FROM offerings GROUP BY version_id, item_type";
    /// The version a reference stands for.
    VERSION = "SELECT v.id AS version_id, i.name AS item_name, i.acronym, v.version AS number
        FROM item_versions v JOIN items i ON i.id = v.item_id WHERE i.slug = $1 AND v.version = $2";
    /// The item and version with an id.
    BY_ID = "SELECT i.slug, i.name AS item_name, i.acronym, v.version AS number
        FROM item_versions v JOIN items i ON i.id = v.item_id WHERE v.id = $1";
    /// When one provider offered one version as one type.
    PERIODS = "SELECT o.offered_from, o.offered_until, o.credits
        FROM offerings o JOIN providers p ON p.id = o.provider_id
        WHERE o.version_id = $1 AND o.item_type = $2 AND p.slug = $3 ORDER BY o.offered_from";
    /// Items that a provider, named by its slug or by part of its name, offers or has offered.
    SLUGS_OF_PROVIDER = "SELECT DISTINCT i.slug
        FROM providers p JOIN offerings o ON o.provider_id = p.id
        JOIN item_versions v ON v.id = o.version_id JOIN items i ON i.id = v.item_id
        WHERE p.slug = $1 OR p.search LIKE $2 ESCAPE '\\'";
}

/// An item as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ItemRow {
    /// Its id.
    pub id: String,
    /// Stands for it in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its acronym; empty when it has none.
    pub acronym: String,
    /// Its technology; empty when it has none.
    pub technology: String,
}

/// A version as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct VersionRow {
    /// Its id.
    pub id: String,
    /// The item's id.
    pub item_id: String,
    /// As printed; empty for items that have no versions.
    pub version: String,
}

/// What a version comes as, over all its providers.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliveryRow {
    /// The version's id.
    pub version_id: String,
    /// Key of the item type.
    pub item_type: String,
    /// The fewest credits any provider's offering earns.
    pub credits: i64,
    /// The most.
    pub most_credits: i64,
    /// The first day any provider offered it.
    pub offered_from: Day,
    /// The last, when all have ended.
    pub offered_until: Option<Day>,
    /// How many hours it takes with the provider that needs fewest.
    pub hours: Option<i64>,
}

/// A version somebody chose, as a claim of it is called.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Chosen {
    /// The version's id.
    pub version_id: String,
    /// The item's name.
    pub item_name: String,
    /// The item's acronym; empty when it has none.
    pub acronym: String,
    /// The version's number; empty for items that have no versions.
    pub number: String,
}

#[derive(sqlx::FromRow)]
struct PeriodRow {
    offered_from: Day,
    offered_until: Option<Day>,
    credits: i64,
}

/// The number that changes whenever the catalog does.
///
/// # Errors
/// When the database says no.
pub async fn revision(on: On<'_>) -> Result<i64, sqlx::Error> {
    let (revision,) = fetch_one!(on, (i64,), REVISION)?;
    Ok(revision)
}

/// Every item, in no order.
///
/// # Errors
/// When the database says no.
pub async fn items(on: On<'_>) -> Result<Vec<ItemRow>, sqlx::Error> {
    fetch_all!(on, ItemRow, ITEMS)
}

/// Every version, in no order.
///
/// # Errors
/// When the database says no.
pub async fn versions(on: On<'_>) -> Result<Vec<VersionRow>, sqlx::Error> {
    fetch_all!(on, VersionRow, VERSIONS)
}

/// What every version comes as, in no order.
///
/// # Errors
/// When the database says no.
pub async fn deliveries(on: On<'_>) -> Result<Vec<DeliveryRow>, sqlx::Error> {
    fetch_all!(on, DeliveryRow, DELIVERIES)
}

/// The version a reference stands for, if there is one.
///
/// # Errors
/// When the database says no.
pub async fn version(on: On<'_>, reference: &VersionRef) -> Result<Option<Chosen>, sqlx::Error> {
    fetch_optional!(on, Chosen, VERSION, reference.slug.as_str(), reference.number.as_str())
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    slug: String,
    item_name: String,
    acronym: String,
    number: String,
}

/// What a version's id stands for: its reference, and what a claim of it is called.
///
/// # Errors
/// When the database says no.
pub async fn reference_of(on: On<'_>, version_id: &str) -> Result<Option<(VersionRef, String)>, sqlx::Error> {
    let row = fetch_optional!(on, NamedRow, BY_ID, version_id)?;
    Ok(row.map(|row| {
        let called = label(&row.item_name, Some(&row.acronym), &row.number);
        (VersionRef { slug: row.slug, number: row.number }, called)
    }))
}

/// When a provider offered a version as a type and what it earned then, earliest first; nothing when it never did.
///
/// # Errors
/// When the database says no.
pub async fn periods(
    on: On<'_>,
    version_id: &str,
    item_type: &str,
    provider_slug: &str,
) -> Result<Vec<Period>, sqlx::Error> {
    let rows = fetch_all!(on, PeriodRow, PERIODS, version_id, item_type, provider_slug)?;
    let periods = rows.into_iter().map(|row| Period {
        from: row.offered_from,
        until: row.offered_until,
        credits: u32::try_from(row.credits).unwrap_or(0),
    });
    Ok(periods.collect())
}

/// Slugs of the items a provider offers or has offered, sorted. `provider` is its slug or a part of its name.
///
/// # Errors
/// When the database says no.
pub async fn slugs_of_provider(on: On<'_>, provider: &str) -> Result<Vec<String>, sqlx::Error> {
    let pattern = super::like_contains(&ce_domain::text::fold(&ce_domain::text::tidy(provider)));
    let rows = fetch_all!(on, (String,), SLUGS_OF_PROVIDER, provider.trim(), pattern.as_str())?;
    let mut slugs: Vec<String> = rows.into_iter().map(|(slug,)| slug).collect();
    // The engines sort by different rules; the filter looks things up by this one.
    slugs.sort_unstable();
    Ok(slugs)
}
