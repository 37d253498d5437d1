//! As much of HTTP as the claims need: a connection for each request, which a client may leave.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// Sends requests to one address.
#[derive(Clone)]
pub(crate) struct Client {
    address: Arc<str>,
}

impl Client {
    pub(crate) fn new(address: String) -> Self {
        Self {
            address: address.into(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.send("DELETE", path, &Value::Null).await
    }

    /// Sends a request and closes the connection, answered or not.
    pub(crate) async fn go_away_after(&self, patience: Duration, path: &str, body: &Value) {
        timeout(patience, self.post(path, body)).await.ok();
    }

    /// Sends a request up to the middle of its body.
    pub(crate) async fn stall(&self, path: &str, body: &Value) -> Stalled {
        let text = request("POST", path, body);
        let (sent, rest) = text.split_at(text.len() - 5);
        let mut stream = TcpStream::connect(&*self.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        Stalled {
            stream,
            rest: rest.to_owned(),
        }
    }

    /// Waits until nobody listens any more.
    pub(crate) async fn turned_away(&self) {
        while TcpStream::connect(&*self.address).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut stream = TcpStream::connect(&*self.address).await.unwrap();
        let request = request(method, path, body);
        stream.write_all(request.as_bytes()).await.unwrap();
        answer(stream).await
    }
}

/// A request whose end has not been sent.
pub(crate) struct Stalled {
    stream: TcpStream,
    rest: String,
}

impl Stalled {
    /// Sends the rest, and waits for the answer.
    pub(crate) async fn go_on(mut self) -> (u16, Value) {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        answer(self.stream).await
    }

    /// What is answered to a client that sends nothing more.
    pub(crate) async fn wait(self) -> (u16, Value) {
        answer(self.stream).await
    }
}

fn request(method: &str, path: &str, body: &Value) -> String {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn answer(mut stream: TcpStream) -> (u16, Value) {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (
        status.expect("and a status"),
        serde_json::from_str(body).unwrap_or_default(),
    )
}
