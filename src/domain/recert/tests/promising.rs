//! What was promised is kept (section 6).

use super::story::{Story, day, held};
use crate::recert::LotState;

#[test]
fn a_late_approval_restores_what_lapsed_while_it_was_pending() {
    let story = Story::new().holds("A", "2023-06-01").credits("c1", 30, "2026-05-28").known("2026-06-20");
    assert_eq!(story.expiry("A", "2026-06-19"), "2026-06-01");
    assert_eq!(story.renewals("2026-06-20"), ["2026-05-28 A renews A"]);
    assert_eq!(story.expiry("A", "2026-06-20"), "2029-05-28");
}

/// On its last day the associate certification is saved by credits that, as becomes known later, complete an option of
/// the professional one four days before: the professional takes them, and the associate would end sooner.
fn told_too_early() -> Story {
    Story::new()
        .holds("P", "2023-06-01")
        .holds("A", "2023-06-01")
        .credits("c1", 40, "2025-10-10")
        .credits("c2", 40, "2026-05-28")
        .known("2026-06-20")
}

#[test]
fn an_expiry_that_was_told_does_not_become_earlier_by_what_is_learned_later() {
    let story = told_too_early();
    assert_eq!(story.expiry("A", "2026-06-19"), "2029-06-01");
    assert_eq!(story.renewals("2026-06-20"), ["2026-05-28 P renews A P"]);
    let outcome = story.as_of("2026-06-20");
    assert_eq!(held(&outcome, "A").expires_on, Some(day("2029-06-01")));
    assert!(held(&outcome, "A").kept && !held(&outcome, "P").kept);
    let forgetful = story.with(|rules| rules.switches.keep_promises = false);
    assert_eq!(forgetful.expiry("A", "2026-06-20"), "2029-05-28");
}

#[test]
fn what_is_renewed_after_a_promise_was_kept_is_no_longer_kept() {
    let story = told_too_early().exam("core", "2027-01-10");
    assert!(!held(&story.as_of("2027-01-10"), "A").kept);
}

#[test]
fn months_that_are_added_later_count_from_what_was_kept() {
    let story = told_too_early().extended("A", 6, "2026-07-01");
    assert_eq!(story.expiry("A", "2026-07-01"), "2029-12-01");
}

/// On 1 May 2026 the associate certification is renewed until 1 May 2029. In September one learns that the professional
/// one had been extended years ago: it was the higher one, the credits were for it, and the associate would have ended on
/// 1 June.
fn was_not_the_highest(months: u64) -> Story {
    Story::new()
        .holds("A", "2023-06-01")
        .holds_until("P", day("2022-01-01"), Some(day("2024-12-31")))
        .credits("c1", 30, "2026-05-01")
        .extended("P", months, "2024-12-01")
        .known("2026-09-01")
}

#[test]
fn a_promise_holds_from_the_end_of_the_last_day_on_without_a_gap() {
    let story = was_not_the_highest(18);
    assert_eq!(story.renewals("2026-08-31"), ["2026-05-01 A renews A"]);
    // It goes on after 1 June, is the highest when the professional one ends on 30 June, and takes the credits.
    assert_eq!(story.renewals("2026-09-01"), ["2026-07-01 A renews A"]);
    assert_eq!(story.expiry("A", "2026-09-01"), "2029-07-01");
}

#[test]
fn months_granted_after_the_promise_stands_count_from_it() {
    let story = was_not_the_highest(60);
    assert_eq!(story.expiry("A", "2026-09-01"), "2029-05-01");
    let story = story.extended("A", 6, "2026-09-15").known("2026-10-01");
    assert_eq!(story.expiry("A", "2026-10-01"), "2029-11-01");
}

#[test]
fn months_granted_before_the_promise_stands_count_from_the_expiry_without_it_and_the_later_day_stands() {
    let story = was_not_the_highest(60).extended("A", 6, "2026-07-15").known("2026-10-01");
    assert_eq!(story.expiry("A", "2026-10-01"), "2029-05-01", "six months after 1 June 2026 would be sooner");
}

