//! The rules of a claim, each as a sentence.
use super::*;
use crate::calendar::subtract_days;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn today() -> Day {
    day("23-Nov-2026")
}

fn rules() -> ClaimRules {
    ClaimRules {
        window_days: 365,
        credit_validity_years: 3,
        typical_days: 7,
        longest_days: 30,
        certificate_required_for: vec!["direct-delivery".to_owned()],
        certificate_id_prefix: "CDLL-".to_owned(),
    }
}

fn claimant() -> Claimant {
    Claimant {
        holdings: vec![Holding {
            certification: "CCNP".to_owned(),
            rank: 3,
            earned_on: day("14-Jun-2018"),
            cycle_start: day("14-Jun-2024"),
            expires_on: Some(day("14-Jun-2027")),
        }],
        claimed: Vec::new(),
    }
}

fn draft() -> Draft {
    Draft {
        item: "encor@1.2".to_owned(),
        item_text: "ENCOR".to_owned(),
        item_type: "instructor-led".to_owned(),
        provider: "example".to_owned(),
        provider_text: "Example".to_owned(),
        start: "09-Nov-2026".to_owned(),
        completion: "13-Nov-2026".to_owned(),
        ..Draft::default()
    }
}

fn offered() -> Choice {
    Choice::Offered(vec![Period { from: day("01-Mar-2020"), until: None, credits: 64 }])
}

fn run(draft: &Draft, choice: &Choice) -> Result<Checked, Vec<Problem>> {
    check(draft, choice, &claimant(), &rules(), 3, today())
}

#[test]
fn a_complete_claim_earns_what_the_catalog_says() {
    let checked = run(&draft(), &offered()).unwrap();
    assert_eq!(checked.credits, 64);
    assert_eq!(checked.completed_on, day("13-Nov-2026"));
    assert_eq!(checked.cycle.from, day("14-Jun-2024"));
    assert_eq!(checked.certificate_id, None);
}

#[test]
fn an_empty_form_names_every_field_that_is_needed() {
    let problems = run(&Draft::default(), &Choice::NoItem).unwrap_err();
    let fields: Vec<Field> = problems.iter().map(Problem::field).collect();
    assert_eq!(fields, [Field::Item, Field::Start, Field::Completion]);
}

#[test]
fn each_missing_or_impossible_choice_has_its_own_words() {
    for (choice, problem) in [
        (Choice::NoItem, Problem::ItemUnknown),
        (Choice::UnknownItem, Problem::ItemUnknown),
        (Choice::NoType, Problem::TypeMissing),
        (Choice::UnknownType, Problem::TypeNotOffered),
        (Choice::NoProvider(vec![]), Problem::ProviderNotOffered),
        (Choice::UnknownProvider, Problem::ProviderNotOffered),
    ] {
        assert_eq!(run(&draft(), &choice), Err(vec![problem]), "{choice:?}");
    }
}

#[test]
fn dates_that_are_malformed_impossible_or_missing_are_told_apart() {
    for (text, problem) in
        [("13/11/2026", DateProblem::Malformed), ("31-Feb-2026", DateProblem::Impossible), ("", DateProblem::Missing)]
    {
        let draft = Draft { completion: text.to_owned(), ..draft() };
        assert_eq!(run(&draft, &offered()), Err(vec![Problem::Date(Field::Completion, problem)]), "{text}");
    }
}

#[test]
fn completion_may_be_the_start_day_but_not_before_it() {
    let on_one_day = Draft { start: "13-Nov-2026".to_owned(), ..draft() };
    assert!(run(&on_one_day, &offered()).is_ok());
    let backwards = Draft { start: "14-Nov-2026".to_owned(), ..draft() };
    assert_eq!(run(&backwards, &offered()), Err(vec![Problem::CompletionBeforeStart]));
}

#[test]
fn today_counts_and_tomorrow_does_not() {
    let at = |text: &str| Draft { completion: text.to_owned(), ..draft() };
    assert!(run(&at("23-Nov-2026"), &offered()).is_ok());
    assert_eq!(run(&at("24-Nov-2026"), &offered()), Err(vec![Problem::CompletionInFuture]));
}

#[test]
fn the_365th_day_after_completion_is_the_last_to_claim() {
    let at = |days| {
        let when = show(subtract_days(today(), days));
        Draft { start: when.clone(), completion: when, ..draft() }
    };
    assert!(run(&at(365), &offered()).is_ok());
    assert_eq!(run(&at(366), &offered()), Err(vec![Problem::TooLate { last_day: subtract_days(today(), 1) }]));
}

