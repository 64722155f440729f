//! What holders show to others: each share, the certifications it is limited to, and how often it was looked at.

use super::On;
use crate::{execute, fetch_all, fetch_one, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::share::Shows;
use chrono::{DateTime, Utc};

statements! {
    INSERT = "INSERT INTO shares (id, profile_id, code, kind, note, scope, certificate_of, shows_name, shows_candidate_id,
        shows_dates, shows_renewals, shows_credits, created_at, ends_on, views)
        VALUES ($1, $2, $3, $4, $5, $6, (SELECT id FROM certifications WHERE code = $7), $8, $9, $10, $11, $12, $13, $14, 0)";
    ADD_CERTIFICATION = "INSERT INTO share_certifications (share_id, certification_id)
        SELECT s.id, c.id FROM shares s, certifications c WHERE s.id = $1 AND c.code = $2";
    /// The latest first.
    OF_PROFILE = "SELECT id, profile_id, code, kind, note, scope, shows_name, shows_candidate_id, shows_dates,
        shows_renewals, shows_credits, created_at, ends_on, revoked_at, views, last_seen_at
        FROM shares WHERE profile_id = $1 ORDER BY created_at DESC, id DESC";
    CERTIFICATIONS_OF_PROFILE = "SELECT sc.share_id, c.code, c.name FROM shares s
        JOIN share_certifications sc ON sc.share_id = s.id JOIN certifications c ON c.id = sc.certification_id
        WHERE s.profile_id = $1 ORDER BY c.name, c.code";
    BY_CODE = "SELECT id, profile_id, code, kind, note, scope, shows_name, shows_candidate_id, shows_dates,
        shows_renewals, shows_credits, created_at, ends_on, revoked_at, views, last_seen_at
        FROM shares WHERE code = $1";
    CERTIFICATIONS = "SELECT sc.share_id, c.code, c.name FROM share_certifications sc
        JOIN certifications c ON c.id = sc.certification_id WHERE sc.share_id = $1 ORDER BY c.name, c.code";
    CODE_OF_CERTIFICATE = "SELECT s.code FROM shares s JOIN certifications c ON c.id = s.certificate_of
        WHERE s.profile_id = $1 AND c.code = $2 AND s.revoked_at IS NULL";
    COUNT_ACTIVE = "SELECT COUNT(*) AS count FROM shares WHERE profile_id = $1 AND kind = 'link' AND revoked_at IS NULL
        AND (ends_on IS NULL OR ends_on >= $2)";
    REVOKE = "UPDATE shares SET revoked_at = $3 WHERE id = $1 AND profile_id = $2 AND revoked_at IS NULL";
    SEEN = "UPDATE shares SET views = views + 1, last_seen_at = $2 WHERE id = $1";
    HOLDER = "SELECT name, candidate_id FROM profiles WHERE id = $1";
}

/// Something that is shown to whoever has its code.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Share {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub profile_id: String,
    /// The code, without hyphens.
    pub code: String,
    /// `link` or `certificate`.
    pub kind: String,
    /// For whom it is.
    pub note: String,
    /// `active` or `chosen`.
    pub scope: String,
    shows_name: String,
    shows_candidate_id: String,
    shows_dates: String,
    shows_renewals: String,
    shows_credits: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its last day.
    pub ends_on: Option<Day>,
    /// When its holder took it back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// How often it was looked at.
    pub views: i64,
    /// When last.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl Share {
    /// What it lets its reader see.
    pub fn shows(&self) -> Shows {
        let yes = |value: &str| value == "yes";
        Shows {
            name: yes(&self.shows_name),
            candidate_id: yes(&self.shows_candidate_id),
            dates: yes(&self.shows_dates),
            renewals: yes(&self.shows_renewals),
            credits: yes(&self.shows_credits),
        }
    }

    /// Whether it leads to anything on a day.
    pub fn works_on(&self, day: Day) -> bool {
        self.revoked_at.is_none() && self.ends_on.is_none_or(|last| day <= last)
    }
}

/// A certification that a share is limited to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Chosen {
    /// The share.
    pub share_id: String,
    /// The certification's code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A share that is about to be there.
