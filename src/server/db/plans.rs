//! Plans that somebody kept.

use super::On;
use crate::{execute, fetch_all, fetch_one, fetch_optional, statements};
use ce_domain::calendar::Day;
use chrono::{DateTime, Utc};

statements! {
    OF_PROFILE = "SELECT p.id, p.name, p.in_calendar, count(s.place) AS steps, max(s.planned_on) AS until
        FROM plans p LEFT JOIN plan_steps s ON s.plan_id = p.id WHERE p.profile_id = $1
        GROUP BY p.id, p.name, p.in_calendar, p.updated_at ORDER BY p.updated_at DESC, p.id";
    COUNT = "SELECT count(*) AS plans FROM plans WHERE profile_id = $1";
    FIND = "SELECT id, name, in_calendar FROM plans WHERE id = $1 AND profile_id = $2";
    STEPS = "SELECT what, label, planned_on FROM plan_steps WHERE plan_id = $1 ORDER BY place";
    /// Every step of a profile's plans that stand in the calendar.
    IN_CALENDAR = "SELECT p.id AS plan_id, p.name AS plan, p.updated_at, s.what, s.label, s.planned_on
        FROM plans p JOIN plan_steps s ON s.plan_id = p.id
        WHERE p.profile_id = $1 AND p.in_calendar = 'yes' ORDER BY s.planned_on, p.id, s.place";
    INSERT = "INSERT INTO plans (id, profile_id, name, in_calendar, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)";
    UPDATE = "UPDATE plans SET name = $3, in_calendar = $4, updated_at = $5 WHERE id = $1 AND profile_id = $2";
    CLEAR = "DELETE FROM plan_steps WHERE plan_id = $1";
    ADD = "INSERT INTO plan_steps (plan_id, place, what, label, planned_on) VALUES ($1, $2, $3, $4, $5)";
    DELETE = "DELETE FROM plans WHERE id = $1 AND profile_id = $2";
}

/// A plan in a list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `yes` or `no`.
    pub in_calendar: String,
    /// How many steps it has.
    pub steps: i64,
    /// Its last day.
    pub until: Option<Day>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `yes` or `no`.
    pub in_calendar: String,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlannedStep {
    /// What it is, as addresses name it.
    pub what: String,
    /// What it was called.
    pub label: String,
    /// The day.
    pub planned_on: Day,
}

/// A step that stands in the calendar.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CalendarStep {
    /// Its plan.
    pub plan_id: String,
    /// What the plan is called.
    pub plan: String,
    /// When the plan was last changed.
    pub updated_at: DateTime<Utc>,
    /// What it is, as addresses name it.
    pub what: String,
    /// What it was called.
    pub label: String,
    /// The day.
    pub planned_on: Day,
}

/// A profile's plans, what was changed last first.
///
/// # Errors
/// When the database says no.
pub async fn of_profile(on: On<'_>, profile_id: &str) -> Result<Vec<Listed>, sqlx::Error> {
    fetch_all!(on, Listed, OF_PROFILE, profile_id)
}

/// How many plans a profile has.
///
/// # Errors
/// When the database says no.
pub async fn count(on: On<'_>, profile_id: &str) -> Result<i64, sqlx::Error> {
    Ok(fetch_one!(on, (i64,), COUNT, profile_id)?.0)
}

/// A profile's plan.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, id: &str, profile_id: &str) -> Result<Option<Plan>, sqlx::Error> {
    fetch_optional!(on, Plan, FIND, id, profile_id)
}

/// The steps of a plan, in order.
///
/// # Errors
/// When the database says no.
pub async fn steps(on: On<'_>, plan_id: &str) -> Result<Vec<PlannedStep>, sqlx::Error> {
    fetch_all!(on, PlannedStep, STEPS, plan_id)
}

/// What of a profile's plans stands in the calendar, by day.
///
/// # Errors
/// When the database says no.
pub async fn in_calendar(on: On<'_>, profile_id: &str) -> Result<Vec<CalendarStep>, sqlx::Error> {
    fetch_all!(on, CalendarStep, IN_CALENDAR, profile_id)
}

/// Adds a plan without steps.
///
/// # Errors
/// When the database says no, or the profile has one of this name.
pub async fn insert(on: On<'_>, plan: &Plan, profile_id: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(on, INSERT, &plan.id, profile_id, &plan.name, &plan.in_calendar, at)?;
    Ok(())
}

/// Changes everything of a plan but its steps; `false` when the profile has no such plan.
///
/// # Errors
/// When the database says no, or the profile has another one of this name.
pub async fn update(on: On<'_>, plan: &Plan, profile_id: &str, at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, UPDATE, &plan.id, profile_id, &plan.name, &plan.in_calendar, at)? > 0)
}

/// Takes all steps out of a plan.
///
/// # Errors
/// When the database says no.
pub async fn clear(on: On<'_>, plan_id: &str) -> Result<(), sqlx::Error> {
    execute!(on, CLEAR, plan_id)?;
    Ok(())
}

/// Adds a step to a plan.
///
/// # Errors
/// When the database says no.
pub async fn add(on: On<'_>, plan_id: &str, place: i64, step: &PlannedStep) -> Result<(), sqlx::Error> {
    execute!(on, ADD, plan_id, place, &step.what, &step.label, step.planned_on)?;
    Ok(())
}

/// Deletes a plan with its steps; `false` when the profile has no such plan.
///
/// # Errors
/// When the database says no.
pub async fn delete(on: On<'_>, id: &str, profile_id: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(on, DELETE, id, profile_id)? > 0)
}
