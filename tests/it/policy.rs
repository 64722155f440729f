//! Who may ask for what: every route is in the policy, and the guard keeps to it.

use crate::common::TestApp;
use crate::common::client::{Part, encoded};
use crate::common::people::{NewPerson, PASSWORD};
use ce_portal::server::auth::policy::{self, Access};
use ce_portal::server::config::Config;
use ce_portal::server::page_routes;
use std::path::Path;
use std::sync::Arc;

/// Patterns of the routes that are written down in the server's sources: forms, downloads.
fn routes_in_source(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the sources are there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            routes_in_source(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("health.rs") {
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            found.extend(
                text.split(".route(")
                    .skip(1)
                    .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next().map(str::to_owned)),
            );
        }
    }
}

pub fn every_route() -> Vec<String> {
    let mut routes: Vec<String> = page_routes().iter().map(|route| route.path().to_owned()).collect();
    routes.extend(leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()));
    routes_in_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"), &mut routes);
    routes
}

#[tokio::test]
async fn every_route_has_a_row_in_the_policy() {
    let routes = every_route();
    for known in ["/", "/sign-in", "/sign-out", "/claims/{id}/edit", "/api/account/home"] {
        assert!(routes.iter().any(|route| route == known), "{known} is found: {routes:?}");
    }
    let missing: Vec<&String> = routes.iter().filter(|route| policy::access(route).is_none()).collect();
    assert!(missing.is_empty(), "add rows to src/server/auth/policy.rs for {missing:?}");
}

/// A pattern with something in place of its parameters.
fn address(pattern: &str) -> String {
    pattern
        .split('/')
        .map(|part| if part.starts_with('{') { "01933b2e-0000-7000-8000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

db_test! {
    async fn each_page_is_for_whom_the_policy_says(app: TestApp) {
        let anonymous = app.client();
        let newcomer = NewPerson { profile: false, ..NewPerson::default() };
        let newcomer = app.signed_in(&app.person_like("new@example.com", &newcomer).await).await;
        let candidate = app.signed_in(&app.person("ana@example.com").await).await;
        for pattern in page_routes().iter().map(|route| route.path()) {
            let path = address(pattern);
            let access = policy::access(pattern).expect("it has a row");
            let to = anonymous.get(&path).await.location();
            assert_eq!(to.starts_with("/sign-in"), access != Access::Public, "anonymous at {path}: {to}");
            let to = newcomer.get(&path).await.location();
            assert_eq!(to == "/access", access == Access::Candidate, "not linked at {path}: {to}");
            let to = candidate.get(&path).await.location();
            assert!(to.is_empty() || path == "/sign-in", "candidate at {path}: {to}");
        }
    }

    async fn programs_get_an_error_and_not_a_page(app: TestApp) {
        let answer = app.client().get("/api/dashboard").await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("unauthenticated")));
        let newcomer = NewPerson { terms: false, ..NewPerson::default() };
        let newcomer = app.signed_in(&app.person_like("new@example.com", &newcomer).await).await;
        let answer = newcomer.get("/api/dashboard").await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (403, Some("forbidden")));
    }

    async fn a_claim_form_that_is_sent_after_the_session_ended_is_not_sent_away(app: TestApp) {
        let answer = app.client().post_multipart("/claims/new", &[]).await;
        assert_eq!(answer.location(), "", "its handler answers, with what was typed");
        let answer = app.client().post_form("/claims/1/withdraw", &[]).await;
        assert_eq!(answer.location(), "/sign-in");
    }

    async fn a_form_sent_from_another_site_does_nothing(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let request = client.request(axum::http::Method::POST, "/sign-out");
        let mut request = request.body(axum::body::Body::empty()).expect("a request");
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().expect("a value"));
        request.headers_mut().insert("origin", "https://evil.example".parse().expect("a value"));
        assert_eq!(client.send(request).await.status, 403);
        let mut request = client.request(axum::http::Method::POST, "/sign-out");
        request.headers_mut().expect("headers").remove("sec-fetch-site");
        request.headers_mut().expect("headers").remove("origin");
        let request = request.body(axum::body::Body::empty()).expect("a request");
        assert_eq!(client.send(request).await.status, 403, "nor does one that does not say where it comes from");
        assert_eq!(client.get("/account").await.status, 200, "still signed in");
    }

    async fn a_slash_at_the_end_leads_to_the_page_and_nowhere_else(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        for (asked, page) in [
            ("/catalog/", "/catalog"),
            ("/catalog/?q=a%20b", "/catalog?q=a%20b"),
            ("/account/", "/account"),
            ("/claims/new/", "/claims/new"),
        ] {
            let answer = client.get(asked).await;
            assert_eq!((answer.status.as_u16(), answer.location().as_str()), (308, page));
        }
        for asked in ["//evil.example/", "//", "/%5Cevil.example/"] {
            let to = client.get(asked).await.location();
            assert!(!to.starts_with("//") && !to.contains('\\'), "{asked} leads to {to}");
        }
    }

    async fn text_that_one_engine_cannot_take_is_no_error_of_ours(app: TestApp) {
        app.encor().await;
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        for path in ["/providers?q=%00", "/claims/%00", "/files/evidence/%00", "/claims/new?corrects=a%00b", "/catalog?provider=%00"] {
            let expected = if path.contains('?') { 400 } else { 404 };
            assert_eq!(client.get(path).await.status, expected, "{path}");
        }
        assert_eq!(client.get(&format!("/providers?q={}", "x".repeat(60_000))).await.status, 200);
        assert_eq!(client.get(&format!("/?q={}", "x".repeat(60_000))).await.status, 200);
        let draft = serde_json::json!({ "item": "a\0b", "item_text": "", "item_type": "", "provider": "", "provider_text": "",
            "start": "", "completion": "", "certificate_id": "", "evidence": "" });
        let key = "0190aaaa-0000-7000-8000-000000000001";
        let sent = serde_json::json!({ "draft": draft, "key": key, "corrects": "", "edits": "" });
        assert_eq!(client.post_json("/api/claims/send", &sent).await.status, 400);
        let fields = [Part::Field("key", key), Part::Field("item", "a\0b"), Part::Field("step", "continue")];
        assert_eq!(client.post_multipart("/claims/new", &fields).await.status, 400);
    }

    async fn the_log_s_name_of_a_request_is_made_here(app: TestApp) {
        let client = app.client();
        let request = client.request(axum::http::Method::GET, "/livez").header("x-request-id", "theirs");
        let answer = client.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        let id = answer.header("x-request-id");
        assert!(id.len() == 36 && id != "theirs", "{id}");
    }

    async fn a_form_counts_only_from_the_address_people_use(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let public = app.with(|state| {
            let public_url = "https://ce.example.org".to_owned();
            state.config = Arc::new(Config { public_url, ..(*state.config).clone() });
        });
        let client = public.client();
        let fields = format!("email={}&password={}", encoded(&ana.email), encoded(PASSWORD));
        for (host, origin, status) in
            [("evil.example", "http://evil.example", 403), ("ce.example.org", "https://ce.example.org", 303)]
        {
            let mut request = client.request(axum::http::Method::POST, "/sign-in");
            let headers = request.headers_mut().expect("headers");
            headers.insert("host", host.parse().expect("a value"));
            headers.insert("origin", origin.parse().expect("a value"));
            headers.insert("content-type", "application/x-www-form-urlencoded".parse().expect("a value"));
            let request = request.body(axum::body::Body::from(fields.clone())).expect("a request");
            assert_eq!(client.send(request).await.status, status, "{origin}");
        }
    }
}
