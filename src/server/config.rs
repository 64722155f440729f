//! Settings: from flags, then the environment, then a file of `NAME=value` lines, then defaults.
//!
//! An unknown or bad setting stops the start with a sentence that names it: a misspelt `CE_PUBLIC_ULR` that is silently
//! ignored costs somebody an evening.

use super::auth::network::Range;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every setting there is: name, default, what it is.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    (
        "DATABASE_URL",
        "sqlite://data/ce.db",
        "sqlite://FILE, or postgres://USER:PASSWORD@HOST/DATABASE for several app servers",
    ),
    ("CE_LISTEN", "127.0.0.1:3000", "address and port to listen on"),
    ("CE_DATA_DIR", "data", "folder of certificates of completion and, by default, mail"),
    ("CE_PUBLIC_URL", "", "address people use, for links in mail; default: http://localhost and the port of CE_LISTEN"),
    (
        "CE_TRUSTED_PROXIES",
        "",
        "addresses of the proxies in front, like 127.0.0.1,10.0.0.0/8: from them X-Forwarded-For is believed",
    ),
    ("CE_PROGRAM", "", "program file; default: the sample program in the binary"),
    ("CE_CLOCK", "", "an instant like 2026-11-23T12:00:00Z to start from, on a demonstration database only"),
    (
        "CE_SMTP_URL",
        "",
        "smtp:// or smtps:// address of a mail server; default: mail is written to files in CE_DATA_DIR/mail",
    ),
    ("CE_MAIL_FROM", "CE Portal <noreply@localhost>", "sender of mail"),
    ("CE_DEMO_PASSWORD", "", "password of the demonstration accounts; default: a random one, printed once"),
    ("CE_LOG", "info", "what is logged: error, warn, info, debug, or a filter such as info,ce_portal=debug"),
    ("CE_LOG_FORMAT", "json", "json, or text for reading by eye"),
];

/// The settings of a running program.
#[derive(Clone)]
pub struct Config {
    /// Which database; may hold a password, never printed.
    pub database_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where files are kept.
    pub data_dir: PathBuf,
    /// What links in mail begin with; without a slash at the end.
    pub public_url: String,
    /// Proxies whose word is taken on where a request comes from.
    pub trusted_proxies: Vec<Range>,
    /// The program file, if it is not the sample.
    pub program: Option<PathBuf>,
    /// An instant to start from.
    pub clock: Option<DateTime<Utc>>,
    /// A mail server; may hold a password, never printed.
    pub smtp_url: Option<String>,
    /// Sender of mail.
    pub mail_from: String,
    /// Password of demonstration accounts.
    pub demo_password: Option<String>,
    /// What is logged.
    pub log: String,
    /// Whether the log is JSON.
    pub log_json: bool,
}

