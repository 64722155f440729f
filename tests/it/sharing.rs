//! Showing what one holds: whoever has a code sees what its holder chose, as it is today, and nothing else.

use crate::common::client::{Answer, Client};
use crate::common::people::{NewPerson, Person};
use crate::common::{TestApp, day};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Method;
use ce_portal::execute;
use chrono::TimeDelta;
use std::net::SocketAddr;

const UNKNOWN: &str = "0000-0000-0000-0000-0000";

/// Somebody who holds two certifications and has held a third.
async fn ana(app: &TestApp) -> Person {
    let holds = vec![
        ("CCNP-ENT", "CCNP Enterprise", "professional", day("2024-09-01"), Some(day("2027-09-01"))),
        ("CCNA", "CCNA Classic", "associate", day("2024-10-05"), Some(day("2027-10-05"))),
        ("CCDP", "CCDP Design", "professional", day("2019-03-04"), Some(day("2022-03-04"))),
    ];
    app.person_like("ana@example.com", &NewPerson { name: "Ana María Candidate", holds, ..NewPerson::default() }).await
}

/// Makes a link and gives where it leads.
async fn made(client: &Client, fields: &[(&str, &str)]) -> String {
    let answer = client.post_form("/account/sharing", fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(answer.location().starts_with("/account/sharing?made="), "{}", answer.location());
    let page = client.get(&answer.location()).await.seen();
    let notice = page.split("Copy this address").nth(1).expect("the new link is shown");
    let start = notice.find("http://localhost:3000/verify/").expect("an address") + "http://localhost:3000".len();
    notice[start..].chars().take("/verify/".len() + UNKNOWN.len()).collect()
}

/// Takes the newest link of the page back.
async fn revoke_first(client: &Client) -> Answer {
    let page = client.get("/account/sharing").await.seen();
    let id = page
        .split("name=\"revoke\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a link")
        .to_owned();
    client.post_form("/account/sharing", &[("revoke", &id)]).await
}

/// Asks for a page from a network.
async fn get_from(client: &Client, peer: &str, path: &str) -> Answer {
    let mut request = client.request(Method::GET, path).body(Body::empty()).expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4000)));
    client.send(request).await
}

