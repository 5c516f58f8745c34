//! The packs that the server analyses with, and which of them a sequence belongs to.
//!
//! Read once at the start and handed in: where they lie is no matter of the server. A pack is also what sequences are
//! kept against ([`Coder`]), so one that was in use stays until no sequence needs it. Start at [`Packs::new`].

use super::pathogens::{Grouping, GroupingError, Pathogen, Pathogens};
use hearth_base::digest::Digest;
use hearth_genome::assay::PanelOnReference;
use hearth_genome::kept::Coder;
use hearth_genome::minimizer::{MinimizerIndex, MinimizerIndexError};
use hearth_genome::pack::Pack;
pub use hearth_index::pango::Aliases;
use hearth_index::pango::Stands;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Names in a table of aliases at most.
const ALIASES_MAX: usize = 100_000;

/// A pack, ready for use.
#[derive(Debug)]
pub struct ReadyPack {
    /// The pack.
    pub pack: Pack,
    /// Its version tag.
    pub version: String,
    /// The digest of the files that decide its answers.
    pub digest: Digest,
    /// Its assays on its reference.
    pub panel: PanelOnReference,
    /// Keeps sequences as what makes them differ from its reference.
    pub coder: Coder,
    /// Other names of its lineages, and which are recombinants.
    pub aliases: Aliases,
}

impl ReadyPack {
    /// A pack with what follows from it.
    pub fn new(pack: Pack, version: String, digest: Digest, panel: PanelOnReference) -> Self {
        let coder = Coder::new(pack.reference().letters().to_vec());
        Self { pack, version, digest, panel, coder, aliases: Aliases::default() }
    }
}

/// A table of aliases as pango-designation publishes it: `{"BA": "B.1.1.529", "XBB": ["BJ.1", "BM.1.1.1"], "A": ""}`.
///
/// # Errors
/// A sentence about what is wrong with it.
pub fn aliases(json: &[u8]) -> Result<Aliases, String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    let table: BTreeMap<String, Written> = serde_json::from_slice(json).map_err(|error| {
        format!("a table of aliases has a name or a list of names behind each name: {error}")
    })?;
    if table.len() > ALIASES_MAX {
        return Err(format!("it has more than {ALIASES_MAX} names"));
    }
    Ok(Aliases::new(table.into_iter().map(|(name, written)| {
        let stands = match written {
            Written::One(longer) if longer.is_empty() => Stands::Itself,
            Written::One(longer) => Stands::For(longer),
            Written::Several(parents) => Stands::Recombinant(parents),
        };
        (name, stands)
    })))
}

/// All packs of the server.
#[derive(Debug)]
pub struct Packs {
    packs: Vec<ReadyPack>,
    index: Option<MinimizerIndex>,
    pathogens: Pathogens,
}

impl Packs {
    /// Packs and the index that chooses between them.
    ///
    /// # Errors
    /// When there are too many, or a reference is too short to be recognised.
    pub fn new(packs: Vec<ReadyPack>) -> Result<Self, MinimizerIndexError> {
        let references: Vec<(&str, &[u8])> =
            packs.iter().map(|ready| (ready.pack.name(), ready.pack.reference().letters())).collect();
        let index = if packs.len() > 1 { Some(MinimizerIndex::from_references(&references)?) } else { None };
        let pathogens = Pathogens::of(&packs, &[]).unwrap_or_default();
        Ok(Self { packs, index, pathogens })
    }

    /// The same, some of them grouped into pathogens of several segments.
    ///
    /// # Errors
    /// Says which group cannot be made, and why.
    pub fn grouped(self, groups: &[Grouping]) -> Result<Self, GroupingError> {
        let pathogens = Pathogens::of(&self.packs, groups)?;
        Ok(Self { pathogens, ..self })
    }

    /// What they are packs of.
    pub fn pathogens(&self) -> &Pathogens {
        &self.pathogens
    }

    /// The pathogen that a pack belongs to, by the pack's name, and the number of its segment there.
    pub fn pathogen_of(&self, pack: &str) -> Option<(&Pathogen, usize)> {
        self.pathogens.of_pack(self.packs.iter().position(|ready| ready.pack.name() == pack)?)
    }

    /// All of them.
    pub fn all(&self) -> &[ReadyPack] {
        &self.packs
    }

    /// The pack with a name.
    pub fn named(&self, name: &str) -> Option<&ReadyPack> {
        self.packs.iter().find(|ready| ready.pack.name() == name)
    }

    /// The number of the pack that a sequence belongs to.
    pub fn choose(&self, sequence: &[u8]) -> Option<usize> {
        match &self.index {
            Some(index) => index.choose(sequence).best.map(|best| best.reference),
            None => (!self.packs.is_empty()).then_some(0),
        }
    }

    /// The number of the pack of a pathogen that a sequence belongs to: the only one, whatever the sequence is.
    pub fn choose_of(&self, pathogen: &Pathogen, sequence: &[u8]) -> Option<usize> {
        match pathogen.segments() {
            [only] => Some(only.pack),
            segments => {
                let found = self.choose(sequence)?;
                segments.iter().any(|segment| segment.pack == found).then_some(found)
            }
        }
    }

    /// What all sequences that are kept can be read with.
    pub fn coders(&self) -> Vec<&Coder> {
        self.packs.iter().map(|ready| &ready.coder).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_aliases_are_read() {
        let table =
            aliases(br#"{"A": "", "BA": "B.1.1.529", "XBB": ["BJ.1", "BM.1.1.1*"]}"#).expect("a table");
        assert_eq!(table.long("BA.2"), "B.1.1.529.2");
        let check = |text: &str, expected: &str| {
            let problem = aliases(text.as_bytes()).expect_err("no table");
            assert!(problem.starts_with(expected), "{problem}");
        };
        check("[]", "a table of aliases has a name or a list of names behind each name: invalid type");
        check(r#"{"A": 1}"#, "a table of aliases has a name or a list of names");
        check("{", "a table of aliases has a name or a list of names behind each name: EOF");
    }
}
