//! The calendar feed: read from a secret address without a session, the same until something changes, and ended by whom it
//! belongs to.

use crate::common::TestApp;
use crate::common::client::{Answer, Client, Part};
use crate::common::day;
use crate::common::people::{NewPerson, PASSWORD, Person};
use crate::common::training::{NewOffering, Offering};
use crate::record::{certified, earned, training};
use ce_portal::execute;
use ce_portal::server::db::audit;
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// Makes an address and gives its path.
async fn made(client: &Client) -> String {
    let page = client.post_form("/account/calendar", &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let seen = page.seen();
    let address = seen.split("value=\"http://localhost:3000").nth(1).and_then(|rest| rest.split('"').next());
    address.expect("the page shows the address").to_owned()
}

/// A calendar's events as a program reads them, by UID: lines put together again.
fn events(calendar: &Answer) -> BTreeMap<String, BTreeMap<String, String>> {
    assert_eq!(calendar.status, 200, "{}", calendar.text());
    let text = calendar.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let whole = text.replace("\r\n ", "");
    let mut found = BTreeMap::new();
    for event in whole.split("BEGIN:VEVENT\r\n").skip(1) {
        let lines = event.split("\r\n").take_while(|line| *line != "END:VEVENT");
        let event: BTreeMap<_, _> =
            lines.filter_map(|line| line.split_once(':')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        assert!(found.insert(event["UID"].clone(), event).is_none(), "no UID comes twice: {whole}");
    }
    found
}

/// Titles and days.
fn told(calendar: &Answer) -> Vec<(String, String)> {
    let mut told: Vec<_> = events(calendar)
        .into_values()
        .map(|event| (event["DTSTART;VALUE=DATE"].clone(), event["SUMMARY"].clone()))
        .collect();
    told.sort();
    told
}

fn said(day: &str, title: &str) -> (String, String) {
    (day.to_owned(), title.to_owned())
}

async fn again(client: &Client, path: &str, etag: &str) -> Answer {
    let request = client.request(http::Method::GET, path).header("if-none-match", etag);
    client.send(request.body(axum::body::Body::empty()).expect("a request")).await
}

fn claim_of<'a>(offering: &'a Offering, key: &'a str, completed: &'a str) -> Vec<Part<'a>> {
    vec![
        Part::Field("key", key),
        Part::Field("item", &offering.version_ref),
        Part::Field("type", &offering.item_type),
        Part::Field("provider", &offering.provider_slug),
        Part::Field("start", completed),
        Part::Field("completion", completed),
    ]
}

async fn sent(client: &Client, offering: &Offering, key: &str, completed: &str) -> String {
    let answer = client.post_multipart("/claims/new", &claim_of(offering, key, completed)).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/claims/").split('?').next().expect("an id").to_owned()
}

async fn denied(app: &TestApp, claim: &str, code: &str) {
    let sql = "UPDATE claims SET status = 'denied', denial_code = $2, decided_at = submitted_at WHERE id = $1";
    execute!(app.db().write(), sql, claim, code).expect("the claim is denied");
}

async fn actions(app: &TestApp, person: &Person) -> Vec<String> {
    let id = app.text("SELECT id FROM calendar_feeds WHERE account_id = $1", &person.account_id).await;
    let entries = audit::of_subject(app.db().read(), "calendar_feed", &id).await.expect("entries");
    assert!(entries.iter().all(|entry| entry.actor_id.as_deref() == Some(person.account_id.as_str())));
    entries.into_iter().map(|entry| entry.action).collect()
}

