//! Providers: who gives training, one row a site.

use super::{Change, Context, Outcome, Report, Table, free_slug};
use crate::server::db::{Tx, imports, new_id};
use crate::server::error::Fault;
use ce_domain::text;
use indicatif::ProgressBar;
use std::collections::{HashMap, HashSet};

/// The columns of the file. The name is what a row is known by.
pub const COLUMNS: &[&str] = &["name", "kind", "country"];

struct Row {
    line: u64,
    name: String,
    kind: String,
    country: String,
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
    for row in &table.rows {
        let mut fields = table.fields(row, &mut errors);
        let (name, kind, country) =
            (fields.required("name", 200), fields.required("kind", 60), fields.text("country", 80));
        let (Some(name), Some(kind), Some(country)) = (name, kind, country) else { continue };
        if let Some(before) = lines.insert(name.clone(), row.line) {
            fields.wrong("name", format!("stands on line {before} already: take one of them out"));
        }
        rows.push(Row { line: row.line, name, kind, country });
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let stored = imports::providers(tx.on()).await?;
    let mut slugs: HashSet<String> = stored.iter().map(|provider| provider.slug.clone()).collect();
    let stored: HashMap<&str, &imports::Provider> = stored.iter().map(|p| (p.name.as_str(), p)).collect();
    let mut report = Report::default();
    // By name, so that slugs do not depend on the order of the rows.
    rows.sort_by(|a, b| a.name.cmp(&b.name).then(a.line.cmp(&b.line)));
    for row in &rows {
        bar.inc(1);
        let change = match stored.get(row.name.as_str()) {
            Some(before) if before.kind == row.kind && before.country == row.country => Change::None,
            Some(before) => {
                imports::update_provider(tx.on(), &before.id, &row.kind, &row.country).await?;
                Change::Changed
            }
            None => {
                let natural = text::slug(&row.name);
                let natural = if natural.is_empty() { "provider" } else { &natural };
                let provider = imports::Provider {
                    id: new_id(context.now),
                    slug: free_slug(natural, &mut slugs),
                    name: row.name.clone(),
                    kind: row.kind.clone(),
                    country: row.country.clone(),
                };
                imports::insert_provider(tx.on(), &provider).await?;
                Change::Added
            }
        };
        report.count(change);
    }
    if report.anything() {
        imports::catalog_changed(tx.on()).await?;
    }
    Ok(Ok(report))
}
