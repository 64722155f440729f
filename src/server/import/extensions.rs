//! Extensions: months added to what was active on a day, of one person or of everybody (`*`).
//!
//! A row is known by candidate, certification and the day it was granted for. Who is named is settled with the file. What
//! is for everybody makes whoever holds it due to be settled; that follows in batches, and can be interrupted.

use super::{Change, Context, Outcome, Report, RowError, Table};
use crate::server::db::extensions::{self, Extension};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use crate::server::settle;
use ce_domain::calendar::Day;
use ce_domain::recert::ALL_CERTIFICATIONS;
use ce_domain::text::count;
use indicatif::ProgressBar;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The columns of the file.
pub const COLUMNS: &[&str] = &["candidate_id", "certification", "months", "on", "note"];

/// `recorded_on`: the day on which it was decided, for extensions of the past; without it, today.
pub const OPTIONAL: &[&str] = &["recorded_on"];

/// Stands for everybody.
const EVERYBODY: &str = "*";

/// As many months as the database takes.
const MOST_MONTHS: i64 = 1200;

/// What a row is known by: profile (`None`: everybody), certification (or `*`), and the day.
type Key = (Option<String>, String, Day);

struct Row {
    place: usize,
    key: Key,
    months: i64,
    recorded_on: Day,
    note: String,
}

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let mut errors = Vec::new();
    let profiles: HashMap<String, String> =
        imports::profiles(tx.on()).await?.into_iter().map(|(id, candidate_id, _)| (candidate_id, id)).collect();
    let codes: HashSet<String> = imports::certifications(tx.on()).await?.into_iter().map(|known| known.code).collect();
    let rows = read(context, table, &profiles, &codes, &mut errors);
    let stored: HashMap<Key, Extension> = extensions::all(tx.on())
        .await?
        .into_iter()
        .map(|known| ((known.profile_id.clone(), known.certification.clone(), known.extended_on), known))
        .collect();
    for Row { place, key, months, .. } in &rows {
        let Some(file_row) = table.rows.get(*place) else { continue };
        let mut fields = table.fields(file_row, &mut errors);
        // People have been told a date that rests on it.
        if let Some(before) = stored.get(key).filter(|before| before.months != *months) {
            let granted = count(before.months, "month was", "months were");
            let reason = format!(
                "{granted} granted for this day already, and that stays: write {}; for more, grant another day's",
                before.months
            );
            fields.wrong("months", reason);
        }
        if let (Some(profile_id), code, _) = key
            && code != ALL_CERTIFICATIONS
            && !extensions::holds(tx.on(), profile_id, code).await?
        {
            fields.wrong("certification", "was never held by this person: correct it, or import what they hold first");
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut report = Report::default();
    let (mut moved, mut for_all) = (BTreeSet::new(), BTreeSet::new());
    for Row { key, months, recorded_on, note, .. } in rows {
        bar.inc(1);
        match stored.get(&key) {
            Some(before) if before.note == note => report.count(Change::None),
            Some(before) => {
                extensions::set_note(tx.on(), &before.id, &note).await?;
                report.count(Change::Changed);
            }
            None => {
                let (profile_id, certification, extended_on) = key;
                match &profile_id {
                    Some(profile_id) => moved.insert(profile_id.clone()),
                    None => for_all.insert(certification.clone()),
                };
                let id = new_id(context.now);
                let new = Extension { id, profile_id, certification, months, extended_on, recorded_on, note };
                extensions::insert(tx.on(), &new).await?;
                report.count(Change::Added);
            }
        }
    }
    for code in &for_all {
        extensions::unsettle(tx.on(), code).await?;
    }
    for profile_id in &moved {
        settle::profile(tx, context.settling, profile_id).await?;
    }
    report.leaves_to_settle = !for_all.is_empty();
    Ok(Ok(report))
}

/// Reads the values of every row; what is wrong with one alone is noted.
fn read(
    context: Context<'_>,
    table: &Table,
    profiles: &HashMap<String, String>,
    codes: &HashSet<String>,
    errors: &mut Vec<RowError>,
) -> Vec<Row> {
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut lines: HashMap<Key, u64> = HashMap::new();
    for (place, row) in table.rows.iter().enumerate() {
        let mut fields = table.fields(row, errors);
        let profile_id = match fields.required("candidate_id", 20).as_deref() {
            None => None,
            Some(EVERYBODY) => Some(None),
            Some(id) => {
                let found = profiles.get(id);
                if found.is_none() {
                    fields.wrong("candidate_id", "is nobody's: correct it, or write * for everybody");
                }
                found.map(|id| Some(id.clone()))
            }
        };
        let certification = fields.required("certification", 40);
        if certification.as_deref().is_some_and(|code| code != ALL_CERTIFICATIONS && !codes.contains(code)) {
            fields.wrong("certification", "is the code of no certification: correct it, or write * for all of them");
        }
        let months = fields.value("months").parse::<i64>().ok().filter(|months| (1..=MOST_MONTHS).contains(months));
        if months.is_none() {
            fields.wrong("months", format!("write a whole number of months from 1 to {MOST_MONTHS}"));
        }
        let on = fields.day("on");
        if on.is_some_and(|day| day > context.today) {
            fields.wrong("on", "lies in the future: write a day that has come; what is active on it is extended");
        }
        let recorded_on = fields.optional_day("recorded_on").map(|day| day.unwrap_or(context.today));
        if recorded_on.is_some_and(|day| day > context.today || on.is_some_and(|on| day < on)) {
            let reason =
                "lies before the day it was granted for or in the future: write the day on which it was decided";
            fields.wrong("recorded_on", reason);
        }
        let note = fields.text("note", 500);
        let (Some(profile_id), Some(certification), Some(months), Some(on)) = (profile_id, certification, months, on)
        else {
            continue;
        };
        let (Some(recorded_on), Some(note)) = (recorded_on, note) else { continue };
        let key = (profile_id, certification, on);
        if let Some(before) = lines.insert(key.clone(), row.line) {
            fields.wrong("on", format!("the same is extended for this day on line {before} already: take one out"));
        }
        rows.push(Row { place, key, months, recorded_on, note });
    }
    rows
}
