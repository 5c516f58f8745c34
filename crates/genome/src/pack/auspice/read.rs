//! Reads the top level of the file: `meta`, `tree`, `root_sequence`, in whatever order they stand.

use super::scan::Scanner;
use super::walk::Walk;
use super::{TreeError, TreeFile, TreeLimits, meta};

/// Reads a whole tree. `meta` is read before the nodes, because it names the attributes worth keeping.
pub(super) fn tree(json: &[u8], limits: TreeLimits) -> Result<TreeFile, TreeError> {
    if json.len() > limits.bytes {
        return Err(TreeError::TooLarge { what: "bytes", limit: limits.bytes as u64 });
    }
    let text = std::str::from_utf8(json).map_err(|error| TreeError::Json {
        byte: error.valid_up_to(),
        problem: "the bytes are not UTF-8 text".to_owned(),
    })?;
    let mut file = Scanner::new(text, if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 });
    let mut tree = TreeFile::default();
    let (mut meta_seen, mut walked, mut tree_at, mut first) = (false, false, None, true);
    file.expect(b'{')?;
    while let Some(key) = file.next_key(first)? {
        first = false;
        match key.as_ref() {
            "meta" if meta_seen => return Err(file.fail("a second \"meta\"; a file holds one")),
            "meta" => {
                tree.meta = meta::read(file.skip(limits.nesting as usize)?)?;
                meta_seen = true;
            }
            "tree" if tree_at.is_some() => return Err(file.fail("a second \"tree\"; a file holds one")),
            "tree" => {
                tree_at = Some(file.at());
                if meta_seen {
                    Walk::new(&mut file, &mut tree, limits).run()?;
                    walked = true;
                } else {
                    file.skip(limits.nesting_with_tree())?;
                }
            }
            "root_sequence" => tree.root_sequence = root_sequence(&mut file, limits)?,
            _ => {
                file.skip(limits.nesting as usize)?;
            }
        }
    }
    if file.peek().is_some() {
        return Err(file.fail("the file should end here"));
    }
    if !meta_seen {
        return Err(TreeError::Missing("meta"));
    }
    let tree_at = tree_at.ok_or(TreeError::Missing("tree"))?;
    if !walked {
        Walk::new(&mut file.elsewhere(tree_at), &mut tree, limits).run()?;
    }
    Ok(tree)
}

fn root_sequence(file: &mut Scanner<'_>, limits: TreeLimits) -> Result<Option<String>, TreeError> {
    let mut nuc = None;
    if file.eat_null() {
        return Ok(nuc);
    }
    file.expect(b'{')?;
    let mut first = true;
    while let Some(key) = file.next_key(first)? {
        first = false;
        if key == "nuc" {
            nuc = Some(file.string()?.into_owned());
        } else {
            file.skip(limits.nesting as usize)?;
        }
    }
    Ok(nuc)
}

impl TreeLimits {
    /// How deep lists and objects nest when the tree itself is passed over.
    pub(super) fn nesting_with_tree(self) -> usize {
        self.depth as usize * 2 + self.nesting as usize
    }
}
