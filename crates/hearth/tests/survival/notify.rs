//! What a supervisor hears (systemd's `Type=notify`).

use crate::program::{Place, Program};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

#[test]
fn a_supervisor_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a time");
    let heard = || {
        let mut bytes = [0; 100];
        let count = socket.recv(&mut bytes).expect("told");
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    };
    let place = Place::at(&folder.path().join("data")).with("NOTIFY_SOCKET", &path.display().to_string());
    let program = Program::serve(&place, "");
    assert_eq!(heard(), "READY=1");
    assert_eq!(program.stop(), Some(0));
    assert_eq!(heard(), "STOPPING=1");
}
