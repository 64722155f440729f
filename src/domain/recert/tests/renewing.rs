//! When a renewal is due, and what it does (sections 3 to 5, and the words of section 1).

use super::story::{Story, day, held};
use crate::program::{CreditsApplyTo, LastDay, Leftover};
use crate::recert::{HeldStatus, LotState};

/// An associate certification from 1 June 2023 to 1 June 2026.
fn associate() -> Story {
    Story::new().holds("A", "2023-06-01")
}

/// Associate and professional, both to 1 June 2026.
fn both() -> Story {
    associate().holds("P", "2023-06-01")
}

#[test]
fn what_completes_an_option_renews_on_that_very_day() {
    let story = associate().credits("c1", 16, "2024-05-02").credits("c2", 14, "2025-01-20");
    assert_eq!(story.renewals("2025-01-20"), ["2025-01-20 A renews A"]);
    assert_eq!(story.expiry("A", "2025-01-20"), "2028-01-20");
    assert!(story.renewals("2025-01-19").is_empty());
}

#[test]
fn credits_that_suffice_already_wait_for_the_last_day_on_which_they_can_help() {
    let story = associate().credits("c1", 60, "2024-05-02");
    assert_eq!(
        story.renewals("2030-01-01"),
        ["2024-05-02 A renews A", "2027-05-02 A renews A"],
        "the second on the last day of the credits, not of the certification"
    );
    assert_eq!(story.renewals("2027-05-01").len(), 1);
}

#[test]
fn an_exam_renews_at_once_even_while_credits_wait() {
    let story = associate().credits("c1", 60, "2024-05-02").exam("core", "2025-03-03");
    assert_eq!(story.renewals("2025-03-03"), ["2024-05-02 A renews A", "2025-03-03 A renews A"]);
    let outcome = story.as_of("2025-03-03");
    assert_eq!(outcome.renewals[1].option.as_ref().unwrap().credits, 0);
    assert_eq!(outcome.credits[0].left, 30, "the exam spends nothing");
}

#[test]
fn the_option_that_takes_the_fewest_credits_is_used() {
    let story = Story::new()
        .holds("P", "2023-06-01")
        .credits("c1", 79, "2024-01-01")
        .exam("concentration", "2024-01-01")
        .credits("c2", 1, "2024-01-01");
    let renewal = &story.as_of("2024-01-01").renewals[0];
    assert_eq!(renewal.option.as_ref().unwrap().credits, 40);
}

#[test]
fn the_oldest_credits_are_spent_first_then_by_id_and_in_part() {
    let story = associate()
        .credits("c2", 10, "2024-05-02")
        .credits("c10", 10, "2024-05-02")
        .credits("c0", 5, "2024-01-01")
        .credits("c9", 30, "2024-06-01");
    let spent = &story.as_of("2024-06-01").renewals[0].spent;
    let spent: Vec<(&str, i64)> = spent.iter().map(|part| (part.lot.as_str(), part.credits)).collect();
    assert_eq!(spent, [("c0", 5), ("c10", 10), ("c2", 10), ("c9", 5)], "ids are compared as plain text");
}

#[test]
fn lots_that_may_not_be_split_are_spent_whole_and_the_rest_is_lost() {
    let story = associate().with(|rules| rules.switches.split_lots = false).credits("c1", 64, "2024-05-02");
    let outcome = story.as_of("2024-05-02");
    assert_eq!(outcome.renewals[0].spent[0].credits, 64);
    assert_eq!((outcome.credits[0].left, outcome.credits[0].state), (0, LotState::Spent));
}

#[test]
fn a_renewal_takes_peers_and_lower_levels_along_but_none_that_gains_nothing() {
    let story = both()
        .holds("P2", "2023-09-01")
        .holds_until("A2", day("2023-06-01"), Some(day("2029-01-01")))
        .exam("core", "2025-01-10");
    assert_eq!(story.renewals("2025-02-01"), ["2025-01-10 P renews A P P2"]);
    assert_eq!(story.expiry("A2", "2025-02-01"), "2029-01-01");
}

#[test]
fn peers_can_be_made_to_renew_each_by_itself() {
    let story = Story::new()
        .holds("P", "2023-06-01")
        .holds("P2", "2023-07-01")
        .with(|rules| rules.switches.peers_renew_together = false)
        .credits("c1", 80, "2024-01-01");
    assert_eq!(story.renewals("2024-01-01"), ["2024-01-01 P renews P"]);
}

