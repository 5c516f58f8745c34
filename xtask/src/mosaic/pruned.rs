//! A pack without some tips of its tree.
//!
//! Start at [`without`].

use anyhow::{Result, anyhow};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// Room for a deep tree: one call for each level.
const STACK_BYTES: usize = 1 << 30;

/// Copies a pack to a temporary folder, without the tips of these names and without branches that lead nowhere then.
pub fn without(folder: &Path, tips: &HashSet<String>) -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    for name in ["reference.fasta", "pathogen.json", "genome_annotation.gff3"] {
        if folder.join(name).is_file() {
            fs::copy(folder.join(name), copy.path().join(name))?;
        }
    }
    let (text, tips) = (fs::read(folder.join("tree.json"))?, tips.clone());
    let reader = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || -> Result<String> {
        let mut reader = serde_json::Deserializer::from_slice(&text);
        reader.disable_recursion_limit();
        let mut document: Value = serde::Deserialize::deserialize(&mut reader)?;
        prune(&mut document["tree"], &tips);
        Ok(document.to_string())
    })?;
    let tree = reader.join().map_err(|_| anyhow!("the tree is too deep"))??;
    fs::write(copy.path().join("tree.json"), tree)?;
    Ok(copy)
}

/// Whether something is left.
fn prune(node: &mut Value, tips: &HashSet<String>) -> bool {
    match node.get_mut("children").and_then(Value::as_array_mut).filter(|children| !children.is_empty()) {
        Some(children) => {
            children.retain_mut(|child| prune(child, tips));
            !children.is_empty()
        }
        None => !node["name"].as_str().is_some_and(|name| tips.contains(name)),
    }
}
