//! The certificate and the transcript, as files: who gets them, what they say, and that screen readers can read them.

use crate::common::TestApp;
use crate::common::day;
use crate::common::people::NewPerson;
use ce_portal::server::pdf::certificate::{self, Certificate};
use ce_portal::server::pdf::transcript::{self, CreditRow, HeldRow, RenewalRow, Transcript};
use lopdf::{Dictionary, Document, Object};
use std::io::Write;
use std::process::{Command, Stdio};

/// Everything of the structure with this name.
fn elements<'a>(document: &'a Document, name: &str) -> Vec<&'a Dictionary> {
    let all = document.objects.values().filter_map(|object| object.as_dict().ok());
    all.filter(|element| element.get(b"S").and_then(Object::as_name).is_ok_and(|kind| kind == name.as_bytes()))
        .filter(|element| element.has(b"P"))
        .collect()
}

/// Asserts what makes a document one that can be read aloud, and gives it.
fn readable(file: &[u8], title: &str) -> Document {
    let document = Document::load_mem(file).expect("another program opens it");
    let catalog = document.catalog().expect("a catalog");
    let of = |name: &str| document.dereference(catalog.get(name.as_bytes()).expect(name)).expect(name).1.clone();
    assert!(of("MarkInfo").as_dict().unwrap().get(b"Marked").unwrap().as_bool().unwrap(), "it is tagged");
    assert_eq!(of("StructTreeRoot").as_dict().unwrap().get(b"Type").unwrap().as_name().unwrap(), b"StructTreeRoot");
    assert_eq!(of("Lang").as_str().unwrap(), b"en");
    assert!(of("ViewerPreferences").as_dict().unwrap().get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    let metadata = of("Metadata").as_stream().unwrap().get_plain_content().expect("metadata");
    let metadata = String::from_utf8(metadata).expect("metadata is text");
    assert!(metadata.contains(title) && metadata.contains("pdfuaid:part"), "{metadata}");
    document
}

/// The text of a document as another program finds it; nothing where that program is not installed.
fn text_of(file: &[u8]) -> Option<String> {
    let started =
        Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut started) = started else {
        eprintln!("skipped: pdftotext is not installed");
        return None;
    };
    started.stdin.take().expect("its input").write_all(file).expect("it reads");
    let done = started.wait_with_output().expect("it ends");
    assert!(done.status.success());
    Some(String::from_utf8(done.stdout).expect("text"))
}

fn sample(holder: &str) -> Certificate {
    Certificate {
        portal: "CE Portal".to_owned(),
        holder: holder.to_owned(),
        certification: "CCNP Enterprise".to_owned(),
        level: "Professional".to_owned(),
        candidate_id: "CSCO10020030".to_owned(),
        earned_on: day("2024-09-01"),
        expires_on: Some(day("2027-09-01")),
        issued_on: day("2026-11-23"),
        code: "7KQ2-9XMB-4T8W-ZC3N-H5PD".to_owned(),
        address: "https://ce.example.org/verify/7KQ2-9XMB-4T8W-ZC3N-H5PD".to_owned(),
    }
}

fn activity(number: u32) -> CreditRow {
    CreditRow {
        activity: format!(
            "Implementing and Operating Enterprise Network Core Technologies, part {number} of a long series"
        ),
        completed_on: day("2026-02-03"),
        credits: 64,
        spent: 40,
        left: 24,
        until: day("2029-02-03"),
        remark: "",
    }
}

fn record(activities: u32) -> Transcript {
    let held = HeldRow {
        name: "CCNP Enterprise".to_owned(),
        level: "Professional".to_owned(),
        earned_on: day("2021-09-01"),
        renewed_on: Some(day("2024-09-01")),
        expires_on: Some(day("2027-09-01")),
    };
    Transcript {
        portal: "CE Portal".to_owned(),
        holder: "Ana Candidate".to_owned(),
        candidate_id: "CSCO10020030".to_owned(),
        as_of: day("2026-11-23"),
        ended: vec![HeldRow { name: "CCDP".to_owned(), expires_on: Some(day("2023-01-02")), ..held.clone() }],
        held: vec![held],
        renewals: vec![RenewalRow {
            on: day("2024-09-01"),
            renewed: "CCNP Enterprise and CCNA".to_owned(),
            by: "80 credits for CCNP Enterprise".to_owned(),
            spent: (0..90).map(|number| format!("1 credit from activity {number}")).collect(),
        }],
        credits: (0..activities).map(activity).collect(),
    }
}