db_test! {
    async fn a_stranger_sees_what_was_chosen_and_nothing_else(app: TestApp) {
        let ana = ana(&app).await;
        let client = app.signed_in(&ana).await;
        let link = made(&client, &[("note", "For Example Corp"), ("show", "CCNA"), ("until", "30-days")]).await;
        let answer = app.client().get(&link).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
        assert_eq!((answer.header("referrer-policy"), answer.header("cache-control")), ("no-referrer".into(), "no-store".into()));
        // All of it, also the data that comes with the page.
        let page = answer.text();
        assert!(page.contains("CCNA Classic is held by A. M. C. and is valid."), "{page}");
        let id = app.text("SELECT candidate_id FROM profiles WHERE id = $1", &ana.profile_id).await;
        for hidden in ["María", "Candidate", "CCNP", "CCDP", "2027", "2024", "Example Corp", "0 credits", "Renewals", &ana.profile_id, &id, "ana@"] {
            let without_labels = page.replace("Candidate ID", "");
            assert!(!without_labels.contains(hidden), "{hidden} is in {page}");
        }
        let all = [
            ("show", "*"), ("more", "name"), ("more", "candidate-id"), ("more", "dates"), ("more", "renewals"), ("more", "credits"),
            ("until", "no-end"),
        ];
        let page = app.client().get(&made(&client, &all).await).await.text();
        for shown in ["Ana María Candidate", &id, "CCNP Enterprise", "CCNA Classic", "01-Sep-2027", "0 credits", "No renewal since this record began."] {
            assert!(page.contains(shown), "no {shown} in {page}");
        }
        assert!(!page.contains("CCDP"), "what is active is shown, not what has ended");
    }

    async fn how_something_was_renewed_names_nothing_that_was_not_chosen(app: TestApp) {
        let ana = ana(&app).await;
        execute!(
            app.db().write(),
            "INSERT INTO exams (id, profile_id, exam_code, name, exam_kind, taken_on, result, recorded_on)
                VALUES ('exam', $1, '350-401', 'Enterprise Core', 'core', $2, 'pass', $2)",
            &ana.profile_id,
            day("2025-03-03")
        ).expect("an exam");
        let client = app.signed_in(&ana).await;
        let link = made(&client, &[("show", "CCNA"), ("more", "renewals"), ("until", "1-year")]).await;
        let page = app.client().get(&link).await.text();
        assert!(page.contains("renewed together with another certification") && page.contains("03-Mar-2025"), "{page}");
        assert!(!page.contains("CCNP") && !page.contains("ore exam"), "{page}");
        let both = made(&client, &[("show", "CCNA"), ("show", "CCNP-ENT"), ("more", "renewals"), ("until", "1-year")]).await;
        let page = app.client().get(&both).await.seen();
        assert!(page.contains("renewed together with CCNP Enterprise") && page.contains("1 core exam"), "{page}");
    }

    async fn a_code_shows_what_is_true_today(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let link = made(&client, &[("show", "CCNA"), ("more", "dates"), ("more", "name"), ("until", "no-end")]).await;
        let page = app.client().get(&link).await.seen();
        assert!(page.contains("CCNA Classic is held by Ana María Candidate and is valid until 05-Oct-2027."), "{page}");
        app.state.clock.advance(TimeDelta::days(400));
        let page = app.client().get(&link).await.seen();
        assert!(page.contains("CCNA Classic was held by Ana María Candidate and ended on 05-Oct-2027."), "{page}");
        assert!(page.contains("Not everything that is shown here is valid today."), "{page}");
    }

    async fn what_is_revoked_or_over_is_the_same_to_a_stranger_as_what_never_was(app: TestApp) {
        let person = ana(&app).await;
        let client = app.signed_in(&person).await;
        let revoked = made(&client, &[("show", "CCNA"), ("until", "1-year")]).await;
        assert_eq!(app.client().get(&revoked).await.status, 200);
        assert_eq!(revoke_first(&client).await.location(), "/account/sharing?done=revoked");
        let over = made(&client, &[("show", "CCNA"), ("until", "30-days")]).await;
        app.state.clock.advance(TimeDelta::days(30));
        assert_eq!(app.client().get(&over).await.status, 200, "its last day counts");
        app.state.clock.advance(TimeDelta::days(1));
        let mut answers = Vec::new();
        for link in [&revoked, &over, &format!("/verify/{UNKNOWN}"), "/verify/nonsense"] {
            let answer = app.client().get(link).await;
            assert_eq!(answer.status, 404, "{link}");
            let code = link.trim_start_matches("/verify/");
            answers.push(answer.seen().split("id=\"main\"").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page").replace(code, "CODE"));
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:#?}");
        let page = app.signed_in(&person).await.get("/account/sharing").await.seen();
        assert!(page.contains("2 links that do not work any more") && page.contains("Revoked on 23-Nov-2026"), "{page}");
        let actions = "SELECT COUNT(*) FROM audit_log WHERE subject_kind = 'share' AND action IN ('share.made', 'share.revoked')";
        assert_eq!(app.number(actions).await, 3);
    }

    async fn nobody_takes_back_what_is_somebody_else_s(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let link = made(&client, &[("show", "CCNA"), ("until", "1-year")]).await;
        let page = client.get("/account/sharing").await.seen();
        let id = page.split("name=\"revoke\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
        let ben = app.signed_in(&app.person("ben@example.com").await).await;
        ben.post_form("/account/sharing", &[("revoke", &id)]).await;
        assert_eq!(app.client().get(&link).await.status, 200);
        assert!(!ben.get("/account/sharing").await.text().contains(&id));
        // What ben does not hold is not shown by ben's link.
        let answer = ben.post_form("/account/sharing", &[("show", "CCDP"), ("until", "1-year")]).await;
        assert_eq!(answer.status, 422);
    }

    async fn the_holder_sees_how_often_others_have_looked(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let link = made(&client, &[("show", "CCNA"), ("until", "1-year")]).await;
        client.get(&link).await;
        assert!(client.get("/account/sharing").await.seen().contains("<dd>never</dd>"), "one's own look is none");
        let typed = link.trim_start_matches("/verify/").to_lowercase().replace('-', " ");
        let answer = app.client().post_form("/verify", &[("code", &typed)]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, link.clone()));
        for _ in 0..2 {
            // Whoever reloads has looked once; whoever comes back later has looked again.
            for _ in 0..3 {
                assert_eq!(app.client().get(&link).await.status, 200);
            }
            app.state.clock.advance(chrono::TimeDelta::minutes(2));
        }
        assert!(client.get("/account/sharing").await.seen().contains("2 times, last on 23-Nov-2026"));
    }

    async fn what_is_wrong_with_a_form_is_said_and_what_was_typed_is_kept(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let note = "n".repeat(81);
        let answer = client.post_form("/account/sharing", &[("note", &note), ("more", "renewals")]).await;
        assert_eq!(answer.status, 422);
        let page = answer.seen();
        for words in ["There is a problem", "Make the note shorter", "at least one certification", "Choose how long", &note] {
            assert!(page.contains(words), "no {words} in {page}");
        }
        let checked = |page: &str, value: &str| {
            let input = page.split("<input").find(|input| input.contains(&format!("value=\"{value}\""))).expect("a box").to_owned();
            input.split('>').next().is_some_and(|input| input.contains("checked"))
        };
        assert!(checked(&page, "renewals") && !checked(&page, "name") && !checked(&page, "30-days"), "{page}");
        let fresh = client.get("/account/sharing").await.seen();
        assert!(checked(&fresh, "name") && checked(&fresh, "30-days"), "{fresh}");
        for (typed, words) in [("", "Enter the code"), ("7KQ2", "This is no code")] {
            let answer = app.client().post_form("/verify", &[("code", typed)]).await;
            assert_eq!(answer.status, 422);
            assert!(answer.seen().contains(words));
        }
    }

    async fn more_than_fifty_links_do_not_work_at_once(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let fields = [("show", "CCNA"), ("until", "1-year")];
        for _ in 0..50 {
            assert_eq!(client.post_form("/account/sharing", &fields).await.status, 303);
        }
        let answer = client.post_form("/account/sharing", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.seen().contains("50 links work already"));
        revoke_first(&client).await;
        assert_eq!(client.post_form("/account/sharing", &fields).await.status, 303);
        assert_eq!(client.get("/tracking/CCNA/certificate.pdf").await.status, 200, "a certificate is not one of them");
    }

    async fn a_certificate_carries_the_same_code_until_it_is_revoked(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let code = "SELECT code FROM shares WHERE kind = $1 AND revoked_at IS NULL";
        client.get("/tracking/CCNP-ENT/certificate.pdf").await;
        let first = app.text(code, "certificate").await;
        client.get("/tracking/CCNP-ENT/certificate.pdf").await;
        assert_eq!(app.text(code, "certificate").await, first);
        let page = app.client().get(&format!("/verify/{first}")).await.seen();
        assert!(page.contains("CCNP Enterprise is held by Ana María Candidate and is valid until 01-Sep-2027."), "{page}");
        assert!(!page.contains("CCNA"), "{page}");
        assert!(client.get("/account/sharing").await.seen().contains("Certificate of CCNP Enterprise"));
        revoke_first(&client).await;
        assert_eq!(app.client().get(&format!("/verify/{first}")).await.status, 404);
        client.get("/tracking/CCNP-ENT/certificate.pdf").await;
        assert_ne!(app.text(code, "certificate").await, first);
    }

    async fn a_certificate_that_is_printed_several_times_at_once_has_one_code(app: TestApp) {
        let client = app.signed_in(&ana(&app).await).await;
        let asked = (0..8).map(|_| client.get("/tracking/CCNP-ENT/certificate.pdf"));
        for answer in futures::future::join_all(asked).await {
            assert_eq!(answer.status, 200);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM shares").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'share.printed'").await, 1);
    }

    async fn whoever_guesses_at_codes_is_made_to_wait(app: TestApp) {
        let ana = app.signed_in(&ana(&app).await).await;
        let link = made(&ana, &[("show", "CCNA"), ("until", "1-year")]).await;
        let stranger = app.client();
        for _ in 0..50 {
            assert_eq!(get_from(&stranger, "192.0.2.7", &format!("/verify/{UNKNOWN}")).await.status, 404);
        }
        assert_eq!(get_from(&stranger, "192.0.2.7", &format!("/verify/{UNKNOWN}")).await.status, 429);
        assert_eq!(get_from(&stranger, "192.0.2.7", &link).await.status, 429, "or a right guess would be told at once");
        assert_eq!(get_from(&stranger, "198.51.100.9", &link).await.status, 200, "others do not wait");
        app.state.clock.advance(TimeDelta::seconds(2));
        assert_eq!(get_from(&stranger, "192.0.2.7", &link).await.status, 200);
        // Looking at what there is costs nothing, however often.
        for _ in 0..60 {
            assert_eq!(get_from(&stranger, "203.0.113.5", &link).await.status, 200);
        }
    }

    async fn links_can_be_taken_back_when_nothing_is_held_any_more(app: TestApp) {
        let person = ana(&app).await;
        let client = app.signed_in(&person).await;
        let link = made(&client, &[("show", "CCNA"), ("until", "no-end")]).await;
        app.state.clock.advance(TimeDelta::days(2000));
        let client = app.signed_in(&person).await;
        assert_eq!(client.get("/tracking").await.location(), "/access");
        assert_eq!(client.get("/account/sharing").await.status, 200);
        revoke_first(&client).await;
        assert_eq!(app.client().get(&link).await.status, 404);
    }
}
