//! The planner without a script, its saved plans, and what a claim would do.

use crate::common::TestApp;
use crate::common::client::{Client, encoded};
use crate::tracking::world;

const TODAY: &str = "2026-11-23T20:00:00Z";

/// What a page says, without its markup.
fn text(page: &str) -> String {
    let body = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or(page);
    let mut said = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                said.push(' ');
            }
            c if !inside => said.push(c),
            _ => {}
        }
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ").replace("&amp;", "&").replace(" .", ".").replace(" ,", ",")
}

async fn said(client: &Client, address: &str) -> String {
    let answer = client.get(address).await;
    assert_eq!(answer.status, 200, "{address}");
    text(&answer.text())
}

/// The plan's steps as a form holds them.
fn steps(steps: &[(&str, &str)]) -> String {
    steps.iter().map(|(what, day)| format!("what={}&day={}&", encoded(what), encoded(day))).collect()
}

/// The address of the saved plan with a name, from the planner's own list.
async fn plan_named(client: &Client, name: &str) -> Option<String> {
    let page = client.get("/planner").await.text();
    let before = page.split(&format!(">{name}</a>")).next().filter(|before| before.len() < page.len())?;
    let id = before.rsplit("/planner?plan=").next()?.split('"').next()?;
    Some(id.to_owned())
}

