//! What importing and seeding read and write, in bulk: everything of a kind at once, and one row at a time.

use super::On;
use crate::{execute, fetch_all, fetch_one, statements};
use ce_domain::calendar::Day;

statements! {
    /// How much there is of what a person or an import would have brought.
    CONTENT = "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM profiles) + (SELECT count(*) FROM items)
        + (SELECT count(*) FROM providers) + (SELECT count(*) FROM certifications) AS rows_found";
    CATALOG_CHANGED = "UPDATE catalog_revision SET revision = revision + 1 WHERE id = 1";

    PROVIDERS = "SELECT id, slug, name, kind, country FROM providers";
    INSERT_PROVIDER = "INSERT INTO providers (id, slug, name, kind, country, search) VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE_PROVIDER = "UPDATE providers SET kind = $2, country = $3 WHERE id = $1";

    CERTIFICATIONS = "SELECT id, code, name, level, retired_on, recertifies, validity,
        (SELECT count(*) FROM starting_holdings h WHERE h.certification_id = certifications.id)
        + (SELECT count(*) FROM earned_certifications e WHERE e.certification_id = certifications.id) AS holders
        FROM certifications";
    INSERT_CERTIFICATION = "INSERT INTO certifications (id, code, name, level, retired_on, recertifies, validity)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_CERTIFICATION = "UPDATE certifications SET name = $2, level = $3, retired_on = $4, recertifies = $5, validity = $6 WHERE id = $1";
    /// Whose record has this certification.
    HOLDERS = "SELECT profile_id FROM starting_holdings WHERE certification_id = $1
        UNION SELECT profile_id FROM earned_certifications WHERE certification_id = $1";

    ITEMS = "SELECT id, slug, name, acronym, technology FROM items";
    INSERT_ITEM = "INSERT INTO items (id, slug, name, acronym, technology, search) VALUES ($1, $2, $3, $4, $5, $6)";
    SET_TECHNOLOGY = "UPDATE items SET technology = $2 WHERE id = $1";
    VERSIONS = "SELECT id, item_id, version FROM item_versions";
    INSERT_VERSION = "INSERT INTO item_versions (id, item_id, version) VALUES ($1, $2, $3)";
    OFFERINGS = "SELECT id, version_id, item_type, provider_id, credits, offered_from, offered_until, note, hours FROM offerings";
    INSERT_OFFERING = "INSERT INTO offerings (id, version_id, item_type, provider_id, credits, offered_from, offered_until, note, hours)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE_OFFERING = "UPDATE offerings SET credits = $2, offered_until = $3, note = $4, hours = $5 WHERE id = $1";
    DELIVERIES = "SELECT DISTINCT version_id, item_type FROM offerings";
    /// The last day on which a training was completed that was claimed, for each offering that was ever claimed.
    LAST_CLAIMED = "SELECT o.id, max(c.completed_on) AS last_day FROM offerings o JOIN claims c
        ON c.version_id = o.version_id AND c.item_type = o.item_type AND c.provider_id = o.provider_id
        AND c.completed_on >= o.offered_from AND (o.offered_until IS NULL OR c.completed_on <= o.offered_until)
        GROUP BY o.id";

    WITHOUT_EVIDENCE = "SELECT id, account_id, item_label, completed_on FROM claims WHERE item_type = $1 AND evidence_id IS NULL";
    ATTACH = "UPDATE claims SET evidence_id = $2 WHERE id = $1 AND evidence_id IS NULL";

    PROFILES = "SELECT id, candidate_id, name FROM profiles";
    RENAME_PROFILE = "UPDATE profiles SET name = $2 WHERE id = $1";
    ACCOUNT_OWNERS = "SELECT id, email_key, profile_id FROM accounts";
    HOLDINGS = "SELECT id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code FROM starting_holdings";
    INSERT_HOLDING = "INSERT INTO starting_holdings (id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on, status_code)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE_HOLDING = "UPDATE starting_holdings SET cycle_start = $2, last_extension = $3, expires_on = $4, status_code = $5 WHERE id = $1";

    COUNTED_EARLIER = "UPDATE claims SET counted_in = 'earlier_system' WHERE id = $1";

    COMPLETIONS = "SELECT id, certificate_id, email_key, version_id, item_type, completed_on,
        (SELECT count(*) FROM claims c WHERE c.certificate_id = completions.certificate_id AND c.status = 'earned') AS claimed
        FROM completions";
    CLASHING_CERTIFICATES = "SELECT COUNT(*) AS clashing FROM claims c JOIN completions r ON r.certificate_id = c.certificate_id
        JOIN accounts a ON a.id = c.account_id WHERE c.status = 'pending' AND a.email_key <> r.email_key";
    INSERT_COMPLETION = "INSERT INTO completions (id, certificate_id, email_key, version_id, item_type, completed_on)
        VALUES ($1, $2, $3, $4, $5, $6)";
    UPDATE_COMPLETION = "UPDATE completions SET email_key = $2, version_id = $3, item_type = $4, completed_on = $5 WHERE id = $1";
}