db_test! {
    async fn a_program_without_a_session_reads_the_dates_and_hears_when_nothing_has_changed(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 20).await, 1, "2026-10-05").await;
        let client = app.signed_in(&ana).await;
        let path = made(&client).await;
        assert!(client.get("/account/calendar").await.seen().contains("not yet"), "nobody has read it");
        let program = app.client();
        let calendar = program.get(&path).await;
        assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(calendar.header("cache-control"), "private, no-cache");
        assert_eq!(calendar.header("set-cookie"), "");
        assert_eq!(told(&calendar), [
            said("20270901", "CCNA expires"),
            said("20270901", "CCNP Enterprise expires"),
            said("20291005", "Last day to use 20 credits"),
        ]);
        let etag = calendar.header("etag");
        app.state.clock.advance(TimeDelta::hours(5));
        let unchanged = again(&program, &path, &format!("\"something\", {etag}")).await;
        assert_eq!((unchanged.status.as_u16(), unchanged.bytes.len()), (304, 0));
        assert_eq!(program.get(&path).await.bytes, calendar.bytes, "the same hours later");
        // The session has ended meanwhile; the address goes on working.
        let page = app.signed_in(&ana).await.get("/account/calendar").await.seen();
        assert!(!page.contains("not yet") && page.contains("23-Nov-2026"), "{page}");
        assert!(!page.contains(path.trim_start_matches("/calendar/").trim_end_matches(".ics")), "it is shown once");
        earned(&app, &ana, &training(&app, "2.0", 4).await, 2, "2026-10-06").await;
        assert_eq!(again(&program, &path, &etag).await.status, 200, "something has changed");
        let downloaded = app.signed_in(&ana).await.get("/account/calendar.ics").await;
        assert_eq!(downloaded.bytes, program.get(&path).await.bytes, "who wants no subscription gets the same");
        assert!(downloaded.header("content-disposition").starts_with("attachment"));
    }

    async fn an_event_stays_the_same_event_when_a_renewal_moves_its_day(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        let path = made(&app.signed_in(&ana).await).await;
        let before = events(&app.client().get(&path).await);
        app.state.clock.advance(TimeDelta::minutes(5));
        earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        let after = events(&app.client().get(&path).await);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        for (uid, event) in &after {
            assert_eq!(before[uid]["DTSTART;VALUE=DATE"], "20270901");
            assert_eq!(event["DTSTART;VALUE=DATE"], "20291102");
            assert_eq!(event["DTEND;VALUE=DATE"], "20291103", "the end is the day after");
            assert_eq!(event["SUMMARY"], before[uid]["SUMMARY"]);
            let version = |event: &BTreeMap<String, String>| event["SEQUENCE"].parse::<i64>().expect("a number");
            assert!(version(event) > version(&before[uid]), "{event:?}");
            assert!(event["DTSTAMP"] > before[uid]["DTSTAMP"], "{event:?}");
        }
    }

    async fn what_can_still_be_claimed_is_in_it_until_it_cannot(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let path = made(&client).await;
        let long = "Emoji 🎓 and signs; all of them, escaped \\ and a name that is longer than one line of a calendar may be";
        let offering = app.offering(&NewOffering { item: long, acronym: "", ..NewOffering::default() }).await;
        let encor = app.encor().await;
        let other = training(&app, "2.0", 10).await;
        let pending = sent(&client, &encor, "0190aaaa-0000-7000-8000-000000000001", "2026-11-13").await;
        let to_correct = sent(&client, &offering, "0190aaaa-0000-7000-8000-000000000002", "2026-11-14").await;
        let for_good = sent(&client, &other, "0190aaaa-0000-7000-8000-000000000003", "2026-11-15").await;
        denied(&app, &to_correct, "date-mismatch").await;
        denied(&app, &for_good, "duplicate").await;
        let mut draft = claim_of(&encor, "0190aaaa-0000-7000-8000-000000000004", "2026-11-16");
        draft.push(Part::Field("step", "continue"));
        assert_eq!(client.post_multipart("/claims/new", &draft).await.status, 303);
        let calendar = app.client().get(&path).await;
        let label = "Implementing and Operating Cisco Enterprise Network Core Technologies (ENCOR) 1.2";
        let escaped = "Emoji 🎓 and signs\\; all of them\\, escaped \\\\ and a name that is longer than one line of a calendar may be 1.2";
        assert_eq!(told(&calendar), [
            said("20270901", "CCNP Enterprise expires"),
            said("20271113", &format!("Last day to claim again: {label}")),
            said("20271114", &format!("Last day to claim again: {escaped}")),
            said("20271116", &format!("Last day to claim: {label}")),
        ]);
        let link = format!("http://localhost:3000/claims/{pending}");
        assert!(events(&calendar).values().any(|event| event["URL"] == link), "a link leads back");
        // The person's second account has claims of its own; what is held is the same.
        let second = app.second_account(&ana, "ana.at.home@example.com").await;
        let theirs = made(&app.signed_in(&second).await).await;
        assert_eq!(told(&app.client().get(&theirs).await), [said("20270901", "CCNP Enterprise expires")]);
        app.state.clock.advance(TimeDelta::days(371));
        assert_eq!(app.state.clock.today(), day("2027-11-29"));
        assert_eq!(told(&app.client().get(&path).await), [], "what has passed is in it no more");
    }

    async fn it_says_nothing_of_the_person_but_what_it_is_for(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        let path = made(&app.signed_in(&ana).await).await;
        let text = app.client().get(&path).await.text();
        let candidate = app.text("SELECT candidate_id FROM profiles WHERE id = $1", &ana.profile_id).await;
        for secret in ["ana@", "Ana", &candidate, &ana.profile_id, &ana.account_id] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        let stored = app.text("SELECT token_hash FROM calendar_feeds WHERE account_id = $1", &ana.account_id).await;
        assert!(!path.contains(&stored), "what is stored is not the address");
    }

    async fn a_revoked_address_leads_nowhere_and_only_its_owner_revokes_it(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let path = made(&client).await;
        let id = app.text("SELECT id FROM calendar_feeds WHERE account_id = $1", &ana.account_id).await;
        let ben = app.signed_in(&app.person("ben@example.com").await).await;
        let home = app.signed_in(&app.second_account(&ana, "ana.at.home@example.com").await).await;
        for other in [&ben, &home] {
            assert!(!other.get("/account/calendar").await.text().contains(&id), "nobody else sees it");
            assert_eq!(other.post_form("/account/calendar", &[("revoke", &id)]).await.status, 404);
        }
        assert_eq!(app.client().get(&path).await.status, 200, "and it goes on working");
        assert_eq!(actions(&app, &ana).await, ["calendar.made"]);
        let revoked = client.post_form("/account/calendar", &[("revoke", &id)]).await;
        assert_eq!((revoked.status.as_u16(), revoked.location().as_str()), (303, "/account/calendar?done=revoked"));
        let gone = app.client().get(&path).await;
        assert_eq!(gone.status, 404);
        assert_eq!(actions(&app, &ana).await, ["calendar.made", "calendar.revoked"]);
        assert_eq!(client.post_form("/account/calendar", &[("revoke", &id)]).await.status, 404, "once is enough");
        let long = "A".repeat(43);
        for unknown in ["/calendar/x.ics", "/calendar/x", "/calendar/.ics", "/calendar/%FF.ics", &format!("/calendar/{long}.ics")] {
            let answer = app.client().get(unknown).await;
            assert_eq!((answer.status, answer.text()), (gone.status, gone.text()), "{unknown} looks the same");
        }
    }

    async fn nobody_has_more_addresses_than_can_be_kept_in_sight(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let presses = (0..7).map(|_| { let client = client.clone(); async move { client.post_form("/account/calendar", &[]).await } });
        let answers = futures::future::join_all(presses).await;
        let taken = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(app.number("SELECT COUNT(*) FROM calendar_feeds").await, i64::try_from(taken).expect("few"));
        assert!(taken <= 5, "seven presses at once made {taken}");
        for _ in taken..5 {
            made(&client).await;
        }
        let refused = client.post_form("/account/calendar", &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.seen().contains("Revoke one you no longer use"), "{}", refused.seen());
        let id = app.text("SELECT id FROM calendar_feeds WHERE account_id = $1 LIMIT 1", &ana.account_id).await;
        client.post_form("/account/calendar", &[("revoke", &id)]).await;
        made(&client).await;
    }

    async fn a_new_password_and_a_closed_account_end_every_address(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let (one, other) = (made(&client).await, made(&client).await);
        let fields = [("form", "password"), ("current-password", PASSWORD), ("new-password", "eight loud herons")];
        assert_eq!(client.post_form("/account", &fields).await.status, 303);
        for path in [&one, &other] {
            assert_eq!(app.client().get(path).await.status, 404, "who had the old password may have made it");
        }
        let ended = audit::of_subject(app.db().read(), "account", &ana.account_id).await.expect("entries");
        assert!(ended.iter().any(|entry| entry.action == "account.calendars_revoked" && entry.detail == "2"), "{ended:?}");
        let path = made(&client).await;
        client.post_form("/reset", &[("email", &ana.email)]).await;
        let mails = app.mails_to(&ana.email);
        let link = mails.last().and_then(|mail| mail.split("/reset/").nth(1)?.split_whitespace().next()).expect("a link");
        let reset = app.client().post_form(&format!("/reset/{link}"), &[("password", "nine silent herons")]).await;
        assert_eq!(reset.status, 303, "{}", reset.text());
        assert_eq!(app.client().get(&path).await.status, 404);
        let ben = app.person_like("ben@example.com", &NewPerson { name: "Ben", ..NewPerson::default() }).await;
        let path = made(&app.signed_in(&ben).await).await;
        let sql = "UPDATE accounts SET disabled_at = created_at WHERE id = $1";
        execute!(app.db().write(), sql, &ben.account_id).expect("closed");
        assert_eq!(app.client().get(&path).await.status, 404);
    }
}
