//! Figures: what the ledger counts, for two dates, beside what somebody stated.
//!
//! Everybody may see what is counted, signed in or not: a figure is a number and names nobody. It is counted over all
//! gifts whoever reads, and a gift is only ever of what its owner released to somebody. Statements are records: a reader
//! sees those that they may see. Start at [`figures`].

use super::{App, Problem};
use hearth_base::id::EntryId;
use hearth_base::time::UtcTime;
use hearth_ledger::body::Body;
use hearth_ledger::body::sharing::Attestation;
use hearth_ledger::entry::Kind;
use hearth_ledger::figure::{AsOf, Count, DEFINITIONS, Definition, Supported};
use hearth_ledger::rules::Status;
use hearth_store::state::gifts;
use hearth_store::state::records::{self, Face, Listing};
use hearth_store::state::scope::Scope;
use jiff::civil::Date;

/// Statements that are shown.
const STATEMENTS_MAX: u32 = 500;

/// What is counted, for the dates that were asked.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What is counted.
    pub definition: &'static Definition,
    /// How many.
    pub count: Count,
}

/// What somebody stated, held against what the ledger counts for the day of the statement.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Its entry.
    pub entry: EntryId,
    /// What was said.
    pub said: Attestation,
    /// Whether it was made up.
    pub is_simulated: bool,
    /// What is counted of the same, if the ledger counts it.
    pub supported: Option<Supported>,
}

/// Figures for two days.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// What the ledger counts.
    pub counted: Vec<Counted>,
    /// What was stated.
    pub stated: Vec<Stated>,
}

/// The figures of what had happened by the end of one day, as known at the end of another.
///
/// # Errors
/// When the store fails.
pub async fn figures(
    app: &App,
    scope: &Scope,
    happened_by: Date,
    known_by: Date,
) -> Result<Figures, Problem> {
    let mut read = app.store.read().await?;
    let gifts = gifts::of_documents(&mut read).await?;
    let known_by = UtcTime::end_of(known_by);
    let dates = AsOf { happened_by: UtcTime::end_of(happened_by), known_by };
    let count = |definition: &'static Definition| {
        let count = definition.count(&gifts, dates);
        Counted { definition, count }
    };
    let mut figures = Figures { counted: DEFINITIONS.iter().map(count).collect(), stated: Vec::new() };
    let listing = Listing { limit: STATEMENTS_MAX, ..Listing::of(Kind::Attestation, Face::Released) };
    for seen in records::list(&mut read, scope, &listing).await? {
        let Some(entry) = seen.entry.filter(|_| seen.status != Status::Withdrawn) else { continue };
        let Body::Attestation(said) = entry.draft.body else { continue };
        if said.as_of > happened_by || entry.recorded > known_by {
            continue;
        }
        let definition = DEFINITIONS.iter().find(|definition| definition.code == said.code);
        let supported = definition.map(|definition| {
            let dates = AsOf { happened_by: UtcTime::end_of(said.as_of), known_by };
            Supported::new(&said, &definition.count(&gifts, dates))
        });
        let is_simulated = entry.draft.simulated;
        figures.stated.push(Stated { entry: entry.id, said: *said, is_simulated, supported });
    }
    Ok(figures)
}
