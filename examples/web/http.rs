//! JSON in and out.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::timeout;

use crate::problem::Problem;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Problem>;

pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    with_type(status, "application/json", body)
}

pub(crate) fn with_type(status: StatusCode, media: &'static str, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).map_err(|_| Problem::internal())?;
    Ok((status, [(header::CONTENT_TYPE, media)], body).into_response())
}

/// So long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// The whole body of a request that came in time.
pub(crate) struct Body(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match timeout(PATIENCE, Bytes::from_request(request, state)).await {
            Ok(Ok(body)) => Ok(Self(body)),
            Ok(Err(refused)) => Err(Problem::new(refused.status(), refused.body_text())),
            Err(_) => Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "the body did not come in time",
            )),
        }
    }
}

/// Reads a body. serde's words may hold what was sent, so that only the place is told.
pub(crate) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::bad_request(format!("the body is not what is expected here: {place}"))
    })
}
