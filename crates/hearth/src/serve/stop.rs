//! How a process of the server ends: told by a signal, then everybody in it is told; and what its supervisor hears.
//!
//! Start at [`Stop::new`].

use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Ends everything that waits for it, when the process is told to end.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    tell: watch::Sender<bool>,
}

impl Stop {
    /// Listens for the signals from now on: one that nobody listens for ends the process at once.
    ///
    /// # Errors
    /// When the system does not let it.
    pub(crate) fn new() -> io::Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, tell: watch::Sender::new(false) })
    }

    /// Returns when the process is told to end.
    pub(crate) fn told(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut told = self.tell.subscribe();
        async move {
            // A sender that is gone has nothing more to say.
            let _ = told.wait_for(|is_over| *is_over).await;
        }
    }

    /// Waits for a signal, and tells everybody.
    pub(crate) async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        tracing::info!("told to stop: finishing what is going on");
        notify("STOPPING=1");
        self.tell.send_replace(true);
    }
}

/// Tells the supervisor that started this process, if it wants to hear (systemd's `Type=notify`).
pub(crate) fn notify(state: &str) {
    let Some(address) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let told = socket_at(Path::new(&address)).and_then(|address| {
        let socket = UnixDatagram::unbound()?;
        socket.send_to_addr(state.as_bytes(), &address)
    });
    if let Err(error) = told {
        tracing::warn!(%error, "the supervisor at NOTIFY_SOCKET cannot be told");
    }
}

/// A path, or on Linux a name without a file, which begins with `@`.
fn socket_at(path: &Path) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = path.as_os_str().as_encoded_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt as _;
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(path)
}
