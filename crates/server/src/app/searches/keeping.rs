//! What owners do with their saved searches: keep, look, rename, pause, forget; and how they want to be told.
//!
//! Whoever may not read saves nothing, for what is told follows the person's rights. Secrets are given once: of a feed's
//! address the digest alone is kept. Start at [`save`] and [`list`].

use super::news::{self, News, NewsError};
use super::teller::next_day;
use super::{Sort, mail, post, present, reach, scope_of, webhook};
use crate::app::accounts::{Secret, SignedIn, checked_name};
use crate::app::questions::asked::Asked;
use crate::app::questions::select::Asking;
use crate::app::{App, Problem};
use hearth_base::id::{PersonId, RecordId};
use hearth_index::visible::Visible;
use hearth_store::random;
use hearth_store::searches::channel::{self, Channel, Sort as Means};
use hearth_store::searches::mail::MailAddress;
use hearth_store::searches::{self, Saved};

/// Hours in which an address can be verified.
const VERIFY_HOURS: i64 = 48;
/// Between two mails that verify an address of one person.
const VERIFY_AGAIN_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
/// What somebody without the right to read is told.
const MAY_NOT_READ: &str = "this token may not read: make one with the scope “read”";

fn person_of(who: &SignedIn) -> Result<PersonId, Problem> {
    match who.scope.reader().party {
        Some(_) => Ok(who.actor.person),
        None => Err(Problem::Forbidden(MAY_NOT_READ.to_owned())),
    }
}

/// That the index knows all genomes: what it does not know yet would be told as new later.
fn await_index(app: &App) -> Result<(), Problem> {
    let text = "this server still reads its genomes: repeat this in a moment".to_owned();
    if app.indexes.is_caught_up() { Ok(()) } else { Err(Problem::Unavailable { text, wait_s: 5 }) }
}

/// Keeps a question under a name.
///
/// # Errors
/// When it cannot be asked, there are too many, or the store fails.
pub async fn save(
    app: &App,
    who: &SignedIn,
    sort: Sort,
    (subject, question): (&str, &str),
    name: &str,
) -> Result<Saved, Problem> {
    let person = person_of(who)?;
    let name = checked_name("name", name)?;
    let question = match sort {
        Sort::Genomes => askable(app, who, subject, question)?,
    };
    await_index(app)?;
    let now = app.now();
    let search = Saved {
        id: RecordId::from_bytes(random::bytes()?),
        person,
        name,
        sort: sort.word().to_owned(),
        subject: subject.to_owned(),
        question,
        created: now,
        is_paused: false,
        has_feed: false,
        looked: present(app),
    };
    let most = app.config.tell.searches_most;
    let mut tx = app.store.database().begin_write().await?;
    if searches::of_person(&mut tx, person).await?.len() as u64 >= most {
        return Err(Problem::field(
            "",
            format!("you have {most} saved searches: forget one that you do not need"),
        ));
    }
    searches::keep(&mut tx, &search).await?;
    tx.commit().await?;
    Ok(search)
}

/// A question about genomes in the one form in which it is kept.
fn askable(app: &App, who: &SignedIn, pathogen: &str, question: &str) -> Result<String, Problem> {
    let shelf = app.indexes.shelf_named(pathogen).ok_or(Problem::NotFound("pathogen"))?;
    let (asked, mut wrong) = Asked::of_address(question);
    wrong.extend(asked.unlike_news());
    let held = shelf.held();
    let visible = Visible::new(&held.index, &app.indexes.reader(&who.scope));
    wrong.extend(Asking::new(&visible, held.index.schema(), &asked).err().unwrap_or_default());
    match wrong.first() {
        Some(wrong) => Err(Problem::field("question", wrong.text.clone())),
        None => Ok(asked.address()),
    }
}

/// The searches of the person who asks.
///
/// # Errors
/// When they may not read, or the store fails.
pub async fn list(app: &App, who: &SignedIn) -> Result<Vec<Saved>, Problem> {
    let person = person_of(who)?;
    Ok(searches::of_person(&mut *app.store.read().await?, person).await?)
}

/// A search of the person who asks.
///
/// # Errors
/// When there is none, they may not read, or the store fails.
pub async fn find(app: &App, who: &SignedIn, id: RecordId) -> Result<Saved, Problem> {
    let person = person_of(who)?;
    let found = searches::find(&mut *app.store.read().await?, person, id).await?;
    found.ok_or(Problem::NotFound("saved search"))
}

