//! Sending claims, following them, taking them back: what a candidate can do, and what nobody can.

use crate::common::TestApp;
use crate::common::client::{Answer, Client, Part};
use crate::common::day;
use crate::common::people::NewPerson;
use crate::common::training::{NewOffering, Offering};
use ce_portal::server::db::{Isolation, ledger};
use chrono::TimeDelta;
use http::StatusCode;

/// A form for a class that ended ten days ago. Each test changes what it is about.
fn form(offering: &Offering, key: &str) -> Vec<(&'static str, String)> {
    vec![
        ("key", key.to_owned()),
        ("item", offering.version_ref.clone()),
        ("item_text", offering.label.clone()),
        ("type", offering.item_type.clone()),
        ("provider", offering.provider_slug.clone()),
        ("provider_text", String::new()),
        ("start", "09-Nov-2026".to_owned()),
        ("completion", "13-Nov-2026".to_owned()),
        ("certificate_id", String::new()),
    ]
}

fn with(mut form: Vec<(&'static str, String)>, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    form.retain(|(known, _)| *known != name);
    form.push((name, value.to_owned()));
    form
}

async fn send(client: &Client, form: &[(&'static str, String)]) -> Answer {
    send_to(client, "/claims/new", form).await
}

async fn send_to(client: &Client, path: &str, form: &[(&'static str, String)]) -> Answer {
    let parts: Vec<Part<'_>> = form.iter().map(|(name, value)| Part::Field(name, value)).collect();
    client.post_multipart(path, &parts).await
}

/// The id of the claim that an answer leads to.
fn taken(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let location = answer.location();
    location.trim_start_matches("/claims/").split('?').next().unwrap().to_owned()
}

fn refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    assert!(answer.text().contains(words), "no \"{words}\" in {}", answer.text());
    assert!(answer.text().contains("There is a problem"));
    assert!(answer.text().contains("<title>Error: "), "the title says that something is wrong");
}

const KEY: &str = "0190aaaa-0000-7000-8000-000000000001";
const OTHER_KEY: &str = "0190aaaa-0000-7000-8000-000000000002";

db_test! {
    async fn a_claim_is_pending_and_stands_under_my_items(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        let page = client.get(&format!("/claims/{id}?done=sent")).await.text();
        assert!(page.contains("Claim sent.") && page.contains("Pending") && page.contains("64 credits"), "{page}");
        let dashboard = client.get("/").await.text();
        assert!(dashboard.contains(&encor.label) && dashboard.contains("13-Nov-2026"), "{dashboard}");
        assert_eq!(app.number("SELECT COUNT(*) FROM ledger_entries").await, 0, "nothing is earned yet");
    }

    async fn the_same_press_of_the_button_leads_to_the_same_claim_however_often_it_arrives(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let first = taken(&send(&client, &form(&encor, KEY)).await);
        assert_eq!(taken(&send(&client, &form(&encor, KEY)).await), first);
        let at_once = futures::future::join_all((0..8).map(|_| {
            let (client, form) = (client.clone(), form(&encor, OTHER_KEY));
            async move { send(&client, &form).await.status }
        }));
        let statuses = at_once.await;
        assert!(statuses.iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 1);
    }

    async fn eight_presses_at_once_make_one_claim(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let answers = futures::future::join_all((0..8).map(|_| {
            let (client, form) = (client.clone(), form(&encor, KEY));
            async move { taken(&send(&client, &form).await) }
        })).await;
        assert!(answers.iter().all(|id| *id == answers[0]), "{answers:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 1);
    }

    async fn an_item_version_counts_once_in_a_cycle_by_all_accounts_of_the_profile(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let home = app.second_account(&ana, "ana.home@example.com").await;
        let encor = app.encor().await;
        taken(&send(&app.signed_in(&ana).await, &form(&encor, KEY)).await);
        let again = send(&app.signed_in(&home).await, &form(&encor, OTHER_KEY)).await;
        refused(&again, "You have claimed this item and version in this recertification cycle");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 1);
    }

    async fn of_two_accounts_that_claim_at_the_same_moment_one_is_refused(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let home = app.second_account(&ana, "ana.home@example.com").await;
        let encor = app.encor().await;
        for round in 0..10 {
            let version = format!("9.{round}");
            let offering = app.offering(&NewOffering { version: &version, ..NewOffering::default() }).await;
            app.state.catalog.forget();
            let (one, two) = (app.signed_in(&ana).await, app.signed_in(&home).await);
            let key = |n: u32| format!("0190aaaa-0000-7000-8000-0000000{round:02}{n:03}");
            let (first, second) = (form(&offering, &key(1)), form(&offering, &key(2)));
            let (first, second) = tokio::join!(send(&one, &first), send(&two, &second));
            let mut statuses = [first.status.as_u16(), second.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [303, 422], "round {round}: {}", if first.status == 422 { first.text() } else { second.text() });
        }
        let _ = encor;
    }

    async fn what_was_typed_is_still_there_when_something_is_wrong(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        for (name, value, words) in [
            ("completion", "31-Feb-2026", "Completion date must be a real date"),
            ("completion", "13/11/2026", "Completion date must be a date like 27-Mar-2026"),
            ("completion", "08-Nov-2026", "Completion date must be the same as or after the start date"),
            ("completion", "24-Nov-2026", "Completion date must be today or earlier"),
            ("start", "", "Enter the start date"),
            ("certificate_id", "CDLX-1", "Certificate ID must begin with CDLL-"),
        ] {
            let wrong = with(form(&encor, KEY), name, value);
            let answer = send(&client, &wrong).await;
            refused(&answer, words);
            let page = answer.text();
            for kept in [value, &encor.version_ref, &encor.provider_slug] {
                assert!(page.contains(&format!("value=\"{kept}\"")), "{kept} is kept after {words}");
            }
            assert!(page.contains(&format!("href=\"#{name}\"")), "the summary leads to {name}");
            assert!(page.contains(&format!("id=\"{name}-error\"")), "the field says it too");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 0);
        // And on the next visit, on another device.
        let later = client.get("/claims/new").await.text();
        assert!(later.contains("value=\"CDLX-1\""), "the draft is kept on the server");
    }

    async fn the_last_day_to_claim_is_the_365th_after_completion(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let at = |text: &str| with(with(form(&encor, KEY), "start", text), "completion", text);
        refused(&send(&client, &at("22-Nov-2025")).await, "the last day to claim it was 22-Nov-2026");
        taken(&send(&client, &at("23-Nov-2025")).await);
    }

    async fn choices_that_do_not_exist_together_are_refused(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let other = app.offering(&NewOffering { acronym: "ENSLD", item: "Designing", provider: "Elsewhere", item_type: "direct-delivery", ..NewOffering::default() }).await;
        let client = app.signed_in(&ana).await;
        refused(&send(&client, &with(form(&encor, KEY), "provider", &other.provider_slug)).await, "Choose");
        refused(&send(&client, &with(form(&other, KEY), "type", "academy")).await, "Choose the certificate of completion");
        let unknown = with(with(form(&encor, KEY), "item", "nothing@1"), "item_text", "nothing at all");
        refused(&send(&client, &unknown).await, "this is not in the catalog");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 0);
    }

    async fn an_item_retired_before_the_completion_date_is_refused_with_its_days(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let retired = app.offering(&NewOffering { until: Some(day("2026-06-30")), ..NewOffering::default() }).await;
        let client = app.signed_in(&ana).await;
        refused(&send(&client, &form(&retired, KEY)).await, "from 01-Jan-2020 to 30-Jun-2026");
        let in_time = with(with(form(&retired, KEY), "start", "30-Jun-2026"), "completion", "30-Jun-2026");
        taken(&send(&client, &in_time).await);
    }

    async fn who_has_just_expired_may_claim_what_was_finished_before(app: TestApp) {
        let holds = vec![("CCNP", "CCNP", "professional", day("2023-11-12"), Some(day("2026-11-12")))];
        let ana = app.person_like("ana@example.com", &NewPerson { holds, ..NewPerson::default() }).await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        refused(&send(&client, &form(&encor, KEY)).await, "your last one ended on 12-Nov-2026");
        let before = with(with(form(&encor, KEY), "start", "12-Nov-2026"), "completion", "12-Nov-2026");
        taken(&send(&client, &before).await);
    }

    async fn credits_and_status_are_never_taken_from_the_form(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let cheeky = with(with(form(&encor, KEY), "credits", "1000"), "status", "earned");
        taken(&send(&client, &cheeky).await);
        assert_eq!(app.number("SELECT credits FROM claims").await, 64);
        assert_eq!(app.text("SELECT status FROM claims WHERE account_id = $1", &ana.account_id).await, "pending");
        let json = serde_json::json!({ "draft": { "item": encor.version_ref, "credits": 1000 }, "key": OTHER_KEY, "corrects": "", "edits": "" });
        let answer = client.post_json("/api/claims/send", &json).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    }

    async fn a_known_certificate_id_that_agrees_is_earned_at_once_with_its_ledger_entry(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        completion(&app, "CDLL-0001", "ana@example.com", &encor, "2026-11-13").await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &with(form(&encor, KEY), "certificate_id", "cdll-0001")).await);
        let page = client.get(&format!("/claims/{id}?done=sent")).await.text();
        assert!(page.contains("earned already") && page.contains("13-Nov-2029"), "{page}");
        let (sent, earned) = (page.find("Sent by you"), page.find("the record of completions agrees"));
        assert!(sent.is_some() && sent < earned, "first sent, then earned, though at the same instant: {page}");
        let entries = ledger::of_profile(app.db().read(), &ana.profile_id).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].credits, entries[0].sequence, entries[0].claim_id.as_str()), (64, 1, id.as_str()));
        assert_eq!(ledger::first_broken(&entries), None);
        let mut changed = entries.clone();
        changed[0].credits = 65;
        assert_eq!(ledger::first_broken(&changed), Some(1), "a changed entry shows");
    }

    async fn a_certificate_id_whose_record_says_otherwise_says_what_differs_and_earns_nothing(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        app.second_account(&ana, "ana.home@example.com").await;
        let encor = app.encor().await;
        completion(&app, "CDLL-0001", "ana@example.com", &encor, "2026-11-12").await;
        completion(&app, "CDLL-0002", "somebody@example.com", &encor, "2026-11-12").await;
        completion(&app, "CDLL-0003", "ana.home@example.com", &encor, "2026-11-13").await;
        let client = app.signed_in(&ana).await;
        let with_id = |id: &str| with(form(&encor, KEY), "certificate_id", id);
        refused(&send(&client, &with_id("CDLL-0001")).await, "The record of this certificate ID says 12-Nov-2026");
        let foreign = send(&client, &with_id("CDLL-0002")).await;
        refused(&foreign, "on record for another e-mail address");
        assert!(!foreign.text().contains("12-Nov-2026"), "nothing of somebody else's record is told");
        refused(&send(&client, &with_id("CDLL-0003")).await, "ana.home@example.com");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 0);
        taken(&send(&client, &with_id("CDLL-9999")).await);
    }

    async fn a_certificate_id_is_used_once_by_anybody(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let ben = app.person("ben@example.com").await;
        let encor = app.encor().await;
        taken(&send(&app.signed_in(&ana).await, &with(form(&encor, KEY), "certificate_id", "CDLL-0077")).await);
        let second = with(form(&encor, OTHER_KEY), "certificate_id", " cdll-00 77 ");
        refused(&send(&app.signed_in(&ben).await, &second).await, "Certificate ID has been used for another claim");
    }

    async fn the_form_says_in_full_which_version_is_chosen(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let page = client.get(&format!("/claims/new?item={}", encor.version_ref)).await.text();
        // Under the field, which is too short for the name, and beside the form.
        assert_eq!(page.matches("<strong>version 1.2</strong>").count(), 2, "{page}");
    }

    async fn a_pending_claim_can_be_withdrawn_and_its_item_claimed_again(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        let answer = client.post_form(&format!("/claims/{id}/withdraw"), &[]).await;
        assert_eq!(answer.location(), format!("/claims/{id}?done=withdrawn"));
        let page = client.get(&answer.location()).await.text();
        assert!(page.contains("Your claim is withdrawn") && page.contains("Withdrawn by you"), "{page}");
        let twice = client.post_form(&format!("/claims/{id}/withdraw"), &[]).await;
        assert!(twice.location().contains("problem=conflict"), "{}", twice.location());
        taken(&send(&client, &form(&encor, OTHER_KEY)).await);
    }

    async fn a_pending_claim_can_be_changed_and_its_history_says_what(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        let page = client.get(&format!("/claims/{id}/edit")).await.text();
        assert!(page.contains("value=\"13-Nov-2026\""), "{page}");
        let changed = with(form(&encor, OTHER_KEY), "completion", "14-Nov-2026");
        let answer = send_to(&client, &format!("/claims/{id}/edit"), &changed).await;
        assert_eq!(taken(&answer), id);
        let page = client.get(&format!("/claims/{id}")).await.text();
        assert!(page.contains("14-Nov-2026") && page.contains("Changed by you: completion date"), "{page}");
    }

    async fn a_change_that_changes_nothing_is_not_made(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        let entries = "SELECT COUNT(*) FROM audit_log WHERE subject_kind = 'claim'";
        let before = app.number(entries).await;
        let same = with(form(&encor, OTHER_KEY), "completion", "2026-11-13");
        let answer = send_to(&client, &format!("/claims/{id}/edit"), &same).await;
        assert_eq!(answer.location(), format!("/claims/{id}?done=unchanged"));
        assert_eq!(app.number(entries).await, before, "nothing is written into the history");
        assert!(client.get(&answer.location()).await.text().contains("nothing was changed"));
    }

    async fn a_claim_that_was_taken_back_leads_to_its_page_instead_of_a_form(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        client.post_form(&format!("/claims/{id}/withdraw"), &[]).await;
        for path in [format!("/claims/{id}/edit"), format!("/claims/new?corrects={id}")] {
            let answer = client.get(&path).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
            assert!(answer.text().contains(&format!("href=\"/claims/{id}\"")), "{path}: {}", answer.text());
        }
        let late = send_to(&client, &format!("/claims/{id}/edit"), &form(&encor, OTHER_KEY)).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.text().contains("cannot be changed any more"), "{}", late.text());
    }

    async fn a_certificate_id_that_is_not_on_record_says_so(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &with(form(&encor, KEY), "certificate_id", "CDLL-9999")).await);
        let page = client.get(&format!("/claims/{id}")).await.text();
        assert!(page.contains("CDLL-9999") && page.contains("Not on record yet"), "{page}");
    }

    async fn a_correction_that_was_refused_is_still_a_correction_of_that_claim(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let denied = taken(&send(&client, &form(&encor, KEY)).await);
        deny(&app, &denied, "date-mismatch", "").await;
        let correction = with(form(&encor, OTHER_KEY), "corrects", &denied);
        let wrong = with(correction.clone(), "completion", "31-Feb-2026");
        let page = send_to(&client, &format!("/claims/new?corrects={denied}"), &wrong).await;
        refused(&page, "Completion date must be a real date");
        let (action, field) = (format!("action=\"/claims/new?corrects={denied}\""), format!("name=\"corrects\" value=\"{denied}\""));
        assert!(page.text().contains(&action) && page.text().contains(&field), "{}", page.text());
        let new = client.get("/claims/new").await.text();
        assert!(!new.contains("31-Feb-2026"), "a new claim does not begin with it: {new}");
        let corrected = taken(&send(&client, &correction).await);
        assert!(client.get(&format!("/claims/{denied}")).await.text().contains(&corrected), "the two lead to each other");
    }

    async fn what_cannot_be_claimed_any_more_is_not_offered_to_be_sent_again(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        deny(&app, &id, "date-mismatch", "Our record says 14-Nov-2026.").await;
        let offered = "Correct and resubmit";
        for path in ["/".to_owned(), format!("/claims/{id}")] {
            assert!(client.get(&path).await.text().contains(offered), "{path}");
        }
        // The class ended on 13-Nov-2026; a year later is the last day.
        app.state.clock.advance(TimeDelta::days(356));
        let client = app.signed_in(&ana).await;
        let page = client.get(&format!("/claims/{id}")).await.seen();
        assert!(!page.contains(offered) && page.contains("too late to send it again"), "{page}");
        assert!(page.contains("13-Nov-2027") && !page.contains("Correct the dates"), "{page}");
        assert!(!client.get("/").await.seen().contains(offered), "not on the dashboard either");
    }

    async fn a_claim_that_was_corrected_says_so_and_not_what_to_correct(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let id = taken(&send(&client, &form(&encor, KEY)).await);
        deny(&app, &id, "date-mismatch", "Our record says 14-Nov-2026.").await;
        let form_page = client.get(&format!("/claims/new?corrects={id}")).await.text();
        for part in ["The dates do not match the record", "Our record says 14-Nov-2026.", "Nothing is changed yet"] {
            assert!(form_page.contains(part), "the form says what was wrong, {part}: {form_page}");
        }
        let corrected = with(with(form(&encor, OTHER_KEY), "completion", "14-Nov-2026"), "corrects", &id);
        taken(&send(&client, &corrected).await);
        let page = client.get(&format!("/claims/{id}")).await.seen();
        assert!(page.contains("You have sent a corrected claim in its place") && !page.contains("Correct the dates"), "{page}");
    }

    async fn somebody_else_s_claim_does_not_exist(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let ben = app.person("ben@example.com").await;
        let encor = app.encor().await;
        let id = taken(&send(&app.signed_in(&ana).await, &form(&encor, KEY)).await);
        let client = app.signed_in(&ben).await;
        for path in [format!("/claims/{id}"), format!("/claims/{id}/edit"), format!("/claims/new?corrects={id}")] {
            let answer = client.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!answer.text().contains("ENCOR"), "{path} tells nothing");
        }
        let answer = client.post_form(&format!("/claims/{id}/withdraw"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = client.get(&format!("/api/claims/one?id={id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(app.text("SELECT status FROM claims WHERE account_id = $1", &ana.account_id).await, "pending");
    }

    async fn a_renewal_does_not_let_what_was_claimed_before_it_be_claimed_again(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let earned = "UPDATE holdings SET earned_on = $2 WHERE profile_id = $1";
        ce_portal::execute!(app.db().write(), earned, &ana.profile_id, day("2018-09-01")).unwrap();
        taken(&send(&client, &form(&encor, KEY)).await);
        // What is held is renewed on the 20th, and the record of that arrives.
        let renewed = "UPDATE holdings SET cycle_start = $2, expires_on = $3 WHERE profile_id = $1";
        ce_portal::execute!(app.db().write(), renewed, &ana.profile_id, day("2026-11-20"), day("2029-11-20")).unwrap();
        refused(&send(&client, &form(&encor, OTHER_KEY)).await, "You have claimed this item and version");
        let earlier_day = with(with(form(&encor, OTHER_KEY), "start", "02-Nov-2026"), "completion", "03-Nov-2026");
        refused(&send(&client, &earlier_day).await, "You have claimed this item and version");
        let in_the_new_cycle = with(with(form(&encor, OTHER_KEY), "start", "21-Nov-2026"), "completion", "22-Nov-2026");
        taken(&send(&client, &in_the_new_cycle).await);
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 2);
    }

    async fn the_same_key_with_something_else_changes_the_claim_it_has_led_to(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let first = taken(&send(&client, &form(&encor, KEY)).await);
        // The answer was lost, a date is corrected, and the button is pressed again in the same page.
        let corrected = with(form(&encor, KEY), "completion", "14-Nov-2026");
        assert_eq!(taken(&send(&client, &corrected).await), first);
        assert_eq!(taken(&send(&client, &corrected).await), first, "and once more");
        let page = client.get(&format!("/claims/{first}")).await.text();
        assert!(page.contains("14-Nov-2026"), "{page}");
        assert!(page.contains("Changed by you: completion date"), "{page}");
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'claim.corrected'").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 1);
    }

    async fn the_same_key_with_something_else_is_never_dropped_when_its_claim_is_decided(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let other = app.offering(&NewOffering { version: "1.3", ..NewOffering::default() }).await;
        let client = app.signed_in(&ana).await;
        let first = taken(&send(&client, &form(&encor, KEY)).await);
        client.post_form(&format!("/claims/{first}/withdraw"), &[]).await;
        let answer = send(&client, &form(&other, KEY)).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
        let page = answer.text();
        assert!(page.contains(&format!("value=\"{}\"", other.version_ref)), "what was chosen is kept: {page}");
        assert!(!page.contains(&format!("value=\"{KEY}\"")), "what is sent next is something new: {page}");
        taken(&send(&client, &form(&other, OTHER_KEY)).await);
    }

    async fn what_was_denied_for_good_cannot_be_corrected_and_nothing_is_corrected_twice(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let item = |version: &'static str| NewOffering { version, ..NewOffering::default() };
        let offered = [app.offering(&item("1.1")).await, app.offering(&item("1.2")).await, app.offering(&item("1.3")).await];
        let key = |number: u32| format!("0190aaaa-0000-7000-8000-{number:012}");
        let denied = |id: String, code: &'static str| {
            let app = app.clone();
            async move {
                let sql = "UPDATE claims SET status = 'denied', denial_code = $2, decided_at = submitted_at WHERE id = $1";
                ce_portal::execute!(app.db().write(), sql, &id, code).unwrap();
                id
            }
        };
        let reasons = &app.state.program.denial_reasons;
        let code = |resubmit: bool| reasons.iter().find(|reason| reason.resubmit == resubmit).unwrap().code.clone();
        let codes: [&'static str; 2] = [code(false).leak(), code(true).leak()];
        let final_one = denied(taken(&send(&client, &form(&offered[0], &key(1))).await), codes[0]).await;
        let correcting = |id: &str, number: u32, offering| with(form(offering, &key(number)), "corrects", id);
        let answer = send(&client, &correcting(&final_one, 2, &offered[1])).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
        assert_eq!(client.get(&format!("/claims/new?corrects={final_one}")).await.status, StatusCode::CONFLICT);
        let mistaken = denied(taken(&send(&client, &form(&offered[1], &key(3))).await), codes[1]).await;
        taken(&send(&client, &correcting(&mistaken, 4, &offered[1])).await);
        let answer = send(&client, &correcting(&mistaken, 5, &offered[2])).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 3);
    }

    async fn a_certificate_id_belongs_to_whom_it_is_on_record_for_whoever_claimed_with_it_before(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let ben = app.person("ben@example.com").await;
        let encor = app.encor().await;
        let guessed = send(&app.signed_in(&ben).await, &with(form(&encor, KEY), "certificate_id", "CDLL-0077")).await;
        let guessed = taken(&guessed);
        completion(&app, "CDLL-0077", "ana@example.com", &encor, "2026-11-13").await;
        let client = app.signed_in(&ana).await;
        let hers = taken(&send(&client, &with(form(&encor, KEY), "certificate_id", "CDLL-0077")).await);
        assert_eq!(app.text("SELECT status FROM claims WHERE id = $1", &hers).await, "earned");
        let page = app.signed_in(&ben).await.get(&format!("/claims/{guessed}")).await.text();
        assert!(page.contains("Certificate ID taken out") && page.contains("Pending"), "{page}");
        assert!(!page.contains("CDLL-0077"), "{page}");
        // One that was earned with it keeps it.
        let again = send(&app.signed_in(&ben).await, &with(form(&encor, OTHER_KEY), "certificate_id", "CDLL-0077")).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_claim_is_judged_by_what_is_true_when_it_is_stored(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        let mut correcting = app.db().begin(Isolation::Serializable).await.unwrap();
        let sql = "UPDATE offerings SET credits = 40 WHERE version_id = $1";
        ce_portal::execute!(correcting.on(), sql, &encor.version_id).unwrap();
        let sending = { let form = form(&encor, KEY); tokio::spawn(async move { send(&client, &form).await }) };
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        correcting.commit().await.unwrap();
        taken(&sending.await.unwrap());
        // PostgreSQL does not wait: there the claim is stored before the correction, and counts as before it.
        let expected = if app.engine == crate::common::Engine::Sqlite { 40 } else { 64 };
        assert_eq!(app.number("SELECT credits FROM claims").await, expected);
    }

    async fn a_session_that_ended_keeps_the_form_with_what_was_typed(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        let client = app.signed_in(&ana).await;
        app.state.clock.advance(TimeDelta::hours(13));
        let answer = send(&client, &form(&encor, KEY)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text());
        let page = answer.seen();
        for kept in ["13-Nov-2026", &encor.version_ref, &encor.provider_slug] {
            assert!(page.contains(&format!("value=\"{kept}\"")), "{kept} is kept");
        }
        assert!(page.contains("Sign in"), "the way on is told");
        assert!(!page.contains("held an active certification"), "nobody's certifications are judged: {page}");
        assert!(!page.contains("has to be chosen again"), "a class needs no certificate: {page}");
        let direct = with(form(&encor, KEY), "type", "direct-delivery");
        app.offering(&NewOffering { item_type: "direct-delivery", ..NewOffering::default() }).await;
        app.state.catalog.forget();
        let page = send(&client, &direct).await.seen();
        assert!(page.contains("Only the certificate has to be chosen again"), "{page}");
        let kept = send(&client, &with(direct, "evidence", "0190aaaa-0000-7000-8000-00000000f11e")).await.text();
        assert!(kept.contains("value=\"0190aaaa-0000-7000-8000-00000000f11e\""), "one that was kept before stays: {kept}");
        assert_eq!(app.number("SELECT COUNT(*) FROM claims").await, 0);
    }

    async fn of_a_form_that_holds_too_much_the_rest_is_not_read(app: TestApp) {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering};
        let client = app.client();
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let begin = "--b\r\nContent-Disposition: form-data; name=\"item_text\"\r\n\r\n".as_bytes().to_vec();
        let filling = std::iter::repeat_n(vec![b'x'; 64 * 1024], 200);
        let stream = futures::stream::iter(std::iter::once(begin).chain(filling).map(move |piece| {
            counted.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, std::io::Error>(piece)
        }));
        let request = client
            .request(http::Method::POST, "/claims/new")
            .header("content-type", "multipart/form-data; boundary=b")
            .body(axum::body::Body::from_stream(stream))
            .unwrap();
        let answer = client.send(request).await;
        assert!(answer.status.is_client_error(), "{}", answer.text());
        let read = read.load(Ordering::Relaxed);
        assert!(read < 1024 * 1024, "{read} bytes were read");
    }

    async fn a_step_without_a_script_opens_the_next_choice_and_blames_nobody(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let encor = app.encor().await;
        app.offering(&NewOffering { provider: "Another Site", ..NewOffering::default() }).await;
        let client = app.signed_in(&ana).await;
        let first = [("key", KEY.to_owned()), ("item_text", "encor".to_owned()), ("step", "continue".to_owned())];
        let answer = send(&client, &first).await;
        assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/claims/new"));
        let page = client.get("/claims/new").await.text();
        assert!(!page.contains("There is a problem"), "{page}");
        assert!(page.contains(&format!("value=\"{}\"", encor.version_ref)), "the only match is taken: {page}");
        assert!(page.contains("name=\"type\"") && page.contains("Another Site"), "type and providers are offered: {page}");
    }
}

async fn completion(app: &TestApp, id: &str, email: &str, offering: &Offering, on: &str) {
    ce_portal::execute!(
        app.db().write(),
        "INSERT INTO completions (id, certificate_id, email_key, version_id, item_type, completed_on) VALUES ($1, $1, $2, $3, $4, $5)",
        id,
        email,
        offering.version_id.as_str(),
        offering.item_type.as_str(),
        day(on)
    )
    .expect("a completion");
}

/// Denies a pending claim, as a provider would.
async fn deny(app: &TestApp, claim: &str, code: &str, note: &str) {
    ce_portal::execute!(
        app.db().write(),
        "UPDATE claims SET status = 'denied', denial_code = $2, denial_note = $3, decided_at = submitted_at WHERE id = $1",
        claim,
        code,
        note
    )
    .expect("the claim is denied");
}