db_test! {
    async fn the_planner_says_what_is_enough_and_until_when_it_may_wait(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let page = said(&client, "/planner").await;
        assert!(page.contains("credits are enough for CCNP Enterprise."), "{page}");
        assert!(page.contains("14-Jun-2027, the last day, and not a day is lost."), "{page}");
        for card in ["Fewest credits", "Soonest", "Latest that still works", "Without credits"] {
            assert!(page.contains(card), "no card \"{card}\" in {page}");
        }
        assert!(page.contains("CCNP Enterprise: valid until 14-Jun-2027 As it stands today, without a plan."), "{page}");
    }

    async fn a_plan_in_the_address_is_reckoned_and_its_early_date_is_priced(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let early = said(&client, &format!("/planner?{}", steps(&[("credits:80", "30-Apr-2027")]))).await;
        assert!(early.contains("CCNP Enterprise: valid until 30-Apr-2030"), "{early}");
        assert!(early.contains("You give up 45 days"), "{early}");
        assert!(early.contains("Finish on 14-Jun-2027 to gain 45 days."), "{early}");
        let last = said(&client, &format!("/planner?{}", steps(&[("credits:80", "2027-06-14")]))).await;
        assert!(last.contains("CCNP Enterprise: valid until 14-Jun-2030"), "{last}");
        assert!(last.contains("No day is given up."), "{last}");
        assert!(!last.contains("to gain"), "{last}");
        let late = said(&client, &format!("/planner?{}", steps(&[("credits:80", "15-Jun-2027")]))).await;
        assert!(late.contains("It ends on 14-Jun-2027: what is finished after that is too late for it."), "{late}");
        let few = said(&client, &format!("/planner?{}", steps(&[("credits:12", "30-Apr-2027")]))).await;
        assert!(few.contains("This is not enough to renew it. 40 credits can be used."), "{few}");
        let exam = said(&client, &format!("/planner?{}", steps(&[("exam:core", "01-Feb-2027")]))).await;
        assert!(exam.contains("CCNP Enterprise: valid until 01-Feb-2030"), "{exam}");
    }

    async fn what_cannot_be_claimed_is_not_counted(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let enarsi = "enarsi@1.1/instructor-led";
        let twice = said(&client, &format!("/planner?{}", steps(&[(enarsi, "01-Feb-2027"), (enarsi, "01-Mar-2027")]))).await;
        assert!(twice.contains("It stands in the plan twice") && twice.contains("This is not enough to renew it. 68 credits"), "{twice}");
        let ended = client.get(&format!("/planner?{}", steps(&[("enarsi@1.0/instructor-led", "01-Feb-2027")]))).await.text();
        assert!(ended.contains("It is offered until 31-Mar-2026: choose an earlier day"), "{ended}");
    }

    async fn a_certification_that_is_renewed_with_a_higher_one_says_so(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let page = said(&client, "/planner?certification=CCNA").await;
        assert!(page.contains("Renewed together with CCNP Enterprise."), "{page}");
        assert!(!page.contains("are enough for CCNA"), "{page}");
    }

    async fn words_add_the_best_match_and_an_exam_its_kind_each_with_the_best_day(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let found = client.get("/planner?find=ENARSI").await.text();
        assert!(found.contains("/catalog/enarsi") && found.contains("14-Jun-2027"), "{found}");
        let nothing = said(&client, "/planner?find=zzzz").await;
        assert!(nothing.contains("Nothing in the catalog matches \"zzzz\""), "{nothing}");
        let exam = said(&client, "/planner?exam=core").await;
        assert!(exam.contains("Core exam Passed on that day."), "{exam}");
        let removed = said(&client, &format!("/planner?{}remove=0", steps(&[("exam:core", "01-Feb-2027")]))).await;
        assert!(removed.contains("Nothing yet."), "{removed}");
    }

    async fn what_cannot_be_read_is_said_at_its_field_and_kept(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let page = client.get(&format!("/planner?{}", steps(&[("credits:80", "31-Feb-2027"), ("credits:8", "soon")]))).await.text();
        assert!(page.contains("31-Feb-2027") && page.contains("There is no such day"), "{page}");
        assert!(page.contains("value=\"soon\"") && page.contains("Write the day like"), "{page}");
        let page = client.get(&format!("/planner?{}", steps(&[("credits:8", "01-Jan-2020"), ("gone@1/any", "")]))).await.text();
        assert!(page.contains("more than 365 days ago"), "{page}");
        assert!(page.contains("not in the catalog any more"), "{page}");
        let odd = client.get("/planner?find=%3Cscript%3Eodd()&what=x&day=1&certification=NOTHING&pending=maybe").await;
        assert_eq!(odd.status, 200);
        let page = odd.text();
        assert!(page.contains("&lt;script&gt;odd()") && !page.contains("<script>odd()"), "nothing of the address becomes markup: {page}");
        assert!(page.contains("Something that was planned is not known here"), "{page}");
        assert_eq!(client.post_form("/planner", &[("delete", "\0")]).await.status, 400);
    }

    async fn a_plan_is_saved_found_again_changed_and_deleted(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let unnamed = client.post_form("/planner", &[("what", "credits:12"), ("day", "30-Apr-2027"), ("name", " ")]).await;
        assert_eq!(unnamed.status, 422);
        let page = unnamed.text();
        assert!(page.contains("Give the plan a name") && page.contains("30-Apr-2027"), "{page}");
        let wrong = client.post_form("/planner", &[("what", "credits:12"), ("day", "some day"), ("name", "Spring")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("value=\"some day\""), "what was typed is still there");
        let empty = client.post_form("/planner", &[("name", "Spring")]).await;
        assert_eq!(empty.status, 422);
        assert!(empty.text().contains("There is nothing in the plan yet"));

        let fields = [("what", "credits:60"), ("day", "30-Apr-2027"), ("name", "Spring & summer"), ("calendar", "yes")];
        let saved = client.post_form("/planner", &fields).await;
        assert_eq!(saved.status, 303);
        assert!(saved.location().starts_with("/planner?plan=") && saved.location().ends_with("&done=saved"));
        let page = said(&client, &saved.location()).await;
        assert!(page.contains("The plan is saved.") && page.contains("1 step, the last on 30-Apr-2027"), "{page}");
        assert!(page.contains("valid until 30-Apr-2030"), "the saved steps are reckoned: {page}");
        let twice = client.post_form("/planner", &fields).await;
        assert_eq!(twice.status, 422);
        assert!(twice.text().contains("You have a plan of this name already"));

        let id = plan_named(&client, "Spring &amp; summer").await.expect("the plan is listed");
        let event = |calendar: &str| -> Option<String> {
            let events = calendar.replace("\r\n ", "");
            events.split("BEGIN:VEVENT").find(|event| event.contains("UID:planned-")).map(str::to_owned)
        };
        let before = event(&client.get("/account/calendar.ics").await.text()).expect("what is planned stands in the calendar");
        assert!(before.contains("DTSTART;VALUE=DATE:20270430") && before.contains("Finish Training for 60 credits"), "{before}");
        let moved = [("plan", id.as_str()), ("what", "credits:60"), ("day", "14-Jun-2027"), ("name", "Spring"), ("calendar", "yes")];
        assert_eq!(client.post_form("/planner", &moved).await.status, 303);
        let after = event(&client.get("/account/calendar.ics").await.text()).expect("it still does");
        let uid = |event: &str| event.lines().find(|line| line.starts_with("UID:")).map(str::to_owned);
        assert!(after.contains("DTSTART;VALUE=DATE:20270614"), "{after}");
        assert_eq!(uid(&before), uid(&after), "programs move the event they know");
        let fields = [("plan", id.as_str()), ("what", "exam:core"), ("day", "01-Feb-2027"), ("name", "By exam")];
        assert_eq!(client.post_form("/planner", &fields).await.status, 303);
        let page = said(&client, &format!("/planner?plan={id}")).await;
        assert!(page.contains("Core exam") && page.contains("not in your calendar") && !page.contains("Spring"), "{page}");
        assert_eq!(event(&client.get("/account/calendar.ics").await.text()), None);

        let (_, other) = (0, app.signed_in(&app.person("ben@example.com").await).await);
        assert_eq!(other.get(&format!("/planner?plan={id}")).await.status, 404);
        assert_eq!(other.post_form("/planner", &fields).await.status, 404);
        assert_eq!(other.post_form("/planner", &[("delete", &id)]).await.status, 303);
        assert_eq!(client.get(&format!("/planner?plan={id}")).await.status, 200, "nobody deletes another's plan");

        assert_eq!(client.post_form("/planner", &[("delete", &id)]).await.location(), "/planner?done=removed");
        assert_eq!(client.get(&format!("/planner?plan={id}")).await.status, 404);
        assert_eq!(plan_named(&client, "By exam").await, None);
    }

    async fn nobody_keeps_more_plans_than_can_be_told_apart(app: TestApp) {
        let client = app.signed_in(&app.person("ana@example.com").await).await;
        for number in 0..20 {
            let name = format!("Plan {number}");
            let answer = client.post_form("/planner", &[("what", "exam:core"), ("day", "01-Feb-2027"), ("name", &name)]).await;
            assert_eq!(answer.status, 303, "{number}");
        }
        let more = client.post_form("/planner", &[("what", "exam:core"), ("day", "01-Feb-2027"), ("name", "One more")]).await;
        assert_eq!(more.status, 422);
        assert!(more.text().contains("You have 20 plans already"));
    }

    async fn the_claim_form_says_what_the_claim_would_do_before_it_is_sent(app: TestApp) {
        let (_app, client) = world(&app, TODAY, "candidate.home@example.com").await;
        let ask = |item: &str, kind: &str, day: &str| {
            format!(
                "/api/claims/would-do?claim[item]={}&claim[item_type]={kind}&claim[completion]={}",
                encoded(item), encoded(day)
            )
        };
        let does = client.get(&ask("encor@1.2", "instructor-led", "20-Nov-2026")).await.json();
        let words = does["sentences"].as_array().expect("sentences").iter().map(|w| w.as_str().expect("words")).collect::<Vec<_>>().join(" ");
        assert_eq!(does["renews"], true, "{does}");
        assert!(words.contains("CCNP Enterprise") && words.contains("until 20-Nov-2029."), "{words}");
        assert!(words.contains("left after that."), "{words}");
        let warning = does["warning"].as_str().expect("it is early");
        assert!(warning.contains("before CCNP Enterprise would have ended"), "{warning}");
        for nothing in [ask("encor@1.2", "instructor-led", "24-Nov-2026"), ask("encor@1.2", "nothing", "20-Nov-2026"), ask("", "", "")] {
            assert_eq!(client.get(&nothing).await.text(), "null", "{nothing}");
        }

        // A few credits more renew nothing by themselves, but with what is pending; a claim that is being changed is not
        // counted beside what it becomes.
        let few = ask("working-with-rest-apis", "devnet", "20-Nov-2026");
        let words = client.get(&few).await.text();
        assert!(words.contains("Renews nothing yet.") && words.contains("Together with what is pending: Renews"), "{words}");
        let pending = "SELECT id FROM claims WHERE status = 'pending' AND credits = 70 AND item_label <> $1";
        let edited = app.text(pending, "").await;
        let words = client.get(&format!("{few}&claim[edits]={edited}")).await.text();
        assert!(words.contains("Renews nothing yet.") && !words.contains("Together"), "{words}");

        let nobody = app.client().get(&ask("encor@1.2", "instructor-led", "20-Nov-2026")).await;
        assert_eq!(nobody.status, 401);
    }
}
