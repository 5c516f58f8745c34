//! What is new about a question between two moments, for somebody with the rights of today.
//!
//! The question is asked as of both moments; what only the later one has came, what only the earlier one has went. So
//! nothing is kept of what was told, an embargo that ends without an entry is news at its moment, and a second try tells
//! the same but for what may not be told any more. Rights in the index are today's: of a genome whose state began anew,
//! the store says whether it could be seen before. Start at [`of`].

use super::Sort;
use crate::app::index::Held;
use crate::app::questions::asked::Asked;
use crate::app::questions::select::{Asking, number};
use crate::app::{App, Problem};
use hearth_base::id::RecordId;
use hearth_index::row::{DataVersion, RowId, Value};
use hearth_index::visible::{Reader, Selection, Visible};
use hearth_pages::site::address;
use hearth_store::searches::{Moment, Saved};
use hearth_store::state::noticed;
use hearth_store::state::scope::Scope;

/// Things that are named; more are counted.
pub const NAMED_MOST: usize = 500;

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It can be seen, and could not be before; or fits the question, and did not before.
    New,
    /// It fits in another version.
    Revised,
    /// It was withdrawn.
    Withdrawn,
    /// It is not among the answers any more.
    Left,
}

/// Something that happened to a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What.
    pub change: Change,
    /// Its name: of genomes, accession and version.
    pub name: String,
    /// The path of its page.
    pub path: String,
}

/// What is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// How many came.
    pub new: u64,
    /// How many fit in another version.
    pub revised: u64,
    /// How many went.
    pub gone: u64,
    /// The first [`NAMED_MOST`] of them, in the order of the log, what went last.
    pub things: Vec<Thing>,
}

/// Why it cannot be said what is new.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewsError {
    /// The question cannot be asked any more.
    #[error("{0}")]
    Unaskable(String),
    /// Not now.
    #[error("{0}")]
    Failed(#[from] Problem),
}

impl News {
    /// How many things.
    pub fn count(&self) -> u64 {
        self.new + self.revised + self.gone
    }
}

impl Change {
    /// As payloads write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Revised => "revised",
            Self::Withdrawn => "withdrawn",
            Self::Left => "left",
        }
    }
}

/// What is new about a search from one moment to another. `scopes` are what its owner may see now, and with the rights of
/// now could see at the first moment.
///
/// # Errors
/// When the question cannot be asked, or the store fails.
pub async fn of(
    app: &App,
    search: &Saved,
    (now, then): (&Scope, &Scope),
    (from, until): (Moment, Moment),
) -> Result<News, NewsError> {
    match Sort::read(&search.sort) {
        Some(Sort::Genomes) => {}
        None => return Err(NewsError::Unaskable(format!("this program watches no {}", search.sort))),
    }
    let gone = || NewsError::Unaskable(format!("this server has no pack of {} any more", search.subject));
    let pathogen = app.packs.pathogens().position(&search.subject).ok_or_else(gone)?;
    let audiences = app.indexes.reader(now).audiences;
    let reader = |moment: Moment| Reader {
        audiences: audiences.clone(),
        now_ms: moment.at.unix_ms(),
        version: DataVersion(moment.size),
    };
    let (own, question) = (app.clone(), search.question.clone());
    let readers = [reader(from), reader(until)];
    let looking = tokio::task::spawn_blocking(move || {
        let shelf = own.indexes.shelf(pathogen)?;
        let held = shelf.held();
        Some(Rough::new(&held, &readers, &question))
    });
    let looked = looking.await.map_err(|error| Problem::Internal(format!("a question failed: {error}")))?;
    let rough = looked.ok_or_else(gone)?.map_err(NewsError::Unaskable)?;
    Ok(rough.judged(app, now, then).await?)
}

/// A genome that came in the index.
struct Came {
    change: Change,
    name: String,
    /// Where a state of the same version had begun that the index would have shown before, if one had.
    before: Option<(u64, bool)>,
}

/// What the index alone says.
struct Rough {
    came: Vec<Came>,
    went: Vec<(RecordId, String)>,
}

impl Rough {
    fn new(held: &Held, [from, until]: &[Reader; 2], question: &str) -> Result<Self, String> {
        let (asked, wrong) = Asked::of_address(question);
        if let Some(wrong) = wrong.first() {
            return Err(wrong.text.clone());
        }
        let schema = held.index.schema();
        let (then, now) = (Visible::new(&held.index, from), Visible::new(&held.index, until));
        let found = |visible| {
            let asking = Asking::new(visible, schema, &asked);
            asking.map(|asking| asking.found()).map_err(|wrong| first(&wrong))
        };
        let (before, after) = (found(&then)?, found(&now)?);
        let come = after.but(&before);
        let came = come.rows().filter_map(|row| came(held, &then, &before, &come, row)).collect();
        let gone = before.but(&after);
        let mut went = Vec::new();
        for row in gone.rows() {
            let Some(origin) = held.origin(row) else { continue };
            let record = origin.version.record;
            if !held.rows_of(record).any(|other| after.holds(other)) {
                went.push((record, name(&gone, row)));
            }
        }
        Ok(Self { came, went })
    }

    /// What is left of it when the store said what could be seen, and what was withdrawn.
    async fn judged(self, app: &App, now: &Scope, then: &Scope) -> Result<News, Problem> {
        let mut news = News::default();
        let mut read = app.store.read().await?;
        let unsure: Vec<u64> =
            self.came.iter().filter_map(|came| came.before).map(|(since, _)| since).collect();
        let seen = noticed::seen(&mut read, then, &unsure).await?;
        let named: Vec<RecordId> = self.went.iter().take(NAMED_MOST).map(|(record, _)| *record).collect();
        let withdrawn = noticed::withdrawn(&mut read, now, &named).await?;
        for came in self.came {
            if came.before.is_some_and(|(since, did_fit)| did_fit && seen.contains(&since)) {
                continue;
            }
            match came.change {
                Change::Revised => news.revised += 1,
                _ => news.new += 1,
            }
            news.add(came.change, came.name);
        }
        news.gone = self.went.len() as u64;
        for (record, name) in self.went {
            let change = if withdrawn.contains(&record) { Change::Withdrawn } else { Change::Left };
            news.add(change, name);
        }
        Ok(news)
    }
}

impl News {
    fn add(&mut self, change: Change, name: String) {
        if self.things.len() < NAMED_MOST {
            self.things.push(Thing { change, path: address::genome(&name), name });
        }
    }
}

fn first(wrong: &[crate::app::questions::asked::Wrong]) -> String {
    wrong.first().map(|wrong| wrong.text.clone()).unwrap_or_default()
}

fn name(of: &Selection, row: RowId) -> String {
    match of.value(row, number("accessionVersion")) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    }
}

fn came(held: &Held, then: &Visible, before: &Selection, come: &Selection, row: RowId) -> Option<Came> {
    let version = held.origin(row)?.version;
    let others = || held.rows_of(version.record).filter(|other| *other != row && then.shows(*other));
    let same = others().find(|other| held.origin(*other).is_some_and(|origin| origin.version == version));
    let before_it = same.and_then(|other| Some((held.origin(other)?.since(), before.holds(other))));
    let is_revised = same.is_none() && others().any(|other| before.holds(other));
    let change = if is_revised { Change::Revised } else { Change::New };
    Some(Came { change, name: name(come, row), before: before_it })
}
