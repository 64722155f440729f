//! Signing in and out, the gate, new passwords, accounts and second addresses.

use crate::common::TestApp;
use crate::common::client::{Answer, Client, encoded};
use crate::common::day;
use crate::common::people::{NewPerson, PASSWORD};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Method;
use ce_portal::execute;
use ce_portal::server::auth::{network, session};
use ce_portal::server::config::Config;
use ce_portal::server::db::{Db, Isolation};
use ce_portal::server::tidy;
use chrono::TimeDelta;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const NEW_PASSWORD: &str = "nine patient lanterns";

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post_form("/sign-in", &[("email", email), ("password", password)]).await
}

/// Signs in over a connection from `peer`, which says that it asks for `forwarded`.
async fn sign_in_from(client: &Client, peer: &str, forwarded: Option<&str>, email: &str, password: &str) -> Answer {
    let mut request = client.request(Method::POST, "/sign-in");
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    let form = format!("email={}&password={}", encoded(email), encoded(password));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(form));
    let mut request = request.expect("a request");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 4000)));
    client.send(request).await
}

/// Asks for an address to be added to one's profile.
async fn ask_to_add(client: &Client, email: &str) -> Answer {
    client.post_form("/account", &[("form", "address"), ("other-email", email), ("your-password", PASSWORD)]).await
}

/// The link in the last mail to an address.
fn link_in_mail(app: &TestApp, address: &str, path: &str) -> String {
    let mail = app.mails_to(address).pop().unwrap_or_else(|| panic!("no mail to {address}"));
    let start = mail.find(&format!("http://localhost:3000{path}/")).unwrap_or_else(|| panic!("no link in {mail}"));
    let link = mail[start..].split_whitespace().next().expect("a link");
    link.trim_start_matches("http://localhost:3000").to_owned()
}

/// The words of the error summary.
fn summary(answer: &Answer) -> String {
    let text = answer.text();
    let start = text.find("error-summary-title").unwrap_or_else(|| panic!("no summary in {text}"));
    text[start..].chars().take(600).collect()
}

