//! The peer as a process that answers commands: `peer.py` in a Python that has its wheel. Start at [`Peer::start`].

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What a question took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// By the clock, the cheapest repetition.
    pub seconds: f64,
    /// Of all processors, the mean.
    pub processor_s: f64,
}

pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    pub fn start(python: &str) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/measure/peer.py");
        let mut command = Command::new(python);
        let mut child =
            command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(Error::other("the peer takes no commands"));
        };
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    /// Tells a command and waits until it is done.
    pub fn tell(&mut self, words: &[&str]) -> Result<Cost> {
        writeln!(self.input, "{}", words.join("\t"))?;
        self.input.flush()?;
        let mut line = String::new();
        while self.output.read_line(&mut line)? > 0 {
            if let Some(cost) = line.strip_prefix("= ").and_then(cost) {
                return Ok(cost);
            }
            line.clear();
        }
        Err(Error::other(format!("the peer ended at: {}", words.join(" "))))
    }

    /// Memory in bytes: now, and at its most.
    pub fn memory(&self) -> (f64, f64) {
        let path = format!("/proc/{}/status", self.child.id());
        (memory(&path, "VmRSS:"), memory(&path, "VmHWM:"))
    }

    /// Ends it.
    pub fn end(mut self) -> Result<()> {
        drop(self.input);
        self.child.wait().map(|_| ())
    }
}

fn cost(line: &str) -> Option<Cost> {
    let (seconds, processor_s) = line.trim().split_once('\t')?;
    Some(Cost { seconds: seconds.parse().ok()?, processor_s: processor_s.parse().ok()? })
}

/// A line of a process's status, in bytes.
pub fn memory(path: &str, what: &str) -> f64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(what));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    number.unwrap_or(0.0) * 1024.0
}
