//! Where the ledger is: what the server's settings say, changed by flags.
//!
//! Start at [`PlaceFlags::open`].

use crate::serve::settings;
use anyhow::{Context as _, Result, ensure};
use hearth_server::config::Config;
use hearth_store::Store;
use hearth_store::blob::BlobStore;
use hearth_store::db::{DatabaseOptions, DatabaseUrl};
use hearth_store::log::keys::KeyFolder;
use hearth_store::log::upkeep::Keeper;
use std::path::PathBuf;

/// Where the ledger is.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct PlaceFlags {
    /// Folder of everything that the server keeps
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// File of the server's settings
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Database, sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME; better in the settings, where nobody sees it
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// An open ledger.
pub(super) struct Place {
    pub(super) store: Store,
    pub(super) blobs: BlobStore,
    pub(super) keys: KeyFolder,
}

impl PlaceFlags {
    /// The settings in force.
    pub(super) fn config(&self) -> Result<Config> {
        settings::read(self.config.as_deref(), |config| {
            if let Some(data) = &self.data {
                config.set_folder(data);
            }
            if let Some(database) = &self.database {
                config.data.database_url.0.clone_from(database);
            }
        })
    }

    /// Opens the ledger that is there.
    pub(super) async fn open(&self) -> Result<Place> {
        let config = self.config()?;
        let url = config.database_url()?;
        if let DatabaseUrl::Sqlite(path) = &url {
            ensure!(
                path.is_file(),
                "there is no ledger: {} does not exist; is --data right?",
                path.display()
            );
        }
        let options = DatabaseOptions { connections: 4, ..DatabaseOptions::default() };
        let store = Store::open_existing(&url, &options).await?;
        let blobs = BlobStore::open(&config.blob_place()).await?;
        Ok(Place { store, blobs, keys: keys_of(&config) })
    }
}

impl Place {
    /// In whose name something is done to the log by whoever sits at the machine.
    pub(super) async fn keeper(&self) -> Result<Keeper> {
        let host = self.store.head().await?.host;
        let party = host.context("the server was never set up: open its set-up link first")?;
        Ok(Keeper { party, person: None })
    }
}

/// Where the log's key lies.
pub(super) fn keys_of(config: &Config) -> KeyFolder {
    KeyFolder::new(config.data.folder.join(hearth_store::backup::KEYS))
}
