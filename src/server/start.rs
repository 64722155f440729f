//! How the program starts and stops: settings, program file, database, listener; and the way back, in that order.
//!
//! What is wrong with the settings is said before anything is opened, and two servers never share one SQLite file.

use super::auth::password::Hasher;
use super::catalog::CatalogCache;
use super::clock::Clock;
use super::config::Config;
use super::db::{Db, settings};
use super::files::Files;
use super::jobs;
use super::listen::{self, Limits};
use super::mail::Mailer;
use super::seed;
use super::state::AppState;
use ce_domain::program::Program;
use ce_domain::recert::Rules;
use chrono_tz::Tz;
use leptos::config::LeptosOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The sample program, in the binary: without a program file the portal is the one of the user guide.
const SAMPLE_PROGRAM: &str = include_str!("../../programs/cisco.toml");

/// Everything a request may use, from the settings: opens the database and brings its tables up to date.
///
/// # Errors
/// A sentence for who started the program: a program file or time zone that cannot be read, a database that cannot be
/// opened, `CE_CLOCK` on a database that is not a demonstration.
pub async fn state(config: Config) -> Result<AppState, String> {
    open(config, false).await
}

/// As [`state`]; with `becomes_demo` an empty database counts as a demonstration already, because it will be one.
///
/// # Errors
/// As [`state`].
pub async fn open(config: Config, becomes_demo: bool) -> Result<AppState, String> {
    let (program, zone) = program(config.program.as_deref())?;
    let db = Db::connect(&config.database_url).await?;
    db.migrate().await?;
    let demo = is_demo(&db).await? || (becomes_demo && seed::is_empty(&db).await?);
    let clock = match config.clock {
        None => Clock::machine(zone),
        Some(instant) if demo => Clock::starting_at(zone, instant),
        Some(_) => {
            return Err("CE_CLOCK sets the clock of a demonstration only, and this database is not one: \
                        take CE_CLOCK away, or name another database in DATABASE_URL"
                .to_owned());
        }
    };
    let this_program = std::env::current_exe().map_err(|error| {
        format!("where this program is cannot be told, and it reads documents with itself: {error}")
    })?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let leptos = LeptosOptions::builder().output_name("ce-portal").site_addr(config.listen).build();
    Ok(AppState {
        db,
        clock,
        rules: Rules::of(&program),
        program: Arc::new(program),
        catalog: CatalogCache::default(),
        files: Files::local(&config.data_dir.join("evidence"), &this_program)?,
        mail: Mailer::from_config(&config)?,
        hasher: Hasher::new(cores),
        ready: Arc::default(),
        config: Arc::new(config),
        leptos,
        demo,
    })
}

/// Whether the database holds a demonstration.
async fn is_demo(db: &Db) -> Result<bool, String> {
    settings::get(db.read(), settings::DEMO)
        .await
        .map(|value| value.as_deref() == Some("true"))
        .map_err(|error| format!("the database does not answer: {error}"))
}

/// Reads the program file, or the sample in the binary, and finds the time zone it names.
///
/// # Errors
/// What is wrong with the file, with its name and line.
pub fn program(file: Option<&Path>) -> Result<(Program, Tz), String> {
    let (name, text) = match file {
        None => ("programs/cisco.toml".to_owned(), SAMPLE_PROGRAM.to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("CE_PROGRAM names the program file {name}, which cannot be read: {error}"))?;
            (name, text)
        }
    };
    let program = Program::parse(&name, &text).map_err(|error| error.to_string())?;
    let zone = Tz::from_str(&program.time_zone).map_err(|_| {
        let line = text.lines().position(|line| line.trim_start().starts_with("time_zone")).unwrap_or(0) + 1;
        format!(
            "{name}:{line}: time_zone is \"{}\", which is no time zone. Write an IANA name such as \"Europe/Lisbon\" or \"UTC\"",
            program.time_zone
        )
    })?;
    Ok((program, zone))
}

