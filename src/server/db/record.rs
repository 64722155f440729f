//! The record of a profile: the facts that its certifications are replayed from, and what is stored of the outcome.

use super::{Db, On, Tx};
use crate::server::clock::Clock;
use crate::{execute, fetch_all, fetch_one, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::claim::Status;
use ce_domain::recert::{ALL_CERTIFICATIONS, Certification, Fact, Holding, Record, Validity};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

statements! {
    /// What a profile held when its record began.
    STARTING = "SELECT c.code, c.level, c.retired_on, c.recertifies, c.validity, h.earned_on, h.cycle_start, h.expires_on,
            h.last_extension, h.status_code
        FROM starting_holdings h JOIN certifications c ON c.id = h.certification_id WHERE h.profile_id = $1";
    EARNED = "SELECT e.id, c.code, c.level, c.retired_on, c.recertifies, c.validity, e.earned_on, e.recorded_on
        FROM earned_certifications e JOIN certifications c ON c.id = e.certification_id WHERE e.profile_id = $1";
    EXAMS = "SELECT id, exam_kind, taken_on, recorded_on FROM exams WHERE profile_id = $1 AND result = 'pass'";
    EXTENSIONS = "SELECT id, certification, months, extended_on, recorded_on FROM extensions
        WHERE profile_id = $1 OR profile_id IS NULL";
    CLAIMS = "SELECT c.id, c.credits, c.completed_on, c.submitted_on, c.status, c.decided_at, r.approved_at, r.revoked_at
        FROM claims c LEFT JOIN revocations r ON r.claim_id = c.id
        WHERE c.profile_id = $1 AND c.counted_in = 'record'";
    /// What is stored of the outcome.
    STORED = "SELECT h.id, c.code, h.earned_on, h.cycle_start, h.last_extension, h.expires_on, h.status_code, h.kept
        FROM holdings h JOIN certifications c ON c.id = h.certification_id WHERE h.profile_id = $1";
    INSERT = "INSERT INTO holdings (id, profile_id, certification_id, earned_on, cycle_start, last_extension, expires_on,
            status_code, kept)
        SELECT $1, $2, c.id, $4, $5, $6, $7, $8, $9 FROM certifications c WHERE c.code = $3";
    UPDATE = "UPDATE holdings SET cycle_start = $2, last_extension = $3, expires_on = $4, status_code = $5, kept = $6
        WHERE id = $1";
    DELETE = "DELETE FROM holdings WHERE id = $1";
    SETTLED = "INSERT INTO settlements (profile_id, settled_on, next_on, settled_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (profile_id) DO UPDATE SET settled_on = $2, next_on = $3, settled_at = $4";
    /// Profiles whose day has come, or that were never settled, a batch at a time.
    DUE = "SELECT p.id FROM profiles p LEFT JOIN settlements s ON s.profile_id = p.id
        WHERE (s.profile_id IS NULL OR s.next_on <= $1) AND p.id > $2 ORDER BY p.id LIMIT $3";
    /// How many there are of them.
    DUE_COUNT = "SELECT count(*) AS due FROM profiles p LEFT JOIN settlements s ON s.profile_id = p.id
        WHERE s.profile_id IS NULL OR s.next_on <= $1";
    SETTLEMENT = "SELECT settled_on, next_on FROM settlements WHERE profile_id = $1";
    /// When what is stored of a profile last changed.
    CHANGED_AT = "SELECT COALESCE(s.settled_at, p.created_at) AS changed_at
        FROM profiles p LEFT JOIN settlements s ON s.profile_id = p.id WHERE p.id = $1";
    PROFILE_COUNT = "SELECT count(*) AS profiles FROM profiles";
    /// Every profile, a batch at a time.
    PROFILES = "SELECT id, candidate_id FROM profiles WHERE id > $1 ORDER BY id LIMIT $2";
}

#[derive(sqlx::FromRow)]
struct CertificationRow {
    code: String,
    level: String,
    retired_on: Option<Day>,
    recertifies: String,
    validity: String,
}

impl CertificationRow {
    fn read(self) -> Certification {
        let validity = match self.validity.as_str() {
            "life" => Validity::ForLife,
            years => years.parse().map_or(Validity::AsTheProgramSays, Validity::Years),
        };
        Certification {
            code: self.code,
            level: self.level,
            retired_on: self.retired_on,
            recertifies: self.recertifies == "yes",
            validity,
        }
    }
}

#[derive(sqlx::FromRow)]
struct StartingRow {
    #[sqlx(flatten)]
    certification: CertificationRow,
    earned_on: Day,
    cycle_start: Day,
    expires_on: Option<Day>,
    last_extension: Option<Day>,
    status_code: String,
}

