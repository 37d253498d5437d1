//! Whether the service can do its work.

use axum::{extract::State, http::StatusCode};
use serde_json::json;

use crate::{
    app::App,
    http::{Answer, json},
};

pub(crate) async fn check(State(app): State<App>) -> Answer {
    let manager = app.provider.manager();
    let answers = manager.ping().await;
    let pool = manager.pool_status();
    let body = json!({
        "database": answers,
        "pool": { "in_use": pool.in_use, "idle": pool.idle, "max": pool.max, "waiting": pool.waiting },
    });
    let status = if answers {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    json(status, &body)
}
