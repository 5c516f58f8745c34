//! `meta.extensions.nextclade`: which attributes classify nodes, what is masked, what to compare with.

use std::collections::BTreeMap;

/// An attribute that classifies nodes as clades do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefNodes {
    /// Which one is shown first: a name of `search`, `__root__`, `__parent__` or `__clade_founder__`.
    pub default: Option<String>,
    /// Nodes described by what to look for.
    pub search: Vec<RefNodeSearch>,
    /// Names for the built-in nodes, by `__root__`, `__parent__`, `__clade_founder__`.
    pub builtins: BTreeMap<String, BuiltinTitles>,
}

/// Names for a built-in reference node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuiltinTitles {
    /// Name for people.
    pub display_name: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// A reference node described by what to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefNodeRule {
    /// The query must fit one of these; empty fits every query.
    pub query: Vec<NodeCriterion>,
    /// The node must fit one of these.
    pub node: Vec<RefNodeCriterion>,
}

/// What a node or query must be: each list that is not empty must contain the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeCriterion {
    /// Names.
    pub name: Vec<String>,
    /// Clades.
    pub clade: Vec<String>,
    /// Values of clade-like attributes, by attribute.
    pub clade_node_attrs: BTreeMap<String, Vec<String>>,
}

/// What a reference node must be, and where to look for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefNodeCriterion {
    /// Where to look.
    pub search: SearchFrom,
    /// What it must be.
    pub criterion: NodeCriterion,
}

/// Where to look for a reference node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchFrom {
    /// From the nearest node to the root; the first that fits.
    AncestorNearest,
    /// From the nearest node to the root; the last that fits.
    AncestorEarliest,
    /// The whole tree; the first that fits.
    #[default]
    WholeTree,
}