/// Serves until the process is told to stop (SIGTERM, or Ctrl-C); then lets requests end, and closes the database.
///
/// With `demo`, an empty database is filled with the world of the user guide first, and its sign-ins are printed.
///
/// # Errors
/// A sentence for who started the program.
pub async fn serve(mut config: Config, demo: bool) -> Result<(), String> {
    let _lock = lock(&config.database_url)?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        format!("cannot listen on {}: {error}; CE_LISTEN or --listen names another address", config.listen)
    })?;
    let address = listener.local_addr().map_err(|error| format!("the listener has no address: {error}"))?;
    if config.listen.port() == 0 && config.public_url.ends_with(":0") {
        config.public_url = format!("http://localhost:{}", address.port());
    }
    config.listen = address;
    let state = open(config, demo).await?;
    let sign_ins = if demo && seed::is_empty(&state.db).await? { Some(seed::demo(&state).await?) } else { None };
    announce(&state, sign_ins.as_deref());
    if state.config.public_url.starts_with("https://") && state.config.trusted_proxies.is_empty() {
        tracing::warn!(
            "the portal is behind a proxy, but CE_TRUSTED_PROXIES names none: everybody is one network address to it, \
             and a few wrong passwords keep everybody waiting"
        );
    }

    let db = state.db.clone();
    let settling = tokio::spawn(jobs::keep_settled(state.clone()));
    let tidying = tokio::spawn(super::tidy::now_and_then(state.clone()));
    let sweeping = tokio::spawn(jobs::keep_swept(state.clone()));
    let ready = state.ready.clone();
    let stop = async {
        signal().await;
        tracing::info!("told to stop: requests under way may end");
    };
    let all_ended = listen::serve(listener, super::router(state), ready, Limits::default(), stop).await;
    if !all_ended {
        tracing::warn!("requests still under way were cut off");
    }
    // A batch it is in the middle of is undone, and done again at the next start.
    settling.abort();
    tidying.abort();
    sweeping.abort();
    db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Tells where the portal is and, for a demonstration, how to sign in: for a person, on standard output.
fn announce(state: &AppState, sign_ins: Option<&[seed::SignIn]>) {
    if let Some(sign_ins) = sign_ins {
        println!("\n{}", seed::table(sign_ins));
    } else if state.demo {
        println!(
            "\nThe demonstration's sign-ins were printed when it was made. For a new password:\n  \
             ce-portal user set-password {}",
            seed::CANDIDATE
        );
    }
    println!("\n{} is at {}\n", state.program.portal, state.config.public_url);
}

/// Waits for SIGTERM or Ctrl-C.
async fn signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        interrupted = tokio::signal::ctrl_c() => {
            if interrupted.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Holds the SQLite file against a second server; gone with the process, however it ends. PostgreSQL may have several.
fn lock(database_url: &str) -> Result<Option<File>, String> {
    let Some(database) = sqlite_file(database_url) else { return Ok(None) };
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()))?;
    }
    let mut name = database.clone().into_os_string();
    name.push(".lock");
    let path = PathBuf::from(name);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| format!("the lock file {} cannot be made: {error}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another server is using {}: stop it first, or name another database in DATABASE_URL. \
             Several servers at once need PostgreSQL",
            database.display()
        )),
        Err(TryLockError::Error(error)) => Err(format!("{} cannot be locked: {error}", path.display())),
    }
}

/// The file a SQLite address names, if it names one.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || url.contains(":memory:") || url.contains("mode=memory") {
        return None;
    }
    SqliteConnectOptions::from_str(url).ok().map(|options| options.get_filename().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_program_is_whole_and_its_zone_is_known() {
        let (program, zone) = program(None).expect("the sample program");
        assert_eq!(zone.name(), program.time_zone);
    }

    #[test]
    fn a_zone_that_is_none_is_refused_with_file_line_and_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        let text = SAMPLE_PROGRAM.replace("America/Los_Angeles", "America/Atlantis");
        std::fs::write(&path, text).expect("a program file");
        let line = SAMPLE_PROGRAM.lines().position(|line| line.starts_with("time_zone")).expect("it is there") + 1;
        let error = program(Some(&path)).expect_err("no such zone");
        assert!(error.contains(&format!("mine.toml:{line}: time_zone is \"America/Atlantis\"")), "{error}");
    }

    #[test]
    fn a_program_file_that_is_not_there_is_named() {
        let error = program(Some(Path::new("/nowhere/mine.toml"))).expect_err("no such file");
        assert!(error.contains("CE_PROGRAM") && error.contains("/nowhere/mine.toml"), "{error}");
    }

    #[test]
    fn a_second_server_on_the_same_sqlite_file_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/deeper/ce.db", folder.path().display());
        let first = lock(&url).expect("the first server");
        assert!(first.is_some());
        let error = lock(&url).expect_err("the second server");
        assert!(error.contains("another server is using"), "{error}");
        drop(first);
        assert!(lock(&url).is_ok());
        assert!(lock("postgres://host/ce").expect("several servers may share PostgreSQL").is_none());
    }
}
