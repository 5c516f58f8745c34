//! Saved searches of the reader: kept from the page of a question, listed, looked at, changed, forgotten.
//!
//! How their owner is told is set by [`super::searches_told`]. Refuses to decide what is new. Start at [`list`] and
//! [`show`].

use super::named::pathogen as named;
use super::shown;
use crate::app::Problem;
use crate::app::accounts::SignedIn;
use crate::app::questions::asked::Asked;
use crate::app::searches::keeping;
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
use hearth_pages::site::searches::{Change, Happened, MailState, Saved, SavedPage, SearchesPage, Told, Try};
use hearth_store::searches::channel::{self, Channel, Sort as Means};
use hearth_store::searches::{self, delivery};
use http::StatusCode;

/// Things that the page of a search names.
const NEWS_SHOWN: usize = 100;
/// The path of the list.
pub(super) const LIST: &str = "/searches";

/// Lists them.
///
/// # Errors
/// When the store fails.
pub async fn list(State(site): State<Site>, caller: Caller) -> Result<Response, Problem> {
    listed(&site, &caller, Vec::new()).await
}

pub(super) async fn listed(
    site: &Site,
    caller: &Caller,
    problems: Vec<FieldProblem>,
) -> Result<Response, Problem> {
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
pub(super) struct Once {
    pub feeds: Option<(String, String)>,
    pub secret: Option<String>,
    pub problems: Vec<FieldProblem>,
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

pub(super) fn read_id(text: &str) -> Result<RecordId, Problem> {
    text.parse().map_err(|_| Problem::NotFound("saved search"))
}

pub(super) async fn one(site: &Site, caller: &Caller, id: RecordId, once: Once) -> Result<Response, Problem> {
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

pub(super) fn back(site: &Site, id: RecordId, text: &str) -> Response {
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
