//! Which nodes a result is compared with: founders of clades and lineages, and the nodes a pack searches for.

use crate::pack::auspice::{Name, NodeCriterion, RefNodeCriterion, RefNodeRule, SearchFrom, TreeFile};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Nodes to compare with, by nearest node.
#[derive(Debug)]
pub struct Landmarks {
    clade_founders: Vec<u32>,
    attribute_founders: Vec<Vec<u32>>,
    searched: Vec<OnceLock<Box<[Option<u32>]>>>,
    /// The node found in the whole tree, by search, rule and criterion.
    in_whole_tree: Vec<Vec<Vec<Option<u32>>>>,
}

impl Landmarks {
    pub(super) fn new(file: &TreeFile) -> Self {
        let nodes = file.nodes.len();
        let attributes = file.meta.clade_node_attrs.len();
        let attribute = |attribute: usize| {
            founders(file, |node| file.attributes(node).get(attribute).copied().flatten())
        };
        Self {
            clade_founders: founders(file, |node| file.nodes[node as usize].clade),
            attribute_founders: (0..attributes).map(attribute).collect(),
            searched: (0..nodes).map(|_| OnceLock::new()).collect(),
            in_whole_tree: file
                .meta
                .ref_nodes
                .search
                .iter()
                .map(|search| search.criteria.iter().map(|rule| found_in_whole_tree(file, rule)).collect())
                .collect(),
        }
    }

    pub(super) fn clade_founder(&self, node: u32) -> u32 {
        self.clade_founders[node as usize]
    }

    pub(super) fn attribute_founder(&self, node: u32, attribute: usize) -> u32 {
        self.attribute_founders[attribute][node as usize]
    }

    pub(super) fn searched_nodes(&self, file: &TreeFile, node: u32) -> &[Option<u32>] {
        self.searched[node as usize].get_or_init(|| {
            let searches = file.meta.ref_nodes.search.iter().zip(&self.in_whole_tree);
            let found = searches.map(|(search, known)| {
                search.criteria.iter().zip(known).find_map(|(rule, known)| searched_node(file, node, rule, known))
            });
            found.collect()
        })
    }
}

/// For every node, the node nearest the root among it and its ancestors that has the same value.
fn founders(file: &TreeFile, value: impl Fn(u32) -> Option<Name>) -> Vec<u32> {
    let mut first: HashMap<Name, u32> = HashMap::new();
    let mut open: Vec<u32> = Vec::new();
    let mut founders = Vec::with_capacity(file.nodes.len());
    for node in 0..file.nodes.len() as u32 {
        while let Some(&last) = open.last()
            && file.nodes[last as usize].subtree_end <= node
        {
            open.pop();
            if let Some(name) = value(last)
                && first.get(&name) == Some(&last)
            {
                first.remove(&name);
            }
        }
        founders.push(value(node).map_or(node, |name| *first.entry(name).or_insert(node)));
        open.push(node);
    }
    founders
}

/// What each criterion of a rule finds in the whole tree, whatever the genome.
fn found_in_whole_tree(file: &TreeFile, rule: &RefNodeRule) -> Vec<Option<u32>> {
    let first = |wanted: &RefNodeCriterion| {
        let is_searched = wanted.search == SearchFrom::WholeTree;
        let mut nodes = 0..file.nodes.len() as u32;
        is_searched.then(|| nodes.find(|&node| is_wanted(file, node, &wanted.criterion))).flatten()
    };
    rule.node.iter().map(first).collect()
}

/// The node a rule finds for a genome whose nearest node is `nearest`; `known` is what its criteria find in
/// the whole tree.
fn searched_node(file: &TreeFile, nearest: u32, rule: &RefNodeRule, known: &[Option<u32>]) -> Option<u32> {
    let fits = rule.query.is_empty() || rule.query.iter().any(|criterion| is_of_group(file, nearest, criterion));
    let mut criteria = rule.node.iter().zip(known);
    fits.then(|| criteria.find_map(|(criterion, &known)| find(file, nearest, criterion, known))).flatten()
}

fn find(file: &TreeFile, nearest: u32, wanted: &RefNodeCriterion, known: Option<u32>) -> Option<u32> {
    let parent = |&node: &u32| file.nodes[node as usize].parent;
    let mut ancestors = std::iter::successors(parent(&nearest), parent);
    let matches = |&node: &u32| is_wanted(file, node, &wanted.criterion);
    match wanted.search {
        SearchFrom::AncestorNearest => ancestors.find(matches),
        SearchFrom::AncestorEarliest => ancestors.filter(matches).last(),
        SearchFrom::WholeTree => known,
    }
}

fn is_wanted(file: &TreeFile, node: u32, criterion: &NodeCriterion) -> bool {
    criterion.name.iter().any(|name| **name == *file.nodes[node as usize].name)
        || is_of_group(file, node, criterion)
}

/// Whether a node has one of the clades, or one of the values of every attribute named.
fn is_of_group(file: &TreeFile, node: u32, criterion: &NodeCriterion) -> bool {
    let clade = file.clade(node);
    if criterion.clade.iter().any(|wanted| Some(wanted.as_str()) == clade) {
        return true;
    }
    let value_of = |key: &str| {
        let at = file.meta.clade_node_attrs.iter().position(|attribute| attribute.name == key)?;
        file.attributes(node).get(at).copied().flatten().map(|name| file.text(name))
    };
    let attributes = &criterion.clade_node_attrs;
    !attributes.is_empty()
        && attributes.iter().all(|(key, values)| {
            value_of(key).is_some_and(|value| values.iter().any(|wanted| wanted == value))
        })
}
