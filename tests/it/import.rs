//! Data in: a file is taken whole or not at all, twice is once, and what a claim rests on stays.

use crate::common::{TestApp, day, now};
use ce_portal::execute;
use ce_portal::server::db::{certifications, claims, new_id};
use ce_portal::server::import::{Context, ImportError, Kind, Report, RowError, run};
use ce_portal::server::seed;
use indicatif::ProgressBar;

const PROVIDERS: &str =
    "name,kind,country\nExample Learning,learning partner,Portugal\nMálaga Skills,learning partner,Spain\n";
const CATALOG: &str = "item_name,acronym,technology,version,item_type,provider,credits,offered_from,offered_until,note
Operating Core Networks,ENCOR,Enterprise,1.2,instructor-led,Example Learning,64,2020-01-01,,
Operating Core Networks,ENCOR,Enterprise,1.2,direct-delivery,Málaga Skills,40,2020-01-01,2027-12-31,
Core Habits,ENCOR,Enterprise,,learning-path,Málaga Skills,8,2021-05-01,,illustrative
";
const CERTIFICATIONS: &str =
    "code,name,level,retired_on\nCCNP-ENT,CCNP Enterprise,professional,\nCCDA,CCDA,associate,2020-02-24\n";
const HOLDING_HEAD: &str =
    "candidate_id,name,account_email,certification,earned_on,cycle_start,last_extension,expires_on,status\n";

async fn import(app: &TestApp, kind: Kind, text: &str) -> Result<Report, Vec<RowError>> {
    match run(app.db(), Context::now(&app.state), kind, text.as_bytes(), &ProgressBar::hidden()).await {
        Ok(report) => Ok(report),
        Err(ImportError::Rows(errors)) => Err(errors),
        Err(ImportError::Fault(fault)) => panic!("{fault}"),
    }
}

/// Providers, catalog and certifications.
async fn filled(app: &TestApp) {
    for (kind, text) in [(Kind::Providers, PROVIDERS), (Kind::Catalog, CATALOG), (Kind::Certifications, CERTIFICATIONS)]
    {
        import(app, kind, text).await.expect("a good file");
    }
}

/// Line, column and beginning of the reason of each error.
fn said(errors: &[RowError]) -> Vec<(u64, &str, &str)> {
    errors.iter().map(|e| (e.line, e.column.as_str(), e.reason.split([':', ',']).next().unwrap_or(""))).collect()
}

async fn revision(app: &TestApp) -> i64 {
    app.number("SELECT revision FROM catalog_revision").await
}

fn counts(report: &Report) -> (i64, i64, i64) {
    (report.added, report.changed, report.unchanged)
}