#[test]
fn credits_are_for_the_highest_level_only_unless_any_level_may_take_them() {
    let story = both().credits("c1", 34, "2024-05-05");
    assert!(story.renewals("2026-05-31").is_empty());
    let story = story.with(|rules| rules.switches.credits_apply_to = CreditsApplyTo::Any);
    assert_eq!(story.renewals("2024-05-05"), ["2024-05-05 A renews A"]);
}

#[test]
fn what_cannot_save_the_higher_one_saves_the_lower_one_on_their_common_last_day() {
    let story = both().credits("c1", 34, "2025-05-05");
    assert_eq!(story.renewals("2026-06-10"), ["2026-06-01 A renews A"]);
    // Where the higher one goes on, it keeps its credits.
    let story = associate().holds("P", "2023-06-02").credits("c1", 34, "2025-05-05");
    assert!(story.renewals("2026-06-10").is_empty());
    assert_eq!(held(&story.as_of("2026-06-10"), "A").status, HeldStatus::Expired);
}

#[test]
fn the_lower_one_may_take_credits_from_the_day_it_becomes_the_highest() {
    let story = Story::new().holds("P", "2023-06-01").holds("A", "2024-03-01").credits("c1", 34, "2025-05-05");
    assert_eq!(story.renewals("2026-06-10"), ["2026-06-02 A renews A"]);
}

#[test]
fn a_higher_one_that_begins_tomorrow_does_not_hurry_the_lower_one_today() {
    // The credits wait for the associate's last day; from the 10th on they are for the professional one.
    let story = associate().credits("c1", 60, "2024-05-02").holds("P", "2025-03-10").exam("other", "2025-03-09");
    assert_eq!(story.renewals("2025-03-11"), ["2024-05-02 A renews A"]);
}

#[test]
fn exams_of_an_earlier_cycle_do_not_help_and_one_exam_fills_one_need() {
    let story = associate().exam("core", "2024-01-01").exam("core", "2023-06-01");
    assert_eq!(story.renewals("2024-01-01"), ["2024-01-01 A renews A"], "the day it begins is not in the cycle");
    let story = Story::new().holds("E", "2023-06-01").exam("concentration", "2024-01-01");
    assert!(story.renewals("2024-02-01").is_empty());
    let story = story.exam("concentration", "2024-02-01").credits("c1", 40, "2024-03-01");
    assert_eq!(story.renewals("2024-03-01"), ["2024-03-01 E renews E"]);
}

#[test]
fn the_same_exam_renews_a_low_level_now_and_helps_a_high_one_later() {
    let story = Story::new()
        .holds("E", "2023-06-01")
        .holds("A", "2023-06-01")
        .exam("core", "2024-01-10")
        .exam("concentration", "2024-05-05");
    assert_eq!(story.renewals("2024-06-01"), ["2024-01-10 A renews A", "2024-05-05 E renews A E"]);
}

#[test]
fn what_is_retired_is_not_renewed_from_that_day_on_but_may_wait_until_the_day_before() {
    let retired = |on: &str| {
        let on = day(on);
        associate().that(move |certification| certification.retired_on = Some(on)).credits("c1", 60, "2024-05-02")
    };
    assert_eq!(retired("2026-12-10").renewals("2030-01-01"), ["2024-05-02 A renews A", "2026-12-09 A renews A"]);
    assert!(retired("2024-05-02").renewals("2030-01-01").is_empty());
}

#[test]
fn nothing_renews_what_does_not_recertify_or_is_held_for_life() {
    let story = associate().that(|certification| certification.recertifies = false).exam("core", "2024-01-10");
    assert!(story.renewals("2024-02-01").is_empty());
    let story = Story::new()
        .there_is("A")
        .that(|certification| certification.validity = crate::recert::Validity::ForLife)
        .holds_until("A", day("2023-06-01"), None)
        .exam("core", "2024-01-10");
    assert!(story.renewals("2024-02-01").is_empty());
    assert_eq!(story.expiry("A", "2024-02-01"), "never");
}

#[test]
fn a_level_without_options_is_renewed_only_with_a_higher_one() {
    let story = Story::new().holds("entry", "2023-06-01").exam("core", "2024-01-10").credits("c1", 99, "2024-01-10");
    assert!(story.renewals("2024-02-01").is_empty());
    let story = story.holds("A", "2023-06-01");
    assert_eq!(story.renewals("2024-02-01"), ["2024-01-10 A renews A entry"]);
}

