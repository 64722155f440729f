//! What every request may use.

use super::auth::password::Hasher;
use super::catalog::CatalogCache;
use super::clock::Clock;
use super::config::Config;
use super::db::Db;
use super::files::Files;
use super::health::Readiness;
use super::mail::Mailer;
use super::settle::Settling;
use axum::extract::FromRef;
use ce_domain::certification::Holding;
use ce_domain::program::Program;
use ce_domain::recert::Rules;
use chrono::{DateTime, Utc};
use leptos::config::LeptosOptions;
use std::sync::Arc;

/// What every request may use; cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The program.
    pub program: Arc<Program>,
    /// Its rules of recertification, made ready.
    pub rules: Rules,
    /// The catalog, kept in memory.
    pub catalog: CatalogCache,
    /// Certificates of completion.
    pub files: Files,
    /// Outgoing mail.
    pub mail: Mailer,
    /// Hashes passwords, not too many at once.
    pub hasher: Hasher,
    /// Whether this server can work.
    pub ready: Arc<Readiness>,
    /// Settings.
    pub config: Arc<Config>,
    /// What Leptos wants to know.
    pub leptos: LeptosOptions,
    /// Whether this is a demonstration: the pages say so.
    pub demo: bool,
}

impl AppState {
    /// What settling a profile at an instant goes by.
    pub fn settling(&self, now: DateTime<Utc>) -> Settling<'_> {
        Settling { rules: &self.rules, clock: &self.clock, now }
    }

    /// Whether a stored holding counts today: a program may say that the day of expiry is no part of it.
    pub fn counts_today(&self, holding: &Holding) -> bool {
        let today = self.clock.today();
        holding.earned_on <= today && holding.expires_on.is_none_or(|ends| today <= self.rules.last_day(ends))
    }
}