#[test]
fn months_that_are_part_of_a_promise_are_not_counted_twice() {
    let story = was_not_the_highest(60).extended("A", 6, "2026-06-10");
    assert_eq!(story.expiry("A", "2026-08-31"), "2029-11-01");
    assert_eq!(story.expiry("A", "2026-09-01"), "2029-11-01");
}

/// The associate certification ends on 1 June 2026, is earned again on 1 July, and renewed on 10 July. In September one
/// learns that it, and a professional one, had been extended: so it had not ended.
fn had_not_ended(months: u64) -> Story {
    Story::new()
        .holds("A", "2023-06-01")
        .holds("P", "2023-06-15")
        .earned("A", "2026-07-01")
        .credits("c1", 30, "2026-07-10")
        .extended("*", months, "2026-05-01")
        .known("2026-09-01")
}

#[test]
fn the_promise_of_a_new_holding_passes_to_the_one_that_is_renewed_in_its_place() {
    let story = had_not_ended(3);
    assert_eq!(story.as_of("2026-08-31").holdings.iter().filter(|held| held.certification == "A").count(), 2);
    assert_eq!(story.expiry("A", "2026-08-31"), "2029-07-10");
    let outcome = story.as_of("2026-09-01");
    assert_eq!(outcome.holdings.iter().filter(|held| held.certification == "A").count(), 1);
    let held = held(&outcome, "A");
    assert_eq!((held.earned_on, held.cycle_start), (day("2023-06-01"), day("2026-07-01")));
    assert_eq!((held.expires_on, held.kept), (Some(day("2029-07-10")), true));
}

#[test]
fn it_passes_on_as_well_where_the_one_that_is_held_gains_nothing_by_being_earned_again() {
    let story = had_not_ended(37);
    assert_eq!(story.expiry("A", "2026-09-01"), "2029-07-10");
}

#[test]
fn what_was_promised_on_the_strength_of_revoked_credits_is_not_kept() {
    let story = Story::new().holds("A", "2023-06-01").credits("c1", 30, "2025-05-01").revoked("c1", "2025-08-01");
    assert_eq!(story.expiry("A", "2025-07-31"), "2028-05-01");
    let outcome = story.as_of("2025-08-01");
    assert_eq!(held(&outcome, "A").expires_on, Some(day("2026-06-01")));
    assert_eq!(outcome.credits[0].state, LotState::Revoked);
    assert_eq!((outcome.renewals.len(), outcome.reversed.len()), (0, 1));
}

#[test]
fn a_renewal_that_two_revocations_ended_is_listed_once() {
    let story = Story::new()
        .holds("P", "2023-06-01")
        .credits("c1", 40, "2025-01-01")
        .credits("c2", 40, "2025-02-01")
        .credits("c3", 40, "2025-01-01")
        .known("2025-09-01")
        .revoked("c2", "2025-08-01")
        .revoked("c3", "2025-10-01");
    // The renewal of 1 February stood until August; that of 1 January from September to October.
    let reversed: Vec<String> =
        story.as_of("2025-12-01").reversed.iter().map(|renewal| renewal.on.to_string()).collect();
    assert_eq!(reversed, ["2025-02-01", "2025-01-01"]);
    let twice = Story::new()
        .holds("P", "2023-06-01")
        .credits("c1", 40, "2025-01-01")
        .credits("c2", 40, "2025-02-01")
        .exam("core", "2025-02-01")
        .with(|rules| rules.switches.keep_promises = false);
    assert!(twice.as_of("2025-12-01").reversed.is_empty());
}

#[test]
fn of_two_holdings_earned_on_one_day_the_later_date_is_promised_to_both() {
    let earned_on = day("2023-06-01");
    let story = Story::new()
        .holds_until("A", earned_on, Some(day("2026-06-01")))
        .holds_until("A", earned_on, Some(day("2027-06-01")))
        .credits("c1", 1, "2025-01-01");
    let ends = |on: &str| -> Vec<_> {
        story.as_of(on).holdings.iter().map(|held| (held.expires_on.unwrap().to_string(), held.kept)).collect()
    };
    let said = |first: &str, kept| vec![(first.to_owned(), kept), ("2027-06-01".to_owned(), false)];
    assert_eq!(ends("2024-12-31"), said("2026-06-01", false));
    assert_eq!(ends("2025-01-01"), said("2027-06-01", true));
}
