//! The record of a benchmark: raw numbers as a table for programs, and a page for people.
//!
//! Refuses to run anything but the small questions that describe the machine. Start at [`Run`].

use super::measure::Cost;
use std::fmt::Write as _;
use std::process::Command;

/// Columns of the raw table.
const COLUMNS: &str = "case\tprogram\tthreads\trecords\tbytes\trepeat\tuser_s\tsystem_s\twall_s\tpeak_mib";

/// One measured run.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What was read.
    pub case: String,
    /// `ours`, `peer` or `cat`.
    pub program: &'static str,
    /// Threads that analysed.
    pub threads: usize,
    /// Records in the input.
    pub records: usize,
    /// Bytes of the input.
    pub bytes: u64,
    /// Number of the repetition, from 1.
    pub repeat: usize,
    /// What it cost.
    pub cost: Cost,
}

/// Everything measured in one go on one machine.
#[derive(Debug, Default)]
pub struct Run {
    /// Lines that describe machine, commit and versions.
    pub setting: Vec<String>,
    /// The measurements, in the order they were made.
    pub samples: Vec<Sample>,
    /// Lines on instruction counts and on what was left out.
    pub notes: Vec<String>,
}

/// The name of the case that costs nothing but starting.
pub const START_UP: &str = "start-up";

impl Run {
    /// The cheapest repetition of a case.
    fn best(&self, case: &str, program: &str, threads: usize) -> Option<&Sample> {
        self.samples
            .iter()
            .filter(|sample| sample.case == case && sample.program == program && sample.threads == threads)
            .min_by(|a, b| a.cost.cpu_s().total_cmp(&b.cost.cpu_s()))
    }

    /// The raw table.
    pub fn table(&self) -> String {
        let mut text = format!("{COLUMNS}\n");
        for Sample { case, program, threads, records, bytes, repeat, cost } in &self.samples {
            let Cost { user_s, system_s, wall_s, peak_mib } = cost;
            let _ = writeln!(
                text,
                "{case}\t{program}\t{threads}\t{records}\t{bytes}\t{repeat}\t{user_s:.3}\t{system_s:.3}\t\
                 {wall_s:.3}\t{peak_mib:.1}"
            );
        }
        text
    }

    /// The page: setting, the cheapest repetition of each case, and how the two programs compare.
    pub fn page(&self, title: &str) -> String {
        let mut text = format!("# {title}\n\n");
        self.setting.iter().for_each(|line| text += &format!("- {line}\n"));
        text += "\nProcessor seconds are user + system of the whole process, the cheapest of its repetitions. \
                 \"Per genome\" is after the program's own start-up is taken off. `cat` is reading the file and \
                 nothing else.\n\n\
                 | case | threads | program | cpu s | wall s | ms per genome | peak MiB |\n\
                 |---|--:|---|--:|--:|--:|--:|\n";
        let mut seen: Vec<(&str, &str, usize)> = Vec::new();
        for sample in &self.samples {
            let key = (sample.case.as_str(), sample.program, sample.threads);
            if !seen.contains(&key) {
                seen.push(key);
                text += &self.row(key);
            }
        }
        text += "\n| case | threads | peer : ours, cpu | peer : ours, per genome | ours : cat, cpu |\n\
                 |---|--:|--:|--:|--:|\n";
        for (case, _, threads) in seen.iter().filter(|(_, program, _)| *program == "ours") {
            text += &self.ratios(case, *threads);
        }
        self.notes.iter().for_each(|line| text += &format!("\n{line}\n"));
        text
    }

    fn row(&self, (case, program, threads): (&str, &str, usize)) -> String {
        let Some(best) = self.best(case, program, threads) else { return String::new() };
        let per_genome = self.per_genome_ms(case, program, threads);
        format!(
            "| {case} | {threads} | {program} | {:.3} | {:.3} | {} | {:.0} |\n",
            best.cost.cpu_s(),
            best.cost.wall_s,
            per_genome.map_or("—".to_owned(), |ms| format!("{ms:.3}")),
            best.cost.peak_mib,
        )
    }

    fn per_genome_ms(&self, case: &str, program: &str, threads: usize) -> Option<f64> {
        let start = self.best(START_UP, program, 1)?.cost.cpu_s();
        let best = self.best(case, program, threads)?;
        (case != START_UP).then(|| (best.cost.cpu_s() - start) * 1000.0 / best.records.max(1) as f64)
    }

    fn ratios(&self, case: &str, threads: usize) -> String {
        let cpu = |program, threads| self.best(case, program, threads).map(|sample| sample.cost.cpu_s());
        let ratio = |over: Option<f64>, under: Option<f64>| match (over, under) {
            (Some(over), Some(under)) if under > 0.0 => format!("{:.1}", over / under),
            _ => "—".to_owned(),
        };
        let ours = cpu("ours", threads);
        format!(
            "| {case} | {threads} | {} | {} | {} |\n",
            ratio(cpu("peer", threads), ours),
            ratio(self.per_genome_ms(case, "peer", threads), self.per_genome_ms(case, "ours", threads)),
            ratio(ours, cpu("cat", 1)),
        )
    }
}

/// Lines that describe the machine.
pub fn machine() -> Vec<String> {
    let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    let model = field(&file("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = field(&file("/proc/meminfo"), "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = file("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    vec![
        format!("processor: {model}, {cores} cores; memory: {memory}; load at the start: {load}"),
        format!("{} {}; {}", std::env::consts::OS, std::env::consts::ARCH, first_line("rustc", "--version")),
    ]
}

/// The first line that a program prints for one argument.
pub fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or("version unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(case: &str, program: &'static str, records: usize, repeat: usize, user_s: f64) -> Sample {
        let cost = Cost { user_s, system_s: 0.0, wall_s: user_s, peak_mib: 10.0 };
        Sample { case: case.to_owned(), program, threads: 1, records, bytes: 30_000, repeat, cost }
    }

    #[test]
    fn the_page_compares_the_cheapest_runs_without_their_start() {
        let samples = vec![
            sample(START_UP, "ours", 1, 1, 0.1),
            sample(START_UP, "peer", 1, 1, 0.5),
            sample("418", "cat", 418, 1, 0.01),
            sample("418", "ours", 418, 1, 0.9),
            sample("418", "ours", 418, 2, 0.518),
            sample("418", "peer", 418, 1, 8.86),
        ];
        let page = Run { samples, ..Run::default() }.page("t");
        assert!(page.contains("| 418 | 1 | ours | 0.518 | 0.518 | 1.000 | 10 |"), "{page}");
        assert!(page.contains("| 418 | 1 | 17.1 | 20.0 | 51.8 |"), "{page}");
        assert!(page.contains("| start-up | 1 | 5.0 | — | — |"), "{page}");
    }

    #[test]
    fn the_table_has_a_line_for_every_run() {
        let run = Run { samples: vec![sample("a", "ours", 1, 1, 1.0)], ..Run::default() };
        assert_eq!(run.table().lines().nth(1), Some("a\tours\t1\t1\t30000\t1\t1.000\t0.000\t1.000\t10.0"));
        assert_eq!(COLUMNS.split('\t').count(), 10);
    }
}
