//! Saved searches of the reader: kept from the page of a question, listed, changed, told of; and what is confirmed behind
//! a link in a mail.
//!
//! What leads to news beside this page (feeds, webhooks, mail) is set by a session alone, or a token would outlive itself.
//! Start at [`list`] and [`show`].

use super::account::own_session;
use super::named::pathogen as named;
use super::shown;
use crate::app::Problem;
use crate::app::accounts::SignedIn;
use crate::app::questions::asked::Asked;
use crate::app::searches::keeping::{self};
use crate::app::searches::news::{Change as Happening, News};
use crate::app::searches::{Sort, page_of, post};
use crate::http::{Caller, Fields, Site, answer};
use axum::extract::{Path, State};
use axum::response::Response;
use hearth_base::id::RecordId;
use hearth_base::time::UtcTime;
use hearth_pages::messages::Key;
use hearth_pages::site::address;
use hearth_pages::site::parts::FieldProblem;
use hearth_pages::site::searches::{
    Change, ConfirmPage, Happened, MailState, Matter, Saved, SavedPage, SearchesPage, Told, Try,
};
use hearth_store::searches::channel::{self, Channel, Sort as Means};
use hearth_store::searches::{self, delivery};
use http::StatusCode;

/// Things that the page of a search names.
const NEWS_SHOWN: usize = 100;
/// The path of the list.
const LIST: &str = "/searches";

/// Lists them.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    listed(&site, &caller, Vec::new()).await
}

async fn listed(site: &Site, caller: &Caller, problems: Vec<FieldProblem>) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let mut shown = Vec::new();
    for search in keeping::list(&site.app, who).await? {
        let channels = channel::of_search(&mut *site.app.store.read().await?, search.id).await?;
        let news = keeping::news(&site.app, who, &search).await?.ok();
        shown.push(facts(site, &search, &channels, news.map(|news| news.count())));
    }
    let mail = mail_state(site, who).await?;
    let status = status(&problems);
    let page = SearchesPage { frame: caller.frame(site), searches: shown, mail, problems };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

fn status(problems: &[FieldProblem]) -> StatusCode {
    if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A search as pages have it.
fn facts(site: &Site, search: &searches::Saved, channels: &[Channel], new: Option<u64>) -> Saved {
    let has = |sort: Means| channels.iter().any(|channel| channel.sort == sort);
    let (asked, _) = Asked::of_address(&search.question);
    Saved {
        id: search.id.to_string(),
        name: search.name.clone(),
        page: page_of(search),
        question: asked.told(),
        subject: named(site, &search.subject),
        created: search.created.date().to_string(),
        looked: search.looked.at.date().to_string(),
        new,
        is_paused: search.is_paused,
        has_feed: search.has_feed,
        has_webhook: has(Means::Webhook),
        has_mail: has(Means::Mail),
        is_stopped: channels.iter().any(|channel| !channel.stopped.is_empty()),
    }
}

async fn mail_state(site: &Site, who: &SignedIn) -> Result<MailState, Problem> {
    let address = keeping::mail_address(&site.app, who).await?;
    Ok(MailState {
        is_sent: post::is_set(&site.app.config.mail),
        is_verified: address.as_ref().is_some_and(|address| address.is_verified),
        address: address.map(|address| address.address).unwrap_or_default(),
    })
}

/// What the page of a search shows once, after an act.
#[derive(Default)]
struct Once {
    feeds: Option<(String, String)>,
    secret: Option<String>,
    problems: Vec<FieldProblem>,
}

/// Shows one.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    one(&site, &caller, read_id(&id)?, Once::default()).await
}

fn read_id(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::NotFound("saved search"))
}

