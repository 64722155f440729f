//! The one error that crosses the wire: a code, never a cause.

use super::wire::JsonText;
use http::StatusCode;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    #[error("Sign in to continue")]
    Unauthenticated,
    /// Signed in, but something of the gate is in the way, or the right is missing.
    #[error("You cannot do that with this account")]
    Forbidden,
    /// There is no such thing, or it is somebody else's: both look the same.
    #[error("This page does not exist, or it is not yours to see")]
    NotFound,
    /// It has changed meanwhile.
    #[error("This has changed since you opened it. Reload the page to see how it stands now")]
    Conflict,
    /// The request is not one this program sends.
    #[error("The request could not be understood. Reload the page and try again")]
    BadRequest,
    /// Too many tries in a short time.
    #[error("Too many attempts. Wait {seconds} seconds and try again")]
    RateLimited {
        /// How long to wait.
        seconds: u32,
    },
    /// It cannot be done now, and can be later: nothing was changed.
    #[error(
        "The portal cannot save anything right now. Nothing is lost: try again in a few minutes (reference {reference})"
    )]
    Unavailable {
        /// Finds the cause in the log.
        reference: String,
    },
    /// A mistake of ours.
    #[error("Something went wrong on our side. Try again, and tell support the reference {reference} if it stays")]
    Internal {
        /// Finds the cause in the log.
        reference: String,
    },
    /// The browser could not reach the server.
    #[error("The portal cannot be reached. Check your connection and try again: what you typed is kept")]
    Unreachable,
}

impl AppError {
    /// The HTTP status that says the same.
    pub fn status(&self) -> StatusCode {
        match self {
            AppError::Unauthenticated => StatusCode::UNAUTHORIZED,
            AppError::Forbidden => StatusCode::FORBIDDEN,
            AppError::NotFound => StatusCode::NOT_FOUND,
            AppError::Conflict => StatusCode::CONFLICT,
            AppError::BadRequest => StatusCode::BAD_REQUEST,
            AppError::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            AppError::Unavailable { .. } | AppError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            AppError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => AppError::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                AppError::BadRequest
            }
            _ => AppError::Internal { reference: "none".to_owned() },
        }
    }
}
