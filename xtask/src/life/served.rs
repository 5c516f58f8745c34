//! A server in a folder of its own: started, watched, stopped. Start at [`Server::start`].

use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longer a server may not take to start or stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Ticks of a processor in a second, as Linux tells them (proc(5)).
const TICKS_PER_S: f64 = 100.0;

const SETTINGS: &str = "[server]\nlisten = \"127.0.0.1:18380\"\nadmin_listen = \"127.0.0.1:19390\"\n\
[limits]\nupload_bytes = 17179869184\nbatch_bytes = 17179869184\n[rates]\naddress_per_minute = 10000000\n\
address_burst = 1000000\nparty_per_minute = 10000000\nparty_burst = 1000000\n";

/// A running server.
pub struct Server {
    child: Child,
    folder: PathBuf,
    log: PathBuf,
}

impl Server {
    /// Starts it for the first time, and waits until it says where to set it up.
    pub fn start(program: &Path, folder: &Path) -> Result<Self> {
        let server = Self::spawn(program, folder)?;
        server.wait(|| server.set_up_path().is_some())?;
        Ok(server)
    }

    /// Starts it again, and does not wait.
    pub fn spawn(program: &Path, folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        fs::create_dir_all(&data)?;
        let settings = folder.join("hearth.toml");
        fs::write(&settings, SETTINGS)?;
        let log = folder.join("log");
        let out = File::create(&log)?;
        let mut command = Command::new(program);
        // Settings of the tests are none of the server's.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HEARTH_") {
                command.env_remove(name);
            }
        }
        command.arg("serve").arg("--config").arg(&settings).arg("--data").arg(&data);
        let child = command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out).spawn()?;
        Ok(Self { child, folder: data, log })
    }

    /// Waits until it is as somebody wants it.
    pub fn wait(&self, is_so: impl Fn() -> bool) -> Result<()> {
        let began = Instant::now();
        while !is_so() {
            let log = || fs::read_to_string(&self.log).unwrap_or_default();
            ensure!(began.elapsed() < PATIENCE, "the server does not start: {}", log());
            sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// The path of the one-time set-up.
    pub fn set_up_path(&self) -> Option<String> {
        let log = fs::read_to_string(&self.log).ok()?;
        let from = log.find("/set-up/")?;
        let path = log[from..].split_whitespace().next()?;
        log[from + path.len()..].contains('\n').then(|| path.to_owned())
    }

    /// Its address.
    pub fn url(&self) -> String {
        "http://127.0.0.1:18380".to_owned()
    }

    /// Processor seconds that it used so far.
    pub fn cpu_s(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, rest) = stat.rsplit_once(')').context("its statistics")?;
        let ticks: Vec<f64> =
            rest.split_whitespace().skip(11).take(2).filter_map(|one| one.parse().ok()).collect();
        Ok(ticks.iter().sum::<f64>() / TICKS_PER_S)
    }

    /// A line of its memory, `VmRSS` or `VmHWM` (proc(5)).
    pub fn memory_mib(&self, line: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let value = status
            .lines()
            .find_map(|own| own.strip_prefix(line)?.split_whitespace().nth(1)?.parse::<f64>().ok());
        Ok(value.with_context(|| format!("no {line}"))? / 1024.0)
    }

    /// Ends it as an operator would. Returns the folder of its data.
    pub fn stop(mut self) -> Result<PathBuf> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > PATIENCE {
                bail!("the server does not stop");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(self.folder.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
