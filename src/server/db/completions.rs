//! What e-learning systems report: who completed what, under which certificate ID.

use super::On;
use crate::{fetch_optional, statements};
use ce_domain::calendar::Day;

statements! {
    FIND = "SELECT email_key, version_id, item_type, completed_on FROM completions WHERE certificate_id = $1";
}

/// A completion on record.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Completion {
    /// The address of who completed it, as addresses are compared.
    pub email_key: String,
    /// What was completed.
    pub version_id: String,
    /// As which type.
    pub item_type: String,
    /// When.
    pub completed_on: Day,
}

/// The completion with this certificate ID.
///
/// # Errors
/// When the database says no.
pub async fn find(on: On<'_>, certificate_id: &str) -> Result<Option<Completion>, sqlx::Error> {
    fetch_optional!(on, Completion, FIND, certificate_id)
}
