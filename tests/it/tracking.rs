//! Tracking, the expert's tracker and the ways to recertify, as the server draws them.

use crate::common::TestApp;
use crate::common::client::Client;
use ce_portal::server::clock::Clock;
use ce_portal::server::seed;
use chrono::{DateTime, Utc};

const PASSWORD: &str = "seven quiet herons";

/// The guide's world as of an instant, and a browser of somebody in it.
pub async fn world(app: &TestApp, at: &str, email: &str) -> (TestApp, Client) {
    let at: DateTime<Utc> = at.parse().expect("an instant");
    let app = app.with(|state| {
        let mut config = (*state.config).clone();
        config.demo_password = Some(PASSWORD.to_owned());
        state.config = std::sync::Arc::new(config);
        state.clock = Clock::manual(state.program.time_zone.parse().expect("a zone"), at);
    });
    seed::demo(&app.state).await.expect("the demonstration");
    let client = app.client();
    assert_eq!(client.post_form("/sign-in", &[("email", email), ("password", PASSWORD)]).await.status, 303);
    let version = app.state.program.terms_on(app.state.clock.today()).map(|terms| terms.version.clone());
    client.post_form("/terms", &[("version", &version.unwrap_or_default())]).await;
    (app, client)
}

/// The text of a page's list items of a class, or of its headings.
fn headings(page: &str) -> Vec<String> {
    page.split("<h3>")
        .skip(1)
        .filter_map(|rest| rest.split("</h3>").next())
        .map(|text| text.replace("&amp;", "&"))
        .collect()
}

db_test! {
    async fn the_guide_s_expert_sees_exactly_its_six_lines_its_total_and_its_dates(app: TestApp) {
        let (_app, client) = world(&app, "2022-12-01T20:00:00Z", "expert@example.com").await;
        let page = client.get("/expert").await.text();
        assert_eq!(headings(&page), [
            "1 Expert level lab exam",
            "1 CCDE written exam",
            "1 Core exam",
            "2 Concentration exams",
            "1 Concentration exams & 32 CE credits",
            "72 CE credits",
        ]);
        for words in [
            "Your CCIE status is", "Re-certified", "CSCO10020031", "Your next CCIE Recertification due by", "29-Jan-2024",
            "Implementing Cisco Enterprise Advanced Routing and Services", "905", "29-Jan-2021", "DevNet Associate Fundamentals",
            "23-Feb-2021", "48 of 120 credits", "Complete one of the following to recertify",
        ] {
            assert!(page.contains(words), "no {words} in {page}");
        }
    }

    async fn a_candidate_sees_what_is_held_what_counts_and_what_is_missing(app: TestApp) {
        let (_app, client) = world(&app, "2026-11-23T20:00:00Z", "candidate.home@example.com").await;
        let page = client.get("/tracking").await;
        assert_eq!(page.status, 200);
        let page = page.text();
        for words in ["CCNP Enterprise", "CCNA", "CCDP", "203 days", "Retired on 24-Feb-2020", "14-Jun-2027", "Expert tracker",
            "3 certifications that have ended"] {
            assert!(page.contains(words), "no {words} in {page}");
        }
        let detail = client.get("/tracking/CCNP-ENT").await.text();
        for words in ["Any one of these renews it", "1 Core exam", "CE credits", "Applied credits", "If what is pending is earned", "Cert Status"] {
            assert!(detail.contains(words), "no {words} in {detail}");
        }
        let history = client.get("/tracking/CCNP-ENT?view=history").await.text();
        assert!(history.contains("No renewal on record yet"), "{history}");
        let ended = client.get("/tracking/CCIE-RS").await.text();
        assert!(ended.contains("<title>CCIE Certification - Routing &amp; Switching"), "a title is text: {ended}");
        assert_eq!(client.get("/tracking/NOTHING").await.status, 404);
    }

    async fn the_ways_to_recertify_are_the_program_s_and_say_what_is_left_to_whom_it_concerns(app: TestApp) {
        let (app, client) = world(&app, "2026-11-23T20:00:00Z", "candidate.home@example.com").await;
        let page = app.client().get("/recertify").await.text();
        for words in ["80 credits", "40 credits and 1 core exam", "120 credits", "Expert", "3 years", "Sign in to see"] {
            assert!(page.contains(words), "no {words} in {page}");
        }
        assert!(!page.contains("You hold"), "nobody's place is shown to nobody");
        let own = client.get("/recertify").await.text();
        assert!(own.contains("You hold") && own.contains("to go"), "{own}");
    }
}
