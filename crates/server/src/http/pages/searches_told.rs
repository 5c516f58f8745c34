//! How the owner of a saved search is told, set by them; and what is confirmed behind a link in a mail.
//!
//! What leads to news beside the pages is set by a session alone, or a token would outlive itself. Start at [`make_feed`].

use super::account::own_session;
use super::searches::{LIST, Once, back, listed, one, read_id};
use super::shown;
use crate::app::Problem;
use crate::app::searches::keeping;
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::searches::{ConfirmPage, Matter};
use hearth_store::searches::channel::Sort as Means;

/// Makes an address for its feed, and shows it this once.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn make_feed(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    let secret = keeping::set_feed(&site.app, own_session(&caller)?, id, true).await?;
    let feeds = secret.map(|secret| {
        let room = format!("{}{}", site.app.config.public_url(), address::below("/feeds", secret.text()));
        (format!("{room}/feed.atom"), format!("{room}/feed.json"))
    });
    one(&site, &caller, id, Once { feeds, ..Once::default() }).await
}

/// Ends the address of its feed.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn end_feed(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    keeping::set_feed(&site.app, own_session(&caller)?, id, false).await?;
    Ok(back(&site, id, "The address of the feed leads nowhere any more."))
}

/// Has messages sent to a program, and shows the secret that they are signed with this once.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn set_webhook(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    let once = match keeping::set_webhook(&site.app, own_session(&caller)?, id, fields.text("address")).await
    {
        Ok(secret) => Once { secret: Some(secret), ..Once::default() },
        Err(problem) => {
            let problems = shown(&site, problem, &[("address", Key::WebhookAddress)])?;
            Once { problems, ..Once::default() }
        }
    };
    one(&site, &caller, id, once).await
}

/// Has mail sent.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn set_mail(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    let is_daily = fields.text("pace") != "once";
    match keeping::set_mail(&site.app, own_session(&caller)?, id, is_daily).await {
        Ok(()) => Ok(back(&site, id, "Mail is sent from now on.")),
        Err(problem) => {
            let problems = shown(&site, problem, &[])?;
            one(&site, &caller, id, Once { problems, ..Once::default() }).await
        }
    }
}

async fn set_channel(
    site: &Site,
    caller: &Caller,
    id: &str,
    sort: Means,
    is_wanted: bool,
) -> Result<Response, Problem> {
    let id = read_id(id)?;
    keeping::set_channel(&site.app, own_session(caller)?, id, sort, is_wanted).await?;
    let text = if is_wanted { "It is tried again." } else { "Nothing is sent in this way any more." };
    Ok(back(site, id, text))
}

/// Ends the messages to a program.
///
/// # Errors
/// When there are none, or the store fails.
pub async fn end_webhook(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    set_channel(&site, &caller, &id, Means::Webhook, false).await
}

/// Tries them again that were stopped.
///
/// # Errors
/// When there are none, or the store fails.
pub async fn resume_webhook(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    set_channel(&site, &caller, &id, Means::Webhook, true).await
}

/// Ends the mail.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn end_mail(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    set_channel(&site, &caller, &id, Means::Mail, false).await
}

/// Tries mail again that was stopped.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn resume_mail(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    set_channel(&site, &caller, &id, Means::Mail, true).await
}

/// Sends a link to an address that is to be verified.
///
/// # Errors
/// When the store fails.
pub async fn offer_address(
    State(site): State<Site>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let address = fields.text("mail");
    match keeping::offer_address(&site.app, own_session(&caller)?, address).await {
        Ok(()) if address.trim().is_empty() => {
            Ok(answer::see_other_telling(&site, LIST, 'd', "The address is forgotten: no mail is sent."))
        }
        Ok(()) => {
            Ok(answer::see_other_telling(&site, LIST, 'd', "A mail is on its way: open the link in it."))
        }
        Err(problem) => listed(&site, &caller, shown(&site, problem, &[("mail", Key::MailAddress)])?).await,
    }
}

/// Asks whether an address is theirs. Opening a link changes nothing: programs that look through mail open links too.
///
/// # Errors
/// When the link does not hold, or the store fails.
pub async fn show_verify(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let address = keeping::verified(&site.app, &token, false).await?;
    Ok(confirm(&site, &caller, Matter::Address(address), ("/mail", &token), false))
}

/// Takes an address as verified.
///
/// # Errors
/// When the link does not hold, or the store fails.
pub async fn verify(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let address = keeping::verified(&site.app, &token, true).await?;
    Ok(confirm(&site, &caller, Matter::Address(address), ("/mail", &token), true))
}

/// Asks whether no more mail is wanted.
///
/// # Errors
/// Never.
pub async fn show_unsubscribe(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    Ok(confirm(&site, &caller, Matter::NoMoreMail, ("/unsubscribe", &token), false))
}

/// Ends the mail about a search, for whoever has the link: a person, or their mail program (RFC 8058).
///
/// # Errors
/// When the store fails.
pub async fn unsubscribe(
    State(site): State<Site>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    keeping::unsubscribe(&site.app, &token).await?;
    Ok(confirm(&site, &caller, Matter::NoMoreMail, ("/unsubscribe", &token), true))
}

fn confirm(
    site: &Site,
    caller: &Caller,
    matter: Matter,
    (room, token): (&str, &str),
    is_done: bool,
) -> Response {
    let action = address::below(room, token);
    let page = ConfirmPage { frame: caller.frame(site), matter, action, is_done };
    answer::page(page.to_html(&site.words))
}
