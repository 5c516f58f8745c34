//! One line on a terminal that says how far a run has come.

use hearth_formats::input::Progress;
use hearth_pages::number::whole;
use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

/// Time between two looks of the line.
const PAUSE: Duration = Duration::from_millis(200);

/// The line; does nothing where nobody watches.
#[derive(Debug)]
pub struct ProgressLine {
    progress: Progress,
    total_bytes: Option<u64>,
    started: Instant,
    drawn: Option<Instant>,
    is_on: bool,
}

impl ProgressLine {
    /// A line for a run over `total_bytes` of input, shown if `is_wanted` and somebody watches.
    pub fn new(progress: Progress, total_bytes: Option<u64>, is_wanted: bool) -> Self {
        let is_on = is_wanted && stderr().is_terminal();
        Self { progress, total_bytes, started: Instant::now(), drawn: None, is_on }
    }

    /// Time since the run began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Draws the line again if it is time to.
    pub fn update(&mut self, records: u64) {
        if !self.is_on || self.drawn.unwrap_or(self.started).elapsed() < PAUSE {
            return;
        }
        self.drawn = Some(Instant::now());
        let text = describe(self.progress.bytes_read(), self.total_bytes, records, self.elapsed());
        // A terminal that went away is no reason to stop.
        let _ = write!(stderr(), "\r\x1B[K{text}");
    }

    /// Removes the line, so that something else can be said.
    pub fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(stderr(), "\r\x1B[K");
        }
    }
}

fn describe(read: u64, total: Option<u64>, records: u64, time: Duration) -> String {
    let megabytes = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    let share = match total {
        Some(total) if total > 0 => {
            format!("{:>3} % of {}", (read.min(total) * 100) / total, megabytes(total))
        }
        _ => megabytes(read),
    };
    let rate = (records as f64 / time.as_secs_f64().max(0.001)) as u64;
    format!("{share} read, {} genomes, {} per second", whole(records), whole(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_and_how_fast() {
        let two = Duration::from_secs(2);
        assert_eq!(
            describe(50_000_000, Some(100_000_000), 3000, two),
            " 50 % of 100 MB read, 3,000 genomes, 1,500 per second"
        );
        assert_eq!(describe(7_000_000, None, 0, two), "7 MB read, 0 genomes, 0 per second");
    }
}
