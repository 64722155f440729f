//! The two engines behind one face: SQLite in a file of its own, or PostgreSQL.
//!
//! A query is one SQL text for both, with `$1…`, kept in a `statements!` list beside the functions that use it; a test
//! prepares every one of them on both engines. [`fetch_all!`](crate::fetch_all) and its sisters run it on whatever
//! [`On`] names: the pool for reading, or a transaction.
//!
//! Writing goes through [`transaction!`](crate::transaction): `BEGIN IMMEDIATE` on SQLite's one writing connection; on
//! PostgreSQL SERIALIZABLE, or READ COMMITTED where each statement holds by itself; tried again a bounded number of times
//! when the engine asks for it.

pub mod accounts;
pub mod announcements;
pub mod audit;
pub mod calendar_feeds;
pub mod catalog;
pub mod certifications;
pub mod claims;
pub mod completions;
pub mod drafts;
pub mod earned;
pub mod evidence;
pub mod exams;
pub mod extensions;
pub mod imports;
pub mod leases;
pub mod ledger;
pub mod plans;
pub mod providers;
pub mod record;
pub mod revocations;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod throttles;
pub mod tokens;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, Postgres, Sqlite, SqliteConnection};
use std::str::FromStr;
use std::time::Duration;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Every statement of the program, by file: what the test prepares on both engines.
pub const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    ("accounts", accounts::STATEMENTS),
    ("announcements", announcements::STATEMENTS),
    ("audit", audit::STATEMENTS),
    ("calendar_feeds", calendar_feeds::STATEMENTS),
    ("catalog", catalog::STATEMENTS),
    ("certifications", certifications::STATEMENTS),
    ("claims", claims::STATEMENTS),
    ("completions", completions::STATEMENTS),
    ("drafts", drafts::STATEMENTS),
    ("earned", earned::STATEMENTS),
    ("evidence", evidence::STATEMENTS),
    ("exams", exams::STATEMENTS),
    ("extensions", extensions::STATEMENTS),
    ("imports", imports::STATEMENTS),
    ("leases", leases::STATEMENTS),
    ("ledger", ledger::STATEMENTS),
    ("plans", plans::STATEMENTS),
    ("providers", providers::STATEMENTS),
    ("record", record::STATEMENTS),
    ("revocations", revocations::STATEMENTS),
    ("sessions", sessions::STATEMENTS),
    ("settings", settings::STATEMENTS),
    ("shares", shares::STATEMENTS),
    ("throttles", throttles::STATEMENTS),
    ("tokens", tokens::STATEMENTS),
];

/// The database, whichever engine it is.
#[derive(Clone)]
pub enum Db {
    /// A file on this machine's disk.
    Sqlite {
        /// The one connection that writes.
        write: SqlitePool,
        /// Connections that can only read.
        read: SqlitePool,
    },
    /// A server that several app servers share.
    Postgres(PgPool),
}

/// A transaction on either engine.
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// How far a transaction is kept apart from others that run at the same time. SQLite has one writer, so there it is all one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// As if there were no others: for what is decided from several rows, such as claims and the ledger.
    Serializable,
    /// Each statement sees what others have committed. For statements that stand for themselves: one that finds and
    /// changes a row at once, one that a constraint guards. Sign-ins at the same moment do not come between each other.
    ReadCommitted,
}

/// What a statement runs on.
pub enum On<'a> {
    /// SQLite's reading connections.
    SqlitePool(&'a SqlitePool),
    /// A transaction on SQLite.
    SqliteTx(&'a mut SqliteConnection),
    /// PostgreSQL's connections.
    PgPool(&'a PgPool),
    /// A transaction on PostgreSQL.
    PgTx(&'a mut PgConnection),
}

/// Declares the statements of a file as constants, and lists them for the test that prepares them all.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* const $name: &str = $text;)*
        /// Every statement of this file.
        pub const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// Runs one query on an [`On`]; the other macros are made from it.
#[macro_export]
macro_rules! run_query {
    ($on:expr, $start:ident::<_ $(, $row:ty)?>, $run:ident, $sql:expr, $($bind:expr),*) => {
        match $on {
            $crate::server::db::On::SqlitePool(on) => {
                sqlx::$start::<sqlx::Sqlite $(, $row)?>($sql)$(.bind($bind))*.$run(on).await
            }
            $crate::server::db::On::SqliteTx(on) => {
                sqlx::$start::<sqlx::Sqlite $(, $row)?>($sql)$(.bind($bind))*.$run(on).await
            }
            $crate::server::db::On::PgPool(on) => {
                sqlx::$start::<sqlx::Postgres $(, $row)?>($sql)$(.bind($bind))*.$run(on).await
            }
            $crate::server::db::On::PgTx(on) => {
                sqlx::$start::<sqlx::Postgres $(, $row)?>($sql)$(.bind($bind))*.$run(on).await
            }
        }
    };
}

/// `fetch_all!(on, Row, SQL, binds…)`: every row.
#[macro_export]
macro_rules! fetch_all {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($on, query_as::<_, $row>, fetch_all, $sql, $($bind),*)
    };
}

/// `fetch_optional!(on, Row, SQL, binds…)`: the row, if there is one.
#[macro_export]
macro_rules! fetch_optional {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($on, query_as::<_, $row>, fetch_optional, $sql, $($bind),*)
    };
}

/// `fetch_one!(on, Row, SQL, binds…)`: the one row there always is.
#[macro_export]
macro_rules! fetch_one {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::run_query!($on, query_as::<_, $row>, fetch_one, $sql, $($bind),*)
    };
}

