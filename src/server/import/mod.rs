//! Data from files: checked whole first, then written in one transaction, or not at all.
//!
//! A file with an error imports nothing and lists every bad row. The same file twice changes nothing. What a past claim
//! rests on does not change: a row that would is refused, with the way to do it right.

pub mod catalog;
pub mod certifications;
pub mod completions;
pub mod earned;
pub mod exams;
pub mod extensions;
pub mod holdings;
pub mod providers;
pub mod table;

use super::db::{Db, Tx, audit};
use super::error::Fault;
use super::settle::{self, Settling};
use super::state::AppState;
use crate::transaction;
use ce_domain::calendar::Day;
use ce_domain::program::Program;
use ce_domain::text::{count, thousands};
use chrono::{DateTime, Utc};
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
pub use table::{RowError, Table, show_errors};

/// What a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Items, versions and offerings.
    Catalog,
    /// Who gives training.
    Providers,
    /// What can be held.
    Certifications,
    /// Who holds what.
    Holdings,
    /// Who completed what, under which certificate ID.
    Completions,
    /// Who took which exam.
    Exams,
    /// What was earned, or earned again, after the record began.
    Earned,
    /// Months added to what was active on a day.
    Extensions,
}

impl Kind {
    /// Stands for it in the audit log.
    fn key(self) -> &'static str {
        match self {
            Kind::Catalog => "catalog",
            Kind::Providers => "providers",
            Kind::Certifications => "certifications",
            Kind::Holdings => "holdings",
            Kind::Completions => "completions",
            Kind::Exams => "exams",
            Kind::Earned => "earned",
            Kind::Extensions => "extensions",
        }
    }

    /// The columns of such a file.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::Catalog => catalog::COLUMNS,
            Kind::Providers => providers::COLUMNS,
            Kind::Certifications => certifications::COLUMNS,
            Kind::Holdings => holdings::COLUMNS,
            Kind::Completions => completions::COLUMNS,
            Kind::Exams => exams::COLUMNS,
            Kind::Earned => earned::COLUMNS,
            Kind::Extensions => extensions::COLUMNS,
        }
    }

    /// Columns that such a file may have besides.
    pub fn optional_columns(self) -> &'static [&'static str] {
        match self {
            Kind::Certifications => certifications::OPTIONAL,
            Kind::Exams => exams::OPTIONAL,
            Kind::Catalog => catalog::OPTIONAL,
            Kind::Earned => earned::OPTIONAL,
            Kind::Extensions => extensions::OPTIONAL,
            Kind::Providers | Kind::Holdings | Kind::Completions => &[],
        }
    }
}

/// What a file is checked against, besides the database.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program.
    pub program: &'a Program,
    /// Its rules of recertification: who is touched by the file is settled with it.
    pub settling: Settling<'a>,
    /// Now.
    pub now: DateTime<Utc>,
    /// Today, in the program's time zone.
    pub today: Day,
}

impl<'a> Context<'a> {
    /// What a file is checked against now.
    pub fn now(state: &'a AppState) -> Context<'a> {
        let now = state.clock.now();
        Context { program: &state.program, settling: state.settling(now), now, today: state.clock.day_of(now) }
    }
}

/// What became of a file's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that were not there before.
    pub added: i64,
    /// Rows that were there, and differed.
    pub changed: i64,
    /// Rows that were there already.
    pub unchanged: i64,
    /// What else the reader should know.
    pub notes: Vec<String>,
    /// The file concerns more people than one transaction settles: they have been made due.
    leaves_to_settle: bool,
}

impl Report {
    fn count(&mut self, change: Change) {
        match change {
            Change::Added => self.added += 1,
            Change::Changed => self.changed += 1,
            Change::None => self.unchanged += 1,
        }
    }

    fn anything(&self) -> bool {
        self.added + self.changed > 0
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows = count(self.added + self.changed + self.unchanged, "row", "rows");
        let (added, changed) = (thousands(self.added), thousands(self.changed));
        write!(f, "{rows}: {added} new, {changed} changed, {} as they were", thousands(self.unchanged))
    }
}

/// What a row does to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Changed,
    None,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with it: never empty, by line.
    #[error("{} in the file", count(i64::try_from(.0.len()).unwrap_or(i64::MAX), "error", "errors"))]
    Rows(Vec<RowError>),
    /// It is not the file's fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> ImportError {
        ImportError::Fault(error.into())
    }
}

