//! Walks the nodes of a tree with a stack of its own, so that depth costs memory, not stack.
//!
//! A node is entered in the list when its brace opens; that makes the list a preorder, whatever the order of
//! the node's keys. Of `node_attrs` it keeps divergence, clade, placement prior and the clade-like
//! attributes; of `branch_attrs` the mutations.

use std::borrow::Cow;

use super::scan::Scanner;
use super::{AaGroup, AaMutation, Name, NucMutation, TreeError, TreeFile, TreeLimits, TreeNode};

/// The walk over one tree.
pub(super) struct Walk<'w, 'a> {
    file: &'w mut Scanner<'a>,
    tree: &'w mut TreeFile,
    limits: TreeLimits,
    open: Vec<Open>,
}

/// A node whose closing brace has not come yet.
#[derive(Clone, Copy)]
struct Open {
    node: u32,
    /// Byte of its opening brace.
    begin: usize,
    /// No key has come yet.
    first: bool,
    has_name: bool,
    has_branch: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk over the node that begins where `file` stands, filling the node lists of `tree`.
    pub(super) fn new(file: &'w mut Scanner<'a>, tree: &'w mut TreeFile, limits: TreeLimits) -> Self {
        Self { file, tree, limits, open: Vec::new() }
    }

    /// Walks to the root's closing brace.
    pub(super) fn run(mut self) -> Result<(), TreeError> {
        if self.file.peek() == Some(b'[') {
            return Err(self.file.fail("\"tree\" is a list of trees; one tree is needed"));
        }
        self.open_node()?;
        while let Some(open) = self.open.last_mut() {
            let first = std::mem::replace(&mut open.first, false);
            let node = open.node;
            match self.file.next_key(first)? {
                Some(key) => self.member(node, &key)?,
                None => self.close_node()?,
            }
        }
        Ok(())
    }

    fn open_node(&mut self) -> Result<(), TreeError> {
        let parent = self.open.last().map(|open| open.node);
        let node = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        if node >= self.limits.nodes {
            return Err(TreeError::TooLarge { what: "nodes", limit: self.limits.nodes.into() });
        }
        if self.open.len() >= self.limits.depth as usize {
            return Err(TreeError::TooLarge { what: "levels", limit: self.limits.depth.into() });
        }
        self.file.peek();
        let begin = self.file.at();
        self.file.expect(b'{')?;
        self.open.push(Open { node, begin, first: true, has_name: false, has_branch: false });
        self.tree.nodes.push(TreeNode {
            name: Box::default(),
            parent,
            subtree_end: node + 1,
            div: None,
            clade: None,
            placement_prior: None,
            nuc: 0..0,
            aa: 0..0,
        });
        let values = self.tree.nodes.len() * self.tree.meta.clade_node_attrs.len();
        self.tree.attributes.resize(values, None);
        Ok(())
    }

    fn close_node(&mut self) -> Result<(), TreeError> {
        let Some(closed) = self.open.pop() else { return Ok(()) };
        if !closed.has_name {
            return Err(TreeError::Node {
                node: numbered(closed.node),
                problem: "it has no \"name\"".to_owned(),
            });
        }
        let end = self.tree.nodes.len();
        self.tree.nodes[closed.node as usize].subtree_end = u32::try_from(end).unwrap_or(u32::MAX);
        if !self.open.is_empty() && self.file.next_item(false)? {
            self.open_node()?;
        }
        Ok(())
    }

    fn member(&mut self, node: u32, key: &str) -> Result<(), TreeError> {
        match key {
            "name" => {
                self.tree.nodes[node as usize].name = self.file.string()?.into();
                if let Some(open) = self.open.last_mut() {
                    open.has_name = true;
                }
            }
            "node_attrs" => self.node_attrs(node)?,
            "branch_attrs" => self.branch_attrs(node)?,
            "children" if !self.file.eat_null() => {
                self.file.expect(b'[')?;
                if self.file.next_item(true)? {
                    self.open_node()?;
                }
            }
            "children" => {}
            _ => self.skip()?,
        }
        Ok(())
    }

    fn node_attrs(&mut self, node: u32) -> Result<(), TreeError> {
        self.file.expect(b'{')?;
        let per_node = self.tree.meta.clade_node_attrs.len();
        let mut first = true;
        while let Some(key) = self.file.next_key(first)? {
            first = false;
            match key.as_ref() {
                "div" if self.file.eat_null() => {}
                "div" => self.tree.nodes[node as usize].div = Some(self.file.number()?),
                "clade_membership" => {
                    let clade = self.interned_value()?;
                    self.tree.nodes[node as usize].clade = clade;
                }
                "placement_prior" => {
                    let prior = self.value()?.map(|text| self.prior(node, &text)).transpose()?;
                    self.tree.nodes[node as usize].placement_prior = prior;
                }
                key => match self.tree.meta.clade_node_attrs.iter().position(|attr| attr.name == key) {
                    Some(at) => {
                        let value = self.interned_value()?;
                        self.tree.attributes[node as usize * per_node + at] = value;
                    }
                    None => self.skip()?,
                },
            }
        }
        Ok(())
    }

