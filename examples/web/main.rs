//! A web service: users and their orders over HTTP: `cargo run --example web`.
//!
//! | request | answer |
//! |---|---|
//! | `GET /users?is_active=true&name__icontains=a&sort=-created_at&size=20` | a window of users, and the token of the next one |
//! | `POST /users`, `GET`, `PATCH` and `DELETE /users/ID` | one user |
//! | `POST /users/ID/orders` | a new order, written with its audit record in one transaction |
//! | `GET /orders?status=paid&sort=-total` | a window of orders |
//! | `GET /health` | whether the database answers, and the pool |
//!
//! Errors are problem details as of RFC 9457. `--port N` chooses the port, `--db KEY` the database;
//! Ctrl-C ends the service when the requests that are under way are answered, after ten seconds at
//! the latest; a second one ends it at once.

mod app;
mod health;
mod http;
mod orders;
mod problem;
mod stop;
mod unit;
mod users;

use axum::{
    Router,
    routing::{get, post},
};
use tokio::net::TcpListener;
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{argument, db_key, prepare};

use app::App;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;
    let service = Router::new()
        .route("/users", get(users::list).post(users::create))
        .route(
            "/users/{id}",
            get(users::show).patch(users::change).delete(users::delete),
        )
        .route("/users/{id}/orders", post(orders::place))
        .route("/orders", get(orders::list))
        .route("/health", get(health::check))
        .with_state(App::new(&provider)?);

    let port = argument("--port").unwrap_or_else(|| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on {}", listener.local_addr()?);
    stop::serve(listener, service, provider.manager()).await?;
    println!("stopped");
    Ok(())
}
