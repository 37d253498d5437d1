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
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
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
        let status = match &error {
            Error::InvalidInput { .. } => StatusCode::BAD_REQUEST,
            Error::NotFound { .. } => StatusCode::NOT_FOUND,
            Error::Constraint(_) | Error::StaleVersion { .. } => StatusCode::CONFLICT,
            Error::PoolTimeout { .. } | Error::Connect { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => {
                tracing::error!(error = &error as &dyn std::error::Error, "a request failed");
                return Self::internal();
            }
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match with_type(self.status, "application/problem+json", &self.body) {
            Ok(response) => response,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