/// What checking and writing a file comes to: errors in the file are no fault of the database.
pub type Outcome = Result<Report, Vec<RowError>>;

/// Imports a file, whole or not at all. What was imported, by the hash of the file, goes into the audit log.
///
/// # Errors
/// Everything that is wrong with the file; or that the database said no.
pub async fn run(
    db: &Db,
    context: Context<'_>,
    kind: Kind,
    bytes: &[u8],
    bar: &ProgressBar,
) -> Result<Report, ImportError> {
    let table = Table::read(kind.columns(), kind.optional_columns(), bytes).map_err(ImportError::Rows)?;
    let content: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let outcome: Result<Outcome, Fault> = transaction!(db, tx, {
        let outcome = apply(&mut tx, context, kind, &table, bar).await?;
        if let Some(report) = outcome.as_ref().ok().filter(|report| report.anything()) {
            let detail = format!("{}: {} new, {} changed", kind.key(), report.added, report.changed);
            let done = audit::Done {
                at: context.now,
                actor_id: None,
                action: "import",
                subject_kind: "file",
                subject_id: &content,
                detail: &detail,
            };
            audit::write(tx.on(), &done).await?;
        }
        Ok(outcome)
    });
    let mut report = outcome?.map_err(ImportError::Rows)?;
    if report.leaves_to_settle {
        report.notes.push(settle_the_rest(db, context.settling, bar).await);
    }
    Ok(report)
}

/// Settles whom the file has made due, and says how that went. What is not done now is done by the server.
async fn settle_the_rest(db: &Db, settling: Settling<'_>, bar: &ProgressBar) -> String {
    match settle::all_due(db, settling.rules, settling.clock, bar).await {
        Ok(settled) => {
            let settled = i64::try_from(settled).unwrap_or(i64::MAX);
            format!("{} brought up to date", count(settled, "profile", "profiles"))
        }
        Err(fault) => format!(
            "the file is imported, but not everybody it concerns is brought up to date yet ({fault}): the server goes on \
             with it by itself, and so does ce-portal settle"
        ),
    }
}

/// Checks a file against what is there and writes it, as part of a transaction.
///
/// # Errors
/// When the database says no. When the file is at fault nothing has been written, and the outcome says what is wrong.
pub async fn apply(
    tx: &mut Tx,
    context: Context<'_>,
    kind: Kind,
    table: &Table,
    bar: &ProgressBar,
) -> Result<Outcome, Fault> {
    bar.reset();
    bar.set_length(u64::try_from(table.rows.len()).unwrap_or(0));
    let outcome = match kind {
        Kind::Catalog => catalog::apply(tx, context, table, bar).await,
        Kind::Providers => providers::apply(tx, context, table, bar).await,
        Kind::Certifications => certifications::apply(tx, context, table, bar).await,
        Kind::Holdings => holdings::apply(tx, context, table, bar).await,
        Kind::Completions => completions::apply(tx, context, table, bar).await,
        Kind::Exams => exams::apply(tx, context, table, bar).await,
        Kind::Earned => earned::apply(tx, context, table, bar).await,
        Kind::Extensions => extensions::apply(tx, context, table, bar).await,
    }?;
    Ok(outcome.map_err(|mut errors| {
        errors.sort_by_key(|error| error.line);
        errors
    }))
}

/// The first of `natural`, `natural-2`, `natural-3`, … that nothing has taken yet; takes it.
fn free_slug(natural: &str, taken: &mut HashSet<String>) -> String {
    let mut slug = natural.to_owned();
    let mut number = 2;
    while !taken.insert(slug.clone()) {
        slug = format!("{natural}-{number}");
        number += 1;
    }
    slug
}

/// `"a", "b" and "c"`: what may be written instead.
fn choices<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    keys.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_that_is_taken_gets_a_number() {
        let mut taken = HashSet::from(["encor".to_owned(), "encor-2".to_owned()]);
        assert_eq!(free_slug("encor", &mut taken), "encor-3");
        assert_eq!(free_slug("ensld", &mut taken), "ensld");
        assert_eq!(free_slug("encor", &mut taken), "encor-4");
    }

    #[test]
    fn a_report_is_one_line_to_read() {
        let report = Report { unchanged: 1929, ..Report::default() };
        assert_eq!(report.to_string(), "1,929 rows: 0 new, 0 changed, 1,929 as they were");
    }
}
