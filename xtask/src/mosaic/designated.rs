//! Recombinants that the Pango network designated: are they found, and with the parents it names?
//!
//! Each is looked for in the tree without its own family: itself, what descends from it, and recombinants of these.
//! The parents stand in `alias_key.json` of github.com/cov-lineages/pango-designation. Start at [`measure`].

use super::judged::{Judge, Parents};
use super::{genomes, pruned};
use crate::corpus::tree::Pack;
use anyhow::{Context, Result};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Attribute that names a node's lineage.
const LINEAGE: &str = "Nextclade_pango";

/// Lineages with no more parts than this must be met exactly: their neighbours are other variants.
const SHORT: usize = 5;

/// Which lineages a name's first part stands for.
pub struct AliasKey(Map<String, Value>);

impl AliasKey {
    /// Reads `alias_key.json`.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
        Ok(Self(serde_json::from_slice(&text)?))
    }

    /// `BJ.1` as `B.1.1.529.2.10.1.1`, in parts; a recombinant's name stays.
    fn parts(&self, lineage: &str) -> Vec<String> {
        let (first, rest) = lineage.split_once('.').unwrap_or((lineage, ""));
        let stem = self.0.get(first).and_then(Value::as_str).filter(|stem| !stem.is_empty()).unwrap_or(first);
        stem.split('.').chain(rest.split('.')).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// Parents of a recombinant, from left to right.
    fn parents(&self, recombinant: &str) -> Vec<&str> {
        self.0
            .get(recombinant)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The recombinants that a lineage goes back to, itself included.
    fn origins(&self, lineage: &str) -> HashSet<String> {
        let mut found = HashSet::new();
        let mut pending = vec![lineage.trim_end_matches('*').to_owned()];
        while let Some(lineage) = pending.pop() {
            let Some(root) = self.parts(&lineage).into_iter().next() else { continue };
            if is_recombinant(&root) && found.insert(root.clone()) {
                pending.extend(
                    self.parents(&root).into_iter().map(|parent| parent.trim_end_matches('*').to_owned()),
                );
            }
        }
        found
    }

    /// Whether a lineage is a designated parent or next to it.
    fn is_near(&self, found: &str, parent: &str) -> bool {
        let (found, wanted) = (self.parts(found), self.parts(parent.trim_end_matches('*')));
        let shared = found.iter().zip(&wanted).take_while(|(one, other)| one == other).count();
        let is_exact = wanted.len() <= SHORT;
        shared >= wanted.len() - usize::from(!is_exact)
    }
}

/// Whether this is the name of a recombinant itself, as `XBB`.
pub fn is_recombinant(lineage: &str) -> bool {
    lineage.starts_with('X') && lineage.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// The lineage of a node.
pub fn lineage(pack: &Pack, node: usize) -> &str {
    let at = pack.attributes.iter().position(|name| name == LINEAGE);
    at.map_or("", |at| &pack.nodes[node].values[at])
}

/// Looks for each designated recombinant of the tree and prints how many were found, and what of the others.
pub fn measure(pack: &Pack, folder: &Path, judge: &Judge, alias_key: &AliasKey) -> Result<()> {
    let origins: Vec<_> = pack.tips.iter().map(|&tip| (tip, alias_key.origins(lineage(pack, tip)))).collect();
    let mut outcomes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for &(tip, _) in origins.iter().filter(|(tip, _)| is_recombinant(lineage(pack, *tip))) {
        let name = lineage(pack, tip);
        let family = origins.iter().filter(|(_, origins)| origins.contains(name));
        let family = family.map(|(tip, _)| pack.nodes[*tip].name.clone()).collect();
        let pruned = pruned::without(folder, &family)?;
        let letters = genomes::without_gaps(&pack.genome_of(tip));
        let found = judge.parents(pack, pruned.path(), std::iter::once(letters.as_slice()))?.remove(0);
        let (outcome, said) = compare(pack, alias_key, name, found.as_ref());
        outcomes.entry(outcome).or_default().push(said);
    }
    println!("\n| designated recombinants, each without its family | number | which |\n|---|--:|---|");
    for (outcome, names) in outcomes {
        println!("| {outcome} | {} | {} |", names.len(), names.join(", "));
    }
    Ok(())
}

fn compare(pack: &Pack, alias_key: &AliasKey, name: &str, found: Option<&Parents>) -> (&'static str, String) {
    let designated = alias_key.parents(name);
    let Some(found) = found else { return ("not called", format!("{name} ({})", designated.join(" / "))) };
    let (left, right) = (lineage(pack, found.left), lineage(pack, found.right));
    let near = |lineage: &str| designated.iter().position(|parent| alias_key.is_near(lineage, parent));
    match (near(left), near(right)) {
        (Some(one), Some(other)) if designated[one] != designated[other] => {
            ("called with both parents", name.to_owned())
        }
        (None, None) => (
            "called with others",
            format!("{name} ({} for {})", [left, right].join(" / "), designated.join(" / ")),
        ),
        _ => (
            "called with one of them",
            format!("{name} ({} for {})", [left, right].join(" / "), designated.join(" / ")),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lineages_are_compared_part_by_part() {
        let key = r#"{"A": "", "B": "", "BA": "B.1.1.529", "BJ": "B.1.1.529.2.10.1", "BF": "B.1.1.529.5.2.1",
            "XBB": ["BJ.1", "BM.1.1.1"], "EG": "XBB.1.9.2", "XDA": ["XBB.1.16", "HN.5"]}"#;
        let key = AliasKey(serde_json::from_str(key).unwrap());
        let check =
            |found, parent, expected| assert_eq!(key.is_near(found, parent), expected, "{found} {parent}");
        check("BJ.1", "BJ.1", true);
        check("BA.2.10.1", "BJ.1", true);
        check("BA.2", "BJ.1", false);
        check("BA.2.9", "BA.2*", true);
        check("BA.1", "BA.2*", false);
        check("BF.7", "BF.5", true);
        let mut origins: Vec<_> = key.origins("XDA.1").into_iter().collect();
        origins.sort();
        assert_eq!(origins, ["XBB", "XDA"]);
        assert_eq!(key.origins("EG.5").into_iter().collect::<Vec<_>>(), ["XBB"]);
    }
}