/// Whether nothing is in the database yet but its tables.
///
/// # Errors
/// When the database says no.
pub async fn is_empty(on: On<'_>) -> Result<bool, sqlx::Error> {
    let (rows,) = fetch_one!(on, (i64,), CONTENT)?;
    Ok(rows == 0)
}

/// Lets every server know that the catalog has to be read again.
///
/// # Errors
/// When the database says no.
pub async fn catalog_changed(on: On<'_>) -> Result<(), sqlx::Error> {
    execute!(on, CATALOG_CHANGED)?;
    Ok(())
}

/// Who gives training.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// Stands for it in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What kind of provider.
    pub kind: String,
    /// Where; may be empty.
    pub country: String,
}

/// Every provider.
///
/// # Errors
/// When the database says no.
pub async fn providers(on: On<'_>) -> Result<Vec<Provider>, sqlx::Error> {
    fetch_all!(on, Provider, PROVIDERS)
}

/// Adds a provider.
///
/// # Errors
/// When the database says no.
pub async fn insert_provider(on: On<'_>, new: &Provider) -> Result<(), sqlx::Error> {
    let search = ce_domain::text::fold(&new.name);
    execute!(on, INSERT_PROVIDER, &new.id, &new.slug, &new.name, &new.kind, &new.country, search)?;
    Ok(())
}

/// Corrects kind and country of a provider.
///
/// # Errors
/// When the database says no.
pub async fn update_provider(on: On<'_>, id: &str, kind: &str, country: &str) -> Result<(), sqlx::Error> {
    execute!(on, UPDATE_PROVIDER, id, kind, country)?;
    Ok(())
}

/// What can be held.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Certification {
    /// Its id.
    pub id: String,
    /// Stands for it in data.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Key of its level.
    pub level: String,
    /// When it was retired.
    pub retired_on: Option<Day>,
    /// `no` for those that nothing renews.
    pub recertifies: String,
    /// `program`, `life`, or a number of years.
    pub validity: String,
    /// How often it is held.
    pub holders: i64,
}

/// Every certification.
///
/// # Errors
/// When the database says no.
pub async fn certifications(on: On<'_>) -> Result<Vec<Certification>, sqlx::Error> {
    fetch_all!(on, Certification, CERTIFICATIONS)
}

/// Adds a certification.
///
/// # Errors
/// When the database says no.
pub async fn insert_certification(on: On<'_>, new: &Certification) -> Result<(), sqlx::Error> {
    let Certification { id, code, name, level, retired_on, recertifies, validity, .. } = new;
    execute!(on, INSERT_CERTIFICATION, id, code, name, level, *retired_on, recertifies, validity)?;
    Ok(())
}

/// Corrects everything of a certification but its code.
///
/// # Errors
/// When the database says no.
pub async fn update_certification(on: On<'_>, changed: &Certification) -> Result<(), sqlx::Error> {
    let Certification { id, name, level, retired_on, recertifies, validity, .. } = changed;
    execute!(on, UPDATE_CERTIFICATION, id, name, level, *retired_on, recertifies, validity)?;
    Ok(())
}

/// A training with a name, whatever its version.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Stands for it in addresses.
    pub slug: String,
    /// Its full name.
    pub name: String,
    /// Its short name; may be empty.
    pub acronym: String,
    /// Its technology; may be empty.
    pub technology: String,
}

/// Every item.
///
/// # Errors
/// When the database says no.
pub async fn items(on: On<'_>) -> Result<Vec<Item>, sqlx::Error> {
    fetch_all!(on, Item, ITEMS)
}

