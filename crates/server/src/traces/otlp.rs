//! The format of traces on the wire, OTLP 1.x in JSON (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"), and
//! what sends them.
//!
//! Identifiers are hexadecimal, 64-bit numbers are texts, enumerations are numbers. Refuses to repeat what a collector did
//! not take: traces may be lost. Start at [`Sending::run`].

use super::context::Context;
use super::{Sending, Told};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Spans in one request.
const AT_ONCE: usize = 512;
/// So long a span waits for others at most.
const WAIT_MOST: Duration = Duration::from_secs(2);
/// How long one request may take.
const REQUEST_MOST: Duration = Duration::from_secs(10);
/// So often at most the log says that a collector takes nothing.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// A span of a request that came in (`SPAN_KIND_SERVER`), and one of our own work (`SPAN_KIND_INTERNAL`).
const SERVER: u8 = 2;
const INTERNAL: u8 = 1;
/// Something went wrong that is the server's fault (`STATUS_CODE_ERROR`).
const ERROR: u8 = 2;

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Yes or no.
    Truth(bool),
}

/// A span that is over.
#[derive(Clone, Debug)]
pub struct Span {
    /// Its trace and its own identifier.
    pub context: Context,
    /// The span that it is a part of.
    pub parent: Option<[u8; 8]>,
    /// What it is: `request`, `job`, `statement`.
    pub name: &'static str,
    /// When it began.
    pub began: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// What is known of it, by OpenTelemetry's names.
    pub attributes: Vec<(&'static str, Attribute)>,
}

impl Sending {
    /// Sends what ends, some at a time, until nobody can end a span any more.
    pub async fn run(mut self) {
        // The HTTP client takes its cryptography from the process; whoever installed one first has it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(Policy::none()).timeout(REQUEST_MOST).build();
        let client = match client {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(%error, "no traces can be sent");
                return;
            }
        };
        let mut told: Option<Instant> = None;
        let mut waiting = Vec::new();
        loop {
            let flushed = self.gather(&mut waiting).await;
            if !waiting.is_empty() {
                let body = document(&waiting).to_string();
                waiting.clear();
                let failed = post(&client, &self.endpoint, body).await.err();
                let dropped = self.dropped.load(Ordering::Relaxed);
                if let Some(error) = failed
                    && told.is_none_or(|told| told.elapsed() > TELL_EVERY)
                {
                    tracing::warn!(error, dropped, "the collector of traces takes nothing; traces are lost");
                    told = Some(Instant::now());
                }
            }
            match flushed {
                Gathered::Some => {}
                // Whoever asked may have gone away meanwhile.
                Gathered::Flush(done) => drop(done.send(())),
                Gathered::Over => return,
            }
        }
    }

    /// Waits for spans: until there are many, some time has passed since the first, or somebody wants them sent.
    async fn gather(&mut self, waiting: &mut Vec<Span>) -> Gathered {
        let mut until = None;
        while waiting.len() < AT_ONCE {
            let next = match until {
                None => self.receiver.recv().await,
                Some(until) => match tokio::time::timeout_at(until, self.receiver.recv()).await {
                    Ok(next) => next,
                    Err(_) => return Gathered::Some,
                },
            };
            match next {
                Some(Told::Span(span)) => waiting.push(*span),
                Some(Told::Flush(done)) => return Gathered::Flush(done),
                None => return Gathered::Over,
            }
            until.get_or_insert_with(|| tokio::time::Instant::now() + WAIT_MOST);
        }
        Gathered::Some
    }
}

enum Gathered {
    Some,
    Flush(tokio::sync::oneshot::Sender<()>),
    Over,
}

async fn post(client: &reqwest::Client, endpoint: &str, body: String) -> Result<(), String> {
    let request = client.post(endpoint).header("content-type", "application/json").body(body);
    let answer = request.send().await.map_err(|error| error.to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answers {}", answer.status())) }
}

/// Spans as one request says them (`ExportTraceServiceRequest`).
pub fn document(spans: &[Span]) -> Value {
    let service = attributes(&[
        ("service.name", Attribute::Text("hearth".to_owned())),
        ("service.version", Attribute::Text(env!("CARGO_PKG_VERSION").to_owned())),
    ]);
    let spans: Vec<Value> = spans.iter().map(written).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": service },
        "scopeSpans": [{ "scope": { "name": "hearth" }, "spans": spans }],
    }] })
}