#[test]
fn an_item_retired_before_the_completion_date_is_refused_with_its_days() {
    let until = Some(day("12-Nov-2026"));
    let from = day("01-Mar-2020");
    let retired = Choice::Offered(vec![Period { from, until, credits: 64 }]);
    assert_eq!(run(&draft(), &retired), Err(vec![Problem::NotOfferedThen { from, until }]));
    let last_day = Choice::Offered(vec![Period { from, until: Some(day("13-Nov-2026")), credits: 64 }]);
    assert!(run(&draft(), &last_day).is_ok());
}

#[test]
fn credits_are_those_of_the_completion_date() {
    let periods = Choice::Offered(vec![
        Period { from: day("01-Jan-2020"), until: Some(day("31-Oct-2026")), credits: 40 },
        Period { from: day("01-Nov-2026"), until: None, credits: 64 },
    ]);
    assert_eq!(run(&draft(), &periods).unwrap().credits, 64);
    let earlier = Draft { start: "30-Oct-2026".to_owned(), completion: "31-Oct-2026".to_owned(), ..draft() };
    assert_eq!(run(&earlier, &periods).unwrap().credits, 40);
}

#[test]
fn one_must_have_been_certified_on_the_completion_date() {
    let mut person = claimant();
    person.holdings[0].expires_on = Some(day("12-Nov-2026"));
    let result = check(&draft(), &offered(), &person, &rules(), 3, today());
    assert_eq!(result, Err(vec![Problem::NotCertifiedThen { last_day: Some(day("12-Nov-2026")) }]));
    // Whose certification has just ended may still claim what was finished before it did.
    let earlier = Draft { start: "12-Nov-2026".to_owned(), completion: "12-Nov-2026".to_owned(), ..draft() };
    assert!(check(&earlier, &offered(), &person, &rules(), 3, today()).is_ok());
}

#[test]
fn an_item_version_counts_once_in_a_cycle() {
    let mut person = claimant();
    let item = VersionRef::parse("encor@1.2").unwrap();
    person.claimed.push(Claimed {
        claim: "c1".to_owned(),
        item,
        completed_on: day("01-Jul-2024"),
        cycle: Cycle { from: day("14-Jun-2024"), until: Some(day("14-Jun-2027")) },
    });
    let again = check(&draft(), &offered(), &person, &rules(), 3, today());
    assert_eq!(again, Err(vec![Problem::Duplicate { claim: "c1".to_owned() }]));
    let other_version = Draft { item: "encor@1.1".to_owned(), ..draft() };
    assert!(check(&other_version, &offered(), &person, &rules(), 3, today()).is_ok());
    person.claimed[0].completed_on = day("13-Jun-2024");
    person.claimed[0].cycle = Cycle { from: day("14-Jun-2021"), until: Some(day("13-Jun-2024")) };
    assert!(check(&draft(), &offered(), &person, &rules(), 3, today()).is_ok());
}

#[test]
fn a_certificate_is_needed_for_direct_delivery_only() {
    let direct = Draft { item_type: "direct-delivery".to_owned(), ..draft() };
    assert_eq!(run(&direct, &offered()), Err(vec![Problem::CertificateMissing]));
    let with_file = Draft { evidence: "e1".to_owned(), ..direct };
    assert!(run(&with_file, &offered()).is_ok());
}

#[test]
fn a_certificate_id_may_be_empty_and_is_compared_without_case_or_spaces() {
    let with = |id: &str| run(&Draft { certificate_id: id.to_owned(), ..draft() }, &offered());
    assert_eq!(with("  ").unwrap().certificate_id, None);
    assert_eq!(with(" cdll-00 42ab ").unwrap().certificate_id.as_deref(), Some("CDLL-0042AB"));
    for wrong in ["0042AB", "CDLL-", "CDLL-00/42", "CDLL----", "CDLL-é42"] {
        let problem = Problem::CertificateIdMalformed { prefix: "CDLL-".to_owned() };
        assert_eq!(with(wrong), Err(vec![problem]), "{wrong}");
    }
}

#[test]
fn a_record_that_says_otherwise_is_told_field_by_field_but_never_somebody_else_s() {
    let checked = run(&draft(), &offered()).unwrap();
    let record = Record {
        same_account: true,
        own_address: None,
        item: (VersionRef::parse("encor@1.2").unwrap(), "ENCOR 1.2".to_owned()),
        item_type: ("instructor-led".to_owned(), "Instructor Led Training".to_owned()),
        completed_on: day("13-Nov-2026"),
    };
    assert_eq!(differences(&record, &checked, "instructor-led"), []);
    let other_day = Record { completed_on: day("12-Nov-2026"), ..record.clone() };
    assert_eq!(
        differences(&other_day, &checked, "direct-delivery").iter().map(Problem::field).collect::<Vec<_>>(),
        [Field::ItemType, Field::Completion]
    );
    let somebody_else = Record { same_account: false, ..other_day };
    assert_eq!(
        differences(&somebody_else, &checked, "instructor-led"),
        [Problem::RecordDiffers(Difference::Account { own: None })]
    );
}

