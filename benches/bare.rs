//! What CE Portal is measured against (docs/BENCH.md): the dashboard and the catalog page as somebody would write them by
//! hand with axum, sqlx and `write!`, and a claim as one bare INSERT.
//!
//! `ce-bare serve FOLDER` asks the database exactly what the portal's pages ask, through the same functions, and writes
//! the same HTML; what is compared is everything between the answer of the database and the socket. The parts of a page
//! that do not depend on its rows are taken from the portal's own page in FOLDER, so that the two stay the same page
//! when the portal's changes. The settings are the portal's.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use ce_domain::calendar::{Day, show, subtract_days};
use ce_domain::catalog::VersionRef;
use ce_domain::certification::Urgency;
use ce_domain::claim::{Draft, Status};
use ce_domain::text::thousands;
use ce_portal::app::pages::catalog::listing::{self, Listing};
use ce_portal::app::pages::dashboard::{Announcement, CertificationRow, DashboardData, ItemRow, Wanted};
use ce_portal::server::auth::{SignedIn, secret, session};
use ce_portal::server::catalog::pages;
use ce_portal::server::config::Config;
use ce_portal::server::db::claims::{self, NewClaim};
use ce_portal::server::db::{Db, announcements, imports, new_id};
use ce_portal::server::error::Fault;
use ce_portal::server::state::AppState;
use ce_portal::server::{dashboard, start};
use ce_portal::transaction;
use chrono::TimeDelta;
use std::cmp::Reverse;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

const USAGE: &str = "ce-bare announce | completions EMAIL COUNT | insert COUNT | serve FOLDER";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("ce-bare: {text}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let config = Config::read(None, &[])?;
    // As many as the portal has.
    let workers = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    runtime.block_on(async {
        let state = start::state(config).await?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| USAGE.to_owned());
        let done = match arguments.as_slice() {
            ["announce"] => announce(&state).await.map_err(|error| error.to_string()),
            ["completions", email, count] => {
                completions(&state, email, number(count)?).await.map_err(|fault| fault.to_string())
            }
            ["insert", count] => insert(&state, number(count)?).await.map_err(|fault| fault.to_string()),
            ["serve", folder] => serve(&state, Path::new(folder)).await,
            _ => Err(USAGE.to_owned()),
        };
        state.db.close().await;
        done
    })
}

/// Something to tell everybody: a large made-up world has nothing, a real one has.
async fn announce(state: &AppState) -> Result<(), sqlx::Error> {
    for (days, title) in [(3, "The catalog has grown"), (20, "Maintenance on Sunday")] {
        let announcement = announcements::Announcement {
            id: new_id(state.clock.now()),
            title: title.to_owned(),
            body: "New items are listed as soon as their providers are authorized to give them.".to_owned(),
            published_at: state.clock.now() - TimeDelta::days(days),
        };
        announcements::insert(state.db.write(), &announcement, None).await?;
    }
    Ok(())
}

/// What could be claimed with a certificate ID that is on record.
#[derive(sqlx::FromRow)]
struct Claimable {
    version_id: String,
    slug: String,
    version: String,
    item_type: String,
    provider: String,
}

/// Versions that are offered now and that the account has never claimed.
const CLAIMABLE: &str = "SELECT v.id AS version_id, i.slug, v.version, o.item_type, MIN(p.slug) AS provider
    FROM offerings o JOIN item_versions v ON v.id = o.version_id JOIN items i ON i.id = v.item_id
    JOIN providers p ON p.id = o.provider_id
    WHERE o.offered_until IS NULL AND o.offered_from < $1 AND o.item_type <> 'direct-delivery' AND v.id NOT IN
        (SELECT c.version_id FROM claims c JOIN accounts a ON a.id = c.account_id WHERE a.email_key = $2)
    GROUP BY v.id, o.item_type ORDER BY v.id LIMIT $3";

