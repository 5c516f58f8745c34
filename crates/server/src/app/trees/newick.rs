//! Trees in Newick: children in brackets before their parent, each with the length of its branch.
//!
//! Names stand in single quotes where they have letters with a meaning in the format, with a quote written twice.
//! Underscores stand as they are, as the programs of the field write and read them. Start at [`attached`].

use super::{Attached, Step, TreeError, divergences, unit};
use hearth_genome::pack::Pack;
use std::fmt::Write as _;

/// The media type of a tree.
pub const MEDIA: &str = "text/x-nh;charset=UTF-8";

/// The tree of a pack with genomes attached to it. Lengths count what the tree's own count.
///
/// # Errors
/// When the pack has no tree.
pub fn attached(pack: &Pack, genomes: &Attached) -> Result<String, TreeError> {
    let tree = pack.tree().ok_or_else(|| TreeError::NoTree(pack.name().to_owned()))?;
    let (file, unit) = (tree.file(), unit(pack, tree.file()));
    let far = divergences(file, unit);
    let length = |node: u32| {
        let parent = file.nodes.get(node as usize)?.parent?;
        Some(far.get(node as usize)? - far.get(parent as usize)?)
    };
    let mut writer = Writer::default();
    genomes.walk(file, |step| match step {
        Step::Open(_) => writer.open(),
        Step::Genome(_, genome) => {
            writer.open();
            writer.close(&genome.name, Some(genome.substitutions as f64 * unit));
        }
        Step::Close(node) => writer.close(tree.node_name(node), length(node)),
    });
    Ok(writer.finish())
}

/// Writes a tree from its root down.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    /// Of each open node, whether a child of it is written.
    open: Vec<bool>,
}

impl Writer {
    /// Begins a node below the last one that is open.
    pub(super) fn open(&mut self) {
        if let Some(has_children) = self.open.last_mut() {
            self.text.push(if *has_children { ',' } else { '(' });
            *has_children = true;
        }
        self.open.push(false);
    }

    /// Ends the node that was opened last, with its name and the length of its branch.
    pub(super) fn close(&mut self, name: &str, length: Option<f64>) {
        if self.open.pop() == Some(true) {
            self.text.push(')');
        }
        self.text.push_str(&quoted(name));
        if let Some(length) = length {
            // Writing into memory does not fail.
            let _ = write!(self.text, ":{}", rounded(length));
        }
    }

    /// The whole tree; an empty one where nothing was opened.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str(";\n");
        self.text
    }
}

/// Without what comes from counting in binary fractions.
pub(super) fn rounded(length: f64) -> f64 {
    (length * 1e9).round() / 1e9
}

fn quoted(name: &str) -> String {
    let is_plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"()[]{}':;,\"".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    let shown: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("'{}'", shown.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let check = |name: &str, expected: &str| assert_eq!(quoted(name), expected);
        check("HTH_0000001.1", "HTH_0000001.1");
        check("hCoV-19/Kenya/x/2021|2021-02-03", "hCoV-19/Kenya/x/2021|2021-02-03");
        check("20I (Alpha, V1)", "'20I (Alpha, V1)'");
        check("Côte d'Ivoire", "'Côte d''Ivoire'");
        check("a\nb", "'a b'");
        check("", "''");
    }

    #[test]
    fn children_stand_before_their_parent() {
        let mut writer = Writer::default();
        writer.open();
        for (name, length) in [("a", 1.0), ("b c", 0.1 + 0.2)] {
            writer.open();
            writer.close(name, Some(length));
        }
        writer.close("root", None);
        assert_eq!(writer.finish(), "(a:1,'b c':0.3)root;\n");
        assert_eq!(Writer::default().finish(), ";\n");
    }
}
