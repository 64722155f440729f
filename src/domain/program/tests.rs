use super::*;
use crate::calendar::parse_day;

const CISCO: &str = include_str!("../../../programs/cisco.toml");
const HARBOR: &str = include_str!("../../../programs/harbor-pilots.toml");

#[test]
fn the_sample_programs_of_two_bodies_are_valid() {
    let cisco = Program::parse("programs/cisco.toml", CISCO).unwrap();
    assert_eq!(cisco.item_types.len(), 9);
    assert_eq!(cisco.denial_reasons.len(), 16);
    assert_eq!((cisco.claim.window_days, cisco.claim.credit_validity_years), (365, 3));
    assert!(cisco.claim.certificate_required("direct-delivery"));
    assert!(!cisco.claim.certificate_required("instructor-led"));
    assert_eq!(cisco.credits(64), "64 credits");
    let harbor = Program::parse("programs/harbor-pilots.toml", HARBOR).unwrap();
    assert_eq!(harbor.credits(1), "1 hour");
    assert_eq!(harbor.support_href(), None);
    let by_mail = CISCO.replace("support@example.com", "help@example.com");
    let by_mail = Program::parse("p.toml", &by_mail).unwrap();
    assert_eq!(by_mail.support_href().as_deref(), Some("mailto:help@example.com"));
}

#[test]
fn an_error_names_file_line_and_remedy() {
    let broken = CISCO.replace("window_days = 365", "window_days = \"a year\"");
    let error = Program::parse("p.toml", &broken).unwrap_err();
    let line = broken.lines().position(|line| line.starts_with("window_days")).unwrap() + 1;
    assert_eq!(usize::try_from(error.line).unwrap(), line, "{error}");
    assert!(error.to_string().starts_with(&format!("p.toml:{line}: ")), "{error}");
}

#[test]
fn unknown_keys_double_keys_and_dangling_names_are_refused() {
    for (from, to, part) in [
        ("window_days", "windows_days", "windows_days"),
        ("key = \"associate\"", "key = \"entry\"", "two [[level]]"),
        ("[\"direct-delivery\"]", "[\"directdelivery\"]", "directdelivery"),
        ("key = \"activity\"", "key = \"An Activity\"", "An Activity"),
        ("typical_days = 7", "typical_days = 31", "longest_days"),
        ("window_days = 365", "window_days = 0", "window_days is 0"),
        ("support@example.com", "ask around", "support is \"ask around\""),
    ] {
        assert!(CISCO.contains(from), "{from}");
        let error = Program::parse("p.toml", &CISCO.replace(from, to)).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.remedy.is_empty());
    }
}

#[test]
fn the_terms_to_accept_are_the_latest_in_force() {
    let mut program = Program::parse("p.toml", CISCO).unwrap();
    let mut next = program.terms[0].clone();
    next.version = "next".to_owned();
    next.effective_on = parse_day("01-Jan-2027").unwrap();
    program.terms.push(next);
    let version = |day: &str| program.terms_on(parse_day(day).unwrap()).unwrap().version.clone();
    assert_eq!(version("31-Dec-2026"), program.terms[0].version);
    assert_eq!(version("01-Jan-2027"), "next");
}

#[test]
fn the_sample_programs_say_how_certifications_are_renewed() {
    let cisco = Program::parse("p.toml", CISCO).unwrap();
    assert_eq!(cisco.recertification, Recertification::default());
    let counts: Vec<usize> = cisco.levels.iter().map(|level| level.options.len()).collect();
    assert_eq!(counts, [0, 2, 2, 5, 8]);
    let harbor = Program::parse("p.toml", HARBOR).unwrap();
    assert_eq!(harbor.recertification.leftover, Leftover::Lapse);
    assert!(harbor.recertification.keep_promises, "what is left out has its default");
}

#[test]
fn exams_are_named_in_the_programs_words() {
    let cisco = Program::parse("p.toml", CISCO).unwrap();
    assert_eq!(cisco.exams(1, &["core"]), "1 core exam");
    assert_eq!(cisco.exams(2, &["core", "concentration"]), "2 concentration exams");
    assert_eq!(cisco.exams(1, &["core", "lab"]), "1 core exam or expert level lab exam");
    let harbor = Program::parse("p.toml", HARBOR).unwrap();
    assert_eq!(harbor.exams(1, &["theory", "check-ride"]), "1 guild test");
}

#[test]
fn mistakes_in_the_rules_of_renewal_are_refused_with_their_line_and_remedy() {
    for (from, to, part) in [
        ("leftover = \"carry\"", "leftover = \"burn\"", "burn"),
        ("split_lots = true", "split_lot = true", "split_lot"),
        ("keep_promises = true", "keep_promises = \"yes\"", "expected a boolean"),
        ("of = [\"core\"], count = 1", "of = [\"cores\"], count = 1", "\"cores\", which is not defined"),
        ("of = [\"core\"], count = 1", "of = [\"core\", \"core\"], count = 1", "twice"),
        ("of = [\"core\"], count = 1", "of = [], count = 1", "names no kind"),
        ("of = [\"core\"], count = 1", "of = [\"core\"], count = 0", "asks for 0 exams"),
        ("credits = 120", "credits = 0", "takes nothing"),
        ("credits = 120", "credits = -1", "invalid value"),
        ("credits = 120", "credit = 120", "unknown field"),
        ("key = \"lab\"", "key = \"core\"", "two [[exam_kind]]"),
        ("plural = \"core exams\"", "plural = \"\"", "no plural"),
        (
            "[[exam_group]]\nof = [\"concentration\", \"core\"]",
            "[[exam_group]]\nof = [\"expert_written\", \"lab\"]",
            "same kinds",
        ),
    ] {
        assert!(CISCO.contains(from), "{from}");
        let broken = CISCO.replace(from, to);
        let error = Program::parse("p.toml", &broken).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.line > 1 && !error.remedy.is_empty(), "{error}");
    }
}
