//! Training to claim.

use super::{TestApp, day, now};
use ce_domain::calendar::Day;
use ce_domain::catalog::{VersionRef, label, natural_slug};
use ce_domain::text::{fold, slug};
use ce_portal::execute;
use ce_portal::server::db::new_id;

/// An item in a version, as a type, from a provider.
#[derive(Debug, Clone)]
pub struct NewOffering<'a> {
    /// The item's name.
    pub item: &'a str,
    /// Its acronym; may be empty.
    pub acronym: &'a str,
    /// What it is about; a part of the catalog's filters.
    pub technology: &'a str,
    /// The version.
    pub version: &'a str,
    /// Key of the item type.
    pub item_type: &'a str,
    /// The provider's name.
    pub provider: &'a str,
    /// What it earns.
    pub credits: i64,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub until: Option<Day>,
}

impl Default for NewOffering<'_> {
    fn default() -> Self {
        NewOffering {
            item: "Implementing and Operating Cisco Enterprise Network Core Technologies",
            acronym: "ENCOR",
            technology: "Enterprise",
            version: "1.2",
            item_type: "instructor-led",
            provider: "Skillsoft Learning",
            credits: 64,
            from: day("2020-01-01"),
            until: None,
        }
    }
}

/// Where an offering was put.
#[derive(Debug, Clone)]
pub struct Offering {
    /// The version.
    pub version_id: String,
    /// What a form names the version by: `encor@1.2`.
    pub version_ref: String,
    /// What people read: `… (ENCOR) 1.2`.
    pub label: String,
    /// The provider.
    pub provider_id: String,
    /// What a form names the provider by.
    pub provider_slug: String,
    /// Key of the item type.
    pub item_type: String,
}

impl TestApp {
    /// ENCOR 1.2, as a class, from Skillsoft Learning: 64 credits, offered since 2020.
    pub async fn encor(&self) -> Offering {
        self.offering(&NewOffering::default()).await
    }

    /// Puts an offering into the catalog, with the item, version and provider it needs when they are not there.
    pub async fn offering(&self, new: &NewOffering<'_>) -> Offering {
        let acronym = Some(new.acronym).filter(|acronym| !acronym.is_empty());
        let item_slug = natural_slug(new.item, acronym);
        execute!(
            self.db().write(),
            "INSERT INTO items (id, slug, name, acronym, technology, search) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (slug) DO NOTHING",
            new_id(now()),
            &item_slug,
            new.item,
            new.acronym,
            new.technology,
            fold(&format!("{} {}", new.item, new.acronym))
        )
        .expect("an item is made");
        let item_id = self.text("SELECT id FROM items WHERE slug = $1", &item_slug).await;
        execute!(
            self.db().write(),
            "INSERT INTO item_versions (id, item_id, version) VALUES ($1, $2, $3) ON CONFLICT (item_id, version) DO NOTHING",
            new_id(now()),
            &item_id,
            new.version
        )
        .expect("a version is made");
        let (version_id,): (String,) = ce_portal::fetch_one!(
            self.db().write(),
            (String,),
            "SELECT id FROM item_versions WHERE item_id = $1 AND version = $2",
            &item_id,
            new.version
        )
        .expect("the version is there");
        let provider_id = self.provider(new.provider, "US").await;
        execute!(
            self.db().write(),
            "INSERT INTO offerings (id, version_id, item_type, provider_id, credits, offered_from, offered_until, note)
                VALUES ($1, $2, $3, $4, $5, $6, $7, '')",
            new_id(now()),
            &version_id,
            new.item_type,
            &provider_id,
            new.credits,
            new.from,
            new.until
        )
        .expect("an offering is made");
        execute!(self.db().write(), "UPDATE catalog_revision SET revision = revision + 1")
            .expect("the catalog changed");
        Offering {
            version_id,
            version_ref: VersionRef { slug: item_slug, number: new.version.to_owned() }.to_string(),
            label: label(new.item, acronym, new.version),
            provider_id,
            provider_slug: slug(new.provider),
            item_type: new.item_type.to_owned(),
        }
    }

    /// A provider, made when it is not there; gives its id.
    pub async fn provider(&self, name: &str, country: &str) -> String {
        execute!(
            self.db().write(),
            "INSERT INTO providers (id, slug, name, kind, country, search) VALUES ($1, $2, $3, 'partner', $4, $5)
                ON CONFLICT (slug) DO NOTHING",
            new_id(now()),
            slug(name),
            name,
            country,
            fold(name)
        )
        .expect("a provider is made");
        self.text("SELECT id FROM providers WHERE slug = $1", &slug(name)).await
    }
}