/// Puts completions of an account on record and prints, one a line, the claims that they earn at once.
async fn completions(state: &AppState, email: &str, count: u32) -> Result<(), Fault> {
    let Db::Sqlite { read, .. } = &state.db else { return Err(Fault::Impossible("made for SQLite".to_owned())) };
    let completed_on = subtract_days(state.clock.today(), 1);
    let found: Vec<Claimable> =
        sqlx::query_as(CLAIMABLE).bind(completed_on).bind(email).bind(i64::from(count)).fetch_all(read).await?;
    transaction!(state.db, tx, {
        for (place, claimable) in found.iter().enumerate() {
            let completion = imports::Completion {
                id: new_id(state.clock.now()),
                certificate_id: certificate_id(place),
                email_key: email.to_owned(),
                version_id: claimable.version_id.clone(),
                item_type: claimable.item_type.clone(),
                completed_on,
                claimed: 0,
            };
            imports::insert_completion(tx.on(), &completion).await?;
        }
        Ok(())
    })?;
    for (place, claimable) in found.into_iter().enumerate() {
        let draft = Draft {
            item: VersionRef { slug: claimable.slug, number: claimable.version }.to_string(),
            item_type: claimable.item_type,
            provider: claimable.provider,
            start: subtract_days(completed_on, 4).to_string(),
            completion: completed_on.to_string(),
            certificate_id: certificate_id(place),
            ..Draft::default()
        };
        println!("{}", serde_json::to_string(&draft).map_err(|error| Fault::Impossible(error.to_string()))?);
    }
    Ok(())
}

fn certificate_id(place: usize) -> String {
    format!("CDLL-{:08}", 90_000_000 + place)
}

/// What every claim refers to.
#[derive(sqlx::FromRow)]
struct Ids {
    account_id: String,
    profile_id: String,
    version_id: String,
    provider_id: String,
}

/// Prints how long a transaction takes that inserts one claim and nothing else, in microseconds, one a line.
async fn insert(state: &AppState, count: u32) -> Result<(), Fault> {
    let Db::Sqlite { read, .. } = &state.db else { return Err(Fault::Impossible("made for SQLite".to_owned())) };
    let ids: Ids = sqlx::query_as("SELECT account_id, profile_id, version_id, provider_id FROM claims LIMIT 1")
        .fetch_one(read)
        .await?;
    let today = state.clock.today();
    for _ in 0..count {
        let id = new_id(state.clock.now());
        let new = NewClaim {
            id: &id,
            account_id: &ids.account_id,
            profile_id: &ids.profile_id,
            version_id: &ids.version_id,
            item_type: "live",
            type_name: "Live training",
            provider_id: &ids.provider_id,
            item_label: "A claim to measure",
            started_on: today,
            completed_on: today,
            credits: 1,
            cycle_from: today,
            cycle_until: None,
            certificate_id: None,
            evidence_id: None,
            // Withdrawn ones may be as many as one likes.
            status: Status::Withdrawn,
            denial_code: None,
            denial_note: "",
            corrects_id: None,
            submitted_at: state.clock.now(),
            submitted_on: today,
            decided_at: Some(state.clock.now()),
            credits_until: None,
        };
        let started = Instant::now();
        let written: Result<(), Fault> = transaction!(state.db, tx, {
            claims::insert(tx.on(), &new).await?;
            Ok(())
        });
        written?;
        println!("{}", started.elapsed().as_micros());
    }
    Ok(())
}

#[derive(Clone)]
struct Bare {
    state: AppState,
    dashboard: Arc<Template>,
    catalog: Arc<Template>,
    /// Address of the sprite of icons.
    sprite: Arc<str>,
}

async fn serve(state: &AppState, folder: &Path) -> Result<(), String> {
    let page = |name: &str| {
        let file = folder.join(name);
        std::fs::read_to_string(&file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
    };
    let (dashboard_page, catalog_page) = (page("dashboard.html")?, page("catalog.html")?);
    let sprite = between(&dashboard_page, "<use href=\"", "#").ok_or("the dashboard has no icons")?.to_owned();
    let bare = Bare {
        state: state.clone(),
        dashboard: Arc::new(Template::of(&dashboard_page)),
        catalog: Arc::new(Template::of(&catalog_page)),
        sprite: sprite.into(),
    };
    let listener = tokio::net::TcpListener::bind(state.config.listen).await.map_err(|error| error.to_string())?;
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("ce-bare: {error}");
        }
    });
    let router = Router::new().route("/", get(dashboard_handler)).route("/catalog", get(catalog_handler));
    axum::serve(listener, router.with_state(bare)).await.map_err(|error| error.to_string())
}

