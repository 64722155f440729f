//! A PostgreSQL server for the tests: the one that `DATABASE_URL_POSTGRES` names, or the system's own, started once in
//! a temporary folder. Where there is none, tests say so and pass; where `CI` or `CE_REQUIRE_POSTGRES` is set, they fail.

use ce_portal::server::db::Db;
use sqlx::{Connection, PgConnection};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::OnceCell;

/// A server on which every test gets a database of its own.
pub struct Server {
    /// An address with `{database}` where the name of the database belongs.
    address: String,
    /// The name of a database to copy; without one each database is brought up to date by itself.
    template: Option<String>,
    /// What keeps a server of our own alive: it stops when this is closed, however this process ends.
    _lifeline: Option<(Child, ChildStdin)>,
}

/// Stops the server and clears its folder as soon as the standard input ends. `$1` is where the programs are.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd / && dir=$(mktemp -d /tmp/ce-portal-postgres.XXXXXX) || exit 1
end() { if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; fi; rm -rf "$dir"; exit; }
if ! "$1/initdb" -D "$dir/data" -U ce -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1; then
    echo "initdb: $(tail -n 3 "$dir/log" | tr '\n' ' ')"; end
fi
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off >>"$dir/log" 2>&1 &
server=$!
tries=0
until "$1/pg_isready" -q -h "$dir" -U ce -d postgres; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        echo "postgres: $(tail -n 3 "$dir/log" | tr '\n' ' ')"; end
    fi
    sleep 0.1
done
echo "ready $dir"
read -r _
end
"#;

/// The server, started when it is first needed; nothing where there is none and none is required.
pub async fn server() -> Option<&'static Server> {
    static SERVER: OnceCell<Result<Server, String>> = OnceCell::const_new();
    match SERVER.get_or_init(Server::find).await {
        Ok(server) => Some(server),
        Err(reason) => {
            assert!(
                setting("CI").is_none() && setting("CE_REQUIRE_POSTGRES").is_none(),
                "PostgreSQL is required here and cannot be used: {reason}"
            );
            eprintln!("skipped, PostgreSQL cannot be used: {reason}");
            None
        }
    }
}

impl Server {
    async fn find() -> Result<Server, String> {
        if let Some(url) = setting("DATABASE_URL_POSTGRES") {
            let (path, query) = url.split_once('?').map_or((url.as_str(), None), |(path, query)| (path, Some(query)));
            let (host, _) = path.rsplit_once('/').ok_or("DATABASE_URL_POSTGRES names no database")?;
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            let server = Server { address: format!("{host}/{{database}}{query}"), template: None, _lifeline: None };
            server.admin().await.map_err(|error| format!("the server of DATABASE_URL_POSTGRES: {error}"))?;
            return Ok(server);
        }
        let (folder, lifeline) = tokio::task::spawn_blocking(start).await.map_err(|error| error.to_string())??;
        let mut server = Server {
            address: format!("postgres://ce@localhost/{{database}}?host={folder}"),
            template: None,
            _lifeline: Some(lifeline),
        };
        let template = server.create().await;
        server.template = Some(template);
        Ok(server)
    }

    /// The address of a database on this server.
    pub fn url(&self, database: &str) -> String {
        self.address.replace("{database}", database)
    }

    /// Makes a fresh database, up to date, with nobody and nothing in it, and gives its name.
    pub async fn create(&self) -> String {
        let Some(template) = &self.template else {
            let database = self.create_empty().await;
            let db = Db::connect(&self.url(&database)).await.expect("the new database opens");
            db.migrate().await.expect("the migrations run");
            db.close().await;
            return database;
        };
        let database = Self::new_name();
        self.run(format!("CREATE DATABASE {database} TEMPLATE {template}")).await;
        database
    }

    /// Makes a database without tables, and gives its name.
    pub async fn create_empty(&self) -> String {
        let database = Self::new_name();
        self.run(format!("CREATE DATABASE {database}")).await;
        database
    }

    fn new_name() -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        format!("ce_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Removes a database, whoever is still connected to it.
    pub async fn remove(&self, database: &str) {
        self.run(format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await;
    }

    async fn admin(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect(&self.url("postgres")).await
    }

    async fn run(&self, statement: String) {
        let mut connection = self.admin().await.expect("PostgreSQL answers");
        #[expect(clippy::disallowed_methods, reason = "names of databases cannot be bound; these are made above")]
        let statement = sqlx::AssertSqlSafe(statement);
        sqlx::raw_sql(statement).execute(&mut connection).await.expect("the test's database is made or removed");
        let _ = connection.close().await;
    }
}

/// Starts the system's own server, as a user that may: PostgreSQL refuses to run as root.
fn start() -> Result<(String, (Child, ChildStdin)), String> {
    let programs =
        programs().ok_or("no initdb under /usr/lib/postgresql, /usr/local or on PATH; `make test` installs it")?;
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("id: {error}"))?;
    let mut command = if String::from_utf8_lossy(&id.stdout).trim() == "0" {
        let known = |user: &str| Command::new("id").arg(user).output().is_ok_and(|output| output.status.success());
        let user = if known("postgres") { "postgres" } else { "nobody" };
        let mut command = Command::new("runuser");
        command.args(["-u", user, "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut child = command
        .args(["-c", KEEPER, "keeper"])
        .arg(programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("its keeper cannot be started: {error}"))?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("its keeper has no pipes".to_owned());
    };
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).map_err(|error| format!("its keeper does not answer: {error}"))?;
    match line.trim().strip_prefix("ready ") {
        Some(folder) => Ok((folder.to_owned(), (child, stdin))),
        None => Err(if line.trim().is_empty() { "its keeper ended".to_owned() } else { line.trim().to_owned() }),
    }
}

/// Where `initdb` and `postgres` are: the newest version of those installed.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let elsewhere = setting("PATH").unwrap_or_default();
    let elsewhere = std::env::split_paths(&elsewhere).map(|folder| (0, folder)).collect::<Vec<_>>();
    let candidates = versions.into_iter().rev().chain(elsewhere);
    candidates.map(|(_, folder)| folder).find(|folder| folder.join("initdb").exists())
}

#[expect(clippy::disallowed_methods, reason = "which server the tests use is no setting of the program")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