#[test]
fn the_expiry_day_still_counts_unless_the_program_excludes_it() {
    let story = associate().credits("c1", 30, "2026-06-01");
    assert_eq!(story.renewals("2026-07-01"), ["2026-06-01 A renews A"]);
    let story = story.with(|rules| rules.switches.last_day = LastDay::Exclusive);
    assert!(story.renewals("2026-07-01").is_empty());
    assert_eq!(held(&story.as_of("2026-06-01"), "A").status, HeldStatus::Expired);
    assert_eq!(held(&story.as_of("2026-06-01"), "A").days_to_expire, Some(0));
}

#[test]
fn credits_count_only_if_something_was_held_on_the_day_of_completion() {
    let story = associate().credits("c1", 30, "2023-05-31");
    let outcome = story.as_of("2024-01-01");
    assert_eq!((outcome.credits[0].left, outcome.credits[0].state), (0, LotState::NotCertified));
    let story = story.with(|rules| rules.switches.must_be_certified = false);
    let outcome = story.as_of("2024-01-01");
    assert_eq!(outcome.credits[0].state, LotState::Available);
    // Earned on the same day is held on that day.
    let story = Story::new().credits("c1", 30, "2024-01-01").earned("A", "2024-01-01");
    assert_eq!(story.as_of("2024-01-01").credits[0].state, LotState::Available);
}

#[test]
fn credits_can_be_used_for_as_long_as_the_program_says() {
    let story = associate().credits("c1", 16, "2023-06-02").credits("c2", 14, "2026-06-01");
    assert_eq!(story.renewals("2026-06-01"), ["2026-06-01 A renews A"]);
    let story = story.with(|rules| rules.credit_validity_years = 2);
    assert!(story.renewals("2026-06-01").is_empty());
    let outcome = story.as_of("2026-06-01");
    assert_eq!((outcome.credits[0].state, outcome.credits[1].state), (LotState::Expired, LotState::Available));
}

#[test]
fn leftover_credits_lapse_when_the_program_says_so_and_the_highest_level_is_renewed() {
    let lapse = |rules: &mut crate::recert::Rules| rules.switches.leftover = Leftover::Lapse;
    let story = both().with(lapse).credits("c1", 100, "2024-05-02").credits("c2", 30, "2024-06-02");
    let outcome = story.as_of("2024-06-02");
    assert_eq!((outcome.credits[0].left, outcome.credits[0].state), (0, LotState::Lapsed));
    assert_eq!(outcome.credits[1].left, 30, "what is completed later is not touched");
    // An exam renews the lower level only: the credits stay.
    let story = both().with(lapse).credits("c1", 10, "2024-05-02").exam("associate", "2024-06-02");
    let outcome = story.as_of("2024-06-02");
    assert_eq!((outcome.renewals.len(), outcome.credits[0].left), (1, 10));
}

#[test]
fn earning_at_or_above_the_highest_level_ends_leftover_credits_of_that_day_too() {
    let lapse = |rules: &mut crate::recert::Rules| rules.switches.leftover = Leftover::Lapse;
    let start = associate().with(lapse).credits("c1", 10, "2024-05-02").credits("c2", 10, "2024-06-02");
    let outcome = start.clone().earned("P", "2024-06-02").as_of("2024-07-01");
    assert_eq!(outcome.credits.iter().map(|lot| lot.state).collect::<Vec<_>>(), [LotState::Lapsed; 2]);
    // Below the highest level it ends nothing, nor where it changes nothing.
    let outcome = start.clone().holds("P", "2023-06-01").earned("S", "2024-06-02").as_of("2024-07-01");
    assert!(outcome.credits.iter().all(|lot| lot.state == LotState::Available));
    let outcome = start
        .holds_until("P", day("2023-06-01"), Some(day("2029-06-01")))
        .earned("P", "2024-06-02")
        .as_of("2024-07-01");
    assert!(outcome.credits.iter().all(|lot| lot.state == LotState::Available));
}

#[test]
fn without_a_highest_level_nothing_lapses() {
    let story = Story::new()
        .with(|rules| rules.switches.leftover = Leftover::Lapse)
        .holds("entry", "2023-06-01")
        .credits("c1", 10, "2024-05-02")
        .earned("entry2", "2024-06-02");
    assert_eq!(story.as_of("2024-07-01").credits[0].state, LotState::Available);
}

#[test]
fn another_certification_of_a_program_may_have_its_own_validity() {
    let story = associate().that(|certification| certification.validity = crate::recert::Validity::Years(5));
    let story = story.exam("core", "2024-01-10");
    assert_eq!(story.expiry("A", "2024-02-01"), "2029-01-10");
}
