//! Traces: what a request or a job did, and how long each part of it took, for a collector that the operator runs.
//!
//! Spans of our own crates become spans of OpenTelemetry. A request that says which trace it belongs to (W3C Trace
//! Context) goes on with that one. What is told are routes and statements, never values: no accession, no name, no
//! address. Where no collector is set nothing of this runs. A collector that does not listen costs nothing but the
//! traces. Start at [`Traces::begin`]; the format is in [`otlp`], the header in [`context`].

pub mod context;
pub mod otlp;

use context::Context;
use hearth_store::random;
use otlp::{Attribute, Span};
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::{mpsc, oneshot};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context as Around, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Spans that wait to be sent; more are dropped, and counted.
const WAITING_MOST: usize = 4_096;
/// The longest text of an attribute, in characters.
const TEXT_MAX_CHARS: usize = 2_000;
/// Names that the crates of this server begin with.
const OURS: &str = "hearth";
/// The field by which a span says which trace it goes on with: a header's text.
pub const TRACEPARENT: &str = "traceparent";

/// What a sender is told.
enum Told {
    Span(Box<Span>),
    Flush(oneshot::Sender<()>),
}

/// Takes spans as they end and hands them to the sender.
pub struct Traces {
    sender: mpsc::Sender<Told>,
    dropped: Arc<AtomicU64>,
}

/// Makes sure that what ended was sent.
#[derive(Clone)]
pub struct Flusher(mpsc::Sender<Told>);

/// The other end: what sends. To be run beside the server.
pub struct Sending {
    receiver: mpsc::Receiver<Told>,
    dropped: Arc<AtomicU64>,
    endpoint: String,
}

impl Traces {
    /// Traces for the collector at an address such as `http://127.0.0.1:4318`.
    pub fn begin(endpoint: &str) -> (Self, Sending, Flusher) {
        let (sender, receiver) = mpsc::channel(WAITING_MOST);
        let dropped = Arc::new(AtomicU64::new(0));
        let endpoint = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let sending = Sending { receiver, dropped: Arc::clone(&dropped), endpoint };
        (Self { sender: sender.clone(), dropped }, sending, Flusher(sender))
    }

    /// Whether a span or event is one of ours.
    pub fn is_ours(metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with(OURS)
    }
}

impl Flusher {
    /// Waits until what ended so far was sent, but not for ever.
    pub async fn flush(&self, patience: Duration) {
        let (done, heard) = oneshot::channel();
        let flushed = async {
            if self.0.send(Told::Flush(done)).await.is_ok() {
                // A sender that is gone has nothing left to send.
                let _ = heard.await;
            }
        };
        // What could not be sent in time is lost, as traces may be.
        let _ = tokio::time::timeout(patience, flushed).await;
    }
}

/// A span that is not over.
struct Open {
    context: Context,
    parent: Option<[u8; 8]>,
    began: SystemTime,
    fields: Fields,
}

/// The fields of a span, as they are recorded.
#[derive(Default)]
struct Fields {
    attributes: Vec<(&'static str, Attribute)>,
    traceparent: Option<Context>,
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, around: Around<'_, S>) {
        let Some(span) = around.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let above = span.parent();
        let above =
            above.as_ref().and_then(|parent| parent.extensions().get::<Open>().map(|open| open.context));
        let above = above.or(fields.traceparent);
        let trace = above.map(|above| above.trace).or_else(|| random::bytes().ok());
        let (Some(trace), Ok(own)) = (trace, random::bytes()) else { return };
        let context = Context { trace, span: own };
        let parent = above.map(|above| above.span);
        span.extensions_mut().insert(Open { context, parent, began: SystemTime::now(), fields });
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, around: Around<'_, S>) {
        let Some(span) = around.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            record.record(&mut open.fields);
        }
    }

    fn on_close(&self, id: Id, around: Around<'_, S>) {
        let Some(span) = around.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>() else { return };
        let ended = Span {
            context: open.context,
            parent: open.parent,
            name: span.metadata().name(),
            began: open.began,
            ended: SystemTime::now(),
            attributes: open.fields.attributes,
        };
        if self.sender.try_send(Told::Span(Box::new(ended))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Fields {
    fn add(&mut self, field: &Field, value: Attribute) {
        self.attributes.push((field.name(), value));
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == TRACEPARENT {
            self.traceparent = Context::read(value);
            return;
        }
        self.add(field, Attribute::Text(value.chars().take(TEXT_MAX_CHARS).collect()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, Attribute::Whole(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, Attribute::Whole(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, Attribute::Truth(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, Attribute::Text(format!("{value:?}").chars().take(TEXT_MAX_CHARS).collect()));
    }
}
