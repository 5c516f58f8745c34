//! What a question selects: the pathogen, what its reader may see, and the filters, as the index takes them.
//!
//! The version of the data is taken once, so that all parts of an answer are of one. Refuses to know how answers look.
//! Start at [`Bench::of`], then [`Bench::with`].

use super::asked::Asked;
use super::fault::Fault;
use crate::app::index::{Held, Shelf};
use crate::app::packs::ReadyPack;
use crate::http::{Caller, Site};
use hearth_base::time::UtcTime;
use hearth_index::alphabet::Alphabet;
use hearth_index::filter::Filter;
use hearth_index::query::{Query, advanced, code, field, variant};
use hearth_index::visible::{Reader, Selection, Visible};
use http::StatusCode;
use serde_json::Value;

/// When to ask again while the server reads its genomes.
const WAIT_S: u64 = 5;

/// A pathogen and who asks about it.
pub struct Bench {
    /// The server.
    pub site: Site,
    /// The number of the request.
    pub request: String,
    /// When what the caller sees changed last.
    pub version: UtcTime,
    /// Who asks, when, and about which version.
    pub reader: Reader,
    pack: usize,
}

impl Bench {
    /// The pathogen of an address, as its caller sees it.
    pub fn of(site: &Site, caller: &Caller, pathogen: &str) -> Result<Self, Fault> {
        let packs = &site.app.packs;
        let unknown = || {
            let known: Vec<&str> = packs.all().iter().map(|ready| ready.pack.name()).collect();
            let text = format!("this server has no pathogen {pathogen:.60}; it has {}", known.join(", "));
            Fault::of(StatusCode::NOT_FOUND, text)
        };
        let pack = packs.all().iter().position(|ready| ready.pack.name() == pathogen).ok_or_else(unknown)?;
        let shelf = site.app.indexes.shelf(pack).ok_or_else(unknown)?;
        if !site.app.indexes.is_caught_up() {
            let text = "the server started and is still reading its genomes: ask again in a few seconds";
            return Err(Fault::later(text, WAIT_S));
        }
        let reader = site.app.indexes.reader(caller.scope());
        let held = shelf.held();
        let changed_ms = Visible::new(&held.index, &reader).changed_ms();
        drop(held);
        let version = UtcTime::from_unix_ms(changed_ms.unwrap_or(0));
        Ok(Self { site: site.clone(), request: caller.request().to_owned(), version, pack, reader })
    }

    /// The pack of the pathogen.
    pub fn ready(&self) -> &ReadyPack {
        &self.site.app.packs.all()[self.pack]
    }

    /// The index of the pathogen.
    pub fn shelf(&self) -> Result<&Shelf, Fault> {
        let shelf = self.site.app.indexes.shelf(self.pack);
        shelf.ok_or_else(|| Fault::of(StatusCode::NOT_FOUND, "there is no index".to_owned()))
    }

    /// Does something with what a question selects.
    pub fn with<T>(
        &self,
        asked: &Asked,
        work: impl FnOnce(&Held, &Selection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let held = self.shelf()?.held();
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
        let held = self.shelf()?.held();
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
