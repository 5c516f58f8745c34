//! The server as a whole: two addresses, until it is told to stop.
//!
//! Start at [`Serving::bind`], then [`Serving::run`].

use super::listen::listen;
use super::outer::wrapped;
use super::routes::{Route, Rule, router};
use super::site::Site;
use super::{admin, routes};
use crate::app::App;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Connections to the operator's address.
const ADMIN_CONNECTIONS: usize = 16;

/// Why the server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else listens there.
    #[error(
        "{address} is taken: another program listens there; stop it, or give another address ({setting})"
    )]
    Taken {
        /// Where.
        address: SocketAddr,
        /// Which setting says so.
        setting: &'static str,
    },
    /// It is no address of this machine, or not allowed.
    #[error("cannot listen at {address} ({setting}): {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Which setting says so.
        setting: &'static str,
        /// The system's words.
        source: io::Error,
    },
}

/// A server that listens and does not answer yet.
pub struct Serving {
    site: Site,
    routes: Vec<Route>,
    public: TcpListener,
    admin: TcpListener,
}

impl Serving {
    /// Takes both addresses.
    ///
    /// # Errors
    /// When one is taken, or cannot be had.
    pub async fn bind(app: App) -> Result<Self, ServeError> {
        Self::bind_with(app, routes::table()).await
    }

    /// The same with other routes, for tests.
    ///
    /// # Errors
    /// When an address is taken, or cannot be had.
    pub async fn bind_with(app: App, mut routes: Vec<Route>) -> Result<Self, ServeError> {
        for (number, route) in routes.iter_mut().enumerate() {
            route.rule.number = number;
        }
        let rules: Vec<Rule> = routes.iter().map(|route| route.rule.clone()).collect();
        let public = bind(app.config.server.listen, "server.listen, --listen").await?;
        let admin = bind(app.config.server.admin_listen, "server.admin_listen, --admin-listen").await?;
        Ok(Self { site: Site::new(app, &rules), routes, public, admin })
    }

    /// Where people reach it, and where the operator does.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn addresses(&self) -> io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.public.local_addr()?, self.admin.local_addr()?))
    }

    /// Answers until `stop`; then finishes what is going on.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { site, routes, public, admin } = self;
        let most = usize::try_from(site.app.config.limits.connections).unwrap_or(usize::MAX);
        let (tell, told) = watch::channel(false);
        let until = |mut told: watch::Receiver<bool>| async move {
            // The other end is dropped only after it told.
            let _ = told.wait_for(|is_over| *is_over).await;
        };
        let pages = wrapped(&site, router(&site, routes));
        let pages = listen(public, pages, site.clone(), most, until(told.clone()));
        let operators =
            listen(admin, admin::router(site.clone()), site.clone(), ADMIN_CONNECTIONS, until(told));
        let stopping = async {
            stop.await;
            // Nobody listens any more only if both ended before.
            let _ = tell.send(true);
        };
        tokio::join!(pages, operators, stopping);
    }
}

/// The operator's address alone, for a process that shows no pages.
pub struct Watching {
    site: Site,
    listener: TcpListener,
}

impl Watching {
    /// Takes the address.
    ///
    /// # Errors
    /// When it is taken, or cannot be had.
    pub async fn bind(app: App, address: SocketAddr) -> Result<Self, ServeError> {
        let listener = bind(address, "--admin-listen").await?;
        Ok(Self { site: Site::new(app, &[]), listener })
    }

    /// Where the operator reaches it.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop`.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { site, listener } = self;
        listen(listener, admin::router(site.clone()), site, ADMIN_CONNECTIONS, stop).await;
    }
}

async fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::Taken { address, setting },
        _ => ServeError::Listen { address, setting, source },
    })
}
