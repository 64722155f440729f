//! What tests of the whole service share: [`TestApp`], a service of its own with a database of its own, on either
//! engine; [`db_test!`], which writes one test for both; [`client::Client`], a browser without a window.

pub mod client;
pub mod people;
pub mod postgres;
pub mod training;

use ce_domain::program::Program;
use ce_portal::server::clock::Clock;
use ce_portal::server::config::Config;
use ce_portal::server::db::Db;
use ce_portal::server::files::Files;
use ce_portal::server::state::AppState;
use chrono::{DateTime, Utc};
use client::Client;
use futures::FutureExt;
use leptos::config::LeptosOptions;
use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// When the clock of a test stands still: noon of 23-Nov-2026 in the program's zone.
pub const NOW: &str = "2026-11-23T20:00:00Z";

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the test's own folder.
    Sqlite,
    /// A database of its own on a server that all tests share.
    Postgres,
}

/// Writes a test that runs on both engines, as `name::sqlite` and `name::postgres`:
///
/// ```ignore
/// db_test! {
///     async fn a_claim_is_pending_until_it_is_decided(app: TestApp) {
///         let ana = app.person("ana@example.com").await;
///         …
///     }
/// }
/// ```
#[macro_export]
macro_rules! db_test {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: $type:ty) $body:block)+) => {
        $($(#[$meta])*
        mod $name {
            use super::*;

            async fn body($app: $type) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                $crate::common::run($crate::common::Engine::Sqlite, body).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                $crate::common::run($crate::common::Engine::Postgres, body).await;
            }
        })+
    };
}

/// A service of its own: database, files, mail and clock are nobody else's. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct TestApp {
    /// What every request uses. A test may change its copy and make a client of that: [`TestApp::with`].
    pub state: AppState,
    /// Which engine this is.
    pub engine: Engine,
    folder: Arc<TempDir>,
}

impl TestApp {
    async fn start(engine: Engine, database_url: String, folder: TempDir) -> TestApp {
        let db = Db::connect(&database_url).await.expect("the test's database opens");
        let state = state(db, folder.path(), &database_url);
        TestApp { state, engine, folder: Arc::new(folder) }
    }

    /// The test's own folder: what it writes there is gone afterwards. Files are in `data/`, mail in `data/mail/`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.state.db
    }

    /// The whole service.
    pub fn router(&self) -> axum::Router {
        ce_portal::server::router(self.state.clone())
    }

    /// Somebody's browser: it keeps its cookies, and nobody is signed in.
    pub fn client(&self) -> Client {
        Client::new(self.router())
    }

    /// The same service with something of its state changed.
    pub fn with(&self, change: impl FnOnce(&mut AppState)) -> TestApp {
        let mut changed = self.clone();
        change(&mut changed.state);
        changed
    }

    /// The mails that were sent to an address, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<String> {
        let mut mails: Vec<_> = std::fs::read_dir(self.folder().join("data/mail"))
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry =
                    entry.ok().filter(|entry| entry.path().extension().is_some_and(|suffix| suffix == "eml"))?;
                let text = std::fs::read_to_string(entry.path()).ok()?;
                let wanted = text.lines().take_while(|line| !line.is_empty()).any(|line| {
                    line.to_lowercase().starts_with("to:") && line.to_lowercase().contains(&address.to_lowercase())
                });
                wanted.then(|| (entry.metadata().and_then(|about| about.modified()).ok(), entry.path(), text))
            })
            .collect();
        mails.sort();
        mails.into_iter().map(|(_, _, text)| text).collect()
    }
}

/// The instant at which every test's clock stands at first.
pub fn now() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(NOW).expect("an instant").to_utc()
}

/// A day, written `2026-11-23`.
pub fn day(text: &str) -> ce_domain::calendar::Day {
    text.parse().expect("a day like 2026-11-23")
}

/// The program of the guide.
pub fn program() -> Program {
    Program::parse("programs/cisco.toml", include_str!("../../../programs/cisco.toml"))
        .expect("the sample program is valid")
}

/// Runs a test's body on a fresh service, and clears away what it leaves, also when it fails.
pub async fn run<F>(engine: Engine, body: impl FnOnce(TestApp) -> F)
where
    F: Future<Output = ()>,
{
    let folder = tempfile::Builder::new().prefix("ce-portal-").tempdir().expect("a temporary folder");
    let outcome = match engine {
        Engine::Sqlite => {
            let file = folder.path().join("ce.db");
            std::fs::write(&file, sqlite_template().await).expect("the test's database is copied");
            let app = TestApp::start(engine, format!("sqlite://{}", file.display()), folder).await;
            guarded(app, body).await
        }
        Engine::Postgres => {
            let Some(server) = postgres::server().await else { return };
            let database = server.create().await;
            let app = TestApp::start(engine, server.url(&database), folder).await;
            let outcome = guarded(app, body).await;
            server.remove(&database).await;
            outcome
        }
    };
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn guarded<F>(app: TestApp, body: impl FnOnce(TestApp) -> F) -> Result<(), Box<dyn Any + Send>>
where
    F: Future<Output = ()>,
{
    let db = app.state.db.clone();
    let outcome = AssertUnwindSafe(body(app)).catch_unwind().await;
    // A test that failed inside a transaction may hold a connection for good.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), db.close()).await;
    outcome
}

/// An up-to-date, empty database file: made once, then copied, which is much quicker.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("template.db");
            let db = Db::connect(&format!("sqlite://{}", file.display())).await.expect("SQLite opens");
            db.migrate().await.expect("the migrations run");
            db.close().await;
            std::fs::read(file).expect("the template is read")
        })
        .await
}

fn state(db: Db, folder: &Path, database_url: &str) -> AppState {
    let program = program();
    let zone = program.time_zone.parse().expect("the program's zone is known");
    let data_dir = folder.join("data");
    std::fs::create_dir_all(&data_dir).expect("the data folder is made");
    let config = Config {
        database_url: database_url.to_owned(),
        listen: ([127, 0, 0, 1], 3000).into(),
        data_dir: data_dir.clone(),
        public_url: "http://localhost:3000".to_owned(),
        trusted_proxies: Vec::new(),
        program: None,
        clock: None,
        smtp_url: None,
        mail_from: "CE Portal <noreply@localhost>".to_owned(),
        demo_password: None,
        log: "info".to_owned(),
        log_json: true,
    };
    AppState {
        db,
        clock: Clock::manual(zone, now()),
        rules: ce_domain::recert::Rules::of(&program),
        program: Arc::new(program),
        catalog: ce_portal::server::catalog::CatalogCache::default(),
        files: Files::local(&data_dir.join("evidence"), Path::new(env!("CARGO_BIN_EXE_ce-portal")))
            .expect("the file store opens"),
        mail: ce_portal::server::mail::Mailer::from_config(&config).expect("mail is written to files"),
        hasher: ce_portal::server::auth::password::Hasher::new(4),
        ready: Arc::default(),
        config: Arc::new(config),
        leptos: LeptosOptions::builder().output_name("ce-portal").build(),
        demo: false,
    }
}
