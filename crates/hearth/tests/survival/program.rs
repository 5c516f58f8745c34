//! The real program in a folder of its own: started, waited for, killed, asked to end, and run for one command.

use crate::client::Client;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Longer nothing may take that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Where a server keeps things, and its settings.
#[derive(Clone)]
pub struct Place {
    pub folder: PathBuf,
    /// Further settings, as variables.
    pub settings: Vec<(String, String)>,
}

impl Place {
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), settings: Vec::new() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program with this place's settings; nothing of the test's own environment reaches it.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HEARTH_") || name == "FAILPOINT" {
                command.env_remove(name);
            }
        }
        command.args(line.split_whitespace()).env("HEARTH_PACKS", self.folder.join("no-packs"));
        command.env("HEARTH_DATA_FOLDER", &self.folder);
        command.env("HEARTH_LEDGER_HEAD_EVERY_S", "1").env("HEARTH_LOG_LEVEL", "warn");
        // One address asks for all.
        command
            .env("HEARTH_RATES_ADDRESS_PER_MINUTE", "10000000")
            .env("HEARTH_RATES_ADDRESS_BURST", "1000000");
        command.env("HEARTH_RATES_PARTY_PER_MINUTE", "10000000").env("HEARTH_RATES_PARTY_BURST", "1000000");
        // Small batches are released in steps too.
        command.env("HEARTH_LIMITS_RELEASE_STEP_GENOMES", "1");
        command.env("HEARTH_ACCOUNTS_HASHINGS_AT_ONCE", "1").envs(self.settings.iter().cloned());
        command.stdin(Stdio::null());
        command
    }

    pub fn output(&self, line: &str) -> Output {
        self.command(line).output().expect("the program runs")
    }

    /// Runs a command that has to succeed; what it wrote.
    #[track_caller]
    pub fn run(&self, line: &str) -> String {
        let output = self.output(line);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "hearth {line}: {}\n{out}\n{err}", output.status);
        out
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A running `serve` or `work`, killed when dropped.
pub struct Program {
    child: Child,
    /// Where pages are; of `work`, where it is watched.
    pub address: SocketAddr,
    pub admin: SocketAddr,
    folder: tempfile::TempDir,
}

impl Program {
    /// Starts `hearth serve` and waits until it is ready.
    pub fn serve(place: &Place, flags: &str) -> Self {
        Self::try_serve(place, flags, None).unwrap_or_else(|log| panic!("it does not start:\n{log}"))
    }

    /// The same, ending at a point. What it wrote, if it ended before it was ready.
    pub fn try_serve(place: &Place, flags: &str, point: Option<&str>) -> Result<Self, String> {
        let mut command =
            place.command(&format!("serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 {flags}"));
        if let Some(point) = point {
            command.env("FAILPOINT", point);
        }
        let program = Self::start(command, "Health")?;
        program.wait_ready()?;
        Ok(program)
    }

    /// Starts it where it may not come to be ready within a time. What it wrote, if it does not.
    pub fn try_serve_within(place: &Place, most: Duration) -> Result<Self, String> {
        let command = place.command("serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0");
        let program = Self::start(command, "Health")?;
        program.wait_ready_within(most)?;
        Ok(program)
    }

    /// Starts `hearth work` and waits until it works.
    pub fn work(place: &Place) -> Self {
        let command = place.command("work --admin-listen 127.0.0.1:0");
        Self::start(command, "Hearth works for").unwrap_or_else(|log| panic!("it does not start:\n{log}"))
    }

    fn start(mut command: Command, begun: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder for what it writes");
        let (out, log) = (folder.path().join("out"), folder.path().join("log"));
        let file = |path: &Path| File::create(path).expect("a file for what it writes");
        let child = command.stdout(file(&out)).stderr(file(&log)).spawn().expect("the program runs");
        let none = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut program = Self { child, address: none, admin: none, folder };
        let started = Instant::now();
        while !program.told(begun) {
            if !program.is_alive() || started.elapsed() > PATIENCE {
                return Err(program.log());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        program.admin = program.address_after("Health").unwrap_or(none);
        program.address = program.address_after("Hearth is at").unwrap_or(program.admin);
        Ok(program)
    }

    fn written(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("out")).unwrap_or_default()
    }

    /// Whether it wrote a whole line that begins so.
    fn told(&self, begun: &str) -> bool {
        self.written().split_inclusive('\n').any(|line| line.starts_with(begun) && line.ends_with('\n'))
    }

    fn address_after(&self, begun: &str) -> Option<SocketAddr> {
        let written = self.written();
        let line = written.lines().find(|line| line.starts_with(begun))?;
        line.rsplit("http://").next()?.parse().ok()
    }

    /// The path of the one-time link, if it is empty.
    pub fn set_up(&self) -> Option<String> {
        let written = self.written();
        let (_, secret) = written.split_once("/set-up/")?;
        Some(format!("/set-up/{}", secret.trim()))
    }

    fn wait_ready(&self) -> Result<(), String> {
        self.wait_ready_within(PATIENCE)
    }

    fn wait_ready_within(&self, most: Duration) -> Result<(), String> {
        let began = Instant::now();
        let client = Client::new(self.admin);
        let mut said = String::new();
        while began.elapsed() < most {
            match client.get("/ready") {
                Ok(answer) if answer.status == 200 => return Ok(()),
                Ok(answer) => said = answer.text(),
                Err(_) if !self.is_alive() => return Err(self.log()),
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(format!("not ready after {most:?}: {said}\n{}", self.log()))
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn is_alive(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with(['Z', 'X']))
            && !stat.is_empty()
    }

    /// What it wrote to its standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Ends it as a power cut would (SIGKILL).
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end (SIGTERM). Its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }

    /// Waits until it ended on its own.
    #[cfg(feature = "failpoints")]
    pub fn wait(mut self, most: Duration) -> bool {
        let began = Instant::now();
        while began.elapsed() < most {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
