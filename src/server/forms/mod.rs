//! Plain forms: what a press on a button sends without a script. Each handler answers with another page (303), or with
//! its own page again, holding what was typed and what is wrong with it.

mod account;
mod calendar;
mod claim;
mod planner;
mod sharing;

use super::state::AppState;
use axum::Router;

/// Where forms are posted to.
pub fn routes() -> Router<AppState> {
    Router::new()
        .merge(account::routes())
        .merge(calendar::routes())
        .merge(claim::routes())
        .merge(planner::routes())
        .merge(sharing::routes())
}