async fn one(site: &Site, caller: &Caller, id: RecordId, once: Once) -> Result<Response, Problem> {
    let who = caller.signed_in()?;
    let search = keeping::find(&site.app, who, id).await?;
    let channels = channel::of_search(&mut *site.app.store.read().await?, id).await?;
    let news = keeping::news(&site.app, who, &search).await?;
    let (news, unaskable) = news.map_or_else(|text| (None, text), |news| (Some(news), String::new()));
    let [webhook, mail] =
        [Means::Webhook, Means::Mail].map(|sort| channels.iter().find(|one| one.sort == sort));
    let (webhook, mail) = (told(site, webhook).await?, told(site, mail).await?);
    let status = status(&once.problems);
    let page = SavedPage {
        frame: caller.frame(site),
        search: facts(site, &search, &channels, news.as_ref().map(News::count)),
        unaskable,
        news: news.map(|news| happened(&news)).unwrap_or_default(),
        feeds: once.feeds,
        secret: once.secret,
        webhook,
        mail,
        mail_state: mail_state(site, who).await?,
        problems: once.problems,
    };
    Ok(answer::with_status(status, answer::page(page.to_html(&site.words))))
}

fn happened(news: &News) -> Vec<Happened> {
    let happened = |thing: &crate::app::searches::news::Thing| Happened {
        change: match thing.change {
            Happening::New => Change::New,
            Happening::Revised => Change::Revised,
            Happening::Withdrawn => Change::Withdrawn,
            Happening::Left => Change::Left,
        },
        name: thing.name.clone(),
        address: thing.path.clone(),
    };
    news.things.iter().take(NEWS_SHOWN).map(happened).collect()
}

async fn told(site: &Site, channel: Option<&Channel>) -> Result<Option<Told>, Problem> {
    let Some(channel) = channel else { return Ok(None) };
    let tries =
        delivery::of_channel(&mut *site.app.store.read().await?, channel.search, channel.sort).await?;
    let again = if channel.failures > 0 { minute(channel.due) } else { String::new() };
    let tries = tries.into_iter().map(|one| Try {
        at: minute(one.tried),
        things: one.things,
        is_done: one.is_done,
        outcome: one.outcome,
    });
    Ok(Some(Told {
        address: channel.address.clone(),
        is_daily: channel.is_daily,
        stopped: channel.stopped.clone(),
        again,
        tries: tries.collect(),
    }))
}

/// A moment to the minute, in universal time.
fn minute(moment: UtcTime) -> String {
    let text = moment.to_string().replace('T', " ");
    format!("{} UTC", text.get(..16).unwrap_or(&text))
}

/// Keeps the question of a page.
///
/// # Errors
/// When the store fails.
pub async fn save(State(site): State<Site>, caller: Caller, fields: Fields) -> Result<Response, Problem> {
    let asked = (fields.text("pathogen"), fields.text("question"));
    let kept = keeping::save(&site.app, caller.signed_in()?, Sort::Genomes, asked, fields.text("name")).await;
    match kept {
        Ok(kept) => {
            let path = address::below(LIST, &kept.id.to_string());
            Ok(answer::see_other_telling(
                &site,
                &path,
                'd',
                "The question is saved. Choose how you are told.",
            ))
        }
        Err(problem) => {
            let problems =
                shown(&site, problem, &[("name", Key::SearchName), ("question", Key::SearchQuestion)])?;
            listed(&site, &caller, problems).await
        }
    }
}

/// Gives it another name, pauses it or lets it go on.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn change(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    let is_paused = fields.text("is_paused") == "yes";
    let wanted = (Some(fields.text("name")), Some(is_paused));
    match keeping::change(&site.app, caller.signed_in()?, id, wanted).await {
        Ok(_) => Ok(back(&site, id, "Kept.")),
        Err(problem) => {
            let problems = shown(&site, problem, &[("name", Key::SearchName)])?;
            one(&site, &caller, id, Once { problems, ..Once::default() }).await
        }
    }
}

fn back(site: &Site, id: RecordId, text: &str) -> Response {
    answer::see_other_telling(site, &address::below(LIST, &id.to_string()), 'd', text)
}

/// Writes down that the owner has seen what is new.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn seen(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = read_id(&id)?;
    keeping::look(&site.app, caller.signed_in()?, id).await?;
    Ok(back(&site, id, "What is new from now on is counted."))
}

/// Forgets it.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn forget(
    State(site): State<Site>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    keeping::forget(&site.app, caller.signed_in()?, read_id(&id)?).await?;
    Ok(answer::see_other_telling(
        &site,
        LIST,
        'd',
        "The search is forgotten, and nothing is sent about it any more.",
    ))
}

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
