//! Certificates of completion: what is taken, what is refused and why, who gets them back.

use crate::common::TestApp;
use crate::common::client::{Answer, Client, Part};
use crate::common::people::{NewPerson, Person};
use bytes::Bytes;
use ce_domain::claim::LARGEST_FILE;
use ce_portal::server::files;
use lopdf::{Document, Object, Stream, dictionary};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A document of one page, with something more in its catalog.
fn pdf_with(more: impl FnOnce(&mut Document, lopdf::ObjectId)) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(dictionary! {}, b"BT ET".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    more(&mut document, catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("the document is written");
    bytes
}

fn pdf() -> Vec<u8> {
    pdf_with(|_, _| {})
}

/// A document whose catalog has one entry more.
fn pdf_whose_catalog_has(key: &str, value: impl Into<Object>) -> Vec<u8> {
    let value = value.into();
    pdf_with(|document, catalog| {
        document.get_dictionary_mut(catalog).expect("the catalog").set(key, value);
    })
}

/// A document written by hand, of a page and one object more: nobody's program tidied what stands in it.
fn pdf_by_hand(object: &[u8]) -> Vec<u8> {
    let objects: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[4 0 R]>>",
        object,
    ];
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let end = format!("{table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", bytes.len());
    bytes.extend(end.bytes());
    bytes
}

/// A small document, a part of which unpacks to so many megabytes of numbers.
fn pdf_that_unpacks_to(megabytes: usize) -> Vec<u8> {
    let numbers = b"0 ".repeat(megabytes * 1024 * 1024 / 2);
    let mut packed = Stream::new(dictionary! {}, [b"900 0 [".to_vec(), numbers, b"]".to_vec()].concat());
    packed.compress().expect("compressed");
    let about = format!("<</Type/ObjStm/N 1/First 6/Filter/FlateDecode/Length {}>>stream\n", packed.content.len());
    pdf_by_hand(&[about.into_bytes(), packed.content, b"\nendstream".to_vec()].concat())
}

/// A document of exactly so many bytes: what is missing is a comment before its table.
fn pdf_of_size(size: u64) -> Vec<u8> {
    let size = usize::try_from(size).expect("fits");
    let small = pdf_with(|document, _| {
        document.add_object(Stream::new(dictionary! {}, Vec::new()));
    });
    let length = |filling: usize| {
        pdf_with(|document, _| {
            document.add_object(Stream::new(dictionary! {}, vec![b' '; filling]));
        })
    };
    // The number that says how long it is, and the offsets behind it, take more digits when it is longer.
    let mut filling = size - small.len();
    loop {
        let made = length(filling);
        if made.len() == size {
            return made;
        }
        filling = filling + size - made.len();
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0CRC4");
    bytes.extend(b"\0\0\0\x02IDAT\x78\x9cCRC4\0\0\0\0IENDCRC4");
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x0b\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend(b"\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\x34\xff\xd9");
    bytes
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f".to_vec();
    bytes.extend(((width - 1) | ((height - 1) << 14)).to_le_bytes());
    bytes.extend(b"\0\0\0\0\0");
    bytes
}

async fn send(client: &Client, name: &str, content: &[u8]) -> Answer {
    client.post_multipart("/files/evidence", &[Part::File("certificate", name, "application/pdf", content)]).await
}

async fn signed_in(app: &TestApp, email: &str) -> (Person, Client) {
    let person = app.person(email).await;
    let client = app.signed_in(&person).await;
    (person, client)
}

/// Every file in the store, by its path there.
fn stored(app: &TestApp) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
        }
    }
    let root = app.folder().join("data/evidence");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let mut found: Vec<_> =
        found.into_iter().map(|path| path.strip_prefix(&root).expect("inside").to_owned()).collect();
    found.sort();
    found
}

