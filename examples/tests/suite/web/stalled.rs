//! Clients that stop in the middle of a request.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::Service;
use crate::databases::{Database, on_every_backend};

fn user(name: &str) -> Value {
    json!({ "email": format!("{name}@web.example"), "name": name })
}

/// More of them than the pool has connections; on SQLite one would do, if it had the writers' turn.
async fn a_client_that_stalls_keeps_nobody_waiting(database: Database) {
    let service = Service::start(&database).await;
    let client = &service.client;
    let mut stalled = Vec::new();
    for number in 0..20 {
        stalled.push(
            client
                .stall("/users", &user(&format!("slow{number}")))
                .await,
        );
    }
    let post = async { client.post("/users", &user("quick")).await };
    let (status, answer) = timeout(Duration::from_secs(5), post)
        .await
        .expect("it does not wait for the others");
    assert_eq!(status, 201, "{answer}");
    let idle = async {
        while client.get("/health").await.1["pool"]["in_use"] != json!(0) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let idle = timeout(Duration::from_secs(5), idle).await;
    idle.expect("none of them holds a connection");

    let (status, answer) = stalled.pop().unwrap().go_on().await;
    assert_eq!(status, 201, "late, and in time: {answer}");
    let told = timeout(Duration::from_secs(30), stalled.pop().unwrap().wait());
    let (status, problem) = told.await.expect("it is not waited for, for ever");
    assert_eq!((status, &problem["status"]), (408, &json!(408)));
    drop(stalled);

    // The first signal waits for those that are under way, the second for nobody.
    let _stalled = client.stall("/users", &user("last")).await;
    service.ask_to_stop().await;
    let turned_away = timeout(Duration::from_secs(5), client.turned_away()).await;
    turned_away.expect("it listens no longer");
    service.ask_to_stop().await;
    service.ended_within(Duration::from_secs(5)).await;
}

on_every_backend!(a_client_that_stalls_keeps_nobody_waiting);