db_test! {
    async fn a_right_that_is_granted_is_written_down_and_ends_the_sessions_of_before(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let granted = std::process::Command::new(env!("CARGO_BIN_EXE_ce-portal"))
            .args(["user", "grant", "ana@example.com", "author"])
            .env("DATABASE_URL", &app.state.config.database_url)
            .env("CE_DATA_DIR", app.folder().join("data"))
            .output()
            .expect("the command runs");
        assert!(granted.status.success(), "{granted:?}");
        assert_eq!(client.get("/").await.status, 303, "signed in no more");
        let what = app.text("SELECT detail FROM audit_log WHERE action = $1", "account.role_granted").await;
        assert_eq!(what, "author");
    }

    async fn signing_in_sets_a_cookie_for_this_host_only_and_the_database_holds_no_usable_one(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.client();
        let answer = sign_in(&client, " Ana@Example.com ", PASSWORD).await;
        assert_eq!((answer.status.as_u16(), answer.location().as_str()), (303, "/"));
        let cookie = answer.header("set-cookie");
        let token = client.cookie("__Host-sid").expect("a cookie");
        assert_eq!(cookie, format!("__Host-sid={token}; Secure; HttpOnly; SameSite=Lax; Path=/"));
        assert_eq!(token.len(), 43, "256 bits");
        let kept = app.text("SELECT token_hash FROM sessions WHERE account_id = $1", &ana.account_id).await;
        assert_ne!(kept, token);
        let thief = app.client();
        thief.set_cookie("__Host-sid", &kept);
        assert_eq!(thief.get("/account").await.location(), "/sign-in?next=/account");
        assert_eq!(client.get("/account").await.status, 200);
        assert_eq!(client.get("/sign-in?next=/catalog").await.location(), "/catalog");
    }

    async fn a_wrong_password_and_an_unknown_address_look_the_same(app: TestApp) {
        app.person("ana@example.com").await;
        let wrong = sign_in(&app.client(), "ana@example.com", "nine patient lanterns").await;
        let unknown = sign_in(&app.client(), "ben@example.com", "nine patient lanterns").await;
        assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (422, 422));
        assert!(summary(&wrong).contains("Email address or password is not right"));
        assert!(wrong.text().contains("<title>Error: Sign in"), "{}", wrong.text());
        assert!(wrong.text().contains("value=\"ana@example.com\""), "the address is kept");
        assert!(!wrong.text().contains("nine patient lanterns"), "a password is never sent back");
        let same = |text: String| {
            // From the beginning of what is shown; before it are links in no particular order, after it the page's data.
            let shown = text.split("<body").nth(1).and_then(|body| body.split("<script").next()).unwrap_or_default();
            shown.replace("ana@example.com", "X").replace("ben@example.com", "X")
        };
        assert!(same(wrong.text()).contains("Email address or password is not right"));
        assert_eq!(same(wrong.text()), same(unknown.text()));
        assert!(wrong.headers.get("set-cookie").is_none());
    }

    async fn what_is_missing_is_named_before_anything_is_counted(app: TestApp) {
        let answer = sign_in(&app.client(), "ana", "").await;
        assert_eq!(answer.status, 422);
        assert!(summary(&answer).contains("name@example.com") && summary(&answer).contains("Enter your password"));
        assert_eq!(app.number("SELECT COUNT(*) FROM throttles").await, 0);
    }

    async fn guessing_is_slowed_down_and_never_for_good(app: TestApp) {
        app.person("ana@example.com").await;
        let client = app.client();
        for email in ["ana@example.com", "nobody@example.com"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&client, email, NEW_PASSWORD).await.status, 422);
            }
            let answer = sign_in(&client, email, PASSWORD).await;
            assert_eq!((answer.status.as_u16(), answer.header("retry-after").as_str()), (429, "1"));
            assert!(summary(&answer).contains("Wait 1 second and try again"));
            app.state.clock.advance(TimeDelta::seconds(1));
            assert_eq!(sign_in(&client, email, NEW_PASSWORD).await.status, 422);
            assert_eq!(sign_in(&client, email, NEW_PASSWORD).await.header("retry-after"), "2", "it doubles");
            app.state.clock.advance(TimeDelta::seconds(2));
        }
        assert_eq!(sign_in(&client, "ana@example.com", PASSWORD).await.status, 303);
        for _ in 0..4 {
            assert_eq!(sign_in(&app.client(), "ana@example.com", NEW_PASSWORD).await.status, 422, "counted anew");
        }
        for _ in 0..40 {
            let _ = sign_in(&app.client(), "nobody@example.com", NEW_PASSWORD).await;
            app.state.clock.advance(TimeDelta::minutes(15));
        }
        assert_eq!(sign_in(&client, "nobody@example.com", NEW_PASSWORD).await.status, 422, "15 minutes are the longest");
    }

    async fn one_network_address_cannot_go_through_all_accounts(app: TestApp) {
        let client = app.client();
        let mut last = 0;
        for number in 0..51 {
            let email = format!("person{number}@example.com");
            last = sign_in_from(&client, "192.0.2.1", None, &email, NEW_PASSWORD).await.status.as_u16();
        }
        assert_eq!(last, 429);
        assert_eq!(sign_in(&client, "person0@example.com", PASSWORD).await.status, 422, "others are not kept waiting");
    }

    async fn strangers_cannot_keep_anybody_out_of_their_own_account(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.client();
        for number in 0..60 {
            // From one network again and again, and from others.
            sign_in_from(&client, "192.0.2.66", None, &ana.email, NEW_PASSWORD).await;
            sign_in_from(&client, &format!("198.51.100.{number}"), None, &ana.email, NEW_PASSWORD).await;
            app.state.clock.advance(TimeDelta::seconds(30));
        }
        sign_in_from(&client, "203.0.113.1", None, &ana.email, NEW_PASSWORD).await;
        let theirs = sign_in_from(&client, "192.0.2.66", None, &ana.email, PASSWORD).await;
        assert!(theirs.status == 429 && theirs.header("retry-after").parse::<u32>().unwrap() > 60, "{theirs:?}");
        let own = sign_in_from(&client, "203.0.113.9", None, &ana.email, PASSWORD).await;
        let wait = own.header("retry-after").parse::<i64>().unwrap();
        assert!(own.status == 429 && wait <= 8, "guessing from everywhere is slowed down: {wait} s");
        app.state.clock.advance(TimeDelta::seconds(wait));
        assert_eq!(sign_in_from(&client, "203.0.113.9", None, &ana.email, PASSWORD).await.status, 303);
    }

    async fn behind_a_trusted_proxy_each_network_is_counted_for_itself(app: TestApp) {
        app.person("ana@example.com").await;
        let proxies = vec![network::Range::parse("10.0.0.0/8").unwrap()];
        let behind = app.with(|state| {
            let config = Config { trusted_proxies: proxies, ..(*state.config).clone() };
            state.config = Arc::new(config);
        });
        let client = behind.client();
        for number in 0..52 {
            let email = format!("person{number}@example.com");
            // Whatever somebody writes before it, what the proxy adds counts.
            let forwarded = format!("198.51.100.{number}, 192.0.2.66");
            sign_in_from(&client, "10.1.1.1", Some(&forwarded), &email, NEW_PASSWORD).await;
        }
        let theirs = sign_in_from(&client, "10.1.1.1", Some("192.0.2.66"), "ana@example.com", PASSWORD).await;
        assert_eq!(theirs.status, 429);
        let others = sign_in_from(&client, "10.1.1.1", Some("192.0.2.7"), "ana@example.com", PASSWORD).await;
        assert_eq!(others.status, 303, "who comes from elsewhere is not kept waiting");
    }

    async fn a_session_ends_when_nothing_is_done_for_half_an_hour_and_after_half_a_day(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        app.state.clock.advance(TimeDelta::minutes(29));
        assert_eq!(client.get("/account").await.status, 200);
        app.state.clock.advance(TimeDelta::minutes(29));
        assert_eq!(client.get("/account").await.status, 200, "each page prolongs it");
        app.state.clock.advance(TimeDelta::minutes(30));
        assert_eq!(client.get("/account").await.status, 303);
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 0);

        let client = app.signed_in(&ana).await;
        for _ in 0..35 {
            app.state.clock.advance(TimeDelta::minutes(20));
            assert_eq!(client.get("/account").await.status, 200);
        }
        app.state.clock.advance(TimeDelta::minutes(20));
        assert_eq!(client.get("/account").await.status, 303, "12 hours after signing in");
    }

    async fn a_session_is_noted_at_most_once_a_minute(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        app.state.clock.advance(TimeDelta::seconds(59));
        client.get("/account").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions WHERE last_seen_at = created_at").await, 1);
        app.state.clock.advance(TimeDelta::seconds(1));
        client.get("/account").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions WHERE last_seen_at = created_at").await, 0);
    }

    async fn signing_out_ends_the_session_on_the_server_and_keeps_drafts(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        let other_tab = app.client();
        other_tab.set_cookie("__Host-sid", &client.cookie("__Host-sid").expect("a cookie"));
        let answer = client.post_form("/sign-out", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.location().as_str()), (303, "/sign-in?done=signed-out"));
        assert_eq!(answer.header("clear-site-data"), "\"cache\", \"cookies\"");
        assert_eq!(client.cookie("__Host-sid"), None);
        assert_eq!(other_tab.get("/account").await.status, 303, "an old cookie is worth nothing");
        assert!(client.get("/sign-in?done=signed-out").await.text().contains("You are signed out."));
    }

    async fn signing_in_again_ends_the_session_before(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let before = client.cookie("__Host-sid").expect("a cookie");
        sign_in(&client, &ana.email, PASSWORD).await;
        let old = app.client();
        old.set_cookie("__Host-sid", &before);
        assert_eq!(old.get("/account").await.status, 303);
        assert_eq!(client.get("/account").await.status, 200);
    }

    async fn after_signing_in_one_goes_on_where_one_was_and_nowhere_else(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let to = app.client().get("/claims/new?item=ENCOR%201.2&type=x").await.location();
        assert_eq!(to, "/sign-in?next=/claims/new%3Fitem%3DENCOR%25201.2%26type%3Dx");
        let page = app.client().get(&to).await.text();
        assert!(page.contains("name=\"next\" value=\"/claims/new?item=ENCOR%201.2&amp;type=x\""), "{page}");
        for (next, location) in [
            ("/claims/new?item=ENCOR%201.2&type=x", "/claims/new?item=ENCOR%201.2&type=x"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/sign-out", "/"),
        ] {
            let fields = [("email", ana.email.as_str()), ("password", PASSWORD), ("next", next)];
            assert_eq!(app.client().post_form("/sign-in", &fields).await.location(), location, "{next}");
        }
    }

    async fn the_gate_asks_for_one_thing_after_the_other_and_explains_itself(app: TestApp) {
        let like = NewPerson { terms: false, ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("ana@example.com", &like).await).await;
        assert_eq!(client.get("/claims/new?item=x").await.location(), "/terms?next=/claims/new%3Fitem%3Dx");
        let terms = client.get("/terms?next=/claims/new").await.text();
        assert!(terms.contains("Accept terms and conditions") && terms.contains("Version 2026-01"), "{terms}");
        let stale = client.post_form("/terms", &[("version", "1999-01"), ("next", "/claims/new")]).await;
        assert_eq!(stale.location(), "/terms?next=/claims/new", "only what is in force can be accepted");
        let accepted = client.post_form("/terms", &[("version", "2026-01"), ("next", "/claims/new")]).await;
        assert_eq!(accepted.location(), "/claims/new");
        client.post_form("/terms", &[("version", "2026-01")]).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM terms_acceptances").await, 1);
        let terms = client.get("/terms").await.text();
        assert!(terms.contains("You accepted this version on") && terms.contains("23-Nov-2026"));
        assert!(!terms.contains("<button class=\"button primary\">Accept"));

        let like = NewPerson { profile: false, ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("new@example.com", &like).await).await;
        assert_eq!(client.get("/").await.location(), "/access");
        assert!(client.get("/access").await.text().contains("Your account is ready, your certifications are not here yet"));

        let like = NewPerson { holds: Vec::new(), ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("never@example.com", &like).await).await;
        assert!(client.get("/access").await.text().contains("You hold no certification yet"));

        let ended = |on| vec![("CCNA", "CCNA", "associate", day("2020-01-01"), Some(day(on)))];
        let like = NewPerson { holds: ended("2025-11-22"), ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("lapsed@example.com", &like).await).await;
        assert_eq!(client.get("/").await.location(), "/access");
        assert!(client.get("/access").await.text().contains("22-Nov-2025"));

        let like = NewPerson { holds: ended("2025-11-23"), ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("just@example.com", &like).await).await;
        assert_eq!(client.get("/").await.location(), "", "365 days after the end is still in time");
        assert!(client.get("/access").await.text().contains("You can still claim older training"));
    }

    async fn the_terms_can_be_read_by_everybody(app: TestApp) {
        let answer = app.client().get("/terms").await;
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("<h2>Who may take part</h2>"));
        assert!(!answer.text().contains("<button class=\"button primary\">"));
        let answer = app.client().post_form("/terms", &[("version", "2026-01")]).await;
        assert_eq!(answer.location(), "/sign-in?next=/terms");
    }

    async fn a_disabled_account_is_out_at_once_and_cannot_sign_in(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        execute!(app.db().write(), "UPDATE accounts SET disabled_at = created_at WHERE id = $1", &ana.account_id).unwrap();
        assert_eq!(client.get("/account").await.status, 303);
        assert!(summary(&sign_in(&client, &ana.email, PASSWORD).await).contains("is not right"));
    }

    async fn an_account_is_created_by_a_mail_and_only_once(app: TestApp) {
        let client = app.client();
        let answer = client.post_form("/join", &[("email", "new@example.com")]).await;
        assert_eq!(answer.location(), "/join?done=sent");
        assert!(client.get("/join?done=sent").await.text().contains("Look into your mail"));
        let link = link_in_mail(&app, "new@example.com", "/join");
        let page = client.get(&link).await;
        assert!(page.status == 200 && page.text().contains("new@example.com"), "{}", page.text());
        let weak = client.post_form(&link, &[("password", "password123456")]).await;
        assert_eq!(weak.status, 422);
        assert!(summary(&weak).contains("first that are guessed") && !weak.text().contains("password123456"));
        let other = app.client();
        let answer = client.post_form(&link, &[("password", NEW_PASSWORD)]).await;
        assert_eq!(answer.location(), "/terms");
        assert!(client.get("/access").await.text().contains("Accept the terms"));
        assert_eq!(other.post_form(&link, &[("password", NEW_PASSWORD)]).await.status, 404, "used");
        assert!(other.get(&link).await.text().contains("This link cannot be used"));
        assert_eq!(app.number("SELECT COUNT(*) FROM accounts").await, 1);
        assert_eq!(sign_in(&other, "new@example.com", NEW_PASSWORD).await.status, 303);

        let answer = client.post_form("/join", &[("email", "new@example.com")]).await;
        assert_eq!(answer.location(), "/join?done=sent", "nobody learns that there is an account");
        assert!(app.mails_to("new@example.com").pop().unwrap().contains("There is one already"));
    }

    async fn a_forgotten_password_is_replaced_by_a_mail_once_and_within_ten_minutes(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let signed_in = app.signed_in(&ana).await;
        let client = app.client();
        let known = client.post_form("/reset", &[("email", "ana@example.com")]).await;
        let unknown = client.post_form("/reset", &[("email", "nobody@example.com")]).await;
        assert_eq!((known.location(), known.status), (unknown.location(), unknown.status));
        assert!(app.mails_to("nobody@example.com").pop().unwrap().contains("There is no account"));
        let late = link_in_mail(&app, "ana@example.com", "/reset");
        let token = late.trim_start_matches("/reset/");
        assert_eq!(app.number("SELECT COUNT(*) FROM mail_tokens").await, 2);
        let kept = app.text("SELECT token_hash FROM mail_tokens WHERE email_key = $1", "ana@example.com").await;
        assert_ne!(kept, token);
        app.state.clock.advance(TimeDelta::minutes(10));
        assert_eq!(client.get(&late).await.status, 404, "too old");
        assert_eq!(client.post_form(&late, &[("password", NEW_PASSWORD)]).await.status, 404);

        client.post_form("/reset", &[("email", "ana@example.com")]).await;
        let link = link_in_mail(&app, "ana@example.com", "/reset");
        assert_ne!(link, late);
        assert_eq!(client.get(&link).await.status, 200);
        assert_eq!(client.get(&link).await.status, 200, "looking does not use it up");
        assert_eq!(client.post_form(&link, &[("password", "short")]).await.status, 422, "nor does a slip");
        let answer = client.post_form(&link, &[("password", NEW_PASSWORD)]).await;
        assert_eq!(answer.location(), "/sign-in?done=password");
        assert_eq!(client.post_form(&link, &[("password", "eleven brave otters")]).await.status, 404, "used");
        assert_eq!(signed_in.get("/account").await.status, 303, "every session ends");
        assert_eq!(sign_in(&client, &ana.email, PASSWORD).await.status, 422);
        assert_eq!(sign_in(&client, &ana.email, NEW_PASSWORD).await.status, 303);
        assert!(app.mails_to("ana@example.com").iter().any(|mail| mail.contains("Subject: Your password was changed")));
        let as_join = link.replace("/reset/", "/join/");
        assert_eq!(client.get(&as_join).await.status, 404, "a proof is for one thing");
    }

    async fn mails_cannot_be_sent_without_end(app: TestApp) {
        let client = app.client();
        for _ in 0..5 {
            assert_eq!(client.post_form("/reset", &[("email", "ana@example.com")]).await.status, 303);
        }
        assert_eq!(client.post_form("/join", &[("email", "ana@example.com")]).await.status, 429);
        assert_eq!(app.mails_to("ana@example.com").len(), 5);
    }

    async fn changing_the_password_asks_for_the_current_one_and_ends_other_sessions(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let other = app.signed_in(&ana).await;
        let before = client.cookie("__Host-sid");
        let change = async |current: &str, new: &str| {
            let fields = [("form", "password"), ("current-password", current), ("new-password", new)];
            client.post_form("/account", &fields).await
        };
        let wrong = change("not the one at all", NEW_PASSWORD).await;
        assert_eq!(wrong.status, 422);
        assert!(summary(&wrong).contains("Current password is not right") && !wrong.text().contains("not the one at all"));
        assert!(summary(&change(PASSWORD, "short").await).contains("12 characters or more"));
        assert_eq!(change(PASSWORD, NEW_PASSWORD).await.location(), "/account?done=password");
        assert_ne!(client.cookie("__Host-sid"), before, "a new token");
        assert_eq!(client.get("/account?done=password").await.status, 200);
        assert_eq!(other.get("/account").await.status, 303);
        assert_eq!(sign_in(&app.client(), &ana.email, NEW_PASSWORD).await.status, 303);
        assert!(app.mails_to("ana@example.com").pop().unwrap().contains("was changed"));
    }

    async fn an_address_without_an_account_is_added_to_a_profile(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let add = [("form", "address"), ("other-email", "ana.home@example.com"), ("your-password", PASSWORD)];
        assert_eq!(client.post_form("/account", &add).await.location(), "/account?done=sent");
        assert!(app.mails_to("ana@example.com").pop().unwrap().contains("ana.home@example.com"), "both are told");
        let link = link_in_mail(&app, "ana.home@example.com", "/link");
        assert_eq!(app.client().get(&link).await.location(), format!("/sign-in?next={link}"));
        let stranger = app.signed_in(&app.person("eve@example.com").await).await;
        assert_eq!(stranger.get(&link).await.status, 403);
        assert_eq!(stranger.post_form(&link, &[("password", NEW_PASSWORD)]).await.status, 403);
        assert!(client.get(&link).await.text().contains("has no account yet"));
        let before = client.cookie("__Host-sid");
        let answer = client.post_form(&link, &[("password", NEW_PASSWORD)]).await;
        assert_eq!(answer.location(), "/account?done=linked");
        assert_ne!(client.cookie("__Host-sid"), before, "a new token");
        assert!(client.get("/account?done=linked").await.text().contains("ana.home@example.com"));
        assert_eq!(client.post_form(&link, &[("password", NEW_PASSWORD)]).await.status, 404, "used");
        let home = app.client();
        assert_eq!(sign_in(&home, "ana.home@example.com", NEW_PASSWORD).await.status, 303);
        assert!(home.get("/account").await.text().contains("ana@example.com"), "{}", home.get("/account").await.text());
        let both = ["ana@example.com", "ana.home@example.com"].map(|to| app.mails_to(to).pop().unwrap());
        assert!(both.iter().all(|mail| mail.contains("now belongs to your profile")));
        let twice = client.post_form("/account", &add).await;
        assert!(summary(&twice).contains("belongs to your profile already"));
    }

    async fn an_account_without_a_profile_joins_one_and_one_with_another_does_not(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let like = NewPerson { profile: false, ..NewPerson::default() };
        let home = app.person_like("ana.home@example.com", &like).await;
        let (client, at_home) = (app.signed_in(&ana).await, app.signed_in(&home).await);
        assert_eq!(at_home.get("/").await.location(), "/access");
        ask_to_add(&client, &home.email).await;
        let link = link_in_mail(&app, &home.email, "/link");
        assert!(at_home.get(&link).await.text().contains("will belong to the profile CSCO"));
        assert_eq!(at_home.post_form(&link, &[]).await.location(), "/account?done=linked");
        assert_eq!(at_home.get("/").await.location(), "", "past the gate, still signed in");

        let eve = app.person("eve@example.com").await;
        ask_to_add(&client, &eve.email).await;
        let link = link_in_mail(&app, &eve.email, "/link");
        for who in [&client, &app.signed_in(&eve).await] {
            let page = who.get(&link).await;
            assert!(page.status == 409 && page.text().contains("This address belongs to another profile"));
            assert_eq!(who.post_form(&link, &[]).await.status, 409);
        }
        let noted = "SELECT detail FROM audit_log WHERE action = 'account.linked' AND subject_id = $1";
        assert_eq!(app.text(noted, &home.account_id).await, ana.profile_id, "it is written down");
        let kept = app.text("SELECT profile_id FROM accounts WHERE email_key = $1", &eve.email).await;
        assert_eq!(kept, eve.profile_id);
    }

    async fn nobody_but_one_s_own_address_asks_for_a_second_one(app: TestApp) {
        let like = NewPerson { profile: false, ..NewPerson::default() };
        let client = app.signed_in(&app.person_like("new@example.com", &like).await).await;
        let add = [("form", "address"), ("other-email", "ana@example.com"), ("your-password", PASSWORD)];
        assert_eq!(client.post_form("/account", &add).await.status, 403);
        assert!(app.mails_to("ana@example.com").is_empty());
    }

    async fn asking_for_a_second_address_takes_the_password(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        for (password, words) in [("", "Enter your password"), (NEW_PASSWORD, "Your password is not right")] {
            let add = [("form", "address"), ("other-email", "eve@example.com"), ("your-password", password)];
            let answer = client.post_form("/account", &add).await;
            assert!(answer.status == 422 && summary(&answer).contains(words), "{}", answer.text());
            assert!(answer.text().contains("value=\"eve@example.com\""), "the address is kept");
            assert!(!answer.text().contains(NEW_PASSWORD), "a password is never sent back");
        }
        assert!(app.mails_to("eve@example.com").is_empty());
        assert_eq!(ask_to_add(&client, "eve@example.com").await.location(), "/account?done=sent");
    }

    async fn a_new_password_ends_every_link_that_was_mailed_before(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let like = NewPerson { profile: false, ..NewPerson::default() };
        let eve = app.person_like("eve@example.com", &like).await;
        let at_eves = app.signed_in(&eve).await;
        let (mut old, mut new) = (PASSWORD, NEW_PASSWORD);
        for way in ["change", "reset"] {
            let client = app.client();
            sign_in(&client, &ana.email, old).await;
            let add = [("form", "address"), ("other-email", eve.email.as_str()), ("your-password", old)];
            assert_eq!(client.post_form("/account", &add).await.location(), "/account?done=sent");
            let link = link_in_mail(&app, &eve.email, "/link");
            client.post_form("/reset", &[("email", &ana.email)]).await;
            let to_reset = link_in_mail(&app, &ana.email, "/reset");
            assert_eq!(at_eves.get(&link).await.status, 200, "before: {way}");
            let done = if way == "change" {
                let fields = [("form", "password"), ("current-password", old), ("new-password", new)];
                client.post_form("/account", &fields).await.location()
            } else {
                client.post_form(&to_reset, &[("password", new)]).await.location()
            };
            assert!(done.ends_with("?done=password"), "{way}: {done}");
            assert_eq!(at_eves.get(&link).await.status, 404, "after: {way}");
            assert_eq!(at_eves.post_form(&link, &[]).await.status, 404, "after: {way}");
            assert_eq!(client.post_form(&to_reset, &[("password", "eleven brave otters")]).await.status, 404, "{way}");
            (old, new) = (new, old);
        }
        let kept = app.number("SELECT COUNT(*) FROM accounts WHERE profile_id IS NULL").await;
        assert_eq!(kept, 1, "the other address belongs to nobody's profile");
    }

    async fn a_link_leads_nowhere_when_who_asked_for_it_is_shut_out(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let like = NewPerson { profile: false, ..NewPerson::default() };
        let eve = app.person_like("eve@example.com", &like).await;
        ask_to_add(&client, &eve.email).await;
        let link = link_in_mail(&app, &eve.email, "/link");
        execute!(app.db().write(), "UPDATE accounts SET disabled_at = created_at WHERE id = $1", &ana.account_id).unwrap();
        let at_eves = app.signed_in(&eve).await;
        assert_eq!(at_eves.get(&link).await.status, 404);
        assert_eq!(at_eves.post_form(&link, &[]).await.status, 404);
    }

    async fn a_sign_in_with_the_old_password_does_not_survive_its_change(app: TestApp) {
        // Comparing takes a while: the password may be another one when the session is to begin.
        for round in 0..8 {
            let ana = app.person(&format!("ana{round}@example.com")).await;
            let client = app.signed_in(&ana).await;
            let fields = [("form", "password"), ("current-password", PASSWORD), ("new-password", NEW_PASSWORD)];
            let others: Vec<Client> = (0..3).map(|_| app.client()).collect();
            let (changed, ..) = tokio::join!(
                client.post_form("/account", &fields),
                sign_in(&others[0], &ana.email, PASSWORD),
                sign_in(&others[1], &ana.email, PASSWORD),
                sign_in(&others[2], &ana.email, PASSWORD),
            );
            assert_eq!(changed.location(), "/account?done=password");
            for other in &others {
                assert_eq!(other.get("/account").await.status, 303, "round {round}");
            }
            assert_eq!(client.get("/account").await.status, 200);
        }
    }

    async fn an_outdated_hash_is_replaced_when_its_owner_signs_in_and_never_over_a_new_password(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let current = app.text("SELECT password_hash FROM accounts WHERE id = $1", &ana.account_id).await;
        let who = session::Compared { account_id: &ana.account_id, hash: "what was compared" };
        let begun = session::begin(&app.state, who, Some("the same, hashed better"), None).await.unwrap();
        assert_eq!(begun, None, "the password is another one by now");
        assert_eq!(app.text("SELECT password_hash FROM accounts WHERE id = $1", &ana.account_id).await, current);
        let who = session::Compared { hash: &current, ..who };
        assert!(session::begin(&app.state, who, Some("the same, hashed better"), None).await.unwrap().is_some());
        let kept = app.text("SELECT password_hash FROM accounts WHERE id = $1", &ana.account_id).await;
        assert_eq!(kept, "the same, hashed better");
    }

    async fn many_who_sign_in_at_once_are_all_let_in(app: TestApp) {
        let mut people = Vec::new();
        for number in 0..30 {
            people.push(app.person(&format!("person{number}@example.com")).await);
        }
        let client = app.client();
        let answers = futures::future::join_all(people.iter().map(|person| {
            let client = client.clone();
            async move { sign_in_from(&client, "192.0.2.1", None, &person.email, PASSWORD).await.status.as_u16() }
        }));
        assert_eq!(answers.await, vec![303; 30]);
        assert_eq!(app.number("SELECT COUNT(*) FROM throttles WHERE failures > 0").await, 0, "all are taken back");
    }

    async fn guesses_at_the_same_moment_are_counted_one_by_one(app: TestApp) {
        let client = app.client();
        let answers = futures::future::join_all((0..12).map(|_| sign_in(&client, "ana@example.com", NEW_PASSWORD)));
        let judged = answers.await.iter().filter(|answer| answer.status == 422).count();
        assert_eq!(judged, 5, "the others have to wait");
    }

    async fn what_is_over_is_taken_away_and_nothing_else(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        app.signed_in(&ana).await;
        app.client().post_form("/reset", &[("email", &ana.email)]).await;
        sign_in(&app.client(), "nobody@example.com", PASSWORD).await;
        let left = async || {
            app.number("SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM mail_tokens)").await
                + app.number("SELECT COUNT(*) FROM throttles").await
        };
        let before = left().await;
        app.state.clock.advance(TimeDelta::minutes(29));
        tidy::once(&app.state).await.unwrap();
        assert_eq!(left().await, before);
        app.state.clock.advance(TimeDelta::days(2));
        app.signed_in(&app.person("ben@example.com").await).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 2, "signing in takes nothing of others away");
        tidy::once(&app.state).await.unwrap();
        assert_eq!(left().await, 1, "but the new session");
    }

    async fn who_signs_in_while_a_long_import_goes_on_waits_and_gets_in(app: TestApp) {
        let Db::Sqlite { .. } = app.db() else { return };
        let ana = app.person("ana@example.com").await;
        // Another process: a connection of its own, longer than one waits for the lock the first time.
        let import = Db::connect(&app.state.config.database_url).await.expect("the same file");
        let tx = import.begin(Isolation::Serializable).await.expect("the writing lock");
        let ended = async {
            tokio::time::sleep(Duration::from_secs(6)).await;
            tx.rollback().await.expect("the lock is given back");
        };
        let client = app.client();
        let (answer, ()) = tokio::join!(sign_in(&client, &ana.email, PASSWORD), ended);
        assert_eq!(answer.status, 303);
        import.close().await;
    }
}
