//! What a command costs: processor seconds, wall seconds, peak memory, instructions.
//!
//! The operating system counts per family of processes, so each command is run by a process of its own
//! (`xtask measure`), which has no other child and asks for the sum. Refuses to know which command it is.
//! Start at [`measure`].

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The cost of one run of a command, all its threads and children together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Processor seconds in the program's own code.
    pub user_s: f64,
    /// Processor seconds in the kernel on its behalf.
    pub system_s: f64,
    /// Seconds by the clock on the wall.
    pub wall_s: f64,
    /// Largest resident memory of any of its processes.
    pub peak_mib: f64,
}

impl Cost {
    /// User and system seconds together.
    pub fn cpu_s(self) -> f64 {
        self.user_s + self.system_s
    }

    fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        let [user_s, system_s, wall_s, peak_mib] = numbers[..] else { return None };
        Some(Self { user_s, system_s, wall_s, peak_mib })
    }
}

/// Runs a command in a measuring process and gives its cost. What it prints is thrown away, and its exit code
/// is not judged: the caller knows what it should have written.
pub fn measure(line: &[String]) -> Result<Cost> {
    let own = std::env::current_exe().context("the path of xtask")?;
    let output = Command::new(own).arg("measure").args(line).stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Cost::parse(&text).with_context(|| {
        format!(
            "{} could not be measured: {}",
            line.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        )
    })
}

/// The measuring process: runs the command that its arguments name and prints the four numbers of a [`Cost`].
pub fn run(mut arguments: lexopt::Parser) -> Result<()> {
    let line: Vec<OsString> = arguments.raw_args()?.collect();
    let Some((program, rest)) = line.split_first() else { bail!("usage: cargo xtask measure PROGRAM …") };
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(rest)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{program:?} cannot be started"))?;
    child.wait()?;
    let wall_s = start.elapsed().as_secs_f64();
    let Cost { user_s, system_s, peak_mib, .. } = children()?;
    println!("{user_s} {system_s} {wall_s} {peak_mib}");
    Ok(())
}

#[cfg(unix)]
fn children() -> Result<Cost> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    // Linux counts KiB, macOS bytes (getrusage(2) of each).
    let per_mib = if cfg!(target_os = "macos") { 1_048_576.0 } else { 1024.0 };
    Ok(Cost {
        user_s: seconds(usage.user_time()),
        system_s: seconds(usage.system_time()),
        wall_s: 0.0,
        peak_mib: usage.max_rss() as f64 / per_mib,
    })
}

#[cfg(not(unix))]
fn children() -> Result<Cost> {
    bail!("costs are measured on Unix only")
}

/// Instructions that a command executes, by `perf stat` where the machine counts them, else by callgrind;
/// `None` where neither does. The second value names the counter.
pub fn instructions(line: &[String], scratch: &Path) -> Option<(u64, &'static str)> {
    let perf = Command::new("perf")
        .args(["stat", "--field-separator", ";", "--event", "instructions:u"])
        .args(line)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output();
    if let Some(count) = perf.ok().and_then(|output| perf_count(&String::from_utf8_lossy(&output.stderr))) {
        return Some((count, "perf stat, user space"));
    }
    let callgrind = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(line)
        .current_dir(scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output();
    let output = callgrind.ok()?;
    callgrind_count(&String::from_utf8_lossy(&output.stderr)).map(|count| (count, "callgrind"))
}

fn perf_count(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.contains("instructions"))?;
    line.split(';').next()?.trim().parse().ok()
}

fn callgrind_count(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_read_back() {
        let cost = Cost { user_s: 1.5, system_s: 0.25, wall_s: 2.0, peak_mib: 80.0 };
        assert_eq!(Cost::parse("1.5 0.25 2 80\n"), Some(cost));
        assert_eq!(cost.cpu_s(), 1.75);
        assert_eq!(Cost::parse("1.5 0.25 2"), None);
        assert_eq!(Cost::parse(""), None);
    }

    #[test]
    fn counters_are_read() {
        assert_eq!(perf_count("x\n12345;;instructions:u;99;100.00;;\n"), Some(12345));
        assert_eq!(perf_count("<not supported>;;instructions:u;0;100.00;;\n"), None);
        assert_eq!(callgrind_count("==1== Events    : Ir\n==1== Collected : 777\n"), Some(777));
        assert_eq!(callgrind_count("valgrind: not found\n"), None);
    }
}