db_test! {
    async fn a_catalog_is_imported_once_and_the_same_file_changes_nothing(app: TestApp) {
        import(&app, Kind::Providers, PROVIDERS).await.expect("providers");
        let first = import(&app, Kind::Catalog, CATALOG).await.expect("the catalog");
        assert_eq!(first.to_string(), "3 rows: 3 new, 0 changed, 0 as they were");
        let before = revision(&app).await;
        let again = import(&app, Kind::Catalog, &CATALOG.replace('\n', "\r\n")).await.expect("the same");
        assert_eq!(again.to_string(), "3 rows: 0 new, 0 changed, 3 as they were");
        assert_eq!(revision(&app).await, before, "nothing changed, so nobody reads the catalog again");
        let slugs = app.text("SELECT slug FROM items WHERE name = $1", "Core Habits").await;
        assert_eq!(slugs, "encor", "by name: the first of two items with one acronym takes its slug");
        assert_eq!(app.text("SELECT slug FROM items WHERE name = $1", "Operating Core Networks").await, "encor-2");
        assert_eq!(app.text("SELECT search FROM providers WHERE name = $1", "Málaga Skills").await, "malaga skills");
        assert_eq!(app.text("SELECT search FROM items WHERE slug = $1", "encor-2").await, "encor operating core networks");
    }

    async fn a_changed_row_changes_what_no_claim_rests_on_and_the_catalog_is_read_again(app: TestApp) {
        filled(&app).await;
        let before = revision(&app).await;
        let changed = CATALOG.replace(",64,2020-01-01,,", ",60,2020-01-01,2027-01-31,");
        assert_eq!(counts(&import(&app, Kind::Catalog, &changed).await.expect("a change")), (0, 1, 2));
        assert_eq!(revision(&app).await, before + 1);
        assert_eq!(app.number("SELECT credits FROM offerings WHERE item_type = 'instructor-led'").await, 60);
        let moved = changed.replace(",Enterprise,1.2,", ",Data Center,1.2,");
        assert_eq!(counts(&import(&app, Kind::Catalog, &moved).await.expect("a change")), (0, 2, 1));
        let providers = PROVIDERS.replace("Spain", "España");
        assert_eq!(counts(&import(&app, Kind::Providers, &providers).await.expect("a change")), (0, 1, 1));
    }

    async fn a_file_with_errors_imports_nothing_and_lists_every_bad_row(app: TestApp) {
        import(&app, Kind::Providers, PROVIDERS).await.expect("providers");
        let before = revision(&app).await;
        let bad = format!("{CATALOG}A,,,1@2,class,Example Learning,0,2020-02-30,,
B,,,,activity,Nobody Known,5,2020-01-01,2019-01-01,
,,,,activity,Nobody Known,many,yesterday,,
C,,,,activity,Nobody Known,5,2020-01-01,,
Operating Core Networks,ENCOR,Security,1.2,instructor-led,Example Learning,64,2020-01-01,,
");
        let errors = import(&app, Kind::Catalog, &bad).await.expect_err("errors");
        assert_eq!(said(&errors), [
            (5, "version", "a version cannot contain @"),
            (5, "item_type", "is no item type of this program"),
            (5, "credits", "write a whole number from 1 to 1"),
            (5, "offered_from", "there is no such day in the calendar"),
            (6, "offered_until", "lies before the first day"),
            (7, "item_name", "is empty"),
            (7, "credits", "write a whole number from 1 to 1"),
            (7, "offered_from", "is not a date"),
            (8, "provider", "is not known"),
            (9, "technology", "line 2 says \"Enterprise\" of the same item"),
            (9, "offered_from", "the same offering stands on line 2 already"),
        ]);
        assert_eq!(errors[0].value, "1@2");
        assert_eq!(app.number("SELECT count(*) FROM items").await, 0);
        assert_eq!(app.number("SELECT count(*) FROM offerings").await, 0);
        assert_eq!(revision(&app).await, before);
    }

    async fn periods_of_one_offering_may_follow_each_other_but_not_overlap(app: TestApp) {
        filled(&app).await;
        let head = CATALOG.lines().next().unwrap();
        let row = |from: &str, until: &str| {
            format!("Operating Core Networks,ENCOR,Enterprise,1.2,instructor-led,Example Learning,70,{from},{until},\n")
        };
        let errors = import(&app, Kind::Catalog, &format!("{head}\n{}", row("2024-01-01", ""))).await.expect_err("overlap");
        assert_eq!(said(&errors), [(2, "offered_from", "overlaps the period from 01-Jan-2020 on in the catalog")]);
        assert!(errors[0].reason.contains("end the old period"), "{}", errors[0].reason);
        let within = format!("{head}\n{}{}", row("2010-01-01", "2012-01-01"), row("2012-01-01", "2013-01-01"));
        let errors = import(&app, Kind::Catalog, &within).await.expect_err("overlap in the file");
        assert_eq!(said(&errors), [(3, "offered_from", "overlaps the period from 01-Jan-2010 to 01-Jan-2012 on line 2")]);
        let ended = row("2020-01-01", "2023-12-31").replace(",70,", ",64,");
        let followed = format!("{head}\n{}{ended}", row("2024-01-01", ""));
        assert_eq!(counts(&import(&app, Kind::Catalog, &followed).await.expect("one after the other")), (1, 1, 0));
    }

    async fn what_a_claim_rests_on_cannot_be_changed_by_an_import(app: TestApp) {
        filled(&app).await;
        let ana = app.person("ana@example.com").await;
        let version = app.text("SELECT v.id FROM item_versions v JOIN items i ON i.id = v.item_id WHERE i.slug = $1", "encor-2").await;
        let provider = app.text("SELECT id FROM providers WHERE name = $1", "Example Learning").await;
        let id = new_id(now());
        let claim = claims::NewClaim {
            type_name: "Instructor Led Training",
            id: &id, account_id: &ana.account_id, profile_id: &ana.profile_id, version_id: &version,
            item_type: "instructor-led", provider_id: &provider, item_label: "x", started_on: day("2026-05-01"),
            completed_on: day("2026-05-04"), credits: 64, cycle_from: day("2024-09-01"), cycle_until: None, certificate_id: None,
            evidence_id: None, status: ce_domain::claim::Status::Pending, denial_code: None, denial_note: "",
            corrects_id: None, submitted_at: now(), submitted_on: day("2026-05-05"), decided_at: None, credits_until: None,
        };
        claims::insert(app.db().write(), &claim).await.expect("a claim");
        let other_credits = CATALOG.replace(",64,2020-01-01,,", ",60,2020-01-01,,");
        let errors = import(&app, Kind::Catalog, &other_credits).await.expect_err("claimed");
        assert_eq!(said(&errors), [(2, "credits", "was 64 and has been claimed for trainings up to 04-May-2026")]);
        assert!(errors[0].reason.contains("add a row for the new one"), "{}", errors[0].reason);
        let too_short = CATALOG.replace(",64,2020-01-01,,", ",64,2020-01-01,2026-05-03,");
        let errors = import(&app, Kind::Catalog, &too_short).await.expect_err("claimed");
        assert_eq!(said(&errors), [(2, "offered_until", "it has been claimed for a training completed on 04-May-2026")]);
        let ended = CATALOG.replace(",64,2020-01-01,,", ",64,2020-01-01,2026-05-04,");
        assert_eq!(counts(&import(&app, Kind::Catalog, &ended).await.expect("the claim is still in it")), (0, 1, 2));
        let moved = CATALOG.replace(",40,2020-01-01,2027-12-31,", ",48,2020-01-01,2027-12-31,");
        let moved = moved.replace(",64,2020-01-01,,", ",64,2020-01-01,2026-05-04,");
        assert_eq!(counts(&import(&app, Kind::Catalog, &moved).await.expect("nobody claimed that")), (0, 1, 2));
    }

    async fn certifications_need_a_known_level_and_stay_retired(app: TestApp) {
        filled(&app).await;
        let bad = "code,name,level,retired_on\nX,X,master,\nY,Y,expert,yes\nCCDA,CCDA,associate,\nX,X,expert,2020-13-01\n";
        let errors = import(&app, Kind::Certifications, bad).await.expect_err("errors");
        assert_eq!(said(&errors), [
            (2, "level", "is no level of this program"),
            (3, "retired_on", "write the day it was retired"),
            (4, "retired_on", "this certification was retired on 24-Feb-2020"),
            (5, "retired_on", "there is no such day in the calendar"),
            (5, "code", "stands on line 2 already"),
        ]);
        let renamed = CERTIFICATIONS.replace("CCNP Enterprise", "CCNP Enterprise Networks");
        assert_eq!(counts(&import(&app, Kind::Certifications, &renamed).await.expect("a new name")), (0, 1, 1));
        app.person("ana@example.com").await;
        let raised = renamed.replace("professional", "expert");
        let errors = import(&app, Kind::Certifications, &raised).await.expect_err("somebody holds it");
        assert_eq!(said(&errors), [(2, "level", "this certification is held at the level professional")]);
    }

    async fn holdings_make_profiles_and_link_accounts_but_make_none(app: TestApp) {
        filled(&app).await;
        let account = app.account("Bea@example.com", None).await;
        let file = format!("{HOLDING_HEAD}CSCO00000001,Bea Ruiz,bea@example.com,CCNP-ENT,2021-06-01,2024-06-01,2024-06-01,2027-06-01,CERT
CSCO00000001,Bea Ruiz,,CCDA,2015-01-01,2015-01-01,,2018-01-01,CERT
CSCO00000002,Carl Ek,carl@example.com,CCNP-ENT,2022-06-01,2025-06-01,,2028-06-01,CERT
");
        let accounts = app.number("SELECT count(*) FROM accounts").await;
        let report = import(&app, Kind::Holdings, &file).await.expect("holdings");
        assert_eq!(counts(&report), (3, 0, 0));
        assert_eq!(report.notes.len(), 1, "one address has no account: {:?}", report.notes);
        assert_eq!(app.number("SELECT count(*) FROM accounts").await, accounts);
        let linked = app.text("SELECT p.candidate_id FROM accounts a JOIN profiles p ON p.id = a.profile_id WHERE a.id = $1", &account.account_id).await;
        assert_eq!(linked, "CSCO00000001");
        assert_eq!(counts(&import(&app, Kind::Holdings, &file).await.expect("the same")), (0, 0, 3));
        let renewed = file.replace("2024-06-01,2024-06-01,2027-06-01", "2026-06-01,2026-06-01,2029-06-01").replace("Carl Ek", "Carl Eklund");
        assert_eq!(counts(&import(&app, Kind::Holdings, &renewed).await.expect("renewed")), (0, 2, 1));
        assert_eq!(app.text("SELECT name FROM profiles WHERE candidate_id = $1", "CSCO00000002").await, "Carl Eklund");
    }

    async fn holdings_of_the_wrong_person_or_on_impossible_days_are_refused(app: TestApp) {
        filled(&app).await;
        app.person("ana@example.com").await;
        let bad = format!("{HOLDING_HEAD}CSCO1,A,not an address,CCNP-ENT,2021-06-01,2021-06-01,,,CERT
CSCO00000001,A,,CCNP-ENT,2021-06-01,2020-06-01,2019-01-01,2019-06-01,CERT
CSCO00000001,A,,CCNP-ENT,2031-06-01,2031-06-01,,,CERT
CSCO00000001,A,ana@example.com,CCNP-ENT,2021-06-01,2021-06-01,,2030-06-01,CERT
CSCO00000001,B,,NONE,2021-06-01,2021-06-01,,,CERT
CSCO00000002,C,ana@example.com,CCDA,2021-06-01,2021-06-01,,2030-06-01,CERT
CSCO00000002,C,,CCDA,2021-06-01,2021-06-01,,,
CSCO00000001,A,,CCNP-ENT,2021-06-01,2022-06-01,,2030-06-01,CERT
");
        let profiles = app.number("SELECT count(*) FROM profiles").await;
        let errors = import(&app, Kind::Holdings, &bad).await.expect_err("errors");
        assert_eq!(said(&errors), [
            (2, "candidate_id", "is no candidate ID"),
            (2, "account_email", "is no e-mail address"),
            (3, "cycle_start", "lies before it was earned"),
            (3, "last_extension", "lies before it was earned"),
            (3, "expires_on", "lies before its cycle begins"),
            (4, "earned_on", "lies in the future"),
            (5, "account_email", "this account belongs to another person's profile"),
            (6, "name", "line 5 calls the same candidate \"A\""),
            (6, "certification", "is the code of no certification"),
            (7, "account_email", "line 5 gives this address to CSCO00000001"),
            (7, "account_email", "this account belongs to another person's profile"),
            (8, "status", "is empty"),
            (9, "certification", "the same holding stands on line 5 already"),
        ]);
        assert_eq!(app.number("SELECT count(*) FROM profiles").await, profiles);
    }

    async fn what_is_imported_is_written_down_once(app: TestApp) {
        filled(&app).await;
        let before = app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'import'").await;
        assert!(before > 0);
        let more = CATALOG.replace(",64,2020-01-01,,", ",60,2020-01-01,,");
        import(&app, Kind::Catalog, &more).await.expect("other credits");
        import(&app, Kind::Catalog, &more).await.expect("the same");
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log WHERE action = 'import'").await, before + 1);
        app.text("SELECT id FROM audit_log WHERE action = 'import' AND detail = $1", "catalog: 0 new, 1 changed").await;
    }

    async fn completions_are_checked_against_the_catalog_and_fixed_once_a_claim_used_them(app: TestApp) {
        filled(&app).await;
        let head = "certificate_id,account_email,item_name,acronym,version,item_type,completed_on\n";
        let good = format!("{head}cdll-0077,Ana@example.com,Operating Core Networks,ENCOR,1.2,direct-delivery,2026-11-01\n");
        assert_eq!(counts(&import(&app, Kind::Completions, &good).await.expect("a completion")), (1, 0, 0));
        assert_eq!(app.text("SELECT email_key FROM completions WHERE certificate_id = $1", "CDLL-0077").await, "ana@example.com");
        assert_eq!(counts(&import(&app, Kind::Completions, &good).await.expect("the same")), (0, 0, 1));
        let bad = format!("{head},ana@example.com,Operating Core Networks,ENCOR,1.2,direct-delivery,2026-11-01
X-1,ana@example.com,Operating Core Networks,,1.2,direct-delivery,2026-11-01
CDLL-0078,ana,Operating Core Networks,ENCOR,9,direct-delivery,2026-11-24
CDLL-0079,ana@example.com,Operating Core Networks,ENCOR,1.2,live,2026-11-01
");
        let errors = import(&app, Kind::Completions, &bad).await.expect_err("errors");
        assert_eq!(said(&errors), [
            (2, "certificate_id", "is empty"),
            (3, "certificate_id", "must begin with CDLL- and have only letters"),
            (3, "item_name", "is not in the catalog with this acronym"),
            (4, "account_email", "is no e-mail address"),
            (4, "version", "the item has no such version"),
            (4, "completed_on", "lies in the future"),
            (5, "item_type", "the catalog does not have this version as this type"),
        ]);
        let later = good.replace("2026-11-01", "2026-11-02");
        assert_eq!(counts(&import(&app, Kind::Completions, &later).await.expect("unused")), (0, 1, 0));
        seeded_claim_with(&app, "CDLL-0077").await;
        let errors = import(&app, Kind::Completions, &good).await.expect_err("used");
        assert_eq!(said(&errors), [(2, "certificate_id", "a claim has been decided by what was reported before")]);
    }

    async fn the_demonstration_is_the_world_of_the_guide(app: TestApp) {
        let sign_ins = seed::demo(&app.state).await.expect("the demonstration");
        assert_eq!(sign_ins.len(), 8);
        assert!(sign_ins.iter().all(|s| s.password == sign_ins[0].password && s.password.len() >= 16));
        let profile = app.text("SELECT id FROM profiles WHERE candidate_id = $1", "CSCO10020030").await;
        let program = crate::common::program();
        let held = certifications::held(app.db().read(), &profile, &program).await.expect("holdings");
        let rows: Vec<_> = held.iter().map(|h| (h.name.as_str(), h.holding.expires_on.unwrap().to_string())).collect();
        for row in [
            ("CCIE Certification - ISP Dial", "2017-12-31"),
            ("CCIE Certification - Routing & Switching", "2019-12-31"),
            ("CCIE Certification - Security", "2017-12-31"),
            ("CCDP", "2040-07-06"),
            ("CCNP Enterprise", "2027-06-14"),
        ] {
            assert!(rows.contains(&(row.0, row.1.to_owned())), "{row:?} is in {rows:?}");
        }
        for claim in [
            "ACI Programmability (ACIPRG) 3.0|pending|70",
            "Activity 15 Nov|denied|550",
            "Activity 15 Nov|earned|550",
            "Activity 25 March1|earned|1000",
            "Implementing and Operating Cisco Enterprise Network Core Technologies (ENCOR) 1.2|earned|64",
            "Designing Cisco Enterprise Networks (ENSLD) 1.0|pending|40",
            "CyberOps Associate|denied|30",
            "Implementing Cisco SD-WAN Solutions (SDWAN300) 1.0|denied|40",
        ] {
            let found = app.text(
                "SELECT CAST(count(*) AS TEXT) FROM claims c JOIN accounts a ON a.id = c.account_id WHERE a.email_key = 'candidate@example.com'
                    AND c.item_label || '|' || c.status || '|' || CAST(c.credits AS TEXT) = $1",
                claim,
            ).await;
            assert_eq!(found, "1", "{claim}");
        }
        let mine = app.number("SELECT count(*) FROM claims c JOIN accounts a ON a.id = c.account_id WHERE a.email_key = 'candidate@example.com'").await;
        assert!(mine > 10, "two pages: {mine}");
        let earned = app.number("SELECT count(*) FROM claims WHERE status = 'earned'").await;
        assert_eq!(app.number("SELECT count(*) FROM ledger_entries WHERE kind = 'earned'").await, earned);
        let entries = ce_portal::server::db::ledger::of_profile(app.db().read(), &profile).await.expect("the ledger");
        assert_eq!(ce_portal::server::db::ledger::first_broken(&entries), None);
        assert_eq!(app.text("SELECT value FROM settings WHERE name = $1", "demo").await, "true");
        let without = app.number("SELECT count(*) FROM claims WHERE item_type = 'direct-delivery' AND evidence_id IS NULL").await;
        assert_eq!(without, 0, "this type comes with a certificate of completion");
        let again = seed::demo(&app.state).await.expect_err("a second demonstration");
        assert!(again.contains("not empty"), "{again}");
    }

    async fn a_demonstration_s_candidate_meets_the_gate_and_then_the_dashboard(app: TestApp) {
        let app = app.with(|state| {
            let mut config = (*state.config).clone();
            config.demo_password = Some("seven quiet herons".to_owned());
            state.config = std::sync::Arc::new(config);
        });
        seed::demo(&app.state).await.expect("the demonstration");
        let client = app.client();
        let fields = [("email", "candidate@example.com"), ("password", "seven quiet herons")];
        assert_eq!(client.post_form("/sign-in", &fields).await.status, 303);
        let gate = client.get("/").await;
        assert!(gate.status == 303 || gate.text().contains("Accept terms and conditions"), "the terms come first");
        let home = app.client();
        let fields = [("email", "candidate.home@example.com"), ("password", "seven quiet herons")];
        assert_eq!(home.post_form("/sign-in", &fields).await.status, 303);
        let dashboard = home.get("/").await.text();
        for text in ["CCIE Certification - ISP Dial", "20-Jan-2011", "31-Dec-2017", "203 days", "Claim within 365 days"] {
            assert!(dashboard.contains(text), "{text} is on the dashboard");
        }
    }

    async fn a_large_world_has_the_size_asked_for_and_is_made_once(app: TestApp) {
        let scale: seed::Scale = "items=40,people=30,claims=90".parse().expect("sizes");
        seed::scale(&app.state, scale, &ProgressBar::hidden()).await.expect("a large world");
        assert_eq!(app.number("SELECT count(*) FROM items").await, 40);
        assert_eq!(app.number("SELECT count(*) FROM profiles").await, 30);
        assert_eq!(app.number("SELECT count(*) FROM claims").await, 90);
        let earned = app.number("SELECT count(*) FROM claims WHERE status = 'earned'").await;
        assert_eq!(app.number("SELECT count(*) FROM ledger_entries WHERE kind = 'earned'").await, earned);
        let again = seed::scale(&app.state, scale, &ProgressBar::hidden()).await.expect_err("a second");
        assert!(again.contains("items=40,people=30,claims=90"), "{again}");
    }

    async fn a_large_world_is_not_made_among_real_data(app: TestApp) {
        app.person("ana@example.com").await;
        let scale: seed::Scale = "items=4,people=3,claims=2".parse().expect("sizes");
        let refused = seed::scale(&app.state, scale, &ProgressBar::hidden()).await.expect_err("real data");
        assert!(refused.contains("real data"), "{refused}");
    }
}

/// A claim that was earned with a certificate ID.
async fn seeded_claim_with(app: &TestApp, certificate_id: &str) {
    let ana = app.person("ana@example.com").await;
    let version = app.text("SELECT version_id FROM completions WHERE certificate_id = $1", certificate_id).await;
    let provider = app.text("SELECT id FROM providers WHERE name = $1", "Málaga Skills").await;
    execute!(
        app.db().write(),
        "INSERT INTO claims (id, account_id, profile_id, version_id, item_type, type_name, provider_id, item_label, item_search, started_on,
            completed_on, credits, cycle_from, certificate_id, status, denial_note, submitted_at, submitted_on, decided_at, credits_until, change_count)
            VALUES ($1, $2, $3, $4, 'direct-delivery', 'Cisco Direct Delivery', $5, 'x', 'x', $6, $6, 40, $6, $7, 'earned', '', $8, $6, $8, $6, 0)",
        new_id(now()),
        &ana.account_id,
        &ana.profile_id,
        &version,
        &provider,
        day("2026-11-02"),
        certificate_id,
        now()
    )
    .expect("a claim is made");
}
