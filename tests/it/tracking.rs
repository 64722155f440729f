//! Tracking, the expert's tracker and the ways to recertify, as the server draws them.

use crate::common::TestApp;
use crate::common::client::Client;
use crate::record::{certified, earned, training};
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
            "Credits applied to the prior cycle", "How they apply to the current cycle", "48 of 120 credits are there:",
            "48 credits from DevNet Associate Fundamentals", "usable until 23-Feb-2024",
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

    async fn every_credit_tells_what_it_was_and_is_applied_to_and_by_which_rule(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 50).await, 1, "2026-10-05").await;
        let client = app.signed_in(&ana).await;
        let encor = "Implementing and Operating Cisco Enterprise Network Core Technologies (ENCOR)";
        let page = client.get("/tracking").await.seen();
        for words in [
            "How credits are applied<span class=\"visually-hidden\">: CCNP Enterprise</span>",
            "50 of 80 credits are there:",
            &format!("50 credits from {encor} 1.0, completed 05-Oct-2026, usable until 05-Oct-2029"),
            "Credits are applied here because Professional is the highest level you hold that they can renew.",
            "Credits are applied to CCNP Enterprise first, which is of a higher level. When that is renewed, CCNA is renewed with it",
        ] {
            assert!(page.contains(words), "no {words} in {page}");
        }
        earned(&app, &ana, &training(&app, "2.0", 40).await, 2, "2026-11-02").await;
        let page = client.get("/tracking/CCNP-ENT").await.seen();
        for words in [
            "40 credits were earned by training completed on 02-Nov-2026.",
            "30 used on 02-Nov-2026 to renew CCNA and CCNP Enterprise",
            "10 applied to CCNP Enterprise, not used yet",
            "They are the oldest, so they are used first.",
        ] {
            assert!(page.contains(words), "no {words} in {page}");
        }
        assert!(!page.contains(&format!("{encor} 1.0")), "what is used up is told with the renewal: {page}");
        let page = client.get("/tracking/CCNA").await.seen();
        assert!(page.contains("10 not applied to CCNA"), "{page}");
        let page = client.get("/tracking/CCNA?view=history").await.seen();
        for words in [
            "CCNP Enterprise was renewed by 80 credits, which were complete on 02-Nov-2026.",
            &format!("50 credits from {encor} 1.0, completed 05-Oct-2026"),
            &format!("30 of 40 credits from {encor} 2.0, completed 02-Nov-2026"),
            "The oldest were used first.",
        ] {
            assert!(page.contains(words), "no {words} in {page}");
        }
    }

    async fn a_timeline_draws_activities_and_what_is_expected_and_has_a_row_for_each_in_its_table(app: TestApp) {
        let (_app, client) = world(&app, "2026-11-23T20:00:00Z", "candidate.home@example.com").await;
        for address in ["/tracking", "/tracking/CCNP-ENT"] {
            let page = client.get(address).await.seen();
            let drawing = page.split("aria-label=\"CCNP Enterprise is valid until 14-Jun-2027, and until ").nth(1);
            let drawing = drawing.unwrap_or_else(|| panic!("the drawing says what is expected: {page}"));
            let (drawing, table) = drawing.split_once("The same as a table").expect("a table follows");
            let count = |text: &str, what: &str| text.matches(what).count();
            // Once in the drawing at least, and once in the legend.
            for (shape, rows) in
                [("class=\"planned\"", "if what is pending is earned"), ("d=\"M0-6.5", "training"), ("<circle", "earned")]
            {
                assert!(count(drawing, shape) >= 2, "{address}: no {shape} in {drawing}");
                assert!(count(table, rows) >= 1, "{address}: no {rows} in {table}");
            }
            for words in ["Valid</li>", "Expected, not certain yet", "Training completed", "Earned, renewed or extended"] {
                assert!(drawing.contains(words), "{address}: the legend has no {words}");
            }
            assert!(!drawing.contains("Exam passed"), "{address}: what is not drawn is not explained");
        }
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