/// What is new about a search since its owner looked; why it cannot be said, if the question cannot be asked any more.
///
/// # Errors
/// When the store fails.
pub async fn news(app: &App, who: &SignedIn, search: &Saved) -> Result<Result<News, String>, Problem> {
    let mut read = app.store.read().await?;
    let then = scope_of(&mut read, search.person, search.looked.at).await?;
    drop(read);
    let Some(then) = then else { return Ok(Ok(News::default())) };
    let until = present(app);
    // An index that is still read knows less than was looked at.
    if until.size < search.looked.size {
        return Ok(Ok(News::default()));
    }
    match news::of(app, search, (&who.scope, &then), (search.looked, until)).await {
        Ok(news) => Ok(Ok(news)),
        Err(NewsError::Unaskable(text)) => Ok(Err(text)),
        Err(NewsError::Failed(problem)) => Err(problem),
    }
}

/// Gives a search another name, and pauses it or not.
///
/// # Errors
/// When there is none, the name is none, or the store fails.
pub async fn change(
    app: &App,
    who: &SignedIn,
    id: RecordId,
    (name, is_paused): (Option<&str>, Option<bool>),
) -> Result<Saved, Problem> {
    let mut search = find(app, who, id).await?;
    if let Some(name) = name {
        search.name = checked_name("name", name)?;
    }
    search.is_paused = is_paused.unwrap_or(search.is_paused);
    let mut tx = app.store.database().begin_write().await?;
    let was_there = searches::change(&mut tx, &search).await?;
    tx.commit().await?;
    if was_there { Ok(search) } else { Err(Problem::NotFound("saved search")) }
}

/// Forgets a search, and all that is told of it.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn forget(app: &App, who: &SignedIn, id: RecordId) -> Result<(), Problem> {
    let person = person_of(who)?;
    let mut tx = app.store.database().begin_write().await?;
    let was_there = searches::forget(&mut tx, person, id).await?;
    tx.commit().await?;
    if was_there { Ok(()) } else { Err(Problem::NotFound("saved search")) }
}

/// Writes down that the owner looked, up to now.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn look(app: &App, who: &SignedIn, id: RecordId) -> Result<(), Problem> {
    let search = find(app, who, id).await?;
    await_index(app)?;
    let mut tx = app.store.database().begin_write().await?;
    let was_there = searches::looked(&mut tx, search.person, id, present(app)).await?;
    tx.commit().await?;
    if was_there { Ok(()) } else { Err(Problem::NotFound("saved search")) }
}

/// Gives the feed of a search a new address, whose secret is given this once; or none, if it is to end.
///
/// # Errors
/// When there is no such search, or the store fails.
pub async fn set_feed(
    app: &App,
    who: &SignedIn,
    id: RecordId,
    is_wanted: bool,
) -> Result<Option<Secret>, Problem> {
    let person = person_of(who)?;
    let secret = if is_wanted { Some(Secret::new()?) } else { None };
    let digest = secret.as_ref().map(Secret::digest);
    let mut tx = app.store.database().begin_write().await?;
    let was_there = searches::set_feed(&mut tx, person, id, digest.as_ref()).await?;
    tx.commit().await?;
    if was_there { Ok(secret) } else { Err(Problem::NotFound("saved search")) }
}

/// Has news sent to an address. The secret that messages are signed with is given this once.
///
/// # Errors
/// When the address leads nowhere or into this server's network, there is no such search, or the store fails.
pub async fn set_webhook(app: &App, who: &SignedIn, id: RecordId, address: &str) -> Result<String, Problem> {
    let is_own = app.config.tell.webhooks_to_own_network;
    let wrong = |text: String| Problem::field("address", text);
    let url = reach::checked(address, is_own).map_err(wrong)?;
    let search = find(app, who, id).await?;
    reach::resolved(&url, is_own).await.map_err(wrong)?;
    let secret = webhook::secret(random::bytes()?);
    let opened =
        Channel { address: url.to_string(), secret: secret.clone(), ..opened(app, &search, Means::Webhook) };
    open(app, &opened).await?;
    Ok(secret)
}

/// Has news sent by mail, at once or once a day.
///
/// # Errors
/// When there is no verified address or no such search, or the store fails.
pub async fn set_mail(app: &App, who: &SignedIn, id: RecordId, is_daily: bool) -> Result<(), Problem> {
    let search = find(app, who, id).await?;
    let address = mail_address(app, who).await?;
    if !address.is_some_and(|address| address.is_verified) {
        return Err(Problem::Conflict("say first where you take mail, and verify the address".to_owned()));
    }
    let opened = opened(app, &search, Means::Mail);
    let due = if is_daily { next_day(app.now(), app.config.mail.daily_hour) } else { opened.due };
    open(app, &Channel { secret: Secret::new()?.text().to_owned(), is_daily, due, ..opened }).await
}

