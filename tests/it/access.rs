//! Every route, asked by {anonymous, the owner, another candidate}, by reading and by writing: the table is made from the
//! router, so a new route is in it from its first day.

use crate::common::TestApp;
use crate::common::client::{Answer, Client, Part};
use crate::policy::every_route;
use ce_portal::server::auth::policy::{self, Access, KEEPS_ITS_FORM};
use http::Method;

/// What the owner has, for the parts of addresses that name something.
struct Owned {
    claim: String,
    file: String,
}

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    /// The owner's claim or file.
    Owners,
    /// Nothing: a proof that was never mailed, a calendar that was never made.
    Unknown,
    /// Everybody's, or each person's own.
    Anyones,
}

/// A code that was never given out.
const UNKNOWN_CODE: &str = "7KQ2-9XMB-4T8W-ZC3N-H5PD";

/// A route's address, and what stands behind it.
fn address(pattern: &str, owned: &Owned) -> (String, Thing) {
    let query = match pattern {
        "/api/claims/one" => format!("?id={}", owned.claim),
        "/api/claims/form" => format!("?query[edits]={}", owned.claim),
        "/api/tracking/one" => "?code=CCNP-ENT".to_owned(),
        "/api/verify" => format!("?code={UNKNOWN_CODE}"),
        "/api/catalog/item" => "?slug=encor".to_owned(),
        "/api/catalog/providers" => "?version=encor%401.2&item_type=instructor-led&words=".to_owned(),
        "/api/catalog/list" | "/api/providers/list" | "/api/dashboard" => "?wanted[q]=".to_owned(),
        _ => String::new(),
    };
    let id = if pattern.starts_with("/files/") { &owned.file } else { &owned.claim };
    let path = pattern.replace("{id}", id).replace("{item}", "encor").replace("{revision}", "now");
    let path = path.replace("{certification}", "CCNP-ENT").replace("{code}", UNKNOWN_CODE);
    let thing = match pattern {
        _ if ["{token}", "{file}", "{code}"].iter().any(|part| pattern.contains(part)) => Thing::Unknown,
        "/api/verify" => Thing::Unknown,
        _ if pattern.contains("{id}") || query.contains(&owned.claim) => Thing::Owners,
        _ => Thing::Anyones,
    };
    let path = path.replace("{token}", "no-such-proof").replace("{file}", "no-such-calendar.ics");
    (path + &query, thing)
}

/// What the same request gets, for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gets {
    /// An answer of the page or function itself, whatever it says.
    Served,
    /// The way to the sign-in page.
    SignIn,
    /// An error for a program that nobody is signed in.
    Unauthenticated,
    /// No such thing: also where it is somebody else's.
    Nothing,
}

fn got(answer: &Answer) -> Gets {
    match answer.status.as_u16() {
        404 => Gets::Nothing,
        401 => Gets::Unauthenticated,
        300..=399 if answer.location().starts_with("/sign-in") => Gets::SignIn,
        _ => Gets::Served,
    }
}

/// What the policy says an anonymous person gets.
fn anonymous_gets(pattern: &str, method: &Method, thing: Thing) -> Gets {
    match policy::access(pattern) {
        Some(Access::Public) if thing == Thing::Unknown => Gets::Nothing,
        // Everybody may read the terms; accepting them takes somebody.
        Some(Access::Public) if pattern == "/terms" && *method == Method::POST => Gets::SignIn,
        Some(Access::Public) => Gets::Served,
        _ if policy::answers_scripts(pattern) => Gets::Unauthenticated,
        _ if *method == Method::POST && KEEPS_ITS_FORM.contains(&pattern) => Gets::Unauthenticated,
        _ => Gets::SignIn,
    }
}

async fn ask(client: &Client, method: &Method, pattern: &str, address: &str) -> Answer {
    match *method {
        Method::GET => client.get(address).await,
        _ if pattern == "/api/claims/send" => client.post_json(address, &serde_json::json!({})).await,
        _ if pattern.starts_with("/files/") || KEEPS_ITS_FORM.contains(&pattern) => {
            client.post_multipart(address, &[Part::Field("step", "continue")]).await
        }
        _ => client.post_form(address, &[]).await,
    }
}

db_test! {
    async fn every_route_answers_each_person_as_the_policy_says(app: TestApp) {
        let owner = app.person("ana@example.com").await;
        let other = app.signed_in(&app.person("ben@example.com").await).await;
        let encor = app.encor().await;
        let client = app.signed_in(&owner).await;
        let sent = client.post_multipart("/claims/new", &[
            Part::Field("key", "0190aaaa-0000-7000-8000-000000000001"),
            Part::Field("item", &encor.version_ref),
            Part::Field("type", &encor.item_type),
            Part::Field("provider", &encor.provider_slug),
            Part::Field("start", "09-Nov-2026"),
            Part::Field("completion", "13-Nov-2026"),
        ]).await;
        let claim = sent.location().trim_start_matches("/claims/").split('?').next().expect("an address").to_owned();
        let png = Part::File("certificate", "a.png", "image/png", include_bytes!("../../docs/dashboard.png"));
        let file = client.post_multipart("/files/evidence", &[png]).await.json()["id"].as_str().expect("an id").to_owned();
        let owned = Owned { claim, file };

        let mut routes = every_route();
        routes.sort();
        routes.dedup();
        // Signing out would end the table; its own tests are among those of signing in.
        routes.retain(|route| route != "/sign-out");
        // What takes the owner's claim away comes last.
        routes.sort_by_key(|route| route.ends_with("/withdraw"));
        let mut rows = 0;
        for pattern in &routes {
            let (address, thing) = address(pattern, &owned);
            let mut methods = 0;
            for method in [Method::GET, Method::POST] {
                let theirs = ask(&other, &method, pattern, &address).await;
                if theirs.status == 405 {
                    continue;
                }
                methods += 1;
                let row = format!("{method} {pattern}");
                let nobody = ask(&app.client(), &method, pattern, &address).await;
                assert_eq!(got(&nobody), anonymous_gets(pattern, &method, thing), "anonymous: {row}: {}", nobody.status);
                let expected = if thing == Thing::Anyones { Gets::Served } else { Gets::Nothing };
                assert_eq!(got(&theirs), expected, "another candidate: {row}: {}", theirs.status);
                let own = ask(&client, &method, pattern, &address).await;
                let expected = if thing == Thing::Unknown { Gets::Nothing } else { Gets::Served };
                assert_eq!(got(&own), expected, "the owner: {row}: {}", own.status);
                rows += 1;
            }
            assert!(methods > 0, "{pattern} answers neither GET nor POST");
        }
        assert!(rows > 35, "only {rows} rows");
        assert_eq!(app.text("SELECT status FROM claims WHERE account_id = $1", &owner.account_id).await, "withdrawn");
    }
}
