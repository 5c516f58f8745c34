//! Real databases and object stores for tests: SQLite in a folder, a PostgreSQL server of this process, an S3
//! server inside it.
//!
//! SQLite and the folder are always there. PostgreSQL needs its programs on the machine: without them a test says
//! that it is skipped there, or fails when the environment variable `HEARTH_REQUIRE` is set. Only for tests
//! (feature `testing`): it panics freely. Start at [`each_place`].

mod disk;
mod postgres;
mod s3;

use std::io::Write as _;

use tempfile::TempDir;

use crate::blob::{BlobPlace, BlobStore};
use crate::db::{Database, DatabaseOptions, DatabaseUrl, Dialect};

pub use disk::TinyDisk;
pub use postgres::PostgresServer;
pub use s3::{Fault, S3Server};

/// Set (to anything) where nothing may be skipped.
pub const REQUIRE: &str = "HEARTH_REQUIRE";

/// A database of one test's own, empty.
pub struct TestDatabase {
    /// "SQLite" or "PostgreSQL".
    pub name: &'static str,
    /// Where it is.
    pub url: DatabaseUrl,
    /// It, opened with the settings of a server but for a commit's way to the disk.
    pub database: Database,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// A SQLite database in a temporary folder.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        Self::open("SQLite", url, Some(folder)).await
    }

    /// A database on this process's PostgreSQL server, if there can be one.
    pub async fn postgres() -> Option<Self> {
        let server = PostgresServer::of_this_process()?;
        let url = server.new_database().await;
        Some(Self::open("PostgreSQL", url, None).await)
    }

    async fn open(name: &'static str, url: DatabaseUrl, folder: Option<TempDir>) -> Self {
        let database = Database::open_with(&url, &options()).await.expect("a database of our own");
        Self { name, url, database, _folder: folder }
    }

    /// The same database once more, as another process would open it.
    pub async fn open_again(&self) -> Database {
        Database::open_with(&self.url, &options()).await.expect("an open database")
    }
}

/// Settings for tests: those of a server, but nothing waits for the disk.
#[must_use]
pub fn options() -> DatabaseOptions {
    DatabaseOptions { durability: crate::db::Durability::Process, ..DatabaseOptions::default() }
}

/// A blob store of one test's own, empty.
pub struct TestBlobs {
    /// "a folder" or "S3".
    pub name: &'static str,
    /// Where it is.
    pub place: BlobPlace,
    /// It, opened.
    pub blobs: BlobStore,
    /// The server behind it, to make faults.
    pub s3: Option<S3Server>,
    /// The folder where the bytes lie, in whatever form.
    pub folder: TempDir,
}

impl TestBlobs {
    /// Blobs in a temporary folder.
    pub async fn folder() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = BlobPlace::Folder(folder.path().to_owned());
        let blobs = BlobStore::open(&place).await.expect("a store of our own");
        Self { name: "a folder", place, blobs, s3: None, folder }
    }

    /// Blobs on an S3 server inside this process.
    pub async fn s3() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = S3Server::start(folder.path()).await;
        let place = BlobPlace::S3(server.settings());
        let blobs = BlobStore::open(&place).await.expect("a store of our own");
        Self { name: "S3", place, blobs, s3: Some(server), folder }
    }
}

/// Runs a test on SQLite and, where it is, on PostgreSQL.
pub async fn each_database(body: impl AsyncFn(&TestDatabase)) {
    let named = Named::new("SQLite");
    body(&TestDatabase::sqlite().await).await;
    drop(named);
    if let Some(database) = TestDatabase::postgres().await {
        let _named = Named::new("PostgreSQL");
        body(&database).await;
    }
}

/// Runs a test on a folder and on S3.
pub async fn each_blob_store(body: impl AsyncFn(&TestBlobs)) {
    let named = Named::new("a folder");
    body(&TestBlobs::folder().await).await;
    drop(named);
    let _named = Named::new("S3");
    body(&TestBlobs::s3().await).await;
}

/// Runs a test on every pair of a database and a blob store, each new and empty.
pub async fn each_place(body: impl AsyncFn(&TestDatabase, &TestBlobs)) {
    each_database(async |database| {
        let named = Named::new("a folder, beside");
        body(database, &TestBlobs::folder().await).await;
        drop(named);
        let again = match database.database.dialect() {
            Dialect::Sqlite => Some(TestDatabase::sqlite().await),
            Dialect::Postgres => TestDatabase::postgres().await,
        };
        if let Some(database) = again {
            let _named = Named::new("S3, beside");
            body(&database, &TestBlobs::s3().await).await;
        }
    })
    .await;
}

/// Says where a test failed, when it fails.
struct Named(&'static str);

impl Named {
    fn new(name: &'static str) -> Self {
        Self(name)
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            say(&format!("the test failed on {}", self.0));
        }
    }
}

/// Something that a test needs is not on this machine.
///
/// # Panics
/// When [`REQUIRE`] is set.
pub fn skip(what: &str) {
    assert!(std::env::var_os(REQUIRE).is_none(), "{REQUIRE} is set, but {what}");
    say(&format!("skipped: {what}"));
}

/// Past the capture of the test harness: a skipped test that passes must still say so.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[tokio::test]
    async fn each_pair_gets_a_database_and_a_store_of_its_own() {
        let seen = RefCell::new(Vec::new());
        each_place(async |database, blobs| {
            let mut write = database.database.begin_write().await.unwrap();
            write.execute_script("CREATE TABLE own (id BIGINT)").await.unwrap();
            write.commit().await.unwrap();
            blobs.blobs.put("own").await.unwrap();
            seen.borrow_mut().push(format!("{} and {}", database.name, blobs.name));
        })
        .await;
        let all = ["SQLite and a folder", "SQLite and S3", "PostgreSQL and a folder", "PostgreSQL and S3"];
        let seen = seen.into_inner();
        assert_eq!(seen, all[..seen.len()]);
        assert!(seen.len() == 4 || seen.len() == 2);
    }
}