#[test]
fn a_certificate_is_one_page_that_can_be_read_aloud() {
    let file = certificate::draw(&sample("Ana Candidate")).expect("it is drawn");
    let document = readable(&file, "Certificate: CCNP Enterprise, Ana Candidate");
    assert_eq!(document.get_pages().len(), 1);
    assert_eq!((elements(&document, "H1").len(), elements(&document, "Link").len()), (1, 1));
    let Some(text) = text_of(&file) else { return };
    for words in [
        "CERTIFICATE",
        "Ana Candidate",
        "CCNP Enterprise",
        "Professional level",
        "CSCO10020030",
        "01-Sep-2024",
        "01-Sep-2027",
        "23-Nov-2026",
        "7KQ2-9XMB-4T8W-ZC3N-H5PD",
        "https://ce.example.org/verify/",
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
}

#[test]
fn names_of_every_script_and_length_make_a_document() {
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(6);
    let endless = "x".repeat(200);
    let names = [
        "Ελένη Παπαδοπούλου",
        "Дмитрий Шостакович",
        "Nguyễn Thị Minh Khai",
        "Zoe\u{301} A\u{30a}ngstro\u{308}m",
        "王小明",
        "محمد بن سلمان",
        "नरेन्द्र",
        "😀 \u{e000}\u{202e}\u{0}\u{feff}\u{ffff}\u{1fffe}",
        "",
        " ",
        &long,
        &endless,
    ];
    for name in names {
        let file = certificate::draw(&sample(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(Document::load_mem(&file).expect("it opens").get_pages().len(), 1, "{name}");
        let transcript = Transcript { holder: name.to_owned(), ..record(1) };
        transcript::draw(&transcript).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let plain = ["Ελένη Παπαδοπούλου", "Дмитрий Шостакович", "王小明"].contains(&name);
        if let (true, Some(text)) = (plain, text_of(&file)) {
            assert!(text.contains(name), "{name} is not in {text}");
            let told = text.contains("stands for a letter that cannot be drawn here");
            assert_eq!(told, name == "王小明", "{text}");
        }
    }
}

#[test]
fn a_transcript_is_as_long_as_it_takes_and_its_tables_are_tables() {
    let file = transcript::draw(&record(120)).expect("it is drawn");
    let document = readable(&file, "Transcript: Ana Candidate, 23-Nov-2026");
    let pages = document.get_pages().len();
    assert!(pages > 4, "{pages} pages");
    assert_eq!((elements(&document, "H1").len(), elements(&document, "H2").len()), (1, 4));
    // One table each, however many pages it goes over: what is held, what was held, renewals, credits.
    assert_eq!(elements(&document, "Table").len(), 4);
    assert_eq!(elements(&document, "TR").len(), (1 + 1) + (1 + 1) + (1 + 1) + (1 + 120));
    let scope = |head: &&Dictionary, wanted: &str| format!("{:?}", head.get(b"A")).contains(wanted);
    let heads = elements(&document, "TH");
    assert_eq!(heads.iter().filter(|head| scope(head, "Column")).count(), 5 + 5 + 4 + 6);
    assert_eq!(heads.iter().filter(|head| scope(head, "Row")).count(), 1 + 1 + 1 + 120);
    let Some(text) = text_of(&file) else { return };
    for words in [
        "Ana Candidate",
        "CSCO10020030",
        "Last renewed",
        "CCDP",
        "80 credits for",
        "activity 89",
        "part 119",
        "Usable until",
        &format!("Page {pages} of {pages}"),
    ] {
        assert!(text.contains(words), "no {words} in {text}");
    }
}

#[test]
fn a_transcript_with_nothing_in_it_says_so() {
    let nothing = Transcript { held: vec![], ended: vec![], renewals: vec![], credits: vec![], ..record(0) };
    let file = transcript::draw(&nothing).expect("it is drawn");
    let document = readable(&file, "Transcript");
    assert_eq!((document.get_pages().len(), elements(&document, "Table").len()), (1, 0));
    let Some(text) = text_of(&file) else { return };
    assert!(text.contains("No renewal since this record began.") && text.contains("Nothing is active."), "{text}");
}

db_test! {
    async fn a_candidate_downloads_the_certificate_of_what_is_active_and_of_nothing_else(app: TestApp) {
        let ccna = ("CCNA", "CCNA", "associate", day("2020-01-02"), Some(day("2023-01-02")));
        let ccnp = ("CCNP-ENT", "CCNP Enterprise", "professional", day("2024-09-01"), Some(day("2027-09-01")));
        let ana = app.person_like("ana@example.com", &NewPerson { holds: vec![ccna, ccnp], ..NewPerson::default() }).await;
        let client = app.signed_in(&ana).await;
        let answer = client.get("/tracking/CCNP-ENT/certificate.pdf").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type").as_str()), (200, "application/pdf"));
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"certificate-ccnp-ent-ana-candidate.pdf\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        readable(&answer.bytes, "Certificate: CCNP Enterprise, Ana Candidate");
        for code in ["CCNA", "NOTHING", "CCIE-RS"] {
            assert_eq!(client.get(&format!("/tracking/{code}/certificate.pdf")).await.status, 404, "{code}");
        }
        assert!(client.get("/tracking/CCNP-ENT").await.seen().contains("/tracking/CCNP-ENT/certificate.pdf"));
        assert!(!client.get("/tracking/CCNA").await.seen().contains("certificate.pdf"), "what has ended has none");
    }

    async fn a_transcript_says_what_is_held_and_what_was_earned(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let client = app.signed_in(&ana).await;
        let answer = client.get("/tracking/transcript.pdf").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type").as_str()), (200, "application/pdf"));
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\"transcript-csco"), "{:?}", answer.headers);
        readable(&answer.bytes, "Transcript: Ana Candidate, 23-Nov-2026");
        if let Some(text) = text_of(&answer.bytes) {
            assert!(text.contains("CCNP Enterprise") && text.contains("01-Sep-2027"), "{text}");
        }
    }
}
