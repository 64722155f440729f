//! Claims: what was sent, and what became of it.

use super::{On, like_contains};
use crate::app::pages::dashboard::Column;
use crate::{execute, fetch_all, fetch_one, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::claim::Status;
use ce_domain::list::Sort;
use chrono::{DateTime, Utc};

/// A page of the claims of an account, sorted so. Every order is a constant of its own, which the engines can be asked about.
macro_rules! list_by {
    ($order:literal) => {
        concat!(
            "SELECT id, item_label, status, item_type, credits, started_on, completed_on, credits_until, denial_code, \
             submitted_on, decided_at, COUNT(*) OVER () AS total, \
             EXISTS (SELECT 1 FROM claims r WHERE r.corrects_id = claims.id AND r.status <> 'withdrawn') AS corrected, \
             EXISTS (SELECT 1 FROM revocations r WHERE r.claim_id = claims.id) AS revoked \
             FROM claims \
             WHERE account_id = $1 AND item_search LIKE $2 ESCAPE '\\' AND ($3 = '' OR status = $3) ORDER BY ",
            $order,
            ", completed_on DESC, id LIMIT $4 OFFSET $5"
        )
    };
}

statements! {
    /// The claims of a profile whose credits count, have counted or may count, by all its accounts.
    WITH_CREDITS = "SELECT id, account_id, item_label, type_name, credits, completed_on, submitted_on, status FROM claims
        WHERE profile_id = $1 AND counted_in = 'record'
        AND (status IN ('pending', 'earned') OR id IN (SELECT claim_id FROM revocations)) ORDER BY completed_on, id";
    /// The claims of an account that were or may be denied, and that no other corrects.
    MAY_BE_SENT_AGAIN = "SELECT id, item_label, completed_on, denial_code, COALESCE(
            (SELECT MAX(l.at) FROM audit_log l WHERE l.subject_kind = 'claim' AND l.subject_id = claims.id),
            decided_at, submitted_at) AS changed_at
        FROM claims WHERE account_id = $1 AND status IN ('pending', 'denied') AND completed_on >= $2
        AND NOT EXISTS (SELECT 1 FROM claims r WHERE r.corrects_id = claims.id AND r.status <> 'withdrawn')
        ORDER BY completed_on, id";
    /// What a profile's claims have earned.
    EARNED = "SELECT id, credits FROM claims WHERE profile_id = $1 AND status = 'earned'";
    INSERT = "INSERT INTO claims (id, account_id, profile_id, version_id, item_type, provider_id, item_label, item_search,
        started_on, completed_on, credits, cycle_from, certificate_id, evidence_id, status, denial_code, denial_note,
        corrects_id, submitted_at, submitted_on, decided_at, credits_until, type_name, cycle_until, change_count)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, 0)";
    CORRECT = "UPDATE claims SET version_id = $2, item_type = $3, provider_id = $4, item_label = $5, item_search = $6,
        started_on = $7, completed_on = $8, credits = $9, cycle_from = $10, certificate_id = $11, evidence_id = $12,
        type_name = $13, cycle_until = $15, change_count = change_count + 1
        WHERE id = $1 AND status = 'pending' AND change_count = $14";
    SET_STATUS = "UPDATE claims SET status = $2, denial_code = $3, denial_note = $4, decided_at = $5, credits_until = $6,
        change_count = change_count + 1 WHERE id = $1 AND status = $7 AND change_count = $8";
    FIND = "SELECT c.id, c.account_id, c.profile_id, c.version_id, i.slug AS item_slug, v.version AS item_version, c.item_type,
        p.id AS provider_id, p.slug AS provider_slug, p.name AS provider_name, c.item_label, c.started_on, c.completed_on,
        c.credits, c.cycle_from, c.certificate_id, c.evidence_id, e.file_name AS evidence_name, e.size AS evidence_size,
        c.status, c.denial_code, c.denial_note, c.corrects_id, c.submitted_at, c.submitted_on, c.decided_at,
        c.credits_until, c.change_count, r.id AS corrected_by
        FROM claims c JOIN item_versions v ON v.id = c.version_id JOIN items i ON i.id = v.item_id
        JOIN providers p ON p.id = c.provider_id LEFT JOIN evidence e ON e.id = c.evidence_id
        LEFT JOIN claims r ON r.corrects_id = c.id AND r.status <> 'withdrawn'
        WHERE c.id = $1 AND c.account_id = $2 ORDER BY r.submitted_at DESC LIMIT 1";
    COUNTING = "SELECT c.id, c.account_id, i.slug AS item_slug, v.version AS item_version, c.completed_on,
        c.cycle_from, c.cycle_until FROM claims c JOIN item_versions v ON v.id = c.version_id JOIN items i ON i.id = v.item_id
        WHERE c.profile_id = $1 AND c.status IN ('pending', 'earned')";
    FIND_SUBMISSION = "SELECT claim_id, content_hash FROM submissions WHERE account_id = $1 AND submission_key = $2";
    SAVE_SUBMISSION = "INSERT INTO submissions (account_id, submission_key, claim_id, created_at, content_hash)
        VALUES ($1, $2, $3, $4, $5)";
    CHANGE_SUBMISSION = "UPDATE submissions SET content_hash = $3 WHERE account_id = $1 AND submission_key = $2";
    TOTALS = "SELECT status, COUNT(*) AS claims FROM claims WHERE account_id = $1 GROUP BY status";
    IS_CORRECTED = "SELECT COUNT(*) AS corrections FROM claims WHERE corrects_id = $1 AND status <> 'withdrawn'";
    RELEASE_CERTIFICATE = "UPDATE claims SET certificate_id = NULL, change_count = change_count + 1
        WHERE id = $1 AND status = 'pending'";
    CERTIFICATE_TAKEN = "SELECT id, status FROM claims WHERE certificate_id = $1 AND status IN ('pending', 'earned') AND id <> $2";
    LIST_BY_NAME = list_by!("item_search");
    LIST_BY_NAME_DOWN = list_by!("item_search DESC");
    LIST_BY_STATUS = list_by!("status");
    LIST_BY_STATUS_DOWN = list_by!("status DESC");
    LIST_BY_TYPE = list_by!("type_name");
    LIST_BY_TYPE_DOWN = list_by!("type_name DESC");
    LIST_BY_CREDITS = list_by!("credits");
    LIST_BY_CREDITS_DOWN = list_by!("credits DESC");
    LIST_BY_START = list_by!("started_on");
    LIST_BY_START_DOWN = list_by!("started_on DESC");
    LIST_BY_COMPLETION = list_by!("completed_on");
    LIST_BY_COMPLETION_DOWN = list_by!("completed_on DESC");
    LIST_BY_EXPIRATION = list_by!("credits_until IS NULL, credits_until");
    LIST_BY_EXPIRATION_DOWN = list_by!("credits_until IS NULL, credits_until DESC");
}

