//! What a filter by lineage takes: one lineage or clade, or with a star behind it also what descends from it.
//!
//! Descent is read from the tree of the pack (what stands below the nodes of that name), from the names themselves
//! (`BA.2.75` is below `BA.2`), and from the table of aliases, where the operator put one. Only lineages of genomes that the
//! reader may see are named. Start at [`wanted`].

use crate::app::packs::Aliases;
use crate::app::{App, Problem};
use hearth_genome::tree::ReferenceTree;
use hearth_store::db::Session;
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::scope::Scope;
use std::collections::BTreeSet;

/// Lineages that are looked through, and so the most that one filter takes.
const LINEAGES_MAX: u32 = 5_000;

/// What a filter by lineage takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineages {
    /// All names, for the store.
    pub names: Vec<String>,
    /// Those below the one that was named; nothing if that one alone was asked for.
    pub below: Option<Vec<String>>,
}

/// Reads a filter: `BA.2`, or `BA.2*`, for a pathogen, a face and a moment.
///
/// # Errors
/// When nothing stands before the star, or the store fails.
pub async fn wanted(
    app: &App,
    session: &mut Session,
    scope: &Scope,
    text: &str,
    within: &Wanted,
) -> Result<Lineages, Problem> {
    let Some(lineage) = text.trim().strip_suffix('*').map(str::trim_end) else {
        return Ok(Lineages { names: vec![text.to_owned()], below: None });
    };
    let lineage = lineage.trim_end_matches('.');
    if lineage.is_empty() {
        return Err(Problem::field("lineage", "write a lineage before the star: BA.2*"));
    }
    let Wanted { face, pathogen, as_of, .. } = within.clone();
    let all = Wanted { face, pathogen, as_of, limit: LINEAGES_MAX, ..Wanted::default() };
    let there = genomes::counts(session, scope, &all, CountedBy::Lineage).await?;
    let mut on_trees = BTreeSet::new();
    let all = app.packs.pathogens().all().iter();
    for pathogen in all.filter(|one| within.pathogen.as_deref().is_none_or(|name| one.name() == name)) {
        if let Some(tree) = pathogen.lead_pack(app.packs.all()).and_then(|ready| ready.pack.tree()) {
            below_on(tree, lineage, &mut on_trees);
        }
    }
    let by_table = |name: &str| {
        let tables = app.packs.all().iter().map(|ready| &ready.aliases).filter(|table| !table.is_empty());
        let is_below = |table: &Aliases| {
            let wanted = table.long(lineage);
            table.long(name) == wanted || table.above(name).contains(&wanted)
        };
        tables.into_iter().any(is_below)
    };
    let is_below = |name: &str| on_trees.contains(name) || is_below_by_name(name, lineage) || by_table(name);
    let mut below: Vec<String> = there.into_iter().map(|(name, _)| name).collect();
    below.retain(|name| name != lineage && is_below(name));
    below.sort();
    let names = std::iter::once(lineage.to_owned()).chain(below.iter().cloned()).collect();
    Ok(Lineages { names, below: Some(below) })
}

/// Whether a name says by itself that it is below another.
fn is_below_by_name(name: &str, above: &str) -> bool {
    name.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// Clades and lineages of all nodes that stand below nodes of a name.
fn below_on<'a>(tree: &'a ReferenceTree, above: &str, found: &mut BTreeSet<&'a str>) {
    let nodes = &tree.file().nodes;
    // Nodes are numbered in preorder: a subtree is a run of numbers.
    let mut end = 0;
    for (number, node) in (0u32..).zip(nodes) {
        let names = [tree.clade(number), tree.lineage(number)];
        if names.contains(&Some(above)) {
            end = end.max(node.subtree_end);
        }
        if number < end {
            found.extend(names.into_iter().flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_genome::pack::{Pack, PackFiles};

    #[test]
    fn what_stands_below_on_a_tree_descends() {
        let file = |name: &str| {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/sars-cov-2");
            std::fs::read(folder.join(name)).expect("a file of the built-in pack")
        };
        let (reference, pathogen) = (file("reference.fasta"), file("pathogen.json"));
        let (annotation, tree) = (file("genome_annotation.gff3"), file("tree.json"));
        let files = PackFiles {
            name: "sars-cov-2",
            reference: &reference,
            pathogen: &pathogen,
            annotation: Some(&annotation),
            tree: Some(&tree),
        };
        let pack = Pack::from_files(&files).expect("the built-in pack");
        let tree = pack.tree().expect("a tree");
        let below = |above: &str| {
            let mut found = BTreeSet::new();
            below_on(tree, above, &mut found);
            found
        };
        let found = below("20B");
        assert!(["20B", "20D", "21G", "20I"].iter().all(|clade| found.contains(clade)), "{found:?}");
        assert!(["19A", "20A", "20C"].iter().all(|clade| !found.contains(clade)), "{found:?}");
        assert!(below("nothing").is_empty());
    }

    #[test]
    fn a_name_is_below_another_by_whole_parts() {
        let check = |name: &str, above: &str, expected: bool| {
            assert_eq!(is_below_by_name(name, above), expected, "{name} {above}");
        };
        check("BA.2.75", "BA.2", true);
        check("BA.2", "BA.2", false);
        check("BA.20", "BA.2", false);
        check("BA.2", "BA.2.75", false);
    }
}
