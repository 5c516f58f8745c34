//! Mails to the owners of saved searches: what is new, and the link by which an address is verified.
//!
//! Plain text in a calm tone: names and addresses of things, nothing of what is in them. Each mail says how to end it, for
//! people and for mail programs (RFC 2369, RFC 8058). Refuses to send ([`super::post`] does). Start at [`news`].

use super::news::{Change, News};
use super::page_of;
use super::post::{self, Letter};
use super::webhook::Refused;
use crate::app::accounts::Secret;
use crate::app::{App, Problem};
use hearth_pages::site::address;
use hearth_store::searches::channel::Open;
use hearth_store::searches::mail as addresses;

/// Things that a mail names; the page has all.
const NAMED_MOST: usize = 50;

/// Sends what is new about a search. What the mail server said, if it took it.
///
/// # Errors
/// When it did not.
pub async fn news(app: &App, open: &Open, id: &str, news: &News) -> Result<String, Refused> {
    let passing = |text: &str| Refused { text: text.to_owned(), is_final: false };
    let read = async {
        let mut read = app.store.read().await?;
        Ok::<_, Problem>(addresses::of_person(&mut read, open.search.person).await?)
    };
    let to = read.await.map_err(|_| passing("the server could not read the address"))?;
    let to = to.filter(|to| to.is_verified).ok_or_else(|| passing("the address is not verified"))?;
    let end = format!("{}{}", app.config.public_url(), address::below("/unsubscribe", &open.channel.secret));
    let letter = Letter {
        to: to.address,
        subject: subject(&open.search.name, news),
        text: text(app, open, news, &end),
        id: id.to_owned(),
        unsubscribe: Some(end),
    };
    post::send(app, &letter).await.map_err(|text| Refused { text, is_final: false })
}

/// Sends the link by which an address is verified.
///
/// # Errors
/// When the mail server did not take it.
pub async fn verify(app: &App, to: &str, secret: &Secret, hours: i64) -> Result<(), String> {
    let site = &app.config.server.site_name;
    let link = format!("{}{}", app.config.public_url(), address::below("/mail", secret.text()));
    let text = format!(
        "Somebody with an account at {site} asked that news about their saved searches be sent to this address.\n\n\
         If it was you, open this page within {hours} hours and press the button:\n{link}\n\n\
         If it was not, do nothing: no more mail will come.\n"
    );
    let subject = format!("{site}: is this your address?");
    let id = format!("verify_{}", post::digest(secret.text()));
    let letter = Letter { to: to.to_owned(), subject, text, id, unsubscribe: None };
    post::send(app, &letter).await.map(|_| ())
}

fn subject(name: &str, news: &News) -> String {
    let part = |count: u64, word: &str| (count > 0).then(|| format!("{count} {word}"));
    let parts = [part(news.new, "new"), part(news.revised, "revised"), part(news.gone, "gone")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{name}: {}", parts.join(", "))
}

fn text(app: &App, open: &Open, news: &News, end: &str) -> String {
    let origin = app.config.public_url();
    let search = &open.search;
    let mut text =
        format!("Your saved search “{}” at {} has news.\n", search.name, app.config.server.site_name);
    let parts = [
        (Change::New, "New"),
        (Change::Revised, "In another version"),
        (Change::Withdrawn, "Withdrawn"),
        (Change::Left, "No longer among the answers"),
    ];
    let mut left = NAMED_MOST;
    for (change, title) in parts {
        let of_part: Vec<_> = news.things.iter().filter(|thing| thing.change == change).take(left).collect();
        if of_part.is_empty() {
            continue;
        }
        left -= of_part.len();
        text.push_str(&format!("\n{title}\n"));
        for thing in of_part {
            text.push_str(&format!("  {}  {origin}{}\n", thing.name, thing.path));
        }
    }
    let named = (NAMED_MOST - left) as u64;
    if news.count() > named {
        text.push_str(&format!("\nand {} more.\n", news.count() - named));
    }
    text.push_str(&format!("\nAll of them:\n{origin}{}\n", page_of(search)));
    text.push_str(&format!(
        "\nYour saved searches:\n{origin}/searches\n\nNo more mail about this search:\n{end}\n"
    ));
    text
}
