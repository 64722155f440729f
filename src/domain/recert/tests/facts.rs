//! What facts do, and which records are refused (sections 7 and 8).

use super::story::{Story, day, held};
use crate::recert::{Fact, HeldStatus, Validity};

fn associate() -> Story {
    Story::new().holds("A", "2023-06-01")
}

#[test]
fn an_extension_lengthens_what_is_active_and_not_retired_and_leaves_the_cycle_alone() {
    let story = associate()
        .holds("S", "2023-06-01")
        .holds_until("P", day("2020-01-01"), Some(day("2023-01-01")))
        .there_is("E")
        .that(|certification| certification.retired_on = Some(day("2024-01-01")))
        .holds("E", "2023-06-01")
        .extended("*", 6, "2024-01-01");
    let outcome = story.as_of("2024-02-01");
    assert_eq!(held(&outcome, "A").expires_on, Some(day("2026-12-01")));
    assert_eq!(held(&outcome, "A").cycle_start, day("2023-06-01"));
    assert_eq!(held(&outcome, "S").expires_on, Some(day("2026-12-01")));
    assert_eq!(held(&outcome, "P").expires_on, Some(day("2023-01-01")), "it had expired");
    assert_eq!(held(&outcome, "E").expires_on, Some(day("2026-06-01")), "it was retired on that day");
    let one = associate().holds("S", "2023-06-01").extended("S", 6, "2024-01-01");
    assert_eq!(
        (one.expiry("A", "2024-02-01"), one.expiry("S", "2024-02-01")),
        ("2026-06-01".into(), "2026-12-01".into())
    );
}

#[test]
fn earning_a_certification_renews_every_lower_one_that_gains_and_spends_nothing() {
    let story = associate().credits("c1", 16, "2024-01-01").earned("P", "2024-05-05");
    assert_eq!(story.renewals("2024-06-01"), ["2024-05-05 P renews A"]);
    let outcome = story.as_of("2024-06-01");
    assert!(outcome.renewals[0].option.is_none() && outcome.renewals[0].spent.is_empty());
    assert_eq!(outcome.credits[0].left, 16);
    assert!(associate().earned("A2", "2024-05-05").as_of("2024-06-01").renewals.is_empty(), "not one of its level");
}

#[test]
fn earning_what_is_held_renews_it_and_what_has_expired_begins_anew() {
    let story = associate().earned("A", "2024-05-05");
    assert_eq!(story.renewals("2024-06-01"), ["2024-05-05 A renews A"]);
    assert_eq!(story.as_of("2024-06-01").holdings.len(), 1);
    let story = associate().earned("A", "2026-06-02");
    let outcome = story.as_of("2026-07-01");
    assert!(outcome.renewals.is_empty());
    assert_eq!(
        outcome.holdings.iter().map(|held| held.status).collect::<Vec<_>>(),
        [HeldStatus::Expired, HeldStatus::Active]
    );
    // On the day it was earned nothing is gained by earning it again.
    let story = associate().earned("A", "2023-06-01");
    assert!(story.as_of("2024-01-01").renewals.is_empty());
}

#[test]
fn a_pending_claim_for_training_completed_in_time_makes_what_expired_restorable() {
    let story = associate().claim("c1", 30, "2026-06-01");
    assert_eq!(held(&story.as_of("2026-06-02"), "A").status, HeldStatus::Restorable);
    let status = |story: &Story| held(&story.as_of("2026-07-01"), "A").status;
    assert_eq!(status(&associate().claim("c1", 30, "2026-06-02")), HeldStatus::Expired);
    assert_eq!(status(&story.clone().denied("c1", "2026-06-20")), HeldStatus::Expired);
    let retired = associate().that(|a| a.retired_on = Some(day("2026-06-01"))).claim("c1", 30, "2026-06-01");
    assert_eq!(status(&retired), HeldStatus::Expired, "on its last day it was retired already");
    let fixed = associate().that(|a| a.recertifies = false).claim("c1", 30, "2026-06-01");
    assert_eq!(status(&fixed), HeldStatus::Expired);
}

