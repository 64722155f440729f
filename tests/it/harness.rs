//! The harness itself: each test has a service of its own, and helpers do what they say.

use crate::common::TestApp;
use std::time::Duration;

db_test! {
    async fn a_test_begins_with_an_empty_service_that_lives(app: TestApp) {
        let client = app.client();
        assert_eq!(client.get("/livez").await.text(), "ok\n");
        assert_eq!(client.get("/readyz").await.status, 200);
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 0);
        assert_eq!(app.state.clock.today().to_string(), "2026-11-23");
    }

    async fn people_and_training_can_be_made_and_made_again(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        app.second_account(&ana, "ana@example.org").await;
        app.person("ben@example.com").await;
        let one = app.encor().await;
        assert_eq!(one.version_id.len(), 36);
        assert_eq!(app.number("SELECT COUNT(*) FROM profiles").await, 2);
        assert_eq!(app.number("SELECT COUNT(*) FROM holdings").await, 2);
        assert_eq!(app.number("SELECT revision FROM catalog_revision").await, 1);
    }

    async fn another_router_keeps_no_page_of_the_first_waiting(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        let other = app.clone();
        let routers = tokio::task::spawn_blocking(move || {
            for _ in 0..60 {
                drop(other.router());
            }
        });
        while !routers.is_finished() {
            let page = tokio::time::timeout(Duration::from_secs(10), client.get("/account")).await;
            assert_eq!(page.expect("the page is answered at once").status, 200);
        }
    }

    async fn readiness_asks_the_database_once_a_second_and_says_when_the_server_is_going(app: TestApp) {
        let client = app.client();
        let asked = "SELECT value FROM settings WHERE name = $1";
        assert_eq!(client.get("/readyz").await.status, 200);
        let first = app.text(asked, "last_probe").await;
        app.state.clock.advance(chrono::TimeDelta::minutes(1));
        for _ in 0..20 {
            assert_eq!(client.get("/readyz").await.status, 200);
        }
        assert_eq!(app.text(asked, "last_probe").await, first, "nothing was written for those");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(client.get("/readyz").await.status, 200);
        assert_ne!(app.text(asked, "last_probe").await, first);
        app.state.ready.stop();
        assert_eq!(client.get("/readyz").await.status, 503);
        assert_eq!(client.get("/livez").await.status, 200);
    }
}
