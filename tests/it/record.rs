//! The record of a profile: what is stored is what the rules say of it, and the ledger tells how it came about.

use crate::common::client::Part;
use crate::common::people::{NewPerson, Person};
use crate::common::training::{NewOffering, Offering};
use crate::common::{TestApp, day};
use ce_domain::calendar::Day;
use ce_portal::server::db::{certifications, ledger};
use ce_portal::server::import::{Context, ImportError, Kind, run};
use ce_portal::server::{settle, verify};
use ce_portal::{execute, transaction};
use chrono::TimeDelta;
use indicatif::ProgressBar;

/// Somebody with a CCNP and a CCNA, both renewed on 01-Sep-2024 and due on 01-Sep-2027.
pub async fn certified(app: &TestApp, email: &str) -> Person {
    let (earned, expires) = (day("2024-09-01"), Some(day("2027-09-01")));
    let holds = vec![
        ("CCNP-ENT", "CCNP Enterprise", "professional", earned, expires),
        ("CCNA", "CCNA", "associate", earned, expires),
    ];
    let person = app.person_like(email, &NewPerson { holds, ..NewPerson::default() }).await;
    settled(app, &person).await;
    person
}

async fn settled(app: &TestApp, person: &Person) {
    let settling = app.state.settling(app.state.clock.now());
    let done: Result<(), ce_portal::server::error::Fault> = async {
        transaction!(app.state.db, tx, { settle::profile(&mut tx, settling, &person.profile_id).await.map(|_| ()) })
    }
    .await;
    done.expect("it can be settled");
}

/// A claim that is earned the moment it is sent, because its certificate is on record.
pub async fn earned(app: &TestApp, person: &Person, offering: &Offering, number: u32, completed: &str) -> String {
    let certificate = format!("CDLL-{number:04}");
    execute!(
        app.db().write(),
        "INSERT INTO completions (id, certificate_id, email_key, version_id, item_type, completed_on) VALUES ($1, $1, $2, $3, $4, $5)",
        &certificate,
        &person.email,
        &offering.version_id,
        &offering.item_type,
        day(completed)
    )
    .expect("a completion");
    let answer = app
        .signed_in(person)
        .await
        .post_multipart(
            "/claims/new",
            &[
                Part::Field("key", &format!("0190aaaa-0000-7000-8000-0000{number:08}")),
                Part::Field("item", &offering.version_ref),
                Part::Field("type", &offering.item_type),
                Part::Field("provider", &offering.provider_slug),
                Part::Field("start", completed),
                Part::Field("completion", completed),
                Part::Field("certificate_id", &certificate),
            ],
        )
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().trim_start_matches("/claims/").split('?').next().expect("an id").to_owned()
}

/// What is held: code and day of expiry.
async fn held(app: &TestApp, person: &Person) -> Vec<(String, Option<Day>)> {
    let held = certifications::held(app.db().read(), &person.profile_id, &app.state.program).await.expect("holdings");
    let mut held: Vec<_> = held.into_iter().map(|held| (held.holding.certification, held.holding.expires_on)).collect();
    held.sort();
    held
}

/// The ledger: kind, credits, the day, the renewal.
async fn entries(app: &TestApp, person: &Person) -> Vec<(String, i64, String, Option<String>)> {
    let entries = ledger::of_profile(app.db().read(), &person.profile_id).await.expect("a ledger");
    assert_eq!(ledger::first_broken(&entries), None, "the chain is whole");
    entries.into_iter().map(|e| (e.kind, e.credits, e.effective_on.to_string(), e.renewal)).collect()
}

fn entry(kind: &str, credits: i64, on: &str, renewal: Option<&str>) -> (String, i64, String, Option<String>) {
    (kind.to_owned(), credits, on.to_owned(), renewal.map(str::to_owned))
}

async fn verified(app: &TestApp) -> Vec<String> {
    let state = &app.state;
    let verified = verify::all(&state.db, &state.rules, &state.clock, &ProgressBar::hidden()).await.expect("verified");
    assert!(verified.profiles > 0);
    verified.findings
}

async fn import(app: &TestApp, kind: Kind, text: &str) -> Result<String, Vec<String>> {
    match run(app.db(), Context::now(&app.state), kind, text.as_bytes(), &ProgressBar::hidden()).await {
        Ok(report) => Ok(report.to_string()),
        Err(ImportError::Rows(errors)) => {
            Err(errors.into_iter().map(|e| format!("{}: {}", e.column, e.reason)).collect())
        }
        Err(ImportError::Fault(fault)) => panic!("{fault}"),
    }
}

