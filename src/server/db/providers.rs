//! Learning providers: who offers what.

use super::{On, like_contains};
use crate::{fetch_all, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::catalog::search::Words;
use ce_domain::text::{fold, tidy};
use std::collections::BTreeMap;

statements! {
    /// The provider with this slug.
    BY_SLUG = "SELECT id, slug, name, country FROM providers WHERE slug = $1";
    /// Who offers or has offered a version as a type, best match first, and how many there are.
    OFFERING = "SELECT p.id, p.slug, p.name, p.country, COUNT(*) OVER () AS total
        FROM providers p
        WHERE p.id IN (SELECT o.provider_id FROM offerings o WHERE o.version_id = $1 AND o.item_type = $2)
            AND p.search LIKE $3 ESCAPE '\\' AND p.search LIKE $4 ESCAPE '\\'
            AND p.search LIKE $5 ESCAPE '\\' AND p.search LIKE $6 ESCAPE '\\'
        ORDER BY CASE WHEN p.search LIKE $7 ESCAPE '\\' THEN 0 ELSE 1 END, p.name, p.slug LIMIT $8";
    /// One page of the directory: each provider with how many versions it offers from today on, by type.
    DIRECTORY = "WITH page AS (
            SELECT p.id, p.slug, p.name, p.kind, p.country, COUNT(*) OVER () AS total,
                CASE WHEN p.search LIKE $5 ESCAPE '\\' THEN 0 ELSE 1 END AS fit
            FROM providers p
            WHERE p.search LIKE $1 ESCAPE '\\' AND p.search LIKE $2 ESCAPE '\\'
                AND p.search LIKE $3 ESCAPE '\\' AND p.search LIKE $4 ESCAPE '\\'
                AND (CAST($6 AS TEXT) IS NULL OR p.country = $6)
                AND ((CAST($7 AS TEXT) IS NULL AND CAST($9 AS TEXT) IS NULL) OR p.id IN (
                    SELECT o.provider_id FROM offerings o
                    JOIN item_versions v ON v.id = o.version_id JOIN items i ON i.id = v.item_id
                    WHERE (CAST($7 AS TEXT) IS NULL OR i.slug = $7) AND (CAST($8 AS TEXT) IS NULL OR v.version = $8)
                        AND (CAST($9 AS TEXT) IS NULL OR o.item_type = $9)
                        AND (o.offered_until IS NULL OR o.offered_until >= $10)))
            ORDER BY fit, p.name, p.slug LIMIT $11 OFFSET $12)
        SELECT page.slug, page.name, page.kind, page.country, page.total, page.fit, o.item_type,
            COUNT(DISTINCT o.version_id) AS offered
        FROM page LEFT JOIN offerings o
            ON o.provider_id = page.id AND (o.offered_until IS NULL OR o.offered_until >= $10)
        GROUP BY page.slug, page.name, page.kind, page.country, page.total, page.fit, o.item_type
        ORDER BY page.fit, page.name, page.slug";
    /// The countries there are providers in.
    COUNTRIES = "SELECT DISTINCT country FROM providers WHERE country <> '' ORDER BY country";
    /// Who offers the versions of an item from today on, the first few of each version and type, and how many there are.
    OF_ITEM = "WITH here AS (
            SELECT DISTINCT v.version, o.item_type, o.provider_id
            FROM items i JOIN item_versions v ON v.item_id = i.id JOIN offerings o ON o.version_id = v.id
            WHERE i.slug = $1 AND (o.offered_until IS NULL OR o.offered_until >= $2))
        SELECT version, item_type, slug, name, country, total FROM (
            SELECT here.version, here.item_type, p.slug, p.name, p.country,
                COUNT(*) OVER (PARTITION BY here.version, here.item_type) AS total,
                ROW_NUMBER() OVER (PARTITION BY here.version, here.item_type ORDER BY p.name, p.slug) AS place
            FROM here JOIN providers p ON p.id = here.provider_id) AS ranked
        WHERE place <= $3 ORDER BY version, item_type, place";
}

/// A provider, as one chooses it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ProviderRow {
    /// Its id.
    pub id: String,
    /// Stands for it in addresses and forms.
    pub slug: String,
    /// Its name, with its site.
    pub name: String,
    /// Where it is.
    pub country: String,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    #[sqlx(flatten)]
    provider: ProviderRow,
    total: i64,
}

