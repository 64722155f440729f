//! Whether this server lives and whether it can work, for whoever runs it.

use super::db::Db;
use super::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::{DateTime, Utc};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long an answer of the database counts: it writes for it, and everybody may ask.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// Whether this server can work, and whether it is going.
#[derive(Debug, Default)]
pub struct Readiness {
    stopping: AtomicBool,
    /// When the database was asked last, and whether it could be written to.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    /// From now on nothing new shall be sent here.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server was told to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Whether the database can be written to, asked once for all who want to know it in the same second.
    async fn can_write(&self, db: &Db, at: DateTime<Utc>) -> bool {
        let mut last = self.last.lock().await;
        match *last {
            Some((asked, answer)) if asked.elapsed() < GOOD_FOR => answer,
            _ => {
                let answer = db.can_write(at).await;
                *last = Some((Instant::now(), answer));
                answer
            }
        }
    }
}

/// `/livez` never touches the database; `/readyz` does.
pub fn routes() -> Router<AppState> {
    Router::new().route("/livez", get(async || "ok\n")).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.ready.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "the server is going\n")
    } else if state.ready.can_write(&state.db, state.clock.now()).await {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be written to\n")
    }
}
