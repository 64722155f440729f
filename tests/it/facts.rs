//! Facts that administrators bring in: what was earned, what was extended, what was taken back. Each is in what is held, in
//! the ledger and on the pages at once, and what is stored stays what the rules say.

use crate::common::people::{NewPerson, Person};
use crate::common::{TestApp, day};
use crate::record::{certified, earned, entries, entry, held, import, settled, training, verified};
use ce_domain::calendar::Day;
use ce_portal::app::error::AppError;
use ce_portal::server::error::Fault;
use ce_portal::server::import::{Context, Kind, Table, apply};
use ce_portal::server::revoke::{Revocation, revoke};
use ce_portal::server::{settle, verify};
use ce_portal::transaction;
use indicatif::ProgressBar;

const EARNED: &str = "candidate_id,certification,earned_on,recorded_on\n";
const EXTENSIONS: &str = "candidate_id,certification,months,on,note,recorded_on\n";
const NOTHING: &[String] = &[];

async fn candidate_id(app: &TestApp, person: &Person) -> String {
    app.text("SELECT candidate_id FROM profiles WHERE id = $1", &person.profile_id).await
}

/// Somebody who holds one certification until a day.
async fn holder(app: &TestApp, email: &str, code: &str, level: &str, expires: &str) -> Person {
    let expires = day(expires);
    let earned = ce_domain::calendar::subtract_years(expires, 3);
    let holds = vec![(code, code, level, earned, Some(expires))];
    let person = app.person_like(email, &NewPerson { holds, ..NewPerson::default() }).await;
    settled(app, &person).await;
    person
}

fn until(code: &str, expires: &str) -> (String, Option<Day>) {
    (code.to_owned(), Some(day(expires)))
}