/// `execute!(on, SQL, binds…)`: how many rows were touched.
#[macro_export]
macro_rules! execute {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $on {
            $crate::server::db::On::SqlitePool(on) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
            $crate::server::db::On::SqliteTx(on) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
            $crate::server::db::On::PgPool(on) => {
                sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
            $crate::server::db::On::PgTx(on) => {
                sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// How often a transaction is tried before the person is asked to try again.
pub const TRIES: u32 = 5;

/// `transaction!(db, tx, { … })`: runs the block in a transaction and commits it when it gives `Ok`. It is SERIALIZABLE;
/// `transaction!(db, tx, ReadCommitted, { … })` names another [`Isolation`].
///
/// The block is an async block that gives a `Result<T, Fault>`; it is run again, from its start, when the engine says
/// that another transaction came between (40001, 40P01), or does not let it begin while another goes on (SQLITE_BUSY), at
/// most [`TRIES`] times. So it must do nothing but talk to the database.
#[macro_export]
macro_rules! transaction {
    ($db:expr, $tx:ident, $body:block) => {
        $crate::transaction!($db, $tx, Serializable, $body)
    };
    ($db:expr, $tx:ident, $isolation:ident, $body:block) => {{
        let mut tries = 1;
        loop {
            let result = match $db.begin($crate::server::db::Isolation::$isolation).await {
                Ok(mut $tx) => match async { $body }.await {
                    Ok(value) => $tx.commit().await.map(|()| value).map_err($crate::server::error::Fault::from),
                    Err(fault) => {
                        // Dropping it would roll back as well, but later; the writing connection is wanted by others.
                        let _ = $tx.rollback().await;
                        Err(fault)
                    }
                },
                Err(error) => Err($crate::server::error::Fault::from(error)),
            };
            match result {
                Err(fault) if fault.came_between() && tries < $crate::server::db::TRIES => {
                    $crate::server::db::pause_before_retry(tries).await;
                    tries += 1;
                }
                result => break result,
            }
        }
    }};
}

/// Waits a little, longer each time, and not as long as the others who wait.
pub async fn pause_before_retry(tries: u32) {
    let jitter = u64::from(rand::random::<u8>()) / 4;
    tokio::time::sleep(Duration::from_millis(u64::from(tries) * 20 + jitter)).await;
}

impl Db {
    /// Opens the database a URL names: `sqlite://path` (made when it is not there) or `postgres://…`.
    ///
    /// # Errors
    /// When it cannot be opened, in a sentence for who starts the server.
    pub async fn connect(url: &str) -> Result<Db, String> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::connect_postgres(url).await
        } else {
            Err("DATABASE_URL must begin with sqlite:// or postgres://".to_owned())
        }
    }

    async fn connect_sqlite(url: &str) -> Result<Db, String> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| format!("DATABASE_URL is not a SQLite address: {error}"))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // WAL with NORMAL may lose acknowledged commits when the power fails.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, None)
            // Or `INSERT OR REPLACE` would delete rows of the ledger without its trigger being asked.
            .pragma("recursive_triggers", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("cell_size_check", "ON");
        if let Some(folder) = options.get_filename().parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()))?;
        }
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            // When the disk is full SQLite rolls back by itself, and the driver goes on counting a transaction that is
            // no more: such a connection would never write again.
            .after_release(|connection, _| {
                let finished = !connection.is_in_transaction();
                Box::pin(async move { Ok(finished) })
            })
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await
            .map_err(|error| {
                format!("the SQLite file {} cannot be opened: {error}", options.get_filename().display())
            })?;
        let (version,): (String,) = sqlx::query_as("SELECT sqlite_version()")
            .fetch_one(&write)
            .await
            .map_err(|error| format!("SQLite does not answer: {error}"))?;
        if !at_least(&version, [3, 51, 3]) {
            return Err(format!("SQLite {version} can lose commits in WAL mode; 3.51.3 or newer is needed"));
        }
        let readers = std::thread::available_parallelism().map_or(4, |cores| cores.get().clamp(4, 16));
        let read = SqlitePoolOptions::new()
            .max_connections(u32::try_from(readers).unwrap_or(4))
            .acquire_timeout(Duration::from_secs(2))
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Db::Sqlite { write, read })
    }

    async fn connect_postgres(url: &str) -> Result<Db, String> {
        // The address may hold a password: it is never printed.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| "DATABASE_URL is not a PostgreSQL address".to_owned())?
            .application_name("ce-portal")
            .options([
                ("statement_timeout", "15s"),
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "30s"),
                ("timezone", "UTC"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(2))
            .connect_with(options)
            .await
            .map_err(|error| format!("PostgreSQL cannot be reached: {error}"))?;
        let (version,): (String,) = sqlx::query_as("SHOW server_version_num")
            .fetch_one(&pool)
            .await
            .map_err(|error| format!("PostgreSQL does not answer: {error}"))?;
        if version.parse::<u32>().unwrap_or(0) < 150_000 {
            return Err("PostgreSQL 15 or newer is needed".to_owned());
        }
        Ok(Db::Postgres(pool))
    }

    /// Brings the tables up to date. Two servers starting at once wait for each other.
    ///
    /// # Errors
    /// When a migration fails, or the database was made by a newer version of this program.
    pub async fn migrate(&self) -> Result<(), String> {
        match self {
            Db::Sqlite { write, .. } => {
                let mut migrated = SQLITE_MIGRATIONS.run(write).await;
                // SQLite has no lock to wait at: of two that start at once one may find that a table is there already.
                // Tried again, it finds that the whole migration is.
                for _ in SQLITE_MIGRATIONS.iter() {
                    if migrated.is_err() {
                        pause_before_retry(1).await;
                        migrated = SQLITE_MIGRATIONS.run(write).await;
                    }
                }
                migrated
            }
            Db::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        }
        .map_err(|error| format!("the database cannot be brought up to date: {error}"))
    }

    /// For reading.
    pub fn read(&self) -> On<'_> {
        match self {
            Db::Sqlite { read, .. } => On::SqlitePool(read),
            Db::Postgres(pool) => On::PgPool(pool),
        }
    }

    /// For one statement that writes and needs no transaction around it.
    pub fn write(&self) -> On<'_> {
        match self {
            Db::Sqlite { write, .. } => On::SqlitePool(write),
            Db::Postgres(pool) => On::PgPool(pool),
        }
    }

    /// Begins a transaction; use [`transaction!`](crate::transaction).
    ///
    /// # Errors
    /// When there is no connection to be had.
    pub async fn begin(&self, isolation: Isolation) -> Result<Tx, sqlx::Error> {
        let postgres = match isolation {
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            Isolation::ReadCommitted => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        Ok(match self {
            Db::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with(postgres).await?),
        })
    }

    /// Whether it can be written to: what readiness means. Writes for good, because what is undone never reaches the
    /// disk and would not notice that it is full.
    pub async fn can_write(&self, at: chrono::DateTime<chrono::Utc>) -> bool {
        let at = at.to_rfc3339();
        let probe = settings::set(self.write(), settings::LAST_PROBE, &at);
        matches!(tokio::time::timeout(Duration::from_secs(3), probe).await, Ok(Ok(())))
    }

    /// Closes every connection, so that SQLite leaves one file behind.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// For statements in this transaction.
    pub fn on(&mut self) -> On<'_> {
        match self {
            Tx::Sqlite(tx) => On::SqliteTx(&mut *tx),
            Tx::Postgres(tx) => On::PgTx(&mut *tx),
        }
    }

    /// Makes what was done in it last.
    ///
    /// # Errors
    /// When the engine cannot; then nothing was done.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
    }

    /// Undoes what was done in it.
    ///
    /// # Errors
    /// When the connection is gone; then the engine undoes it by itself.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Tx::Sqlite(tx) => tx.rollback().await,
            Tx::Postgres(tx) => tx.rollback().await,
        }
    }
}

