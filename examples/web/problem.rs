//! Errors as problem details of RFC 9457.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use xtsqlorm::error::{Error, Language};

use crate::http::with_type;

/// What a client is told.
pub(crate) struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        let body = json!({ "status": status.as_u16(), "title": title, "detail": detail.into() });
        Self { status, body }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"))
    }

    /// What went wrong is for the log, and not for the client.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the request could not be answered",
        )
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if let Some(report) = error.validation() {
            let problem = report.to_problem(Language::English);
            let body = serde_json::to_value(&problem).unwrap_or_default();
            return Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                body,
            };
        }
        // An error's own words name tables, rules, accounts and addresses, which are no client's
        // business. `InvalidInput` names what the client asked for.
        let (status, detail) = match &error {
            Error::InvalidInput { .. } => return Self::bad_request(error.to_string()),
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, "what was asked for is not there"),
            Error::Constraint(_) => (
                StatusCode::CONFLICT,
                "this contradicts what is stored already",
            ),
            Error::StaleVersion { .. } => (
                StatusCode::CONFLICT,
                "somebody else changed it in the meantime; read it again first",
            ),
            Error::PoolTimeout { .. } | Error::Connect { .. } => {
                log(&error);
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "the service is busy; try again later",
                )
            }
            _ => {
                log(&error);
                return Self::internal();
            }
        };
        Self::new(status, detail)
    }
}

fn log(error: &Error) {
    tracing::error!(error = error as &dyn std::error::Error, "a request failed");
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match with_type(self.status, "application/problem+json", &self.body) {
            Ok(response) => response,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
