//! A PostgreSQL server for the tests of one process: made, started, and gone with the process.
//!
//! Speaks over a Unix socket in its own temporary folder, and never waits for the disk. Refuses to run twice in
//! one process. Start at [`PostgresServer::of_this_process`].

use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use super::skip;
use crate::db::DatabaseUrl;

/// Runs the server until the standard input ends, which it does however this process ends; then leaves nothing.
const KEEPER: &str = r#"
begin() {
    "$1" -D "$2/data" -k "$2" -h '' -F -c synchronous_commit=off -c full_page_writes=off \
        -c max_connections=300 -c log_min_messages=fatal >>"$2/log" 2>&1 &
    server=$!
}
end() { kill -s INT "$server" 2>/dev/null; wait "$server"; }
begin "$1" "$2"
while read -r order; do
    case "$order" in
    begin) begin "$1" "$2" ;;
    end) end ;;
    esac
done
end
rm -rf "$2"
"#;

/// A server may take this long to answer for the first time.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running PostgreSQL server.
pub struct PostgresServer {
    folder: PathBuf,
    /// Ends the server when it is closed, at the latest with the process.
    keeper: Mutex<ChildStdin>,
    databases: AtomicU32,
}

impl PostgresServer {
    /// The server of this process, started at the first call; `None` (said aloud) when it cannot be had.
    pub fn of_this_process() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
        SERVER
            .get_or_init(|| match Self::start() {
                Ok(server) => Some(server),
                Err(reason) => {
                    skip(&format!("there is no PostgreSQL: {reason}"));
                    None
                }
            })
            .as_ref()
    }

    /// Starts a server of one's own.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn start() -> Result<Self, String> {
        let programs = programs().ok_or("its programs (initdb, postgres) are not on this machine")?;
        let folder =
            tempfile::Builder::new().prefix("hearth-pg-").tempdir().map_err(|error| error.to_string())?;
        let folder = folder.keep();
        let runner = Runner::new(&folder)?;
        let mut initdb = runner.command(programs.join("initdb"));
        initdb.args(["-A", "trust", "-U", "hearth", "-E", "UTF8", "--no-locale", "--no-sync", "-D"]);
        let output = initdb.arg(folder.join("data")).output().map_err(|error| format!("initdb: {error}"))?;
        if !output.status.success() {
            let _ = std::fs::remove_dir_all(&folder);
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let mut keeper = runner.command("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs.join("postgres")).arg(&folder);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keeper = keeper.spawn().map_err(|error| format!("sh: {error}"))?;
        let input = keeper.stdin.take().ok_or("no pipe to the server's keeper")?;
        let server = Self { folder, keeper: Mutex::new(input), databases: AtomicU32::new(0) };
        server.wait()?;
        Ok(server)
    }

    /// Waits until the server listens.
    fn wait(&self) -> Result<(), String> {
        let started = Instant::now();
        while UnixStream::connect(self.socket()).is_err() {
            if started.elapsed() > START_LIMIT {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("it did not start: {}", log.trim()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops the server, as for a restart; it forgets nothing.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        self.order("end\n");
        let started = Instant::now();
        while UnixStream::connect(self.socket()).is_ok() {
            assert!(started.elapsed() < START_LIMIT, "PostgreSQL does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts it again after [`PostgresServer::stop`].
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.order("begin\n");
        self.wait().expect("a server that starts again");
    }

    fn order(&self, order: &str) {
        let mut keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.write_all(order.as_bytes()).expect("a keeper that listens");
    }

    fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().socket(&self.folder).username("hearth").database(database)
    }

    /// Makes an empty database.
    ///
    /// # Panics
    /// When the server does not.
    pub async fn new_database(&self) -> DatabaseUrl {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = self.connect("postgres").await;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .expect("a new database");
        DatabaseUrl::Postgres(Box::new(self.options(&name)))
    }

    /// A connection outside any pool, still waiting out a server that is just starting.
    async fn connect(&self, database: &str) -> PgConnection {
        let started = Instant::now();
        loop {
            match self.options(database).connect().await {
                Ok(connection) => return connection,
                Err(error) => assert!(started.elapsed() < START_LIMIT, "PostgreSQL does not answer: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends every other connection to a database, as a failing network or an administrator would. Returns how many.
    ///
    /// # Panics
    /// When the server does not.
    pub async fn kill_connections(&self, url: &DatabaseUrl) -> u64 {
        let DatabaseUrl::Postgres(options) = url else { return 0 };
        let mut connection = self.connect("postgres").await;
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(options.get_database().unwrap_or_default().to_owned())
            .execute(&mut connection)
            .await
            .expect("a superuser of one's own server")
            .rows_affected()
    }
}

/// The folder of PostgreSQL's programs, the newest.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    let version = |folder: &PathBuf| -> u32 {
        let name = folder.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// Runs programs as a user that PostgreSQL accepts: it refuses root.
struct Runner {
    is_root: bool,
    folder: PathBuf,
}

impl Runner {
    /// Hands the folder to that user.
    fn new(folder: &Path) -> Result<Self, String> {
        let is_root = std::fs::metadata(folder).map_err(|error| error.to_string())?.uid() == 0;
        let runner = Self { is_root, folder: folder.to_owned() };
        if is_root {
            let output = Command::new("chown").args(["postgres:"]).arg(folder).output();
            if !output.is_ok_and(|output| output.status.success()) {
                return Err("there is no user postgres to run it as, and it refuses root".to_owned());
            }
        }
        Ok(runner)
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = if self.is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder);
        command
    }
}