/// What the directory is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words of its name.
    pub words: String,
    /// The country it is in.
    pub country: Option<String>,
    /// Slug of an item it must offer.
    pub item: Option<String>,
    /// Number of the item's version it must offer.
    pub version: Option<String>,
    /// Key of the type it must offer it as.
    pub item_type: Option<String>,
}

/// A provider in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Stands for it in addresses.
    pub slug: String,
    /// Its name, with its site.
    pub name: String,
    /// What kind of provider it is.
    pub kind: String,
    /// Where it is.
    pub country: String,
    /// How many versions it offers as which type (its key).
    pub offers: BTreeMap<String, i64>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    slug: String,
    name: String,
    kind: String,
    country: String,
    total: i64,
    item_type: Option<String>,
    offered: i64,
}

/// One of the first providers of a version as a type.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OfVersion {
    /// The version's number.
    pub version: String,
    /// Key of the type.
    pub item_type: String,
    /// Stands for the provider in addresses.
    pub slug: String,
    /// Its name, with its site.
    pub name: String,
    /// Where it is.
    pub country: String,
    /// How many providers this version and type have.
    pub total: i64,
}

/// The provider with this slug, if there is one.
///
/// # Errors
/// When the database says no.
pub async fn by_slug(on: On<'_>, slug: &str) -> Result<Option<ProviderRow>, sqlx::Error> {
    fetch_optional!(on, ProviderRow, BY_SLUG, slug)
}

/// The first four words as patterns (what is left over is `%`), and the pattern of a name that begins so.
///
/// Words may come in any order: "lisbon example" means "Example Learning, Lisbon".
fn patterns(words: &str) -> ([String; 4], String) {
    let mut patterns = [const { String::new() }; 4];
    let parsed = Words::new(words);
    let mut found = parsed.iter();
    for pattern in &mut patterns {
        *pattern = found.next().map_or_else(|| "%".to_owned(), like_contains);
    }
    let begins = like_contains(&fold(&tidy(words)));
    (patterns, begins.trim_start_matches('%').to_owned())
}

/// Who offers or has offered a version as a type and matches the words: names that begin so first, then by name; at
/// most `limit`, and how many there are.
///
/// # Errors
/// When the database says no.
pub async fn offering(
    on: On<'_>,
    version_id: &str,
    item_type: &str,
    words: &str,
    limit: i64,
) -> Result<(Vec<ProviderRow>, i64), sqlx::Error> {
    let ([first, second, third, fourth], begins) = patterns(words);
    let rows =
        fetch_all!(on, CountedRow, OFFERING, version_id, item_type, first, second, third, fourth, begins, limit)?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| row.provider).collect(), total))
}

/// One page of the directory, and how many providers match. Counts what is offered on `today` or later.
///
/// # Errors
/// When the database says no.
pub async fn directory(
    on: On<'_>,
    wanted: &Wanted,
    today: Day,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Listed>, i64), sqlx::Error> {
    let ([first, second, third, fourth], begins) = patterns(&wanted.words);
    let country = wanted.country.as_deref();
    let (item, version, item_type) = (wanted.item.as_deref(), wanted.version.as_deref(), wanted.item_type.as_deref());
    let rows = fetch_all!(
        on, ListedRow, DIRECTORY, first, second, third, fourth, begins, country, item, version, item_type, today,
        limit, offset
    )?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut listed: Vec<Listed> = Vec::new();
    for row in rows {
        let offer = row.item_type.map(|item_type| (item_type, row.offered));
        match listed.last_mut() {
            Some(last) if last.slug == row.slug => last.offers.extend(offer),
            _ => listed.push(Listed {
                slug: row.slug,
                name: row.name,
                kind: row.kind,
                country: row.country,
                offers: offer.into_iter().collect(),
            }),
        }
    }
    Ok((listed, total))
}

/// The countries there are providers in, sorted.
///
/// # Errors
/// When the database says no.
pub async fn countries(on: On<'_>) -> Result<Vec<String>, sqlx::Error> {
    let rows = fetch_all!(on, (String,), COUNTRIES)?;
    Ok(rows.into_iter().map(|(country,)| country).collect())
}

/// Who offers the versions of an item on `today` or later: the first `each` of every version and type.
///
/// # Errors
/// When the database says no.
pub async fn of_item(on: On<'_>, slug: &str, today: Day, each: i64) -> Result<Vec<OfVersion>, sqlx::Error> {
    fetch_all!(on, OfVersion, OF_ITEM, slug, today, each)
}
