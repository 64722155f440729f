//! The explanation says what the outcome says, and why.

use super::cisco;
use super::story::{Story, day};
use super::world::world;
use crate::program::Program;
use crate::recert::{Happened, How, LotState, NotRenewed, Timing, explain, replay};
use proptest::prelude::*;

fn program() -> Program {
    Program::parse("cisco.toml", include_str!("../../../../programs/cisco.toml")).unwrap()
}

#[test]
fn a_renewal_is_explained_by_its_option_its_day_its_credits_and_who_came_along() {
    let story = Story::new()
        .holds("P", "2023-06-01")
        .holds("A", "2023-06-01")
        .holds("S", "2023-06-01")
        .that(|s| s.retired_on = Some(day("2025-01-01")))
        .credits("c1", 64, "2024-04-12")
        .credits("c2", 24, "2025-09-12");
    let explained = story.why("2025-10-01");
    let (section, what) = explained
        .events
        .iter()
        .find_map(|event| matches!(event.what, Happened::Renewed { .. }).then_some((event.section, &event.what)))
        .unwrap();
    let Happened::Renewed { timing, changes, left_out, .. } = what else { unreachable!() };
    assert_eq!((section, *timing), (3, Some(Timing::FirstDay)));
    let changed: Vec<_> = changes.iter().map(|c| (c.certification.as_str(), c.before, c.after)).collect();
    let (before, after) = (day("2026-06-01"), day("2028-09-12"));
    assert_eq!(changed, [("A", before, after), ("P", before, after)]);
    assert_eq!(
        left_out.iter().map(|l| (l.certification.as_str(), l.why)).collect::<Vec<_>>(),
        [("S", NotRenewed::Retired)]
    );
    let text = explained.text(&program());
    for words in [
        "12-Sep-2025  P is renewed by 80 credits, complete on this day. (section 3)",
        "P: it expires on 12-Sep-2028 instead of 01-Jun-2026.",
        "Spent, the oldest first: 64 of c1 and 16 of c2.",
        "S is not renewed with it: the certification is retired.",
        "To renew it: 1 core exam, or 2 concentration exams, or 1 expert level exam, or 1 concentration exam and 32 credits, or 72 credits.",
    ] {
        assert!(text.contains(words), "{words}\nis not in\n{text}");
    }
}

#[test]
fn the_last_day_a_promise_a_lapse_and_a_revocation_are_explained() {
    let story = Story::new().holds("A", "2023-06-01").credits("c1", 60, "2024-05-02");
    assert!(story.why("2030-01-01").text(&program()).contains("on the last day on which they could help"));
    let kept = Story::new()
        .holds("P", "2023-06-01")
        .holds("A", "2023-06-01")
        .credits("c1", 40, "2025-10-10")
        .credits("c2", 40, "2026-05-28")
        .known("2026-06-20")
        .why("2026-07-01");
    assert!(
        kept.text(&program()).contains(
            "A would have expired on 28-May-2029, but 01-Jun-2029 had been promised, and is kept. (section 6)"
        )
    );
    let position = &kept.positions[0];
    assert_eq!(position.history.last().map(|step| &step.how), Some(&How::PromiseKept));
    let revoked = Story::new().holds("A", "2023-06-01").credits("c1", 30, "2025-05-01").revoked("c1", "2025-08-01");
    let text = revoked.why("2025-09-01").text(&program());
    assert!(text.contains("01-Aug-2025  30 credits of c1 were taken back"), "{text}");
    assert!(text.contains("01-Aug-2025  The renewal of A on 01-May-2025 no longer stands"), "{text}");
}

#[test]
fn each_certification_knows_what_counts_for_it_now() {
    let story = Story::new()
        .holds("A", "2023-06-01")
        .holds("P", "2023-06-01")
        .credits("c1", 10, "2024-01-01")
        .exam("concentration", "2024-02-01");
    let positions = story.why("2024-03-01").positions;
    assert!(!positions[0].takes_credits && positions[0].credits.is_empty() && positions[0].exams.is_empty());
    assert_eq!((positions[1].credits[0].credits, positions[1].exams.len()), (10, 1));
}

proptest! {
    #![proptest_config(super::properties::cases(400))]

    #[test]
    fn the_explanation_is_of_the_same_replay_and_adds_up(world in world(true)) {
        let explained = explain(&world.rules, &world.record, world.as_of).unwrap();
        let outcome = &explained.outcome;
        prop_assert_eq!(&replay(&world.rules, &world.record, world.as_of).unwrap(), outcome);
        prop_assert!(explained.events.windows(2).all(|pair| pair[0].on <= pair[1].on));
        // Every renewal is told once, in order.
        let told: Vec<_> = explained.events.iter().filter_map(|event| match &event.what {
            Happened::Renewed { renewal, .. } => Some(renewal.clone()),
            _ => None,
        }).collect();
        prop_assert_eq!(&told, &outcome.renewals);
        // The steps of a history follow from each other and end where the holding stands.
        for (position, held) in explained.positions.iter().zip(&outcome.holdings) {
            prop_assert_eq!((&position.certification, position.earned_on), (&held.certification, held.earned_on));
            prop_assert!(position.history.windows(2).all(|pair| pair[0].after == pair[1].before));
            if let Some(last) = position.history.last() {
                prop_assert_eq!(last.after, held.expires_on);
            }
        }
        // What became of every credit is told.
        for lot in &outcome.credits {
            let gone: i64 = explained.events.iter().map(|event| match &event.what {
                Happened::CreditsLapsed { lot: id, credits }
                | Happened::CreditsExpired { lot: id, credits }
                | Happened::CreditsRevoked { lot: id, credits }
                | Happened::CreditsWithoutCertification { lot: id, credits } if *id == lot.id => *credits,
                _ => 0,
            }).sum();
            let revoked_or_none = matches!(lot.state, LotState::Revoked | LotState::NotCertified);
            prop_assert_eq!(if revoked_or_none { gone } else { gone + lot.spent + lot.left }, lot.credits);
        }
        prop_assert!(!explained.text(&program()).is_empty());
    }
}

#[test]
fn the_words_are_those_of_the_program() {
    let text = include_str!("../../../../programs/harbor-pilots.toml");
    let harbor = Program::parse("harbor-pilots.toml", text).unwrap();
    let mut story = Story::new().there_is("pilot").that(|c| c.level = "harbor".to_owned()).holds_until(
        "pilot",
        day("2024-06-01"),
        Some(day("2026-06-01")),
    );
    story.rules = crate::recert::Rules::of(&harbor);
    let story = story.credits("k1", 30, "2025-01-05");
    let text = story.why("2025-02-01").text(&harbor);
    assert!(text.contains("pilot is renewed by 25 hours, complete on this day."), "{text}");
    assert!(text.contains("5 hours of k1 were not needed and are lost"), "{text}");
    assert!(cisco().credit_validity_years == 3 && story.rules.credit_validity_years == 2);
}
