//! What runs on the server only. [`router`] is the whole service; tests drive the same.

pub mod assets;
pub mod auth;
pub mod calendar;
pub mod catalog;
pub mod claim_check;
pub mod claim_detail;
pub mod claim_form;
pub mod claims;
pub mod clock;
pub mod config;
pub mod dashboard;
pub mod db;
pub mod error;
pub mod files;
pub mod forms;
pub mod headers;
pub mod health;
pub mod html;
pub mod import;
pub mod incoming;
pub mod jobs;
pub mod listen;
pub mod mail;
pub mod patience;
pub mod pdf;
pub mod revoke;
pub mod seed;
pub mod settle;
pub mod shares;
pub mod start;
pub mod state;
pub mod telemetry;
pub mod tidy;
pub mod tracking;
pub mod verify;

use crate::app::site::{Assets, SiteInfo, Viewer};
use crate::app::{App, shell};
use auth::SignedIn;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Body};
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use patience::Patience;
use state::AppState;
use std::sync::OnceLock;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

/// The most a form may hold that brings no file.
const LARGEST_FORM: usize = 256 * 1024;

/// The pages' routes, found out once: while the framework does it, no page that is being rendered anywhere in this process
/// begins to load its data, and one that came to that point waits for ever. So it happens before anything is served.
pub fn page_routes() -> &'static [AxumRouteListing] {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    ROUTES.get_or_init(|| generate_route_list(App))
}

/// The whole service.
pub fn router(state: AppState) -> Router {
    let routes = page_routes().to_vec();
    let context = {
        let state = state.clone();
        move || provide_page_context(&state)
    };
    let document = {
        let options = state.leptos.clone();
        move || shell(options.clone())
    };
    let layers = ServiceBuilder::new()
        .layer(map_request(incoming::without_id))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(from_fn(telemetry::log_request))
        .layer(from_fn(headers::secure))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest))
        .layer(from_fn(html::tidy))
        .layer(CatchPanicLayer::custom(|_| broken()))
        .layer(from_fn_with_state(Patience::default(), patience::wait))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(state.clone(), incoming::from_our_pages))
        .layer(from_fn_with_state(state.clone(), incoming::at_one_address))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    Router::new()
        .leptos_routes_with_context(&state, routes, context, document)
        .merge(forms::routes())
        .merge(files::routes())
        .merge(pdf::routes())
        .merge(catalog::routes())
        .merge(calendar::routes())
        .layer(from_fn_with_state(state.clone(), auth::guard))
        .merge(health::routes())
        .fallback(file_or_missing)
        .with_state(state)
        .layer(layers)
}

/// What every page and server function finds in its context, besides the state itself.
pub fn provide_page_context(state: &AppState) {
    let entry = assets::entry();
    provide_context(state.clone());
    provide_context(Assets { js: entry.js.clone(), wasm: entry.wasm.clone(), css: entry.css.clone() });
    if let Some(split) = entry.split() {
        provide_context(split);
    }
    let parts = use_context::<Parts>();
    if let Some(nonce) = parts.as_ref().and_then(|parts| parts.extensions.get::<Nonce>()) {
        provide_context(nonce.clone());
    }
    let signed_in = parts.as_ref().and_then(|parts| parts.extensions.get::<SignedIn>());
    provide_context(SiteInfo {
        portal: state.program.portal.clone(),
        today: state.clock.today(),
        demo: state.demo,
        theme: None,
        icons: entry.icons.clone(),
        support: state.program.support_href(),
        viewer: signed_in.map(|signed_in| Viewer {
            email: signed_in.email.clone(),
            candidate_id: signed_in.profile.as_ref().map(|profile| profile.candidate_id.clone()),
            gate: signed_in.gate.clone(),
            idle_seconds: signed_in.idle_seconds,
        }),
    });
}

/// Renders a page in answer to a posted form: the page's own address, with `found` in its context.
///
/// This is how a form works without a script: what was typed and what is wrong with it stand in the answer, so that
/// nothing has to be kept, not even when the database cannot be written to.
pub async fn page_with<T>(state: &AppState, parts: Parts, status: StatusCode, found: T) -> Response
where
    T: Clone + Send + Sync + 'static,
{
    let context = {
        let state = state.clone();
        move || {
            provide_page_context(&state);
            provide_context(found.clone());
        }
    };
    let document = {
        let options = state.leptos.clone();
        move || shell(options.clone())
    };
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = parts.uri;
    *request.headers_mut() = parts.headers;
    *request.extensions_mut() = parts.extensions;
    let mut response = leptos_axum::render_app_async_with_context(context, document)(request).await;
    // A page that found something worse than a mistyped field keeps its own status.
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// A file of the site, or the page that says there is nothing here.
async fn file_or_missing(State(state): State<AppState>, uri: Uri, headers: HeaderMap, request: Request) -> Response {
    let path = uri.path().trim_start_matches('/');
    if assets::exists(path) {
        return assets::serve(path, &headers);
    }
    // Files that pages refer to are asked for by programs, not by people: no page for them.
    if path.starts_with("pkg/") || path.starts_with("api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (mut parts, _) = request.into_parts();
    // The guard stands before what there is; who is signed in keeps their frame all the same.
    if let Some(hash) = auth::session::of(&headers)
        && let Ok(Some(who)) = auth::session::find(&state, hash).await
    {
        parts.extensions.insert(who);
    }
    page_with(&state, parts, StatusCode::NOT_FOUND, ()).await
}

/// When a handler panicked: no cause, no details.
fn broken() -> Response {
    tracing::error!("a request handler panicked");
    let text = "Something went wrong on our side. Go back and try again.";
    (StatusCode::INTERNAL_SERVER_ERROR, [("content-type", "text/plain; charset=utf-8")], text).into_response()
}