impl Config {
    /// Reads the settings of this process: `flags` (name, value), environment, `file`, defaults.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn read(file: Option<&Path>, flags: &[(&str, Option<String>)]) -> Result<Config, String> {
        let environment = std::env::vars().filter(|(name, _)| name.starts_with("CE_") || name == "DATABASE_URL");
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("the settings file {} cannot be read: {error}", path.display()))?,
        };
        let flags = flags.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)));
        Self::from_parts(&text, environment.collect(), flags.collect())
    }

    fn from_parts(
        file: &str,
        environment: BTreeMap<String, String>,
        flags: BTreeMap<String, String>,
    ) -> Result<Config, String> {
        let mut values: BTreeMap<&str, String> =
            SETTINGS.iter().map(|(name, default, _)| (*name, (*default).to_owned())).collect();
        let known = |name: &str| SETTINGS.iter().map(|(known, ..)| *known).find(|known| *known == name);
        for (number, line) in (1..).zip(file.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) =
                line.split_once('=').ok_or_else(|| format!("line {number} of the settings file is not NAME=value"))?;
            let name = known(name.trim())
                .ok_or_else(|| format!("the settings file has the unknown setting {}", name.trim()))?;
            values.insert(name, value.trim().to_owned());
        }
        for (name, value) in environment {
            // Settings of the project's own scripts, which call this program.
            if matches!(name.as_str(), "CE_CACHE" | "CE_TOOLS" | "CE_TEST_JOBS" | "CE_REQUIRE_POSTGRES") {
                continue;
            }
            let name = known(&name).ok_or_else(|| {
                format!("{name} is not a setting of this program; `ce-portal settings` lists those there are")
            })?;
            values.insert(name, value);
        }
        for (name, value) in flags {
            if let Some(name) = known(&name) {
                values.insert(name, value);
            }
        }
        Self::from_values(&values)
    }

    fn from_values(values: &BTreeMap<&str, String>) -> Result<Config, String> {
        let text = |name: &str| values.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        let optional = |name: &str| Some(text(name)).filter(|value| !value.is_empty());
        let listen: SocketAddr = text("CE_LISTEN").parse().map_err(|_| {
            format!("CE_LISTEN is \"{}\"; write an address and port like 127.0.0.1:3000", text("CE_LISTEN"))
        })?;
        let public_url = optional("CE_PUBLIC_URL").unwrap_or_else(|| format!("http://localhost:{}", listen.port()));
        let public_url = public_url.trim_end_matches('/').to_owned();
        if !(public_url.starts_with("http://") || public_url.starts_with("https://")) {
            return Err(format!("CE_PUBLIC_URL is \"{public_url}\"; it must begin with http:// or https://"));
        }
        let trusted_proxies = text("CE_TRUSTED_PROXIES")
            .split(',')
            .filter(|part| !part.trim().is_empty())
            .map(|part| {
                Range::parse(part).ok_or_else(|| {
                    format!(
                        "CE_TRUSTED_PROXIES has \"{}\"; write addresses like 127.0.0.1 or 10.0.0.0/8, with commas between",
                        part.trim()
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let clock = match optional("CE_CLOCK") {
            None => None,
            Some(instant) => Some(
                DateTime::parse_from_rfc3339(&instant)
                    .map_err(|_| format!("CE_CLOCK is \"{instant}\"; write an instant like 2026-11-23T12:00:00Z"))?
                    .to_utc(),
            ),
        };
        let log_json = match text("CE_LOG_FORMAT").as_str() {
            "json" => true,
            "text" => false,
            other => return Err(format!("CE_LOG_FORMAT is \"{other}\"; write json or text")),
        };
        Ok(Config {
            database_url: text("DATABASE_URL"),
            listen,
            data_dir: PathBuf::from(text("CE_DATA_DIR")),
            public_url,
            trusted_proxies,
            program: optional("CE_PROGRAM").map(PathBuf::from),
            clock,
            smtp_url: optional("CE_SMTP_URL"),
            mail_from: text("CE_MAIL_FROM"),
            demo_password: optional("CE_DEMO_PASSWORD"),
            log: text("CE_LOG"),
            log_json,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, String> {
        let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Config::from_parts(file, owned(environment), owned(flags))
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file = "# ours\nCE_LISTEN = 127.0.0.1:1\nCE_DATA_DIR=/srv\n";
        let config = read(file, &[("CE_LISTEN", "127.0.0.1:2")], &[]).expect("valid");
        assert_eq!((config.listen.port(), config.data_dir.to_str()), (2, Some("/srv")));
        let config = read(file, &[("CE_LISTEN", "127.0.0.1:2")], &[("CE_LISTEN", "127.0.0.1:3")]).expect("valid");
        assert_eq!((config.listen.port(), config.public_url.as_str()), (3, "http://localhost:3"));
    }

    #[test]
    fn trusted_proxies_are_addresses_with_commas_between() {
        let proxies = |value: &str| read("", &[("CE_TRUSTED_PROXIES", value)], &[]).expect("valid").trusted_proxies;
        assert_eq!(proxies(" 127.0.0.1, 10.0.0.0/8,").len(), 2);
        assert!(proxies("").is_empty());
    }

    #[test]
    fn an_unknown_or_bad_setting_is_named() {
        for (file, name, value) in [
            ("", "CE_PUBLIC_ULR", "x"),
            ("", "CE_LISTEN", "everywhere"),
            ("", "CE_CLOCK", "noon"),
            ("", "CE_PUBLIC_URL", "portal.example"),
            ("", "CE_LOG_FORMAT", "xml"),
            ("", "CE_TRUSTED_PROXIES", "10.0.0.0/8, nginx"),
            ("CE_LISEN=1", "", ""),
        ] {
            let environment: &[(&str, &str)] = if name.is_empty() { &[] } else { &[(name, value)] };
            let error = read(file, environment, &[]).err().expect("refused");
            assert!(error.contains(if name.is_empty() { "CE_LISEN" } else { name }), "{error}");
        }
    }
}
