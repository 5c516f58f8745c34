//! Letters to the mail server: composed as mail, sent by SMTP.
//!
//! Refuses to send without a server in the settings, and without TLS to any other machine. Start at [`send`].

use crate::app::App;
use crate::config::sections::Mail;
use hearth_base::digest::Digest;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::Response;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::error::Error;
use std::time::Duration;

/// How long one command may take.
const COMMAND_MOST: Duration = Duration::from_secs(20);
/// The longest file with a password, in bytes.
const PASSWORD_MAX_BYTES: usize = 4096;

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Its name, the same at each try.
    pub id: String,
    /// Where one request ends such letters.
    pub unsubscribe: Option<String>,
}

/// Whether mail can be sent at all.
pub fn is_set(mail: &Mail) -> bool {
    mail.server.is_some() && mail.from.is_some()
}

/// A short name that follows from a text and does not lead back.
pub(super) fn digest(text: &str) -> String {
    Digest::of(text.as_bytes()).to_string().chars().take(26).collect()
}

/// An address that a letter can be sent to.
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.is_ascii() && text.parse::<lettre::Address>().is_ok()
}

/// Sends a letter. What the mail server said, if it took it.
///
/// # Errors
/// A sentence that says why it did not.
pub async fn send(app: &App, letter: &Letter) -> Result<String, String> {
    let settings = &app.config.mail;
    let message = composed(app, letter)?;
    let password = password(settings)?;
    let transport = transport(settings, password)?;
    // A process chooses its provider of ciphers once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = transport.send(message).await.map_err(|error| told(&error))?;
    Ok(said(&answer))
}

fn said(answer: &Response) -> String {
    format!("the mail server answered {}", answer.code())
}

fn password(settings: &Mail) -> Result<String, String> {
    let Some(path) = &settings.password_file else { return Ok(settings.password.0.clone()) };
    let unreadable =
        || "the file of the mail password cannot be read (setting mail.password_file)".to_owned();
    let text = std::fs::read_to_string(path).map_err(|_| unreadable())?;
    if text.len() > PASSWORD_MAX_BYTES {
        Err(unreadable())
    } else {
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }
}

fn transport(settings: &Mail, password: String) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let none = || "this server sends no mail (setting mail.server)".to_owned();
    let server = settings.server.as_deref().ok_or_else(none)?;
    let wrong = |error: lettre::transport::smtp::Error| told(&error);
    let builder = match settings.security.as_str() {
        "tls" => AsyncSmtpTransport::<Tokio1Executor>::relay(server).map_err(wrong)?,
        "none" => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server),
        _ => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(server).map_err(wrong)?,
    };
    let port = u16::try_from(settings.port).unwrap_or(587);
    let builder = builder.port(port).timeout(Some(COMMAND_MOST));
    Ok(match &settings.user {
        Some(user) => builder.credentials(Credentials::new(user.clone(), password)).build(),
        None => builder.build(),
    })
}

fn composed(app: &App, letter: &Letter) -> Result<Message, String> {
    let from = app.config.mail.from.as_deref().unwrap_or_default();
    let from: Mailbox =
        from.parse().map_err(|_| "the sender is no mail address (setting mail.from)".to_owned())?;
    let to: lettre::Address = letter.to.parse().map_err(|_| "the address is no mail address".to_owned())?;
    let id = format!("<{}@{}>", letter.id, from.email.domain());
    // A line end in a subject would begin another header.
    let subject: String =
        letter.subject.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN);
    builder = with(builder, "Auto-Submitted", "auto-generated");
    if let Some(address) = &letter.unsubscribe {
        builder = with(builder, "List-Unsubscribe", &format!("<{address}>"));
        builder = with(builder, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    builder.body(letter.text.clone()).map_err(|error| format!("the mail cannot be written: {error}"))
}

fn with(builder: MessageBuilder, name: &'static str, value: &str) -> MessageBuilder {
    builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()))
}

/// What went wrong, with its causes.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut text = "the mail server did not take it".to_owned();
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