pub struct NewShare<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whose it is.
    pub profile_id: &'a str,
    /// The code, without hyphens.
    pub code: &'a str,
    /// For whom it is.
    pub note: &'a str,
    /// Whether it shows whatever is active when somebody looks.
    pub everything_active: bool,
    /// Of a printed certificate: the code of its certification.
    pub certificate_of: Option<&'a str>,
    /// What it lets its reader see.
    pub shows: Shows,
    /// When it is made.
    pub created_at: DateTime<Utc>,
    /// Its last day.
    pub ends_on: Option<Day>,
}

/// Adds a share; the certifications it is limited to are added by [`add_certification`].
///
/// # Errors
/// When the database says no: also when a certificate of this certification has a code already.
pub async fn insert(on: On<'_>, new: &NewShare<'_>) -> Result<(), sqlx::Error> {
    let yes = |shown: bool| if shown { "yes" } else { "no" };
    execute!(
        on,
        INSERT,
        new.id,
        new.profile_id,
        new.code,
        if new.certificate_of.is_some() { "certificate" } else { "link" },
        new.note,
        if new.everything_active { "active" } else { "chosen" },
        new.certificate_of,
        yes(new.shows.name),
        yes(new.shows.candidate_id),
        yes(new.shows.dates),
        yes(new.shows.renewals),
        yes(new.shows.credits),
        new.created_at,
        new.ends_on
    )?;
    Ok(())
}

/// Limits a share to one more certification.
///
/// # Errors
/// When the database says no.
pub async fn add_certification(on: On<'_>, share_id: &str, certification: &str) -> Result<(), sqlx::Error> {
    execute!(on, ADD_CERTIFICATION, share_id, certification)?;
    Ok(())
}

/// Everything a profile shows or has shown, the latest first.
///
/// # Errors
/// When the database says no.
pub async fn of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<Share>, sqlx::Error> {
    fetch_all!(on, Share, OF_PROFILE, profile_id)
}

/// What the shares of a profile are limited to.
///
/// # Errors
/// When the database says no.
pub async fn certifications_of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<Chosen>, sqlx::Error> {
    fetch_all!(on, Chosen, CERTIFICATIONS_OF_PROFILE, profile_id)
}

/// What a code leads to, whether it still works or not.
///
/// # Errors
/// When the database says no.
pub async fn by_code(on: On<'_>, code: &str) -> Result<Option<Share>, sqlx::Error> {
    fetch_optional!(on, Share, BY_CODE, code)
}

/// What a share is limited to.
///
/// # Errors
/// When the database says no.
pub async fn certifications(on: On<'_>, share_id: &str) -> Result<Vec<Chosen>, sqlx::Error> {
    fetch_all!(on, Chosen, CERTIFICATIONS, share_id)
}

/// The code that the printed certificate of a certification carries.
///
/// # Errors
/// When the database says no.
pub async fn code_of_certificate(
    on: On<'_>,
    profile_id: &str,
    certification: &str,
) -> Result<Option<String>, sqlx::Error> {
    let row = fetch_optional!(on, (String,), CODE_OF_CERTIFICATE, profile_id, certification)?;
    Ok(row.map(|(code,)| code))
}

/// How many links of a profile work on a day.
///
/// # Errors
/// When the database says no.
pub async fn count_active(on: On<'_>, profile_id: &str, day: Day) -> Result<i64, sqlx::Error> {
    let (count,) = fetch_one!(on, (i64,), COUNT_ACTIVE, profile_id, day)?;
    Ok(count)
}

/// Takes a share of a profile back. `false`: it is not there, or was taken back before.
///
/// # Errors
/// When the database says no.
pub async fn revoke(on: On<'_>, id: &str, profile_id: &str, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, REVOKE, id, profile_id, at)? == 1)
}

/// Counts that somebody has looked.
///
/// # Errors
/// When the database says no.
pub async fn seen(on: On<'_>, id: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, SEEN, id, at)?;
    Ok(())
}

/// Name and candidate ID of whom a share belongs to.
///
/// # Errors
/// When the database says no.
pub async fn holder(on: On<'_>, profile_id: &str) -> Result<(String, String), sqlx::Error> {
    fetch_one!(on, (String, String), HOLDER, profile_id)
}