async fn page(app: &TestApp, person: &Person, path: &str) -> String {
    let answer = app.signed_in(person).await.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

/// An account with no profile, as the staff of the body have.
async fn staff(app: &TestApp, email: &str) -> String {
    app.account(email, None).await.account_id
}

db_test! {
    async fn an_extension_that_is_decided_late_restores_what_had_expired(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNP-ENT", "professional", "2026-10-01").await;
        let candidate = candidate_id(&app, &ana).await;
        let file = format!("{EXTENSIONS}{candidate},CCNP-ENT,12,2026-09-15,Illness,\n");
        assert_eq!(import(&app, Kind::Extensions, &file).await.as_deref(), Ok("1 row: 1 new, 0 changed, 0 as they were"));
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2027-10-01")]);
        assert!(page(&app, &ana, "/").await.contains("01-Oct-2027"));
        assert!(page(&app, &ana, "/tracking").await.contains("01-Oct-2027"));
        assert_eq!(verified(&app).await, NOTHING);

        assert_eq!(import(&app, Kind::Extensions, &file).await.as_deref(), Ok("1 row: 0 new, 0 changed, 1 as they were"));
        let noted = file.replace("Illness", "Parental leave");
        assert_eq!(import(&app, Kind::Extensions, &noted).await.as_deref(), Ok("1 row: 0 new, 1 changed, 0 as they were"));
        let shorter = import(&app, Kind::Extensions, &file.replace(",12,", ",6,")).await.expect_err("refused");
        assert!(shorter[0].starts_with("months: 12 months were granted for this day already"), "{shorter:?}");
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2027-10-01")], "what somebody was told stays");
        assert_eq!(verified(&app).await, NOTHING);
    }

    async fn an_extension_for_everybody_reaches_who_holds_it_and_nobody_else(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNP-ENT", "professional", "2027-09-01").await;
        let ben = holder(&app, "ben@example.com", "CCNP-ENT", "professional", "2026-11-10").await;
        let cleo = holder(&app, "cleo@example.com", "CCNA", "associate", "2027-09-01").await;
        let file = format!("{EXTENSIONS}*,CCNP-ENT,6,2026-11-01,Centers were closed,\n");
        let context = Context::now(&app.state);
        let report = ce_portal::server::import::run(app.db(), context, Kind::Extensions, file.as_bytes(), &ProgressBar::hidden())
            .await.expect("imported");
        assert_eq!(report.notes, ["2 profiles brought up to date"]);
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2028-03-01")]);
        assert_eq!(held(&app, &ben).await, [until("CCNP-ENT", "2027-05-10")], "it was active on the day, so it is again");
        assert_eq!(held(&app, &cleo).await, [until("CCNA", "2027-09-01")]);
        assert_eq!(verified(&app).await, NOTHING);
        assert_eq!(import(&app, Kind::Extensions, &file).await.as_deref(), Ok("1 row: 0 new, 0 changed, 1 as they were"));
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2028-03-01")], "twice is once");

        let all = format!("{EXTENSIONS}*,*,1,2026-11-20,,\n");
        import(&app, Kind::Extensions, &all).await.expect("imported");
        assert_eq!(held(&app, &cleo).await, [until("CCNA", "2027-10-01")]);
        assert_eq!(verified(&app).await, NOTHING);
    }

    async fn an_extension_for_everybody_that_is_interrupted_is_finished_by_the_daily_job(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNP-ENT", "professional", "2027-09-01").await;
        holder(&app, "cleo@example.com", "CCNA", "associate", "2027-09-01").await;
        let text = format!("{EXTENSIONS}*,CCNP-ENT,6,2026-11-01,Centers were closed,\n");
        let kind = Kind::Extensions;
        let table = Table::read(kind.columns(), kind.optional_columns(), text.as_bytes()).expect("a table");
        // The file is in, and the machine stops before anybody is settled.
        let written: Result<_, Fault> = async {
            transaction!(app.db(), tx, {
                apply(&mut tx, Context::now(&app.state), kind, &table, &ProgressBar::hidden()).await
            })
        }.await;
        written.expect("no fault").expect("no error");
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2027-09-01")]);
        let state = &app.state;
        let waiting = verify::all(&state.db, &state.rules, &state.clock, &ProgressBar::hidden()).await.expect("verified");
        assert_eq!((waiting.waiting, waiting.findings), (1, vec![]), "who is concerned waits, and is no finding");
        let settled = settle::all_due(&state.db, &state.rules, &state.clock, &ProgressBar::hidden()).await.expect("settled");
        assert_eq!(settled, 1);
        assert_eq!(held(&app, &ana).await, [until("CCNP-ENT", "2028-03-01")]);
        assert_eq!(verified(&app).await, NOTHING);
    }

    async fn a_higher_certification_that_is_earned_renews_the_lower_ones_at_once(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNA", "associate", "2027-09-01").await;
        app.certification("CCNP-ENT", "CCNP Enterprise", "professional").await;
        let candidate = candidate_id(&app, &ana).await;
        let file = format!("{EARNED}{candidate},CCNP-ENT,2026-10-05,\n");
        assert_eq!(import(&app, Kind::Earned, &file).await.as_deref(), Ok("1 row: 1 new, 0 changed, 0 as they were"));
        let renewed = [until("CCNA", "2029-10-05"), until("CCNP-ENT", "2029-10-05")];
        assert_eq!(held(&app, &ana).await, renewed);
        let dashboard = page(&app, &ana, "/").await;
        assert!(dashboard.contains("CCNP Enterprise") && dashboard.contains("05-Oct-2029"), "{dashboard}");
        assert!(page(&app, &ana, "/tracking").await.contains("CCNP Enterprise"));
        let history = page(&app, &ana, "/tracking/CCNA?view=history").await;
        assert!(history.contains("05-Oct-2026"), "the renewal is in the history: {history}");
        assert_eq!(verified(&app).await, NOTHING);

        let again = format!("{EARNED}{candidate},CCNP-ENT,2026-10-05,2026-11-01\n");
        assert_eq!(import(&app, Kind::Earned, &again).await.as_deref(), Ok("1 row: 0 new, 0 changed, 1 as they were"));
        assert_eq!(held(&app, &ana).await, renewed);
        let head = "candidate_id,name,account_email,certification,earned_on,cycle_start,last_extension,expires_on,status";
        let twin = format!("{head}\n{candidate},Ana Candidate,,CCNP-ENT,2026-10-05,2026-10-05,,2029-10-05,CERT\n");
        let refused = import(&app, Kind::Holdings, &twin).await.expect_err("refused");
        assert!(refused[0].starts_with("earned_on: this was earned after the record began"), "{refused:?}");
    }

    async fn a_certification_earned_again_after_it_expired_is_a_new_one(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNA", "associate", "2025-09-01").await;
        let candidate = candidate_id(&app, &ana).await;
        import(&app, Kind::Earned, &format!("{EARNED}{candidate},CCNA,2026-10-05,\n")).await.expect("imported");
        assert_eq!(held(&app, &ana).await, [until("CCNA", "2025-09-01"), until("CCNA", "2029-10-05")]);
        assert_eq!(verified(&app).await, NOTHING);
    }

    async fn a_file_with_one_wrong_line_imports_nothing_and_says_what_to_do(app: TestApp) {
        let ana = holder(&app, "ana@example.com", "CCNA", "associate", "2027-09-01").await;
        app.certification("CCNP-ENT", "CCNP Enterprise", "professional").await;
        let candidate = candidate_id(&app, &ana).await;
        let wrong = format!(
            "{EARNED}{candidate},CCNP-ENT,2026-10-05,\n{candidate},CCNX,2026-10-05,\nCSCO1,CCNP-ENT,2026-10-05,\n\
             {candidate},CCNP-ENT,2027-01-01,\n{candidate},CCNP-ENT,2026-10-06,2026-10-01\n{candidate},CCNA,2024-09-01,\n\
             {candidate},CCNP-ENT,2026-10-05,\n"
        );
        let errors = import(&app, Kind::Earned, &wrong).await.expect_err("refused");
        for said in ["certification: is the code of no certification", "candidate_id: is nobody's", "earned_on: lies in the future",
            "recorded_on: lies before it was earned", "earned_on: this is what the record began with", "certification: the same stands on line 2"] {
            assert!(errors.iter().any(|error| error.starts_with(said)), "{said}: {errors:?}");
        }
        let wrong = format!(
            "{EXTENSIONS}{candidate},CCNA,12,2026-09-15,,\nCSCO1,CCNA,12,2026-09-15,,\n{candidate},CCNX,12,2026-09-15,,\n\
             {candidate},CCNA,0,2026-09-16,,\n*,CCNA,12,2027-09-15,,\n*,*,12,2026-09-15,,2026-09-14\n\
             {candidate},CCNA,12,2026-09-15,,\n{candidate},CCNP-ENT,12,2026-09-15,,\n"
        );
        let errors = import(&app, Kind::Extensions, &wrong).await.expect_err("refused");
        for said in ["candidate_id: is nobody's", "certification: is the code of no certification", "months: write a whole number",
            "on: lies in the future", "recorded_on: lies before the day", "on: the same is extended for this day on line 2",
            "certification: was never held by this person"] {
            assert!(errors.iter().any(|error| error.starts_with(said)), "{said}: {errors:?}");
        }
        assert_eq!(held(&app, &ana).await, [until("CCNA", "2027-09-01")]);
        let facts = "SELECT (SELECT count(*) FROM earned_certifications) + (SELECT count(*) FROM extensions) AS facts";
        assert_eq!(app.number(facts).await, 0);
    }

    async fn credits_that_are_taken_back_take_the_renewal_with_them(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        let claim = earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        assert_eq!(held(&app, &ana).await[1], until("CCNP-ENT", "2029-11-02"));
        let (one, other) = (staff(&app, "one@example.org").await, staff(&app, "other@example.org").await);
        let revocation = Revocation {
            claim_id: &claim,
            reason: "unexpected-behaviour",
            note: "Seen in an audit",
            revoked_by: &one,
            confirmed_by: &other,
        };
        revoke(&app.state, revocation).await.expect("taken back");
        assert_eq!(held(&app, &ana).await, [until("CCNA", "2027-09-01"), until("CCNP-ENT", "2027-09-01")]);
        let kinds: Vec<_> = entries(&app, &ana).await.into_iter().map(|(kind, credits, ..)| (kind, credits)).collect();
        assert_eq!(kinds.len(), 4, "{kinds:?}");
        assert_eq!(kinds.iter().map(|(_, credits)| credits).sum::<i64>(), 0, "{kinds:?}");
        assert_eq!(kinds.iter().filter(|(kind, _)| kind == "reversed").count(), 2, "what was earned and what it was spent on");
        assert_eq!(entries(&app, &ana).await[0], entry("earned", 80, "2026-11-02", None), "what was written stays");
        assert_eq!(verified(&app).await, NOTHING);

        let dashboard = page(&app, &ana, "/").await;
        assert!(dashboard.contains("Credits taken back") && dashboard.contains("01-Sep-2027"), "{dashboard}");
        assert!(!dashboard.contains("02-Nov-2029"), "{dashboard}");
        let own = page(&app, &ana, &format!("/claims/{claim}")).await;
        for words in ["Taken back.", "23-Nov-2026", "Seen in an audit"] {
            assert!(own.contains(words), "no {words} in {own}");
        }
        assert_eq!(revoke(&app.state, revocation).await, Err(AppError::Conflict), "there is nothing left to take");
    }

    async fn taking_credits_back_needs_two_people_a_reason_and_a_claim_that_has_earned_some(app: TestApp) {
        let ana = certified(&app, "ana@example.com").await;
        let claim = earned(&app, &ana, &training(&app, "1.0", 80).await, 1, "2026-11-02").await;
        let one = app.person("one@example.org").await;
        let same = app.second_account(&one, "one.home@example.org").await.account_id;
        let (one, other) = (one.account_id, staff(&app, "other@example.org").await);
        let good = Revocation { claim_id: &claim, reason: "not-found", note: "", revoked_by: &one, confirmed_by: &other };
        for (revocation, refused) in [
            (Revocation { confirmed_by: &one, ..good }, AppError::Forbidden),
            (Revocation { confirmed_by: &same, ..good }, AppError::Forbidden),
            (Revocation { confirmed_by: "nobody", ..good }, AppError::NotFound),
            (Revocation { claim_id: "none", ..good }, AppError::NotFound),
            (Revocation { reason: "whim", ..good }, AppError::BadRequest),
        ] {
            assert_eq!(revoke(&app.state, revocation).await, Err(refused), "{revocation:?}");
        }
        assert_eq!(held(&app, &ana).await[1], until("CCNP-ENT", "2029-11-02"), "nothing has happened");
        assert_eq!(verified(&app).await, NOTHING);
    }
}