/// A claim as it is first stored.
#[derive(Debug, Clone)]
pub struct NewClaim<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who sends it.
    pub account_id: &'a str,
    /// Their profile.
    pub profile_id: &'a str,
    /// What is claimed.
    pub version_id: &'a str,
    /// As which type.
    pub item_type: &'a str,
    /// What that type is called: lists are sorted by what they show.
    pub type_name: &'a str,
    /// From whom.
    pub provider_id: &'a str,
    /// What it is called: kept as it was, whatever the catalog says later.
    pub item_label: &'a str,
    /// First day.
    pub started_on: Day,
    /// Last day.
    pub completed_on: Day,
    /// What it earns.
    pub credits: i64,
    /// First day of the cycle it counts in.
    pub cycle_from: Day,
    /// Its last day; `None` for a certification held for life.
    pub cycle_until: Option<Day>,
    /// Certificate ID, as it is compared.
    pub certificate_id: Option<&'a str>,
    /// Certificate of completion.
    pub evidence_id: Option<&'a str>,
    /// Where it stands.
    pub status: Status,
    /// Why it was denied.
    pub denial_code: Option<&'a str>,
    /// What else was said about the denial.
    pub denial_note: &'a str,
    /// The denied claim it corrects.
    pub corrects_id: Option<&'a str>,
    /// When it was sent.
    pub submitted_at: DateTime<Utc>,
    /// The day it was sent, in the program's zone.
    pub submitted_on: Day,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Last day on which its credits can be used.
    pub credits_until: Option<Day>,
}

