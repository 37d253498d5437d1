//! JSON in and out.

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

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

/// Reads a body. serde's words may hold what was sent, so that only the place is told.
pub(crate) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::bad_request(format!("the body is not what is expected here: {place}"))
    })
}
