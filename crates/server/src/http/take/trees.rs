//! A selection as a tree: the tree of its pack with the genomes attached, as Newick or for auspice.
//!
//! Nothing is written before all genomes are gathered, so that none is named that may no longer be seen. Only genomes
//! whose letters may be taken come here. Start at [`maker`].

use super::format::{Maker, Making};
use crate::app::packs::Packs;
use crate::app::trees::auspice::{About, dataset};
use crate::app::trees::{Attached, newick};
use crate::http::lapis::fault::Fault;
use crate::http::lapis::writing::{Genome, Writing};
use http::StatusCode;
use std::sync::Arc;

/// How a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Names and lengths.
    Newick,
    /// A dataset of auspice.
    Auspice,
}

struct Tree {
    form: Form,
    packs: Arc<Packs>,
    /// The one whose tree it is.
    pack: String,
    about: About,
    attached: Attached,
}

/// What writes trees of a pathogen.
///
/// # Errors
/// When its pack has no tree.
pub fn maker(form: Form, Making { bench, .. }: &Making) -> Result<Maker, Fault> {
    let (packs, pathogen) = (Arc::clone(&bench.site.app.packs), bench.pathogen().name().to_owned());
    let pack = bench.lead().pack.name().to_owned();
    if bench.lead().pack.tree().is_none() {
        let text = format!("the pack of {pathogen} has no tree that genomes could be attached to");
        return Err(Fault::of(StatusCode::NOT_FOUND, text));
    }
    let about = About::of(&bench.site.app, &pathogen, bench.version.date());
    Ok(Box::new(move || {
        let (packs, pack, about) = (Arc::clone(&packs), pack.clone(), about.clone());
        Box::new(Tree { form, packs, pack, about, attached: Attached::default() })
    }))
}

impl Writing for Tree {
    fn is_of_all(&self) -> bool {
        true
    }

    fn genome(&mut self, _: &mut Vec<u8>, genome: &Genome) {
        let sequences = genome.shelf.pathogen().lead_sequences();
        self.attached.add(genome.selection, &sequences, genome.row, true);
    }

    fn end(&mut self, out: &mut Vec<u8>) -> bool {
        let Some(ready) = self.packs.named(&self.pack) else { return false };
        let written = match self.form {
            Form::Newick => newick::attached(&ready.pack, &self.attached).map(String::into_bytes),
            Form::Auspice => dataset(&ready.pack, &self.attached, &self.about),
        };
        match written {
            Ok(written) => out.extend(written),
            // The maker refused packs without a tree.
            Err(error) => tracing::error!(%error, "a tree was not written"),
        }
        false
    }
}