/// Stores a new claim.
///
/// # Errors
/// When the database says no; [`super::violated_key`] tells whether another claim was first.
pub async fn insert(on: On<'_>, new: &NewClaim<'_>) -> Result<(), sqlx::Error> {
    execute!(
        on,
        INSERT,
        new.id,
        new.account_id,
        new.profile_id,
        new.version_id,
        new.item_type,
        new.provider_id,
        new.item_label,
        ce_domain::text::fold(new.item_label),
        new.started_on,
        new.completed_on,
        new.credits,
        new.cycle_from,
        new.certificate_id,
        new.evidence_id,
        new.status.key(),
        new.denial_code,
        new.denial_note,
        new.corrects_id,
        new.submitted_at,
        new.submitted_on,
        new.decided_at,
        new.credits_until,
        new.type_name,
        new.cycle_until
    )?;
    Ok(())
}

/// Changes what a pending claim says, if it is still as it was read.
///
/// # Errors
/// When the database says no; [`super::violated_key`] tells whether another claim was first.
pub async fn correct(on: On<'_>, new: &NewClaim<'_>, change_count: i64) -> Result<bool, sqlx::Error> {
    let changed = execute!(
        on,
        CORRECT,
        new.id,
        new.version_id,
        new.item_type,
        new.provider_id,
        new.item_label,
        ce_domain::text::fold(new.item_label),
        new.started_on,
        new.completed_on,
        new.credits,
        new.cycle_from,
        new.certificate_id,
        new.evidence_id,
        new.type_name,
        change_count,
        new.cycle_until
    )?;
    Ok(changed == 1)
}

/// What becomes of a claim.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    /// Where it stood when it was read.
    pub from: Status,
    /// How often it had been changed when it was read.
    pub change_count: i64,
    /// Where it stands now.
    pub to: Status,
    /// Why it was denied.
    pub denial_code: Option<&'a str>,
    /// What else was said about it.
    pub denial_note: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Last day on which its credits can be used.
    pub credits_until: Option<Day>,
}

/// Changes where a claim stands, if it is still as it was read.
///
/// # Errors
/// When the database says no.
pub async fn decide(on: On<'_>, id: &str, decision: &Decision<'_>) -> Result<bool, sqlx::Error> {
    let changed = execute!(
        on,
        SET_STATUS,
        id,
        decision.to.key(),
        decision.denial_code,
        decision.denial_note,
        decision.at,
        decision.credits_until,
        decision.from.key(),
        decision.change_count
    )?;
    Ok(changed == 1)
}

/// Everything about a claim that its page shows.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// Who sent it.
    pub account_id: String,
    /// Their profile.
    pub profile_id: String,
    /// What was claimed.
    pub version_id: String,
    /// Slug of the item.
    pub item_slug: String,
    /// Number of the version.
    pub item_version: String,
    /// As which type.
    pub item_type: String,
    /// From whom.
    pub provider_id: String,
    /// Slug of the provider.
    pub provider_slug: String,
    /// Name of the provider.
    pub provider_name: String,
    /// What it is called.
    pub item_label: String,
    /// First day.
    pub started_on: Day,
    /// Last day.
    pub completed_on: Day,
    /// What it earns.
    pub credits: i64,
    /// First day of the cycle it counts in.
    pub cycle_from: Day,
    /// Certificate ID.
    pub certificate_id: Option<String>,
    /// Certificate of completion.
    pub evidence_id: Option<String>,
    /// Name of that file.
    pub evidence_name: Option<String>,
    /// Its size in bytes.
    pub evidence_size: Option<i64>,
    /// Where it stands.
    pub status: String,
    /// Why it was denied.
    pub denial_code: Option<String>,
    /// What else was said about the denial.
    pub denial_note: String,
    /// The denied claim it corrects.
    pub corrects_id: Option<String>,
    /// When it was sent.
    pub submitted_at: DateTime<Utc>,
    /// The day it was sent.
    pub submitted_on: Day,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Last day on which its credits can be used.
    pub credits_until: Option<Day>,
    /// How often it has been changed.
    pub change_count: i64,
    /// The claim that corrects it.
    pub corrected_by: Option<String>,
}

