//! What archives call the organism of a pack.
//!
//! Start at [`Organism::of`].

use hearth_genome::pack::Pack;

/// Packs, their numbers in the taxonomy of NCBI, its names for them, and what genomes are made of.
const KNOWN: [(&str, &str, &str, &str); 2] = [
    ("sars-cov-2", "2697049", "Severe acute respiratory syndrome coronavirus 2", "genomic RNA"),
    ("mpox", "10244", "Monkeypox virus", "genomic DNA"),
];

/// See the module.
pub struct Organism {
    /// Its number in the taxonomy; empty where it is not known here.
    pub taxon: &'static str,
    /// Its name.
    pub name: String,
    /// What its genomes are made of.
    pub molecule: &'static str,
}

impl Organism {
    /// The organism of a pack; the pack's own name where no more is known.
    pub fn of(pack: &Pack) -> Self {
        let known = KNOWN.iter().find(|(name, ..)| *name == pack.name());
        let own = || pack.pathogen().name.clone().unwrap_or_else(|| pack.name().to_owned());
        match known {
            Some((_, taxon, name, molecule)) => Self { taxon, name: (*name).to_owned(), molecule },
            None => Self { taxon: "", name: own(), molecule: "unassigned DNA" },
        }
    }
}