/// Adds an item; `search` is what is searched in, folded.
///
/// # Errors
/// When the database says no.
pub async fn insert_item(on: On<'_>, new: &Item, search: &str) -> Result<(), sqlx::Error> {
    execute!(on, INSERT_ITEM, &new.id, &new.slug, &new.name, &new.acronym, &new.technology, search)?;
    Ok(())
}

/// Corrects the technology of an item.
///
/// # Errors
/// When the database says no.
pub async fn set_technology(on: On<'_>, id: &str, technology: &str) -> Result<(), sqlx::Error> {
    execute!(on, SET_TECHNOLOGY, id, technology)?;
    Ok(())
}

/// A version of an item.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    /// Its id.
    pub id: String,
    /// The item.
    pub item_id: String,
    /// Its number; may be empty.
    pub version: String,
}

/// Every version.
///
/// # Errors
/// When the database says no.
pub async fn versions(on: On<'_>) -> Result<Vec<Version>, sqlx::Error> {
    fetch_all!(on, Version, VERSIONS)
}

/// Adds a version.
///
/// # Errors
/// When the database says no.
pub async fn insert_version(on: On<'_>, id: &str, item_id: &str, version: &str) -> Result<(), sqlx::Error> {
    execute!(on, INSERT_VERSION, id, item_id, version)?;
    Ok(())
}

/// A version as a type from a provider, in one period.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Offering {
    /// Its id.
    pub id: String,
    /// The version.
    pub version_id: String,
    /// Key of the type.
    pub item_type: String,
    /// The provider.
    pub provider_id: String,
    /// What it earns.
    pub credits: i64,
    /// First day.
    pub offered_from: Day,
    /// Last day, if it has ended.
    pub offered_until: Option<Day>,
    /// What else is worth knowing.
    pub note: String,
    /// How many hours it takes; `None`: the catalog does not say.
    pub hours: Option<i64>,
}

/// Every offering.
///
/// # Errors
/// When the database says no.
pub async fn offerings(on: On<'_>) -> Result<Vec<Offering>, sqlx::Error> {
    fetch_all!(on, Offering, OFFERINGS)
}

/// Adds an offering.
///
/// # Errors
/// When the database says no.
pub async fn insert_offering(on: On<'_>, new: &Offering) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT_OFFERING,
        &new.id,
        &new.version_id,
        &new.item_type,
        &new.provider_id,
        new.credits,
        new.offered_from,
        new.offered_until,
        &new.note,
        new.hours
    )?;
    Ok(())
}

/// Corrects credits, last day, note and hours of an offering.
///
/// # Errors
/// When the database says no.
pub async fn update_offering(on: On<'_>, changed: &Offering) -> Result<(), sqlx::Error> {
    execute!(on, UPDATE_OFFERING, &changed.id, changed.credits, changed.offered_until, &changed.note, changed.hours)?;
    Ok(())
}

/// What each version comes as: version and key of the type.
///
/// # Errors
/// When the database says no.
pub async fn deliveries(on: On<'_>) -> Result<Vec<(String, String)>, sqlx::Error> {
    fetch_all!(on, (String, String), DELIVERIES)
}

/// For each offering that was ever claimed: its id and the last completion date of such a claim.
///
/// # Errors
/// When the database says no.
pub async fn last_claimed(on: On<'_>) -> Result<Vec<(String, Day)>, sqlx::Error> {
    fetch_all!(on, (String, Day), LAST_CLAIMED)
}

/// Claims of a type that came without a certificate of completion: id, account, what they are called, completion date.
///
/// # Errors
/// When the database says no.
pub async fn without_evidence(on: On<'_>, item_type: &str) -> Result<Vec<(String, String, String, Day)>, sqlx::Error> {
    fetch_all!(on, (String, String, String, Day), WITHOUT_EVIDENCE, item_type)
}

/// Gives a claim its certificate of completion.
///
/// # Errors
/// When the database says no.
pub async fn attach(on: On<'_>, claim_id: &str, evidence_id: &str) -> Result<(), sqlx::Error> {
    execute!(on, ATTACH, claim_id, evidence_id)?;
    Ok(())
}

/// Every profile: id, candidate ID, name.
///
/// # Errors
/// When the database says no.
pub async fn profiles(on: On<'_>) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    fetch_all!(on, (String, String, String), PROFILES)
}

/// Corrects the name of a person.
///
/// # Errors
/// When the database says no.
pub async fn rename_profile(on: On<'_>, id: &str, name: &str) -> Result<(), sqlx::Error> {
    execute!(on, RENAME_PROFILE, id, name)?;
    Ok(())
}

