//! What a question selects: the pathogen, what its reader may see, and the filters, as the index takes them.
//!
//! The version of the data is taken once, so that all parts of an answer are of one. Refuses to know how answers look.
//! Start at [`Bench::of`], then [`Ground::with`].

use super::asked::Asked;
use super::fault::Fault;
use super::moment;
use crate::app::index::{Held, Shelf};
use crate::app::packs::ReadyPack;
use crate::app::pathogens::Pathogen;
use crate::http::{Caller, Site};
use hearth_base::time::UtcTime;
use hearth_index::alphabet::Alphabet;
use hearth_index::filter::Filter;
use hearth_index::query::{Query, advanced, code, field, variant};
use hearth_index::visible::{Reader, Selection, Visible};
use http::StatusCode;
use serde_json::Value;
use std::ops::Deref;
use std::sync::{Arc, Weak};

/// When to ask again while the server reads its genomes.
const WAIT_S: u64 = 5;

/// A pathogen and who asks a server about it.
pub struct Bench {
    /// The server.
    pub site: Site,
    /// The number of the request.
    pub request: String,
    /// What is asked.
    pub ground: Ground,
}

impl Deref for Bench {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.ground
    }
}

/// The genomes of a pathogen as somebody sees them: of a server, or of files.
pub struct Ground {
    /// When what the reader sees changed last, by the moment that is asked about.
    pub version: UtcTime,
    /// Who asks, when, and about which version.
    pub reader: Reader,
    /// Whether a past version is asked about.
    pub is_past: bool,
    /// Gone when nobody waits for the answer any more; nothing where somebody always does.
    pub awaited: Option<Weak<()>>,
    shelf: Arc<Shelf>,
}

impl Bench {
    /// The pathogen of an address, as its caller sees it.
    pub fn of(site: &Site, caller: &Caller, pathogen: &str) -> Result<Self, Fault> {
        let unknown = || {
            let known = site.app.packs.pathogens().names();
            let text = format!("this server has no pathogen {pathogen:.60}; it has {known}");
            Fault::of(StatusCode::NOT_FOUND, text)
        };
        let shelf = site.app.indexes.shelf_named(pathogen).ok_or_else(unknown)?;
        if !site.app.indexes.is_caught_up() {
            let text = "the server started and is still reading its genomes: ask again in a few seconds";
            return Err(Fault::later(text, WAIT_S));
        }
        let ground = Ground::new(Arc::clone(shelf), site.app.indexes.reader(caller.scope()));
        Ok(Self { site: site.clone(), request: caller.request().to_owned(), ground })
    }

    /// The same as of the moment that a question names, if it names one.
    ///
    /// # Errors
    /// When that is no moment, or the caller sees nothing as old.
    pub fn of_moment(mut self, asked: &Asked) -> Result<Self, Fault> {
        if let Some(moment) = moment::of(asked)? {
            self.ground = self.ground.at(moment)?;
        }
        Ok(self)
    }
}

impl Ground {
    /// All that a reader sees now.
    pub fn new(shelf: Arc<Shelf>, reader: Reader) -> Self {
        let changed_ms = Visible::new(&shelf.held().index, &reader).changed_ms();
        let version = UtcTime::from_unix_ms(changed_ms.unwrap_or(0));
        Self { version, reader, is_past: false, awaited: None, shelf }
    }

    /// The content of a past moment, with the rights of today.
    ///
    /// # Errors
    /// When the moment is to come, or the reader sees nothing as old.
    pub fn at(self, moment: UtcTime) -> Result<Self, Fault> {
        let now = UtcTime::from_unix_ms(self.reader.now_ms);
        let is_today = moment == UtcTime::end_of(now.date());
        if moment.unix_ms() > self.reader.now_ms.saturating_add(moment::ROUNDED_MS) && !is_today {
            return Err(Fault::bad(format!("{moment} is to come: ask about a moment that has passed")));
        }
        let found = Visible::at(&self.shelf.held().index, &self.reader, moment.unix_ms());
        let (version, changed_ms) = found.ok_or_else(|| {
            let text = "there is no data that you may see as of then: ask about a later moment";
            Fault::bad(format!("{moment}: {text}"))
        })?;
        let reader = Reader { version, ..self.reader };
        Ok(Self {
            version: UtcTime::from_unix_ms(changed_ms),
            reader,
            is_past: true,
            awaited: self.awaited,
            shelf: self.shelf,
        })
    }

