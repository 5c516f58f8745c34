//! The table of published clade-defining mutations, `clade_mutations.tsv`.
//!
//! Columns: node (a clade, or `clade+mark` for a step inside that clade), parent (empty for the root), WHO label (or empty), nucleotide changes relative to the
//! parent, amino-acid changes (computed, never typed), and the sources as keys of `SOURCES.md`.

use super::genome::{Change, Genome};
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEADER: &str = "node\tparent\twho_label\tnuc\taa\tsources";

/// One row of the table.
#[derive(Debug)]
pub struct Clade {
    pub name: String,
    pub parent: String,
    pub who_label: String,
    pub nucleotide: Vec<Change>,
    /// For each coding sequence with changes: its name and the changes, as `D614G` or `H69-`.
    pub amino_acid: Vec<(String, Vec<String>)>,
    pub sources: String,
}

impl Clade {
    /// The clade that genomes at this node belong to: the name up to `+`.
    pub fn membership(&self) -> &str {
        self.name.split('+').next().unwrap_or(&self.name)
    }
}

/// Reads the table; the amino-acid column is left for [`super::protein::annotate`].
pub fn read(text: &str) -> Result<Vec<Clade>> {
    let mut lines = text.lines();
    ensure!(lines.next() == Some(HEADER), "clade_mutations.tsv must start with the row: {HEADER}");
    let clades: Vec<Clade> = lines.map(row).collect::<Result<_>>()?;
    for (at, clade) in clades.iter().enumerate() {
        let earlier = |name: &str| clades[..at].iter().any(|other| other.name == name);
        ensure!(!earlier(&clade.name), "clade {} stands twice in the table", clade.name);
        let placed = if at == 0 { clade.parent.is_empty() } else { earlier(&clade.parent) };
        ensure!(placed, "clade {}: its parent '{}' must stand before it", clade.name, clade.parent);
    }
    Ok(clades)
}

fn row(line: &str) -> Result<Clade> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [name, parent, who_label, nucleotide, _, sources] = columns[..] else {
        bail!("a row has six columns, not: {line}")
    };
    ensure!(!name.is_empty() && !sources.is_empty(), "a row needs a clade and its sources: {line}");
    let nucleotide = nucleotide
        .split_whitespace()
        .map(Change::parse)
        .collect::<Result<_>>()
        .with_context(|| format!("clade {name}"))?;
    Ok(Clade {
        name: name.to_owned(),
        parent: parent.to_owned(),
        who_label: who_label.to_owned(),
        nucleotide,
        amino_acid: Vec::new(),
        sources: sources.to_owned(),
    })
}

/// Every clade's genome, by name: the reference with the changes of all clades above it and its own.
pub fn grow(reference: &Genome, clades: &[Clade]) -> Result<BTreeMap<String, Genome>> {
    let mut genomes: BTreeMap<String, Genome> = BTreeMap::new();
    for clade in clades {
        let mut genome = genomes.get(&clade.parent).unwrap_or(reference).clone();
        for change in &clade.nucleotide {
            change.apply(&mut genome).with_context(|| format!("clade {}", clade.name))?;
        }
        genomes.insert(clade.name.clone(), genome);
    }
    Ok(genomes)
}

/// The table as text, amino-acid column included.
pub fn write(clades: &[Clade]) -> String {
    let mut text = format!("{HEADER}\n");
    for clade in clades {
        let nucleotide: Vec<String> = clade.nucleotide.iter().map(Change::to_string).collect();
        let amino_acid: Vec<String> = clade
            .amino_acid
            .iter()
            .flat_map(|(cds, changes)| changes.iter().map(move |change| format!("{cds}:{change}")))
            .collect();
        let Clade { name, parent, who_label, sources, .. } = clade;
        let (nucleotide, amino_acid) = (nucleotide.join(" "), amino_acid.join(" "));
        let _ = writeln!(text, "{name}\t{parent}\t{who_label}\t{nucleotide}\t{amino_acid}\t{sources}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clades_inherit_and_are_written_back() {
        let text = format!("{HEADER}\nA\t\t\t\t\tx\nB\tA\tAlpha\tC2T\t\tx; y\nC+x\tB\t\tT2G del3-4\t\tx\n");
        let clades = read(&text).unwrap();
        let genomes = grow(&b"ACGT".to_vec(), &clades).unwrap();
        assert_eq!(genomes["C+x"], b"AG--");
        assert_eq!(clades[2].membership(), "C");
        assert_eq!(write(&clades), text);
    }

    #[test]
    fn tables_that_contradict_themselves_are_refused() {
        for rows in [
            "A\tB\t\t\t\tx\n",
            "A\t\t\t\t\tx\nA\tA\t\t\t\tx\n",
            "A\t\t\t\t\tx\nC\tB\t\t\t\tx\n",
            "A\t\t\t\t\t\n",
        ] {
            assert!(read(&format!("{HEADER}\n{rows}")).is_err(), "{rows}");
        }
        let clades = read(&format!("{HEADER}\nA\t\t\t\t\tx\nB\tA\t\tG2T\t\tx\n")).unwrap();
        assert!(grow(&b"ACGT".to_vec(), &clades).is_err());
    }
}
