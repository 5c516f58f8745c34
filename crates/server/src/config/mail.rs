//! Which settings of mail do not fit together.
//!
//! Start at [`faults`].

use super::Fault;
use super::sections::Mail;
use lettre::message::Mailbox;

/// What is wrong with the settings of mail.
pub(super) fn faults(mail: &Mail) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |setting: &str, text: &str| faults.push(Fault::new(setting, text));
    if mail.server.is_some() && mail.from.is_none() {
        fault("mail.from", "mail needs a sender: write an address of yours");
    }
    if mail.from.as_deref().is_some_and(|from| from.parse::<Mailbox>().is_err()) {
        fault(
            "mail.from",
            "this is no mail address: write hearth@example.org or Hearth <hearth@example.org>",
        );
    }
    if !matches!(mail.security.as_str(), "starttls" | "tls" | "none") {
        fault("mail.security", "write starttls, tls or none");
    }
    let is_here = matches!(mail.server.as_deref(), None | Some("localhost" | "127.0.0.1" | "::1"));
    if mail.security == "none" && !is_here {
        fault(
            "mail.security",
            "without TLS everybody on the way reads the mail: only a server on this machine takes none",
        );
    }
    if mail.port > u64::from(u16::MAX) {
        fault("mail.port", "a port is a number up to 65535");
    }
    if mail.daily_hour > 23 {
        fault("mail.daily_hour", "an hour is a number from 1 to 23");
    }
    faults
}