#[test]
fn several_problems_are_told_together_in_the_order_of_the_form() {
    let draft =
        Draft { completion: "24-Nov-2026".to_owned(), certificate_id: "x".to_owned(), start: String::new(), ..draft() };
    let fields: Vec<Field> = run(&draft, &Choice::UnknownProvider).unwrap_err().iter().map(Problem::field).collect();
    assert_eq!(fields, [Field::Provider, Field::Start, Field::Completion, Field::CertificateId]);
}

#[test]
fn only_a_pending_claim_can_be_decided_corrected_or_withdrawn() {
    use Event::{Correct, Deny, Earn, Revoke, Withdraw};
    let allowed = |status: Status| -> Vec<Event> {
        [Earn, Deny, Withdraw, Correct, Revoke].into_iter().filter(|event| status.after(*event).is_ok()).collect()
    };
    assert_eq!(allowed(Status::Pending), [Earn, Deny, Withdraw, Correct]);
    assert_eq!(allowed(Status::Earned), [Revoke]);
    assert_eq!(allowed(Status::Denied), []);
    assert_eq!(allowed(Status::Withdrawn), []);
}

#[test]
fn the_clock_turns_late_after_the_typical_days_and_overdue_after_the_longest() {
    for (days, expected) in
        [(0, Clock::OnTime), (7, Clock::OnTime), (8, Clock::Late), (30, Clock::Late), (31, Clock::Overdue)]
    {
        assert_eq!(clock(subtract_days(today(), days), today(), &rules()), (days, expected), "{days}");
    }
}

proptest! {
    #[test]
    fn a_claim_is_in_time_from_the_completion_day_to_the_last_day_of_the_window(
        ago in -10i64..800, window in 1u32..500,
    ) {
        let mut rules = rules();
        rules.window_days = window;
        let completed = today() - chrono::Duration::days(ago);
        let mut person = claimant();
        person.holdings[0].earned_on = day("01-Jan-2000");
        person.holdings[0].cycle_start = day("01-Jan-2000");
        let draft = Draft { start: show(completed), completion: show(completed), ..draft() };
        let result = check(&draft, &offered(), &person, &rules, 3, today());
        prop_assert_eq!(result.is_ok(), (0..=i64::from(window)).contains(&ago), "{:?}", result);
    }

    #[test]
    fn of_two_claims_of_one_version_the_second_counts_only_in_another_cycle(
        first in 0u32..4000, second in 0u32..4000,
    ) {
        let mut person = claimant();
        person.holdings[0].earned_on = day("14-Jun-2015");
        person.holdings[0].expires_on = Some(day("14-Jun-2027"));
        let mut rules = rules();
        rules.window_days = 100_000;
        let at = |days| subtract_days(today(), days);
        let made = |days| Draft { start: show(at(days)), completion: show(at(days)), ..draft() };
        let choice = Choice::Offered(vec![Period { from: day("01-Jan-1990"), until: None, credits: 1 }]);
        let earlier = check(&made(first), &choice, &person, &rules, 3, today()).unwrap();
        person.claimed.push(Claimed { claim: String::new(), item: earlier.item.clone(), completed_on: at(first), cycle: earlier.cycle });
        let later = check(&made(second), &choice, &person, &rules, 3, today());
        let same_cycle = earlier.cycle.from <= at(second) && earlier.cycle.until.is_none_or(|until| at(second) <= until);
        prop_assert_eq!(later.is_err(), same_cycle);
    }

    #[test]
    fn no_text_makes_checking_panic(item in "\\PC{0,20}", date in "\\PC{0,14}", id in "\\PC{0,20}") {
        let draft = Draft { item, start: date.clone(), completion: date, certificate_id: id, ..draft() };
        let _ = run(&draft, &offered());
    }
}

#[test]
fn a_claim_says_the_same_however_its_dates_and_its_certificate_id_are_written() {
    let before = Draft {
        start: "09-Nov-2026".to_owned(),
        completion: "13-Nov-2026".to_owned(),
        certificate_id: "CDLL-0001".to_owned(),
        ..Draft::default()
    };
    let again = Draft { start: "2026-11-09".to_owned(), certificate_id: " cdll-00 01".to_owned(), ..before.clone() };
    assert!(before.says_the_same(&again));
    assert!(!before.says_the_same(&Draft { completion: "14-Nov-2026".to_owned(), ..again.clone() }));
    assert!(!before.says_the_same(&Draft { completion: "soon".to_owned(), ..again }));
}
