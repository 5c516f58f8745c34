//! The API over real sockets: a batch from its upload to its release, uploads that break off, what is refused.
#![allow(dead_code, missing_docs, clippy::panic)]

#[path = "../frame/client.rs"]
mod client;
#[path = "../desk/mod.rs"]
mod desk;
mod document;
mod flow;
#[path = "../frame/serving.rs"]
mod serving;
mod uploads;

use client::{Answer, send};
use hearth_server::jobs;
use serde_json::Value;
use serving::Server;
use std::time::Duration;

/// A server that is set up, analyses, and has a program that may do everything.
pub struct World {
    pub server: Server,
    pub token: String,
}

impl World {
    pub async fn new(change: impl FnOnce(&mut hearth_server::config::Config)) -> Self {
        let server = Server::start_with(desk::packs(), change).await.founded().await;
        let all = ["read", "submit", "review", "release", "curate", "administer"];
        let token = server.token_of("ada", &all).await;
        tokio::spawn(jobs::work(server.app.clone(), std::future::pending(), Duration::ZERO));
        Self { server, token }
    }

    /// Asks with these headers, beside the token.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let own = [("Authorization", bearer.as_str()), ("Tus-Resumable", "1.0.0")];
        let headers: Vec<(&str, &str)> = own.into_iter().chain(headers.iter().copied()).collect();
        send(self.server.address, method, &format!("/api/v1{path}"), &headers, body).await
    }

    /// Sends JSON, or asks; gives the status and the JSON.
    pub async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.raw(method, path, &[("Content-Type", "application/json")], &body).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }

    /// Uploads a file in one part. Returns its identifier.
    pub async fn upload(&self, name: &str, text: &str) -> String {
        use base64::Engine as _;
        let metadata = format!("filename {}", base64::engine::general_purpose::STANDARD.encode(name));
        let length = text.len().to_string();
        let begun = self
            .raw("POST", "/uploads", &[("Upload-Length", &length), ("Upload-Metadata", &metadata)], "")
            .await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        let path = begun.header("location").strip_prefix("/api/v1").expect("its address").to_owned();
        let sent = self.patch(&path, 0, text).await;
        assert_eq!((sent.status, sent.header("upload-offset")), (204, length.as_str()), "{}", sent.body);
        path.rsplit('/').next().expect("an identifier").to_owned()
    }

    pub async fn patch(&self, path: &str, from: usize, text: &str) -> Answer {
        let from = from.to_string();
        let headers = [("Upload-Offset", from.as_str()), ("Content-Type", "application/offset+octet-stream")];
        self.raw("PATCH", path, &headers, text).await
    }

    /// Waits until a batch is no longer being analysed.
    pub async fn analysed(&self, id: &str) -> Value {
        for _ in 0..600 {
            let (status, batch) = self.ask("GET", &format!("/batches/{id}"), None).await;
            assert_eq!(status, 200, "{batch}");
            if batch["state"] != "analysing" {
                return batch;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the batch is not analysed");
    }
}
