//! A selection of genomes on its way out, a few hundred at a time.
//!
//! As of the place in the log at which it began, or an earlier one that is asked for, by the rights of now: what is withdrawn meanwhile is left out. So is what
//! stands under terms that the reader did not accept. Start at [`Walk::next`].

use super::genomes::{Selection, said};
use super::named::Names;
use crate::app::Problem;
use crate::app::genomes::counts;
use crate::http::fields::of_query;
use crate::http::{Caller, Site};
use hearth_store::db::Session;
use hearth_store::log::read::head;
use hearth_store::state::genomes::{self, Wanted};
use hearth_store::state::records::Seen;
use http::Uri;
use std::collections::BTreeMap;

/// Records read at once.
const CHUNK: u32 = 200;
/// Records in one file.
const MOST_RECORDS: u64 = 200_000;

/// A selection on its way out.
pub(super) struct Walk {
    pub(super) site: Site,
    pub(super) caller: Caller,
    pub(super) names: Names,
    pub(super) wanted: Wanted,
    pub(super) taken: u64,
    is_over: bool,
    /// Records that are left out until their terms are accepted, by the terms' code.
    pub(super) left_out: BTreeMap<String, u64>,
}

impl Walk {
    /// The selection that an address names.
    pub(super) async fn new(site: Site, caller: Caller, uri: &Uri) -> Result<Self, Problem> {
        let selection = Selection::read(&of_query(uri.query()))?;
        let mut read = site.app.store.read().await?;
        let selection = selection.settled(&site.app, &mut read, caller.scope()).await?;
        let names = Names::read(&mut read, &caller).await?;
        let size = head(&mut read).await?.size;
        let as_of = Some(selection.wanted.as_of.map_or(size, |then| then.min(size)));
        let count = counts::count(&site.app, &mut read, caller.scope(), &selection.wanted).await?;
        drop(read);
        if count > MOST_RECORDS {
            let text = format!(
                "these are {count} genomes, and one file has at most {MOST_RECORDS}: narrow the selection"
            );
            return Err(Problem::field("", text));
        }
        let wanted = Wanted { as_of, limit: CHUNK, ..selection.wanted };
        Ok(Self { site, caller, names, wanted, taken: 0, is_over: false, left_out: BTreeMap::new() })
    }

    /// The next records that may be taken; nothing at the end.
    pub(super) async fn next(&mut self, session: &mut Session) -> Result<Option<Vec<Seen>>, Problem> {
        if self.is_over {
            return Ok(None);
        }
        let found = genomes::list(session, self.caller.scope(), &self.wanted).await?;
        self.is_over = found.len() < CHUNK as usize;
        self.wanted.before = found.last().map(|seen| seen.content);
        let mut taken = Vec::with_capacity(found.len());
        for seen in found {
            if said(&seen).is_none() || Self::is_withdrawn_now(session, &seen).await? {
                continue;
            }
            if self.names.must_accept(session, &seen).await? {
                let terms = self.names.terms(session, seen.disclosure.terms).await?;
                *self.left_out.entry(terms.map(|terms| terms.code).unwrap_or_default()).or_default() += 1;
                continue;
            }
            taken.push(seen);
        }
        self.taken += taken.len() as u64;
        Ok(Some(taken))
    }

    /// Whether a genome was withdrawn since the walk began.
    async fn is_withdrawn_now(session: &mut Session, seen: &Seen) -> Result<bool, Problem> {
        let standing = hearth_store::state::records::standing(session, seen.version.record).await?;
        let released = standing.and_then(|standing| standing.released);
        Ok(released.is_none_or(|released| released.is_withdrawn))
    }
}
