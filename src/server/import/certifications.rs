//! Certifications: what can be held, and until when it could be earned.

use super::{Change, Context, Outcome, Report, Table, choices};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use crate::server::settle;
use ce_domain::calendar::{Day, show};
use indicatif::ProgressBar;
use std::collections::{BTreeSet, HashMap};

/// The columns of the file. The code is what a row is known by.
pub const COLUMNS: &[&str] = &["code", "name", "level", "retired_on"];

/// `recertifies`: `no` for those that nothing renews. `validity_years`: a number of years, or `life`, where it is not as
/// the program says.
pub const OPTIONAL: &[&str] = &["recertifies", "validity_years"];

struct Row {
    place: usize,
    code: String,
    name: String,
    level: String,
    retired_on: Option<Day>,
    recertifies: String,
    validity: String,
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
        let recertifies = match fields.value("recertifies").to_lowercase().as_str() {
            "" | "yes" => "yes",
            "no" => "no",
            _ => {
                fields.wrong("recertifies", "write yes or no, or leave it empty for yes");
                "yes"
            }
        };
        let validity = match fields.value("validity_years").to_lowercase().as_str() {
            "" => "program".to_owned(),
            "life" => "life".to_owned(),
            years if years.parse::<u32>().is_ok_and(|years| (1..=50).contains(&years)) => years.to_owned(),
            _ => {
                fields.wrong(
                    "validity_years",
                    "write a whole number from 1 to 50, or life; leave it empty where the program's own number holds",
                );
                "program".to_owned()
            }
        };
        if let Some(before) = code.as_ref().and_then(|code| lines.insert(code.clone(), row.line)) {
            fields.wrong("code", format!("stands on line {before} already: take one of them out"));
        }
        if let (Some(code), Some(name), Some(level), Some(retired_on)) = (code, name, level, retired_on) {
            let recertifies = recertifies.to_owned();
            rows.push(Row { place, code, name, level, retired_on, recertifies, validity });
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
    let mut moved = BTreeSet::new();
    for row in rows {
        bar.inc(1);
        let before = stored.get(row.code.as_str());
        let certification = imports::Certification {
            id: before.map_or_else(|| new_id(context.now), |before| before.id.clone()),
            code: row.code,
            name: row.name,
            level: row.level,
            retired_on: row.retired_on,
            recertifies: row.recertifies,
            validity: row.validity,
            holders: before.map_or(0, |before| before.holders),
        };
        let change = match before {
            None => {
                imports::insert_certification(tx.on(), &certification).await?;
                Change::Added
            }
            Some(before) if **before == certification => Change::None,
            Some(before) => {
                imports::update_certification(tx.on(), &certification).await?;
                let rules = |c: &imports::Certification| {
                    (c.retired_on, c.recertifies.clone(), c.validity.clone(), c.level.clone())
                };
                if rules(before) != rules(&certification) {
                    moved.extend(imports::holders(tx.on(), &certification.id).await?);
                }
                Change::Changed
            }
        };
        report.count(change);
    }
    for profile_id in &moved {
        settle::profile(tx, context.settling, profile_id).await?;
    }
    Ok(Ok(report))
}
