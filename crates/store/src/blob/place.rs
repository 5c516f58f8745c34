//! Where blobs lie: a folder, or a bucket of an S3-compatible store; and the limits of dealing with it.
//!
//! A secret is never shown. Refuses to read or write blobs. Start at [`BlobPlace`].

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::error::BlobError;

/// Where blobs lie.
#[derive(Debug, Clone)]
pub enum BlobPlace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of an S3-compatible store.
    S3(S3Settings),
}

/// A bucket and how to reach it.
#[derive(Clone)]
pub struct S3Settings {
    /// The store's address, `https://…`; without it that of the region at Amazon.
    pub endpoint: Option<String>,
    /// The bucket, which must exist.
    pub bucket: String,
    /// The region; stores of one's own mostly take any.
    pub region: String,
    /// The name of the access key.
    pub key_id: String,
    /// The access key's secret.
    pub secret: String,
    /// Whether an address without TLS is allowed.
    pub allow_http: bool,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .field("key_id", &self.key_id)
            .field("allow_http", &self.allow_http)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for BlobPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "the folder {}", path.display()),
            Self::S3(at) => {
                let endpoint = at.endpoint.as_deref().unwrap_or("Amazon S3");
                write!(f, "the bucket {} at {endpoint}", at.bucket)
            }
        }
    }
}

/// Limits of dealing with a blob store.
#[derive(Debug, Clone)]
pub struct BlobLimits {
    /// The largest blob, bytes. S3 copies up to 5 GiB at once.
    pub blob_bytes: u64,
    /// From this size on a blob goes in parts of this size, bytes. S3 wants at least 5 MiB.
    pub part_bytes: usize,
    /// Parts on their way at the same time.
    pub parts_at_once: usize,
    /// How long to wait for a connection.
    pub connect: Duration,
    /// How long one request may take, its bytes included.
    pub request: Duration,
    /// How often a request is tried again.
    pub retries: usize,
    /// No request is tried again after this long.
    pub retry_for: Duration,
}

impl Default for BlobLimits {
    fn default() -> Self {
        Self {
            blob_bytes: 4 << 30,
            part_bytes: 16 << 20,
            parts_at_once: 4,
            connect: Duration::from_secs(5),
            request: Duration::from_secs(120),
            retries: 5,
            retry_for: Duration::from_secs(60),
        }
    }
}

/// Makes ready a folder: every write is on the disk, file and folder, before it is acknowledged.
pub(super) fn open_folder(shown: &BlobPlace, path: &Path) -> Result<Arc<dyn ObjectStore>, BlobError> {
    std::fs::create_dir_all(path).map_err(|error| BlobError::from_io(shown, &error))?;
    let store =
        LocalFileSystem::new_with_prefix(path).map_err(|error| BlobError::sort(shown, None, error))?;
    Ok(Arc::new(store.with_fsync(true)))
}

/// Makes ready a bucket. No request is made yet.
pub(super) fn open_s3(
    shown: &BlobPlace,
    settings: &S3Settings,
    limits: &BlobLimits,
) -> Result<Arc<dyn ObjectStore>, BlobError> {
    // The HTTP client takes its cryptography from the process; whoever installed one first has it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Some(endpoint) = &settings.endpoint {
        check_endpoint(endpoint, settings.allow_http)?;
    }
    let client = ClientOptions::new()
        .with_connect_timeout(limits.connect)
        .with_timeout(limits.request)
        .with_allow_http(settings.allow_http);
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: limits.retries,
        retry_timeout: limits.retry_for,
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.key_id)
        .with_secret_access_key(&settings.secret)
        .with_client_options(client)
        .with_retry(retry)
        .with_virtual_hosted_style_request(false);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    let store = builder.build().map_err(|error| BlobError::Settings {
        reason: format!("the settings of {shown} cannot be used: {error}"),
    })?;
    Ok(Arc::new(store))
}

fn check_endpoint(endpoint: &str, allow_http: bool) -> Result<(), BlobError> {
    let reason = match endpoint.split_once("://") {
        Some(("https", _)) => return Ok(()),
        Some(("http", _)) if allow_http => return Ok(()),
        Some(("http", _)) => {
            "the object store's address is not encrypted (http://): write https://, or allow http in the settings"
        }
        _ => "the object store's address is not one: write https://HOST",
    };
    Err(BlobError::Settings { reason: reason.to_owned() })
}