/// A training of so many credits.
pub async fn training(app: &TestApp, version: &str, credits: i64) -> Offering {
    let offering = app.offering(&NewOffering { version, credits, ..NewOffering::default() }).await;
    app.state.catalog.forget();
    offering
}

const EXAMS: &str = "candidate_id,exam,name,kind,taken_on,score,result,recorded_on\n";

db_test! {
    async fn the_claim_that_completes_an_option_renews_everything_it_should_at_once(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 50).await, 1, "2026-10-05").await;
        let due = Some(day("2027-09-01"));
        assert_eq!(held(&app, &ana).await, [("CCNA".to_owned(), due), ("CCNP-ENT".to_owned(), due)], "50 are too few");
        earned(&app, &ana, &training(&app, "2.0", 40).await, 2, "2026-11-02").await;
        let until = Some(day("2029-11-02"));
        assert_eq!(held(&app, &ana).await, [("CCNA".to_owned(), until), ("CCNP-ENT".to_owned(), until)]);
        assert_eq!(entries(&app, &ana).await, [
            entry("earned", 50, "2026-10-05", None),
            entry("earned", 40, "2026-11-02", None),
            entry("spent", -50, "2026-11-02", Some("CCNP-ENT")),
            entry("spent", -30, "2026-11-02", Some("CCNP-ENT")),
        ]);
        let dashboard = app.signed_in(&ana).await.get("/").await.text();
        assert!(dashboard.contains("02-Nov-2029"), "the dashboard agrees at once: {dashboard}");
        assert_eq!(verified(&app).await, Vec::<String>::new());
    }

    async fn an_exam_that_becomes_known_late_gives_back_what_was_spent_by_new_entries(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        let candidate = app.text("SELECT candidate_id FROM profiles WHERE id = $1", &ana.profile_id).await;
        let file = format!("{EXAMS}{candidate},350-401,ENCOR,core,2026-11-02,870,pass,\n");
        assert_eq!(import(&app, Kind::Exams, &file).await.as_deref(), Ok("1 row: 1 new, 0 changed, 0 as they were"));
        let kinds: Vec<_> = entries(&app, &ana).await.into_iter().map(|(kind, credits, ..)| (kind, credits)).collect();
        let expected = [("earned", 80), ("spent", -80), ("reversed", 80)].map(|(kind, credits)| (kind.to_owned(), credits));
        assert_eq!(kinds, expected, "the exam renewed by itself, so the credits are there again");
        let until = Some(day("2029-11-02"));
        assert_eq!(held(&app, &ana).await[1], ("CCNP-ENT".to_owned(), until));
        assert_eq!(import(&app, Kind::Exams, &file).await.as_deref(), Ok("1 row: 0 new, 0 changed, 1 as they were"));
        assert_eq!(verified(&app).await, Vec::<String>::new());
    }

    async fn leftover_credits_renew_on_the_last_day_on_which_they_can_by_the_daily_job(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 160).await, 1, "2026-11-02").await;
        assert_eq!(held(&app, &ana).await[1].1, Some(day("2029-11-02")));
        let settle = || async {
            settle::all_due(&app.state.db, &app.state.rules, &app.state.clock, &ProgressBar::hidden()).await.expect("settled")
        };
        assert_eq!(settle().await, 0, "nobody's day has come");
        // The other 80 are good until 02-Nov-2029: the last day of both.
        app.state.clock.advance(TimeDelta::days(1076));
        assert_eq!(app.state.clock.today(), day("2029-11-03"));
        assert_eq!(settle().await, 1);
        assert_eq!(held(&app, &ana).await[1].1, Some(day("2032-11-02")));
        assert_eq!(settle().await, 0, "what is done is done");
        assert_eq!(entries(&app, &ana).await.last(), Some(&entry("spent", -80, "2029-11-02", Some("CCNP-ENT"))));
        assert_eq!(verified(&app).await, Vec::<String>::new());
    }

    async fn what_nobody_used_expires_in_the_ledger_too(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 20).await, 1, "2026-11-02").await;
        app.state.clock.advance(TimeDelta::days(1100));
        settle::all_due(&app.state.db, &app.state.rules, &app.state.clock, &ProgressBar::hidden()).await.expect("settled");
        assert_eq!(entries(&app, &ana).await.last(), Some(&entry("expired", -20, "2029-11-03", None)));
        assert_eq!(verified(&app).await, Vec::<String>::new());
    }

    async fn verifying_names_whatever_was_changed_behind_the_rules_back(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        assert_eq!(verified(&app).await, Vec::<String>::new());
        execute!(app.db().write(), "UPDATE holdings SET expires_on = $1", day("2040-01-01")).expect("changed");
        let findings = verified(&app).await;
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].contains("01-Jan-2040") && findings[0].contains("02-Nov-2029"), "{findings:?}");
        settled(&app, &ana).await;
        assert_eq!(verified(&app).await, Vec::<String>::new(), "settling again puts it right");
        execute!(app.db().write(), "UPDATE claims SET credits = 81").expect("changed");
        assert!(!verified(&app).await.is_empty(), "a claim that says otherwise than its entry is found");
    }

    async fn holdings_and_exams_that_cannot_be_are_refused_with_their_reason(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        let candidate = app.text("SELECT candidate_id FROM profiles WHERE id = $1", &ana.profile_id).await;
        let file = format!("{EXAMS}{candidate},350-401,ENCOR,cor,2027-10-20,a lot,passed,\nCSCO1,300-410,ENARSI,core,2026-10-20,,pass,2026-10-19\n");
        let columns: Vec<String> = import(&app, Kind::Exams, &file).await.expect_err("refused");
        for wanted in ["kind: is no kind", "taken_on: lies", "score: is no score", "result: write pass", "candidate_id: is nobody", "recorded_on: lies"] {
            assert!(columns.iter().any(|error| error.starts_with(wanted)), "{wanted}: {columns:?}");
        }
        let head = "candidate_id,name,account_email,certification,earned_on,cycle_start,last_extension,expires_on,status\n";
        let refused = import(&app, Kind::Holdings, &format!("{head}{candidate},Ana Candidate,,CCNA,2025-01-01,2025-01-01,,,CERT\n")).await;
        assert!(refused.expect_err("refused")[0].starts_with("expires_on: is empty"));
        import(&app, Kind::Certifications, "code,name,level,retired_on,validity_years\nLIFE,For life,associate,,life\n").await.expect("imported");
        let refused = import(&app, Kind::Holdings, &format!("{head}{candidate},Ana Candidate,,LIFE,2025-01-01,2025-01-01,,2028-01-01,CERT\n")).await;
        assert!(refused.expect_err("refused")[0].starts_with("expires_on: this certification is held for life"));
        import(&app, Kind::Holdings, &format!("{head}{candidate},Ana Candidate,,LIFE,2025-01-01,2025-01-01,,,CERT\n")).await.expect("imported");
        assert!(held(&app, &ana).await.contains(&("LIFE".to_owned(), None)));
    }

    async fn a_certification_that_is_retired_is_not_renewed_from_that_day_on(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        assert_eq!(held(&app, &ana).await[0].1, Some(day("2029-11-02")));
        import(&app, Kind::Certifications, "code,name,level,retired_on\nCCNA,CCNA,associate,2026-11-01\n").await.expect("imported");
        assert_eq!(held(&app, &ana).await[0].1, Some(day("2027-09-01")), "told as it was: it could not be renewed then");
        assert_eq!(verified(&app).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_world_of_the_guide_is_as_the_rules_say() {
    use crate::common::{Engine, run};
    run(Engine::Sqlite, |app| async move {
        ce_portal::server::seed::demo(&app.state).await.expect("a demonstration");
        assert_eq!(verified(&app).await, Vec::<String>::new());
        let ccnp = app.text("SELECT CAST(h.expires_on AS TEXT) FROM holdings h JOIN certifications c ON c.id = h.certification_id WHERE c.code = $1", "CCNP-ENT").await;
        assert_eq!(ccnp, "2027-06-14", "it runs out within a year");
        let ccdp = app.text("SELECT CAST(h.expires_on AS TEXT) FROM holdings h JOIN certifications c ON c.id = h.certification_id WHERE c.code = $1", "CCDP").await;
        assert_eq!(ccdp, "2040-07-06", "and the guide's table is the guide's");
    })
    .await;
}
