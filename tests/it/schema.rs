//! The two engines hold the same tables, understand the same statements, and keep the same promises.

use crate::common::{TestApp, postgres};
use ce_portal::server::db::{Db, STATEMENTS, TRIES, new_id};
use ce_portal::server::error::Fault;
use ce_portal::{execute, fetch_all, fetch_one, transaction};
use sqlx::{Column, Either, Executor, SqlSafeStr, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tokio::sync::Barrier;

/// Runs something on a fresh database of each engine; nothing where there is no PostgreSQL and none is required.
async fn on_both<F>(body: impl FnOnce(TestApp, TestApp) -> F)
where
    F: Future<Output = ()>,
{
    use crate::common::{Engine, run};
    if postgres::server().await.is_none() {
        return;
    }
    run(Engine::Sqlite, |sqlite| async move { run(Engine::Postgres, |postgres| body(sqlite, postgres)).await }).await;
}

fn prepared(columns: Vec<String>, parameters: Option<Either<Vec<String>, usize>>) -> (Vec<String>, usize) {
    let parameters = parameters.map_or(0, |parameters| match parameters {
        Either::Left(types) => types.len(),
        Either::Right(number) => number,
    });
    (columns, parameters)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_statement_is_understood_by_both_and_gives_the_same_columns() {
    on_both(|sqlite, postgres| async move {
        let (Db::Sqlite { write, .. }, Db::Postgres(pool)) = (sqlite.db(), postgres.db()) else {
            panic!("one of each")
        };
        let mut wrong = Vec::new();
        for (file, name, text) in
            STATEMENTS.iter().flat_map(|(file, all)| all.iter().map(move |(name, text)| (file, name, *text)))
        {
            let here = write.prepare(text.into_sql_str()).await.map(|statement| {
                let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
                prepared(
                    columns,
                    statement.parameters().map(|p| p.map_left(|t| t.iter().map(ToString::to_string).collect())),
                )
            });
            let there = pool.prepare(text.into_sql_str()).await.map(|statement| {
                let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
                prepared(
                    columns,
                    statement.parameters().map(|p| p.map_left(|t| t.iter().map(ToString::to_string).collect())),
                )
            });
            match (here, there) {
                (Ok(here), Ok(there)) if here == there => {}
                (here, there) => wrong.push(format!("{file}::{name}\n  SQLite: {here:?}\n  PostgreSQL: {there:?}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    })
    .await;
}

/// The tests' server sorts by bytes anyway, so that this can only be seen where it is declared.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_lists_are_sorted_by_is_sorted_by_its_bytes_on_both() {
    on_both(|_, postgres| async move {
        let sorted_by = fetch_all!(
            postgres.db().read(),
            (String,),
            "SELECT table_name || '.' || column_name FROM information_schema.columns
                WHERE table_schema = 'public' AND collation_name = 'C' ORDER BY 1"
        );
        let sorted_by: Vec<String> = sorted_by.expect("columns").into_iter().map(|(column,)| column).collect();
        for column in [
            "account_roles.role",
            "accounts.email_key",
            "certifications.name",
            "claims.item_search",
            "claims.status",
            "claims.type_name",
            "exams.exam_code",
            "providers.country",
            "providers.name",
            "providers.slug",
        ] {
            assert!(sorted_by.iter().any(|sorted| sorted == column), "{column}");
        }
    })
    .await;
}

#[test]
fn both_have_migrations_of_the_same_numbers_and_names() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let files = std::fs::read_dir(folder).expect("the folder of migrations");
        files.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let sqlite = names("sqlite");
    assert_eq!(sqlite, names("postgres"));
    let numbers: Vec<u32> =
        sqlite.iter().map(|name| name.split('_').next().and_then(|n| n.parse().ok()).expect("a number")).collect();
    assert_eq!(numbers, (1..=u32::try_from(numbers.len()).expect("few")).collect::<Vec<_>>());
}

/// A table, as far as both engines must agree on it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, class of type, whether it may be empty; in their order.
    columns: Vec<(String, &'static str, bool)>,
    /// Columns of the primary key, in its order.
    primary: Vec<String>,
    /// Other unique keys: columns, and whether only some rows are in it.
    unique: BTreeSet<(Vec<String>, bool)>,
    /// Columns of other indices.
    indices: BTreeSet<Vec<String>>,
    /// Column, table it refers to, column there.
    references: BTreeSet<(String, String, String)>,
}

/// What both engines can tell apart: SQLite writes days and instants as text.
fn class(declared: &str) -> &'static str {
    match declared.to_lowercase().as_str() {
        "text" | "date" | "timestamp with time zone" => "text",
        "integer" | "bigint" => "number",
        other => panic!("a type that is not used here: {other}"),
    }
}

async fn tables_of_sqlite(app: &TestApp) -> BTreeMap<String, Table> {
    let mut tables = BTreeMap::new();
    let names = fetch_all!(
        app.db().read(),
        (String,),
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx_%'"
    )
    .expect("tables");
    for (name,) in names {
        let mut table = Table::default();
        let mut primary = BTreeMap::new();
        let columns = fetch_all!(
            app.db().read(),
            (String, String, i64, i64),
            "SELECT name, type, \"notnull\", pk FROM pragma_table_info($1) ORDER BY cid",
            &name
        );
        for (column, declared, not_null, place) in columns.expect("columns") {
            if place > 0 {
                primary.insert(place, column.clone());
            }
            table.columns.push((column, class(&declared), not_null == 0));
        }
        table.primary = primary.into_values().collect();
        let indices = fetch_all!(
            app.db().read(),
            (String, i64, String, i64),
            "SELECT name, \"unique\", origin, partial FROM pragma_index_list($1)",
            &name
        );
        for (index, unique, origin, partial) in indices.expect("indices") {
            let columns =
                fetch_all!(app.db().read(), (String,), "SELECT name FROM pragma_index_info($1) ORDER BY seqno", &index);
            let columns: Vec<String> = columns.expect("an index").into_iter().map(|(column,)| column).collect();
            match (origin.as_str(), unique) {
                ("pk", _) => {}
                (_, 1) => drop(table.unique.insert((columns, partial == 1))),
                _ => drop(table.indices.insert(columns)),
            }
        }
        let references = fetch_all!(
            app.db().read(),
            (String, String, String),
            "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list($1)",
            &name
        );
        table.references = references.expect("references").into_iter().collect();
        tables.insert(name, table);
    }
    tables
}

async fn tables_of_postgres(app: &TestApp) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns = fetch_all!(
        app.db().read(),
        (String, String, String, String),
        "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable::text
            FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx\\_%'
            ORDER BY c.table_name, c.ordinal_position"
    );
    for (table, column, declared, nullable) in columns.expect("columns") {
        tables.entry(table).or_default().columns.push((column, class(&declared), nullable == "YES"));
    }
    let indices = fetch_all!(
        app.db().read(),
        (String, bool, bool, bool, String),
        "SELECT t.relname::text, x.indisprimary, x.indisunique, x.indpred IS NOT NULL,
                string_agg(a.attname::text, ',' ORDER BY k.place)
            FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
            WHERE n.nspname = 'public' AND t.relname NOT LIKE '\\_sqlx\\_%' GROUP BY t.relname, x.indexrelid, x.indisprimary,
                x.indisunique, x.indpred IS NOT NULL"
    );
    for (table, primary, unique, partial, columns) in indices.expect("indices") {
        let columns: Vec<String> = columns.split(',').map(str::to_owned).collect();
        let table = tables.entry(table).or_default();
        match (primary, unique) {
            (true, _) => table.primary = columns,
            (_, true) => drop(table.unique.insert((columns, partial))),
            _ => drop(table.indices.insert(columns)),
        }
    }
    let references = fetch_all!(
        app.db().read(),
        (String, String, String, String),
        "SELECT t.relname::text, a.attname::text, f.relname::text, b.attname::text
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
            JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = c.confkey[1]
            WHERE c.contype = 'f'"
    );
    for (table, column, other, there) in references.expect("references") {
        tables.entry(table).or_default().references.insert((column, other, there));
    }
    tables
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_have_the_same_tables_columns_and_keys() {
    on_both(|sqlite, postgres| async move {
        let here = tables_of_sqlite(&sqlite).await;
        let there = tables_of_postgres(&postgres).await;
        assert!(here.len() > 20, "{:?}", here.keys());
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
        for (name, table) in &here {
            assert_eq!(table, &there[name], "SQLite's {name} is on the left, PostgreSQL's on the right");
        }
    })
    .await;
}

async fn servers_starting_at_once(urls: [String; 2]) {
    let start = |url: String| async move {
        let db = Db::connect(&url).await?;
        let migrated = db.migrate().await;
        db.close().await;
        migrated
    };
    let [one, two] = urls;
    let (one, two) = tokio::join!(tokio::spawn(start(one)), tokio::spawn(start(two)));
    assert_eq!((one.expect("ran"), two.expect("ran")), (Ok(()), Ok(())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_that_start_at_once_both_find_the_tables_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 0..3 {
        let url = format!("sqlite://{}", folder.path().join(format!("{round}.db")).display());
        servers_starting_at_once([url.clone(), url]).await;
    }
    let Some(server) = postgres::server().await else { return };
    for _ in 0..3 {
        let database = server.create_empty().await;
        servers_starting_at_once([server.url(&database), server.url(&database)]).await;
        server.remove(&database).await;
    }
}

/// An entry of the ledger and one of the audit log.
async fn something_recorded(app: &TestApp) {
    let ana = app.person("ana@example.com").await;
    let encor = app.encor().await;
    let now = app.state.clock.now();
    let today = app.state.clock.today();
    let claim = new_id(now);
    execute!(
        app.db().write(),
        "INSERT INTO claims (id, account_id, profile_id, version_id, item_type, type_name, provider_id, item_label, item_search, started_on,
            completed_on, credits, cycle_from, status, denial_note, submitted_at, submitted_on, decided_at, credits_until, change_count)
            VALUES ($1, $2, $3, $4, $5, $5, $6, 'x', 'x', $7, $7, 64, $7, 'earned', '', $8, $7, $8, $7, 0)",
        &claim,
        &ana.account_id,
        &ana.profile_id,
        &encor.version_id,
        &encor.item_type,
        &encor.provider_id,
        today,
        now
    )
    .expect("a claim");
    execute!(
        app.db().write(),
        "INSERT INTO ledger_entries (id, profile_id, sequence, claim_id, kind, credits, effective_on, valid_until, recorded_at,
            previous_hash, hash, format) VALUES ($1, $2, 1, $3, 'earned', 64, $4, $4, $5, '', 'h', 2)",
        new_id(now),
        &ana.profile_id,
        &claim,
        today,
        now
    )
    .expect("an entry");
    execute!(
        app.db().write(),
        "INSERT INTO audit_log (id, at, actor_id, action, subject_kind, subject_id, detail)
            VALUES ($1, $2, $3, 'claim.earned', 'claim', $4, '')",
        new_id(now),
        now,
        &ana.account_id,
        &claim
    )
    .expect("a line");
}

db_test! {
    async fn the_ledger_and_the_audit_log_only_ever_grow(app: TestApp) {
        something_recorded(&app).await;
        for attempt in [
            "UPDATE ledger_entries SET credits = 65",
            "DELETE FROM ledger_entries",
            "INSERT INTO ledger_entries SELECT * FROM ledger_entries WHERE true ON CONFLICT (id) DO UPDATE SET credits = 65",
            "UPDATE audit_log SET detail = 'nothing happened'",
            "DELETE FROM audit_log",
        ] {
            let error = execute!(app.db().write(), attempt).expect_err(attempt);
            assert!(error.to_string().contains("append-only"), "{attempt}: {error}");
        }
        assert_eq!(app.number("SELECT credits FROM ledger_entries").await, 64);
        assert_eq!(app.number("SELECT COUNT(*) FROM audit_log").await, 1);
    }

    async fn who_comes_second_at_the_end_of_a_ledger_tries_again(app: TestApp) {
        something_recorded(&app).await;
        let again = "INSERT INTO ledger_entries (id, profile_id, sequence, claim_id, kind, credits, effective_on, valid_until,
            recorded_at, previous_hash, hash, format) SELECT $1, profile_id, sequence, claim_id, 'spent', -1, effective_on,
            valid_until, recorded_at, '', 'another', 2 FROM ledger_entries";
        let error = execute!(app.db().write(), again, new_id(app.state.clock.now())).expect_err("the place is taken");
        // SQLite has one writer: nobody ever comes second.
        let one_writer = app.engine == crate::common::Engine::Sqlite;
        assert_eq!(Fault::from(error).came_between(), !one_writer);
    }

    async fn nothing_is_left_of_a_block_that_fails(app: TestApp) {
        async fn block(db: &Db, at: chrono::DateTime<chrono::Utc>) -> Result<(), Fault> {
            transaction!(db, tx, {
                let insert = "INSERT INTO announcements (id, title, body, published_at) VALUES ($1, 'x', 'x', $2)";
                execute!(tx.on(), insert, new_id(at), at)?;
                let (seen,) = fetch_one!(tx.on(), (i64,), "SELECT COUNT(*) FROM announcements")?;
                assert_eq!(seen, 1, "it sees its own writing");
                Err(Fault::Impossible("something else went wrong".to_owned()))
            })
        }
        let failed = block(app.db(), app.state.clock.now()).await;
        assert!(matches!(failed, Err(Fault::Impossible(_))));
        assert_eq!(app.number("SELECT COUNT(*) FROM announcements").await, 0);
        assert!(app.db().can_write(app.state.clock.now()).await, "nothing holds a lock");
    }

    async fn transactions_that_come_between_each_other_all_succeed_in_the_end(app: TestApp) {
        async fn add_one(db: Db, runs: Arc<AtomicU32>, meet: Option<Arc<Barrier>>) -> Result<(), Fault> {
            let met = AtomicBool::new(false);
            transaction!(db, tx, {
                runs.fetch_add(1, Ordering::Relaxed);
                let (revision,) = fetch_one!(tx.on(), (i64,), "SELECT revision FROM catalog_revision WHERE id = 1")?;
                if let Some(meet) = meet.as_ref().filter(|_| !met.swap(true, Ordering::Relaxed)) {
                    meet.wait().await;
                }
                execute!(tx.on(), "UPDATE catalog_revision SET revision = $1 WHERE id = 1", revision + 1)?;
                Ok(())
            })
        }
        let runs = Arc::new(AtomicU32::new(0));
        // On PostgreSQL both read before either writes; on SQLite the second cannot even begin.
        let meet = (app.engine == crate::common::Engine::Postgres).then(|| Arc::new(Barrier::new(2)));
        let both = tokio::join!(
            tokio::spawn(add_one(app.db().clone(), runs.clone(), meet.clone())),
            tokio::spawn(add_one(app.db().clone(), runs.clone(), meet))
        );
        assert!(matches!(both, (Ok(Ok(())), Ok(Ok(())))), "{both:?}");
        assert_eq!(app.number("SELECT revision FROM catalog_revision").await, 2, "no change is lost");
        match app.engine {
            // There is one connection that writes: the second waits its turn.
            crate::common::Engine::Sqlite => assert_eq!(runs.load(Ordering::Relaxed), 2),
            crate::common::Engine::Postgres => assert!(runs.load(Ordering::Relaxed) > 2, "one had to be tried again"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_never_gets_through_is_given_up() {
    async fn disturbed(db: &Db, runs: &AtomicU32) -> Result<(), Fault> {
        transaction!(db, tx, {
            runs.fetch_add(1, Ordering::Relaxed);
            let (revision,) = fetch_one!(tx.on(), (i64,), "SELECT revision FROM catalog_revision WHERE id = 1")?;
            // Somebody else is always quicker.
            execute!(db.write(), "UPDATE catalog_revision SET revision = revision + 1 WHERE id = 1")?;
            execute!(tx.on(), "UPDATE catalog_revision SET revision = $1 WHERE id = 1", revision + 1)?;
            Ok(())
        })
    }
    crate::common::run(crate::common::Engine::Postgres, |app| async move {
        let runs = AtomicU32::new(0);
        let given_up = disturbed(app.db(), &runs).await.expect_err("it cannot get through");
        assert!(given_up.came_between() && given_up.is_temporary(), "{given_up}");
        assert_eq!(runs.load(Ordering::Relaxed), TRIES);
    })
    .await;
}
