//! The command `ce-portal`: serves the portal, and does what its administrators do from a terminal.
//!
//! Answers go to standard output. What went wrong is one sentence on standard error, with exit status 2 when what was
//! handed in is at fault (a flag, a setting, a file) and 1 otherwise.

use ce_domain::account::{Email, Role, check_password};
use ce_domain::text::{count, thousands};
use ce_portal::server::auth::password::is_common;
use ce_portal::server::config::{Config, SETTINGS};
use ce_portal::server::db::{Tx, accounts, audit, sessions, tokens};
use ce_portal::server::error::Fault;
use ce_portal::server::files::apart;
use ce_portal::server::import::{self, ImportError, Kind, show_errors};
use ce_portal::server::state::AppState;
use ce_portal::server::{seed, settle, start, telemetry, verify};
use ce_portal::transaction;
use clap::{Args, Parser, Subcommand, ValueEnum};
use commands::recert::RecertArgs;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod commands;

/// The system's own allocator keeps what hashing a password took (19 MB each time): 46 MB more at rest after three sign-ins.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where people who hold a professional certification keep it.
#[derive(Parser)]
#[command(name = "ce-portal", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

/// Settings as flags: they win over the environment, and that over the file.
#[derive(Args)]
struct Flags {
    /// A file of NAME=value lines; `ce-portal settings` lists the names
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The database (DATABASE_URL): sqlite://FILE, or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Address and port to listen on (CE_LISTEN)
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Folder of certificates of completion and mail (CE_DATA_DIR)
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Address people use, for links in mail (CE_PUBLIC_URL)
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Program file (CE_PROGRAM)
    #[arg(long, global = true, value_name = "FILE")]
    program: Option<String>,
    /// Instant to start from, on a demonstration database (CE_CLOCK)
    #[arg(long, global = true, value_name = "INSTANT")]
    clock: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter (CE_LOG)
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// json, or text for reading by eye (CE_LOG_FORMAT)
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal
    Serve {
        /// Fill an empty database with demonstration data first
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database's tables up to date
    Migrate,
    /// Fill a database with made-up data
    Seed(SeedArgs),
    /// Read data from a CSV file: whole, or not at all
    Import {
        /// What the file holds
        what: What,
        /// The file, in UTF-8, with the names of its columns on the first line
        file: PathBuf,
    },
    /// Ask the rules about a record on standard input, without a database
    Recert(RecertArgs),
    /// Bring every profile up to date whose day has come; the server does the same once a day
    Settle,
    /// Prove that what is stored is what the rules say, and that the ledger is whole
    Verify,
    /// Do something to an account
    User {
        #[command(subcommand)]
        what: UserCommand,
    },
    /// List every setting, its default and what it is
    Settings,
    /// Read a document from standard input and say whether it can be taken; the server calls itself so
    #[command(hide = true, name = apart::COMMAND)]
    Inspect,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Items, their versions, and who offers them for how many credits
    Catalog,
    /// Who gives training
    Providers,
    /// What can be held
    Certifications,
    /// Who holds what
    Holdings,
    /// Who completed what, under which certificate ID
    Completions,
    /// Who took which exam
    Exams,
    /// Who earned which certification, or earned it again, after the record began
    Earned,
    /// Months added to what was active on a day, for one person or (*) for everybody
    Extensions,
}

impl From<What> for Kind {
    fn from(what: What) -> Kind {
        match what {
            What::Catalog => Kind::Catalog,
            What::Providers => Kind::Providers,
            What::Certifications => Kind::Certifications,
            What::Holdings => Kind::Holdings,
            What::Completions => Kind::Completions,
            What::Exams => Kind::Exams,
            What::Earned => Kind::Earned,
            What::Extensions => Kind::Extensions,
        }
    }
}

#[derive(Subcommand)]
enum UserCommand {
    /// Set the password of an account; it is asked for, or read from standard input
    SetPassword {
        /// The account's address
        email: String,
    },
    /// Let an account do more than claim
    Grant {
        /// The account's address
        email: String,
        /// provider, author or administrator
        role: String,
    },
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct SeedArgs {
    /// The world of the user guide, into an empty database; prints the sign-ins
    #[arg(long)]
    demo: bool,
    /// A large world, always the same, as items=10000,people=100000,claims=1000000; with settle=no nobody's record is
    /// replayed yet
    #[arg(long, value_name = "SIZES")]
    scale: Option<seed::Scale>,
}

/// Why the command did not do what was asked.
enum Failure {
    /// What was handed in is at fault.
    Input(String),
    /// Something else is.
    Other(String),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (text, code) = match run(cli) {
        Ok(code) => return code,
        Err(Failure::Input(text)) => (text, 2),
        Err(Failure::Other(text)) => (text, 1),
    };
    eprintln!("ce-portal: {text}");
    ExitCode::from(code)
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    if matches!(cli.command, Command::Settings) {
        print!("{}", settings());
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Recert(args) = &cli.command {
        return commands::recert::run(args, cli.flags.program.map(PathBuf::from)).map_err(Failure::Input);
    }
    if matches!(cli.command, Command::Inspect) {
        let read = apart::be_reader().map_err(|error| Failure::Other(format!("the document was not read: {error}")));
        return read.map(|()| ExitCode::SUCCESS);
    }
    let config = cli.flags.read().map_err(Failure::Input)?;
    // A known stall with one or two workers: never fewer than four.
    let workers = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(dispatch(cli.command, config)).map(|()| ExitCode::SUCCESS)
}

async fn dispatch(command: Command, config: Config) -> Result<(), Failure> {
    match command {
        Command::Settings | Command::Recert(_) | Command::Inspect => Ok(()),
        Command::Serve { demo } => {
            telemetry::start(&config).map_err(Failure::Input)?;
            start::serve(config, demo).await.map_err(Failure::Other)
        }
        Command::Migrate => {
            let state = open(config).await?;
            state.db.close().await;
            println!("The database is up to date.");
            Ok(())
        }
        Command::Seed(what) => {
            let state = start::open(config, true).await.map_err(Failure::Other)?;
            let done = fill(&state, what).await;
            state.db.close().await;
            done
        }
        Command::Import { what, file } => {
            let bytes = std::fs::read(&file)
                .map_err(|error| Failure::Input(format!("{} cannot be read: {error}", file.display())))?;
            let state = open(config).await?;
            let done = import_file(&state, what.into(), &file, &bytes).await;
            state.db.close().await;
            done
        }
        Command::Settle => {
            let state = open(config).await?;
            let bar = progress();
            let done = settle::all_due(&state.db, &state.rules, &state.clock, &bar).await;
            bar.finish_and_clear();
            state.db.close().await;
            let done = done.map_err(|fault| Failure::Other(format!("not everything was settled: {fault}")))?;
            println!("{} settled.", count(i64::try_from(done).unwrap_or(i64::MAX), "profile", "profiles"));
            Ok(())
        }
        Command::Verify => {
            let state = open(config).await?;
            let bar = progress();
            let verified = verify::all(&state.db, &state.rules, &state.clock, &bar).await;
            bar.finish_and_clear();
            state.db.close().await;
            report(&verified.map_err(|fault| Failure::Other(format!("it could not be verified: {fault}")))?)
        }
        Command::User { what } => {
            let state = open(config).await?;
            let done = change_user(&state, what).await;
            state.db.close().await;
            done
        }
    }
}

async fn open(config: Config) -> Result<AppState, Failure> {
    start::state(config).await.map_err(Failure::Other)
}

async fn fill(state: &AppState, what: SeedArgs) -> Result<(), Failure> {
    match what.scale {
        None => {
            let sign_ins = seed::demo(state).await.map_err(Failure::Other)?;
            print!("{}", seed::table(&sign_ins));
        }
        Some(scale) => {
            let bar = progress();
            let report = seed::scale(state, scale, &bar).await;
            bar.finish_and_clear();
            println!("{}", report.map_err(Failure::Other)?);
        }
    }
    Ok(())
}

async fn import_file(state: &AppState, kind: Kind, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let context = import::Context::now(state);
    let bar = progress();
    let result = import::run(&state.db, context, kind, bytes, &bar).await;
    bar.finish_and_clear();
    match result {
        Ok(report) => {
            println!("{report}");
            for note in report.notes {
                println!("{note}");
            }
            Ok(())
        }
        Err(ImportError::Rows(errors)) => {
            eprint!("{}", show_errors(&errors));
            let found = ImportError::Rows(errors);
            Err(Failure::Input(format!("nothing was imported: {found} {}", file.display())))
        }
        Err(ImportError::Fault(fault)) => Err(Failure::Other(format!("nothing was imported: {fault}"))),
    }
}

/// Prints what was verified, and everything that is wrong.
fn report(verified: &verify::Verified) -> Result<(), Failure> {
    let number = |number: u64| thousands(i64::try_from(number).unwrap_or(i64::MAX));
    for finding in &verified.findings {
        println!("{finding}");
    }
    println!("{} profiles replayed, {} ledger entries followed.", number(verified.profiles), number(verified.entries));
    if verified.waiting > 0 {
        println!("{} profiles wait for the daily job: ce-portal settle does it now.", number(verified.waiting));
    }
    match verified.findings.len() {
        0 => {
            println!("What is stored is what the rules say.");
            Ok(())
        }
        found => Err(Failure::Other(format!("{found} things are not as the rules say"))),
    }
}

async fn change_user(state: &AppState, what: UserCommand) -> Result<(), Failure> {
    let (UserCommand::SetPassword { email } | UserCommand::Grant { email, .. }) = &what;
    let key = Email::parse(email).ok_or_else(|| Failure::Input(format!("{email} is not an e-mail address")))?.key();
    let account = accounts::by_key(state.db.read(), &key)
        .await
        .map_err(|error| Failure::Other(format!("the database does not answer: {error}")))?
        .ok_or_else(|| Failure::Input(format!("there is no account with the address {email}")))?;
    match what {
        UserCommand::SetPassword { .. } => {
            let password = ask_password().map_err(|error| Failure::Other(format!("no password was read: {error}")))?;
            check_password(&password, &account.email, &is_common)
                .map_err(|problem| Failure::Input(problem.words().to_owned()))?;
            let hash = state.hasher.hash(password).await.map_err(|fault| Failure::Other(fault.to_string()))?;
            // Whoever was signed in with the old password is not any more, and what they asked for leads nowhere.
            let set: Result<(), Fault> = async {
                transaction!(state.db, tx, ReadCommitted, {
                    accounts::set_password(tx.on(), &account.id, &hash).await?;
                    sessions::delete_all(tx.on(), &account.id).await?;
                    tokens::end_of_account(tx.on(), &account.id, state.clock.now()).await?;
                    note(&mut tx, state, &account.id, "account.password_set", "").await?;
                    Ok(())
                })
            }
            .await;
            set.map_err(|fault| Failure::Other(format!("the password was not set: {fault}")))?;
            println!("{} has a new password.", account.email);
        }
        UserCommand::Grant { role, .. } => {
            let known = Role::parse(&role).ok_or_else(|| {
                Failure::Input(format!("{role} is not a role: write provider, author or administrator"))
            })?;
            // Who is signed in with fewer rights signs in anew: a session that was stolen does not become more.
            let granted: Result<(), Fault> = async {
                transaction!(state.db, tx, {
                    accounts::add_role(tx.on(), &account.id, known).await?;
                    sessions::delete_all(tx.on(), &account.id).await?;
                    note(&mut tx, state, &account.id, "account.role_granted", &role).await?;
                    Ok(())
                })
            }
            .await;
            granted.map_err(|fault| Failure::Other(format!("the role was not granted: {fault}")))?;
            println!("{} is now also {role}.", account.email);
        }
    }
    Ok(())
}

/// Writes down what was done to an account from a terminal.
async fn note(tx: &mut Tx, state: &AppState, account_id: &str, action: &str, detail: &str) -> Result<(), Fault> {
    let at = state.clock.now();
    let done = audit::Done { at, actor_id: None, action, subject_kind: "account", subject_id: account_id, detail };
    Ok(audit::write(tx.on(), &done).await?)
}

/// Asks for a password without showing it; from a pipe, takes the first line.
fn ask_password() -> std::io::Result<String> {
    let terminal = std::io::stdin().is_terminal();
    let echo = |on: &str| {
        // Without stty the password is seen while it is typed, which is better than not being able to set one.
        let _ = std::process::Command::new("stty").arg(on).status();
    };
    if terminal {
        eprint!("New password: ");
        std::io::stderr().flush()?;
        echo("-echo");
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if terminal {
        echo("echo");
        eprintln!();
    }
    read?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// A bar on standard error; nothing when that is no terminal.
fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:14} {wide_bar} {human_pos}/{human_len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

impl Flags {
    fn read(self) -> Result<Config, String> {
        let flags = [
            ("DATABASE_URL", self.database_url),
            ("CE_LISTEN", self.listen),
            ("CE_DATA_DIR", self.data_dir),
            ("CE_PUBLIC_URL", self.public_url),
            ("CE_PROGRAM", self.program),
            ("CE_CLOCK", self.clock),
            ("CE_LOG", self.log),
            ("CE_LOG_FORMAT", self.log_format),
        ];
        Config::read(self.settings.as_deref(), &flags)
    }
}

/// Every setting, as a settings file that changes nothing.
fn settings() -> String {
    let mut text =
        String::from("# Every setting with its default. In the environment, or in a file given with --settings.\n");
    for (name, default, meaning) in SETTINGS {
        text.push_str(&format!("\n# {meaning}\n{name}={default}\n"));
    }
    text
}
