//! Exam results: whose, which, when, and whether passed.
//!
//! A row is known by candidate, exam and day. Who has results in the file is settled with it: what an exam renews is
//! renewed at once, as of the day it was passed.

use super::{Change, Context, Outcome, Report, RowError, Table, choices};
use crate::server::db::{Tx, exams, imports, new_id};
use crate::server::error::Fault;
use crate::server::settle;
use ce_domain::calendar::Day;
use indicatif::ProgressBar;
use std::collections::{BTreeSet, HashMap};

/// The columns of the file.
pub const COLUMNS: &[&str] = &["candidate_id", "exam", "name", "kind", "taken_on", "score", "result"];

/// `recorded_on`: the day on which the body learned of it, for results of the past; without it, today.
pub const OPTIONAL: &[&str] = &["recorded_on"];

struct Row {
    candidate_id: String,
    code: String,
    name: String,
    kind: String,
    taken_on: Day,
    score: Option<i64>,
    result: String,
    recorded_on: Day,
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
    let rows = read(context, table, &profiles, &mut errors);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let stored: HashMap<(String, String, Day), exams::Exam> = exams::all(tx.on())
        .await?
        .into_iter()
        .map(|exam| ((exam.profile_id.clone(), exam.code.clone(), exam.taken_on), exam))
        .collect();
    let mut report = Report::default();
    let mut moved = BTreeSet::new();
    for row in rows {
        bar.inc(1);
        let Some(profile_id) = profiles.get(&row.candidate_id) else { continue };
        let before = stored.get(&(profile_id.clone(), row.code.clone(), row.taken_on));
        let exam = exams::Exam {
            id: before.map_or_else(|| new_id(context.now), |before| before.id.clone()),
            profile_id: profile_id.clone(),
            code: row.code,
            name: row.name,
            kind: row.kind,
            taken_on: row.taken_on,
            score: row.score,
            result: row.result,
            // When it was learned of does not change when it is learned again.
            recorded_on: before.map_or(row.recorded_on, |before| before.recorded_on),
        };
        let change = match before {
            None => {
                exams::insert(tx.on(), &exam).await?;
                Change::Added
            }
            Some(before) if *before == exam => Change::None,
            Some(_) => {
                exams::update(tx.on(), &exam).await?;
                Change::Changed
            }
        };
        if change != Change::None {
            moved.insert(exam.profile_id);
        }
        report.count(change);
    }
    for profile_id in &moved {
        settle::profile(tx, context.settling, profile_id).await?;
    }
    Ok(Ok(report))
}

/// Reads the values of every row; what is wrong with one is noted.
fn read(
    context: Context<'_>,
    table: &Table,
    profiles: &HashMap<String, String>,
    errors: &mut Vec<RowError>,
) -> Vec<Row> {
    let kinds = || context.program.exam_kinds.iter().map(|kind| kind.key.as_str());
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut lines: HashMap<(String, String, Day), u64> = HashMap::new();
    for row in &table.rows {
        let mut fields = table.fields(row, errors);
        let candidate_id = fields.required("candidate_id", 20);
        if candidate_id.as_ref().is_some_and(|id| !profiles.contains_key(id)) {
            fields.wrong("candidate_id", "is nobody's: import what they hold first, or correct it");
        }
        let code = fields.required("exam", 40);
        let name = fields.required("name", 200);
        let kind = fields.required("kind", 40);
        if kind.as_deref().is_some_and(|kind| !kinds().any(|known| known == kind)) {
            fields.wrong("kind", format!("is no kind of exam of this program: write one of {}", choices(kinds())));
        }
        let taken_on = fields.day("taken_on");
        if taken_on.is_some_and(|day| day > context.today) {
            fields.wrong("taken_on", "lies in the future: write the day on which it was taken");
        }
        let score = match fields.value("score") {
            "" => Some(None),
            text => match text.parse::<i64>() {
                Ok(score) if (0..=100_000).contains(&score) => Some(Some(score)),
                _ => {
                    fields.wrong("score", "is no score: write a whole number, or leave it empty");
                    None
                }
            },
        };
        let result = fields.required("result", 10).map(|result| result.to_lowercase());
        if result.as_deref().is_some_and(|result| !["pass", "fail"].contains(&result)) {
            fields.wrong("result", "write pass or fail");
        }
        let recorded_on = fields.optional_day("recorded_on").map(|day| day.unwrap_or(context.today));
        if recorded_on.is_some_and(|day| day > context.today || taken_on.is_some_and(|taken| day < taken)) {
            fields
                .wrong("recorded_on", "lies before the exam or in the future: write the day on which it became known");
        }
        let (Some(candidate_id), Some(code), Some(name), Some(kind)) = (candidate_id, code, name, kind) else {
            continue;
        };
        let (Some(taken_on), Some(score), Some(result), Some(recorded_on)) = (taken_on, score, result, recorded_on)
        else {
            continue;
        };
        if let Some(before) = lines.insert((candidate_id.clone(), code.clone(), taken_on), row.line) {
            fields
                .wrong("exam", format!("the same exam on the same day stands on line {before} already: take one out"));
        }
        rows.push(Row { candidate_id, code, name, kind, taken_on, score, result, recorded_on });
    }
    rows
}