    /// Whether somebody still waits for the answer.
    pub fn is_awaited(&self) -> bool {
        self.awaited.as_ref().is_none_or(|awaited| awaited.strong_count() > 0)
    }

    /// The pack of the segment that names clades, lineages and nodes.
    pub fn lead(&self) -> &ReadyPack {
        self.shelf.lead()
    }

    /// The pathogen.
    pub fn pathogen(&self) -> &Pathogen {
        self.shelf.pathogen()
    }

    /// The index of the pathogen.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Does something with what a question selects.
    pub fn with<T>(
        &self,
        asked: &Asked,
        work: impl FnOnce(&Held, &Selection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = self.shelf.held();
        let filter = filter(&held, asked)?;
        let visible = Visible::new(&held.index, &self.reader);
        let selection = visible.select(&filter)?;
        work(&held, &selection)
    }

    /// Does something with what a question selects, among all that its reader sees.
    pub fn with_all<T>(
        &self,
        asked: &Asked,
        work: impl FnOnce(&Visible, &Selection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = self.shelf.held();
        let filter = filter(&held, asked)?;
        let visible = Visible::new(&held.index, &self.reader);
        let selection = visible.select(&filter)?;
        work(&visible, &selection)
    }
}

/// All filters of a question: every one must hold.
fn filter(held: &Held, asked: &Asked) -> Result<Filter, Fault> {
    let schema = held.index.schema();
    let mut all = Vec::new();
    let (nucleotides, amino_acids) = (Alphabet::Nucleotide, Alphabet::AminoAcid);
    for (list, alphabet) in [("nucleotideMutations", nucleotides), ("aminoAcidMutations", amino_acids)] {
        for text in asked.texts(list)? {
            let found = code::mutation_of(schema, alphabet, text);
            all.push(found.map_err(|error| asked.wrong(list, text, error))?);
        }
    }
    let has_mutations = !all.is_empty();
    for (list, alphabet) in [("nucleotideInsertions", nucleotides), ("aminoAcidInsertions", amino_acids)] {
        for text in asked.texts(list)? {
            let found = code::insertion_of(schema, alphabet, text);
            all.push(found.map_err(|error| asked.wrong(list, text, error))?);
        }
    }
    let (mut keys, mut advanced, mut variant) = (Vec::new(), None, None);
    for (key, values) in asked.filters() {
        let texts: Vec<Option<String>> = values.iter().map(text).collect();
        match key.to_ascii_lowercase().as_str() {
            "advancedquery" => advanced = Some(one_query(key, &texts)?),
            "variantquery" => variant = Some(one_query(key, &texts)?),
            _ => keys.push((key, texts)),
        }
    }
    if variant.is_some() && (advanced.is_some() || has_mutations) {
        return Err(Fault::bad(
            "variantQuery cannot be used together with advancedQuery or lists of mutations",
        ));
    }
    all.extend(advanced.map(|query| advanced::parse(schema, &query)).transpose()?);
    all.extend(variant.map(|query| variant::parse(schema, &query)).transpose()?);
    all.extend(field::filters(schema, keys.into_iter())?);
    Ok(Query::And(all).filter()?)
}

/// The one query of a key.
fn one_query(key: &str, values: &[Option<String>]) -> Result<String, Fault> {
    match values {
        [Some(query)] if !query.trim().is_empty() => Ok(query.clone()),
        _ => Err(Fault::bad(format!("{key} takes one query"))),
    }
}

/// A value as a text; none for null.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
