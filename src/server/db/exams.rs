//! Exams that were taken: those passed can renew, all are shown.

use super::On;
use crate::{execute, fetch_all, statements};
use ce_domain::calendar::Day;

statements! {
    OF_PROFILE = "SELECT id, profile_id, exam_code AS code, name, exam_kind AS kind, taken_on, score, result, recorded_on
        FROM exams WHERE profile_id = $1 ORDER BY taken_on DESC, exam_code";
    ALL = "SELECT id, profile_id, exam_code AS code, name, exam_kind AS kind, taken_on, score, result, recorded_on FROM exams";
    INSERT = "INSERT INTO exams (id, profile_id, exam_code, name, exam_kind, taken_on, score, result, recorded_on)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE = "UPDATE exams SET name = $2, exam_kind = $3, score = $4, result = $5 WHERE id = $1";
}

/// An exam as it was taken once.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Exam {
    /// Its id.
    pub id: String,
    /// Who took it.
    pub profile_id: String,
    /// The exam's code, as `300-410`.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Key of its kind in the program.
    pub kind: String,
    /// When it was taken.
    pub taken_on: Day,
    /// The score, where there is one.
    pub score: Option<i64>,
    /// `pass` or `fail`.
    pub result: String,
    /// The day the record learned of it.
    pub recorded_on: Day,
}

/// The exams of a profile, latest first.
///
/// # Errors
/// When the database says no.
pub async fn of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<Exam>, sqlx::Error> {
    fetch_all!(on, Exam, OF_PROFILE, profile_id)
}

/// Every exam.
///
/// # Errors
/// When the database says no.
pub async fn all(on: On<'_>) -> Result<Vec<Exam>, sqlx::Error> {
    fetch_all!(on, Exam, ALL)
}

/// Adds an exam.
///
/// # Errors
/// When the database says no.
pub async fn insert(on: On<'_>, new: &Exam) -> Result<(), sqlx::Error> {
    let Exam { id, profile_id, code, name, kind, taken_on, score, result, recorded_on } = new;
    execute!(on, INSERT, id, profile_id, code, name, kind, *taken_on, *score, result, *recorded_on)?;
    Ok(())
}

/// Corrects everything of an exam but whose it is, which, and when.
///
/// # Errors
/// When the database says no.
pub async fn update(on: On<'_>, changed: &Exam) -> Result<(), sqlx::Error> {
    let Exam { id, name, kind, score, result, .. } = changed;
    execute!(on, UPDATE, id, name, kind, *score, result)?;
    Ok(())
}
