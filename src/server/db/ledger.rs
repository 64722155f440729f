//! The ledger of credits: entries are only ever added, each hashed together with the one before it.

use super::{On, Tx, new_id};
use crate::{execute, fetch_all, fetch_optional, statements};
use ce_domain::calendar::Day;
use ce_domain::ledger::{Due, Entry, Format, Kind, Standing};
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

statements! {
    LAST = "SELECT sequence, hash FROM ledger_entries WHERE profile_id = $1 ORDER BY sequence DESC LIMIT 1";
    INSERT = "INSERT INTO ledger_entries (id, profile_id, sequence, claim_id, kind, credits, effective_on, valid_until,
        recorded_at, previous_hash, hash, format, renewal, reverses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    OF_PROFILE = "SELECT profile_id, sequence, claim_id, kind, credits, effective_on, valid_until, recorded_at, previous_hash, hash,
        format, renewal, reverses FROM ledger_entries WHERE profile_id = $1 ORDER BY sequence";
    /// The entries of a profile's ledger that nothing has reversed.
    STANDING = "SELECT sequence, claim_id, kind, credits, effective_on, valid_until, renewal FROM ledger_entries e
        WHERE profile_id = $1 AND kind <> 'reversed' AND NOT EXISTS (
            SELECT 1 FROM ledger_entries r WHERE r.profile_id = e.profile_id AND r.reverses = e.sequence)
        ORDER BY sequence";
}

/// What is to be written: the place in the ledger and the hashes are found here.
pub struct NewEntry<'a> {
    /// Whose credits.
    pub profile_id: &'a str,
    /// The claim they come from.
    pub claim_id: &'a str,
    /// What it does.
    pub kind: Kind,
    /// How many; negative when they go.
    pub credits: i64,
    /// The day from which it counts.
    pub effective_on: Day,
    /// The last day on which they can be used.
    pub valid_until: Day,
    /// When it is written.
    pub recorded_at: DateTime<Utc>,
    /// Of spent credits: code of the certification whose renewal used them.
    pub renewal: Option<&'a str>,
    /// Of a reversal: the place of the entry that does not stand any more.
    pub reverses: Option<i64>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    /// Whose credits.
    pub profile_id: String,
    /// Its place, from 1.
    pub sequence: i64,
    /// The claim they come from.
    pub claim_id: String,
    /// What it does.
    pub kind: String,
    /// How many.
    pub credits: i64,
    /// The day from which it counts.
    pub effective_on: Day,
    /// The last day on which they can be used.
    pub valid_until: Day,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// Hash of the entry before; empty for the first.
    pub previous_hash: String,
    /// Its own hash.
    pub hash: String,
    /// How the hashed text is made.
    pub format: i64,
    /// Of spent credits: code of the certification whose renewal used them.
    pub renewal: Option<String>,
    /// Of a reversal: the place of the entry that does not stand any more.
    pub reverses: Option<i64>,
}

/// Adds an entry at the end of a profile's ledger.
///
/// Two writers at once find the same end; the unique key on (profile, sequence) lets one of them through, and the other
/// transaction is tried again.
///
/// # Errors
/// When the database says no.
pub async fn append(tx: &mut Tx, entry: &NewEntry<'_>) -> Result<(), sqlx::Error> {
    let last: Option<(i64, String)> = fetch_optional!(tx.on(), (i64, String), LAST, entry.profile_id)?;
    let (sequence, previous) = last.map_or((1, String::new()), |(sequence, hash)| (sequence + 1, hash));
    let hash = hash(
        &Entry {
            sequence,
            profile: entry.profile_id,
            claim: entry.claim_id,
            kind: entry.kind,
            credits: entry.credits,
            effective_on: entry.effective_on,
            valid_until: entry.valid_until,
            recorded_at: &instant(entry.recorded_at),
            renewal: entry.renewal,
            reverses: entry.reverses,
        },
        Format::Two,
        &previous,
    );
    let id = new_id(entry.recorded_at);
    execute!(
        tx.on(),
        INSERT,
        id,
        entry.profile_id,
        sequence,
        entry.claim_id,
        entry.kind.key(),
        entry.credits,
        entry.effective_on,
        entry.valid_until,
        entry.recorded_at,
        previous,
        hash,
        Format::Two.number(),
        entry.renewal,
        entry.reverses
    )?;
    Ok(())
}

/// A profile's ledger, from its beginning.
///
/// # Errors
/// When the database says no.
pub async fn of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<Stored>, sqlx::Error> {
    fetch_all!(on, Stored, OF_PROFILE, profile_id)
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    sequence: i64,
    claim_id: String,
    kind: String,
    credits: i64,
    effective_on: Day,
    valid_until: Day,
    renewal: Option<String>,
}

/// The entries of a profile's ledger that nothing has reversed, in their order.
///
/// # Errors
/// When the database says no.
pub async fn standing(on: On<'_>, profile_id: &str) -> Result<Vec<Standing>, sqlx::Error> {
    let rows = fetch_all!(on, StandingRow, STANDING, profile_id)?;
    let standing = rows.into_iter().filter_map(|row| {
        let says = Due {
            effective_on: row.effective_on,
            claim: row.claim_id,
            kind: Kind::parse(&row.kind)?,
            credits: row.credits,
            valid_until: row.valid_until,
            renewal: row.renewal,
        };
        Some(Standing { sequence: row.sequence, says })
    });
    Ok(standing.collect())
}

/// The first entry of a profile's ledger that is not what was written, or does not follow the one before it.
pub fn first_broken(entries: &[Stored]) -> Option<i64> {
    let mut previous = String::new();
    for (sequence, stored) in (1..).zip(entries) {
        let expected = Kind::parse(&stored.kind).zip(Format::parse(stored.format)).map(|(kind, format)| {
            hash(
                &Entry {
                    sequence,
                    profile: &stored.profile_id,
                    claim: &stored.claim_id,
                    kind,
                    credits: stored.credits,
                    effective_on: stored.effective_on,
                    valid_until: stored.valid_until,
                    recorded_at: &instant(stored.recorded_at),
                    renewal: stored.renewal.as_deref(),
                    reverses: stored.reverses,
                },
                format,
                &previous,
            )
        });
        if stored.previous_hash != previous || expected.as_deref() != Some(stored.hash.as_str()) {
            return Some(sequence);
        }
        previous.clone_from(&stored.hash);
    }
    None
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn hash(entry: &Entry<'_>, format: Format, previous: &str) -> String {
    Sha256::digest(entry.canonical(format, previous)).iter().map(|byte| format!("{byte:02x}")).collect()
}
