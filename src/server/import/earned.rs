//! Certifications earned, or earned again, after the record began.
//!
//! A row is known by candidate, certification and day. Who has earned something is settled with the file: what was earned
//! is held at once, and lower certifications are renewed with it, as of the day it was earned.

use super::{Change, Context, Outcome, Report, RowError, Table};
use crate::server::db::{Tx, earned, imports, new_id};
use crate::server::error::Fault;
use crate::server::settle;
use ce_domain::calendar::Day;
use indicatif::ProgressBar;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The columns of the file.
pub const COLUMNS: &[&str] = &["candidate_id", "certification", "earned_on"];

/// `recorded_on`: the day on which the body learned of it; without it, today.
pub const OPTIONAL: &[&str] = &["recorded_on"];

struct Row {
    key: earned::Key,
    recorded_on: Day,
}

/// What the rows are checked against.
struct Known {
    profiles: HashMap<String, String>,
    certifications: HashMap<String, String>,
    /// What records began with, known by the same.
    began: HashSet<earned::Key>,
}

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let profiles = imports::profiles(tx.on()).await?;
    let certifications = imports::certifications(tx.on()).await?;
    let began = imports::holdings(tx.on()).await?;
    let known = Known {
        profiles: profiles.into_iter().map(|(id, candidate_id, _)| (candidate_id, id)).collect(),
        certifications: certifications.into_iter().map(|known| (known.code, known.id)).collect(),
        began: began.into_iter().map(|held| (held.profile_id, held.certification_id, held.earned_on)).collect(),
    };
    let mut errors = Vec::new();
    let rows = read(context, table, &known, &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let stored: HashSet<earned::Key> = earned::all(tx.on()).await?.into_iter().collect();
    let mut report = Report::default();
    let mut moved = BTreeSet::new();
    for Row { key, recorded_on } in rows {
        bar.inc(1);
        // When it was learned of does not change when it is learned again.
        if stored.contains(&key) {
            report.count(Change::None);
            continue;
        }
        earned::insert(tx.on(), &new_id(context.now), &key, recorded_on).await?;
        moved.insert(key.0);
        report.count(Change::Added);
    }
    for profile_id in &moved {
        settle::profile(tx, context.settling, profile_id).await?;
    }
    Ok(Ok(report))
}

/// Reads the values of every row; what is wrong with one is noted.
fn read(context: Context<'_>, table: &Table, known: &Known, errors: &mut Vec<RowError>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut lines: HashMap<earned::Key, u64> = HashMap::new();
    for row in &table.rows {
        let mut fields = table.fields(row, errors);
        let candidate_id = fields.required("candidate_id", 20);
        let profile_id = candidate_id.as_ref().and_then(|id| known.profiles.get(id));
        if candidate_id.is_some() && profile_id.is_none() {
            fields.wrong("candidate_id", "is nobody's: import what they hold first, or correct it");
        }
        let code = fields.required("certification", 40);
        let certification_id = code.as_ref().and_then(|code| known.certifications.get(code));
        if code.is_some() && certification_id.is_none() {
            fields.wrong("certification", "is the code of no certification: import it first, or correct it");
        }
        let earned_on = fields.day("earned_on");
        if earned_on.is_some_and(|day| day > context.today) {
            fields.wrong("earned_on", "lies in the future: write the day on which it was earned");
        }
        let recorded_on = fields.optional_day("recorded_on").map(|day| day.unwrap_or(context.today));
        if recorded_on.is_some_and(|day| day > context.today || earned_on.is_some_and(|earned| day < earned)) {
            fields.wrong(
                "recorded_on",
                "lies before it was earned or in the future: write the day on which it became known",
            );
        }
        let (Some(profile_id), Some(certification_id), Some(earned_on), Some(recorded_on)) =
            (profile_id, certification_id, earned_on, recorded_on)
        else {
            continue;
        };
        let key = (profile_id.clone(), certification_id.clone(), earned_on);
        if known.began.contains(&key) {
            fields.wrong("earned_on", "this is what the record began with, so it counts already: take the row out");
        }
        if let Some(before) = lines.insert(key.clone(), row.line) {
            fields.wrong("certification", format!("the same stands on line {before} already: take one of them out"));
        }
        rows.push(Row { key, recorded_on });
    }
    rows
}