#[derive(sqlx::FromRow)]
struct EarnedRow {
    id: String,
    #[sqlx(flatten)]
    certification: CertificationRow,
    earned_on: Day,
    recorded_on: Day,
}

#[derive(sqlx::FromRow)]
struct ExtensionRow {
    id: String,
    certification: String,
    months: i64,
    extended_on: Day,
    recorded_on: Day,
}

#[derive(sqlx::FromRow)]
struct ClaimRow {
    id: String,
    credits: i64,
    completed_on: Day,
    submitted_on: Day,
    status: String,
    decided_at: Option<DateTime<Utc>>,
    /// Of one whose credits were taken back: when they had been approved, and when they were taken back.
    approved_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

/// What the files that a record began with say of a holding, besides what the rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Began {
    /// When its expiry had last been extended.
    pub last_extension: Option<Day>,
    /// The code of the record, as `CERT`.
    pub status_code: String,
}

/// A profile's record, with what its beginning says besides.
pub struct Loaded {
    /// What is replayed.
    pub record: Record,
    /// By certification code and the day it was earned.
    pub began: BTreeMap<(String, Day), Began>,
}

/// What a profile's record is read from: the pool, or a transaction.
pub trait Source: Send {
    /// For one statement.
    fn on(&mut self) -> On<'_>;
}

impl Source for Tx {
    fn on(&mut self) -> On<'_> {
        Tx::on(self)
    }
}

impl Source for &Db {
    fn on(&mut self) -> On<'_> {
        self.read()
    }
}

/// Reads a profile's record. `clock` tells on which day of the program's zone a claim was decided.
///
/// # Errors
/// When the database says no.
pub async fn load(source: &mut impl Source, profile_id: &str, clock: &Clock) -> Result<Loaded, sqlx::Error> {
    let mut record = Record::default();
    let mut began = BTreeMap::new();
    let mut known: BTreeMap<String, Certification> = BTreeMap::new();
    for row in fetch_all!(source.on(), StartingRow, STARTING, profile_id)? {
        let certification = row.certification.read();
        record.holdings.push(Holding {
            certification: certification.code.clone(),
            earned_on: row.earned_on,
            cycle_start: row.cycle_start,
            expires_on: row.expires_on,
        });
        let said = Began { last_extension: row.last_extension, status_code: row.status_code };
        began.insert((certification.code.clone(), row.earned_on), said);
        known.insert(certification.code.clone(), certification);
    }
    for row in fetch_all!(source.on(), EarnedRow, EARNED, profile_id)? {
        let certification = row.certification.read();
        record.facts.push(Fact::Earned {
            id: Some(row.id),
            certification: certification.code.clone(),
            on: row.earned_on,
            recorded_on: row.recorded_on,
        });
        known.insert(certification.code.clone(), certification);
    }
    for (id, exam_kind, passed_on, recorded_on) in
        fetch_all!(source.on(), (String, String, Day, Day), EXAMS, profile_id)?
    {
        record.facts.push(Fact::Exam { id, exam_kind, passed_on, recorded_on });
    }
    for row in fetch_all!(source.on(), ExtensionRow, EXTENSIONS, profile_id)? {
        // What is extended for everybody concerns only those who hold it.
        if row.certification != ALL_CERTIFICATIONS && !known.contains_key(&row.certification) {
            continue;
        }
        record.facts.push(Fact::Extended {
            id: Some(row.id),
            certification: row.certification,
            months: u64::try_from(row.months).unwrap_or(0),
            on: row.extended_on,
            recorded_on: row.recorded_on,
        });
    }
    for row in fetch_all!(source.on(), ClaimRow, CLAIMS, profile_id)? {
        claim_facts(row, clock, &mut record.facts);
    }
    record.certifications = known.into_values().collect();
    Ok(Loaded { record, began })
}

/// A claim, and what was decided about it.
fn claim_facts(row: ClaimRow, clock: &Clock, facts: &mut Vec<Fact>) {
    // A pending claim may be changed to a later completion than the day it was first sent.
    let recorded_on = row.submitted_on.max(row.completed_on);
    facts.push(Fact::Claim { id: row.id.clone(), credits: row.credits, completed_on: row.completed_on, recorded_on });
    if let (Some(approved_at), Some(revoked_at)) = (row.approved_at, row.revoked_at) {
        let approved_on = clock.day_of(approved_at).max(recorded_on);
        let revoked_on = clock.day_of(revoked_at).max(approved_on);
        let approved =
            Fact::Approved { id: row.id.clone(), credits: None, completed_on: None, recorded_on: approved_on };
        facts.extend([approved, Fact::Revoked { id: row.id, recorded_on: revoked_on }]);
        return;
    }
    let Some(decided_at) = row.decided_at else { return };
    let recorded_on = clock.day_of(decided_at).max(recorded_on);
    match Status::parse(&row.status) {
        Some(Status::Earned) => {
            facts.push(Fact::Approved { id: row.id, credits: None, completed_on: None, recorded_on });
        }
        Some(Status::Denied | Status::Withdrawn) => facts.push(Fact::Denied { id: row.id, recorded_on }),
        Some(Status::Pending) | None => {}
    }
}

