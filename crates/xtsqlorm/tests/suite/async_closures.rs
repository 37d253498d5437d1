//! Transaction closures where services run them: in spawned tasks and in handlers.
//!
//! That this file compiles is most of its point. A plain bound `impl AsyncFnOnce(&Session) -> ..`
//! would do for a `main` function, and fail in each of these places with "implementation of `Send`
//! is not general enough".

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::State, http::StatusCode, routing::post};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use xtsqlorm::{Error, session::SessionProvider};

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, eventually, on_every_backend,
};

on_every_backend!(
    a_closure_borrows_inside_a_spawned_task,
    a_closure_changes_what_it_borrows_inside_a_spawned_task,
    closures_nest_inside_a_spawned_task,
    a_closure_runs_in_a_handler,
    a_client_that_goes_away_takes_its_transaction_with_it,
);

/// A local `String` is borrowed, not moved, and can be used after the transaction.
async fn a_closure_borrows_inside_a_spawned_task(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let task = tokio::spawn(async move {
        let name = String::from("seven");
        let length = provider
            .transaction(async |session| -> xtsqlorm::Result<usize> {
                deposit(session, i64::try_from(name.len()).unwrap()).await?;
                Ok(name.len())
            })
            .await?;
        Ok::<_, Error>((name, length))
    });
    assert_eq!(task.await??, ("seven".to_owned(), 5));
    assert_eq!(balance(&db.manager()).await?, [5]);
    Ok(())
}

/// A counter of the surrounding function is counted up, without a lock.
async fn a_closure_changes_what_it_borrows_inside_a_spawned_task(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let task = tokio::spawn(async move {
        let mut written = 0;
        for id in 0..3 {
            provider
                .transaction(async |session| -> xtsqlorm::Result<()> {
                    deposit(session, id).await?;
                    written += 1;
                    Ok(())
                })
                .await?;
        }
        Ok::<_, Error>(written)
    });
    assert_eq!(task.await??, 3);
    Ok(())
}

/// A savepoint's closure borrows from the transaction's closure and from around both.
async fn closures_nest_inside_a_spawned_task(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let task = tokio::spawn(async move {
        let ids = [1, 2];
        provider
            .transaction(async |session| -> xtsqlorm::Result<()> {
                let outer = ids[0];
                deposit(session, outer).await?;
                session
                    .transaction(async |inner| -> xtsqlorm::Result<()> {
                        Ok(deposit(inner, outer + ids[1]).await?)
                    })
                    .await
            })
            .await
    });
    task.await??;
    assert_eq!(balance(&db.manager()).await?, [1, 3]);
    Ok(())
}

async fn add(State(provider): State<SessionProvider>, id: String) -> Result<String, StatusCode> {
    let id: i64 = id.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    provider
        .transaction(async |session| -> xtsqlorm::Result<String> {
            deposit(session, id).await?;
            session
                .transaction(async |inner| -> xtsqlorm::Result<()> {
                    Ok(deposit(inner, id + 1).await?)
                })
                .await?;
            Ok(format!("added {id}"))
        })
        .await
        .map_err(|error| match error.is_unique_violation() {
            true => StatusCode::CONFLICT,
            false => StatusCode::INTERNAL_SERVER_ERROR,
        })
}

/// Writes, and then never ends by itself.
async fn dawdle(State(provider): State<SessionProvider>, id: String) -> Result<(), StatusCode> {
    let id: i64 = id.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let outcome = provider.transaction(async |session| -> xtsqlorm::Result<()> {
        deposit(session, id).await?;
        std::future::pending().await
    });
    outcome.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn serve(provider: SessionProvider) -> Result<SocketAddr> {
    let router = Router::new()
        .route("/add", post(add))
        .route("/dawdle", post(dawdle))
        .with_state(provider);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(address)
}

async fn send(server: SocketAddr, path: &str, body: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    Ok(stream)
}

/// A request in, a transaction with a savepoint, a response out.
async fn a_closure_runs_in_a_handler(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let server = serve(db.provider()).await?;
    for (body, status) in [("7", "200"), ("7", "409"), ("x", "400")] {
        let mut response = String::new();
        send(server, "/add", body)
            .await?
            .read_to_string(&mut response)
            .await?;
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}")),
            "{response}"
        );
    }
    assert_eq!(balance(&db.manager()).await?, [7, 8]);
    Ok(())
}

/// The server drops the handler in the middle of its transaction. Nothing stays.
async fn a_client_that_goes_away_takes_its_transaction_with_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let server = serve(db.provider()).await?;
    let in_use = || db.manager().pool_status().in_use;
    for id in 0..3 {
        let client = send(server, "/dawdle", &id.to_string()).await?;
        eventually("the handler is in its transaction", async || in_use() == 1).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(client);
        eventually("the connection is free again", async || in_use() == 0).await;
    }
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    deposit(&db.manager(), 9).await?;
    assert_eq!(db.raw().await?.numbers("SELECT id FROM ledger").await?, [9]);
    Ok(())
}