/// A claim of an account. Somebody else's is not found.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, id: &str, account_id: &str) -> Result<Option<Claim>, sqlx::Error> {
    fetch_optional!(on, Claim, FIND, id, account_id)
}

/// A claim that counts: it takes the place of its item version in its cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Counting {
    /// Its id.
    pub id: String,
    /// Who sent it.
    pub account_id: String,
    /// Slug of the item.
    pub item_slug: String,
    /// Number of the version.
    pub item_version: String,
    /// Its completion date.
    pub completed_on: Day,
    /// First day of the cycle it counts in.
    pub cycle_from: Day,
    /// Last day of that cycle, as known when it was sent.
    pub cycle_until: Option<Day>,
}

/// The claims of a profile that count, by all its accounts.
///
/// # Errors
/// When the database says no.
pub async fn counting(on: On<'_>, profile_id: &str) -> Result<Vec<Counting>, sqlx::Error> {
    fetch_all!(on, Counting, COUNTING, profile_id)
}

/// The claim other than `except` that counts and carries a certificate ID, and where it stands.
///
/// # Errors
/// When the database says no.
pub async fn with_certificate(
    on: On<'_>,
    certificate_id: &str,
    except: &str,
) -> Result<Option<(String, Status)>, sqlx::Error> {
    let row: Option<(String, String)> =
        fetch_optional!(on, (String, String), CERTIFICATE_TAKEN, certificate_id, except)?;
    Ok(row.and_then(|(id, status)| Some((id, Status::parse(&status)?))))
}

/// Takes the certificate ID out of a pending claim, and says whether it was pending.
///
/// # Errors
/// When the database says no.
pub async fn release_certificate(on: On<'_>, id: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, RELEASE_CERTIFICATE, id)? == 1)
}

/// Whether a denied claim has been corrected by another, which was not withdrawn.
///
/// # Errors
/// When the database says no.
pub async fn is_corrected(on: On<'_>, id: &str) -> Result<bool, sqlx::Error> {
    let (corrections,): (i64,) = fetch_one!(on, (i64,), IS_CORRECTED, id)?;
    Ok(corrections > 0)
}

/// What a press on the button has led to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Submission {
    /// The claim.
    pub claim_id: String,
    /// Hash of what was in the form; `None` for one from before this was kept.
    pub content_hash: Option<String>,
}

/// What a press on the button has led to already.
///
/// # Errors
/// When the database says no.
pub async fn submitted_with(on: On<'_>, account_id: &str, key: &str) -> Result<Option<Submission>, sqlx::Error> {
    fetch_optional!(on, Submission, FIND_SUBMISSION, account_id, key)
}

/// Remembers to which claim a press on the button has led, and with what.
///
/// # Errors
/// When the database says no; [`super::violated_key`] tells whether the same press was first.
pub async fn remember_submission(
    on: On<'_>,
    account_id: &str,
    key: &str,
    submission: &Submission,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(on, SAVE_SUBMISSION, account_id, key, &submission.claim_id, at, submission.content_hash.as_deref())?;
    Ok(())
}

/// Remembers that a key has come once more, with something else.
///
/// # Errors
/// When the database says no.
pub async fn change_submission(on: On<'_>, account_id: &str, key: &str, content_hash: &str) -> Result<(), sqlx::Error> {
    execute!(on, CHANGE_SUBMISSION, account_id, key, content_hash)?;
    Ok(())
}

/// How many claims of an account stand where.
///
/// # Errors
/// When the database says no.
pub async fn totals(on: On<'_>, account_id: &str) -> Result<Vec<(Status, i64)>, sqlx::Error> {
    let rows: Vec<(String, i64)> = fetch_all!(on, (String, i64), TOTALS, account_id)?;
    Ok(rows.into_iter().filter_map(|(status, count)| Some((Status::parse(&status)?, count))).collect())
}

