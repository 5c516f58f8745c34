//! Which lineages descend from which, as the pack's tree has them, in JSON or YAML.
//!
//! A lineage's parents are the names next above its nodes. Where a tree has two names above each other both ways, the
//! one that stands nearer to the root is the parent: a definition has no circles. Refuses to know what genomes there
//! are. Start at [`definition`].

use super::asked::Asked;
use super::fault::Fault;
use super::select::Bench;
use super::told::Told;
use super::yaml::{self, key, quoted};
use hearth_genome::tree::ReferenceTree;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The name of a node.
type Name = fn(&ReferenceTree, u32) -> Option<&str>;
/// The fields that name lineages, and what names them in the tree.
const COLUMNS: [(&str, Name); 2] = [("clade", ReferenceTree::clade), ("lineage", ReferenceTree::lineage)];
/// The parents of each lineage.
type Parents<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The lineages of a column.
///
/// # Errors
/// When the column holds no lineages.
pub fn definition(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let column = asked.part("column");
    let found = COLUMNS.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
    let (_, name) = found.ok_or_else(|| {
        let known = COLUMNS.map(|(name, _)| name).join(", ");
        Fault::bad(format!("The column {column:.60} has no lineage definition, these have one: [{known}]"))
    })?;
    let parents = bench.lead().pack.tree().map(|tree| {
        let nodes = (0u32..).zip(&tree.file().nodes);
        parents(nodes.map(|(number, node)| (node.parent, name(tree, number))))
    });
    let parents = parents.unwrap_or_default();
    if yaml::is_asked(asked) {
        return Ok(Told::Text { media: yaml::MEDIA, text: told_as_yaml(&parents) });
    }
    let members = parents.into_iter().map(|(name, parents)| {
        let told = if parents.is_empty() { json!({}) } else { json!({ "parents": parents }) };
        (name.to_owned(), told)
    });
    Ok(Told::Bare(Value::Object(members.collect::<Map<_, _>>())))
}

/// From each node's parent and name, parents before their children.
fn parents<'a>(nodes: impl Iterator<Item = (Option<u32>, Option<&'a str>)>) -> Parents<'a> {
    // The name of each node, or the next one above it.
    let mut names: Vec<Option<&str>> = Vec::new();
    let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Parents::new();
    for (number, (parent, own)) in nodes.enumerate() {
        let above = parent.and_then(|parent| names.get(parent as usize)).copied().flatten();
        names.push(own.or(above));
        let Some(own) = own else { continue };
        let first = *firsts.entry(own).or_insert(number);
        let parents = found.entry(own).or_default();
        let is_older = |above: &&str| firsts.get(above).is_some_and(|other| *other < first);
        parents.extend(above.filter(is_older));
    }
    found
}

fn told_as_yaml(parents: &Parents) -> String {
    let mut text = "---\n".to_owned();
    for (name, parents) in parents {
        text.push_str(&key(name));
        if parents.is_empty() {
            text.push_str(": {}\n");
            continue;
        }
        text.push_str(":\n  parents:\n");
        for parent in parents {
            text.push_str(&format!("  - {}\n", quoted(parent)));
        }
    }
    if parents.is_empty() { "--- {}\n".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nodes: &[(Option<u32>, Option<&'static str>)], expected: &str) {
        assert_eq!(told_as_yaml(&parents(nodes.iter().copied())), expected);
    }

    #[test]
    fn parents_are_the_names_next_above() {
        let root = (None, Some("A"));
        check(&[], "--- {}\n");
        check(&[root, (Some(0), Some("A")), (Some(1), None)], "---\nA: {}\n");
        check(&[root, (Some(0), None), (Some(1), Some("A.1"))], "---\nA: {}\nA.1:\n  parents:\n  - \"A\"\n");
        // A name at two places has both parents.
        check(
            &[root, (Some(0), Some("B")), (Some(1), Some("XA")), (Some(0), Some("XA"))],
            "---\nA: {}\nB:\n  parents:\n  - \"A\"\nXA:\n  parents:\n  - \"A\"\n  - \"B\"\n",
        );
        // Two names above each other both ways.
        check(
            &[root, (Some(0), Some("B")), (Some(1), Some("C")), (Some(0), Some("C")), (Some(3), Some("B"))],
            "---\nA: {}\nB:\n  parents:\n  - \"A\"\nC:\n  parents:\n  - \"A\"\n  - \"B\"\n",
        );
    }
}
