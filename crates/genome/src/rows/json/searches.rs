//! Nodes the pack asks to compare with: how they were described, and why a node fits.

use super::Json;
use super::value::{self, Object};
use crate::analysis::Place;
use crate::pack::auspice::{
    NodeCriterion, RefNodeCriterion, RefNodeRule, RefNodeSearch, RefNodes, SearchFrom, TreeFile,
};
use crate::rows::text::Buffer;
use crate::tree::{ReferenceTree, RelativeMutations};

/// One search with its outcome.
pub(super) struct SearchResult<'a> {
    /// Description and outcome, as written.
    pub whole: Buffer,
    /// What the genome differs in from the node found, and the fields that say how it was found, as written.
    pub found: Option<(&'a RelativeMutations, Buffer)>,
}

/// The description of all searches (`refNodes`).
pub(super) fn write_ref_nodes(out: &mut Buffer, nodes: &RefNodes) {
    value::object(out, |object| {
        object.text_if_any("default", nodes.default.as_deref());
        if !nodes.search.is_empty() {
            object.list("search", &nodes.search, write_search);
        }
        if !nodes.builtins.is_empty() {
            value::object(object.field("builtins"), |object| {
                for (name, titles) in &nodes.builtins {
                    value::object(object.field_named(name), |object| {
                        object.text_if_any("displayName", titles.display_name.as_deref());
                        object.text_if_any("description", titles.description.as_deref());
                    });
                }
            });
        }
    });
}

fn write_search(out: &mut Buffer, search: &RefNodeSearch) {
    value::object(out, |object| {
        object.text("name", &search.name);
        object.text_if_any("displayName", search.display_name.as_deref());
        object.text_if_any("description", search.description.as_deref());
        if !search.criteria.is_empty() {
            object.list("criteria", &search.criteria, write_rule);
        }
    });
}

fn write_rule(out: &mut Buffer, rule: &RefNodeRule) {
    value::object(out, |object| {
        if !rule.query.is_empty() {
            object.list("qry", &rule.query, |out, criterion| {
                value::object(out, |object| write_criterion(object, criterion));
            });
        }
        if !rule.node.is_empty() {
            object.list("node", &rule.node, |out, criterion| {
                value::object(out, |object| {
                    let word = match criterion.search {
                        SearchFrom::AncestorNearest => "ancestor-nearest",
                        SearchFrom::AncestorEarliest => "ancestor-earliest",
                        SearchFrom::WholeTree => "full",
                    };
                    object.text("searchAlgo", word);
                    write_criterion(object, &criterion.criterion);
                });
            });
        }
    });
}

fn write_criterion(object: &mut Object, criterion: &NodeCriterion) {
    let texts = |out: &mut Buffer, texts: &[String]| {
        value::list(out, texts, |out, text| value::string(out, text));
    };
    if !criterion.name.is_empty() {
        texts(object.field("name"), &criterion.name);
    }
    if !criterion.clade.is_empty() {
        texts(object.field("clade"), &criterion.clade);
    }
    if !criterion.clade_node_attrs.is_empty() {
        value::object(object.field("cladeNodeAttrs"), |object| {
            for (key, values) in &criterion.clade_node_attrs {
                texts(object.field_named(key), values);
            }
        });
    }
}

impl Json<'_> {
    /// Every search of the pack with what it found for a genome.
    pub(super) fn search_results<'a>(&self, place: Option<&'a Place>) -> Vec<SearchResult<'a>> {
        let Some((tree, place)) = self.pack.tree().zip(place) else { return Vec::new() };
        let searches = tree.file().meta.ref_nodes.search.iter();
        let results = searches.zip(&place.searched).map(|(search, found)| {
            let found = found.as_ref().map(|found| {
                let mut fields = Buffer::new();
                write_outcome(&mut fields, tree, search, place.placement.node, found.node);
                (found, fields)
            });
            let mut whole = Buffer::new();
            value::object(&mut whole, |object| {
                write_search(object.field("search"), search);
                if let Some((_, fields)) = &found {
                    value::object(object.field("result"), |object| object.fields_as_written(fields));
                }
            });
            SearchResult { whole, found }
        });
        results.collect()
    }
}

/// The fields `criterion` and `match`: by which rule a node was found.
fn write_outcome(out: &mut Buffer, tree: &ReferenceTree, search: &RefNodeSearch, nearest: u32, node: u32) {
    let file = tree.file();
    let explained =
        search.criteria.iter().find_map(|rule| Some((rule, Match::by_rule(file, rule, nearest, node)?)));
    out.extend_from_slice(b"\"criterion\":");
    match &explained {
        Some((rule, _)) => write_rule(out, rule),
        None => out.extend_from_slice(b"{}"),
    }
    out.extend_from_slice(b",\"match\":");
    value::object(out, |object| {
        object.count("nodeKey", node);
        object.text("nodeName", tree.node_name(node));
        let Some((_, found)) = explained else { return };
        object.text_if_any("name", found.name);
        object.text_if_any("clade", found.clade);
        if !found.attributes.is_empty() {
            object.list("cladeLikeAttrs", found.attributes, |out, (key, value)| {
                value::object(out, |object| {
                    object.text("key", key);
                    object.text("value", value);
                });
            });
        }
    });
}

/// What of a criterion a node fits.
#[derive(Default)]
struct Match<'a> {
    name: Option<&'a str>,
    clade: Option<&'a str>,
    /// All of the criterion, or none.
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Match<'a> {
    fn is_any(&self) -> bool {
        self.name.is_some() || self.clade.is_some() || !self.attributes.is_empty()
    }

    fn of(file: &'a TreeFile, node: u32, criterion: &'a NodeCriterion) -> Self {
        let name = file.nodes.get(node as usize).map(|node| &*node.name);
        let clade = file.clade(node);
        let value_of = |key: &str| {
            let at = file.meta.clade_node_attrs.iter().position(|attribute| attribute.name == key)?;
            file.attributes(node).get(at).copied().flatten().map(|name| file.text(name))
        };
        let attributes = criterion.clade_node_attrs.iter().map(|(key, wanted)| {
            let value = value_of(key).filter(|value| wanted.iter().any(|other| other == value))?;
            Some((key.as_str(), value))
        });
        Self {
            name: name.filter(|name| criterion.name.iter().any(|wanted| wanted == name)),
            clade: clade.filter(|clade| criterion.clade.iter().any(|wanted| wanted == clade)),
            attributes: attributes.collect::<Option<Vec<_>>>().unwrap_or_default(),
        }
    }

    /// Why a rule finds `node` for a genome whose nearest node is `nearest`; `None` if it does not.
    fn by_rule(file: &'a TreeFile, rule: &'a RefNodeRule, nearest: u32, node: u32) -> Option<Self> {
        let fits_query = |criterion: &NodeCriterion| {
            let found = Match::of(file, nearest, criterion);
            found.clade.is_some() || !found.attributes.is_empty()
        };
        if !rule.query.is_empty() && !rule.query.iter().any(fits_query) {
            return None;
        }
        let is_ancestor = || {
            let subtree_end = file.nodes.get(node as usize).map_or(0, |node| node.subtree_end);
            node < nearest && nearest < subtree_end
        };
        let may_find = |wanted: &&RefNodeCriterion| wanted.search == SearchFrom::WholeTree || is_ancestor();
        let matches = rule.node.iter().filter(may_find).map(|wanted| Self::of(file, node, &wanted.criterion));
        matches.into_iter().find(Self::is_any)
    }
}