/// A row of My Item(s).
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub item_label: String,
    /// Where it stands.
    pub status: String,
    /// As which type.
    pub item_type: String,
    /// What it earns.
    pub credits: i64,
    /// First day.
    pub started_on: Day,
    /// Last day.
    pub completed_on: Day,
    /// Last day on which its credits can be used.
    pub credits_until: Option<Day>,
    /// Why it was denied.
    pub denial_code: Option<String>,
    /// The day it was sent.
    pub submitted_on: Day,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// How many rows there are on all pages.
    pub total: i64,
    /// Whether another claim corrects it.
    pub corrected: bool,
    /// Whether its credits, which it had earned, were taken back.
    pub revoked: bool,
}

/// What of My Item(s) is shown.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Words in the name; empty: any.
    pub words: &'a str,
    /// Where they stand; `None`: anywhere.
    pub status: Option<Status>,
    /// By which column.
    pub sort: Sort<Column>,
    /// How many.
    pub limit: i64,
    /// After how many.
    pub offset: i64,
}

/// A page of the claims of an account.
///
/// # Errors
/// When the database says no.
pub async fn list(on: On<'_>, account_id: &str, wanted: &Wanted<'_>) -> Result<Vec<Row>, sqlx::Error> {
    let sql = match (wanted.sort.column, wanted.sort.descending) {
        (Column::Name, false) => LIST_BY_NAME,
        (Column::Name, true) => LIST_BY_NAME_DOWN,
        (Column::Status, false) => LIST_BY_STATUS,
        (Column::Status, true) => LIST_BY_STATUS_DOWN,
        (Column::Type, false) => LIST_BY_TYPE,
        (Column::Type, true) => LIST_BY_TYPE_DOWN,
        (Column::Credits, false) => LIST_BY_CREDITS,
        (Column::Credits, true) => LIST_BY_CREDITS_DOWN,
        (Column::Start, false) => LIST_BY_START,
        (Column::Start, true) => LIST_BY_START_DOWN,
        (Column::Completion, false) => LIST_BY_COMPLETION,
        (Column::Completion, true) => LIST_BY_COMPLETION_DOWN,
        (Column::Expiration, false) => LIST_BY_EXPIRATION,
        (Column::Expiration, true) => LIST_BY_EXPIRATION_DOWN,
    };
    let pattern = like_contains(&ce_domain::text::fold(wanted.words.trim()));
    let status = wanted.status.map_or("", Status::key);
    fetch_all!(on, Row, sql, account_id, pattern, status, wanted.limit, wanted.offset)
}

/// A claim that was validated, and what it earned.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Earned {
    /// The claim's id.
    pub id: String,
    /// How many credits.
    pub credits: i64,
}

/// The validated claims of a profile, by all its accounts.
///
/// # Errors
/// When the database says no.
pub async fn earned(on: On<'_>, profile_id: &str) -> Result<Vec<Earned>, sqlx::Error> {
    fetch_all!(on, Earned, EARNED, profile_id)
}

/// A claim, as far as its credits are concerned.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WithCredits {
    /// Its id.
    pub id: String,
    /// The account it was sent from.
    pub account_id: String,
    /// What it is for.
    pub item_label: String,
    /// Name of the type.
    pub type_name: String,
    /// How many credits.
    pub credits: i64,
    /// When the training was completed.
    pub completed_on: Day,
    /// When it was sent.
    pub submitted_on: Day,
    /// `pending` or `earned`.
    pub status: String,
}

/// The claims of a profile whose credits count, have counted or may count, oldest completion first.
///
/// # Errors
/// When the database says no.
pub async fn with_credits(on: On<'_>, profile_id: &str) -> Result<Vec<WithCredits>, sqlx::Error> {
    fetch_all!(on, WithCredits, WITH_CREDITS, profile_id)
}

/// A claim that may have to be sent again.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MaybeAgain {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub item_label: String,
    /// When the training was completed.
    pub completed_on: Day,
    /// Why it was denied; `None`: it is pending.
    pub denial_code: Option<String>,
    /// When something was last done to it.
    pub changed_at: DateTime<Utc>,
}

/// The claims of an account that were denied, or may be, for training completed on `oldest` or later; not those that
/// another claim corrects.
///
/// # Errors
/// When the database says no.
pub async fn may_be_sent_again(on: On<'_>, account_id: &str, oldest: Day) -> Result<Vec<MaybeAgain>, sqlx::Error> {
    fetch_all!(on, MaybeAgain, MAY_BE_SENT_AGAIN, account_id, oldest)
}