#[test]
fn a_decision_may_correct_credits_and_day() {
    let story = associate().claim("c1", 16, "2024-05-02");
    let mut story = story.approved("c1", "2024-05-20");
    if let Some(Fact::Approved { credits, completed_on, .. }) = story.record.facts.last_mut() {
        (*credits, *completed_on) = (Some(30), Some(day("2024-05-01")));
    }
    assert_eq!(story.renewals("2024-06-01"), ["2024-05-01 A renews A"]);
}

#[test]
fn what_is_recorded_after_the_day_is_not_seen() {
    let story = associate().credits("c1", 30, "2024-05-02").known("2024-06-01").revoked("c1", "2024-07-01");
    assert!(story.as_of("2024-05-31").credits.is_empty());
    assert_eq!(story.renewals("2024-06-30").len(), 1);
    assert_eq!(associate().as_of("2023-05-31").holdings.len(), 0, "earned later");
}

#[test]
fn a_record_that_contradicts_itself_is_refused_by_the_name_of_the_fact() {
    let on = "2024-01-01";
    for (story, name) in [
        (associate().credits("c1", 1, on).credits("c1", 1, on), "c1"),
        (associate().claim("c1", 1, on).claim("c1", 1, "2024-01-02"), "c1"),
        (associate().claim("c1", 1, on).denied("c1", on).approved("c1", on).known("2024-01-02"), "c1"),
        (associate().claim("c1", 1, "2024-01-02").approved("c1", on), "c1"),
        (associate().claim("c1", 1, on).revoked("c1", on), "c1"),
        (associate().credits("c1", 1, on).revoked("c1", on).revoked("c1", on), "c1"),
        (associate().credits("c1", 1, on).claim("c1", 1, on).known("2024-01-02"), "c1"),
        (associate().approved("c9", on), "c9"),
        (associate().revoked("c9", on), "c9"),
        (associate().credits("c1", 0, on), "c1"),
        (associate().credits("c1", -5, on), "c1"),
        (associate().credits("c1", 5, on).known("2023-12-31"), "c1"),
        (associate().extended("A", 0, on), "0"),
        (associate().credits("c1", 5, on).extended("B", 1, on), "1"),
        (associate().exam("driving", on), "x0"),
        (associate().holds_until("A", day(on), None), "A"),
        (associate().that(|a| a.validity = Validity::ForLife), "A"),
        (associate().that(|a| a.validity = Validity::Years(0)), "A"),
        (associate().that(|a| a.level = "guru".to_owned()), "A"),
        (Story::new().holds_until("A", day(on), Some(day("2023-12-31"))), "A"),
    ] {
        let refusal = story.refusal();
        assert_eq!(refusal.refused, name, "{refusal}");
        assert!(refusal.reason.ends_with('.') && refusal.reason.len() > 20, "{refusal}");
    }
    // What was decided and claimed on one day is in order, whichever stands first in the record.
    let mut story = associate().claim("c1", 30, on).approved("c1", on);
    story.record.facts.reverse();
    assert_eq!(story.renewals(on).len(), 1);
}

#[test]
fn of_two_that_expire_on_one_day_the_one_earned_last_is_renewed_by_earning_it_again() {
    let outcome = Story::new()
        .holds_until("A", day("2023-06-08"), Some(day("2025-07-02")))
        .earned("A", "2022-07-02")
        .earned("A", "2025-07-02")
        .as_of("2025-08-01");
    let renewed: Vec<_> = outcome.holdings.iter().map(|holding| (holding.earned_on, holding.cycle_start)).collect();
    assert_eq!(
        renewed,
        [(day("2022-07-02"), day("2022-07-02")), (day("2023-06-08"), day("2025-07-02"))],
        "whether it came with the record or was made by a fact does not matter"
    );
}