async fn who(bare: &Bare, headers: &HeaderMap) -> Result<SignedIn, StatusCode> {
    let hash = session::of(headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let found = session::find(&bare.state, hash).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    found.ok_or(StatusCode::UNAUTHORIZED)
}

async fn dashboard_handler(State(bare): State<Bare>, headers: HeaderMap) -> Result<Response, StatusCode> {
    let signed_in = who(&bare, &headers).await?;
    let candidate = signed_in.candidate().map_err(|error| error.status())?;
    let data = dashboard::load(&bare.state, &candidate, &Wanted::default()).await.map_err(|error| error.status())?;
    let mut page = Page::of(&bare.dashboard, &bare.sprite);
    page.fill(
        &bare.dashboard,
        &signed_in,
        |page, table| match table {
            0 => page.certifications(&data),
            _ => data.items.iter().try_for_each(|row| page.item(row)),
        },
        |page| data.announcements.iter().try_for_each(|announcement| page.announcement(announcement)),
    );
    Ok(page.answer())
}

async fn catalog_handler(State(bare): State<Bare>, headers: HeaderMap) -> Result<Response, StatusCode> {
    let signed_in = who(&bare, &headers).await?;
    let wanted = listing::Wanted::default();
    pages::frame(&bare.state).await.map_err(|error| error.status())?;
    let found: Listing = pages::list(&bare.state, &wanted).await.map_err(|error| error.status())?;
    let mut page = Page::of(&bare.catalog, &bare.sprite);
    page.fill(&bare.catalog, &signed_in, |page, _| found.rows.iter().try_for_each(|row| page.offered(row)), |_| Ok(()));
    Ok(page.answer())
}

/// A page with holes.
struct Template {
    parts: Vec<Part>,
    size: usize,
}

enum Part {
    Text(String),
    Nonce,
    Email,
    CandidateId,
    Announcements,
    Rows(usize),
}

impl Template {
    /// Takes a page of the portal apart. What is there for the browser to take the page over is not part of it.
    fn of(page: &str) -> Template {
        let end = page.find("</html>").map_or(page.len(), |at| at + "</html>".len());
        let mut html = without_comments(page.get(..end).unwrap_or(page));
        // The page's data as JSON, once more, so that the browser need not ask for it again.
        while let Some((from, length)) = data_script(&html) {
            html.replace_range(from..from + length, "");
        }
        let size = html.len();
        let hole = |letter: &str| format!("\u{1}{letter}\u{1}");
        if let Some(nonce) = between(&html, "nonce=\"", "\"").map(str::to_owned) {
            html = html.replace(&nonce, &hole("n"));
        }
        let account = between(&html, "<summary><svg", "</summary>").and_then(|text| between(text, "<span>", "</span>"));
        if let Some(email) = account.map(str::to_owned) {
            html = html.replace(&email, &hole("e"));
        }
        if let Some(id) = between(&html, "<ul role=\"list\"><li><p>", "</p>").map(str::to_owned) {
            html = html.replace(&id, &hole("c"));
        }
        if let (Some(from), Some(to)) = (html.find("<aside"), html.rfind("</aside>")) {
            html.replace_range(from..to + "</aside>".len(), &hole("a"));
        }
        let mut from = 0;
        for letter in ["0", "1"] {
            let Some(start) = html.get(from..).and_then(|rest| rest.find("<tbody>")).map(|at| from + at + 7) else {
                break;
            };
            let Some(stop) = html.get(start..).and_then(|rest| rest.find("</tbody>")).map(|at| start + at) else {
                break;
            };
            html.replace_range(start..stop, &hole(letter));
            from = start + hole(letter).len();
        }
        let parts = html.split('\u{1}').enumerate().map(|(place, text)| match (place % 2, text) {
            (1, "n") => Part::Nonce,
            (1, "e") => Part::Email,
            (1, "c") => Part::CandidateId,
            (1, "a") => Part::Announcements,
            (1, "0") => Part::Rows(0),
            (1, _) => Part::Rows(1),
            _ => Part::Text(text.to_owned()),
        });
        Template { parts: parts.collect(), size }
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    Some(rest.split_once(after)?.0)
}

/// Where the first script of data is, and how long.
fn data_script(html: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        at += html.get(at..)?.find("<script")?;
        let script = html.get(at..)?;
        let length = script.find("</script>")? + "</script>".len();
        if script.split_once('>')?.1.starts_with("__") {
            return Some((at, length));
        }
        at += length;
    }
}

fn without_comments(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((text, comment)) = rest.split_once("<!") {
        out.push_str(text);
        if let Some(after) = comment.strip_prefix('>') {
            rest = after;
        } else if comment.starts_with("--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else {
            out.push_str("<!");
            rest = comment;
        }
    }
    out + rest
}

/// Text as it may stand in HTML.
struct Safe<'a>(&'a str);

