//! An S3 server inside the test's process, over a folder, that makes faults when it is told to.
//!
//! The server is the crate `s3s` with its file system behind it: signatures are checked, parts are put together,
//! ranges are cut as S3 does. Start at [`S3Server::start`].

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Extensions, HeaderMap, Method, StatusCode, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::route::S3Route;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::blob::S3Settings;

const BUCKET: &str = "hearth-test";
const KEY_ID: &str = "hearth";
const SECRET: &str = "only-for-tests";

/// What the server does instead of answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it answers.
    None,
    /// An error of its own (500).
    Broken,
    /// It has no room (507).
    Full,
    /// Its bucket is not there (404).
    NoBucket,
    /// It waits this long before it gives up (503).
    Slow(Duration),
    /// It ends each connection at once.
    Closed,
}

/// A running S3 server, gone when dropped.
pub struct S3Server {
    endpoint: String,
    fault: Switch,
    accepting: JoinHandle<()>,
}

#[derive(Clone)]
struct Switch(Arc<Mutex<Fault>>);

impl Switch {
    fn get(&self) -> Fault {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

impl S3Server {
    /// Starts a server with one empty bucket, whose objects lie in `folder`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder.join(BUCKET)).expect("a bucket");
        let fault = Switch(Arc::new(Mutex::new(Fault::None)));
        let files = s3s_fs::FileSystem::new(folder).expect("a folder that is there");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        service.set_route(Faults(fault.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("a bound socket"));
        let accepting = tokio::spawn(accept(listener, service.build(), fault.clone()));
        Self { endpoint, fault, accepting }
    }

    /// How a client reaches it.
    #[must_use]
    pub fn settings(&self) -> S3Settings {
        S3Settings {
            endpoint: Some(self.endpoint.clone()),
            bucket: BUCKET.to_owned(),
            region: "us-east-1".to_owned(),
            key_id: KEY_ID.to_owned(),
            secret: SECRET.to_owned(),
            allow_http: true,
        }
    }

    /// The bucket's folder inside the one given to [`S3Server::start`].
    #[must_use]
    pub fn bucket() -> &'static str {
        BUCKET
    }

    /// From now on answers with a fault, or well again with [`Fault::None`].
    pub fn set_fault(&self, fault: Fault) {
        self.fault.set(fault);
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, service: S3Service, fault: Switch) {
    // Ended together with this task.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        if fault.get() == Fault::Closed {
            continue;
        }
        let service = service.clone();
        connections.spawn(async move {
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Catches every request while there is a fault.
struct Faults(Switch);

impl S3Route for Faults {
    fn is_match(&self, _: &Method, _: &Uri, _: &HeaderMap, _: &mut Extensions) -> bool {
        self.0.get() != Fault::None
    }

    fn call<'s, 'f>(
        &'s self,
        _: S3Request<Body>,
    ) -> Pin<Box<dyn Future<Output = S3Result<S3Response<Body>>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let (status, code) = match self.0.get() {
                Fault::Full => (StatusCode::INSUFFICIENT_STORAGE, S3ErrorCode::Custom("XStorageFull".into())),
                Fault::NoBucket => (StatusCode::NOT_FOUND, S3ErrorCode::NoSuchBucket),
                Fault::Slow(time) => {
                    tokio::time::sleep(time).await;
                    (StatusCode::SERVICE_UNAVAILABLE, S3ErrorCode::SlowDown)
                }
                Fault::None | Fault::Broken | Fault::Closed => {
                    (StatusCode::INTERNAL_SERVER_ERROR, S3ErrorCode::InternalError)
                }
            };
            let mut error = S3Error::new(code);
            error.set_status_code(status);
            Err(error)
        })
    }
}
