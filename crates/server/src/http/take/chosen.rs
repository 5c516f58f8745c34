//! What somebody takes: the question read, the genomes chosen, the file's tag known.
//!
//! The one place where a question about files meets the index. Refuses to write. Start at [`Chosen::of`].

use super::format::{self, Format, Maker, Making};
use super::{problem, tag};
use crate::app::Problem;
use crate::app::index::Held;
use crate::app::index::fields::{FIELDS, FieldRule};
use crate::http::lapis::asked::{self, Asked};
use crate::http::lapis::fault::Fault;
use crate::http::lapis::of_metadata::in_order;
use crate::http::lapis::order::Order;
use crate::http::lapis::packing::Packing;
use crate::http::lapis::select::Bench;
use crate::http::lapis::taking::{Free, Selected, Taking};
use crate::http::{Caller, Site};
use axum::body::Body;
use axum::extract::Request;
use hearth_base::digest::Digest;
use hearth_index::visible::Selection;
use std::collections::BTreeMap;
use std::sync::Arc;

/// See the module.
pub struct Chosen {
    /// The pathogen, and who asks.
    pub bench: Arc<Bench>,
    /// The genomes.
    pub selected: Selected,
    /// Genomes that are left out until their terms are accepted.
    pub left_out: u64,
    /// The format.
    pub format: &'static Format,
    /// How it is packed.
    pub packing: Packing,
    /// What the file is called, without what it ends with.
    pub name: String,
    /// Tells this file from all others.
    pub tag: Digest,
    make: Maker,
}

impl Chosen {
    /// Reads a question, and chooses.
    ///
    /// # Errors
    /// When something in it is wrong, or there are too many genomes for the format.
    pub async fn of(
        site: &Site,
        caller: &Caller,
        pathogen: &str,
        request: Request<Body>,
    ) -> Result<Self, Problem> {
        let asked = asked::read(request, asked::Form::Keys, BTreeMap::new()).await.map_err(problem)?;
        let bench = Bench::of(site, caller, pathogen).and_then(|bench| bench.of_moment(&asked));
        let bench = bench.map_err(problem)?;
        let free = Free::of(&bench, caller).await.map_err(problem)?;
        let work = tokio::task::spawn_blocking(move || chosen(Arc::new(bench), free, asked));
        let failed = |error| Problem::Internal(format!("genomes could not be chosen: {error}"));
        work.await.map_err(failed)?.map_err(problem)
    }

    /// The file, to be written from its begin.
    pub fn taking(&self) -> Taking {
        let Selected { rows, aside, free } = &self.selected;
        let selected = Selected { rows: Arc::clone(rows), aside: aside.clone(), free: free.clone() };
        Taking::new(Arc::clone(&self.bench), selected, (self.make)(), self.packing)
    }
}

fn chosen(bench: Arc<Bench>, free: Free, mut asked: Asked) -> Result<Chosen, Fault> {
    let format = format::named(asked.take_out("format").as_deref())?;
    let packing = Packing::of(&asked)?;
    let fields: Vec<(usize, &FieldRule)> = FIELDS.iter().enumerate().collect();
    let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    let order = Order::read(&asked, &names, &[])?;
    let pathogen = bench.pathogen().name();
    let name = asked.text("downloadFileBasename")?.unwrap_or(pathogen).to_owned();
    let (rows, aside, left_out, make, tag) = bench.with(&asked, |held, selection| {
        let may = may(held, selection, &free);
        let left_out = selection.count() - may.count();
        let rows = in_order(&order, &fields, &may);
        if rows.len() > format.most {
            return Err(Fault::bad(format!(
                "these are {} genomes, and a file of {} holds at most {}: narrow the question, or take parts of it \
                 with limit and offset",
                rows.len(),
                format.name,
                format.most
            )));
        }
        let make = (format.make)(&Making { asked: &asked, schema: held.index.schema(), bench: &bench })?;
        let (genes, segments) = (asked.texts("genes")?.join(","), asked.texts("segments")?.join(","));
        let header = asked.text("fastaHeaderTemplate")?.unwrap_or_default();
        let own = [format.name, packing.extension(), pathogen, header, &genes, &segments];
        let tag = tag::of(bench.shelf(), &own, held, &may, &rows);
        Ok((rows, may.set_aside(), left_out, make, tag))
    })?;
    let selected = Selected { rows: rows.into(), aside, free };
    Ok(Chosen { bench, selected, left_out, format, packing, name, tag, make })
}

/// What may be taken of what is seen.
pub fn may<'a>(held: &Held, selection: &Selection<'a>, free: &Free) -> Selection<'a> {
    free.part_of(held, selection)
}
