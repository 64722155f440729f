//! What can go wrong on the server that is nobody's typing mistake, and what is told of it.
//!
//! A [`Fault`] is for the log; who asked gets an [`AppError`] with a reference and no cause.

use crate::app::error::AppError;

/// Something that should not have happened.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database said no.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The file store said no.
    #[error("files: {0}")]
    Files(#[from] object_store::Error),
    /// A file on this machine could not be read or written.
    #[error("input or output: {0}")]
    Io(#[from] std::io::Error),
    /// A mail could not be sent.
    #[error("mail: {0}")]
    Mail(String),
    /// Too much is being done at once.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// Somebody does something more often than is allowed.
    #[error("too often, for {seconds} more seconds")]
    TooOften {
        /// How long until it is allowed again.
        seconds: u32,
    },
    /// Something that is always so was not so.
    #[error("impossible: {0}")]
    Impossible(String),
}

impl Fault {
    /// Whether another transaction came between, so that trying again is likely to succeed.
    pub fn came_between(&self) -> bool {
        let Fault::Database(sqlx::Error::Database(error)) = self else { return false };
        match error.code().as_deref() {
            // PostgreSQL: serialization failure, deadlock.
            Some("40001" | "40P01") => true,
            // SQLite: busy, and busy because of a snapshot.
            Some("5" | "517" | "261") => true,
            // PostgreSQL: two found the same end of a profile's ledger, and the other was first.
            Some("23505") => error.constraint() == Some("ledger_entries_profile_id_sequence_key"),
            _ => false,
        }
    }

    /// Whether it passes by itself or when somebody makes room: told as "try again", with status 503.
    pub fn is_temporary(&self) -> bool {
        match self {
            Fault::Busy(_) | Fault::Mail(_) | Fault::TooOften { .. } => true,
            Fault::Database(error) => match error {
                sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
                sqlx::Error::Database(error) => {
                    let code = error.code().unwrap_or_default().into_owned();
                    // SQLite: 5 busy, 8 read-only, 10 input/output, 13 full, 14 cannot open; the low byte is the kind.
                    let sqlite = code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
                    // PostgreSQL: 08 connection, 25006 read-only, 40 rollback, 53 resources (disk full), 57 intervention, 58 system.
                    let postgres = code.len() == 5
                        && (code == "25006"
                            || ["08", "40", "53", "57", "58"].iter().any(|kind| code.starts_with(kind)));
                    if code.len() == 5 { postgres } else { sqlite }
                }
                _ => false,
            },
            Fault::Io(error) => {
                matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::ReadOnlyFilesystem)
            }
            Fault::Files(_) => true,
            Fault::Impossible(_) => false,
        }
    }
}

impl From<Fault> for AppError {
    /// Writes the cause to the log under a reference, and keeps only the reference.
    fn from(fault: Fault) -> AppError {
        if let Fault::TooOften { seconds } = fault {
            return AppError::RateLimited { seconds };
        }
        let reference: String = format!("{:08x}", rand::random::<u32>());
        if fault.is_temporary() {
            tracing::error!(reference, cause = %fault, "unavailable");
            AppError::Unavailable { reference }
        } else {
            tracing::error!(reference, cause = %fault, "internal error");
            AppError::Internal { reference }
        }
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> AppError {
        Fault::from(error).into()
    }
}