/// A channel of a search from now on, that leads nowhere yet.
fn opened(app: &App, search: &Saved, sort: Means) -> Channel {
    Channel {
        search: search.id,
        sort,
        address: String::new(),
        secret: String::new(),
        is_daily: false,
        told: present(app),
        due: app.now(),
        message: None,
        failures: 0,
        stopped: String::new(),
    }
}

async fn open(app: &App, channel: &Channel) -> Result<(), Problem> {
    await_index(app)?;
    let mut tx = app.store.database().begin_write().await?;
    channel::set(&mut tx, channel).await?;
    Ok(tx.commit().await?)
}

/// Ends a way of being told, or tries one again that was stopped.
///
/// # Errors
/// When there is none, or the store fails.
pub async fn set_channel(
    app: &App,
    who: &SignedIn,
    id: RecordId,
    sort: Means,
    is_wanted: bool,
) -> Result<(), Problem> {
    let search = find(app, who, id).await?;
    let mut tx = app.store.database().begin_write().await?;
    let was_there = if is_wanted {
        channel::resume(&mut tx, search.id, sort, app.now()).await?
    } else {
        channel::remove(&mut tx, search.id, sort).await?
    };
    tx.commit().await?;
    if was_there { Ok(()) } else { Err(Problem::NotFound("way of being told")) }
}

/// Where the person who asks takes mail.
///
/// # Errors
/// When the store fails.
pub async fn mail_address(app: &App, who: &SignedIn) -> Result<Option<MailAddress>, Problem> {
    Ok(searches::mail::of_person(&mut *app.store.read().await?, person_of(who)?).await?)
}

/// Sends a link to an address, behind which its owner says that it is theirs. An empty text forgets the address.
///
/// # Errors
/// When it is no address, one was sent a moment ago, or the mail server does not take it.
pub async fn offer_address(app: &App, who: &SignedIn, address: &str) -> Result<(), Problem> {
    let (person, address, now) = (person_of(who)?, address.trim(), app.now());
    let mut tx = app.store.database().begin_write().await?;
    if address.is_empty() {
        searches::mail::forget(&mut tx, person).await?;
        return Ok(tx.commit().await?);
    }
    if !post::is_set(&app.config.mail) {
        return Err(Problem::field(
            "mail",
            "this server sends no mail: its operator did not set a mail server",
        ));
    }
    if !post::is_address(address) {
        return Err(Problem::field("mail", "this is no mail address: write name@example.org"));
    }
    let before = searches::mail::of_person(&mut tx, person).await?;
    if before.is_some_and(|before| before.offered.plus_ms(VERIFY_AGAIN_MS) > now) {
        return Err(Problem::field("mail", "a mail was sent a moment ago: wait a minute, and look for it"));
    }
    let secret = Secret::new()?;
    searches::mail::offer(&mut tx, person, address, &secret.digest(), now).await?;
    tx.commit().await?;
    let sent = mail::verify(app, address, &secret, VERIFY_HOURS).await;
    sent.map_err(|text| {
        tracing::warn!(error = %text, "an address could not be verified");
        Problem::field(
            "mail",
            "the mail server did not take the mail: look at the address, or try again later",
        )
    })
}

/// The address that a link verifies, if it holds still; after `is_said`, it is verified and the link spent.
///
/// # Errors
/// When the link does not hold, or the store fails.
pub async fn verified(app: &App, secret: &str, is_said: bool) -> Result<String, Problem> {
    let over = || Problem::Gone("this link was used already, or is too old: ask for another mail".to_owned());
    let digest = Secret::read(secret).ok_or_else(over)?.digest();
    let oldest = app.now().plus_ms(-VERIFY_HOURS * HOUR_MS);
    let mut tx = app.store.database().begin_write().await?;
    let address = searches::mail::offered(&mut tx, &digest, oldest).await?.ok_or_else(over)?;
    if is_said {
        searches::mail::verify(&mut tx, &digest, oldest).await?;
        tx.commit().await?;
    }
    Ok(address)
}

/// Ends the mail about a search, for whoever has the secret of its mails. Doing it twice is no mistake.
///
/// # Errors
/// When the store fails.
pub async fn unsubscribe(app: &App, secret: &str) -> Result<(), Problem> {
    let mut tx = app.store.database().begin_write().await?;
    if Secret::read(secret).is_some() {
        channel::unsubscribe(&mut tx, secret).await?;
    }
    Ok(tx.commit().await?)
}
