//! What a question selects, as nodes of the pack's tree: their most recent common ancestor, and the tree reduced to them.
//!
//! Refuses to know letters and how a tree is written. Start at [`common_ancestor`] and [`subtree`].

use super::asked::Asked;
use super::fault::Fault;
use super::select::Bench;
use super::told::Told;
use crate::app::index::fields::{FIELDS, PRIMARY_KEY};
use crate::app::trees::reduced::Reduced;
use hearth_index::filter::Filter;
use hearth_index::groups::By;
use hearth_index::row::{FieldKind, Value as Cell};
use hearth_index::visible::Selection;
use http::StatusCode;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// Genomes without a node that an answer names at most.
const NAMED_MOST: u64 = 100_000;

/// The node that all selected genomes descend from, and how many of them are nearest to no node.
///
/// # Errors
/// When something in the question is wrong.
pub fn common_ancestor(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let (field, prints) = (field(asked)?, asked.flag("printNodesNotInTree")?);
    let (nodes, missing, names) = bench.with(asked, |_, selection| {
        let (nodes, missing) = nodes(bench, selection, field);
        let names = if prints { names(selection, field, missing)? } else { None };
        Ok((nodes, missing, names))
    })?;
    let reduced = Reduced::new(&bench.lead().pack, &nodes);
    let root = reduced.as_ref().and_then(Reduced::root);
    let row = vec![Value::from(root), Value::from(missing), Value::from(names)];
    let columns = ["mrcaNode", "missingNodeCount", "missingFromTree"].map(str::to_owned).to_vec();
    Ok(Told::Table { name: "mostRecentCommonAncestor", columns, rows: Box::new(vec![row]) })
}

/// The tree with the nodes of all selected genomes, and those where the ways to them part.
///
/// # Errors
/// When something in the question is wrong, or another format is asked for.
pub fn subtree(bench: &Bench, asked: &Asked) -> Result<Told, Fault> {
    let field = field(asked)?;
    if let Some(other) = asked.text("dataFormat")?.filter(|format| !format.eq_ignore_ascii_case("newick")) {
        let text = format!("a tree cannot be written as {other:.60?}: ask for NEWICK");
        return Err(Fault::of(StatusCode::NOT_ACCEPTABLE, text));
    }
    let nodes = bench.with(asked, |_, selection| Ok(nodes(bench, selection, field).0))?;
    let tree = Reduced::new(&bench.lead().pack, &nodes).map(|reduced| reduced.newick());
    Ok(Told::Newick { name: "phyloSubtree", text: tree.unwrap_or_else(|| ";\n".to_owned()) })
}

/// The number of the field that is asked about, which must name nodes.
fn field(asked: &Asked) -> Result<usize, Fault> {
    let known = || {
        let fields = FIELDS.iter().filter(|field| field.kind == FieldKind::Node);
        fields.map(|field| field.name).collect::<Vec<_>>().join(", ")
    };
    let Some(name) = asked.text("phyloTreeField")?.filter(|name| !name.trim().is_empty()) else {
        return Err(Fault::bad(format!("phyloTreeField is required, known values are [{}]", known())));
    };
    let is_meant = |field: &crate::app::index::fields::FieldRule| {
        field.kind == FieldKind::Node && field.name.eq_ignore_ascii_case(name)
    };
    FIELDS.iter().position(is_meant).ok_or_else(|| {
        let text =
            format!("'{name:.60}' is not a phylo tree field, known phylo tree fields are [{}]", known());
        Fault::bad(text)
    })
}

/// The nodes that selected genomes are nearest to, and how many genomes are nearest to none.
fn nodes(bench: &Bench, selection: &Selection, field: usize) -> (BTreeSet<u32>, u64) {
    let counts = selection.count_by(&[By::Field(field)]).unwrap_or_default();
    let file = bench.lead().pack.tree().map(|tree| tree.file());
    let all = file.map(|file| file.nodes.as_slice()).unwrap_or_default();
    let numbers: HashMap<&str, u32> = (0u32..).zip(all).map(|(number, node)| (&*node.name, number)).collect();
    let (mut found, mut missing) = (BTreeSet::new(), 0);
    for (values, count) in counts {
        let number = match values.first() {
            Some(Cell::Text(name)) => numbers.get(name.as_str()),
            _ => None,
        };
        match number {
            Some(number) => drop(found.insert(*number)),
            None => missing += count,
        }
    }
    (found, missing)
}

/// The genomes that are nearest to no node.
fn names(selection: &Selection, field: usize, missing: u64) -> Result<Option<String>, Fault> {
    if missing > NAMED_MOST {
        let text = format!(
            "{missing} genomes are not in the tree, and at most {NAMED_MOST} are named: ask for fewer"
        );
        return Err(Fault::bad(text));
    }
    let key = FIELDS.iter().position(|field| field.name == PRIMARY_KEY).unwrap_or_default();
    let without = selection.narrowed(&Filter::IsNull { field })?;
    let names = without.rows().filter_map(|row| match without.value(row, key) {
        Some(Cell::Text(name)) => Some(name),
        _ => None,
    });
    let names: Vec<String> = names.collect();
    Ok((!names.is_empty()).then(|| names.join(",")))
}
