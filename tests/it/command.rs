//! The command `ce-portal recert`, as another program or a person at a terminal uses it.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

const CASES: [&str; 2] = [
    include_str!("../../src/domain/recert/cases/worked.jsonl"),
    include_str!("../../src/domain/recert/cases/random.jsonl"),
];

fn recert(flags: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ce-portal"))
        .arg("recert")
        .args(flags)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("its input");
    let input = input.to_owned();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("the writer ends").expect("everything is read");
    output
}

fn cases() -> impl Iterator<Item = Value> {
    CASES.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).expect("a case"))
}

#[test]
fn every_case_comes_to_its_outcome_a_line_each() {
    let output = recert(&["--jsonl"], &CASES.concat());
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let cases: Vec<Value> = cases().collect();
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        match case.get("outcome") {
            Some(outcome) => assert_eq!(answer, outcome, "{}", case["name"]),
            None => assert!(answer["reason"].is_string(), "{} is refused with a reason", case["name"]),
        }
    }
}

#[test]
fn one_case_is_answered_for_a_program_and_for_a_person_and_a_refusal_says_so_by_its_status() {
    let case = cases().find(|case| case.get("outcome").is_some()).expect("one");
    let output = recert(&[], &case.to_string());
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer, case["outcome"]);
    let told = recert(&["--explain"], &case.to_string());
    let told = String::from_utf8(told.stdout).expect("text");
    assert!(told.contains("section 3") && told.contains("Where things stand"), "{told}");
    let wrong = cases().find(|case| case.get("refused").is_some()).expect("one");
    let refused = recert(&[], &wrong.to_string());
    assert_eq!(refused.status.code(), Some(2));
    let answer: Value = serde_json::from_slice(&refused.stdout).expect("JSON");
    assert!(answer["refused"].is_string() && answer["reason"].is_string(), "{answer}");
    assert_eq!(recert(&[], "no case").status.code(), Some(2));
}

#[test]
fn another_body_s_program_is_asked_without_a_line_of_code_changed() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/programs/harbor-pilots.toml");
    let case = r#"{"certifications":[{"code":"HP","level":"harbor"}],"as_of":"2026-06-01",
        "holdings":[{"certification":"HP","earned_on":"2025-01-10","cycle_start":"2025-01-10","expires_on":"2027-01-10"}],
        "facts":[{"kind":"approved","id":"h1","credits":500,"completed_on":"2026-03-01","recorded_on":"2026-03-02"}]}"#;
    let output = recert(&["--program", program, "--explain"], case);
    let told = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{told}");
    assert!(told.contains("01-Mar-2028") && told.contains("hours"), "two years, and hours: {told}");
}
