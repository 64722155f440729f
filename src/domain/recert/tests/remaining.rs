//! What is left to do (section 8).

use super::story::{Story, day};
use crate::program::Program;

/// What is left for a certification, in the words people read.
fn left(story: &Story, code: &str, on: &str) -> Vec<String> {
    let program = Program::parse("cisco.toml", include_str!("../../../../programs/cisco.toml")).unwrap();
    let outcome = story.as_of(on);
    let remaining = outcome.remaining.iter().find(|remaining| remaining.certification == code).unwrap();
    remaining.options.iter().map(|way| way.words(&program)).collect()
}

#[test]
fn an_expert_with_48_credits_sees_what_the_tracker_shows() {
    let story = Story::new().holds("E", "2021-01-29").credits("c1", 48, "2021-02-23");
    assert_eq!(
        left(&story, "E", "2021-05-19"),
        [
            "1 expert level lab exam",
            "1 CCDE written exam",
            "1 core exam",
            "2 concentration exams",
            "1 concentration exam and 32 credits",
            "72 credits",
        ]
    );
}

#[test]
fn the_exam_that_was_passed_leaves_the_broader_need_open() {
    let story = Story::new().holds("E", "2023-06-01").exam("concentration", "2024-01-01");
    let left = left(&story, "E", "2024-02-01");
    assert_eq!(
        left,
        [
            "1 expert level lab exam",
            "1 CCDE written exam",
            "1 core exam",
            "2 concentration exams",
            "1 concentration exam and 40 credits",
            "80 credits",
        ]
    );
}

#[test]
fn a_level_that_may_not_take_credits_is_offered_exams_only() {
    let story = Story::new().holds("A", "2023-06-01").holds("P", "2023-07-01").credits("c1", 10, "2024-01-01");
    assert_eq!(left(&story, "A", "2024-02-01"), ["1 exam of the associate level or above"]);
    let tomorrow = left(&story, "A", "2026-06-01");
    assert_eq!(tomorrow.len(), 1, "the higher one goes on");
    let together = Story::new().holds("A", "2023-06-01").holds("P", "2023-06-01").credits("c1", 10, "2024-01-01");
    assert_eq!(left(&together, "A", "2026-06-01")[1], "20 credits", "on their common last day it may take them");
}

#[test]
fn what_waits_for_its_last_day_is_not_left_to_do_and_what_cannot_be_renewed_is_not_listed() {
    let story = Story::new().holds("A", "2023-06-01").credits("c1", 60, "2024-05-02");
    assert_eq!(left(&story, "A", "2024-06-01"), ["1 exam of the associate level or above"]);
    let retired = story.that(|a| a.retired_on = Some(day("2024-06-01")));
    assert!(retired.as_of("2024-06-01").remaining.is_empty());
}