/// Every account: id, address as it is compared, profile.
///
/// # Errors
/// When the database says no.
pub async fn account_owners(on: On<'_>) -> Result<Vec<(String, String, Option<String>)>, sqlx::Error> {
    fetch_all!(on, (String, String, Option<String>), ACCOUNT_OWNERS)
}

/// A certification as one person held it when the record began.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Holding {
    /// Its id.
    pub id: String,
    /// Who holds it.
    pub profile_id: String,
    /// What is held.
    pub certification_id: String,
    /// When it was earned.
    pub earned_on: Day,
    /// When it was earned or last renewed.
    pub cycle_start: Day,
    /// When its expiry was last extended.
    pub last_extension: Option<Day>,
    /// Its last day.
    pub expires_on: Option<Day>,
    /// The code of the record, as `CERT`.
    pub status_code: String,
}

/// Every holding that a record began with.
///
/// # Errors
/// When the database says no.
pub async fn holdings(on: On<'_>) -> Result<Vec<Holding>, sqlx::Error> {
    fetch_all!(on, Holding, HOLDINGS)
}

/// Adds a holding.
///
/// # Errors
/// When the database says no.
pub async fn insert_holding(on: On<'_>, new: &Holding) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT_HOLDING,
        &new.id,
        &new.profile_id,
        &new.certification_id,
        new.earned_on,
        new.cycle_start,
        new.last_extension,
        new.expires_on,
        &new.status_code
    )?;
    Ok(())
}

/// Corrects everything of a holding but who, what and since when.
///
/// # Errors
/// When the database says no.
pub async fn update_holding(on: On<'_>, changed: &Holding) -> Result<(), sqlx::Error> {
    let Holding { id, cycle_start, last_extension, expires_on, status_code, .. } = changed;
    execute!(on, UPDATE_HOLDING, id, *cycle_start, *last_extension, *expires_on, status_code)?;
    Ok(())
}

/// A completion on record.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Completion {
    /// Its id.
    pub id: String,
    /// As it is compared.
    pub certificate_id: String,
    /// The address of who completed it, as addresses are compared.
    pub email_key: String,
    /// What was completed.
    pub version_id: String,
    /// As which type.
    pub item_type: String,
    /// When.
    pub completed_on: Day,
    /// How many claims have been decided by it.
    pub claimed: i64,
}

/// How many pending claims carry a certificate ID that is on record for another address.
///
/// # Errors
/// When the database says no.
pub async fn clashing_certificates(on: On<'_>) -> Result<i64, sqlx::Error> {
    let (clashing,): (i64,) = fetch_one!(on, (i64,), CLASHING_CERTIFICATES)?;
    Ok(clashing)
}

/// Every completion.
///
/// # Errors
/// When the database says no.
pub async fn completions(on: On<'_>) -> Result<Vec<Completion>, sqlx::Error> {
    fetch_all!(on, Completion, COMPLETIONS)
}

/// Adds a completion.
///
/// # Errors
/// When the database says no.
pub async fn insert_completion(on: On<'_>, new: &Completion) -> Result<(), sqlx::Error> {
    let Completion { id, certificate_id, email_key, version_id, item_type, completed_on, .. } = new;
    execute!(on, INSERT_COMPLETION, id, certificate_id, email_key, version_id, item_type, *completed_on)?;
    Ok(())
}

/// Corrects a completion.
///
/// # Errors
/// When the database says no.
pub async fn update_completion(on: On<'_>, changed: &Completion) -> Result<(), sqlx::Error> {
    let Completion { id, email_key, version_id, item_type, completed_on, .. } = changed;
    execute!(on, UPDATE_COMPLETION, id, email_key, version_id, item_type, *completed_on)?;
    Ok(())
}

/// Leaves a claim out of the record: the system before this portal counted it, and its effect is part of what the record
/// began with.
///
/// # Errors
/// When the database says no.
pub async fn count_in_earlier_system(on: On<'_>, claim_id: &str) -> Result<(), sqlx::Error> {
    execute!(on, COUNTED_EARLIER, claim_id)?;
    Ok(())
}

/// The profiles whose record has a certification.
///
/// # Errors
/// When the database says no.
pub async fn holders(on: On<'_>, certification_id: &str) -> Result<Vec<String>, sqlx::Error> {
    let rows = fetch_all!(on, (String,), HOLDERS, certification_id)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
