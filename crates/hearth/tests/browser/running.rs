//! Programs that run for the tests of one process, and are gone with it: chromedriver and two servers.
//!
//! Each stands behind a keeper that ends it when its standard input ends, which it does however this process ends. Start
//! at [`House::of_this_process`].

use hearth_store::testing;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Runs a program until the standard input ends, then leaves nothing.
const KEEPER: &str = r#"
folder=$1; shift
"$@" </dev/null >"$folder/out" 2>"$folder/log" &
program=$!
cat >/dev/null
kill -s TERM "$program" 2>/dev/null
wait "$program"
rm -rf "$folder"
"#;

/// Longer nothing may take to begin.
const PATIENCE: Duration = Duration::from_secs(120);

/// Simulated genomes of the demonstration: enough for every state.
const GENOMES: &str = "40";

/// A program behind its keeper.
struct Running {
    folder: PathBuf,
    /// It ends the program when its standard input ends, which is when this process does.
    _keeper: Child,
}

impl Running {
    fn start(program: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("hearth-browser-").tempdir().expect("a folder").keep();
        let mut keeper = Command::new("sh");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HEARTH_") {
                keeper.env_remove(name);
            }
        }
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(program).args(arguments);
        keeper.envs(settings.iter().copied()).env("HEARTH_PACKS", folder.join("no-packs"));
        keeper.env("HEARTH_DATA_FOLDER", folder.join("data")).env("TMPDIR", &folder);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { folder, _keeper: keeper.spawn().expect("sh runs") }
    }

    fn text(&self, name: &str) -> String {
        let mut text = String::new();
        let _ = File::open(self.folder.join(name)).and_then(|mut file| file.read_to_string(&mut text));
        text
    }

    /// What stands behind a text that the program writes, up to white space.
    fn told(&self, before: &str) -> String {
        let started = Instant::now();
        loop {
            let written = self.text("out");
            if let Some((_, rest)) = written.split_once(before)
                && let Some((word, _)) = rest.split_once(char::is_whitespace)
            {
                return word.to_owned();
            }
            assert!(started.elapsed() < PATIENCE, "{before}: {written}\n{}", self.text("log"));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What the tests of this process share.
pub struct House {
    /// Where chromedriver listens, as `http://ADDRESS`.
    pub driver: String,
    /// The demonstration.
    pub demo: String,
    /// A server with an administrator and nothing else; see [`House::empty_link`].
    pub empty: String,
    /// The address that sets the empty server up.
    pub empty_link: String,
    _running: [Running; 3],
}

impl House {
    /// The house, built at the first call; `None` (said aloud) when there is no browser.
    pub fn of_this_process() -> Option<&'static Self> {
        static HOUSE: OnceLock<Option<House>> = OnceLock::new();
        HOUSE.get_or_init(Self::build).as_ref()
    }

    fn build() -> Option<Self> {
        let (Some(driver), Some(_)) = (program("chromedriver"), chromium()) else {
            testing::skip(
                "there is no browser: chromium and chromedriver (Debian: chromium, chromium-driver) are not on this machine",
            );
            return None;
        };
        let hearth = Path::new(env!("CARGO_BIN_EXE_hearth"));
        // One address asks for all.
        let settings = [
            ("HEARTH_RATES_ADDRESS_PER_MINUTE", "1000000"),
            ("HEARTH_RATES_ADDRESS_BURST", "1000000"),
            ("HEARTH_RATES_PARTY_PER_MINUTE", "1000000"),
            ("HEARTH_RATES_PARTY_BURST", "1000000"),
            ("HEARTH_LOG_LEVEL", "warn"),
        ];
        let listen = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        let driver = Running::start(&driver, &["--port=0"], &[]);
        let viewer = client("auspice").map(|folder| folder.display().to_string());
        let viewer = viewer.as_deref().map(|folder| ("HEARTH_VIEWERS_AUSPICE", folder));
        let demo_settings: Vec<(&str, &str)> = settings.into_iter().chain(viewer).collect();
        let demo =
            Running::start(hearth, &[&["demo", "--genomes", GENOMES], &listen[..]].concat(), &demo_settings);
        let empty = Running::start(hearth, &[&["serve"], &listen[..]].concat(), &settings);
        let port = driver.told("successfully on port ");
        Some(Self {
            driver: format!("http://127.0.0.1:{}", port.trim_end_matches('.')),
            demo: demo.told("Hearth is at "),
            empty: empty.told("Hearth is at "),
            empty_link: format!("/set-up/{}", empty.told("/set-up/")),
            _running: [driver, demo, empty],
        })
    }
}

/// Where a client of others lies, if `clients.sh` fetched it.
pub fn client(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/clients").join(name);
    folder.is_dir().then_some(folder)
}

/// A program on the path.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// The browser.
pub fn chromium() -> Option<PathBuf> {
    program("chromium")
}
