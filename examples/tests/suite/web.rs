//! The web service, over HTTP: what it answers, and what is left when clients go away.

mod client;
mod stalled;

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use entity::{audit_log, orders};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use xtsqlorm::prelude::*;

use crate::databases::{Database, on_every_backend, program};
use client::Client;

/// The service in a process of its own.
struct Service {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    client: Client,
}

impl Service {
    async fn start(database: &Database) -> Self {
        let mut process = Command::new(program("web"))
            .args(["--db", database.key, "--port", "0"])
            .envs(database.environment())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = timeout(Duration::from_secs(60), output.next_line())
            .await
            .unwrap();
        let line = line.unwrap().expect("it says where it listens");
        let address = line.strip_prefix("listening on ").unwrap().to_owned();
        Self {
            process,
            output,
            client: Client::new(address),
        }
    }

    /// As a supervisor does.
    async fn stop(self) {
        self.ask_to_stop().await;
        self.ended_within(Duration::from_secs(30)).await;
    }

    async fn ask_to_stop(&self) {
        let process = self.process.id().unwrap().to_string();
        let told = Command::new("kill")
            .args(["-TERM", &process])
            .status()
            .await
            .unwrap();
        assert!(told.success());
    }

    async fn ended_within(mut self, limit: Duration) {
        let status = timeout(limit, self.process.wait()).await.unwrap();
        assert!(status.unwrap().success(), "it ends by itself");
        assert_eq!(
            self.output.next_line().await.unwrap().as_deref(),
            Some("stopped")
        );
    }
}

async fn the_web_service_keeps_what_it_acknowledged(database: Database) {
    let service = Service::start(&database).await;
    answers_are_json_and_errors_are_problems(&service.client).await;
    windows_follow_each_other(&service.client).await;
    let acknowledged = clients_come_and_go(&service.client).await;
    let (status, health) = service.client.get("/health").await;
    assert_eq!(
        (status, &health["database"]),
        (200, &json!(true)),
        "{health}"
    );
    service.stop().await;
    nothing_is_lost_and_nothing_is_half(&database, &acknowledged).await;
}

on_every_backend!(the_web_service_keeps_what_it_acknowledged);

async fn answers_are_json_and_errors_are_problems(client: &Client) {
    let ann = json!({ "email": "ann@web.example", "name": "Ann" });
    let (status, user) = client.post("/users", &ann).await;
    assert_eq!(status, 201, "{user}");
    assert_eq!(
        (&user["name"], &user["version"]),
        (&json!("Ann"), &json!(1))
    );
    let one = format!("/users/{}", user["id"]);
    assert_eq!(client.get(&one).await, (200, user.clone()));

    let (status, problem) = client.post("/users", &ann).await;
    assert_eq!(
        (status, &problem["status"]),
        (409, &json!(409)),
        "the address is taken"
    );
    let told = problem.to_string();
    assert!(
        ["users", "email"].iter().all(|name| !told.contains(name)),
        "no name of the schema is told: {told}"
    );
    let bad = json!({ "email": "no address", "name": "" });
    let (status, problem) = client.post("/users", &bad).await;
    assert_eq!(status, 422, "{problem}");
    let pointers: BTreeSet<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    assert_eq!(pointers, BTreeSet::from(["#/email", "#/name"]));
    assert!(
        !problem.to_string().contains("no address"),
        "what was refused is not repeated"
    );
    let (status, _) = client.post("/users", &json!({ "nmae": "Ann" })).await;
    assert_eq!(status, 400);

    let (status, changed) = client
        .patch(&one, &json!({ "name": "Anna", "version": 1 }))
        .await;
    assert_eq!((status, &changed["version"]), (200, &json!(2)), "{changed}");
    let (status, _) = client
        .patch(&one, &json!({ "name": "Anne", "version": 1 }))
        .await;
    assert_eq!(status, 409, "somebody else was first");
    assert_eq!(client.get(&one).await.1["name"], "Anna");

    assert_eq!(client.delete(&one).await.0, 204);
    assert_eq!(client.delete(&one).await.0, 404);
    let (status, problem) = client.get(&one).await;
    assert_eq!((status, &problem["status"]), (404, &json!(404)));
}

async fn windows_follow_each_other(client: &Client) {
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let (status, window) = client
            .get(&format!(
                "/users?is_active=true&sort=-created_at&size=5{after}"
            ))
            .await;
        assert_eq!(status, 200, "{window}");
        let items = window["items"].as_array().unwrap();
        seen.extend(items.iter().map(|user| user["id"].as_i64().unwrap()));
        if window["has_next"] == false {
            break;
        }
        after = format!("&after={}", window["next"].as_str().unwrap());
    }
    let all: BTreeSet<i64> = seen.iter().copied().collect();
    assert!(seen.len() > 5 && all.len() == seen.len(), "{seen:?}");

    for query in [
        "password=x",
        "is_active=perhaps",
        "size=100000",
        "sort=email",
        "after=forged",
    ] {
        let (status, problem) = client.get(&format!("/users?{query}")).await;
        assert_eq!((status, &problem["status"]), (400, &json!(400)), "{query}");
    }
}

/// Many clients place orders at once, and every third goes away before the answer. Gives the
/// numbers of those that were acknowledged.
async fn clients_come_and_go(client: &Client) -> BTreeSet<String> {
    let buyer = json!({ "email": "buyer@web.example", "name": "Buyer" });
    let (_, buyer) = client.post("/users", &buyer).await;
    let path = format!("/users/{}/orders", buyer["id"]);
    let clients = (0..8).map(|client_number| {
        let (client, path) = (client.clone(), path.clone());
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for turn in 0..12_u64 {
                let number = format!("WEB-{client_number}-{turn}");
                let order = json!({ "number": number, "total": "19.90" });
                if turn % 3 == 2 {
                    let patience = Duration::from_micros(turn * 700 + client_number * 300);
                    client.go_away_after(patience, &path, &order).await;
                } else if client.post(&path, &order).await.0 == 201 {
                    acknowledged.push(number);
                }
            }
            acknowledged
        })
    });
    let mut all = BTreeSet::new();
    for client in clients.collect::<Vec<_>>() {
        all.extend(client.await.unwrap());
    }
    assert_eq!(all.len(), 8 * 8, "nobody who waited was refused");
    all
}

async fn nothing_is_lost_and_nothing_is_half(database: &Database, acknowledged: &BTreeSet<String>) {
    let manager = ConnectionManager::connect(&database.config).await.unwrap();
    let provider = SessionProvider::new(manager.clone());
    let orders = Repository::<orders::Entity>::new(&provider);
    let ours = orders
        .find()
        .filter(orders::Column::Number.starts_with("WEB-"));
    let placed = ours
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|order| order.number);
    let placed: BTreeSet<String> = placed.collect();
    assert!(
        acknowledged.is_subset(&placed),
        "what was acknowledged is there"
    );
    let records = Repository::<audit_log::Entity>::new(&provider);
    let records = records
        .find()
        .filter(audit_log::Column::Action.eq("order.placed"));
    let recorded = records
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.subject_key);
    let recorded: BTreeSet<String> = recorded.filter(|key| key.starts_with("WEB-")).collect();
    assert_eq!(placed, recorded, "each with its record");
    manager.dispose().await;
}
