//! The log: one line a request, structured, without personal data: no address, no name, no query, no body.

use super::config::Config;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing_subscriber::EnvFilter;

/// Starts the log on standard error.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("CE_LOG is \"{}\": {error}", config.log))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().flatten_event(true).init();
    } else {
        log.init();
    }
    Ok(())
}

/// Logs each request by the pattern of its route, never by its address: addresses may hold tokens.
pub async fn log_request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let response = next.run(request).await;
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    let route = route.as_deref().unwrap_or("(file)");
    if response.status().is_server_error() {
        tracing::error!(request_id = id, %method, route, status, micros, "request");
    } else {
        tracing::info!(request_id = id, %method, route, status, micros, "request");
    }
    response
}
