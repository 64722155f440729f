//! Certifications: what can be held, and until when it could be earned.

use super::{Change, Context, Outcome, Report, Table, choices};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use ce_domain::calendar::{Day, show};
use indicatif::ProgressBar;
use std::collections::HashMap;

/// The columns of the file. The code is what a row is known by.
pub const COLUMNS: &[&str] = &["code", "name", "level", "retired_on"];

struct Row {
    place: usize,
    code: String,
    name: String,
    level: String,
    retired_on: Option<Day>,
}

pub(super) async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    let mut errors = Vec::new();
    let mut rows: Vec<Row> = Vec::with_capacity(table.rows.len());
    let mut lines: HashMap<String, u64> = HashMap::new();
    for (place, row) in table.rows.iter().enumerate() {
        let mut fields = table.fields(row, &mut errors);
        let code = fields.required("code", 40);
        let name = fields.required("name", 200);
        let mut level = fields.required("level", 40);
        if level.as_deref().is_some_and(|level| context.program.level(level).is_none()) {
            let levels = choices(context.program.levels.iter().map(|level| level.key.as_str()));
            fields.wrong("level", format!("is no level of this program: write one of {levels}"));
            level = None;
        }
        let retired_on = if ["yes", "true", "x", "retired"]
            .contains(&fields.value("retired_on").to_lowercase().as_str())
        {
            fields
                .wrong("retired_on", "write the day it was retired, like 2020-02-24: the day decides what is renewed");
            None
        } else {
            fields.optional_day("retired_on")
        };
        if let Some(before) = code.as_ref().and_then(|code| lines.insert(code.clone(), row.line)) {
            fields.wrong("code", format!("stands on line {before} already: take one of them out"));
        }
        if let (Some(code), Some(name), Some(level), Some(retired_on)) = (code, name, level, retired_on) {
            rows.push(Row { place, code, name, level, retired_on });
        }
    }
    let stored = imports::certifications(tx.on()).await?;
    let stored: HashMap<&str, &imports::Certification> = stored.iter().map(|c| (c.code.as_str(), c)).collect();
    for row in &rows {
        let (Some(before), Some(file_row)) = (stored.get(row.code.as_str()), table.rows.get(row.place)) else {
            continue;
        };
        let mut fields = table.fields(file_row, &mut errors);
        if let (Some(retired), None) = (before.retired_on, row.retired_on) {
            fields.wrong(
                "retired_on",
                format!(
                    "this certification was retired on {}: write the date, so that it stays retired",
                    show(retired)
                ),
            );
        }
        if before.level != row.level && before.holders > 0 {
            fields.wrong(
                "level",
                format!(
                    "this certification is held at the level {}, and claims rest on that: give the new one another code",
                    before.level
                ),
            );
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let mut report = Report::default();
    for row in rows {
        bar.inc(1);
        let before = stored.get(row.code.as_str());
        let certification = imports::Certification {
            id: before.map_or_else(|| new_id(context.now), |before| before.id.clone()),
            code: row.code,
            name: row.name,
            level: row.level,
            retired_on: row.retired_on,
            holders: before.map_or(0, |before| before.holders),
        };
        let change = match before {
            None => {
                imports::insert_certification(tx.on(), &certification).await?;
                Change::Added
            }
            Some(before) if **before == certification => Change::None,
            Some(_) => {
                imports::update_certification(tx.on(), &certification).await?;
                Change::Changed
            }
        };
        report.count(change);
    }
    Ok(Ok(report))
}