db_test! {
    async fn each_kind_is_taken_and_given_back_byte_for_byte(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        for (name, content, media_type) in [
            ("Zertifikat Müller.pdf", pdf(), "application/pdf"),
            ("scan.PNG", png(800, 600), "image/png"),
            ("photo.jpeg", jpeg(800, 600), "image/jpeg"),
            ("photo.webp", webp(800, 600), "image/webp"),
            ("Certificate v1.2", pdf(), "application/pdf"),
        ] {
            let sent = send(&client, name, &content).await;
            assert_eq!(sent.status, 200, "{name}: {}", sent.text());
            let sent = sent.json();
            assert_eq!(sent["media_type"], media_type, "{name}");
            assert_eq!(sent["size"], content.len(), "{name}");
            let id = sent["id"].as_str().expect("an id");
            let got = client.get(&format!("/files/evidence/{id}")).await;
            assert_eq!(got.status, 200, "{name}: {}", got.text());
            assert_eq!(got.bytes, content, "{name}");
            assert_eq!(got.header("content-type"), media_type);
        }
    }

    async fn a_file_that_is_given_back_is_saved_and_never_shown(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let content = pdf();
        let sent = send(&client, "..\\Zertifikat \"Müller\".pdf", &content).await.json();
        let address = format!("/files/evidence/{}", sent["id"].as_str().expect("an id"));
        let request = client.request(axum::http::Method::GET, &address).header("accept-encoding", "br, gzip");
        let got = client.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.header("content-length"), content.len().to_string());
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(got.header("cache-control"), "no-store");
        let disposition = got.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert!(disposition.contains("M%C3%BCller"), "{disposition}");
        assert!(!disposition.contains(".."), "{disposition}");
    }

    async fn content_is_kept_once_under_its_hash_and_nothing_else_is_left(app: TestApp) {
        let (ana, client) = signed_in(&app, "ana@example.com").await;
        let one = send(&client, "a.pdf", &pdf()).await.json();
        let two = send(&client, "b.pdf", &pdf()).await.json();
        assert_ne!(one["id"], two["id"]);
        send(&client, "c.pdf", b"MZ not a document").await;
        send(&client, "d.pdf", &vec![b' '; 300_000]).await;
        let hash = app.text("SELECT sha256 FROM evidence WHERE account_id = $1 AND file_name = 'a.pdf'", &ana.account_id).await;
        let place: PathBuf = ["sha256", &hash[..2], &hash].iter().collect();
        assert_eq!(stored(&app), [place]);
        assert_eq!(app.number("SELECT COUNT(*) FROM evidence").await, 2);
    }

    async fn files_are_for_the_accounts_of_the_profile_and_do_not_exist_for_others(app: TestApp) {
        let (ana, client) = signed_in(&app, "ana@example.com").await;
        let (_, other) = signed_in(&app, "ben@example.com").await;
        let second = app.second_account(&ana, "ana@home.example").await;
        let second = app.signed_in(&second).await;
        let sent = send(&client, "a.pdf", &pdf()).await.json();
        let address = format!("/files/evidence/{}", sent["id"].as_str().expect("an id"));
        assert_eq!(second.get(&address).await.status, 200);
        let refused = other.get(&address).await;
        assert_eq!((refused.status.as_u16(), refused.bytes.starts_with(b"%PDF")), (404, false));
        assert!(refused.header("content-type").starts_with("text/html"), "a page that says so");
        assert_eq!(other.get("/files/evidence/nothing").await.status, 404);
        let anonymous = app.client().get(&address).await;
        assert_eq!((anonymous.status.as_u16(), anonymous.location().starts_with("/sign-in?")), (303, true));
    }

    async fn who_may_not_send_files_is_told_as_data_because_a_script_asks(app: TestApp) {
        let anonymous = send(&app.client(), "a.pdf", &pdf()).await;
        assert_eq!((anonymous.status.as_u16(), anonymous.json()["code"].as_str()), (401, Some("unauthenticated")));
        let never = NewPerson { holds: Vec::new(), ..NewPerson::default() };
        let uncertified = app.person_like("new@example.com", &never).await;
        let refused = send(&app.signed_in(&uncertified).await, "a.pdf", &pdf()).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (403, Some("forbidden")));
        assert_eq!(stored(&app), Vec::<PathBuf>::new());
    }

    async fn what_is_no_certificate_is_refused_with_its_reason(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let whole = pdf();
        let mut page_inside = b"%PDF-1.5\n%<script>alert(1)</script>\n".to_vec();
        page_inside.extend(&whole[9..]);
        let mut archive_behind = whole.clone();
        archive_behind.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        let mut page_before = b"<!DOCTYPE html><p>hello</p>\n".to_vec();
        page_before.extend(&whole);
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
        let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        let names = dictionary! { "JavaScript" => dictionary! { "Names" => Vec::<Object>::new() } };
        let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("calc.exe") };
        let attached = dictionary! { "EmbeddedFiles" => dictionary! { "Names" => Vec::<Object>::new() } };
        let address = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.com") };
        let no_pages = {
            let mut document = Document::with_version("1.5");
            let pages = document.add_object(dictionary! { "Type" => "Pages", "Kids" => Vec::<Object>::new(), "Count" => 0 });
            let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
            document.trailer.set("Root", catalog);
            let mut bytes = Vec::new();
            document.save_to(&mut bytes).expect("written");
            bytes
        };
        for (what, name, content, status, problem) in [
            ("a program called pdf", "setup.pdf", b"MZ\x90\0\x03\0\0\0".to_vec(), 422, "Kind"),
            ("a page called pdf", "page.pdf", b"<!DOCTYPE html><title>x</title>".to_vec(), 422, "Kind"),
            ("a kind that is not taken", "image.gif", gif, 422, "Kind"),
            ("an image called pdf", "scan.pdf", png(8, 8), 422, "Kind"),
            ("a document called exe", "a.exe", whole.clone(), 422, "Kind"),
            ("a document that is a page too", "a.pdf", page_inside, 422, "Kind"),
            ("a document behind a page", "a.pdf", page_before, 422, "Kind"),
            ("a document that is an archive too", "a.pdf", archive_behind, 422, "Kind"),
            ("nothing", "a.pdf", Vec::new(), 422, "Empty"),
            ("half a document", "a.pdf", whole[..whole.len() / 2].to_vec(), 422, "Unreadable"),
            ("a document without pages", "a.pdf", no_pages, 422, "Unreadable"),
            ("half an image", "a.png", png(8, 8)[..40].to_vec(), 422, "Unreadable"),
            ("an image of no size", "a.png", png(0, 8), 422, "Unreadable"),
            ("an image too large to unpack", "a.png", png(8_000, 5_001), 422, "Unreadable"),
            ("half a photograph", "a.jpg", jpeg(8, 8)[..30].to_vec(), 422, "Unreadable"),
            ("half a webp", "a.webp", webp(8, 8)[..26].to_vec(), 422, "Unreadable"),
            ("a script when it opens", "a.pdf", pdf_whose_catalog_has("OpenAction", script), 422, "Active"),
            ("an address when it opens", "a.pdf", pdf_whose_catalog_has("OpenAction", address), 422, "Active"),
            ("named scripts", "a.pdf", pdf_whose_catalog_has("Names", names), 422, "Active"),
            ("a program to launch", "a.pdf", pdf_whose_catalog_has("OpenAction", launch), 422, "Active"),
            ("files inside", "a.pdf", pdf_whose_catalog_has("Names", attached), 422, "Active"),
        ] {
            let answer = send(&client, name, &content).await;
            assert_eq!((answer.status.as_u16(), answer.json()["problem"].as_str()), (status, Some(problem)), "{what}");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM evidence").await, 0);
        assert_eq!(stored(&app), Vec::<PathBuf>::new());
    }

    async fn a_small_document_that_unpacks_to_more_than_memory_is_refused_and_nobody_else_notices(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let content = pdf_that_unpacks_to(24);
        assert!(content.len() < 40_000, "it is small: {}", content.len());
        let sent = send(&client, "a.pdf", &content).await;
        assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (422, Some("Unreadable")));
        let flat = [b"[".to_vec(), b"0 ".repeat(4 << 20), b"]".to_vec()].concat();
        let sent = send(&client, "a.pdf", &pdf_by_hand(&flat)).await;
        assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (422, Some("Unreadable")));
        assert_eq!(send(&client, "a.pdf", &pdf()).await.status, 200);
    }

    async fn a_document_with_a_part_that_its_reader_gives_up_on_is_refused(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>";
        assert_eq!(send(&client, "a.pdf", &pdf_by_hand(link)).await.status, 200, "as such it is taken");
        let deep = format!("<</A<</S/URI>>/X {}{}>>", "[".repeat(200), "]".repeat(200));
        let sent = send(&client, "a.pdf", &pdf_by_hand(deep.as_bytes())).await;
        assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (422, Some("Unreadable")));
    }

    async fn what_is_active_is_found_however_it_is_spelled_and_wherever_it_hides(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for hidden in [
            format!("<</A<</S/J#61vaScript/J#53(app.alert\\(1\\))>>/X {nested}>>"),
            format!("<</A<</S/Sub#6DitForm/F(x)>>/X {nested}>>"),
            "<</A<</S/J#61vaScript/J#53(app.alert\\(1\\))>>>>".to_owned(),
        ] {
            let sent = send(&client, "a.pdf", &pdf_by_hand(hidden.as_bytes())).await;
            assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (422, Some("Active")), "{hidden}");
        }
    }

    async fn a_document_may_open_at_one_of_its_own_pages(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let first = dictionary! { "S" => "GoTo", "D" => vec![Object::Integer(0), Object::Name(b"Fit".to_vec())] };
        let sent = send(&client, "a.pdf", &pdf_whose_catalog_has("OpenAction", first)).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
    }

    async fn a_document_that_opens_only_with_a_password_is_refused_and_so_is_any_encrypted_one(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let plain = app.folder().join("plain.pdf");
        std::fs::write(&plain, pdf()).expect("written");
        for password in ["", "secret"] {
            let locked = app.folder().join("locked.pdf");
            let made = Command::new("qpdf").args(["--encrypt", password, "owner", "256", "--"]).arg(&plain).arg(&locked).status();
            let Ok(made) = made else {
                eprintln!("skipped: qpdf is not installed");
                return;
            };
            assert!(made.success());
            let answer = send(&client, "a.pdf", &std::fs::read(&locked).expect("read")).await;
            assert_eq!((answer.status.as_u16(), answer.json()["problem"].as_str()), (422, Some("Encrypted")), "{password:?}");
        }
    }

    async fn ten_megabytes_are_taken_and_one_byte_more_is_not(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let sent = send(&client, "a.pdf", &pdf_of_size(LARGEST_FILE)).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let sent = send(&client, "a.pdf", &pdf_of_size(LARGEST_FILE + 1)).await;
        assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (413, Some("TooLarge")));
        let sent = send(&client, "a.pdf", &vec![b' '; 40 << 20]).await;
        assert_eq!((sent.status.as_u16(), sent.json()["problem"].as_str()), (413, Some("TooLarge")));
        assert_eq!(stored(&app).len(), 1);
    }

    async fn a_file_that_breaks_off_on_its_way_leaves_nothing(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let whole = pdf();
        let half = whole[..whole.len() / 2].to_vec();
        let stream = futures::stream::iter([Ok(Bytes::from(half)), Err("the connection is gone")]);
        let received = files::receive(&app.state, &ana.account_id, "a.pdf", stream).await;
        assert!(matches!(received, Ok(Err(ce_domain::claim::FileProblem::Unreadable))));
        assert_eq!(stored(&app), Vec::<PathBuf>::new());
        assert_eq!(app.number("SELECT COUNT(*) FROM evidence").await, 0);
    }

    async fn a_browser_that_goes_away_while_sending_leaves_nothing(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let begun = futures::stream::iter([Ok::<_, &str>(Bytes::from(pdf()))]);
        let never_ends = futures::StreamExt::chain(begun, futures::stream::pending());
        let receiving = files::receive(&app.state, &ana.account_id, "a.pdf", never_ends);
        let gone = tokio::time::timeout(std::time::Duration::from_millis(300), receiving).await;
        assert!(gone.is_err(), "it was still waiting");
        for _ in 0..100 {
            if stored(&app).is_empty() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("left behind: {:?}", stored(&app));
    }

    async fn an_account_may_send_thirty_files_in_a_day(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        let (_, other) = signed_in(&app, "ben@example.com").await;
        for number in 0..files::MOST_A_DAY {
            assert_eq!(send(&client, "a.png", &png(8, 8)).await.status, 200, "file {number}");
        }
        let refused = send(&client, "a.png", &png(8, 8)).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (429, Some("rate_limited")));
        assert_eq!(refused.json()["seconds"], 24 * 60 * 60);
        assert_eq!(send(&other, "a.png", &png(8, 8)).await.status, 200, "others may");
        app.state.clock.advance(chrono::TimeDelta::hours(24));
        let again = app.client();
        again.post_form("/sign-in", &[("email", "ana@example.com"), ("password", crate::common::people::PASSWORD)]).await;
        assert_eq!(send(&again, "a.png", &png(8, 8)).await.status, 200, "a day later it may again");
    }

    async fn many_files_at_once_are_not_more_than_one_after_the_other_and_refused_ones_count(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        for _ in 0..10 {
            assert_eq!(send(&client, "a.pdf", b"MZ not a document").await.status, 422);
        }
        let at_once = (0..50).map(|number| {
            let client = client.clone();
            async move { send(&client, "a.png", &png(8, 8 + number)).await.status.as_u16() }
        });
        let statuses = futures::future::join_all(at_once).await;
        let taken = statuses.iter().filter(|status| **status == 200).count();
        assert!(taken <= 20, "{taken} were taken: {statuses:?}");
        assert!(statuses.iter().all(|status| [200, 429, 503].contains(status)), "{statuses:?}");
        assert_eq!(stored(&app).len(), taken, "what was refused is not kept");
        assert_eq!(app.number("SELECT COUNT(*) FROM evidence").await, i64::try_from(taken).unwrap());
    }

    async fn files_that_are_nobody_s_are_swept_away_once_they_are_old(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        assert_eq!(send(&client, "a.png", &png(8, 8)).await.status, 200);
        let root = app.folder().join("data/evidence");
        let orphans = [root.join("sha256/ab").join(format!("ab{}", "0".repeat(62))), root.join("incoming/0123")];
        for orphan in &orphans {
            std::fs::create_dir_all(orphan.parent().expect("a folder")).expect("made");
            std::fs::write(orphan, "left behind").expect("written");
        }
        let machine = ce_portal::server::clock::Clock::machine(chrono_tz::UTC);
        let sweep = |before| files::sweep::sweep(&app.state, before);
        assert_eq!(sweep(machine.now() - chrono::TimeDelta::hours(1)).await.expect("swept"), 0, "they may be on their way");
        assert_eq!(sweep(machine.now() + chrono::TimeDelta::hours(1)).await.expect("swept"), 2);
        assert_eq!(stored(&app).len(), 1);
        assert!(orphans.iter().all(|orphan| !orphan.exists()));
    }

    async fn a_request_without_a_file_is_told_so(app: TestApp) {
        let (_, client) = signed_in(&app, "ana@example.com").await;
        assert_eq!(client.post_multipart("/files/evidence", &[Part::Field("certificate", "x")]).await.status, 400);
        assert_eq!(client.post_multipart("/files/evidence", &[]).await.status, 400);
        assert_eq!(client.post_form("/files/evidence", &[("certificate", "x")]).await.status, 400);
    }
}