/// A holding as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// Code of the certification.
    pub code: String,
    /// When it was earned.
    pub earned_on: Day,
    /// When it was earned or last renewed.
    pub cycle_start: Day,
    /// When its expiry was last moved.
    pub last_extension: Option<Day>,
    /// The day it expires.
    pub expires_on: Option<Day>,
    /// The code of the record, as `CERT`.
    pub status_code: String,
    /// `yes` where a promise that was kept has made it longer.
    pub kept: String,
}

/// What is stored of a profile's holdings.
///
/// # Errors
/// When the database says no.
pub async fn stored(on: On<'_>, profile_id: &str) -> Result<Vec<Stored>, sqlx::Error> {
    fetch_all!(on, Stored, STORED, profile_id)
}

/// Stores a holding that is new.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, profile_id: &str, new: &Stored) -> Result<(), sqlx::Error> {
    let Stored { id, code, earned_on, cycle_start, last_extension, expires_on, status_code, kept } = new;
    execute!(
        on,
        INSERT,
        id,
        profile_id,
        code,
        *earned_on,
        *cycle_start,
        *last_extension,
        *expires_on,
        status_code,
        kept
    )?;
    Ok(())
}

/// Stores what has become of a holding.
///
/// # Errors
/// When the database says no.
pub async fn update(on: On<'_>, changed: &Stored) -> Result<(), sqlx::Error> {
    let Stored { id, cycle_start, last_extension, expires_on, status_code, kept, .. } = changed;
    execute!(on, UPDATE, id, *cycle_start, *last_extension, *expires_on, status_code, kept)?;
    Ok(())
}

/// Takes a holding away that a fact which came late has made another one's renewal.
///
/// # Errors
/// When the database says no.
pub async fn delete(on: On<'_>, id: &str) -> Result<(), sqlx::Error> {
    execute!(on, DELETE, id)?;
    Ok(())
}

/// Notes until when what is stored of a profile is what the rules say.
///
/// # Errors
/// When the database says no.
pub async fn settled(
    on: On<'_>,
    profile_id: &str,
    settled_on: Day,
    next_on: Option<Day>,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(on, SETTLED, profile_id, settled_on, next_on, at)?;
    Ok(())
}

/// When what is stored of a profile last changed.
///
/// # Errors
/// When the database says no, or there is no such profile.
pub async fn changed_at(on: On<'_>, profile_id: &str) -> Result<DateTime<Utc>, sqlx::Error> {
    let (changed_at,): (DateTime<Utc>,) = fetch_one!(on, (DateTime<Utc>,), CHANGED_AT, profile_id)?;
    Ok(changed_at)
}

/// Profiles whose day has come, or that were never settled: the first few after one.
///
/// # Errors
/// When the database says no.
pub async fn due(on: On<'_>, today: Day, after: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    let rows = fetch_all!(on, (String,), DUE, today, after, most)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many profiles' day has come.
///
/// # Errors
/// When the database says no.
pub async fn due_count(on: On<'_>, today: Day) -> Result<i64, sqlx::Error> {
    let (count,) = fetch_one!(on, (i64,), DUE_COUNT, today)?;
    Ok(count)
}

/// Profiles with their candidate IDs: the first few after one.
///
/// # Errors
/// When the database says no.
pub async fn profiles(on: On<'_>, after: &str, most: i64) -> Result<Vec<(String, String)>, sqlx::Error> {
    fetch_all!(on, (String, String), PROFILES, after, most)
}

/// How many profiles there are.
///
/// # Errors
/// When the database says no.
pub async fn profile_count(on: On<'_>) -> Result<i64, sqlx::Error> {
    let (count,) = fetch_one!(on, (i64,), PROFILE_COUNT)?;
    Ok(count)
}

/// Until when what is stored of a profile is what the rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Settlement {
    /// The day it was settled as of.
    pub settled_on: Day,
    /// The next day on which something changes without a new fact.
    pub next_on: Option<Day>,
}

/// When a profile was settled, if it ever was.
///
/// # Errors
/// When the database says no.
pub async fn settlement(on: On<'_>, profile_id: &str) -> Result<Option<Settlement>, sqlx::Error> {
    fetch_optional!(on, Settlement, SETTLEMENT, profile_id)
}
