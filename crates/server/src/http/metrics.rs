//! What is counted for the operator: requests by route and status, how long they took, how many run.
//!
//! Written in Prometheus' text format (version 0.0.4). Every route has its counters from the start: nothing that somebody
//! asks can make more of them. Refuses to be shown on the public address. Start at [`Metrics::count`].

use super::routes::Rule;
use http::StatusCode;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the classes of times, in milliseconds.
const CLASSES_MS: [u64; 10] = [2, 5, 10, 20, 50, 100, 250, 1_000, 5_000, 30_000];

/// What is counted.
pub struct Metrics {
    routes: Vec<Counted>,
    running: AtomicU64,
    connections: AtomicU64,
}

#[derive(Default)]
struct Counted {
    method: String,
    path: &'static str,
    /// By hundreds of the status, from 100.
    statuses: [AtomicU64; 5],
    /// By class of time, the last for all longer ones.
    classes: [AtomicU64; CLASSES_MS.len() + 1],
    micros: AtomicU64,
}

/// Counts something out when it ends.
pub struct Running<'a>(&'a AtomicU64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counters for these routes, all zero.
    pub fn new(rules: &[Rule]) -> Self {
        let of =
            |rule: &Rule| Counted { method: rule.method.to_string(), path: rule.path, ..Counted::default() };
        let mut routes: Vec<Counted> = rules.iter().map(of).collect();
        routes.push(Counted { method: "*".to_owned(), path: "(no route)", ..Counted::default() });
        Self { routes, running: AtomicU64::new(0), connections: AtomicU64::new(0) }
    }

    /// A request begins.
    pub fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(&self.running)
    }

    /// A connection begins.
    pub fn connect(&self) -> Running<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Running(&self.connections)
    }

    /// A route answered.
    pub fn count(&self, route: usize, status: StatusCode, took: Duration) {
        let Some(counted) = self.routes.get(route) else { return };
        let status = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        let ms = took.as_millis() as u64;
        let class = CLASSES_MS.iter().position(|end| ms < *end).unwrap_or(CLASSES_MS.len());
        for counter in [&counted.statuses[status], &counted.classes[class]] {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        counted.micros.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
    }

    /// Something was answered that no route has.
    pub fn count_unrouted(&self, status: StatusCode, took: Duration) {
        self.count(self.routes.len() - 1, status, took);
    }

    /// All of it, in Prometheus' text format, with gauges of others.
    pub fn written(&self, gauges: &[(&str, &str, u64)]) -> String {
        let mut text = String::new();
        let running = self.running.load(Ordering::Relaxed);
        let connections = self.connections.load(Ordering::Relaxed);
        let own = [
            ("hearth_requests_running", "Requests that are being answered.", running),
            ("hearth_connections", "Connections that are open.", connections),
        ];
        for (name, help, value) in own.iter().chain(gauges) {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
        }
        self.write_requests(&mut text);
        self.write_times(&mut text);
        text
    }

    fn write_requests(&self, text: &mut String) {
        text.push_str("# HELP hearth_requests_total Requests that were answered.\n# TYPE hearth_requests_total counter\n");
        for Counted { method, path, statuses, .. } in &self.routes {
            for (place, count) in statuses.iter().enumerate() {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let status = place + 1;
                    let labels = format!("method=\"{method}\",route=\"{path}\",status=\"{status}xx\"");
                    let _ = writeln!(text, "hearth_requests_total{{{labels}}} {count}");
                }
            }
        }
    }

    fn write_times(&self, text: &mut String) {
        let name = "hearth_request_seconds";
        let _ = write!(text, "# HELP {name} How long answers took.\n# TYPE {name} histogram\n");
        for Counted { method, path, classes, micros, .. } in &self.routes {
            let counts: Vec<u64> = classes.iter().map(|count| count.load(Ordering::Relaxed)).collect();
            let all: u64 = counts.iter().sum();
            if all == 0 {
                continue;
            }
            let labels = format!("method=\"{method}\",route=\"{path}\"");
            let mut sum = 0;
            for (end_ms, count) in CLASSES_MS.iter().zip(&counts) {
                sum += count;
                let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{}\"}} {sum}", *end_ms as f64 / 1000.0);
            }
            let seconds = micros.load(Ordering::Relaxed) as f64 / 1e6;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {all}");
            let _ = writeln!(text, "{name}_sum{{{labels}}} {seconds}\n{name}_count{{{labels}}} {all}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_written() {
        let metrics = Metrics::new(&[]);
        metrics.count_unrouted(StatusCode::NOT_FOUND, Duration::from_millis(3));
        metrics.count_unrouted(StatusCode::NOT_FOUND, Duration::from_secs(60));
        let _running = metrics.begin();
        let text = metrics.written(&[("hearth_log_entries", "Entries.", 7)]);
        for line in [
            "hearth_requests_running 1",
            "hearth_log_entries 7",
            "hearth_requests_total{method=\"*\",route=\"(no route)\",status=\"4xx\"} 2",
            "hearth_request_seconds_bucket{method=\"*\",route=\"(no route)\",le=\"0.005\"} 1",
            "hearth_request_seconds_bucket{method=\"*\",route=\"(no route)\",le=\"+Inf\"} 2",
            "hearth_request_seconds_count{method=\"*\",route=\"(no route)\"} 2",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} is not in\n{text}");
        }
    }
}