impl std::fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut from = 0;
        for (at, byte) in self.0.bytes().enumerate() {
            let entity = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => continue,
            };
            f.write_str(self.0.get(from..at).unwrap_or_default())?;
            f.write_str(entity)?;
            from = at + 1;
        }
        f.write_str(self.0.get(from..).unwrap_or_default())
    }
}

/// A page being written.
struct Page<'a> {
    html: String,
    sprite: &'a str,
}

impl<'a> Page<'a> {
    fn of(template: &Template, sprite: &'a str) -> Page<'a> {
        Page { html: String::with_capacity(template.size + 1024), sprite }
    }

    fn fill(
        &mut self,
        template: &Template,
        who: &SignedIn,
        rows: impl Fn(&mut Page<'a>, usize) -> std::fmt::Result,
        announcements: impl Fn(&mut Page<'a>) -> std::fmt::Result,
    ) {
        let nonce = secret::new();
        for part in &template.parts {
            let written = match part {
                Part::Text(text) => {
                    self.html.push_str(text);
                    Ok(())
                }
                Part::Nonce => self.html.write_str(nonce.get(..22).unwrap_or_default()),
                Part::Email => write!(self.html, "{}", Safe(&who.email)),
                Part::CandidateId => {
                    let id = who.profile.as_ref().map_or("", |profile| profile.candidate_id.as_str());
                    write!(self.html, "{}", Safe(id))
                }
                Part::Announcements => announcements(self),
                Part::Rows(table) => rows(self, *table),
            };
            // Writing into a string does not fail.
            debug_assert!(written.is_ok());
        }
    }

    fn answer(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.html).into_response()
    }

    fn icon(&mut self, name: &str) -> std::fmt::Result {
        let sprite = self.sprite;
        write!(self.html, "<svg aria-hidden=\"true\" class=\"icon\"><use href=\"{sprite}#{name}\"></use></svg>")
    }

    fn day(&mut self, day: Option<Day>) -> std::fmt::Result {
        day.map_or(Ok(()), |day| write!(self.html, "<time datetime=\"{day}\">{}</time>", show(day)))
    }

    fn announcement(&mut self, announcement: &Announcement) -> std::fmt::Result {
        let title = Safe(&announcement.title);
        write!(self.html, "<aside aria-label=\"Announcement: {title}\" class=\"notice\">")?;
        self.icon("announce")?;
        write!(self.html, "<p><strong>{title}, ")?;
        self.day(Some(announcement.published_on))?;
        write!(self.html, ".</strong> {}</p></aside>", Safe(&announcement.body))
    }

    fn certifications(&mut self, data: &DashboardData) -> std::fmt::Result {
        let mut rows: Vec<&CertificationRow> = data.certifications.iter().collect();
        rows.sort_by_cached_key(|row| {
            let ended = row.urgency == Urgency::Ended;
            let day = row.expires_on.map_or(i64::MAX, |day| i64::from(chrono::Datelike::num_days_from_ce(&day)));
            (ended, if ended { -day } else { day }, Reverse(row.rank), row.name.clone())
        });
        rows.into_iter().try_for_each(|row| self.certification(row))
    }

    fn certification(&mut self, row: &CertificationRow) -> std::fmt::Result {
        write!(
            self.html,
            "<tr><th scope=\"row\">{}</th><td data-label=\"Certification Level\">{}</td><td data-label=\"Last Extension\">",
            Safe(&row.name),
            Safe(&row.level)
        )?;
        self.day(row.last_extension)?;
        self.html.write_str("</td><td data-label=\"Expiration Date\">")?;
        self.day(row.expires_on)?;
        self.html.write_str("</td><td data-label=\"Days to Expire\" class=\"num\">")?;
        if row.urgency == Urgency::Soon {
            self.html.write_str("<span data-status=\"soon\" class=\"tag\">")?;
            self.icon("pending")?;
            write!(self.html, "{}</span>", Safe(&row.days))?;
        } else {
            write!(self.html, "{}", Safe(&row.days))?;
        }
        self.html.write_str("</td><td data-label=\"Cert Status\">")?;
        if row.urgency == Urgency::Ended {
            self.html.write_str("<span class=\"tag\">")?;
        } else {
            self.html.write_str("<span data-status=\"active\" class=\"tag\">")?;
            self.icon("check")?;
        }
        write!(self.html, "{}</span></td></tr>", Safe(&row.status))
    }

    fn item(&mut self, row: &ItemRow) -> std::fmt::Result {
        write!(self.html, "<tr><th scope=\"row\"><a href=\"/claims/{}\">{}</a>", row.id, Safe(&row.label))?;
        let why = row.why.as_ref();
        if why.is_some() || row.resubmit {
            write!(self.html, "<small>{}", Safe(why.map_or("", String::as_str)))?;
            if row.resubmit {
                write!(self.html, " <a href=\"/claims/new?corrects={}\">Correct and resubmit</a>", row.id)?;
            }
            self.html.write_str("</small>")?;
        }
        let status = row.status.key();
        write!(self.html, "</th><td data-label=\"Status\"><span data-status=\"{status}\" class=\"tag\">")?;
        self.icon(status)?;
        write!(self.html, "{}</span></td><td data-label=\"Item Type\"><span class=\"kind\">", row.status.name())?;
        self.icon(&row.icon)?;
        write!(
            self.html,
            "{}</span></td><td data-label=\"Credits\" class=\"num\">{}</td><td data-label=\"Start Date\">",
            Safe(&row.item_type),
            thousands(row.credits)
        )?;
        self.day(Some(row.started_on))?;
        self.html.write_str("</td><td data-label=\"Completion Date\">")?;
        self.day(Some(row.completed_on))?;
        self.html.write_str("</td><td data-label=\"Expiration Date\">")?;
        self.day(row.credits_until)?;
        self.html.write_str("</td></tr>")
    }

    fn offered(&mut self, row: &listing::Row) -> std::fmt::Result {
        let title = Safe(&row.title);
        let versions = Safe(&row.versions);
        write!(self.html, "<tr><th scope=\"row\"><a href=\"/catalog/{}\">{title}</a><small>{versions}", row.slug)?;
        if row.until.is_some() {
            self.html.write_str(" · offered until ")?;
            self.day(row.until)?;
        }
        self.html.write_str("</small></th><td data-label=\"Item type\"><span class=\"kind\">")?;
        self.icon(&row.kind.0)?;
        write!(self.html, "{}</span>", Safe(&row.kind.1))?;
        if !row.more.is_empty() {
            write!(self.html, "<small>{}</small>", Safe(&row.more))?;
        }
        write!(
            self.html,
            "</td><td data-label=\"Technology\">{}</td><td data-label=\"Credits\" class=\"num\">{}</td><td data-label=\"Claim\">",
            Safe(&row.technology),
            Safe(&row.credits)
        )?;
        match &row.claim {
            Some(reference) => write!(
                self.html,
                "<a href=\"{}\">Claim this<span class=\"visually-hidden\">: {title}</span></a></td></tr>",
                Safe(&listing::claim_href(reference, ""))
            ),
            None => write!(
                self.html,
                "<a href=\"{}\">Choose version<span class=\"visually-hidden\"> of {title} to claim</span></a></td></tr>",
                Safe(&listing::versions_href(&row.slug))
            ),
        }
    }
}
