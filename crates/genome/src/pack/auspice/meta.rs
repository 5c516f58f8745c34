//! `meta.extensions.nextclade`: which attributes classify nodes, what is masked, what to compare with.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::pathogen::Pathogen;
use super::{TreeError, TreeMeta};
use crate::coordinate::Span;

/// More clade-like attributes than this are taken for a mistake: each costs room in every node.
const MOST_ATTRS: usize = 100;

/// An attribute that classifies nodes as clades do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CladeNodeAttr {
    /// Key in `node_attrs`.
    pub name: String,
    /// Name for people; the key where the file has none.
    pub display_name: String,
    /// What it means.
    pub description: Option<String>,
    /// Not for tables on screens.
    pub hide_in_web: bool,
    /// Not used to find the founder of a sequence's group.
    pub skip_as_reference: bool,
}

/// Nodes to which mutations can be given relative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RefNodes {
    /// Which one is shown first: a name of `search`, `__root__`, `__parent__` or `__clade_founder__`.
    pub default: Option<String>,
    /// Nodes described by what to look for.
    pub search: Vec<RefNodeSearch>,
    /// Names for the built-in nodes, by `__root__`, `__parent__`, `__clade_founder__`.
    pub builtins: BTreeMap<String, BuiltinTitles>,
}

/// Names for a built-in reference node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BuiltinTitles {
    /// Name for people.
    pub display_name: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// A reference node described by what to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RefNodeSearch {
    /// Key of the result.
    pub name: String,
    /// Name for people.
    pub display_name: Option<String>,
    /// What it means.
    pub description: Option<String>,
    /// The first rule whose query part fits is used.
    pub criteria: Vec<RefNodeRule>,
}

/// For queries like this, nodes like that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RefNodeRule {
    /// The query must fit one of these; empty fits every query.
    #[serde(rename = "qry")]
    pub query: Vec<NodeCriterion>,
    /// The node must fit one of these.
    pub node: Vec<RefNodeCriterion>,
}

/// What a node or query must be: each list that is not empty must contain the value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeCriterion {
    /// Names.
    pub name: Vec<String>,
    /// Clades.
    pub clade: Vec<String>,
    /// Values of clade-like attributes, by attribute.
    pub clade_node_attrs: BTreeMap<String, Vec<String>>,
}

/// What a reference node must be, and where to look for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RefNodeCriterion {
    /// Where to look.
    #[serde(rename = "searchAlgo")]
    pub search: SearchFrom,
    /// What it must be.
    #[serde(flatten)]
    pub criterion: NodeCriterion,
}

/// Where to look for a reference node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SearchFrom {
    /// From the nearest node to the root; the first that fits.
    AncestorNearest,
    /// From the nearest node to the root; the last that fits.
    AncestorEarliest,
    /// The whole tree; the first that fits.
    #[default]
    #[serde(rename = "full")]
    WholeTree,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawMeta {
    title: Option<String>,
    updated: Option<String>,
    extensions: Option<RawExtensions>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawExtensions {
    nextclade: Option<RawNextclade>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawNextclade {
    clade_node_attrs: Vec<CladeNodeAttr>,
    placement_mask_ranges: Vec<RawSpan>,
    ref_nodes: Option<RefNodes>,
    pathogen: Option<Value>,
}

/// 0-based and half-open.
#[derive(Deserialize)]
struct RawSpan {
    begin: u32,
    end: u32,
}

/// Reads the text of `meta`.
pub(super) fn read(json: &str) -> Result<TreeMeta, TreeError> {
    let raw: RawMeta = serde_json::from_str(json).map_err(TreeError::Meta)?;
    let extension = raw.extensions.and_then(|extensions| extensions.nextclade).unwrap_or_default();
    if extension.clade_node_attrs.len() > MOST_ATTRS {
        return Err(TreeError::TooLarge { what: "clade-like attributes", limit: MOST_ATTRS as u64 });
    }
    if let Some(span) = extension.placement_mask_ranges.iter().find(|span| span.end < span.begin) {
        let problem = format!("placement_mask_ranges: end {} comes before begin {}", span.end, span.begin);
        return Err(TreeError::Meta(serde::de::Error::custom(problem)));
    }
    let mut clade_node_attrs = extension.clade_node_attrs;
    for attr in &mut clade_node_attrs {
        if attr.display_name.is_empty() {
            attr.display_name.clone_from(&attr.name);
        }
    }
    Ok(TreeMeta {
        title: raw.title,
        updated: raw.updated,
        clade_node_attrs,
        placement_mask: extension
            .placement_mask_ranges
            .iter()
            .map(|span| Span::new(span.begin, span.end))
            .collect(),
        ref_nodes: extension.ref_nodes.unwrap_or_default(),
        pathogen: extension.pathogen.as_ref().map(Pathogen::from_value).transpose()?.map(Box::new),
    })
}
