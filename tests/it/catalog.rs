//! The catalog, its items and providers, as people and browsers ask for them.

use crate::common::training::NewOffering;
use crate::common::{TestApp, day};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use ce_domain::catalog::search::{Filter, Words};
use ce_domain::catalog::{VersionRef, compact};
use ce_portal::server::db::{catalog, providers};

/// An offering like the default, with something changed.
macro_rules! offer {
    ($app:expr, $($field:ident: $value:expr),* $(,)?) => {
        $app.offering(&NewOffering { $($field: $value,)* ..NewOffering::default() }).await
    };
}

/// A small catalog with something of everything.
async fn fill(app: &TestApp) {
    app.encor().await;
    offer!(app, version: "1.1", until: Some(day("2024-03-31")));
    offer!(app, item: "Advanced Routing and Services", acronym: "ENARSI", version: "1.1", credits: 40);
    offer!(app, item: "Advanced Routing and Services", acronym: "ENARSI", version: "1.1", item_type: "direct-delivery",
        provider: "Digital Learning", credits: 40);
    offer!(app, item: "Aged Training", acronym: "OLD", version: "1.0", technology: "Security", credits: 24,
        until: Some(day("2026-03-31")));
    offer!(app, item: "Activity 15 Nov", acronym: "", version: "", technology: "", item_type: "activity",
        provider: "EPM (item authoring by SMEs)", credits: 550);
    app.state.catalog.forget();
}