/// A new id: unique, and later ones sort after earlier ones, so that indexes grow at one end.
pub fn new_id(at: chrono::DateTime<chrono::Utc>) -> String {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let timestamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    uuid::Uuid::new_v7(timestamp).hyphenated().to_string()
}

/// As many characters of a searched text as there are in any name; SQLite takes no pattern of more than 50,000 bytes.
const LONGEST_SEARCH: usize = 200;

/// Makes `%` and `_` of a searched text mean themselves; use with `LIKE … ESCAPE '\'`. What is longer than anything that
/// could be found is cut off.
pub fn like_contains(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars().take(LONGEST_SEARCH) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The name of the unique key that was violated, or what SQLite says of it (the columns).
pub fn violated_key(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error().filter(|error| error.is_unique_violation())?;
    Some(error.constraint().map_or_else(|| error.message().to_owned(), str::to_owned))
}

fn at_least(version: &str, wanted: [u32; 3]) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)];
    found >= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("3.51.3", [3, 51, 3]));
        assert!(at_least("3.100.0", [3, 51, 3]));
        assert!(!at_least("3.51.2", [3, 51, 3]));
        assert!(!at_least("3.9.9", [3, 51, 3]));
    }

    #[test]
    fn signs_of_a_pattern_mean_themselves_in_a_search() {
        assert_eq!(like_contains(r"50%_\"), r"%50\%\_\\%");
    }
}