fn written(span: &Span) -> Value {
    let text = |name: &str| {
        span.attributes.iter().find_map(|(own, value)| match value {
            Attribute::Text(text) if *own == name => Some(text.as_str()),
            _ => None,
        })
    };
    let whole = |name: &str| {
        span.attributes.iter().find_map(|(own, value)| match value {
            Attribute::Whole(number) if *own == name => Some(*number),
            _ => None,
        })
    };
    let method = text("http.request.method");
    let name = match (method, text("http.route")) {
        (Some(method), Some(route)) => format!("{method} {route}"),
        _ => span.name.to_owned(),
    };
    let is_failed = whole("http.response.status_code").is_some_and(|status| status >= 500);
    let mut written = json!({
        "traceId": hex(&span.context.trace),
        "spanId": hex(&span.context.span),
        "name": name,
        "kind": if method.is_some() { SERVER } else { INTERNAL },
        "startTimeUnixNano": nanoseconds(span.began),
        "endTimeUnixNano": nanoseconds(span.ended),
        "attributes": attributes(&span.attributes),
    });
    if let Some(parent) = span.parent {
        written["parentSpanId"] = hex(&parent).into();
    }
    if is_failed {
        written["status"] = json!({ "code": ERROR });
    }
    written
}

fn attributes(all: &[(&'static str, Attribute)]) -> Vec<Value> {
    let one = |(key, value): &(&'static str, Attribute)| {
        let value = match value {
            Attribute::Text(text) => json!({ "stringValue": text }),
            Attribute::Whole(number) => json!({ "intValue": number.to_string() }),
            Attribute::Truth(truth) => json!({ "boolValue": truth }),
        };
        json!({ "key": key, "value": value })
    };
    all.iter().map(one).collect()
}

fn nanoseconds(time: SystemTime) -> String {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::Traces;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tracing::Instrument as _;
    use tracing_subscriber::filter::FilterFn;
    use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

    /// A collector that takes one request and says what it was.
    async fn collector() -> (String, tokio::task::JoinHandle<(String, Value)>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let taken = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("somebody");
            let mut heard = Vec::new();
            loop {
                let mut piece = [0; 4_096];
                let read = stream.read(&mut piece).await.expect("bytes");
                heard.extend_from_slice(&piece[..read]);
                let text = String::from_utf8_lossy(&heard).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let Ok(body) = serde_json::from_str::<Value>(body) else { continue };
                let head = head.lines().next().unwrap_or_default().to_owned();
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.expect("sent");
                return (head, body);
            }
        });
        (address, taken)
    }

    #[tokio::test]
    async fn a_request_and_its_parts_reach_the_collector_in_the_callers_trace() {
        let (address, taken) = collector().await;
        let (traces, sending, flusher) = Traces::begin(&format!("{address}/"));
        let ours = FilterFn::new(Traces::is_ours);
        let subscriber = tracing_subscriber::registry().with(traces.with_filter(ours));
        let guard = tracing::subscriber::set_default(subscriber);
        let request = tracing::debug_span!(
            "request",
            http.request.method = "GET",
            http.route = "/genomes/{accession}",
            http.response.status_code = tracing::field::Empty,
            traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        );
        async {
            tracing::debug_span!("statement", db.query.text = "SELECT 1").in_scope(|| {});
            tracing::Span::current().record("http.response.status_code", 503);
        }
        .instrument(request)
        .await;
        drop(guard);
        let sending = tokio::spawn(sending.run());
        flusher.flush(Duration::from_secs(10)).await;
        let taken = tokio::time::timeout(Duration::from_secs(10), taken).await.expect("it comes");
        let (head, body) = taken.expect("taken");
        sending.abort();
        assert_eq!(head, "POST /v1/traces HTTP/1.1");
        let spans = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
        let (statement, request) = (&spans[0], &spans[1]);
        assert_eq!(request["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(request["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!((&request["name"], &request["kind"]), (&json!("GET /genomes/{accession}"), &json!(2)));
        assert_eq!(request["status"], json!({ "code": 2 }), "{request}");
        assert_eq!(
            (&statement["traceId"], &statement["parentSpanId"]),
            (&request["traceId"], &request["spanId"])
        );
        let text = json!([{ "key": "db.query.text", "value": { "stringValue": "SELECT 1" } }]);
        assert_eq!((&statement["name"], &statement["attributes"]), (&json!("statement"), &text));
        let nanoseconds =
            |span: &Value, name: &str| span[name].as_str().and_then(|text| text.parse::<u128>().ok());
        assert!(nanoseconds(request, "startTimeUnixNano") <= nanoseconds(statement, "startTimeUnixNano"));
        assert!(nanoseconds(request, "endTimeUnixNano") >= nanoseconds(statement, "endTimeUnixNano"));
    }

    #[tokio::test]
    async fn a_collector_that_does_not_listen_costs_only_the_traces() {
        let (traces, sending, flusher) = Traces::begin("http://127.0.0.1:9");
        let subscriber =
            tracing_subscriber::registry().with(traces.with_filter(FilterFn::new(Traces::is_ours)));
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..super::super::WAITING_MOST + 10 {
                tracing::debug_span!("job").in_scope(|| {});
            }
        });
        assert_eq!(sending.dropped.load(Ordering::Relaxed), 10);
        let running = tokio::spawn(sending.run());
        flusher.flush(Duration::from_secs(10)).await;
        drop(flusher);
        tokio::time::timeout(Duration::from_secs(10), running).await.expect("it ends").expect("no panic");
    }
}