/// Slugs of the items a page of the catalog lists, in order.
fn listed(html: &str) -> Vec<String> {
    html.split("<th scope=\"row\"><a href=\"/catalog/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

fn reference(text: &str) -> VersionRef {
    VersionRef::parse(text).unwrap()
}

db_test! {
    async fn a_version_is_found_by_its_reference_and_named_by_its_id(app: TestApp) {
        let encor = app.encor().await;
        let found = catalog::version(app.db().read(), &reference("encor@1.2")).await.unwrap().unwrap();
        assert_eq!((found.version_id.as_str(), found.acronym.as_str(), found.number.as_str()),
            (encor.version_id.as_str(), "ENCOR", "1.2"));
        assert_eq!(catalog::version(app.db().read(), &reference("encor@9")).await.unwrap(), None);
        let (named, called) = catalog::reference_of(app.db().read(), &encor.version_id).await.unwrap().unwrap();
        assert_eq!((named.to_string(), called), ("encor@1.2".to_owned(), encor.label));
        assert_eq!(catalog::reference_of(app.db().read(), "none").await.unwrap(), None);
    }

    async fn the_days_of_an_offering_come_earliest_first(app: TestApp) {
        let encor = offer!(app, from: day("2025-01-01"), credits: 70);
        offer!(app, from: day("2020-01-01"), until: Some(day("2024-12-31")), credits: 64);
        let periods = |slug: &'static str| {
            let (app, version_id) = (app.clone(), encor.version_id.clone());
            async move { catalog::periods(app.db().read(), &version_id, "instructor-led", slug).await.unwrap() }
        };
        let found = periods("skillsoft-learning").await;
        assert_eq!(found.iter().map(|period| (period.from, period.credits)).collect::<Vec<_>>(),
            [(day("2020-01-01"), 64), (day("2025-01-01"), 70)]);
        assert_eq!(found[0].until, Some(day("2024-12-31")));
        assert_eq!(periods("nobody").await, []);
    }

    async fn providers_are_found_by_any_words_and_those_whose_name_begins_so_come_first(app: TestApp) {
        let mut version = String::new();
        for name in ["Example Learning, Lisbon", "Lisbon Academy", "Málaga 100% Sites", "Other School", "A_B School"] {
            version = offer!(app, provider: name).version_id;
        }
        offer!(app, version: "9.9", provider: "Elsewhere Lisbon");
        let find = |words: &'static str, limit| {
            let (app, version) = (app.clone(), version.clone());
            async move {
                let found = providers::offering(app.db().read(), &version, "instructor-led", words, limit).await.unwrap();
                (found.0.into_iter().map(|row| row.name).collect::<Vec<_>>(), found.1)
            }
        };
        assert_eq!(find("lisbon", 10).await, (vec!["Lisbon Academy".into(), "Example Learning, Lisbon".into()], 2));
        assert_eq!(find("lisbon example", 10).await.0, ["Example Learning, Lisbon"]);
        assert_eq!(find("MALAGA 100%", 10).await.0, ["Málaga 100% Sites"]);
        assert_eq!(find("_", 10).await.0, ["A_B School"]);
        assert_eq!(find("zzz", 10).await, (vec![], 0));
        let (first, total) = find("", 2).await;
        assert_eq!((first.len(), total), (2, 5));
        let row = providers::by_slug(app.db().read(), "lisbon-academy").await.unwrap().unwrap();
        assert_eq!(row.name, "Lisbon Academy");
        assert_eq!(providers::by_slug(app.db().read(), "lisbon").await.unwrap(), None);
    }

    async fn a_version_is_offered_while_any_provider_offers_it(app: TestApp) {
        offer!(app, provider: "One", credits: 60, from: day("2021-05-05"), until: Some(day("2024-01-01")));
        offer!(app, provider: "Two", credits: 64, from: day("2022-05-05"), until: Some(day("2025-01-01")));
        let delivery = |loaded: &ce_portal::server::catalog::Loaded| {
            let found = &loaded.index.catalog().items[0].versions[0].deliveries[0];
            (found.credits, found.most_credits, found.offered_from, found.offered_until)
        };
        let ended = app.state.catalog.get(&app.state).await.unwrap();
        assert_eq!(delivery(&ended), (60, 64, day("2021-05-05"), Some(day("2025-01-01"))));
        offer!(app, provider: "Three", from: day("2026-01-01"));
        app.state.catalog.forget();
        let open = app.state.catalog.get(&app.state).await.unwrap();
        assert_eq!(delivery(&open), (60, 64, day("2021-05-05"), None));
        assert_ne!(ended.revision(), open.revision());
    }

    async fn a_changed_catalog_is_noticed_within_seconds_and_an_unchanged_one_is_kept(app: TestApp) {
        app.encor().await;
        let before = app.state.catalog.get(&app.state).await.unwrap();
        offer!(app, version: "2.0");
        let at_once = app.state.catalog.get(&app.state).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&before, &at_once), "the database is not asked for every page");
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
        let after = app.state.catalog.get(&app.state).await.unwrap();
        assert_eq!(after.index.catalog().items[0].versions.len(), 2);
    }

    async fn the_browser_s_file_is_compressed_kept_for_good_and_led_to_from_any_other_name(app: TestApp) {
        fill(&app).await;
        let client = app.client();
        let moved = client.get("/data/catalog/current").await;
        assert_eq!((moved.status, moved.header("cache-control")), (StatusCode::SEE_OTHER, "no-store".to_owned()));
        let place = moved.location();
        assert_eq!(client.get("/data/catalog/0000").await.location(), place);
        let request = |name: header::HeaderName, value: &str| {
            client.request(Method::GET, &place).header(name, value).body(Body::empty()).unwrap()
        };
        let plain = client.get(&place).await;
        assert_eq!(plain.status, StatusCode::OK);
        assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        let decoded = compact::decode(&plain.text()).unwrap();
        let loaded = app.state.catalog.get(&app.state).await.unwrap();
        assert_eq!(&decoded, loaded.index.catalog());
        assert!(place.ends_with(loaded.revision()));

        let small = client.send(request(header::ACCEPT_ENCODING, "gzip, br;q=0.9")).await;
        assert_eq!(small.header("content-encoding"), "br");
        let mut text = Vec::new();
        brotli::BrotliDecompress(&mut small.bytes.as_slice(), &mut text).unwrap();
        assert_eq!(text, plain.bytes);
        let refused = client.send(request(header::ACCEPT_ENCODING, "br;q=0")).await;
        assert_eq!(refused.header("content-encoding"), "");

        let tag = plain.header("etag");
        let same = client.send(request(header::IF_NONE_MATCH, &tag)).await;
        assert_eq!((same.status, same.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(client.send(request(header::IF_NONE_MATCH, "\"other\"")).await.status, StatusCode::OK);
    }

    async fn without_a_script_a_search_lists_what_the_index_finds_in_its_order(app: TestApp) {
        fill(&app).await;
        let client = app.client();
        let loaded = app.state.catalog.get(&app.state).await.unwrap();
        let known = loaded.index.catalog();
        let today = app.state.clock.today();
        let place = |key: &str| known.type_place(key).unwrap();
        let security = known.technologies.iter().position(|name| name == "Security").and_then(|at| u16::try_from(at).ok());
        for (query, words, filter) in [
            ("", "", Filter::default()),
            ("q=encor", "encor", Filter::default()),
            ("q=rout+adv", "rout adv", Filter::default()),
            ("q=zzz", "zzz", Filter::default()),
            ("type=activity&type=direct-delivery", "",
                Filter { types: vec![place("activity"), place("direct-delivery")], ..Filter::default() }),
            ("technology=Security", "", Filter { technology: security, ..Filter::default() }),
            ("credits=64&q=a", "a", Filter { credits: Some(64), ..Filter::default() }),
            ("provider=digital-learning", "", Filter { only: Some(vec!["enarsi".to_owned()]), ..Filter::default() }),
            ("provider=Digital+Lear", "", Filter { only: Some(vec!["enarsi".to_owned()]), ..Filter::default() }),
        ] {
            let html = client.get(&format!("/catalog?{query}")).await.text();
            let expected: Vec<&str> =
                loaded.index.items(&Words::new(words), &filter, today).iter().map(|&at| known.items[at].slug.as_str()).collect();
            assert_eq!(listed(&html), expected, "{query}");
        }
        let unreadable = client.get("/catalog?credits=abc").await.text();
        assert!(unreadable.contains("must be a whole number") && listed(&unreadable).is_empty(), "{unreadable}");
        for nothing in ["type=none", "technology=None", "provider=nobody"] {
            let html = client.get(&format!("/catalog?{nothing}")).await.text();
            assert!(html.contains("No item matches") && listed(&html).is_empty(), "{nothing}");
        }
    }

    async fn the_catalog_says_how_many_explains_the_types_and_shows_what_is_over_last(app: TestApp) {
        fill(&app).await;
        let answer = app.client().get("/catalog").await;
        assert_eq!(answer.status, StatusCode::OK);
        let html = answer.text();
        assert!(html.contains("id=\"page-end\""), "{html}");
        assert_eq!(listed(&html), ["activity-15-nov", "enarsi", "encor", "old"]);
        for part in [
            "4 items", "The nine item types", "Networking Academy Training", "Versions 1.2, 1.1",
            "offered until <time datetime=\"2026-03-31\">31-Mar-2026</time>", "and Cisco Direct Delivery",
            // Of one version that is the one; of several, one has to be chosen.
            "href=\"/claims/new?item=enarsi@1.1\"", "href=\"/catalog/encor#versions\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(app.client().get("/catalog?q=encor").await.text().contains("<div hidden"), "a search needs no glossary");
    }

    async fn an_empty_catalog_says_so_and_leads_on(app: TestApp) {
        let html = app.client().get("/catalog").await.text();
        assert!(html.contains("The catalog is empty") && html.contains("0 items"), "{html}");
    }

    async fn the_catalog_is_sorted_by_the_head_that_was_pressed_and_has_pages(app: TestApp) {
        for number in 0..30 {
            let name = format!("Course {number:02}");
            offer!(app, item: &name, acronym: "", version: "1.0", credits: number + 1);
        }
        let client = app.client();
        let page = async |query: &str| listed(&client.get(&format!("/catalog?{query}")).await.text());
        assert_eq!(page("").await.len(), 25);
        assert_eq!(page("page=2").await.len(), 5);
        assert_eq!(page("page=99").await, page("page=2").await);
        assert_eq!(page("sort=-credits").await[0], "course-29");
        assert_eq!(page("sort=item-name&sort=-item-name").await[0], "course-29", "the later order counts");
        let html = client.get("/catalog?q=course&sort=-credits").await.text();
        assert!(html.contains("aria-sort=\"descending\""), "{html}");
        assert!(html.contains("/catalog?q=course&amp;sort=-credits&amp;page=2"), "{html}");
    }

    async fn an_item_shows_its_versions_types_credits_days_and_providers(app: TestApp) {
        fill(&app).await;
        for number in 0..12 {
            offer!(app, provider: &format!("Site {number:02}"));
        }
        let client = app.client();
        let html = client.get("/catalog/encor").await.text();
        for part in [
            "Core Technologies (ENCOR)</h1>", "64 credits", "Instructor Led Training", "Site 08", "All 13 providers",
            "href=\"/providers?item=encor@1.2&amp;type=instructor-led\"", "Claim this training",
            "since <time datetime=\"2020-01-01\">01-Jan-2020</time>",
            "until <time datetime=\"2024-03-31\">31-Mar-2024</time>", "student kit", "within 365 days",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("Site 11"), "the first ten stand on the page");
        let all = client.get("/providers?item=encor%401.2&type=instructor-led").await.text();
        assert!(all.contains("13 providers") && all.contains("Site 11"), "{all}");
        let over = client.get("/catalog/old").await.text();
        assert!(over.contains("was offered until <time datetime=\"2026-03-31\">"), "{over}");
        assert!(over.contains("31-Mar-2027"), "the last day to claim it: {over}");
    }

    async fn of_several_versions_one_chooses_and_the_type_goes_with_it(app: TestApp) {
        offer!(app, version: "1.3");
        offer!(app, version: "1.4", item_type: "direct-delivery");
        app.state.catalog.forget();
        let html = app.client().get("/catalog/encor").await.text();
        assert!(!html.contains("Claim this training") && html.contains("href=\"#versions\""), "{html}");
        for row in ["item=encor@1.3&amp;type=instructor-led", "item=encor@1.4&amp;type=direct-delivery"] {
            assert!(html.contains(&format!("href=\"/claims/new?{row}\"")), "{row}: {html}");
        }
    }

    async fn an_item_that_is_not_in_the_catalog_is_not_found(app: TestApp) {
        fill(&app).await;
        for path in ["/catalog/nothing", "/catalog/ENCOR", "/catalog/%00", "/catalog/encor%401.2"] {
            let answer = app.client().get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.text().contains("Page not found"), "{path}");
        }
    }

    async fn providers_without_a_country_do_not_make_a_nameless_one(app: TestApp) {
        fill(&app).await;
        app.provider("Everywhere Online", "").await;
        let html = app.client().get("/providers").await.text();
        assert!(html.contains("Everywhere Online"), "{html}");
        let countries = html.split("id=\"country\"").nth(1).and_then(|rest| rest.split("</select>").next()).expect("a choice");
        assert_eq!(countries.matches("<option value=\"\"").count(), 1, "only \"Any country\": {countries}");
    }

    async fn providers_are_listed_by_name_country_and_item(app: TestApp) {
        fill(&app).await;
        app.provider("Kiwi School", "New Zealand").await;
        let client = app.client();
        let ask = async |query: &str| client.get(&format!("/providers?{query}")).await.text();
        let all = ask("").await;
        assert!(all.contains("4 providers") && all.contains("authorized delivery"), "{all}");
        assert!(all.contains("Cisco Direct Delivery: 1"), "{all}");
        assert!(all.contains("Instructor Led Training: 2"), "what is over is not counted: {all}");
        let one = ask("country=New+Zealand").await;
        assert!(one.contains("1 provider<") && one.contains("Kiwi School"), "{one}");
        let by_text = ask("item=advanced+routing&q=digi").await;
        assert!(by_text.contains("1 provider<") && by_text.contains("(ENARSI)</a>"), "{by_text}");
        assert!(ask("item=old").await.contains("0 providers"), "nobody teaches it any more");
        let none = ask("item=basket+weaving").await;
        assert!(none.contains("no item in the catalog is called") && none.contains("No provider matches"), "{none}");
        assert!(ask("page=99").await.contains("Kiwi School"), "past the end is the last page");
        assert!(ask("type=activity").await.contains("1 provider<"));
    }

    async fn the_claim_form_asks_who_offers_a_version_as_a_type(app: TestApp) {
        for number in 0..60 {
            offer!(app, provider: &format!("Site {number:03}"));
        }
        let client = app.client();
        let ask = async |query: &str| client.get(&format!("/api/catalog/providers?{query}")).await;
        let whole = ask("version=encor%401.2&item_type=instructor-led&words=").await.json();
        assert_eq!((whole["total"].as_u64(), whole["shown"].as_array().unwrap().len()), (Some(60), 60));
        let some = ask("version=encor%401.2&item_type=instructor-led&words=site+05").await.json();
        assert_eq!(some["total"], 11, "05 stands in 005, too");
        assert_eq!(some["shown"][0]["slug"], "site-050");
        assert_eq!(ask("version=encor%409&item_type=instructor-led&words=").await.json()["total"], 0);
        // Who accepts a page is a browser without a script, and is sent back; the program asks for data.
        let mut wrong = client.request(Method::GET, "/api/catalog/providers?version=@&item_type=x&words=");
        wrong.headers_mut().unwrap().insert(header::ACCEPT, "application/json".parse().unwrap());
        assert_eq!(client.send(wrong.body(Body::empty()).unwrap()).await.status, StatusCode::BAD_REQUEST);
    }
}

/// The budget of the design: what the browser loads for 10,000 items stays under 150 KB.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_catalog_of_ten_thousand_items_reaches_the_browser_in_150_kilobytes() {
    crate::common::run(crate::common::Engine::Sqlite, |app| async move {
        // All of it, or its folder goes before the database does.
        let app = app;
        let size = "items=10000,people=0,claims=0".parse().unwrap();
        ce_portal::server::seed::scale(&app.state, size, &indicatif::ProgressBar::hidden()).await.unwrap();
        app.state.catalog.forget();
        let started = std::time::Instant::now();
        let loaded = app.state.catalog.get(&app.state).await.unwrap();
        let read = started.elapsed();
        let small = loaded.brotli().await.unwrap();
        let items = loaded.index.catalog().items.len();
        println!(
            "{items} items: {} bytes, {} compressed; read in {read:?}, compressed in {:?}",
            loaded.file.len(),
            small.len(),
            started.elapsed() - read
        );
        assert!(items >= 9_000);
        assert!(small.len() <= 150 * 1024, "{} bytes", small.len());
    })
    .await;
}