    fn prior(&self, node: u32, text: &str) -> Result<f64, TreeError> {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| self.fail(node, format!("placement_prior is '{text}', which is no number")))
    }

    fn interned_value(&mut self) -> Result<Option<Name>, TreeError> {
        Ok(self.value()?.map(|text| self.tree.names.intern(&text)))
    }

    /// The text or number `x` of `{"value": x}`; `None` for anything else.
    fn value(&mut self) -> Result<Option<Cow<'a, str>>, TreeError> {
        if self.file.peek() != Some(b'{') {
            self.skip()?;
            return Ok(None);
        }
        self.file.expect(b'{')?;
        let (mut value, mut first) = (None, true);
        while let Some(key) = self.file.next_key(first)? {
            first = false;
            match self.file.peek() {
                Some(b'"') if key == "value" => value = Some(self.file.string()?),
                Some(b'-' | b'0'..=b'9') if key == "value" => value = Some(self.file.number_text()?.into()),
                _ => self.skip()?,
            }
        }
        Ok(value)
    }

    fn branch_attrs(&mut self, node: u32) -> Result<(), TreeError> {
        match self.open.last_mut() {
            Some(open) if open.has_branch => {
                return Err(self.file.fail("a second \"branch_attrs\" in one node"));
            }
            Some(open) => open.has_branch = true,
            None => {}
        }
        let nuc_begin = index(self.tree.nuc_mutations.len());
        let aa_begin = index(self.tree.aa_groups.len());
        self.file.expect(b'{')?;
        let mut first = true;
        while let Some(key) = self.file.next_key(first)? {
            first = false;
            if key == "mutations" && !self.file.eat_null() {
                self.mutations(node)?;
            } else if key != "mutations" {
                self.skip()?;
            }
        }
        let (nuc_end, aa_end) = (index(self.tree.nuc_mutations.len()), index(self.tree.aa_groups.len()));
        let node = &mut self.tree.nodes[node as usize];
        (node.nuc, node.aa) = (nuc_begin..nuc_end, aa_begin..aa_end);
        Ok(())
    }

    fn mutations(&mut self, node: u32) -> Result<(), TreeError> {
        self.file.expect(b'{')?;
        let mut first_key = true;
        while let Some(key) = self.file.next_key(first_key)? {
            first_key = false;
            let begin = index(self.tree.aa_mutations.len());
            self.file.expect(b'[')?;
            let mut first = true;
            while self.file.next_item(first)? {
                first = false;
                let text = self.file.string()?;
                if !self.mutation(&key, &text) {
                    let problem = format!(
                        "mutation '{text}' of '{key}' should read like C241T (or A5- for a deletion)"
                    );
                    return Err(self.fail(node, problem));
                }
            }
            if key != "nuc" && !first {
                let cds_name = self.tree.names.intern(&key);
                let mutations = begin..index(self.tree.aa_mutations.len());
                self.tree.aa_groups.push(AaGroup { cds_name, mutations });
            }
        }
        Ok(())
    }

    /// Enters a mutation; whether it could be read.
    fn mutation(&mut self, cds_name: &str, text: &str) -> bool {
        if cds_name == "nuc" {
            let mutation = NucMutation::parse(text);
            self.tree.nuc_mutations.extend(mutation);
            mutation.is_some()
        } else {
            let mutation = AaMutation::parse(text);
            self.tree.aa_mutations.extend(mutation);
            mutation.is_some()
        }
    }

    fn skip(&mut self) -> Result<(), TreeError> {
        self.file.skip(self.limits.nesting as usize).map(|_| ())
    }

    /// An error of the node that is open, by name even if the name stands further on.
    fn fail(&self, node: u32, problem: String) -> TreeError {
        let name = self.open.last().and_then(|open| self.name_from(open.begin).ok().flatten());
        TreeError::Node { node: name.map_or_else(|| numbered(node), |name| format!("\"{name}\"")), problem }
    }

    fn name_from(&self, begin: usize) -> Result<Option<String>, TreeError> {
        let mut file = self.file.elsewhere(begin);
        file.expect(b'{')?;
        let mut first = true;
        while let Some(key) = file.next_key(first)? {
            first = false;
            if key == "name" {
                return Ok(Some(file.string()?.into_owned()));
            }
            file.skip(self.limits.nesting_with_tree())?;
        }
        Ok(None)
    }
}

fn numbered(node: u32) -> String {
    format!("number {node} (the root is 0)")
}

/// Lengths of lists filled from at most 2 GiB of text fit.
fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
